"""What a company file says, with its days and hours worked out: rows that know their place in it.

Only what has the right shape comes into the plan; what is wrong has been noted by `shape`.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from boardroom.company_file.shape import BOARD
from governance.people.models import EMPLOYED_OFFICES

NOTICE_BEFORE = timedelta(days=14)
SCHEDULED_BEFORE = timedelta(days=30)
CLASSES = {"I": 1, "II": 2, "III": 3}
MODES = ("in_person", "telephone", "video")
CHOICES = ("for", "against", "abstain")
OTHERS = "others"
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass
class Row:
    """One thing the file says, its place in the file, and the name by which it is known again."""

    path: tuple
    reference: str
    said: dict = field(repr=False)
    # The parts of it that are rows of their own.
    apart: tuple = ()

    @property
    def digest(self):
        """What was said, as it was said: the same words on another day are the same row."""
        own = {key: value for key, value in self.said.items() if key not in self.apart}
        return hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()


@dataclass
class Term(Row):
    """Something that holds for a person or a body from one day to another."""

    since: date = date.min
    until: date | None = None
    person: str = ""

    def covers(self, day):
        return self.since <= day and (self.until is None or day < self.until)

    def overlaps(self, other):
        return (self.until is None or other.since < self.until) and (
            other.until is None or self.since < other.until
        )


@dataclass
class Dated(Row):
    """Something that holds from a day on, or was found on a day."""

    on: date = date.min
    person: str = ""
    standard: str = ""
    expires: date | None = None


@dataclass
class Year(Row):
    """A fiscal year and the last days of its quarters."""

    start: date = date.min
    ends: tuple = ()

    @property
    def quarters(self):
        """First and last day of each."""
        starts = (self.start, *(end + timedelta(days=1) for end in self.ends[:-1]))
        return tuple(zip(starts, self.ends, strict=True))


@dataclass
class Presence:
    """A member is there, in one way, for a time."""

    path: tuple
    person: str
    mode: str
    since: datetime
    until: datetime | None


@dataclass
class MotionPlan:
    """A motion and how far it has come."""

    path: tuple
    said: dict
    stands: str
    put: datetime
    opened: datetime
    closed: datetime
    votes: dict


@dataclass
class SessionPlan:
    """What the independent directors do after the Board's meeting."""

    path: tuple
    said: dict
    begins: datetime
    ends: datetime


@dataclass
class MeetingPlan(Row):
    """A meeting and everything in it, with every instant worked out."""

    body: str = BOARD
    starts: datetime = LONG_AGO
    minutes: int = 240
    scheduled: datetime = LONG_AGO
    # None: not given, not opened, not ended.
    notice: datetime | None = None
    opened: datetime | None = None
    adjourned: datetime | None = None
    motions: dict = field(default_factory=dict)
    presences: list = field(default_factory=list)
    session: SessionPlan | None = None

    @property
    def is_of_the_board(self):
        return self.body == BOARD

    @property
    def is_regular(self):
        return self.said.get("kind", "regular") == "regular"

    @property
    def is_over(self):
        return self.adjourned is not None

    @property
    def agenda(self):
        return self.said.get("agenda", [])

    def present_at(self, at):
        return {
            one.person
            for one in self.presences
            if one.since <= at and (one.until is None or at < one.until)
        }


