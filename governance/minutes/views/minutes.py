"""Minutes as a reader may read them, and what can be done with them."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from governance.committees.standing import visitor
from governance.meetings.access import may_arrange
from governance.minutes import operations
from governance.minutes.access import (
    may_circulate,
    may_comment,
    may_propose_correction,
    may_write,
)
from governance.minutes.forms import (
    called,
)
from governance.minutes.models import Capacity, Comment, Correction
from governance.minutes.moves import MinutesState
from governance.minutes.views.asking import found, walls_of
from governance.records.models import Entry
from governance.records.moves import moves_open_to
from governance.words import said_day, said_long_day, said_moment

MARKS = {
    MinutesState.DRAFT: "soon",
    MinutesState.CIRCULATED: "vote",
    MinutesState.APPROVED: "soon",
    MinutesState.SIGNED: "met",
    MinutesState.LOCKED: "met",
}
STANDS = {
    MinutesState.DRAFT: "A draft, which the secretary's office sees. Then: circulated, approved at "
    "a later meeting, signed, locked.",
    MinutesState.CIRCULATED: "Members read them and comment. Then: approved at a later meeting, "
    "signed, locked.",
    MinutesState.APPROVED: "Approved. The last signature locks them.",
    MinutesState.SIGNED: "Signed.",
    MinutesState.LOCKED: "Signed and locked. What they should have said is added as a correction.",
}


@require_safe
def minutes(request, pk):
    """The minutes as this reader may read them, and what can be done with them (M-05)."""
    row = found(request, pk)
    earlier = row.versions.visible_to(request.user)
    version, other = row.current, asked_version(request, earlier)
    walls = walls_of(row, request.user)
    comments = Comment.objects.visible_to(request.user).filter(minutes=row)
    said = [one for one in comments.select_related("person") if one.part not in walls]
    parts = shown_parts(version, walls, request)
    for part in parts:
        part["comments"] = [said_comment(one, request) for one in said if one.part == part["key"]]
    writes = may_write(visitor(request.user), row, request.user.today)
    page = {
        "minutes": row,
        "meeting": row.meeting,
        "version": version,
        "heading": operations.named(row),
        "badge": MARKS[row.state],
        "stands": STANDS[row.state],
        "parts": parts,
        "checks": list(checks(row, version)) if writes and not row.is_approved else [],
        "acts": acts(request, row, writes),
        "comments": may_comment(visitor(request.user), row, request.user.today)
        and row.state == MinutesState.CIRCULATED,
        "facts": facts(request, row, version),
        "others": list(earlier.exclude(pk=version.pk).values_list("number", flat=True)),
        "other": other,
        "changes": changes(other, version, walls) if other else [],
        "corrections": [] if walls else list(shown_corrections(request, row)),
    }
    return render(request, "minutes/minutes.html", page)


def asked_version(request, versions):
    """The earlier version with which this one is compared."""
    asked = request.GET.get("against")
    if not asked:
        return None
    other = versions.filter(number=asked).first() if asked.isdecimal() else None
    if other is None:
        raise Http404
    return other


def shown_parts(version, walls, request):
    """The parts with what they say; of a withheld one only that it is withheld, and since when."""
    told = []
    for number, part in enumerate(version.read_parts):
        if part.key in walls:
            since = said_day(walls[part.key], request.user.today)
            told.append(
                {"key": part.key, "withheld": f"Item {number}: withheld, recused since {since}."}
            )
        else:
            told.append({"key": part.key, "part": part})
    return told


def said_comment(one, request):
    return {
        "who": one.person.name,
        "says": one.text,
        "when": said_moment(one.said_at, request.user.today),
        "version": one.version,
    }


def checks(row, version):
    """Before they can go out: what is there, and what is missing with the place to mend it."""
    url = reverse("minutes:write", args=[row.pk])
    for check in version.checks():
        if check.holds:
            yield {"kind": "met", "says": check.says}
        else:
            at = f"{url}#id_words-{check.part}"
            yield {"kind": "overdue", "says": check.says, "url": at, "verb": "Write it"}


def facts(request, row, version):
    """Where they stand, in pairs."""
    told = [{"label": "Version", "value": version.number}]
    if row.circulated_at:
        day = said_long_day(timezone.localdate(row.circulated_at))
        told.append({"label": "Circulated", "value": day})
    if row.approved_by:
        day = said_long_day(row.approved_by.day)
        told.append(
            {"label": "Approved", "value": f"{day}, by {row.approved_by.get_how_display()}"}
        )
    for one in row.signatures.visible_to(request.user).select_related("signer"):
        day = said_long_day(timezone.localdate(one.signed_at))
        told.append(
            {
                "label": "Signed",
                "value": f"{day}, by {one.signer} ({one.get_capacity_display()})",
                "url": one.get_absolute_url(),
            }
        )
    if how := operations.how_on_paper(row):
        told.append({"label": "On paper", "value": how})
    if row.state == MinutesState.APPROVED:
        told.append({"label": "To be signed", "value": ", ".join(awaited(row, request))})
    if purged := entry_of_purge(row):
        told.append({"label": "Earlier versions", "value": purged})
    if not walls_of(row, request.user):
        told.append({"label": "Fingerprint", "value": version.digest, "figures": True})
    return told


def awaited(row, request):
    """Whose signature is owed; whoever presided is named, since it is theirs alone to give."""
    for one in row.owing(request.user.today):
        name = f": {row.presided}" if one == Capacity.PRESIDED else ""
        yield f"{Capacity(one).label}{name}"


def entry_of_purge(row):
    """What the record says was purged when they were locked; nothing, mostly."""
    if row.state != MinutesState.LOCKED:
        return ""
    locked = Entry.objects.about(row).filter(move="lock").first()
    first = locked.why.partition("\n")[0] if locked else ""
    return first if first.startswith("Purged") else ""


def acts(request, row, writes):
    """What the reader may do with them now."""
    by = visitor(request.user)
    open_to = {move.name for move in moves_open_to(row, by, by.today)}
    if writes and not row.is_approved:
        yield {"verb": "Write", "url": reverse("minutes:write", args=[row.pk])}
    if "circulate" in open_to and all(check.holds for check in row.current.checks()):
        yield {"verb": "Circulate", "url": reverse("minutes:circulate", args=[row.pk])}
    if row.state == MinutesState.CIRCULATED and may_arrange(by, row.meeting, by.today):
        yield {"verb": "Put for approval", "url": reverse("minutes:put", args=[row.pk])}
    if row.state == MinutesState.CIRCULATED and may_circulate(by, row, by.today):
        paper = reverse("minutes:enter_approval", args=[row.pk])
        yield {"verb": "Approved on paper", "url": paper}
    signed = row.signatures.visible_to(request.user).filter(signer=by.person_id)
    if "sign" in open_to and not signed.exists():
        yield {"verb": "Read and sign", "url": reverse("minutes:sign", args=[row.pk])}
    if row.state == MinutesState.LOCKED and may_correct(request, row):
        yield {"verb": "Propose a correction", "url": reverse("minutes:correct", args=[row.pk])}


def may_correct(request, row):
    correction = Correction(minutes=row)
    by = visitor(request.user)
    return not walls_of(row, request.user) and may_propose_correction(by, correction, by.today)


def changes(before, after, walls):
    """What was added, changed and taken out, part by part, of those that the reader may read."""
    old = {part.key: part for part in before.read_parts if part.key not in walls}
    for part in after.read_parts:
        earlier = old.get(part.key)
        if part.key not in walls and earlier is not None and earlier.typed != part.typed:
            yield {
                "title": called(part),
                "old": earlier.typed,
                "new": part.typed,
            }


def shown_corrections(request, row):
    """Each correction, with what it points at and where it stands."""
    by = visitor(request.user)
    rows = row.corrections.visible_to(request.user)
    for one in rows.select_related("proposed_by__person", "approved_by"):
        may_put = one.state == "proposed" and may_arrange(by, row.meeting, by.today)
        yield {
            "row": one,
            "who": one.proposed_by.person.name,
            "when": said_long_day(timezone.localdate(one.proposed_at)),
            "put": reverse("minutes:put_correction", args=[one.pk]) if may_put else "",
        }
