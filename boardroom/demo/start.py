"""Start the demo and hold it together: what was started together ends together.

The processes are those of the Procfile. Each writes to a log of its own in var/log/. The kernel
ends them when this process is gone, however it went; the database sees to itself (see
boardroom.embedded).
"""

import base64
import http.client
import os
import secrets
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

from honcho.environ import parse_procfile

from boardroom import embedded
from boardroom.demo.checks import (
    ROOT,
    CannotStart,
    check,
    check_port,
    only_demo,
    var_folder,
    wanted_port,
)
from boardroom.keeper import AWAITED, LIBC, PR_SET_PDEATHSIG, end_with

SECONDS_TO_BE_READY = 90
SECONDS_TO_STOP = 15
LINES_SHOWN = 20


class Stopped(Exception):
    """Somebody asked the demo to stop."""


def say(line):
    print(line, flush=True)


def run(with_parent=False):
    """The demo from its first check to its last process; returns when it was asked to stop."""
    if with_parent:
        end_with_parent(signal.SIGTERM)
    check()
    var, port = var_folder(), wanted_port()
    signal.pthread_sigmask(signal.SIG_BLOCK, AWAITED)
    with ExitStack() as held:
        held.enter_context(only_demo(var, port))
        make_secrets(var)
        database = held.enter_context(open_database(var))
        processes = held.enter_context(Processes(var, database, port))
        try:
            processes.prepare()
            check_port(port)
            processes.start_all()
            welcome(port, var)
            processes.watch()
        except Stopped:
            say("Stopping")


def end_with_parent(number):
    """Receive this signal when the process that started us is gone; at once if it is already."""
    parent = os.getppid()
    LIBC.prctl(PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        os.kill(os.getpid(), number)


def make_secrets(var):
    """Make the demo's keys, once; what was sealed with keys that are lost stays shut."""
    kept = var / "secrets.env"
    if kept.exists():
        return
    if (var / "postgres" / "data").exists() and not os.environ.get("SEALING_KEYS"):
        raise CannotStart(
            f"{kept} is gone, and with it the keys to the data in {var}; put it back, or start "
            "over with make demo-reset."
        )
    lines = (
        f"SECRET_KEY={secrets.token_urlsafe(60)}",
        f"SEALING_KEYS={base64.b64encode(secrets.token_bytes(32)).decode()}",
    )
    new = kept.with_name("secrets.env.new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
    new.rename(kept)


@contextmanager
def open_database(var):
    """The database's address: the one that is named, else our own."""
    named = os.environ.get("DATABASE_URL")
    if named:
        yield named
        return
    with embedded.running(var / "postgres") as url:
        yield url


def surroundings(database, port, var):
    """What the demo's processes are told beside what the shell says."""
    programs = Path(sys.executable).parent
    return os.environ | {
        "BOARDROOM_DEMO": "true",
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "boardroom.settings",
        "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        "VAR_DIR": str(var),
    }


class Processes:
    """The processes of the demo, ended together when the block is left."""

    def __init__(self, var, database, port):
        self.var = var
        self.port = port
        self.own_database = None if os.environ.get("DATABASE_URL") else var / "postgres"
        self.environment = surroundings(database, port, var)
        self.running = {}

    def __enter__(self):
        (self.var / "log").mkdir(mode=0o700, exist_ok=True)
        return self

    def __exit__(self, *exc_info):
        self.stop_all()

    def log(self, name):
        return self.var / "log" / f"{name}.log"

    def start(self, name, command):
        """Start one; Ctrl-C in a terminal does not reach it, the end of this process does."""
        with open(os.open(self.log(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)) as log:
            self.running[name] = subprocess.Popen(
                ["/bin/sh", "-c", f"exec {command}"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with(os.getpid(), signal.SIGTERM),
            )

    def prepare(self):
        """Tables, files and the company, before anybody is served."""
        say("Preparing the tables and the company")
        self.start("prepare", "python -m boardroom.demo.prepare")
        while (code := self.running["prepare"].poll()) is None:
            pause(1)
        del self.running["prepare"]
        if code:
            raise CannotStart(self.last_words("prepare", "The demo's data could not be made ready"))

    def start_all(self):
        """Start what the Procfile names and wait until pages are served."""
        procfile = parse_procfile((ROOT / "Procfile").read_text())
        say(f"Starting {', '.join(procfile.processes)}")
        for name, command in procfile.processes.items():
            self.start(name, command)
        until = time.monotonic() + SECONDS_TO_BE_READY
        while not is_ready(self.port):
            pause(0.2)
            self.check_all_live()
            if time.monotonic() > until:
                raise CannotStart(self.last_words("web", "The portal does not become ready"))

    def watch(self):
        """Until somebody asks us to stop, or one ends by itself."""
        while True:
            pause(1)
            self.check_all_live()

    def check_all_live(self):
        for name, process in self.running.items():
            if process.poll() is not None:
                how = how_it_ended(process.returncode)
                raise CannotStart(
                    self.last_words(name, f"The {name} process ended by itself, {how}")
                )
        if self.own_database and not embedded.is_alive(self.own_database):
            log = self.own_database / "log"
            raise CannotStart(f"The database ended by itself; {log} may say why.")

    def last_words(self, name, what):
        """What went wrong with one of them, and the end of its log."""
        lines = self.log(name).read_text(errors="replace").splitlines()
        if any("No space left on device" in line for line in lines):
            return "The disk is full; make room and start again."
        shown = "".join(f"\n    {line}" for line in lines[-LINES_SHOWN:])
        return f"{what}; the end of {self.log(name)}:{shown}"

    def stop_all(self):
        """Ask all of them to end, and see to it that they and their own processes have."""
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        until = time.monotonic() + SECONDS_TO_STOP
        for process in self.running.values():
            try:
                process.wait(max(0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                say("One process does not end and is killed")
            end_group(process.pid)
            process.wait()


def end_group(leader):
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def how_it_ended(code):
    return f"killed by signal {-code}" if code < 0 else f"with exit code {code}"


def pause(seconds):
    """Wait a little; the end of a child shortens that, a wish to stop ends it all."""
    heard = signal.sigtimedwait(AWAITED, seconds)
    if heard and heard.si_signo != signal.SIGCHLD:
        raise Stopped


def is_ready(port):
    """Whether the portal says that all its parts answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def welcome(port, var):
    say(f"Boardroom is ready at http://127.0.0.1:{port}/")
    say("To sign in, open it and choose a person of the cast at /demo/; no password is needed.")
    say(f"The data are in {var}/ (logs in log/); Ctrl-C stops, make demo-reset starts over.")
