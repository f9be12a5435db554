"""The clawback room of the demo: a case that is closed, and one that lies before the Committee.

Everything in them is invented: the error, the figures and who is looked at.
"""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction

from clawback import demanding, gathering, opening, reckoning, recovering, resolving
from clawback.awards import enter_award
from clawback.models import Line, PolicyKind, PolicyVersion
from clawback.policies import FIRST_DAY, adopt_version, state_the_statute
from clawback.restating import record_restatement
from clawback.shipped import RULE_SINCE, STATUTE_SINCE, TERMS, TITLES, WORDINGS
from governance.committees.models import Committee, Kind, Seat
from governance.people.models import Person, User
from governance.records.acts import enter_act
from governance.records.models import Company, FiscalYear

CURVE = [["80", "50"], ["100", "100"], ["120", "200"]]


def keep_recovery(secretary, now):
    """Enter the policies, the awards and both cases, once."""
    if PolicyVersion.objects.exists():
        return
    today = Company.current().day_of(now)
    adopt_policies(secretary, now, today)
    completed = list(FiscalYear.objects.filter(end__lt=today).order_by("start"))
    chair = chair_on(today)
    closed_case(secretary, chair, completed[-2], now)
    live_case(secretary, chair, completed[-1], now)


def adopt_policies(secretary, now, today):
    """The Committee adopted both policies on paper, before the portal was there."""
    committee = Committee.objects.get(kind=Kind.COMPENSATION)
    for kind, since in ((PolicyKind.FAULT, FIRST_DAY), (PolicyKind.RULE, RULE_SINCE)):
        act = enter_act(
            committee=committee.pk,
            day=since,
            title=f"Adopt the {TITLES[kind].lower()}",
            text=f"RESOLVED, that the {TITLES[kind].lower()} (invented) is adopted.",
            by=secretary,
            on=today,
        )
        adopt_version(
            kind=kind,
            title=TITLES[kind],
            since=since,
            wording=WORDINGS[kind],
            terms=TERMS[kind],
            act=act,
            by=secretary,
            at=now,
        )
    statute = PolicyKind.SECTION_304
    state_the_statute(
        title=TITLES[statute],
        wording=WORDINGS[statute],
        terms=TERMS[statute],
        since=STATUTE_SINCE,
    )


def chair_on(day):
    seat = Seat.objects.on(day).get(committee__kind=Kind.COMPENSATION, chairs=True)
    return seat.person.user


def somebody(name):
    given_name, family_name = name.split()
    return Person.objects.get(given_name=given_name, family_name=family_name)


def filed_after(year):
    """When the statements of a year were filed: two months after its end."""
    return year.end + timedelta(days=60)


def bonus(person, year, *, chair, at, target, awarded, unpaid="0.00"):
    """An annual bonus on revenue in percent of target, which was reported at 112 %."""
    paid = Decimal(awarded) - Decimal(unpaid)
    day = (filed_after(year) + timedelta(days=14)).isoformat()
    payments = [{"date": day, "amount": f"{paid:.2f}", "status": "paid"}]
    if Decimal(unpaid):
        payments.append({"date": day, "amount": unpaid, "status": "unpaid"})
    metric = {
        "key": "revenue, % of target",
        "basis": "financial",
        "weight": "1",
        "reported": "112",
        "curve": CURVE,
    }
    return enter_award(
        person=person,
        name=f"{year.label} annual bonus",
        plan="Invented bonus plan",
        plan_forbids_recovery=False,
        kind="cash",
        granted_on=year.start + timedelta(days=40),
        period_start=year.start,
        period_end=year.end,
        received_on=year.end,
        filed_on=[filed_after(year)],
        awarded=Decimal(awarded),
        terms={"payout": {"target": target, "metrics": [metric]}, "payments": payments},
        by=chair,
        at=at,
    )


def shares(person, year, *, chair, at):
    """Performance shares on return on capital, of which some are not delivered yet."""
    metric = {
        "key": "return on capital, %",
        "basis": "financial",
        "weight": "1",
        "reported": "14.0",
        "curve": [["8", "50"], ["10", "100"], ["14", "200"]],
    }
    return enter_award(
        person=person,
        name=f"{year.label} performance shares",
        plan="Invented stock plan",
        plan_forbids_recovery=True,
        kind="shares",
        granted_on=year.start + timedelta(days=40),
        period_start=year.start,
        period_end=year.end,
        received_on=year.end,
        filed_on=[filed_after(year)],
        awarded=Decimal(8000),
        terms={
            "payout": {"target": "4000", "metrics": [metric]},
            "share_rounding": "down",
            "settlement": {"undelivered": "2000", "held": "6000", "valuation_price": "26.50"},
        },
        by=chair,
        at=at,
    )


def restate(secretary, year, *, at, figures):
    return record_restatement(
        title=f"Restatement of fiscal {year.label}",
        kind="big_r",
        summary="Revenue of an invented contract was recognised before delivery.",
        periods=[
            {
                "label": f"fiscal {year.label}",
                "kind": "year",
                "start": year.start,
                "end": year.end,
                "first_filed_on": filed_after(year),
            }
        ],
        measures=[
            {"period": f"fiscal {year.label}", "key": key, "reported": one, "restated": other}
            for key, (one, other) in figures.items()
        ],
        concluded_on=Company.current().day_of(at) - timedelta(days=1),
        by=secretary,
        at=at,
    )