@dataclass
class Plan:
    """The whole file."""

    document: object
    clock: object
    # Paths at which something is wrong.
    wrong: set
    # Some periods end before they begin, or overlap: what follows from them is not asked.
    disordered: bool = False

    def __post_init__(self):
        data = self.document.data if isinstance(self.document.data, dict) else {}
        self.data = data
        self.company = data.get("company") if self.is_sound(("company",)) else None
        self.people = list(self.mapped("people", ("people",), self.person))
        bylaws = ("bylaws",)
        self.seats_of_board = list(self.listed((*bylaws, "seats"), self.seats_row))
        self.annual_meetings = list(self.listed(("annual_meetings",), self.annual_meeting))
        self.notice_rules = list(self.listed((*bylaws, "notice"), self.notice_row))
        self.years = list(self.listed(("fiscal_years",), self.year))
        self.officers = list(self.listed(("officers",), self.officer))
        self.directors = list(self.listed(("directors",), self.director))
        self.determinations = [
            found
            for row in self.directors
            for one in self.listed((*row.path, "independence"), self.determination)
            for found in one
        ]
        self.leaders = list(self.listed(("leaders",), self.leader))
        self.committees = list(self.mapped("committees", ("committees",), self.committee))
        self.seats = [
            seat for one in self.committees for seat in self.listed((*one.path, "seats"), self.seat)
        ]
        self.meetings = sorted(
            self.mapped("meetings", ("meetings",), self.meeting), key=lambda one: one.starts
        )

    def wrong_at(self, path, sentence):
        self.document.wrong(path, sentence)

    def name(self, key):
        """A person as a sentence names them."""
        said = self.value(("people", key))
        names = [said.get("given_name"), said.get("family_name")] if isinstance(said, dict) else []
        whole = all(isinstance(name, str) for name in names)
        return " ".join(names) if names and whole else key

    # --- Finding one's way ---------------------------------------------------------------

    def value(self, path):
        found = self.data
        for key in path:
            try:
                found = found[key]
            except (KeyError, IndexError, TypeError):
                return None
        return found

    def is_sound(self, path, apart=()):
        """Nothing is wrong at this place or inside it; parts that are rows of their own apart."""
        depth = len(path)
        return not any(
            path[: len(one)] == one
            or (one[:depth] == path and (len(one) == depth or one[depth] not in apart))
            for one in self.wrong
        )

    def listed(self, path, make):
        """The rows of a list, those that are sound."""
        found = self.value(path)
        for number, said in enumerate(found if isinstance(found, list) else []):
            place = (*path, number)
            if isinstance(said, dict) and self.is_sound(place, apart=("independence",)):
                yield make(place, said)

    def mapped(self, key, path, make):
        found = self.value((key,))
        for name, said in (found if isinstance(found, dict) else {}).items():
            place = (*path, name)
            if isinstance(said, dict) and self.is_sound(place, apart=("seats",)):
                yield make(place, said)

    def day(self, said, key):
        return self.clock.day(said[key]) if said.get(key) is not None else None

    def term(self, path, said, *names, apart=()):
        """A row that holds for a time; it is known again by its names and its first day."""
        return Term(
            path,
            "/".join(("/".join(names), said["since"])),
            said,
            apart,
            since=self.day(said, "since"),
            until=self.day(said, "until"),
            person=said.get("person", ""),
        )

    # --- The kinds of rows ---------------------------------------------------------------

    def person(self, path, said):
        return Row(path, f"people/{path[-1]}", said)

    def seats_row(self, path, said):
        return Dated(path, f"bylaws/seats/{said['since']}", said, on=self.day(said, "since"))

    def annual_meeting(self, path, said):
        return Dated(path, f"annual_meetings/{said['day']}", said, on=self.day(said, "day"))

    def notice_row(self, path, said):
        return Dated(path, f"bylaws/notice/{said['since']}", said, on=self.day(said, "since"))

    def year(self, path, said):
        ends = tuple(map(self.clock.day, said["quarters_end"]))
        return Year(
            path,
            f"fiscal_years/{said['label']}",
            said,
            start=self.day(said, "start"),
            ends=ends,
        )

    def officer(self, path, said):
        return self.term(path, said, "officers", said["person"], said["office"])

    def director(self, path, said):
        return self.term(path, said, "directors", said["person"], apart=("independence",))

    def determination(self, path, said):
        """One row for each standard."""
        person = self.value(path[:2])["person"]
        on = self.day(said, "on")
        for standard in said["standards"]:
            yield Dated(
                path,
                f"determinations/{person}/{standard}/{said['on']}",
                said,
                on=on,
                person=person,
                standard=standard,
                apart=("standards",),
                expires=self.day(said, "expires") or self.clock.a_year_after(on),
            )

    def leader(self, path, said):
        return self.term(path, said, "leaders", said["role"], said["person"])

    def committee(self, path, said):
        row = self.term(path, said, "committees", path[-1], apart=("seats",))
        row.reference = f"committees/{path[-1]}"
        return row

    def seat(self, path, said):
        return self.term(path, said, "committees", path[1], "seats", said["person"])

    def meeting(self, path, said):
        return MeetingPlanner(self.clock, path, said).plan()

    # --- Who is what on a day, as far as the file says it ------------------------------------

    def members(self, body, day):
        """The people who make up a body that day."""
        rows = self.directors if body == BOARD else self.seats
        return {
            row.person for row in rows if row.covers(day) and (body == BOARD or row.path[1] == body)
        }

    def number_of_seats(self, day):
        """The seats that the bylaws fix that day; 0 where the file does not say."""
        rows = sorted((row.on, row.said["number"]) for row in self.seats_of_board if row.on <= day)
        return rows[-1][1] if rows else 0

    def holder(self, rows, day):
        return next((row.person for row in rows if row.covers(day)), None)

    def lead(self, day):
        leads = [row for row in self.leaders if row.said["role"] == "lead_independent_director"]
        return self.holder(leads, day)

    def secretary(self, day):
        held = [row for row in self.officers if row.said["office"] == "corporate_secretary"]
        return self.holder(held, day)

    def independent(self, day):
        """Independent directors in office, by the latest general determination (C7)."""
        return {
            person for person in self.members(BOARD, day) if self.is_found_independent(person, day)
        }

    def is_found_independent(self, person, day):
        found = [
            row
            for row in self.determinations
            if row.person == person and row.standard == "general" and row.on <= day
        ]
        if not found:
            return False
        latest = max(found, key=lambda row: row.on)
        served = [row for row in self.officers if row.person == person and row.since <= day]
        employed = [row for row in served if row.said["office"] in EMPLOYED_OFFICES]
        after = any(row.covers(day) or row.since > latest.on for row in employed)
        return latest.said["independent"] and not after

    def recused(self, meeting, number):
        """Who takes no part in an item."""
        return {one["person"] for one in meeting.agenda[number].get("recused", [])}

    def voters(self, meeting, key):
        """Who may vote on a motion: members present when it is opened, and not recused."""
        opened = meeting.motions[key].opened
        members = self.members(meeting.body, self.clock.day_of(opened))
        return members & (meeting.present_at(opened) - self.recused(meeting, key[0]))

    def roll_call(self, meeting, key):
        """Each ballot of a motion: person, choice, and where the file says so."""
        motion = meeting.motions[key]
        named = [
            (person, choice, (*motion.path, "votes", choice, number))
            for choice in CHOICES
            if motion.votes.get(choice) not in (None, OTHERS)
            for number, person in enumerate(motion.votes[choice])
        ]
        spoken = {person for person, _, _ in named}
        rest = [choice for choice in CHOICES if motion.votes.get(choice) == OTHERS]
        for choice in rest[:1]:
            path = (*motion.path, "votes", choice)
            others = sorted(self.voters(meeting, key) - spoken)
            named += [(person, choice, path) for person in others]
        return named

    def in_session(self, meeting):
        """Who goes into the executive session: as the file says, or who stayed to the end."""
        said = meeting.session.said.get("present")
        if said:
            return said
        stayed = {one.person for one in meeting.presences if one.until is None}
        return sorted(stayed & self.independent(self.clock.day_of(meeting.session.begins)))


