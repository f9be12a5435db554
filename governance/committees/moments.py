"""What this room says by the day: cure periods that end, charters to be reviewed."""

from django.db.models import Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from governance.board.mail import secretaries
from governance.board.models import Directorship
from governance.committees import mail
from governance.committees.adequacy import REVIEW_MONTHS, REVIEWED
from governance.committees.curing import RUNNING
from governance.committees.models import Charter, CureCase, CureDeadline
from governance.committees.watching import REMINDERS
from governance.notices.days import BEFORE, days_before, reached, reminder
from governance.notices.moments import accounts, moment
from governance.notices.operations import Telling
from governance.periods import months_after

# A review is said to be near as early as the check says so.
BEFORE_A_REVIEW = (60, *BEFORE)


@moment
def cures_ending(on):
    """Cure periods that end in 60, 30 or 7 days; once for each of these days (NT-CURE)."""
    latest = CureDeadline.objects.filter(case=OuterRef("pk")).order_by("-number")
    rows = CureCase.objects.filter(state__in=RUNNING).annotate(
        deadline=Subquery(latest.values("deadline")[:1])
    )
    rows = [row for row in rows if row.deadline and row.deadline >= on]
    readers = list(mail.board_and_counsel(on)) if rows else []
    for row in rows:
        days = days_before(row.deadline, REMINDERS)
        if day := reached(days, since=row.event_on, on=on):
            left = (row.deadline - day).days
            occurrence = f"{left} days before {row.deadline.isoformat()}"
            yield Telling(mail.CURE_DUE, row, readers, occurrence)


@moment
def charters_to_review(on):
    """Charters whose yearly review comes near, or is late: to the Board (G-CHA-01, NT-CHA)."""
    reviewed = Q(reviews__reviewed_on__lte=on)
    rows = Charter.objects.in_force(on).filter(committee__kind__in=REVIEWED)
    rows = rows.annotate(looked_at=Coalesce(Max("reviews__reviewed_on", filter=reviewed), "since"))
    readers: list = []
    for row in rows:
        due = months_after(row.looked_at, REVIEW_MONTHS)
        told = reminder(due, since=row.looked_at, on=on, before=BEFORE_A_REVIEW)
        if told is None:
            continue
        if not readers:
            sit = accounts(Directorship.objects.on(on).values("person")).values()
            readers = [*sit, *accounts(secretaries(on)).values()]
        kind = mail.CHARTER_LATE if told.late else mail.CHARTER_DUE
        yield Telling(kind, row, readers, told.occurrence)
