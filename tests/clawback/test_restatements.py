"""Restatements: who records them, what is refused, whom they ask, what an amendment leaves."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from clawback.awards import amend_award
from clawback.models import RestatedMeasure, RestatedPeriod, Restatement
from clawback.restating import amend_restatement, record_restatement
from governance.committees.models import Kind
from governance.notices.models import Notice
from governance.refusals import Refused
from tests.factories import clawback as factory
from tests.factories.cast import DIRECTORS, EVERYBODY, SEATS
from tests.factories.people import AppointmentFactory

pytestmark = pytest.mark.django_db
OFFICE = {"secretary", "assistant_secretary", "general_counsel"}
RECORDERS = {*SEATS[Kind.AUDIT], *OFFICE}
READERS = {*DIRECTORS, *OFFICE}


def period(year=2024, **told):
    return {
        "label": str(year),
        "kind": "year",
        "start": date(year, 1, 1),
        "end": date(year, 12, 31),
        "first_filed_on": date(year + 1, 2, 21),
    } | told


def measure(year=2024, **told):
    facts = {"period": str(year), "key": "revenue", "reported": Decimal(112)}
    return facts | {"restated": Decimal(93)} | told


def record(cast, now, by="secretary", **told):
    facts = {
        "title": "Restatement of fiscal 2024",
        "kind": "big_r",
        "concluded_on": date(2026, 3, 16),
        "periods": [period()],
        "measures": [measure()],
    }
    return record_restatement(**facts | told, by=cast[by], at=now)


def written():
    """Everything that a restatement consists of, and every letter."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Restatement, RestatedPeriod, RestatedMeasure, Notice)
    ]


def refused(do, *args, **told):
    """The refusal, which has written nothing."""
    before = written()
    with pytest.raises(Refused) as no:
        do(*args, **told)
    assert written() == before
    assert no.value.sentence.endswith(".")
    return no.value


# --- Who (C-TRG-01) --------------------------------------------------------------------------


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_audit_committee_and_the_secretarys_office_record(who, cast, now):
    if who in RECORDERS:
        row = record(cast, now, by=who)
        assert (row.recorded_by, row.recorded_at) == (cast[who], now)
    else:
        no = refused(record, cast, now, by=who)
        assert (no.provision, no.code) == ("C-TRG-01", "not_yours")


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_same_people_amend(who, cast, now):
    row = record(cast, now)
    filed = {"concluded_on": row.concluded_on, "restated_filed_on": date(2026, 5, 6)}
    # The general counsel was an officer in 2024: it could be about their own pay.
    if who in RECORDERS - {"general_counsel"}:
        amended = amend_restatement(row, by=cast[who], at=now, **filed)
        assert amended.restated_filed_on == date(2026, 5, 6)
    else:
        assert refused(amend_restatement, row, by=cast[who], at=now, **filed).code == "not_yours"


@pytest.mark.parametrize(
    "since, until, awarded, may",
    [
        (date(2024, 12, 31), None, False, False),
        (date(2020, 1, 1), date(2024, 1, 2), False, False),
        # `until` is the first day on which it held no more.
        (date(2020, 1, 1), date(2024, 1, 1), False, True),
        (date(2025, 1, 1), None, False, True),
        (date(2020, 1, 1), date(2024, 1, 1), True, False),
    ],
)
def test_whoever_it_could_be_about_changes_neither_its_figures_nor_an_award(
    since, until, awarded, may, cast, now
):
    """An officer in a restated period, or with an award for it; no case is asked for."""
    row, who = record(cast, now), cast["audit_member"]
    other = factory.bonus(cast["chief_financial_officer"].person, year=2024)
    earlier = factory.bonus(cast["chief_financial_officer"].person, year=2022)
    office = {"person": who.person, "office": "executive_officer"}
    AppointmentFactory(**office, since=since, until=until)
    if awarded:
        factory.bonus(who.person, year=2024)
    figures = {
        "concluded_on": row.concluded_on,
        "measures": [measure(restated=Decimal(111))],
    }
    if may:
        amend_restatement(row, by=who, at=now, **figures)
        amend_award(other, plan="Another invented plan", why="A slip.", by=who, at=now)
    else:
        assert refused(amend_restatement, row, by=who, at=now, **figures).code == "not_yours"
        assert (
            refused(amend_award, other, plan="Another", why="A slip.", by=who, at=now).code
            == "not_yours"
        )
        refused(amend_award, earlier, period_end=date(2024, 1, 1), why="A slip.", by=who, at=now)
    # Of other times, and in another's hands, they are amended as ever.
    amend_award(earlier, plan="Another invented plan", why="A slip.", by=who, at=now)
    amend_award(other, plan="One more", why="A slip.", by=cast["compensation_chair"], at=now)


