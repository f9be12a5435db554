"""One's own calendar: the page on which its private address is made, and that address."""

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from boardroom import tasks
from governance.meetings.calendars.feeds import end_feed, make_feed, read_feed
from governance.meetings.models import CalendarFeed
from governance.meetings.views.entry import as_file

# Programs look once an hour; whoever tries addresses is held up.
RATES = {"calendar_feed": "60/m/ip"}


@require_http_methods(["GET", "POST"])
def calendar(request):
    """Make, renew or end one's own address; it is shown once, and only its hash is kept."""
    act, token = request.POST.get("act"), ""
    if act == "make":
        token = make_feed(by=request.user, at=timezone.now())
        # Whoever finds a device open and makes one does not go unnoticed.
        tasks.ask_for(tasks.tell_of_change, str(request.user.pk), "calendar_made")
    elif act == "end":
        end_feed(by=request.user)
        return redirect("calendar")
    address = token and f"{settings.PORTAL_URL}{reverse('feed', args=[token])}"
    return render(
        request,
        "boardroom/calendar.html",
        {
            "feed": CalendarFeed.objects.visible_to(request.user).first(),
            "address": address,
            # By this name for the protocol a device knows that it is asked to subscribe.
            "subscribe": address.replace("http", "webcal", 1).replace("webcals", "webcal"),
        },
    )


@login_not_required
@require_safe
def feed(request, token):
    """What the owner of the address may know of at this moment, for their calendar program."""
    held_up = ratelimit.consume_or_429(
        request, action="calendar_feed", config=RATES, limit_get=True
    )
    if held_up:
        return held_up
    found = read_feed(token, company=request.company, now=timezone.now())
    if found is None:
        raise Http404
    # Asked for each time, and sent when it has changed.
    return as_file(request, found, **{"Cache-Control": "private, no-cache"})
