"""What is to be told outside is listed with its day, and settled by whoever files (L-28, L-51).

Nothing here files anything. A filing is opened in the transaction of what happened, once for each
occurrence; what was settled stays as it was.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from governance.board import mail
from governance.board.models import FILERS, Filing, Item
from governance.filings import current_report_due, exchange_notice_due
from governance.people.following import follow
from governance.people.models import EXECUTIVE_OFFICES, Appointment
from governance.refusals import Refused
from governance.words import said_long_day

# Whatever was due longer ago than this is history that is being entered, and nothing to be done.
HISTORY = timedelta(days=30)


def due_on(item, event_on):
    """The same business day for the exchange, four business days for Form 8-K (L-28, L-51)."""
    return (exchange_notice_due if item == Item.NOTICE else current_report_due)(event_on)


def open_filing(item, *, about, source, occurrence, event_on, on):
    """Something happened that has to be told outside: list it, and write to whoever files (NT-FIL).

    Returns None for what lies in the past of the record and for what is listed already.
    """
    due = due_on(item, event_on)
    if due < on - HISTORY:
        return None
    filing, is_new = Filing.objects.get_or_create(
        item=item,
        source=source.pk,
        occurrence=occurrence,
        defaults={"about": about, "event_on": event_on, "due_on": due},
    )
    if is_new:
        mail.tell_of_filing(filing, on=on)
    return filing if is_new else None


def of_appointment(directorship, act, *, on):
    """The Board appointed a director: Item 5.02, counted from the day of its act."""
    open_filing(
        Item.OFFICERS,
        about=f"The Board appointed {directorship.person} a director.",
        source=directorship,
        occurrence="appointed",
        event_on=act.day,
        on=on,
    )


def of_departure(directorship, *, on):
    """A director leaves otherwise than at an election: Item 5.02, from the day it was told."""
    told = directorship.resigned_on or directorship.until
    open_filing(
        Item.OFFICERS,
        about=f"{directorship.person}, a director: {directorship.get_ended_by_display()}.",
        source=directorship,
        occurrence="left",
        event_on=min(told, on),
        on=on,
    )


@follow
def look_for_officers(on):
    """Executive Officers who took or left office not long ago: Item 5.02."""
    recent = Q(since__range=(on - HISTORY, on)) | Q(until__range=(on - HISTORY, on))
    rows = Appointment.objects.filter(recent, office__in=EXECUTIVE_OFFICES)
    for row in rows.select_related("person"):
        held = f"{row.person}, {row.printed}"
        for day, occurrence in ((row.since, "took office"), (row.until, "left office")):
            if day and on - HISTORY <= day <= on:
                open_filing(
                    Item.OFFICERS,
                    about=f"{held}: {occurrence}.",
                    source=row,
                    occurrence=occurrence,
                    event_on=day,
                    on=on,
                )


def may_file(by, on):
    """The General Counsel and the Corporate Secretary (NT-FIL)."""
    held = Appointment.objects.on(on).filter(office__in=FILERS)
    return by is not None and held.filter(person=by.person_id).exists()


@transaction.atomic
def settle(filing, *, filed_on, needed=True, told="", material=False, by, on):
    """It was filed, or nothing had to be filed, and why (L-28, L-51).

    A noncompliance with the listing rules that is material is also reported on Form 8-K, Item
    3.01. Raises Refused for anybody but whoever files, for a second time, for days to come, and
    without a reason why nothing had to be filed.
    """
    locked = Filing.objects.select_for_update(of=("self",)).get(pk=filing.pk)
    if not may_file(by, on):
        raise Refused(
            "The General Counsel or the Corporate Secretary says what was filed.", code="not_yours"
        )
    if locked.settled_on:
        raise Refused("That was settled before; it stays as it is.", provision="L-51")
    if not locked.event_on <= filed_on <= on:
        raise Refused(
            f"It is filed after it happened, on {said_long_day(locked.event_on)}, "
            "and entered once it was.",
            provision="L-51",
        )
    if not needed and not told.strip():
        raise Refused("Say why nothing had to be filed: the sentence is kept.", provision="L-51")
    locked.settled_on, locked.needed, locked.told = filed_on, needed, told.strip()
    locked.save(update_fields=["settled_on", "needed", "told"])
    if material and needed and locked.item == Item.NOTICE:
        open_filing(
            Item.NONCOMPLIANCE,
            about=locked.about,
            source=locked,
            occurrence="notified",
            event_on=filed_on,
            on=on,
        )
    return locked
