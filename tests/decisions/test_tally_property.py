"""Votes counted a second time from the words of M-03: who is present, who counts, what carries.

Present are the members there when the vote is closed: whoever abstains, stays silent or stays in
the room recused among them, whoever left recused not. Without a quorum nothing is decided. More
than half of those present carry a motion; exactly half never does.
"""

from collections import Counter
from datetime import timedelta

from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from governance.decisions.models import Motion
from governance.decisions.operations import cast_ballot, close_vote
from governance.decisions.tally import Tally
from governance.meetings.attending import record_arrival, record_departure
from governance.meetings.operations import add_item, record_recusal
from governance.refusals import Refused
from tests.factories import decisions, meetings
from tests.factories.cast import DIRECTORS

SECOND = timedelta(seconds=1)
CHOICES = ("for", "against", "abstain")
QUORUM, SEATS = 5, 9
# A line on which not everybody can be heard is no presence.
BAD_LINE = "bad line"


# --- The arithmetic alone -----------------------------------------------------------------------


def outcome(quorum, votes_for, others):
    """One by one, as the chair would: pair each vote for with one who is present and not for."""
    if votes_for + others < quorum:
        return "inquorate"
    while votes_for and others:
        votes_for, others = votes_for - 1, others - 1
    return "passed" if votes_for else "failed"


counts = st.integers(0, 30)


@given(votes=st.tuples(counts, counts, counts, counts), recused=counts, quorum=st.integers(1, 30))
@settings(max_examples=300)
def test_the_arithmetic_is_that_of_the_words(votes, recused, quorum):
    yes, others = votes[0], sum(votes[1:]) + recused
    tally = Tally(*votes, present=yes + others, quorum=quorum, seats=30)
    assert tally.outcome == outcome(quorum, yes, others)
    if tally.outcome != "inquorate":
        assert (tally.votes_for >= tally.needed) == (tally.outcome == "passed")


@given(half=st.integers(1, 30))
def test_exactly_half_carries_nothing_and_one_more_does(half):
    def count(yes):
        return Tally(yes, 2 * half - yes, 0, 0, present=2 * half, quorum=1, seats=2 * half)

    assert count(half).outcome == "failed" and count(half + 1).outcome == "passed"


# --- A whole vote -------------------------------------------------------------------------------

who = st.sampled_from(DIRECTORS)
acts = st.one_of(
    st.tuples(st.just("votes"), who, st.just("for")),
    st.tuples(st.just("votes"), who, st.sampled_from(CHOICES)),
    st.tuples(st.just("leaves"), who, st.just("")),
    st.tuples(st.just("arrives"), who, st.sampled_from(["in_person", "telephone", BAD_LINE])),
)
ONE, TWO, THREE, FOUR, FIVE = DIRECTORS[:5]
FIVE_VOTE = [("votes", name, "for") for name in (ONE, TWO, THREE)]


class Vote:
    """The words of the text, counted by hand."""

    def __init__(self, present, recusals):
        self.here, self.unheard, self.recusals = set(present), set(), recusals
        self.listed = {name for name in self.counted() if name not in recusals}
        self.last = {}

    def counted(self):
        return {name for name in self.here if self.recusals.get(name) != "left"}

    def votes(self, name, choice):
        if name not in self.listed or name not in self.here:
            return False
        self.last[name] = choice
        return True

    def leaves(self, name, _):
        """Whether they were there, on whatever line."""
        gone = name in self.here | self.unheard
        self.here.discard(name)
        self.unheard.discard(name)
        return gone

    def arrives(self, name, mode):
        if name in self.here | self.unheard:
            return False
        (self.unheard if mode == BAD_LINE else self.here).add(name)
        return True

    def result(self):
        present = self.counted()
        cast = Counter(self.last[name] for name in present if name in self.last)
        silent = [name for name in present if name not in self.last and name not in self.recusals]
        return {
            "state": outcome(QUORUM, cast["for"], len(present) - cast["for"]),
            "votes_for": cast["for"],
            "votes_against": cast["against"],
            "votes_abstain": cast["abstain"],
            "votes_silent": len(silent),
            "present": len(present),
            "quorum": QUORUM,
            "seats": SEATS,
        }


def verb(motion, cast, at, act, name, how):
    """The same act, by the portal's verb."""
    by, person = cast["secretary"], cast[name].person
    if act == "votes":
        digest = motion.digest
        return cast_ballot(
            motion, choice=how, by=cast[name], at=at, digest=digest, method="password"
        )
    if act == "leaves":
        return record_departure(motion.meeting, person, by=by, at=at)
    line = {"mode": "video", "can_hear_all": False} if how == BAD_LINE else {"mode": how}
    return record_arrival(motion.meeting, person, by=by, at=at, **line)


def goes_through(*args):
    try:
        verb(*args)
    except Refused:
        return False
    return True


@example(present=5, recusals={}, acts=[*FIVE_VOTE, ("votes", FOUR, "abstain")])
@example(present=5, recusals={}, acts=[*FIVE_VOTE, ("leaves", FIVE, "")])
@example(present=6, recusals={}, acts=FIVE_VOTE)
@example(present=6, recusals={FOUR: "left"}, acts=FIVE_VOTE)
@example(present=6, recusals={FOUR: "stayed"}, acts=[*FIVE_VOTE, ("votes", FOUR, "for")])
@given(
    present=st.integers(5, 9),
    recusals=st.dictionaries(who, st.sampled_from(["left", "stayed"]), max_size=2),
    acts=st.lists(acts, max_size=16),
)
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_vote_ends_as_the_words_say(present, recusals, acts, cast, now):
    with transaction.atomic():
        held(present, recusals, acts, cast, now)
        transaction.set_rollback(True)


def held(present, recusals, acts, cast, now):
    """The vote twice: by the verbs and by hand."""
    vote = Vote(DIRECTORS[:present], recusals)
    by, facts = cast["secretary"], {"mover": cast["chair"].person, "at": now}
    people = [cast[name].person for name in DIRECTORS[:present]]
    meeting = meetings.in_session(people, by=by, at=now)
    item = add_item(meeting, title="The invented plan", by=by, at=now)
    for name, mode in recusals.items():
        basis = "An invented affiliate."
        record_recusal(item, cast[name].person, mode=mode, basis=basis, by=by, at=now)
    if len(vote.counted()) < QUORUM:
        return opens_no_vote(meeting, item, by, facts)
    motion, at = decisions.voting(meeting, by=by, item=item, **facts), now
    for act, name, how in acts:
        at += SECOND
        expected = getattr(vote, act)(name, how)
        assert goes_through(motion, cast, at, act, name, how) == expected, (act, name, how)
    close_vote(motion, by=by, at=at + SECOND)
    result = vote.result()
    assert Motion.objects.values(*result).get(pk=motion.pk) == result


def opens_no_vote(meeting, item, by, facts):
    """Those who left for the item took the quorum with them."""
    try:
        with transaction.atomic():
            decisions.voting(meeting, by=by, item=item, **facts)
    except Refused as refusal:
        assert refusal.code == "inquorate"
    else:
        raise AssertionError("a vote was opened without a quorum")
