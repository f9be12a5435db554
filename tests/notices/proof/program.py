"""A worker or a beat as the Procfile starts it, in a world that the test sets.

    python -m tests.notices.proof.program worker --concurrency 1

PROOF_TIMEOUT is how long it waits for the mail server, PROOF_CLOCK a file with the seconds by which
its clock is wrong, PROOF_BEAT how often the beat rings for letters.
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django
from django.conf import settings
from django.utils import timezone


def wrong_clock():
    try:
        seconds = float(Path(os.environ["PROOF_CLOCK"]).read_text())
    except ValueError:
        seconds = 0  # just being written
    return datetime.now(UTC) + timedelta(seconds=seconds)


if __name__ == "__main__":
    django.setup()
    from boardroom.celery import app

    settings.EMAIL_TIMEOUT = float(os.environ.get("PROOF_TIMEOUT", "5"))
    if "PROOF_CLOCK" in os.environ:
        timezone.now = wrong_clock
    bell = app.conf.beat_schedule["deliver-notices"]
    bell["schedule"] = float(os.environ.get("PROOF_BEAT", bell["schedule"]))
    app.start(sys.argv[1:])
