"""What is disclosed for a fiscal year: Item 402(w), by the engine, from accounts and entries."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clawback import demanding, dues, recovering
from clawback.disclosing import disclose_for
from clawback.models import Award, RuleLine, Wall
from governance.records.models import FiscalYear
from tests.access.world import seen
from tests.clawback.test_papers import text_of
from tests.factories import clawback_rows as rows

pytestmark = pytest.mark.django_db

FOUND = datetime(2026, 5, 6, 18, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 2, 18, 0, tzinfo=UTC)
PAGE = "/clawback/disclosure/?year=F26"


@pytest.fixture
def chair(cast):
    return cast["compensation_chair"]


@pytest.fixture
def year(db):
    return FiscalYear.objects.create(label="F26", start=date(2026, 1, 1), end=date(2026, 12, 31))


def erroneous(case, person, amount, chair, at, name="2024 annual bonus"):
    """An amount that the mandatory rule found, due from that day on."""
    line = rows.line(case, rows.award(person, name))
    rows.rule_line(line, amount)
    recovering.set_due(line, Decimal(amount), unpaid=Decimal(0), by=chair, at=at)
    return line


@pytest.fixture
def told(cast, chair, year):
    """Three officers: one whose amount is old, one not named, one whose amount is new."""
    about = rows.restatement(chair)
    people = [cast[name].person for name in ("chief_financial_officer", "general_counsel")]
    rows.wall(about, people[1], chair, named=False)
    case = rows.case(about, people[0], by=chair)
    new = cast["manager"].person
    rows.wall(about, new, chair)
    lines = [
        erroneous(case, people[0], "60000.00", chair, FOUND),
        erroneous(case, people[1], "30000.00", chair, FOUND),
        erroneous(case, new, "20000.00", chair, LATER),
    ]
    rows.counsel(case, cast["outsider"])
    demanding.serve_demand(case, people[0], by=chair, at=FOUND + timedelta(hours=1))
    paid = {"note": "", "by": chair, "at": LATER}
    recovering.repay(lines[0], Decimal("15000.00"), day=date(2026, 11, 1), **paid)
    words = "RESOLVED, that recovery costs more than the invented amount."
    found = rows.resolution(case, "impracticable", chair, words)
    recovering.forgo(lines[1], Decimal("30000.00"), resolution=found, at=LATER)
    return case, lines


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_the_figures_of_the_year(told, chair, year, cast):
    (found,) = disclose_for(chair, year)
    assert found.aggregate == Decimal("110000.00")
    assert found.recovered == Decimal("15000.00")
    assert found.forgone == Decimal("30000.00")
    assert found.outstanding == Decimal("65000.00")
    # 2 November is not 180 days before the end of the year.
    assert found.old == [(cast["chief_financial_officer"].person, Decimal("45000.00"))]
    (gone,) = found.forgone_by
    assert gone.person == cast["general_counsel"].person and "costs more" in gone.why


def test_the_year_before_and_the_year_after(told, chair):
    before = FiscalYear(label="F25", start=date(2025, 1, 1), end=date(2025, 12, 31))
    assert disclose_for(chair, before) == []
    case, lines = told
    at = datetime(2027, 3, 1, 18, 0, tzinfo=UTC)
    paid = {"note": "", "by": chair, "at": at}
    recovering.repay(lines[0], Decimal("45000.00"), day=date(2027, 3, 1), **paid)
    after = FiscalYear(label="F27", start=date(2027, 1, 1), end=date(2027, 12, 31))
    (found,) = disclose_for(chair, after)
    # What was settled in an earlier year is not told again.
    assert found.aggregate == Decimal("80000.00")
    assert found.outstanding == Decimal("20000.00")
    assert [amount for _, amount in found.old] == [Decimal("20000.00")]
    assert RuleLine.objects.get(line=lines[0]).state == "recovered"


def test_only_the_mandatory_track_counts(told, chair, year):
    """What the policy seeks beyond what the rule finds is not told."""
    case, lines = told
    rows.calculation(lines[2], chair)
    rows.determination(lines[2], "100000.00", chair)
    due = dues.due_on(lines[2])
    assert due == Decimal("100000.00")
    recovering.set_due(lines[2], due, unpaid=Decimal(0), by=chair, at=LATER)
    (found,) = disclose_for(chair, year)
    assert found.aggregate == Decimal("110000.00")


def test_page_table_and_document_say_the_same(told, chair):
    client = client_of(chair)
    page = client.get(PAGE).content.decode()
    answer = client.get("/clawback/disclosure/table/?year=F26")
    table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    paper = client.get("/clawback/disclosure/paper/?year=F26").content
    printed = text_of(paper)
    assert table[0] == ["Restatement", "Figure", "Person", "Amount", "Why"]
    for amount in ("$110,000.00", "$15,000.00", "$30,000.00", "$65,000.00", "$45,000.00"):
        assert amount in page and amount in printed
        assert any(amount in row for row in table[1:])
    for told_in in (page, printed, answer.content.decode()):
        assert "costs more than the invented amount" in told_in
    assert "Text " in printed


def test_an_unknown_year_is_not_there(told, chair):
    assert client_of(chair).get("/clawback/disclosure/?year=never").status_code == 404


def test_two_worlds_a_walled_member_sees_what_they_saw_without_the_case(told, chair, cast, year):
    """A case from which a member of the Committee is walled leaves no trace in what they read."""
    member = cast["compensation_member"]
    pages = [f"/clawback/disclosure/{part}?year=F26" for part in ("", "table/")]
    without = [seen(client_of(member).get(page)) for page in pages]
    about = rows.restatement(chair, "CANARY restatement")
    case = rows.case(about, member.person, by=chair)
    erroneous(case, member.person, "77777.77", chair, FOUND)
    assert [seen(client_of(member).get(page)) for page in pages] == without
    assert "77,777.77" in client_of(chair).get(PAGE).content.decode()
    assert Wall.objects.filter(person=member.person).exists()


def test_queries_do_not_grow_with_accounts(told, chair, year):
    case, _ = told

    def asked():
        with CaptureQueriesContext(connection) as questions:
            disclose_for(chair, year)
        return len(questions)

    asked()
    before = asked()
    person = Award.objects.first().person
    for number in range(3):
        erroneous(case, person, "100.00", chair, FOUND, name=f"Award {number}")
    assert asked() == before


def test_queries_of_a_ledger_do_not_grow_with_its_accounts(cast, chair, now):
    served = rows.served(cast, now)
    client = client_of(chair)
    page = f"/clawback/{served.case.pk}/people/{served.person.pk}/ledger/"

    def asked():
        with CaptureQueriesContext(connection) as questions:
            assert client.get(page).status_code == 200
        return len(questions)

    asked()
    before = asked()
    for number in range(3):
        erroneous(served.case, served.person, "100.00", chair, now, name=f"Award {number}")
    assert asked() == before
