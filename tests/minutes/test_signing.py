"""M-05: who signs minutes, their approval from paper, and what is purged at the lock."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from governance.minutes import operations
from governance.minutes.models import Comment, Minutes, MinutesRule, MinutesVersion
from governance.notices.models import Notice
from governance.records.models import Act, Entry
from tests.admin.test_rooms import address
from tests.factories.signing import just_now, signed_in
from tests.minutes.conftest import approve, written
from tests.minutes.test_life import refused
from tests.minutes.test_pages import page, text_of

pytestmark = pytest.mark.django_db
HOW = "At the meeting of the invented spring; the paper is in the minute book."


def rule(cast, now, **facts):
    facts = {"presider_signs": False, "purges_drafts": False} | facts
    day = operations.day_of(now)
    return operations.set_rule(since=day, by=cast["secretary"], on=day, **facts)


def sign(minutes, user, now):
    """Sign what was approved; the minutes as they stand then."""
    digest = minutes.current.digest
    operations.sign(minutes, digest=digest, by=user, at=now, method="password")
    return Minutes.objects.get(pk=minutes.pk)


# --- Two signatures ------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [("secretary", "chair"), ("chair", "secretary")])
def test_whoever_presided_signs_too_where_the_rule_says_so(order, approved, cast, now):
    rule(cast, now, presider_signs=True)
    minutes = sign(approved, cast[order[0]], now)
    assert minutes.state == "approved"
    facts = {"digest": minutes.current.digest, "at": now, "method": "password"}
    refused("You have signed", operations.sign, minutes, by=cast[order[0]], **facts)
    minutes = sign(minutes, cast[order[1]], now)
    assert minutes.state == "locked"
    said = dict(minutes.signatures.values_list("signer", "statement"))
    assert said == {
        cast["secretary"].person_id: operations.STATEMENT,
        cast["chair"].person_id: operations.PRESIDED,
    }


def test_without_the_rule_the_secretary_signs_alone(approved, cast, now):
    facts = {"digest": approved.current.digest, "at": now, "method": "password"}
    refused("may not", operations.sign, approved, by=cast["chair"], **facts)
    assert sign(approved, cast["secretary"], now).state == "locked"


def test_nobody_else_signs_for_having_presided(approved, cast, now):
    rule(cast, now, presider_signs=True)
    facts = {"digest": approved.current.digest, "at": now, "method": "password"}
    for name in ("lead_director", "director", "assistant_secretary"):
        refused("may not", operations.sign, approved, by=cast[name], **facts)


def test_whoever_has_left_the_board_owes_no_signature(approved, cast, now):
    rule(cast, now, presider_signs=True)
    held = cast["chair"].person.directorships.get()
    type(held).objects.filter(pk=held.pk).update(until=operations.day_of(now))
    assert sign(approved, cast["secretary"], now).state == "locked"


def test_the_chair_finds_the_signature_that_is_owed(client, approved, cast, now):
    client.force_login(cast["chair"])
    assert "Sign the minutes: " not in client.get("/").content.decode()
    rule(cast, now, presider_signs=True)
    assert "Sign the minutes: " in client.get("/").content.decode()
    minutes = sign(approved, cast["secretary"], now)
    signed_in(client, cast["chair"], at=now)
    just_now(client)
    url = f"{minutes.get_absolute_url()}sign/"
    assert operations.PRESIDED in client.get(url).content.decode()
    said = client.get(minutes.get_absolute_url()).content.decode()
    assert "To be signed" in said
    assert f"Presided at the meeting: {cast['chair'].person.name}" in said
    client.post(url, {"digest": minutes.current.digest})
    assert Minutes.objects.get(pk=minutes.pk).state == "locked"
    assert "Sign the minutes: " not in client.get("/").content.decode()
    paper = text_of(page(client, cast["chair"], minutes, "paper/"))
    assert "Presided at the meeting. Signed in the portal" in paper
    assert "Corporate Secretary. Signed in the portal" in paper


# --- The rule ------------------------------------------------------------------------------------


def test_the_rule_is_set_for_days_to_come(cast, now):
    day = operations.day_of(now)
    facts = {"presider_signs": True, "purges_drafts": True, "on": day}
    yesterday = day - timedelta(days=1)
    refused("from today", operations.set_rule, since=yesterday, by=cast["secretary"], **facts)
    for name in ("assistant_secretary", "chair", "administrator"):
        refused("The Corporate Secretary", operations.set_rule, since=day, by=cast[name], **facts)
    assert not MinutesRule.objects.exists()
    rule(cast, now, presider_signs=True)
    assert MinutesRule.on(day).presider_signs and not MinutesRule.on(yesterday).presider_signs
    with pytest.raises(DatabaseError), transaction.atomic():
        MinutesRule.objects.update(presider_signs=False)


def test_the_secretary_sets_it_at_the_desk(client, cast, now):
    client.force_login(cast["secretary"])
    sent = {"since": f"{operations.day_of(now)}", "presider_signs": "on"}
    assert client.post(address(MinutesRule, "add"), sent).status_code == 302
    assert MinutesRule.objects.get().presider_signs
    again = client.post(address(MinutesRule, "add"), sent).content.decode()
    assert "A rule from that day on was set already." in again
    client.force_login(cast["assistant_secretary"])
    assert client.get(address(MinutesRule, "add")).status_code == 403
    assert client.get(address(MinutesRule, "changelist")).status_code == 200


# --- What is purged ------------------------------------------------------------------------------


@pytest.fixture
def revised(circulated, cast, now):
    """Three versions, with a comment on the first."""
    facts = {"part": "opening", "text": "Hm.", "by": cast["chair"], "at": now}
    operations.comment(circulated, **facts)
    return written(written(circulated, cast, now, "Second."), cast, now, "Third.")


def words_in_the_history():
    fields = {field.name for field in MinutesVersion.pgh_event_model._meta.get_fields()}
    return fields & {"text", "parts"}


def test_earlier_versions_are_purged_at_the_lock_where_the_rule_says_so(revised, cast, now, client):
    rule(cast, now, purges_drafts=True)
    approve(revised, cast, now)
    revised = Minutes.objects.get(pk=revised.pk)
    assert revised.versions.count() == 3, "nothing is purged before the lock"
    locked = sign(revised, cast["secretary"], now)
    kept = locked.versions.get()
    assert (kept.number, kept.digest) == (3, revised.current.digest)
    assert Comment.objects.get().version == 1
    entry = Entry.objects.about(locked).get(move="lock")
    assert entry.why == "Purged when they were locked: version 1, 2."
    assert not words_in_the_history()
    said = page(client, cast["chair"], locked).content.decode()
    assert entry.why in said and "Third." in said and "?against=" not in said
    assert page(client, cast["chair"], locked, "?against=1").status_code == 404


def test_without_the_rule_every_version_is_kept(revised, cast, now):
    approve(revised, cast, now)
    locked = sign(Minutes.objects.get(pk=revised.pk), cast["secretary"], now)
    assert locked.versions.count() == 3
    assert Entry.objects.about(locked).get(move="lock").why == ""


def test_the_database_purges_nothing_else(revised, cast, now):
    def kept():
        for number in (1, 2, 3):
            with pytest.raises(DatabaseError), transaction.atomic():
                MinutesVersion.objects.filter(minutes=revised, number=number).delete()

    kept()
    approve(revised, cast, now)
    kept()
    sign(Minutes.objects.get(pk=revised.pk), cast["secretary"], now)
    kept()


# --- An approval from paper ----------------------------------------------------------------------


def test_the_secretary_enters_an_approval_from_paper(client, circulated, cast, now):
    client.force_login(cast["secretary"])
    url = circulated.get_absolute_url()
    assert "Approved on paper" in client.get(url).content.decode()
    asked = client.get(f"{url}approved/").content.decode()
    assert circulated.current.digest in asked
    fields = {"digest": circulated.current.digest, "day": f"{operations.day_of(now)}"}
    unsaid = client.post(f"{url}approved/", fields | {"how": "  "})
    assert "This field is required." in unsaid.content.decode()
    assert Minutes.objects.get(pk=circulated.pk).state == "circulated"
    fields["how"] = HOW
    shown = client.post(f"{url}approved/", fields, follow=True).content.decode()
    assert HOW in shown and "Corporate Secretary" in shown
    approved = Minutes.objects.get(pk=circulated.pk)
    act = Act.objects.get(title=operations.named(circulated))
    assert (approved.state, approved.approved_by, act.how) == ("approved", act, "paper")
    assert act.day == operations.day_of(now) and approved.current.digest in act.text
    assert act.entered_by == cast["secretary"]
    told = Notice.objects.filter(kind="minutes_approved").values_list("reader", flat=True)
    assert cast["director"].pk in set(told)
    again = client.post(f"{url}approved/", fields).content.decode()
    assert "approved after they were circulated" in again
    assert Act.objects.filter(title=act.title).count() == 1
    sign(approved, cast["secretary"], now)
    assert Entry.objects.about(approved).get(move="lock").why == f"Approved on paper: {HOW}"
    assert HOW in client.get(url).content.decode()


def test_an_approval_names_the_text_on_the_page_and_a_day_on_which_it_was_there(
    circulated, cast, now
):
    facts = {"by": cast["secretary"], "at": now, "digest": circulated.current.digest, "how": HOW}
    enter = operations.enter_approval
    day = operations.day_of(now)
    refused("then or later", enter, circulated, day=day - timedelta(days=1), **facts)
    refused("after it was taken", enter, circulated, day=day + timedelta(days=1), **facts)
    refused("by whose consent", enter, circulated, day=day, **facts | {"how": " "})
    stale = facts | {"digest": "0" * 64}
    refused("another one", enter, circulated, day=day, **stale)
    for name in ("assistant_secretary", "chair", "director"):
        other = facts | {"by": cast[name]}
        refused("Corporate Secretary", enter, circulated, day=day, **other)
    assert not Act.objects.filter(title=operations.named(circulated)).exists()
    assert Minutes.objects.get(pk=circulated.pk).state == "circulated"


def test_a_draft_is_not_approved_on_paper(drafted, cast, now):
    facts = {"by": cast["secretary"], "at": now, "digest": drafted.current.digest, "how": HOW}
    refused(
        "after they were", operations.enter_approval, drafted, day=operations.day_of(now), **facts
    )