class MeetingPlanner:
    """Works out when each thing of one meeting happens."""

    def __init__(self, clock, path, said):
        self.clock, self.path, self.said = clock, path, said

    def instant(self, said, key, otherwise=None):
        text = said.get(key)
        return otherwise if not isinstance(text, str) else self.clock.instant(text)

    def plan(self):
        said, now = self.said, self.clock.now
        starts = self.instant(said, "starts")
        minutes = said.get("minutes", 240)
        is_held = bool(said.get("attendance"))
        opened = self.instant(said, "opened", starts) if is_held else None
        adjourned = None
        if is_held and said.get("adjourned") is not False:
            adjourned = self.instant(said, "adjourned", opened + timedelta(minutes=minutes))
        meeting = MeetingPlan(
            self.path,
            f"meetings/{self.path[-1]}",
            said,
            body=said["body"],
            starts=starts,
            minutes=minutes,
            scheduled=self.instant(said, "scheduled", min(starts - SCHEDULED_BEFORE, now)),
            notice=self.instant(said, "notice", starts - NOTICE_BEFORE if is_held else None),
            opened=opened,
            adjourned=adjourned,
        )
        meeting.presences = list(self.presences(meeting))
        meeting.motions = dict(self.motions(meeting))
        if "session" in said:
            meeting.session = self.session(meeting)
        return meeting

    def presences(self, meeting):
        for mode in MODES:
            for number, one in enumerate(self.said.get("attendance", {}).get(mode, [])):
                path = (*self.path, "attendance", mode, number)
                about = one if isinstance(one, dict) else {"person": one}
                since = self.instant(about, "from", meeting.opened)
                yield Presence(path, about["person"], mode, since, self.instant(about, "until"))

    def motions(self, meeting):
        """Each vote is taken towards the end of its item, unless the file gives its hour."""
        passed = 0
        stands = "closed" if meeting.is_over else "drafted"
        for number, item in enumerate(meeting.agenda):
            length = item.get("minutes", 15)
            for index, motion in enumerate(item.get("motions", [])):
                path = (*self.path, "agenda", number, "motions", index)
                begins = meeting.opened or meeting.notice or meeting.scheduled
                if meeting.opened:
                    wanted = begins + timedelta(minutes=passed + max(length - 3, 0))
                else:
                    wanted = begins
                if meeting.adjourned:
                    wanted = max(begins, min(wanted, meeting.adjourned - timedelta(minutes=3)))
                opened = self.instant(motion, "opened", wanted)
                closed = self.instant(motion, "closed", opened + timedelta(minutes=2))
                yield (
                    (number, index),
                    MotionPlan(
                        path,
                        motion,
                        motion.get("stands", stands),
                        begins,
                        opened,
                        closed,
                        motion.get("votes", {}),
                    ),
                )
            passed += length

    def session(self, meeting):
        said = self.said["session"]
        after = (meeting.adjourned or meeting.starts) + timedelta(minutes=5)
        begins = self.instant(said, "begins", after)
        ends = self.instant(said, "ends", begins + timedelta(minutes=45))
        return SessionPlan((*self.path, "session"), said, begins, ends)
