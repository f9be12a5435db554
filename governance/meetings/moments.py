"""What this room says by the day: actions, notices to be given, a quarter without a meeting."""

from collections import defaultdict
from datetime import timedelta

from governance.board.mail import leaders
from governance.board.models import Designation, Directorship, Role
from governance.committees.models import Seat
from governance.meetings import mail
from governance.meetings.models import Action, AgendaRequest, Meeting, MeetingKind, NoticeRule
from governance.meetings.models.request import answer_due
from governance.meetings.moves import MeetingState
from governance.meetings.yearly import missed_on, unplanned_on
from governance.notices.days import BEFORE, days_before, every, reached, reminder
from governance.notices.moments import accounts, moment
from governance.notices.operations import Telling
from governance.people.models import Appointment, Office
from governance.records.models import Company

# An agenda is locked soon after a request for it is written.
BEFORE_THE_LOCK = (7, 1)
# Once it is this near its end a quarter without a meeting is due (G-MTG-01).
BEFORE_A_QUARTER_ENDS = (45, *BEFORE)


def bodies(on):
    """Who makes up each body that day, by its committee; the Board's members by None."""
    found = defaultdict(set)
    found[None] = set(Directorship.objects.on(on).values_list("person", flat=True))
    for committee, person in Seat.objects.on(on).values_list("committee", "person"):
        found[committee].add(person)
    return found


def office(on):
    """The accounts of whoever is Corporate Secretary that day."""
    held = Appointment.objects.on(on).filter(office=Office.CORPORATE_SECRETARY)
    return list(mail.users_of(held.values("person")))


@moment
def actions_due(on):
    """Actions, to their owner 14, 7 and 1 days before; late ones to the leaders too (NT-OVR)."""
    rows = Action.objects.left_open().filter(due_on__lte=on + timedelta(days=max(BEFORE)))
    rows = list(rows.order_by("due_on").only("due_on", "entered_on", "owner_id"))
    if not rows:
        return
    found, heads = accounts({row.owner_id for row in rows}), list(leaders(on))
    for row in rows:
        told = reminder(row.due_on, since=row.entered_on, on=on)
        owner = [found[row.owner_id]] if row.owner_id in found else []
        if told and told.late:
            yield Telling(mail.ACTION_LATE, row, [*owner, *heads], told.occurrence)
        elif told:
            yield Telling(mail.ACTION_DUE, row, owner, told.occurrence)


def chairing(on):
    """Who chairs each body that day, by its committee; the Board's by None."""
    found = defaultdict(set)
    for committee, person in (
        Seat.objects.on(on).filter(chairs=True).values_list("committee", "person")
    ):
        found[committee].add(person)
    held = Designation.objects.on(on).filter(role=Role.CHAIR)
    found[None] = set(held.values_list("person", flat=True))
    return found


@moment
def requests_unanswered(on):
    """Requests that nobody has answered, a week and a day before the agenda is locked: to whoever
    chairs the body or leads its independent directors, and of ordinary ones to the Secretary too
    (G-AGD-02, NT-REQ)."""
    zone = Company.current().zone
    rows = AgendaRequest.objects.filter(state__in=("submitted", "deferred"))
    rows = list(rows.with_the_lock(zone).exclude(meeting=None).select_related("meeting"))
    if not rows:
        return
    chairs, keepers = chairing(on), office(on)
    leads = Designation.objects.on(on).filter(role=Role.LEAD).values_list("person", flat=True)
    chairs[None] |= set(leads)
    found = accounts(set().union(*chairs.values()))
    for row in rows:
        locks = row.meeting.starts_at - timedelta(hours=row.locks_hours)
        due = answer_due(row.submitted_at, locks=locks, starts_at=row.meeting.starts_at)
        if due is None or due.astimezone(zone).date() < on:
            continue
        since = row.submitted_at.astimezone(zone).date()
        days = days_before(due.astimezone(zone).date(), BEFORE_THE_LOCK)
        if day := reached(days, since=since, on=on):
            people = chairs[row.committee_id] - {row.requester_id}
            readers = [found[person] for person in people if person in found]
            kind = mail.CLOSED_REQUEST_WAITS
            if not row.concerns_management:
                kind, readers = mail.REQUEST_WAITS, [*readers, *keepers]
            yield Telling(kind, row, readers, f"{day}")


@moment
def notices_to_give(on):
    """Meetings whose notice is to be given before long: to the Secretary (M-01, NT-DUE)."""
    zone = Company.current().zone
    rows = Meeting.objects.filter(state=MeetingState.SCHEDULED, starts_at__date__gte=on)
    rows = list(rows.only("starts_at", "kind"))
    if not rows:
        return
    rules, readers = list(NoticeRule.objects.order_by("since")), office(on)
    for row in rows:
        hours = hours_of_notice(row, row.starts_at.astimezone(zone).date(), rules)
        last = (row.starts_at - timedelta(hours=hours)).astimezone(zone).date()
        if last < on:
            continue
        day = reached(days_before(last), since=on - timedelta(days=max(BEFORE)), on=on)
        if day:
            yield Telling(mail.NOTICE_DUE, row, readers, f"{day}")


def hours_of_notice(meeting, day, rules):
    """As the meeting itself has it, of rules that were read once."""
    rule = next((one for one in reversed(rules) if one.since <= day), NoticeRule(since=day))
    return rule.special_hours if meeting.kind == MeetingKind.SPECIAL else rule.regular_hours


@moment
def quarters_without_a_meeting(on):
    """A quarter in which the Board has not met: to Chair, Lead Independent Director and Secretary
    while it can still be planned, then once it is over, weekly until the Board meets (G-MTG-01)."""
    zone = Company.current().zone
    for row in unplanned_on(on, zone):
        days = days_before(row.end, BEFORE_A_QUARTER_ENDS)
        if day := reached(days, since=row.start - timedelta(days=1), on=on):
            yield Telling(mail.QUARTER_UNPLANNED, row, leaders(on), f"{day}")
    for row in missed_on(on, zone):
        late = every(7, row.end + timedelta(days=1), on)
        yield Telling(mail.QUARTER_MISSED, row, leaders(on), f"{late}")
