"""Scenarios of quorum, presence and the vote: who is there, and what it takes (L-37, L-38)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from governance.board.operations import resign
from governance.decisions import operations as decisions
from governance.meetings import attending, operations
from governance.meetings.cadence import attended
from governance.meetings.models import ExecutiveSession
from governance.meetings.yearly import read_year
from governance.records.models import FiscalYear
from governance.records.moves import moves_open_to
from governance.refusals import Refused
from tests.factories import meetings

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 6, 17, 0, tzinfo=UTC)
TEXT = "RESOLVED, as invented."


def noticed(board, *, before=timedelta(hours=48)):
    hours = int(before.total_seconds() // 3600)
    return meetings.noticed(by=board.secretary, at=NOON - before, hours=hours)


def arrives(board, meeting, letter, mode="in_person", at=NOON):
    attending.record_arrival(meeting, board.people[letter], mode=mode, by=board.secretary, at=at)


def put(board, meeting, at=NOON):
    """A motion before the meeting, on an item of its own; the chair presides."""
    item = operations.add_item(meeting, title="An invented matter", by=board.secretary, at=at)
    motion = decisions.put_motion(
        item, title="A matter", text=TEXT, mover=board.people["B"], by=board.secretary, at=at
    )
    decisions.put_before_meeting(motion, by=board.accounts["B"], at=at)
    return motion


def voted(board, motion, choices, at=NOON):
    """The vote is opened, each casts theirs, and it is closed."""
    decisions.open_vote(motion, by=board.accounts["B"], at=at)
    for letter, choice in choices.items():
        decisions.cast_ballot(
            motion,
            choice=choice,
            by=board.accounts[letter],
            at=at,
            digest=motion.digest,
            method="password",
        )
    return decisions.close_vote(motion, by=board.accounts["B"], at=at)


@pytest.fixture
def board(f1):
    f1.accounts = {letter: f1.account(letter) for letter in "ABCDEFGHI"}
    return f1


@pytest.fixture
def in_session(board):
    """Called to order at noon with these directors."""

    def begin(letters):
        meeting = noticed(board)
        for letter in letters:
            arrives(board, meeting, letter)
        return operations.call_to_order(meeting, by=board.accounts["B"], at=NOON)

    return begin


def test_p_04_four_of_nine_seats_are_no_quorum(board):
    on = (NOON - timedelta(days=30)).date()
    resign(board.directorships["H"], delivered_on=on, by=board.secretary, on=on)
    meeting = noticed(board)
    for letter in "BCDE":
        arrives(board, meeting, letter)
    with pytest.raises(Refused, match="5 of 9 needed, 4 present"):
        operations.call_to_order(meeting, by=board.accounts["B"], at=NOON)
    operations.record_no_quorum(meeting, by=board.secretary, at=NOON)
    meeting.refresh_from_db()
    assert meeting.state == "failed_quorum"
    assert meeting.executive_session.state == "cancelled"


@pytest.mark.parametrize(
    "present, choices, state",
    [
        ("BCDEF", ["for", "for", "against", "abstain", "abstain"], "failed"),
        ("BCDEF", ["for", "for", "for", "abstain", "abstain"], "passed"),
        ("BCDEFG", ["for", "for", "for", "against", "against", "against"], "failed"),
    ],
)
def test_p_05_abstentions_count_as_present(present, choices, state, board, in_session):
    motion = put(board, in_session(present))
    closed = voted(board, motion, dict(zip(present, choices, strict=True)))
    assert closed.state == state
    # Exactly half fails, and nobody has a casting vote (C5).
    assert moves_open_to(closed, board.accounts["B"], NOON.date()) == []


def test_p_06_by_telephone_is_presence_while_the_line_holds(board):
    meeting = noticed(board)
    for letter in "BCD":
        arrives(board, meeting, letter)
    for letter in "EF":
        arrives(board, meeting, letter, mode="telephone")
    operations.call_to_order(meeting, by=board.accounts["B"], at=NOON)
    assert meeting.count_present(NOON).in_words == "5 of 9 needed, 5 present"
    motion = put(board, meeting)
    lost, back = NOON + timedelta(minutes=10), NOON + timedelta(minutes=12)
    attending.record_departure(meeting, board.people["F"], by=board.secretary, at=lost)
    with pytest.raises(Refused) as refused:
        decisions.open_vote(motion, by=board.accounts["B"], at=lost)
    assert refused.value.code == "inquorate"
    arrives(board, meeting, "F", mode="telephone", at=back)
    assert voted(board, motion, dict.fromkeys("BCDEF", "for"), at=back).state == "passed"
    assert attended_in_2026(board.people["F"], at=back) == 1


def attended_in_2026(person, *, at):
    year = FiscalYear.objects.create(label="2026", start=date(2026, 1, 1), end=date(2026, 12, 31))
    year.quarters.create(number=1, start=year.start, end=year.end)
    read = read_year(year, ExecutiveSession.objects.none())
    return attended([meeting for meeting, _ in read.held(at)], person.pk, at)


@pytest.mark.parametrize(
    "mode, choices, state",
    [
        ("stayed", ["for", "for", "for", "against"], "passed"),
        ("stayed", ["for", "for", "against", "against"], "failed"),
    ],
)
def test_p_07_whoever_is_recused_and_stays_is_present(mode, choices, state, board, in_session):
    motion = put(board, in_session("BCDEF"))
    recuse(board, motion, mode)
    assert voted(board, motion, dict(zip("BCDE", choices, strict=True))).state == state


def test_p_07_whoever_is_recused_and_leaves_is_not(board, in_session):
    motion = put(board, in_session("BCDEF"))
    recuse(board, motion, "left")
    with pytest.raises(Refused, match="5 of 9 needed, 4 present") as refused:
        decisions.open_vote(motion, by=board.accounts["B"], at=NOON)
    assert refused.value.code == "inquorate"


def recuse(board, motion, mode):
    operations.record_recusal(
        motion.item,
        board.people["F"],
        mode=mode,
        basis="An invented affiliate.",
        by=board.accounts["F"],
        at=NOON,
    )
