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
    # Was on the list, and was not there when the vote was closed: no answer of theirs was counted.
    left: bool = False
    # Joined after the vote was opened: counted as present and as silent, and on no list.
    late: bool = False

    @property
    def chosen(self):
        return Choice(self.choice).label if self.choice else ""


def roll_of(motion):
    """Everybody on the list, then whoever joined later and whoever was recused.

    Each with what may be shown of them.
    """
    cast = dict(motion.ballots.current().values_list("voter", "choice"))
    recusals = list(motion.item.recusals.select_related("person").order_by("person__family_name"))
    counted = set(motion.presences.values_list("person", flat=True))
    lines = [
        Line(
            voter.person,
            has_cast=voter.person_id in cast,
            choice=cast.get(voter.person_id, "") if motion.is_decided else "",
            left=bool(counted) and voter.person_id not in counted,
        )
        for voter in motion.voters.select_related("person")
    ]
    listed = {line.person.pk for line in lines} | {recusal.person_id for recusal in recusals}
    present = motion.presences.exclude(person__in=listed).select_related("person")
    lines += [Line(presence.person, has_cast=False, late=True) for presence in present]
    return lines + [
        Line(recusal.person, has_cast=False, recused=recusal.get_mode_display())
        for recusal in recusals
    ]


def silent_on(motion, at):
    """The names of those who would count as silent: present, and no ballot of theirs is cast."""
    cast = motion.ballots.current().values("voter")
    present = motion.present_people(at).exclude(pk__in=cast)
    waiting = present.exclude(pk__in=motion.recused_people().values("pk"))
    return [person.name for person in waiting.order_by("family_name", "given_name")]


def own_ballots(motion, user):
    """The reader's own ballots, the last word first."""
    return list(motion.ballots.filter(voter=user.person_id).order_by("-cast_at"))


def signatures_of(consent):
    """Every signature under a consent, revoked ones included: its readers may know them all."""
    return list(consent.signatures.select_related("signer"))
