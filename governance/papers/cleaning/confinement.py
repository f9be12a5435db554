"""A process of its own for work on files that nobody has looked at.

Whatever a file does to the libraries that read it, it does to a process that has

- no environment, no terminal and a folder of its own, which is deleted with it;
- limits of memory, processor time, size of files and number of open ones, no core dump, no
  privileges and no way to new ones, and, for an ordinary user, no way to start other processes
  once files are read;
- no network: a namespace of its own where the kernel allows it, which also hides the memory and
  the environment of everybody else; beside it a filter of system calls (Linux on x86-64 and
  64-bit ARM) that refuses every socket but a local one. PDF files and pictures are read where
  neither is to be had, because what reads them opens no sockets; LibreOffice is not run there.
- a limit on the clock on the wall, held by who started it, which ends it with all it started.

The process takes these limits upon itself before it looks at the file; they cannot be lifted.
"""

import ctypes
import json
import logging
import os
import platform
import resource
import signal
import stat
import struct
import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from governance.papers.cleaning.limits import MIB, Limits, Unfit

logger = logging.getLogger(__name__)

HOUSE = Path(__file__).resolve().parents[3]
# What a process leaves in its folder.
ANSWER, CLEAN = "answer.json", "clean.pdf"
LONGEST_ANSWER = 64 * MIB

NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
DIE_WITH_PARENT, NO_NEW_PRIVILEGES, SECCOMP, FILTER = 1, 38, 22, 2
CAPABILITIES = 0x20080522
# By machine: its number in a filter, and its numbers of socket, socketpair, io_uring_setup.
MACHINES = {"x86_64": (0xC000003E, 41, 53, 425), "aarch64": (0xC00000B7, 198, 199, 425)}
# System calls of 32 bits beside those of 64 are numbered from here.
OTHER_NUMBERS = 0x40000000
KILL, REFUSE, ALLOW = 0x80000000, 0x00050000 | 13, 0x7FFF0000
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
NUMBER, MACHINE, FIRST_ARGUMENT = 0, 4, 16
LOCAL = 1


# --- Who starts it ---------------------------------------------------------------------------


def confined(module: str, given: dict[str, Any], folder: Path, limits: Limits) -> dict[str, Any]:
    """What `python -m module` answers to what is given; raises Unfit however else it ends."""
    order = json.dumps({"given": given, "folder": str(folder), "limits": asdict(limits)})
    process = subprocess.Popen(
        [sys.executable, "-E", "-s", "-m", module, order],
        cwd=HOUSE,
        env={},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        ended = process.wait(limits.seconds)
    except subprocess.TimeoutExpired as late:
        raise Unfit("time") from late
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return answer_in(folder, ended)


def answer_in(folder: Path, ended: int) -> dict[str, Any]:
    try:
        answer = json.loads(contents(folder / ANSWER, LONGEST_ANSWER))
    except (OSError, ValueError) as error:
        # Beyond its time it is first told (SIGXCPU) and then ended (SIGKILL), as it is without
        # memory; what else ends it is a fault in a library.
        logger.warning("A file ended the process that read it: %s", ended)
        raise Unfit("time" if ended == -signal.SIGXCPU else "crash") from error
    if not isinstance(answer, dict):
        raise Unfit("crash")
    if "unfit" in answer:
        facts = answer.get("facts")
        if answer["unfit"] == "crash":
            logger.warning("A file could not be read: %.200r", answer.get("where"))
        raise Unfit(str(answer["unfit"]), **(facts if isinstance(facts, dict) else {}))
    return answer


def contents(path: Path, most: int) -> bytes:
    with handed_over(path, most) as file:
        return file.read()


def handed_over(path: Path, most: int) -> BinaryIO:
    """What a process left that is not trusted: a plain file, no link, not longer than agreed."""
    file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode) or status.st_size > most:
        file.close()
        raise OSError("not what was agreed")
    return file


# --- Who does it -----------------------------------------------------------------------------


def answer(work: Callable[..., dict[str, Any]]) -> None:
    """Do the work that the command line asks for, confined, and leave the answer in the folder."""
    order = json.loads(sys.argv[1])
    limits = Limits(**order["limits"])
    os.chdir(order["folder"])
    alone = confine(limits)
    try:
        said = work(**order["given"], limits=limits, alone=alone)
    except Unfit as unfit:
        said = {"unfit": unfit.code, "facts": unfit.facts}
    except MemoryError:
        said = {"unfit": "unpacked"}
    except Exception as error:
        # Where, but not what: messages may quote the file.
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__}, {Path(last.filename).name}:{last.lineno}"
        said = {"unfit": "crash", "where": where}
    Path(ANSWER).write_text(json.dumps(said))


def confine(limits: Limits) -> bool:
    """Take the limits upon this process; whether it is without network from now on."""
    most = {
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_CPU: (limits.cpu_seconds, limits.cpu_seconds + 2),
        resource.RLIMIT_FSIZE: (2 * limits.bytes, 2 * limits.bytes),
        resource.RLIMIT_NOFILE: (1024, 1024),
        resource.RLIMIT_AS: (limits.memory, max(limits.memory, limits.office_memory)),
    }
    for kind, pair in most.items():
        limit(kind, *pair)
    return without_network() if sys.platform == "linux" else False


def limit(kind: int, soft: int, hard: int) -> None:
    """Set a limit; one that the machine has set lower already stays."""
    already = resource.getrlimit(kind)[1]
    if already != resource.RLIM_INFINITY:
        soft, hard = min(soft, already), min(hard, already)
    try:
        resource.setrlimit(kind, (soft, hard))
    except (OSError, ValueError):
        # Elsewhere some limits are known by name only; people develop there, and serve nobody.
        if sys.platform == "linux":
            raise


def start_no_more() -> None:
    """From here on this process starts no other; the superuser is not bound by it."""
    limit(resource.RLIMIT_NPROC, 0, 0)


def without_network() -> bool:
    system = ctypes.CDLL(None, use_errno=True)
    parted = any(system.unshare(flags) == 0 for flags in (NEW_USER | NEW_NETWORK, NEW_NETWORK))
    # After the new namespace, which would forget it.
    system.prctl(DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    system.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    # A namespace of one's own comes with every privilege within it.
    system.capset(struct.pack("=Ii", CAPABILITIES, 0), bytes(24))
    return filtered(system) or parted


def filtered(system) -> bool:
    """Whether the kernel now refuses this process every socket but a local one."""
    if platform.machine() not in MACHINES:
        return False
    rules = socket_filter(*MACHINES[platform.machine()])
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *rule) for rule in rules))
    # A pointer is aligned, hence the native form: a number of rules, and where they are.
    program = struct.pack("@HP", len(rules), ctypes.addressof(code))
    return system.prctl(SECCOMP, FILTER, ctypes.c_char_p(program), 0, 0) == 0


def socket_filter(machine, socket, pair, ring):
    """Rules as the kernel reads them: an act, how many rules to skip if so and if not, a value."""
    return (
        (LOAD, 0, 0, MACHINE),
        (EQUAL, 1, 0, machine),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        (AT_LEAST, 0, 1, OTHER_NUMBERS),
        (RETURN, 0, 0, KILL),
        (EQUAL, 4, 0, ring),
        (EQUAL, 1, 0, socket),
        (EQUAL, 0, 3, pair),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (EQUAL, 1, 0, LOCAL),
        (RETURN, 0, 0, REFUSE),
        (RETURN, 0, 0, ALLOW),
    )
