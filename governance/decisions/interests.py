"""Before a vote: who has an interest in a motion, and the words it is voted on in (M-03, L-46)."""

from django.db import IntegrityError, transaction
from django.db.models import TextChoices

from governance.decisions import mail
from governance.decisions.access import may_amend, may_conduct, may_declare
from governance.decisions.models import Amendment, Declaration, InterestPrompt, Motion
from governance.decisions.moves import MotionState
from governance.decisions.operations import day_of, lock_meeting
from governance.meetings.models import RecusalMode
from governance.meetings.operations import record_recusal
from governance.records.moves import advance
from governance.refusals import Refused


class Answer(TextChoices):
    """How a member with an interest takes part, or that there is none (M-03)."""

    LEFT = "recused_left", "I leave the room for it"
    STAYED = "recused_stayed", "I stay, and do not vote"
    DISCLOSED = "participating_disclosed", "I disclose it, and vote"
    NONE = "none", "I have no interest in it"


RECUSED = {Answer.LEFT: RecusalMode.LEFT, Answer.STAYED: RecusalMode.STAYED}
BEFORE_THE_VOTE = (MotionState.DRAFTED, MotionState.BLOCKED, MotionState.OPEN)


def lock(motion):
    """The meeting first, then the motion: as whoever counts it does."""
    lock_meeting(motion)
    return Motion.objects.select_for_update(of=("self",)).get(pk=motion.pk)


@transaction.atomic
def ask_about_interest(motion, person, *, by, at):
    """Ask a member about an interest: no vote is opened before they have answered (M-03)."""
    motion = lock(motion)
    if not may_conduct(by, motion, day_of(at)):
        raise Refused("Whoever presides asks about interests.", "M-03", code="not_yours")
    if motion.state not in BEFORE_THE_VOTE:
        raise Refused("Interests are declared before the vote.", provision="M-03", code="stale")
    if not motion.meeting.members(day_of(at)).filter(pk=person.pk).exists():
        raise Refused(f"{person} is not a member of this body.", provision="M-03")
    try:
        with transaction.atomic():
            prompt = InterestPrompt.objects.create(
                motion=motion, person=person, prompted_by=by, prompted_at=at
            )
    except IntegrityError as error:
        raise Refused(f"{person} has been asked already.", code="stale") from error
    if not motion.meeting.backfilled:
        mail.tell_of_question(prompt, by=by)
    return prompt


@transaction.atomic
def declare_interest(motion, person, *, mode, disclosure="", by, at):
    """A member says, before the vote, what interest they have, and how they take part (M-03).

    Whoever leaves or stays out is recused from the item; whoever votes discloses the interest, in
    words that the motion's readers see. Made again for other words after an amendment.
    """
    locked = lock(motion)
    own = by.person_id == person.pk
    if not may_declare(by, locked, day_of(at)) or not (own or may_conduct(by, locked, day_of(at))):
        raise Refused("A member declares their own interest.", "M-03", code="not_yours")
    if locked.state != MotionState.OPEN:
        raise Refused(
            "An interest is declared while the motion is before the meeting, until its vote opens.",
            provision="M-03",
            code="stale",
        )
    if mode not in Answer.values:
        raise Refused("Say how you take part.", provision="M-03")
    if mode == Answer.DISCLOSED and not disclosure.strip():
        raise Refused("Say what the interest is: it is disclosed before the vote.", "L-46")
    if not locked.meeting.members(day_of(at)).filter(pk=person.pk).exists():
        raise Refused(f"{person} is not a member of this body.", provision="M-03")
    advance(motion, "declare_interest", by=by, at=at)
    if mode in RECUSED:
        return record_recusal(
            locked.item, person, mode=RECUSED[mode], basis=disclosure, by=by, at=at
        )
    if locked.recused_people().filter(pk=person.pk).exists():
        raise Refused(f"{person} is recused from this item.", provision="M-03")
    try:
        with transaction.atomic():
            return Declaration.objects.create(
                motion=locked,
                person=person,
                version=locked.version,
                disclosure=disclosure.strip() if mode == Answer.DISCLOSED else "",
                declared_at=at,
                recorded_by=by,
            )
    except IntegrityError as error:
        raise Refused(f"{person} has declared already, on these words.", code="stale") from error


@transaction.atomic
def propose_amendment(motion, *, text, by, at):
    """The mover words the motion anew; it is before the meeting once it is taken up (M-03)."""
    motion = lock(motion)
    if not may_amend(by, motion, day_of(at)):
        raise Refused("The mover words a motion anew.", provision="M-03", code="not_yours")
    check_amendable(motion)
    if not text.strip():
        raise Refused("A motion has a text: the words the body votes on.", provision="M-03")
    if text == motion.text:
        raise Refused("These are the words as they stand.", provision="M-03")
    return Amendment.objects.create(
        motion=motion,
        number=motion.version + 1,
        earlier=motion.text,
        text=text,
        proposed_by=by,
        proposed_at=at,
    )


@transaction.atomic
def amend(amendment, *, by, at):
    """Whoever presides takes up the mover's new words: they are the text from now on (M-03).

    The earlier text stays in the record, and interests are declared again.
    """
    motion = lock(amendment.motion)
    check_amendable(motion)
    amendment = Amendment.objects.select_for_update().get(pk=amendment.pk)
    if amendment.number != motion.version + 1:
        raise Refused("The text has changed since this was proposed.", "M-03", code="stale")
    amendment.admitted_by, amendment.admitted_at = by, at
    amendment.save(update_fields=["admitted_by", "admitted_at"])
    advance(motion, "amend", by=by, at=at, text=amendment.text, version=amendment.number)
    motion.refresh_from_db(fields=["digest"])
    return motion


def check_amendable(motion):
    if motion.state != MotionState.OPEN:
        raise Refused(
            "A text is amended while it is before the meeting, until its vote opens.",
            provision="M-03",
            code="stale",
        )
