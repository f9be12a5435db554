"""The skills matrix: what each director brings, under four headings and in words (G-BRD-01).

There is no score, no least number and no ranking; whether the entries are of this year is all that
is observed.
"""

from collections.abc import Hashable, Mapping
from datetime import date

from django.db import transaction

from governance.board.models import HEADINGS, Directorship, SkillsEntry
from governance.board.moves import may_keep
from governance.people.operations import check_days
from governance.periods import years_after
from governance.records.models import Company
from governance.refusals import Refused
from governance.verdicts import Expectation, Observation
from governance.words import said_long_day, said_number


@transaction.atomic
def enter_skills(*, person, since, by, at, **words):
    """The Secretary enters what a director brings; it stands from a day on (G-BRD-01)."""
    on = Company.current().day_of(at)
    told = {heading: words.get(heading, "").strip() for heading in HEADINGS}
    row = SkillsEntry(person=person, since=since, entered_at=at, entered_by=by, **told)
    if not may_keep(by, row, on):
        raise Refused(
            "The Corporate Secretary keeps the skills matrix, and nobody their own entry.",
            provision="G-BRD-01",
            code="not_yours",
        )
    missing = [heading for heading in HEADINGS if not told[heading]]
    if missing:
        raise Refused(f"Say something under {', '.join(missing)}.", provision="G-BRD-01")
    check_days([since], on=on)
    if since > on:
        raise Refused("An entry is dated today or earlier.", provision="G-BRD-01")
    if not Directorship.objects.on(since).filter(person=person).exists():
        raise Refused(
            f"{person} was not a director on {said_long_day(since)}.", provision="G-BRD-01"
        )
    row.save(force_insert=True)
    return row


def is_of_this_year(since: date | None, day: date) -> bool:
    """An entry of exactly twelve months ago still is (C3)."""
    return since is not None and since >= years_after(day, -1)


def observe(
    directors: Mapping[Hashable, str], entries: Mapping[Hashable, date], day: date
) -> Observation:
    """Whether every director in office has an entry of the last twelve months (G-BRD-01).

    `directors` are their names by key, `entries` the day of the entry that stands for each.
    """
    if not directors:
        return Observation("G-BRD-01", Expectation.NOT_APPLICABLE, "Nobody sits on the Board.")
    without = tuple(
        name for key, name in directors.items() if not is_of_this_year(entries.get(key), day)
    )
    if not without:
        says = "Every director has an entry of the last twelve months."
        return Observation("G-BRD-01", Expectation.OBSERVED, says)
    says = (
        f"{said_number(len(without)).capitalize()} of {said_number(len(directors))} directors "
        f"{'has' if len(without) == 1 else 'have'} no entry of the last twelve months."
    )
    return Observation("G-BRD-01", Expectation.NOT_OBSERVED, says, without)
