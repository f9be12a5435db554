"""The one letter a day, for who prefers it: how many things wait, and one link to the inbox."""

from django.db import transaction
from django.urls import reverse

from governance.notices import inbox
from governance.notices.kinds import Kind, register
from governance.notices.models import DAILY_LETTER, Notice, NoticeState, Preference
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


# Sealed: that there is one may follow from something sealed alone.
DAILY = register(
    Kind(
        DAILY_LETTER,
        "notices",
        sealed=True,
        provision="NT-DUE",
        subject="Your letter of the day",
        link=lambda preference: reverse("notices:inbox"),
        facts=facts_of,
    )
)


@transaction.atomic
def gather(day):
    """Write one letter to each reader for whom something was gathered since the last one."""
    waiting = Notice.objects.filter(state=NoticeState.GATHERED).order_by()
    for key in waiting.values_list("reader", flat=True).distinct():
        reader = User.objects.get(pk=key)
        mine = Notice.objects.filter(kind=DAILY.name, reader=reader, occurrence=day.isoformat())
        if mine.exists():
            continue  # that day's letter has been written; what came since waits for the next
        subject, _ = Preference.objects.get_or_create(reader=reader)
        tell(DAILY, subject, readers=[reader], occurrence=day.isoformat())
        waiting.filter(reader=reader).update(
            state=NoticeState.INBOX, quiet=False, daily_letter=mine.get()
        )
