"""Directors vote at the same instant, and the chair closes: every connection is a real one."""

import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from governance.decisions.interests import amend, propose_amendment
from governance.decisions.models import Ballot, Motion
from governance.decisions.operations import (
    cast_ballot,
    close_vote,
    open_vote,
    put_before_meeting,
)
from governance.meetings.attending import record_arrival, record_departure
from governance.meetings.operations import record_recusal
from governance.refusals import Refused
from tests.decisions.conftest import PRESENT
from tests.factories import decisions

pytestmark = pytest.mark.django_db(transaction=True)

# Races are run so often in one test: at once in the ordinary run, and far longer in the deep one.
ROUNDS = [8, pytest.param(1000, marks=pytest.mark.deep)]


def at_once(*acts):
    """Run the acts in threads of their own, let go together; what each returned or refused."""
    barrier, outcomes = threading.Barrier(len(acts), timeout=20), [None] * len(acts)

    def run(number, act):
        try:
            barrier.wait()
            outcomes[number] = act()
        except Refused as refused:
            outcomes[number] = refused
        except Exception as error:  # shown by the assertion of the test
            outcomes[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
        assert not thread.is_alive(), "somebody waits for ever"
    broken = [
        one for one in outcomes if isinstance(one, Exception) and not isinstance(one, Refused)
    ]
    assert not broken, broken
    return outcomes


def casting(motion, user, choice="for"):
    return lambda: cast_ballot(
        motion, choice=choice, by=user, at=timezone.now(), digest=motion.digest, method="password"
    )


def closing(motion, user):
    return lambda: close_vote(motion, by=user, at=timezone.now())


def test_all_directors_vote_at_once(cast, motion):
    at_once(*(casting(motion, cast[name]) for name in PRESENT))
    assert Ballot.objects.count() == len(PRESENT)


def again(cast, meeting, rounds, *, votes=True):
    """So many motions of the same meeting, one for each round of a race."""
    by, mover = cast["secretary"], cast["director"].person
    for _ in range(rounds):
        at = timezone.now()
        if votes:
            yield decisions.voting(meeting, mover=mover, by=by, at=at)
        else:
            motion = decisions.put(meeting, mover=mover, by=by, at=at)
            yield put_before_meeting(motion, by=cast["chair"], at=at)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_one_director_on_two_devices_has_one_last_word(rounds, cast, meeting):
    for motion in again(cast, meeting, rounds):
        outcomes = at_once(
            casting(motion, cast["director"], "for"), casting(motion, cast["director"], "against")
        )
        first, last = motion.ballots.get(replaces=None), motion.ballots.current().get()
        assert motion.ballots.count() == 2 and last.replaces == first
        assert {first, last} == set(outcomes)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_double_click_is_one_ballot(rounds, cast, meeting):
    for motion in again(cast, meeting, rounds):
        outcomes = at_once(*(casting(motion, cast["director"]) for _ in range(3)))
        assert {motion.ballots.get()} == set(outcomes)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_ballot_comes_before_the_close_or_is_refused(rounds, cast, meeting):
    voters = [cast[name] for name in PRESENT]
    for motion in again(cast, meeting, rounds):
        *cast_ones, closed = at_once(
            *(casting(motion, user) for user in voters), closing(motion, cast["secretary"])
        )
        motion = Motion.objects.get(pk=motion.pk)
        counted = [one for one in cast_ones if isinstance(one, Ballot)]
        refused = [one for one in cast_ones if isinstance(one, Refused)]
        assert {one.code for one in refused} <= {"closed"}
        assert motion.votes_for == len(counted) == motion.ballots.count()
        assert motion.votes_silent == len(refused) == len(voters) - len(counted)
        assert motion.state == ("passed" if 2 * len(counted) > len(voters) else "failed")
        assert closed.state == motion.state
        assert all(motion.vote_opened_at <= one.cast_at <= motion.closed_at for one in counted)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_two_close_and_one_is_told_that_it_was_done(rounds, cast, meeting):
    for motion in again(cast, meeting, rounds):
        outcomes = at_once(closing(motion, cast["secretary"]), closing(motion, cast["chair"]))
        refused = next(one for one in outcomes if isinstance(one, Refused))
        assert (refused.code, refused.sentence) == ("closed", "The vote has been closed already.")
        assert sum(isinstance(one, Motion) for one in outcomes) == 1
        assert motion.presences.count() == len(PRESENT)


def leaving(motion, user, by):
    return lambda: record_departure(motion.meeting, user.person, by=by, at=timezone.now())


@pytest.mark.parametrize("rounds", ROUNDS)
def test_who_leaves_while_the_vote_is_closed_counts_on_both_sides_or_neither(rounds, cast, meeting):
    """Two who voted for leave, and with the second the quorum: who is counted is present."""
    by, leavers = cast["secretary"], (cast["director"], cast["audit_chair"])
    for motion in again(cast, meeting, rounds):
        for user in leavers:
            casting(motion, user)()
        at_once(*(leaving(motion, user, by) for user in leavers), closing(motion, by))
        motion = Motion.objects.get(pk=motion.pk)
        assert (motion.present, motion.votes_for) in {(6, 2), (5, 1), (4, 0)}
        assert motion.state == ("failed" if motion.present >= 5 else "inquorate")
        assert motion.presences.count() == motion.present
        for user in leavers:
            at = timezone.now()
            record_arrival(meeting, user.person, mode="in_person", by=by, at=at)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_other_words_are_taken_up_before_the_vote_or_not_and_a_ballot_binds_those(
    rounds, cast, meeting
):
    """The page was opened on the words as they stood before."""
    mover, chair = cast["director"], cast["chair"]
    for page in again(cast, meeting, rounds, votes=False):
        text = "RESOLVED, that the invented plan is approved as amended."
        words = propose_amendment(page, text=text, by=mover, at=timezone.now())
        amended, opened = at_once(
            lambda words=words: amend(words, by=chair, at=timezone.now()),
            opening(Motion.objects.get(pk=page.pk), chair),
        )
        motion = Motion.objects.get(pk=page.pk)
        assert motion.state == opened.state == "voting"
        [ballot] = at_once(casting(page, mover))
        if isinstance(amended, Refused):
            assert amended.code == "stale" and motion.text == page.text
            assert ballot.text_digest == page.digest == motion.digest
        else:
            assert (motion.text, motion.version) == (text, 2)
            assert ballot.sentence.startswith("The text has changed since you opened this page")
            assert not motion.ballots.exists()


def opening(motion, user):
    return lambda: open_vote(motion, by=user, at=timezone.now())


def recusing(motion, user):
    return lambda: record_recusal(
        motion.item,
        user.person,
        mode="left",
        basis="An invented affiliate.",
        by=user,
        at=timezone.now(),
    )


@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_recusal_comes_before_the_vote_is_opened_or_is_refused(rounds, cast, meeting):
    declarer, chair = cast["director"], cast["chair"]
    for motion in again(cast, meeting, rounds, votes=False):
        recusal, opened = at_once(recusing(motion, declarer), opening(motion, chair))
        listed = motion.voters.filter(person=declarer.person).exists()
        assert opened.state == "voting" and motion.voters.count() == len(PRESENT) - (not listed)
        assert isinstance(recusal, Refused) == listed
        assert motion.item.recusals.count() == (not listed)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_recusal_is_refused_while_the_vote_is_open_and_the_ballot_stands(rounds, cast, meeting):
    declarer = cast["director"]
    for motion in again(cast, meeting, rounds):
        recusal, ballot = at_once(recusing(motion, declarer), casting(motion, declarer))
        assert isinstance(recusal, Refused) and isinstance(ballot, Ballot)
        assert not motion.item.recusals.exists()


def test_what_is_rolled_back_was_never_cast(cast, motion):
    with transaction.atomic():
        casting(motion, cast["director"])()
        transaction.set_rollback(True)
    assert not Ballot.objects.exists()
