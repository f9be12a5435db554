"""One regular Board meeting and its session, in any order, by anybody, at any later hour."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from governance.meetings import attending, operations, sessions
from governance.meetings.models import Attendance, ExecutiveSession, Meeting, SessionAttendance
from governance.notices.models import Notice
from governance.records.models import Entry
from governance.refusals import Refused
from tests.factories import decisions, meetings
from tests.factories.cast import DIRECTORS, EVERYBODY, INDEPENDENT
from tests.factories.stories import tell, tell_at_length
from tests.meetings.test_meeting_moves import DAY, HOUR, come_to, record

# From where to where, as the tables of M-01 and M-06 have it, whoever makes the move.
MEETING_STEPS = {
    ("", "draft"),
    ("draft", "scheduled"),
    ("scheduled", "noticed"),
    ("scheduled", "scheduled"),
    ("noticed", "scheduled"),
    ("draft", "cancelled"),
    ("scheduled", "cancelled"),
    ("noticed", "cancelled"),
    ("noticed", "in_session"),
    ("noticed", "failed_quorum"),
    ("in_session", "in_session"),
    ("in_session", "recessed"),
    ("recessed", "in_session"),
    ("in_session", "adjourned"),
    ("recessed", "adjourned"),
}
SESSION_STEPS = {
    ("", "stub"),
    ("stub", "cancelled"),
    ("stub", "ready"),
    ("stub", "waived"),
    ("ready", "waived"),
    ("in_session", "in_session"),
    ("ready", "in_session"),
    ("ready", "open_pending_presider"),
    ("open_pending_presider", "in_session"),
    ("in_session", "closed"),
    ("ready", "not_held"),
}
# Where the session may stand while its meeting stands there.
BESIDE = {
    "draft": {None},
    "scheduled": {"stub"},
    "noticed": {"stub"},
    "in_session": {"stub"},
    "recessed": {"stub"},
    "adjourned": {"ready", "open_pending_presider", "in_session", "closed", "not_held"},
    "cancelled": {None, "cancelled"},
    "failed_quorum": {"cancelled"},
}
VERBS = (
    operations.schedule,
    operations.give_notice,
    operations.reschedule,
    operations.cancel,
    operations.call_to_order,
    operations.record_no_quorum,
    operations.recess,
    operations.reconvene,
    operations.adjourn,
)
SESSION_VERBS = (
    sessions.enter_room,
    sessions.leave_room,
    sessions.begin_session,
    sessions.close_session,
)
SEALED = (
    "session_set",
    "session_moved",
    "session_place_changed",
    "session_ready",
    "session_presider_needed",
)

# Mostly those who may, so that a story gets somewhere; and anybody at all.
callers = st.sampled_from(("secretary", "secretary", "chair", "lead_director", *EVERYBODY))
insiders = st.sampled_from((*INDEPENDENT, *INDEPENDENT, *EVERYBODY))
people = st.sampled_from((*DIRECTORS, *INDEPENDENT, *EVERYBODY))
reasons = st.sampled_from(["A clash", "A clash", "A clash", " "])
AHEAD, UNDER_WAY = ("draft", "scheduled", "noticed"), ("in_session", "recessed")
ROOM_OPEN = ("ready", "open_pending_presider", "in_session")


def meeting_is(*states):
    return precondition(lambda story: story.meeting.state in states)


def session_is(*states):
    return precondition(lambda story: story.session and story.session.state in states)


class Story(RuleBasedStateMachine):
    """What may happen; every attempt is either made and entered, or refused without a trace.

    Most rules are tried where they may lead on; `out_of_turn` tries every verb anywhere.
    """

    cast, now = None, None

    def __init__(self):
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.passed_over = False

    def teardown(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    # Stories begin anywhere on the way, so that short ones see its end too.
    @initialize(
        state=st.sampled_from(["draft", "noticed", "in_session", "adjourned", "adjourned"]),
        inside=st.lists(st.sampled_from(INDEPENDENT), max_size=4, unique=True),
    )
    def it_has_come_to(self, state, inside):
        ahead = {"draft": -4 * DAY, "noticed": -4 * DAY}
        self.at = self.now + ahead.get(state, HOUR)
        self.meeting = come_to(state, cast=self.cast, now=self.now)
        self.look()
        for name in inside:
            self.step_in(sessions.enter_room, name)

    def look(self):
        """How both stand now, as a page reads it."""
        self.meeting = Meeting.objects.get(pk=self.meeting.pk)
        self.session = ExecutiveSession.objects.filter(meeting=self.meeting).first()

    def attempt(self, act):
        """Make it; refused, nothing may have changed."""
        before = record()
        try:
            act()
        except Refused:
            assert record() == before
        self.look()

    def move(self, verb, who, **facts):
        """A verb of the meeting."""
        self.attempt(lambda: verb(self.meeting, by=self.cast[who], at=self.at, **facts))

    def step_in(self, verb, who, *others):
        """A verb of the session, if there is one."""
        if self.session:
            self.attempt(lambda: verb(self.session, *others, by=self.cast[who], at=self.at))

    @rule(minutes=st.sampled_from([1, 30, 24 * 60, 4 * 24 * 60]))
    def time_passes(self, minutes):
        self.at += timedelta(minutes=minutes)

    @meeting_is(*AHEAD)
    @rule()
    def the_hour_comes(self):
        self.at = max(self.at, self.meeting.starts_at)

    # --- The meeting

    @meeting_is("draft")
    @rule(who=callers)
    def schedule(self, who):
        self.move(operations.schedule, who)

    @meeting_is("scheduled")
    @rule(who=callers)
    def give_notice(self, who):
        self.move(operations.give_notice, who)

    @meeting_is("scheduled", "noticed")
    @rule(who=callers, hours=st.integers(-1, 100), why=reasons)
    def reschedule(self, who, hours, why):
        starts_at = self.at + timedelta(hours=hours)
        self.move(operations.reschedule, who, starts_at=starts_at, why=why)

    @meeting_is(*AHEAD)
    @rule(who=people, why=reasons)
    def cancel(self, who, why):
        self.move(operations.cancel, who, why=why)

    @meeting_is("noticed", *UNDER_WAY)
    @rule(who=callers, number=st.integers(1, 9))
    def arrive(self, who, number):
        for name in DIRECTORS[:number]:
            person = self.cast[name].person
            self.move(partial(attending.record_arrival, person=person, mode="video"), who)

    @meeting_is("noticed", *UNDER_WAY)
    @rule(who=callers, name=people)
    def depart(self, who, name):
        person = self.cast[name].person
        self.move(partial(attending.record_departure, person=person), who)

    @meeting_is("noticed")
    @rule(who=callers)
    def call_to_order(self, who):
        self.move(operations.call_to_order, who)

    @meeting_is("noticed")
    @rule(who=callers)
    def record_no_quorum(self, who):
        self.move(operations.record_no_quorum, who)

    @meeting_is("in_session")
    @rule(who=callers)
    def recess(self, who):
        self.move(operations.recess, who)

    @meeting_is("recessed")
    @rule(who=callers)
    def reconvene(self, who):
        self.move(operations.reconvene, who)

    @meeting_is(*UNDER_WAY)
    @rule(who=callers)
    def adjourn(self, who):
        self.move(operations.adjourn, who)

    @meeting_is("in_session")
    @rule(who=callers)
    def put_to_the_vote(self, who):
        """Three verbs at once: all are made, or none."""
        mover = self.cast["director"].person
        self.move(transaction.atomic(partial(decisions.voting, mover=mover)), who)

    @meeting_is(*UNDER_WAY)
    @rule(who=callers)
    def close_the_vote(self, who):
        if motion := self.meeting.motions.filter(state="voting").first():
            by = self.cast[who]
            self.attempt(lambda: decisions.operations.close_vote(motion, by=by, at=self.at))

    # --- The session

    @session_is(*ROOM_OPEN)
    @rule(who=insiders)
    def enter(self, who):
        self.step_in(sessions.enter_room, who)

    @session_is(*ROOM_OPEN)
    @rule(who=insiders)
    def leave(self, who):
        self.step_in(sessions.leave_room, who)

    @session_is("ready")
    @rule(who=insiders)
    def begin(self, who):
        self.step_in(sessions.begin_session, who)

    @session_is("open_pending_presider")
    @rule(candidate=insiders)
    def all_in_the_room_choose(self, candidate):
        for name in INDEPENDENT:
            self.choose(name, candidate)

    @session_is("open_pending_presider")
    @rule(who=insiders, candidate=insiders)
    def choose(self, who, candidate):
        self.step_in(sessions.choose_presider, who, self.cast[candidate].person)

    @session_is("in_session")
    @rule(who=insiders)
    def close(self, who):
        self.step_in(sessions.close_session, who)

    @precondition(lambda story: story.meeting.is_over and not story.passed_over)
    @rule(meant=st.booleans())
    def the_next_regular_meeting_opens(self, meant):
        if meant:
            directors = [self.cast[name].person for name in DIRECTORS]
            self.at = max(self.at, self.meeting.starts_at) + timedelta(days=5)
            meetings.in_session(directors, by=self.cast["secretary"], at=self.at)
            self.look()
            self.passed_over = True
            assert self.session is None or self.session.state != "ready"

    @rule(verb=st.sampled_from(VERBS), who=callers)
    def out_of_turn(self, verb, who):
        facts = {
            operations.reschedule: {"starts_at": self.at + HOUR, "why": "A clash"},
            operations.cancel: {"why": "A clash"},
        }
        self.move(verb, who, **facts.get(verb, {}))

    @rule(verb=st.sampled_from(SESSION_VERBS), who=insiders)
    def out_of_turn_inside(self, verb, who):
        self.step_in(verb, who)

    # --- What holds whatever happens

    @invariant()
    def rows_stand_where_their_entries_lead(self):
        for model, steps in ((Meeting, MEETING_STEPS), (ExecutiveSession, SESSION_STEPS)):
            for row in model.objects.all():
                state = ""
                for number, entry in enumerate(Entry.objects.about(row), start=1):
                    assert (entry.number, entry.source) == (number, state)
                    assert (entry.source, entry.target) in steps
                    state = entry.target
                assert row.state == state

    @invariant()
    def nothing_is_entered_before_what_came_before(self):
        hours = list(Entry.objects.about(self.meeting).values_list("at", flat=True))
        assert hours == sorted(hours) and hours[-1] <= self.at

    @invariant()
    def a_session_stands_where_its_meeting_lets_it(self):
        meeting, session = self.meeting, self.session
        assert (session and session.state) in BESIDE[meeting.state]
        open_ones = [
            one for one in ExecutiveSession.objects.select_related("meeting") if one.is_open
        ]
        assert len(open_ones) <= 1
        assert all(one.meeting.state == "adjourned" for one in open_ones)
        if session and session.state == "stub":
            # As planned, though the meeting may be called to order before its hour.
            assert session.starts_at == meeting.starts_at + timedelta(minutes=meeting.minutes)

    @invariant()
    def each_change_that_is_told_counts_once(self):
        made = Entry.objects.about(self.meeting).filter(move__in=("reschedule", "cancel"))
        assert self.meeting.revision == made.count()

    @invariant()
    def a_reason_stands_where_one_is_asked(self):
        asked = Entry.objects.filter(move__in=("reschedule", "cancel"), actor__isnull=False)
        assert all(entry.why.strip() for entry in asked)

    @invariant()
    def whoever_presides_is_independent_and_was_in_the_room(self):
        session = self.session
        if session and session.presiding_id:
            assert session.presiding_id in {self.cast[name].person_id for name in INDEPENDENT}
            assert session.attendances.filter(person=session.presiding_id).exists()

    @invariant()
    def nobody_else_was_in_the_room_or_was_told(self):
        independent = {self.cast[name].pk for name in INDEPENDENT}
        told = Notice.objects.filter(kind__in=SEALED).values_list("reader", flat=True)
        assert set(told) <= independent
        inside = SessionAttendance.objects.values_list("person__user", flat=True)
        assert set(inside) <= independent

    @invariant()
    def at_the_end_nobody_is_left_in_the_room(self):
        assert not Attendance.objects.filter(meeting__state="adjourned", until=None).exists()
        assert not SessionAttendance.objects.filter(session__state="closed", until=None).exists()


def test_stories_of_a_meeting_and_its_session(cast, now):
    tell(Story, cast=cast, now=now)


@pytest.mark.deep
def test_many_long_stories_of_a_meeting_and_its_session(cast, now):
    tell_at_length(Story, cast=cast, now=now)
