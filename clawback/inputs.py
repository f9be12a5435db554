"""What the arithmetic is handed of a case: people, policies, findings, awards, fiscal years.

Everything is read in as many questions for many awards as for one.
"""

from datetime import timedelta

from clawback.awards import award_document, restated_in
from clawback.engine.policy import overridden
from clawback.models import Finding, PolicyKind, PolicyVersion, Repayment, StockSale
from clawback.policies import base_version, terms_of
from governance.people.models import EXECUTIVE_OFFICES, Appointment, Office
from governance.records.models import FiscalYear

FAULT, RULE, SECTION_304 = PolicyKind.FAULT, PolicyKind.RULE, PolicyKind.SECTION_304
# The fault-based policy once more, as if its fourth condition held: the most it could recover.
AS_IF = "as_if"
PRINCIPAL = (Office.CHIEF_EXECUTIVE, Office.CHIEF_FINANCIAL_OFFICER)


def inputs_of(case, awards, on, restated):
    """The document of a case, as docs/recoveries.md describes it, and its policies."""
    people = {award.person_id: award.person for award in awards}
    policies, runs, riders = policies_on(case, people, on)
    found, known = standing_findings(case, people), restated_in(case, awards)
    inputs = {
        "people": people_documents(case, people),
        "restatement": restatement_document(case),
        "committee": {"determination_date": on.isoformat(), "findings": found},
        "fiscal_periods": fiscal_periods(case),
        "awards": [
            award_document(award, restated=restated.get(award.pk, known[award.pk]))
            for award in awards
        ],
        "policies": runs,
        "riders": riders,
    }
    return inputs, policies


def policies_on(case, people, on):
    """Documents of the policies in force, the runs in order of precedence, and riders by person."""
    documents, runs, riders = {}, [], []
    for kind in (RULE, FAULT, SECTION_304):
        base = base_version(kind, on)
        if base is None:
            continue
        documents[kind.value] = overridden({}, terms_of(base))
        runs.append({"key": kind.value})
        riders += riders_on(kind, people, on)
    if FAULT.value in documents:
        # The reading of the three years that the Committee adopted (C-TRG-03).
        documents[FAULT.value]["lookback"]["event"] = case.end_date
        documents[AS_IF] = documents[FAULT.value] | {"fault": "none"}
        runs.append({"key": AS_IF})
        riders += [
            one | {"policy": AS_IF, "overrides": without_fault(one["overrides"])}
            for one in riders
            if one["policy"] == FAULT.value
        ]
    return documents, runs, riders


def riders_on(kind, people, on):
    """The rider of each of these people in force that day, if there is one (C-AMD-02)."""
    rows = PolicyVersion.objects.in_force(kind, on).filter(is_rider=True, people__in=list(people))
    latest: dict = {}
    for row in rows.prefetch_related("people", "terms").distinct():
        for person in row.people.all():
            latest.setdefault(person.pk, row)
    return [rider_document(row, person) for person, row in latest.items() if person in people]


def rider_document(version, person):
    return {
        "person": str(person),
        "policy": version.kind,
        "legal_basis": version.legal_basis,
        "overrides": {term.path: term.value for term in version.terms.all()},
    }


def without_fault(overrides):
    return {path: value for path, value in overrides.items() if not path.startswith("fault")}


def people_documents(case, people):
    """Who these people were, and when; both days of a span are included."""
    held, sales = gathered(Appointment, people, "since"), gathered(StockSale, people, "sold_on")
    walls = case.restatement.walls.filter(is_named_officer=True)
    named = set(walls.values_list("person", flat=True))
    return [
        person_document(key, held.get(key, ()), sales.get(key, ()), key in named) for key in people
    ]


def gathered(model, people, order):
    """Rows of these people, by person."""
    found: dict = {}
    for row in model.objects.filter(person__in=list(people)).order_by(order):
        found.setdefault(row.person_id, []).append(row)
    return found


def person_document(key, held, sales, named):
    officer = [span(one) for one in held if one.office in EXECUTIVE_OFFICES]
    return {
        "key": str(key),
        # The Exchange Act defines both by the same functions (L-36).
        "section16": officer,
        "executive_officer": officer,
        "principal_officer": [span(one) for one in held if one.office in PRINCIPAL],
        "named_executive_officer": named,
        "stock_sales": [
            {"date": sale.sold_on.isoformat(), "profit": str(sale.profit)} for sale in sales
        ],
    }


def span(appointment):
    until = appointment.until
    return {
        "start": appointment.since.isoformat(),
        "end": (until - timedelta(days=1)).isoformat() if until else None,
    }


def restatement_document(case):
    told = case.restatement
    days = {
        "conclusion_date": told.concluded_on,
        "court_order_date": told.ordered_on,
        "restated_filing_date": told.restated_filed_on,
        "first_issued_date": told.first_issued_on or first_filed(told),
    }
    return {
        "type": told.kind,
        "issuer_misconduct": case.issuer_misconduct,
        **{name: day and day.isoformat() for name, day in days.items()},
    }


def first_filed(restatement):
    """The day on which the first of the misstated statements was filed, or None."""
    return min((one.first_filed_on for one in restatement.periods.all()), default=None)


def standing_findings(case, people):
    """The finding on each of the people that stands, with whether they should repay (C-TRG-04)."""
    latest = {}
    for finding in Finding.objects.standing().filter(case=case, person__in=people):
        latest[finding.person_id] = finding
    repay = {one.person_id: one.should for one in Repayment.objects.standing().filter(case=case)}
    return [
        {
            "person": str(person),
            "standard": finding.fault,
            "caused": finding.causation,
            "should_repay": repay.get(person, False),
        }
        for person, finding in latest.items()
        if finding.fault != "none" and finding.causation != "none"
    ]


def fiscal_periods(case):
    """The company's fiscal years, and the transition periods that the restatement names."""
    years = [
        {"label": year.label, "start": year.start, "end": year.end, "kind": "year"}
        for year in FiscalYear.objects.order_by("start")
    ]
    known = [(year["start"], year["end"]) for year in years]
    for one in case.restatement.periods.all():
        apart = all(one.end < start or end < one.start for start, end in known)
        if apart:
            told = {"label": one.label, "start": one.start, "end": one.end, "kind": one.kind}
            years.append(told)
    years.sort(key=lambda year: year["start"])
    return [
        year | {"start": year["start"].isoformat(), "end": year["end"].isoformat()}
        for year in years
    ]
