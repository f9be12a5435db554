"""How long a morning takes: so many reminders that are due, found and queued.

    python -m bench.reminders 10000

leaves so many invented actions to the directors of a company, due within two weeks, and tells the
day as the house does at eight: every moment of every room is asked, every reader's door too, and
the notices are written. Says the seconds as JSON; nothing of it stays.
"""

import json
import sys
import time
from datetime import timedelta

import django

MEETINGS = 50


def leave(number, today):
    """So many actions, of many meetings and owners; each has a reminder that is due today."""
    from governance.board.models import Directorship
    from governance.meetings.action_moves import LEAVES_ACTIONS
    from governance.meetings.models import Action, Meeting

    sitting = Directorship.objects.on(today).order_by("person")
    owners = list(sitting.values_list("person", flat=True))
    past = Meeting.objects.filter(state__in=LEAVES_ACTIONS, committee=None).order_by("-starts_at")
    meetings = list(past.values_list("pk", flat=True)[:MEETINGS])
    Action.objects.bulk_create(
        (
            Action(
                meeting_id=meetings[at % len(meetings)],
                what=f"Invented matter {at}",
                owner_id=owners[at % len(owners)],
                due_on=today + timedelta(days=1 + at % 14),
                entered_on=today - timedelta(days=30),
            )
            for at in range(number)
        ),
        batch_size=2_000,
    )


def measure(number):
    """The morning without them, and with them."""
    from django.db import transaction
    from django.utils import timezone

    from governance.notices import moments
    from governance.notices.models import Notice
    from governance.records.models import Company

    company = Company.current()
    with timezone.override(company.zone), transaction.atomic():
        today = timezone.localdate()
        # What is due without them is said first, and all that is read once is read.
        moments.tell_the_day(today)
        leave(number, today)
        before = Notice.objects.filter(state="queued").count()
        began = time.perf_counter()
        moments.tell_the_day(today)
        seconds = time.perf_counter() - began
        queued = Notice.objects.filter(state="queued").count() - before
        transaction.set_rollback(True)
    return {"reminders": number, "queued": queued, "seconds": seconds}


if __name__ == "__main__":
    django.setup()
    print(json.dumps(measure(int(sys.argv[1]))))
