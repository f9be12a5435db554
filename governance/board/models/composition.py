"""The Board on any day: seats, who sits there, in which class, who leads, who is independent."""

import uuid

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Case, Exists, F, FilteredRelation, OuterRef, Q, Value, When
from django.db.models.functions import Mod

from governance.board.models.facts import Bar, Fact
from governance.board.models.independence import (
    ChangeReport,
    Determination,
    Independence,
    Standard,
)
from governance.people.models import EMPLOYED_OFFICES, Appointment, Person
from governance.periods import (
    PeriodQuerySet,
    TextRange,
    UUIDRange,
    YearsBefore,
    begins_before_it_ends,
    no_overlap,
)
from governance.records.models import Act

# Each class is elected for three years, one class each year (G-CLS-02, L-42).
TERM_YEARS = 3
# A position in the company is looked back on for so many years (L-03).
LOOK_BACK = 3


# The offices of the Company whose holders are never independent, as the database lists them.
EMPLOYED_LIST = ", ".join(f"'{office}'" for office in EMPLOYED_OFFICES)


class DirectorClass(models.IntegerChoices):
    """The three classes, of which one is elected each year (G-CLS-01, L-42)."""

    I = 1, "Class I"  # noqa: E741
    II = 2, "Class II"
    III = 3, "Class III"


class AuthorisedSeatsQuerySet(models.QuerySet):
    """How many seats the bylaws fix."""

    def visible_to(self, user):
        """Public inside the portal."""
        return self.all() if user.is_authenticated and user.is_active else self.none()

    def number_on(self, day):
        """The authorised number that day, vacant seats included (C6); 0 before the first."""
        row = self.in_force(day)
        return row.number if row else 0

    def in_force(self, day):
        """The row that fixes the number that day, or None."""
        return self.filter(since__lte=day).order_by("-since").first()


@pghistory.track()
class AuthorisedSeats(models.Model):
    """The number of seats fixed under the bylaws from a day on (C6)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    since = models.DateField(unique=True)
    number = models.PositiveSmallIntegerField()
    # How many of them each class has; empty where the certificate only asks for equal classes.
    class_i = models.PositiveSmallIntegerField("in Class I", null=True, blank=True)
    class_ii = models.PositiveSmallIntegerField("in Class II", null=True, blank=True)
    class_iii = models.PositiveSmallIntegerField("in Class III", null=True, blank=True)

    objects = AuthorisedSeatsQuerySet.as_manager()

    class Meta:
        ordering = ["since"]
        verbose_name_plural = "authorised seats"
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="authorised_at_least_one"),
            models.CheckConstraint(
                condition=Q(class_i=None, class_ii=None, class_iii=None)
                | Q(number=F("class_i") + F("class_ii") + F("class_iii")),
                name="authorised_by_class",
            ),
        ]

    def __str__(self):
        return f"{self.number} seats from {self.since:%-d %B %Y}"

    @property
    def by_class(self):
        """How many seats each class has; as equal as they can be where nothing else is fixed."""
        if self.class_i is not None:
            return dict(
                zip(DirectorClass, (self.class_i, self.class_ii, self.class_iii), strict=True)
            )
        share, left = divmod(self.number, len(DirectorClass))
        return {one: share + (one <= left) for one in DirectorClass}


def worked_here(employed, day):
    """Somebody whose employment ended within the look-back, but for a short interim (L-03)."""
    ended = employed.filter(until__gt=YearsBefore(day, LOOK_BACK))
    short = Q(interim=True, until__lte=YearsBefore(F("since"), -1))
    return Exists(ended.exclude(short))


class DirectorshipQuerySet(PeriodQuerySet):
    """Who sits on the Board. The Board's composition is no secret inside the portal."""

    def visible_to(self, user):
        """Everybody who may sign in."""
        return self.all() if user.is_authenticated and user.is_active else self.none()

    def in_office(self, day):
        """Directors sitting that day, hold-overs included (C6)."""
        return self.on(day).select_related("person")

    def with_independence(self, day, standard=Standard.GENERAL, prefix=""):
        """Each directorship with `independence` on the day under the standard (C7).

        Management is never independent, nor is whom a bright line bars; otherwise the latest
        determination decides. It is over when a time as Executive Officer or employee began after
        it, and stale when it has expired or something has come up since. `prefix` keeps several
        standards apart in one question.
        """
        mine, latest = {"person": OuterRef("person")}, f"{prefix}latest"
        determined_on = OuterRef(f"{latest}__determined_on")
        made = Determination.objects.filter(**mine, standard=standard, determined_on__lte=day)
        later = made.filter(determined_on__gt=determined_on).order_by()
        by_then = {"standard": standard, "determined_on__lte": day}
        by_then = Q(**{f"person__determinations__{name}": told for name, told in by_then.items()})
        joined = {latest: FilteredRelation("person__determinations", condition=by_then)}
        employed = Appointment.objects.filter(
            **mine, office__in=EMPLOYED_OFFICES, since__lte=day
        ).order_by()
        in_service = employed.filter(Q(until__isnull=True) | Q(until__gt=day))
        bars = Bar.objects.filter(**mine, outcome=Bar.Outcome.BAR, since__lte=day).order_by()
        bars = bars.under(standard)
        new_since = bars.filter(since__gt=determined_on)
        lasts = Q(until__isnull=True) | Q(until__gt=day)
        pending = Fact.objects.filter(**mine).pending(day).order_by()
        reported = ChangeReport.objects.filter(
            **mine,
            reported_on__lte=day,
            reported_at__gt=OuterRef(f"{latest}__made_at"),
        ).order_by()
        found = {
            f"{prefix}determined_on": F(f"{latest}__determined_on"),
            f"{prefix}determination_expires_on": F(f"{latest}__expires_on"),
            f"{prefix}determination_made_at": F(f"{latest}__made_at"),
            f"{prefix}determined": F(f"{latest}__independent"),
        }
        worth = Case(
            When(Exists(in_service), then=Value(Independence.NO)),
            When(Exists(bars.filter(lasts, once=False)), then=Value(Independence.NO)),
            When(worked_here(employed, day), then=Value(Independence.NO)),
            When(Q(**{f"{prefix}determined__isnull": True}), then=Value(Independence.NONE)),
            When(Exists(employed.filter(since__gt=determined_on)), then=Value(Independence.NONE)),
            When(Q(**{f"{prefix}determined": False}), then=Value(Independence.NO)),
            When(Exists(new_since.filter(lasts, once=True)), then=Value(Independence.NO)),
            When(
                Q(**{f"{prefix}determination_expires_on__lt": day}),
                then=Value(Independence.STALE),
            ),
            When(
                Exists(reported) | Exists(pending) | Exists(new_since),
                then=Value(Independence.STALE),
            ),
            default=Value(Independence.YES),
            output_field=models.CharField(),
        )
        rows = self.annotate(**joined).filter(~Exists(later))
        return rows.annotate(**found).annotate(**{f"{prefix}independence": worth})

    def independent(self, day):
        """Independent directors in office that day, stale ones included (AC-IND)."""
        return (
            self.filter(since__lte=day)
            .filter(Q(until__isnull=True) | Q(until__gt=day))
            .with_independence(day)
            .filter(independence__in=(Independence.YES, Independence.STALE))
        )


