"""What pages say of a director's independence: the result, and why for whoever may know.

The result under each standard, with the day of its determination and of its expiry, is the Board's
(AC-BRD). Its reasons and their days, of facts and of reports, are for the person concerned, the
Nominating and Governance Committee, the Corporate Secretary and counsel whom the committee's chair
invites (AC-OWN). So everything here starts from the reader's doors.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from governance.board import bars
from governance.board.brightline import Outcome
from governance.board.examining import TESTS
from governance.board.models import ChangeReport, Fact, Independence, Standard
from governance.board.moves import FactState
from governance.board.wording import said_fact
from governance.committees.standing import COUNTS_AS_INDEPENDENT
from governance.people.models import EMPLOYED_OFFICES, Appointment
from governance.words import said_number

DAY = timedelta(days=1)
AGAIN = "to be determined again"
KINDS = {Independence.YES: "met", Independence.STALE: "soon"}


@dataclass(frozen=True)
class Known:
    """What the reader may know of some directors on a day, by person; offices are everybody's."""

    # What the tests find, holding that day.
    found: dict
    # The facts behind it, by key.
    facts: dict
    # The kinds of facts that waited to be confirmed.
    waiting: dict
    # Who had reported a change by then.
    reported: frozenset


def known_of(user, people, day):
    """What the reader may know on the day of why these people are independent or not (C7)."""
    facts = Fact.objects.visible_to(user).filter(person__in=people, since__lte=day)
    waiting = defaultdict(set)
    for person, kind in facts.pending(day).values_list("person", "kind"):
        waiting[person].add(kind)
    told = facts.filter(state=FactState.CONFIRMED).for_tests()
    confirmed = [as_it_stood(fact, day) for fact in told]
    held = Appointment.objects.visible_to(user).filter(
        person__in=people, office__in=EMPLOYED_OFFICES, since__lte=day
    )
    found = bars.found(confirmed, [as_it_stood(row, day) for row in held])
    reports = ChangeReport.objects.visible_to(user).filter(person__in=people, reported_on__lte=day)
    return Known(
        found={key: [one for one in rows if one.holds_on(day)] for key, rows in found.items()},
        facts={fact.pk: fact for fact in confirmed},
        waiting=waiting,
        reported=frozenset(reports.values_list("person", flat=True)),
    )


def as_it_stood(row, day):
    """The row as of the day: what ended later still ran, and its look-back had no end yet."""
    for one in (row, getattr(row, "relative", None)):
        if one is not None and one.until and one.until > day:
            one.until = None
    return row


def said_long(date):
    return f"{date.day} {date:%B %Y}"


def said_value(director, standard, known):
    """ "Independent, determined 11 February 2026, expires 11 February 2027.", and why."""
    told = director.values[standard]
    value = Independence(told.value)
    says = value.label
    if value in COUNTS_AS_INDEPENDENT:
        says += f", determined {said_long(told.determined_on)}"
        says += f", expires {said_long(told.expires_on)}"
    elif value == Independence.NO and told.determined_on:
        what = "determined" if told.found is False else "last determined"
        says += f", {what} {said_long(told.determined_on)}"
    return {
        "standard": Standard(standard).label,
        "kind": KINDS.get(value, "plain"),
        "value": f"{value.label[:1].upper()}{value.label[1:]}",
        "determined": said_long(told.determined_on) if told.determined_on else "",
        "expires": said_long(told.expires_on) if value in COUNTS_AS_INDEPENDENT else "",
        "says": f"{says[:1].upper()}{says[1:]}.",
        "why": said_why(director, standard, known),
    }


def said_why(director, standard, known):
    """The reasons of a value that is not simply yes, each with its days, as far as one may know."""
    told = director.values[standard]
    if told.value == Independence.NO:
        return [said_bar(one, director, known) for one in bars_under(director, standard, known)]
    if told.value != Independence.STALE:
        return []
    why = []
    if told.reported_on and director.key in known.reported:
        why.append(f"A change was reported on {said_long(told.reported_on)}.")
    if known.waiting[director.key]:
        why.append("Answers wait to be confirmed.")
    return why


def bars_under(director, standard, known):
    """What bars that day under the standard; a fee that was taken once, until it was weighed."""
    since = director.values[standard].determined_on
    return [
        one
        for one in known.found.get(director.key, ())
        if one.outcome == Outcome.BAR
        and (standard == Standard.AUDIT or not one.audit)
        and not (one.once and since and one.since <= since)
    ]


def said_bar(finding, director, known):
    """ "Employment (L-03): an office of the Company, from … to …. The look-back ends on …"."""
    fact = known.facts.get(finding.fact.key)
    what = said_fact(fact, director.name) if fact else said_office(finding.fact)
    parts = [f"{TESTS[finding.test]} ({finding.test}): {what}", finding.says, said_end(finding)]
    return " ".join(part for part in parts if part)


def said_office(employment):
    """ "An office of the Company, from 1 May 2020 to 31 May 2023." """
    if employment.until is None:
        return f"an office of the Company, since {said_long(employment.since)}."
    last = said_long(employment.until - DAY)
    return f"an office of the Company, from {said_long(employment.since)} to {last}."


def said_end(finding):
    """Until when it bars, as far as that is known on the day."""
    if finding.until:
        return f"The look-back ends on {said_long(finding.until - DAY)}."
    if finding.once:
        return "It lasts until the Board determines anew."
    return "It has no end yet."


def said_count(values):
    """ "six independent, one to be determined again": who is stale counts apart (C7)."""
    told = list(values)
    yes = told.count(Independence.YES)
    said = f"{said_number(yes) if yes else 'none'} independent"
    stale = told.count(Independence.STALE)
    return f"{said}, {said_number(stale)} {AGAIN}" if stale else said
