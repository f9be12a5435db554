"""Questions that are written once: what is asked through them is what the ORM would ask."""

from datetime import date

import pghistory
import pytest
from django.db.models import F

from governance.asking import numbered
from governance.board.models.independence import Cycle, Questionnaire
from governance.committees.asking import ask, ask_values
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


def test_several_questions_in_one_are_asked_while_a_form_is_answered_too(cast):
    """The history takes what begins with a bracket for a write, and puts a statement before it."""

    def names(user):
        people = Person.objects.filter(pk=user.person_id).values_list("family_name")
        return people.union(people.values_list("given_name"), all=True)

    user = cast["secretary"]
    with pghistory.context(url="/a/form/"):
        told = ask_values(names, user, given={})
    assert sorted(told) == sorted([(user.person.family_name,), (user.person.given_name,)])


def test_a_row_has_what_is_annotated_and_leaves_out_what_is_not_asked_for(cast):
    user = cast["secretary"]

    def offices(user):
        held = Appointment.objects.filter(person=user.person_id)
        return held.only("office").annotate(name=F("person__family_name")).order_by("pk")

    (row,) = ask(offices, user)
    assert (row.office, row.name) == (Office.CORPORATE_SECRETARY, user.person.family_name)
    assert row.get_deferred_fields() >= {"since", "until"} and row._state.db == "default"
    assert row == Appointment.objects.get(pk=row.pk)


def test_a_value_that_the_database_keeps_otherwise_is_read_as_the_orm_reads_it(cast):
    user, on = cast["secretary"], date(2026, 1, 5)
    cycle = Cycle.objects.create(opened_on=on, opened_by=user)
    told = {"boards": ["Invented Mills"], "shares": 3}
    Questionnaire.objects.create(cycle=cycle, person=user.person, sent_on=on, answers=told)

    def answered(user):
        return Questionnaire.objects.filter(person=user.person_id)

    (row,) = ask(answered, user)
    assert row.answers == told and row.sent_on == on
