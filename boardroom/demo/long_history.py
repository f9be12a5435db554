"""A long past for a company: invented meetings of many years, to see that the portal stays quick.

Thousands of rows are written at once, and by the same road as all others: each begins in its first
state, goes along the table of moves, and is entered in the record; the database holds, chains and
keeps the history of every one. The same seed makes the same past.
"""

import random
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat

from governance.board.examining import start_of
from governance.board.models import (
    AuthorisedSeats,
    Designation,
    Determination,
    DirectorClass,
    Directorship,
    Role,
    Standard,
)
from governance.committees.models import Committee, Kind, Seat
from governance.decisions.models import Ballot, Choice, Motion, Presence, Voter, digest_of
from governance.decisions.moves import MotionState
from governance.decisions.operations import MOVE_FOR
from governance.decisions.tally import Tally
from governance.meetings.models import (
    AgendaItem,
    Attendance,
    ExecutiveSession,
    Meeting,
    MeetingKind,
    Mode,
    PresidingInterval,
    Purpose,
    SessionAttendance,
)
from governance.meetings.moves import MeetingState, SessionState
from governance.meetings.sessions import result_by
from governance.people.models import Appointment, Office, Person, User
from governance.records.models import Act, Company, Entry
from governance.records.moves import find_move

QUARTER = timedelta(weeks=13)
# Of a date, the hours are left out: four of them are 1461 days.
YEAR = timedelta(days=365, hours=6)
ACT = "RESOLVED, that the Board determines the independence of its directors."
# The Board and its committees meet each quarter, and the Board once more between the quarters.
A_SPECIAL_ONE_AFTER = timedelta(weeks=6)
ITEMS = 21
MINUTES_EACH = 9
MOTIONS_OF_THE_BOARD, MOTIONS_OF_A_COMMITTEE = 11, 3
# One in so many stays away, votes otherwise than most, or has second thoughts.
ABSENT, OTHERWISE, SECOND_THOUGHTS = 12, 20, 30
LONGEST_TERM = 9
METHOD = "entered afterwards"
AFTERTHOUGHT = " The officers of the company are to do what it takes."
GIVEN = "Ada Bruno Clara Dorian Edda Fergus Greta Hollis Imke Jasper Katya Lorne Mabel Nestor Opal"
FAMILY = "Ashdown Bellweather Corrigan Dunmore Eastlake Fairholm Garrick Hexham Ivorson Jellicoe"
MATTERS = (
    "Business update",
    "Finance update",
    "Results of the quarter",
    "Annual financial plan",
    "Laboratory and production",
    "Compliance programme",
    "Succession planning",
    "Market and competitors",
    "Risks of the enterprise",
    "Information security",
    "Lease of a building",
    "Fees of directors",
    "Programme of repurchases",
    "Credit agreement",
    "Report of a committee",
    "Calendar of the coming year",
    "Insurance of directors and officers",
    "Gifts and sponsoring",
    "Safety at work",
    "Education of directors",
    "Minutes of the meeting before",
)


@dataclass
class Past:
    """What the writing needs to know, and what a year of it has gathered so far."""

    company: Company
    by: User
    dice: random.Random
    presenters: list[Person]
    rows: dict[type, list] = field(default_factory=lambda: defaultdict(list))
    # What the record is told of each move: (subject, name of the move, source, instant).
    moves: list[tuple] = field(default_factory=list)

    def key(self):
        return uuid.UUID(int=self.dice.getrandbits(128), version=4)

    def one_in(self, number):
        return self.dice.randrange(number) == 0

    def at(self, day, hour, minute=0):
        return datetime.combine(day, time(hour, minute), self.company.zone)

    def add(self, model, **facts):
        row = model(id=self.key(), **facts)
        self.rows[model].append(row)
        return row


