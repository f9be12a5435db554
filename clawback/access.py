"""Who may know of a clawback matter, and who may do what in it (AC-CASE; see the README).

The circle of a case is the Compensation Committee and the Lead Independent Director. Whoever it
invites is let in to that case, a preparer to one award's inputs alone. A wall beats every role.
"""

from django.db.models import Exists, OuterRef, Q

from governance.board.access import leads_the_independent
from governance.committees.models import Kind, Seat
from governance.committees.standing import standing_today
from governance.people.models import EXECUTIVE_OFFICES, Appointment

# Those whom the Committee lets in to a whole case; a preparer sees one award's inputs.
COUNSEL = ("counsel", "adviser")


def in_the_circle(user):
    """Today's Compensation Committee and Lead Independent Director, before any wall."""
    if not user.is_authenticated or not user.is_active:
        return False
    standing = standing_today(user)
    return standing.leads_the_independent or standing.sits_on(Kind.COMPENSATION)


def walls_of(user, path):
    """Whether a wall stands between the account’s person and a case; for use in a query."""
    from clawback.models import Wall

    return Exists(Wall.objects.filter(restatement=OuterRef(path), person=user.person_id))


def may_know(user, prefix=""):
    """The condition under which the account may know of a case, reached through `prefix`.

    A door that is shut asks as much as one that is open: nobody learns from a refusal.
    """
    from clawback.models import CaseInvitation

    if not user.is_authenticated or not user.is_active:
        return Q(pk__in=[])
    case = f"{prefix}pk" if not prefix else prefix.removesuffix("__")
    unwalled = ~Q(walls_of(user, f"{prefix}restatement"))
    if in_the_circle(user):
        return unwalled
    invited = CaseInvitation.objects.on(user.today).filter(
        case=OuterRef(case), person=user.person_id, line=None
    )
    if not standing_today(user).is_secretary:
        # Whoever was let in as the Corporate Secretary, and is it no more, is outside.
        invited = invited.exclude(capacity="secretary")
    return unwalled & Q(Exists(invited))


def may_know_privileged(user, prefix=""):
    """As `may_know`, and of those invited counsel and advisers alone (C-REC-03)."""
    from clawback.models import CaseInvitation

    known = may_know(user, prefix)
    if not user.is_authenticated or not user.is_active or in_the_circle(user):
        return known
    advising = CaseInvitation.objects.on(user.today).filter(
        case=OuterRef(prefix.removesuffix("__") or "pk"),
        person=user.person_id,
        capacity__in=COUNSEL,
    )
    return known & Q(Exists(advising))


def invited_as(by, case, day, *capacities):
    """Whether the person is invited to the whole case in one of these capacities that day."""
    invitations = case.admissions.on(day).filter(person=by.person_id, line=None)
    return by is not None and invitations.filter(capacity__in=capacities).exists()


def is_walled(by, restatement):
    return restatement.walls.filter(person=by.person_id).exists()


def could_be_subject(person):
    """The condition under which a restatement could look at the person’s own pay; in a query.

    An executive officer in one of its periods, or with an award for one (C-COV-01). It is so or
    not whether there is a case or none: what it decides tells of no case.
    """
    from clawback.models import Award, RestatedPeriod

    served = Appointment.objects.filter(
        person=person, office__in=EXECUTIVE_OFFICES, since__lte=OuterRef("end")
    ).exclude(until__lte=OuterRef("start"))
    awarded = Award.objects.filter(
        person=person, period_start__lte=OuterRef("end"), period_end__gte=OuterRef("start")
    )
    periods = RestatedPeriod.objects.filter(restatement=OuterRef("pk"))
    return Exists(periods.filter(Exists(served) | Exists(awarded)))


def is_possible_subject(by, restatement):
    from clawback.models import Restatement

    mine = Restatement.objects.filter(could_be_subject(by.person_id), pk=restatement.pk)
    return mine.exists()


def sits_on_the_committee(by, case, day):
    """A member of the Compensation Committee who is not walled from the case."""
    if by is None or is_walled(by, case.restatement):
        return False
    seats = Seat.objects.on(day).filter(committee__kind=Kind.COMPENSATION, person=by.person_id)
    return seats.exists()


def chairs_the_committee(by, subject, day):
    """The chair of the Compensation Committee; the Lead Independent Director where a wall keeps
    the chair out."""
    case = subject.of_case
    if by is None or is_walled(by, case.restatement):
        return False
    seats = Seat.objects.on(day).filter(committee__kind=Kind.COMPENSATION, chairs=True)
    if seats.filter(person=by.person_id).exists():
        return True
    chair = seats.exclude(person__in=case.restatement.walls.values("person"))
    return leads_the_independent(by, day) and not chair.exists()


def may_open(by, case, day):
    """The Committee's chair or the Lead Independent Director, and neither as its subject (M-16)."""
    if by is None or is_walled(by, case.restatement) or is_possible_subject(by, case.restatement):
        return False
    return may_open_cases(by, day)


def may_open_cases(by, day):
    """Whether somebody opens cases, whichever they may be (access rule 4)."""
    chair = Seat.objects.on(day).filter(
        committee__kind=Kind.COMPENSATION, chairs=True, person=by.person_id
    )
    return chair.exists() or leads_the_independent(by, day)


def may_work(by, subject, day):
    """Whoever writes in a case: its members, whoever presides over it, invited counsel."""
    case = subject.of_case
    if by is None or is_walled(by, case.restatement):
        return False
    return (
        sits_on_the_committee(by, case, day)
        or chairs_the_committee(by, case, day)
        or invited_as(by, case, day, *COUNSEL)
    )


def may_scope(by, case, day):
    """The Committee's chair and invited counsel (M-16)."""
    if by is None or is_walled(by, case.restatement):
        return False
    return chairs_the_committee(by, case, day) or invited_as(by, case, day, *COUNSEL)


def may_calculate(by, case, day):
    """An invited preparer, and the Committee's chair (M-16)."""
    if by is None or is_walled(by, case.restatement):
        return False
    prepares = case.admissions.on(day).filter(person=by.person_id, capacity="preparer")
    return chairs_the_committee(by, case, day) or prepares.exists()


def may_collect(by, subject, day):
    """The Committee's chair, and on the chair's order an invited preparer (M-16)."""
    return may_calculate(by, subject.of_case, day)


def may_put(by, resolution, day):
    """A member of the Committee puts a resolution to it."""
    return sits_on_the_committee(by, resolution.of_case, day)


def may_advise(by, subject, day):
    """Invited counsel, who writes what the law permits (C-REC-03)."""
    case = subject.of_case
    if by is None or is_walled(by, case.restatement):
        return False
    return invited_as(by, case, day, *COUNSEL)


def keeps_restatements(user):
    """Who records a restatement: the Audit Committee and the secretary's office (C-TRG-01)."""
    standing = standing_today(user)
    return standing.is_secretarial or standing.sits_on(Kind.AUDIT)


def may_amend(user, restatement):
    """Who records one, unless it could look at their own pay (C-TRG-01).

    So it is whether there is a case or none; a wall is not asked, as its answer would tell of one.
    """
    return keeps_restatements(user) and not is_possible_subject(user, restatement)


def reads_restatements(user):
    """Directors in office and the secretary's office (AC-BRD)."""
    standing = standing_today(user)
    return standing.is_director or standing.is_secretarial
