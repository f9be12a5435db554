"""Acts of the Board and its committees: what was done in due form, to be pointed to later."""

from collections.abc import Callable
from datetime import datetime

from governance.people.operations import check_days, is_secretary
from governance.records.models import Act, Company
from governance.refusals import Refused
from governance.words import said_long_day

_FOLLOWERS: list[Callable[[Act, datetime], None]] = []


def follow_acts(take_up: Callable[[Act, datetime], None]) -> Callable[[Act, datetime], None]:
    """Have this done in the transaction in which a body acts; it is handed the act and the instant.

    A room that comes after that of motions and consents registers here what an act brings about.
    """
    if take_up not in _FOLLOWERS:
        _FOLLOWERS.append(take_up)
    return take_up


def record_act(*, committee, how, source, at, title, text):
    """A motion was carried, or a written consent took effect: keep it as an act of its body (C16).

    `committee` is the committee's key, None for the Board; `source` that of the motion or consent.
    """
    act = Act.objects.create(
        committee=committee,
        how=how,
        source=source,
        day=Company.current().day_of(at),
        title=title,
        text=text,
    )
    for take_up in _FOLLOWERS:
        take_up(act, at)
    return act


def enter_act(*, committee, day, title, text, by, on):
    """Write down an act that a body took on paper, or before the portal was there.

    Raises Refused for anybody but the Corporate Secretary, and for a day that is still to come.
    """
    if not is_secretary(by, on):
        raise Refused("The Corporate Secretary enters what was done on paper.", code="not_yours")
    if not title.strip() or not text.strip():
        raise Refused("An act has a title and its exact words.", provision="C12")
    check_days([day], on=on)
    if day > on:
        raise Refused("An act is entered after it was taken.", provision="C12")
    return Act.objects.create(
        committee=committee,
        how=Act.How.PAPER,
        day=day,
        title=title.strip(),
        text=text,
        entered_by=by,
    )


def check_act(act, *, of, on, what, provision):
    """The act was taken by this body, on that day at the latest.

    `of` is the committee's key, None for the Board. Raises Refused and says what is missing.
    """
    if act is None:
        raise Refused(f"{what} needs an act: enter or choose the one that did it.", provision)
    if act.committee != of:
        body = "the Board" if of is None else "that committee"
        raise Refused(f"{what} needs an act of {body}; this one is of another body.", provision)
    if act.day > on:
        raise Refused(f"{what} follows its act, which is of {said_long_day(act.day)}.", provision)
