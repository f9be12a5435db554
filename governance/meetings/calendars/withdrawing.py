"""Hours are taken out of the calendars of those who have lost the right to know of them."""

from collections import defaultdict
from datetime import timedelta

from django.db import transaction

from governance.meetings import mail
from governance.meetings.calendars.knowing import events_of
from governance.meetings.models import CalendarEntry

# The letter that says a meeting is off has told the calendar too by then.
BY_THEN = timedelta(hours=1)


def withdraw_entries(*, at):
    """Cancel, in their own calendars, the hours ahead of readers who have no part in them any more.

    Rights end at once, and what was in a calendar before stays there until it is told so (access
    rule 3). Whoever calls a meeting off gets no letter of it, and has it taken out here.
    """
    entries = defaultdict(list)
    for entry in CalendarEntry.objects.ahead(at).select_related("reader__person"):
        entries[entry.reader].append(entry)
    for reader, told in entries.items():
        stands = {
            event.subject
            for event in events_of(reader, at)
            if not event.reserved and not (event.cancelled and event.changed_at < at - BY_THEN)
        }
        for entry in told:
            if entry.subject not in stands:
                withdraw(entry, at=at)


@transaction.atomic
def withdraw(entry, *, at):
    """Tell one reader's calendar that an hour is off, as it was told to it, and nothing beyond."""
    entry = CalendarEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if entry.cancelled:
        return
    entry.cancelled, entry.facts, entry.told_at = True, "", at
    entry.sequence += 1
    entry.save(update_fields=["cancelled", "facts", "told_at", "sequence"])
    mail.tell_of_withdrawal(entry)
