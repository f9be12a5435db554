"""Jobs of the front door: letters about one's account, and forgetting ended sessions."""

import logging

from celery import shared_task
from django.core.management import call_command
from kombu.exceptions import OperationalError

from governance.people import mail
from governance.people.models import User

log = logging.getLogger(__name__)

# What a letter says has changed; anything else that allauth would write about stays unwritten.
CHANGES = {
    "password_changed": "the password was changed",
    "password_reset": "the password was set again by a link",
    "password_set": "a password was set",
    "totp_activated": "an authenticator app was added",
    "totp_deactivated": "the authenticator app was removed",
    "webauthn_added": "a passkey was added",
    "webauthn_removed": "a passkey was removed",
    "recovery_codes_generated": "new recovery codes were made",
    "calendar_made": "a private address was made, at which its meetings can be read",
}


def ask_for(task, *ids):
    """Ring the bell for a job; a page goes on without it when the broker is gone."""
    try:
        task.delay(*ids)
    except OperationalError:
        log.error("The broker is gone: %s was not asked for", task.name)


@shared_task
def tell_of_reset(user_id):
    """Send the link for a new password, if there is such an account."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user:
        mail.tell_of_reset(user)


@shared_task
def tell_of_change(user_id, change):
    """Tell the owner of an account what was changed about the way in."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user:
        mail.tell_of_change(user, CHANGES[change])


@shared_task
def forget_ended_sessions():
    """Remove what sessions that have ended left behind."""
    call_command("clearsessions")
