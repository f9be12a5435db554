"""What is known of a director and their family that bears on independence (L-02 to L-08, L-18).

Nobody but the person concerned, the Nominating and Governance Committee and the Corporate Secretary
learns even that such a fact exists (AC-OWN).
"""

import uuid

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from governance.board.moves import FACT_MOVES, FactState
from governance.money import Dollars, to_the_cent
from governance.people.models import Person
from governance.periods import UUIDRange, holds_on, no_overlap
from governance.records.moves import guard_triggers


class OwnQuerySet(models.QuerySet):
    """Rows about a person that only few may know of."""

    # How the row leads to the person concerned.
    owner = "person"

    def visible_to(self, user):
        """The person concerned, members of the nominating committee, the Secretary (AC-OWN).

        So does counsel for as long as the nominating committee's chair invites them.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_secretary:
            return self.all()
        return self.filter(
            Q(**{self.owner: user.person_id})
            | Exists(reviewers(user.today).filter(pk=user.person_id))
        )


def reviewers(day):
    """Who looks into everybody's independence that day: the committee's members, its counsel.

    The room of committees comes later; its seats are asked for by the name of the relation.
    Whoever has left the Board has left its committees, whatever their rows say.
    """
    sits = holds_on(day, "seats__") & Q(seats__committee__kind="nominating")
    sits &= holds_on(day, "directorships__")
    invited = holds_on(day, "counsel_invitations__")
    committee = Person.objects.filter(sits)
    counsel = Person.objects.filter(invited)
    return Person.objects.filter(Q(pk__in=committee.values("pk")) | Q(pk__in=counsel.values("pk")))


def nominating_chair(day):
    """Who chairs the Nominating and Governance Committee that day."""
    chairs = holds_on(day, "seats__") & Q(seats__committee__kind="nominating", seats__chairs=True)
    return Person.objects.filter(chairs, holds_on(day, "directorships__"))


def examined_by(person, day):
    """Whether the person looks into everybody's independence that day."""
    return reviewers(day).filter(pk=person.pk).exists()


class Link(models.TextChoices):
    """How somebody is related to a director (L-02, L-18)."""

    SPOUSE = "spouse", "spouse"
    PARENT = "parent", "parent"
    CHILD = "child", "child"
    STEPCHILD = "stepchild", "stepchild"
    SIBLING = "sibling", "brother or sister"
    PARENT_IN_LAW = "parent_in_law", "parent-in-law"
    CHILD_IN_LAW = "child_in_law", "son- or daughter-in-law"
    SIBLING_IN_LAW = "sibling_in_law", "brother- or sister-in-law"
    OTHER = "other", "another relative or member of the household"
    DOMESTIC_EMPLOYEE = "domestic_employee", "domestic employee"


