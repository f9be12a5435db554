"""Past meetings as a table: one row for each item, and the rows of one hour are one meeting."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, time

import tablib
from django.db import DatabaseError, transaction

from governance.board.imports.columns import Column, day, one_of, said, words
from governance.board.imports.sheet import NEW, REFUSED, SAME, Effect, Sheet, problem_of
from governance.committees.models import Committee
from governance.meetings.models import Meeting, MeetingKind, Mode
from governance.meetings.operations import name_of
from governance.minutes.back_entry import (
    AllWrong,
    PastItem,
    Result,
    check_hours,
    enter_past_meeting,
)
from governance.minutes.past_forms import NO_TITLE, NO_WORDS
from governance.minutes.past_record import PastMeeting, as_on_paper, by_name
from governance.people.models import Person
from governance.people.operations import check_days
from governance.records.models import Company
from governance.refusals import Refused
from governance.spreadsheets import Problem, plain

BOARD = "Board"
WHY = "Imported from a table."
# What is said of a meeting once, in the first of its rows.
WHO = (*Mode.values, "absent")
ONCE = ("ends", "kind", "name", "place", "presided", *WHO)
NEEDED_ONCE = ("ends", "kind", "place", "presided")
# What belongs to a resolution.
RESOLVED = ("moved_by", "result", "voted_for", "against", "abstained")
# Where the table says what the verb and the record call otherwise.
COLUMNS = {
    "began": "begins",
    "ended": "ends",
    "mover": "moved_by",
    "attendance": "in_person",
    "items": "item",
}
HOUR = re.compile(r"(?:(\d{4}-\d{2}-\d{2}) )?(\d{1,2}:\d{2}(?::\d{2}(?:\.\d{6})?)?)")


def past_day(text):
    """A day as 2024-03-05, within reach."""
    on = day(text)
    check_days([on], on=Company.current().today())
    return on


def hour(text):
    """An hour as 09:30, perhaps behind its day: the two, the day None where it is not said."""
    found = HOUR.fullmatch(text)
    try:
        if not found:
            raise ValueError
        return found[1] and past_day(found[1]), time.fromisoformat(found[2].zfill(5))
    except ValueError as error:
        raise Refused(f"“{text}” is no hour; write it as 09:30.") from error


def hour_alone(text):
    """An hour as 09:30; the day has its own column."""
    on, at = hour(text)
    if on:
        raise Refused(f"{text} has a day; write the hour alone.")
    return at


def names(text):
    """Names, one behind the other, with semicolons between them."""
    return [" ".join(one.split()) for one in re.split(r"[;\n]", text) if one.strip()]


def votes(text):
    """So many, or their names."""
    return int(text) if re.fullmatch(r"\d{1,3}", text) else names(text)


def one_name(text):
    found = names(text)
    if len(found) != 1:
        raise Refused("Write one name.")
    return found


def instant(on, at, zone):
    """The hour on the company's clock, as long as there was such an hour, and one (C1)."""
    moment = datetime.combine(on, at, tzinfo=zone)
    shown = f"{at:%H:%M}"
    if moment.astimezone(UTC).astimezone(zone).time() != at:
        raise Refused(f"There was no {shown} on {said(on)}: the clocks went forward.", "C1")
    if moment.replace(fold=1).utcoffset() != moment.utcoffset():
        raise Refused(f"{shown} came twice on {said(on)}: the clocks went back.", "C1")
    return moment.astimezone(UTC)


@dataclass
class Row:
    """A row of the table: what its cells say, and what is wrong with them."""

    number: int
    cells: dict
    told: dict
    problems: list = field(default_factory=list)

    def refuse(self, name, sentence):
        column = PastSheet.columns()[name].column_name if name else ""
        self.problems.append(Problem(self.number, column, sentence))

    @property
    def meeting(self):
        """What rows of one meeting have in common."""
        body, on, begins = (
            self.told.get(name, self.cells[name]) for name in ("body", "date", "begins")
        )
        return str(body).casefold(), on, begins

    @property
    def says_an_item(self):
        return any(self.told.get(name) for name in ("item", "resolution", *RESOLVED))


