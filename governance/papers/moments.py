"""What this room says by the day: papers that wait, and notes that go."""

from collections import defaultdict

from governance.meetings.moments import bodies
from governance.meetings.moves import MeetingState
from governance.notices.days import days_before, reached
from governance.notices.moments import accounts, moment
from governance.notices.operations import Telling
from governance.papers import mail, purging
from governance.papers.models import Acknowledgement, Edition
from governance.records.models import Company

# So many days before the meeting.
BEFORE_IT = (7, 1)


@moment
def papers_unread(on):
    """Members who have not said that they have the latest papers of a meeting that comes near."""
    day_of = Company.current().day_of
    rows = Edition.objects.latest_of_each().filter(
        meeting__state__in=(MeetingState.SCHEDULED, MeetingState.NOTICED)
    )
    due = {}
    for row in rows.select_related("meeting"):
        meets = day_of(row.meeting.starts_at)
        day = reached(days_before(meets, BEFORE_IT), since=day_of(row.published_at), on=on)
        if day and on < meets:
            due[row] = day
    if not due:
        return
    has = defaultdict(set)
    said = Acknowledgement.objects.filter(edition__in=list(due))
    for edition, person in said.values_list("edition", "person"):
        has[edition].add(person)
    body = bodies(on)
    found = accounts(set().union(*(body[row.meeting.committee_id] for row in due)))
    for row, day in due.items():
        members = body[row.meeting.committee_id] - has[row.pk]
        readers = [found[person] for person in members if person in found]
        yield Telling(mail.PAPERS_WAIT, row.meeting, readers, f"{day}")


@moment
def notes_going(on):
    """Notes that go in a week. Who was told is recorded with it, as they are purged by that."""
    purging.announce_purges(on=on)
    return []
