"""Two worlds, and canaries: what is sealed shows nowhere outside, on no page and in no export.

Every secret is put into one world, so that each kind of reader walks through the portal twice, with
and without what they are outside of; what a reader is told is asked of each secret apart.
"""

import pytest
from django.contrib import admin
from django.db import connection
from django.urls import reverse

from clawback.models import Restatement
from governance.notices.delivering import deliver
from tests.access import cases
from tests.access.world import (
    ALWAYS,
    ANSWERED,
    ANSWERING,
    AUDIT,
    BOARD,
    BRINGS,
    CALLED,
    COMMITTEE,
    CONSENT,
    DRAFT,
    DRAFTED,
    HEAR,
    INVITED,
    LOOK_INTO,
    MATTERS,
    MINUTED,
    NOTES,
    OFFICE,
    PRESENTS,
    RECUSED,
    RELATIONS,
    REQUEST,
    SIGNED,
    WAIVER,
    WITHHELD,
    addresses,
    as_,
    fill_what_directors_bring,
    fill_what_is_known,
    fill_what_is_sealed,
    fill_what_was_told,
    seen,
)
from tests.factories.cast import DIRECTORS, EVERYBODY, INDEPENDENT

pytestmark = pytest.mark.django_db

# Typeset from what the pages show: who gets them is tried with the pages, what they say in minutes.
ON_PAPER = {
    f"minutes:{name}" for name in ("paper", "agenda", "resolution", "certificate", "consent")
}


def fill_a_case(world, now):
    """Every company of these has a restatement; some have a case about it."""
    cases.fill_a_case(world.cast, Restatement.objects.get(), now)


# Each secret with those who are inside of it; whoever is not must not learn that there is one.
SECRETS = (
    (fill_what_is_sealed, INDEPENDENT),
    (fill_what_directors_bring, BOARD),
    (fill_what_is_known, {ANSWERED, *LOOK_INTO}),
    (fill_a_case, {*cases.INSIDE, cases.PREPARER}),
)
OUTSIDE = [name for name in EVERYBODY if not all(name in inside for _, inside in SECRETS)]
ABSENT = (403, 404)


def everywhere(world, beside):
    """Where a reader can get anything out of the portal and its admin."""
    found = addresses(world)
    paths = [path for page, asked in found.items() if page not in ON_PAPER for path in asked]
    paths += [*beside, "/papers/", f"/papers/books/{world.meeting.pk}/"]
    for session in (world.session, world.held, world.called):
        one = f"/papers/sessions/{session.pk}/"
        paths += [one, f"{one}questions/"]
    paths += ["/meetings/?page=2", "/decisions/?page=2", "/board/?on=2024-01-01", "/admin/"]
    for model, options in admin.site._registry.items():
        where = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        listed = reverse(f"{where}_changelist")
        paths.append(listed)
        rows = model._default_manager.visible_to(world.cast["secretary"])
        paths += [reverse(f"{where}_change", args=[row.pk]) for row in rows[:1]]
        if options.search_fields:
            paths.append(f"{listed}?q=canary")
        if hasattr(options, "sheet"):
            paths.append(f"{listed}export.csv")
    return paths


def heard_at(client, paths):
    answers = {path: client.get(path) for path in paths}
    return {path: (answer.status_code, seen(answer)) for path, answer in answers.items()}


def side_doors(fact):
    """Templates, history, deletion, choices and filters of what is known of a director."""
    for model, options in admin.site._registry.items():
        where = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        listed = reverse(f"{where}_changelist")
        if options.list_filter or options.search_fields:
            yield f"{listed}?person__id__exact={fact.person_id}"
            yield f"{listed}?organisation__id__exact={fact.organisation_id}&e=1"
        if hasattr(options, "sheet"):
            yield from (f"{listed}template.csv", f"{listed}import/", f"{listed}export.csv?q=canary")
    for row in (fact, fact.relative, fact.organisation):
        where = f"admin:{row._meta.app_label}_{row._meta.model_name}"
        for page in ("change", "history", "delete"):
            yield reverse(f"{where}_{page}", args=[row.pk])
    for model, field in (("fact", "relative"), ("fact", "organisation"), ("fact", "person")):
        ask = f"app_label=board&model_name={model}&field_name={field}&term=canary"
        yield f"{reverse('admin:autocomplete')}?{ask}"
    yield reverse("admin:board_determination_add")


@pytest.fixture
def clawback(cast, now):
    """The pages of the room that are there with or without a case."""
    return cases.pages_about(cases.tell_of_restatement(cast, now))


