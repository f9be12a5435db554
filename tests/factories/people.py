"""People, accounts and offices."""

import factory

from governance.people.models import Appointment, Person, User
from tests.factories import LONG_AGO


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Person

    given_name = factory.Sequence(lambda number: f"Given{number}")
    family_name = "Example"


class UserFactory(factory.django.DjangoModelFactory):
    """An account; nobody signs in to it with a password unless the test sets one."""

    class Meta:
        model = User

    person = factory.SubFactory(PersonFactory)
    email = factory.LazyAttribute(
        lambda user: f"{user.person.given_name}.{user.person.family_name}@example.com".lower()
    )
    password = "!"


class AppointmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Appointment

    person = factory.SubFactory(PersonFactory)
    since = LONG_AGO
