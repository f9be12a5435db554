"""Scenarios of votes that touch the Board's standing: a vacancy, and what no committee does."""

from datetime import UTC, datetime, timedelta

import pytest

from governance.board.operations import resign
from governance.committees.models import Kind
from governance.decisions import operations
from governance.decisions.models import MotionKind
from governance.refusals import Refused
from tests.factories import decisions, meetings
from tests.scenarios.conftest import ANNUAL

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 9, 15, 17, 0, tzinfo=UTC)


def filled(board, votes_for):
    """The Board of eight meets with five present, and so many vote for the nominee."""
    by = board.secretary
    resign(
        board.directorships["H"],
        delivered_on=ANNUAL,
        effective_on=NOON.date() - timedelta(days=26),
        by=by,
        on=ANNUAL,
    )
    accounts = {letter: board.account(letter) for letter in "BCDEF"}
    present = [board.people[letter] for letter in "BCDEF"]
    meeting = meetings.in_session(present, by=by, at=NOON)
    item = meetings.operations.add_item(meeting, title="The vacancy", by=by, at=NOON)
    motion = operations.put_motion(
        item,
        title="Elect the invented nominee",
        text="RESOLVED, that the invented nominee is elected to the vacant seat.",
        mover=board.people["B"],
        kind=MotionKind.FILL_VACANCY,
        by=by,
        at=NOON,
    )
    operations.put_before_meeting(motion, by=accounts["B"], at=NOON)
    operations.open_vote(motion, by=accounts["B"], at=NOON)
    for number, account in enumerate(accounts.values()):
        operations.cast_ballot(
            motion,
            choice="for" if number < votes_for else "against",
            by=account,
            at=NOON,
            digest=motion.digest,
            method="password",
        )
    return operations.close_vote(motion, by=accounts["B"], at=NOON)


def test_p_21_four_of_eight_do_not_fill_a_vacancy(f1):
    motion = filled(f1, 4)
    assert (motion.state, motion.in_office, motion.present) == ("failed", 8, 5)
    assert "so 5 for of 8 in office were needed" in operations.tally_of(motion).in_words


def test_p_21_five_of_eight_do(f1):
    motion = filled(f1, 5)
    assert motion.state == "passed"


@pytest.mark.parametrize("kind", ["amend_bylaw", "merger", "dissolution"])
def test_p_23_no_committee_does_what_is_the_boards_alone(kind, f1):
    by = f1.secretary
    meeting = meetings.drafted(by=by, at=NOON, committee=f1.committees[Kind.NOMINATING])
    item = meetings.operations.add_item(meeting, title="The bylaws", by=by, at=NOON)
    facts = {
        "title": "Amend",
        "text": "RESOLVED, as invented.",
        "mover": f1.people["D"],
        "by": by,
        "at": NOON,
    }
    with pytest.raises(Refused, match="put it as a motion of the Board") as refused:
        operations.put_motion(item, kind=kind, **facts)
    assert (refused.value.code, refused.value.provision) == ("nondelegable", "L-40")
    assert not item.motions.exists()
    # An ordinary act, pay for instance, is the committee's to take.
    operations.put_motion(item, **facts)
    of_board = meetings.drafted(by=by, at=NOON)
    item = meetings.operations.add_item(of_board, title="The bylaws", by=by, at=NOON)
    assert decisions.put(of_board, mover=f1.people["D"], by=by, at=NOON, item=item)
