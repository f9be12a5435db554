"""Awards come in by a table and go out again: looked at whole, entered whole, or refused."""

import csv
import io
import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clawback import award_sheet
from clawback.award_cells import cells_of
from clawback.award_sheet import MOST_AWARDS, AwardSheet
from clawback.awards import enter_award
from clawback.models import Award
from governance.committees.models import Kind
from governance.people.models import Person
from governance.spreadsheets import read
from tests.admin.test_imports import WRITERS, as_csv, grid, said
from tests.clawback.builders import FILE
from tests.factories import clawback as factory
from tests.factories.cast import EVERYBODY, SEATS
from tests.factories.people import AppointmentFactory, PersonFactory
from tests.factories.rows import fingerprint

pytestmark = pytest.mark.django_db
PAGE = "/clawback/awards/import/"
CIRCLE = {*SEATS[Kind.COMPENSATION], "lead_director"}
AWARD = dict(
    zip(AwardSheet.headings(), (one.example for one in AwardSheet.columns().values()), strict=True)
)
# The template's award, half of it on each of two measures, paid in two parts.
HALVES = AWARD | {"weight": "0.5", "payment": "600000.00"}
REST = {name: AWARD[name] for name in ("officer", "award")} | {
    "measure": "margin",
    "basis": "Operating",
    "weight": "0.5",
    "reported": "112",
    "curve": "80:50, 100:100, 120:200",
    "payment day": "2025-09-01",
    "payment": "$40,000.00",
    "payment stands": "deferred",
    "unit at credit": "20.00",
    "unit now": "25",
}
SHARES = {
    **{name: AWARD[name] for name in ("officer", "granted", "period from", "period to")},
    **{name: AWARD[name] for name in ("received", "statements first filed")},
    "award": "2024 performance shares",
    "paid in": "shares",
    "awarded": "5,500",
    "target": "5000",
    "shares rounded": "down",
    "measure": "revenue",
    "basis": "financial",
    "weight": "1",
    "reported": "-10",
    "curve": "-20:100, 0:120",
    "shape": "linear",
    "undelivered": "500",
    "held": "5000",
    "valuation price": "25.00",
}
OPTIONS = SHARES | {
    "award": "2024 options",
    "paid in": "options",
    "undelivered": "",
    "held": "",
    "strike": "10",
    "unexercised": "5500",
}


@pytest.fixture
def officer(cast):
    person = PersonFactory(given_name="Ada", family_name="Example")
    AppointmentFactory(person=person)
    return person


@pytest.fixture
def desk(cast, client, officer):
    client.force_login(cast["compensation_chair"])
    return client


def upload(desk, data, name="awards.csv"):
    answer = desk.post(PAGE, {"table": SimpleUploadedFile(name, data)})
    assert answer.status_code == 200
    return answer


def send(desk, *rows):
    return upload(desk, as_csv(grid(AwardSheet, *rows)))


def confirm(desk, page):
    shown = page.context
    sent = {"rows": shown["rows"], "digest": shown["outcome"].digest, "name": shown["name"]}
    return desk.post(PAGE, sent)


def enter(desk, *rows):
    page = send(desk, *rows)
    assert page.context["outcome"].problems == []
    assert confirm(desk, page).status_code == 302


def refused(desk, *rows):
    """What is said of the rows; nothing was written, and nothing can be confirmed."""
    before = fingerprint((Award, Person))
    page = send(desk, *rows)
    assert 'name="digest"' not in said(page) and "Nothing was written" in said(page)
    confirm(desk, page)
    assert fingerprint((Award, Person)) == before
    return [(one.place, one.says) for one in page.context["outcome"].problems]


def kinds(page):
    return [one.kind for one in page.context["outcome"]]


# --- What a good table does ----------------------------------------------------------------


