"""What the kind of a motion asks before it is put to a meeting and voted on (M-03).

Each guard raises Refused; what it says is the reason for which the motion is blocked.
"""

from collections.abc import Callable

from django.db.models import Max, Q

from governance.board.models import AuthorisedSeats, Directorship
from governance.committees.models import Kind
from governance.decisions.kinds import FILLS_A_SEAT, FOR_THE_BOARD_ALONE, MotionKind
from governance.people.models import Appointment, Office
from governance.records.models import Company, Entry
from governance.refusals import Refused


def body_may_do_it(motion, at):
    """A committee does not do what the law leaves to the Board (L-40, L-49, G-COM-05)."""
    if motion.meeting.committee_id is None:
        return
    if motion.kind in FOR_THE_BOARD_ALONE:
        raise Refused(
            f"“{motion.get_kind_display()}” cannot be delegated to a committee: put it as a motion "
            "of the Board. The committee may study it and report.",
            provision="L-40",
            code="nondelegable",
        )
    if motion.kind in FILLS_A_SEAT:
        raise Refused("The Board fills its seats.", provision="L-49", code="nondelegable")


def meeting_may_do_it(motion, at):
    """A meeting of fewer than a quorum fills seats on the Board and does nothing else (L-49)."""
    if motion.meeting.vacancy_only and motion.kind not in FILLS_A_SEAT:
        raise Refused(
            "This meeting fills vacancies and new seats, and decides nothing else.",
            provision="L-49",
            code="vacancy_only",
        )


def a_seat_is_vacant(motion, at):
    """There is a seat to fill, or a director has said from when on there will be (L-49)."""
    if motion.kind not in FILLS_A_SEAT:
        return
    day = Company.current().day_of(at)
    staying = Directorship.objects.on(day).filter(until=None).count()
    if staying >= AuthorisedSeats.objects.number_on(day):
        raise Refused("No seat on the Board is vacant.", provision="L-49", code="no_vacancy")


def chief_executive_is_out(motion, at):
    """The chief executive is not there for the vote on their own pay, nor before it (L-21)."""
    if motion.kind == MotionKind.CHIEF_EXECUTIVE_PAY and stays_of_chief_executive(motion, at):
        raise Refused(
            "The chief executive is recorded as present, and this is about their pay.",
            provision="L-21",
            code="ceo_present",
        )


def chief_executive_stayed_out(motion, *, at, **facts):
    """Nor came back since it was put before the meeting: then it is put anew (L-21)."""
    if motion.kind != MotionKind.CHIEF_EXECUTIVE_PAY:
        return
    opened = Entry.objects.about(motion).filter(move="open").last().at
    if stays_of_chief_executive(motion, at, since=opened):
        raise Refused(
            "The chief executive was in the room since this motion was put before the meeting. "
            "Withdraw it, and put it again without them.",
            provision="L-21",
            code="ceo_present",
        )


def stays_of_chief_executive(motion, at, since=None):
    """Whether the chief executive was there at the instant, or at any since the other one."""
    day = Company.current().day_of(at)
    holder = Appointment.objects.on(day).filter(office=Office.CHIEF_EXECUTIVE)
    stays = motion.meeting.attendances.filter(person__in=holder.values("person"), since__lte=at)
    return stays.filter(Q(until=None) | Q(until__gt=since or at)).exists()


def director_pay_was_recommended(motion, at):
    """The Board approves the pay of directors on its committee's recommendation (G-DCP-02)."""
    if motion.kind == MotionKind.DIRECTOR_PAY:
        check_director_pay(motion.meeting.committee, at)


def check_director_pay(committee, at):
    """The committee on compensation recommends; then the Board approves, once for each time.

    The amounts are not compared: neither body's act has any but in its words.
    """
    if committee and committee.kind != Kind.COMPENSATION:
        raise Refused(
            "The committee on compensation recommends the pay of directors, and the Board "
            "approves it.",
            provision="G-DCP-01",
            code="nondelegable",
        )
    if committee:
        return
    recommended, approved = last_on_director_pay(Kind.COMPENSATION), last_on_director_pay(None)
    if recommended is None or recommended > at or (approved and approved >= recommended):
        raise Refused(
            "The committee on compensation has not recommended the pay of directors since the "
            "Board approved it last. Its motion or consent of this kind comes first.",
            provision="G-DCP-02",
            code="not_recommended",
        )


def last_on_director_pay(kind):
    """When the committee of that kind, or the Board, acted on it last; None if it never did."""
    from governance.decisions.models import Motion, WrittenConsent

    pay = {"kind": MotionKind.DIRECTOR_PAY}
    carried = Motion.objects.filter(state="passed", meeting__committee__kind=kind, **pay)
    signed = WrittenConsent.objects.filter(committee__kind=kind, **pay)
    ends = carried.aggregate(at=Max("closed_at")), signed.aggregate(at=Max("effective_at"))
    return max((end["at"] for end in ends if end["at"]), default=None)


GUARDS = (
    body_may_do_it,
    meeting_may_do_it,
    a_seat_is_vacant,
    chief_executive_is_out,
    director_pay_was_recommended,
)


_OF_LATER_ROOMS: list[Callable] = []


def guard_motions(guard: Callable) -> Callable:
    """Let a room that comes after this one ask something of a motion, up to its vote.

    It is asked before the motion is put before its meeting, and again before its vote is opened.
    """
    if guard not in _OF_LATER_ROOMS:
        _OF_LATER_ROOMS.append(guard)
    return guard


def still_stands(motion, at):
    """What later rooms ask of it; raises Refused as they do."""
    for guard in _OF_LATER_ROOMS:
        guard(motion, at)


def what_blocks(motion, at):
    """The refusal of the first guard that fails, or None."""
    for guard in (*GUARDS, *_OF_LATER_ROOMS):
        try:
            guard(motion, at)
        except Refused as refused:
            return refused
    return None
