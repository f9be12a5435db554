"""The letters of this room: that something waits, and never what (NT-CLW, NT-CHA).

All are of sealed kinds: nobody but their readers knows that they were written. But a policy for
everybody is the Board's to read, and its adoption is told to the Board like any other.
"""

from django.urls import reverse

from clawback.access import is_possible_subject
from clawback.models import Wall
from clawback.moves import ResolutionState
from governance.board.access import independent_people
from governance.board.models import Designation, Directorship, Role
from governance.committees.mail import is_news
from governance.committees.models import Kind as CommitteeKind
from governance.committees.models import Seat
from governance.notices.kinds import Kind, Matter, register
from governance.notices.operations import tell
from governance.people.models import User
from governance.records.models import Company


def kind(name, subject, says, link=None, matter=Matter.TASKS):
    return register(
        Kind(
            name,
            "clawback",
            sealed=True,
            provision="NT-CLW",
            subject=subject,
            matter=matter,
            says=says,
            link=link or (lambda matter: matter.get_absolute_url()),
        )
    )


RESTATEMENT_RECORDED = kind(
    "restatement_recorded",
    "Something waits for you",
    "A restatement was recorded",
    lambda restatement: reverse("clawback:cases"),
)
CASE_OPENED = kind("case_opened", "Something waits for you", "A case was opened")
LET_IN = kind("case_let_in", "Something waits for you", "You were let in to a case")
RESOLUTION_PUT = kind(
    "resolution_put",
    "Something waits for you",
    "A resolution waits for your vote",
    matter=Matter.DECISIONS,
)
RESOLUTION_ENDED = kind(
    "resolution_ended",
    "A result has been declared",
    "A resolution was voted on",
    matter=Matter.DECISIONS,
)
DETERMINATION_REPORTED = kind(
    "determination_reported", "Something waits for you", "A determination was reported"
)
CLOCK_RUNS = kind(
    "clock_runs", "Something waits for you", "The time of a case runs out", matter=Matter.REMINDERS
)


POLICY_ADOPTED = register(
    Kind(
        "policy_adopted",
        "clawback",
        provision="NT-CHA",
        subject="Something was adopted",
        matter=Matter.DECISIONS,
        says="A recovery policy was adopted",
        link=lambda version: reverse("clawback:policy", args=[version.pk]),
    )
)


def day_of(at):
    return Company.current().day_of(at)


def accounts(people, restatement):
    """The accounts of these people, but of those whom a wall keeps out."""
    walled = Wall.objects.filter(restatement=restatement).values("person")
    return User.objects.filter(is_active=True, person__in=people).exclude(person__in=walled)


def circle(restatement, day):
    """The Committee and the Lead Independent Director, as far as no wall keeps them out."""
    seats = Seat.objects.on(day).filter(committee__kind=CommitteeKind.COMPENSATION)
    lead = Designation.objects.on(day).filter(role=Role.LEAD)
    people = {*seats.values_list("person", flat=True), *lead.values_list("person", flat=True)}
    return accounts(people, restatement)


def who_opens(restatement, day):
    """The Committee's chair; where it could be about the chair's own pay, the Lead Independent
    Director, unless it could be about theirs."""
    chairs = Seat.objects.on(day).filter(committee__kind=CommitteeKind.COMPENSATION, chairs=True)
    leads = Designation.objects.on(day).filter(role=Role.LEAD)
    for held in (chairs, leads):
        in_office = accounts(held.values("person"), restatement)
        free = [one for one in in_office if not is_possible_subject(one, restatement)]
        if free:
            return free
    return []


def tell_chair_of_restatement(restatement, at):
    """The Committee's chair is asked to open a case (C-PUR-01, L-26)."""
    tell(
        RESTATEMENT_RECORDED,
        restatement,
        readers=who_opens(restatement, day_of(at)),
        occurrence="recorded",
    )


def tell_of_case(case, *, at, by):
    readers = circle(case.restatement, day_of(at))
    tell(CASE_OPENED, case, readers=readers, occurrence="opened", by=by)


def tell_of_invitation(invitation, *, at):
    readers = User.objects.filter(is_active=True, person=invitation.person_id)
    tell(LET_IN, invitation, readers=readers, occurrence="given")


def tell_voters(resolution, *, at, by):
    readers = User.objects.filter(is_active=True, person__in=resolution.voters.values("person"))
    tell(RESOLUTION_PUT, resolution, readers=readers, occurrence="opened", by=by)


def tell_board(report, *, at, by):
    """Independent directors are told that something was reported; whoever is walled is not."""
    readers = accounts(independent_people(day_of(at)), report.case.restatement)
    tell(DETERMINATION_REPORTED, report, readers=readers, occurrence="reported", by=by)


def tell_result(resolution, *, at):
    if resolution.state == ResolutionState.WITHDRAWN:
        return
    readers = circle(resolution.case.restatement, day_of(at))
    tell(RESOLUTION_ENDED, resolution, readers=readers, occurrence="ended")


def tell_of_policy(version, *, at, by):
    """Write to all directors that a version for everybody was adopted (C-ADM-01, NT-CHA)."""
    if is_news(version.act, day_of(at)):
        sit = Directorship.objects.on(day_of(at)).values("person")
        readers = User.objects.filter(person__in=sit, is_active=True).select_related("person")
        tell(POLICY_ADOPTED, version, readers=readers, occurrence="adopted", by=by)


# --- The money -------------------------------------------------------------------------------

DEMAND_SERVED = kind("demand_served", "Something waits for you", "A demand was served on you")
INSTALMENT_DUE = kind(
    "instalment_due",
    "Something waits for you",
    "An instalment is due",
    matter=Matter.REMINDERS,
)
INSTALMENT_LATE = kind(
    "instalment_late", "Something is overdue", "An instalment is overdue", matter=Matter.REMINDERS
)


def served_on(demand):
    """The accounts of the person on whom it was served, where they have one."""
    return User.objects.filter(person=demand.person_id, is_active=True).select_related("person")


def tell_of_demand(demand, *, by):
    """Write to the participant, and to nobody before the demand is served (NT-CLW)."""
    tell(DEMAND_SERVED, demand, readers=served_on(demand), occurrence="served", by=by)