class Ending(models.TextChoices):
    """How somebody's time on the Board ends (L-39, L-45). The Board itself removes nobody."""

    RESIGNATION = "resignation", "resigned"
    TERM = "term", "not elected again"
    REMOVAL = "removal", "removed by the stockholders"
    DEATH = "death", "died"


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
    # How it ended; empty while it lasts, and where nobody wrote it down.
    ended_by = models.CharField(max_length=12, choices=Ending, blank=True)
    # The day on which the resignation was delivered; it may take effect later (L-39).
    resigned_on = models.DateField(null=True, blank=True)
    cause = models.TextField(
        blank=True, help_text="Stockholders remove a director of a classified board for cause."
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
            models.CheckConstraint(
                condition=Q(ended_by="") | Q(until__isnull=False), name="directorship_ended_by"
            ),
            models.CheckConstraint(
                condition=~Q(ended_by="removal") | ~Q(cause=""), name="directorship_removal_cause"
            ),
            models.CheckConstraint(
                condition=Q(resigned_on=None)
                | Q(ended_by="resignation", until__gte=F("resigned_on")),
                name="directorship_resigns_ahead",
            ),
        ]

    def __str__(self):
        return f"{self.person}, director since {self.since:%-d %B %Y}"

    def years_on(self, day):
        """Completed years of service that day: shown, never alarmed (G-TRM-01)."""
        return completed_years(self.since, day)


def completed_years(since, day):
    """Whole years from one day to another; an anniversary completes one."""
    had = (day.month, day.day) >= (since.month, since.day)
    return max(0, day.year - since.year - (not had))


class TermQuerySet(models.QuerySet):
    """Terms of office, as public inside the portal as the directorships they belong to."""

    def visible_to(self, user):
        """Everybody who may sign in."""
        return self.all() if user.is_authenticated and user.is_active else self.none()

    def running(self, day):
        """The latest term of each directorship that had begun by that day."""
        return (
            self.filter(since__lte=day)
            .order_by("directorship_id", "-since")
            .distinct("directorship_id")
        )


