"""Who people are, who may sign in, and which office of the company they hold on a day."""

import uuid

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property

from governance.periods import (
    PeriodQuerySet,
    TextRange,
    UUIDRange,
    begins_before_it_ends,
    no_overlap,
)


class Office(models.TextChoices):
    """The offices of the company that the portal knows. A directorship is not one: see `board`."""

    CHIEF_EXECUTIVE = "chief_executive", "Chief Executive Officer"
    CHIEF_FINANCIAL_OFFICER = "chief_financial_officer", "Chief Financial Officer"
    EXECUTIVE_OFFICER = "executive_officer", "Executive Officer"
    SECTION_16_OFFICER = "section_16_officer", "Section 16 officer"
    GENERAL_COUNSEL = "general_counsel", "General Counsel"
    CORPORATE_SECRETARY = "corporate_secretary", "Corporate Secretary"
    ASSISTANT_SECRETARY = "assistant_secretary", "Assistant Secretary"
    MANAGER = "manager", "Manager"
    ADMINISTRATOR = "administrator", "Administrator of the portal"


# Whoever holds one of these is an Executive Officer in the sense of L-36, and never independent.
EXECUTIVE_OFFICES = (
    Office.CHIEF_EXECUTIVE,
    Office.CHIEF_FINANCIAL_OFFICER,
    Office.EXECUTIVE_OFFICER,
    Office.SECTION_16_OFFICER,
    Office.GENERAL_COUNSEL,
)
# Executive Officers and everybody else in the company's employment (C7, C16 "Management").
EMPLOYED_OFFICES = (*EXECUTIVE_OFFICES, Office.MANAGER)
# A general counsel works like the office's staff on ordinary matters, and on sealed ones as counsel
# whom somebody behind the door invites (access table).
SECRETARIAL_OFFICES = (
    Office.CORPORATE_SECRETARY,
    Office.ASSISTANT_SECRETARY,
    Office.GENERAL_COUNSEL,
)
# Two people can be managers; only one is chief executive at a time.
SINGLE_OFFICES = (
    Office.CHIEF_EXECUTIVE,
    Office.CHIEF_FINANCIAL_OFFICER,
    Office.GENERAL_COUNSEL,
    Office.CORPORATE_SECRETARY,
)


class PersonQuerySet(models.QuerySet):
    """People, known to everybody who serves the Board."""

    def visible_to(self, user):
        """Names of people are no secret inside the portal; an anonymous visitor sees none."""
        return self.all() if user.is_authenticated and user.is_active else self.none()


@pghistory.track()
class Person(models.Model):
    """Somebody the record speaks of. A person may never have had a login."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["family_name", "given_name"]
        verbose_name_plural = "people"

    def __str__(self):
        return self.name

    @property
    def name(self):
        return f"{self.given_name} {self.family_name}"

    @property
    def initials(self):
        return f"{self.given_name[:1]}{self.family_name[:1]}"


class UserQuerySet(models.QuerySet):
    """Accounts."""

    def visible_to(self, user):
        """One's own; all of them for the secretary's office and for administrators."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.all() if user.is_staff else self.filter(pk=user.pk)


class UserManager(BaseUserManager):
    """Accounts are found by e-mail, whatever its capitals."""

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)

    def create_user(self, email, person, password=None):
        """Open an account for a person. Without a password, the owner sets one by invitation."""
        user = self.model(email=self.normalize_email(email).lower(), person=person)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """An account. It carries no right of its own: rights follow from the person's dated facts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField()
    person = models.OneToOneField(Person, models.PROTECT, related_name="user")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []
    # Nobody stands above the rules (access rule 5).
    is_superuser = False

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message="Somebody already signs in with this address.",
            ),
        ]

    def __str__(self):
        return self.person.name

    @cached_property
    def today(self):
        """The day on which this account's rights are asked: today where the company is.

        Rights are facts of the moment of asking; the request's clock is the company's, set by the
        middleware and by the worker.
        """
        return timezone.localdate()

    @cached_property
    def known_today(self):
        """Facts about the person today that other rooms have read; each is read once."""
        return {}

    @cached_property
    def offices_today(self):
        """The offices held today, read once for each request."""
        if not self.is_active:
            return frozenset()
        if "standing" in self.known_today:
            return self.known_today["standing"].offices
        held = Appointment.objects.on(self.today).filter(person=self.person_id)
        return frozenset(held.values_list("office", flat=True))

    def refresh_from_db(self, *args, **kwargs):
        """Read the account anew, and ask anew what its person is today."""
        super().refresh_from_db(*args, **kwargs)
        for name in ("today", "known_today", "offices_today"):
            self.__dict__.pop(name, None)

    @property
    def is_staff(self):
        """Whoever runs the year or the system works in the admin."""
        return self.is_secretarial or self.is_administrator

    @property
    def is_secretary(self):
        return Office.CORPORATE_SECRETARY in self.offices_today

    @property
    def is_secretarial(self):
        return not self.offices_today.isdisjoint(SECRETARIAL_OFFICES)

    @property
    def is_administrator(self):
        return Office.ADMINISTRATOR in self.offices_today

    def has_perm(self, perm, obj=None):
        """Django's own permissions grant nothing here; each admin asks the rules of its room."""
        return False

    def has_perms(self, perm_list, obj=None):
        return False

    def has_module_perms(self, app_label):
        return self.is_staff

    def get_all_permissions(self, obj=None):
        return set()


class AppointmentQuerySet(PeriodQuerySet):
    """Appointments are public inside the portal: who is chief executive is no secret."""

    def visible_to(self, user):
        """Everybody who may sign in."""
        return self.all() if user.is_authenticated and user.is_active else self.none()

    def executive(self, day):
        """Executive Officers in office that day (L-36)."""
        return self.on(day).filter(office__in=EXECUTIVE_OFFICES)

    def employed(self, day):
        """Management in office that day (C16)."""
        return self.on(day).filter(office__in=EMPLOYED_OFFICES)


@pghistory.track()
class Appointment(models.Model):
    """A person holds an office of the company for a time (L-36)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="appointments")
    office = models.CharField(max_length=40, choices=Office)
    title = models.CharField(max_length=120, blank=True, help_text="As it is printed, if longer.")
    interim = models.BooleanField(
        default=False, help_text="Held only until somebody is found for it (L-03)."
    )
    since = models.DateField()
    until = models.DateField(
        null=True, blank=True, help_text="The first day it is no longer held. Empty: still held."
    )

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["since", "office"]
        constraints = [
            begins_before_it_ends("appointment_has_a_day"),
            no_overlap("appointment_no_overlap", UUIDRange("person"), TextRange("office")),
            no_overlap(
                "appointment_single_office",
                TextRange("office"),
                condition=Q(office__in=SINGLE_OFFICES),
            ),
        ]

    def __str__(self):
        return f"{self.printed}, {self.person}"

    @property
    def printed(self):
        """The title as a page or the minutes print it."""
        return self.title or self.get_office_display()


class Invitation(models.Model):
    """A one-time link with which a person opens their account. Only a hash of the link is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # Empty: nobody has used the link yet.
    used_at = models.DateTimeField(null=True)
    # Set when a newer invitation replaced this one.
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("sent_at")), name="invitation_expires_later"
            ),
        ]

    def __str__(self):
        return f"Invitation of {self.sent_at:%-d %B %Y}"
