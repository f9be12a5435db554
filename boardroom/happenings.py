"""What happened since the reader was last here, as far as they may know of it."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.db.models import (
    Case,
    CharField,
    OuterRef,
    Subquery,
    When,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from governance.committees.asking import ask
from governance.decisions.models import Motion
from governance.meetings.models import (
    ExecutiveSession,
    Meeting,
)
from governance.records.models import Entry
from governance.words import (
    said_hour,
)

# A first visit is told what happened in this time, and nobody is told of more.
LOOK_BACK = timedelta(days=14)
# After this long away, coming back is another visit.
A_VISIT_ENDS_AFTER = timedelta(minutes=30)
MOST_HAPPENINGS = 8
MOST_ENTRIES = 60


def last_here(request, now):
    """When the reader's visit before this one ended; at the earliest a fortnight ago.

    A visit ends with half an hour's absence, so that reading a page twice loses no news. In a new
    session it is when another of their sessions was last seen.
    """
    session = request.session
    seen = parse_datetime(session.get("seen", ""))
    if seen is None:
        earlier = UserSession.objects.filter(user=request.user)
        earlier = earlier.exclude(session_key=session.session_key).order_by("-last_seen_at")
        last = earlier.values_list("last_seen_at", flat=True).first()
        session["last_here"] = last.isoformat() if last else ""
        session["seen"] = now.isoformat()
    elif now - seen > A_VISIT_ENDS_AFTER:
        session["last_here"], session["seen"] = seen.isoformat(), now.isoformat()
    elif now - seen > A_VISIT_ENDS_AFTER / 3:
        session["seen"] = now.isoformat()
    last = parse_datetime(session.get("last_here", ""))
    earliest = timezone.localtime(now - LOOK_BACK).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    return max(last, earliest) if last else earliest


def said_since(since, now):
    """How long that is: "2 days"."""
    days = (timezone.localdate(now) - timezone.localdate(since)).days
    if days == 0:
        return f"since {said_hour(since)}"
    return "1 day" if days == 1 else f"{days} days"


# How a move is told where its own word is not a verb: "Notice given of the Q4 Board meeting".
TOLD = {
    ("meetings.meeting", "notice"): "Notice given of the {}",
    ("decisions.motion", "open_vote"): "Vote opened on {}",
}
RECORDED = {model._meta.label_lower: model for model in (Meeting, Motion, ExecutiveSession)}
PAGES = {
    "meetings.meeting": "meetings:meeting",
    "decisions.motion": "decisions:motion",
    "meetings.executivesession": "meetings:session",
}


SAID_MOVES = sorted({move.name for model in RECORDED.values() for move in model.MOVES if move.said})


def happenings(visit, since):
    """What the record says of that time, as far as the reader may know of it, the latest first.

    Of each meeting and motion the last thing is told: where it stands now.
    """
    latest = {}
    for entry in ask(news, visit.user, instant=since):
        latest.setdefault(entry.subject_id, entry)
    return [happened(entry, visit.today) for entry in list(latest.values())[:MOST_HAPPENINGS]]


def news(user, since):
    """Entries with the title of what they speak of, which comes through its own door."""
    subject = {"pk": OuterRef("subject_id")}
    meetings = Meeting.objects.visible_to(user).filter(**subject).order_by()
    motions = Motion.objects.visible_to(user).filter(**subject).order_by()
    titles = Case(
        When(subject_label="meetings.meeting", then=Subquery(meetings.values("name")[:1])),
        When(subject_label="decisions.motion", then=Subquery(motions.values("title")[:1])),
        output_field=CharField(),
    )
    told = {"subject_label__in": sorted(RECORDED), "move__in": SAID_MOVES}
    entries = Entry.objects.visible_to(user).filter(at__gt=since, **told)
    return entries.annotate(title=titles).order_by("-at", "-recorded_at")[:MOST_ENTRIES]


def happened(entry, today):
    """One entry as a sentence: "Q3 Board meeting adjourned"."""
    model = RECORDED[entry.subject_label]
    said = next(
        move.said
        for move in model.MOVES
        if move.name == entry.move and entry.source in move.sources and entry.target == move.target
    )
    return {
        "when": said_lately(entry.at, today),
        "what": sentence(entry, said),
        "url": reverse(PAGES[entry.subject_label], args=[entry.subject_id]),
    }


def said_lately(instant, today):
    """ "Today 09:12", "Thu 17:40" within the week, and "6 Nov" before."""
    day = timezone.localdate(instant)
    if day == today:
        return f"Today {said_hour(instant)}"
    if (today - day).days < 7:
        return f"{day:%a} {said_hour(instant)}"
    return f"{day.day} {day:%b}"


def sentence(entry, said):
    title = entry.title or "Executive session"
    if entry.subject_label == "decisions.motion":
        title = f"“{title}”"
    told = TOLD.get((entry.subject_label, entry.move))
    if told:
        return told.format(title)
    return f"Motion {title} {said}" if title.startswith("“") else f"{title} {said}"