@pytest.mark.parametrize("ending", WRITERS)
def test_the_template_comes_in_after_a_look_that_writes_nothing(ending, desk, officer):
    template = desk.get(f"/clawback/awards/template.{ending}").content
    page = upload(desk, template, f"awards.{ending}")
    assert kinds(page) == ["new"] and not Award.objects.exists()
    assert "will enter" in said(page)
    assert page.context["outcome"][0].says == (
        "$640,000.00 in cash under The invented bonus plan, granted on 10 February 2024 for "
        "1 January 2024 to 31 December 2024, received on 31 December 2024; statements first filed "
        "on 21 February 2025.\nTarget $400,000.00, payout at most 200 %.\nrevenue "
        "(in the statements), "
        "weight 1, reported 112, curve 80:50, 100:100, 120:200.\n$640,000.00 on 1 March 2025, paid."
    )
    answer = confirm(desk, page)
    assert answer.status_code == 302 and answer.url == "/clawback/awards/"
    award = Award.objects.get()
    assert (award.person, award.name) == (officer, "2024 annual bonus")
    assert award.filed_on == [date(2025, 2, 21)] and award.awarded == Decimal("640000.00")
    metric = {"key": "revenue", "basis": "financial", "weight": "1", "reported": "112"}
    assert award.terms == {
        "payout": {
            "target": "400000.00",
            "cap_pct": "200",
            "metrics": [metric | {"curve": factory.CURVE}],
        },
        "payments": [{"date": "2025-03-01", "amount": "640000.00", "status": "paid"}],
    }
    assert "Entered: 1 award." in said(desk.get(answer.url))


@pytest.mark.parametrize("ending", WRITERS)
def test_an_export_comes_in_again_as_unchanged(ending, desk, officer, cast, now):
    cfo = cast["chief_financial_officer"].person
    factory.bonus(cfo, year=2023, unpaid="40000.00")
    enter(desk, HALVES, REST, SHARES, OPTIONS)
    assert Award.objects.count() == 4
    export = desk.get(f"/clawback/awards/export.{ending}")
    assert export["Content-Disposition"].startswith("attachment; filename=")
    page = upload(desk, export.content, f"awards.{ending}")
    assert kinds(page) == ["same"] * 4 and 'name="digest"' not in said(page)
    assert "The register says all of this already." in said(page)


