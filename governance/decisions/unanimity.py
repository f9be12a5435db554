"""When a written consent takes effect: everybody in office then, and nobody less (L-43, M-04).

Pure functions of signatures and of who makes up the body at an instant.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

# A signature may be given for a time ahead, so long after it at most (L-43).
AHEAD = timedelta(days=60)
# A consent that nobody completed lapses so long after it was circulated.
LAPSES = timedelta(days=60)


@dataclass(frozen=True)
class Signed:
    """One signature that was not revoked: whose, and from when it counts."""

    signer: object
    counts_from: datetime


def is_unanimous(
    signed: Iterable[Signed],
    members: Collection[object],
    needed: int,
    at: datetime,
) -> bool:
    """Every member in office has signed for this instant or before, and they make a quorum."""
    counting = {one.signer for one in signed if one.counts_from <= at}
    return bool(members) and len(members) >= needed and counting >= set(members)


def takes_effect_at(
    signed: Collection[Signed],
    changes: Iterable[datetime],
    body: Callable[[datetime], tuple[Collection[object], int]],
    until: datetime,
) -> datetime | None:
    """The earliest instant, up to `until`, at which the consent is unanimous; None when none is.

    It can only become so when a signature begins to count or when the body changes: `changes` has
    the instants of the latter, and `body` the members at an instant and the number needed of them.
    """
    instants = {one.counts_from for one in signed} | set(changes)
    for at in sorted(one for one in instants if one <= until):
        members, needed = body(at)
        if is_unanimous(signed, members, needed, at):
            return at
    return None