@pghistory.track()
class Relative(models.Model):
    """A member of a director's family or household, as far as a fact speaks of them (L-02)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="relatives")
    name = models.CharField(max_length=200)
    link = models.CharField("is the director's", max_length=20, choices=Link)
    shares_home = models.BooleanField("shares the director's home", default=False)
    of_age_on = models.DateField(
        "eighteenth birthday", null=True, blank=True, help_text="For a minor child. Empty: adult."
    )
    since = models.DateField(null=True, blank=True, help_text="Empty: all along.")
    until = models.DateField(
        null=True, blank=True, help_text="The first day no longer related so. Empty: still."
    )

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gt=F("since")),
                name="relative_has_a_day",
            ),
            models.UniqueConstraint(fields=["person", "name", "link"], name="relative_named_once"),
        ]

    def __str__(self):
        return f"{self.name}, {self.get_link_display()}"


class Services(models.TextChoices):
    """Services for which even one dollar bars a partner from the audit committee (L-18)."""

    ACCOUNTING = "accounting", "accounting"
    CONSULTING = "consulting", "consulting"
    LEGAL = "legal", "legal"
    INVESTMENT_BANKING = "investment_banking", "investment banking"
    FINANCIAL = "financial_advisory", "financial advisory"


class OrganisationQuerySet(models.QuerySet):
    """That an organisation is named at all says that somebody has to do with it."""

    def visible_to(self, user):
        """Whoever may know of a fact or a commitment that names it, and the Secretary."""
        if user.is_authenticated and user.is_active and user.is_secretary:
            return self.all()
        facts = Fact.objects.visible_to(user).filter(organisation=OuterRef("pk"))
        return self.filter(Exists(facts.order_by()))


@pghistory.track()
class Organisation(models.Model):
    """An organisation with which a director or a relative has to do (L-06, L-07, L-18)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200, unique=True)
    services = models.CharField(
        "services to the Company",
        max_length=20,
        choices=Services,
        blank=True,
        help_text="Only if it advises the Company in one of these ways.",
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class OrganisationYearQuerySet(models.QuerySet):
    """What an organisation earned."""

    def visible_to(self, user):
        """Through the organisation's door."""
        return self.filter(organisation__in=Organisation.objects.visible_to(user))


@pghistory.track()
class OrganisationYear(models.Model):
    """A fiscal year of an organisation and its consolidated gross revenues in it (L-06)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="years")
    start = models.DateField("first day")
    end = models.DateField("last day")
    revenue = Dollars("gross revenues")

    objects = OrganisationYearQuerySet.as_manager()

    class Meta:
        ordering = ["start"]
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="organisation_year_days"),
            models.CheckConstraint(condition=Q(revenue__gte=0), name="organisation_year_revenue"),
            models.UniqueConstraint(
                fields=["organisation", "start"], name="organisation_year_once"
            ),
            to_the_cent("organisation_year_to_the_cent", "revenue"),
        ]

    def __str__(self):
        return f"{self.organisation}, year to {self.end:%-d %B %Y}"


class FactKind(models.TextChoices):
    """What a fact speaks of; each kind has its own particulars."""

    EMPLOYMENT = "employment", "Employed by the Company"
    RECEIPT = "receipt", "Accepted an amount from the Company"
    POSITION = "position", "Holds a position in an organisation"
    PAYMENT = "payment", "A payment between the Company and the organisation"
    INTERLOCK = "interlock", "One of our Executive Officers decides on the organisation's pay"
    AUDITOR = "auditor", "Works for the outside auditor"
    HOLDING = "holding", "Holds voting stock of the Company"


class Purpose(models.TextChoices):
    """Why an amount was paid. Some of it is exempt (L-04, L-18)."""

    BOARD_SERVICE = "board_service", "Board and committee service"
    FAMILY_EMPLOYEE = "family_employee", "pay of a relative who is no executive officer"
    RETIREMENT = "retirement", "fixed retirement pay for earlier service"
    INTERIM_SERVICE = "interim_service", "pay for interim executive service"
    OTHER = "other", "consulting, advisory or other compensatory fee"


class Position(models.TextChoices):
    """What somebody is in an organisation. Only the first four count for L-06 and L-18."""

    PARTNER = "partner", "partner or member"
    CONTROLLING = "controlling", "controlling stockholder"
    EXECUTIVE = "executive_officer", "executive officer"
    MANAGING_DIRECTOR = "managing_director", "managing director"
    OF_COUNSEL = "of_counsel", "of counsel"
    EMPLOYEE = "employee", "employee"
    DIRECTOR = "director", "director or trustee"


def only_for(*kinds, **conditions):
    """These columns are filled for these kinds of fact, and empty for every other."""
    filled, empty = Q(), Q()
    for name, text in conditions.items():
        blank = Q(**{name: ""}) if text else Q(**{f"{name}__isnull": True})
        filled, empty = filled & ~blank, empty & blank
    return (Q(kind__in=kinds) & filled) | (~Q(kind__in=kinds) & empty)


class FactQuerySet(OwnQuerySet):
    """Facts by how they stand."""

    def confirmed(self):
        """Those that count: the Secretary or counsel has confirmed them (C7)."""
        return self.filter(state=FactState.CONFIRMED)

    def told_by(self, day):
        """Those that somebody had told by that day."""
        return self.filter(proposed_on__lte=day)

    def for_tests(self):
        """With all that the tests ask of them."""
        rows = self.select_related("relative", "organisation")
        return rows.prefetch_related("organisation__years").order_by("person", "since", "pk")

    def pending(self, day):
        """Those that had been proposed by that day, and not yet settled."""
        settled = Q(settled_on__isnull=True) | Q(settled_on__gt=day)
        return self.filter(settled, proposed_on__lte=day)


@pghistory.track()
class Fact(models.Model):
    """Something about a director or a relative that bears on independence (C7).

    A fact that was told is *proposed*: it makes the director's value stale until the Secretary or
    counsel confirms it or sets it aside. Confirmed, it counts from the day on which it was true.
    """

    MOVES = FACT_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="facts")
    kind = models.CharField(max_length=12, choices=FactKind)
    # Empty: the director.
    relative = models.ForeignKey(Relative, models.PROTECT, null=True, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True)
    since = models.DateField("from, or on")
    until = models.DateField(
        null=True, blank=True, help_text="The first day it is no longer so. Empty: it still is."
    )
    amount = Dollars(null=True, blank=True, help_text="US dollars.")
    purpose = models.CharField(max_length=20, choices=Purpose, blank=True)
    position = models.CharField(max_length=20, choices=Position, blank=True)
    by_company = models.BooleanField("paid by the Company", null=True, blank=True)
    percent = models.DecimalField(
        "percent of a voting class", max_digits=7, decimal_places=4, null=True, blank=True
    )
    executive = models.BooleanField("as an Executive Officer", default=False)
    interim = models.BooleanField("in the interim", default=False)
    prepared_statements = models.BooleanField(
        "took part in preparing financial statements", default=False
    )
    on_our_audit = models.BooleanField("worked on the Company's audit", default=False)
    note = models.TextField(blank=True)
    state = models.CharField(
        max_length=12, choices=FactState, default=FactState.PROPOSED, editable=False
    )
    proposed_on = models.DateField(editable=False)
    # Empty: not settled yet.
    settled_on = models.DateField(null=True, editable=False)
    # Why it was set aside.
    why = models.TextField(blank=True, editable=False)
    # Empty: the Secretary's office entered it.
    questionnaire = models.ForeignKey(
        "board.Questionnaire", models.PROTECT, null=True, editable=False, related_name="facts"
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        ordering = ["since", "kind"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="fact_has_a_day"
            ),
            to_the_cent("fact_to_the_cent"),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gt=0), name="fact_amount_is_positive"
            ),
            models.CheckConstraint(
                condition=only_for("receipt", "payment", amount=False), name="fact_has_its_amount"
            ),
            models.CheckConstraint(
                condition=only_for("receipt", purpose=True), name="fact_has_its_purpose"
            ),
            models.CheckConstraint(
                condition=only_for("position", "auditor", position=True),
                name="fact_has_its_position",
            ),
            models.CheckConstraint(
                condition=only_for("position", "payment", "interlock", organisation=False),
                name="fact_has_its_organisation",
            ),
            models.CheckConstraint(
                condition=only_for("payment", by_company=False), name="fact_has_its_direction"
            ),
            models.CheckConstraint(
                condition=only_for("holding", percent=False), name="fact_has_its_percent"
            ),
            models.CheckConstraint(
                condition=Q(kind="employment")
                | Q(executive=False, interim=False, prepared_statements=False),
                name="fact_has_its_employment",
            ),
            models.CheckConstraint(
                condition=Q(kind="auditor") | Q(on_our_audit=False), name="fact_has_its_audit"
            ),
            models.CheckConstraint(
                condition=Q(percent=None) | Q(percent__gt=0, percent__lte=100),
                name="fact_percent_of_a_class",
            ),
            # An amount is accepted on one day.
            models.CheckConstraint(
                condition=~Q(kind__in=("receipt", "payment")) | Q(until=None),
                name="fact_amount_has_one_day",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", settled_on=None)
                | (~Q(state="proposed") & Q(settled_on__isnull=False)),
                name="fact_settled_on_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="set_aside") | ~Q(why=""), name="fact_set_aside_says_why"
            ),
        ]
        indexes = [
            # Every page: "does a fact about this director wait to be settled?"
            models.Index(fields=["person", "state"], name="fact_person_state"),
        ]
        triggers = [
            *guard_triggers(FACT_MOVES, FactState.PROPOSED),
            pgtrigger.Trigger(
                name="keeps_to_one_family",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NEW.relative_id IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM board_relative
                        WHERE id = NEW.relative_id AND person_id = NEW.person_id
                    ) THEN
                        RAISE EXCEPTION 'the relative is not of this director''s family';
                    END IF;
                    RETURN NEW;
                """,
            ),
            # What was confirmed is corrected by another fact; only its end may still be told.
            pgtrigger.Protect(
                name="confirmed_stays_as_it_is",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["confirmed", "set_aside"])
                & (
                    pgtrigger.Q(new__person__df=pgtrigger.F("old__person"))
                    | pgtrigger.Q(new__kind__df=pgtrigger.F("old__kind"))
                    | pgtrigger.Q(new__relative__df=pgtrigger.F("old__relative"))
                    | pgtrigger.Q(new__organisation__df=pgtrigger.F("old__organisation"))
                    | pgtrigger.Q(new__since__df=pgtrigger.F("old__since"))
                    | pgtrigger.Q(new__amount__df=pgtrigger.F("old__amount"))
                    | pgtrigger.Q(new__purpose__df=pgtrigger.F("old__purpose"))
                    | pgtrigger.Q(new__position__df=pgtrigger.F("old__position"))
                    | pgtrigger.Q(new__by_company__df=pgtrigger.F("old__by_company"))
                    | pgtrigger.Q(new__percent__df=pgtrigger.F("old__percent"))
                    | pgtrigger.Q(new__executive__df=pgtrigger.F("old__executive"))
                    | pgtrigger.Q(new__interim__df=pgtrigger.F("old__interim"))
                    | pgtrigger.Q(
                        new__prepared_statements__df=pgtrigger.F("old__prepared_statements")
                    )
                    | pgtrigger.Q(new__on_our_audit__df=pgtrigger.F("old__on_our_audit"))
                ),
            ),
        ]

    def __str__(self):
        return f"Fact of {self.since:%-d %B %Y}"


