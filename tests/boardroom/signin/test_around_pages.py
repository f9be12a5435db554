"""What holds around every page: its headers, its clock, its place in the history."""

import re
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path
from django.utils import timezone

from boardroom.celery import CompanyTask, app
from boardroom.urls import urlpatterns
from governance.people.models import Person
from governance.records.models import Company
from tests.boardroom.signin.door import A_PAGE, LOGIN, SECOND_FACTORS, sign_in

pytestmark = pytest.mark.django_db


def test_a_page_loads_only_what_is_ours_and_is_kept_by_nobody(client, secretary):
    sign_in(client)
    page = client.get(A_PAGE)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "no-store" in page.headers["Cache-Control"]
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in page.headers["Permissions-Policy"]
    admin = client.get("/admin/").headers["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in admin
    assert "script-src 'self' 'unsafe-inline'" not in admin


@pytest.mark.parametrize("path", [LOGIN, "/accounts/password/reset/", "/demo/", SECOND_FACTORS])
def test_no_page_at_the_door_has_a_script_or_a_style_written_into_it(client, adams, path):
    if path == SECOND_FACTORS:
        sign_in(client)
    text = client.get(path).content.decode()
    for script in re.findall(r"<script\b([^>]*)>", text):
        assert "src=" in script or 'type="application/json"' in script
    assert not re.search(r"<style\b|\sstyle=|\son\w+=", text)


def test_history_names_who_changed_a_row_and_the_page_but_no_link(client, adams):
    @login_not_required
    def rename(request, token):
        Person.objects.filter(pk=adams.person_id).update(family_name="Adams-Reed")
        return HttpResponse()

    sign_in(client)
    with override_settings(ROOT_URLCONF=(path("x/<str:token>/", rename),)):
        client.post("/x/one-time-link/")
    event = Person.pgh_event_model.objects.order_by("pgh_id").last()
    assert event.pgh_context.metadata == {"user": str(adams.pk), "url": "x/<str:token>/"}


def test_today_is_today_where_the_company_is(client, adams, time_machine):
    Company.objects.create(name="Corvane Optics, Inc.", time_zone="America/Los_Angeles")
    time_machine.move_to(datetime(2026, 11, 24, 3, 0, tzinfo=UTC))
    seen = []

    @login_not_required
    def look(request):
        seen.append((timezone.localdate(), request.company.name))
        return HttpResponse()

    with override_settings(ROOT_URLCONF=(path("x/", look), *urlpatterns)):
        client.get("/x/")
    assert seen == [(date(2026, 11, 23), "Corvane Optics, Inc.")]


def test_a_job_keeps_the_companys_clock_too(time_machine):
    Company.objects.create(name="Corvane Optics, Inc.", time_zone="America/Los_Angeles")
    time_machine.move_to(datetime(2026, 11, 24, 3, 0, tzinfo=UTC))

    class Job(CompanyTask):
        name = "tests.job"

        def run(self):
            return timezone.localdate()

    Job.bind(app)
    assert Job()() == date(2026, 11, 23)
