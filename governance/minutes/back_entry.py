"""Past meetings, entered from paper by the Corporate Secretary (M-01, back-entry).

The steps are those of a meeting held here, entered at the hours at which they were taken, so that
quorum and votes are counted by the same rules; the record says when each was written down. Nobody
gets a letter, no executive session is set, and nothing that is there already is touched.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import TextChoices

from governance.board.access import is_secretary
from governance.decisions import operations as decisions
from governance.decisions.models import Choice
from governance.decisions.moves import MotionState
from governance.meetings import operations as meetings
from governance.meetings.models import Attendance, Meeting
from governance.meetings.moves import MeetingState
from governance.minutes.models import MinutesVersion
from governance.minutes.operations import RESOLVED, begin_draft, day_of, named, resolved
from governance.minutes.parts import OPENING, Part
from governance.people.models import Person
from governance.records.acts import enter_act
from governance.records.models import Company
from governance.records.moves import advance
from governance.refusals import Refused
from governance.words import said_long_day

METHOD = "entered from paper"
LONGEST = timedelta(hours=24)
NOT_HELD = (MeetingState.DRAFT, MeetingState.CANCELLED, MeetingState.FAILED_QUORUM)


class Result(TextChoices):
    """What the paper says came of a vote."""

    CARRIED = "carried", "Carried"
    NOT_CARRIED = "not_carried", "Not carried"


class Wrong(Refused):
    """One thing that cannot have been so: the `fact` that says it, and the number of its item."""

    def __init__(self, sentence, provision, fact, item=None):
        super().__init__(sentence, provision)
        self.fact, self.item = fact, item


class AllWrong(Refused):
    """Everything about one meeting that cannot have been so, to be put right at once."""

    def __init__(self, wrongs):
        super().__init__(" ".join(map(str, wrongs)), wrongs[0].provision)
        self.wrongs = wrongs


@dataclass(frozen=True)
class PastItem:
    """One matter of a past meeting, with its resolution, if there was one, as on paper.

    Whoever was there and is named nowhere voted for; `carried` is the result that the paper states.
    """

    title: str
    text: str = ""
    mover: Person | None = None
    against: tuple[Person, ...] = ()
    abstained: tuple[Person, ...] = ()
    carried: bool = True


@transaction.atomic
def enter_past_meeting(
    *,
    committee,
    kind,
    began,
    ended,
    place,
    presided,
    attendance,
    items,
    by,
    at,
    name="",
    absent=None,
    why="",
):
    """Enter a meeting of the past with who was there, its agenda and its resolutions (M-01).

    `attendance` has the mode of each who was there for the whole of it, `items` are PastItem. With
    `absent`, every member is accounted for; without, whoever is not named was not there. All of it
    or nothing: raises Refused with what is wrong, named.
    """
    if not is_secretary(by, day_of(at)):
        raise Refused("The Corporate Secretary enters past meetings.", "M-01", code="not_yours")
    check_hours(began, ended, at)
    # Of two entries of one hour the second finds the first.
    Company.objects.select_for_update(no_key=True).first()
    check_free(committee, began, ended)
    meeting = meetings.create_meeting(
        committee=committee,
        kind=kind,
        starts_at=began,
        name=name,
        place=place,
        minutes=max(1, round((ended - began) / timedelta(minutes=1))),
        backfilled=True,
        entered_on=day_of(at),
        presided=presided,
        by=by,
        at=began,
    )
    check_paper(meeting, attendance, absent, items)
    rows = [
        meetings.add_item(meeting, title=item.title, purpose=purpose_of(item), by=by, at=began)
        for item in items
    ]
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, person=person, mode=mode, since=began)
        for person, mode in attendance.items()
    )
    advance(meeting, "enter_past", by=by, at=began, why=why, convened_at=began)
    decide_all(zip(rows, items, strict=True), attendance, by=by, at=ended)
    return meetings.adjourn(meeting, by=by, at=ended)


def purpose_of(item):
    return "decide" if item.text.strip() else "discuss"


def check_hours(began, ended, at):
    """It is over, and ended after it began."""
    if ended > at:
        raise Refused("That meeting is not over. Enter those that have been held.", "M-01")
    if ended <= began:
        raise Refused("A meeting ends after it began.", provision="M-01")
    if ended - began > LONGEST:
        raise Refused("A meeting lasts at most 24 hours.", provision="M-01")


def check_free(committee, began, ended):
    """A body holds one meeting at a time."""
    near = Meeting.objects.filter(
        committee=committee, starts_at__gt=began - 2 * LONGEST, starts_at__lt=ended + LONGEST
    ).exclude(state__in=NOT_HELD)
    same = next((one for one in near if one.begins_at < ended and one.ends_at > began), None)
    if same:
        day = said_long_day(day_of(same.begins_at))
        raise AllWrong(
            [Wrong(f"There is a meeting at that hour: {same.name}, {day}.", "M-01", "began")]
        )


def check_paper(meeting, attendance, absent, items):
    """Whoever is named was there, or could have been; everything that is wrong is told at once."""
    wrongs = list(wrong_people(meeting, attendance, absent))
    for number, item in enumerate(items):
        if item.text.strip():
            wrongs += wrong_votes(item, number, attendance)
    if wrongs:
        raise AllWrong(wrongs)


def wrong_people(meeting, attendance, absent):
    """Members of that day were there, and whoever presided among them (C8)."""
    day = day_of(meeting.starts_at)
    members = list(meeting.members(day))
    body = "the Board" if meeting.committee_id is None else meeting.committee.name
    told = attendance if absent is None else attendance | dict.fromkeys(absent, "absent")
    for person, fact in told.items():
        if person not in members:
            yield Wrong(
                f"{person} was no member of {body} on {said_long_day(day)}.", "C8", str(fact)
            )
    if absent is not None:
        for person in members:
            if person not in told:
                yield Wrong(
                    f"{person} was a member of {body} on {said_long_day(day)}: say whether they "
                    "were there.",
                    "C8",
                    "absent",
                )
    if meeting.presided not in attendance:
        yield Wrong(
            f"{meeting.presided} was not there, and so did not preside.", "M-01", "presided"
        )


def wrong_votes(item, number, attendance):
    """Whoever moved or voted was there, and voted once."""
    where = item.title.rstrip(".")
    if item.mover is None:
        yield Wrong(f"{where}: say who moved it.", "M-03", "mover", number)
    for person in item.abstained:
        if person in item.against:
            sentence = f"{where}: {person} cannot have voted against and abstained."
            yield Wrong(sentence, "M-03", "abstained", number)
    movers = () if item.mover is None else (item.mover,)
    named = {"mover": movers, "against": item.against, "abstained": item.abstained}
    for fact, people in named.items():
        for person in people:
            if person not in attendance:
                yield Wrong(f"{where}: {person} was not there.", "M-03", fact, number)


def decide_all(pairs, attendance, *, by, at):
    """Each resolution on its own item; every one that cannot have come out so is told."""
    wrongs = []
    for number, (row, item) in enumerate(pairs):
        if item.text.strip():
            motion = decide(row, item, attendance, by=by, at=at)
            if item.carried != (motion.state == MotionState.PASSED):
                says = "carried" if item.carried else "not carried"
                sentence = (
                    f"{item.title.rstrip('.')}: the paper says {says}, but {motion.votes_for} of "
                    f"{motion.present} present voted for."
                )
                wrongs.append(Wrong(sentence, "L-38", "result", number))
    if wrongs:
        raise AllWrong(wrongs)


def decide(row, item, attendance, *, by, at):
    """The resolution with its votes; their hour is not on paper, so it is that of the end."""
    choices = dict.fromkeys(attendance, Choice.FOR)
    choices |= dict.fromkeys(item.against, Choice.AGAINST)
    choices |= dict.fromkeys(item.abstained, Choice.ABSTAIN)
    motion = decisions.put_motion(
        row, title=item.title, text=item.text, mover=item.mover, by=by, at=at
    )
    decisions.put_before_meeting(motion, by=by, at=at)
    decisions.open_vote(motion, by=by, at=at)
    decisions.enter_roll_call(motion, choices, by=by, at=at, method=METHOD)
    return decisions.close_vote(motion, by=by, at=at)


@transaction.atomic
def enter_paper_minutes(meeting, *, text, approved_on, by, at):
    """The minutes of a past meeting in the words that its body approved on paper (M-01, M-05).

    They are approved by an act from paper, and locked when the Corporate Secretary has signed that
    this is their text. Raises Refused for a meeting that was held here.
    """
    if not text.strip():
        raise Refused("Type the text of the minutes.", provision="M-05")
    minutes = begin_draft(meeting, by=by, at=at, on_paper=True)
    words = "\n".join(line.rstrip() for line in text.strip().splitlines())
    part = Part(key=OPENING, heading="", words=words)
    version = MinutesVersion.objects.create(
        minutes=minutes,
        number=1,
        parts=[part.as_json()],
        text=f"{words}\n",
        written_at=at,
        written_by=by,
    )
    version.refresh_from_db(fields=["digest"])
    held_on = day_of(meeting.adjourned_at)
    if approved_on < held_on:
        raise Refused(f"The meeting was held on {said_long_day(held_on)}; approved then or later.")
    act = enter_act(
        committee=meeting.committee_id,
        day=approved_on,
        title=named(minutes),
        text=RESOLVED.format(**resolved(minutes, version)),
        by=by,
        on=day_of(at),
    )
    return advance(minutes, "enter_paper", by=by, at=at, approved_by=act)
