"""What the record costs: an official write with its history and entry, and the same without them.

python -m bench.writes NUMBER       makes so many of each, in turn, says the milliseconds of each
"""

import json
import sys
import time
from contextlib import contextmanager

import django

from bench.figures import BARE, KEPT

# So many of one sort in a row, then of the other.
IN_A_ROW = 5


def measure(number):
    """One row by its verb, and twenty rows in one statement; each as it is, and without record."""
    from bench.prepare import TITLE_OF_THE_FLOOR, designated
    from governance.meetings.models import AgendaItem, Meeting

    meeting = Meeting.objects.filter(state="in_session").latest("convened_at")
    items = AgendaItem.objects.filter(title__startswith=TITLE_OF_THE_FLOOR)
    chair = designated("chair")
    acts = {
        "write": recess_or_reconvene(meeting, chair),
        "bulk write": change_the_minutes(items),
    }
    times = {f"{name}, {how}": [] for name in acts for how in (KEPT, BARE)}
    for name, act in acts.items():
        for done in range(0, number, IN_A_ROW):
            for how, around in ((KEPT, with_record), (BARE, without_record)):
                with around(chair):
                    act()  # what the change of triggers costs is not counted
                    taken = [stopped(act) for _ in range(min(IN_A_ROW, number - done))]
                times[f"{name}, {how}"] += taken
    if Meeting.objects.get(pk=meeting.pk).state == "recessed":
        acts["write"]()
    return times


def stopped(act):
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def recess_or_reconvene(meeting, chair):
    """A move of a meeting in session, by whoever chairs it; then the move back."""
    from django.utils import timezone

    from governance.meetings.operations import recess, reconvene

    def act():
        verb = recess if meeting.state == "in_session" else reconvene
        verb(meeting, by=chair, at=timezone.now())

    return act


def change_the_minutes(items):
    """Every item of an agenda at once."""
    from django.db.models import F

    return lambda: items.update(minutes=30 - F("minutes"))


@contextmanager
def with_record(chair):
    """As a page does it: history knows who it was."""
    import pghistory

    with pghistory.context(user=chair.pk, url="/bench/"):
        yield


@contextmanager
def without_record(chair):
    """No entry is written, and the triggers that keep history rest."""
    from governance.records import moves

    switch_history("DISABLE")
    entering, moves.enter = moves.enter, lambda *args, **facts: None
    try:
        yield
    finally:
        moves.enter = entering
        switch_history("ENABLE")


def switch_history(how):
    from django.db import connection
    from pghistory.trigger import Event

    from governance.meetings.models import AgendaItem, Meeting

    with connection.cursor() as cursor:
        for model in (Meeting, AgendaItem):
            for trigger in model._meta.triggers:
                if isinstance(trigger, Event):
                    name = trigger.get_pgid(model)
                    cursor.execute(f"ALTER TABLE {model._meta.db_table} {how} TRIGGER {name}")


if __name__ == "__main__":
    django.setup()
    print(json.dumps(measure(int(sys.argv[1]))))