def test_what_is_recorded_is_kept(cast, now):
    row = record(
        cast,
        now,
        title=" Restatement of two years ",
        summary="Revenue was recognised before delivery.",
        ordered_on=date(2026, 2, 2),
        announced_on=date(2026, 3, 18),
        periods=[period(2023), period()],
        measures=[measure(2023), measure(), measure(key="earnings per share")],
    )
    row.refresh_from_db()
    assert row.title == "Restatement of two years"
    # The earlier of the conclusion and the order (L-26).
    assert row.trigger_day == date(2026, 2, 2)
    assert [one.label for one in row.periods.all()] == ["2023", "2024"]
    assert RestatedMeasure.objects.filter(period__restatement=row).count() == 3


def test_an_order_alone_is_a_day(cast, now):
    row = record(cast, now, concluded_on=None, ordered_on=date(2026, 2, 2))
    assert row.trigger_day == date(2026, 2, 2)


# --- What is refused ---------------------------------------------------------------------------

NEXT = date(2025, 1, 1)
BAD = {
    "no title": {"title": "  "},
    "no such kind": {"kind": "huge_r"},
    "no periods": {"periods": []},
    "no day": {"concluded_on": None},
    "concluded before the filing": {"concluded_on": date(2025, 2, 20)},
    "ordered before the filing": {"ordered_on": date(2025, 2, 20)},
    "announced before the filing": {"announced_on": date(2025, 2, 20)},
    "filed anew before the filing": {"restated_filed_on": date(2025, 2, 20)},
    "a day of another age": {"concluded_on": date(1026, 3, 16)},
    "a period that ends first": {"periods": [period(end=date(2023, 12, 31))]},
    "a period of one day": {"periods": [period(end=date(2024, 1, 1))]},
    "a filing before the end": {"periods": [period(first_filed_on=date(2024, 12, 31))]},
    "a period of another age": {"periods": [period(start=date(1024, 1, 1))]},
    "periods that overlap": {"periods": [period(), period(2025, start=date(2024, 12, 31))]},
    "a period twice": {
        "periods": [period(), period(2025, label="2024", first_filed_on=date(2026, 2, 20))]
    },
    "a period without a name": {"periods": [period(label=" ")], "measures": []},
    "a later period that was never filed": {
        "periods": [period(), period(2025, first_filed_on=date(2126, 2, 20))]
    },
    "a measure of no period": {"measures": [measure(2023)]},
    "a measure without a name": {"measures": [measure(key=" ")]},
    "a measure twice": {"measures": [measure(), measure(restated=Decimal(90))]},
    "filed anew before it was concluded": {"restated_filed_on": date(2026, 3, 15)},
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_is_refused_and_nothing_is_written(name, cast, now):
    refused(record, cast, now, **BAD[name])


@pytest.mark.parametrize(
    "name", ["concluded_on", "ordered_on", "announced_on", "restated_filed_on", "first_issued_on"]
)
def test_no_day_of_it_is_ahead(name, cast, now):
    tomorrow = now.date() + timedelta(days=1)
    assert "that is ahead" in refused(record, cast, now, **{name: tomorrow}).sentence
    assert record(cast, now, restated_filed_on=now.date()).restated_filed_on == now.date()


def test_a_title_is_given_once(cast, now):
    record(cast, now)
    assert "already" in refused(record, cast, now).sentence


# --- Whom it asks (C-PUR-01) -------------------------------------------------------------------


def told():
    return list(Notice.objects.filter(kind="restatement_recorded").values_list("reader", flat=True))


@pytest.mark.parametrize("kind", ["big_r", "little_r"])
def test_the_committees_chair_is_asked_once_and_nobody_else(kind, cast, now):
    row = record(cast, now, kind=kind)
    assert told() == [cast["compensation_chair"].pk]
    amend_restatement(
        row, by=cast["secretary"], at=now, restated_filed_on=now.date(), periods=[period(2023)]
    )
    assert told() == [cast["compensation_chair"].pk]
    assert Notice.objects.count() == 1


def test_out_of_period_nobody_is_asked(cast, now):
    row = record(cast, now, kind="out_of_period")
    assert not row.asks_for_a_case and not Notice.objects.exists()


def test_the_letter_says_nothing_of_what_it_is_about(cast, now):
    record(cast, now)
    letter = Notice.objects.get()
    assert "Restatement" not in f"{letter}" and letter.subject_id


# --- What comes later --------------------------------------------------------------------------


def test_an_amended_filing_does_not_start_the_three_years_again(cast, now):
    row = record(cast, now)
    before = RestatedPeriod.objects.values().get()
    amend_restatement(row, by=cast["secretary"], at=now, restated_filed_on=date(2026, 5, 6))
    assert RestatedPeriod.objects.values().get() == before
    # Nor may the same period be given once more, filed on another day.
    again = [period(first_filed_on=date(2026, 5, 6))]
    refused(amend_restatement, row, by=cast["secretary"], at=now, periods=again)
    assert RestatedPeriod.objects.values().get() == before


def test_further_periods_and_figures_are_added(cast, now):
    row = record(cast, now)
    amend_restatement(
        row,
        by=cast["audit_chair"],
        at=now,
        periods=[period(2023)],
        measures=[measure(2023), measure(restated=Decimal("91.5"))],
    )
    figures = RestatedMeasure.objects.order_by("period__start")
    assert list(figures.values_list("period__label", "restated")) == [
        ("2023", Decimal(93)),
        ("2024", Decimal("91.5")),
    ]


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": "out_of_period"},
        {"title": "Another name"},
        {"recorded_at": None},
        {"concluded_on": None},
        {"announced_on": date(2025, 2, 20)},
        {"restated_filed_on": date(2126, 2, 20)},
        {"periods": [period(2023, first_filed_on=date(2126, 4, 1))]},
        {"periods": [period(2025, start=date(2024, 6, 1))]},
        {"measures": [measure(2023)]},
        {"measures": [measure(), measure()]},
    ],
)
def test_an_amendment_that_cannot_be_is_refused(facts, cast, now):
    row = record(cast, now)
    refused(amend_restatement, row, by=cast["secretary"], at=now, **facts)


