"""The states of a fact, a questionnaire and an examination of independence (M-07), as tables."""

from django.db import models

from governance.people.models import Appointment, Office, Person
from governance.people.operations import is_secretary
from governance.periods import holds_on
from governance.records.moves import Move, by_the_system
from governance.refusals import Refused


class FactState(models.TextChoices):
    """Whether a fact counts (C7)."""

    PROPOSED = "proposed", "Proposed"
    CONFIRMED = "confirmed", "Confirmed"
    SET_ASIDE = "set_aside", "Set aside"


class QuestionnaireState(models.TextChoices):
    """Where a questionnaire stands (G-COI-01)."""

    SENT = "sent", "Sent"
    RETURNED = "returned", "Returned"
    REVIEWED = "reviewed", "Reviewed"


class ExaminationState(models.TextChoices):
    """How far the examination of one director under one standard has come (M-07)."""

    OPEN = "open", "Open"
    RETURNED = "returned", "Questionnaire returned"
    TESTED = "tested", "Tested"
    COUNSEL_REVIEWED = "counsel_reviewed", "Reviewed by counsel"
    RECOMMENDED = "recommended", "Recommended"
    DETERMINED = "determined", "Determined"
    SUPERSEDED = "superseded", "Superseded"


UNDER_EXAMINATION = (
    ExaminationState.OPEN,
    ExaminationState.RETURNED,
    ExaminationState.TESTED,
    ExaminationState.COUNSEL_REVIEWED,
    ExaminationState.RECOMMENDED,
)


def may_keep(by, subject, day):
    """The Corporate Secretary, but nobody about themselves (access rule 4)."""
    return by is not None and by.person_id != subject.person_id and is_secretary(by, day)


def is_invited_counsel(by, day):
    """Counsel whom the nominating committee's chair has let in, on that day."""
    people = Person.objects.filter(holds_on(day, "counsel_invitations__"))
    return by is not None and people.filter(pk=by.person_id).exists()


def is_general_counsel(by, day):
    held = Appointment.objects.on(day).filter(office=Office.GENERAL_COUNSEL)
    return by is not None and held.filter(person=by.person_id).exists()


def sits_on_nominating(by, day):
    """A member of the Nominating and Governance Committee that day.

    The room of committees comes later; its seats are asked for by the name of the relation.
    """
    sits = holds_on(day, "seats__") & models.Q(seats__committee__kind="nominating")
    sits &= holds_on(day, "directorships__")
    return by is not None and Person.objects.filter(sits, pk=by.person_id).exists()


def may_settle(by, subject, day):
    """The Secretary, or the General Counsel once invited, but nobody about themselves (C7)."""
    if by is None or by.person_id == subject.person_id:
        return False
    return is_secretary(by, day) or (is_general_counsel(by, day) and is_invited_counsel(by, day))


def may_propose(by, subject, day):
    """Whoever it is about, and the Secretary for them."""
    return by is not None and (by.person_id == subject.person_id or may_keep(by, subject, day))


def is_the_director(by, subject, day):
    return by is not None and by.person_id == subject.person_id


def may_advise(by, subject, day):
    """The General Counsel, whom the nominating committee's chair has invited (M-07)."""
    mine = is_the_director(by, subject, day)
    return not mine and is_general_counsel(by, day) and is_invited_counsel(by, day)


def says_why(subject, *, why="", **facts):
    """Setting aside says why."""
    if not why.strip():
        raise Refused("Say why the fact is set aside: the sentence is kept.", provision="C7")


def facts_are_settled(examination, **facts):
    """Nothing that was answered still waits to be confirmed (M-07)."""
    if examination.person.facts.filter(state=FactState.PROPOSED).exists():
        raise Refused(
            "Answers of this director still wait to be confirmed or set aside.", provision="M-07"
        )


FACT_MOVES = (
    Move("propose", "", FactState.PROPOSED, may=may_propose, provision="C7"),
    Move(
        "confirm",
        FactState.PROPOSED,
        FactState.CONFIRMED,
        may=may_settle,
        provision="C7",
        button="Confirm",
        said="confirmed",
    ),
    Move(
        "set_aside",
        (FactState.PROPOSED, FactState.CONFIRMED),
        FactState.SET_ASIDE,
        may=may_settle,
        needs=(says_why,),
        provision="C7",
        button="Set aside",
        said="set aside",
    ),
)

QUESTIONNAIRE_MOVES = (
    Move("send", "", QuestionnaireState.SENT, may=may_keep, provision="G-COI-01"),
    Move(
        "return",
        QuestionnaireState.SENT,
        QuestionnaireState.RETURNED,
        may=is_the_director,
        provision="G-COI-01",
        button="Sign and return",
        said="returned",
        binding=True,
    ),
    Move(
        "send_back",
        QuestionnaireState.RETURNED,
        QuestionnaireState.SENT,
        may=may_settle,
        provision="G-COI-01",
        button="Send back",
        said="sent back",
    ),
    Move(
        "review",
        QuestionnaireState.RETURNED,
        QuestionnaireState.REVIEWED,
        may=may_settle,
        provision="G-COI-01",
        button="Close the review",
        said="reviewed",
    ),
)

EXAMINATION_MOVES = (
    Move("open_cycle", "", ExaminationState.OPEN, may=may_keep, provision="M-07"),
    Move(
        "return_questionnaire",
        ExaminationState.OPEN,
        ExaminationState.RETURNED,
        may=is_the_director,
        provision="M-07",
    ),
    Move(
        "run_tests",
        ExaminationState.RETURNED,
        ExaminationState.TESTED,
        may=by_the_system,
        provision="M-07",
    ),
    Move(
        "counsel_note",
        ExaminationState.TESTED,
        ExaminationState.COUNSEL_REVIEWED,
        may=may_advise,
        needs=(facts_are_settled,),
        provision="M-07",
        button="Note counsel's review",
        said="reviewed by counsel",
    ),
    Move(
        "recommend",
        ExaminationState.COUNSEL_REVIEWED,
        ExaminationState.RECOMMENDED,
        may=may_keep,
        provision="M-07",
        button="Enter the recommendation",
        said="recommended",
    ),
    Move(
        "determine",
        (ExaminationState.COUNSEL_REVIEWED, ExaminationState.RECOMMENDED),
        ExaminationState.DETERMINED,
        may=may_keep,
        provision="M-07",
        button="Enter the determination",
        said="determined",
        binding=True,
    ),
    Move(
        "supersede",
        UNDER_EXAMINATION,
        ExaminationState.SUPERSEDED,
        may=by_the_system,
        provision="M-07",
        said="superseded by a later cycle",
    ),
)
