"""How a year of the Board stands, for any dates that meet (G-MTG-01, G-EXS-01, L-13)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.meetings.cadence import (
    BoardMeeting,
    BoardYear,
    Quarter,
    Session,
    Stretch,
    alternate_is_chosen,
    attended,
    attended_by_line,
    gives_updates,
    is_followed,
    lead_presides,
    meet_twice,
    meets_each_quarter,
    sets_agenda_together,
)
from governance.meetings.qualifying import SessionResult

ZONES = [ZoneInfo(name) for name in ("America/New_York", "Pacific/Auckland", "UTC")]
FIRST = date(2025, 12, 28)
MIDNIGHT = datetime(2025, 12, 28, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KEY, LEAD, OTHER, THIRD = (UUID(int=number) for number in range(1, 5))
AT = datetime(2026, 3, 4, 15, tzinfo=UTC)


def year_of(meetings=(), sessions=(), weeks=(13, 13, 13, 14), zone=ZONES[0], since=None):
    """A fiscal year of 52 or 53 weeks from 28 December 2025 on."""
    quarters, start = [], FIRST
    for number, length in enumerate(weeks, start=1):
        end = start + timedelta(weeks=length) - DAY
        quarters.append(Quarter(number, start, end))
        start = end + DAY
    return BoardYear(
        "2026", FIRST, end, tuple(quarters), zone, tuple(meetings), since, tuple(sessions)
    )


def meeting(**facts):
    """A regular meeting, drafted a month before its hour."""
    told = {"key": KEY, "name": "A meeting", "kind": "regular", "hours": ((AT - 30 * DAY, AT),)}
    return BoardMeeting(**{**told, **facts})


HELD = {"convened_at": AT, "adjourned_at": AT + HOUR}


# --- What each rule says ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "since, status", [(date(2026, 1, 1), "not_applicable"), (FIRST, "breached"), (None, "breached")]
)
def test_g_mtg_01_the_guidelines_ask_nothing_of_a_quarter_begun_before_them(since, status):
    year = year_of(since=since)
    assert meets_each_quarter(year, year.quarters[0], AT + 300 * DAY).status == status


@pytest.mark.parametrize(
    "facts, status",
    [
        ({}, "due_soon"),
        ({"called_off_at": AT - DAY}, "due_soon"),
        (HELD, "met"),
        ({**HELD, "kind": "special"}, "met_note"),
        ({**HELD, "kind": "special", "vacancy_only": True}, "due_soon"),
        # A special meeting that is planned keeps no quarter.
        ({"kind": "special"}, "due_soon"),
    ],
)
def test_g_mtg_01_what_keeps_a_quarter(facts, status):
    year = year_of([meeting(**facts)])
    assert meets_each_quarter(year, year.quarters[0], AT + 2 * HOUR).status == status


def test_g_mtg_01_a_meeting_over_midnight_counts_on_the_day_of_its_call():
    late = datetime(2026, 3, 29, 3, tzinfo=UTC)
    year = year_of([meeting(convened_at=late, adjourned_at=late + 5 * HOUR)])
    assert year.quarters[0].end == date(2026, 3, 28)
    told = [meets_each_quarter(year, quarter, late + 9 * HOUR).status for quarter in year.quarters]
    assert told == ["met", "upcoming", "upcoming", "upcoming"]


@pytest.mark.parametrize(
    "tags, facts, status",
    [
        ({"business_update", "finance_update", "strategy"}, HELD, "observed"),
        ({"business_update"}, HELD, "not_observed"),
        (set(), HELD, "not_observed"),
        (set(), {}, "upcoming"),
        (set(), {"called_off_at": AT}, "not_applicable"),
        (set(), {**HELD, "kind": "special"}, "not_applicable"),
    ],
)
def test_g_mtg_02_a_regular_meeting_takes_up_business_and_finance(tags, facts, status):
    assert gives_updates(meeting(tags=frozenset(tags), **facts), AT).status == status


@pytest.mark.parametrize(
    "consulted, published, status",
    [
        ((), None, "upcoming"),
        ((AT - 9 * DAY,), None, "observed"),
        ((AT - 9 * DAY,), AT - 5 * DAY, "observed"),
        ((AT - 3 * DAY,), AT - 5 * DAY, "not_observed"),
        ((), AT - 5 * DAY, "not_observed"),
        ((), AT + DAY, "upcoming"),
        ((AT + HOUR,), None, "upcoming"),
    ],
)
def test_g_agd_01_a_director_is_consulted_before_the_agenda_is_published(
    consulted, published, status
):
    told = meeting(consulted_at=consulted, published_at=published)
    assert sets_agenda_together(told, AT).status == status


def test_g_att_02_by_telephone_counts_the_same():
    room, line = Stretch(OTHER, AT - HOUR), Stretch(LEAD, AT + HOUR / 2, None, by_line=True)
    gone = Stretch(THIRD, AT - HOUR, AT)
    held = [meeting(present=(room, line, gone), **HELD)]
    assert [attended(held, one, AT + HOUR) for one in (OTHER, LEAD, THIRD)] == [1, 1, 0]
    assert [attended(held, one, AT) for one in (OTHER, LEAD)] == [1, 0]
    assert attended_by_line(held, AT).status == "available"
    assert attended_by_line(held, AT + HOUR).status == "exercised"


def session(**facts):
    told = {"key": KEY, "kind": "regular", "opened_at": AT + HOUR, "closed_at": AT + 2 * HOUR}
    return Session(**{**told, "result": "qualifying", "lead": LEAD, **facts})


@pytest.mark.parametrize(
    "facts, status",
    [
        ({}, "met"),
        ({"result": "provisional"}, "met"),
        ({"result": "non_qualifying"}, "overdue"),
        ({"opened_at": AT - HOUR, "closed_at": AT, "kind": "early"}, "overdue"),
        ({"waived_at": AT, "opened_at": None, "closed_at": None, "result": ""}, "met_note"),
        # It was provisional at first, which counts, and was found not to qualify later.
        ({"result": "non_qualifying", "settled_on": date(2026, 4, 1)}, "met"),
        ({"result": "non_qualifying", "settled_on": date(2026, 3, 6)}, "overdue"),
    ],
)
def test_g_exs_01_what_follows_a_meeting(facts, status):
    year = year_of([held := meeting(sessions=(session(**facts),), **HELD)])
    assert is_followed(year, held, AT + 3 * DAY).status == status


@pytest.mark.parametrize("kind, number", [("regular", "One"), ("early", "One"), ("special", "No")])
def test_l_13_what_was_called_specially_does_not_count(kind, number):
    year = year_of(sessions=[session(kind=kind)])
    assert meet_twice(year, AT + DAY).says.startswith(number)


@pytest.mark.parametrize(
    "result, settled, number",
    [
        ("provisional", None, "No"),
        ("qualifying", date(2026, 3, 9), "No"),
        ("qualifying", date(2026, 3, 8), "One"),
    ],
)
def test_l_13_a_provisional_session_counts_once_it_is_confirmed(result, settled, number):
    year = year_of(sessions=[session(result=result, settled_on=settled)])
    at = datetime(2026, 3, 8, 20, tzinfo=UTC)
    assert meet_twice(year, at).says.startswith(number)


@pytest.mark.parametrize(
    "first, there, status",
    [
        (LEAD, (LEAD, OTHER), "met"),
        (OTHER, (LEAD, OTHER), "breached"),
        (OTHER, (OTHER, THIRD), "met"),
    ],
)
def test_g_exs_02_somebody_else_opened_while_the_lead_was_there(first, there, status):
    present = tuple(Stretch(person, AT) for person in there)
    told = session(present=present, presided=(Stretch(first, AT + HOUR),))
    assert lead_presides(told, AT + HOUR).status == status


@pytest.mark.parametrize(
    "ballots, status",
    [
        (((OTHER, OTHER), (THIRD, OTHER)), "met"),
        (((OTHER, OTHER), (THIRD, THIRD)), "breached"),
        # The lead is no elector.
        (((OTHER, OTHER), (LEAD, OTHER)), "breached"),
        ((), "breached"),
    ],
)
def test_g_exs_03_more_than_half_of_the_others_choose(ballots, status):
    present = tuple(Stretch(person, AT) for person in (OTHER, THIRD))
    presided = (Stretch(OTHER, AT + HOUR),)
    told = session(present=present, presided=presided, ballots=ballots)
    assert alternate_is_chosen(told, AT + HOUR).status == status


# --- Where dates meet ---------------------------------------------------------------------------

instants = st.integers(0, 400 * 24 * 4).map(lambda quarter: MIDNIGHT + quarter * HOUR / 4)
calendars = st.sampled_from([(13, 13, 13, 13), (13, 13, 13, 14), (12, 12, 12, 16)])


@given(at=instants, zone=st.sampled_from(ZONES), weeks=calendars)
def test_c1_one_quarter_holds_a_meeting_that_of_its_local_date(at, zone, weeks):
    """Counted a second time: by the wall clock of the company, day by day."""
    held = meeting(hours=((at, at),), convened_at=at, adjourned_at=at + HOUR)
    year = year_of([held], weeks=weeks, zone=zone)
    far = MIDNIGHT + 800 * DAY
    kept = [
        one.number for one in year.quarters if meets_each_quarter(year, one, far).status == "met"
    ]
    days = (at.astimezone(zone).date() - FIRST).days
    bounds = [7 * sum(weeks[:number]) for number in range(5)]
    expected = [number for number in range(1, 5) if bounds[number - 1] <= days < bounds[number]]
    assert kept == expected


@st.composite
def sessions_of(draw):
    opened = draw(st.none() | instants)
    closed = opened and draw(st.none() | st.integers(0, 90).map(lambda h: opened + h * HOUR))
    result = draw(st.sampled_from(SessionResult)).value if closed else ""
    settled = closed and result != "provisional" and draw(st.none() | st.integers(1, 60))
    presider = draw(st.sampled_from([LEAD, OTHER]))
    return Session(
        key=KEY,
        kind=draw(st.sampled_from(["regular", "early"])),
        opened_at=opened,
        closed_at=closed,
        result=result,
        settled_on=(closed + settled * DAY).date() if settled else None,
        waived_at=None if opened else draw(st.none() | instants),
        present=(Stretch(LEAD, opened - HOUR), Stretch(OTHER, opened - HOUR)) if opened else (),
        presided=(Stretch(presider, opened + HOUR),) if opened else (),
        lead=LEAD,
    )


@st.composite
def meetings_of(draw):
    created, hour, moved, other, convened, after = (draw(instants) for _ in range(6))
    hours = ((created, hour), *([(moved, other)] if moved > created else []))
    was_held = draw(st.booleans())
    return BoardMeeting(
        key=KEY,
        name="A meeting",
        kind=draw(st.sampled_from(["regular", "special"])),
        hours=hours,
        called_off_at=None if was_held else draw(st.none() | instants),
        convened_at=convened if was_held else None,
        adjourned_at=convened + HOUR if was_held else None,
        next_opened_at=after if was_held and after > convened else None,
        sessions=tuple(draw(st.lists(sessions_of(), max_size=2))),
    )


def known_by(at, year):
    """The year as somebody had to write it down at the instant, who knew of nothing later."""
    day = year.day_of(at)

    def by_then(instant):
        return instant if instant is not None and instant <= at else None

    def cut(one):
        closed = by_then(one.closed_at)
        unsettled = closed and one.settled_on and one.settled_on > day
        result = one.result if closed else ""
        return replace(
            one,
            opened_at=by_then(one.opened_at),
            closed_at=closed,
            result="provisional" if unsettled else result,
            settled_on=None if unsettled or not closed else one.settled_on,
            waived_at=by_then(one.waived_at),
            present=tuple(stay for stay in one.present if stay.since <= at),
            presided=tuple(stay for stay in one.presided if stay.since <= at),
        )

    meetings = [
        replace(
            one,
            hours=tuple(hour for hour in one.hours if hour[0] <= at) or ((MIDNIGHT, MIDNIGHT),),
            called_off_at=by_then(one.called_off_at),
            convened_at=by_then(one.convened_at),
            adjourned_at=by_then(one.adjourned_at),
            next_opened_at=by_then(one.next_opened_at),
            sessions=tuple(map(cut, one.sessions)),
        )
        for one in year.meetings
        if one.hours[0][0] <= at or by_then(one.convened_at)
    ]
    return replace(year, meetings=tuple(meetings), sessions=tuple(map(cut, year.sessions)))


def told_of(year, at, keys):
    """All that the rules say at the instant, of the quarters and of these meetings."""
    yield from (meets_each_quarter(year, quarter, at) for quarter in year.quarters)
    yield meet_twice(year, at)
    for one in year.sessions:
        yield lead_presides(one, at)
        yield alternate_is_chosen(one, at)
    for one in year.meetings:
        if one.name in keys:
            yield is_followed(year, one, at)
            yield gives_updates(one, at)


@given(rows=st.lists(meetings_of(), max_size=4), at=instants, zone=st.sampled_from(ZONES))
def test_what_comes_later_never_changes_what_an_earlier_day_says(rows, at, zone):
    named = [replace(one, name=str(number)) for number, one in enumerate(rows)]
    sessions = [one for row in named for one in row.sessions]
    whole = year_of(named, sessions, zone=zone)
    then = known_by(at, whole)
    keys = {one.name for one in then.meetings}
    assert list(told_of(whole, at, keys)) == list(told_of(then, at, keys))
