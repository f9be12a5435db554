"""The letters of this room: a rule about composition was lost, and what became of it (NT-CURE)."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse

from governance.board.models import AuthorisedSeats, Directorship
from governance.notices.kinds import Kind, Matter, register
from governance.notices.operations import take_back, tell
from governance.people.models import Appointment, Office, User

NEWS = timedelta(days=30)

CURE_OPENED = register(
    Kind(
        "cure_opened",
        "committees",
        legal=True,
        provision="NT-CURE",
        subject="Something asks for the Board's attention",
        says="A rule about the Board’s composition is not met",
        link=lambda case: reverse("board:board"),
    )
)
CURE_ENDED = register(
    Kind(
        "cure_ended",
        "committees",
        legal=True,
        provision="NT-CURE",
        subject="Something asks for the Board's attention",
        says="A cure period has ended",
        link=lambda case: reverse("board:board"),
    )
)

CURE_DUE = register(
    Kind(
        "cure_due",
        "committees",
        legal=True,
        provision="NT-CURE",
        subject="Something is due soon",
        matter=Matter.REMINDERS,
        says="A cure period ends soon",
        link=lambda case: reverse("board:board"),
    )
)
BREACH_ENTERED = register(
    Kind(
        "breach_entered",
        "committees",
        legal=True,
        provision="NT-CURE",
        subject="Something asks for the Board's attention",
        says="A listing rule is not met",
        link=lambda row: reverse("board:board"),
    )
)
CRITERIA_ASKED = register(
    Kind(
        "criteria_asked",
        "committees",
        provision="NT-CHA",
        subject="Something waits for you",
        says="A charter asks something of its members",
        link=lambda charter: charter.get_absolute_url(),
    )
)
CHARTER_DRAFTED = register(
    Kind(
        "charter_drafted",
        "committees",
        provision="NT-CHA",
        subject="Something waits for you",
        says="A charter is being drafted",
        # Its sections are written one after the other.
        quiet=15,
        link=lambda charter: charter.get_absolute_url(),
    )
)
CHARTER_ADOPTED = register(
    Kind(
        "charter_adopted",
        "committees",
        provision="NT-CHA",
        subject="Something was adopted",
        matter=Matter.DECISIONS,
        says="The Board adopted a charter",
        link=lambda charter: charter.get_absolute_url(),
    )
)
CHARTER_DUE = register(
    Kind(
        "charter_due",
        "committees",
        provision="NT-CHA",
        subject="Something is due soon",
        matter=Matter.REMINDERS,
        says="A charter is to be reviewed",
        link=lambda charter: charter.get_absolute_url(),
    )
)
CHARTER_LATE = register(
    Kind(
        "charter_late",
        "committees",
        provision="NT-OVR",
        subject="Something is overdue",
        matter=Matter.REMINDERS,
        says="The review of a charter is overdue",
        link=lambda charter: charter.get_absolute_url(),
    )
)


def board_and_counsel(on):
    """Directors in office, the General Counsel and the Corporate Secretary (NT-CURE)."""
    person = {"person": OuterRef("person")}
    offices = (Office.GENERAL_COUNSEL, Office.CORPORATE_SECRETARY)
    sits = Exists(Directorship.objects.on(on).filter(**person).order_by())
    serves = Exists(Appointment.objects.on(on).filter(**person, office__in=offices).order_by())
    return User.objects.filter(sits | serves, is_active=True).select_related("person")


def tell_of_cure(kind, case, *, on):
    """Write to the Board, once for each step of a case."""
    tell(kind, case, readers=board_and_counsel(on), occurrence=case.state)


def tell_of_breach(provision, row, *, on):
    """Write to the Board that a listing rule is not met, cured or not; once for each loss."""
    row = row or AuthorisedSeats.objects.in_force(on)
    if row is not None:
        occurrence = f"{provision} {on.isoformat()}"
        tell(BREACH_ENTERED, row, readers=board_and_counsel(on), occurrence=occurrence)


def members(charter, on):
    """Who sits on the committee of the charter that day, and can be written to."""
    seats = charter.committee.seats.on(on).filter(person=OuterRef("person"))
    return User.objects.filter(Exists(seats.order_by()), is_active=True).select_related("person")


def tell_of_criteria(charter, *, on, by):
    """Write to the members that their charter asks something of each of them (NT-CHA)."""
    tell(CRITERIA_ASKED, charter, readers=members(charter, on), occurrence="in force", by=by)


def tell_of_draft(charter, *, on, by):
    """Write to the committee that another version of its charter is drafted (NT-CHA)."""
    tell(CHARTER_DRAFTED, charter, readers=members(charter, on), occurrence="drafted", by=by)


def tell_of_adoption(charter, *, on, by):
    """Write to all directors that a charter was adopted (NT-CHA)."""
    take_back(charter)
    if is_news(charter.adopted_by, on):
        sit = Directorship.objects.on(on).filter(person=OuterRef("person"))
        readers = User.objects.filter(Exists(sit.order_by()), is_active=True)
        readers = readers.select_related("person")
        tell(CHARTER_ADOPTED, charter, readers=readers, occurrence="adopted", by=by)


def is_news(act, on):
    """What was adopted longer ago is entered from paper, and told to nobody."""
    return on - act.day <= NEWS