# In every run readers of a kind share the pages of the first world, and each looks for every canary
# on all pages of the second; in the long run each walks through the whole of both.
WHOLE, ODD, EVEN = slice(None), slice(1, None, 2), slice(0, None, 2)
SHARES = {"director": EVEN, "audit_chair": ODD, "nominating_chair": EVEN}
SHARES |= {"secretary": ODD, "assistant_secretary": EVEN}
WALKS = [pytest.param(name, SHARES.get(name, WHOLE), id=name) for name in ALWAYS]
WALKS += [
    pytest.param(name, WHOLE, id=f"{name}-whole", marks=pytest.mark.deep)
    for name in EVERYBODY
    if name in SHARES or name not in ALWAYS
]


@pytest.mark.parametrize("name, share", WALKS)
def test_two_worlds_look_alike_and_canaries_sing_only_inside(name, share, world, clawback, now):
    """With or without what a reader is outside of, every page says the same."""
    client, made = as_(world, name), {}
    fill_what_was_told(world, now)

    def fill_in(known):
        for fill, inside in SECRETS:
            if (name in inside) == known:
                made[fill] = fill(world, now)

    fill_in(True)
    # Letters are opened on the way; what is told later would be unread.
    client.post("/letters/read/")
    there = everywhere(world, clawback) if name in OUTSIDE else []
    before = heard_at(client, there[share])
    fill_in(False)
    pages = heard_at(client, everywhere(world, clawback))
    for path in before.keys() & pages.keys():
        assert pages[path] == before[path], path
    # The admin is asked for another row than before, and opens neither.
    for path in before.keys() ^ pages.keys():
        if path in before or (there and path not in there):
            found = before.get(path) or pages[path]
            assert found[0] in ABSENT, path
    fact = made[fill_what_is_known]
    heard = b"".join(body for _, body in pages.values())
    for canary in (MATTERS, NOTES, WAIVER):
        assert (canary.encode() in heard) == (name in INDEPENDENT)
    assert (CALLED.encode() in heard) == (name in INVITED)
    assert (BRINGS.encode() in heard) == (name in BOARD)
    assert (COMMITTEE.encode() in heard) == (name in {*AUDIT, "secretary"})
    assert (REQUEST.encode() in heard) == (name in HEAR)
    assert (MINUTED.encode() in heard) == (name in BOARD - {RECUSED})
    assert (DRAFTED.encode() in heard) == (name in {*OFFICE, "audit_chair"})
    assert (CONSENT.encode() in heard) == (name in {*AUDIT, *OFFICE})
    withheld = (BOARD | PRESENTS) - {RECUSED}
    assert (WITHHELD.encode() in heard) == (name in withheld)
    assert (SIGNED.encode() in heard) == (name in {ANSWERED, *LOOK_INTO})
    assert (DRAFT.encode() in heard) == (name == ANSWERING)
    for canary in cases.CANARIES:
        # Inside it sings on the pages of the case: see test_clawback.
        assert canary.encode() not in heard or name in cases.INSIDE, canary
    pages |= heard_at(client, side_doors(fact))
    related = {
        (path, canary)
        for path, (_, body) in pages.items()
        for canary in (*RELATIONS, str(fact.pk))
        if canary.encode() in body and canary not in path
    }
    if name == "secretary":
        assert {canary for _, canary in related} >= {*RELATIONS[:3], "77777.77"}
    elif name not in {ANSWERED, *LOOK_INTO}:
        assert related == set()


def test_no_letter_log_or_bare_row_says_what_is_sealed(world, now, mailoutbox, caplog):
    caplog.set_level("DEBUG")
    fill_what_is_sealed(world, now)
    while deliver(now):
        pass
    assert len(mailoutbox) > len(DIRECTORS)
    said = "".join(letter.message().as_string() for letter in mailoutbox) + caplog.text
    with connection.cursor() as cursor:
        for table in ("meetings_executivesession", "meetings_executivesessionevent"):
            cursor.execute(f"SELECT string_agg(t::text, '') FROM {table} t")
            row = cursor.fetchone()[0]
            assert row
            for canary in (MATTERS, NOTES, CALLED):
                assert canary.encode().hex() not in row
            said += row
        cursor.execute("SELECT string_agg(t::text, '') FROM records_entry t")
        said += cursor.fetchone()[0]
    sealed = (MATTERS, NOTES, CALLED, MINUTED, DRAFTED)
    for canary in (*sealed, COMMITTEE, CONSENT, REQUEST, WITHHELD, SIGNED, DRAFT):
        assert canary not in said
