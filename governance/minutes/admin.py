"""Minutes to find and what holds of them; past meetings, entered from paper with their minutes."""

from django.contrib import admin
from django.forms import formset_factory
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone

from governance.admin import DatedAdmin, RoomAdmin, cited
from governance.board.admin.importing import SheetPages
from governance.meetings.models import Meeting
from governance.minutes.back_entry import enter_paper_minutes, enter_past_meeting
from governance.minutes.models import Minutes, MinutesRule
from governance.minutes.operations import set_rule
from governance.minutes.past_forms import (
    AttendanceForm,
    PaperForm,
    PastItemForm,
    PastItems,
    PastMeetingForm,
)
from governance.minutes.past_sheet import PastSheet
from governance.people.models import Person
from governance.refusals import Refused
from governance.words import said_long_day

# So many lines wait for items, and so many more are asked for at a time.
LINES, MOST_LINES = 4, 100
ItemFormSet = formset_factory(
    PastItemForm, formset=PastItems, extra=LINES, max_num=MOST_LINES, absolute_max=MOST_LINES
)


@admin.register(Minutes)
class MinutesAdmin(SheetPages, RoomAdmin):
    writes = False
    sheet = PastSheet
    list_display = ["meeting_name", "state", "circulated_at"]
    list_filter = ["state"]
    list_select_related = ["meeting"]
    search_fields = ["meeting__name"]
    fields = ["meeting_name", "state", "circulated_at", "approved_by"]

    @admin.display(description="Meeting", ordering="meeting__starts_at")
    def meeting_name(self, minutes):
        return f"{minutes.meeting.name}, {minutes.meeting.day:%-d %B %Y}"

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("past/", view(self.past), name="minutes_minutes_past"),
            path("past/<uuid:pk>/", view(self.paper), name="minutes_minutes_paper"),
            *super().get_urls(),
        ]

    def check_may_import(self, request):
        """Past meetings, one by one or as a table, are the Corporate Secretary's (M-01)."""
        if not (request.user.is_authenticated and request.user.is_secretary):
            raise Http404

    check_may_export = check_may_import

    @property
    def listed_at(self):
        return reverse("admin:meetings_meeting_changelist")

    def listed(self, request):
        return Meeting.objects.visible_to(request.user)

    def past(self, request):
        """A past meeting: first which, when and where, then who was there and what was decided."""
        self.check_may_import(request)
        at = timezone.now()
        asked = {"reader": request.user, "zone": request.company.zone_words, "at": at}
        form = PastMeetingForm(request.GET or None, **asked)
        page = {"form": form}
        if form.is_valid():
            told = form.cleaned_data
            day = request.company.day_of(told["began"])
            body = Meeting(committee=told["committee"])
            members = Person.objects.visible_to(request.user).filter(pk__in=body.members(day))
            members = members.order_by("family_name", "given_name")
            if members:
                page |= self.rest(request, form, members)
            else:
                form.add_error("began", f"Nobody sat on the body on {said_long_day(day)}.")
            if made := page.pop("made", None):
                self.tell(request, f"{made.name}: entered. Its minutes come next.")
                return redirect("admin:minutes_minutes_paper", made.pk)
            page["day"] = said_long_day(day) if members else ""
        page |= {"title": "Enter a past meeting", "opts": self.opts}
        page["back"] = self.listed_at
        return render(request, "admin/minutes/past.html", self.on_site(request, page))

    def on_site(self, request, page):
        return {**self.admin_site.each_context(request), **page}

    def rest(self, request, form, members):
        """What is asked of a meeting that has its hours, and the meeting once it is entered."""
        data = request.POST.copy() if request.method == "POST" else None
        more = data is not None and "more" in data
        if more and (lines := data.get("items-TOTAL_FORMS", "")).isdecimal():
            data["items-TOTAL_FORMS"] = int(lines) + LINES
        who = AttendanceForm(data, members=members)
        items = ItemFormSet(data, prefix="items", form_kwargs={"members": members})
        page = {"who": who, "items": items}
        if data is None or more or not (who.is_valid() and items.is_valid()):
            return page
        try:
            page["made"] = enter_past_meeting(
                **form.cleaned_data,
                presided=who.cleaned_data["presided"],
                attendance=who.attendance,
                items=items.items,
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            page["refusal"] = cited(refusal)
        return page

    def paper(self, request, pk):
        """Its minutes in the words that were approved, with the day of the approval (M-05)."""
        self.check_may_import(request)
        meetings = Meeting.objects.visible_to(request.user).filter(entered_on__isnull=False)
        meeting = get_object_or_404(meetings, pk=pk)
        form, refusal = PaperForm(request.POST or None), None
        if form.is_valid():
            try:
                minutes = enter_paper_minutes(
                    meeting, **form.cleaned_data, by=request.user, at=timezone.now()
                )
            except Refused as refused:
                refusal = cited(refused)
            else:
                return redirect(minutes)
        page = {
            "title": "Its minutes from paper",
            "step": {
                "follows": "They are approved as of that day by an act from paper. Read and sign "
                "them on the page that follows: that locks them. Nobody gets a letter.",
                "words": "Enter the minutes",
            },
            "about": f"{meeting.name}, {said_long_day(meeting.day)}",
            "form": form,
            "refusal": refusal,
            "back": reverse("admin:meetings_meeting_change", args=[meeting.pk]),
            "opts": self.opts,
        }
        return render(request, "admin/step.html", self.on_site(request, page))


@admin.register(MinutesRule)
class MinutesRuleAdmin(DatedAdmin):
    """Who signs minutes and whether earlier versions are kept: from a day on, never changed."""

    list_display = ["since", "presider_signs", "purges_drafts"]
    fields = ["since", "presider_signs", "purges_drafts"]
    enter = staticmethod(set_rule)

    def has_add_permission(self, request):
        return request.user.is_authenticated and request.user.is_secretary

    def has_change_permission(self, request, obj=None):
        return False
