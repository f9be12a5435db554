"""Directors and their terms as a table: one row for each term (G-CLS-02)."""

from django.db.models import Q

from governance.board import operations
from governance.board.imports.columns import (
    Column,
    InCell,
    check_name,
    day,
    find_person,
    key,
    one_of,
    said,
    words,
    year,
)
from governance.board.imports.sheet import CHANGED, NEW, SAME, Sheet
from governance.board.models import DirectorClass, Directorship, Ending, Term
from governance.records.acts import check_act
from governance.records.models import Act, Company

CLASSES = {"I": 1, "II": 2, "III": 3}


class DirectorSheet(Sheet):
    """Who sits, in which class, for which terms; a director with three terms has three rows."""

    title = "Directors"
    id = Column(key, "As exported; empty for a new director.")
    person = Column(
        words(201), "Given and family name, as entered among the people.", "Ada Example", True
    )
    email = Column(words(254), "Only to tell two people of one name apart.")
    director_class = Column(
        one_of(DirectorClass, **CLASSES), "The class of directors.", "II", True, column_name="class"
    )
    since = Column(day, "First day in office.", "2026-03-03", True)
    until = Column(day, "First day out of office; empty while in office.")
    ended_by = Column(one_of(Ending), "How it ended; empty while in office.")
    resigned_on = Column(day, "The day on which a resignation was delivered.")
    cause = Column(words(2000), "The cause for which the stockholders removed the director.")
    term_since = Column(day, "First day of the term; empty: the first day in office.", "2026-03-03")
    how = Column(one_of(Term.How), "How the term was given; empty: elected.", "elected")
    term_ends = Column(
        year, "The year of the annual meeting at which the term ends; empty: by the class."
    )
    act = Column(
        words(220),
        "For an appointment: the Board's act, its day and title as the acts list them.",
        "",
    )

    class Meta(Sheet.Meta):
        pass

    def same_row(self, told):
        return (
            told["id"] or (told["person"].lower(), told["email"].lower(), told["since"]),
            told["term_since"] or told["since"],
        )

    def enter(self, told, *, by, at):
        on = Company.current().day_of(at)
        row = find_directorship(told, by=by)
        if row is None:
            return NEW, seat(told, by=by, on=on)
        changes = change(row, told, by=by, on=on)
        return (CHANGED, "; ".join(changes)) if changes else (SAME, "no change")

    # --- What an export shows; each is handed a directorship and one of its terms, or None.

    def dehydrate_id(self, pair):
        return str(pair[0].pk)

    def dehydrate_person(self, pair):
        return pair[0].person.name

    def dehydrate_email(self, pair):
        return ""

    def dehydrate_director_class(self, pair):
        return DirectorClass(pair[0].director_class).name

    def dehydrate_since(self, pair):
        return pair[0].since.isoformat()

    def dehydrate_until(self, pair):
        return written(pair[0].until)

    def dehydrate_ended_by(self, pair):
        return pair[0].ended_by

    def dehydrate_resigned_on(self, pair):
        return written(pair[0].resigned_on)

    def dehydrate_cause(self, pair):
        return pair[0].cause

    def dehydrate_term_since(self, pair):
        return written(pair[1] and pair[1].since)

    def dehydrate_how(self, pair):
        return pair[1].how if pair[1] else ""

    def dehydrate_term_ends(self, pair):
        return str(pair[1].ends_in) if pair[1] else ""

    def dehydrate_act(self, pair):
        act = self.acts.get(pair[1].act_id) if pair[1] else None
        return named(act) if act else ""

    @classmethod
    def exported(cls, queryset, *, user):
        """The rows of these directorships, as far as the reader may see their terms and acts."""
        sheet, terms = cls(), {}
        rows = queryset.select_related("person")
        visible = Term.objects.visible_to(user).filter(directorship__in=queryset.order_by())
        for term in visible.order_by("since"):
            terms.setdefault(term.directorship_id, []).append(term)
        sheet.acts = Act.objects.visible_to(user).in_bulk(
            [term.act_id for many in terms.values() for term in many if term.act_id]
        )
        table = sheet.export([(row, term) for row in rows for term in terms.get(row.pk, [None])])
        table.title = cls.title
        return table


def written(day):
    return day.isoformat() if day else ""


def named(act):
    """An act as the table names it: its day and title."""
    return f"{act.day.isoformat()} {act.title}"


def find_directorship(told, *, by):
    """The directorship that the row is about; None for a new one."""
    rows = Directorship.objects.visible_to(by).select_related("person")
    if told["id"]:
        row = rows.filter(pk=told["id"]).first()
        if row is None:
            raise InCell("id", "No directorship has that key. Leave the cell empty for a new one.")
        check_name(row.person, told["person"])
        if row.since != told["since"]:
            raise InCell("since", f"In the record it began on {said(row.since)}; change it there.")
        return row
    told["found"] = find_person(told["person"], told["email"], by=by)
    return rows.filter(person=told["found"], since=told["since"]).first()


def find_act(told, *, by):
    """The act that the row names, among those that the reader may see; None when it names none."""
    if not told["act"]:
        return None
    made_on, _, title = told["act"].partition(" ")
    acts = Act.objects.visible_to(by).filter(title=title.strip())
    found = [act for act in acts if act.day.isoformat() == made_on]
    if len(found) != 1:
        raise InCell("act", f"There is no act “{told['act']}”. Write its day and title.")
    return found[0]


