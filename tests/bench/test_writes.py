"""What the bench writes without the record leaves none, and everything else does as ever."""

import pytest

from bench.prepare import TITLE_OF_THE_FLOOR
from bench.writes import measure
from governance.meetings.models import AgendaItem, Meeting
from governance.meetings.operations import add_item
from governance.records.models import Entry
from tests.decisions.conftest import PRESENT
from tests.factories import meetings

pytestmark = pytest.mark.django_db(transaction=True)


def test_half_of_what_is_written_leaves_a_record(cast, now):
    present = [cast[name].person for name in PRESENT]
    by = {"by": cast["secretary"], "at": now}
    meeting = meetings.in_session(present, **by)
    for number in range(3):
        add_item(meeting, title=f"{TITLE_OF_THE_FLOOR} {number}", minutes=10, **by)
    item = AgendaItem.objects.first()
    entries, rows = Entry.objects.about(meeting).count(), meeting.events.count()
    lines = item.events.count()
    times = measure(4)
    assert {name: len(taken) for name, taken in times.items()} == {
        "write, kept": 4,
        "write, bare": 4,
        "bulk write, kept": 4,
        "bulk write, bare": 4,
    }
    # Once more of each, which the clock does not count.
    assert Entry.objects.about(meeting).count() == entries + 5
    assert meeting.events.count() == rows + 5
    assert item.events.count() == lines + 5
    assert Meeting.objects.get(pk=meeting.pk).state == "in_session"
