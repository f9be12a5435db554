"""Questions that are written once: what is asked through them is what the ORM would ask."""

from datetime import date

import pytest

from governance.asking import numbered
from governance.committees.asking import ask
from governance.people.models import Appointment, Office, Person

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)


def test_a_value_is_sent_once_wherever_it_stands():
    text, values = numbered("since <= %s AND (name = %s OR until > %s)", (DAY, "Ada", DAY))
    assert text == "since <= $1 AND (name = $2 OR until > $1)"
    assert values == (DAY, "Ada")


def test_values_that_are_equal_and_of_another_kind_stay_apart():
    text, values = numbered("a = %s AND b = %s", (1, True))
    assert text == "a = $1 AND b = $2" and values == (1, True)


def test_what_a_question_names_by_itself_stands_in_its_text():
    text, values = numbered("office = %s AND since <= %s", (Office.MANAGER, DAY))
    assert text == "office = 'manager' AND since <= $1" and values == (DAY,)


def test_a_percent_sign_of_the_question_is_itself():
    assert numbered("name LIKE %s AND part = '%%s'", ("A%",)) == (
        "name LIKE $1 AND part = '%s'",
        ("A%",),
    )


def managers(user, name):
    held = Appointment.objects.filter(office=Office.MANAGER)
    people = Person.objects.filter(appointments__in=held, family_name__contains=name)
    return people.order_by("pk")


def test_the_rows_are_those_that_the_orm_would_read(cast):
    user = cast["secretary"]
    for name in ("", "a", "%", "'", "$1"):
        assert ask(managers, user, name) == list(managers(user, name))
