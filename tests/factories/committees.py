"""Committees and the seats on them."""

import factory

from governance.board.models import Directorship
from governance.committees.models import Committee, Kind, Seat
from tests.factories import LONG_AGO
from tests.factories.board import DirectorshipFactory
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

    @classmethod
    def _create(cls, model, *args, **kwargs):
        """Only directors sit on committees: whoever is none becomes one."""
        if not Directorship.objects.on(kwargs["since"]).filter(person=kwargs["person"]).exists():
            DirectorshipFactory(person=kwargs["person"], since=kwargs["since"])
        return super()._create(model, *args, **kwargs)
