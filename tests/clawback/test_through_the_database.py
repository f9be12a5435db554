"""Worked cases entered as rows of the portal come to what was worked out on paper (C-TRG-02).

Whatever the engine makes of a document is tried in `test_cases`; here its figures pass through the
verbs, the tables and the page by which a Committee would come to them.
"""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from clawback import gathering, opening, reckoning, restating
from clawback.awards import ESTIMATED, enter_award, give_inputs, propose_estimate
from clawback.engine.comparison import differences
from clawback.models import Line
from governance.people.models import Office
from governance.records.models import Company, FiscalQuarter, FiscalYear
from tests.clawback.builders import DOCUMENT
from tests.factories import clawback as factory
from tests.factories.people import AppointmentFactory, PersonFactory

pytestmark = pytest.mark.django_db

WORKED = {case["id"]: case for case in DOCUMENT["cases"]}
# Interpolation; cents; what is not paid yet and a bar to repayment; an estimated share price; two
# policies of different reach; riders.
ENTERED = ("P01", "P04", "P11", "P13", "P16", "P21")
# What the file says of an award and a row keeps in columns of its own; `key` and `label` are names.
COLUMNS = {
    *("key", "label", "person", "type", "grant_date", "period", "received_date", "filing_dates"),
    "awarded",
}
RESTATED = {
    "restated": "reported",
    "restated_end_price": "reported_end_price",
    "restated_pct": "reported_pct",
}
DAY = timedelta(days=1)
CELL = re.compile(r'<td class="figures"[^>]*>(?:<b>)?([^<]*)')


def noon(day):
    """An instant of that day where the company is."""
    return datetime.combine(date.fromisoformat(day), time(12), Company.current().zone)


# --- Entering a case of the file --------------------------------------------------------------


def entered(name, cast):
    """The case in the portal on the day of its determination, with its people and awards."""
    inputs = WORKED[name]["inputs"]
    chair, told = cast["compensation_chair"], inputs["restatement"]
    found, refiled = noon(told["conclusion_date"]), noon(told["restated_filing_date"])
    decided = inputs.get("committee", {}).get("determination_date")
    made = SimpleNamespace(chair=chair, on=noon(decided) if decided else refiled)
    factory.policies()
    enter_years(inputs)
    made.people = {one["key"]: enter_officer(one) for one in inputs["people"]}
    made.awards = {one["key"]: enter(one, made, at=found) for one in inputs["awards"]}
    restatement = restating.record_restatement(
        title=WORKED[name]["title"],
        kind=told["type"],
        periods=restated_periods(inputs),
        concluded_on=found.date(),
        by=cast["audit_chair"],
        at=found,
    )
    made.case = opening.open_case(
        restatement,
        subjects=list(made.people.values()),
        matter="An invented error was found.",
        by=chair,
        at=found,
    )
    for rider in inputs.get("riders", ()):
        adopt(rider, made, at=found)
    reckoning.scope(made.case, by=chair, at=found)
    for one in inputs["awards"]:
        restate(one, made, at=found)
    restating.amend_restatement(
        restatement, restated_filed_on=refiled.date(), by=cast["secretary"], at=refiled
    )
    reckoning.calculate(made.case, by=chair, at=made.on)
    made.case = reckoning.present(made.case, by=chair, at=made.on)
    for finding in inputs.get("committee", {}).get("findings", ()):
        find(finding, made)
    return made


def enter_years(inputs):
    """The fiscal years that the file names, or those of its awards; by calendar quarters."""
    years = {one["period"]["end"][:4] for one in inputs["awards"]}
    years |= {one["end"][:4] for one in inputs.get("fiscal_periods", ())}
    for number in sorted(int(year) for year in years):
        year = FiscalYear.objects.create(
            label=f"FY{number}", start=date(number, 1, 1), end=date(number, 12, 31)
        )
        starts = [date(number, month, 1) for month in (1, 4, 7, 10)]
        ends = [start - DAY for start in [*starts[1:], date(number + 1, 1, 1)]]
        FiscalQuarter.objects.bulk_create(
            FiscalQuarter(year=year, number=one, start=start, end=end)
            for one, (start, end) in enumerate(zip(starts, ends, strict=True), start=1)
        )


def enter_officer(told):
    """A person with the offices that the file says; one office stands for both definitions."""
    assert told["section16"] == told["executive_officer"]
    person = PersonFactory(family_name=f"Example-{told['key']}")
    for span in told["section16"]:
        end = span["end"] and date.fromisoformat(span["end"]) + DAY
        AppointmentFactory(
            person=person,
            office=Office.EXECUTIVE_OFFICER,
            title=told["title"],
            since=date.fromisoformat(span["start"]),
            until=end,
        )
    return person


