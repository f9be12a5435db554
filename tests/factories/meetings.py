"""Meetings, as far as a test needs them to have come; every step is the verb of the room."""

from datetime import timedelta

from governance.meetings import attending, operations
from governance.meetings.access import may_preside, presiders, stand_ins
from governance.people.models import User
from governance.records.models import Company

HOURS_AHEAD = 4 * 24


def drafted(*, by, at, kind="regular", committee=None, hours=HOURS_AHEAD, **facts):
    """A meeting that nobody has been told of."""
    return operations.create_meeting(
        committee=committee,
        kind=kind,
        starts_at=at + timedelta(hours=hours),
        by=by,
        at=at,
        **{"place": "The invented boardroom", "dial_in": "+1 555 0100", **facts},
    )


def scheduled(*, by, at, **facts):
    """On the calendar; a regular Board meeting has its session."""
    return operations.schedule(drafted(by=by, at=at, **facts), by=by, at=at)


def noticed(*, by, at, **facts):
    """Notice has been given."""
    return operations.give_notice(scheduled(by=by, at=at, **facts), by=by, at=at)


def in_session(present, *, by, at, **facts):
    """Called to order at `at`, with these people there in person."""
    hours = facts.pop("hours", 48)
    before = at - timedelta(hours=hours)
    meeting = noticed(by=by, at=before, hours=hours, **facts)
    for person in present:
        attending.record_arrival(meeting, person, mode="in_person", by=by, at=at)
    return operations.call_to_order(meeting, by=by, at=at)


def presider(meeting, *, at):
    """The account of whoever presides: only they recess and adjourn, and open a vote (M-01)."""
    day = Company.current().day_of(at)
    users = {user.person_id: user for user in User.objects.all()}
    people = [*presiders(meeting, day), *stand_ins(meeting, day)]
    return next(users[key] for key in people if may_preside(users[key], meeting, day))
