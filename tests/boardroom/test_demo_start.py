"""The demo says in one sentence why it does not start, and leaves nothing behind when it ends."""

import errno
import http.client
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

import pytest

from boardroom import embedded
from boardroom.demo import __main__ as by_hand
from boardroom.demo import checks, start
from boardroom.demo.checks import CannotStart

IS_ROOT = os.geteuid() == 0
HOUSE = Path(checks.ROOT)


@pytest.fixture
def var(tmp_path, monkeypatch):
    """A folder for a demo's data that is not there yet."""
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("PORT", "")
    return tmp_path / "var"


@pytest.fixture
def taken():
    """A port on which somebody else listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_gone(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def wait_until(holds, seconds=60):
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


# --- Before it starts ------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["eighty", "0", "65536", "-1", "8000 ", "٨٠٠٠"])
def test_a_port_that_is_none_is_refused(var, monkeypatch, said):
    monkeypatch.setenv("PORT", said)
    with pytest.raises(
        CannotStart, match=r"^PORT is '.*'; it has to be a number from 1 to 65535\.$"
    ):
        checks.check()


def test_a_taken_port_is_named(var, monkeypatch, taken):
    monkeypatch.setenv("PORT", str(taken))
    with pytest.raises(CannotStart, match=f"^Port {taken} is in use by another program"):
        checks.check()


def test_the_port_is_8000_where_none_is_asked_for(var):
    assert checks.wanted_port() == 8000


def test_a_folder_of_another_user_is_named(var):
    if IS_ROOT:
        var.mkdir()
        os.chown(var, 65534, 65534)
        folder = var
    else:
        folder = Path("/etc")
    with pytest.raises(CannotStart, match=r"^\S+ was made by \w+ and you are \w+; run the demo as"):
        checks.check_var(folder)


def test_a_file_in_place_of_the_folder_is_named(var):
    var.touch()
    with pytest.raises(CannotStart, match=r"^\S+ is not a folder\.$"):
        checks.check_var(var)


def test_a_full_disk_is_named(var, monkeypatch):
    usage = namedtuple("usage", "total used free")(2**30, 2**30, 5 * 2**20)
    monkeypatch.setattr("boardroom.demo.checks.shutil.disk_usage", lambda _: usage)
    with pytest.raises(CannotStart, match=r"^The disk is full: the demo needs 300 MB .* 5 MB\.$"):
        checks.check_var(var)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_fills_up_later_is_named_too(number):
    sentence = checks.in_one_sentence(OSError(number, os.strerror(number)))
    assert sentence == "The disk is full; make room and start again."


def test_a_second_demo_on_the_same_data_is_told_where_the_first_is(var):
    again = pytest.raises(CannotStart, match=r"already running on \S+, at http://127.0.0.1:8123/;")
    with checks.only_demo(var, 8123):
        with again:
            checks.check_no_demo(var)
        with again, checks.only_demo(var, 8124):
            pass
    checks.check_no_demo(var)


def test_make_demo_refuses_before_anything_is_installed(var, taken):
    """The first line of `make demo`, with nothing but Python."""
    ended = subprocess.run(
        [sys.executable, "-I", "-S", HOUSE / "boardroom" / "demo" / "checks.py"],
        env={"PORT": str(taken), "VAR_DIR": str(var)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert re.fullmatch(f"Port {taken} is in use by another program; .*\n", ended.stderr)
    assert not var.exists()


# --- Its keys --------------------------------------------------------------------------------


def test_the_keys_are_made_once_and_for_its_owner_only(var):
    var.mkdir()
    start.make_secrets(var)
    kept = var / "secrets.env"
    made = kept.read_text()
    assert re.fullmatch(r"SECRET_KEY=\S{60,}\nSEALING_KEYS=[\w+/]{43}=\n", made)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    start.make_secrets(var)
    assert kept.read_text() == made


def test_lost_keys_are_not_made_anew_over_sealed_data(var, monkeypatch):
    (var / "postgres" / "data").mkdir(parents=True)
    monkeypatch.delenv("SEALING_KEYS")
    with pytest.raises(CannotStart, match=r"secrets.env is gone, and with it the keys to the data"):
        start.make_secrets(var)


# --- Its processes ---------------------------------------------------------------------------


@pytest.fixture
def processes(var, monkeypatch):
    """The demo's processes, none of them started yet."""
    var.mkdir()
    monkeypatch.setattr(start, "SECONDS_TO_STOP", 0.5)
    with start.Processes(var, "postgres:///none", free_port()) as processes:
        yield processes


