"""Make the demo's tables, files and company ready; quick where nothing has changed."""

import fcntl
import hashlib
import os
import sys
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db.migrations.exceptions import NodeNotFoundError
from django.utils import timezone

COMPANY = Path(__file__).with_name("company.yaml")


def prepare():
    django.setup()
    bring_tables_up_to_date()
    collect_static_files()
    load_the_company()


def bring_tables_up_to_date():
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except NodeNotFoundError:
        sys.exit(
            "The demo's data are of an earlier version that this one cannot read. "
            "make demo-reset forgets them."
        )


def load_the_company():
    """Load the invented company into an empty database; one that holds a company keeps it."""
    from boardroom.demo.standing import put_on_record
    from governance.records.models import Company

    if not Company.objects.exists():
        call_command("load_company", str(COMPANY))
        put_on_record(timezone.now())


def collect_static_files():
    """Collect and hash what pages load, unless that is what was collected last."""
    folder = Path(settings.STATIC_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    with turn_at(folder):
        stamp = folder / ".collected-from"
        mark = state_of_static_files()
        if not stamp.is_file() or stamp.read_text() != mark:
            call_command("collectstatic", interactive=False, verbosity=0)
            stamp.write_text(mark)


@contextmanager
def turn_at(folder):
    """Two demos of one clone, on data of their own, share the collected files and take turns."""
    door = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(door, fcntl.LOCK_EX)
        yield
    finally:
        os.close(door)


def state_of_static_files():
    """Changes when a file of ours does, or a package that brings some."""
    digest = hashlib.sha256((settings.BASE_DIR / "requirements" / "base.txt").read_bytes())
    for folder in settings.STATICFILES_DIRS:
        for path in sorted(Path(folder).rglob("*")):
            state = path.stat()
            digest.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    prepare()
