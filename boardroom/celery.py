"""The jobs of the portal: one worker, one bell, and the whole schedule of what happens when."""

import os
from contextlib import suppress
from pathlib import Path

from celery import Celery, Task
from celery.schedules import crontab
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "boardroom.settings")


class CompanyTask(Task):
    """A job whose today is the company's: its clock is set as the clock of a page is.

    A job of the schedule runs alone, as two beats may ring for it, unless it says `alone=False`.
    """

    alone = True

    def __call__(self, *args, **kwargs):
        from django.conf import settings
        from django.utils import timezone

        from boardroom.alone import turn_of
        from governance.records.models import Company

        if not self.request.called_directly:
            # The worker's sign of life, for whoever watches over its container. A disk that is full
            # keeps no letter back.
            with suppress(OSError):
                (settings.VAR_DIR / "worker-alive").touch()
        with timezone.override(Company.current().zone):
            if self.request.called_directly or not self.alone or self.name not in scheduled():
                return super().__call__(*args, **kwargs)
            with turn_of(self.name) as mine:
                return super().__call__(*args, **kwargs) if mine else None


def scheduled():
    """The names of the jobs that the beat rings for."""
    return {entry["task"] for entry in app.conf.beat_schedule.values()}


TRANSPORT_ALIASES["filesystem"] = "boardroom.broker:Transport"
app = Celery("boardroom", task_cls=CompanyTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "deliver-notices": {
        "task": "governance.notices.tasks.deliver_notices",
        "schedule": 30.0,
        # A bell that nobody answered is not rung again and again.
        "options": {"expires": 25},
    },
    "resolve-doubts": {
        "task": "governance.notices.tasks.resolve_doubts",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "collect-letters": {
        "task": "governance.notices.tasks.collect_letters",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    # Every quarter of an hour, as the clocks of some zones go: from 08:00 on where the company is
    # the day is told, once, by whichever bell comes first.
    "tell-the-day": {
        "task": "governance.notices.tasks.tell_the_day",
        "schedule": crontab(minute="*/15"),
        "options": {"expires": 14 * 60},
    },
    # A deadline that has passed overnight, a resignation that takes effect today.
    "look-at-composition": {
        "task": "governance.committees.tasks.look_at_composition",
        "schedule": crontab(hour=0, minute=10),
    },
    # A signature may count from a stated minute.
    "keep-up-with-consents": {
        "task": "governance.decisions.tasks.keep_up_with_consents",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    # Ballots are awaited until a stated minute, for which no bell of the morning is near enough.
    "keep-up-with-votes": {
        "task": "governance.decisions.tasks.keep_up_with_votes",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    # A seat is lost by a fact with a day, and no verb tells of it.
    "take-hours-out-of-calendars": {
        "task": "governance.meetings.tasks.take_hours_out_of_calendars",
        "schedule": crontab(minute=7),
    },
    # Files that nobody was asked to check, or that somebody was ended over.
    "check-arrivals": {
        "task": "governance.papers.tasks.check_arrivals",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
    "tidy-arrivals": {
        "task": "governance.papers.tasks.tidy_arrivals",
        "schedule": crontab(hour=3, minute=40),
    },
    "purge-notes": {
        "task": "governance.papers.tasks.purge_notes",
        "schedule": crontab(hour=0, minute=30),
    },
    "clear-bound-books": {
        "task": "governance.papers.tasks.clear_bound_books",
        "schedule": crontab(hour=2, minute=30),
    },
    "forget-ended-sessions": {
        "task": "boardroom.tasks.forget_ended_sessions",
        "schedule": crontab(hour=3, minute=30),
    },
}


def prepare_broker(options):
    """Make the folders of the demo's broker; a broker behind an address needs none."""
    for name in ("data_folder_in", "data_folder_out", "control_folder"):
        if name in options:
            Path(options[name]).mkdir(mode=0o700, parents=True, exist_ok=True)