@pghistory.track()
class Term(models.Model):
    """A director is elected, or appointed, to serve until an annual meeting (G-CLS-02, L-49).

    Whoever has no successor by then holds over (L-39): the term stays the latest one.
    """

    class How(models.TextChoices):
        """How the term was given."""

        ELECTED = "elected", "elected by the stockholders"
        APPOINTED = "appointed", "appointed by the Board"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    directorship = models.ForeignKey(Directorship, models.PROTECT, related_name="terms")
    since = models.DateField()
    how = models.CharField(max_length=10, choices=How, default=How.ELECTED)
    ends_in = models.PositiveSmallIntegerField(
        "ends at the annual meeting of", help_text="The year of that annual meeting."
    )
    # The Board's act that appointed; empty for elections and for what was before the portal.
    act = models.ForeignKey(
        Act, models.PROTECT, null=True, blank=True, editable=False, related_name="terms"
    )

    objects = TermQuerySet.as_manager()

    class Meta:
        ordering = ["since"]
        constraints = [
            models.UniqueConstraint(fields=["directorship", "since"], name="term_begins_once")
        ]
        triggers = [
            pgtrigger.Trigger(
                name="runs_within_the_directorship",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NOT EXISTS (SELECT 1 FROM board_directorship
                            WHERE id = NEW.directorship_id AND since <= NEW.since
                            AND (until IS NULL OR until > NEW.since)) THEN
                        RAISE EXCEPTION 'a term begins while its director is in office';
                    END IF;
                    IF NEW.ends_in NOT BETWEEN EXTRACT(YEAR FROM NEW.since)
                            AND EXTRACT(YEAR FROM NEW.since) + 3 THEN
                        RAISE EXCEPTION 'a term ends within three years';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"Term to the annual meeting of {self.ends_in}"


class AnnualMeetingQuerySet(models.QuerySet):
    """Annual meetings of the stockholders are public."""

    def visible_to(self, user):
        """Everybody who may sign in."""
        return self.all() if user.is_authenticated and user.is_active else self.none()

    def first_after(self, day):
        """The day of the first annual meeting after that day, held or planned; None if none is."""
        return self.filter(day__gt=day).order_by("day").values_list("day", flat=True).first()


@pghistory.track()
class AnnualMeeting(models.Model):
    """The stockholders' annual meeting, at which the terms of one class end (G-CLS-02, L-39).

    The room of elections will tell how it went; terms, hold-overs and cure clocks need its day.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    year = models.PositiveSmallIntegerField(unique=True)
    day = models.DateField()
    held = models.BooleanField("has been held", default=False)

    objects = AnnualMeetingQuerySet.as_manager()

    class Meta:
        ordering = ["year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(day__year=F("year")), name="annual_meeting_in_its_year"
            )
        ]

    def __str__(self):
        return f"Annual meeting of {self.year}"


class ClassElectionQuerySet(models.QuerySet):
    """In which years each class is elected."""

    def visible_to(self, user):
        """Everybody who may sign in."""
        return self.all() if user.is_authenticated and user.is_active else self.none()

    def years(self):
        """A year in which each class is elected; those of the default where none is set."""
        return DEFAULT_YEARS | dict(self.values_list("director_class", "year"))


# Until the company says otherwise (setting class.base_year).
DEFAULT_YEARS = {1: 2025, 2: 2026, 3: 2027}


@pghistory.track()
class ClassElection(models.Model):
    """The year in which a class is elected, and every third year before and after it (L-42)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    director_class = models.PositiveSmallIntegerField("class", choices=DirectorClass, unique=True)
    year = models.PositiveSmallIntegerField("a year in which it is elected")

    objects = ClassElectionQuerySet.as_manager()

    class Meta:
        ordering = ["director_class"]
        constraints = [
            models.CheckConstraint(
                condition=Q(director_class__in=DirectorClass.values), name="election_class_exists"
            ),
            # One class a year.
            models.UniqueConstraint(Mod(F("year"), 3), name="election_one_class_a_year"),
        ]

    def __str__(self):
        return f"{self.get_director_class_display()}, elected in {self.year}"


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
        triggers = [
            pgtrigger.Trigger(
                name="is_of_a_director",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=f"""
                    IF NOT EXISTS (SELECT 1 FROM board_directorship
                            WHERE person_id = NEW.person_id AND since <= NEW.since
                            AND (until IS NULL OR until > NEW.since)) THEN
                        RAISE EXCEPTION 'only a director is designated';
                    END IF;
                    IF NEW.role = 'lead_independent_director' AND NOT COALESCE((
                            SELECT independent FROM board_determination
                            WHERE person_id = NEW.person_id AND standard = 'nasdaq_general'
                            AND determined_on <= NEW.since
                            ORDER BY determined_on DESC LIMIT 1), (
                            -- Of a time before the record begins, its first word counts.
                            SELECT independent FROM board_determination
                            WHERE person_id = NEW.person_id AND standard = 'nasdaq_general'
                            ORDER BY determined_on LIMIT 1), FALSE) THEN
                        RAISE EXCEPTION 'the Lead Independent Director is independent';
                    END IF;
                    IF NEW.role = 'lead_independent_director' AND (TG_OP = 'INSERT' OR
                            (NEW.person_id, NEW.since, NEW.role)
                                IS DISTINCT FROM (OLD.person_id, OLD.since, OLD.role)) AND (
                            EXISTS (SELECT 1 FROM board_bar WHERE person_id = NEW.person_id
                                AND outcome = 'bar' AND NOT once
                                AND standard IN ('', 'nasdaq_general') AND since <= NEW.since
                                AND (until IS NULL OR until > NEW.since))
                            OR EXISTS (SELECT 1 FROM people_appointment
                                WHERE person_id = NEW.person_id AND since <= NEW.since
                                AND (until IS NULL OR until > NEW.since)
                                AND office IN ({EMPLOYED_LIST}))
                        ) THEN
                        RAISE EXCEPTION 'whom the rules bar does not lead the independent';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()}, {self.person}"
