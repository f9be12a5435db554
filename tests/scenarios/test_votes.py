"""Scenarios of votes that touch the Board's standing: a vacancy, and what no committee does."""

from datetime import UTC, datetime, timedelta

import pytest

from governance.board.operations import resign
from governance.committees.models import Kind
from governance.decisions import operations
from governance.decisions.interests import declare_interest
from governance.decisions.models import MotionKind
from governance.meetings import attending
from governance.meetings.models import ExecutiveSession, Meeting
from governance.records.models import Entry
from governance.refusals import Refused
from tests.factories import decisions, meetings
from tests.scenarios.conftest import ANNUAL

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 9, 15, 17, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


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
    assert "4 of 8 in office is not more than half" in operations.tally_of(motion).in_words


def test_p_21_five_of_eight_do(f1):
    motion = filled(f1, 5)
    assert motion.state == "passed"


@pytest.mark.parametrize("kind", ["amend_bylaw", "merger", "dissolution", "fill_vacancy"])
def test_p_23_no_committee_does_what_is_the_boards_alone(kind, f1):
    by, chair = f1.secretary, f1.account("D")
    committee = f1.committees[Kind.NOMINATING]
    meeting = meetings.drafted(by=by, at=NOON, committee=committee)
    item = meetings.operations.add_item(meeting, title="The bylaws", by=by, at=NOON)
    facts = {
        "title": "Amend",
        "text": "RESOLVED, as invented.",
        "mover": f1.people["D"],
        "by": by,
        "at": NOON,
    }
    motion = operations.put_motion(item, kind=kind, **facts)
    operations.put_before_meeting(motion, by=chair, at=NOON)
    assert (motion.state, motion.blocked_code) == ("blocked", "nondelegable")
    # What is not cured stays blocked, however often it is tried.
    operations.put_before_meeting(motion, by=chair, at=NOON)
    assert motion.state == "blocked"
    assert Entry.objects.about(motion).filter(move="block").count() == 2
    # The Board may put it.
    of_board = meetings.drafted(by=by, at=NOON)
    item = meetings.operations.add_item(of_board, title="The bylaws", by=by, at=NOON)
    assert operations.put_motion(item, kind=kind, **facts)


def test_p_23_a_committee_sets_executive_pay(f1):
    by, committee = f1.secretary, f1.committees[Kind.COMPENSATION]
    chair, present = f1.account("B"), [f1.people[letter] for letter in "BFG"]
    meeting = meetings.in_session(present, by=by, at=NOON, committee=committee)
    motion = pay(meeting, f1, at=NOON)
    operations.put_before_meeting(motion, by=chair, at=NOON)
    assert motion.state == "open"


def pay(meeting, board, at):
    """The pay of the chief executive, moved by B."""
    item = meetings.operations.add_item(meeting, title="Pay", by=board.secretary, at=at)
    return operations.put_motion(
        item,
        title="Pay of the chief executive",
        text="RESOLVED, that the invented pay is approved.",
        mover=board.people["B"],
        kind=MotionKind.CHIEF_EXECUTIVE_PAY,
        by=board.secretary,
        at=at,
    )


def test_p_30_the_chief_executive_is_out_while_their_pay_is_decided(f1):
    by, chair = f1.secretary, f1.account("B")
    present = [f1.people[letter] for letter in "ABCDEF"]
    meeting = meetings.in_session(present, by=by, at=NOON)
    motion = pay(meeting, f1, at=NOON)
    operations.put_before_meeting(motion, by=chair, at=NOON)
    assert (motion.state, motion.blocked_code) == ("blocked", "ceo_present")
    arrive, depart = attending.record_arrival, attending.record_departure
    depart(meeting, f1.people["A"], by=by, at=NOON + MINUTE)
    operations.put_before_meeting(motion, by=chair, at=NOON + MINUTE)
    assert (motion.state, motion.blocked_code) == ("open", "")
    arrive(meeting, f1.people["A"], mode="in_person", by=by, at=NOON + 2 * MINUTE)
    refuses_ceo(operations.open_vote, motion, by=chair, at=NOON + 3 * MINUTE)
    # Nor once they left again: it was before the meeting with them in the room.
    depart(meeting, f1.people["A"], by=by, at=NOON + 4 * MINUTE)
    refuses_ceo(operations.open_vote, motion, by=chair, at=NOON + 5 * MINUTE)
    operations.withdraw(motion, by=chair, at=NOON + 5 * MINUTE)
    anew = pay(meeting, f1, at=NOON + 6 * MINUTE)
    operations.put_before_meeting(anew, by=chair, at=NOON + 6 * MINUTE)
    operations.open_vote(anew, by=chair, at=NOON + 6 * MINUTE)
    # Back during the vote: nobody casts, and nothing is counted, while they are there.
    arrive(meeting, f1.people["A"], mode="in_person", by=by, at=NOON + 7 * MINUTE)
    later = {"by": chair, "at": NOON + 8 * MINUTE}
    vote = {"choice": "for", "digest": anew.digest, "method": "password"}
    refuses_ceo(operations.cast_ballot, anew, **vote, **later)
    refuses_ceo(operations.close_vote, anew, **later)
    assert not anew.ballots.exists()
    depart(meeting, f1.people["A"], by=by, at=NOON + 9 * MINUTE)
    operations.cast_ballot(anew, **vote, by=chair, at=NOON + 9 * MINUTE)
    assert operations.close_vote(anew, by=chair, at=NOON + 9 * MINUTE).state == "failed"


