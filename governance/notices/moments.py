"""Moments: on such a day, these subjects, these readers, this kind.

A room declares its own in its `moments`; every morning the house asks them all.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date

from django.db import transaction

from governance.notices import mail
from governance.notices.inbox import keys_behind, through
from governance.notices.models import Morning
from governance.notices.operations import Telling, tell_all
from governance.people.models import User

log = logging.getLogger(__name__)

# From this hour on, where the company is.
HOUR = 8

Moment = Callable[[date], Iterable[Telling]]

_MOMENTS: dict[str, Moment] = {}


def moment(find: Moment) -> Moment:
    """Make known what a room says by the day. It finds the same however often it is asked."""
    _MOMENTS[f"{find.__module__}.{find.__qualname__}"] = find
    return find


def every():
    """All moments, room by room."""
    return sorted(_MOMENTS.items())


def accounts(people):
    """Those of these people who can be written to, by the person's key."""
    found = User.objects.filter(person__in=people, is_active=True).select_related("person")
    return {user.person_id: user for user in found}


def morning(now):
    """Say what the day says, once, from eight o'clock on; `now` is on the company's clock."""
    day = now.date()
    if now.hour < HOUR or Morning.objects.filter(day=day).exists():
        return
    tell_the_day(day)
    Morning.objects.get_or_create(day=day)


def tell_the_day(day):
    """Ask every moment, and then gather the letters of the day.

    One that fails leaves the others as they are; what it would have said is said the next morning.
    """
    for name, find in every():
        try:
            with transaction.atomic():
                tell_all(known(list(find(day))))
        except Exception as error:
            # Nothing else is logged: a number would tell what goes on behind a door.
            log.error("The moment %s failed: %s", name, type(error).__name__)
    mail.gather(day)


def known(tellings):
    """The same, to those readers alone whose door is open: whom a rule names may not know of it.

    Asked once for each reader and kind of subject, however many subjects there are.
    """
    wanted: dict = defaultdict(set)
    readers = {}
    for one in tellings:
        for key, reader in one.told.items():
            readers[key] = reader
            wanted[key, one.subject._meta.label_lower].add(one.subject.pk)
    behind = {
        (key, label): keys_behind([through(label, keys, readers[key])])
        for (key, label), keys in wanted.items()
    }
    return [
        Telling(one.kind, one.subject, let_in, one.occurrence)
        for one in tellings
        if (
            let_in := [
                reader
                for key, reader in one.told.items()
                if one.subject.pk in behind[key, one.subject._meta.label_lower]
            ]
        )
    ]
