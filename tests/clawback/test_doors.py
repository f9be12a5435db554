"""Who may know of a case: the Committee, the Lead Independent Director, whoever they let in."""

import pytest

from clawback import opening
from clawback.models import Case, PolicyVersion, Wall
from governance.committees.models import Kind
from tests.factories import clawback as factory
from tests.factories.cast import EVERYBODY, SEATS

pytestmark = pytest.mark.django_db
INSIDE = {*SEATS[Kind.COMPENSATION], "lead_director"}


@pytest.fixture
def case(cast, now):
    return factory.calculated(cast, at=now)


def address(case, person=None):
    base = case.get_absolute_url()
    return f"{base}people/{person.pk}/" if person else base


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_case_opens_to_its_circle_alone(who, cast, case, client):
    client.force_login(cast[who])
    officer = cast["chief_financial_officer"].person
    expected = 200 if who in INSIDE else 404
    for path in (address(case), address(case, officer), f"{address(case)}evidence/"):
        assert client.get(path).status_code == expected, path


@pytest.mark.parametrize("who", sorted(INSIDE - {"compensation_chair"}))
def test_a_wall_beats_every_role(who, cast, case, client, now):
    client.force_login(cast[who])
    assert client.get(address(case)).status_code == 200
    opening.wall_off(
        case,
        cast[who].person,
        is_subject=False,
        basis="A brother is the officer.",
        by=cast["compensation_chair"],
        at=now,
    )
    assert client.get(address(case)).status_code == 404
    assert not Case.objects.visible_to(fresh(cast[who])).exists()


def fresh(user):
    return type(user).objects.get(pk=user.pk)


def test_whoever_is_let_in_reads_until_they_are_let_out(cast, case, client, now):
    by, counsel = cast["compensation_chair"], cast["outsider"]
    invitation = opening.invite(case, counsel.person, capacity="counsel", by=by, at=now)
    client.force_login(counsel)
    assert client.get(address(case)).status_code == 200
    opening.end_invitation(invitation, by=by, at=now)
    assert client.get(address(case)).status_code == 404


def test_the_walls_stand_before_the_case(cast, case):
    assert Wall.objects.filter(restatement=case.restatement, is_subject=True).count() == 1


def test_a_rider_tells_nothing_of_a_case_to_whoever_is_walled_from_it(cast, case, client, now):
    """Its title would name a subject, and so say that there is a case (C-AMD-02)."""
    officer, member = cast["chief_financial_officer"].person, cast["compensation_member"]
    rider = PolicyVersion.objects.create(
        kind="discretionary",
        number=2,
        title="A rider for one officer",
        since=now.date(),
        wording="Invented.",
        is_rider=True,
        legal_basis="An invented law.",
    )
    rider.people.add(officer)
    assert PolicyVersion.objects.visible_to(fresh(member)).filter(pk=rider.pk).exists()
    facts = {"is_subject": False, "basis": "Invented.", "at": now}
    opening.wall_off(case, member.person, by=cast["compensation_chair"], **facts)
    assert not PolicyVersion.objects.visible_to(fresh(member)).filter(pk=rider.pk).exists()


def test_where_only_the_rule_is_in_force_the_pages_stand(cast, now, client):
    """A company without a fault-based policy recovers by the mandatory rule alone (L-26)."""
    factory.policies(without="discretionary")
    case = factory.calculated(cast, at=now)
    officer = cast["chief_financial_officer"].person
    client.force_login(cast["compensation_chair"])
    page = client.get(address(case, officer)).content.decode()
    assert "No fault-based policy is in force." in page and "310,000.00" in page
    line = case.lines.get()
    assert client.get(f"{address(case)}lines/{line.pk}/what-if/").status_code == 200
    assert client.get(address(case)).status_code == 200
