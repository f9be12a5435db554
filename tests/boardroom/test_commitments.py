"""Engagements elsewhere: the director's own register, and the days that are taken twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.board import engagements
from governance.board.models import Commitment, EngagementDay
from governance.committees.models import Committee, Kind
from governance.refusals import Refused
from tests.factories.cast import EVERYBODY
from tests.factories.meetings import noticed

pytestmark = pytest.mark.django_db
PAGE = "/board/commitments/"


@pytest.fixture
def today(company):
    return timezone.localdate(timezone=company.zone)


@pytest.fixture
def director(cast, client):
    client.force_login(cast["director"])
    return cast["director"]


@pytest.fixture
def engaged(director, today):
    return engagements.add_commitment(
        person=director.person,
        organisation="Invented Rail, Inc.",
        role="Director",
        since=today - timedelta(days=900),
        by=director,
        on=today,
    )


def test_an_empty_register_says_what_belongs_in_it(client, director):
    assert "No engagement elsewhere is in the register." in client.get(PAGE).content.decode()


def test_a_director_adds_and_ends(client, director, today):
    told = {"act": "add", "add-organisation": "Invented Rail, Inc.", "add-role": "Trustee"}
    shown = client.post(PAGE, told)
    assert "Say the day" in shown.content.decode() and "Invented Rail" in shown.content.decode()
    assert client.post(PAGE, {**told, "add-since": "2020-01-01"}).status_code == 302
    row = Commitment.objects.get()
    last = today - timedelta(days=1)
    client.post(PAGE, {"act": "end", "of": row.pk, f"end-{row.pk}-last": last.isoformat()})
    assert Commitment.objects.get().until == today
    assert client.get(PAGE).context["over"]


def test_an_end_before_the_beginning_is_refused_in_a_sentence(client, engaged):
    typed = {"act": "end", "of": engaged.pk, f"end-{engaged.pk}-last": "2001-01-01"}
    assert "It began on" in client.post(PAGE, typed).content.decode()
    assert Commitment.objects.get().until is None


def test_a_day_taken_twice_is_told_as_it_is(client, director, engaged, cast, now):
    of_the_board = noticed(by=cast["secretary"], at=now)
    audit = Committee.objects.get(kind=Kind.AUDIT)
    noticed(by=cast["secretary"], at=now, committee=audit)
    day = of_the_board.day.isoformat()
    client.post(PAGE, {"act": "day", "of": engaged.pk, f"day-{engaged.pk}-day": day})
    (clash,) = client.get(PAGE).context["clashes"]
    assert (clash["name"], clash["with"]) == (of_the_board.name, "Invented Rail, Inc.")
    client.post(PAGE, {"act": "forget", "of": engaged.pk, f"forget-{engaged.pk}-day": day})
    assert client.get(PAGE).context["clashes"] == [] and not EngagementDay.objects.exists()


def test_seven_boards_are_seven_boards(client, director, today):
    """No number of them is too many, and none is coloured (Z-04)."""
    for number in range(7):
        engagements.add_commitment(
            person=director.person,
            organisation=f"Invented Rail {number}",
            role="Director",
            public_company=True,
            since=today - timedelta(days=900),
            by=director,
            on=today,
        )
    shown = client.get(PAGE)
    assert len(shown.context["rows"]) == 7
    for alarm in ("badge-soon", "badge-overdue", "too many", "limit"):
        assert alarm not in shown.content.decode()


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_the_director_and_the_secretary_keep_it(who, cast, engaged, client, today):
    user = cast[who]
    if who in ("director", "secretary"):
        engagements.end_commitment(engaged, until=today, by=user, on=today)
        return
    with pytest.raises(Refused) as refusal:
        engagements.end_commitment(engaged, until=today, by=user, on=today)
    assert refusal.value.code == "not_yours"
    client.force_login(user)
    typed = {"act": "end", "of": engaged.pk, f"end-{engaged.pk}-last": today.isoformat()}
    assert client.post(PAGE, typed).status_code == 404
    assert Commitment.objects.get().until is None
