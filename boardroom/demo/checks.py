"""What has to be so before a demo starts; each thing that is not is said in one sentence.

`make demo` runs this file on its own, before anything is installed: only Python itself is there.
"""

import errno
import fcntl
import os
import pwd
import shutil
import socket
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# The database, the collected files and the letters of a demo, with room to work.
MEGABYTES_NEEDED = 300


class CannotStart(Exception):
    """Why the demo does not start, in one sentence."""


def var_folder():
    return Path(os.environ.get("VAR_DIR") or ROOT / "var").absolute()


def wanted_port():
    """The port that PORT names, 8000 where it names none."""
    said = os.environ.get("PORT") or "8000"
    if not said.isascii() or not said.isdigit() or not 0 < int(said) < 65536:
        raise CannotStart(f"PORT is {said!r}; it has to be a number from 1 to 65535.")
    return int(said)


def check_port(port):
    """Somebody else may already be serving there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise CannotStart(
                f"Port {port} is not for ordinary users; choose one from 1024 on: "
                "PORT=8123 make demo"
            ) from None
        except OSError:
            raise CannotStart(
                f"Port {port} is in use by another program; stop that or choose another port: "
                "PORT=8123 make demo"
            ) from None


def check_var(var):
    """The folder is ours to write to, and the disk has room."""
    existing = var if var.exists() else var.parent
    if not existing.is_dir():
        raise CannotStart(f"{existing} is not a folder.")
    owner = existing.stat().st_uid
    if var.exists() and owner != os.geteuid():
        raise CannotStart(
            f"{var} was made by {name_of(owner)} and you are {name_of(os.geteuid())}; run the demo "
            "as that user, or have it removed."
        )
    if not os.access(existing, os.W_OK | os.X_OK):
        raise CannotStart(f"{existing} is not writable for {name_of(os.geteuid())}.")
    free = shutil.disk_usage(existing).free // 2**20
    if free < MEGABYTES_NEEDED:
        raise CannotStart(
            f"The disk is full: the demo needs {MEGABYTES_NEEDED} MB and {existing} has {free} MB."
        )


def name_of(uid):
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


@contextmanager
def only_demo(var, port):
    """Hold the folder for this demo; a second one on the same data is told where the first is."""
    var.mkdir(mode=0o700, exist_ok=True)
    with open(os.open(var / "demo.lock", os.O_RDWR | os.O_CREAT, 0o600), "r+") as lock:
        refuse_if_locked(lock, var)
        lock.truncate()
        lock.write(f"http://127.0.0.1:{port}/")
        lock.flush()
        yield


def refuse_if_locked(lock, var):
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        where = lock.read().strip()
        raise CannotStart(
            f"A demo is already running on {var}, at {where}; stop it first."
        ) from None


def check_no_demo(var):
    if (var / "demo.lock").exists():
        with open(var / "demo.lock") as lock:
            refuse_if_locked(lock, var)


def in_one_sentence(error):
    """What an error of the operating system means for whoever typed the command."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full; make room and start again."
    where = f" {error.filename}" if error.filename else ""
    return f"The demo cannot start:{where} {(error.strerror or str(error)).lower()}."


def check():
    """Everything that can be known at once, the quickest first."""
    var, port = var_folder(), wanted_port()
    check_var(var)
    check_no_demo(var)
    check_port(port)


if __name__ == "__main__":
    try:
        check()
    except CannotStart as reason:
        sys.exit(str(reason))
    except OSError as error:
        sys.exit(in_one_sentence(error))
