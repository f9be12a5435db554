"""Past meetings as their paper has them, and as the record has those that were entered from it."""

from dataclasses import dataclass
from datetime import datetime

from governance.board.models import Directorship
from governance.committees.models import Committee, Seat
from governance.decisions.models import Choice
from governance.decisions.moves import MotionState
from governance.minutes.back_entry import PastItem
from governance.minutes.operations import day_of
from governance.people.models import Person
from governance.spreadsheets import plain


@dataclass(frozen=True)
class PastMeeting:
    """One meeting in the facts that `enter_past_meeting` asks for; a committee of None is the
    Board."""

    committee: Committee | None
    kind: str
    name: str
    began: datetime
    ended: datetime
    place: str
    presided: Person
    attendance: dict[Person, str]
    absent: frozenset[Person]
    items: tuple[PastItem, ...]

    @property
    def body(self):
        return self.committee.name if self.committee else "Board"

    @property
    def hour(self):
        """Which meeting it is: its body and when it was called to order."""
        return self.committee, self.began

    def members(self):
        return len(self.attendance) + len(self.absent)

    def resolutions(self):
        return sum(1 for item in self.items if item.text)


class Sitting:
    """Who sat on which body on a day: read once, asked for any number of days."""

    def __init__(self):
        people = Person.objects.in_bulk()
        self.directors = self.terms(Directorship, people)
        self.seats: dict = {}
        for row in Seat.objects.all():
            self.seats.setdefault(row.committee_id, []).append(self.term(row, people))

    def terms(self, model, people):
        return [self.term(row, people) for row in model.objects.all()]

    def term(self, row, people):
        return people[row.person_id], row.since, row.until

    def on(self, day, committee):
        """The members of the body that day; whoever has left the Board has left its committees."""
        on_board = in_office(self.directors, day)
        if committee is None:
            return on_board
        return on_board & in_office(self.seats.get(committee.pk, ()), day)


def in_office(terms, day):
    return frozenset(
        person for person, since, until in terms if since <= day and (not until or until > day)
    )


def as_on_paper(meetings):
    """Meetings that were entered from paper, as they would be entered again (M-01).

    However many they are, they are read in as many questions.
    """
    meetings = meetings.filter(entered_on__isnull=False, adjourned_at__isnull=False)
    meetings = meetings.select_related("committee", "presided").order_by("starts_at", "pk")
    meetings = meetings.prefetch_related(
        "attendances__person", "items__motions__mover", "items__motions__ballots__voter"
    )
    sitting = Sitting()
    return [paper_of(meeting, sitting) for meeting in meetings]


def paper_of(meeting, sitting):
    there = {row.person: row.mode for row in meeting.attendances.all()}
    return PastMeeting(
        committee=meeting.committee,
        kind=meeting.kind,
        name=plain(meeting.name),
        began=meeting.convened_at,
        ended=meeting.adjourned_at,
        place=plain(meeting.place),
        presided=meeting.presided,
        attendance=there,
        absent=sitting.on(day_of(meeting.starts_at), meeting.committee) - there.keys(),
        items=tuple(item_of(item) for item in meeting.items.all()),
    )


def item_of(item):
    """An item with what was resolved on it."""
    motion = next(iter(item.motions.all()), None)
    if motion is None:
        return PastItem(plain(item.title))
    votes = {row.voter: row.choice for row in motion.ballots.all()}
    return PastItem(
        title=plain(item.title),
        text=plain(motion.text),
        mover=motion.mover,
        against=who_said(votes, Choice.AGAINST),
        abstained=who_said(votes, Choice.ABSTAIN),
        carried=motion.state == MotionState.PASSED,
    )


def who_said(votes, choice):
    return by_name(person for person, said in votes.items() if said == choice)


def by_name(people):
    """People as lists have them."""
    return tuple(sorted(people, key=lambda one: (one.family_name, one.given_name, str(one.pk))))
