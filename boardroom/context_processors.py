"""What the frame of every page shows: the rail, who is signed in, and whose board it is."""

from functools import cache

from django.urls import NoReverseMatch, reverse

from boardroom.standing import standing_of
from governance.decisions.models import Motion
from governance.words import said_number


def frame(request):
    """Each part is read when the page shows it: pages that show none of it cost no query."""
    reader = getattr(request, "user", None)
    if reader is None or not reader.is_authenticated:
        return {"company": getattr(request, "company", None)}
    return {
        "company": getattr(request, "company", None),
        "me": cache(lambda: me(request)),
        "rail": cache(lambda: rail(request)),
        "rail_admin_url": cache(lambda: reverse("admin:index") if is_staff(request) else ""),
    }


def me(request):
    """The reader's name and what they are today."""
    standing = standing_of(request)
    return {"name": standing.person.name, "roles": standing.roles}


def is_staff(request):
    standing_of(request)
    return request.user.is_staff


def rail(request):
    """The rooms that this reader may open, the one they are in, and what needs them there."""
    here = request.resolver_match
    entries = []
    for label, name, icon in rooms_of(request):
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        current = here is not None and (here.app_name or here.url_name) == name.partition(":")[0]
        entries.append({"label": label, "url": url, "icon": icon, "current": current})
    for entry in entries:
        entry.update(counted(request, entry["label"]))
    return entries


def rooms_of(request):
    """Meetings and decisions belong to directors and the secretary's office; a presenter has the
    meeting in which they present. Who sits on the Board is known to everybody inside."""
    standing = standing_of(request)
    serves = standing.is_director or request.user.is_secretarial
    yield "Today", "today", "sun"
    if serves or standing.presents:
        yield "Meetings", "meetings:meetings", "calendar3"
    if serves:
        yield "Decisions", "decisions:decisions", "check2-square"
    yield "Board", "board:board", "people"
    yield "Committees", "committees:committees", "diagram-3"


def counted(request, label):
    """How many things need the reader in a room. Today counts its own when it has listed them."""
    if label == "Today" and hasattr(request, "needs"):
        number = len(request.needs)
        return {"count": number, "count_says": said_count(number, "thing needs", "things need")}
    if label == "Decisions" and shows_work(request):
        number = votes_awaiting(request)
        return {"count": number, "count_says": said_count(number, "vote awaits", "votes await")}
    return {}


def votes_awaiting(request):
    """Open votes in which the reader has not voted; only a director has one."""
    if hasattr(request, "votes_awaiting"):
        return request.votes_awaiting
    if not standing_of(request).is_director:
        return 0
    return Motion.objects.awaiting(request.user).count()


def shows_work(request):
    """Pages about one's own account may be shown before the second factor: nothing is counted."""
    here = request.resolver_match
    return here is not None and not here.route.startswith("accounts/")


def said_count(number, one, many):
    return f"{said_number(number)} {one if number == 1 else many} you"
