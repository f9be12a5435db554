"""A director's engagements elsewhere, and the days on which they meet the Board's (G-ATT-01).

A day that is taken twice is told as it is: no limit, no colour, no count (Z-04).
"""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from boardroom.director import said_confirmation
from governance.board import engagements
from governance.board.forms import DAY, Asked, EndForm, EngagementForm, NewCommitmentForm
from governance.board.models import Commitment, EngagementDay
from governance.board.wording import said_period
from governance.committees.standing import standing_today
from governance.meetings.access import is_of
from governance.meetings.models import Meeting
from governance.refusals import Refused
from governance.words import said_day, said_hours

ACTS = {
    "add": NewCommitmentForm,
    "end": EndForm,
    "day": EngagementForm,
    "forget": EngagementForm,
    "take_back": Asked,
    "confirm": Asked,
}

CHANGED = (
    " It is reported as a change, too: the Corporate Secretary and the Nominating and Governance "
    "Committee look at it."
)


@require_http_methods(["GET", "POST"])
def commitments(request):
    """The director's own register: add, end, the days taken and where they clash, and the yearly
    confirmation that they leave the time (G-ATT-01)."""
    if not standing_today(request.user).is_director:
        raise Http404
    act, key = request.POST.get("act", ""), request.POST.get("of", "")
    form = None
    if act in ACTS:
        prefix = f"{act}-{key}" if key else act
        form = ACTS[act](request.POST, prefix=prefix, today=request.user.today, strict=True)
        if form.is_valid():
            try:
                messages.success(request, keep(request, act, key, form.cleaned_data))
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                return redirect("board:commitments")
    return render(request, "board/commitments.html", page_of(request, form))


def keep(request, act, key, told):
    """Write it down; says what was done."""
    doing = {"by": request.user, "on": request.user.today}
    if act == "add":
        last = told.pop("last")
        until = last + DAY if last else None
        engagements.add_commitment(
            person=request.user.person, **told, until=until, by=request.user, at=timezone.now()
        )
        return f"The engagement is in the register.{CHANGED if told['relates'] else ''}"
    if act == "confirm":
        engagements.confirm(person=request.user.person, **doing)
        return "Your confirmation is on record."
    row = get_object_or_404(own(request), pk=key)
    if act == "take_back":
        engagements.take_back(row, **doing)
        return "The engagement is out of the register again; its history keeps it."
    if act == "end":
        engagements.end_commitment(row, until=told["last"] + DAY, **doing)
        return "The end of the engagement is in the register."
    if act == "day":
        engagements.note_day(row, day=told["day"], **doing)
        return "The day is noted."
    engagements.forget_day(row, day=told["day"], **doing)
    return "The day is free again."


def own(request):
    """The director's engagements."""
    return Commitment.objects.visible_to(request.user).filter(person=request.user.person_id)


def page_of(request, form):
    """The register, with a form for each engagement that goes on."""
    today = request.user.today
    rows = list(own(request).order_by("-since", "organisation"))
    ahead = EngagementDay.objects.filter(commitment__in=rows, day__gte=today)
    days = list(ahead.select_related("commitment").order_by("day"))
    asked = {"today": today}
    bound = {form.prefix: form} if form else {}
    new = set(engagements.entered_on(own(request), today).values_list("pk", flat=True))
    on_now = [row for row in rows if row.until is None or row.until > today]
    return {
        "rows": [
            {
                "row": row,
                "says": said_period(row),
                "is_new": row.pk in new,
                "days": [one.day for one in days if one.commitment_id == row.pk],
                "end": bound.get(f"end-{row.pk}") or EndForm(prefix=f"end-{row.pk}", **asked),
                "day": bound.get(f"day-{row.pk}")
                or EngagementForm(prefix=f"day-{row.pk}", **asked),
            }
            for row in on_now
        ],
        "over": [{"row": row, "says": said_period(row)} for row in rows if row not in on_now],
        "form": bound.get("add") or NewCommitmentForm(prefix="add", **asked),
        "wrong": form,
        "clashes": clashes(request, days),
        "observed": said_confirmation(request.user, request.user.person_id, today, sitting=True),
    }


def clashes(request, days):
    """Coming meetings of the director's bodies on days that an engagement takes."""
    if not days:
        return []
    standing, zone = standing_today(request.user), request.company.zone_words
    by_day = {}
    for one in days:
        by_day.setdefault(one.day, []).append(one.commitment.organisation)
    ahead = Meeting.objects.visible_to(request.user).ahead(timezone.now())
    return [
        {
            "name": meeting.name,
            "url": meeting.get_absolute_url(),
            "says": f"{said_day(meeting.day, request.user.today)}, "
            f"{said_hours(meeting.starts_at, meeting.ends_at, zone)}",
            "with": ", ".join(by_day[meeting.day]),
        }
        for meeting in ahead
        if meeting.day in by_day and is_of(standing, meeting)
    ]
