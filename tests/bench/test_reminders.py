"""The morning that the bench measures says everything that is due, and leaves nothing behind."""

import pytest

from bench.reminders import measure
from governance.meetings import operations
from governance.meetings.models import Action
from governance.notices.models import Notice
from tests.decisions.conftest import PRESENT
from tests.factories import meetings

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_reminder_is_queued_and_nothing_stays(cast, now):
    present = [cast[name].person for name in PRESENT]
    meeting = meetings.in_session(present, by=cast["secretary"], at=now)
    operations.adjourn(meeting, by=cast["chair"], at=now)
    before = Notice.objects.count()
    said = measure(40)
    assert said["queued"] == said["reminders"] == 40
    assert said["seconds"] > 0
    assert Notice.objects.count() == before and not Action.objects.exists()
