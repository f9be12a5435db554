"""The commands of the house: what they install is locked, and what is missing has a name."""

import json
import re
import stat
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

from scripts import set_up

HOUSE = Path(__file__).resolve().parents[2]
COMMANDS = ("demo", "demo-reset", "test", "test-deep", "bench", "check")


def pins(name):
    """The packages of a lock file: name to version and hashes."""
    text = (HOUSE / "requirements" / f"{name}.txt").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and line.strip()[0] != "#"]
    found = {}
    for line in lines:
        pin, *hashes = line.split("--hash=")
        package, version = pin.strip().split("==")
        found[package] = (version, {one.strip() for one in hashes})
    return found


@pytest.mark.parametrize("name", ["base", "dev"])
def test_every_python_package_is_locked_by_its_hash(name):
    for package, (version, hashes) in pins(name).items():
        assert re.fullmatch(r"[\w.!+]+", version), package
        assert hashes, package
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes), package
    assert "://" not in (HOUSE / "requirements" / f"{name}.txt").read_text()


def test_the_tests_run_on_the_packages_of_production():
    base, dev = pins("base"), pins("dev")
    assert base == {package: dev[package] for package in base}


def test_the_locks_hold_what_the_project_asks_for():
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text())["project"]
    groups = {
        "base": project["dependencies"],
        "dev": project["dependencies"] + project["optional-dependencies"]["dev"],
    }
    for name, asked in groups.items():
        names = {re.match(r"[\w.-]+", one)[0].lower().replace(".", "-") for one in asked}
        assert names <= set(pins(name))