class PastSheet(Sheet):
    """What was held before the portal was there, entered by the verb of the form (M-01)."""

    title = "Past meetings"
    # A resolution is put, voted on and counted as in a meeting: it takes three times as long as a
    # row of other tables.
    most_rows = 100
    follows = (
        "Each meeting is marked as entered later, and the chair of its body is asked to look it "
        "over. Nobody gets a letter. Minutes are entered on each meeting’s own page."
    )
    body = Column(words(120), "Board, or the name of the committee.", BOARD, True)
    date = Column(
        past_day,
        "The day on which it was called to order. Rows of one body, day and hour are one meeting: "
        "its first row says what follows up to “absent”, the others leave that empty.",
        "2024-03-05",
        True,
    )
    begins = Column(
        hour_alone, "The hour of the call to order, on the company’s clock.", "09:00", True
    )
    ends = Column(
        hour, "The hour it was adjourned; past midnight with its day: 2024-03-06 00:30.", "12:00"
    )
    kind = Column(one_of(MeetingKind), "What kind of meeting it was.", "regular")
    name = Column(words(120), "Empty: its usual name, such as Q1 Board meeting.")
    place = Column(words(200), "Where it was held; by telephone, if it was.", "Head office")
    presided = Column(one_name, "Who presided, by given and family name.", "Ada Example")
    in_person = Column(
        names,
        "Who was there for the whole of it: names with semicolons between them.",
        "Ada Example; Bo Example",
    )
    telephone = Column(names, "Who took part by telephone.", "Cy Example")
    video = Column(names, "Who took part by video.")
    absent = Column(names, "Every other member of the body on that day.", "Di Example")
    item = Column(words(200), "The title of the item.", "Dividend")
    resolution = Column(
        words(20_000),
        "Where it was decided: the motion in its exact words.",
        "RESOLVED, that an invented dividend is paid.",
    )
    moved_by = Column(one_name, "Who moved it.", "Ada Example")
    result = Column(
        one_of(Result), "What the paper says came of it; empty: carried.", Result.CARRIED.value
    )
    voted_for = Column(
        votes, "How many voted for, or their names; empty: all the others.", "2", column_name="for"
    )
    against = Column(votes, "The names of those who voted against; 0 or empty: nobody.", "0")
    abstained = Column(votes, "The names of those who abstained; 0 or empty: nobody.", "Cy Example")

    class Meta(Sheet.Meta):
        pass

    def same_row(self, told):
        return tuple(told[name] for name in ("body", "date", "begins", "item", "resolution"))

    def about(self, cells):
        return f"{cells['body']}, {cells['date']} {cells['begins']}"

    def done(self, outcome):
        entered = len({one.about for one in outcome if one.kind == NEW})
        return (
            f"Imported: {counted(entered, 'meeting')}. The chair of each is asked to look it over."
        )

    def effects(self, lines, *, by, at):
        """What each meeting comes to, told row by row."""
        self.prepare(by)
        meetings: dict = {}
        for line in lines:
            row = Row(line.number, line.cells, *self.read_cells(line.number, line.cells))
            meetings.setdefault(row.meeting, []).append(row)
        effects = []
        for rows in meetings.values():
            self.check_time()
            effects += self.effects_of(rows, by=by, at=at)
        return sorted(effects, key=lambda effect: effect.number)

    def prepare(self, by):
        """Whom and what the names mean, and what the record has already: read once."""
        self.zone = Company.current().zone
        self.people: dict = {}
        for person in Person.objects.visible_to(by):
            self.people.setdefault(" ".join(person.name.split()).casefold(), []).append(person)
        self.bodies = {one.name.casefold(): one for one in Committee.objects.visible_to(by)}
        self.bodies[BOARD.casefold()] = None
        self.recorded = {one.hour: one for one in as_on_paper(Meeting.objects.visible_to(by))}

    def effects_of(self, rows, *, by, at):
        """The rows of one meeting: entered, on record already, or refused as a whole."""
        paper = self.read_meeting(rows, at)
        kind, says = SAME, ["no change"] * len(rows)
        if paper and paper != self.recorded.get(paper.hour):
            kind, says = NEW, list(said_rows(paper))
            self.enter_one(paper, rows, by=by, at=at)
        wrong = next((row.number for row in rows if row.problems), None)
        about = self.about(rows[0].cells)
        for row, sentence in zip(rows, says, strict=True):
            if wrong is None:
                yield Effect(row.number, kind, about, sentence)
            else:
                sentence = " ".join(one.says for one in row.problems) or f"See row {wrong}."
                yield Effect(row.number, REFUSED, about, sentence, tuple(row.problems))

    def enter_one(self, paper, rows, *, by, at):
        """By the verb of the form; what it refuses is told in the cell that says it."""
        try:
            with transaction.atomic():
                enter_past_meeting(**vars(paper), why=WHY, by=by, at=at)
        except AllWrong as refusal:
            for wrong in refusal.wrongs:
                row = rows[wrong.item or 0]
                row.refuse(COLUMNS.get(wrong.fact, wrong.fact), str(wrong))
        except (Refused, DatabaseError) as refusal:
            rows[0].problems.append(problem_of(refusal, rows[0].number))

    def check_repeats(self, rows):
        """An item that is there twice is a slip, unless the record has it twice as well."""
        for row in rows:
            try:
                self.check_once(row.number, row.told)
            except Refused as refusal:
                row.refuse("", str(refusal))

    # --- What the cells of a meeting mean; None when something is wrong.

    def read_meeting(self, rows, at):
        first = rows[0]
        self.check_said_once(rows)
        committee = self.read_body(first)
        began, ended = self.read_hours(first, at)
        presided = self.person(first, "presided")
        known = all(name in first.told for name in WHO)
        before = len(first.problems)
        attendance, absent = self.read_people(first)
        known = known and len(first.problems) == before
        items = [self.read_item(row, attendance if known else None) for row in rows]
        if len(rows) == 1 and not first.says_an_item:
            items = []
        for row in rows if items else ():
            if row.told.get("item") == "":
                row.refuse("item", NO_TITLE)
        if any(row.problems for row in rows):
            return None
        kind, name = first.told["kind"], first.told["name"]
        paper = PastMeeting(
            committee=committee,
            kind=kind,
            name=name or name_of(committee, kind, began),
            began=began,
            ended=ended,
            place=first.told["place"],
            presided=presided,
            attendance=attendance,
            absent=frozenset(absent),
            items=tuple(items),
        )
        if paper.hour in self.recorded:
            self.check_recorded(paper, first)
        else:
            self.check_repeats(rows)
        return None if any(row.problems for row in rows) else paper

    def check_said_once(self, rows):
        """The first row says what holds of the meeting; another may say the same."""
        first = rows[0]
        for name in NEEDED_ONCE:
            if first.told.get(name) == "":
                first.refuse(name, "The cell is empty. A meeting’s first row says this.")
        for row in rows[1:]:
            for name in ONCE:
                told = row.told.get(name, "")
                if told not in ("", first.told.get(name, told)):
                    row.refuse(name, f"Row {first.number} says something else of this meeting.")

    def check_recorded(self, paper, first):
        """What stands in the record is not rewritten by a table."""
        recorded = self.recorded[paper.hour]
        for name in vars(paper):
            if getattr(paper, name) != getattr(recorded, name):
                first.refuse(
                    COLUMNS.get(name, name),
                    "This meeting stands in the record already, and the record says something "
                    "else here. A table does not rewrite it.",
                )

    def read_body(self, row):
        name = row.told.get("body", "")
        if name.casefold() not in self.bodies and name:
            row.refuse("body", f"There is no committee “{name}”. Write Board, or its name.")
        return self.bodies.get(name.casefold())

    def read_hours(self, row, at):
        """When it began and ended; None where a cell does not say it."""
        on, begins, ends = (row.told.get(name) for name in ("date", "begins", "ends"))
        if not on:
            return None, None
        began = self.read_instant(row, "begins", on, begins) if begins else None
        ended = self.read_instant(row, "ends", ends[0] or on, ends[1]) if ends else None
        if began and ended:
            try:
                check_hours(began, ended, at)
            except Refused as refusal:
                row.refuse("date" if began > at else "ends", str(refusal))
        return began, ended

    def read_instant(self, row, name, on, at):
        try:
            return instant(on, at, self.zone)
        except Refused as refusal:
            row.refuse(name, str(refusal))
            return None

    def read_people(self, row):
        """Who was there, each in a mode, and who was not; everybody is named once."""
        modes: dict = {}
        for name in WHO:
            for person in self.named(row, name, row.told.get(name, "")):
                if person in modes:
                    row.refuse(name, f"{person} is named twice.")
                modes[person] = name
        absent = [person for person, name in modes.items() if name == "absent"]
        return {one: mode for one, mode in modes.items() if mode != "absent"}, absent

    def read_item(self, row, attendance):
        """One item with its resolution, if it has one."""
        told, before = row.told, len(row.problems)
        mover = self.person(row, "moved_by")
        against, abstained = (self.apart(row, name) for name in ("against", "abstained"))
        item = PastItem(
            title=told.get("item", ""),
            text=plain(told.get("resolution", "")),
            mover=mover,
            against=against,
            abstained=abstained,
            carried=told.get("result") != Result.NOT_CARRIED,
        )
        if told.get("resolution") == "" and any(told.get(name) for name in RESOLVED):
            row.refuse("resolution", NO_WORDS)
        elif item.text and attendance is not None and len(row.problems) == before:
            self.check_for(row, attendance.keys() - {*against, *abstained})
        return item

    def apart(self, row, name):
        """Those who did not vote for; the record keeps who they were."""
        said_so = row.told.get(name, "")
        if isinstance(said_so, int):
            if said_so:
                row.refuse(name, "Write their names: the record keeps how each director voted.")
            return ()
        return by_name(self.named(row, name, said_so))

    def check_for(self, row, others):
        """Whoever was there and is named nowhere voted for, as the cell says."""
        said_so = row.told.get("voted_for", "")
        if isinstance(said_so, int) and said_so != len(others):
            sentence = (
                f"{len(others)} of those present are named neither against nor as abstaining."
            )
            row.refuse("voted_for", sentence)
        elif isinstance(said_so, list):
            before = len(row.problems)
            differ = by_name({*self.named(row, "voted_for", said_so)} ^ others)
            if differ and len(row.problems) == before:
                listed = ", ".join(map(str, differ))
                row.refuse("voted_for", f"This does not fit who was there and voted: {listed}.")

    def named(self, row, name, wanted):
        """The people of these names, as the record has them."""
        found = []
        for one in wanted:
            people = self.people.get(one.casefold(), ())
            if len(people) == 1:
                found.append(people[0])
            elif people:
                sentence = f"{len(people)} people are called {one}. Enter this meeting on its form."
                row.refuse(name, sentence)
            else:
                row.refuse(name, f"Nobody is called {one}. Enter the person first.")
        return found

    def person(self, row, name):
        return next(iter(self.named(row, name, row.told.get(name, ""))), None)

    # --- What an export shows.

    @classmethod
    def exported(cls, queryset, *, user):
        """Meetings that were entered from paper; `queryset` comes through the door of `user`."""
        table = tablib.Dataset(headers=cls.headings(), title=cls.title)
        zone = Company.current().zone
        for paper in as_on_paper(queryset):
            for cells in cells_of(paper, zone):
                table.append([cells.get(name, "") for name in cls.columns()])
        return table


