"""A year of regular meetings is planned in one step from the fiscal calendar (G-MTG-01)."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.board.models import Commitment, EngagementDay
from governance.committees.models import Committee
from governance.meetings import operations, series
from governance.meetings.models import Meeting
from governance.records.models import Entry, FiscalQuarter, FiscalYear
from governance.refusals import Refused
from tests.factories.cast import EVERYBODY

pytestmark = pytest.mark.django_db
ADDRESS = "/meetings/plan/"
# The days that are proposed for the year below: Wednesdays, two weeks before each quarter ends.
DAYS = {"q1": "2027-04-14", "q2": "2027-07-14", "q3": "2027-10-13", "q4": "2028-01-12"}


@pytest.fixture
def year(company):
    """Fiscal 2027 of thirteen weeks a quarter: 1 February 2027 to 30 January 2028."""
    start = date(2027, 2, 1)
    row = FiscalYear.objects.create(label="2027", start=start, end=start + timedelta(days=363))
    for number in range(4):
        begins = start + timedelta(days=91 * number)
        FiscalQuarter.objects.create(
            year=row, number=number + 1, start=begins, end=begins + timedelta(days=90)
        )
    return row


@pytest.fixture
def rule(year):
    return {"year": year.pk, "days": 14, "weekday": 2, "hour": "09:00", "minutes": 240} | {
        "body": "",
        "place": "The invented boardroom",
        "dial_in": "",
    }


@pytest.fixture
def desk(cast, client):
    client.force_login(cast["secretary"])
    return client


def asked(rule, **facts):
    told = {**rule, **facts}
    return ADDRESS + "?" + "&".join(f"{name}={value}" for name, value in told.items())


def hour_of(day, company, at=time(9)):
    return datetime.combine(day, at, tzinfo=company.zone)


def plan(cast, year, hours, now, by="secretary", **facts):
    told = {"committee": None, "minutes": 240, "place": "Here", "dial_in": "", **facts}
    return series.plan_series(year=year, hours=hours, by=cast[by], at=now, **told)


@pytest.mark.parametrize(
    "days, weekday, expected",
    [
        (0, 6, date(2027, 5, 2)),  # the last day of the quarter is a Sunday
        (0, 0, date(2027, 4, 26)),
        (14, 6, date(2027, 4, 18)),
        (75, 0, date(2027, 2, 15)),
    ],
)
def test_a_day_is_counted_back_from_the_end_of_the_stored_quarter(year, days, weekday, expected):
    quarter = year.quarters.get(number=1)
    assert series.proposed_day(quarter, days, weekday) == expected
    assert quarter.start <= expected <= quarter.end


def test_a_year_is_proposed_looked_over_and_planned(rule, desk, company):
    page = desk.get(asked(rule)).content.decode()
    assert [day for day in DAYS.values() if f'value="{day}"' not in page] == []
    assert not Meeting.objects.exists()
    answer = desk.post(asked(rule), {**DAYS, "q2": "2027-07-20", "plan": "yes"})
    assert answer.status_code == 302
    drafts = list(Meeting.objects.order_by("starts_at"))
    days = [f"{company.day_of(one.starts_at)}" for one in drafts]
    assert days == [*({**DAYS, "q2": "2027-07-20"}.values())]
    assert {(one.state, one.kind) for one in drafts} == {("draft", "regular")}
    assert [one.name for one in drafts] == [f"Q{n} Board meeting" for n in (1, 2, 3, 4)]
    # The clock changes between them, and the hour stays.
    assert {f"{one.starts_at.astimezone(company.zone):%H:%M}" for one in drafts} == {"09:00"}
    for one in drafts:
        assert one.items.get().title == "Business and finance update"
        assert Entry.objects.get(subject_id=one.pk).move == "create"


def test_a_quarter_that_has_its_meeting_is_left_alone(rule, year, cast, desk, now, company):
    plan(cast, year, [hour_of(date(2027, 7, 7), company)], now)
    page = desk.get(asked(rule)).content.decode()
    assert "On the calendar: Q2 Board meeting, Wed 7 Jul 2027" in page
    assert f'value="{DAYS["q2"]}"' not in page and f'value="{DAYS["q3"]}"' in page
    chosen = {name: day for name, day in DAYS.items() if name != "q2"}
    assert desk.post(asked(rule), {**chosen, "q2": "", "plan": "yes"}).status_code == 302
    assert Meeting.objects.count() == 4


def test_clashes_with_engagements_are_named_and_nothing_else_of_them(rule, cast, desk):
    on = Commitment.objects.create(
        person=cast["director"].person,
        organisation="Invented Rival, Inc.",
        role="Trustee",
        since=date(2020, 1, 1),
    )
    EngagementDay.objects.create(commitment=on, day=date(2027, 4, 14))
    EngagementDay.objects.create(commitment=on, day=date(2027, 7, 21))
    page = desk.get(asked(rule)).content.decode()
    assert page.count("Director Example is taken") == 1 and "Rival" not in page
    looked = desk.post(asked(rule), {**DAYS, "q2": "2027-07-21", "look": "yes"}).content.decode()
    assert looked.count("Director Example is taken") == 2
    outside = desk.post(asked(rule), {**DAYS, "q1": "2027-07-01", "look": "yes"}).content.decode()
    assert "Not in this quarter" in outside and "is taken" not in outside
    assert not Meeting.objects.exists()
    # Of a committee only its members count.
    audit = cast["audit_chair"].person.seats.get().committee_id
    assert "is taken" not in desk.get(asked(rule, body=audit)).content.decode()


def test_what_the_reader_may_not_know_of_is_no_clash(cast):
    on = Commitment.objects.create(
        person=cast["director"].person, organisation="Own", role="Own", since=date(2020, 1, 1)
    )
    day = date(2027, 4, 14)
    EngagementDay.objects.create(commitment=on, day=day)
    people = [cast["director"].person]
    assert series.clashes(people, [day], reader=cast["chair"]) == {}
    assert series.clashes(people, [day], reader=cast["secretary"]) == {day: ["Director Example"]}


def test_all_are_planned_or_none(rule, year, cast, desk, now, company):
    ahead = hour_of(date(2027, 4, 14), company)
    with pytest.raises(Refused, match="1 January 2020: A meeting is called for an hour that lies"):
        plan(cast, year, [ahead, hour_of(date(2020, 1, 1), company)], now)
    with pytest.raises(Refused, match="at most three years ahead"):
        plan(cast, year, [ahead, hour_of(date(2099, 1, 1), company)], now)
    with pytest.raises(Refused, match="planned for that hour already"):
        plan(cast, year, [ahead, ahead], now)
    with pytest.raises(Refused, match="at least one meeting"):
        plan(cast, year, [], now)
    for name in ("director", "manager", "outsider"):
        with pytest.raises(Refused, match="You may not do that"):
            plan(cast, year, [ahead], now, by=name)
    assert not Meeting.objects.exists()
    refused = desk.post(asked(rule), {**DAYS, "q4": "2020-01-01", "plan": "yes"}).content.decode()
    assert "hour that lies ahead. Nothing was planned." in refused
    nothing = desk.post(asked(rule), {"plan": "yes", "q1": ""}).content.decode()
    assert "at least one meeting" in nothing
    assert not Meeting.objects.exists()


def test_a_year_is_planned_once_however_often_it_is_sent(rule, desk):
    assert desk.post(asked(rule), {**DAYS, "plan": "yes"}).status_code == 302
    again = desk.post(asked(rule), {**DAYS, "plan": "yes"}).content.decode()
    assert "a meeting is planned for that hour already" in again
    assert Meeting.objects.count() == 4


def test_an_hour_that_was_called_off_can_be_planned_again(year, cast, now, company):
    hours = [hour_of(date(2027, 4, 14), company)]
    [first] = plan(cast, year, hours, now)
    operations.cancel(first, by=cast["secretary"], at=now, why="Another day")
    [second] = plan(cast, year, hours, now)
    assert second.state == "draft"


def test_a_committee_is_planned_for_and_none_that_is_not_there(rule, year, cast, desk, now):
    audit = Committee.objects.get(kind="audit")
    assert desk.post(asked(rule, body=audit.pk), {**DAYS, "plan": "yes"}).status_code == 302
    assert set(Meeting.objects.values_list("committee", flat=True)) == {audit.pk}
    assert not Meeting.objects.filter(items__isnull=False).exists()


def test_an_hour_that_the_clock_skips_is_refused(rule, desk):
    sent = {**DAYS, "q1": "2027-03-14", "plan": "yes"}
    page = desk.post(asked(rule, hour="02:30"), sent)
    assert page.status_code == 200 and not Meeting.objects.exists()
    assert "interpreted in time zone" in page.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [{"year": "x"}, {"days": 76}, {"weekday": 7}, {"hour": "25:00"}, {"minutes": 0}, {"body": "x"}],
)
def test_a_rule_that_is_none_is_refused_by_its_field(wrong, rule, desk):
    page = desk.get(asked(rule, **wrong))
    assert page.status_code == 200 and "Plan them" not in page.content.decode()


def test_a_year_without_quarters_says_so(rule, desk):
    FiscalQuarter.objects.all().delete()
    assert "not entered yet" in desk.get(asked(rule)).content.decode()


@pytest.mark.parametrize("name", EVERYBODY)
def test_only_the_corporate_secretary_plans(name, rule, cast, client):
    client.force_login(cast[name])
    expected = 200 if name == "secretary" else 404
    assert client.get(asked(rule)).status_code == expected
    if expected == 404:
        assert client.post(asked(rule), {**DAYS, "plan": "yes"}).status_code == 404
        assert ADDRESS not in client.get("/meetings/").content.decode()
        assert not Meeting.objects.exists()


def test_clashes_are_read_at_once(rule, cast, desk):
    def count():
        with CaptureQueriesContext(connection) as asked_of_it:
            desk.get(asked(rule))
        return len(asked_of_it)

    count()
    before = count()
    for name in ("director", "audit_chair", "chair"):
        on = Commitment.objects.create(
            person=cast[name].person, organisation="Own", role="Own", since=date(2020, 1, 1)
        )
        for day in DAYS.values():
            EngagementDay.objects.create(commitment=on, day=day)
    assert count() == before
