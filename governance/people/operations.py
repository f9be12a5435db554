"""What is done with people: accounts are opened by invitation, offices are given and ended."""

import hashlib
import secrets
from datetime import date, timedelta

from django.db import IntegrityError, transaction

from governance.people.following import standing_changed
from governance.people.models import (
    SECRETARIAL_OFFICES,
    Appointment,
    Invitation,
    Office,
    Person,
    User,
)
from governance.refusals import Refused
from governance.words import said_long_day

# Before and beyond these a day of somebody's standing is a slip of the pen.
FIRST_DAY = date(1900, 1, 1)
YEARS_AHEAD = 10
INVITATION_LASTS = timedelta(days=7)
# Whoever holds one of these works in the admin.
OFFICES_AT_THE_DESK = (*SECRETARIAL_OFFICES, Office.ADMINISTRATOR)


def digest_of(token):
    """What is kept of a one-time link."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def appoint(person, office, *, since, until=None, title="", interim=False):
    """Give a person an office of the company from a day on (L-36)."""
    try:
        with transaction.atomic():
            return Appointment.objects.create(
                person=person,
                office=office,
                title=title,
                interim=interim,
                since=since,
                until=until,
            )
    except IntegrityError as error:
        raise Refused(
            f"{person} cannot be given that office from {since:%-d %B %Y}: "
            "somebody holds it during those days, or the last day is not after the first.",
            provision="L-36",
        ) from error


def keeps_the_record(by, on):
    """The secretary's office writes down who holds what from when."""
    held = Appointment.objects.on(on).filter(person=by.person_id, office__in=SECRETARIAL_OFFICES)
    return held.exists()


def is_secretary(by, on):
    held = Appointment.objects.on(on).filter(person=by.person_id)
    return held.filter(office=Office.CORPORATE_SECRETARY).exists()


def check_may_keep(row, *, by, on):
    """Who may write this down: rights follow from it, so nobody writes of themselves."""
    if not keeps_the_record(by, on):
        raise Refused("The secretary's office keeps the record.", code="not_yours")
    if getattr(row, "office", "") in OFFICES_AT_THE_DESK and not is_secretary(by, on):
        raise Refused("Only the Corporate Secretary gives an office that works here.")


def check_days(facts, *, on):
    """The days among the facts lie within reach."""
    for day in (value for value in facts if isinstance(value, date)):
        if day < FIRST_DAY or day.year > on.year + YEARS_AHEAD:
            raise Refused(
                f"{said_long_day(day)} cannot be meant: days from {FIRST_DAY.year} "
                f"to {on.year + YEARS_AHEAD} are entered here."
            )


@transaction.atomic
def enter_standing(row, *, by, on, provision=None):
    """Write down what somebody is from a day on (access rules 3 and 4)."""
    check_may_keep(row, by=by, on=on)
    if getattr(row, "person_id", None) == by.person_id:
        raise Refused("Nobody gives a standing to themselves. Somebody else enters yours.")
    check_days((getattr(row, field.attname) for field in row._meta.fields), on=on)
    save_standing(row, provision, force_insert=True)
    standing_changed(on)
    return row


@transaction.atomic
def amend_standing(row, *, by, on, provision=None, **facts):
    """End what somebody is, or correct its days; the row's history keeps what it said before."""
    locked = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
    check_may_keep(locked, by=by, on=on)
    if getattr(locked, "person_id", None) == by.person_id and not only_ends(locked, facts):
        raise Refused("Of your own standing you may only say when it ends.")
    check_days((new for name, new in facts.items() if getattr(locked, name) != new), on=on)
    for name, value in facts.items():
        setattr(locked, name, value)
    save_standing(locked, provision, update_fields=list(facts))
    standing_changed(on)
    return locked


def only_ends(row, facts):
    """Nothing changes but the last day, and that comes sooner."""
    until = facts.get("until", row.until)
    same = all(getattr(row, name) == value for name, value in facts.items() if name != "until")
    sooner = until == row.until or (until and (row.until is None or until < row.until))
    return same and bool(sooner)


def save_standing(row, provision, **how):
    """Save, or say in a sentence what the database has against it."""
    try:
        with transaction.atomic():
            row.save(**how)
    except IntegrityError as error:
        raise Refused(
            "That cannot be: it overlaps what was entered before, or its last day is not after "
            "its first. Nothing was changed.",
            provision=provision,
        ) from error
    return row


def enter_person(*, given_name, family_name, by, on):
    """Somebody the record will speak of; an account is another matter."""
    person = Person(given_name=given_name, family_name=family_name)
    check_may_keep(person, by=by, on=on)
    person.save()
    return person


def rename_person(person, *, given_name, family_name, by, on):
    """A name changes; the row's history keeps the old one."""
    check_may_keep(person, by=by, on=on)
    person.given_name, person.family_name = given_name, family_name
    person.save(update_fields=["given_name", "family_name"])
    return person


def enter_appointment(*, person, office, since, until=None, title="", by, on):
    """The secretary writes down that somebody holds an office of the company (L-36)."""
    row = Appointment(person=person, office=office, since=since, until=until, title=title)
    return enter_standing(row, by=by, on=on, provision="L-36")


def amend_appointment(row, *, by, on, **facts):
    """An office is given up, or its days or printed title were entered wrongly (L-36)."""
    return amend_standing(row, by=by, on=on, provision="L-36", **facts)


@transaction.atomic
def open_account(email, *, given_name="", family_name="", person=None):
    """Make an account, and its person unless the record knows them already.

    The password comes with the invitation.
    """
    if User.objects.filter(email__iexact=email).exists():
        raise Refused(f"Somebody already signs in with {email}. Nothing was changed.")
    if person is None:
        person = Person.objects.create(given_name=given_name, family_name=family_name)
    elif User.objects.filter(person=person).exists():
        raise Refused(f"{person} has an account already. Nothing was changed.")
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
