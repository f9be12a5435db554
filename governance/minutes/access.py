"""Who drafts, reads, comments on and signs minutes (access table, "Minutes")."""

from governance.board.access import is_director, is_of_the_secretarys_office, is_secretary
from governance.committees.access import chairs
from governance.meetings.access import belongs_to, serves
from governance.meetings.models import Attendance


def may_draft(by, minutes, day):
    """The secretary's office, where it serves the meeting (M-05)."""
    return is_of_the_secretarys_office(by, day)


def may_draft_of(standing, meeting):
    """The same, asked about a meeting before there are minutes, for a button."""
    return serves(standing, meeting)


def may_circulate(by, minutes, day):
    """The Corporate Secretary (M-05)."""
    return is_secretary(by, day)


def may_write(by, minutes, day):
    """The secretary's office, and the chair of the committee whose minutes they are."""
    if is_of_the_secretarys_office(by, day):
        return True
    committee = minutes.meeting.committee
    return committee is not None and chairs(by, committee, day)


def may_comment(by, minutes, day):
    """Members of the body, those who attended and those who did not (M-05)."""
    return belongs_to(by, minutes.meeting, day)


def may_sign(by, minutes, day):
    """The Corporate Secretary, and where the rule says so whoever presided (M-05)."""
    return is_secretary(by, day) or signs_for_having_presided(by, minutes, day)


def signs_for_having_presided(by, minutes, day):
    """They did, serve on the Board still, and the company has them sign."""
    from governance.minutes.models import MinutesRule

    if by is None or minutes.on_paper or by.person_id != minutes.presided_id:
        return False
    return is_director(by, day) and MinutesRule.on(day).presider_signs


def may_propose_correction(by, correction, day):
    """Whoever attended and sits on the Board still, or the Corporate Secretary (M-05)."""
    if is_secretary(by, day):
        return True
    meeting = correction.minutes.meeting
    attended = Attendance.objects.filter(meeting=meeting, person=by.person_id)
    return is_director(by, day) and attended.exists()
