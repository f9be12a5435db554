"""One session in any order, by anybody: who is there and who presides, kept by hand as well."""

from datetime import timedelta

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

from governance.meetings import calling, guests, sessions
from governance.meetings.models import ExecutiveSession, SessionGuest
from governance.people.models import User
from governance.records.models import Company, Entry
from governance.refusals import Refused
from tests.factories.cast import EVERYBODY, INDEPENDENT
from tests.factories.stories import tell, tell_at_length
from tests.meetings.test_machine import SESSION_STEPS
from tests.meetings.test_meeting_moves import DAY, HOUR, WHY, come_to, record
from tests.meetings.test_session_records import make_stale

# Overdue for a determination, and independent until the Board says otherwise.
STALE = INDEPENDENT[-1]
INVITED = INDEPENDENT[:4]
GUESTS = {
    "secretary": "secretary",
    "general_counsel": "counsel",
    "outsider": "adviser",
    "chief_executive": "other",
}
READS = ("secretary", "general_counsel", "outsider")

insiders = st.sampled_from((*INDEPENDENT, *INDEPENDENT, *INDEPENDENT, *EVERYBODY))
few = st.sampled_from(INDEPENDENT[:3])
NEVER_OPENED = ("waived", "not_held", "cancelled")


def session_is(*states):
    return precondition(lambda story: story.session.state in states)


