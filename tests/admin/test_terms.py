"""The first day of a directorship agrees with its terms, seats and designations (G-CLS-02)."""

from datetime import date, timedelta

import pytest

from governance.board.models import AuthorisedSeats, Directorship, Term
from tests.admin.test_rooms import address


@pytest.fixture
def desk(cast, client):
    AuthorisedSeats.objects.update(number=12)
    client.force_login(cast["secretary"])
    return client


def move(desk, row, since):
    """What the form answers when the first day becomes another one."""
    sent = {"since": since.isoformat(), "until": "", "ended_by": "", "cause": ""}
    return desk.post(address(Directorship, "change", row.pk), sent)


def test_nobody_is_a_director_before_the_first_term(cast, desk):
    row = Directorship.objects.get(person=cast["director"].person)
    Term.objects.create(directorship=row, since=row.since, ends_in=row.since.year + 3)
    page = move(desk, row, date(1990, 1, 1)).content.decode()
    assert "The first term of Director Example begins on" in page
    row.refresh_from_db()
    assert row.since != date(1990, 1, 1)


@pytest.mark.parametrize(
    "name, what",
    [
        ("chair", "The time as Chair of the Board of"),
        ("nominating_chair", "A seat on the"),
        ("director", "A term of"),
    ],
)
def test_nothing_of_a_directorship_begins_before_it(name, what, cast, desk):
    row = Directorship.objects.get(person=cast[name].person)
    if name == "director":
        Term.objects.create(directorship=row, since=row.since, ends_in=row.since.year + 3)
    page = move(desk, row, row.since + timedelta(days=400)).content.decode()
    assert what in page and "before that first day" in page


def test_a_first_day_that_nothing_contradicts_is_corrected(cast, desk):
    row = Directorship.objects.get(person=cast["director"].person)
    moved = row.since + timedelta(days=1)
    assert move(desk, row, moved).status_code == 302
    row.refresh_from_db()
    assert row.since == moved
