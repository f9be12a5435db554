"""Directors' pay: the committee on compensation recommends, the Board approves (G-DCP-02, L-54)."""

from datetime import timedelta

import pytest

from governance.committees.models import Committee, Kind
from governance.decisions import consents, operations
from governance.decisions.models import Motion, WrittenConsent
from governance.meetings.operations import add_item
from tests.decisions.conftest import PRESENT
from tests.factories import meetings
from tests.factories.cast import SEATS

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
TEXT = "RESOLVED, that the invented retainer of directors is set."
PRESIDES = {Kind.COMPENSATION: "compensation_chair", Kind.AUDIT: "audit_chair"}


@pytest.fixture
def committee(cast, now):
    """A meeting of the committee on compensation in session."""
    return sitting(cast, now, Kind.COMPENSATION)


def sitting(cast, now, kind):
    present = [cast[name].person for name in SEATS[kind]]
    committee = Committee.objects.get(kind=kind)
    return meetings.in_session(present, by=cast["secretary"], at=now, committee=committee)


def put(meeting, cast, at, kind="director_pay"):
    """Put before the meeting, as far as its guards let it."""
    by = cast["secretary"]
    who = PRESIDES.get(meeting.committee and meeting.committee.kind, "chair")
    item = add_item(meeting, title="Pay", by=by, at=at)
    facts = {"title": "Pay", "text": TEXT, "mover": cast[who].person, "kind": kind}
    motion = operations.put_motion(item, by=by, at=at, **facts)
    return operations.put_before_meeting(motion, by=cast[who], at=at), cast[who]


def carry(meeting, cast, at, choice="for"):
    motion, chair = put(meeting, cast, at)
    operations.open_vote(motion, by=chair, at=at)
    for name in SEATS[Kind.COMPENSATION] if meeting.committee_id else PRESENT:
        facts = {"choice": choice, "digest": motion.digest, "method": "password"}
        operations.cast_ballot(motion, by=cast[name], at=at, **facts)
    return operations.close_vote(motion, by=chair, at=at)


def consented(cast, at, kind=None):
    committee = Committee.objects.get(kind=kind) if kind else None
    facts = {"committee": committee, "title": "Pay", "text": TEXT, "kind": "director_pay"}
    consent = consents.draft_consent(**facts, by=cast["secretary"], at=at)
    return consents.circulate(consent, by=cast["secretary"], at=at)


def blocked(meeting, cast, at):
    motion, _ = put(meeting, cast, at)
    return motion.state, motion.blocked_code


def test_g_dcp_02_the_board_waits_for_the_recommendation(cast, meeting, committee, now):
    assert blocked(meeting, cast, now) == ("blocked", "not_recommended")
    assert "has not recommended" in Motion.objects.get().blocked_why
    assert carry(committee, cast, now + HOUR, choice="against").state == "failed"
    assert blocked(meeting, cast, now + HOUR) == ("blocked", "not_recommended")
    assert carry(committee, cast, now + 2 * HOUR).state == "passed"
    # What was blocked is tried again once that is cured.
    motion = Motion.objects.filter(state="blocked").first()
    operations.put_before_meeting(motion, by=cast["chair"], at=now + 3 * HOUR)
    assert motion.state == "open"


def test_g_dcp_02_each_approval_has_a_recommendation_of_its_own(cast, meeting, committee, now):
    carry(committee, cast, now)
    assert carry(meeting, cast, now + HOUR).state == "passed"
    assert blocked(meeting, cast, now + 2 * HOUR) == ("blocked", "not_recommended")
    carry(committee, cast, now + 3 * HOUR)
    assert carry(meeting, cast, now + 4 * HOUR).state == "passed"


def test_g_dcp_01_another_committee_recommends_nothing(cast, now):
    audit = sitting(cast, now, Kind.AUDIT)
    assert blocked(audit, cast, now) == ("blocked", "nondelegable")
    refused = consented(cast, now, Kind.AUDIT)
    assert refused.state == "refused" and "committee on compensation" in refused.why


def test_g_dcp_02_the_same_holds_of_written_consents(cast, meeting, now):
    assert consented(cast, now).state == "refused"
    recommended = consented(cast, now, Kind.COMPENSATION)
    facts = {"digest": recommended.digest, "method": "password", "at": now + HOUR}
    for name in SEATS[Kind.COMPENSATION]:
        consents.sign(recommended, by=cast[name], **facts)
    assert WrittenConsent.objects.get(pk=recommended.pk).state == "effective"
    assert consented(cast, now + 2 * HOUR).state == "circulated"
    assert put(meeting, cast, now + 2 * HOUR)[0].state == "open"


def test_g_dcp_02_other_motions_wait_for_nothing(cast, meeting, now):
    assert put(meeting, cast, now, kind="ordinary")[0].state == "open"


def test_l_54_directors_are_told_that_it_is_their_own_pay(cast, meeting, committee, now, client):
    carry(committee, cast, now)
    motion, _ = put(meeting, cast, now + HOUR)
    other, _ = put(meeting, cast, now + HOUR, kind="ordinary")
    consent = consented(cast, now + HOUR)
    client.force_login(cast["director"])
    for page, told in ((motion, True), (other, False), (consent, True)):
        said = client.get(page.get_absolute_url()).content.decode()
        assert ("decide on their own pay" in said) == told
    # Nobody is asked about an interest, nor to leave: the vote opens.
    operations.open_vote(motion, by=cast["chair"], at=now + HOUR)
    assert motion.voters.count() == len(PRESENT)
