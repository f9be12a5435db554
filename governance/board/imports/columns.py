"""What a cell may say, and what is made of it; every refusal names its column."""

import re
import uuid
from datetime import date
from decimal import Decimal

from import_export.fields import Field

from governance.money import read_dollars
from governance.people.models import Person
from governance.refusals import Refused

PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]+)?)\s*%?")
MOST_DIGITS = 12
YES = ("yes", "true", "x", "1")
NO = ("no", "false", "0")


class InCell(Refused):
    """A row is refused for what one of its cells says."""

    def __init__(self, column, sentence, provision=None):
        super().__init__(sentence, provision)
        self.column = column


class Column(Field):
    """A column of a table: how its cells are read, what they say, and what the template shows."""

    def __init__(self, read, says, example="", needed=False, column_name=None):
        super().__init__(column_name=column_name)
        self.read, self.says, self.example, self.needed = read, says, example, needed

    @property
    def offers(self):
        """The words among which its cells choose, if they do."""
        return getattr(self.read, "offers", "")

    def clean(self, row, **kwargs):
        """The cell as a value, or Refused; an empty cell says nothing."""
        text = row.get(self.column_name, "")
        if not text and self.needed:
            raise InCell(self.column_name, "The cell is empty.")
        try:
            return self.read(text) if text else ""
        except Refused as refusal:
            raise InCell(self.column_name, str(refusal), refusal.provision) from refusal

    def export(self, instance, **kwargs):
        """Columns are filled by their sheet, each by its own function."""
        raise NotImplementedError(self.column_name)


def words(longest):
    """A reader of text of so many letters at most."""

    def read(text):
        if len(text) > longest:
            raise Refused(f"The text is too long: at most {longest} letters.")
        return text

    return read


def day(text):
    """A day as 2026-03-03; days written otherwise mean another day elsewhere."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2} [\d:.]+", text):
        raise Refused(f"{text} has an hour; write the day alone.")
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"“{text}” is no day; write it as 2026-03-31.") from error


def year(text):
    if not re.fullmatch(r"\d{4}", text):
        raise Refused(f"“{text}” is no year; write it as 2028.")
    return int(text)


def dollars(text):
    """US dollars, to the cent (C13)."""
    amount = read_dollars(text)
    if amount is None:
        raise Refused(f"“{text}” is no amount; write it as 60000.00.", provision="C13")
    if amount != round(amount, 2):
        raise Refused(f"{text} has fractions of a cent; write whole cents.", provision="C13")
    if len(str(int(amount))) > MOST_DIGITS:
        raise Refused(f"{text} cannot be meant: it is more than a trillion.", provision="C13")
    return amount


def percent(text):
    found = PERCENT.fullmatch(text)
    number = Decimal(found[1]) if found else None
    if number is None or number != round(number, 4):
        raise Refused(f"“{text}” is no percentage; write it as 12.5.")
    return number


def yes_or_no(text):
    if text.lower() in YES:
        return True
    if text.lower() in NO:
        return False
    raise Refused(f"“{text}” is neither yes nor no.")


def key(text):
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Refused("That is no key of a row; leave the cell as it was exported.") from error


def one_of(choices, **more):
    """A reader of a choice, by its short word or by what pages call it."""
    known = {str(value).lower(): value for value in choices.values}
    known |= {str(label).lower(): value for value, label in choices.choices}
    known |= {name.lower(): value for name, value in more.items()}
    offered = ", ".join(more or [str(value) for value in choices.values])

    def read(text):
        if text.lower() not in known:
            raise Refused(f"“{text}” is not one of: {offered}.")
        return known[text.lower()]

    read.offers = offered
    return read


def find_person(name, email, *, by):
    """The one person of that name; the e-mail tells two of one name apart."""
    given, _, _ = name.partition(" ")
    people = Person.objects.visible_to(by).filter(given_name__istartswith=given)
    found = [one for one in people if one.name.lower() == " ".join(name.split()).lower()]
    if email:
        found = [
            one for one in found if hasattr(one, "user") and one.user.email.lower() == email.lower()
        ]
    if not found:
        with_email = " with that e-mail" if email else ""
        raise InCell("person", f"Nobody is called {name}{with_email}. Enter the person first.")
    if len(found) > 1:
        raise InCell("email", f"{len(found)} people are called {name}: say whose e-mail it is.")
    return found[0]


def check_name(person, name):
    """The row that a key names is about the person whom the table names."""
    if name and person.name.lower() != " ".join(name.split()).lower():
        raise InCell("person", f"The row of that key is about {person}. Leave the key empty?")


def said(day):
    """ "3 March 2026"."""
    return f"{day.day} {day:%B} {day.year}"
