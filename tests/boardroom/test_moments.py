"""Moments: what the house says by the day, to whom, and for how long."""

from datetime import UTC, date, datetime, timedelta

import pytest
from celery import current_app
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.board import moments as board
from governance.board import reporting
from governance.board.models import Determination, Filing
from governance.committees.models import Kind
from governance.decisions import consents
from governance.decisions import moments as decisions
from governance.meetings import actions, operations, requests
from governance.meetings import moments as meetings
from governance.minutes import moments as minutes
from governance.minutes import operations as minuting
from governance.notices import kinds, moments, tasks, wishes
from governance.notices.models import Morning, Notice
from governance.notices.operations import Telling, tell_all
from governance.records.models import FiscalYear
from tests.factories import questionnaires
from tests.factories.board import AnnualMeetingFactory, DeterminationFactory, TermFactory
from tests.factories.cast import DIRECTORS, SEATS
from tests.factories.meetings import drafted, in_session, noticed, scheduled

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LEADERS = {"chair", "lead_director", "secretary"}


@pytest.fixture
def today(now):
    return now.date()


def heard(find, since, days, cast):
    """What one moment says on so many mornings: the day, the kind, and who hears it.

    It is asked twice each morning, and tells nobody twice.
    """
    names = {user.pk: name for name, user in cast.items()}
    told, before = [], set(Notice.objects.values_list("pk", flat=True))
    for number in range(days):
        for _ in range(2):
            tell_all(find(since + number * DAY))
        new = list(Notice.objects.exclude(pk__in=before))
        before |= {one.pk for one in new}
        for kind in sorted({one.kind for one in new}):
            readers = [names[one.reader_id] for one in new if one.kind == kind]
            assert len(readers) == len(set(readers))
            told.append((number, kind, set(readers)))
    return told


def days_of(told):
    return [(number, kind) for number, kind, _ in told]


def adjourned(cast, now, **facts):
    people = [cast[name].person for name in DIRECTORS]
    meeting = in_session(people, by=cast["secretary"], at=now, **facts)
    operations.add_item(meeting, title="Supply", by=cast["secretary"], at=now)
    return operations.adjourn(meeting, by=cast["chair"], at=now)


# --- Each of them ---------------------------------------------------------------------------------


def test_nt_ind_a_determination_that_runs_out(cast, today):
    person = cast["director"].person
    row = Determination.objects.filter(person=person).latest("determined_on")
    others = Determination.objects.exclude(person=person).values_list("pk", flat=True)
    found = heard(
        lambda on: [
            one for one in board.determinations_expiring(on) if one.subject.pk not in {*others}
        ],
        row.expires_on - 61 * DAY,
        72,
        cast,
    )
    kinds_told = [(row.expires_on - 61 * DAY + number * DAY, kind) for number, kind, _ in found]
    for left in (60, 30, 7):
        assert (row.expires_on - left * DAY, "determination_due") in kinds_told
    assert (row.expires_on + DAY, "determination_late") in kinds_told
    assert (row.expires_on + 8 * DAY, "determination_late") in kinds_told
    concerned = {"director", "secretary", *SEATS[Kind.NOMINATING]}
    assert {name for _, kind, who in found if kind == "determination_due" for name in who} == (
        concerned
    )
    late = [who for _, kind, who in found if kind == "determination_late"]
    assert all(who == concerned | LEADERS for who in late)


def test_g_coi_01_questions_that_nobody_answers(cast, now, today):
    row = questionnaires.sent(cast["director"].person, by=cast["secretary"], at=now)
    told = heard(board.questionnaires_due, today, 46, cast)
    assert days_of(told) == [
        (16, "questionnaire_due"),
        (23, "questionnaire_due"),
        (29, "questionnaire_due"),
        (31, "questionnaire_late"),
        (38, "questionnaire_late"),
        (45, "questionnaire_late"),
    ]
    assert all(who == {"director"} for _, kind, who in told if kind == "questionnaire_due")
    assert all(who == LEADERS | {"director"} for _, kind, who in told[3:])
    questionnaires.nothing_new(row, at=now)
    row.refresh_from_db()
    questionnaires.sign(row, at=now)
    assert heard(board.questionnaires_due, today + 46 * DAY, 30, cast) == []


