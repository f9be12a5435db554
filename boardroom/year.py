"""The year of the Board: its fiscal quarters, what was held in each, and what the rules say of it.

How independent directors met is read through their own door, and said to nobody else (AC-IND).
"""

from datetime import timedelta

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from boardroom.board import KIND_OF, as_of, of_the_board
from boardroom.forms import AsOfForm
from governance.board.examining import start_of
from governance.board.models import Directorship
from governance.committees.standing import standing_today
from governance.meetings import cadence
from governance.meetings.models import ExecutiveSession, Meeting, MeetingKind
from governance.meetings.yearly import fiscal_year_of, read_year
from governance.verdicts import Expectation, Right, Status, Verdict, said_status, worst
from governance.words import said_day, said_hour, said_number

ORDINALS = ["First", "Second", "Third", "Fourth"]
TITLES = {
    "G-AGD-01": "Agenda set with the Board",
    "G-MTG-02": "Business and finance update",
    "G-ATT-02": "In person or from elsewhere",
    "G-EXS-01": "Executive session after it",
    "G-EXS-02": "The Lead Independent Director presides",
    "G-EXS-03": "Who presides in the lead’s absence",
    "L-13": "Independent directors meet twice a year",
}
# Said of a meeting only when there is something to say.
QUIET = (Status.NOT_APPLICABLE, Expectation.NOT_APPLICABLE, Expectation.UPCOMING)
DONE = (Status.MET, Status.MET_NOTE)


@require_safe
def year(request):
    """The fiscal year that holds a day, as it stood at the end of that day (G-MTG-01)."""
    user, today = request.user, timezone.localdate()
    if not of_the_board(user):
        raise Http404
    form = AsOfForm(request.GET, today=today)
    day = form.day
    page = {**as_of(form, today), "heading": "The year of the Board", "quarters": []}
    fiscal_year = fiscal_year_of(day)
    if fiscal_year:
        page |= shown(request, fiscal_year, day, instant_of(day, today))
    return render(request, "meetings/year.html", page)


def instant_of(day, today):
    """Now, or the last instant of a day that has passed."""
    return timezone.now() if day == today else start_of(day + timedelta(days=1)) - INSTANT


INSTANT = timedelta(microseconds=1)


def shown(request, fiscal_year, day, at):
    """What the page says of the year."""
    user = request.user
    independent = standing_today(user).is_independent
    sessions = ExecutiveSession.objects.all() if independent else ExecutiveSession.objects.none()
    read = read_year(fiscal_year, sessions.visible_to(user))
    knows = Known(user, read, at, independent)
    verdicts = [cadence.meets_each_quarter(read, quarter, at) for quarter in read.quarters]
    quarters = zip(read.quarters, verdicts, strict=True)
    return {
        "heading": heading(verdicts, read, day),
        "label": f"Fiscal {read.label}, {said_span(read)}",
        "quarters": [knows.quarter(quarter, verdict) for quarter, verdict in quarters],
        "checks": [said(cadence.meet_twice(read, at))] if independent else [],
        "attendance": attendance(user, read, at),
        "elsewhere": said(cadence.attended_by_line([one for one, _ in read.held(at)], at)),
        "ledger": reverse("meetings:guests"),
    }


def heading(verdicts, read, day):
    """ "The Board has met in three of four quarters"."""
    met = sum(verdict.status in DONE for verdict in verdicts)
    over = sum(quarter.end < day for quarter in read.quarters)
    if worst(verdicts) == Status.BREACHED:
        missed = sum(verdict.status == Status.BREACHED for verdict in verdicts)
        return f"The Board missed {said_number(missed)} of its quarters"
    if met == len(verdicts):
        return "The Board has met in every quarter"
    if not met and not over:
        return "The Board’s year has begun"
    return f"The Board has met in {said_number(met)} of {said_number(len(verdicts))} quarters"


def said_span(period):
    """ "1 Jan to 31 Mar 2026"."""
    first = f"{period.start.day} {period.start:%b}"
    if period.start.year != period.end.year:
        first = f"{first} {period.start.year}"
    return f"{first} to {period.end.day} {period.end:%b} {period.end.year}"


