"""The demo by hand.

python -m boardroom.demo                    starts it
python -m boardroom.demo --reset            forgets its data
python -m boardroom.demo COMMAND ARGS...    one of manage.py's commands on its data
"""

import argparse
import shutil
import subprocess
import sys

from boardroom import embedded
from boardroom.demo import checks, start

# What a demo leaves in its folder; the collected files stay, they are the same for every company.
KEPT = ("beat-schedule*", "broker", "cache", "files", "log", "secrets.env*", "worker-alive")


def reset():
    """Forget the demo's data; a database that somebody else runs is not ours to empty."""
    var = checks.var_folder()
    if not var.exists():
        print("There are no data to forget; make demo makes some.")
        return
    checks.check_var(var)
    with checks.only_demo(var, checks.wanted_port()):
        embedded.forget(var / "postgres")
        for pattern in KEPT:
            for path in var.glob(pattern):
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()
    print("The demo's data are gone; make demo starts over.")


def manage(command):
    """Run one of manage.py's commands where the demo is, running or not."""
    var = checks.var_folder()
    checks.check_var(var)
    var.mkdir(mode=0o700, exist_ok=True)
    start.make_secrets(var)
    with start.open_database(var) as database:
        surroundings = start.surroundings(database, checks.wanted_port(), var)
        command = [sys.executable, checks.ROOT / "manage.py", *command]
        return subprocess.call(command, env=surroundings)


def main():
    parser = argparse.ArgumentParser(prog="python -m boardroom.demo", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--reset", action="store_true", help="forget the demo's data")
    parser.add_argument("--with-parent", action="store_true", help="end when the starter ends")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    asked = parser.parse_args()
    if asked.reset:
        return reset()
    if asked.command:
        return manage(asked.command)
    return start.run(with_parent=asked.with_parent)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (checks.CannotStart, embedded.DatabaseTrouble) as reason:
        sys.exit(str(reason))
    except OSError as error:
        sys.exit(checks.in_one_sentence(error))
    except KeyboardInterrupt:
        sys.exit(130)
