"""A restatement is recorded, and what comes later is added to it (C-TRG-01, L-26)."""

from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction

from clawback.access import is_possible_subject, keeps_restatements
from clawback.models import RestatedMeasure, RestatedPeriod, Restatement, RestatementKind
from governance.people.operations import check_days
from governance.records.models import Company
from governance.refusals import Refused
from governance.words import said_long_day

_FOLLOWERS: list[Callable[[Restatement, datetime], None]] = []


def follow_restatements(take_up):
    """Have this done when a restatement is recorded that asks for a case, in its transaction."""
    if take_up not in _FOLLOWERS:
        _FOLLOWERS.append(take_up)
    return take_up


@transaction.atomic
def record_restatement(*, title, kind, periods, by, at, measures=(), **days):
    """Record that statements are put right: what, when it was known, which periods (C-TRG-01).

    `periods` are documents with `label`, `kind`, `start`, `end` and `first_filed_on`, `measures`
    with the `period` they belong to, by its label, `key`, `reported` and `restated`. Raises Refused
    for anybody but the Audit Committee and the secretary's office, and for days that cannot be.
    """
    on = Company.current().day_of(at)
    check_may_record(by)
    if not title.strip():
        raise Refused("Say what is restated, as people say it.", provision="C-TRG-01")
    if kind not in RestatementKind.values:
        raise Refused("Say how the statements are put right.", provision="C-TRG-01")
    if not periods:
        raise Refused("Say which periods are restated.", provision="C-TRG-01")
    row = Restatement(title=title.strip(), kind=kind, recorded_by=by, recorded_at=at, **days)
    check_restatement(row, periods, on=on)
    check_told_once(measures)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(
            f"A restatement is called “{row.title}” already, or no day says when it was known.",
            provision="C-TRG-01",
        ) from error
    add_periods(row, periods, on=on)
    add_measures(row, measures)
    if row.asks_for_a_case:
        for take_up in _FOLLOWERS:
            take_up(row, at)
    return row


def check_may_record(by):
    if not keeps_restatements(by):
        raise Refused(
            "The Audit Committee or the secretary’s office records a restatement.",
            provision="C-TRG-01",
            code="not_yours",
        )


def check_restatement(row, periods, *, on):
    """Its days are possible, and in the order in which such things happen."""
    days = {
        "concluded that a restatement is required": row.concluded_on,
        "ordered": row.ordered_on,
        "announced": row.announced_on,
        "filed anew": row.restated_filed_on,
        "first issued": row.first_issued_on,
    }
    check_days(days.values(), on=on)
    if row.concluded_on is None and row.ordered_on is None:
        raise Refused("Say when it was concluded or ordered.", provision="L-26")
    for what, day in days.items():
        if day and day > on:
            raise Refused(f"It cannot have been {what} on {said_long_day(day)}: that is ahead.")
    first = min(one["first_filed_on"] for one in periods)
    for what, day in list(days.items())[:4]:
        if day and day < first:
            raise Refused(
                f"It cannot have been {what} before the statements were first filed, on "
                f"{said_long_day(first)}."
            )
    if row.restated_filed_on and row.restated_filed_on < row.trigger_day:
        raise Refused(
            f"It cannot have been filed anew before {said_long_day(row.trigger_day)}, when it was "
            "concluded or ordered.",
            provision="L-26",
        )


def check_told_once(measures):
    """A figure is told once: of two, nobody could say which one counts."""
    told = set()
    for one in measures:
        if (one["period"], one["key"]) in told:
            raise Refused(f"{one['key']} of {one['period']} is told twice.", "C-TRG-02")
        told.add((one["period"], one["key"]))


def add_periods(row, periods, *, on):
    """The periods, whose statements were filed after they ended."""
    for one in periods:
        if not one["label"].strip():
            raise Refused("Every period has a name.", provision="C-TRG-01")
        check_days([one["start"], one["end"], one["first_filed_on"]], on=on)
        if one["end"] <= one["start"]:
            raise Refused(f"The period {one['label']} ends before it begins.", "C-TRG-01")
        if one["first_filed_on"] <= one["end"]:
            raise Refused(
                f"Statements of {one['label']} are filed after its end.", provision="C-TRG-03"
            )
        if one["first_filed_on"] > on:
            raise Refused(
                f"Statements of {one['label']} cannot have been first filed on "
                f"{said_long_day(one['first_filed_on'])}: that is ahead.",
                provision="C-TRG-03",
            )
        if row.periods.filter(start__lte=one["end"], end__gte=one["start"]).exists():
            raise Refused(f"The period {one['label']} overlaps another one.", "C-TRG-01")
        if row.periods.filter(label=one["label"]).exists():
            raise Refused(f"The period {one['label']} is there already.", "C-TRG-01")
        RestatedPeriod.objects.create(restatement=row, **one)


def add_measures(row, measures):
    """Figures of the periods, as reported and as restated."""
    periods = {period.label: period for period in row.periods.all()}
    for one in measures:
        period = periods.get(one["period"])
        if period is None:
            raise Refused(f"No period is called {one['period']}.", provision="C-TRG-02")
        if not one["key"].strip():
            raise Refused(f"Every figure of {period} has a name.", provision="C-TRG-02")
        told = {"reported": one["reported"], "restated": one["restated"]}
        found = RestatedMeasure.objects.filter(period=period, key=one["key"]).first()
        if found:
            # A figure that is put right once more; the history keeps what it was.
            found.reported, found.restated = told["reported"], told["restated"]
            found.save()
        else:
            RestatedMeasure.objects.create(period=period, key=one["key"], **told)


@transaction.atomic
def amend_restatement(restatement, *, by, at, periods=(), measures=(), **days):
    """What comes later: the restated filing, an announcement, further periods and figures.

    Raises Refused for whoever could gain by it: an officer in the periods, case or no case.
    """
    check_may_record(by)
    row = Restatement.objects.select_for_update(of=("self",)).get(pk=restatement.pk)
    if is_possible_subject(by, row):
        raise Refused(
            "Whoever was an officer in a restated period, or has an award for one, does not change "
            "what is recorded of it.",
            provision="C-TRG-01",
            code="not_yours",
        )
    if not set(days) <= {
        *("concluded_on", "ordered_on", "announced_on"),
        *("restated_filed_on", "first_issued_on", "summary"),
    }:
        raise Refused("That is not changed any more.", provision="C-TRG-01")
    for name, value in days.items():
        if value is None and getattr(row, name) is not None:
            raise Refused("A day that was recorded is corrected, and not taken away.", "C-TRG-01")
        setattr(row, name, value)
    known = [
        {"first_filed_on": day} for day in row.periods.values_list("first_filed_on", flat=True)
    ]
    on = Company.current().day_of(at)
    check_restatement(row, [*known, *periods], on=on)
    check_told_once(measures)
    row.save()
    add_periods(row, periods, on=on)
    add_measures(row, measures)
    return row
