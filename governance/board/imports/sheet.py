"""One table of the import: read, tried, and entered, or not at all.

What a preview shows is what the verbs did, in a transaction that was rolled back; so it cannot
differ from what the import will do.
"""

import hashlib
import time
from dataclasses import dataclass

import tablib
from django.db import DatabaseError, transaction
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource
from import_export.results import RowResult

from governance.board.imports.columns import Column, InCell
from governance.people import following
from governance.records.models import Company
from governance.refusals import Refused
from governance.spreadsheets import MOST_ROWS, Problem, unfit

# A page is not waited for longer than this, however busy the portal is.
MOST_SECONDS = 20
NEW, CHANGED, SAME, REFUSED = "new", "changed", "same", "refused"


@dataclass(frozen=True)
class Effect:
    """What a row does: `kind` is one of the four above, `about` whom or what it is about."""

    number: int
    kind: str
    about: str
    says: str = ""
    problems: tuple[Problem, ...] = ()


class Outcome(list):
    """The effects of all rows, in their order."""

    @property
    def problems(self):
        return [problem for effect in self for problem in effect.problems]

    @property
    def writes(self):
        """Whether the record changes by it."""
        return not self.problems and any(one.kind in (NEW, CHANGED) for one in self)

    @property
    def digest(self):
        """The same for the same effects, so that a confirmation binds what was shown."""
        said = "\n".join(f"{one.number} {one.kind} {one.says}" for one in self)
        return hashlib.sha256(said.encode()).hexdigest()

    def count(self, kind):
        return sum(one.kind == kind for one in self)


class Sheet(Resource):
    """A table whose rows are entered by verbs. Rooms say how in `enter`, and `same_row`."""

    title = ""
    # What comes of entering it, beside what its rows say.
    follows = ""
    most_rows = MOST_ROWS

    class Meta:
        use_transactions = True
        skip_diff = True
        # The verbs find their rows themselves.
        instance_loader_class = BaseInstanceLoader

    @classmethod
    def columns(cls):
        """The columns by their names, in the order of the template."""
        return {name: one for name, one in cls.fields.items() if isinstance(one, Column)}

    @classmethod
    def headings(cls):
        """What the first row of the table says."""
        return [column.column_name for column in cls.columns().values()]

    @classmethod
    def template(cls):
        """The headings and one row as an example."""
        table = tablib.Dataset(headers=cls.headings(), title=cls.title)
        table.append([one.example for one in cls.columns().values()])
        return table

    def enter(self, told, *, by, at):
        """Enter one row; answers `(kind, sentence)`, or raises Refused."""
        raise NotImplementedError

    def same_row(self, told):
        """What two rows have in common that say the same; None where nothing does."""
        raise NotImplementedError

    def together(self):
        """What is put off until all rows are entered."""
        return following.together()

    def about(self, cells):
        return cells.get("person", "")

    def done(self, outcome):
        """What is said once the table is entered."""
        return (
            f"Imported: {outcome.count(NEW)} new, {outcome.count(CHANGED)} changed, "
            f"{outcome.count(SAME)} without a change."
        )

    def try_out(self, lines, *, by, at):
        """What the rows would do; nothing is written."""
        return self.run(lines, by=by, at=at, dry_run=True)

    def run(self, lines, *, by, at, dry_run, digest=None):
        """Enter all rows, or none: none when one is refused, or they do what `digest` is not of."""
        self.seen: dict = {}
        self.faults = {line.number: line.faults for line in lines}
        self.ends_at = time.monotonic() + MOST_SECONDS
        with transaction.atomic(), Company.current().held():
            with self.together():
                outcome = Outcome(self.effects(lines, by=by, at=at))
            if dry_run or outcome.problems or digest not in (None, outcome.digest):
                transaction.set_rollback(True)
        return outcome

    def effects(self, lines, *, by, at):
        """What each row does, one after the other."""
        table = tablib.Dataset(headers=["number", *self.headings()])
        table.extend(
            [line.number, *(line.cells[name] for name in self.headings())] for line in lines
        )
        return [row.effect for row in self.import_data(table, by=by, at=at).rows]

    def check_time(self):
        """Nobody waits longer for a page, and nothing is half written when they do not."""
        if time.monotonic() > self.ends_at:
            raise unfit("The portal is too busy for this table now. Try again in a while.")

    def import_row(self, row, instance_loader, *, by, at, **kwargs):
        """As the library's, but a row is entered by its verb."""
        number = row.pop("number")
        self.check_time()
        result = RowResult()
        result.import_type = RowResult.IMPORT_TYPE_NEW
        told, problems = self.read_cells(number, row)
        if not problems:
            try:
                with transaction.atomic():
                    self.check_once(number, told)
                    kind, says = self.enter(told, by=by, at=at)
            except (Refused, DatabaseError) as refusal:
                problems = [problem_of(refusal, number)]
            else:
                result.effect = Effect(number, kind, self.about(row), says)
                return result
        said = " ".join(problem.says for problem in problems)
        result.effect = Effect(number, REFUSED, self.about(row), said, tuple(problems))
        return result

    def read_cells(self, number, row):
        """What the cells say by column, and what is wrong with them."""
        told, problems = {}, list(self.faults.get(number, ()))
        unread = {problem.column for problem in problems}
        for name, column in self.columns().items():
            if column.column_name in unread:
                continue
            try:
                told[name] = column.clean(row)
            except InCell as refusal:
                problems.append(problem_of(refusal, number))
        return told, problems

    def check_once(self, number, told):
        """A row that repeats another is a slip, and nobody knows which one was meant."""
        same = self.same_row(told)
        first = self.seen.setdefault(same, number)
        if first != number:
            raise Refused(f"The row repeats row {first}.")

    def iter_queryset(self, queryset):
        """Rows as they are handed over; the room has fetched what belongs to them."""
        return iter(queryset)


def problem_of(refusal, number):
    """The refusal with its place; what the database says alone is said in a sentence."""
    if isinstance(refusal, DatabaseError):
        return Problem(number, "", "That cannot be: the record refuses it.")
    return Problem(number, getattr(refusal, "column", ""), str(refusal))
