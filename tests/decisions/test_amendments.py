"""Other words for a motion before its vote, and later motions that change it (M-03)."""

import pytest
from django.db import DatabaseError, transaction

from governance.decisions import interests, operations
from governance.decisions.models import Amendment, Motion, digest_of
from governance.meetings.operations import record_recusal
from governance.refusals import Refused
from tests.factories import decisions, meetings

pytestmark = pytest.mark.django_db
NEW = "RESOLVED, that the Board approves the invented annual plan as amended."


@pytest.fixture
def opened(cast, meeting, now):
    motion = decisions.put(meeting, mover=cast["director"].person, by=cast["secretary"], at=now)
    return operations.put_before_meeting(motion, by=cast["chair"], at=now)


@pytest.fixture
def proposed(cast, opened, now):
    return interests.propose_amendment(opened, text=NEW, by=cast["director"], at=now)


def test_m_03_the_mover_words_it_anew_and_whoever_presides_takes_it_up(
    cast, opened, proposed, now, client
):
    opened.refresh_from_db()
    assert (opened.text, opened.version) == (decisions.TEXT, 1)
    interests.amend(proposed, by=cast["chair"], at=now)
    opened.refresh_from_db()
    assert (opened.text, opened.version, opened.digest) == (NEW, 2, digest_of(NEW))
    client.force_login(cast["lead_director"])
    page = client.get(opened.get_absolute_url()).content.decode()
    assert NEW in page and decisions.TEXT in page and "Earlier words" in page
    # A ballot binds the words in force.
    operations.open_vote(opened, by=cast["chair"], at=now)
    facts = {"choice": "for", "by": cast["director"], "at": now, "method": "password"}
    with pytest.raises(Refused, match="The text has changed"):
        operations.cast_ballot(opened, digest=digest_of(decisions.TEXT), **facts)
    operations.cast_ballot(opened, digest=opened.digest, **facts)


def test_m_03_declarations_repeat_after_an_amendment(cast, opened, proposed, now):
    person, facts = cast["audit_chair"].person, {"at": now}
    declared = {"mode": "participating_disclosed", "disclosure": "A cousin.", **facts}
    interests.declare_interest(opened, person, by=cast["audit_chair"], **declared)
    # Whoever is recused from the item is so whatever its words.
    wall = {"mode": "stayed", "basis": "An affiliate.", **facts}
    record_recusal(opened.item, cast["compensation_chair"].person, by=cast["secretary"], **wall)
    interests.amend(proposed, by=cast["chair"], at=now)
    with pytest.raises(Refused, match=f"as it stands: {person.name}[.]"):
        operations.open_vote(opened, by=cast["chair"], at=now)
    interests.declare_interest(opened, person, by=cast["audit_chair"], **declared)
    assert person.declarations.count() == 2
    operations.open_vote(opened, by=cast["chair"], at=now)
    assert opened.state == "voting"


@pytest.mark.parametrize(
    "name, text, sentence",
    [
        ("director", " ", "A motion has a text"),
        ("director", decisions.TEXT, "These are the words as they stand"),
        ("chair", NEW, "The mover words a motion anew"),
        ("manager", NEW, "The mover words a motion anew"),
    ],
)
def test_m_03_a_bad_amendment_is_refused(name, text, sentence, cast, opened, now):
    with pytest.raises(Refused, match=sentence):
        interests.propose_amendment(opened, text=text, by=cast[name], at=now)
    assert not Amendment.objects.exists()


@pytest.mark.parametrize("name", ["director", "secretary", "lead_director"])
def test_m_03_only_whoever_presides_takes_it_up(name, cast, opened, proposed, now):
    with pytest.raises(Refused) as refused:
        interests.amend(proposed, by=cast[name], at=now)
    assert refused.value.code == "not_yours"
    opened.refresh_from_db()
    proposed.refresh_from_db()
    assert (opened.text, proposed.admitted_at) == (decisions.TEXT, None)


