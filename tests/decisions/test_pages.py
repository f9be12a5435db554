"""The pages of decisions: who may open them, what they say, and what they refuse."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from governance.decisions.models import Ballot
from governance.decisions.operations import cast_ballot, close_vote
from governance.decisions.roll import roll_of, silent_on
from governance.meetings.attending import record_arrival, record_departure
from governance.meetings.models import Recusal
from governance.meetings.operations import add_item, adjourn, record_recusal
from governance.refusals import Refused
from tests.factories import decisions, meetings
from tests.factories.cast import DIRECTORS, EVERYBODY
from tests.factories.signing import just_now, signed_in

READERS = (*DIRECTORS, "secretary", "assistant_secretary", "general_counsel")


def sees(name):
    return 200 if name in READERS else 404


@pytest.mark.parametrize("name", EVERYBODY)
def test_a_motion_opens_to_the_body_and_the_secretarys_office(name, cast, motion, client):
    client.force_login(cast[name])
    assert client.get(motion.get_absolute_url()).status_code == sees(name)
    listed = client.get("/decisions/").content.decode()
    assert (motion.title in listed) == (name in READERS)


def test_a_motion_of_a_committee_opens_to_its_members(cast, now, client):
    audit = cast["audit_chair"].person.seats.get().committee
    members = [cast[name].person for name in ("audit_chair", "audit_member")]
    meeting = meetings.in_session(members, by=cast["secretary"], at=now, committee=audit)
    motion = decisions.voting(meeting, mover=members[0], by=cast["secretary"], at=now)
    opened = {}
    for name in EVERYBODY:
        client.force_login(cast[name])
        opened[name] = client.get(motion.get_absolute_url()).status_code
    readers = {"audit_chair", "audit_member", "lead_director", "secretary"}
    assert {name for name, status in opened.items() if status == 200} == readers
    assert set(opened.values()) == {200, 404}


def test_nobody_in_particular_is_sent_to_the_door(motion, client):
    assert client.get(motion.get_absolute_url()).status_code == 302


def vote(client, motion, choice, digest=None):
    """Whoever the client is has signed in just now."""
    just_now(client)
    body = {"choice": choice, "digest": digest if digest is not None else motion.digest}
    return client.post(motion.get_absolute_url(), body)


def test_m_03_whoever_joins_after_the_vote_was_opened_is_told_so(cast, now, client):
    people = [cast[name].person for name in DIRECTORS if name != "director"]
    meeting = meetings.in_session(people, by=cast["secretary"], at=now)
    recused = add_item(
        meeting, title="The invented lease", purpose="decide", by=cast["secretary"], at=now
    )
    record_recusal(
        recused, people[-1], mode="stayed", basis="A cousin.", by=cast["secretary"], at=now
    )
    motion = decisions.voting(meeting, mover=people[0], item=recused, by=cast["secretary"], at=now)
    late, own = cast["director"], "This vote was opened before you joined"
    told = f"present and not on its list: {late.person}."

    def seen(name):
        client.force_login(cast[name])
        return client.get(motion.get_absolute_url()).content.decode()

    assert own not in seen("director") and "open to those on the list" in seen("director")
    assert told not in seen("chair")
    record_arrival(meeting, late.person, mode="video", by=cast["secretary"], at=timezone.now())
    assert own in seen("director") and "open to those on the list" not in seen("director")
    assert "9 directors are present, so 5 votes for are needed" in seen("director")
    assert told in seen("chair") and own not in seen("chair")
    assert "Joined after" not in seen("lead_director") and "Joined after" not in seen("director")
    with pytest.raises(Refused, match="You were not present when the vote was opened."):
        cast_ballot(
            motion, choice="for", by=late, at=timezone.now(), digest=motion.digest, method="Passkey"
        )
    close_vote(motion, by=cast["chair"], at=timezone.now())
    assert own not in seen("director")


def test_whoever_was_about_to_vote_is_told_that_the_vote_was_closed(cast, motion, client):
    client.force_login(cast["chair"])
    vote(client, motion, "against")
    missed = "The vote was closed before your vote was cast."

    def seen(name, choice):
        client.force_login(cast[name])
        return client.get(motion.get_absolute_url(), {"choice": choice}).content.decode()

    assert missed not in seen("lead_director", "for")
    close_vote(motion, by=cast["chair"], at=timezone.now())
    assert missed in seen("lead_director", "for")
    for name, choice in (
        ("lead_director", ""),
        ("lead_director", "perhaps"),
        ("chair", "for"),
        ("secretary", "for"),
    ):
        assert missed not in seen(name, choice), (name, choice)


def test_a_vote_shows_the_text_asks_once_and_gives_a_receipt(cast, motion, client):
    client.force_login(cast["lead_director"])
    asked = client.get(motion.get_absolute_url(), {"choice": "for"}).content.decode()
    assert "You vote for. Shall it be recorded?" in asked and motion.text in asked
    assert "I vote for this resolution, in the exact words shown." in asked
    assert not Ballot.objects.exists()
    answer = vote(client, motion, "for")
    ballot = Ballot.objects.get()
    assert answer.status_code == 302 and answer.url == ballot.get_absolute_url()
    receipt = client.get(answer.url).content.decode()
    assert "Your vote is recorded" in receipt and motion.digest in receipt
    assert motion.text in receipt
    assert "I vote for this resolution, in the exact words shown." in receipt
    assert "Session" in receipt and ballot.session in receipt


def test_a_vote_is_changed_by_another_row_until_the_close(cast, motion, client, now):
    client.force_login(cast["lead_director"])
    first = vote(client, motion, "for").url
    vote(client, motion, "against")
    assert [ballot.choice for ballot in Ballot.objects.order_by("cast_at")] == ["for", "against"]
    assert "This ballot was replaced" in client.get(first).content.decode()
    close_vote(motion, by=cast["secretary"], at=now)
    late = vote(client, motion, "abstain").content.decode()
    assert "The vote is closed; your ballot was not counted." in late
    assert Ballot.objects.count() == 2


@pytest.mark.parametrize(
    "body, sentence",
    [
        ({"choice": "maybe", "digest": "x"}, "Choose for, against or abstain."),
        ({"digest": "x"}, "Choose for, against or abstain."),
        ({"choice": "for"}, "Open the exact text first, then confirm your vote."),
        ({"choice": "for", "digest": "0" * 64}, "The text has changed since you opened this page."),
    ],
)
def test_a_bad_vote_gets_a_sentence_and_records_nothing(body, sentence, cast, motion, client, now):
    signed_in(client, cast["lead_director"], at=now)
    answer = client.post(motion.get_absolute_url(), body)
    assert answer.status_code == 200 and sentence in answer.content.decode()
    assert not Ballot.objects.exists()


def test_who_was_not_there_and_who_is_not_a_director_cannot_vote(cast, motion, client):
    for name, sentence in [
        ("audit_member", "You were not present when the vote was opened."),
        ("secretary", "You were not present when the vote was opened."),
    ]:
        client.force_login(cast[name])
        assert sentence in vote(client, motion, "for").content.decode()
    client.force_login(cast["chief_financial_officer"])
    assert vote(client, motion, "for").status_code == 404
    assert not Ballot.objects.exists()


def test_how_others_vote_is_seen_when_the_vote_is_closed(cast, motion, client, now):
    cast_ballot(
        motion,
        choice="against",
        by=cast["director"],
        at=now,
        digest=motion.digest,
        method="password",
    )
    other = Ballot.objects.get().get_absolute_url()
    client.force_login(cast["lead_director"])
    page = client.get(motion.get_absolute_url()).content.decode()
    assert "1 of 6 cast" in page and "against</span>" not in page
    assert client.get(other).status_code == 404
    close_vote(motion, by=cast["secretary"], at=now)
    page = client.get(motion.get_absolute_url()).content.decode()
    assert "against</span>" in page and "Not carried: 0 for, 1 against" in page
    assert client.get(other).status_code == 200


def test_the_recused_director_finds_nothing(cast, meeting, now, client):
    motion = decisions.put(meeting, mover=cast["director"].person, by=cast["secretary"], at=now)
    record_recusal(
        motion.item,
        cast["audit_chair"].person,
        mode="left",
        basis="An invented affiliate.",
        by=cast["secretary"],
        at=now,
    )
    client.force_login(cast["audit_chair"])
    gone = client.get(motion.get_absolute_url())
    never = client.get(f"/decisions/{uuid.uuid4()}/")
    assert gone.status_code == never.status_code == 404
    assert gone.content == never.content
    assert vote(client, motion, "for").status_code == 404


CONDUCT = ("open", "open-vote", "close", "withdraw")


def test_whoever_presides_conducts_a_vote_from_its_page(cast, meeting, now, client):
    motion = decisions.put(meeting, mover=cast["director"].person, by=cast["secretary"], at=now)
    client.force_login(cast["chair"])
    for act, state in (("open", "open"), ("open-vote", "voting"), ("close", "failed")):
        address = f"{motion.get_absolute_url()}{act}/"
        assert "Shall" in client.get(address).content.decode()
        assert client.post(address).status_code == 302
        motion.refresh_from_db()
        assert motion.state == state
        again = client.post(address)
        assert again.status_code == 200 and "Nothing was changed." in again.content.decode()


@pytest.mark.parametrize("act", CONDUCT)
@pytest.mark.parametrize("name", EVERYBODY)
def test_who_conducts(name, act, cast, motion, client):
    client.force_login(cast[name])
    status = client.get(f"{motion.get_absolute_url()}{act}/").status_code
    # The director: the mover, who withdraws.
    may = {"secretary", "chair", "director"}
    assert status == (200 if name in may else 403 if name in READERS else 404)


def test_a_member_puts_a_motion_and_bad_words_change_nothing(cast, meeting, now, client):
    from governance.meetings.operations import add_item

    item = add_item(meeting, title="Another matter", by=cast["secretary"], at=now)
    client.force_login(cast["director"])
    address = f"/decisions/items/{item.pk}/motion/"
    form = {
        "title": "Do it",
        "text": "RESOLVED, that it be done.",
    }
    refused = client.post(address, form | {"text": " "})
    assert "This field is required." in refused.content.decode()
    assert not item.motions.exists()
    # Nobody is written down as mover or seconder by somebody else.
    others = {"mover": cast["chair"].person_id, "seconder": cast["lead_director"].person_id}
    assert client.post(address, form | others).status_code == 302
    motion = item.motions.get()
    assert motion.text == "RESOLVED, that it be done."
    assert (motion.mover, motion.seconder) == (cast["director"].person, None)
    client.force_login(cast["secretary"])
    twice = {"mover": cast["director"].person_id, "seconder": cast["director"].person_id}
    refused = client.post(address, form | twice).content.decode()
    assert "seconded by another member" in refused and "RESOLVED, that it be done." in refused
    assert client.post(address, form | others).status_code == 302
    assert item.motions.filter(mover=cast["chair"].person).exists()
    client.force_login(cast["assistant_secretary"])
    assert client.get(address).status_code == 403
    client.force_login(cast["manager"])
    assert client.get(address).status_code == 404


def test_the_list_asks_no_more_of_many_motions(
    cast, meeting, now, client, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(cast["lead_director"])

    def count():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get("/decisions/").status_code == 200
        return len(seen)

    mover, by = cast["director"].person, cast["secretary"]
    decisions.voting(meeting, mover=mover, by=by, at=now)
    count()
    few = count()
    for _ in range(8):
        decisions.voting(meeting, mover=mover, by=by, at=now)
    assert count() == few <= 20


def test_whoever_is_recused_and_stays_stands_on_the_roll_without_a_vote(cast, meeting, now):
    by, director = cast["secretary"], cast["director"].person
    item = decisions.add_item(meeting, title="A matter", by=by, at=now)
    record_recusal(item, director, mode="stayed", basis="A cousin.", by=cast["director"], at=now)
    motion = decisions.voting(meeting, mover=cast["chair"].person, by=by, at=now, item=item)
    lines = [line for line in roll_of(motion) if line.person == director]
    assert [line.recused for line in lines] == ["stays, and does not vote"]
    assert director.name not in silent_on(motion, now)
    closed = decisions.operations.close_vote(motion, by=cast["chair"], at=now)
    said = decisions.operations.tally_of(closed).in_words
    assert "Of those present 1 recused." in said
    assert closed.votes_silent == closed.present - 1


def test_whoever_joins_during_the_vote_is_named_where_they_count_as_silent(cast, meeting, now):
    """What the result counts and what the roll names are the same people (M-03, L-38)."""
    by, late = cast["secretary"], cast["director"].person
    record_departure(meeting, late, by=by, at=now)
    motion = decisions.voting(meeting, mover=cast["chair"].person, by=by, at=now)
    assert late.name not in silent_on(motion, now)
    record_arrival(meeting, late, mode="video", by=by, at=now + timedelta(seconds=1))
    closes = now + timedelta(seconds=2)
    assert late.name in silent_on(motion, closes)
    closed = decisions.operations.close_vote(motion, by=cast["chair"], at=closes)
    silent = [line for line in roll_of(closed) if not (line.choice or line.recused or line.left)]
    assert len(silent) == closed.votes_silent
    assert [line.person for line in silent if line.late] == [late]


def test_l_37_whoever_closes_a_vote_reads_first_that_the_quorum_is_lost(
    cast, meeting, motion, client, now
):
    client.force_login(cast["chair"])
    lost = "of the 5 needed are present: closing now decides nothing."
    asked = client.get(f"{motion.get_absolute_url()}close/").content.decode()
    assert lost not in asked and "The result is computed" in asked
    for name in ("director", "audit_chair"):
        record_departure(meeting, cast[name].person, by=cast["secretary"], at=now)
    asked = client.get(f"{motion.get_absolute_url()}close/").content.decode()
    assert f"Only 4 {lost}" in asked and "The result is computed" not in asked


def test_m_03_no_interest_is_declared_while_the_vote_is_open(cast, motion, now):
    with pytest.raises(Refused, match="interests are declared before it"):
        record_recusal(
            motion.item,
            cast["director"].person,
            mode="stayed",
            basis="A cousin.",
            by=cast["director"],
            at=now,
        )
    with pytest.raises(DatabaseError, match="before the vote on its item"), transaction.atomic():
        Recusal.objects.create(
            item=motion.item,
            person=cast["director"].person,
            mode="stayed",
            basis="A cousin.",
            since=now,
            recorded_by=cast["secretary"],
        )
    assert not motion.item.recusals.exists()


def test_a_ballot_that_comes_as_the_vote_closes_is_answered(cast, motion, client, monkeypatch):
    """The chair closes it between the reading of the page and the ballot."""
    from governance.decisions import operations

    cast_ballot = operations.cast_ballot

    def too_late(motion, **facts):
        operations.close_vote(motion, by=cast["chair"], at=facts["at"])
        return cast_ballot(motion, **facts)

    monkeypatch.setattr(operations, "cast_ballot", too_late)
    client.force_login(cast["lead_director"])
    answer = vote(client, motion, "for")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "The vote is closed; your ballot was not counted." in text and "Roll call" in text


def test_what_a_meeting_left_undone_is_not_open_any_more(cast, meeting, now, client):
    motion = decisions.put(meeting, mover=cast["chair"].person, by=cast["secretary"], at=now)
    decisions.operations.put_before_meeting(motion, by=cast["chair"], at=now)
    adjourn(meeting, by=cast["chair"], at=now)
    client.force_login(cast["chair"])
    assert motion.title not in client.get("/decisions/").content.decode()
    page = client.get(motion.get_absolute_url()).content.decode()
    assert "ended without a vote" in page and "Open the vote" not in page
    agenda = client.get(meeting.get_absolute_url()).content.decode()
    assert "Not voted on" in agenda


def test_conducting_is_refused_alike_however_it_is_asked(cast, motion, client):
    for name in ("chief_executive", "assistant_secretary", "director"):
        client.force_login(cast[name])
        assert client.post(f"{motion.get_absolute_url()}close/").status_code == 403
