"""The nouns of this room: meetings, requests, actions, guests, executive sessions."""

from governance.meetings.models.action import Action
from governance.meetings.models.agenda import (
    AgendaItem,
    Purpose,
    Recusal,
    RecusalMode,
    Tag,
)
from governance.meetings.models.calendar import CalendarEntry, CalendarFeed
from governance.meetings.models.consultation import Consultation
from governance.meetings.models.discussion import Discussion
from governance.meetings.models.guest import Ground, ItemGuest
from governance.meetings.models.meeting import (
    HELD,
    OVER,
    Attendance,
    Meeting,
    MeetingKind,
    Mode,
    NoticeRule,
    Quorum,
    Reply,
)
from governance.meetings.models.notice import NoticeObjection, NoticeWaiver
from governance.meetings.models.request import AgendaRequest
from governance.meetings.models.session import Capacity, ExecutiveSession, SessionKind
from governance.meetings.models.session_people import (
    PresiderBallot,
    PresidingInterval,
    SessionAttendance,
    SessionGuest,
    SessionInvitation,
    SessionReading,
    WaiverVote,
)
from governance.meetings.models.template import AgendaTemplate, TemplateLine

__all__ = [
    "HELD",
    "OVER",
    "Action",
    "AgendaItem",
    "AgendaRequest",
    "AgendaTemplate",
    "Attendance",
    "CalendarEntry",
    "CalendarFeed",
    "Capacity",
    "Consultation",
    "Discussion",
    "ExecutiveSession",
    "Ground",
    "ItemGuest",
    "Meeting",
    "MeetingKind",
    "Mode",
    "NoticeObjection",
    "NoticeRule",
    "NoticeWaiver",
    "PresiderBallot",
    "PresidingInterval",
    "Purpose",
    "Quorum",
    "Recusal",
    "RecusalMode",
    "Reply",
    "SessionAttendance",
    "SessionGuest",
    "SessionInvitation",
    "SessionKind",
    "SessionReading",
    "Tag",
    "TemplateLine",
    "WaiverVote",
]
