"""The yearly questions, part by part: what is asked, what was answered so far, what it tells.

Nothing is written here. A sheet reads what was typed as a form reads it, so that a bad value stays
where it was typed, with a sentence beside it (G-COI-01).
"""

from dataclasses import dataclass, field

from governance.board import forms
from governance.board.models import (
    Commitment,
    Fact,
    FactKind,
    Organisation,
    Purpose,
    Relative,
)
from governance.board.reporting import ONE_DAY
from governance.board.wording import (
    DAY,
    said_commitment,
    said_date,
    said_fact,
    said_relative,
)
from governance.periods import years_after

# What is over is asked about again for as long as a test can look back on it, and a year more.
ASKED_FOR = 4
LOOK_BACK = 3
MOST_ROWS = 40


@dataclass(frozen=True)
class Group:
    """Lines of one sort: what they are called, and what their button says."""

    key: str
    heading: str
    add: str
    row: type[forms.Row]


@dataclass(frozen=True)
class Part:
    """A part of the questions: it begins with one that is answered yes or no."""

    key: str
    title: str
    question: str
    # What a director signs who answers yes, or no; `{since}` is the day three years ago.
    yes: str
    no: str
    groups: tuple[Group, ...]
    explains: str = ""


PARTS = (
    Part(
        "employment",
        "Employment",
        "Have you worked for the Company, its parent or a subsidiary at any time since {since}?",
        "I worked for the Company, its parent or a subsidiary at some time since {since}.",
        "I did not work for the Company, its parent or a subsidiary at any time since {since}.",
        (Group("employment", "When, and as what", "Add another time", forms.EmploymentRow),),
        "Sitting on the Board is not employment. An office held in the interim counts.",
    ),
    Part(
        "pay",
        "Pay",
        "Since {since}, have you or somebody of your family accepted pay or any other amount from "
        "the Company, beyond fees for the Board and its committees?",
        "I or somebody of my family accepted an amount from the Company since {since}.",
        "I and my family accepted nothing from the Company since {since}, beyond fees for the "
        "Board and its committees.",
        (Group("pay", "What was accepted", "Add another amount", forms.PayRow),),
        "Salary, bonus, retirement pay, gifts. Fees for advice are asked for further down.",
    ),
    Part(
        "family",
        "Family",
        "Has somebody of your family or household worked for the Company since {since}, or does "
        "another part of these questions concern them?",
        "Somebody of my family or household worked for the Company since {since}, or is named in "
        "these answers.",
        "Nobody of my family or household worked for the Company since {since}.",
        (
            Group("relative", "Who they are", "Add another person", forms.RelativeRow),
            Group("work", "Work for the Company", "Add more work", forms.FamilyWorkRow),
        ),
        "Spouse, parents, children, brothers and sisters, the in-laws, and whoever shares your "
        "home.",
    ),
    Part(
        "organisations",
        "Organisations and payments",
        "Are you or somebody of your family a partner, stockholder in control, officer or employee "
        "of an organisation that paid the Company, or was paid by it, in this or the last three "
        "fiscal years?",
        "I or somebody of my family belong to an organisation that paid the Company or was paid "
        "by it.",
        "I and my family belong to no organisation that paid the Company, or was paid by it, in "
        "this or the last three fiscal years.",
        (
            Group("position", "Organisations", "Add another organisation", forms.PositionRow),
            Group("payment", "Payments", "Add another payment", forms.PaymentRow),
        ),
        "Payments for property or services, grants included; not dividends or matched gifts.",
    ),
    Part(
        "interlocks",
        "Interlocks",
        "Since {since}, has an Executive Officer of ours sat where the pay is decided of an "
        "organisation whose executive officer you or somebody of your family is?",
        "An Executive Officer of the Company sat, since {since}, where pay is decided in an "
        "organisation whose executive officer I am, or somebody of my family is.",
        "No Executive Officer of the Company sat, since {since}, where pay is decided in an "
        "organisation whose executive officer I am, or somebody of my family is.",
        (Group("interlock", "Where, and when", "Add another organisation", forms.InterlockRow),),
    ),
    Part(
        "auditor",
        "Auditor",
        "Are you or somebody of your family a partner of the Company’s outside auditor, or did "
        "one of you work on its audit since {since}?",
        "I or somebody of my family am or was with the outside auditor.",
        "I and my family are not partners of the outside auditor, and did not work on the "
        "Company’s audit since {since}.",
        (Group("auditor", "Who, and when", "Add another time", forms.AuditorRow),),
    ),
    Part(
        "stock",
        "Stock and fees",
        "Do you hold more than five percent of a voting class of the Company’s stock; or did you, "
        "your spouse or a child in your home take a fee from the Company for advice, consulting "
        "or anything else but the Board, since {since}?",
        "I hold more than five percent of a voting class of the Company’s stock, or took a fee.",
        "I do not hold more than five percent of a voting class of the Company’s stock; and "
        "neither I, my spouse nor a child in my home took a fee from the Company since {since}.",
        (
            Group("holding", "Stock", "Add another class", forms.HoldingRow),
            Group("fee", "Fees", "Add another fee", forms.FeeRow),
        ),
        "Any amount counts for a member of the Audit Committee, even one dollar.",
    ),
    Part(
        "commitments",
        "Outside commitments",
        "Do you have engagements elsewhere, such as a seat on another board?",
        "I have engagements elsewhere.",
        "I have no engagements elsewhere.",
        (Group("commitment", "What they are", "Add another engagement", forms.CommitmentRow),),
        "There is no number that would be too many.",
    ),
)
BY_KEY = {part.key: part for part in PARTS}
STANDS = {
    "open": "Not answered yet",
    "begun": "Begun",
    "mend": "Something to put right",
    "done": "Answered",
}


