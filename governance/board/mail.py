"""The letters of this room: questionnaires, changes, engagements, what runs out (NT-IND)."""

from django.db.models import Q
from django.urls import reverse

from governance.board.models.composition import Designation, Role
from governance.board.models.facts import nominating_chair, reviewers
from governance.board.models.filings import FILERS
from governance.notices.kinds import Kind, Matter, register
from governance.notices.operations import tell
from governance.people.models import Appointment, Office, User

QUESTIONNAIRE_SENT = register(
    Kind(
        "questionnaire_sent",
        "board",
        provision="NT-IND",
        subject="Something waits for you",
        says="The yearly questions wait for your answers",
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
        says="A questionnaire was signed and can be reviewed",
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
        says="A director reported a change",
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
        says="A director takes on another engagement",
        link=lambda commitment: reverse("board:director", args=[commitment.person_id]),
    )
)
CONFIRMATION_DUE = register(
    Kind(
        "confirmation_due",
        "board",
        provision="G-ATT-01",
        subject="Something waits for you",
        says="Confirm that your engagements leave the time",
        link=lambda directorship: f"{reverse('board:commitments')}#time",
    )
)
DETERMINATION_DUE = register(
    Kind(
        "determination_due",
        "board",
        provision="NT-IND",
        subject="Something is due soon",
        matter=Matter.REMINDERS,
        says="A determination of independence runs out",
        link=lambda determination: reverse("board:board"),
    )
)

FILING_DUE = register(
    Kind(
        "filing_due",
        "board",
        provision="NT-FIL",
        subject="Something is due soon",
        says="Something is to be filed",
        link=lambda filing: reverse("admin:board_filing_change", args=[filing.pk]),
    )
)
FILING_SOON = register(
    Kind(
        "filing_soon",
        "board",
        provision="NT-DUE",
        subject="Something is due soon",
        matter=Matter.REMINDERS,
        says="Something is to be filed soon",
        link=lambda filing: reverse("admin:board_filing_change", args=[filing.pk]),
    )
)
FILING_LATE = register(
    Kind(
        "filing_late",
        "board",
        provision="NT-OVR",
        subject="Something is overdue",
        matter=Matter.REMINDERS,
        says="A filing is overdue",
        link=lambda filing: reverse("admin:board_filing_change", args=[filing.pk]),
    )
)
QUESTIONNAIRE_DUE = register(
    Kind(
        "questionnaire_due",
        "board",
        provision="NT-DUE",
        subject="Something still waits for you",
        matter=Matter.REMINDERS,
        says="The yearly questions still wait for your answers",
        link=lambda questionnaire: questionnaire.get_absolute_url(),
    )
)
QUESTIONNAIRE_LATE = register(
    Kind(
        "questionnaire_late",
        "board",
        provision="NT-OVR",
        subject="Something is overdue",
        matter=Matter.REMINDERS,
        says="The yearly questions are overdue",
        link=lambda questionnaire: questionnaire.get_absolute_url(),
    )
)
DETERMINATION_LATE = register(
    Kind(
        "determination_late",
        "board",
        provision="NT-OVR",
        subject="Something is overdue",
        matter=Matter.REMINDERS,
        says="A determination of independence has run out",
        link=lambda determination: reverse("board:board"),
    )
)
CHANGE_LATE = register(
    Kind(
        "change_late",
        "board",
        sealed=True,
        provision="NT-OVR",
        subject="Something is overdue",
        matter=Matter.REMINDERS,
        says="A change that a director reported is not determined about",
        link=lambda report: reverse("board:workbench"),
    )
)
TERM_ENDS = register(
    Kind(
        "term_ends",
        "board",
        provision="NT-DUE",
        subject="Something is due soon",
        matter=Matter.REMINDERS,
        says="A term of office ends soon",
        link=lambda term: reverse("board:director", args=[term.directorship.person_id]),
    )
)


def users_of(people):
    """The accounts of these people that can be written to."""
    return User.objects.filter(person__in=people, is_active=True).select_related("person")


def secretaries(day):
    held = Appointment.objects.on(day).filter(office=Office.CORPORATE_SECRETARY)
    return held.values("person")


def leaders(day):
    """Who hears of whatever is late: Chair, Lead Independent Director and Secretary (NT-OVR)."""
    held = Designation.objects.on(day).filter(role__in=(Role.CHAIR, Role.LEAD))
    inside = Q(person__in=held.values("person")) | Q(person__in=secretaries(day))
    return User.objects.filter(inside, is_active=True).select_related("person")


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


def tell_of_filing(filing, *, on):
    """Write to whoever files that something is to be told outside (NT-FIL)."""
    held = Appointment.objects.on(on).filter(office__in=FILERS)
    readers = users_of(held.values("person"))
    tell(FILING_DUE, filing, readers=readers, occurrence=f"opened {filing.due_on.isoformat()}")
