"""The admin has no door of its own, and does not exist for whoever has no work in it."""

from urllib.parse import unquote

import pytest
from django.apps import apps
from django.contrib import admin

from governance.records.models import Company
from tests.boardroom.signin.door import LOGIN, sign_in

pytestmark = pytest.mark.django_db


def test_the_admin_has_no_door_of_its_own(client, secretary):
    answer = client.get("/admin/login/?next=/admin/people/")
    assert answer.url == f"{LOGIN}?next=/admin/people/"
    answer = client.get("/admin/", follow=True)
    assert unquote(answer.redirect_chain[-1][0]) == f"{LOGIN}?next=/admin/"
    assert sign_in(client, next="/admin/").url == "/admin/"
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/admin/people/", "/admin/nothing/"])
def test_the_admin_does_not_exist_for_whoever_has_no_work_in_it(client, adams, path):
    sign_in(client)
    assert client.get(path).status_code == 404


def test_the_admin_is_closed_the_day_the_appointment_ends(client, secretary):
    sign_in(client)
    assert client.get("/admin/").status_code == 200
    secretary.person.appointments.update(until=Company.current().today())
    assert client.get("/admin/").status_code == 404


def test_the_admin_holds_nothing_that_packages_brought_along():
    labels = {model._meta.app_label for model in admin.site._registry}
    assert labels
    assert all(apps.get_app_config(label).name.startswith("governance.") for label in labels)
