"""The nouns of this room: meetings in `meeting`, executive sessions in `session`."""

from governance.meetings.models.meeting import (
    OVER,
    AgendaItem,
    Attendance,
    Meeting,
    MeetingKind,
    Mode,
    NoticeRule,
    Purpose,
    Quorum,
    Recusal,
    RecusalMode,
    Reply,
    Tag,
)
from governance.meetings.models.session import (
    ExecutiveSession,
    PresiderBallot,
    SessionAttendance,
    SessionKind,
)

__all__ = [
    "OVER",
    "AgendaItem",
    "Attendance",
    "ExecutiveSession",
    "Meeting",
    "MeetingKind",
    "Mode",
    "NoticeRule",
    "PresiderBallot",
    "Purpose",
    "Quorum",
    "Recusal",
    "RecusalMode",
    "Reply",
    "SessionAttendance",
    "SessionKind",
    "Tag",
]
