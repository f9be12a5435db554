"""A roll call of the past is entered at once, under the rules of every ballot (M-03)."""

from datetime import timedelta

import pytest

from governance.decisions import operations
from governance.meetings.operations import record_recusal
from governance.notices.models import Notice
from governance.records.models import Company
from governance.refusals import Refused
from tests.factories.decisions import put, voting
from tests.factories.meetings import in_session

pytestmark = pytest.mark.django_db

PRESENT = ("lead_director", "audit_chair", "audit_member", "director", "chair")


@pytest.fixture
def people(cast):
    return {name: user.person for name, user in cast.items()}


@pytest.fixture
def motion(cast, people, now):
    """A vote in a meeting of last year."""
    by, at = cast["secretary"], now - timedelta(days=365)
    present = [people[name] for name in PRESENT]
    meeting = in_session(present, by=by, at=at, backfilled=True)
    motion = put(meeting, mover=people["chair"], by=by, at=at)
    wall = {"mode": "stayed", "basis": "Owns the lender.", "by": by, "at": at}
    record_recusal(motion.item, people["director"], **wall)
    operations.put_before_meeting(motion, by=by, at=at)
    return operations.open_vote(motion, by=by, at=at)


def enter(motion, choices, *, by):
    return operations.enter_roll_call(
        motion, choices, by=by, at=motion.vote_opened_at, method="company file"
    )


def test_it_counts_like_any_other(motion, cast, people):
    choices = {people[name]: "for" for name in ("lead_director", "audit_chair", "audit_member")}
    enter(motion, choices | {people["chair"]: "against"}, by=cast["secretary"])
    closed = operations.close_vote(motion, by=cast["secretary"], at=motion.vote_opened_at)
    counted = (closed.state, closed.votes_for, closed.votes_against, closed.present)
    assert counted == ("passed", 3, 1, 5)
    ballot = closed.ballots.get(choice="against")
    assert ballot.text_digest == closed.digest
    assert ballot.statement.startswith("I vote against")
    assert not Notice.objects.filter(subject_id=closed.pk).exists()


@pytest.mark.parametrize("name", ["compensation_chair", "director", "outsider"])
def test_who_was_away_or_recused_is_not_on_it(motion, cast, people, name):
    with pytest.raises(Refused, match="was not present for this vote, or is recused"):
        enter(motion, {people[name]: "for"}, by=cast["secretary"])
    assert not motion.ballots.exists()


def test_an_answer_is_one_of_three(motion, cast, people):
    with pytest.raises(Refused, match="for, against or abstain"):
        enter(motion, {people["chair"]: "perhaps"}, by=cast["secretary"])


@pytest.mark.parametrize("name", ["audit_chair", "chief_executive", "administrator"])
def test_only_whoever_presides_or_the_secretary_enters_it(motion, cast, people, name):
    with pytest.raises(Refused, match="Whoever presides"):
        enter(motion, {people["chair"]: "for"}, by=cast[name])


def test_in_a_meeting_held_here_each_casts_their_own(cast, people, now):
    by = cast["secretary"]
    meeting = in_session([people[name] for name in PRESENT], by=by, at=now)
    motion = voting(meeting, mover=people["chair"], by=by, at=now)
    with pytest.raises(Refused, match="casts their own ballot"):
        enter(motion, {people["chair"]: "for"}, by=by)


def test_a_long_piece_of_work_asks_for_the_company_once(company, django_assert_num_queries):
    with company.held(), django_assert_num_queries(0):
        assert Company.current() is company
    with django_assert_num_queries(1):
        assert Company.current() == company