def part_of(fact):
    """Where a fact on record is asked about."""
    if fact.kind == FactKind.RECEIPT:
        return "stock" if fact.purpose == Purpose.OTHER else "pay"
    if fact.kind == FactKind.EMPLOYMENT:
        return "employment" if fact.relative_id is None else "family"
    return {
        FactKind.POSITION: "organisations",
        FactKind.PAYMENT: "organisations",
        FactKind.INTERLOCK: "interlocks",
        FactKind.AUDITOR: "auditor",
        FactKind.HOLDING: "stock",
    }[FactKind(fact.kind)]


def still_matters(row, today):
    """It goes on, or a test may still look back on it."""
    reach = years_after(today, -ASKED_FOR)
    if getattr(row, "kind", "") in ONE_DAY:
        return row.since >= reach
    return row.until is None or row.until > reach


def lasts(row, today):
    return getattr(row, "kind", "") not in ONE_DAY and (row.until is None or row.until > today)


@dataclass
class Lines:
    """The lines of a group: always one to type into."""

    group: Group
    rows: list

    @property
    def filled(self):
        return [row for row in self.rows if not row.is_blank]


@dataclass
class Sheet:
    """One part as one director has answered it so far."""

    part: Part
    any: forms.AnyForm
    lines: list[Lines]
    known: list[forms.KnownForm]
    since: str
    # Engagements ask one question more (G-ATT-01).
    time: forms.TimeForm | None = None
    relatives: list = field(default_factory=list)

    @property
    def answer(self):
        return self.any.data.get(self.any.add_prefix("any"), "")

    @property
    def forms(self):
        """Those that count with the answer given."""
        yield self.any
        if self.time:
            yield self.time
        if self.answer == "yes":
            yield from (row for lines in self.lines for row in lines.filled)
        yield from self.known

    @property
    def says_nothing(self):
        """Yes, and then no line that says what."""
        return self.answer == "yes" and not any(lines.filled for lines in self.lines)

    @property
    def is_whole(self):
        return not self.says_nothing and not any(form.lacks for form in self.forms)

    @property
    def stands(self):
        if self.has_bad_values():
            return "mend"
        if self.is_whole:
            return "done"
        begun = any(not form.is_blank for form in self.forms)
        return "begun" if begun else "open"

    def has_bad_values(self):
        """Whether something typed cannot be, whatever is still missing."""
        return any(
            error.code != "required"
            for form in self.forms
            for errors in form.errors.as_data().values()
            for error in errors
        )

    @property
    def says(self):
        return STANDS[self.stands]

    @property
    def question(self):
        asked = self.part.question.format(since=self.since)
        if not self.known:
            return asked
        return f"Apart from what is on record below: {asked[:1].lower()}{asked[1:]}"

    @property
    def fields(self):
        """Every field of the part, for the sentences beside them."""
        for form in [self.any, *([self.time] if self.time else []), *self.known]:
            yield from form
        for lines in self.lines:
            for row in lines.rows:
                yield from row

    def sentences(self):
        """What the director signs about this part."""
        said = getattr(self.part, self.answer).format(since=self.since)
        if self.known:
            first = said if said.startswith("I ") else said[:1].lower() + said[1:]
            said = f"Apart from what is on record, {first}"
        yield said
        if self.time:
            if self.time.told["time"] == "yes":
                yield "I have the time that the Board needs."
            else:
                yield "My other engagements do not leave me the time that the Board needs."


