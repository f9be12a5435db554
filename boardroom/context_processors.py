"""What the frame of every page shows: the rail, who is signed in, and whose board it is."""

from collections import Counter
from functools import cache

from django.db.models import Value
from django.urls import reverse

from boardroom.agenda import presents
from clawback.access import in_the_circle
from governance.asking import SOME_KEYS, keys_told
from governance.board.models import Role
from governance.committees.asking import ask, ask_values
from governance.committees.standing import standing_today
from governance.decisions.models import Motion, WrittenConsent
from governance.notices.inbox import (
    A_LOOK,
    MOST_COUNTED,
    behind,
    unread_known,
    unread_labels,
    unread_subjects,
)
from governance.people.models import Office
from governance.words import said_number

# What waits for a director's vote or signature, beside what letters speak of.
ANSWER = "answer"


def frame(request):
    """Each part is read when the page shows it: pages that show none of it cost no query."""
    reader = getattr(request, "user", None)
    if reader is None or not reader.is_authenticated:
        return {"company": getattr(request, "company", None)}
    waits = cache(lambda: ask_values(waiting, reader, given={}))
    return {
        "company": getattr(request, "company", None),
        "me": cache(lambda: me(request)),
        "rail": cache(lambda: rail(request, waits)),
        "letters": cache(lambda: letters(request, waits)),
        "rail_admin_url": cache(lambda: admin_address(reader)),
    }


def me(request):
    """The reader's name and what they are today."""
    standing = standing_today(request.user)
    return {"name": standing.name, "roles": roles(standing)}


def roles(standing):
    """As the rail prints them: "Lead Independent Director", "Compensation (Chair)", "Audit"."""
    told = [Role(role).label for role in standing.designations]
    told += [title or Office(office).label for office, title in standing.appointments]
    if standing.is_director and not standing.designations:
        told.append("Independent Director" if standing.is_independent else "Director")
    told += [f"{seat.name} (Chair)" if seat.chairs else seat.name for seat in standing.seats]
    return told or ["No office today"]


def admin_address(user):
    """Where whoever runs the year or the system works; empty for everybody else."""
    standing = standing_today(user)
    works_there = standing.is_secretarial or Office.ADMINISTRATOR in standing.offices
    return reverse("admin:index") if works_there else ""


def rail(request, waits):
    """The rooms that this reader may open, the one they are in, and what needs them there."""
    here = request.resolver_match
    entries = []
    for label, name, icon in rooms_of(request):
        current = here is not None and (here.app_name or here.url_name) == name.partition(":")[0]
        entry = {"label": label, "url": reverse(name), "icon": icon, "current": current}
        entries.append({**entry, **counted(request, label, waits)})
    return entries


def rooms_of(request):
    """Meetings and decisions belong to directors and the secretary's office; a presenter has the
    meeting in which they present. Who sits on the Board is known to everybody inside."""
    standing = standing_today(request.user)
    serves = standing.is_director or standing.is_secretarial
    yield "Today", "today", "sun"
    if serves or presents(request.user):
        yield "Meetings", "meetings:meetings", "calendar3"
        yield "Papers", "papers:papers", "book"
    if serves:
        yield "Decisions", "decisions:decisions", "check2-square"
    yield "Board", "board:board", "people"
    yield "Committees", "committees:committees", "diagram-3"
    if in_the_circle(request.user):
        yield "Clawback", "clawback:cases", "arrow-counterclockwise"


def counted(request, label, waits):
    """How many things need the reader in a room. Today counts its own when it has listed them."""
    if label == "Today" and hasattr(request, "needs"):
        number = len(request.needs)
        return {"count": number, "count_says": said_count(number, "thing needs", "things need")}
    if label == "Decisions" and shows_work(request):
        number = votes_awaiting(request, waits)
        return {
            "count": number,
            "count_says": said_count(number, "decision awaits", "decisions await"),
        }
    return {}


def votes_awaiting(request, waits):
    """Open votes and consents that the reader has not answered; only a director has one."""
    if hasattr(request, "votes_awaiting"):
        return request.votes_awaiting
    return sum(label == ANSWER for label, _ in waits())


def waiting(user):
    """Kind and key of what is counted on every page, asked in one question: what the latest unread
    letters speak of, and what waits for a director's vote or signature."""
    rows = unread_subjects(user)
    if not standing_today(user).is_director:
        return rows
    asked = Motion.objects.awaiting(user), WrittenConsent.objects.awaiting(user)
    answers = [each.order_by().values_list(Value(ANSWER), "pk") for each in asked]
    return rows.union(*answers, all=True)


def letters(request, waits):
    """How many letters the reader has not opened, for themselves alone."""
    here = request.resolver_match
    entry = {"current": here is not None and here.view_name == "notices:inbox"}
    if not shows_work(request):
        return entry
    number = unread_number(request.user, [one for one in waits() if one[0] != ANSWER])
    told = f"{MOST_COUNTED}+" if number > MOST_COUNTED else number
    says = "more than ninety-nine letters are unread"
    if number <= MOST_COUNTED:
        says = f"{said_number(number)} letter{' is' if number == 1 else 's are'} unread"
    return {**entry, "count": told, "count_says": says}


def unread_number(user, subjects):
    """How many letters the reader has not opened and may know of; at most one more than is counted.

    Unread letters are few, so the doors are asked by the keys of what the latest speak of; where
    they are many and most are shut, every one of them is asked about.
    """
    latest = Counter(subjects)
    labels = tuple(sorted({label for label, _ in latest}))
    if not labels:
        return 0
    keys = keys_told(key for _, key in latest)
    known_of = {*ask_values(behind, user, labels, given={SOME_KEYS: keys})}
    number = sum(latest[subject] for subject in known_of)
    if number > MOST_COUNTED or latest.total() < A_LOOK:
        return min(number, MOST_COUNTED + 1)
    every_label = tuple(one.subject_label for one in ask(unread_labels, user))
    return len(ask(unread_known, user, every_label))


def shows_work(request):
    """Pages about one's own account may be shown before the second factor: nothing is counted."""
    here = request.resolver_match
    return here is not None and not here.route.startswith("accounts/")


def said_count(number, one, many):
    return f"{said_number(number)} {one if number == 1 else many} you"
