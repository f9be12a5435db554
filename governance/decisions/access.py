"""Who may move, preside over, vote on and read a motion; who circulates and signs a consent."""

from governance.board.access import (
    chairs_the_board,
    is_of_the_secretarys_office,
    is_secretary,
    leads_the_independent,
)
from governance.committees.access import chairs
from governance.meetings.access import belongs_to, is_its_secretary, may_preside, may_run


def may_propose(by, motion, day):
    """A member of the body, or the Corporate Secretary, puts a motion (M-03)."""
    return belongs_to(by, motion.meeting, day) or is_its_secretary(by, motion.meeting, day)


def may_enter_for_others(by, meeting, day):
    """The Corporate Secretary writes down who moved and who seconded."""
    return is_its_secretary(by, meeting, day)


def may_put(by, motion, day):
    """Whoever presides puts a motion before the meeting and opens its vote (M-03)."""
    return may_preside(by, motion.meeting, day)


def may_conduct(by, motion, day):
    """Whoever presides, or the Corporate Secretary for them, closes the vote (M-03)."""
    return may_run(by, motion.meeting, day)


def may_declare(by, motion, day):
    """A member of the body declares an interest; whoever runs the meeting writes one down."""
    return belongs_to(by, motion.meeting, day) or may_run(by, motion.meeting, day)


def may_amend(by, motion, day):
    """The mover words a motion anew; the secretary writes it down for them (M-03)."""
    return may_withdraw(by, motion, day) or is_secretary(by, day)


def may_withdraw(by, motion, day):
    """The mover takes the motion back before the vote."""
    return by is not None and motion.mover_id == by.person_id


def may_propose_on(item, by, day):
    """The same, asked about an item of the agenda before there is a motion."""
    return belongs_to(by, item.meeting, day) or is_secretary(by, day)


def chairs_the_body(by, consent, day):
    """Chairs the Board, or the committee whose consent it is."""
    if consent.committee_id:
        return chairs(by, consent.committee, day)
    return chairs_the_board(by, day)


def may_draft_consent(by, consent, day):
    """The secretary's office, the chair of the body, and for the Board its lead director."""
    leads = consent.committee_id is None and leads_the_independent(by, day)
    return is_of_the_secretarys_office(by, day) or chairs_the_body(by, consent, day) or leads


def may_circulate(by, consent, day):
    """The Corporate Secretary, or the chair of the body (M-04)."""
    return is_secretary(by, day) or chairs_the_body(by, consent, day)


def signs(by, consent, day):
    """A member of the body; whoever will be one at the time the signature counts (L-43)."""
    return by is not None


def may_file(by, consent, day):
    """The Corporate Secretary places it with the minutes (M-04)."""
    return is_secretary(by, day)
