"""A year of regular meetings: proposed from the fiscal calendar, looked over, planned at once."""

from datetime import datetime, time, timedelta

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from governance.meetings import series
from governance.meetings.forms import DaysForm, SeriesForm
from governance.meetings.models import Meeting
from governance.refusals import Refused
from governance.words import said_day


@require_http_methods(["GET", "POST"])
def plan(request):
    """The Corporate Secretary plans a year of regular meetings of a body (G-MTG-01)."""
    if not request.user.is_secretary:
        raise Http404
    form = SeriesForm(request.GET or None, reader=request.user)
    page = {"form": form}
    if form.is_valid():
        told = form.cleaned_data
        quarters = list(told["year"].quarters.order_by("number"))
        held = meetings_of(request, told["body"], told["year"])
        days = DaysForm(
            request.POST or None, hour=told["hour"], proposed=proposed(quarters, told, held)
        )
        if days.is_valid() and "plan" in request.POST:
            try:
                planned(told, days.hours, by=request.user)
            except Refused as refusal:
                days.add_error(None, str(refusal))
            else:
                return redirect("meetings:meetings")
        page |= {"days": days, "quarters": [*shown(request, told, quarters, held, days)]}
    return render(request, "meetings/plan.html", page)


def planned(told, hours, *, by):
    return series.plan_series(
        committee=told["body"],
        year=told["year"],
        hours=hours,
        minutes=told["minutes"],
        place=told["place"],
        dial_in=told["dial_in"],
        by=by,
        at=timezone.now(),
    )


def meetings_of(request, committee, year):
    """What the body has on its calendar in that year already."""
    begins = timezone.make_aware(datetime.combine(year.start, time.min))
    ends = timezone.make_aware(datetime.combine(year.end + timedelta(days=1), time.min))
    rows = Meeting.objects.visible_to(request.user).filter(committee=committee)
    rows = rows.filter(starts_at__gte=begins, starts_at__lt=ends)
    return list(rows.exclude(state__in=series.CALLED_OFF).order_by("starts_at"))


def proposed(quarters, told, held):
    """Each quarter with its day; none where it has a regular meeting, or the day has passed."""
    for quarter in quarters:
        day = series.proposed_day(quarter, told["days"], told["weekday"])
        taken = any(one.kind == "regular" for one in held if is_in(quarter, one.day))
        yield quarter, None if taken or day <= timezone.localdate() else day


def is_in(quarter, day):
    return quarter.start <= day <= quarter.end


def shown(request, told, quarters, held, days):
    """Each quarter with its field, what stands in it already, and who is taken elsewhere."""
    chosen = {quarter: day_in(days, f"q{quarter.number}") for quarter in quarters}
    members = Meeting(committee=told["body"]).members(request.user.today)
    taken = series.clashes(members, list(filter(None, chosen.values())), reader=request.user)
    today = request.user.today
    for quarter, day in chosen.items():
        says = [{"kind": "overdue", "says": f"{name} is taken"} for name in taken.get(day, ())]
        if day and not is_in(quarter, day):
            says.append({"kind": "soon", "says": "Not in this quarter"})
        yield {
            "field": days[f"q{quarter.number}"],
            "ends": said_day(quarter.end, today),
            "day": day and said_day(day, today),
            "marks": says,
            "meetings": [
                f"{one.name}, {said_day(one.day, today)}" for one in held if is_in(quarter, one.day)
            ],
        }


def day_in(days, name):
    """The day as it was typed, or as it is proposed."""
    return days.cleaned_data.get(name) if days.is_bound else days[name].initial