def seat(told, *, by, on):
    """Somebody becomes a director; the sentence says for how long."""
    person, since, act = told["found"], told["since"], find_act(told, by=by)
    check_period(person, told)
    begins = told["term_since"] or since
    facts = {"person": person, "director_class": told["director_class"], "since": since}
    if told["how"] == Term.How.APPOINTED and begins == since and not told["until"]:
        row = operations.fill_vacancy(**facts, act=act, by=by, on=on)
        check_ends(row, told)
    else:
        facts |= {"until": told["until"] or None, **first_term(told, act, begins)}
        row = operations.seat_director(**facts, by=by, on=on)
    label = DirectorClass(row.director_class).label
    says = [f"will seat {person} in {label} from {said(since)}"]
    if begins != since:
        says.append(next_term(row, told, by=by, on=on))
    else:
        term = row.terms.get(since=since)
        says.append(f"{appointed(term)}term to the annual meeting of {term.ends_in}")
    return ", ".join([*says, *leave(row, told, by=by, on=on)])


def check_period(person, told, but=None):
    """The days of a directorship follow one another, and touch no other of the person (L-39)."""
    since, until = told["since"], told["until"] or None
    if until and until <= since:
        raise InCell("until", f"It has to be after the first day in office, {said(since)}.", "L-39")
    others = Directorship.objects.filter(person=person).exclude(pk=but and but.pk)
    others = others.filter(Q(until=None) | Q(until__gt=since))
    other = (others.filter(since__lt=until) if until else others).order_by("since").first()
    if other is None:
        return
    ends = f"until {said(other.until)}" if other.until else "and still is"
    column = "since" if other.since <= since else "until"
    raise InCell(
        column,
        f"{person} was a director on some of these days already: from {said(other.since)} {ends}.",
        "L-39",
    )


def first_term(told, act, begins):
    """The term with which somebody's time on the Board began.

    Where the table tells a later one, no more is known of the first than when it began: the class
    says until when it ran.
    """
    if begins != told["since"]:
        return {}
    how = told["how"] or Term.How.ELECTED
    if how == Term.How.APPOINTED:
        check_act(act, of=None, on=begins, what="An appointment", provision="L-49")
    return {"how": how, "ends_in": told["term_ends"] or None, "act": act}


def appointed(term):
    return "appointed by the Board, " if term.how == Term.How.APPOINTED else ""


def check_ends(row, told):
    """A term that the verb has given ends when the table says."""
    ends_in = row.terms.get(since=row.since).ends_in
    if told["term_ends"] not in ("", ends_in):
        raise InCell("term_ends", f"Whoever is appointed serves until {ends_in}.", "L-49")


def change(row, told, *, by, on):
    """What the row says beyond the record, entered by its verbs; each with a sentence."""
    if told["director_class"] != row.director_class:
        label = DirectorClass(row.director_class).label
        raise InCell("class", f"{row.person} sits in {label}; a class is not rewritten.")
    changes = []
    if told["term_since"] or told["how"] or told["term_ends"]:
        known = row.terms.filter(since=told["term_since"] or row.since).first()
        if known:
            check_same(known, told)
        else:
            changes.append(f"will give {row.person} a {next_term(row, told, by=by, on=on)}")
    return [*changes, *(f"will be {one}" for one in leave(row, told, by=by, on=on))]


def check_same(term, told):
    """A term on record is what the table says it is; an empty cell says nothing."""
    if told["how"] not in ("", term.how):
        raise InCell("how", f"In the record it was {term.get_how_display()}.")
    if told["term_ends"] not in ("", term.ends_in):
        raise InCell(
            "term_ends", f"In the record the term ends at the annual meeting of {term.ends_in}."
        )


def next_term(row, told, *, by, on):
    """Another term of somebody who sits already."""
    act = find_act(told, by=by)
    how = told["how"] or Term.How.ELECTED
    since = told["term_since"] or row.since
    if how == Term.How.APPOINTED:
        check_act(act, of=None, on=since, what="An appointment", provision="L-49")
    term = operations.give_term(
        row, since=since, how=how, ends_in=told["term_ends"] or None, act=act, by=by, on=on
    )
    check_overlap(row, term)
    return f"term from {said(since)} to the annual meeting of {term.ends_in}"


def check_overlap(row, term):
    """A term begins when the one before it ends, or later (G-CLS-02)."""
    for other in row.terms.exclude(pk=term.pk):
        first, second = sorted([term, other], key=lambda one: one.since)
        if second.since.year < first.ends_in:
            raise InCell(
                "term_since",
                f"The terms overlap: the one from {said(first.since)} runs to the annual meeting "
                f"of {first.ends_in}, and the other begins on {said(second.since)}.",
                "G-CLS-02",
            )


def leave(row, told, *, by, on):
    """How somebody's time on the Board ends, if the row says so (L-39, L-45)."""
    asked = {name: told[name] for name in ("until", "ended_by", "resigned_on", "cause")}
    new = {
        name: value for name, value in asked.items() if value != "" and value != getattr(row, name)
    }
    if not new:
        return []
    if not (told["until"] or row.until):
        raise InCell("until", "Say from which day the director is out of office.", "L-39")
    until = told["until"] or row.until
    check_period(row.person, {"since": row.since, "until": until}, but=row)
    if told["ended_by"] == Ending.RESIGNATION and told["resigned_on"]:
        row = operations.resign(
            row, delivered_on=told["resigned_on"], effective_on=until, by=by, on=on
        )
    elif told["ended_by"] == Ending.REMOVAL:
        cause = told["cause"] or row.cause
        row = operations.remove_for_cause(row, effective_on=until, cause=cause, by=by, on=on)
    elif told["resigned_on"] or told["cause"]:
        raise InCell("ended_by", "Say how it ended: resignation or removal.", "L-39")
    else:
        row = operations.amend_directorship(row, **new, by=by, on=on)
    how = f": {row.get_ended_by_display()}" if row.ended_by else ""
    return [f"out of office from {said(row.until)}{how}"]