def make_long_history(*, years, now, seed=1):
    """Write the years before the first meeting there is; returns how many rows were written."""
    company = Company.objects.first() or found_company(now)
    with company.held():
        secretary = User.objects.get(
            person__in=Appointment.objects.on(company.day_of(now))
            .filter(office=Office.CORPORATE_SECRETARY)
            .values("person")
        )
        today, first = company.day_of(now), first_day(now)
        # What is put before an earlier past has keys of its own.
        past = Past(company, secretary, random.Random(f"{seed} {first}"), presenters(today))
        days = quarters(first, years, today)
        if days:
            seat_predecessors(past, min(days) - QUARTER)
        return sum(write_year(past, days[place : place + 4]) for place in range(0, len(days), 4))


def presenters(day):
    """Whoever manages the company, the administrator of the portal apart."""
    managing = Appointment.objects.on(day).exclude(office=Office.ADMINISTRATOR)
    return list(Person.objects.filter(pk__in=managing.values("person")))


def first_day(now):
    """The day of the earliest regular meeting of the Board; else one in four days' time."""
    meetings = Meeting.objects.filter(committee=None, kind=MeetingKind.REGULAR)
    earliest = meetings.order_by("starts_at").first()
    return Company.current().day_of(earliest.starts_at if earliest else now + timedelta(days=4))


