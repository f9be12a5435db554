"""The roll of a motion (M-03), and the signatures under a written consent (M-04)."""

from dataclasses import dataclass

from governance.decisions.models import Choice
from governance.people.models import Person


@dataclass(frozen=True)
class Line:
    """One member on the roll; `choice` is empty while it may not be shown, or was never given."""

    person: Person
    has_cast: bool
    choice: str = ""
    recused: str = ""

    @property
    def chosen(self):
        return Choice(self.choice).label if self.choice else ""


def roll_of(motion):
    """Everybody on the list, then whoever was recused, each with what may be shown of them."""
    cast = dict(motion.ballots.current().values_list("voter", "choice"))
    recusals = list(motion.item.recusals.select_related("person").order_by("person__family_name"))
    # Whoever declares an interest after the list was made leaves it: one line for each person.
    walled = {recusal.person_id for recusal in recusals}
    lines = [
        Line(
            voter.person,
            has_cast=voter.person_id in cast,
            choice=cast.get(voter.person_id, "") if motion.is_decided else "",
        )
        for voter in motion.voters.select_related("person")
        if voter.person_id not in walled
    ]
    return lines + [
        Line(recusal.person, has_cast=False, recused=recusal.get_mode_display())
        for recusal in recusals
    ]


def silent_on(motion):
    """The names of those on the list who have not cast."""
    cast = motion.ballots.current().values("voter")
    waiting = motion.voters.exclude(person__in=cast).exclude(
        person__in=motion.item.recusals.values("person")
    )
    return [voter.person.name for voter in waiting.select_related("person")]


def own_ballots(motion, user):
    """The reader's own ballots, the last word first."""
    return list(motion.ballots.filter(voter=user.person_id).order_by("-cast_at"))


def signatures_of(consent):
    """Every signature under a consent, revoked ones included: its readers may know them all."""
    return list(consent.signatures.select_related("signer"))