def refuses_ceo(verb, motion, **facts):
    with pytest.raises(Refused) as refused:
        verb(motion, **facts)
    assert (refused.value.code, refused.value.provision) == ("ceo_present", "L-21")


def test_p_24_an_interested_member_who_stays_counts_and_the_line_says_so(f1):
    """C, D, E present, D stays out of the vote: two of three carry it, one does not."""
    by, committee = f1.secretary, f1.committees[Kind.AUDIT]
    accounts = {letter: f1.account(letter) for letter in "CDE"}
    present = [f1.people[letter] for letter in "CDE"]
    meeting = meetings.in_session(present, by=by, at=NOON, committee=committee)
    results = {}
    for answer in ("for", "against"):
        motion = decisions.put(meeting, mover=f1.people["C"], by=by, at=NOON)
        operations.put_before_meeting(motion, by=accounts["C"], at=NOON)
        declare_interest(
            motion,
            f1.people["D"],
            mode="recused_stayed",
            disclosure="The invented contract is a cousin's.",
            by=accounts["D"],
            at=NOON,
        )
        operations.open_vote(motion, by=accounts["C"], at=NOON)
        for letter, choice in {"C": "for", "E": answer}.items():
            vote = {"digest": motion.digest, "method": "password"}
            operations.cast_ballot(motion, choice=choice, by=accounts[letter], at=NOON, **vote)
        motion = operations.close_vote(motion, by=accounts["C"], at=NOON)
        results[motion.state] = operations.tally_of(motion)
    assert results["passed"].safe_harbour is True
    said = "2 of 2 disinterested members then serving voted for, which is more than half"
    assert said in results["passed"].safe_harbour_in_words
    assert "2 of 3 present is more than half" in results["passed"].in_words
    assert results["failed"].safe_harbour is False


def test_p_21_seats_are_filled_by_fewer_than_a_quorum(f1):
    """L-49: four in office of nine. No quorum is possible, and three of four fill a seat."""
    by, before = f1.secretary, ANNUAL
    for letter in "EFGHI":
        resign(f1.directorships[letter], delivered_on=before, by=by, on=before)
    chair, present = f1.account("B"), [f1.people[letter] for letter in "ABCD"]
    accounts = [chair, f1.account("C"), f1.account("D")]
    meeting = meetings.in_session(present, by=by, at=NOON, kind="special", vacancy_only=True)
    assert not Meeting.objects.held().filter(pk=meeting.pk).exists()
    assert not ExecutiveSession.objects.filter(meeting=meeting).exists()
    item = meetings.operations.add_item(meeting, title="The vacancy", by=by, at=NOON)
    facts = {"mover": f1.people["B"], "by": by, "at": NOON}
    other = operations.put_motion(item, title="Other", text="RESOLVED, another.", **facts)
    operations.put_before_meeting(other, by=chair, at=NOON)
    assert (other.state, other.blocked_code) == ("blocked", "vacancy_only")
    motion = operations.put_motion(
        item, title="Elect", text="RESOLVED, elected.", kind="fill_new_seat", **facts
    )
    operations.put_before_meeting(motion, by=chair, at=NOON)
    operations.open_vote(motion, by=chair, at=NOON)
    for account in accounts:
        vote = {"digest": motion.digest, "method": "password"}
        operations.cast_ballot(motion, choice="for", by=account, at=NOON, **vote)
    motion = operations.close_vote(motion, by=chair, at=NOON)
    assert (motion.state, motion.in_office, motion.votes_for) == ("passed", 4, 3)


def test_l_49_half_of_those_in_office_do_not_open_a_meeting_to_fill_seats(f1):
    by = f1.secretary
    for letter in "EFGHI":
        resign(f1.directorships[letter], delivered_on=ANNUAL, by=by, on=ANNUAL)
    with pytest.raises(Refused, match="3 of 4 needed, 2 present") as refused:
        meetings.in_session(
            [f1.people["A"], f1.people["B"]], by=by, at=NOON, kind="special", vacancy_only=True
        )
    assert refused.value.provision == "L-49"


def test_l_49_without_a_vacancy_nothing_is_filled(f1):
    by, present = f1.secretary, [f1.people[letter] for letter in "BCDEF"]
    meeting = meetings.in_session(present, by=by, at=NOON)
    item = meetings.operations.add_item(meeting, title="A seat", by=by, at=NOON)
    motion = operations.put_motion(
        item,
        title="Elect",
        text="RESOLVED, elected.",
        mover=f1.people["B"],
        kind="fill_vacancy",
        by=by,
        at=NOON,
    )
    chair = f1.account("B")
    operations.put_before_meeting(motion, by=chair, at=NOON)
    assert (motion.state, motion.blocked_code) == ("blocked", "no_vacancy")
    # A resignation for a later day lets the Board choose the successor now.
    on = NOON.date()
    resign(
        f1.directorships["H"],
        delivered_on=on,
        effective_on=on + timedelta(days=20),
        by=by,
        on=on,
    )
    operations.put_before_meeting(motion, by=chair, at=NOON)
    assert (motion.state, motion.blocked_why) == ("open", "")


def test_l_45_there_is_no_motion_that_removes_a_director():
    about_directors = [kind for kind in MotionKind if "remove" in kind or "director" in kind]
    assert about_directors == [MotionKind.DIRECTOR_PAY]
