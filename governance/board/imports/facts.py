"""Facts that bear on independence as a table: one row for each fact (C7)."""

from contextlib import contextmanager

from governance.board import bars, reporting
from governance.board.imports.columns import (
    Column,
    InCell,
    check_name,
    day,
    dollars,
    find_person,
    key,
    one_of,
    percent,
    said,
    words,
    yes_or_no,
)
from governance.board.imports.directors import written
from governance.board.imports.sheet import CHANGED, NEW, SAME, Sheet
from governance.board.models import (
    Fact,
    FactKind,
    Link,
    Organisation,
    Position,
    Purpose,
    Relative,
    Services,
)
from governance.board.moves import FactState
from governance.board.reporting import MARKS
from governance.board.wording import said_fact, said_person
from governance.people import following
from governance.records.models import Company
from governance.spreadsheets import plain

# What a fact says beside its person and days, as the columns are called.
PARTICULARS = ("amount", "purpose", "position", "by_company", "percent")
# What tells one fact from another.
IDENTITY = ("kind", "relative", "organisation", "since", *PARTICULARS, *MARKS)


class FactSheet(Sheet):
    """What is known of directors and their families, entered as confirmed by the Secretary."""

    title = "Facts"
    id = Column(key, "As exported; empty for a new fact.")
    person = Column(
        words(201), "Given and family name, as entered among the people.", "Ada Example", True
    )
    email = Column(words(254), "Only to tell two people of one name apart.")
    kind = Column(one_of(FactKind), "What the fact speaks of.", "receipt", True)
    relative = Column(words(200), "Name of the relative; empty: the director.", "Bo Example")
    relation = Column(one_of(Link), "How the relative is related to the director.", "sibling")
    shares_home = Column(yes_or_no, "Whether the relative shares the director's home.", "no")
    of_age_on = Column(day, "Eighteenth birthday of a minor child.")
    organisation = Column(words(200), "Name of the organisation; a new one is entered.")
    services = Column(one_of(Services), "Only if it advises the Company in one of these ways.")
    since = Column(day, "From, or on.", "2025-07-01", True)
    until = Column(day, "First day it was no longer so; empty: it still is, or it was one day.")
    amount = Column(dollars, "US dollars: 60000.00.", "60000.00")
    purpose = Column(one_of(Purpose), "What an amount was paid for.", "other")
    position = Column(one_of(Position), "What somebody is in the organisation.")
    by_company = Column(yes_or_no, "Of a payment: yes if the Company paid, no if it received.")
    percent = Column(percent, "Percent of a voting class.")
    executive = Column(yes_or_no, "Employed as an Executive Officer.")
    interim = Column(yes_or_no, "In the interim only.")
    prepared_statements = Column(yes_or_no, "Took part in preparing financial statements.")
    on_our_audit = Column(yes_or_no, "Worked on the Company's audit.")
    note = Column(words(2000), "Where it is known from.", "Proxy questionnaire of 2025")
    state = Column(one_of(FactState), "As exported; empty: confirmed.")

    class Meta(Sheet.Meta):
        pass

    @contextmanager
    def together(self):
        """Bars are worked out when all facts are there, and whoever follows looks again then."""
        with following.together(), bars.together():
            yield

    def same_row(self, told):
        return told["id"] or tuple(
            value.lower() if isinstance(value, str) else value
            for name, value in sorted(told.items())
            if name not in ("id", "note", "until", "state")
        )

    def enter(self, told, *, by, at):
        on = Company.current().day_of(at)
        if told["id"]:
            row = find_by_key(told, by=by)
            return self.settle(row, told, by=by, at=at, on=on)
        told["person"] = find_person(told["person"], told["email"], by=by)
        beside = [find_relative(told, by=by, on=on), find_organisation(told, by=by, on=on)]
        known = find_same(told, by=by)
        if known:
            return self.settle(known, told, by=by, at=at, on=on)
        says = enter_new(told, by=by, at=at)
        return NEW, "; ".join(filter(None, [*beside, says]))

    def settle(self, row, told, *, by, at, on):
        """A fact on record is confirmed, or has ended, if the table says so."""
        check_note(row, told)
        changes = []
        if told["state"] not in ("", row.state):
            if (row.state, told["state"]) != (FactState.PROPOSED, FactState.CONFIRMED):
                raise InCell("state", f"In the record it is {row.get_state_display().lower()}.")
            reporting.confirm_fact(row, by=by, at=at)
            changes.append("will confirm it")
        elif row.state == FactState.PROPOSED and not told["state"]:
            raise InCell("state", "It waits to be confirmed: write “confirmed”, or “proposed”.")
        if told["until"] and told["until"] != row.until:
            reporting.end_fact(row, until=told["until"], by=by, on=on)
            changes.append(f"ended on {said(told['until'])}")
        if not changes:
            return SAME, "no change"
        return CHANGED, f"{', '.join(changes)} for {said_whole(row)}"

    # --- What an export shows.

    def dehydrate_id(self, fact):
        return str(fact.pk)

    def dehydrate_person(self, fact):
        return fact.person.name

    def dehydrate_email(self, fact):
        return ""

    def dehydrate_kind(self, fact):
        return fact.kind

    def dehydrate_relative(self, fact):
        return fact.relative.name if fact.relative else ""

    def dehydrate_relation(self, fact):
        return fact.relative.link if fact.relative else ""

    def dehydrate_shares_home(self, fact):
        return yes_no(fact.relative.shares_home) if fact.relative else ""

    def dehydrate_of_age_on(self, fact):
        return written(fact.relative and fact.relative.of_age_on)

    def dehydrate_organisation(self, fact):
        return fact.organisation.name if fact.organisation else ""

    def dehydrate_services(self, fact):
        return fact.organisation.services if fact.organisation else ""

    def dehydrate_since(self, fact):
        return fact.since.isoformat()

    def dehydrate_until(self, fact):
        return written(fact.until)

    def dehydrate_amount(self, fact):
        return "" if fact.amount is None else f"{fact.amount:.2f}"

    def dehydrate_purpose(self, fact):
        return fact.purpose

    def dehydrate_position(self, fact):
        return fact.position

    def dehydrate_by_company(self, fact):
        return yes_no(fact.by_company)

    def dehydrate_percent(self, fact):
        return "" if fact.percent is None else f"{fact.percent:f}"

    def dehydrate_executive(self, fact):
        return yes_no(fact.executive or None)

    def dehydrate_interim(self, fact):
        return yes_no(fact.interim or None)

    def dehydrate_prepared_statements(self, fact):
        return yes_no(fact.prepared_statements or None)

    def dehydrate_on_our_audit(self, fact):
        return yes_no(fact.on_our_audit or None)

    def dehydrate_note(self, fact):
        return fact.note

    def dehydrate_state(self, fact):
        return fact.state

    @classmethod
    def exported(cls, queryset, *, user):
        """These facts; `queryset` comes through the door of `user`."""
        table = cls().export(queryset.select_related("person", "relative", "organisation"))
        table.title = cls.title
        return table


