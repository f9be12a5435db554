"""The parts that a proof is made of, each a real program, and what may be asked of them."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import urlopen

import psycopg
import redis
from celery import Celery
from django.db import connection
from django.db.models import F
from django.test import override_settings
from django.utils import timezone
from environ import Env
from kombu.exceptions import OperationalError

from boardroom.embedded import running
from boardroom.keeper import end_with
from governance.meetings.mail import MEETING_NOTICED
from governance.notices import doubts
from governance.notices.models import IN_DOUBT_AFTER, Notice

ROOT = Path(__file__).resolve().parents[3]
DELIVER = "governance.notices.tasks.deliver_notices"
# No more bells than these wait to be heard.
WAITING_BELLS = 4
# How long anything may take on the slowest of machines; nothing is measured by it.
PATIENCE = 900


def eventually(question, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)
    return answer


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def write_reminders(number, meeting, readers):
    """So many letters wait, and no others."""
    Notice.objects.all().delete()
    Notice.objects.bulk_create(
        Notice.of(MEETING_NOTICED, meeting, readers[at % len(readers)], f"revision {at}")
        for at in range(number)
    )


class Proof:
    """A broker, a mail server and workers around the database of the test."""

    def __init__(self, folder, database, *, pause=0.0, asks=True, **world):
        self.folder, self.database, self.pause = folder, database, pause
        self.asks, self.world = asks, world
        self.programs, self.kills, self.ended = [], 0, 0

    def __enter__(self):
        self.port = free_port()
        self.start_broker()
        self.relay = subprocess.Popen(
            [sys.executable, "-m", "tests.notices.proof.relay", str(self.pause)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.smtp, self.http = json.loads(self.relay.stdout.readline())
        self.bell = Celery("bell", broker=self.broker_url, set_as_current=False)
        return self

    def __exit__(self, *exc_info):
        for program in self.programs:
            kill(program)
        self.relay.stdin.close()
        self.relay.wait(30)
        self.relay.stdout.close()
        self.stop_broker()

    # --- The broker ----------------------------------------------------------------------------

    @property
    def broker_url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def start_broker(self):
        self.broker = subprocess.Popen(
            [
                *("redis-server", "--port", str(self.port), "--bind", "127.0.0.1"),
                *("--save", "", "--appendonly", "no", "--dir", str(self.folder)),
            ],
            stdout=subprocess.DEVNULL,
            preexec_fn=end_with(os.getpid(), signal.SIGTERM),
        )
        eventually(self.broker_answers)

    def broker_answers(self):
        try:
            return redis.Redis(port=self.port).ping()
        except redis.ConnectionError:
            return False

    def stop_broker(self):
        """It keeps nothing: whatever was rung is forgotten."""
        self.broker.kill()
        self.broker.wait()

    def ring(self, times=1):
        """Ring for letters, as the beat does; nobody hears it when the broker is away."""
        with suppress(OperationalError, redis.RedisError):
            if redis.Redis(port=self.port).llen("celery") < WAITING_BELLS:
                for _ in range(times):
                    self.bell.send_task(DELIVER, expires=25, retry=False, ignore_result=True)

    # --- Workers and beats -----------------------------------------------------------------------

    @property
    def relay_url(self):
        return f"http://127.0.0.1:{self.http}" if self.asks else ""

    def environment(self):
        return {
            **os.environ,
            "DATABASE_URL": self.database,
            "CELERY_BROKER_URL": self.broker_url,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.smtp}",
            "EMAIL_RELAY_ASK": self.relay_url,
            "VAR_DIR": str(self.folder),
            "LOG_LEVEL": "WARNING",
            **{f"PROOF_{name.upper()}": str(value) for name, value in self.world.items()},
        }

    def start(self, what, *words, **world):
        around = self.environment() | {name: str(value) for name, value in world.items()}
        with (self.folder / "programs.log").open("a") as log:
            program = subprocess.Popen(
                [sys.executable, "-m", "tests.notices.proof.program", what, *words],
                cwd=ROOT,
                env=around,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with(os.getpid(), signal.SIGTERM),
            )
        self.programs.append(program)
        return program

    def worker(self):
        return self.start(
            "worker",
            "--concurrency",
            "1",
            "--without-gossip",
            "--without-mingle",
            "--loglevel",
            "WARNING",
        )

    def watch_over(self):
        """Whatever ended by itself is started again, as compose does; a few times."""
        for program in [one for one in self.programs if one.poll() is not None]:
            self.programs.remove(program)
            self.ended += 1
            assert self.ended < 10, (self.folder / "programs.log").read_text()[-2000:]
            self.worker()

    def beat(self, name):
        schedule = self.folder / f"schedule-{name}"
        return self.start("beat", "--pidfile=", "--schedule", str(schedule))

    def kill_one(self, at):
        """By SIGKILL: in turn a worker with all it started, and only the process that delivers."""
        self.kills += 1
        worker = self.programs[at % len(self.programs)]
        [*children] = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()
        if at % 2 and children:
            os.kill(int(children[0]), signal.SIGKILL)
            return
        kill(worker)
        self.programs.remove(worker)
        self.worker()

    def kill_all(self):
        """Nobody delivers any more, and the mail server has heard the last of it."""
        for program in self.programs:
            kill(program)
        self.programs.clear()
        eventually(lambda: self.ask("idle"))

    # --- What the mail server does, and has ------------------------------------------------------

    def ask(self, what, told=None):
        body = None if told is None else json.dumps(told).encode()
        with urlopen(f"http://127.0.0.1:{self.http}/{what}", data=body, timeout=60) as answer:
            return json.load(answer)

    def script(self, acts):
        self.ask("script", list(acts))

    def figures(self):
        """How many letters were taken never, and how many more than once."""
        taken = Counter(self.ask("taken"))
        names = set(Notice.objects.values_list("message_id", flat=True))
        assert set(taken) <= names
        return {
            "letters": len(names),
            "lost": len(names - set(taken)),
            "doubled": sum(1 for number in taken.values() if number > 1),
        }

    # --- Time passes -----------------------------------------------------------------------------

    def ring_until(self, question, times=1):
        """Ring now and then, as the beat does."""

        def rung():
            self.watch_over()
            self.ring(times)
            time.sleep(0.2)
            return question()

        eventually(rung)

    def deliver_all(self):
        """Everything that is due now has been taken up."""
        self.ring_until(lambda: not Notice.objects.due(timezone.now()).exists())

    def settle(self):
        """Hours pass, until nothing waits and nothing is in doubt, or nothing changes any more."""
        before = None
        while (waiting := facts()) and waiting != before:
            before = waiting
            self.kill_all()
            hours_pass()
            with override_settings(EMAIL_RELAY_ASK=self.relay_url):
                doubts.resolve(timezone.now())
            if queued().exists():
                self.worker()
                self.deliver_all()
                # The last letter is settled together with the claim of none.
                eventually(lambda: self.ask("idle"))


def facts():
    """How far each letter has come; what is done needs no more hours."""
    open_ones = Notice.objects.exclude(state__in=["sent", "failed", "returned"])
    return sorted(open_ones.values_list("pk", "state", "attempts", "doubts"))


def queued():
    return Notice.objects.filter(state="queued")


def hours_pass():
    """What was put off is due; what nobody is at any more is in doubt."""
    queued().update(next_try_at=None)
    Notice.objects.filter(state="sending").update(
        claimed_at=F("claimed_at") - IN_DOUBT_AFTER - timedelta(hours=2)
    )


def kill(program):
    """With everything it started."""
    with suppress(ProcessLookupError):
        os.killpg(program.pid, signal.SIGKILL)
    program.wait()


def address_of_test():
    """Where the database of this test is, for programs of its own."""
    url = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}"))


@contextmanager
def database_of_its_own(folder):
    """A server that nobody else uses, durable, with the database of this test as Django knows it.

    Yields its address and how to break it: one of its processes is killed, and PostgreSQL cuts all
    lines, and recovers from what it has on the disk.
    """
    connection.close()
    usual = dict(connection.settings_dict)
    with running(folder / "postgres") as url:
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity=0"],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": url},
            check=True,
        )
        there = Env.db_url_config(url)
        options = usual["OPTIONS"] | there.get("OPTIONS", {})
        changed = {
            name: unquote(there[name] or "") for name in ("NAME", "USER", "PASSWORD", "HOST")
        }
        connection.settings_dict |= changed | {"OPTIONS": options}
        try:
            yield url, lambda: break_server(url)
        finally:
            connection.close()
            connection.settings_dict |= usual


def break_server(url):
    connection.close()
    with psycopg.connect(url) as line, suppress(psycopg.OperationalError):
        os.kill(line.info.backend_pid, signal.SIGKILL)
        line.execute("SELECT 1")
    eventually(lambda: answers(url))


def answers(url):
    with suppress(psycopg.OperationalError), psycopg.connect(url):
        return True
    return False


def cut_lines(database):
    """As a restart of the database does to everybody else who is connected."""
    with psycopg.connect(database, autocommit=True) as line:
        line.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