def test_a_term_that_ends_with_the_next_annual_meeting(cast, today):
    meets = AnnualMeetingFactory(year=(today + 61 * DAY).year, day=today + 61 * DAY)
    seat = cast["director"].person.directorships.get()
    since = date(meets.year - 3, meets.day.month, meets.day.day - 1)
    seat.terms.all().delete()
    TermFactory(directorship=seat, since=max(since, seat.since), ends_in=meets.year)
    told = heard(board.terms_ending, today, 70, cast)
    assert [number for number, _ in days_of(told)] == [1, 47, 54, 60]
    assert {name for _, _, who in told for name in who} == {
        "director",
        "nominating_chair",
        "secretary",
    }
    meets.held = True
    meets.save()
    Notice.objects.all().delete()
    assert heard(board.terms_ending, today, 70, cast) == []


def test_nt_fil_what_is_to_be_filed(cast, today):
    row = Filing.objects.create(
        item="5.02",
        about="An invented change",
        source=cast["director"].pk,
        occurrence="1",
        event_on=today,
        due_on=today + 4 * DAY,
    )
    told = heard(board.filings_due, today, 14, cast)
    assert days_of(told) == [(3, "filing_soon"), (5, "filing_late"), (12, "filing_late")]
    assert told[0][2] == {"secretary", "general_counsel"}
    assert told[1][2] == LEADERS | {"general_counsel"}
    Filing.objects.filter(pk=row.pk).update(settled_on=today, needed=False, told="Invented.")
    assert heard(board.filings_due, today + 14 * DAY, 14, cast) == []


def test_g_mtg_01_a_quarter_without_a_meeting(cast, now, today):
    end = today + 50 * DAY
    year = FiscalYear.objects.create(label="Invented", start=end - 80 * DAY, end=end)
    year.quarters.create(number=1, start=year.start, end=end)
    told = heard(meetings.quarters_without_a_meeting, today, 60, cast)
    assert days_of(told) == [(number, "quarter_unplanned") for number in (5, 36, 43, 49)]
    assert all(who == LEADERS for _, _, who in told)
    drafted(by=cast["secretary"], at=now, hours=24 * 20)
    Notice.objects.all().delete()
    assert heard(meetings.quarters_without_a_meeting, today, 19, cast) == []


def test_g_mtg_01_a_quarter_that_went_by_is_late_until_the_board_meets(cast, now, today):
    adjourned(cast, now - 100 * DAY)
    end = today - DAY
    year = FiscalYear.objects.create(label="Invented", start=end - 80 * DAY, end=end)
    year.quarters.create(number=1, start=year.start, end=end)
    told = heard(meetings.quarters_without_a_meeting, today, 10, cast)
    assert days_of(told) == [(0, "quarter_missed"), (7, "quarter_missed")]
    assert all(who == LEADERS for _, _, who in told)
    adjourned(cast, now)
    assert heard(meetings.quarters_without_a_meeting, today + 10 * DAY, 10, cast) == []


def test_m_01_the_notice_of_a_meeting_is_to_be_given(cast, now, today):
    meeting = scheduled(by=cast["secretary"], at=now, kind="special", hours=24 * 20)
    last = (meeting.starts_at - 24 * timedelta(hours=1)).astimezone(now.tzinfo).date()
    told = heard(meetings.notices_to_give, today, 30, cast)
    assert [today + number * DAY for number, _ in days_of(told)] == [
        last - 14 * DAY,
        last - 7 * DAY,
        last - DAY,
    ]
    assert all(who == {"secretary"} for _, _, who in told)
    Notice.objects.all().delete()
    operations.give_notice(meeting, by=cast["secretary"], at=now)
    Notice.objects.all().delete()
    assert heard(meetings.notices_to_give, today, 30, cast) == []


def test_m_05_minutes_wait_for_a_comment_and_to_be_approved(cast, now, today):
    by = {"by": cast["secretary"], "at": now}
    taken = minuting.draft(adjourned(cast, now), **by)
    words = {part.key: "Noted." for part in taken.current.read_parts if part.item}
    taken = minuting.write(taken, words=words, base=taken.edition, **by)
    assert heard(minutes.minutes_to_comment, today, 20, cast) == []
    taken = minuting.circulate(taken, base=taken.edition, **by)
    part = next(one.key for one in taken.current.read_parts if one.item)
    minuting.comment(taken, part=part, text="Good.", by=cast["director"], at=now)
    told = heard(minutes.minutes_to_comment, today, 40, cast)
    assert days_of(told) == [(7, "minutes_wait"), (13, "minutes_wait")]
    assert all(who == set(DIRECTORS) - {"director"} for _, _, who in told)
    assert heard(minutes.minutes_to_approve, today, 20, cast) == []
    noticed(by=cast["secretary"], at=now, hours=24 * 20)
    told = heard(minutes.minutes_to_approve, today, 40, cast)
    assert [kind for _, kind in days_of(told)] == ["minutes_to_approve"] * 3
    assert all(who == {"chair", "secretary"} for _, _, who in told)