def quarters(first, years, today):
    """Days of the Board's quarterly meetings before the first one, the earliest first."""
    begins = today - years * YEAR
    count = max(0, (first - begins) // QUARTER)
    return [first - number * QUARTER for number in range(count, 0, -1)]


# --- People ----------------------------------------------------------------------------------


@transaction.atomic
def found_company(now):
    """A company with a board of its own, where none has been loaded."""
    company = Company.objects.create(
        name="Longmere Invented, Inc.", time_zone="America/Los_Angeles"
    )
    since = company.day_of(now) - YEAR
    people = [new_person(number) for number in range(11)]
    for office, person in ((Office.CHIEF_EXECUTIVE, 0), (Office.CORPORATE_SECRETARY, 9)):
        Appointment.objects.create(person=people[person], office=office, since=since)
    for number, person in enumerate(people[:9]):
        Directorship.objects.create(
            person=person,
            director_class=number % 3 + 1,
            since=since,
        )
        if number > 1:
            determine_independent(person, since)
    for role, person in ((Role.CHAIR, 1), (Role.LEAD, 2)):
        Designation.objects.create(person=people[person], role=role, since=since)
    for place, kind in enumerate((Kind.AUDIT, Kind.COMPENSATION, Kind.NOMINATING)):
        committee = Committee.objects.create(kind=kind, name=f"{kind.label} Committee", since=since)
        for number in range(3):
            person = people[2 + 2 * place + number]
            Seat.objects.create(committee=committee, person=person, chairs=not number, since=since)
    return company


def new_person(number):
    """Somebody with an account, named by number: the same names for the same past."""
    given, family = GIVEN.split(), FAMILY.split()
    person = Person.objects.create(
        given_name=given[number % len(given)], family_name=family[number % len(family)]
    )
    User.objects.create_user(f"person{number}@longmere.example", person)
    return person


def determine_independent(person, day, until=None):
    Determination.objects.create(
        person=person,
        standard=Standard.GENERAL,
        independent=True,
        determined_on=day,
        made_at=start_of(day),
        expires_on=until or day + YEAR,
        act=act_of(day),
        basis=ACT,
    )


def act_of(day):
    """The act by which the Board determined independence that day."""
    return Act.objects.filter(day=day, committee=None).first() or Act.objects.create(
        day=day, how=Act.How.PAPER, title="Determinations of independence", text=ACT
    )


@transaction.atomic
def seat_predecessors(past, begins):
    """Somebody sat on each seat before whoever sits there now, and on their committees."""
    if not AuthorisedSeats.objects.filter(since__lte=begins).exists():
        AuthorisedSeats.objects.create(since=begins, number=9)
    Committee.objects.filter(since__gt=begins).update(since=begins)
    taken = set(Directorship.objects.values_list("until", "director_class"))
    for directorship in Directorship.objects.filter(since__gt=begins).order_by("since", "pk"):
        if (directorship.since, directorship.director_class) in taken:
            continue
        seats = list(Seat.objects.filter(person=directorship.person_id))
        for since, until in terms(begins, directorship.since):
            seat_predecessor(past, directorship, seats, since, until)


def terms(begins, until):
    """Terms of at most nine years that fill the time between two days, the latest first."""
    while until > begins:
        since = max(begins, until - LONGEST_TERM * YEAR)
        yield since, until
        until = since


def seat_predecessor(past, directorship, seats, since, until):
    """A director of the past, independent, who sat where the present one sits."""
    person = Person.objects.create(
        id=past.key(),
        given_name=past.dice.choice(GIVEN.split()),
        family_name=past.dice.choice(FAMILY.split()),
    )
    Directorship.objects.create(
        person=person,
        director_class=DirectorClass(directorship.director_class),
        since=since,
        until=until,
    )
    for year in range((until - since).days // 366 + 1):
        determine_independent(person, since + year * YEAR)
    for seat in seats:
        Seat.objects.create(
            committee_id=seat.committee_id,
            person=person,
            chairs=seat.chairs,
            since=since,
            until=until,
        )


# --- A year of meetings ----------------------------------------------------------------------


@transaction.atomic
def write_year(past, days):
    """Four quarters of meetings, from their drafts to their adjournment; counts the rows."""
    past.rows.clear()
    past.moves.clear()
    committees = list(Committee.objects.order_by("name"))
    for day in days:
        for number, committee in enumerate(committees):
            plan_meeting(past, day - timedelta(days=1), 8 + 3 * number, committee=committee)
        session_of(past, plan_meeting(past, day, 9, place="Headquarters"))
        plan_meeting(past, day + A_SPECIAL_ONE_AFTER, 10, kind=MeetingKind.SPECIAL)
    call_meetings(past)
    hold_meetings(past)
    adjourn_meetings(past)
    enter_moves(past)
    know_the_sizes(past.rows)
    return sum(map(len, past.rows.values()))


def plan_meeting(past, day, hour, *, committee=None, kind=MeetingKind.REGULAR, place=""):
    """A meeting with its agenda, who came, and what was put to them; nothing is written yet."""
    starts_at = past.at(day, hour)
    meeting = past.add(
        Meeting,
        committee=committee,
        kind=kind,
        name=named(committee, kind, day),
        starts_at=starts_at,
        minutes=ITEMS * MINUTES_EACH,
        place=place,
        dial_in="+1 555 0142",
        backfilled=True,
    )
    for source, name, before in (
        ("", "create", 40),
        (MeetingState.DRAFT, "schedule", 30),
        (MeetingState.SCHEDULED, "notice", 10),
        (MeetingState.NOTICED, "open", 0),
    ):
        past.moves.append((meeting, name, source, starts_at - timedelta(days=before)))
    present = come(past, meeting, day)
    motions = MOTIONS_OF_A_COMMITTEE if committee else MOTIONS_OF_THE_BOARD
    for position in range(1, ITEMS + 1):
        item = past.add(
            AgendaItem,
            meeting=meeting,
            position=position,
            title=MATTERS[position - 1],
            minutes=15,
        )
        if position <= motions:
            put_motion(past, item, present, starts_at + timedelta(minutes=position * MINUTES_EACH))
    return meeting


def named(committee, kind, day):
    if kind == MeetingKind.SPECIAL:
        return "Special Board meeting"
    if committee:
        return f"{committee.name} meeting"
    return f"Q{(day.month + 2) // 3} Board meeting"


def come(past, meeting, day):
    """The members who came; one in a dozen stayed away, never so many that the quorum failed."""
    members = list(meeting.members(day))
    needed, _, _ = meeting.quorum_needed(day)
    present = [person for person in members if not past.one_in(ABSENT)]
    present = present if len(present) >= needed else members
    for person in present:
        past.add(
            Attendance,
            meeting=meeting,
            person=person,
            mode=Mode.TELEPHONE if past.one_in(6) else Mode.IN_PERSON,
            since=meeting.starts_at,
        )
    return present


def put_motion(past, item, present, at):
    """A motion, who voted what, and the numbers that came of it."""
    mover, seconder = past.dice.sample(present, 2)
    title = f"Approve: {item.title.lower()}"
    text = f"RESOLVED, that what was presented as “{item.title}” on {at:%-d %B %Y} is approved."
    motion = past.add(
        Motion,
        meeting=item.meeting,
        item=item,
        title=title,
        text=text,
        mover=mover,
        seconder=seconder,
    )
    digest = digest_of(text + AFTERTHOUGHT)
    choices = []
    for person in present:
        past.add(Voter, motion=motion, person=person)
        past.add(Presence, motion=motion, person=person)
        choice = past.dice.choice(Choice.values) if past.one_in(OTHERWISE) else Choice.FOR
        ballot = cast(past, motion, person, choice, at, digest)
        if past.one_in(SECOND_THOUGHTS):
            choice = Choice.ABSTAIN
            cast(past, motion, person, choice, at + timedelta(minutes=1), digest, replaces=ballot)
        choices.append(choice)
    needed, seats, _ = item.meeting.quorum_needed(item.meeting.day)
    motion.tally = Tally(
        votes_for=choices.count(Choice.FOR),
        votes_against=choices.count(Choice.AGAINST),
        votes_abstain=choices.count(Choice.ABSTAIN),
        votes_silent=0,
        present=len(present),
        quorum=needed,
        seats=seats,
    )
    motion.voted_at, motion.counted_at = at, at + timedelta(minutes=3)
    for source, name, instant in (
        ("", "put", item.meeting.starts_at - timedelta(days=10)),
        (MotionState.DRAFTED, "open", at),
        (MotionState.OPEN, "open_vote", at),
        (MotionState.VOTING, MOVE_FOR[motion.tally.outcome], motion.counted_at),
    ):
        past.moves.append((motion, name, source, instant))


def cast(past, motion, person, choice, at, digest, replaces=None):
    return past.add(
        Ballot,
        motion=motion,
        voter=person,
        choice=choice,
        cast_at=at,
        replaces=replaces,
        text_digest=digest,
        statement=Choice(choice).statement,
        sign_in_method=METHOD,
    )


def session_of(past, meeting):
    """The independent directors met alone afterwards (G-EXS-01)."""
    ends_at = meeting.ends_at
    session = past.add(ExecutiveSession, meeting=meeting, starts_at=ends_at)
    session.room = list(session.members(meeting.day))
    for person in session.room:
        past.add(SessionAttendance, session=session, person=person, since=ends_at)
    for source, name, instant in (
        ("", "set", meeting.starts_at - timedelta(days=30)),
        (SessionState.STUB, "make_ready", ends_at),
        (SessionState.READY, "open", ends_at),
        (SessionState.IN_SESSION, "close", ends_at + timedelta(minutes=45)),
    ):
        past.moves.append((session, name, source, instant))


def know_the_sizes(models):
    """Without statistics the database plans the next year as if the tables were empty."""
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')


# --- Along the moves -------------------------------------------------------------------------


def write(past, model):
    """The rows of a model, as they begin."""
    return model.objects.bulk_create(past.rows[model], batch_size=2000)


def rows_of(past, model):
    """Those rows, to be changed together."""
    return model.objects.filter(pk__in=[row.pk for row in past.rows[model]])


def call_meetings(past):
    """Drafted, given an agenda that was worked over three times, scheduled, and noticed."""
    write(past, Meeting)
    write(past, AgendaItem)
    items = rows_of(past, AgendaItem)
    items.update(minutes=MINUTES_EACH)
    for number, person in enumerate(past.presenters):
        share = range(number + 1, ITEMS + 1, len(past.presenters))
        items.filter(position__in=share).update(presenter=person)
    items.update(purpose=Purpose.NOTE)
    items.filter(position__gt=ITEMS // 2).update(purpose=Purpose.DISCUSS)
    write(past, Motion)
    rows_of(past, Motion).update(text=Concat("text", Value(AFTERTHOUGHT)))
    decided = [motion.item_id for motion in past.rows[Motion]]
    AgendaItem.objects.filter(pk__in=decided).update(purpose=Purpose.DECIDE)
    for state in (MeetingState.SCHEDULED, MeetingState.NOTICED):
        rows_of(past, Meeting).update(state=state)
    write(past, ExecutiveSession)


def hold_meetings(past):
    """Called to order; every motion voted on and counted."""
    rows_of(past, Meeting).update(state=MeetingState.IN_SESSION, convened_at=F("starts_at"))
    write(past, Attendance)
    motions = rows_of(past, Motion)
    motions.update(state=MotionState.OPEN)
    for motion in past.rows[Motion]:
        motion.state, motion.vote_opened_at = MotionState.VOTING, motion.voted_at
    Motion.objects.bulk_update(past.rows[Motion], ["state", "vote_opened_at"])
    write(past, Voter)
    write(past, Presence)
    # A second thought replaces a ballot that is there already.
    ballots = past.rows[Ballot]
    for later in (False, True):
        Ballot.objects.bulk_create([one for one in ballots if bool(one.replaces_id) is later])
    numbers = list(Tally.__dataclass_fields__)
    for motion in past.rows[Motion]:
        motion.state, motion.closed_at = motion.tally.outcome, motion.counted_at
        for name in numbers:
            setattr(motion, name, getattr(motion.tally, name))
    Motion.objects.bulk_update(past.rows[Motion], ["state", "closed_at", *numbers])


def adjourn_meetings(past):
    """Everybody leaves, the meetings end, and the independent directors have met."""
    length = timedelta(minutes=ITEMS * MINUTES_EACH)
    rows_of(past, Attendance).update(until=F("since") + length)
    rows_of(past, Meeting).update(
        state=MeetingState.ADJOURNED, adjourned_at=F("convened_at") + length
    )
    for meeting in past.rows[Meeting]:
        end = meeting.starts_at + length
        past.moves.append((meeting, "adjourn", MeetingState.IN_SESSION, end))
    sessions = rows_of(past, ExecutiveSession)
    sessions.update(state=SessionState.READY)
    write(past, SessionAttendance)
    for session in past.rows[ExecutiveSession]:
        lead = Designation.objects.holder(Role.LEAD, session.meeting.day)
        session.state, session.opened_at = SessionState.IN_SESSION, session.starts_at
        session.presiding = lead if lead in session.room else session.room[0]
        past.add(
            PresidingInterval,
            session=session,
            person=session.presiding,
            since=session.opened_at,
        )
    ExecutiveSession.objects.bulk_update(
        past.rows[ExecutiveSession], ["state", "opened_at", "presiding"]
    )
    write(past, PresidingInterval)
    for model in (SessionAttendance, PresidingInterval):
        rows_of(past, model).update(until=F("since") + timedelta(minutes=45))
    for session in past.rows[ExecutiveSession]:
        session.state = SessionState.CLOSED
        session.closed_at = session.starts_at + timedelta(minutes=45)
        session.result = result_by(session, session.closed_at)
    ExecutiveSession.objects.bulk_update(
        past.rows[ExecutiveSession], ["state", "closed_at", "result"]
    )


def enter_moves(past):
    """The record of all of it; the database numbers and chains the entries in this order."""
    entries = []
    for subject, name, source, at in past.moves:
        move = find_move(subject.MOVES, name, source)
        entries.append(
            Entry(
                id=past.key(),
                subject_label=subject._meta.label_lower,
                subject_id=subject.pk,
                move=move.name,
                source=source,
                target=move.target,
                actor=past.by,
                at=at,
                provision=move.provision,
            )
        )
    past.rows[Entry] = Entry.objects.bulk_create(entries, batch_size=2000)
