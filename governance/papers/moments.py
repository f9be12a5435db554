"""What this room says by the day: papers that wait, and notes that go."""

from collections import defaultdict

from governance.meetings.models import Meeting
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
    """Members who have not said that they have their papers of a meeting that comes near."""
    day_of = Company.current().day_of
    rows = Meeting.objects.filter(state__in=(MeetingState.SCHEDULED, MeetingState.NOTICED))
    body = None
    for meeting in rows.exclude(editions=None):
        days = days_before(day_of(meeting.starts_at), BEFORE_IT)
        if not min(days) <= on <= max(days):
            continue
        body = body or bodies(on)
        due = defaultdict(list)
        for user in accounts(body[meeting.committee_id]).values():
            edition = waiting_for(user, meeting)
            since = edition and day_of(edition.published_at)
            if since and (day := reached(days, since=since, on=on)):
                due[day].append(user)
        for day, readers in due.items():
            yield Telling(mail.PAPERS_WAIT, meeting, readers, f"{day}")


def waiting_for(user, meeting):
    """The latest edition that brought the reader something, unless they said that they have it.

    To be reminded of a later one would tell the recused of what is withheld.
    """
    edition = Edition.objects.new_to(user).current(meeting)
    if edition is None:
        return None
    since = {"edition__meeting": meeting, "edition__number__gte": edition.number}
    said = Acknowledgement.objects.filter(person=user.person_id, **since)
    return None if said.exists() else edition


@moment
def notes_going(on):
    """Notes that go in a week. Who was told is recorded with it, as they are purged by that."""
    purging.announce_purges(on=on)
    return []
