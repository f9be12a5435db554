"""Whether the Board meets as often as it should, and the independent directors after it.

What happened carries the instant at which it did, and each rule is a function of a year of it and
of the instant that is asked about: what comes later never changes what an earlier day says. The
checks are those of G-MTG-01, G-MTG-02, G-AGD-01, G-ATT-02, G-EXS-01 to G-EXS-03 and L-13.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from uuid import UUID

from django.utils import timezone

from governance.meetings.models import MeetingKind, SessionKind, Tag
from governance.meetings.qualifying import SessionResult
from governance.verdicts import Expectation, Observation, Right, Status, Verdict
from governance.words import said_long_day, said_number

# A quarter without a meeting planned is told so long before its end, a planned one so long before
# its day (G-MTG-01).
UNPLANNED_SOON, PLANNED_SOON = timedelta(days=45), timedelta(days=14)
UNSCHEDULED = "No regular meeting is planned in it."
# The independent directors meet by the end of the day after (G-EXS-01).
FOLLOWS_WITHIN = timedelta(days=1)
# Sessions that the listing rules expect of a fiscal year (L-13).
SESSIONS_A_YEAR = 2
UPDATES = {Tag.BUSINESS_UPDATE.value, Tag.FINANCE_UPDATE.value}


@dataclass(frozen=True)
class Stretch:
    """Somebody is present, or presides, from an instant until another one or still."""

    person: UUID
    since: datetime
    until: datetime | None = None
    by_line: bool = False

    def covers(self, at):
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True)
class Session:
    """A session of the independent directors, as its record has it."""

    key: UUID
    kind: str
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    result: str = ""
    # What was provisional is settled from this day on. Empty: nothing was to be settled.
    settled_on: date | None = None
    waived_at: datetime | None = None
    present: tuple[Stretch, ...] = ()
    presided: tuple[Stretch, ...] = ()
    # Elector and candidate of the last round.
    ballots: tuple[tuple[UUID, UUID], ...] = ()
    # The Lead Independent Director of its day. Empty: the office was vacant.
    lead: UUID | None = None

    def was_opened(self, at):
        return self.opened_at is not None and self.opened_at <= at

    def result_on(self, at, day):
        """What it counted as by then; empty while it lasted, or had not been opened."""
        if self.closed_at is None or self.closed_at > at:
            return ""
        if self.settled_on and self.settled_on > day:
            return SessionResult.PROVISIONAL
        return self.result


@dataclass(frozen=True)
class BoardMeeting:
    """A meeting of the Board, with what came of it and when."""

    key: UUID
    name: str
    kind: str
    # Since when it was set for which hour; the first since it was drafted.
    hours: tuple[tuple[datetime, datetime], ...]
    called_off_at: datetime | None = None
    convened_at: datetime | None = None
    adjourned_at: datetime | None = None
    # Seats alone were filled, without a quorum: no meeting in the sense of C9.
    vacancy_only: bool = False
    # When the next regular meeting that was held came to order.
    next_opened_at: datetime | None = None
    # When its agenda was published, and when directors were consulted on it.
    published_at: datetime | None = None
    consulted_at: tuple[datetime, ...] = ()
    tags: frozenset[str] = frozenset()
    present: tuple[Stretch, ...] = ()
    sessions: tuple[Session, ...] = ()

    @property
    def is_regular(self):
        return self.kind == MeetingKind.REGULAR

    def was_called_off(self, at):
        """Cancelled, or its hour came and too few did."""
        return self.called_off_at is not None and self.called_off_at <= at

    def was_held(self, at):
        """It had come to order with a quorum (C9)."""
        convened = self.convened_at is not None and self.convened_at <= at
        return convened and not self.vacancy_only

    def was_adjourned(self, at):
        return self.adjourned_at is not None and self.adjourned_at <= at

    def was_planned(self, at):
        """It lay ahead: drafted, and neither begun nor called off."""
        begun = self.convened_at is not None and self.convened_at <= at
        return self.hours[0][0] <= at and not begun and not self.was_called_off(at)

    def hour(self, at):
        """The hour it was set for."""
        return next(hour for since, hour in reversed(self.hours) if since <= at)


@dataclass(frozen=True)
class Quarter:
    """A fiscal quarter as it is stored, both ends inclusive (C2)."""

    number: int
    start: date
    end: date

    def holds(self, day):
        return self.start <= day <= self.end


@dataclass(frozen=True)
class BoardYear:
    """A fiscal year of the Board: its quarters, its meetings, and the sessions one may know of."""

    label: str
    start: date
    end: date
    quarters: tuple[Quarter, ...]
    zone: tzinfo
    meetings: tuple[BoardMeeting, ...] = ()
    # The rules ask for nothing in a quarter that had begun before the guidelines did.
    guidelines_since: date | None = None
    sessions: tuple[Session, ...] = ()

    def day_of(self, at):
        """The local date of an instant decides its quarter (C1)."""
        return timezone.localdate(at, self.zone)

    def held(self, at):
        """Meetings of the year that were held by then, each on the day of its call to order."""
        return [
            (meeting, self.day_of(meeting.convened_at))
            for meeting in self.meetings
            if meeting.was_held(at) and self.start <= self.day_of(meeting.convened_at) <= self.end
        ]

    def planned_in(self, quarter, at):
        """Days of the quarter, from then on, for which a regular meeting was planned."""
        planned = [
            self.day_of(meeting.hour(at))
            for meeting in self.meetings
            if meeting.is_regular and meeting.was_planned(at)
        ]
        return [day for day in planned if quarter.holds(day) and day >= self.day_of(at)]


# --- The Board meets each quarter ------------------------------------------------------------


def meets_each_quarter(year: BoardYear, quarter: Quarter, at: datetime) -> Verdict:
    """A regular meeting with a quorum in each fiscal quarter; no later one cures it (G-MTG-01)."""
    day = year.day_of(at)
    held = [meeting for meeting, held_on in year.held(at) if quarter.holds(held_on)]

    def verdict(status, says, *reasons):
        return Verdict("G-MTG-01", status, says, quarter.end, reasons)

    if year.guidelines_since and quarter.start < year.guidelines_since:
        return verdict(Status.NOT_APPLICABLE, "It had begun before the guidelines did.")
    if any(meeting.is_regular for meeting in held):
        return verdict(Status.MET, "The Board has held its regular meeting.")
    if held:
        return verdict(Status.MET_NOTE, "The Board has met in a special meeting only.")
    if day > quarter.end:
        return verdict(Status.BREACHED, "The Board held no meeting in this quarter.")
    if day < quarter.start:
        return verdict(Status.UPCOMING, "It has not begun.")
    planned = year.planned_in(quarter, at)
    if planned:
        near = min(planned) - day <= PLANNED_SOON
        status = Status.DUE_SOON if near else Status.UPCOMING
        return verdict(status, "A regular meeting is planned in it.")
    near = quarter.end - day <= UNPLANNED_SOON
    return verdict(Status.DUE_SOON if near else Status.UPCOMING, UNSCHEDULED, UNSCHEDULED)


# --- What a meeting contains -----------------------------------------------------------------


def gives_updates(meeting: BoardMeeting, at: datetime) -> Observation:
    """A regular meeting generally has an update on the business and its finances (G-MTG-02)."""

    def observed(status, says):
        return Observation("G-MTG-02", status, says)

    if not meeting.is_regular:
        return observed(Expectation.NOT_APPLICABLE, "A special meeting has its own purpose.")
    if meeting.was_called_off(at) or meeting.vacancy_only:
        return observed(Expectation.NOT_APPLICABLE, "It was not held.")
    if not meeting.was_held(at):
        return observed(Expectation.UPCOMING, "The Board has yet to meet.")
    if meeting.tags >= UPDATES:
        return observed(Expectation.OBSERVED, "It took up the business and its finances.")
    return observed(Expectation.NOT_OBSERVED, f"No item was an update on {missing(meeting.tags)}.")


def sets_agenda_together(meeting: BoardMeeting, at: datetime) -> Observation:
    """Management typically sets the agenda in consultation with the Board (G-AGD-01).

    It is asked when the agenda is published, which waits for nobody.
    """

    def observed(status, says):
        return Observation("G-AGD-01", status, says)

    if any(one <= min(at, meeting.published_at or at) for one in meeting.consulted_at):
        return observed(Expectation.OBSERVED, "A director was consulted before it was published.")
    if meeting.published_at is None or meeting.published_at > at:
        return observed(Expectation.UPCOMING, "The agenda is yet to be published.")
    return observed(
        Expectation.NOT_OBSERVED, "No consultation was written down before it was published."
    )


def missing(tags):
    """What of the two updates no item of an agenda gives: "the business or its finances"."""
    words = [
        said
        for tag, said in ((Tag.BUSINESS_UPDATE, "the business"), (Tag.FINANCE_UPDATE, "finances"))
        if tag not in tags
    ]
    return " or ".join(words)


def attended_by_line(meetings, at: datetime) -> Observation:
    """Directors may attend by telephone or video, and it weighs the same (G-ATT-02)."""
    people = {
        stretch.person
        for meeting in meetings
        if meeting.was_held(at)
        for stretch in meeting.present
        if stretch.by_line and stretch.since <= at
    }
    if not people:
        return Observation("G-ATT-02", Right.AVAILABLE, "Everybody came in person.")
    number = said_number(len(people)).capitalize()
    directors = "director" if len(people) == 1 else "directors"
    return Observation("G-ATT-02", Right.EXERCISED, f"{number} {directors} joined from elsewhere.")


def attended(meetings, person, at: datetime) -> int:
    """At how many of these meetings, held by then, the director was present at any time (C8)."""
    return sum(
        any(one.person == person and was_inside(one, meeting, at) for one in meeting.present)
        for meeting in meetings
        if meeting.was_held(at)
    )


def was_inside(stretch, meeting, at):
    """Present while the meeting went on, and not before its call to order alone."""
    return stretch.since <= at and (stretch.until is None or stretch.until > meeting.convened_at)


# --- The independent directors meet after it ----------------------------------------------------


def is_followed(year: BoardYear, meeting: BoardMeeting, at: datetime) -> Verdict:
    """The independent directors meet after every regular meeting, by the next day (G-EXS-01)."""
    ended = meeting.adjourned_at if meeting.was_adjourned(at) else None
    last = ended and year.day_of(ended) + FOLLOWS_WITHIN
    passed_over = meeting.next_opened_at is not None and meeting.next_opened_at <= at

    def verdict(status, says):
        return Verdict("G-EXS-01", status, says, last)

    if not meeting.is_regular:
        return verdict(Status.NOT_APPLICABLE, "No session follows a special meeting.")
    if meeting.was_called_off(at):
        return verdict(Status.NOT_APPLICABLE, "The meeting was not held.")
    met = [
        one.opened_at
        for one in meeting.sessions
        if one.opened_at and followed(one, year, meeting, at)
    ]
    if met and last and year.day_of(min(met)) <= last:
        return verdict(Status.MET, "The independent directors met after it.")
    if met and (meeting.next_opened_at is None or min(met) < meeting.next_opened_at):
        return verdict(Status.MET_LATE, "The independent directors met later than the day after.")
    if any(one.waived_at and one.waived_at <= at for one in meeting.sessions):
        return verdict(Status.MET_NOTE, "The independent directors did without it.")
    if last is None:
        return verdict(Status.UPCOMING, "The independent directors meet after it.")
    if year.day_of(at) <= last:
        return verdict(Status.DUE_SOON, f"They meet by {said_long_day(last)}.")
    if not passed_over:
        return verdict(Status.OVERDUE, f"They were to meet by {said_long_day(last)}.")
    return verdict(Status.BREACHED, "They had not met when the next regular meeting opened.")


COUNTS = (SessionResult.QUALIFYING, SessionResult.PROVISIONAL)


def followed(session, year, meeting, at):
    """It was held after the meeting, among independent directors; an early one was not."""
    if session.result_on(at, year.day_of(at)) not in COUNTS:
        return False
    return meeting.adjourned_at is not None and session.opened_at >= meeting.adjourned_at


def meet_twice(year: BoardYear, at: datetime) -> Verdict:
    """Independent directors meet alone at least twice a fiscal year (L-13).

    Sessions that qualify count, early ones too; those called specially are not regularly scheduled.
    """
    day = year.day_of(at)
    number = sum(
        one.result_on(at, day) == SessionResult.QUALIFYING
        and one.kind != SessionKind.SPECIAL
        and year.start <= year.day_of(one.opened_at) <= year.end
        for one in year.sessions
    )
    word = said_number(number).capitalize()
    says = f"{word} session{'' if number == 1 else 's'} of independent directors alone."

    def verdict(status):
        return Verdict("L-13", status, says, year.end)

    if number >= SESSIONS_A_YEAR:
        return verdict(Status.MET)
    if day > year.end:
        return Verdict("L-13", Status.BREACHED, f"{says} Below Nasdaq guidance.", year.end)
    return verdict(Status.DUE_SOON if day >= year.quarters[-1].start else Status.UPCOMING)


def lead_presides(session: Session, at: datetime) -> Verdict:
    """The Lead Independent Director who is there at the opening presides (G-EXS-02).

    An alternate who was chosen in the lead's absence presides validly until the lead accepts.
    """

    def verdict(status, says):
        return Verdict("G-EXS-02", status, says)

    if not session.was_opened(at):
        return verdict(Status.UPCOMING, "It has not been opened.")
    first = next((one.person for one in session.presided if one.since <= at), None)
    if first is None or first == session.lead or not lead_was_there(session):
        return verdict(Status.MET, "It was opened as the guidelines say.")
    words = "The Lead Independent Director was there, and somebody else opened it."
    return verdict(Status.BREACHED, words)


def lead_was_there(session):
    return any(
        one.person == session.lead and one.covers(session.opened_at) for one in session.present
    )


def alternate_is_chosen(session: Session, at: datetime) -> Verdict:
    """Without the lead, more than half of the others who are there choose who presides (G-EXS-03).

    Nobody is chosen by seniority or alphabet: until then the session waits.
    """

    def verdict(status, says):
        return Verdict("G-EXS-03", status, says)

    if not session.was_opened(at):
        return verdict(Status.NOT_APPLICABLE, "It has not been opened.")
    first = next((one for one in session.presided if one.since <= at), None)
    if first is None:
        return verdict(Status.UPCOMING, "Who presides is yet to be chosen.")
    if first.person == session.lead:
        return verdict(Status.NOT_APPLICABLE, "The Lead Independent Director presided.")
    electors = {one.person for one in session.present if one.covers(first.since)} - {session.lead}
    votes = sum(
        candidate == first.person and elector in electors for elector, candidate in session.ballots
    )
    if 2 * votes > len(electors):
        return verdict(Status.MET, "More than half of those who were there chose who presided.")
    return verdict(Status.BREACHED, "Whoever presided was not chosen by more than half.")
