"""Directors, who leads them, and who of them is independent."""

from datetime import date

import factory

from governance.board.examining import start_of
from governance.board.models import (
    AnnualMeeting,
    AuthorisedSeats,
    Designation,
    Determination,
    Directorship,
    SkillsEntry,
    Standard,
    Term,
)
from tests.factories import FAR_AHEAD, LONG_AGO
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.records import ActFactory


class AuthorisedSeatsFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AuthorisedSeats

    since = LONG_AGO
    number = 9


class DirectorshipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Directorship

    person = factory.SubFactory(PersonFactory)
    director_class = factory.Iterator([1, 2, 3])
    since = LONG_AGO


class DesignationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Designation

    person = factory.SubFactory(PersonFactory)
    since = LONG_AGO


class DeterminationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Determination

    person = factory.SubFactory(PersonFactory)
    standard = Standard.GENERAL
    independent = True
    determined_on = LONG_AGO
    made_at = factory.LazyAttribute(lambda row: start_of(row.determined_on))
    expires_on = FAR_AHEAD
    basis = "Has no relationship with the invented company."
    act = factory.SubFactory(ActFactory, day=factory.SelfAttribute("..determined_on"))
    considered_pay = True
    considered_affiliation = True


class TermFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Term

    directorship = factory.SubFactory(DirectorshipFactory)
    since = factory.SelfAttribute("directorship.since")
    ends_in = factory.LazyAttribute(lambda term: term.since.year + 3)


class AnnualMeetingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AnnualMeeting

    year = 2026
    day = factory.LazyAttribute(lambda meeting: date(meeting.year, 6, 10))


class SkillsEntryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SkillsEntry

    person = factory.SubFactory(PersonFactory)
    since = LONG_AGO
    knowledge = "Knows invented instruments."
    background = "Grew up among them."
    experience = "Ran a company that made them."
    judgment = "Says early what will not work."
    entered_at = factory.LazyAttribute(lambda row: start_of(row.since))
    entered_by = factory.SubFactory(UserFactory)
