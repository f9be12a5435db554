"""Who may move, preside over, vote on and read a motion."""

from governance.board.access import is_secretary
from governance.meetings.access import belongs_to, may_preside, may_run


def may_propose(by, motion, day):
    """A member of the body, or the Corporate Secretary, puts a motion (M-03)."""
    return belongs_to(by, motion.meeting, day) or is_secretary(by, day)


def may_enter_for_others(by, day):
    """The Corporate Secretary writes down who moved and who seconded."""
    return is_secretary(by, day)


def may_put(by, motion, day):
    """Whoever presides puts a motion before the meeting and opens its vote (M-03)."""
    return may_preside(by, motion.meeting, day)


def may_conduct(by, motion, day):
    """Whoever presides, or the Corporate Secretary for them, closes the vote (M-03)."""
    return may_run(by, motion.meeting, day)


def may_withdraw(by, motion, day):
    """The mover takes the motion back before the vote."""
    return by is not None and motion.mover_id == by.person_id


def may_propose_on(item, by, day):
    """The same, asked about an item of the agenda before there is a motion."""
    return belongs_to(by, item.meeting, day) or is_secretary(by, day)