def sign_all(case, kind, effect, person, *, chair, at):
    """Every member signs a resolution, as a written consent takes it."""
    row = resolving.put_resolution(case, kind=kind, effect=effect, person=person, by=chair, at=at)
    row = resolving.open_vote(row, by=chair, at=at)
    for voter in row.voters.all():
        resolving.cast(
            row,
            choice="for",
            digest=row.digest,
            by=User.objects.get(person=voter.person_id),
            at=at,
            method="demo",
        )
    return row


@transaction.atomic
def closed_case(secretary, chair, year, now):
    """A former finance chief has repaid to the last cent."""
    at, officer = now - timedelta(days=300), somebody("Beatrix Lomond")
    bonus(officer, year, chair=chair, at=at, target="200000.00", awarded="320000.00")
    told = restate(
        secretary, year, at=at, figures={"revenue, % of target": (Decimal(112), Decimal(104))}
    )
    case = opening.open_case(
        told,
        subjects=[officer],
        named=[officer],
        matter="Goods were booked as sold in December and left the (invented) pier in January.",
        by=chair,
        at=at,
    )
    counsel = somebody("Samira Feldstone")
    opening.invite(case, counsel, capacity="counsel", by=chair, at=at)
    reckoning.scope(case, by=chair, at=at)
    gathering.give_evidence(
        case, 1, text="Annual report as filed, and as filed anew.", by=chair, at=at
    )
    gathering.give_evidence(case, 4, text="Report of the inquiry.", person=officer, by=chair, at=at)
    reckoning.calculate(case, by=chair, at=at)
    reckoning.present(case, by=chair, at=at)
    at += timedelta(days=9)
    grounds = "The quarter’s close was signed off without asking for the shipping papers."
    finding = {"fault": "gross_negligence", "causation": "partial", "reason": grounds}
    sign_all(case, "finding", finding, officer, chair=chair, at=at)
    sign_all(case, "repay", {"should": True}, officer, chair=chair, at=at)
    line = Line.objects.get(case=case)
    amounts = {str(line.pk): str(line.latest.cap)}
    sign_all(case, "recover", {"amounts": amounts}, officer, chair=chair, at=at)
    gathering.advise(
        case,
        question="law",
        ruling="permitted",
        jurisdiction="California",
        text="Nothing in the law of the place of work stands against it.",
        by=counsel.user,
        at=at,
    )
    at += timedelta(days=3)
    demanding.serve_demand(case, officer, by=chair, at=at)
    line.refresh_from_db()
    day = Company.current().day_of(at)
    half = line.latest.cap / 2
    halves = (half.quantize(Decimal("0.01")), line.latest.cap - half.quantize(Decimal("0.01")))
    for number, amount in enumerate(halves, 1):
        later = at + timedelta(days=60 * number)
        recovering.repay(
            line,
            amount,
            day=day + timedelta(days=60 * number),
            note=f"Transfer {number} of 2",
            by=chair,
            at=later,
        )
        line.refresh_from_db()


@transaction.atomic
def live_case(secretary, chair, year, now):
    """Two officers, one of whom sits on the Board; the fourth condition is the Committee's."""
    at = now - timedelta(days=21)
    finance, chief = somebody("Julian Ashgrove"), somebody("Rosalind Quist")
    paid = {"target": "400000.00", "awarded": "640000.00", "unpaid": "50000.00"}
    bonus(finance, year, chair=chair, at=at, **paid)
    shares(finance, year, chair=chair, at=at)
    bonus(chief, year, chair=chair, at=at, target="900000.00", awarded="1440000.00")
    told = restate(
        secretary,
        year,
        at=at,
        figures={
            "revenue, % of target": (Decimal(112), Decimal(93)),
            "return on capital, %": (Decimal("14.0"), Decimal("11.0")),
        },
    )
    case = opening.open_case(
        told,
        subjects=[finance, chief],
        named=[finance, chief],
        matter="Revenue of an invented contract with a distributor was recognised in the year, "
        "although the goods could be sent back until the next one.",
        by=chair,
        at=at,
    )
    opening.invite(case, somebody("Samira Feldstone"), capacity="counsel", by=chair, at=at)
    reckoning.scope(case, by=chair, at=at)
    at += timedelta(days=5)
    gathering.give_evidence(
        case, 1, text="Annual report as filed; the Audit Committee’s conclusion.", by=chair, at=at
    )
    gathering.give_evidence(
        case, 2, text="Finance worked the bonus plan out anew.", by=chair, at=at
    )
    gathering.give_evidence(
        case, 3, text="Receipt of the filing of the annual report.", by=chair, at=at
    )
    reckoning.calculate(case, by=chair, at=at)
    reckoning.present(case, by=chair, at=at + timedelta(days=7))
    grounds = (
        "The side letter with the distributor was known in finance and was not handed to the "
        "auditor."
    )
    finding = {"fault": "gross_negligence", "causation": "partial", "reason": grounds}
    at = now - timedelta(days=1)
    row = resolving.put_resolution(
        case, kind="finding", effect=finding, person=finance, by=chair, at=at
    )
    resolving.open_vote(row, by=chair, at=at)
