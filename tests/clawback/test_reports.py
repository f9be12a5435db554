"""A determination is reported to independent directors whom no wall keeps out (access table)."""

import pytest

from clawback import opening, resolving
from clawback.models import BoardReport
from governance.notices.models import Notice
from governance.refusals import Refused
from tests.factories import clawback as factory
from tests.factories.cast import DIRECTORS, INDEPENDENT

pytestmark = pytest.mark.django_db


@pytest.fixture
def determined(cast, now):
    """A carried determination; the chief executive, who sits on the Board, is a subject too."""
    subjects = ("chief_financial_officer", "chief_executive")
    case = factory.before_committee(cast, at=now, subjects=subjects)
    officer = cast["chief_financial_officer"].person
    factory.found_at_fault(case, officer, at=now)
    return factory.recovered(case, officer, at=now)


def read_by(user, report):
    return BoardReport.objects.visible_to(type(user).objects.get(pk=user.pk)).filter(pk=report.pk)


def test_the_board_reads_what_was_reported_and_no_more(determined, cast, now, client):
    chair = cast["compensation_chair"]
    report = resolving.report_to_board(determined, by=chair, at=now)
    for name in DIRECTORS:
        inside = name in INDEPENDENT
        assert read_by(cast[name], report).exists() == inside, name
    client.force_login(cast["director"])
    page = client.get(report.get_absolute_url())
    assert page.status_code == 200 and "$310,000.00" in page.content.decode()
    assert client.get(determined.get_absolute_url()).status_code == 404
    assert client.get(determined.case.get_absolute_url()).status_code == 404
    told = Notice.objects.filter(kind="determination_reported")
    readers = set(told.values_list("reader__email", flat=True))
    assert (
        not readers & {"chief_executive@example.com", "chair@example.com"}
        and "director@example.com" in readers
    )


def test_before_it_is_reported_the_board_finds_nothing(determined, cast, client):
    client.force_login(cast["director"])
    page = client.get(determined.case.restatement.get_absolute_url()).content.decode()
    assert "Reported to the Board" not in page


def test_a_wall_built_later_shuts_the_report(determined, cast, now):
    chair = cast["compensation_chair"]
    report = resolving.report_to_board(determined, by=chair, at=now)
    facts = {"is_subject": False, "basis": "Invented.", "by": chair, "at": now}
    opening.wall_off(determined.case, cast["director"].person, **facts)
    assert not read_by(cast["director"], report).exists()


@pytest.mark.parametrize("who", ["compensation_member", "secretary", "chair", "director"])
def test_the_chair_of_the_committee_reports(who, determined, cast, now):
    with pytest.raises(Refused):
        resolving.report_to_board(determined, by=cast[who], at=now)
    assert not BoardReport.objects.exists()


def test_it_is_reported_once_and_only_a_determination(determined, cast, now):
    chair = cast["compensation_chair"]
    resolving.report_to_board(determined, by=chair, at=now)
    finding = determined.case.resolutions.get(kind="finding")
    for row in (determined, finding):
        with pytest.raises(Refused):
            resolving.report_to_board(row, by=chair, at=now)
