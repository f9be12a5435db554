"""The letters of this room: a vote is open, an interest is asked about, a consent waits."""

from governance.meetings.mail import users_of
from governance.notices.kinds import Kind, Matter, register
from governance.notices.operations import tell
from governance.people.models import Appointment, Office, User

VOTE_OPENED = register(
    Kind(
        "vote_opened",
        "decisions",
        provision="NT-VOTE",
        subject="Something waits for you",
        matter=Matter.DECISIONS,
        says="A vote is open",
        link=lambda motion: motion.get_absolute_url(),
    )
)
VOTE_WAITS = register(
    Kind(
        "vote_waits",
        "decisions",
        provision="NT-VOTE",
        subject="Something is due soon",
        matter=Matter.REMINDERS,
        pressing=True,
        says="A vote that waits for yours ends soon",
        link=lambda motion: motion.get_absolute_url(),
    )
)
RESULT_DECLARED = register(
    Kind(
        "result_declared",
        "decisions",
        provision="NT-VOTE",
        subject="A result has been declared",
        matter=Matter.DECISIONS,
        says="The result of a vote was declared",
        link=lambda motion: motion.get_absolute_url(),
    )
)
INTEREST_ASKED = register(
    Kind(
        "interest_asked",
        "decisions",
        provision="NT-VOTE",
        subject="Something waits for you",
        matter=Matter.DECISIONS,
        says="You are asked about an interest",
        link=lambda motion: motion.get_absolute_url(),
    )
)

CONSENT_CIRCULATED = register(
    Kind(
        "consent_circulated",
        "decisions",
        provision="NT-CONS",
        subject="Something waits for you",
        matter=Matter.DECISIONS,
        says="A consent waits for your signature",
        link=lambda consent: consent.get_absolute_url(),
    )
)
CONSENT_WAITS = register(
    Kind(
        "consent_waits",
        "decisions",
        provision="NT-CONS",
        subject="Something still waits for you",
        matter=Matter.REMINDERS,
        says="A consent still waits for your signature",
        link=lambda consent: consent.get_absolute_url(),
    )
)
CONSENT_IN_EFFECT = register(
    Kind(
        "consent_in_effect",
        "decisions",
        provision="NT-CONS",
        subject="A result has been declared",
        matter=Matter.DECISIONS,
        says="A consent has taken effect",
        link=lambda consent: consent.get_absolute_url(),
    )
)
CONSENT_ENDED = register(
    Kind(
        "consent_ended",
        "decisions",
        provision="NT-CONS",
        subject="Something was taken back",
        matter=Matter.DECISIONS,
        says="A consent was withdrawn or lapsed",
        link=lambda consent: consent.get_absolute_url(),
    )
)
CONSENT_OBJECTED = register(
    Kind(
        "consent_objected",
        "decisions",
        provision="NT-CONS",
        subject="Something waits for you",
        matter=Matter.DECISIONS,
        says="A member does not sign a consent",
        link=lambda consent: consent.get_absolute_url(),
    )
)


def tell_of_vote(kind, motion, *, day, by):
    """Write to the members of the body who take part in this motion (NT-VOTE)."""
    members = motion.meeting.members(day)
    readers = users_of(members.exclude(pk__in=motion.recused_people().values("pk")))
    tell(kind, motion, readers=readers, occurrence=kind.name, by=by)


def tell_of_question(prompt, *, by):
    """Write to a member that no vote is opened before they have answered (M-03)."""
    readers = users_of([prompt.person_id])
    tell(INTEREST_ASKED, prompt.motion, readers=readers, occurrence="asked", by=by)


def body_and_secretary(consent, day):
    """The members of the body, and the Corporate Secretary (NT-CONS)."""
    secretary = Appointment.objects.on(day).filter(office=Office.CORPORATE_SECRETARY)
    return users_of(consent.members(day)) | users_of(secretary.values("person"))


def tell_of_consent(kind, consent, *, day, by=None):
    """Write to the body and the Secretary, once for each step of a consent."""
    tell(kind, consent, readers=body_and_secretary(consent, day), occurrence=kind.name, by=by)


def tell_of_objection(objection, *, day, by):
    """Write to the Secretary that a member does not sign."""
    secretary = Appointment.objects.on(day).filter(office=Office.CORPORATE_SECRETARY)
    readers = User.objects.filter(person__in=secretary.values("person"), is_active=True)
    readers = readers.select_related("person")
    occurrence = f"objection {objection.pk}"
    tell(CONSENT_OBJECTED, objection.consent, readers=readers, occurrence=occurrence, by=by)
