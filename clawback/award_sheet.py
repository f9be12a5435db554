"""Awards as a table: each row a measure or a payment, the rows of one name one award (C-CMP-01).

Whatever is refused is told in its cell; what is entered is entered by the verb of the form.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal

import tablib
from django import forms
from django.db import DatabaseError, transaction
from django.db.models import Q

from clawback.award_cells import (
    BASICS,
    IN_DOLLARS,
    MEASURE,
    ONCE,
    PAYMENT,
    SETTLEMENT,
    cells_of,
    figure,
    said_whole,
    terms_told,
    told_of,
)
from clawback.award_forms import BASES, CurveField, read_terms
from clawback.awards import ENDS_EARLY, NOT_ONES_OWN, TIED, enter_award, placed_problems
from clawback.models import Award, AwardKind
from governance.board.imports.columns import Column, day, dollars, one_of, words, yes_or_no
from governance.board.imports.sheet import NEW, REFUSED, SAME, Effect, Sheet, problem_of
from governance.people.models import Person
from governance.people.operations import check_days
from governance.records.models import Company
from governance.refusals import Refused
from governance.spreadsheets import Problem, plain, unfit

MOST_AWARDS = 100
NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,10})?")
ROUNDINGS = ("down", "half_up", "up")
STANDS = ("paid", "unpaid", "deferred")
NEEDED = tuple(name for name in BASICS if name not in ("plan", "plan_forbids_recovery"))
EMPTY = "The cell is empty. An award’s first row says this."
RECORDED = (
    "The register has this award already, and says something else here. A table does not rewrite "
    "it."
)
# Where the table says what a document of an award calls otherwise.
PLACES = {
    "payout.target": "target",
    "payout.cap_pct": "cap_pct",
    "share_rounding": "share_rounding",
}
PLACES |= {"awarded": "awarded", "payments": "amount", "payout.metrics": "weight"}
PLACES |= {f"settlement.{name}": name for name in SETTLEMENT}
PLACES |= {"settlement": "undelivered"}
# Whose settlement a column is not.
OTHERS = {
    AwardKind.SHARES: ("strike", "unexercised"),
    AwardKind.OPTIONS: ("undelivered", "held"),
}
COUNTED = ("undelivered", "held", "unexercised")
REFUSALS = {ENDS_EARLY: "period_end", NOT_ONES_OWN: "person", TIED: "period_end"}
PART = re.compile(r"(payout\.metrics|payments)\[(\d+)\](?:\.(\w+))?.*")


# --- What a cell may say -----------------------------------------------------------------------


def award_day(text):
    """A day as 2024-03-05, within reach."""
    on = day(text)
    check_days([on], on=Company.current().today())
    return on


def award_days(text):
    """One day, or several with semicolons between them."""
    return [award_day(one.strip()) for one in text.split(";") if one.strip()]


def number(text):
    if not NUMBER.fullmatch(text):
        raise Refused(f"“{text}” is no number; write it as 96.5.")
    return Decimal(text)


def positive(text):
    found = number(text)
    if found < 0:
        raise Refused(f"{text} is less than nothing.")
    return found


def whole(text):
    found = positive(text)
    if found != found.to_integral():
        raise Refused(f"{text} is no whole number: shares and options are counted whole.")
    return found.to_integral()


def one_word(*offered, labels=()):
    """A reader of one of these words, or of what forms call it."""
    known = {label.lower(): word for word, label in labels} | {word: word for word in offered}

    def read(text):
        if text.lower() not in known:
            raise Refused(f"“{text}” is not one of: {', '.join(offered)}.")
        return known[text.lower()]

    read.offers = ", ".join(offered)
    return read


def curve(text):
    try:
        points = CurveField().clean(text)
        return [[figure(str(number(part))) for part in point] for point in points]
    except (forms.ValidationError, Refused) as error:
        raise Refused(
            f"“{text[:60]}” is no curve; write a measure and its payout in percent for each "
            "point: 80:50, 100:100."
        ) from error


def document(text):
    found = read_terms(text)
    if found is None:
        raise Refused("Write it as names and values between braces, as in the worked cases.")
    return found


@dataclass
class Row:
    """A row of the table: what its cells say, and what is wrong with them."""

    number: int
    cells: dict
    told: dict
    problems: list = field(default_factory=list)

    def refuse(self, name, sentence):
        column = AwardSheet.columns()[name].column_name if name else ""
        self.problems.append(Problem(self.number, column, sentence))

    def says(self, names):
        """Which of these cells are filled in."""
        return [name for name in names if self.told.get(name, "") != ""]

    @property
    def award(self):
        """What rows of one award have in common."""
        return " ".join(self.cells["officer"].split()).casefold(), self.cells["award"]


class AwardSheet(Sheet):
    """Awards with the formulas by which they were worked out (C-CMP-01, C-TRG-03)."""

    title = "Awards"
    most_rows = 300

    person = Column(
        words(200), "Whose award it is, by given and family name.", "Ada Example", True, "officer"
    )
    name = Column(
        words(120),
        "As people say it. Rows of one officer and one award belong together: the first says what "
        "holds of the award, each may add a measure and a payment.",
        "2024 annual bonus",
        True,
        "award",
    )
    plan = Column(words(120), "The plan under which it was awarded.", "The invented bonus plan")
    plan_forbids_recovery = Column(
        yes_or_no,
        "Yes if the plan says that nothing is recovered; the policy prevails (C-OVR-01).",
        "no",
        column_name="plan forbids recovery",
    )
    kind = Column(one_of(AwardKind), "What it is paid in.", "cash", column_name="paid in")
    granted_on = Column(award_day, "Day of the grant.", "2024-02-10", column_name="granted")
    period_start = Column(
        award_day,
        "First day of the performance period.",
        "2024-01-01",
        column_name="period from",
    )
    period_end = Column(award_day, "Its last day.", "2024-12-31", column_name="period to")
    received_on = Column(
        award_day,
        "Last day of the fiscal period in which it was earned.",
        "2024-12-31",
        column_name="received",
    )
    filed_on = Column(
        award_days,
        "When the statements on which it was computed were first filed; several with semicolons.",
        "2025-02-21",
        column_name="statements first filed",
    )
    awarded = Column(dollars, "US dollars, or a number of shares or options.", "640000.00")
    target = Column(dollars, "At a payout of 100 %; where there are measures.", "400000.00")
    cap_pct = Column(
        positive, "Percent of the target; empty: no limit.", "200", column_name="payout at most (%)"
    )
    share_rounding = Column(
        one_word(*ROUNDINGS),
        "For shares and options with measures.",
        column_name="shares rounded",
    )
    key = Column(words(80), "A measure, as it was reported.", "revenue", column_name="measure")
    basis = Column(one_word(*dict(BASES), labels=BASES), "What the measure rests on.", "financial")
    weight = Column(positive, "Beside those of the other measures.", "1")
    reported = Column(number, "What was reported.", "112")
    curve = Column(
        curve,
        "Points of measure and payout in percent.",
        "80:50, 100:100, 120:200",
    )
    shape = Column(one_word("linear", "step"), "Empty: linear.", "linear")
    date = Column(award_day, "Day of a payment.", "2025-03-01", column_name="payment day")
    amount = Column(
        dollars,
        "US dollars. The payments add up to what was awarded; not for shares and options.",
        "640000.00",
        column_name="payment",
    )
    status = Column(one_word(*STANDS), "What became of it.", "paid", column_name="payment stands")
    credit_price = Column(
        positive, "Of a deferred payment: price at credit.", column_name="unit at credit"
    )
    current_price = Column(positive, "Of a deferred payment: price now.", column_name="unit now")
    undelivered = Column(whole, "Of shares: not delivered yet.")
    held = Column(whole, "Of shares: held.")
    valuation_price = Column(
        positive, "Dollars a share by which they are valued.", column_name="valuation price"
    )
    strike = Column(positive, "Of options: the exercise price.")
    unexercised = Column(whole, "Of options: not exercised.")
    further = Column(
        document,
        "Gates, modifiers, discretion, relative return, a pool, sales: whatever no column says, in "
        "the format of the worked cases.",
        column_name="further terms",
    )

    class Meta(Sheet.Meta):
        pass

    @classmethod
    def exported(cls, awards):
        """Awards as a table that can be imported again; they come through their door."""
        table = tablib.Dataset(headers=cls.headings(), title=cls.title)
        for award in awards.select_related("person"):
            for cells in cells_of(award):
                table.append([cells.get(name, "") for name in cls.columns()])
        return table

    def effects(self, lines, *, by, at):
        """What each award comes to, with the rows that say it."""
        self.prepare(by)
        awards: dict = {}
        for line in lines:
            row = Row(line.number, line.cells, *self.read_cells(line.number, line.cells))
            awards.setdefault(row.award, []).append(row)
        if len(awards) > MOST_AWARDS:
            raise unfit(f"The file has more than {MOST_AWARDS} awards. Import it in parts.")
        return [self.effect_of(rows, by=by, at=at) for rows in awards.values()]

    def prepare(self, by):
        """Whom the names mean, and what the register has: read once."""
        people = Person.objects.visible_to(by).filter(
            Q(appointments__isnull=False) | Q(awards__isnull=False) | Q(pk=by.person_id)
        )
        self.people: dict = {}
        for person in people.distinct():
            self.people.setdefault(" ".join(person.name.split()).casefold(), []).append(person)
        rows = Award.objects.visible_to(by).select_related("person")
        self.recorded = {(row.person_id, plain(row.name)): row for row in rows}

    def effect_of(self, rows, *, by, at):
        """One award: entered, in the register already, or refused as a whole."""
        self.check_time()
        first = rows[0]
        person = self.read_person(first, by)
        self.check_said_once(rows)
        measures, payments = self.parts(rows)
        known = self.recorded.get((person and person.pk, first.told.get("name")))
        kind, says = SAME, "The register says all of this already."
        if known:
            self.check_recorded(known, rows, measures, payments)
        else:
            self.check_whole(rows, measures, payments)
            if person and not any(row.problems for row in rows):
                kind = NEW
                says = self.enter_one(person, rows, measures, payments, by=by, at=at)
        problems = tuple(problem for row in rows for problem in row.problems)
        about = f"{first.cells['officer']}, {first.cells['award']}"
        if problems:
            said = " ".join(problem.says for problem in problems)
            return Effect(first.number, REFUSED, about, said, problems)
        return Effect(first.number, kind, about, says)

    # --- What the rows of an award say.

    def read_person(self, row, by):
        name = " ".join(row.told.get("person", "").split())
        found = self.people.get(name.casefold(), [])
        if len(found) > 1:
            row.refuse("person", f"{len(found)} officers are called {name}: enter it on its form.")
        elif not found and name:
            row.refuse("person", f"No officer is called {name}. Enter the person first.")
        elif found and found[0].pk == by.person_id:
            row.refuse("person", NOT_ONES_OWN)
        elif found:
            return found[0]
        return None

    def check_said_once(self, rows):
        """The first row says what holds of the award; another may say the same."""
        first = rows[0]
        for row in rows[1:]:
            for name in row.says(ONCE):
                if row.told[name] != first.told.get(name, row.told[name]):
                    row.refuse(name, f"Row {first.number} says something else of this award.")
            if not row.problems and not row.says((*MEASURE, *PAYMENT)):
                row.refuse("", "The row adds neither a measure nor a payment.")

    def parts(self, rows):
        """The rows that have a measure, and those that have a payment."""
        measures, payments = [], []
        for row in rows:
            if row.says(MEASURE):
                self.check_filled(row, MEASURE[:-1], "A measure has one")
                measures.append(row)
            if row.says(PAYMENT):
                self.check_filled(row, PAYMENT[:3], "A payment has one")
                priced = row.says(("credit_price", "current_price"))
                if row.told.get("status") == "deferred":
                    self.check_filled(row, PAYMENT[3:], "A deferred payment has one")
                elif priced and row.told.get("status"):
                    row.refuse(priced[0], "Only a deferred payment has this.")
                payments.append(row)
        return measures, payments

    def check_filled(self, row, names, why):
        for name in names:
            if row.told.get(name) == "":
                row.refuse(name, f"The cell is empty. {why}.")

    def check_recorded(self, award, rows, measures, payments):
        """What stands in the register is not rewritten by a table; an empty cell says nothing."""
        once, metrics, paid = told_of(award)
        self.check_same(rows[0], rows[0].says(ONCE), once)
        self.check_parts(measures, metrics, MEASURE)
        self.check_parts(payments, paid, PAYMENT)

    def check_same(self, row, names, recorded):
        for name in names:
            text = recorded.get(name, "")
            if row.told.get(name, "") != (self.columns()[name].read(plain(text)) if text else ""):
                row.refuse(name, RECORDED)

    def check_parts(self, rows, recorded, names):
        """The measures, or the payments, are as many and the same, or the table has none."""
        for row, one in zip(rows, recorded, strict=False):
            told = [name for name in names if name in row.told]
            self.check_same(
                row, told, {**one, "shape": one.get("shape") if row.says(["shape"]) else ""}
            )
        for row in rows[len(recorded) :]:
            row.refuse(names[0], RECORDED)
        if rows and len(rows) < len(recorded):
            missing = counted(len(recorded) - len(rows), "more", "more")
            rows[-1].refuse(names[0], f"The register has {missing} of these for the award.")

    def check_whole(self, rows, measures, payments):
        """What an award needs before the arithmetic can be asked whether it agrees."""
        first = rows[0]
        for name in NEEDED:
            if first.told.get(name) == "":
                first.refuse(name, EMPTY)
        self.check_measures(first, measures)
        if kind := first.told.get("kind"):
            if kind in IN_DOLLARS:
                self.check_money(first, payments)
            else:
                self.check_shares(first, kind, measures, payments)

    def check_measures(self, first, measures):
        if measures and first.told.get("target") == "":
            first.refuse("target", "The cell is empty. Measures pay in percent of a target.")
        for name in first.says(("target", "cap_pct")) if not measures else ():
            first.refuse(name, "This belongs to measures, and the award has none in the table.")
        seen: dict = {}
        for row in measures:
            key = row.told.get("key")
            if key and seen.setdefault(key, row.number) != row.number:
                row.refuse("key", f"Row {seen[key]} has this measure already.")

    def check_money(self, first, payments):
        if not payments and "payments" not in (first.told.get("further") or {}):
            first.refuse("amount", "The cell is empty. The payments add up to what was awarded.")
        for name in first.says(("share_rounding", *SETTLEMENT)):
            first.refuse(name, "This is said of shares and options alone.")

    def check_shares(self, first, kind, measures, payments):
        for name in first.says(("awarded", "target")):
            if first.told[name] != first.told[name].to_integral():
                first.refuse(name, "Shares and options are counted whole.")
        if measures and first.told.get("share_rounding") == "":
            first.refuse("share_rounding", "The cell is empty. Say how the formula is rounded.")
        for row in payments:
            row.refuse("amount", "Shares and options have a settlement, and no payments.")
        of_others = OTHERS[kind]
        for name in first.says(of_others):
            first.refuse(name, f"This is not said of {AwardKind(kind).label.lower()}.")
        settled = first.says(SETTLEMENT)
        if kind == AwardKind.OPTIONS and settled and first.told.get("strike") == "":
            first.refuse("strike", "The cell is empty. Options have an exercise price.")
        if first.says(COUNTED) and first.told.get("valuation_price") == "":
            first.refuse("valuation_price", "The cell is empty. What is there is valued by it.")

    # --- What is entered.

    def enter_one(self, person, rows, measures, payments, *, by, at):
        """By the verb of the form; what it refuses is told in the cell that says it."""
        once = {name: rows[0].told[name] for name in ONCE}
        metrics, paid = [row.told for row in measures], [row.told for row in payments]
        facts = {name: once[name] for name in BASICS} | {
            "person": person,
            "name": rows[0].told["name"],
            "plan_forbids_recovery": once["plan_forbids_recovery"] is True,
            "terms": terms_told(once, metrics, paid),
        }
        try:
            with transaction.atomic():
                award = enter_award(**facts, by=by, at=at)
        except Refused as refusal:
            self.place(refusal, Award(**facts), rows[0], measures, payments)
        except DatabaseError as refusal:
            rows[0].problems.append(problem_of(refusal, rows[0].number))
        else:
            return "\n".join(said_whole(award))
        return ""

    def place(self, refusal, award, first, measures, payments):
        """Tell a refusal in the cells that it is about."""
        found = placed_problems(award) if str(refusal) not in REFUSALS else ()
        for path, sentence in found:
            row, name = first, PLACES.get(path.partition("[")[0], "further")
            if part := PART.fullmatch(path):
                rows = measures if part[1] == "payout.metrics" else payments
                # What stands in the further terms comes behind what the columns say.
                if int(part[2]) < len(rows):
                    row, name = rows[int(part[2])], part[3] or PLACES[part[1]]
                else:
                    name = "further"
            row.refuse(name, f"{sentence} ({path})" if name == "further" else sentence)
        if not found:
            first.refuse(REFUSALS.get(str(refusal), ""), str(refusal))

    def done(self, outcome):
        return f"Entered: {counted(outcome.count(NEW), 'award', 'awards')}."


def counted(number, one, several):
    return f"{number} {one if number == 1 else several}"
