"""Who presides, counted a second time from the words of G-EXS-03: any order, any number of rounds.

The electors are the independent directors in the room other than the lead. A candidate is one of
them. Chosen is who has more than half of their votes; a tie, or less, chooses nobody, and they
ballot again without limit.
"""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from governance.meetings import sessions
from governance.meetings.models import ExecutiveSession
from governance.refusals import Refused
from tests.factories.cast import EVERYBODY
from tests.meetings.test_meeting_moves import come_to
from tests.meetings.test_session_moves import ELECTORS

SECOND = timedelta(seconds=1)
OUTSIDE = tuple(name for name in EVERYBODY if name not in ELECTORS and name != "lead_director")


@dataclass
class Room:
    """The words of the text, counted by hand."""

    inside: set
    rounds: list = field(default_factory=lambda: [{}])
    presiding: str = ""

    def enters(self, name):
        """Whether they are let in: nobody but independent directors, and not the lead here."""
        if name in ELECTORS:
            self.inside.add(name)
        return name in ELECTORS

    def leaves(self, name):
        was_inside = name in self.inside
        self.inside.discard(name)
        return was_inside

    def votes(self, elector, candidate):
        """Whether the ballot counts."""
        if self.presiding or not {elector, candidate} <= self.inside:
            return False
        if self.rounds[-1] and self.inside <= self.rounds[-1].keys():
            self.rounds.append({})
        ballots = self.rounds[-1]
        if elector in ballots:
            return False
        ballots[elector] = candidate
        cast = [ballots[name] for name in self.inside if name in ballots]
        for name in self.inside:
            if cast.count(name) + cast.count(name) > len(self.inside):
                self.presiding = name
        return True


inside = st.sampled_from(ELECTORS)
anybody = st.sampled_from((*ELECTORS, *ELECTORS, *OUTSIDE))
acts = st.one_of(
    st.tuples(st.just("votes"), inside, st.sampled_from(ELECTORS[:2])),
    st.tuples(st.just("votes"), inside, inside),
    st.tuples(st.just("votes"), anybody, anybody),
    st.tuples(st.just("enters"), anybody),
    st.tuples(st.just("leaves"), anybody),
)
A, B, C, D = ELECTORS[:4]


def verb(session, cast, at, act, name, *candidate):
    """The same act, by the portal's verb."""
    if act == "votes":
        candidate = cast[candidate[0]].person
        return sessions.choose_presider(session, candidate, by=cast[name], at=at)
    act = sessions.enter_room if act == "enters" else sessions.leave_room
    return act(session, by=cast[name], at=at)


def goes_through(*args):
    try:
        verb(*args)
    except Refused:
        return False
    return True


@pytest.fixture
def waiting(cast, now):
    """The Board has adjourned, and the room is empty."""
    return come_to("adjourned", cast=cast, now=now).executive_session


@example(first=2, acts=[("votes", A, A), ("votes", B, B)] * 4)
@example(first=4, acts=[("votes", A, A), ("votes", B, A), ("leaves", C), ("votes", D, B)])
@example(first=4, acts=[("votes", A, D), ("votes", B, D), ("leaves", D), ("votes", C, C)])
@example(first=3, acts=[("votes", A, B), ("leaves", B), ("enters", B), ("votes", C, B)])
@example(first=3, acts=[("votes", A, B), ("votes", B, B), ("votes", C, C)])
@given(first=st.integers(2, 6), acts=st.lists(acts, max_size=12))
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_presider_is_who_the_words_say(first, acts, cast, now, waiting):
    with transaction.atomic():
        told(waiting, cast, now + timedelta(hours=2), ELECTORS[:first], acts)
        transaction.set_rollback(True)


def told(waiting, cast, at, first, acts):
    """The story twice: by the verbs and by hand."""
    session, room = ExecutiveSession.objects.get(pk=waiting.pk), Room(set(first))
    for name in first:
        sessions.enter_room(session, by=cast[name], at=at)
    sessions.begin_session(session, by=cast[first[0]], at=at)
    for act, name, *candidate in acts:
        if act == "leaves" and name in room.inside and len(room.inside) == 2:
            continue  # one alone is no room: the text counts electors from two on
        if act == "enters" and room.presiding:
            continue  # whoever comes after the choice changes nothing of it
        at += SECOND
        expected = getattr(room, act)(name, *candidate)
        assert goes_through(session, cast, at, act, name, *candidate) == expected
        session.refresh_from_db()
        presiding = cast[room.presiding].person if room.presiding else None
        assert session.presiding == presiding
        assert (session.state == "in_session") == bool(presiding)
    ballots = session.ballots.values_list("round", "elector", "candidate")
    by_hand = [
        (number, cast[elector].person_id, cast[candidate].person_id)
        for number, cast_in in enumerate(room.rounds, start=1)
        for elector, candidate in cast_in.items()
    ]
    assert sorted(ballots) == sorted(by_hand)