def test_one_that_ends_by_itself_is_named_with_its_last_lines(processes):
    processes.start("web", "sleep 60")
    processes.start("worker", "sh -c 'seq 30; echo so be it; exit 3'")
    processes.running["worker"].wait()
    with pytest.raises(CannotStart) as reason:
        processes.check_all_live()
    said, *lines = str(reason.value).splitlines()
    assert said.startswith("The worker process ended by itself, with exit code 3; the end of ")
    assert [line.strip() for line in lines] == [*map(str, range(12, 31)), "so be it"]


def test_one_that_was_killed_is_named_with_the_signal(processes):
    processes.start("beat", "sleep 60")
    processes.running["beat"].kill()
    processes.running["beat"].wait()
    with pytest.raises(CannotStart, match="The beat process ended by itself, killed by signal 9;"):
        processes.check_all_live()


def test_one_that_fills_the_disk_says_so(processes):
    processes.start("web", "sh -c 'echo OSError: No space left on device; exit 1'")
    processes.running["web"].wait()
    with pytest.raises(CannotStart, match=r"^The disk is full; make room and start again\.$"):
        processes.check_all_live()


def test_all_end_together_also_those_who_would_rather_not(processes):
    processes.start("web", "sh -c 'trap \"\" TERM; sleep 61 & echo $!; wait; wait'")
    processes.start("beat", "sleep 62")
    wait_until(lambda: processes.log("web").read_text().strip())
    grandchild = int(processes.log("web").read_text())
    pids = [process.pid for process in processes.running.values()] + [grandchild]
    processes.stop_all()
    wait_until(lambda: all(map(is_gone, pids)))


def test_they_read_nothing_and_write_to_logs_of_their_own(processes):
    processes.start("web", "cat")
    assert processes.running["web"].wait(5) == 0
    assert stat.S_IMODE(processes.log("web").stat().st_mode) == 0o600


def test_they_end_with_the_one_who_started_them_however_it_ended(var):
    var.mkdir()
    code = (
        "import os, signal, sys; from pathlib import Path; from boardroom.demo import start\n"
        "processes = start.Processes(Path(sys.argv[1]), '', 1).__enter__()\n"
        "processes.start('web', 'sleep 63'); print(processes.running['web'].pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, var], capture_output=True, text=True, check=False
    )
    wait_until(lambda: is_gone(int(ended.stdout)))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_wish_to_stop_is_heard_while_waiting(number):
    before = signal.pthread_sigmask(signal.SIG_BLOCK, start.AWAITED)
    try:
        signal.raise_signal(number)
        with pytest.raises(start.Stopped):
            start.pause(5)
        signal.raise_signal(signal.SIGCHLD)
        start.pause(0)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# --- Starting over ---------------------------------------------------------------------------


def test_starting_over_removes_what_the_demo_made_and_nothing_else(var, capsys):
    for folder in ("files", "broker", "log", "postgres", "test-postgres", "screenshots"):
        (var / folder).mkdir(parents=True)
    for file in ("secrets.env", "beat-schedule.db", "diary.txt"):
        (var / file).touch()
    by_hand.reset()
    assert {path.name for path in var.iterdir()} == {
        "demo.lock", "diary.txt", "screenshots", "test-postgres",
    }  # fmt: skip
    assert capsys.readouterr().out == "The demo's data are gone; make demo starts over.\n"


def test_starting_over_waits_for_no_running_demo(var):
    (var / "files").mkdir(parents=True)
    with checks.only_demo(var, 8123), pytest.raises(CannotStart, match="already running"):
        by_hand.reset()
    assert (var / "files").exists()


# --- The whole of it -------------------------------------------------------------------------


def members(var):
    """The pids of the processes that were told of this folder."""
    told = f"VAR_DIR={var}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if told in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:
            continue
    return [pid for pid in found if not is_gone(pid)]


def ask(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    return connection.getresponse().status


@pytest.mark.parametrize(
    "ending", [signal.SIGTERM, pytest.param(signal.SIGKILL, marks=pytest.mark.deep)]
)
def test_the_whole_demo_starts_serves_and_leaves_nothing(tmp_path, ending):
    var, port = tmp_path / "var", free_port()
    surroundings = {"HOME": "/", "PATH": os.environ["PATH"], "PORT": str(port), "VAR_DIR": str(var)}
    demo = subprocess.Popen(
        [sys.executable, "-m", "boardroom.demo"],
        cwd=HOUSE,
        env=surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = []
    for line in demo.stdout:
        said.append(line)
        if "Ctrl-C stops" in line:
            break
    assert said.count(f"Boardroom is ready at http://127.0.0.1:{port}/\n") == 1, said
    assert ask(port, "/readyz") == 200
    assert ask(port, "/demo/") == 200
    assert len(members(var)) > 5
    demo.send_signal(ending)
    assert demo.wait(30) == (0 if ending == signal.SIGTERM else -signal.SIGKILL)
    wait_until(lambda: not members(var) and not embedded.is_alive(var / "postgres"), 30)
