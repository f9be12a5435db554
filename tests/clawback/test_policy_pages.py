"""The policies by their pages: who reads and enters them, what is kept of what was typed."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clawback.forms import RiderForm
from clawback.models import PolicyVersion
from clawback.policies import state_the_statute, terms_of
from clawback.shipped import FAULT_TERMS, STATUTE_TERMS
from governance.committees.models import Committee, Kind
from tests.clawback.test_policies import act_of, adopt, rider
from tests.factories import clawback as factory
from tests.factories.cast import DIRECTORS, EVERYBODY, SEATS

pytestmark = pytest.mark.django_db
READERS = {*DIRECTORS, "secretary", "assistant_secretary", "general_counsel"}
CIRCLE = {*SEATS[Kind.COMPENSATION], "lead_director"}
LIST, APPLYING = "/clawback/policies/", "/clawback/policies/applying/"
ADOPT = f"{LIST}adopt/discretionary/"


def as_(cast, who, client):
    client.force_login(cast[who])
    return client


def page_of(client, address, **sent):
    answer = client.get(address, sent)
    assert answer.status_code == 200
    return answer.content.decode()


def typed(act, **told):
    return {
        "act": act.pk,
        "title": "Clawback policy, typed",
        "since": "2019-02-08",
        "wording": "The words that were typed.",
        "years": "3",
        "leap_rule": "feb28",
    } | told


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_doors_of_the_pages(who, cast, client, now):
    made = factory.policies()["discretionary"]
    row = rider([cast["chief_financial_officer"].person], now)
    as_(cast, who, client)
    expected = 200 if who in READERS else 404
    assert client.get(LIST).status_code == expected
    assert client.get(f"{LIST}{made.pk}/").status_code == expected
    inside = 200 if who in CIRCLE else 404
    assert client.get(APPLYING).status_code == inside
    assert client.get(f"{LIST}{row.pk}/").status_code == inside
    if who in READERS:
        assert ("An invented rider" in page_of(client, LIST)) == (who in CIRCLE)
        compared = client.get(f"{LIST}{made.pk}/", {"against": row.pk})
        assert compared.status_code == inside
    writes = 200 if who == "secretary" else 403 if who in READERS else 404
    assert client.get(ADOPT).status_code == writes
    assert client.get(f"{LIST}adopt/sox304/").status_code == 404
    assert client.get(f"{LIST}adopt/nothing/").status_code == 404


def test_whom_a_rider_is_for_does_not_read_it_from_within(cast, client, now):
    factory.policies()
    member = cast["compensation_member"]
    row = rider([member.person], now)
    as_(cast, "compensation_member", client)
    assert client.get(f"{LIST}{row.pk}/").status_code == 404
    assert "An invented rider" not in page_of(client, LIST)
    sent = {"person": member.person_id, "day": now.date().isoformat()}
    assert "An invented rider" not in page_of(client, APPLYING, **sent)


def test_a_version_is_entered_by_its_page(cast, client, now):
    act = act_of(Kind.COMPENSATION, cast, now)
    as_(cast, "secretary", client)
    assert "breached" in page_of(client, LIST)
    answer = client.post(ADOPT, typed(act, years="4", leap_rule="mar1"), follow=True)
    row = PolicyVersion.objects.get()
    assert answer.redirect_chain == [(f"{LIST}{row.pk}/", 302)]
    changed = {"lookback.years": 4, "lookback.leap_rule": "mar1"}
    assert terms_of(row) == FAULT_TERMS | changed
    page = answer.content.decode()
    assert "The words that were typed." in page and "8 February 2019" in page
    # The next one begins with the words and parameters of this one.
    again = page_of(client, ADOPT)
    assert "The words that were typed." in again and 'value="4"' in again
    assert '<option value="mar1" selected' in again


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"since": "2020-02-08"}, "The first version took effect on 8 February 2019."),
        ({"since": "soon"}, "Enter a valid date"),
        ({"years": "21"}, "less than or equal to 20"),
        ({"title": ""}, "This field is required"),
    ],
)
def test_what_was_typed_is_kept_when_it_is_refused(told, says, cast, client, now):
    act = act_of(Kind.COMPENSATION, cast, now)
    page = as_(cast, "secretary", client).post(ADOPT, typed(act, **told)).content.decode()
    assert says in page and "The words that were typed." in page
    assert all(f'value="{value}"' in page for value in told.values() if value)
    assert f'value="{act.pk}" selected' in page
    assert not PolicyVersion.objects.exists()


def test_the_page_offers_acts_of_the_committee_and_of_the_board_alone(cast, client, now):
    acts = {kind: act_of(kind, cast, now) for kind in [*SEATS, None]}
    page = page_of(as_(cast, "secretary", client), ADOPT)
    offered = {kind for kind, act in acts.items() if f"{act.pk}" in page}
    assert offered == {Kind.COMPENSATION, None}
    answer = client.post(ADOPT, typed(acts[Kind.AUDIT]))
    assert answer.status_code == 200 and not PolicyVersion.objects.exists()


def test_a_version_beside_another_shows_words_and_conditions(cast, client, now):
    first = adopt(cast, now, act_of(None, cast, now), wording="Within three years.")
    day = date(2024, 1, 2)
    second = adopt(
        cast,
        now,
        act_of(None, cast, now, day),
        since=day,
        wording="Within four years.",
        terms=FAULT_TERMS | {"lookback.years": 4},
    )
    page = page_of(as_(cast, "director", client), f"{LIST}{second.pk}/", against=first.pk)
    assert "<del>three</del>" in page and "<ins>four</ins>" in page
    assert "Years" in page and "condition" in page
    statute = factory_statute()
    for other in (statute.pk, second.pk, "nothing"):
        assert client.get(f"{LIST}{second.pk}/", {"against": other}).status_code == 404


def factory_statute():
    return state_the_statute(
        title="Section 304", wording="Invented.", terms=STATUTE_TERMS, since=date(2002, 7, 30)
    )


def test_the_policy_as_it_applies_to_somebody(cast, client, now):
    factory.policies()
    inside, outside = cast["manager"].person, cast["chief_financial_officer"].person
    rider([inside], now)
    as_(cast, "compensation_chair", client)
    day = now.date().isoformat()
    assert "An invented law of an invented state." in page_of(
        client, APPLYING, person=inside.pk, day=day
    )
    for person, on in ((outside, day), (inside, "2026-01-02")):
        page = page_of(client, APPLYING, person=person.pk, day=on)
        assert "An invented law of an invented state." not in page
        assert "in force from Friday 8 February 2019" in page
    assert "in force from" not in page_of(client, APPLYING, person=inside.pk, day="2001-01-02")
    for person, on in (("nobody", day), (inside.pk, "soon"), ("", "")):
        assert "in force from" not in page_of(client, APPLYING, person=person, day=on)


def test_more_versions_cost_no_more_queries(cast, client, now):
    factory.policies()
    as_(cast, "compensation_chair", client)

    def cost():
        client.get(LIST)
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        return len(asked)

    # Of an adoption everybody is told: the frame counts what is unread.
    adopt(cast, now, act_of(None, cast, now, now.date()), since=now.date())
    before = cost()
    for _ in range(4):
        rider([cast["manager"].person, cast["chief_financial_officer"].person], now)
    for number in range(1, 4):
        since = now.date() + timedelta(days=number)
        adopt(cast, now, act_of(None, cast, now, now.date()), since=since)
    assert page_of(client, LIST).count("in force from") == 11
    assert cost() == before


# --- The way there -----------------------------------------------------------------------------


def committee_page(client, kind):
    page = page_of(client, f"/committees/{Committee.objects.get(kind=kind).pk}/")
    return page[page.index("<main") : page.index("</main>")]


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_committees_page_leads_readers_to_policies_and_restatements(who, cast, client):
    page = committee_page(as_(cast, who, client), Kind.COMPENSATION)
    for told in ("Recovery of compensation", f'href="{LIST}"', 'href="/clawback/restatements/"'):
        assert (told in page) == (who in READERS)


@pytest.mark.parametrize("kind", [Kind.AUDIT, Kind.NOMINATING])
def test_no_other_committees_page_does(kind, cast, client):
    assert "Recovery of" not in committee_page(as_(cast, "lead_director", client), kind)


@pytest.mark.parametrize("who", ["director", "compensation_chair", "secretary", "manager"])
def test_the_committees_page_is_the_same_whether_a_case_exists(who, cast, client, now):
    as_(cast, who, client)
    before = committee_page(client, Kind.COMPENSATION)
    factory.opened(cast, at=now)
    assert committee_page(client, Kind.COMPENSATION) == before


@pytest.mark.parametrize("years", ["", "three", "0", "21", "-3", "2.5", "²", "9" * 400])
def test_a_rider_counts_in_whole_years(years):
    form = RiderForm({"path": "lookback.years", "value": years})
    assert not form.is_valid() and "value" in form.errors
