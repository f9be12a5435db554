"""A year of regular meetings, planned in one step from the fiscal calendar (G-MTG-01)."""

from datetime import timedelta

from django.db import transaction

from governance.board.models import Commitment, EngagementDay
from governance.meetings.models import Meeting, MeetingKind
from governance.meetings.moves import CALLED_OFF
from governance.meetings.operations import create_meeting, day_of
from governance.meetings.templates import fill_from_template, lines_for
from governance.records.models import FiscalYear
from governance.refusals import Refused
from governance.words import said_long_day


def proposed_day(quarter, days, weekday):
    """The last such weekday that leaves at least so many days before the quarter ends.

    Quarters are the stored ones (C2), so that a year of 53 weeks has its own days.
    """
    latest = quarter.end - timedelta(days=days)
    return latest - timedelta(days=(latest.weekday() - weekday) % 7)


def clashes(people, days, *, reader):
    """By day the names of those among the people whom an engagement takes elsewhere (G-ATT-01).

    Only what the reader may know of the register counts, and nothing of it is told but the name.
    """
    known = Commitment.objects.visible_to(reader).filter(person__in=people)
    noted = EngagementDay.objects.filter(commitment__in=known, day__in=days)
    noted = noted.select_related("commitment__person").order_by("commitment__person")
    found = {}
    for row in noted:
        names = found.setdefault(row.day, [])
        if row.commitment.person.name not in names:
            names.append(row.commitment.person.name)
    return found


@transaction.atomic
def plan_series(*, committee, year, hours, minutes, place, dial_in, by, at):
    """Draft a regular meeting for each hour, with the agenda of its template (G-MTG-01).

    All of them or none: Raises Refused with the day and the sentence of the first that cannot be.
    """
    # Two plans of one year follow each other, so that the second finds the meetings of the first.
    FiscalYear.objects.select_for_update().get(pk=year.pk)
    if not hours:
        raise Refused("Choose a day for at least one meeting.", provision="G-MTG-01")
    facts = {"committee": committee, "minutes": minutes, "place": place, "dial_in": dial_in}
    return [draft(starts_at, by=by, at=at, **facts) for starts_at in hours]


def draft(starts_at, *, committee, by, at, **facts):
    """One meeting of the year."""
    day = said_long_day(day_of(starts_at))
    same = Meeting.objects.filter(committee=committee, starts_at=starts_at)
    if same.exclude(state__in=CALLED_OFF).exists():
        raise Refused(f"{day}: a meeting is planned for that hour already.", "G-MTG-01")
    try:
        meeting = create_meeting(
            committee=committee,
            kind=MeetingKind.REGULAR,
            starts_at=starts_at,
            by=by,
            at=at,
            **facts,
        )
    except Refused as refusal:
        raise Refused(f"{day}: {refusal}", refusal.provision, refusal.code) from refusal
    if lines_for(meeting):
        fill_from_template(meeting, by=by, at=at)
    return meeting