def test_m_03_what_was_proposed_for_other_words_is_stale(cast, opened, proposed, now):
    other = interests.propose_amendment(opened, text=f"{NEW} Again.", by=cast["director"], at=now)
    interests.amend(other, by=cast["chair"], at=now)
    with pytest.raises(Refused, match="changed since this was proposed"):
        interests.amend(proposed, by=cast["chair"], at=now)
    opened.refresh_from_db()
    assert opened.version == 2 and opened.text == other.text


def test_m_03_no_text_is_amended_once_its_vote_is_open(cast, opened, proposed, now):
    operations.open_vote(opened, by=cast["chair"], at=now)
    with pytest.raises(Refused, match="until its vote opens"):
        interests.amend(proposed, by=cast["chair"], at=now)
    with pytest.raises(Refused, match="until its vote opens"):
        interests.propose_amendment(opened, text="RESOLVED, more.", by=cast["director"], at=now)


def test_m_03_the_database_keeps_every_wording(cast, opened, proposed, now):
    rows, row = Motion.objects.filter(pk=opened.pk), Amendment.objects.filter(pk=proposed.pk)
    facts = {"proposed_by": cast["director"], "proposed_at": now, "motion": opened}
    writes = (
        lambda: rows.update(text=NEW),
        lambda: rows.update(text=NEW, version=2),
        lambda: rows.update(title="Another"),
        lambda: row.update(text="RESOLVED, otherwise."),
        lambda: row.delete(),
        lambda: Amendment.objects.create(number=3, earlier=opened.text, text="x", **facts),
        lambda: Amendment.objects.create(number=2, earlier="y", text="x", **facts),
    )
    for write in writes:
        with pytest.raises(DatabaseError), transaction.atomic():
            write()
    interests.amend(proposed, by=cast["chair"], at=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.update(admitted_at=None, admitted_by=None)


# --- What was carried is changed by a later motion ------------------------------------------------


@pytest.fixture
def carried(cast, meeting, now):
    return carry(cast, meeting, now)


def carry(cast, meeting, now):
    motion = decisions.voting(meeting, mover=cast["director"].person, by=cast["secretary"], at=now)
    for name in ("director", "lead_director", "audit_chair", "chair"):
        facts = {"by": cast[name], "at": now, "digest": motion.digest, "method": "password"}
        operations.cast_ballot(motion, choice="for", **facts)
    return operations.close_vote(motion, by=cast["chair"], at=now)


@pytest.fixture
def puts(cast, now):
    def put(meeting, **facts):
        item = decisions.add_item(meeting, title="Again", by=cast["secretary"], at=now)
        return operations.put_motion(
            item,
            title="Change it",
            text="RESOLVED, that it is changed.",
            mover=cast["director"].person,
            by=cast["secretary"],
            at=now,
            **facts,
        )

    return put


@pytest.mark.parametrize(
    "change, says", [("rescind", "Rescinds"), ("ratify", "Ratifies"), ("correct", "Corrects")]
)
def test_m_03_a_later_motion_changes_it_and_both_say_so(
    change, says, cast, meeting, carried, puts, client
):
    later = puts(meeting, changes=carried, change=change)
    client.force_login(cast["lead_director"])
    page = client.get(later.get_absolute_url()).content.decode()
    assert says in page and carried.get_absolute_url() in page
    page = client.get(carried.get_absolute_url()).content.decode()
    assert "Changed since by" in page and later.get_absolute_url() in page


def test_m_03_a_motion_changes_what_its_own_body_carried_in_one_way(
    cast, meeting, carried, puts, now
):
    undecided = puts(meeting)
    audit = cast["audit_chair"].person.seats.get().committee
    committee = meetings.drafted(by=cast["secretary"], at=now, committee=audit)
    for facts, sentence in (
        ({"changes": undecided, "change": "rescind"}, "Only a motion that was carried"),
        ({"changes": carried}, "Say which decision it changes, and how"),
        ({"change": "rescind"}, "Say which decision it changes, and how"),
    ):
        with pytest.raises(Refused, match=sentence):
            puts(meeting, **facts)
    with pytest.raises(Refused):
        puts(committee, changes=carried, change="rescind")
    assert Motion.objects.count() == 2
    with pytest.raises(DatabaseError, match="same body carried"), transaction.atomic():
        Motion.objects.filter(pk=undecided.pk).update(changes=undecided, change="ratify")
    with pytest.raises(DatabaseError), transaction.atomic():
        Motion.objects.filter(pk=undecided.pk).update(changes=carried)


def test_m_03_whoever_is_recused_from_the_earlier_one_does_not_learn_of_it(
    cast, meeting, carried, puts, now, client
):
    later = puts(meeting, changes=carried, change="rescind")
    wall = {"mode": "left", "basis": "An affiliate.", "by": cast["secretary"], "at": now}
    record_recusal(carried.item, cast["audit_chair"].person, **wall)
    client.force_login(cast["audit_chair"])
    page = client.get(later.get_absolute_url()).content.decode()
    assert carried.get_absolute_url() not in page and carried.title not in page


# --- Their pages ----------------------------------------------------------------------------------


def test_m_03_new_words_are_proposed_and_taken_up_on_their_pages(cast, opened, client):
    client.force_login(cast["director"])
    address = f"{opened.get_absolute_url()}amend/"
    same = client.post(address, {"text": opened.text})
    assert "These are the words as they stand." in same.content.decode()
    assert client.post(address, {"text": NEW}).url == opened.get_absolute_url()
    amendment = opened.amendments.get()
    assert client.get(amendment.get_absolute_url()).status_code == 403
    client.force_login(cast["chair"])
    page = client.get(opened.get_absolute_url()).content.decode()
    assert "The mover proposes other words" in page and amendment.get_absolute_url() in page
    assert NEW in client.get(amendment.get_absolute_url()).content.decode()
    assert client.post(amendment.get_absolute_url()).url == opened.get_absolute_url()
    again = client.post(amendment.get_absolute_url()).content.decode()
    assert "changed since this was proposed" in again
    opened.refresh_from_db()
    assert opened.text == NEW


def test_m_03_a_motion_that_changes_another_is_put_on_the_page(cast, meeting, carried, now, client):
    item = decisions.add_item(meeting, title="Again", by=cast["secretary"], at=now)
    client.force_login(cast["director"])
    address = f"/decisions/items/{item.pk}/motion/"
    form = {"title": "Undo it", "text": "RESOLVED, undone.", "changes": carried.pk}
    bare = client.post(address, form).content.decode()
    assert "Say which decision it changes, and how." in bare
    assert client.post(address, form | {"change": "rescind"}).status_code == 302
    assert item.motions.get().changes == carried


def test_g_com_05_a_blocked_motion_says_why_and_where_it_goes(cast, now, client):
    audit = cast["audit_chair"].person.seats.get().committee
    members = [cast[name].person for name in ("audit_chair", "audit_member")]
    meeting = meetings.in_session(members, by=cast["secretary"], at=now, committee=audit)
    item = decisions.add_item(meeting, title="The bylaws", by=cast["secretary"], at=now)
    motion = operations.put_motion(
        item,
        title="Amend the bylaws",
        text="RESOLVED, amended.",
        mover=members[0],
        kind="amend_bylaw",
        by=cast["secretary"],
        at=now,
    )
    client.force_login(cast["audit_chair"])
    assert client.post(f"{motion.get_absolute_url()}open/").status_code == 302
    page = client.get(motion.get_absolute_url()).content.decode()
    assert "cannot be delegated to a committee" in page and "the Board's agenda" in page
    # It is tried again by the same button, and is not voted on.
    assert "Put it before the meeting" in page
    with pytest.raises(Refused) as refused:
        operations.open_vote(motion, by=cast["audit_chair"], at=now)
    assert refused.value.code == "stale"
    with pytest.raises(DatabaseError), transaction.atomic():
        Motion.objects.filter(pk=motion.pk).update(blocked_code="")
    with pytest.raises(DatabaseError), transaction.atomic():
        Motion.objects.filter(pk=motion.pk).update(state="voting")
