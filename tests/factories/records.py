"""Acts of the Board and its committees."""

import factory

from governance.records.models import Act
from tests.factories import LONG_AGO


class ActFactory(factory.django.DjangoModelFactory):
    """An act of the Board, on paper; `committee` makes it one of a committee."""

    class Meta:
        model = Act

    how = Act.How.PAPER
    day = LONG_AGO
    title = "An invented resolution"
    text = "RESOLVED, as the tests need it."
