"""Canaries in what is known of a director: they sing to the few who look into it (AC-OWN)."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib import admin
from django.urls import reverse

from governance.board import reporting
from governance.committees.models import Kind
from tests.access.test_pages import as_, everything
from tests.access.world import build, by_turns, seen
from tests.factories.cast import EVERYBODY, SEATS

pytestmark = pytest.mark.django_db

NOTE, FAMILY, FIRM = "canary-of-the-note", "canary-of-the-family", "canary-of-the-firm"
CHANGE, WHY = "canary-of-the-change", "canary-of-the-reason"
CANARIES = (NOTE, FAMILY, FIRM, CHANGE, WHY, "77777.77", "77,777.77")
ABOUT = "director"
FEW = {"secretary", ABOUT, *SEATS[Kind.NOMINATING]}
OUTSIDE = [name for name in EVERYBODY if name not in FEW]


def fill_what_is_known(cast, now):
    """A fact with a relative and a firm, one that was set aside, and a change that was told."""
    by, person = cast["secretary"], cast[ABOUT].person
    day = now.date()
    relative = reporting.enter_relative(person=person, name=FAMILY, link="child", by=by, on=day)
    firm = reporting.enter_organisation(name=FIRM, services="legal", by=by, on=day)
    known = {"person": person, "by": by, "at": now, "note": NOTE}
    fact = reporting.enter_fact(
        kind="position",
        relative=relative,
        organisation=firm,
        position="of_counsel",
        since=date(2020, 1, 1),
        **known,
    )
    paid = {"kind": "receipt", "amount": Decimal("77777.77"), "purpose": "board_service"}
    wrong = reporting.enter_fact(**paid, since=date(2021, 1, 1), **known)
    reporting.set_aside(wrong, why=WHY, by=by, at=now)
    reporting.report_change(person=person, text=CHANGE, by=by, at=now)
    return fact


def side_doors(fact):
    """Exports, templates, history, deletion, choices, filters and searches of every part."""
    for model, options in admin.site._registry.items():
        where = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        listed = reverse(f"{where}_changelist")
        yield f"{listed}?q=canary"
        yield f"{listed}?person__id__exact={fact.person_id}"
        yield f"{listed}?organisation__id__exact={fact.organisation_id}&e=1"
        if hasattr(options, "sheet"):
            yield from (f"{listed}export.csv", f"{listed}template.csv", f"{listed}import/")
            yield f"{listed}export.csv?q=canary"
    for row in (fact, fact.relative, fact.organisation):
        where = f"admin:{row._meta.app_label}_{row._meta.model_name}"
        for page in ("change", "history", "delete"):
            yield reverse(f"{where}_{page}", args=[row.pk])
    for model, field in (("fact", "relative"), ("fact", "organisation"), ("fact", "person")):
        ask = f"app_label=board&model_name={model}&field_name={field}&term=canary"
        yield f"{reverse('admin:autocomplete')}?{ask}"
    yield reverse("admin:board_determination_add")


@pytest.mark.parametrize("name", by_turns(EVERYBODY))
def test_what_is_known_of_a_director_is_heard_by_the_few(name, cast, now):
    world = build(cast, now)
    fact = fill_what_is_known(cast, now)
    client = as_(world, name)
    pages = everything(world, client)
    for path in side_doors(fact):
        answer = client.get(path)
        pages[path] = (answer.status_code, seen(answer))
    heard = {
        (path, canary)
        for path, (_, body) in pages.items()
        for canary in (*CANARIES, str(fact.pk))
        if canary.encode() in body and canary not in path
    }
    if name == "secretary":
        assert {canary for _, canary in heard} >= {NOTE, FAMILY, FIRM, "77777.77"}
    elif name not in FEW:
        assert heard == set()


@pytest.mark.parametrize("name", by_turns(OUTSIDE))
def test_with_or_without_it_the_portal_looks_alike(name, cast, now):
    """Two worlds: nobody outside sees from any page or export that something is known."""
    world = build(cast, now)
    client = as_(world, name)

    def seen_now():
        exported = {path: (page.status_code, seen(page)) for path, page in exports(client)}
        return everything(world, client) | exported

    before = seen_now()
    fill_quietly(cast, now)
    after = seen_now()
    # Which row of a part is looked at first may be another one now.
    common = before.keys() & after.keys()
    assert len(before) - len(common) <= 3
    assert {path for path in common if after[path] != before[path]} == set()


def exports(client):
    for model, options in admin.site._registry.items():
        if hasattr(options, "sheet"):
            where = f"admin:{model._meta.app_label}_{model._meta.model_name}_export"
            path = reverse(where, args=["csv"])
            yield path, client.get(path)


def fill_quietly(cast, now):
    """A confirmed fact that bars nothing, so that nobody's independence changes by it."""
    by, person = cast["secretary"], cast[ABOUT].person
    firm = reporting.enter_organisation(name=FIRM, by=by, on=now.date())
    reporting.enter_fact(
        person=person,
        kind="position",
        organisation=firm,
        position="of_counsel",
        since=date(2020, 1, 1),
        note=NOTE,
        by=by,
        at=now,
    )
    reporting.enter_relative(person=person, name=FAMILY, link="child", by=by, on=now.date())