def enter(told, made, *, at):
    """The award as it was awarded: nothing of what its measures should have been."""
    terms = {name: value for name, value in told.items() if name not in COLUMNS}
    if "payout" in terms:
        terms["payout"] = terms["payout"] | {
            "metrics": [as_reported(one) for one in terms["payout"]["metrics"]]
        }
    return enter_award(
        person=made.people[told["person"]],
        name=told["label"],
        kind=told["type"],
        granted_on=date.fromisoformat(told["grant_date"]),
        period_start=date.fromisoformat(told["period"]["start"]),
        period_end=date.fromisoformat(told["period"]["end"]),
        received_on=date.fromisoformat(told["received_date"]),
        filed_on=[date.fromisoformat(day) for day in told["filing_dates"]],
        awarded=Decimal(told["awarded"]),
        terms=terms,
        by=made.chair,
        at=at,
    )


def as_reported(metric):
    return {name: value for name, value in metric.items() if name not in RESTATED}


def restated_periods(inputs):
    """The years in which the awards were earned, with the last of the filings they rest on."""
    filed = {one["received_date"][:4]: max(one["filing_dates"]) for one in inputs["awards"]}
    return [
        {
            "label": f"FY{year}",
            "start": date(int(year), 1, 1),
            "end": date(int(year), 12, 31),
            "first_filed_on": date.fromisoformat(day),
        }
        for year, day in sorted(filed.items())
    ]


def adopt(rider, made, *, at):
    """The Committee adopts a rider for one participant, by consent of all its members."""
    effect = {
        "kind": rider["policy"],
        "title": "An invented rider",
        "wording": "For this participant the policy reads otherwise.",
        "legal_basis": rider["legal_basis"],
        "since": at.date().isoformat(),
        "terms": rider["overrides"],
    }
    factory.resolve(made.case, "rider", effect, person=made.people[rider["person"]], at=at)


def restate(told, made, *, at):
    """What the measures should have been: given, or estimated where no statement holds them."""
    line = Line.objects.get(case=made.case, award=made.awards[told["key"]])
    given = {}
    for metric in told["payout"]["metrics"]:
        name = next(name for name in RESTATED if name in metric)
        value = metric[name]
        if metric["basis"] not in ESTIMATED:
            given[metric["key"]] = value
            continue
        # What stays as it was reported is estimated too, at that (C-EST-01).
        if not isinstance(value, dict):
            value = dict.fromkeys(("low", "point", "high"), value)
        chosen = told["payout"].get("estimate_selection", "point")
        estimate(line, metric["key"], value, chosen, made, at)
    if given:
        give_inputs(line, given, by=made.chair, at=at)


def estimate(line, measure, value, chosen, made, at):
    row = propose_estimate(line, measure, **value, method="An event study.", by=made.chair, at=at)
    gathering.adopt_estimate(row, chosen=chosen, by=made.chair, at=at)


def find(told, made):
    """The finding and, by a resolution of its own, whether the participant should repay."""
    person = made.people[told["person"]]
    effect = {"fault": told["standard"], "causation": told["caused"], "reason": "Invented."}
    factory.resolve(made.case, "finding", effect, person=person, at=made.on)
    effect = {"should": told["should_repay"]}
    factory.resolve(made.case, "repay", effect, person=person, at=made.on)


# --- What it comes to -------------------------------------------------------------------------


def named(answer, made):
    """The answer of one policy under the names that the file has for awards and people."""
    awards = {name: answer["awards"][str(row.pk)] for name, row in made.awards.items()}
    people = {name: answer["people"][str(row.pk)] for name, row in made.people.items()}
    return answer | {"awards": awards, "people": people}


@pytest.mark.parametrize("name", ENTERED)
def test_a_case_of_rows_comes_to_what_was_worked_out(name, cast):
    made = entered(name, cast)
    found = reckoning.reckon(made.case, made.awards.values(), on=made.on.date())
    for policy, expected in WORKED[name]["expected"]["policies"].items():
        answer = named(found.document["answer"]["policies"][policy], made)
        assert list(differences(expected, answer)) == []


# --- The page -----------------------------------------------------------------------------------


def shown(made, participant, client, time_machine):
    """The figures of each award on the participant's page that day, and what is recoverable."""
    time_machine.move_to(made.on)
    client.force_login(made.chair)
    person = made.people[participant]
    page = client.get(f"/clawback/{made.case.pk}/people/{person.pk}/").content.decode()
    table = page.partition('aria-label="Figures"')[2].partition("</table>")[0]
    return CELL.findall(table)


def said(text):
    """ "640,000.00", and shares in whole numbers."""
    return f"{Decimal(text):,}"


@pytest.mark.parametrize(
    "name, participant, policy",
    [
        ("P04", "p1", "discretionary"),
        # Repayment is barred: not all of the excess is recoverable.
        ("P11", "p3", "discretionary"),
        ("P13", "p1", "mandatory"),
        # Two awards.
        ("P16", "p1", "discretionary"),
    ],
)
def test_the_page_of_a_participant_has_the_figures(
    name, participant, policy, cast, client, time_machine
):
    made = entered(name, cast)
    expected = WORKED[name]["expected"]["policies"][policy]
    mine = [one["key"] for one in WORKED[name]["inputs"]["awards"] if one["person"] == participant]
    figures = [
        said(expected["awards"][key][column])
        for key in mine
        for column in ("awarded", "recalculated", "excess")
    ]
    recoverable = "$" + said(expected["people"][participant]["recoverable"])
    assert shown(made, participant, client, time_machine) == [*figures, recoverable]