def test_g_ind_02_a_change_that_nobody_determines_about(cast, now, today):
    person = cast["director"].person
    reporting.report_change(person=person, text="An invented change.", by=cast["director"], at=now)
    told = heard(board.changes_undetermined, today, 46, cast)
    assert days_of(told) == [(31, "change_late"), (38, "change_late"), (45, "change_late")]
    assert all(who == LEADERS | {"director", *SEATS[Kind.NOMINATING]} for _, _, who in told)
    DeterminationFactory(person=person, determined_on=today, made_at=now + DAY)
    assert heard(board.changes_undetermined, today + 46 * DAY, 10, cast) == []


@pytest.mark.parametrize("about_management", [False, True])
def test_nt_req_a_request_that_nobody_answers(cast, now, today, about_management):
    meeting = noticed(by=cast["secretary"], at=now, hours=24 * 20)
    row = requests.submit_request(
        title="An invented port",
        meeting=meeting,
        concerns_management=about_management,
        by=cast["lead_director"],
        at=now,
    )
    told = heard(meetings.requests_unanswered, today, 30, cast)
    locks = (meeting.starts_at - 72 * timedelta(hours=1)).astimezone(now.tzinfo).date()
    days = [today + number * DAY for number, _, _ in told]
    assert days == [locks - 7 * DAY, locks - DAY]
    expected = {"chair"} if about_management else {"chair", "secretary"}
    assert all(who == expected for _, _, who in told), "who asked is not reminded"
    letters = Notice.objects.filter(subject_id=row.pk).visible_to(cast["secretary"])
    assert letters.exists() is not about_management, "the office learns of it from no list"
    requests.decline(row, why="It needs a paper first.", by=cast["chair"], at=now)
    Notice.objects.all().delete()
    assert heard(meetings.requests_unanswered, today, 30, cast) == []


def test_nt_cons_whoever_has_neither_signed_nor_objected(cast, now, today):
    by = {"by": cast["secretary"], "at": now}
    drafted_one = consents.draft_consent(
        committee=None, title="A lease", text="RESOLVED, invented.", **by
    )
    consent = consents.circulate(drafted_one, **by)
    consents.sign(consent, by=cast["director"], at=now, digest=consent.digest, method="password")
    Notice.objects.all().delete()
    told = heard(decisions.consents_unsigned, today, 8, cast)
    assert days_of(told) == [(3, "consent_waits"), (6, "consent_waits")]
    assert all(who == set(DIRECTORS) - {"director"} for _, _, who in told)


# --- The morning ----------------------------------------------------------------------------------


def action(cast, now, owner="director", days=1):
    meeting = in_session(
        [cast[name].person for name in DIRECTORS], by=cast["secretary"], at=now, kind="special"
    )
    due_on, owner = now.date() + days * DAY, cast[owner].person
    return actions.enter_action(
        meeting, what="A quote", owner=owner, due_on=due_on, by=cast["secretary"], at=now
    )


def at(company, day, hour, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=company.zone)


def test_the_day_is_told_once_from_eight_on_where_the_company_is(company, cast, now, today):
    action(cast, now, days=2)
    told, tomorrow = Notice.objects.filter(kind="action_due"), today + DAY
    moments.morning(at(company, tomorrow, 7, 59))
    assert not told.exists()
    moments.morning(at(company, tomorrow, 8))
    assert told.count() == 1
    told.delete()
    for hour in (8, 12, 23):
        moments.morning(at(company, tomorrow, hour))
    assert not told.exists()
    assert Morning.objects.get().day == tomorrow


def test_a_house_that_slept_at_eight_tells_the_day_when_it_wakes(company, cast, now, today):
    action(cast, now, days=2)
    moments.morning(at(company, today + DAY, 17, 30))
    assert Notice.objects.filter(kind="action_due").count() == 1


