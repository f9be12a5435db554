"""What waits for somebody in the clawback room, for their page of today (C-PUR-01, NT-CLW)."""

from dataclasses import dataclass

from django.urls import reverse

from clawback.access import in_the_circle
from clawback.models import CaseInvitation, Demand, Resolution, Restatement
from clawback.moves import ResolutionState
from governance.committees.asking import ask
from governance.committees.models import Kind
from governance.committees.standing import standing_today
from governance.words import said_number


@dataclass(frozen=True)
class Waiting:
    """One thing: its title, why, where, and what to do."""

    title: str
    why: str
    url: str
    verb: str


def waiting_for(user):
    """The most urgent first. The same is asked for whoever stands outside, and finds nothing."""
    if in_the_circle(user):
        yield from to_vote(user)
        yield from to_open(user)
    else:
        yield from let_in(user)
        yield from served(user)


def to_vote(user):
    for row in ask(unanswered, user):
        why = (
            "A resolution of the Compensation Committee. A vote that is cast is signed and stands."
        )
        yield Waiting("A resolution waits for you", why, row.get_absolute_url(), "Read and vote")


def unanswered(user):
    mine = {"voters__person": user.person_id}
    rows = Resolution.objects.visible_to(user).filter(state=ResolutionState.VOTING, **mine)
    return rows.exclude(ballots__voter=user.person_id).only("pk").order_by("opened_at")


def to_open(user):
    """A restatement for which no case was opened asks the chair, within five business days."""
    standing = standing_today(user)
    chairs = any(seat.kind == Kind.COMPENSATION and seat.chairs for seat in standing.seats)
    if not (chairs or standing.leads_the_independent):
        return
    for row in ask(without_a_case, user):
        why = f"Name its subjects and wall them, within {said_number(5)} business days (C-PUR-01)."
        url = reverse("clawback:open_case", args=[row.pk])
        yield Waiting(row.title, why, url, "Open a case")


def without_a_case(user):
    return Restatement.objects.asking(user).only("title").order_by("recorded_at")


def let_in(user):
    for row in ask(invitations, user):
        why = "The Compensation Committee has let you in. What you find there is for you alone."
        yield Waiting("A matter is open to you", why, row.get_absolute_url(), "Open it")


def invitations(user):
    rows = CaseInvitation.objects.on(user.today).filter(person=user.person_id)
    return rows.visible_to(user).only("case_id", "line_id").order_by("since")


def served(user):
    for row in ask(demands, user):
        why = "It was served on you. Your balance is shown with it."
        yield Waiting("A letter of the Company", why, row.get_absolute_url(), "Read it")


def demands(user):
    mine = Demand.objects.visible_to(user).filter(person=user.person_id)
    return mine.only("pk").order_by("served_on")
