"""Bare rows of a case, for tests of what comes after its determination.

Each goes through the states that the database allows; the verbs of the room are tried elsewhere.
"""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from types import SimpleNamespace

from clawback import demanding, recovering
from clawback.engine import evaluate, read_case
from clawback.engine.answers import answer, working
from clawback.models import (
    Award,
    Calculation,
    Case,
    CounselNote,
    Line,
    RecoveryDetermination,
    Resolution,
    Restatement,
    RuleLine,
    Wall,
)
from governance.records.models import FiscalYear

WORDS = "RESOLVED, that an invented amount is recovered."
# Long enough ago that every day of a test has come.
FOUND = datetime(2026, 5, 6, 18, 0, tzinfo=UTC)
# The fault-based policy, as docs/recoveries.md writes one.
POLICY = {
    "effective_date": "2019-02-08",
    "effective_test": "grant_date",
    "restatement_types": ["big_r"],
    "lookback": {
        "rule": "elapsed_from_filing",
        "years": 3,
        "event": "committee_determination_date",
        "leap_rule": "feb28",
    },
    "coverage": "section16_ever",
    "fault": "participant",
    "fault_standards": ["gross_negligence", "intentional_misconduct", "fraud"],
    "measures": ["financial", "operating", "market"],
    "excess_rule": "excess",
    "notional_earnings": "exclude",
    "repay_allowed": True,
    "cost": "committee_discretion",
}
PLAN = {
    "metrics": [
        {
            "key": "revenue",
            "basis": "financial",
            "weight": "1",
            "reported": "100",
            "curve": [["50", "50"], ["100", "100"], ["150", "200"]],
        }
    ],
}


def restatement(by, title="Restatement of 2024", **facts):
    """A material one, recorded on 16 March 2026."""
    told = {
        "kind": "big_r",
        "concluded_on": date(2026, 3, 16),
        "recorded_at": datetime(2026, 3, 16, 18, 0, tzinfo=UTC),
    }
    return Restatement.objects.create(title=title, recorded_by=by, **(told | facts))


def wall(about, person, by, named=True, subject=True):
    return Wall.objects.create(
        restatement=about,
        person=person,
        is_subject=subject,
        is_named_officer=named,
        basis="Whose pay it is about.",
        ordered_by=by,
        at=FOUND,
    )


def case(about, *people, by, matter="An invented matter."):
    """A case behind the walls of its subjects."""
    for person in people:
        wall(about, person, by)
    made = Case.objects.create(restatement=about, state="opened")
    made.write_sealed(matter=matter)
    return made


def award(person, name="2024 annual bonus", awarded="500000.00", kind="cash", **facts):
    told = {
        "granted_on": date(2024, 2, 10),
        "period_start": date(2024, 1, 1),
        "period_end": date(2024, 12, 31),
        "received_on": date(2024, 12, 31),
        "filed_on": [date(2025, 2, 20)],
    }
    return Award.objects.create(
        person=person, name=name, kind=kind, awarded=Decimal(awarded), **(told | facts)
    )


def line(of_case, of_award):
    return Line.objects.create(case=of_case, award=of_award, state="undecided")


def sheet_for(of_award, recalculated="380000.00"):
    """A sheet in the shape of the room's own, for a cash award; worked out by the engine."""
    payout, awarded = json.loads(json.dumps(PLAN)), str(of_award.awarded)
    payout["target"] = awarded
    payout["metrics"][0]["restated"] = str(Decimal(recalculated) * 100 / of_award.awarded)
    key = str(of_award.pk)
    inputs = {
        "policies": [{"key": "discretionary"}],
        "people": [
            {"key": "P", "title": "Officer", "section16": [{"start": "2020-01-01", "end": None}]}
        ],
        "restatement": {"type": "big_r", "conclusion_date": "2026-03-16"},
        "committee": {
            "determination_date": "2026-05-06",
            "findings": [
                {
                    "person": "P",
                    "standard": "gross_negligence",
                    "caused": "partial",
                    "should_repay": True,
                }
            ],
        },
        "awards": [
            {
                "key": key,
                "person": "P",
                "type": "cash",
                "grant_date": "2024-02-10",
                "period": {"start": "2024-01-01", "end": "2024-12-31"},
                "received_date": "2024-12-31",
                "filing_dates": ["2025-02-20"],
                "awarded": awarded,
                "payout": payout,
                "payments": [
                    {"date": "2025-03-01", "amount": "450000.00", "status": "paid"},
                    {"date": "2026-03-01", "amount": "50000.00", "status": "unpaid"},
                ]
                if awarded == "500000.00"
                else [{"date": "2025-03-01", "amount": awarded, "status": "paid"}],
            }
        ],
    }
    result = evaluate(read_case(inputs, {"discretionary": POLICY}))
    told, steps = answer(result)["policies"], working(result)
    return {
        "inputs": inputs,
        "answer": {run: answers["awards"][key] for run, answers in told.items()},
        "working": {run: awards[key] for run, awards in steps.items()},
        "curves": payout["metrics"],
    }


