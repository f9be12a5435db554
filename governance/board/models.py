"""The Board on any day: seats, who sits there, in which class, who leads, who is independent."""

import uuid

import pghistory
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When

from governance.people.models import EMPLOYED_OFFICES, Appointment, Person
from governance.periods import (
    PeriodQuerySet,
    TextRange,
    UUIDRange,
    begins_before_it_ends,
    no_overlap,
)


class DirectorClass(models.IntegerChoices):
    """The three classes, of which one is elected each year (G-CLS-01, L-42)."""

    I = 1, "Class I"  # noqa: E741
    II = 2, "Class II"
    III = 3, "Class III"


class Standard(models.TextChoices):
    """Standards under which independence is determined (G-IND-02)."""

    GENERAL = "nasdaq_general", "general"
    AUDIT = "audit_10a3", "audit committee"
    COMPENSATION = "comp_10c1", "compensation committee"


class Independence(models.TextChoices):
    """What a director's independence is worth on a day (C7)."""

    YES = "yes", "independent"
    STALE = "stale", "independent, to be determined again"
    NO = "no", "not independent"
    NONE = "none", "never determined"


class AuthorisedSeatsQuerySet(models.QuerySet):
    """How many seats the bylaws fix."""

    def visible_to(self, user):
        """Public inside the portal."""
        return self.all() if user.is_authenticated and user.is_active else self.none()

    def number_on(self, day):
        """The authorised number that day, vacant seats included (C6); 0 before the first."""
        row = self.filter(since__lte=day).order_by("-since").values_list("number", flat=True)
        return row.first() or 0


@pghistory.track()
class AuthorisedSeats(models.Model):
    """The number of seats fixed under the bylaws from a day on (C6)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    since = models.DateField(unique=True)
    number = models.PositiveSmallIntegerField()

    objects = AuthorisedSeatsQuerySet.as_manager()

    class Meta:
        ordering = ["since"]
        verbose_name_plural = "authorised seats"
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="authorised_at_least_one")
        ]

    def __str__(self):
        return f"{self.number} seats from {self.since:%d %B %Y}"


class DirectorshipQuerySet(PeriodQuerySet):
    """Who sits on the Board. The Board's composition is no secret inside the portal."""

    def visible_to(self, user):
        """Everybody who may sign in."""
        return self.all() if user.is_authenticated and user.is_active else self.none()

    def in_office(self, day):
        """Directors sitting that day, hold-overs included (C6)."""
        return self.on(day).select_related("person")

    def with_independence(self, day, standard=Standard.GENERAL):
        """Each directorship with `independence` on the day under the standard (C7).

        `day` may be a date or an OuterRef to one. Management is never independent; otherwise the
        latest determination decides, unless a time as Executive Officer or employee began after it.
        """
        latest = Determination.objects.filter(
            person=OuterRef("person"), standard=standard, determined_on__lte=day
        ).order_by("-determined_on")
        employed = Appointment.objects.filter(
            person=OuterRef("person"), office__in=EMPLOYED_OFFICES, since__lte=day
        )
        in_service = employed.filter(Q(until__isnull=True) | Q(until__gt=day))
        since_then = employed.filter(since__gt=OuterRef("determined_on"))
        return self.annotate(
            determined_on=Subquery(latest.values("determined_on")[:1]),
            determination_expires_on=Subquery(latest.values("expires_on")[:1]),
            determined=Subquery(latest.values("independent")[:1]),
        ).annotate(
            independence=Case(
                When(Exists(in_service), then=Value(Independence.NO)),
                When(determined__isnull=True, then=Value(Independence.NONE)),
                When(Exists(since_then), then=Value(Independence.NONE)),
                When(determined=False, then=Value(Independence.NO)),
                When(determination_expires_on__lt=day, then=Value(Independence.STALE)),
                default=Value(Independence.YES),
                output_field=models.CharField(),
            )
        )

    def independent(self, day):
        """Independent directors in office that day, stale ones included (AC-IND)."""
        return (
            self.filter(since__lte=day)
            .filter(Q(until__isnull=True) | Q(until__gt=day))
            .with_independence(day)
            .filter(independence__in=(Independence.YES, Independence.STALE))
        )