def yes_no(value):
    return "" if value is None else "yes" if value else "no"


def nothing(name):
    """What an empty cell stands for in the record."""
    if name in MARKS:
        return False
    return "" if name in ("purpose", "position") else None


def value_of(told, name):
    return nothing(name) if told[name] == "" else told[name]


def find_by_key(told, *, by):
    """The fact of that key; what the table says of it is what the record says."""
    rows = Fact.objects.visible_to(by).select_related("person", "relative", "organisation")
    row = rows.filter(pk=told["id"]).first()
    if row is None:
        raise InCell("id", "No fact has that key. Leave the cell empty for a new one.")
    check_name(row.person, told["person"])
    sheet = FactSheet()
    for name in ("relative", "relation", "organisation", "kind", "since", *PARTICULARS, *MARKS):
        kept = sheet.columns()[name].clean({name: plain(getattr(sheet, f"dehydrate_{name}")(row))})
        if told[name] != kept and not (name in MARKS and not told[name] and not kept):
            raise InCell(
                name,
                "The record says something else. A fact is corrected by setting it aside and "
                "entering another one.",
                "C12",
            )
    return row


def find_same(told, *, by):
    """The fact on record that says the same; None when the row is a new one."""
    same = Fact.objects.visible_to(by).filter(person=told["person"])
    same = same.filter(**{name: value_of(told, name) for name in IDENTITY})
    # What was set aside comes last: another may have taken its place.
    found = sorted(same, key=lambda fact: fact.state == FactState.SET_ASIDE)
    if not found:
        return None
    if found[0].state == FactState.SET_ASIDE and told["state"] != FactState.SET_ASIDE:
        raise InCell("", "This was set aside. If it is so after all, enter it on its form.", "C12")
    return found[0]


