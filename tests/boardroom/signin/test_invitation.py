"""An account is opened by a link that works once."""

import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from governance.people.models import Office, Person, User
from governance.people.operations import invite, open_account
from tests.boardroom.signin.door import PASSWORD, SECOND_FACTORS, is_signed_in, set_up_app, sign_in

pytestmark = pytest.mark.django_db


def invited_link(mailoutbox):
    return re.search(r"http://\S+(/accounts/invitation/\S+)", mailoutbox[-1].body)[1]


@pytest.mark.parametrize(
    "command, office",
    [
        ("invite_secretary", Office.CORPORATE_SECRETARY),
        ("invite_administrator", Office.ADMINISTRATOR),
    ],
)
def test_the_first_people_come_by_invitation(client, mailoutbox, command, office):
    call_command(
        command, email="Quill@example.com", given_name="Ann", family_name="O'Quill", verbosity=0
    )
    user = User.objects.get(email="quill@example.com")
    assert not user.has_usable_password()
    assert [one.office for one in user.person.appointments.all()] == [office]
    letter = mailoutbox[0]
    assert letter.subject == "Your account for the Board's portal"
    assert "Dear Ann O'Quill," in letter.body
    link = invited_link(mailoutbox)
    assert link in letter.alternatives[0].content
    page = client.get(link)
    assert page.status_code == 200
    weak = {"new_password1": "oquill-boardroom", "new_password2": "oquill-boardroom"}
    assert client.post(link, weak).status_code == 200
    assert not is_signed_in(client)
    good = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    assert client.post(link, good).url == SECOND_FACTORS
    assert is_signed_in(client)
    set_up_app(client)


def test_a_link_that_opens_nothing_gets_one_clear_page(client, adams, time_machine):
    now = timezone.now()
    replaced = invite(adams, now=now)
    current = invite(adams, now=now)
    used = open_account("berg@example.com", given_name="Ida", family_name="Berg")
    used_link = reverse("invitation", args=[invite(used, now=now)])
    good = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    Client().post(used_link, good)
    pages = {
        client.get(link).content
        for link in (used_link, reverse("invitation", args=[replaced]), "/accounts/invitation/x/")
    }
    assert len(pages) == 1
    link = reverse("invitation", args=[current])
    assert client.get(link).status_code == 200
    time_machine.move_to(now + timedelta(days=7, minutes=1))
    assert client.get(link).status_code == 410
    assert client.post(link, good).status_code == 410
    assert b"no longer works" in pages.pop()


def test_an_invitation_does_not_pass_the_second_factor(client, adams):
    sign_in(client)
    set_up_app(client)
    link = reverse("invitation", args=[invite(adams, now=timezone.now())])
    visitor = Client()
    good = {"new_password1": "harbour violet tuesday", "new_password2": "harbour violet tuesday"}
    assert visitor.post(link, good).url == reverse("mfa_authenticate")
    assert not is_signed_in(visitor)


def test_inviting_again_only_sends_a_new_link(mailoutbox):
    names = {"given_name": "Ann", "family_name": "Quill", "verbosity": 0}
    call_command("invite_secretary", email="quill@example.com", **names)
    call_command("invite_secretary", email="quill@example.com", verbosity=0)
    assert len(mailoutbox) == 2
    assert Person.objects.count() == 1


def test_a_second_secretary_is_refused_in_one_sentence(secretary):
    with pytest.raises(CommandError, match="somebody holds it during those days"):
        call_command(
            "invite_secretary", email="b@example.com", given_name="Ida", family_name="Berg"
        )
    assert User.objects.count() == 1
