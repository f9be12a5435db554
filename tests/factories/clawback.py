"""A restatement, incentive pay, and a case as far as a test needs it to have come."""

import json
from datetime import date
from decimal import Decimal

from clawback import opening, reckoning, resolving
from clawback.models import (
    Award,
    PolicyTerm,
    PolicyVersion,
    RestatedMeasure,
    RestatedPeriod,
    Restatement,
)
from governance.committees.models import Committee, Kind
from governance.people.models import User
from governance.records.models import Act, FiscalYear
from tests.clawback.builders import FILE
from tests.factories import meetings

CURVE = [["80", "50"], ["100", "100"], ["120", "200"]]
SINCE = {"discretionary": date(2019, 2, 8), "mandatory": date(2023, 12, 1)}


def flat(terms, above=""):
    """Parameters by their dotted paths."""
    for name, value in terms.items():
        if isinstance(value, dict):
            yield from flat(value, f"{above}{name}.")
        elif name != "title":
            yield f"{above}{name}", value


def policies(without=""):
    """The three policies as shipped, each adopted by an act but for what a statute says."""
    shipped = json.loads(FILE.read_text())["policies"]
    committee = Committee.objects.get(kind=Kind.COMPENSATION)
    made = {}
    for kind, terms in shipped.items():
        if kind == without:
            continue
        since = SINCE.get(kind, date(2002, 7, 30))
        act = None
        if kind in SINCE:
            act = Act.objects.create(
                committee=committee.pk,
                how=Act.How.PAPER,
                day=since,
                title="Recovery policy",
                text="RESOLVED, that the invented policy is adopted.",
            )
        made[kind] = PolicyVersion.objects.create(
            kind=kind,
            number=1,
            title=terms["title"],
            since=since,
            wording="The invented words of the policy.",
            act=act,
        )
        PolicyTerm.objects.bulk_create(
            PolicyTerm(version=made[kind], path=path, value=value) for path, value in flat(terms)
        )
    return made


def years(first, last):
    for year in range(first, last + 1):
        FiscalYear.objects.get_or_create(
            label=str(year), defaults={"start": date(year, 1, 1), "end": date(year, 12, 31)}
        )


def restatement(*, by, at, kind="big_r", year=None, measures=None):
    """The statements of the fiscal year before last are put right; revenue was 93 % of target."""
    year = year or at.year - 2
    years(year - 5, at.year)
    row = Restatement.objects.create(
        title=f"Restatement of fiscal {year}",
        kind=kind,
        concluded_on=at.date(),
        recorded_by=by,
        recorded_at=at,
    )
    period = RestatedPeriod.objects.create(
        restatement=row,
        label=str(year),
        start=date(year, 1, 1),
        end=date(year, 12, 31),
        first_filed_on=date(year + 1, 2, 21),
    )
    for key, (reported, restated) in (measures or {"revenue": ("112", "93")}).items():
        RestatedMeasure.objects.create(
            period=period, key=key, reported=Decimal(reported), restated=Decimal(restated)
        )
    return row


def bonus(
    person, *, year, name=None, target="400000.00", awarded="640000.00", unpaid="0.00", filed=None
):
    """An annual bonus on revenue in percent of target: 160 % as reported, 82.5 % as restated."""
    paid = Decimal(awarded) - Decimal(unpaid)
    day = date(year + 1, 3, 1)
    payments = [{"date": f"{day}", "amount": f"{paid:.2f}", "status": "paid"}]
    if Decimal(unpaid):
        payments.append({"date": f"{day}", "amount": unpaid, "status": "unpaid"})
    metric = {
        "key": "revenue",
        "basis": "financial",
        "weight": "1",
        "reported": "112",
        "curve": CURVE,
    }
    return Award.objects.create(
        person=person,
        name=name or f"{year} annual bonus",
        plan="The invented bonus plan",
        kind="cash",
        granted_on=date(year, 2, 10),
        period_start=date(year, 1, 1),
        period_end=date(year, 12, 31),
        received_on=date(year, 12, 31),
        filed_on=[filed or date(year + 1, 2, 21)],
        awarded=Decimal(awarded),
        terms={"payout": {"target": target, "metrics": [metric]}, "payments": payments},
    )


def opened(cast, *, at, subjects=("chief_financial_officer",), **facts):
    """A case is open: the finance chief's bonus of the restated year is looked at."""
    if not PolicyVersion.objects.exists():
        policies()
    told = restatement(by=cast["secretary"], at=at, **facts)
    people = [cast[name].person for name in subjects]
    for person in people:
        bonus(person, year=at.year - 2)
    return opening.open_case(
        told,
        subjects=people,
        named=people,
        matter="Revenue was recognised before delivery.",
        by=cast["compensation_chair"],
        at=at,
    )


def calculated(cast, *, at, **facts):
    """Its awards are found and worked out."""
    case = opened(cast, at=at, **facts)
    reckoning.scope(case, by=cast["compensation_chair"], at=at)
    return reckoning.calculate(case, by=cast["compensation_chair"], at=at)


def before_committee(cast, *, at, **facts):
    """It lies before the Committee."""
    case = calculated(cast, at=at, **facts)
    return reckoning.present(case, by=cast["compensation_chair"], at=at)


def session(cast, *, at, people=("compensation_chair", "compensation_member", "audit_member")):
    """A meeting of the Compensation Committee in session, with these members there."""
    committee = Committee.objects.get(kind=Kind.COMPENSATION)
    present = [cast[name].person for name in people]
    return meetings.in_session(present, by=cast["secretary"], at=at, committee=committee)


def resolve(case, kind, effect, *, at, meeting=None, person=None, choices=None, by=None):
    """A resolution is put and voted by every voter, for unless told otherwise; it is closed."""
    users = {user.person_id: user for user in User.objects.all()}
    seats = Committee.objects.get(kind=Kind.COMPENSATION).seats
    chair = by or users[seats.get(chairs=True).person_id]
    row = resolving.put_resolution(case, kind=kind, effect=effect, person=person, by=chair, at=at)
    row = resolving.open_vote(row, by=chair, at=at, meeting=meeting)
    for voter in row.voters.all():
        answer(row, users[voter.person_id], (choices or {}).get(voter.person_id, "for"), at=at)
    row.refresh_from_db()
    return row if row.by_consent else resolving.close_vote(row, by=chair, at=at)


def answer(resolution, user, choice, *, at):
    return resolving.cast(
        resolution, choice=choice, digest=resolution.digest, by=user, at=at, method="password"
    )


def found_at_fault(case, person, *, at, meeting=None, fault="gross_negligence"):
    """The Committee found fault, and that the person should repay."""
    effect = {"fault": fault, "causation": "partial", "reason": "Goods were booked early."}
    resolve(case, "finding", effect, at=at, meeting=meeting, person=person)
    resolve(case, "repay", {"should": True}, at=at, meeting=meeting, person=person)


def recovered(case, person, *, at, amounts=None, meeting=None):
    """The Committee determined to recover everything, or these amounts, of the person's lines."""
    lines = case.lines.filter(award__person=person)
    effect = {"amounts": amounts or {str(line.pk): str(line.latest.cap) for line in lines}}
    return resolve(case, "recover", effect, at=at, meeting=meeting, person=person)
