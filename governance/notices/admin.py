"""The secretary's view of the outbox: how far each ordinary letter has come, and kept letters."""

from django.contrib import admin, messages
from django.utils import timezone
from django.utils.html import format_html, urlize
from django.utils.safestring import mark_safe

from governance.acting import ActingAdmin, Step
from governance.admin import RoomAdmin
from governance.notices import kinds
from governance.notices.delivering import send_again
from governance.notices.models import (
    DAILY_LETTER,
    IN_DOUBT_AFTER,
    UNDELIVERED,
    Letter,
    Notice,
    NoticeState,
)
from governance.refusals import Refused
from governance.words import said_day, said_hour


class ReadOnlyAdmin(RoomAdmin):
    """Shown to the Corporate Secretary; what is written here is written by the outbox alone."""

    writes = False

    def works_here(self, user):
        return user.is_authenticated and user.is_secretary


class OfKind(admin.SimpleListFilter):
    """By kind of letter; the sealed ones are not among the choices."""

    title = "kind of letter"
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return [
            (kind.name, kind.line)
            for kind in sorted(kinds.every(), key=lambda kind: kind.line)
            if not kind.sealed
        ]

    def queryset(self, request, queryset):
        return queryset.filter(kind=self.value()) if self.value() else queryset


class InNeedOfAttention(admin.SimpleListFilter):
    """What will not go on by itself."""

    title = "what needs you"
    parameter_name = "attention"

    def lookups(self, request, model_admin):
        return [
            ("any", "Anything"),
            ("failed", "Could not be sent"),
            ("returned", "Came back"),
            ("in_doubt", "In doubt: may have arrived"),
        ]

    def queryset(self, request, queryset):
        now = timezone.now()
        if self.value() == "any":
            return queryset.undelivered(now)
        if self.value() == "in_doubt":
            return queryset.in_doubt(now)
        if self.value() in UNDELIVERED:
            return queryset.ended_as(self.value())
        return queryset


def send_it_again(notice, *, by, on):
    send_again(notice, by=by, at=timezone.now())
    return f"The letter to {notice.reader} is sent again."


def may_go_again(user, notice):
    return Notice.objects.visible_to(user).undelivered(timezone.now()).filter(pk=notice.pk).exists()


SEND_AGAIN = Step(
    name="send-again",
    words="Send again",
    follows="The same letter goes once more. If the first one did arrive after all, most mailboxes "
    "know it by its number and show it once.",
    do=send_it_again,
    may=may_go_again,
)


@admin.register(Notice)
class NoticeAdmin(ActingAdmin, ReadOnlyAdmin):
    steps = (SEND_AGAIN,)
    list_display = ["what", "reader", "state_of_it", "created_at", "attempts"]
    list_filter = [InNeedOfAttention, "state", OfKind]
    list_select_related = ["reader__person", "daily_letter"]
    search_fields = ["reader__email", "reader__person__given_name", "reader__person__family_name"]
    fields = [
        "what",
        "reader",
        "state_of_it",
        "created_at",
        "claimed_at",
        "sent_at",
        "attempts",
        "next_try_at",
        "message_id",
    ]
    actions = ["send_letters_again"]

    @admin.display(description="Letter", ordering="kind")
    def what(self, notice):
        return said_of(notice)

    def about(self, notice):
        return f"To {notice.reader}: {said_of(notice)}. {how_far(notice, timezone.now())}"

    @admin.display(description="How far it has come", ordering="state")
    def state_of_it(self, notice):
        return how_far(notice, timezone.now())

    @admin.action(description="Send again (failed, came back or in doubt)")
    def send_letters_again(self, request, queryset):
        # What was left to one letter of the day goes with one letter.
        letters = {(notice.letter or notice).pk: notice for notice in queryset}
        for notice in letters.values():
            try:
                send_again(notice, by=request.user, at=timezone.now())
            except Refused as refusal:
                self.message_user(request, f"{notice.reader}: {refusal}", messages.WARNING)
            else:
                self.message_user(request, f"The letter to {notice.reader} is sent again.")


def said_of(notice):
    """The line of the reader's inbox; of a kind that no room declares any more there is none."""
    try:
        return notice.line
    except LookupError:
        return "A letter of a kind that is not written any more"


def how_far(notice, now):
    """One sentence on what became of a letter, or what it waits for."""
    match notice.state:
        case NoticeState.SENT:
            return f"Sent on {said(notice.sent_at)}."
        case NoticeState.RETURNED | NoticeState.FAILED:
            return ended(notice.error)
        case NoticeState.WITHHELD if notice.claimed_at:
            return "Withheld: the reader may not know of it any more."
        case NoticeState.WITHHELD:
            return "Withheld: it was taken back before it left."
        case NoticeState.GATHERED:
            return "Waits for the reader’s letter of the day."
        case NoticeState.INBOX if notice.daily_letter:
            # Whether one was sent at all follows from what its reader had opened by then.
            day = notice.daily_letter
            lost = day.kind == DAILY_LETTER and (day.state in UNDELIVERED or in_doubt(day, now))
            told = f" {how_far(day, now)}" if lost else ""
            return f"Left to the reader’s letter of the day.{told}"
        case NoticeState.INBOX:
            return "In the reader’s inbox, without a letter, as the reader wishes."
        case NoticeState.SENDING if in_doubt(notice, now):
            return "In doubt: it may have arrived, and nobody can say."
        case NoticeState.SENDING:
            return "It is being handed over."
    if not notice.next_try_at or notice.next_try_at <= now:
        return "Waits to be sent."
    if not notice.error:
        return f"Goes on {said(notice.next_try_at)}, with what else happens until then."
    return f"Waits, and is tried again on {said(notice.next_try_at)}. {ended(notice.error)}"


def in_doubt(notice, now):
    return notice.state == NoticeState.SENDING and notice.claimed_at <= now - IN_DOUBT_AFTER


def said(instant):
    return f"{said_day(timezone.localdate(instant), timezone.localdate())}, {said_hour(instant)}"


def ended(told):
    """What was answered, as a sentence."""
    return told if not told or told.endswith(".") else f"{told}."


# Line by line, and never wider than a telephone.
AS_TYPED = '<pre style="white-space:pre-wrap; overflow-wrap:anywhere">{}</pre>'


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    list_display = ["subject", "to", "kept_at"]
    search_fields = ["to", "subject"]
    fields = ["as_headers", "as_text", "as_html", "as_calendar"]
    readonly_fields = fields

    @admin.display(description="Headers")
    def as_headers(self, letter):
        return format_html(AS_TYPED, letter.headers)

    @admin.display(description="Text")
    def as_text(self, letter):
        # Escaped by urlize: only its links are more than text.
        text = mark_safe(urlize(letter.text, autoescape=True))
        return format_html(AS_TYPED, text)

    @admin.display(description="HTML")
    def as_html(self, letter):
        if not letter.html:
            return "This letter has no HTML."
        return format_html(
            '<iframe sandbox srcdoc="{}" title="The letter as HTML" '
            'style="width:100%; height:34rem; border:1px solid; border-radius:12px"></iframe>',
            letter.html,
        )

    @admin.display(description="Calendar")
    def as_calendar(self, letter):
        if not letter.calendar:
            return "This letter says nothing to a calendar."
        return format_html(AS_TYPED, letter.calendar)
