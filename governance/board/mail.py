"""The letters of this room: questionnaires, changes, engagements, what runs out (NT-IND)."""

from django.db.models import Q
from django.urls import reverse

from governance.board.models.facts import nominating_chair, reviewers
from governance.board.models.filings import FILERS
from governance.notices.kinds import Kind, register
from governance.notices.operations import tell
from governance.people.models import Appointment, Office, User

QUESTIONNAIRE_SENT = register(
    Kind(
        "questionnaire_sent",
        "board",
        provision="NT-IND",
        subject="Something waits for you",
        link=lambda questionnaire: questionnaire.get_absolute_url(),
    )
)
QUESTIONNAIRE_RETURNED = register(
    Kind(
        "questionnaire_returned",
        "board",
        sealed=True,
        provision="NT-IND",
        subject="Something waits for you",
        link=lambda questionnaire: reverse("board:workbench"),
    )
)
CHANGE_REPORTED = register(
    Kind(
        "change_reported",
        "board",
        sealed=True,
        provision="NT-IND",
        subject="Something waits for you",
        link=lambda report: reverse("board:workbench"),
    )
)
COMMITMENT_ENTERED = register(
    Kind(
        "commitment_entered",
        "board",
        sealed=True,
        provision="NT-IND",
        subject="Something waits for you",
        link=lambda commitment: reverse("board:director", args=[commitment.person_id]),
    )
)
CONFIRMATION_DUE = register(
    Kind(
        "confirmation_due",
        "board",
        provision="G-ATT-01",
        subject="Something waits for you",
        link=lambda directorship: f"{reverse('board:commitments')}#time",
    )
)
DETERMINATION_DUE = register(
    Kind(
        "determination_due",
        "board",
        provision="NT-IND",
        subject="Something is due soon",
        link=lambda determination: reverse("board:board"),
    )
)

FILING_DUE = register(
    Kind(
        "filing_due",
        "board",
        provision="NT-FIL",
        subject="Something is due soon",
        link=lambda filing: reverse("admin:board_filing_change", args=[filing.pk]),
    )
)


def users_of(people):
    """The accounts of these people that can be written to."""
    return User.objects.filter(person__in=people, is_active=True).select_related("person")


def secretaries(day):
    held = Appointment.objects.on(day).filter(office=Office.CORPORATE_SECRETARY)
    return held.values("person")


def concerned(person, day):
    """The director, the nominating committee and the Secretary: nobody else (AC-OWN)."""
    inside = Q(person__in=reviewers(day).values("pk")) | Q(person__in=secretaries(day))
    return User.objects.filter(inside | Q(person=person), is_active=True).select_related("person")


def tell_of_questionnaire(questionnaire, *, by):
    """Write to the director that the yearly questions wait."""
    tell(
        QUESTIONNAIRE_SENT,
        questionnaire,
        readers=users_of([questionnaire.person_id]),
        occurrence="sent",
        by=by,
    )


def tell_of_return(questionnaire, *, day, by):
    """Write to the Secretary and the committee that a questionnaire can be reviewed."""
    readers = [
        user
        for user in concerned(questionnaire.person, day)
        if user.person_id != questionnaire.person_id
    ]
    occurrence = f"returned {questionnaire.signed_at.isoformat()}"
    tell(QUESTIONNAIRE_RETURNED, questionnaire, readers=readers, occurrence=occurrence, by=by)


def tell_of_change(report, *, by):
    """Write to the director, the committee and the Secretary that something has changed."""
    readers = concerned(report.person, report.reported_on)
    tell(CHANGE_REPORTED, report, readers=readers, occurrence="reported", by=by)


def tell_of_commitment(commitment, *, day, by):
    """Write to the nominating committee's chair of an engagement that is new in the register."""
    readers = users_of(nominating_chair(day))
    tell(COMMITMENT_ENTERED, commitment, readers=readers, occurrence="entered", by=by)


def tell_of_confirmation(directorship, *, occurrence):
    """Write to a director that the yearly confirmation of their time waits (G-ATT-01)."""
    readers = users_of([directorship.person_id])
    tell(CONFIRMATION_DUE, directorship, readers=readers, occurrence=occurrence)


def tell_of_expiry(determination, *, day, left):
    """Write that a determination runs out in so many days, or has (G-IND-02)."""
    readers = concerned(determination.person, day)
    tell(DETERMINATION_DUE, determination, readers=readers, occurrence=f"{left} days")


def tell_of_filing(filing, *, on):
    """Write to whoever files that something is to be told outside (NT-FIL)."""
    held = Appointment.objects.on(on).filter(office__in=FILERS)
    readers = users_of(held.values("person"))
    tell(FILING_DUE, filing, readers=readers, occurrence=f"opened {filing.due_on.isoformat()}")
