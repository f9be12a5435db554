"""Committees and the seats on them."""

import factory

from governance.committees.models import Committee, Kind, Seat
from tests.factories import LONG_AGO
from tests.factories.people import PersonFactory


class CommitteeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Committee

    kind = Kind.AUDIT
    name = factory.LazyAttribute(lambda committee: f"{Kind(committee.kind).label} Committee")
    since = LONG_AGO


class SeatFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Seat

    committee = factory.SubFactory(CommitteeFactory)
    person = factory.SubFactory(PersonFactory)
    since = LONG_AGO