class Story(RuleBasedStateMachine):
    """Every attempt is made and entered, or refused without a trace."""

    cast, now = None, None

    def __init__(self):
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        # By hand: who is inside, who is a guest, and how it stood from one act to the next.
        self.inside, self.guests, self.stood = set(), set(), []
        self.asked = None

    def teardown(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @initialize(kind=st.sampled_from(["ready", "ready", "ready", "stub", "special"]))
    def it_is_set(self, kind):
        self.at = self.now
        make_stale(self.cast[STALE], Company.current().day_of(self.now))
        if kind == "special":
            self.at += HOUR
            people = [self.cast[name].person for name in INVITED]
            facts = {"by": self.cast[INVITED[1]], "at": self.at}
            self.session = calling.call_session(people, starts_at=self.at + HOUR, **facts)
        else:
            state = "adjourned" if kind == "ready" else "in_session"
            self.at += 2 * HOUR
            meeting = come_to(state, cast=self.cast, now=self.now)
            self.session = meeting.executive_session
        self.look()

    def look(self):
        self.session = ExecutiveSession.objects.get(pk=self.session.pk)

    def attempt(self, act, who, *others, **facts):
        """Make it; refused, nothing may have changed. Whether it went through."""
        before = record()
        try:
            act(self.session, *others, by=self.cast[who], at=self.at, **facts)
        except Refused:
            assert record() == before
            return False
        finally:
            self.look()
        return True

    @rule(minutes=st.sampled_from([1, 5, 30]))
    def time_passes(self, minutes):
        if self.session.state == "in_session":
            presiding = self.session.presiding_id
            chair = {name for name in INDEPENDENT if self.cast[name].person_id == presiding}
            self.stood.append((frozenset(self.inside), frozenset(self.guests), chair))
        self.at += timedelta(minutes=minutes)

    @session_is("ready", "open_pending_presider", "in_session")
    @rule(who=insiders)
    def enter(self, who):
        entered = self.attempt(sessions.enter_room, who)
        members = INVITED if self.session.kind == "special" else INDEPENDENT
        assert entered == (who in members)
        if entered:
            self.inside.add(who)

    @session_is("ready", "open_pending_presider", "in_session")
    @rule(who=insiders)
    def leave(self, who):
        assert self.attempt(sessions.leave_room, who) == (who in self.inside)
        self.inside.discard(who)

    @session_is("ready")
    @rule(who=insiders)
    def begin(self, who):
        begun = self.attempt(sessions.begin_session, who)
        members = INVITED if self.session.kind == "special" else INDEPENDENT
        assert begun == (len(self.inside) >= 2 and who in members)

    @session_is("open_pending_presider")
    @rule(candidate=few)
    def those_in_the_room_choose(self, candidate):
        for name in sorted(self.inside):
            person = self.cast[candidate].person
            self.attempt(sessions.choose_presider, name, person)

    @session_is("open_pending_presider", "in_session")
    @rule(who=st.sampled_from(["lead_director", "lead_director", *INDEPENDENT]))
    def take_the_chair(self, who):
        free = self.session.presiding_id != self.cast[who].person_id
        taken = self.attempt(sessions.take_the_chair, who)
        assert taken == (who == "lead_director" and who in self.inside and free)
        if taken:
            assert self.session.presiding == self.cast[who].person

    @session_is("in_session")
    @rule(who=st.sampled_from(["lead_director", *INDEPENDENT]))
    def decline(self, who):
        before = self.session.presiding_id
        self.attempt(sessions.decline_the_chair, who)
        assert self.session.presiding_id == before

    @session_is("in_session")
    @rule(name=st.sampled_from(sorted(GUESTS)), who=insiders, presides=st.booleans())
    def admit(self, name, who, presides):
        who = self.presider() if presides else who
        facts = {"person": self.cast[name].person, "capacity": GUESTS[name]}
        admitted = self.attempt(guests.admit_guest, who, **facts)
        assert admitted == (who == self.presider() and name not in self.guests)
        if admitted:
            self.guests.add(name)

    @session_is("in_session")
    @rule(name=st.sampled_from(sorted(GUESTS)), who=insiders, presides=st.booleans())
    def dismiss(self, name, who, presides):
        who = self.presider() if presides else who
        gone = self.attempt(guests.remove_guest, who, person=self.cast[name].person)
        assert gone == (who == self.presider() and name in self.guests)
        if gone:
            self.guests.discard(name)

    def presider(self):
        presiding = self.session.presiding_id
        return next(name for name in INDEPENDENT if self.cast[name].person_id == presiding)

    @session_is("in_session")
    @rule(who=insiders, presides=st.booleans())
    def close(self, who, presides):
        who = self.presider() if presides else who
        if self.attempt(sessions.close_session, who):
            self.inside, self.guests = set(), set()

    @session_is("stub", "ready")
    @rule(who=insiders)
    def waive(self, who):
        self.attempt(calling.waive, who, why=WHY)

    @session_is("stub")
    @rule(who=insiders)
    def join(self, who):
        self.attempt(calling.join_call, who)

    @rule(who=insiders, days=st.sampled_from([0, 0, 6, 8]))
    def write(self, who, days):
        self.at += days * DAY * (self.session.state == "closed")
        facts = {"notes": "Said", "outcome": "", "edition": self.session.edition}
        written = self.attempt(sessions.write_record, who, **facts)
        assert not (written and self.session.is_locked(self.at))

    @rule(
        verb=st.sampled_from(
            [
                sessions.enter_room,
                sessions.begin_session,
                sessions.take_the_chair,
                sessions.decline_the_chair,
                sessions.close_session,
                calling.join_call,
            ]
        ),
        who=insiders,
    )
    def out_of_turn(self, verb, who):
        if self.session.state in ("stub", "closed", *NEVER_OPENED):
            self.attempt(verb, who)

    # --- What holds whatever happens

    @invariant()
    def it_stands_where_its_entries_lead(self):
        state = ""
        for entry in Entry.objects.about(self.session).order_by("number"):
            assert entry.source == state and (state, entry.target) in SESSION_STEPS
            state = entry.target
        assert self.session.state == state

    @invariant()
    def one_presides_while_it_is_held_and_nobody_else_ever(self):
        intervals = list(self.session.presiding_intervals.order_by("since", "until"))
        now = [one.person_id for one in intervals if one.until is None]
        held = self.session.state == "in_session"
        assert now == ([self.session.presiding_id] if held else [])
        for before, after in zip(intervals, intervals[1:], strict=False):
            assert before.until == after.since

    @invariant()
    def who_is_there_is_who_came_and_has_not_left(self):
        there = self.session.attendances.filter(until=None).values_list("person", flat=True)
        assert set(there) == {self.cast[name].person_id for name in self.inside}
        let_in = SessionGuest.objects.filter(until=None).values_list("person", flat=True)
        assert set(let_in) == {self.cast[name].person_id for name in self.guests}

    @invariant()
    def the_result_is_what_was_seen(self):
        if self.session.state != "closed":
            assert self.session.result == ""
            return
        best = "non_qualifying"
        for inside, others, chair in self.stood:
            if len(inside) >= 2 and not others and chair & inside:
                if STALE not in inside:
                    best = "qualifying"
                    break
                best = "provisional"
        assert self.session.result == best

    @invariant()
    def nobody_else_knows_of_it(self):
        """Asked again when it has moved on, or other guests are in."""
        asked = (self.session.state, frozenset(self.guests))
        if asked == self.asked:
            return
        self.asked = asked
        anew = {user.pk: user for user in User.objects.all()}
        members = set(INDEPENDENT)
        if self.session.kind == "special":
            members = {"lead_director", *INVITED}
        expected = members | (self.guests & set(READS))
        outside = [name for name in EVERYBODY if name not in INDEPENDENT]
        for name in (*outside[:4], "secretary", "general_counsel", "outsider", INDEPENDENT[-1]):
            visible = ExecutiveSession.objects.visible_to(anew[self.cast[name].pk])
            assert visible.filter(pk=self.session.pk).exists() == (name in expected)


def test_m_06_stories_of_a_session(cast, now):
    tell(Story, cast=cast, now=now)


@pytest.mark.deep
def test_m_06_many_long_stories_of_a_session(cast, now):
    tell_at_length(Story, cast=cast, now=now)