@pghistory.track()
class Directorship(models.Model):
    """A person is a director, in a class, from a day on (G-CLS-01, L-39)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="directorships")
    director_class = models.PositiveSmallIntegerField("class", choices=DirectorClass)
    since = models.DateField()
    until = models.DateField(
        null=True, blank=True, help_text="The first day out of office. Empty: in office."
    )
    term_ends_in = models.PositiveSmallIntegerField(
        help_text="The year of the annual meeting at which the term ends."
    )

    objects = DirectorshipQuerySet.as_manager()

    class Meta:
        ordering = ["person__family_name", "person__given_name"]
        constraints = [
            begins_before_it_ends("directorship_has_a_day"),
            no_overlap("directorship_no_overlap", UUIDRange("person")),
            models.CheckConstraint(
                condition=Q(director_class__in=DirectorClass.values),
                name="directorship_class_exists",
            ),
        ]

    def __str__(self):
        return f"{self.person}, director since {self.since:%d %B %Y}"

    def term_ends_on(self, day):
        """The year in which the term ends that runs that day; terms last three years (G-CLS-02)."""
        year = self.term_ends_in
        while year - 3 > day.year:
            year -= 3
        return year

    def years_on(self, day):
        """Completed years of service that day: shown, never alarmed (G-TRM-01)."""
        had = (day.month, day.day) >= (self.since.month, self.since.day)
        return max(0, day.year - self.since.year - (not had))


class Role(models.TextChoices):
    """Who leads the Board (G-CHR-01, G-EXS-02)."""

    CHAIR = "chair", "Chair of the Board"
    LEAD = "lead_independent_director", "Lead Independent Director"


class DesignationQuerySet(PeriodQuerySet):
    """Who leads is no secret inside the portal."""

    def visible_to(self, user):
        """Everybody who may sign in."""
        return self.all() if user.is_authenticated and user.is_active else self.none()

    def holder(self, role, day):
        """The person designated that day, or None."""
        row = self.on(day).filter(role=role).select_related("person").first()
        return row and row.person


@pghistory.track()
class Designation(models.Model):
    """A director leads the Board, or its independent directors, for a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="designations")
    role = models.CharField(max_length=40, choices=Role)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = DesignationQuerySet.as_manager()

    class Meta:
        ordering = ["since"]
        constraints = [
            begins_before_it_ends("designation_has_a_day"),
            no_overlap("designation_one_at_a_time", TextRange("role")),
        ]

    def __str__(self):
        return f"{self.get_role_display()}, {self.person}"


class DeterminationQuerySet(models.QuerySet):
    """Determinations themselves; the facts behind them are another room's matter."""

    def visible_to(self, user):
        """Directors in office and the secretary's office: the Board made them (AC-BRD)."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_secretarial:
            return self.all()
        serving = Directorship.objects.on(user.today).filter(person__user=user)
        return self.filter(Exists(serving))


@pghistory.track()
class Determination(models.Model):
    """The Board's finding, under one standard, whether a director is independent (G-IND-02, L-09).

    Locked when made: a later finding is another row, and the latest one counts.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="determinations")
    standard = models.CharField(max_length=20, choices=Standard)
    independent = models.BooleanField()
    determined_on = models.DateField()
    # Made on 11 February 2026, it expires on 11 February 2027 and is stale from the 12th (C1).
    expires_on = models.DateField()
    basis = models.TextField(blank=True, help_text="What the Board considered.")

    objects = DeterminationQuerySet.as_manager()

    class Meta:
        ordering = ["-determined_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "standard", "determined_on"], name="determination_one_a_day"
            ),
            models.CheckConstraint(
                condition=Q(expires_on__gt=F("determined_on")), name="determination_lasts"
            ),
        ]

    def __str__(self):
        return f"Determination of {self.determined_on:%d %B %Y}"
