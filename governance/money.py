"""Money is Decimal, in US dollars and to the cent (C13)."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round


class Dollars(models.DecimalField):
    """An amount in US dollars. A third decimal is refused; a column with a scale would round it."""

    def __init__(self, *args, **kwargs):
        kwargs = {"max_digits": 14, "decimal_places": 2, **kwargs}
        super().__init__(*args, **kwargs)

    def db_type(self, connection):
        return "numeric"

    def cast_db_type(self, connection):
        return "numeric"


def to_the_cent(name, field="amount"):
    """The database refuses fractions of a cent."""
    return models.CheckConstraint(
        condition=Q(**{field: Round(F(field), 2)}) | Q(**{f"{field}__isnull": True}), name=name
    )


def said_dollars(amount):
    """ "$184,300.00"."""
    return f"${amount:,.2f}"
