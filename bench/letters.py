"""How many letters a second leave the outbox, beside a bare loop to the same mail server.

    python -m bench.letters 300

delivers so many letters by one worker and by two, each a program of its own, and sends as many that
are ready-made over one line by smtplib. The mail server has each letter on its disk before it
answers, as mail servers do. All is done three times in turn. Says the letters a second as JSON.
"""

import json
import os
import smtplib
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 3
# Before the watch runs, each worker has sent so many.
WARM_UP = 30
BARE, ONE, TWO = "bare", "one worker", "two workers"


@contextmanager
def mail_server():
    """The port of a mail server in a process of its own, and how to ask it what it has taken."""
    with tempfile.TemporaryDirectory(prefix="boardroom-bench-") as spool:
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.notices.proof.relay", "0", spool],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        try:
            yield json.loads(server.stdout.readline())[0]
        finally:
            server.stdin.close()
            server.wait()
            server.stdout.close()


def write(number):
    """So many letters to the directors wait, about a meeting that they may know of."""
    from uuid import uuid4

    from bench.prepare import designated
    from governance.meetings.mail import MEETING_NOTICED
    from governance.meetings.models import Meeting
    from governance.notices.models import Notice

    chair, made = designated("chair"), uuid4().hex
    meeting = Meeting.objects.filter(committee=None, state="in_session").first()
    return Notice.objects.bulk_create(
        Notice.of(MEETING_NOTICED, meeting, chair, f"bench {made} {at}") for at in range(number)
    )


def ready_made(number):
    """So many letters as they go over the line."""
    from django.utils import timezone

    from governance.notices.delivering import prepare
    from governance.records.models import Company

    company, now = Company.current(), timezone.now()
    for notice in write(number):
        letter = prepare(notice, company=company, now=now)
        yield letter.from_email, letter.to, letter.message().as_bytes(linesep="\r\n")
        notice.delete()


def bare(number, port):
    """Over one line, as fast as smtplib can."""
    letters = list(ready_made(number + WARM_UP))
    with smtplib.SMTP("127.0.0.1", port) as line:
        for letter in letters[:WARM_UP]:
            line.sendmail(*letter)
        began = time.perf_counter()
        for letter in letters[WARM_UP:]:
            line.sendmail(*letter)
        return number / (time.perf_counter() - began)


def delivered(number, port, workers):
    """By so many workers at once; the time is that until the last is done."""
    from governance.notices.models import Notice

    with ExitStack() as held:
        programs = [held.enter_context(worker(port)) for _ in range(workers)]
        write(WARM_UP * workers)
        tell(programs)
        write(number)
        began = time.perf_counter()
        tell(programs)
        took = time.perf_counter() - began
    assert not Notice.objects.filter(occurrence__startswith="bench", state="queued").exists()
    return number / took


@contextmanager
def worker(port):
    """A program that delivers whenever it is told to."""
    program = subprocess.Popen(
        [sys.executable, "-m", "bench.letters", "work"],
        cwd=ROOT,
        env=os.environ | {"EMAIL_URL": f"smtp://127.0.0.1:{port}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield program
    finally:
        program.stdin.close()
        program.wait()
        program.stdout.close()


def tell(programs):
    """Ring for all of them, and wait until each has nothing more to do."""
    for program in programs:
        print(file=program.stdin, flush=True)
    for program in programs:
        while program.stdout.readline() not in ("done\n", ""):
            pass


def work():
    """What a worker does with the job, again for each line it is told."""
    from django.utils import timezone

    from governance.notices.models import Notice
    from governance.notices.tasks import deliver_notices

    for _ in sys.stdin:
        while Notice.objects.due(timezone.now()).exists():
            deliver_notices()
        print("done", flush=True)


def measure(number):
    with mail_server() as port:
        rounds = [
            {
                BARE: bare(number, port),
                ONE: delivered(number, port, 1),
                TWO: delivered(number, port, 2),
            }
            for _ in range(ROUNDS)
        ]
    return {
        "letters": number,
        "a_second": {name: [one[name] for one in rounds] for name in rounds[0]},
    }


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "work":
        work()
    else:
        print(json.dumps(measure(int(sys.argv[1]))))
