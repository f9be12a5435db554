"""From a letter to what it speaks of; the reader's inbox; and how they want letters."""

from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from governance.notices import inbox, kinds
from governance.notices.forms import WishForm
from governance.notices.models import Notice
from governance.notices.wishes import reader_of, wish, wish_of
from governance.words import said_day

A_PAGE = 30


@require_GET
def open_notice(request, pk):
    """Go where the letter leads, if the reader may still know of it; that is reading it."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    subject = inbox.through(notice.subject_label, [notice.subject_id], request.user).first()
    if subject is None:
        raise Http404
    inbox.mark_read([notice], request.user)
    return redirect(kinds.find(notice.kind).link(subject))


@require_safe
def inbox_page(request):
    """Everything the reader was told, the latest first."""
    rows = inbox.shown(request.user)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    about = inbox.subjects(page.object_list, request.user)
    for row in page.object_list:
        row.about = about.get(row.subject_id)
    days = [
        ("Today" if day == request.user.today else said_day(day, request.user.today), list(of_day))
        for day, of_day in groupby(page.object_list, lambda row: timezone.localdate(row.created_at))
    ]
    wanted = wish_of(request.user)
    facts = {
        "page": page,
        "days": days,
        "daily": wanted.daily,
        "silenced": wanted.silenced,
        "lost": inbox.latest_was_lost(request.user),
    }
    return render(request, "notices/inbox.html", facts)


@require_POST
def mark_all_read(request):
    """The reader has seen what there is."""
    inbox.mark_all_read(request.user)
    return redirect("notices:inbox")


@require_http_methods(["GET", "POST"])
def preferences(request):
    """How the reader wants letters: of what law and bylaws ask for there is no choice."""
    form = WishForm(request.POST or None, wish=wish_of(request.user))
    if form.is_valid():
        wish(request.user, **form.cleaned_data)
        messages.success(request, "From now on letters come as you want them.")
        return redirect("notices:preferences")
    return render(request, "notices/preferences.html", {"form": form})


@csrf_exempt  # A mail program asks on its reader's behalf; the address itself is signed.
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def less(request, token):
    """One letter a day, or each at once again, by the address in a letter; nothing else (RFC 8058).

    A click in a mail program is quickly made, and programs click by themselves: so it turns
    letters into one a day, and silences nothing. To look at the page changes nothing.
    """
    reader = reader_of(token)
    if reader is None:
        raise Http404
    if request.method == "POST":
        wish(reader, daily=request.POST.get("at_once") is None)
    # No redirect: whoever clicks for the reader follows none.
    return render(request, "notices/less.html", {"daily": wish_of(reader).daily})
