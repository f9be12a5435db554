"""A receipt is checked against the record, and what binds asks for a sign-in of just now (C12)."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from governance.decisions.models import Ballot
from governance.decisions.operations import cast_ballot
from governance.decisions.receipts import of_ballot
from governance.people.operations import rename_person
from tests.factories.signing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ballot(cast, motion, now):
    return cast_ballot(
        motion,
        choice="for",
        by=cast["director"],
        at=now,
        digest=motion.digest,
        method="password",
        session="a" * 64,
    )


def verified(*given):
    out = StringIO()
    call_command("verify_receipt", *map(str, given), stdout=out)
    return out.getvalue()


def test_the_record_says_the_same(ballot, cast):
    fingerprint = of_ballot(ballot).fingerprint
    told = verified(ballot.pk, fingerprint)
    assert "The record says the same." in told and "Vote: For" in told
    # Names change; what was bound does not.
    rename_person(
        ballot.voter,
        given_name="Other",
        family_name="Name",
        by=cast["secretary"],
        on=timezone.localdate(),
    )
    assert "The record says the same." in verified(ballot.pk, fingerprint)


def test_a_receipt_that_says_otherwise_is_found_out(ballot):
    with pytest.raises(CommandError, match="something else"):
        verified(ballot.pk, "0" * 64)
    with pytest.raises(CommandError, match="no receipt"):
        verified("5f0c1e6a-2d4b-4c3a-9e8f-000000000001")
    with pytest.raises(CommandError, match="not the number"):
        verified("five")


def test_the_page_prints_what_the_command_asks_for(ballot, cast, client):
    client.force_login(cast["director"])
    page = client.get(ballot.get_absolute_url()).content.decode()
    assert str(ballot.pk) in page and of_ballot(ballot).fingerprint in page


def test_a_vote_asks_for_a_sign_in_of_just_now(cast, motion, client, now):
    vote = {"choice": "for", "digest": motion.digest}
    signed_in(client, cast["director"], at=now - timedelta(minutes=6))
    page = client.get(f"{motion.get_absolute_url()}?choice=for").content.decode()
    assert "Prove that it is you" in page
    answer = client.post(motion.get_absolute_url(), vote)
    assert answer.status_code == 302 and "choice%3Dfor" in answer.url
    assert not Ballot.objects.exists()
    signed_in(client, cast["director"], at=now - timedelta(minutes=4))
    client.post(motion.get_absolute_url(), vote)
    assert Ballot.objects.get().session