def calculation(of_line, by, cap="120000.00", mandatory="0", unpaid="50000.00", sheet=None):
    text = json.dumps(sheet or {})
    made = Calculation.objects.create(
        line=of_line,
        number=of_line.calculations.count() + 1,
        cap=Decimal(cap),
        mandatory=Decimal(mandatory),
        unpaid=Decimal(unpaid),
        digest=sha256(text.encode()).hexdigest(),
        made_by=by,
        at=FOUND,
    )
    made.write_sealed(sheet=text)
    return made


def resolution(of_case, kind, by, text=WORDS, **facts):
    """One that the Committee carried by unanimous consent."""
    made = Resolution.objects.create(
        case=of_case,
        kind=kind,
        state="put",
        digest=sha256(text.encode()).hexdigest(),
        by_consent=True,
        put_by=by,
        **facts,
    )
    made.write_sealed(text=text, effect="{}")
    for state in ("voting", "carried"):
        told = {"state": state}
        if state == "carried":
            told |= {"closed_at": FOUND, "votes_for": 3, "votes_against": 0, "votes_abstain": 0}
            told |= {"present": 3, "serving": 3, "quorum": 2}
        Resolution.objects.filter(pk=made.pk).update(**told)
    made.refresh_from_db()
    return made


def determination(of_line, amount, by, resolved=None):
    """What the Committee determined of a line, and the state that follows."""
    recover = Decimal(amount) > 0
    kind = "recover" if recover else "no_recovery"
    made = RecoveryDetermination.objects.create(
        case=of_line.case,
        line=of_line,
        resolution=resolved or resolution(of_line.case, kind, by),
        recover=recover,
        amount=Decimal(amount),
        determined_on=FOUND.date(),
    )
    made.write_sealed(reason="An invented reason.")
    state = "determined_recover" if recover else "determined_no_recovery"
    Line.objects.filter(pk=of_line.pk).update(state=state)
    of_line.refresh_from_db()
    return made


def rule_line(of_line, amount):
    """The line on the mandatory track, found erroneously awarded."""
    made = RuleLine.objects.create(line=of_line, state="in_recovery_period")
    RuleLine.objects.filter(pk=made.pk).update(state="erroneously_awarded", amount=Decimal(amount))
    made.refresh_from_db()
    return made


def counsel(of_case, by, ruling="permitted", limit=None, person=None, at=FOUND):
    made = CounselNote.objects.create(
        case=of_case,
        question="law",
        person=person,
        ruling=ruling,
        limit=limit and Decimal(limit),
        jurisdiction="Delaware",
        given_by=by,
        at=at,
    )
    made.write_sealed(text="CANARY-of-counsel")
    return made


def officer_line(cast, name="chief_financial_officer", about=None, **told):
    """A line of one officer in a case of its own, calculated: 500,000 that should be 380,000."""
    by, person = cast["compensation_chair"], cast[name].person
    about = about or restatement(by)
    opened = case(about, person, by=by)
    made = line(opened, award(person))
    calculation(made, by, sheet=sheet_for(made.award), **told)
    return made


def served(cast, at, name="chief_financial_officer", about=None):
    """A demand that was served on an officer, something of which was repaid; and its rows."""
    chair = cast["compensation_chair"]
    made = officer_line(cast, name, about)
    determined = determination(made, "120000.00", chair)
    due = {"unpaid": Decimal("50000.00"), "by": chair, "at": at}
    recovering.set_due(made, Decimal("120000.00"), **due)
    counsel(made.case, cast["outsider"])
    person = made.award.person
    demand = demanding.serve_demand(made.case, person, by=chair, at=at)
    told = {"day": at.date(), "note": "By an invented wire.", "by": chair, "at": at}
    entry = recovering.repay(made, Decimal("10000.00"), **told)
    # Long over: there is nothing to disclose for it.
    FiscalYear.objects.get_or_create(
        label="2021", defaults={"start": date(2021, 1, 1), "end": date(2021, 12, 31)}
    )
    return SimpleNamespace(
        line=made,
        case=made.case,
        person=person,
        demand=demand,
        entry=entry,
        account=entry.account,
        resolution=determined.resolution,
    )
