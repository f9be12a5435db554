"""The engine's answers in the words of the format, to be compared or kept (section 10)."""

from fractions import Fraction
from typing import Any

from clawback.engine.days import Span
from clawback.engine.exact import written
from clawback.engine.results import (
    AwardResult,
    CaseResult,
    Combined,
    Disclosure,
    PersonResult,
    Recalculation,
    RunResult,
)
from clawback.engine.working import PLACES


def answer(result: CaseResult) -> dict[str, Any]:
    """A case's results as the format writes them: strings with fixed decimals (section 10)."""
    said: dict[str, Any] = {"policies": {name: run_said(run) for name, run in result.runs.items()}}
    if result.combined:
        said["combined"] = combined_said(result.combined)
    if result.disclosure:
        said["disclosure"] = disclosure_said(result.disclosure)
    if result.errors:
        said["errors"] = list(result.errors)
    return said


def working(result: CaseResult) -> dict[str, dict[str, list[str]]]:
    """Every step, by run and award."""
    return {
        name: {key: list(map(str, one.working)) for key, one in run.awards.items()}
        for name, run in result.runs.items()
    }


def money(amount: Fraction) -> str:
    return written(amount, 2)


def percent(share: Fraction) -> str:
    return written(share, 6)


def _each(amounts: dict[str, Fraction]) -> dict[str, str]:
    return {name: money(amount) for name, amount in amounts.items()}


def run_said(run: RunResult) -> dict[str, Any]:
    said: dict[str, Any] = {
        "awards": {key: award_said(one) for key, one in run.awards.items()},
        "people": {key: person_said(one) for key, one in run.people.items()},
        "total_recoverable": money(run.total_recoverable),
        "total_forgone": money(run.total_forgone),
        "total_to_recover": money(run.total_recoverable - run.total_forgone),
    }
    if run.trigger_date:
        said["trigger_date"] = run.trigger_date.isoformat()
        said["recovery_periods"] = list(run.recovery_periods or ())
    if run.stock_sale_profits is not None:
        said["stock_sale_profits"] = _each(run.stock_sale_profits)
    return said


def award_said(one: AwardResult) -> dict[str, Any]:
    said: dict[str, Any] = {
        "in_scope": one.in_scope,
        "reasons": [reason.code for reason in one.reasons],
        "recoverable": money(one.recoverable),
    }
    if one.last_day:
        said["lookback_last_day"] = one.last_day.isoformat()
    if one.window:
        said |= _window_said(one.window)
    if one.received_in_window is not None:
        said["received_in_window"] = money(one.received_in_window)
    if one.recalculation:
        said["awarded"] = written(one.award.awarded, PLACES[one.award.unit])
        said |= _recalculation_said(one.recalculation, PLACES[one.award.unit])
    if one.parts is not None:
        said["breakdown"] = {
            name: written(part.value, PLACES[part.unit]) for name, part in one.parts.items()
        }
    return said


def _window_said(window: Span) -> dict[str, str]:
    return {
        "window_first_day": window.start.isoformat(),
        "window_last_day": window.end.isoformat(),
    }


def _recalculation_said(found: Recalculation, places: int) -> dict[str, Any]:
    said: dict[str, Any] = {
        "recalculated": written(found.recalculated, places),
        "excess": written(found.excess, places),
    }
    if found.reported and found.restated:
        said["reported_payout_pct"] = percent(found.reported.payout_pct)
        said["restated_payout_pct"] = percent(found.restated.payout_pct)
    if found.estimates:
        said["estimates"] = {
            name: _estimate_said(one, places) for name, one in found.estimates.items()
        }
    if found.pool:
        said["pool_reported"] = money(found.pool.reported)
        said["pool_restated"] = money(found.pool.restated)
        said["pool_deficiency"] = money(found.pool.deficiency)
    return said


def _estimate_said(found: Recalculation, places: int) -> dict[str, Any]:
    said = _recalculation_said(found, places)
    del said["reported_payout_pct"]
    return said


def person_said(one: PersonResult) -> dict[str, Any]:
    said: dict[str, Any] = {
        "recoverable": money(one.recoverable),
        "forgone": money(one.forgone),
        "to_recover": money(one.to_recover),
    }
    if one.problems is not None:
        said["impracticability"] = {"valid": not one.problems, "problems": list(one.problems)}
    return said


def combined_said(combined: Combined) -> dict[str, Any]:
    return {
        "by_award": _each(combined.by_award),
        "by_person": _each(combined.by_person),
        "attribution": _each(combined.attribution),
        "total": money(sum(combined.attribution.values(), Fraction(0))),
    }


def disclosure_said(one: Disclosure) -> dict[str, Any]:
    return {
        "aggregate_erroneously_awarded": money(one.aggregate),
        "recovered": money(one.recovered),
        "forgone_total": money(one.forgone),
        "forgone_by_person": _each(one.forgone_by_person),
        "outstanding": money(one.outstanding),
        "outstanding_180_days": _each(one.outstanding_180_days),
    }
