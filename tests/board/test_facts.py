"""Facts that bear on independence: each says what its kind has to say, and stays as confirmed."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from governance.admin import in_words
from governance.board import reporting
from governance.board.bars import prepared_statements
from governance.board.models import Fact
from governance.refusals import Refused

pytestmark = pytest.mark.django_db
SINCE = date(2024, 1, 1)
RECEIPT = {"kind": "receipt", "amount": Decimal("10.00"), "purpose": "other"}
AUDITOR = {"kind": "auditor", "position": "partner"}
EMPLOYMENT = {"kind": "employment"}
HOLDING = {"kind": "holding", "percent": Decimal("1.5")}
# The marks that do not belong to what is told, as the page calls them.
FOREIGN = [
    (RECEIPT, "executive", "as an Executive Officer"),
    (RECEIPT, "interim", "in the interim"),
    (RECEIPT, "prepared_statements", "took part in preparing financial statements"),
    (RECEIPT, "on_our_audit", "worked on the Company's audit"),
    (EMPLOYMENT, "on_our_audit", "worked on the Company's audit"),
    (AUDITOR, "executive", "as an Executive Officer"),
    (AUDITOR, "prepared_statements", "took part in preparing financial statements"),
    (HOLDING, "interim", "in the interim"),
]


@pytest.fixture
def enter(cast, now):
    """Enters a fact about the director, as the Secretary."""

    def entered(verb=reporting.enter_fact, **facts):
        about = {"person": cast["director"].person, "since": SINCE}
        return verb(by=cast["secretary"], at=now, **about, **facts)

    return entered


@pytest.mark.parametrize("facts, mark, words", FOREIGN)
def test_c7_a_mark_of_another_kind_is_refused(facts, mark, words, enter):
    with pytest.raises(Refused, match=f"“{words}” does not belong to it.") as refused:
        enter(**facts, **{mark: True})
    assert refused.value.provision == "C7" and not Fact.objects.exists()


@pytest.mark.parametrize("facts, mark, words", FOREIGN)
def test_c7_the_database_refuses_a_mark_of_another_kind(facts, mark, words, cast, now):
    about = {"person": cast["director"].person, "since": SINCE, "proposed_on": now.date()}
    row = Fact(**about, **facts, **{mark: True})
    named = "fact_has_its_audit" if mark == "on_our_audit" else "fact_has_its_employment"
    with pytest.raises(DatabaseError, match=named), transaction.atomic():
        Fact.objects.bulk_create([row])
    assert in_words(named) != named and not Fact.objects.exists()


def test_l_15_employment_says_who_prepared_the_statements(cast, enter, now):
    person = cast["director"].person
    enter(**AUDITOR, on_our_audit=True)
    assert prepared_statements(person, now.date()) is None
    fact = enter(**EMPLOYMENT, executive=True, interim=True, prepared_statements=True)
    assert prepared_statements(person, now.date()) == fact


@pytest.mark.parametrize(
    "facts, mark",
    [
        (EMPLOYMENT, "executive"),
        (EMPLOYMENT, "interim"),
        (EMPLOYMENT, "prepared_statements"),
        (AUDITOR, "on_our_audit"),
    ],
)
@pytest.mark.parametrize("before", [True, False])
def test_c7_a_confirmed_fact_keeps_its_marks(before, facts, mark, enter):
    fact = enter(**facts, **{mark: before})
    with pytest.raises(DatabaseError, match="Cannot update rows"), transaction.atomic():
        Fact.objects.filter(pk=fact.pk).update(**{mark: not before})
    assert getattr(Fact.objects.get(), mark) is before


def test_c7_only_what_is_on_record_ends(cast, enter, now):
    by, until = cast["secretary"], date(2025, 1, 1)
    told = enter(reporting.propose_fact, **EMPLOYMENT)
    wrong = enter(**EMPLOYMENT, executive=True)
    reporting.set_aside(wrong, why="Entered wrongly.", by=by, at=now)
    for fact in (told, wrong):
        with pytest.raises(Refused, match="Only what is on record can end.") as refused:
            reporting.end_fact(fact, until=until, by=by, on=now.date())
        assert refused.value.provision == "C7"
    assert set(Fact.objects.values_list("until", flat=True)) == {None}
    reporting.confirm_fact(told, by=by, at=now)
    assert reporting.end_fact(told, until=until, by=by, on=now.date()).until == until
