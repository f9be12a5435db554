"""A Board meeting in session with six of nine directors, and a motion whose vote is open."""

import pytest

from tests.factories import decisions, meetings

PRESENT = (
    "lead_director",
    "director",
    "audit_chair",
    "compensation_chair",
    "chair",
    "chief_executive",
)


@pytest.fixture
def meeting(cast, now):
    present = [cast[name].person for name in PRESENT]
    return meetings.in_session(present, by=cast["secretary"], at=now)


@pytest.fixture
def motion(cast, meeting, now):
    return decisions.voting(meeting, mover=cast["director"].person, by=cast["secretary"], at=now)