class BarQuerySet(OwnQuerySet):
    """What rules independence out, and when."""

    def running(self, day):
        """Those that rule it out on the day."""
        lasts = Q(until__isnull=True) | Q(until__gt=day)
        return self.filter(lasts, since__lte=day, outcome=Bar.Outcome.BAR)

    def under(self, standard):
        """Those that count under a standard; an empty one counts under each."""
        return self.filter(Q(standard="") | Q(standard=standard))


class Bar(models.Model):
    """From when to when a confirmed fact rules independence out, or asks for a review (C7).

    Worked out from the facts whenever one of them changes, so that a query can ask for any day; the
    arithmetic is in `brightline`. A bar without a day of its end that is `once` ends with the next
    determination: a fee that was taken once is over, but the Board has to look at it (L-18, M-07).
    """

    class Outcome(models.TextChoices):
        """What the test says."""

        BAR = "bar", "rules independence out"
        REVIEW = "review", "for review"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="bars")
    fact = models.ForeignKey(Fact, models.CASCADE, related_name="bars")
    test = models.CharField(max_length=8)
    # Empty: under every standard.
    standard = models.CharField(max_length=20, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome)
    since = models.DateField()
    until = models.DateField(null=True)
    once = models.BooleanField(default=False)
    says = models.TextField(blank=True)

    objects = BarQuerySet.as_manager()

    class Meta:
        ordering = ["person", "since", "test"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="bar_has_a_day"
            )
        ]
        indexes = [
            # Every page: "does something rule out that this director is independent that day?"
            models.Index(fields=["person", "since"], name="bar_person_since"),
        ]

    def __str__(self):
        return f"{self.test} from {self.since:%-d %B %Y}"


@pghistory.track()
class CounselInvitation(models.Model):
    """Counsel is let in to what bears on the directors' independence, for a time (AC-OWN, M-07)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="counsel_invitations")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                # One that is ended on its first day held for no day at all.
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="invitation_has_a_day",
            ),
            no_overlap("invitation_once_at_a_time", UUIDRange("person")),
        ]

    def __str__(self):
        return f"Counsel from {self.since:%-d %B %Y}"