def said(row, title=""):
    """A rule, an expectation or a right as a line of the page; only rules have a colour (C11)."""
    is_rule = isinstance(row, Verdict)
    return {
        "kind": KIND_OF.get(row.status, "plain") if is_rule else "plain",
        "title": title or TITLES[row.provision],
        "says": row.says,
        "provision": row.provision,
        # That a permission is there is no standing.
        "status": "" if isinstance(row.status, Right) else said_status(row.status),
    }


class Known:
    """What the reader may know of the year's meetings, read once."""

    def __init__(self, user, read, at, independent):
        self.read, self.at, self.independent = read, at, independent
        self.today = user.today
        keys = [meeting.key for meeting in read.meetings]
        visible = Meeting.objects.visible_to(user).filter(pk__in=keys)
        self.keys = set(visible.values_list("pk", flat=True))
        slots = ExecutiveSession.objects.slots_for(user).filter(meeting__in=self.keys)
        self.slots = {} if independent else dict(slots.values_list("meeting", "starts_at"))

    def quarter(self, quarter, verdict):
        """A quarter with its meetings, those called off left out."""
        meetings = [
            (self.day(meeting), meeting)
            for meeting in self.read.meetings
            if meeting.key in self.keys and self.stood(meeting)
        ]
        ordinal = ORDINALS[quarter.number - 1]
        return {
            **said(verdict, title=f"{ordinal} quarter"),
            "span": said_span(quarter),
            "meetings": [
                self.meeting(day, meeting) for day, meeting in meetings if quarter.holds(day)
            ],
        }

    def stood(self, meeting):
        """On the calendar at the instant, or held by then."""
        return meeting.was_held(self.at) or meeting.was_planned(self.at)

    def hour(self, meeting):
        held = meeting.was_held(self.at)
        return meeting.convened_at if held else meeting.hour(self.at)

    def day(self, meeting):
        return self.read.day_of(self.hour(meeting))

    def meeting(self, day, meeting):
        """One meeting: when, whether it was held, and what the rules say of it."""
        special = "" if meeting.kind == MeetingKind.REGULAR else ", special"
        return {
            "name": meeting.name,
            "url": reverse("meetings:meeting", args=[meeting.key]),
            "when": f"{said_day(day, self.today)}, {said_hour(self.hour(meeting))}{special}",
            "status": self.status(meeting),
            "reserved": self.reserved(meeting),
            "lines": [said(row) for row in self.lines(meeting) if row.status not in QUIET],
        }

    def status(self, meeting):
        if not meeting.was_held(self.at):
            return "planned"
        return "held" if meeting.was_adjourned(self.at) else "under way"

    def reserved(self, meeting):
        """The hour after it that is taken, for whoever may know that and no more."""
        slot = self.slots.get(meeting.key)
        return f"{said_hour(slot)}, reserved" if slot else ""

    def lines(self, meeting):
        """What the guidelines say of this meeting, and of the session after it."""
        yield cadence.sets_agenda_together(meeting, self.at)
        yield cadence.gives_updates(meeting, self.at)
        if not self.independent:
            return
        yield cadence.is_followed(self.read, meeting, self.at)
        for session in meeting.sessions:
            if session.was_opened(self.at):
                yield cadence.lead_presides(session, self.at)
                yield cadence.alternate_is_chosen(session, self.at)


def attendance(user, read, at):
    """How many of the meetings held while they were in office each director attended (C8)."""
    held = read.held(at)
    serving = Directorship.objects.visible_to(user).filter(since__lte=read.end)
    serving = serving.exclude(until__lte=read.start).select_related("person")
    rows = {}
    for term in serving.order_by("person"):
        own = [one for one, day in held if term.since <= day and not ended(term, day)]
        if own:
            row = rows.setdefault(term.person_id, {"name": term.person.name, "met": 0, "of": 0})
            row["met"] += cadence.attended(own, term.person_id, at)
            row["of"] += len(own)
    return list(rows.values())


def ended(term, day):
    return term.until is not None and term.until <= day
