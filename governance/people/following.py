"""What follows from a change of standing, in the same transaction.

An office, a seat or a determination is written in one room, and rooms that come later have to look
again: whether a majority was lost, whether a cure period began. They register here what they do, as
kinds of letters are registered; a room never calls one that comes after it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

_FOLLOWERS: list[Callable[[date], None]] = []
# Days on which to look again when a long piece of work is done; see `together`.
_waiting: ContextVar[set[date] | None] = ContextVar("waiting", default=None)


def follow(look_again: Callable[[date], None]) -> Callable[[date], None]:
    """Have this done whenever somebody's standing changes; it is handed the day of today."""
    if look_again not in _FOLLOWERS:
        _FOLLOWERS.append(look_again)
    return look_again


def standing_changed(on: date) -> None:
    """Somebody's standing has changed: whoever follows looks again."""
    if (waiting := _waiting.get()) is not None:
        waiting.add(on)
        return
    for look_again in _FOLLOWERS:
        look_again(on)


@contextmanager
def together() -> Iterator[None]:
    """For many changes at once: whoever follows looks again when all of them are written.

    What is lost by one and won back by the next was never lost.
    """
    waiting: set[date] = set()
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    for on in sorted(waiting):
        standing_changed(on)