def test_every_front_end_package_is_locked_by_its_hash():
    lock = json.loads((HOUSE / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert not any("resolved" in package for package in packages.values())
    asked = json.loads((HOUSE / "package.json").read_text())["dependencies"]
    assert {f"node_modules/{name}" for name in asked} <= set(packages)


def test_what_pages_load_is_there():
    """Every file under vendor/ that a page names was copied from a package."""
    pages = "".join(page.read_text() for page in (HOUSE / "templates").rglob("*.html"))
    named = set(re.findall(r"static ['\"](vendor/[^'\"]+)", pages))
    assert named
    for path in named:
        assert (HOUSE / "static" / path).is_file(), path


def test_styles_point_only_to_files_that_are_there():
    vendor = HOUSE / "static" / "vendor"
    for sheet in vendor.rglob("*.css"):
        text = sheet.read_text()
        assert "sourceMappingURL" not in text
        for target in re.findall(r"url\(['\"]?([^'\")]+)", text):
            if not target.startswith(("data:", "#")):
                assert (sheet.parent / target.partition("?")[0]).is_file(), (sheet, target)


def test_the_watching_machine_runs_what_anybody_runs():
    run = HOUSE / ".ci" / "run"
    assert run.stat().st_mode & stat.S_IXUSR
    lines = [line for line in run.read_text().splitlines() if line and line[0] != "#"]
    assert [line for line in lines if "make" in line] == ["exec make test </dev/null"]


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_is_in_the_makefile(command):
    ended = subprocess.run(
        ["make", "--dry-run", command], cwd=HOUSE, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert "scripts/set_up.py" in ended.stdout


def find_python(tmp_path, **programs):
    """What scripts/python says where only these programs are there."""
    for name, script in programs.items():
        (tmp_path / name.replace("_", ".")).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name.replace("_", ".")).chmod(0o755)
    return subprocess.run(
        ["/bin/sh", HOUSE / "scripts" / "python"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_python_is_one_sentence(tmp_path):
    ended = find_python(tmp_path)
    assert ended.returncode == 1
    assert ended.stderr.startswith("Boardroom needs Python 3.11 or later and found none")
    assert ended.stderr.count("\n") == 1


def test_an_old_python_is_not_enough(tmp_path):
    ended = find_python(tmp_path, python3="exit 1")
    assert ended.returncode == 1
    assert "needs Python 3.11" in ended.stderr


def test_a_python_without_venv_is_named(tmp_path):
    lacking = 'case "$2" in *ensurepip*) exit 1;; *print*) echo python3.11-venv;; esac'
    ended = find_python(tmp_path, python3_11=lacking)
    assert ended.returncode == 1
    assert "apt-get install python3.11-venv" in ended.stderr


def test_the_first_python_that_will_do_is_taken(tmp_path):
    ended = find_python(tmp_path, python3_11="exit 1", python3="exit 0")
    assert ended.stdout.strip() == str(tmp_path / "python3")


@pytest.mark.parametrize(
    "said, sentence",
    [
        ("OSError: [Errno 28] No space left on device: '/x'", "the disk is full"),
        ("npm error code ENOSPC", "the disk is full"),
        ("Failed to establish a new connection: [Errno 101]", "there is no network"),
        ("npm error code EAI_AGAIN\nnpm error network", "there is no network"),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
            "a downloaded package is not the one that the lock file names",
        ),
        (
            "Collecting x\nERROR: No matching distribution found",
            "ERROR: No matching distribution found",
        ),
        ("", "it gave no reason"),
    ],
)
def test_why_an_installation_failed_is_said_in_a_few_words(said, sentence):
    assert set_up.why(said) == sentence


def test_a_venv_that_was_moved_is_made_again(tmp_path):
    """Its programs name the place where they were made."""
    made = tmp_path / "made"
    subprocess.run([sys.executable, "-m", "venv", made], check=True)
    assert set_up.works(made)
    moved = made.rename(tmp_path / "moved")
    assert not set_up.works(moved)
    assert not set_up.works(tmp_path / "nowhere")


def test_a_full_disk_is_noticed_before_anything_is_fetched(monkeypatch):
    monkeypatch.setattr(set_up.shutil, "disk_usage", lambda _: SimpleNamespace(free=2**20))
    with pytest.raises(set_up.CannotSetUp, match=r"^The disk is full: .* has 1 MB\.$"):
        set_up.check_disk("base")


def test_a_command_that_fails_leaves_its_details_and_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(set_up, "ROOT", tmp_path)
    with pytest.raises(set_up.CannotSetUp, match=r"^It failed: error: so be it \(log has the det"):
        set_up.run(["sh", "-c", "echo error: so be it; exit 3"], tmp_path / "log", "It failed")
    assert (tmp_path / "log").read_text() == "error: so be it\n"


def test_what_is_missing_under_ci_fails(monkeypatch, capsys):
    monkeypatch.setattr(set_up, "missing_tools", lambda: ["chromium"])
    monkeypatch.setattr(set_up, "permitted_apt_get", lambda: None)
    monkeypatch.delenv("CI", raising=False)
    set_up.install_tools()
    assert "Missing: chromium" in capsys.readouterr().out
    monkeypatch.setenv("CI", "true")
    with pytest.raises(set_up.CannotSetUp, match=r"install chromium\.$"):
        set_up.install_tools()


@pytest.mark.parametrize("there", [True, False])
def test_a_browser_is_had_in_another_package_where_the_first_is_not(there, monkeypatch):
    """Debian has Chromium without windows as a package of its own, and others have not."""
    asked = []
    had = ["chromium-headless-shell"] if there else ["chromium"]

    def ask(apt_get, *words):
        asked.extend(word for word in words if not word.startswith("-"))

    monkeypatch.setattr(set_up, "permitted_apt_get", lambda: ["apt-get"])
    monkeypatch.setattr(set_up, "ask", ask)
    monkeypatch.setattr(
        set_up, "missing_tools", lambda: [] if set(had) & set(asked) else ["chromium"]
    )
    monkeypatch.setenv("CI", "true")
    set_up.install_tools()
    assert asked == ["update", "install", "chromium-headless-shell"] + (
        [] if there else ["install", "chromium"]
    )


@pytest.mark.parametrize(
    "missing, needed", [("libreoffice", False), ("chromium", True), ("redis-server", True)]
)
def test_under_ci_only_what_few_tests_need_may_be_missing(missing, needed, monkeypatch, capsys):
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(set_up, "permitted_apt_get", lambda: None)
    monkeypatch.setattr(set_up, "missing_tools", lambda: [missing])
    if needed:
        with pytest.raises(set_up.CannotSetUp, match=missing):
            set_up.install_tools()
    else:
        set_up.install_tools()
    assert f"Missing: {missing} (apt-get install" in capsys.readouterr().out
