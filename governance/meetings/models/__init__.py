"""The nouns of this room: meetings, requests for agenda items, executive sessions."""

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
from governance.meetings.models.request import AgendaRequest
from governance.meetings.models.session import (
    ExecutiveSession,
    PresiderBallot,
    SessionAttendance,
    SessionKind,
)

__all__ = [
    "OVER",
    "AgendaItem",
    "AgendaRequest",
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
