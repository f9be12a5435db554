"""Doors: one's own notices; delivery for the secretary, except of what is sealed; else nothing."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from governance.board.models import Directorship
from governance.notices.delivering import deliver, queue_depth
from governance.notices.models import Letter, Notice
from governance.people.mail import tell_of_invitation
from tests.access.matrix import VIEWERS, cell

pytestmark = pytest.mark.django_db

WHO = {
    "ID": "ada",
    "ND": "chief_executive",
    "CS": "secretary",
    "AS": "assistant",
    "IT": "administrator",
    "PR": "stranger",
}


@pytest.fixture
def kept(settings, session, now):
    """Every letter has been sent, and kept."""
    settings.EMAIL_BACKEND = "governance.notices.keeping.Backend"
    deliver(now)
    return Letter.objects.all()


def kinds_seen(user):
    return {notice.kind for notice in Notice.objects.visible_to(user)}


@pytest.mark.parametrize("viewer", VIEWERS)
def test_the_matrix_says_who_sees_notices(viewer, session, cast):
    granted = cell("notice", viewer)
    if viewer not in WHO:
        # Committees, counsel and the like have no notices here; they see what others see: own.
        assert granted.rights() == frozenset()
        return
    user = cast[WHO[viewer]]
    seen = Notice.objects.visible_to(user)
    own = Notice.objects.filter(reader=user)
    assert set(seen.filter(reader=user)) == (set(own) if granted.rights("own") else set())
    others = Notice.objects.exclude(reader=user).ordinary()
    delivery = granted.rights(of="delivery status") == {"R"}
    assert set(seen.exclude(reader=user)) == (set(others) if delivery else set())


def test_a_sealed_notice_is_seen_by_its_reader_only(session, cast):
    assert kinds_seen(cast["ada"]) == {"meeting_scheduled", "session_set"}
    assert kinds_seen(cast["secretary"]) == {"meeting_scheduled"}
    for who in ("assistant", "administrator", "stranger"):
        assert kinds_seen(cast[who]) == set()
    assert kinds_seen(AnonymousUser()) == set()


def test_a_closed_account_sees_nothing(session, cast):
    cast["ada"].is_active = False
    assert kinds_seen(cast["ada"]) == set()


def test_a_kind_that_nobody_declares_any_more_counts_as_sealed(session, cast):
    Notice.objects.exclude(kind="meeting_scheduled", reader=cast["ada"]).delete()
    Notice.objects.update(kind="from_an_older_version")
    assert kinds_seen(cast["secretary"]) == set()
    assert kinds_seen(cast["ada"]) == {"from_an_older_version"}


def test_kept_letters_follow_their_notices(kept, cast):
    seen = Letter.objects.visible_to(cast["secretary"])
    assert kept.count() == 5
    assert {letter.notice.kind for letter in seen} == {"meeting_scheduled"}
    assert seen.count() == 3
    assert {letter.to for letter in Letter.objects.visible_to(cast["ada"])} == {"ada@example.com"}
    assert Letter.objects.visible_to(cast["ada"]).count() == 2
    for user in (cast["administrator"], cast["assistant"], cast["stranger"], AnonymousUser()):
        assert not Letter.objects.visible_to(user).exists()


def test_one_time_links_are_for_their_owner_and_in_the_demo_for_the_secretary(
    settings, cast, company
):
    settings.EMAIL_BACKEND = "governance.notices.keeping.Backend"
    tell_of_invitation(cast["stranger"], "a-one-time-link")
    assert Letter.objects.visible_to(cast["stranger"]).count() == 1
    assert Letter.objects.visible_to(cast["secretary"]).count() == 1
    for who in ("ada", "assistant", "administrator", "chief_executive"):
        assert not Letter.objects.visible_to(cast[who]).exists()
    settings.DEMO_SIGN_IN = False
    assert not Letter.objects.visible_to(cast["secretary"]).exists()
    assert Letter.objects.visible_to(cast["stranger"]).count() == 1


def test_the_administrator_learns_numbers_that_do_not_count_what_is_sealed(session, cast, now):
    with_sealed = queue_depth()
    assert with_sealed == {"queued": 3, "sending": 0, "failed": 0}
    Notice.objects.exclude(kind="meeting_scheduled").delete()
    assert queue_depth() == with_sealed


def test_late_letters_show_without_counting_what_is_sealed(session, now):
    assert Notice.objects.waiting_since(now).count() == 0
    Notice.objects.update(created_at=now)
    assert Notice.objects.waiting_since(now).count() == 3
    Notice.objects.update(next_try_at=now.replace(year=now.year + 1))
    assert Notice.objects.waiting_since(now).count() == 0


# The link in a letter


def address(kind, user):
    return Notice.objects.get(kind=kind, reader=user).get_absolute_url()


def test_a_letter_leads_to_its_matter(session, cast, client):
    client.force_login(cast["ada"])
    answer = client.get(address("session_set", cast["ada"]))
    assert (answer.status_code, answer.url) == (302, reverse("meetings:session", args=[session.pk]))
    answer = client.get(address("meeting_scheduled", cast["ada"]))
    assert (answer.status_code, answer.url) == (302, session.meeting.get_absolute_url())


def test_somebody_who_is_not_signed_in_signs_in_first(session, cast, client):
    where = address("session_set", cast["ada"])
    answer = client.get(where)
    assert answer.status_code == 302
    assert answer.url.endswith(f"?next={where}")


@pytest.mark.parametrize("who", ["secretary", "assistant", "administrator", "chief_executive"])
def test_somebody_elses_letter_leads_nowhere(who, session, cast, client):
    client.force_login(cast[who])
    theirs = client.get(address("session_set", cast["ada"]))
    none = client.get(reverse("notices:open", args=[session.pk]))
    assert (theirs.status_code, theirs.content) == (404, none.content)


def test_a_letter_leads_nowhere_once_the_right_has_ended(session, cast, client, now):
    client.force_login(cast["ada"])
    Directorship.objects.filter(person=cast["ada"].person).update(
        until=now.date() - timedelta(days=2)
    )
    assert client.get(address("session_set", cast["ada"])).status_code == 404
    assert client.get(address("meeting_scheduled", cast["ada"])).status_code == 404


def test_a_letter_is_opened_and_nothing_else(session, cast, client):
    client.force_login(cast["ada"])
    assert client.post(address("session_set", cast["ada"])).status_code == 405
