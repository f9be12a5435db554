"""Whether the independent directors met alone: the result of their session (M-06, L-13)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import models

from governance.board.models import Independence


class SessionResult(models.TextChoices):
    """What a session that was held counts as (M-06)."""

    QUALIFYING = "qualifying", "Qualifying"
    PROVISIONAL = "provisional", "Provisional"
    NON_QUALIFYING = "non_qualifying", "Does not qualify"


@dataclass(frozen=True)
class Stay:
    """Somebody is in the room, or in its chair, from an instant to another, the end excluded."""

    person: UUID
    since: datetime
    until: datetime

    def covers(self, at):
        return self.since <= at < self.until


def result_of(inside, presided, worth):
    """The best of all its intervals: one is enough to qualify, or to qualify provisionally.

    `inside` are the stays of everybody, guests too, `presided` those of whoever was in the chair,
    `worth` the independence of each director; whoever is not in it is no director (M-06).
    """
    # Between two edges nobody comes or goes, so that the instant of an edge speaks for all of it.
    edges = {at for stay in (*inside, *presided) for at in (stay.since, stay.until)}
    found = {result_at(at, inside, presided, worth) for at in edges}
    return next(
        (result for result in SessionResult if result in found), SessionResult.NON_QUALIFYING
    )


def result_at(at, inside, presided, worth):
    """What the session is worth at one instant: who is there, and whether one of them presides."""
    present = {stay.person for stay in inside if stay.covers(at)}
    presiding = {stay.person for stay in presided if stay.covers(at)}
    values = {worth.get(person) for person in present}
    if len(present) < 2 or not present & presiding:
        return SessionResult.NON_QUALIFYING
    if not values <= {Independence.YES, Independence.STALE}:
        return SessionResult.NON_QUALIFYING
    if Independence.STALE in values:
        return SessionResult.PROVISIONAL
    return SessionResult.QUALIFYING
