"""stub, replaced on merge"""

from copy import deepcopy


def award_document(award, *, restated=None):
    document = deepcopy(award.terms) | {
        "key": str(award.pk),
        "person": str(award.person_id),
        "type": award.kind,
        "grant_date": award.granted_on.isoformat(),
        "period": {"start": award.period_start.isoformat(), "end": award.period_end.isoformat()},
        "received_date": award.received_on.isoformat(),
        "filing_dates": [day.isoformat() for day in award.filed_on],
        "awarded": str(award.awarded),
    }
    for metric in document.get("payout", {}).get("metrics", ()):
        metric["restated"] = (restated or {}).get(metric["key"], metric["reported"])
    return document


def restated_of(line):
    return {
        measure.key: f"{measure.restated.normalize():f}"
        for period in line.case.restatement.periods.all()
        for measure in period.measures.all()
    }
