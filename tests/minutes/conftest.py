"""A Board meeting that was held: two came and went, one was recused, one motion was carried."""

from datetime import timedelta

import pytest

from governance.decisions import operations as decisions
from governance.meetings import attending
from governance.meetings import operations as meetings
from governance.minutes import operations
from tests.decisions.conftest import PRESENT
from tests.factories import decisions as motions
from tests.factories import meetings as held_meetings

AFFILIATE = "canary-of-the-affiliate"


@pytest.fixture
def earlier(now):
    """Yesterday, when the meeting was held."""
    return now - timedelta(days=1)


@pytest.fixture
def held(cast, earlier):
    """Adjourned after two hours, with a carried motion and an item with a recusal."""
    by, at = cast["secretary"], earlier
    present = [cast[name].person for name in PRESENT]
    meeting = held_meetings.in_session(present, by=by, at=at)
    lease = meetings.add_item(meeting, title="The invented lease", by=by, at=at)
    meetings.record_recusal(
        lease, cast["director"].person, mode="left", basis=AFFILIATE, by=by, at=at
    )
    motion = motions.voting(meeting, mover=cast["audit_chair"].person, by=by, at=at)
    for name in PRESENT[:4]:
        decisions.cast_ballot(
            motion, choice="for", by=cast[name], at=at, digest=motion.digest, method="password"
        )
    decisions.close_vote(motion, by=by, at=at + timedelta(minutes=30))
    chief = cast["chief_executive"].person
    attending.record_departure(meeting, chief, by=by, at=at + timedelta(minutes=40))
    attending.record_arrival(meeting, chief, mode="telephone", by=by, at=at + timedelta(minutes=50))
    return meetings.adjourn(meeting, by=cast["chair"], at=at + timedelta(hours=2))


@pytest.fixture
def drafted(cast, held, now):
    return operations.draft(held, by=cast["secretary"], at=now)


def written(minutes, cast, now, words="The directors discussed it."):
    """Every item says what was done."""
    return operations.write(
        minutes,
        words={part.key: words for part in minutes.current.read_parts if part.item},
        base=minutes.edition,
        by=cast["secretary"],
        at=now,
    )


@pytest.fixture
def circulated(cast, drafted, now):
    return sent_out(written(drafted, cast, now), cast, now)


def sent_out(minutes, cast, now):
    """Circulated by the Corporate Secretary, as they read now."""
    return operations.circulate(minutes, base=minutes.edition, by=cast["secretary"], at=now)


def approve(minutes, cast, at):
    """The Board approves at a later meeting what the minutes say now; the motion that did it."""
    by = cast["secretary"]
    meeting = held_meetings.in_session([cast[name].person for name in PRESENT], by=by, at=at)
    motion = operations.put_for_approval(
        minutes, meeting=meeting, mover=cast["audit_chair"].person, by=by, at=at
    )
    return carry(motion, cast, at)


def carry(motion, cast, at):
    """Everybody present votes for it."""
    decisions.put_before_meeting(motion, by=cast["chair"], at=at)
    decisions.open_vote(motion, by=cast["chair"], at=at)
    for name in PRESENT[:5]:
        decisions.cast_ballot(
            motion, choice="for", by=cast[name], at=at, digest=motion.digest, method="password"
        )
    return decisions.close_vote(motion, by=cast["chair"], at=at)


@pytest.fixture
def approved(cast, circulated, now):
    approve(circulated, cast, now)
    circulated.refresh_from_db()
    return circulated


@pytest.fixture
def locked(cast, approved, now):
    digest = approved.current.digest
    operations.sign(approved, digest=digest, by=cast["secretary"], at=now, method="password")
    approved.refresh_from_db()
    return approved
