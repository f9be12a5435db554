"""M-05: minutes are drafted from the record, circulated, approved, signed, locked, corrected."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from governance.decisions import operations as decisions
from governance.decisions.models import Motion
from governance.meetings import attending
from governance.meetings import operations as meetings
from governance.minutes import operations
from governance.minutes.models import Comment, MinutesSignature, MinutesVersion
from governance.notices.models import Notice
from governance.records.models import Act, Entry
from governance.records.receipts import find_receipt
from governance.refusals import Refused
from tests.factories import meetings as held_meetings
from tests.minutes.conftest import PRESENT, approve, carry, sent_out, written

pytestmark = pytest.mark.django_db


def facts_of(minutes):
    return " ".join(fact for part in minutes.current.read_parts for fact in part.facts)


def refused(match, verb, *args, **facts):
    """It is refused with these words, and nothing is written."""
    before = (Entry.objects.count(), MinutesVersion.objects.count(), Comment.objects.count())
    with pytest.raises(Refused, match=match):
        verb(*args, **facts)
    after = (Entry.objects.count(), MinutesVersion.objects.count(), Comment.objects.count())
    assert before == after


# --- Drafting --------------------------------------------------------------------------------


def test_they_are_put_together_from_the_record(drafted, cast):
    said = facts_of(drafted)
    chair, chief = cast["chair"].person.name, cast["chief_executive"].person.name
    assert f"{chair} presided." in said
    assert "Present in person: " in said
    assert "Absent: " in said
    assert f"{chief} left at " in said and f"{chief} returned by telephone at " in said
    assert "A quorum was present throughout: 5 of 9 authorised seats are needed" in said
    assert "and six were present at the call to order." in said
    assert "The meeting was adjourned at " in said


def test_votes_in_minutes_equal_the_locked_votes(drafted, held):
    motion = Motion.objects.get(meeting=held)
    [resolution] = [one for part in drafted.current.read_parts for one in part.resolutions]
    assert (resolution.text, resolution.digest) == (motion.text, motion.digest)
    assert (
        "Carried: 4 for, 0 against, 0 abstained, 2 silent: 4 of 6 present is more"
        in resolution.says
    )
    assert f"Quorum {motion.quorum} of {motion.seats}." in resolution.says
    assert motion.text in drafted.current.text


def test_a_recusal_is_told_with_its_basis(drafted, cast):
    name = cast["director"].person.name
    assert f"{name} declared an interest at " in facts_of(drafted)
    assert "left the room: canary-of-the-affiliate." in facts_of(drafted)


def test_a_time_without_a_quorum_is_told(cast, earlier, now):
    by = cast["secretary"]
    meeting = held_meetings.in_session(
        [cast[name].person for name in PRESENT[:5]], by=by, at=earlier
    )
    leaver, left = cast["director"].person, earlier + timedelta(minutes=10)
    attending.record_departure(meeting, leaver, by=by, at=left)
    back = left + timedelta(minutes=5)
    attending.record_arrival(meeting, leaver, mode="in_person", by=by, at=back)
    meetings.adjourn(meeting, by=cast["chair"], at=back + timedelta(minutes=30))
    said = facts_of(operations.draft(meeting, by=by, at=now))
    assert "A quorum was present: 5 of 9" in said and "throughout" not in said
    assert "No quorum was present from " in said


def test_a_line_lost_and_found_in_an_instant_is_no_absence(cast, earlier, now):
    by, at = cast["secretary"], earlier
    meeting = held_meetings.in_session([cast[name].person for name in PRESENT[:5]], by=by, at=at)
    person, later = cast["director"].person, at + timedelta(minutes=10)
    attending.record_departure(meeting, person, by=by, at=later)
    attending.record_arrival(meeting, person, mode="telephone", by=by, at=later)
    meetings.adjourn(meeting, by=cast["chair"], at=at + timedelta(hours=1))
    said = facts_of(operations.draft(meeting, by=by, at=now))
    assert f"{person.name} went on by telephone at " in said
    assert f"{person.name} left" not in said
    assert "throughout" in said


def test_a_recess_is_told(cast, earlier, now):
    by, at = cast["secretary"], earlier
    meeting = held_meetings.in_session([cast[name].person for name in PRESENT[:5]], by=by, at=at)
    meetings.recess(meeting, by=cast["chair"], at=at + timedelta(minutes=10))
    meetings.reconvene(meeting, by=cast["chair"], at=at + timedelta(minutes=20))
    meetings.adjourn(meeting, by=cast["chair"], at=at + timedelta(hours=1))
    assert "It was in recess from " in facts_of(operations.draft(meeting, by=by, at=now))


def test_they_wait_for_the_end_of_the_meeting(cast, now):
    meeting = held_meetings.in_session(
        [cast[name].person for name in PRESENT], by=cast["secretary"], at=now
    )
    refused("adjourned", operations.draft, meeting, by=cast["secretary"], at=now)


def test_a_meeting_has_its_minutes_once(drafted, held, cast, now):
    refused("have been drafted", operations.draft, held, by=cast["secretary"], at=now)


@pytest.mark.parametrize("name", ["chair", "lead_director", "director", "chief_executive"])
def test_only_the_office_drafts(name, held, cast, now):
    refused("may not", operations.draft, held, by=cast[name], at=now)


def test_the_assistant_secretary_drafts_those_of_the_board(held, cast, now):
    assert operations.draft(held, by=cast["assistant_secretary"], at=now).state == "draft"


# --- Writing and circulating -----------------------------------------------------------------


def test_each_missing_fact_is_named_before_they_go_out(drafted, cast, now):
    refused("1. The invented lease: nothing says what was done.", sent_out, drafted, cast, now)
    assert [check.holds for check in drafted.current.checks()] == [False, True, True]


def test_what_was_written_stays_beside_what_the_record_says(drafted, cast, now):
    facts = facts_of(drafted)
    minutes = written(drafted, cast, now, "It was referred to the committee.")
    assert facts_of(minutes) == facts
    assert minutes.current.number == 1
    assert "It was referred to the committee." in minutes.current.text


def test_who_writes_over_another_is_told(drafted, cast, now):
    base = drafted.edition
    written(drafted, cast, now)
    refused(
        "written meanwhile",
        operations.write,
        drafted,
        words={"opening": "Another opening."},
        base=base,
        by=cast["secretary"],
        at=now,
    )


def test_circulated_minutes_are_revised_by_a_new_version(circulated, cast, now):
    first = circulated.current
    minutes = written(circulated, cast, now, "Another wording.")
    assert minutes.current.number == 2
    first.refresh_from_db()
    assert "Another wording." not in first.text
    assert minutes.state == "circulated"


def test_members_are_written_to_and_nobody_else(circulated):
    told = Notice.objects.filter(kind="minutes_circulated")
    people = {notice.reader.person_id for notice in told}
    day = circulated.meeting.day
    members = set(circulated.meeting.members(day).values_list("pk", flat=True))
    assert people and people <= members


def test_who_presided_is_said_where_the_record_does_not_say_it(cast, earlier, now):
    by, at = cast["secretary"], earlier
    others = ("director", "audit_chair", "compensation_chair", "audit_member", "chief_executive")
    meeting = held_meetings.in_session([cast[name].person for name in others], by=by, at=at)
    meetings.adjourn(meeting, by=cast["director"], at=at + timedelta(hours=1))
    minutes = operations.draft(meeting, by=by, at=now)
    refused("Nobody is named as presiding.", sent_out, minutes, cast, now)
    facts = {"words": {}, "base": minutes.edition, "by": by, "at": now}
    stranger = cast["chair"].person
    refused("was not at this meeting", operations.write, minutes, presided=stranger, **facts)
    minutes = operations.write(minutes, presided=cast["director"].person, **facts)
    assert f"{cast['director'].person.name} presided." in facts_of(minutes)
    assert sent_out(minutes, cast, now).state == "circulated"


@pytest.mark.parametrize("name", ["assistant_secretary", "chair", "director"])
def test_only_the_corporate_secretary_circulates(name, drafted, cast, now):
    minutes = written(drafted, cast, now)
    facts = {"base": minutes.edition, "by": cast[name], "at": now}
    refused("may not", operations.circulate, minutes, **facts)


# --- Comments --------------------------------------------------------------------------------


def test_a_member_comments_on_a_part(circulated, cast, now):
    part = circulated.current.read_parts[1].key
    row = operations.comment(circulated, part=part, text=" Twice. ", by=cast["chair"], at=now)
    assert (row.text, row.version) == ("Twice.", 1)
    readers = Notice.objects.filter(kind="minutes_commented").values_list("reader", flat=True)
    assert set(readers) >= {cast["secretary"].pk}
    assert cast["director"].pk not in set(readers)


def test_nobody_comments_on_what_they_are_recused_from(circulated, cast, now):
    lease = circulated.current.read_parts[1].key
    facts = {"part": lease, "text": "Hm.", "by": cast["director"], "at": now}
    refused("no such part", operations.comment, circulated, **facts)


@pytest.mark.parametrize("name", ["secretary", "chief_financial_officer"])
def test_only_members_comment(name, circulated, cast, now):
    facts = {"part": "opening", "text": "Hm.", "by": cast[name], "at": now}
    refused("Members of the body", operations.comment, circulated, **facts)


def test_nothing_is_said_to_a_draft(drafted, cast, now):
    facts = {"part": "opening", "text": "Hm.", "by": cast["chair"], "at": now}
    refused("comments are over", operations.comment, drafted, **facts)


# --- Approval, signature, lock -----------------------------------------------------------------


def test_the_body_approves_the_exact_text(approved, cast):
    act = Act.objects.get(title=operations.named(approved))
    assert approved.state == "approved"
    assert approved.approved_by == act
    assert approved.current.digest in act.text
    told = Notice.objects.filter(kind="minutes_approved").values_list("reader", flat=True)
    assert cast["director"].pk in set(told)


def test_who_was_absent_may_vote_to_approve(approved):
    """Attendance at the minuted meeting is not needed to vote (M-05)."""
    assert approved.approved_by.title.startswith("Minutes of ")


def test_a_vote_on_an_earlier_wording_approves_nothing(circulated, cast, now):
    """Written anew while the vote was open: what was carried names another text."""
    motion = put(circulated, cast, now)
    decisions.put_before_meeting(motion, by=cast["chair"], at=now)
    decisions.open_vote(motion, by=cast["chair"], at=now)
    ballot = {"choice": "for", "at": now, "digest": motion.digest, "method": "password"}
    for name in PRESENT[:5]:
        decisions.cast_ballot(motion, by=cast[name], **ballot)
    written(circulated, cast, now, "Another wording.")
    assert decisions.close_vote(motion, by=cast["chair"], at=now).state == "passed"
    circulated.refresh_from_db()
    assert circulated.state == "circulated"


def test_an_act_of_a_committee_approves_nothing_of_the_board(circulated, cast, now):
    from governance.records.acts import record_act

    committee = cast["audit_chair"].person.seats.get().committee_id
    text = f"RESOLVED, {circulated.current.digest}."
    facts = {"source": committee, "at": now, "title": "Elsewhere", "text": text}
    record_act(committee=committee, how=Act.How.MOTION, **facts)
    circulated.refresh_from_db()
    assert circulated.state == "circulated"


def test_they_are_approved_at_a_later_meeting(circulated, cast, now):
    by = cast["secretary"]
    facts = {"mover": cast["chair"].person, "by": by, "at": now}
    same = circulated.meeting
    refused("later meeting", operations.put_for_approval, circulated, meeting=same, **facts)
    committee = cast["audit_chair"].person.seats.get().committee
    other = held_meetings.noticed(by=by, at=now, committee=committee)
    refused("its own minutes", operations.put_for_approval, circulated, meeting=other, **facts)


def put(circulated, cast, now):
    """Their approval is on the agenda of a later meeting, which is in session."""
    by, mover = cast["secretary"], cast["audit_chair"].person
    meeting = held_meetings.in_session([cast[name].person for name in PRESENT], by=by, at=now)
    return operations.put_for_approval(circulated, meeting=meeting, mover=mover, by=by, at=now)


def test_m_05_nobody_votes_on_a_version_that_stands_no_more(circulated, cast, now):
    """Before the meeting, and before the vote: what was read is what is approved."""
    motion = put(circulated, cast, now)
    circulated = written(circulated, cast, now, "Another wording.")
    blocked = decisions.put_before_meeting(motion, by=cast["chair"], at=now)
    assert (blocked.state, blocked.blocked_code) == ("blocked", "superseded")
    assert "version 2 stands now" in blocked.blocked_why
    second = put(circulated, cast, now)
    decisions.put_before_meeting(second, by=cast["chair"], at=now)
    written(circulated, cast, now, "A third wording.")
    with pytest.raises(Refused, match="version 3 stands now"):
        decisions.open_vote(second, by=cast["chair"], at=now)
    second.refresh_from_db()
    assert second.state == "open"


def test_the_words_of_an_approval_are_a_sentence(circulated, cast, now):
    day = operations.day_of(circulated.meeting.convened_at)
    said = f"minutes of {day.day} {day:%B %Y} (version 1, text {circulated.current.digest})"
    assert put(circulated, cast, now).text == f"RESOLVED, that the {said} are approved."


def test_a_draft_is_not_put_for_approval(drafted, cast, now):
    by = cast["secretary"]
    meeting = held_meetings.noticed(by=by, at=now)
    facts = {"meeting": meeting, "mover": cast["chair"].person, "by": by, "at": now}
    refused("after they were circulated", operations.put_for_approval, drafted, **facts)


def test_signing_binds_the_text_and_locks(locked, cast):
    signature = MinutesSignature.objects.get()
    assert locked.state == "locked"
    assert signature.text_digest == locked.current.digest
    receipt = find_receipt(signature.pk)
    assert receipt.text_is_intact
    assert receipt.statement == operations.STATEMENT


def test_another_text_is_not_signed(approved, cast, now):
    facts = {"digest": "0" * 64, "by": cast["secretary"], "at": now, "method": "password"}
    refused("another one", operations.sign, approved, **facts)
    assert not MinutesSignature.objects.exists()


@pytest.mark.parametrize("name", ["assistant_secretary", "chair", "director"])
def test_only_the_corporate_secretary_signs(name, approved, cast, now):
    digest = approved.current.digest
    facts = {"digest": digest, "by": cast[name], "at": now, "method": "password"}
    refused("may not", operations.sign, approved, **facts)
    assert not MinutesSignature.objects.exists()


def test_what_is_not_approved_is_not_signed(circulated, cast, now):
    digest = circulated.current.digest
    facts = {"digest": digest, "by": cast["secretary"], "at": now, "method": "password"}
    refused("not possible now", operations.sign, circulated, **facts)


def test_the_record_of_a_meeting_is_closed_when_they_are_locked(approved, cast, now):
    meeting = approved.meeting
    refused("signed and locked first", meetings.close, meeting, by=cast["secretary"], at=now)
    digest = approved.current.digest
    operations.sign(approved, digest=digest, by=cast["secretary"], at=now, method="password")
    assert meetings.close(meeting, by=cast["secretary"], at=now).state == "closed"


# --- P-35: locked minutes ----------------------------------------------------------------------


def test_p_35_locked_minutes_are_not_edited(locked, cast, now):
    facts = {"words": {}, "base": locked.edition, "by": cast["secretary"], "at": now}
    refused("propose a correction", operations.write, locked, **facts)


def test_p_35_a_correction_is_approved_beside_the_original(locked, cast, now):
    original = locked.current.text
    first = operations.propose_correction(
        locked, text="It was at noon.", reason="A slip.", by=cast["chair"], at=now
    )
    assert first.previous_digest == locked.current.digest
    approve_correction(first, cast, now)
    first.refresh_from_db()
    assert (first.state, first.approved_by.day) == ("locked", locked.approved_by.day)
    second = operations.propose_correction(
        locked, text="It was at one.", reason="Another slip.", by=cast["secretary"], at=now
    )
    assert second.previous_digest == first.digest != second.digest
    assert locked.current.text == original


def approve_correction(correction, cast, at):
    by = cast["secretary"]
    meeting = held_meetings.in_session(
        [cast[n].person for n in PRESENT], by=by, at=at, kind="special"
    )
    mover = cast["audit_chair"].person
    motion = operations.put_correction(correction, meeting=meeting, mover=mover, by=by, at=at)
    return carry(motion, cast, at)


def test_who_was_not_there_does_not_propose_a_correction(locked, cast, now):
    facts = {"text": "No.", "reason": "So.", "at": now}
    refused("may not", operations.propose_correction, locked, by=cast["audit_member"], **facts)


def test_a_correction_says_what_and_why(locked, cast, now):
    facts = {"text": "No.", "reason": " ", "by": cast["chair"], "at": now}
    refused("and why", operations.propose_correction, locked, **facts)


def test_minutes_that_are_not_locked_are_not_corrected(approved, cast, now):
    facts = {"text": "No.", "reason": "So.", "by": cast["chair"], "at": now}
    refused("not locked", operations.propose_correction, approved, **facts)


# --- What the database refuses -----------------------------------------------------------------


def bare(rows, **facts):
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(**facts)


def test_the_database_keeps_what_was_circulated(circulated):
    bare(MinutesVersion.objects.filter(minutes=circulated), text="Other words.")
    with pytest.raises(DatabaseError), transaction.atomic():
        MinutesVersion.objects.filter(minutes=circulated).delete()


def test_the_database_keeps_locked_minutes(locked):
    bare(type(locked).objects.filter(pk=locked.pk), presided=locked.signatures.get().signer)
    with pytest.raises(DatabaseError), transaction.atomic():
        MinutesVersion.objects.create(
            minutes=locked,
            number=2,
            parts=[],
            text="x",
            written_at=locked.circulated_at,
            written_by=locked.current.written_by,
        )


def test_the_database_follows_the_moves(drafted):
    bare(type(drafted).objects.filter(pk=drafted.pk), state="approved")


def test_the_database_keeps_the_words_of_a_correction(locked, cast, now):
    row = operations.propose_correction(locked, text="A", reason="B", by=cast["chair"], at=now)
    bare(type(row).objects.filter(pk=row.pk), text="C")


def test_the_database_takes_no_signature_under_another_text(circulated, cast, now):
    with pytest.raises(DatabaseError), transaction.atomic():
        MinutesSignature.objects.create(
            minutes=circulated,
            signer=cast["secretary"].person,
            signed_at=now,
            text_digest=circulated.current.digest,
            statement="s",
            sign_in_method="password",
        )


def test_approval_again_finds_nothing_to_approve(approved, cast, now):
    with pytest.raises(Refused, match="after they were circulated"):
        approve(approved, cast, now)