def test_the_database_keeps_what_was_recorded(cast, now):
    record(cast, now)
    for sql in (
        "DELETE FROM clawback_restatement",
        "UPDATE clawback_restatement SET concluded_on = NULL",
        'UPDATE clawback_restatedperiod SET "end" = start',
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


# --- The pages ---------------------------------------------------------------------------------

LIST, RECORD = "/clawback/restatements/", "/clawback/restatements/record/"


def as_(cast, who, client):
    client.force_login(cast[who])
    return client


def typed(**told):
    """What a browser sends: the rows that were left empty too, with what their lists show."""
    sent = {
        "title": "Restatement of fiscal 2024",
        "kind": "big_r",
        "concluded_on": "2026-03-16",
        "summary": "Revenue was booked early.",
    }
    for name, rows in (("periods", 3), ("measures", 4)):
        sent |= {f"{name}-TOTAL_FORMS": rows, f"{name}-INITIAL_FORMS": 0}
    for number in range(3):
        sent |= {f"periods-{number}-{name}": "" for name in period()}
        sent[f"periods-{number}-kind"] = "year"
    for number in range(4):
        sent |= {f"measures-{number}-{name}": "" for name in measure()}
    sent |= {f"periods-0-{name}": f"{value}" for name, value in period().items()}
    sent |= {f"measures-0-{name}": f"{value}" for name, value in measure().items()}
    return sent | told


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_doors_of_the_pages(who, cast, client, now):
    row = record(cast, now)
    as_(cast, who, client)
    expected = 200 if who in READERS else 404
    writes = 200 if who in RECORDERS else 403 if who in READERS else 404
    assert client.get(LIST).status_code == expected
    assert client.get(row.get_absolute_url()).status_code == expected
    assert client.get(RECORD).status_code == writes
    amends = 403 if who == "general_counsel" else writes
    assert client.get(f"{row.get_absolute_url()}amend/").status_code == amends
    if writes != 200:
        assert client.post(RECORD, typed(title="Another")).status_code == writes
        assert Restatement.objects.count() == 1


def test_a_restatement_is_recorded_by_its_page(cast, client, now):
    as_(cast, "audit_chair", client)
    answer = client.post(RECORD, typed(), follow=True)
    row = Restatement.objects.get()
    assert answer.redirect_chain == [(row.get_absolute_url(), 302)]
    page = answer.content.decode()
    assert "16 March 2026" in page and "21 February 2025" in page
    assert "an amended filing does not start the three years again" in page
    assert row.periods.count() == 1 and RestatedMeasure.objects.count() == 1


def test_round_figures_are_shown_as_they_are_written(cast, client, now):
    row = record(cast, now, measures=[measure(reported=Decimal(100), restated=Decimal("92.50"))])
    page = as_(cast, "director", client).get(row.get_absolute_url()).content.decode()
    assert ">100<" in page and ">92.5<" in page


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"concluded_on": "2025-02-20"}, "before the statements were first filed"),
        ({"concluded_on": "2126-03-16"}, "cannot be meant"),
        ({"concluded_on": "no day"}, "Enter a valid date"),
        ({"periods-0-end": "2023-12-31"}, "ends before it begins"),
        ({"measures-0-period": "2023"}, "No period is called 2023"),
        ({"measures-0-restated": "a lot"}, "Enter a number"),
        ({"measures-1-key": "half a row"}, "This field is required"),
    ],
)
def test_what_was_typed_is_kept_when_it_is_refused(told, says, cast, client):
    page = as_(cast, "audit_chair", client).post(RECORD, typed(**told)).content.decode()
    assert says in page
    assert "Revenue was booked early." in page and 'value="Restatement of fiscal 2024"' in page
    for value in (*told.values(), "2025-02-21", "112", "revenue"):
        assert f'value="{value}"' in page
    assert not any(written())