def test_a_moment_that_fails_leaves_the_others_as_they_are(
    company, cast, now, today, monkeypatch, caplog
):
    action(cast, now, days=2)

    def broken(on):
        raise ZeroDivisionError

    monkeypatch.setitem(moments._MOMENTS, "a.broken", broken)
    moments.morning(at(company, today + DAY, 8))
    assert Notice.objects.filter(kind="action_due").count() == 1
    assert "The moment a.broken failed" in caplog.text


def test_a_new_room_adds_a_kind_and_a_moment_and_nothing_else(company, cast, today, monkeypatch):
    monkeypatch.setattr(kinds, "_KINDS", dict(kinds._KINDS))
    monkeypatch.setattr(moments, "_MOMENTS", {})
    greeting = kinds.register(
        kinds.Kind("greeting", "elsewhere", subject="Good morning", link=lambda user: "/")
    )
    reader = cast["director"]

    @moments.moment
    def mornings(on):
        yield Telling(greeting, wishes.wish(reader, daily=False), [reader], f"{on}")

    moments.morning(at(company, today, 8))
    assert [one.reader for one in Notice.objects.filter(kind="greeting")] == [reader]


def test_nobody_is_told_of_what_they_may_not_know(company, cast, now, today, monkeypatch):
    """The rule names the owner, the door is asked for everybody."""
    row = action(cast, now)
    monkeypatch.setattr(
        moments,
        "_MOMENTS",
        {
            "all": lambda on: [
                Telling(kinds.find("action_due"), row, list(cast.values()), "to everybody")
            ]
        },
    )
    moments.morning(at(company, today, 8))
    told = {one.reader for one in Notice.objects.filter(occurrence="to everybody")}
    assert cast["director"] in told and cast["secretary"] in told
    assert told.isdisjoint({cast["outsider"], cast["administrator"]})
    for user in cast.values():
        knows = type(row).objects.visible_to(user).filter(pk=row.pk).exists()
        assert (user in told) == knows


def questions(day):
    with CaptureQueriesContext(connection) as asked:
        moments.tell_the_day(day)
    return len(asked)


def test_many_subjects_cost_no_more_questions_than_few(company, cast, now, today):
    row = action(cast, now, days=30)
    by = {"by": cast["secretary"], "at": now}
    owners = [cast[name].person for name in DIRECTORS]
    for owner in owners:
        actions.enter_action(row.meeting, what="A", owner=owner, due_on=today + 30 * DAY, **by)
    few = questions(today + 16 * DAY)
    for number in range(60):
        owner = owners[number % len(owners)]
        actions.enter_action(row.meeting, what="A", owner=owner, due_on=today + 40 * DAY, **by)
    assert questions(today + 26 * DAY) == few
    assert Notice.objects.filter(kind="action_due").count() == 2 * (1 + len(owners)) + 60


def test_there_is_one_bell_for_all_mornings():
    rings = [
        entry
        for entry in current_app.conf.beat_schedule.values()
        if entry["task"] == tasks.tell_the_day.name
    ]
    assert len(rings) == 1
    assert not [
        entry["task"]
        for entry in current_app.conf.beat_schedule.values()
        if "remind" in entry["task"]
    ]
    # Once a quarter of an hour: eight o'clock comes to every zone there is.
    assert rings[0]["schedule"].minute == {0, 15, 30, 45}


@pytest.mark.parametrize(
    "zone, instant, told",
    [
        ("America/New_York", datetime(2026, 3, 8, 11, 59, tzinfo=UTC), False),  # the clock went on
        ("America/New_York", datetime(2026, 3, 8, 12, 0, tzinfo=UTC), True),
        ("America/New_York", datetime(2026, 11, 1, 12, 59, tzinfo=UTC), False),  # and back
        ("America/New_York", datetime(2026, 11, 1, 13, 0, tzinfo=UTC), True),
        ("Asia/Kathmandu", datetime(2026, 11, 1, 2, 14, tzinfo=UTC), False),
        ("Asia/Kathmandu", datetime(2026, 11, 1, 2, 15, tzinfo=UTC), True),
    ],
)
def test_eight_is_eight_on_the_companys_clock(zone, instant, told, company):
    type(company).objects.update(time_zone=zone)
    company.refresh_from_db()
    moments.morning(instant.astimezone(type(company)(time_zone=zone).zone))
    assert Morning.objects.exists() == told