def cells_of(paper, zone):
    """The rows of a meeting; what holds of it as a whole stands in the first."""
    began, ended = paper.began.astimezone(zone), paper.ended.astimezone(zone)
    until = written_hour(ended.time())
    meeting = {
        "body": paper.body,
        "date": began.date().isoformat(),
        "begins": written_hour(began.time()),
    }
    there = {mode: [one for one, how in paper.attendance.items() if how == mode] for mode in Mode}
    once = {
        "ends": until if ended.date() == began.date() else f"{ended.date().isoformat()} {until}",
        "kind": paper.kind,
        "name": paper.name,
        "place": paper.place,
        "presided": str(paper.presided),
        "absent": listed(paper.absent),
        **{mode.value: listed(people) for mode, people in there.items()},
    }
    for item in paper.items or [PastItem("")]:
        yield meeting | once | {"item": item.title} | cells_of_resolution(item, paper)
        once = {}


def cells_of_resolution(item, paper):
    if not item.text:
        return {}
    return {
        "resolution": item.text,
        "moved_by": str(item.mover),
        "result": (Result.CARRIED if item.carried else Result.NOT_CARRIED).value,
        "voted_for": str(voted_for(item, paper)),
        "against": listed(item.against),
        "abstained": listed(item.abstained),
    }


