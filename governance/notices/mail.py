"""The one letter a day, for who prefers it: how many things wait, and one link to the inbox."""

from django.db import transaction
from django.urls import reverse

from governance.notices import inbox
from governance.notices.kinds import Kind, register
from governance.notices.models import (
    CLOSED_DAILY_LETTER,
    DAILY_LETTER,
    DAILY_LETTERS,
    Notice,
    NoticeState,
    Preference,
)
from governance.notices.operations import tell
from governance.people.models import User
from governance.words import said_number


def facts_of(notice):
    """How many of the gathered things the reader may still know of and has not opened; None
    when nothing of them is left, and no letter is written."""
    number = len(inbox.known(notice.gathered.unread(), notice.reader))
    if not number:
        return None
    said = said_number(number).capitalize()
    return {"things": f"{said} thing waits" if number == 1 else f"{said} things wait"}


def kind(name):
    return register(
        Kind(
            name,
            "notices",
            sealed=True,
            provision="NT-DUE",
            subject="Your letter of the day",
            link=lambda preference: reverse("notices:inbox"),
            facts=facts_of,
        )
    )


# Both are sealed: whether one is sent follows from what its reader has opened. Ordinary things
# that were left to the first say what became of it; of the second nobody else learns anything.
DAILY, CLOSED_DAILY = kind(DAILY_LETTER), kind(CLOSED_DAILY_LETTER)


@transaction.atomic
def gather(day):
    """Write one letter to each reader for whom something was gathered since the last one."""
    waiting = Notice.objects.filter(state=NoticeState.GATHERED).order_by()
    for key in waiting.values_list("reader", flat=True).distinct():
        reader = User.objects.get(pk=key)
        mine = Notice.objects.filter(
            kind__in=DAILY_LETTERS, reader=reader, occurrence=day.isoformat()
        )
        if mine.exists():
            continue  # that day's letter has been written; what came since waits for the next
        subject, _ = Preference.objects.get_or_create(reader=reader)
        ordinary = inbox.known(waiting.filter(reader=reader).ordinary().unread(), reader)
        written = DAILY if ordinary else CLOSED_DAILY
        tell(written, subject, readers=[reader], occurrence=day.isoformat())
        waiting.filter(reader=reader).update(
            state=NoticeState.INBOX, quiet=False, daily_letter=mine.get()
        )
