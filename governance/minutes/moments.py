"""What this room says by the day: minutes that wait for a comment, or to be approved."""

from collections import defaultdict
from datetime import timedelta

from governance.meetings.models import Meeting
from governance.meetings.moments import bodies, chairing, office
from governance.meetings.moves import MeetingState
from governance.minutes import mail
from governance.minutes.models import Comment, Minutes
from governance.minutes.moves import MinutesState
from governance.notices.days import BEFORE, days_before, reached
from governance.notices.moments import accounts, moment
from governance.notices.operations import Telling
from governance.records.models import Company

# Circulated minutes ask to be read for two weeks.
READ_WITHIN = timedelta(days=14)
BEFORE_THAT = (7, 1)


def circulated():
    """Minutes that the body has before it, and has not approved."""
    rows = Minutes.objects.filter(state=MinutesState.CIRCULATED).select_related("meeting")
    return list(rows.order_by("circulated_at"))


@moment
def minutes_to_comment(on):
    """Members who have not said anything, a week and a day before two weeks are over (M-05)."""
    day_of = Company.current().day_of
    due = {}
    for row in circulated():
        since = day_of(row.circulated_at)
        day = reached(days_before(since + READ_WITHIN, BEFORE_THAT), since=since, on=on)
        if day and on <= since + READ_WITHIN:
            due[row] = day
    if not due:
        return
    said = defaultdict(set)
    for minutes, person in Comment.objects.filter(minutes__in=list(due)).values_list(
        "minutes", "person"
    ):
        said[minutes].add(person)
    body = bodies(on)
    found = accounts(set().union(*(body[row.meeting.committee_id] for row in due)))
    for row, day in due.items():
        members = body[row.meeting.committee_id] - said[row.pk]
        readers = [found[person] for person in members if person in found]
        yield Telling(mail.MINUTES_WAIT, row, readers, f"{day}")


@moment
def minutes_to_approve(on):
    """Before the next meeting of the body: to whoever chairs it, and the Secretary (M-05, NT-DUE).

    The body approves its minutes at a later meeting.
    """
    rows = circulated()
    if not rows:
        return
    day_of = Company.current().day_of
    coming = Meeting.objects.filter(state__in=(MeetingState.SCHEDULED, MeetingState.NOTICED))
    following: dict = {}
    for committee, starts_at in coming.order_by("-starts_at").values_list("committee", "starts_at"):
        if day_of(starts_at) >= on:
            following[committee] = day_of(starts_at)
    chairs = chairing(on)
    found, keepers = accounts(set().union(*chairs.values())), office(on)
    for row in rows:
        meets = following.get(row.meeting.committee_id)
        if meets is None:
            continue
        if day := reached(days_before(meets, BEFORE), since=day_of(row.circulated_at), on=on):
            people = chairs[row.meeting.committee_id]
            readers = [found[person] for person in people if person in found]
            yield Telling(mail.MINUTES_TO_APPROVE, row, [*readers, *keepers], f"{day}")