def without_restated(value):
    """An award of the worked cases as it stood before anything was restated."""
    if isinstance(value, list):
        return [without_restated(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: without_restated(one) for name, one in value.items() if name not in RESTATED}


RESTATED = ("restated", "restated_pct", "restated_end_price", "measure_restated")
TERMS = ("payout", "pool", "payments", "settlement", "share_rounding")


def worked():
    """The awards of the worked cases, as the register keeps such awards."""
    for case in json.loads(FILE.read_text())["cases"]:
        for told in case["inputs"].get("awards", ()):
            yield {
                "kind": told["type"],
                "granted_on": date.fromisoformat(told["grant_date"]),
                "period_start": date.fromisoformat(told["period"]["start"]),
                "period_end": date.fromisoformat(told["period"]["end"]),
                "received_on": date.fromisoformat(told["received_date"]),
                "filed_on": [date.fromisoformat(day) for day in told.get("filing_dates", ())]
                or [date.fromisoformat(told["received_date"])],
                "awarded": Decimal(told["awarded"]),
                "terms": without_restated({name: told[name] for name in TERMS if name in told}),
            }


def test_whatever_the_worked_cases_hold_goes_out_and_comes_in(desk, officer, cast, now):
    """Gates, modifiers, pools, relative return, sales: no column says them, and none is lost."""
    other = PersonFactory(given_name="Bo", family_name="Example")
    AppointmentFactory(person=other)
    for number, facts in enumerate(worked()):
        name = f"Worked {number}"
        enter_award(**facts, person=officer, name=name, by=cast["compensation_chair"], at=now)
    export = desk.get("/clawback/awards/export.csv").content
    page = upload(desk, export)
    assert set(kinds(page)) == {"same"} and len(kinds(page)) > 50
    page = upload(desk, export.replace(b"Ada Example", b"Bo Example"))
    assert page.context["outcome"].problems == [] and set(kinds(page)) == {"new"}
    assert confirm(desk, page).status_code == 302
    for award in Award.objects.filter(person=officer):
        again = Award.objects.get(person=other, name=award.name)
        assert placed(again) == placed(award)


def placed(award):
    """An award as an export has it, whosever it is."""
    return [{**cells, "person": ""} for cells in cells_of(award)]


def test_several_measures_and_payments_are_one_award(desk):
    enter(desk, HALVES, REST)
    terms = Award.objects.get().terms
    assert [one["key"] for one in terms["payout"]["metrics"]] == ["revenue", "margin"]
    assert terms["payments"][1] == {
        "date": "2025-09-01",
        "amount": "40000.00",
        "status": "deferred",
        "credit_price": "20.00",
        "current_price": "25",
    }


def test_shares_and_options_come_with_their_settlement(desk):
    enter(desk, SHARES, OPTIONS)
    shares, options = Award.objects.order_by("kind").reverse()
    assert shares.terms["settlement"] == {
        "undelivered": "500",
        "held": "5000",
        "valuation_price": "25.00",
    }
    assert shares.terms["share_rounding"] == "down"
    assert options.terms["settlement"]["strike"] == "10"


def test_what_is_there_is_left_alone_and_the_rest_is_entered(desk):
    enter(desk, AWARD)
    page = send(desk, AWARD, SHARES)
    assert kinds(page) == ["same", "new"]
    assert confirm(desk, page).status_code == 302
    assert Award.objects.count() == 2
    # An empty cell says nothing, and takes nothing away.
    bare = {name: AWARD[name] for name in ("officer", "award")}
    assert kinds(send(desk, bare)) == ["same"]


# --- What is refused -----------------------------------------------------------------------

EMPTY = "The cell is empty. An award’s first row says this."
NO_NUMBER = "“x” is no number; write it as 96.5."
BAD = [
    ({"officer": ""}, "officer", "The cell is empty."),
    ({"officer": "No Body"}, "officer", "No officer is called No Body. Enter the person first."),
    ({"officer": "Director Example"}, "officer", "No officer is called Director Example. Enter"),
    ({"award": ""}, "award", "The cell is empty."),
    ({"award": "x" * 121}, "award", "The text is too long: at most 120 letters."),
    ({"plan": "x" * 121}, "plan", "The text is too long: at most 120 letters."),
    ({"plan forbids recovery": "x y"}, "plan forbids recovery", "“x y” is neither yes nor no."),
    ({"paid in": ""}, "paid in", EMPTY),
    ({"paid in": "gold"}, "paid in", "“gold” is not one of: cash, pool, shares, options."),
    ({"granted": ""}, "granted", EMPTY),
    ({"granted": "10/02/2024"}, "granted", "“10/02/2024” is no day; write it as 2026-03-31."),
    ({"granted": "0024-02-10"}, "granted", "Saturday 10 February 24 cannot be meant"),
    ({"period from": ""}, "period from", EMPTY),
    ({"period from": "2025-01-01"}, "period to", "The performance period ends before it begins."),
    ({"period to": ""}, "period to", EMPTY),
    ({"received": ""}, "received", EMPTY),
    ({"statements first filed": ""}, "statements first filed", EMPTY),
    ({"statements first filed": "2025-02-21; soon"}, "statements first filed", "“soon” is no day"),
    ({"awarded": ""}, "awarded", EMPTY),
    ({"awarded": "-1"}, "awarded", "“-1” is no amount"),
    (
        {"awarded": "640000.01", "payment": "640000.01"},
        "awarded",
        "What was awarded is 640000.01, but the formula on reported values gives 640000.",
    ),
    ({"target": ""}, "target", "The cell is empty. Measures pay in percent of a target."),
    ({"payout at most (%)": "-1"}, "payout at most (%)", "-1 is less than nothing."),
    ({"shares rounded": "up"}, "shares rounded", "This is said of shares and options alone."),
    ({"shares rounded": "off"}, "shares rounded", "“off” is not one of: down, half_up, up."),
    ({"measure": ""}, "measure", "The cell is empty. A measure has one."),
    ({"basis": ""}, "basis", "The cell is empty. A measure has one."),
    ({"basis": "x"}, "basis", "“x” is not one of: financial, market, operating, individual."),
    ({"weight": "x"}, "weight", NO_NUMBER),
    ({"weight": ""}, "weight", "The cell is empty. A measure has one."),
    ({"reported": "1e9"}, "reported", "“1e9” is no number; write it as 96.5."),
    ({"reported": ""}, "reported", "The cell is empty. A measure has one."),
    ({"curve": ""}, "curve", "The cell is empty. A measure has one."),
    ({"curve": "80"}, "curve", "“80” is no curve; write a measure and its payout in percent for"),
    ({"curve": "nan:50"}, "curve", "“nan:50” is no curve"),
    ({"curve": "100:100, 80:50"}, "curve", "The curve is out of order: the measures have to"),
    ({"shape": "round"}, "shape", "“round” is not one of: linear, step."),
    ({"payment day": ""}, "payment day", "The cell is empty. A payment has one."),
    ({"payment": ""}, "payment", "The cell is empty. A payment has one."),
    ({"payment": "1.005"}, "payment", "1.005 has fractions of a cent; write whole cents."),
    ({"payment": "1"}, "payment", "The payments add up to 1, not to the 640000 awarded."),
    ({"payment stands": "late"}, "payment stands", "“late” is not one of: paid, unpaid, deferred."),
    ({"payment stands": ""}, "payment stands", "The cell is empty. A payment has one."),
    ({"unit now": "1"}, "unit now", "Only a deferred payment has this."),
    (
        {"payment stands": "deferred", "unit now": "1"},
        "unit at credit",
        "The cell is empty. A deferred payment has one.",
    ),
    ({"held": "1"}, "held", "This is said of shares and options alone."),
    ({"further terms": "[1]"}, "further terms", "Write it as names and values between braces, as"),
    ({"further terms": '{"payout": 1}'}, "further terms", "Write it as names and values between"),
    (
        {"further terms": '{"payout": {"gates": [{"key": "x"}]}}'},
        "further terms",
        "A measure, gate or modifier is not written as in the worked cases.",
    ),
    (
        {"further terms": '{"bonus": "1"}'},
        "further terms",
        "Nothing called “bonus” belongs to the award. (bonus)",
    ),
    (
        {"further terms": '{"payments": [{"date": "2025-03-01", "amount": "1.00"}]}'},
        "further terms",
        "What became of payment 2 is missing. (payments[1].status)",
    ),
    ({"payout at most (%)": "x"}, "payout at most (%)", NO_NUMBER),
]
BAD_SHARES = [
    ({"awarded": "5500.50"}, "awarded", "Shares and options are counted whole."),
    ({"shares rounded": ""}, "shares rounded", "The cell is empty. Say how the formula is"),
    ({"held": "1.5"}, "held", "1.5 is no whole number: shares and options are counted whole."),
    ({"held": "-1"}, "held", "-1 is less than nothing."),
    ({"held": "9000"}, "undelivered", "The settlement adds up to 9500, more than the 5500 awarded"),
    ({"valuation price": ""}, "valuation price", "The cell is empty. What is there is valued by"),
    ({"strike": "1"}, "strike", "This is not said of performance shares."),
    ({"payment": "1"}, "payment", "Shares and options have a settlement, and no payments."),
]
BAD_OPTIONS = [
    ({"strike": ""}, "strike", "The cell is empty. Options have an exercise price."),
    ({"held": "1"}, "held", "This is not said of options."),
]


@pytest.mark.parametrize(
    "change, column, sentence",
    [
        *((AWARD | change, *told) for change, *told in BAD),
        *((SHARES | change, *told) for change, *told in BAD_SHARES),
        *((OPTIONS | change, *told) for change, *told in BAD_OPTIONS),
    ],
)
def test_a_bad_cell_is_told_in_its_place(change, column, sentence, desk):
    found = refused(desk, change)
    place = f"Row 2, {column}" if column else "Row 2"
    assert any(at == place and said.startswith(sentence) for at, said in found), found


@pytest.mark.parametrize(
    "second, column, sentence",
    [
        ({"plan": "Another"}, "plan", "Row 2 says something else of this award."),
        ({"measure": "revenue"}, "measure", "Row 2 has this measure already."),
        ({"weight": ""}, "weight", "The cell is empty. A measure has one."),
    ],
)
def test_a_bad_second_row_is_told_in_its_place(second, column, sentence, desk):
    assert (f"Row 3, {column}", sentence) in refused(desk, HALVES, REST | second)


def test_a_second_row_that_adds_nothing_is_refused(desk):
    bare = {name: AWARD[name] for name in ("officer", "award")}
    assert refused(desk, AWARD, bare) == [
        ("Row 3", "The row adds neither a measure nor a payment.")
    ]


def test_the_curve_of_a_later_row_is_refused_in_that_row(desk):
    found = refused(desk, HALVES, REST | {"curve": "100:100, 80:50"})
    assert [place for place, _ in found] == ["Row 3, curve"]


def test_measures_without_any_weight_are_refused(desk):
    found = refused(desk, HALVES | {"weight": "0"}, REST | {"weight": "0"})
    assert found == [("Row 2, weight", "The measures have no weight at all.")]


def test_one_award_that_is_refused_keeps_out_all_others(desk):
    page = send(desk, AWARD, SHARES | {"held": "9000"})
    assert kinds(page) == ["new", "refused"]
    confirm(desk, page)
    assert not Award.objects.exists()


@pytest.mark.parametrize(
    "change, column",
    [
        ({"plan": "Another"}, "plan"),
        ({"awarded": "1.00"}, "awarded"),
        ({"payout at most (%)": "150"}, "payout at most (%)"),
        ({"reported": "113"}, "reported"),
        ({"shape": "step"}, "shape"),
        ({"payment": "1.00"}, "payment"),
        ({"plan forbids recovery": "yes"}, "plan forbids recovery"),
    ],
)
def test_a_table_does_not_rewrite_the_register(change, column, desk):
    enter(desk, AWARD)
    assert refused(desk, AWARD | change) == [(f"Row 2, {column}", award_sheet.RECORDED)]


def test_more_or_fewer_measures_than_the_register_has_are_refused(desk):
    enter(desk, HALVES, REST)
    assert refused(desk, HALVES)[0] == (
        "Row 2, measure",
        "The register has 1 more of these for the award.",
    )
    third = REST | {"measure": "growth"}
    assert ("Row 4, measure", award_sheet.RECORDED) in refused(desk, HALVES, REST, third)


def test_ones_own_award_is_refused_and_exported_to_others_alone(desk, cast, client):
    chair = cast["compensation_chair"]
    own = AWARD | {"officer": chair.person.name}
    assert refused(desk, own) == [("Row 2, officer", "Nobody enters an award of their own.")]
    factory.bonus(chair.person, year=2023)
    # That there is one already is told to nobody whose it is.
    assert refused(desk, own) == [("Row 2, officer", "Nobody enters an award of their own.")]
    assert chair.person.name.encode() not in desk.get("/clawback/awards/export.csv").content
    client.force_login(cast["lead_director"])
    assert chair.person.name.encode() in client.get("/clawback/awards/export.csv").content


def test_two_officers_of_one_name_are_not_guessed_at(desk, officer):
    AppointmentFactory(person=PersonFactory(given_name="Ada", family_name="Example"))
    sentence = "2 officers are called Ada Example: enter it on its form."
    assert refused(desk, AWARD) == [("Row 2, officer", sentence)]


# --- Files, doors and confirmations --------------------------------------------------------


@pytest.mark.parametrize(
    "name, data, sentence",
    [
        ("awards.pdf", b"%PDF", "Choose a file that ends in .xlsx or .csv."),
        ("awards.xlsx", b"officer", "The file is no Excel workbook, whatever its name says."),
        ("awards.csv", b"\xff\xfe", "The file is no text in UTF-8."),
        ("awards.csv", b"officer,award", "The column “plan” is missing."),
        ("awards.csv", as_csv([AwardSheet.headings()]), "The file has headings, and no row below"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_a_sentence(name, data, sentence, desk):
    page = upload(desk, data, name)
    assert sentence in said(page) and "Nothing was written" in said(page)
    assert page.context["outcome"] is None


def test_too_many_rows_or_awards_are_refused_at_once(desk):
    page = send(desk, *[AWARD] * (AwardSheet.most_rows + 1))
    assert "The file has more than 300 rows. Import it in parts." in said(page)
    page = send(desk, *[AWARD | {"award": str(one)} for one in range(MOST_AWARDS + 1)])
    assert f"The file has more than {MOST_AWARDS} awards. Import it in parts." in said(page)
    assert not Award.objects.exists()


def test_a_hundred_awards_are_looked_at_in_time(desk):
    page = send(desk, *[AWARD | {"award": f"Bonus {one}"} for one in range(MOST_AWARDS)])
    assert page.context["outcome"].count("new") == MOST_AWARDS


def test_no_file_and_an_empty_one_are_asked_for(desk):
    assert "Choose a file." in said(desk.post(PAGE))
    assert "The file is empty." in said(upload(desk, b""))


def test_a_formula_is_neither_read_nor_written(desk, officer):
    assert refused(desk, AWARD | {"plan": "=1+1"}) == [
        ("Row 2, plan", "The cell holds a formula. Write its value.")
    ]
    for sign in "=+-@":
        factory.bonus(officer, year=2023, name=f"{sign}1+1")
    export = desk.get("/clawback/awards/export.csv").content
    names = {row["award"] for row in csv.DictReader(io.StringIO(export.decode("utf-8-sig")))}
    assert names == {f"'{sign}1+1" for sign in "=+-@"}
    assert {line.cells["award"] for line in read("x.csv", export, AwardSheet.headings())} == {
        f"{sign}1+1" for sign in "=+-@"
    }


@pytest.mark.parametrize("name", EVERYBODY)
def test_the_doors_are_those_of_the_register(name, cast, client):
    client.force_login(cast[name])
    expected = 200 if name in CIRCLE else 404
    for path in ("import/", "template.csv", "template.xlsx", "export.csv", "export.xlsx"):
        assert client.get(f"/clawback/awards/{path}").status_code == expected, path
    table = SimpleUploadedFile("awards.csv", as_csv(grid(AwardSheet, AWARD)))
    assert client.post(PAGE, {"table": table}).status_code == expected
    assert client.get("/clawback/awards/export.pdf").status_code == 404


def test_a_preview_is_confirmed_by_whoever_saw_it_and_as_it_was(desk, cast, client):
    page = send(desk, AWARD)
    shown = page.context
    sent = {"rows": shown["rows"], "digest": shown["outcome"].digest, "name": "awards.csv"}
    client.force_login(cast["lead_director"])
    assert client.post(PAGE, sent).url == PAGE
    assert not Award.objects.exists()
    client.force_login(cast["compensation_chair"])
    assert not Award.objects.exists()
    answer = client.post(PAGE, sent | {"digest": "another"})
    assert "The register has changed since you looked." in said(answer)
    assert not Award.objects.exists()
    assert client.post(PAGE, sent).status_code == 302
    # Pressed twice: the second time nothing is left to enter.
    assert "has changed since you looked" in said(client.post(PAGE, sent))
    assert Award.objects.count() == 1


def test_the_export_asks_as_much_for_many_awards_as_for_one(desk, officer):
    counts = []
    for year in range(2015, 2023):
        factory.bonus(officer, year=year)
        with CaptureQueriesContext(connection) as queries:
            desk.get("/clawback/awards/export.csv")
        counts.append(len(queries))
    assert len(set(counts[1:])) == 1
