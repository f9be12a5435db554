"""Pages of the clawback room ask the database as often for many rows as for few."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clawback import reckoning
from tests.factories import clawback as factory

pytestmark = pytest.mark.django_db


def asked(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_more_awards_ask_no_more(cast, now, client):
    case = factory.before_committee(cast, at=now)
    officer = cast["chief_financial_officer"].person
    client.force_login(cast["compensation_chair"])
    page = f"{case.get_absolute_url()}people/{officer.pk}/"
    paths = ("/clawback/", "/clawback/awards/", case.get_absolute_url(), page)
    before = {path: asked(client, path) for path in paths}
    for number in range(6):
        factory.bonus(officer, year=now.year - 2, name=f"Bonus {number}")
        factory.bonus(cast["chief_executive"].person, year=now.year - 3, name=f"Out {number}")
    reckoning.scope(case, by=cast["compensation_chair"], at=now)
    reckoning.calculate(case, by=cast["compensation_chair"], at=now)
    reckoning.present(case, by=cast["compensation_chair"], at=now)
    assert case.lines.count() == 7
    assert {path: asked(client, path) for path in paths} == before
