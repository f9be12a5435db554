"""Directors vote at the same instant, and the chair closes: every connection is a real one."""

import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from governance.decisions.models import Ballot, Motion
from governance.decisions.operations import cast_ballot, close_vote
from governance.meetings.operations import record_departure, record_recusal
from governance.refusals import Refused
from tests.decisions.conftest import PRESENT

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_one_director_on_two_devices_has_one_last_word(cast, motion):
    at_once(*(casting(motion, cast["director"], choice) for choice in ("for", "against") * 3))
    ballots = Ballot.objects.filter(voter=cast["director"].person)
    assert ballots.filter(replaces=None).count() == 1
    assert ballots.current().count() == 1


def test_the_same_answer_twice_is_one_ballot(cast, motion):
    at_once(*(casting(motion, cast["director"]) for _ in range(4)))
    assert Ballot.objects.count() == 1


@pytest.mark.parametrize("round", range(3))
def test_a_ballot_comes_before_the_close_or_is_refused(round, cast, motion):
    voters = [cast[name] for name in PRESENT]
    *cast_ones, closed = at_once(
        *(casting(motion, user) for user in voters), closing(motion, cast["secretary"])
    )
    motion = Motion.objects.get(pk=motion.pk)
    counted = [one for one in cast_ones if isinstance(one, Ballot)]
    refused = [one for one in cast_ones if isinstance(one, Refused)]
    assert {one.code for one in refused} <= {"closed"}
    assert motion.votes_for == len(counted) == Ballot.objects.count()
    assert motion.votes_silent == len(refused) == len(voters) - len(counted)
    assert motion.state == ("passed" if 2 * len(counted) > len(voters) else "failed")
    assert closed.state == motion.state


def test_two_close_and_one_is_told_that_it_was_done(cast, motion):
    outcomes = at_once(closing(motion, cast["secretary"]), closing(motion, cast["chair"]))
    assert sorted(type(one).__name__ for one in outcomes) == ["Motion", "Refused"]


@pytest.mark.parametrize("round", range(3))
def test_who_leaves_while_the_vote_is_closed_counts_on_both_sides_or_neither(round, cast, motion):
    leaver = cast["director"]
    casting(motion, leaver)()
    at_once(
        lambda: record_departure(
            motion.meeting, leaver.person, by=cast["secretary"], at=timezone.now()
        ),
        closing(motion, cast["secretary"]),
    )
    motion = Motion.objects.get(pk=motion.pk)
    assert (motion.present, motion.votes_for) in {(6, 1), (5, 0)}


def test_a_recusal_and_a_ballot_of_the_same_director_do_not_both_stand(cast, motion):
    declarer = cast["director"]
    recusal, ballot = at_once(
        lambda: record_recusal(
            motion.item,
            declarer.person,
            mode="left",
            basis="An invented affiliate.",
            by=declarer,
            at=timezone.now(),
        ),
        casting(motion, declarer),
    )
    assert isinstance(recusal, Refused) != isinstance(ballot, Refused)


def test_what_is_rolled_back_was_never_cast(cast, motion):
    with transaction.atomic():
        casting(motion, cast["director"])()
        transaction.set_rollback(True)
    assert not Ballot.objects.exists()
