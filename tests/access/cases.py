"""A clawback case with everything sealed that there is, and who is inside of it."""

from decimal import Decimal

from clawback import gathering, opening, resolving
from clawback.models import Estimate, Line
from governance.committees.models import Kind
from tests.factories import clawback as factory
from tests.factories.cast import SEATS

MATTER, EVIDENCE = "canary-of-clawback-matter", "canary-of-clawback-evidence"
GROUNDS, ADVICE = "canary-of-clawback-grounds", "canary-of-clawback-advice"
METHOD, BASIS = "canary-of-clawback-method", "canary-of-clawback-basis"
CANARIES = (MATTER, EVIDENCE, GROUNDS, ADVICE, METHOD, BASIS)
COMMITTEE = set(SEATS[Kind.COMPENSATION])
CIRCLE = {*COMMITTEE, "lead_director"}
# Let in as counsel; and to one award's inputs alone.
COUNSEL, PREPARER = "general_counsel", "manager"
INSIDE = {*CIRCLE, COUNSEL}
CHAIR = {"compensation_chair"}
SUBJECTS = ("chief_financial_officer", "chief_executive")


def tell_of_restatement(cast, now):
    """Known to the Board, case or no case; so are the awards to whoever keeps them."""
    factory.policies()
    told = factory.restatement(by=cast["secretary"], at=now)
    for name in SUBJECTS:
        factory.bonus(cast[name].person, year=now.year - 2)
    return told


def pages_about(restatement):
    """The pages of the room that are there with or without a case."""
    names = ("", "restatements/", "policies/", "awards/", "disclosure/")
    return [*(f"/clawback/{name}" for name in names), restatement.get_absolute_url()]


def fill_a_case(cast, restatement, at):
    """A case with everything sealed that there is, its last vote open."""
    chair, officer = cast["compensation_chair"], cast[SUBJECTS[0]].person
    people = [cast[name].person for name in SUBJECTS]
    case = opening.open_case(
        restatement,
        subjects=people,
        conflicted={cast["former_director"].person: BASIS},
        matter=MATTER,
        by=chair,
        at=at,
    )
    factory.reckoning.scope(case, by=chair, at=at)
    line = Line.objects.get(case=case, award__person=officer)
    opening.invite(case, cast[COUNSEL].person, capacity="counsel", by=chair, at=at)
    opening.invite(case, cast[PREPARER].person, capacity="preparer", line=line, by=chair, at=at)
    gathering.give_evidence(case, 1, text=EVIDENCE, by=chair, at=at)
    gathering.advise(case, question="end_date", text=ADVICE, by=cast[COUNSEL], at=at)
    estimate = Estimate.objects.create(
        case=case,
        line=line,
        measure="stock price",
        low=Decimal(1),
        point=Decimal(2),
        high=Decimal(3),
        prepared_by=chair,
        at=at,
    )
    estimate.write_sealed(method=METHOD)
    gathering.adopt_estimate(estimate, chosen="point", by=chair, at=at)
    factory.reckoning.calculate(case, by=chair, at=at)
    factory.reckoning.present(case, by=chair, at=at)
    effect = {"fault": "fraud", "causation": "full", "reason": GROUNDS}
    factory.resolve(case, "finding", effect, person=officer, at=at)
    row = resolving.put_resolution(
        case, kind="repay", effect={"should": True}, person=officer, by=chair, at=at
    )
    resolving.open_vote(row, by=chair, at=at)
    factory.answer(row, chair, "for", at=at)
    return case
