"""How many letters a second leave the outbox, beside a bare loop to the same mail server.

    python -m bench.letters 300

delivers so many reminders by one worker and by two, each a program of its own. Beside them the bare
loop: it writes the same letters and sends them over one line by smtplib, with no outbox, no claim
and no door. The mail server has each letter on its disk before it answers, as mail servers do. All
is done three times in turn. Says the letters a second as JSON, those of ready-made letters too.
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
READY, BARE, ONE, TWO = "ready-made", "bare", "one worker", "two workers"


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
    from governance.meetings.models import Meeting
    from governance.notices.models import Notice
    from governance.papers.mail import PAPERS_WAIT

    chair, made = designated("chair"), uuid4().hex
    meeting = Meeting.objects.filter(committee=None, state="in_session").first()
    return Notice.objects.bulk_create(
        Notice.of(PAPERS_WAIT, meeting, chair, f"bench {made} {at}") for at in range(number)
    )


def sent_by_a_loop(number, port, *, ready):
    """Over one line, as fast as smtplib can; written beforehand, or one by one."""
    from django.conf import settings
    from django.utils import timezone

    from governance.notices import letters
    from governance.records.models import Company

    company, now = Company.current(), timezone.now()

    def written(notice):
        letter = letters.write(notice, company=company, now=now)
        body = letter.message().as_bytes(linesep="\r\n")
        return settings.RETURN_ADDRESS, letter.to, body

    notices = write(number + WARM_UP)
    made = [written(notice) for notice in notices] if ready else map(written, notices)
    with smtplib.SMTP("127.0.0.1", port) as line:
        for at, letter in enumerate(made):
            if at == WARM_UP:
                began = time.perf_counter()
            line.sendmail(*letter)
        took = time.perf_counter() - began
    for notice in notices:
        notice.delete()
    return number / took


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
                READY: sent_by_a_loop(number, port, ready=True),
                BARE: sent_by_a_loop(number, port, ready=False),
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
