"""Interests before a vote, and what the result says of them (M-03, L-46)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from governance.board.models import Directorship
from governance.decisions import interests, operations
from governance.decisions.models import Declaration, InterestPrompt, Motion, Presence
from governance.decisions.tally import Tally
from governance.meetings.attending import record_departure
from governance.meetings.operations import record_recusal
from governance.notices.delivering import deliver
from governance.notices.models import Notice
from governance.records.models import Entry
from governance.refusals import Refused
from tests.decisions.conftest import PRESENT
from tests.factories import decisions

pytestmark = pytest.mark.django_db
WORDS = "A cousin owns the invented supplier."


@pytest.fixture
def opened(cast, meeting, now):
    """A motion before the meeting; its vote has not been opened."""
    motion = decisions.put(meeting, mover=cast["director"].person, by=cast["secretary"], at=now)
    return operations.put_before_meeting(motion, by=cast["chair"], at=now)


@pytest.fixture
def declares(cast, opened, now):
    def declare(name, mode, disclosure=WORDS, by=None):
        return interests.declare_interest(
            opened,
            cast[name].person,
            mode=mode,
            disclosure=disclosure,
            by=cast[by or name],
            at=now,
        )

    return declare


def vote(motion, cast, now, choices):
    for name, choice in choices.items():
        operations.cast_ballot(
            motion,
            choice=choice,
            by=cast[name],
            at=now,
            digest=motion.digest,
            method="password",
        )
    return operations.close_vote(motion, by=cast["chair"], at=now)


def test_m_03_whoever_discloses_an_interest_votes(cast, opened, declares, now):
    declares("director", "participating_disclosed")
    operations.open_vote(opened, by=cast["chair"], at=now)
    assert opened.voters.filter(person=cast["director"].person).exists()
    closed = vote(opened, cast, now, dict.fromkeys(PRESENT, "for"))
    # Nine serve, one of them interested; five of the eight others voted for.
    assert (closed.interested, closed.disinterested, closed.disinterested_for) == (1, 8, 5)
    assert operations.tally_of(closed).safe_harbour is True
    assert Entry.objects.about(opened).filter(move="declare_interest").count() == 1


def test_l_46_the_act_stands_without_its_safe_harbour(cast, opened, declares, now):
    declares("director", "participating_disclosed")
    operations.open_vote(opened, by=cast["chair"], at=now)
    names = ("director", "lead_director", "audit_chair", "chair")
    closed = vote(opened, cast, now, dict.fromkeys(names, "for"))
    assert closed.state == "passed"
    said = operations.tally_of(closed).safe_harbour_in_words
    assert said.startswith("Safe harbour not met: 3 of 8") and "stands or falls" in said


@pytest.mark.parametrize("mode, recusal", [("recused_left", "left"), ("recused_stayed", "stayed")])
def test_m_03_whoever_takes_no_part_is_recused_from_the_item(mode, recusal, cast, opened, declares):
    wall = declares("director", mode)
    assert (wall.mode, wall.basis) == (recusal, WORDS)
    assert not Motion.objects.visible_to(cast["director"]).filter(pk=opened.pk).exists()
    assert not Declaration.objects.exists()


@pytest.mark.parametrize(
    "name, mode, disclosure, by, sentence",
    [
        ("director", "participating_disclosed", " ", None, "Say what the interest is"),
        ("director", "recused_left", " ", None, "Say on what basis"),
        ("director", "sometimes", WORDS, None, "Say how you take part"),
        ("director", "none", "", "audit_chair", "A member declares their own interest"),
        ("director", "none", "", "manager", "A member declares their own interest"),
        ("manager", "none", "", "secretary", "is not a member of this body"),
    ],
)
def test_m_03_a_bad_declaration_is_refused(name, mode, disclosure, by, sentence, opened, declares):
    with pytest.raises(Refused, match=sentence):
        declares(name, mode, disclosure, by)
    assert not Declaration.objects.exists() and not opened.item.recusals.exists()
    assert not Entry.objects.about(opened).filter(move="declare_interest").exists()


def test_m_03_a_declaration_is_made_once_on_the_same_words(declares):
    declares("director", "none")
    with pytest.raises(Refused, match="has declared already"):
        declares("director", "participating_disclosed")
    assert Declaration.objects.get().disclosure == ""


def test_m_03_nobody_who_is_recused_declares_to_vote(cast, declares):
    declares("director", "recused_stayed")
    with pytest.raises(Refused, match="is recused from this item"):
        declares("director", "participating_disclosed")


@pytest.mark.parametrize("state", ["drafted", "voting", "failed"])
def test_m_03_interests_are_declared_between_the_motion_and_its_vote(state, cast, meeting, now):
    mover, by = cast["director"].person, cast["secretary"]
    motion = (decisions.put if state == "drafted" else decisions.voting)(
        meeting, mover=mover, by=by, at=now
    )
    if state == "failed":
        operations.close_vote(motion, by=by, at=now)
    facts = {"mode": "participating_disclosed", "disclosure": WORDS, "by": by, "at": now}
    with pytest.raises(Refused, match="until its vote opens") as refused:
        interests.declare_interest(motion, mover, **facts)
    assert refused.value.code == "stale"
    row = Declaration(motion=motion, person=mover, version=1, declared_at=now, recorded_by=by)
    with pytest.raises(DatabaseError, match="declared before the vote"), transaction.atomic():
        row.save(force_insert=True)


def test_m_03_no_vote_is_opened_before_whoever_was_asked_has_answered(cast, opened, declares, now):
    asked = cast["audit_chair"].person
    interests.ask_about_interest(opened, asked, by=cast["secretary"], at=now)
    with pytest.raises(Refused, match=asked.name) as refused:
        operations.open_vote(opened, by=cast["chair"], at=now)
    assert refused.value.code == "undeclared"
    assert not opened.voters.exists()
    declares("audit_chair", "none")
    operations.open_vote(opened, by=cast["chair"], at=now)
    assert opened.state == "voting"


def test_m_03_whoever_was_asked_and_left_is_not_waited_for(cast, opened, now):
    asked = cast["audit_chair"].person
    interests.ask_about_interest(opened, asked, by=cast["secretary"], at=now)
    record_departure(opened.meeting, asked, by=cast["secretary"], at=now)
    operations.open_vote(opened, by=cast["chair"], at=now)
    assert opened.state == "voting"


def test_m_03_whoever_presides_asks_and_a_member_once(cast, opened, now):
    person = cast["audit_chair"].person
    facts = {"by": cast["chair"], "at": now}
    with pytest.raises(Refused, match="Whoever presides asks"):
        interests.ask_about_interest(opened, person, by=cast["audit_member"], at=now)
    with pytest.raises(Refused, match="not a member"):
        interests.ask_about_interest(opened, cast["manager"].person, **facts)
    interests.ask_about_interest(opened, person, **facts)
    with pytest.raises(Refused, match="asked already"):
        interests.ask_about_interest(opened, person, **facts)
    assert InterestPrompt.objects.count() == 1
    decided = operations.withdraw(opened, by=cast["director"], at=now)
    with pytest.raises(Refused, match="declared before the vote"):
        interests.ask_about_interest(decided, cast["director"].person, **facts)


def test_l_46_where_most_are_interested_it_takes_a_committee():
    tally = Tally(6, 0, 0, 0, 6, 5, 9, interested=5, disinterested=4, disinterested_for=4)
    assert tally.safe_harbour is False
    assert "committee of at least two disinterested directors" in tally.safe_harbour_in_words
    # Three serve without an interest and one of them is there: carried, and no safe harbour.
    tally = Tally(3, 0, 0, 0, 3, 3, 4, interested=1, disinterested=3, disinterested_for=1)
    assert (tally.outcome, tally.safe_harbour) == ("passed", False)
    plain = Tally(3, 0, 0, 0, 3, 3, 4)
    assert plain.safe_harbour is None and plain.safe_harbour_in_words == ""


def test_m_03_the_result_keeps_who_was_present_and_the_arithmetic_in_words(
    cast, motion, now, client
):
    record_departure(motion.meeting, cast["audit_chair"].person, by=cast["secretary"], at=now)
    names = ("director", "lead_director", "chair", "chief_executive")
    closed = vote(motion, cast, now, dict.fromkeys(names, "for"))
    present = set(closed.presences.values_list("person", flat=True))
    assert present == {cast[name].person.pk for name in PRESENT if name != "audit_chair"}
    client.force_login(cast["lead_director"])
    page = client.get(motion.get_absolute_url()).content.decode()
    assert "4 of 5 present is more than half" in page
    assert "Present when the vote was closed" in page and "had left" in page


def test_m_03_a_result_is_locked(cast, motion, now):
    closed = vote(motion, cast, now, dict.fromkeys(PRESENT, "for"))
    writes = (
        lambda: Motion.objects.filter(pk=closed.pk).update(disinterested_for=1),
        lambda: Motion.objects.filter(pk=closed.pk).update(votes_for=1),
        lambda: Presence.objects.filter(motion=closed).delete(),
        lambda: Presence.objects.create(motion=closed, person=cast["audit_member"].person),
    )
    for write in writes:
        with pytest.raises(DatabaseError), transaction.atomic():
            write()
    assert closed.presences.count() == len(PRESENT)


# --- Their letter ---------------------------------------------------------------------------------


def asked(motion, cast, name, now, by="secretary"):
    interests.ask_about_interest(motion, cast[name].person, by=cast[by], at=now)
    return Notice.objects.filter(kind="interest_asked")


def test_nt_vote_whoever_is_asked_is_told_and_nobody_else(cast, opened, now):
    told = asked(opened, cast, "audit_chair", now)
    assert [one.reader for one in told] == [cast["audit_chair"]]
    # The chair asks: somebody else is told, and whoever asks themselves is not.
    told = asked(opened, cast, "chair", now, by="chair")
    assert [one.reader for one in told] == [cast["audit_chair"]]
    told = asked(opened, cast, "director", now, by="chair")
    assert {one.reader for one in told} == {cast["audit_chair"], cast["director"]}


def test_nt_vote_nobody_is_written_to_of_a_meeting_of_the_past(cast, opened, now):
    type(opened.meeting).objects.filter(pk=opened.meeting.pk).update(backfilled=True)
    assert not asked(opened, cast, "audit_chair", now).exists()


@pytest.mark.parametrize("lost", ["recused", "left the Board", "account closed"])
def test_nt_vote_the_question_is_withheld_from_whoever_may_not_read_the_motion(
    lost, cast, opened, now, mailoutbox
):
    user = cast["audit_chair"]
    told = asked(opened, cast, "audit_chair", now)
    asked(opened, cast, "director", now)
    if lost == "recused":
        facts = {"mode": "left", "basis": WORDS, "by": cast["secretary"], "at": now}
        record_recusal(opened.item, user.person, **facts)
    elif lost == "left the Board":
        ended = timezone.localdate(now) - timedelta(days=2)
        Directorship.objects.filter(person=user.person).update(until=ended)
    else:
        type(user).objects.filter(pk=user.pk).update(is_active=False)
    Notice.objects.exclude(kind="interest_asked").delete()
    deliver(now)
    states = dict(told.values_list("reader", "state"))
    assert states == {user.pk: "withheld", cast["director"].pk: "sent"}
    [letter] = mailoutbox
    assert letter.to == [cast["director"].email]
    assert opened.title not in letter.message().as_string()


# --- Their pages ----------------------------------------------------------------------------------


def test_m_03_a_member_declares_an_interest_on_its_page(cast, opened, client):
    address = f"{opened.get_absolute_url()}declare/"
    client.force_login(cast["director"])
    assert address in client.get(opened.get_absolute_url()).content.decode()
    bare = client.post(address, {"mode": "participating_disclosed"})
    assert "Say what the interest is" in bare.content.decode()
    answer = client.post(address, {"mode": "participating_disclosed", "disclosure": WORDS})
    assert answer.url == opened.get_absolute_url()
    client.force_login(cast["lead_director"])
    assert WORDS in client.get(opened.get_absolute_url()).content.decode()
    # Whoever leaves may not read the motion any more, and finds the meeting.
    left = client.post(address, {"mode": "recused_left", "disclosure": WORDS})
    assert left.url == opened.meeting.get_absolute_url()
    # The chair writes one down for another.
    client.force_login(cast["chair"])
    for_another = {"person": cast["audit_chair"].person_id, "mode": "none"}
    assert client.post(address, for_another).url == opened.get_absolute_url()
    assert cast["audit_chair"].person.declarations.get().disclosure == ""


def test_m_03_whoever_presides_asks_on_its_page_and_the_member_sees_it(cast, opened, client):
    address = f"{opened.get_absolute_url()}prompt/"
    client.force_login(cast["chair"])
    assert "This field is required." in client.post(address, {"person": ""}).content.decode()
    answer = client.post(address, {"person": cast["audit_chair"].person_id})
    assert answer.url == opened.get_absolute_url()
    client.force_login(cast["audit_chair"])
    assert "You are asked whether" in client.get(opened.get_absolute_url()).content.decode()
    client.force_login(cast["director"])
    page = client.get(opened.get_absolute_url()).content.decode()
    assert "You are asked whether" not in page and "To be declared before" in page
    assert client.get(address).status_code == 403
