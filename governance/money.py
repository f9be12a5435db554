"""Money is Decimal, in US dollars and to the cent (C13)."""

import re
from decimal import Decimal

from django import forms
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round

# Digits 0 to 9 alone: other scripts have digits too, and "1e9" is no way to write an amount.
TYPED = re.compile(r"\$?\s*((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)")


def read_dollars(text):
    """ "$184,300.00", as people type an amount; None for what is none."""
    found = TYPED.fullmatch(text.strip())
    return Decimal(found[1].replace(",", "")) if found else None


class DollarsField(forms.DecimalField):
    """An amount in a form; a dollar sign and commas may be typed."""

    widget = forms.TextInput
    default_error_messages = {
        "invalid": "That is not an amount. Write US dollars like 1,250.00.",
        "max_decimal_places": "That has fractions of a cent. Write whole cents, like 1,250.00.",
        "max_digits": "That is more than can be meant. Write US dollars like 1,250.00.",
        "max_whole_digits": "That is more than can be meant. Write US dollars like 1,250.00.",
    }

    def to_python(self, value):
        if value in self.empty_values or isinstance(value, Decimal):
            return value if isinstance(value, Decimal) else None
        typed = str(value)
        if not typed.strip():
            return None
        amount = read_dollars(typed)
        if amount is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return amount


class Dollars(models.DecimalField):
    """An amount in US dollars. A third decimal is refused; a column with a scale would round it."""

    def __init__(self, *args, **kwargs):
        kwargs = {"max_digits": 14, "decimal_places": 2, **kwargs}
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": DollarsField, **kwargs})

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