class Answers:
    """The whole questionnaire as its director has answered it so far.

    With `strict` the part of that key says what is missing, too.
    """

    def __init__(self, questionnaire, *, today, strict=""):
        self.questionnaire, self.today = questionnaire, today
        self.person = questionnaire.person
        self.typed = questionnaire.answers
        self.since = said_date(years_after(today, -LOOK_BACK))
        self.read_record()
        self.read_family()
        self.sheets = [self.sheet(part, part.key == strict) for part in PARTS]

    def read_record(self):
        """What is on record of the director, by the part that asks about it."""
        facts = (
            Fact.objects.confirmed()
            .filter(person=self.person)
            .select_related("relative", "organisation")
            .order_by("since", "kind", "pk")
        )
        self.record = {part.key: [] for part in PARTS}
        for fact in facts:
            if still_matters(fact, self.today):
                self.record[part_of(fact)].append(fact)
        engagements = Commitment.objects.filter(person=self.person).order_by("since", "pk")
        self.record["commitments"] = [row for row in engagements if lasts(row, self.today)]

    def read_family(self):
        """Whom a line can speak of: relatives on record, and those named in the part Family."""
        self.relatives = list(Relative.objects.filter(person=self.person).order_by("name", "pk"))
        self.people = {
            f"relative-{row.pk}": row
            for row in self.relatives
            if row.until is None or row.until > self.today
        }
        typed = self.typed.get("family", {})
        if typed.get("family-any") != "yes":
            return
        for number in row_numbers(typed, "relative"):
            row = forms.RelativeRow(
                data=typed, prefix=f"relative-{number}", today=self.today, strict=True
            )
            if not row.is_blank and row.is_valid():
                self.people[f"named-{number}"] = self.named(row.told)

    def named(self, told):
        """The relative on record of that name and link, or somebody new."""
        for row in self.relatives:
            if row.name.casefold() == told["name"].casefold() and row.link == told["link"]:
                return row
        return Relative(person=self.person, **told)

    @property
    def family(self):
        return [(key, f"{row.name}, {row.get_link_display()}") for key, row in self.people.items()]

    def sheet(self, part, strict):
        typed = self.typed.get(part.key, {})
        asked = {"data": typed, "today": self.today, "strict": strict}
        known = [
            forms.KnownForm(
                prefix=f"known-{row.pk}", known=row, lasts=lasts(row, self.today), **asked
            )
            for row in self.record[part.key]
        ]
        for form in known:
            form.says = said(form.known)
        engaged = part.key == "commitments"
        return Sheet(
            part,
            forms.AnyForm(prefix=part.key, **asked),
            [Lines(group, self.rows(group, typed, strict)) for group in part.groups],
            known,
            self.since,
            forms.TimeForm(prefix="commitments", **asked) if engaged else None,
            self.relatives if part.key == "family" else [],
        )

    def rows(self, group, typed, strict):
        rows = []
        for number in row_numbers(typed, group.key):
            facts = {"data": typed, "today": self.today, "prefix": f"{group.key}-{number}"}
            row = group.row(family=self.family, strict=strict, **facts)
            if strict and row.is_blank:
                row = group.row(family=self.family, **facts)
            row.number = number
            rows.append(row)
        return rows

    def of(self, key):
        return next((sheet for sheet in self.sheets if sheet.part.key == key), None)

    @property
    def open(self):
        """The parts that are not whole yet."""
        return [sheet for sheet in self.sheets if not sheet.is_whole]

    def facts(self, sheet):
        """The facts that a whole sheet tells, unsaved, with people and organisations unsaved."""
        if sheet.answer != "yes":
            return
        for lines in sheet.lines:
            for row in lines.filled:
                if row.kind is not None and row.is_valid():
                    yield self.fact(row)

    def fact(self, row):
        told = row.told
        fact = Fact(person=self.person, kind=row.kind, **row.particulars())
        fact.relative = self.people.get(told.get("who", ""))
        if "organisation" in told:
            fact.organisation = Organisation(
                name=told["organisation"], services=told.get("services", "")
            )
        return fact

    def new_people(self):
        """Family members who are named here for the first time."""
        return [row for row in self.people.values() if row._state.adding]

    def engagements(self):
        """Outside commitments that are told here for the first time."""
        sheet = self.of("commitments")
        if sheet.answer != "yes":
            return
        for row in sheet.lines[0].filled:
            if row.is_valid():
                told = row.told
                until = told["last"] + DAY if told["last"] else None
                yield Commitment(
                    person=self.person,
                    organisation=told["organisation"],
                    role=told["role"],
                    public_company=told["public_company"],
                    since=told["since"],
                    until=until,
                )

    @property
    def leaves_time(self):
        return self.of("commitments").time.data.get("commitments-time") == "yes"

    def text(self):
        """The exact text that is signed: every answer a sentence."""
        parts = [
            f"Yearly questions on independence and other engagements, sent on "
            f"{said_date(self.questionnaire.sent_on)}. Answers of {self.person.name}."
        ]
        for sheet in self.sheets:
            parts.append("\n".join([f"{sheet.part.title}.", *self.sentences(sheet)]))
        return "\n\n".join(parts)

    def sentences(self, sheet):
        yield from sheet.sentences()
        if sheet.part.key == "family":
            yield from map(said_relative, self.people.values())
        yield from (said_fact(fact) for fact in self.facts(sheet))
        if sheet.part.key == "commitments":
            yield from map(said_commitment, self.engagements())
        for form in sheet.known:
            yield f"On record: {form.says} {said_answer(form)}"
        if remark := sheet.any.told.get("remark"):
            yield f"I add: {remark}"


def said(row):
    return said_commitment(row) if isinstance(row, Commitment) else said_fact(row)


def said_answer(form):
    """What the director says of something on record."""
    answer = form.told["answer"]
    if answer == "ended":
        return f"This has ended; its last day was {said_date(form.told['last'])}."
    if answer == "never":
        return "This was never so."
    return "This is still so." if form.lasts else "This is right."


def row_numbers(typed, group):
    """The lines of a group, by the numbers in their names; there is always one."""
    numbers = [number for number in typed.get(f"{group}-rows", "").split(",") if number.isdigit()]
    return numbers or ["1"]