def check_note(row, told):
    """A note is told once; another one would be another fact."""
    if told["note"] and plain(told["note"]) != plain(row.note):
        raise InCell(
            "note",
            "It is on record with another note. If this is a second one, enter it on its form.",
        )


def find_relative(told, *, by, on):
    """The relative of whom the row speaks, entered if need be; a sentence if it was."""
    name, link = told["relative"], told["relation"]
    if not name:
        if link:
            raise InCell("relative", "Say the relative's name.", "L-02")
        told["relative"] = None
        return ""
    known = Relative.objects.visible_to(by).filter(person=told["person"], name__iexact=name)
    found = list(known.filter(link=link) if link else known)
    if len(found) > 1:
        raise InCell("relation", f"Two relatives are called {name}: say which is meant.", "L-02")
    if found:
        check_relative(found[0], told)
        told["relative"] = found[0]
        return ""
    if not link:
        raise InCell("relation", f"Say how {name} is related to the director.", "L-02")
    entered = reporting.enter_relative(
        person=told["person"],
        name=name,
        link=link,
        shares_home=told["shares_home"] or False,
        of_age_on=told["of_age_on"] or None,
        by=by,
        on=on,
    )
    told["relative"] = entered
    home = ", who shares the director’s home" if entered.shares_home else ""
    of_age = f", eighteen years old on {said(entered.of_age_on)}" if entered.of_age_on else ""
    return f"will enter the relative {name}{home}{of_age}"


def check_relative(relative, told):
    """What the table says of the household is what the record says; empty cells say nothing."""
    for column in ("shares_home", "of_age_on"):
        if told[column] not in ("", getattr(relative, column)):
            raise InCell(column, f"The record says something else of {relative.name}.", "L-02")


def find_organisation(told, *, by, on):
    """The organisation that the row names, entered if need be; a sentence if it was."""
    name, services = told["organisation"], told["services"]
    if not name:
        if services:
            raise InCell("organisation", "Say the name of the organisation.", "L-18")
        told["organisation"] = None
        return ""
    known = Organisation.objects.visible_to(by).filter(name__iexact=name).first()
    if known and services not in ("", known.services):
        raise InCell("services", f"The record says something else of {known.name}.", "L-18")
    if known:
        told["organisation"] = known
        return ""
    entered = reporting.enter_organisation(name=name, services=services, by=by, on=on)
    told["organisation"] = entered
    advises = f", which advises the Company ({entered.get_services_display()})" if services else ""
    return f"will enter the organisation {name}{advises}"


def enter_new(told, *, by, at):
    """A fact that was not known yet, by the verb that fits how it stands."""
    if told["state"] == FactState.SET_ASIDE:
        raise InCell("state", "What was set aside is not entered anew.", "C12")
    proposed = told["state"] == FactState.PROPOSED
    fact = (reporting.propose_fact if proposed else reporting.enter_fact)(
        person=told["person"],
        until=told["until"] or None,
        note=told["note"],
        **{name: value_of(told, name) for name in IDENTITY},
        by=by,
        at=at,
    )
    return f"will {'propose' if proposed else 'enter'} for {said_whole(fact)}"


def said_whole(fact):
    """Of whom the fact is, which not every sentence says, and all that it says."""
    name = str(fact.person)
    return f"{said_person(fact, name)}: {said_fact(fact, name)}"
