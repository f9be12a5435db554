"""Facts and engagements as sentences: on pages, and in the text that a director signs."""

from datetime import timedelta

from governance.board.models import FactKind, Position
from governance.money import said_dollars

DAY = timedelta(days=1)
OF_THE_ORGANISATION = {
    Position.PARTNER: "a partner or member of {}",
    Position.CONTROLLING: "a controlling stockholder of {}",
    Position.EXECUTIVE: "an executive officer of {}",
    Position.MANAGING_DIRECTOR: "a managing director of {}",
    Position.OF_COUNSEL: "of counsel to {}",
    Position.EMPLOYEE: "an employee of {}",
    Position.DIRECTOR: "a director or trustee of {}",
}


def said_date(day):
    """ "31 May 2023"."""
    return f"{day.day} {day:%B %Y}"


def said_period(row):
    """ "since 1 May 2020", or "from 1 May 2020 to 31 May 2023"; the last day is the last one."""
    if row.until is None:
        return f"since {said_date(row.since)}"
    return f"from {said_date(row.since)} to {said_date(row.until - DAY)}"


def said_fact(fact, director=""):
    """One fact as a sentence; without the director's name it is they who speak."""
    kind = FactKind(fact.kind)
    if kind == FactKind.PAYMENT:
        payer, payee = "The Company", fact.organisation.name
        if not fact.by_company:
            payer, payee = payee, "the Company"
        said = f"{payer} paid {payee} {said_dollars(fact.amount)} on {said_date(fact.since)}"
    elif kind == FactKind.INTERLOCK:
        sat = "has sat" if fact.until is None else "sat"
        said = (
            f"An Executive Officer of the Company {sat} on the body that decides on pay at "
            f"{fact.organisation.name} {said_period(fact)}"
        )
    else:
        said = f"{said_person(fact, director)} {PREDICATES[kind](fact, speaks(fact, director))}"
    return f"{said}. {fact.note}".strip() if fact.note else f"{said}."


def speaks(fact, director):
    return fact.relative is None and not director


def said_person(fact, director):
    """ "I", the director's name, or "My spouse Ann Example"."""
    relative = fact.relative
    if relative is None:
        return director or "I"
    whose = f"{director}’s" if director else "My"
    return f"{whose} {relative.get_link_display()} {relative.name}"


def was(fact, first):
    """Have been, or was."""
    if fact.until is not None:
        return "was"
    return "have been" if first else "has been"


def said_employment(fact, first):
    how = ", as an Executive Officer" if fact.executive else ""
    how += ", in the interim" if fact.interim else ""
    said = f"{was(fact, first)} employed by the Company {said_period(fact)}{how}"
    if fact.prepared_statements:
        said += ", and took part in preparing its financial statements"
    return said


def said_receipt(fact, first):
    return (
        f"accepted {said_dollars(fact.amount)} from the Company on {said_date(fact.since)}: "
        f"{fact.get_purpose_display()}"
    )


def said_position(fact, first):
    what = OF_THE_ORGANISATION[Position(fact.position)].format(fact.organisation.name)
    advises = fact.organisation.services
    said = f"{was(fact, first)} {what} {said_period(fact)}"
    if advises:
        said += f", which advises the Company ({fact.organisation.get_services_display()})"
    return said


def said_auditor(fact, first):
    what = OF_THE_ORGANISATION[Position(fact.position)].format("the outside auditor")
    audit = "" if fact.on_our_audit else "not "
    return f"{was(fact, first)} {what} {said_period(fact)}, and {audit}on the Company’s audit"


def said_holding(fact, first):
    held = "held" if fact.until is not None else "have held" if first else "has held"
    return (
        f"{held} {fact.percent.normalize():f} percent of a voting class of the Company’s stock "
        f"{said_period(fact)}"
    )


PREDICATES = {
    FactKind.EMPLOYMENT: said_employment,
    FactKind.RECEIPT: said_receipt,
    FactKind.POSITION: said_position,
    FactKind.AUDITOR: said_auditor,
    FactKind.HOLDING: said_holding,
}


def said_relative(relative):
    """ "My spouse is Ann Example, who shares my home." """
    home = ", who shares my home" if relative.shares_home else ""
    said = f"{relative.name} is my {relative.get_link_display()}{home}"
    if relative.of_age_on:
        said += f", eighteen years old on {said_date(relative.of_age_on)}"
    return f"{said}."


def said_commitment(commitment):
    """ "I have been a trustee of Acme since 1 May 2020." """
    public = ", a seat on the board of a public company" if commitment.public_company else ""
    role = commitment.role[:1].lower() + commitment.role[1:]
    return (
        f"I {was(commitment, True)} {role} at {commitment.organisation} "
        f"{said_period(commitment)}{public}."
    )
