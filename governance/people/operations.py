"""What is done with people: accounts are opened by invitation, offices are given and ended."""

import hashlib
import secrets
from datetime import timedelta

from django.db import IntegrityError, transaction

from governance.people.models import Appointment, Invitation, Person, User
from governance.refusals import Refused

INVITATION_LASTS = timedelta(days=7)


def digest_of(token):
    """What is kept of a one-time link."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def appoint(person, office, *, since, until=None, title=""):
    """Give a person an office of the company from a day on (L-36)."""
    try:
        with transaction.atomic():
            return Appointment.objects.create(
                person=person, office=office, title=title, since=since, until=until
            )
    except IntegrityError as error:
        raise Refused(
            f"{person} cannot be given that office from {since:%d %B %Y}: "
            "somebody holds it during those days, or the last day is not after the first.",
            provision="L-36",
        ) from error


@transaction.atomic
def open_account(email, *, given_name, family_name):
    """Make a person and their account; the password comes with the invitation."""
    if User.objects.filter(email__iexact=email).exists():
        raise Refused(f"Somebody already signs in with {email}. Nothing was changed.")
    person = Person.objects.create(given_name=given_name, family_name=family_name)
    return User.objects.create_user(email, person)


def close_account(user):
    """Nobody signs in with it any more; what its owner did stays in the record."""
    user.is_active = False
    user.save(update_fields=["is_active"])


def reopen_account(user):
    """Its owner may sign in again."""
    user.is_active = True
    user.save(update_fields=["is_active"])


@transaction.atomic
def invite(user, *, now):
    """Make a one-time link for the account; older links stop working. Returns the token."""
    user.invitations.filter(used_at=None, replaced_at=None).update(replaced_at=now)
    token = secrets.token_urlsafe(32)
    Invitation.objects.create(
        user=user, digest=digest_of(token), sent_at=now, expires_at=now + INVITATION_LASTS
    )
    return token


def open_invitations(token, *, now):
    """The invitation behind a one-time link, while it opens anything: one or none."""
    return Invitation.objects.select_related("user__person").filter(
        digest=digest_of(token),
        used_at=None,
        replaced_at=None,
        expires_at__gt=now,
        user__is_active=True,
    )


@transaction.atomic
def accept_invitation(token, *, password, now):
    """Set the password of an invited account; the link opens once and not after its week."""
    invitation = open_invitations(token, now=now).select_for_update(of=("self",)).first()
    if invitation is None:
        raise Refused(
            "This link has been used, replaced or has run out. "
            "Ask the Corporate Secretary for another."
        )
    invitation.used_at = now
    invitation.save(update_fields=["used_at"])
    invitation.user.set_password(password)
    invitation.user.save(update_fields=["password"])
    return invitation.user
