"""Guests of an item, and the ledger of whom the Board has met (G-ACC-04)."""

from itertools import groupby

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from governance.committees.standing import standing_today
from governance.meetings import ledger as verbs
from governance.meetings.access import may_build
from governance.meetings.forms import ItemGuestForm
from governance.meetings.models import AgendaItem, Ground, ItemGuest
from governance.people.models import Appointment, Office, Person
from governance.refusals import Refused
from governance.words import said_long_day

A_PAGE = 50


@require_safe
def ledger(request):
    """Whom the Board has met at its meetings, when and why (AC-BRD)."""
    if not reads_the_ledger(request.user):
        raise Http404
    met = ItemGuest.objects.visible_to(request.user).met_by_the_board()
    rows = met.select_related("person", "item__meeting")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    counted = verbs.counted_by_year(met, request.company.zone)
    return render(
        request,
        "meetings/guests.html",
        {
            "page": page,
            "guests": [line(guest) for guest in page],
            "years": [
                {"year": year, "says": ", ".join(map(said_count, rows))}
                for year, rows in groupby(counted, key=lambda row: row["year"])
            ],
        },
    )


def reads_the_ledger(user):
    """Directors and the secretary's office (AC-BRD)."""
    standing = standing_today(user)
    return standing.is_director or standing.is_secretarial


def line(guest):
    meeting = guest.item.meeting
    return {
        "title": guest.person.name,
        "says": f"{guest.item.title}. {meeting.name}, {said_long_day(meeting.day)}",
        "url": reverse("meetings:item", args=[guest.item_id]),
        "marks": [{"kind": "plain", "says": guest.get_ground_display().capitalize()}],
    }


def said_count(row):
    return f"{row['count']} for {Ground(row['ground']).label}"


@require_http_methods(["GET", "POST"])
def invite(request, pk):
    """Who builds the agenda invites somebody to one item, or takes it back (G-ACC-04)."""
    items = AgendaItem.objects.visible_to(request.user).select_related("meeting__committee")
    item = get_object_or_404(items, pk=pk)
    if not may_build(request.user, item.meeting, request.user.today):
        raise PermissionDenied
    people, at = invitable(request.user), timezone.now()
    withdrawn = request.POST.get("withdraw")
    form = ItemGuestForm(
        None if withdrawn else request.POST or None, people=people, reader=request.user
    )
    refusal = None
    try:
        if withdrawn:
            # What is gone already is gone: a second press changes nothing.
            for guest in guests_of(request.user, item):
                if str(guest.pk) == withdrawn:
                    verbs.withdraw_invitation(guest, by=request.user, at=at)
            return redirect("meetings:invite", item.pk)
        if form.is_valid():
            verbs.invite_guest(item, **form.cleaned_data, by=request.user, at=at)
            return redirect("meetings:item", item.pk)
    except Refused as refused:
        refusal = refused
    page = {
        "item": item,
        "form": form,
        "refusal": refusal,
        "guests": guests_of(request.user, item),
    }
    return render(request, "meetings/invite.html", page)


def guests_of(user, item):
    """Who is invited to an item, for readers of the whole agenda."""
    rows = ItemGuest.objects.visible_to(user).filter(item=item)
    return list(rows.select_related("person", "item__meeting"))


def invitable(user):
    """Officers and managers of today; administrators of the portal are none of the Board's."""
    held = Appointment.objects.visible_to(user).on(user.today).exclude(office=Office.ADMINISTRATOR)
    return Person.objects.visible_to(user).filter(pk__in=held.values("person"))
