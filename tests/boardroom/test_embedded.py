"""The embedded database opens to those inside, ends with the last of them and survives the rest."""

import fcntl
import multiprocessing
import os
import signal
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import environ
import psycopg
import pytest

from boardroom import embedded
from boardroom.embedded import DatabaseTrouble, running

IS_ROOT = os.geteuid() == 0


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A database folder, made once; tests that harm theirs take a copy."""
    folder = tmp_path_factory.mktemp("embedded") / "postgres"
    with running(folder, durable=False) as url, psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE oath (words text)")
        connection.execute("INSERT INTO oath VALUES ('kept')")
    return folder


@pytest.fixture
def folder(made, tmp_path):
    """A copy of the database, at rest."""
    copy = tmp_path / "postgres"
    subprocess.run(["cp", "--archive", made, copy], check=True)
    return copy


def ask(url, question):
    with psycopg.connect(url, connect_timeout=5) as connection:
        return connection.execute(question).fetchone()


def words(url):
    return ask(url, "SELECT words FROM oath")[0]


def server_pid(folder):
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])


def is_gone(pid):
    """Ended, and not merely waiting to be collected."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def wait_until(holds, seconds=60):
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


def someone_inside(folder):
    """Another process that went in and stays until it is ended."""
    code = (
        "import sys; from boardroom.embedded import running\n"
        "with running(sys.argv[1], durable=False):\n"
        "    print('inside', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"inside\n"
    return process


def by_hand(folder, *command):
    """`python -m boardroom.embedded COMMAND`, where no database is named."""
    surroundings = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.Popen(
        [sys.executable, "-m", "boardroom.embedded", "--quick", "--folder", folder, *command],
        env=surroundings,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_it_opens_by_its_address_to_an_ordinary_role(made):
    with running(made, durable=False) as url:
        assert words(url) == "kept"
        role = ask(url, "SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user")
        assert role == ("boardroom", False)
        assert ask(url, "SHOW server_encoding") == ("UTF8",)
        assert ask(url, "SHOW server_version_num")[0].startswith("18")
        assert ask(url, "SELECT lower('ÉVA'), upper('ß')") == ("éva", "ß")


@pytest.mark.parametrize(
    "text, word",
    [
        ("presented as “Plans”", "plan"),
        ("the company’s", "company"),
        ("risk–audit", "audit"),
        ("Zürich", "zürich"),
        ("会議室 中文", "会議室"),
    ],
)
def test_words_are_looked_for_without_the_marks_beside_them(made, text, word):
    with running(made, durable=False) as url:
        asked = f"websearch_to_tsquery('english', '{word}')"
        assert ask(url, f"SELECT to_tsvector('english', '{text}') @@ {asked}") == (True,)


def test_django_environ_reads_the_same_address(made):
    with running(made, durable=False) as url:
        named = environ.Env.db_url_config(url)
        assert named["NAME"] == named["USER"] == "boardroom"
        assert named["OPTIONS"]["host"] == str(made / "data")


@pytest.mark.parametrize(
    "changed",
    [{"password": "guessed"}, {"user": "postgres"}, {"dbname": "postgres", "user": "root"}],
)
def test_nobody_else_gets_in(made, changed):
    with running(made, durable=False) as url, pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, **changed)


def test_it_listens_to_no_network(made):
    with running(made, durable=False) as url:
        assert ask(url, "SHOW listen_addresses") == ("",)


def test_its_files_are_private(made):
    with running(made, durable=False):
        for path, mode in (("", 0o700), ("data", 0o700), ("password", 0o600), ("log", 0o600)):
            assert stat.S_IMODE((made / path).stat().st_mode) == mode, path
        socket = made / "data" / ".s.PGSQL.5432"
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700


def test_it_never_runs_as_root(made):
    with running(made, durable=False):
        owner = Path(f"/proc/{server_pid(made)}").stat().st_uid
        assert owner != 0
        assert (owner == os.geteuid()) is not IS_ROOT


def test_its_log_names_no_content(made):
    with running(made, durable=False) as url:
        with pytest.raises(psycopg.Error):
            ask(url, "SELECT 'told in confidence'::int")
        with psycopg.connect(url) as connection, pytest.raises(psycopg.Error):
            connection.execute("CREATE TEMP TABLE one (who text UNIQUE)")
            connection.execute("INSERT INTO one VALUES ('canary'), ('canary')")
        log = (made / "log").read_text()
        assert "ERROR" in log
        assert "canary" not in log


def test_it_is_shared_and_ends_with_the_last_one_out(made):
    other = someone_inside(made)
    with running(made, durable=False) as url:
        pid = server_pid(made)
        other.communicate()
        assert words(url) == "kept"
        assert server_pid(made) == pid
    assert is_gone(pid)
    assert not embedded.is_alive(made)


def test_it_outlives_the_one_who_came_first(made):
    with running(made, durable=False):
        other = someone_inside(made)
    assert embedded.is_alive(made)
    other.communicate()
    assert not embedded.is_alive(made)


def test_it_ends_when_the_only_one_inside_is_killed(made):
    other = someone_inside(made)
    pid = server_pid(made)
    other.kill()
    other.communicate()
    wait_until(lambda: is_gone(pid) and not embedded.is_alive(made))


def enter_and_ask(folder):
    with running(folder, durable=False) as url:
        return ask(url, "SELECT pg_postmaster_start_time()")[0], words(url)


def test_many_at_once_get_one_server(made):
    with running(made, durable=False), multiprocessing.get_context("spawn").Pool(3) as pool:
        answers = pool.map(enter_and_ask, [made] * 6)
    assert len(set(answers)) == 1


def test_many_at_once_start_it_once(folder):
    look = (
        "import os, psycopg; c = psycopg.connect(os.environ['DATABASE_URL'])\n"
        "print(c.execute('SELECT words FROM oath').fetchone()[0])"
    )
    others = [by_hand(folder, sys.executable, "-c", look) for _ in range(4)]
    assert [other.communicate(timeout=60)[0] for other in others] == ["kept\n"] * 4
    assert not embedded.is_alive(folder)


@pytest.mark.parametrize("victim", ["keeper", "server", "both"])
def test_it_heals_after_a_kill(folder, victim):
    with running(folder, durable=False) as url:
        assert words(url) == "kept"
        server, keeper = server_pid(folder), embedded.KEEPERS[-1].pid
        if victim in ("keeper", "both"):
            os.kill(keeper, signal.SIGKILL)
        if victim in ("server", "both"):
            with suppress(ProcessLookupError):
                os.kill(server, signal.SIGKILL)
        wait_until(lambda: is_gone(server) and not embedded.is_alive(folder))
    with running(folder, durable=False) as url:
        assert words(url) == "kept"


def test_what_a_power_cut_left_does_not_keep_it_from_starting(folder):
    """The pid of the lost server may belong to any process by now; here it is a living one."""
    data = folder / "data"
    lines = [os.getppid(), "/proc/self/cwd", 1700000000, 5432, ".", "", "  1   2", "ready   "]
    (data / "postmaster.pid").write_text("\n".join(map(str, lines)))
    (data / ".s.PGSQL.5432").touch()
    (data / ".s.PGSQL.5432.lock").write_text(f"{os.getppid()}\n")
    if IS_ROOT:
        owner = data.stat()
        for path in data.glob("*s*"):
            os.chown(path, owner.st_uid, owner.st_gid)
    with running(folder, durable=False) as url:
        assert words(url) == "kept"


def test_half_a_database_is_made_anew(tmp_path):
    (tmp_path / "postgres" / "data.new" / "base").mkdir(parents=True)
    with running(tmp_path / "postgres", durable=False) as url:
        assert ask(url, "SELECT current_database()") == ("boardroom",)


def test_a_lost_password_is_replaced(folder):
    old = (folder / "password").read_text()
    (folder / "password").unlink()
    with running(folder, durable=False) as url:
        assert words(url) == "kept"
        assert urlsplit(url).password != old


def test_broken_data_are_kept_and_named(folder):
    (folder / "data" / "global" / "pg_control").write_bytes(b"nothing")
    with pytest.raises(DatabaseTrouble, match=r"^The database did not start: .*pg_control"):
        running(folder).__enter__()
    assert (folder / "data" / "base").exists()


def test_broken_data_of_tests_are_made_anew(folder):
    (folder / "data" / "global" / "pg_control").write_bytes(b"nothing")
    with running(folder, durable=False) as url, pytest.raises(psycopg.errors.UndefinedTable):
        words(url)


def test_a_folder_of_somebody_else_is_refused(tmp_path):
    folder = tmp_path / "postgres"
    folder.mkdir()
    if IS_ROOT:
        os.chown(folder, 65534, 65534)
    else:
        folder = Path("/etc")
    with pytest.raises(DatabaseTrouble, match=r"^\S+ belongs to \w+ and not to \w+\.$"):
        running(folder).__enter__()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(
        DatabaseTrouble, match=r"^The database has no place: Not a directory: .+\.$"
    ):
        running(tmp_path / "file" / "postgres").__enter__()


def test_a_path_too_long_for_a_socket_gets_a_short_one(made, tmp_path):
    folder = tmp_path / ("deep" * 25) / "postgres"
    folder.parent.mkdir()
    subprocess.run(["cp", "--archive", made, folder], check=True)
    with running(folder, durable=False) as url:
        assert words(url) == "kept"
        short = embedded.alias(folder)
        assert stat.S_IMODE(short.stat().st_mode) == 0o700
    assert not short.exists()


def test_it_is_not_forgotten_while_somebody_is_inside(folder):
    in_use = pytest.raises(DatabaseTrouble, match="Another program is using the database")
    with running(folder, durable=False), in_use:
        embedded.forget(folder)
    embedded.forget(folder)
    assert not folder.exists()


@pytest.mark.skipif(not IS_ROOT, reason="only root hands the server to another user")
def test_a_place_closed_to_the_servers_user_still_works(tmp_path, monkeypatch, folder):
    """A clone under /root: the server cannot walk to its programs, so it runs from a copy."""
    monkeypatch.setattr("boardroom.keeper.tempfile.tempdir", str(tmp_path))
    code = (
        "import sys; from pathlib import Path; from boardroom import keeper\n"
        "keeper.is_open_to_all = lambda place: str(place) in ('/tmp', '/var/tmp')\n"
        "sys.exit(keeper.keep(Path(sys.argv[1]), durable=False))"
    )
    with embedded.open_lock(folder / "users") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        keeper = subprocess.Popen([sys.executable, "-c", code, folder], stdout=subprocess.PIPE)
        assert keeper.stdout.read() == b"ready"
        program = Path(f"/proc/{server_pid(folder)}/exe").resolve()
        assert words(embedded.address(folder)) == "kept"
        assert not program.is_relative_to(sys.prefix)
    assert keeper.wait(15) == 0
    assert not program.exists()


def test_a_command_gets_the_address_and_its_exit_code_comes_back(folder):
    code = "import os, sys; sys.exit(7 if 'boardroom' in os.environ['DATABASE_URL'] else 1)"
    assert by_hand(folder, sys.executable, "-c", code).wait(30) == 7
    assert not embedded.is_alive(folder)
