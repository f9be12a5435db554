"""Counsel is let in once at a time, and the chair of the committee ends it (AC-OWN)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from governance.board import reporting
from governance.board.models import CounselInvitation
from governance.refusals import Refused

PAGE = "/board/independence/"


@pytest.fixture
def today(company):
    return company.today()


@pytest.fixture
def chair(cast, client):
    client.force_login(cast["nominating_chair"])
    return client


def invite(cast, day):
    counsel = cast["general_counsel"].person
    return reporting.invite_counsel(counsel, by=cast["nominating_chair"], on=day)


def test_an_invitation_posted_twice_is_one(cast, chair):
    assert chair.post(f"{PAGE}counsel/").status_code == 302
    again = chair.post(f"{PAGE}counsel/")
    assert again.status_code == 403 and "is invited already" in again.content.decode()
    row = CounselInvitation.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        CounselInvitation.objects.create(
            person=row.person, since=row.since + timedelta(days=9), invited_by=row.invited_by
        )


def test_the_chair_ends_it_on_the_workbench(cast, chair, client, today):
    row = invite(cast, today - timedelta(days=3))
    assert "End the invitation of" in chair.get(PAGE).content.decode()
    assert chair.post(f"{PAGE}counsel/{row.pk}/end/").status_code == 302
    row.refresh_from_db()
    assert row.until == today
    page = chair.get(PAGE).content.decode()
    assert "End the invitation of" not in page and "Invite the General Counsel" in page
    assert chair.post(f"{PAGE}counsel/{row.pk}/end/").status_code == 403
    client.force_login(cast["general_counsel"])
    assert client.get(PAGE).status_code == 404


def test_what_began_today_ends_at_once(cast, chair, client, today):
    """Access rule 3: losing the right ends it, on the first day too."""
    row = invite(cast, today)
    chair.post(f"{PAGE}counsel/{row.pk}/end/")
    row.refresh_from_db()
    assert row.until == today
    assert "Invite the General Counsel" in chair.get(PAGE).content.decode()
    client.force_login(cast["general_counsel"])
    assert client.get(PAGE).status_code == 404


@pytest.mark.parametrize(
    "who, status", [("compensation_member", 403), ("secretary", 403), ("director", 404)]
)
def test_nobody_else_ends_it(who, status, cast, client, today):
    row = invite(cast, today)
    client.force_login(cast[who])
    assert client.post(f"{PAGE}counsel/{row.pk}/end/").status_code == status
    with pytest.raises(Refused):
        reporting.end_counsel_invitation(row, by=cast[who], on=today)
