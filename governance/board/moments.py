"""What this room says by the day: what runs out, ends, or waits for an answer."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Subquery

from governance.board import mail
from governance.board.engagements import years_over
from governance.board.examining import REMINDERS
from governance.board.models import (
    FILERS,
    AnnualMeeting,
    ChangeReport,
    Confirmation,
    Determination,
    Directorship,
    Filing,
    Questionnaire,
    Term,
)
from governance.board.models.facts import nominating_chair, reviewers
from governance.board.moves import QuestionnaireState
from governance.notices.days import BEFORE, days_before, every, reached, reminder
from governance.notices.moments import accounts, moment
from governance.notices.operations import Telling
from governance.people.models import Appointment

# A director answers within so many days (G-COI-01).
ANSWERED_WITHIN = timedelta(days=30)
# And the Board determines within as many about a change that was reported (G-IND-02).
DETERMINED_WITHIN = timedelta(days=30)
# A term's end is said as early as a determination's.
BEFORE_A_TERM_ENDS = (60, *BEFORE)


def users(found, people):
    """The accounts of these people, of those that were read."""
    return [found[person] for person in people if person in found]


@moment
def determinations_expiring(on):
    """Determinations that run out in 60, 30 or 7 days, or have (NT-IND, NT-OVR).

    Of each director under each standard only the latest counts.
    """
    later = Determination.objects.filter(
        person=OuterRef("person"),
        standard=OuterRef("standard"),
        determined_on__gt=OuterRef("determined_on"),
    )
    sits = Directorship.objects.on(on).filter(person=OuterRef("person"))
    rows = Determination.objects.filter(
        ~Exists(later),
        Exists(sits.order_by()),
        independent=True,
        expires_on__lte=on + timedelta(days=max(REMINDERS)),
    )
    rows = list(rows)
    if not rows:
        return
    inside = [*reviewers(on).values_list("pk", flat=True), *secretaries(on)]
    found = accounts({row.person_id for row in rows} | {*inside})
    leaders = list(mail.leaders(on))
    for row in rows:
        told = reminder(row.expires_on, since=row.determined_on, on=on, before=REMINDERS)
        concerned = users(found, {row.person_id, *inside})
        if told and told.late:
            readers = [*concerned, *leaders]
            yield Telling(mail.DETERMINATION_LATE, row, readers, told.occurrence)
        elif told:
            left = (row.expires_on - told.day).days
            yield Telling(mail.DETERMINATION_DUE, row, concerned, f"{left} days")


def secretaries(on):
    return mail.secretaries(on).values_list("person", flat=True)


@moment
def changes_undetermined(on):
    """Reported changes about which nobody has determined for a month (G-IND-02, NT-OVR)."""
    since = OuterRef("reported_at")
    found = Determination.objects.filter(person=OuterRef("person"), made_at__gt=since)
    rows = ChangeReport.objects.filter(~Exists(found), reported_on__lt=on - DETERMINED_WITHIN)
    rows = list(rows.defer("text"))
    if not rows:
        return
    inside = [*reviewers(on).values_list("pk", flat=True), *secretaries(on)]
    accounts_of = accounts({row.person_id for row in rows} | {*inside})
    leaders = list(mail.leaders(on))
    for row in rows:
        late = every(7, row.reported_on + DETERMINED_WITHIN + timedelta(days=1), on)
        readers = [*users(accounts_of, {row.person_id, *inside}), *leaders]
        yield Telling(mail.CHANGE_LATE, row, readers, f"{late}")


@moment
def confirmations_due(on):
    """Directors whose confirmation is older than twelve months, once each year (G-ATT-01).

    Whoever never confirmed is reminded from the first year in office on. The years that have passed
    are part of the letter's occurrence, so that a day without this job leaves nobody out.
    """
    confirmed = Confirmation.objects.filter(person=OuterRef("person"), confirmed_on__lte=on)
    last = confirmed.order_by("-confirmed_on").values("confirmed_on")[:1]
    rows = list(Directorship.objects.on(on).annotate(last=Subquery(last)))
    found = accounts([row.person_id for row in rows])
    for row in rows:
        begins = row.last or row.since
        if years := years_over(begins, on):
            told = users(found, [row.person_id])
            yield Telling(mail.CONFIRMATION_DUE, row, told, f"{years} from {begins}")


@moment
def questionnaires_due(on):
    """Yearly questions that nobody has signed: due after a month, then late (G-COI-01)."""
    rows = list(Questionnaire.objects.filter(state=QuestionnaireState.SENT).defer("answers"))
    found, leaders = accounts([row.person_id for row in rows]), list(mail.leaders(on))
    for row in rows:
        told = reminder(row.sent_on + ANSWERED_WITHIN, since=row.sent_on, on=on)
        if told is None:
            continue
        own = users(found, [row.person_id])
        if told.late:
            readers = [*own, *leaders]
            yield Telling(mail.QUESTIONNAIRE_LATE, row, readers, told.occurrence)
        else:
            yield Telling(mail.QUESTIONNAIRE_DUE, row, own, told.occurrence)


@moment
def terms_ending(on):
    """Terms that end with the next annual meeting: to the director, whoever chairs nominations,
    and the Secretary (G-CLS-02, NT-DUE)."""
    coming = AnnualMeeting.objects.filter(
        held=False, day__gte=on, day__lte=on + timedelta(days=max(BEFORE_A_TERM_ENDS))
    )
    days = dict(coming.values_list("year", "day"))
    if not days:
        return
    running = Term.objects.filter(directorship__in=Directorship.objects.on(on).values("pk"))
    rows = running.running(on).select_related("directorship")
    rows = [row for row in rows if row.ends_in in days]
    inside = [*nominating_chair(on).values_list("pk", flat=True), *secretaries(on)]
    found = accounts({row.directorship.person_id for row in rows} | {*inside})
    for row in rows:
        told = days_before(days[row.ends_in], BEFORE_A_TERM_ENDS)
        if day := reached(told, since=row.since, on=on):
            readers = users(found, {row.directorship.person_id, *inside})
            yield Telling(mail.TERM_ENDS, row, readers, f"{day}")


@moment
def filings_due(on):
    """What is to be filed: the day before, and once it is late (NT-FIL, NT-DUE, NT-OVR)."""
    rows = list(Filing.objects.filter(settled_on=None, due_on__lte=on + timedelta(days=1)))
    if not rows:
        return
    filers = Appointment.objects.on(on).filter(office__in=FILERS).values("person")
    filers, leaders = list(mail.users_of(filers)), list(mail.leaders(on))
    for row in rows:
        told = reminder(row.due_on, since=row.event_on, on=on, before=(1,))
        if told and told.late:
            yield Telling(mail.FILING_LATE, row, [*filers, *leaders], told.occurrence)
        elif told:
            yield Telling(mail.FILING_SOON, row, filers, told.occurrence)