def voted_for(item, paper):
    return len(paper.attendance) - len(item.against) - len(item.abstained)


def written_hour(at):
    return at.isoformat("auto" if at.second or at.microsecond else "minutes")


def listed(people):
    return "; ".join(map(str, by_name(people)))


# --- What a preview says -------------------------------------------------------------------------


def said_rows(paper):
    """All that is entered by each row; the meeting with its first."""
    items = [said_item(item, paper) for item in paper.items]
    whole = said_meeting(paper)
    yield f"{whole}\n{items[0]}" if items else whole
    yield from items[1:]


def said_meeting(paper):
    """ "will enter Audit Committee, 3 March 2024, 5 present of 5, 3 items, 2 resolutions"."""
    zone = Company.current().zone
    began, ended = paper.began.astimezone(zone), paper.ended.astimezone(zone)
    until = f"{'' if ended.date() == began.date() else said(ended.date()) + ', '}"
    people = [
        f"{words}: {', '.join(map(str, by_name(found)))}"
        for words, found in (
            *(
                (mode.label, [p for p, how in paper.attendance.items() if how == mode])
                for mode in Mode
            ),
            ("absent", paper.absent),
        )
        if found
    ]
    return (
        f"will enter {paper.body}, {said(began.date())}, {len(paper.attendance)} present of "
        f"{paper.members()}, {counted(len(paper.items), 'item')}, "
        f"{counted(paper.resolutions(), 'resolution')}. {paper.name} "
        f"({MeetingKind(paper.kind).label.lower()}), {written_hour(began.time())} to "
        f"{until}{written_hour(ended.time())}, {paper.place}. {paper.presided} presided; "
        f"{'; '.join(people)}."
    )


def said_item(item, paper):
    """An item, with its resolution and how the vote came out."""
    if not item.text:
        return f"Item: {item.title}."
    apart = "".join(
        f", {len(people)} {words} ({', '.join(map(str, people))})"
        for words, people in (("against", item.against), ("abstained", item.abstained))
        if people
    )
    result = "Carried" if item.carried else "Not carried"
    return (
        f"Item: {item.title}. {item.text} Moved by {item.mover}. {result}: "
        f"{voted_for(item, paper)} for{apart}."
    )


def counted(number, noun):
    return f"{number} {noun}{'' if number == 1 else 's'}"