def test_what_came_later_is_added_by_its_page(cast, client, now):
    row = record(cast, now)
    address = f"{row.get_absolute_url()}amend/"
    as_(cast, "audit_chair", client)
    page = client.get(address).content.decode()
    assert 'value="2026-03-16"' in page and 'name="title"' not in page
    blank = {f"{name}-{there}_FORMS": 0 for name in ("periods", "measures") for there in WHICH}
    wrong = client.post(address, blank | {"concluded_on": "", "summary": "Kept"}).content.decode()
    assert "A day that was recorded is corrected, and not taken away." in wrong and "Kept" in wrong
    told = {"concluded_on": "2026-03-16", "restated_filed_on": "2026-05-06"}
    assert client.post(address, blank | told).status_code == 302
    row.refresh_from_db()
    assert row.restated_filed_on == date(2026, 5, 6)
    assert row.periods.get().first_filed_on == date(2025, 2, 21)


WHICH = ("TOTAL", "INITIAL")


def test_more_restatements_cost_no_more_queries(cast, client, now):
    as_(cast, "director", client)
    record(cast, now)

    def cost():
        client.get(LIST)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(LIST).content.decode()
        assert page.count('class="whole"') == Restatement.objects.count()
        return len(asked)

    before = cost()
    for number in range(8):
        record(cast, now, title=f"Invented restatement {number}")
    assert cost() == before


def test_the_pages_are_the_same_whether_a_case_exists(cast, client, now):
    row = factory.opened(cast, at=now).restatement
    other = record(cast, now, title=f"{row.title} anew")
    for who in ("director", "compensation_chair"):
        as_(cast, who, client)
        for page in (row.get_absolute_url(), other.get_absolute_url(), LIST):
            assert "/clawback/cases" not in content_of(client.get(page), "main")


def content_of(answer, tag):
    page = answer.content.decode()
    return page[page.index(f"<{tag}") : page.index(f"</{tag}>")]
