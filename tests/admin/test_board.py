"""Standing in the secretary's admin: who opens which part, what is done there, and the refusals."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.admin.sites import site
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.board import examining, reporting
from governance.board.models import (
    AuthorisedSeats,
    ChangeReport,
    CounselInvitation,
    Cycle,
    Determination,
    Directorship,
    Examination,
    Fact,
    Organisation,
    OrganisationYear,
    Questionnaire,
    Relative,
)
from governance.committees.models import Committee
from governance.people.models import Office
from tests.admin.test_rooms import HIDDEN, address
from tests.factories import LONG_AGO
from tests.factories.cast import DIRECTORS
from tests.factories.people import AppointmentFactory, PersonFactory
from tests.factories.records import ActFactory

PAID = {"kind": "receipt", "since": "2025-07-01", "amount": "60000.00", "purpose": "other"}


@pytest.fixture
def desk(cast, client):
    client.force_login(cast["secretary"])
    return client


@pytest.fixture
def on(company, now):
    return company.day_of(now)


def said(answer):
    return answer.content.decode().replace("&#x27;", "'").replace("&quot;", '"')


def step(model, row, name):
    where = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    if row is None:
        return reverse(f"{where}_begin", args=[name])
    return reverse(f"{where}_step", args=[row.pk, name])


def told(cast, now, who="director", **facts):
    """A fact that a director has told of themselves."""
    facts = {"kind": "employment", "since": date(2024, 1, 1)} | facts
    by = cast[who]
    return reporting.propose_fact(person=by.person, by=by, at=now, **facts)


def examined(cast, now, standard="nasdaq_general"):
    """An examination whose questionnaire is in and whose tests are run."""
    examining.open_cycle(by=cast["secretary"], at=now)
    row = Examination.objects.get(person=cast["director"].person, standard=standard)
    examining.advance(row, "return_questionnaire", by=cast["director"], at=now)
    return examining.run_tests(row, at=now)


def reviewed(cast, now, **which):
    """As above, and counsel has looked at it."""
    counsel = cast["general_counsel"]
    chair = cast["nominating_chair"]
    reporting.invite_counsel(counsel.person, by=chair, on=now.date() - timedelta(days=1))
    row = examined(cast, now, **which)
    return examining.note_counsels_review(row, note="Nothing stands out.", by=counsel, at=now)


# --- Facts -----------------------------------------------------------------------------------


def test_a_fact_is_entered_and_refused_in_words(cast, desk):
    person = cast["director"].person
    sent = PAID | {"person": person.pk, "note": "Kept as typed"}
    page = said(desk.post(address(Fact, "add"), sent | {"amount": ""}))
    assert "Accepted an amount from the Company: say an amount in US dollars." in page
    assert "Kept as typed" in page and not Fact.objects.exists()
    assert "fractions of a cent" in said(
        desk.post(address(Fact, "add"), sent | {"amount": "1.001"})
    )
    page = said(desk.post(address(Fact, "add"), sent | {"percent": "12"}))
    assert "does not belong to it" in page
    assert desk.post(address(Fact, "add"), sent).status_code == 302
    fact = Fact.objects.get()
    assert (fact.state, fact.amount) == ("confirmed", Decimal("60000.00"))
    page = said(desk.get(address(Fact, "change", fact.pk)))
    assert "Set aside" in page and "Say when it ended" not in page
    assert 'name="amount"' not in page


def test_a_fact_that_was_told_is_confirmed_ended_or_set_aside(cast, desk, now, on):
    fact = told(cast, now)
    page = said(desk.get(address(Fact, "change", fact.pk)))
    assert ">Confirm<" in page and ">Set aside<" in page and "Say when it ended" not in page
    assert desk.post(step(Fact, fact, "confirm")).status_code == 302
    fact.refresh_from_db()
    assert fact.state == "confirmed" and fact.bars.exists()
    early = said(desk.post(step(Fact, fact, "end"), {"until": "2023-01-01"}))
    assert "It ends after it began" in early and "2023-01-01" in early
    assert desk.post(step(Fact, fact, "end"), {"until": "2024-06-01"}).status_code == 302
    silent = said(desk.post(step(Fact, fact, "set-aside"), {"why": " "}))
    assert "Say why the fact is set aside" in silent
    answer = desk.post(step(Fact, fact, "set-aside"), {"why": "It was somebody else."})
    assert answer.status_code == 302
    fact.refresh_from_db()
    assert (fact.state, fact.why) == ("set_aside", "It was somebody else.")
    assert not fact.bars.exists()
    again = desk.post(step(Fact, fact, "confirm"), follow=True)
    assert "That is not possible now; nothing was changed." in said(again)


def test_several_facts_are_confirmed_at_once_and_each_refusal_is_told(cast, desk, now):
    rows = [told(cast, now), told(cast, now, "chair")]
    reporting.set_aside(rows[1], why="A slip.", by=cast["secretary"], at=now)
    sent = {"action": "confirm_facts", "_selected_action": [row.pk for row in rows]}
    page = said(desk.post(address(Fact, "changelist"), sent, follow=True))
    assert "Director Example: Employed by the Company, Monday 1 January 2024: confirmed." in page
    assert "That is not possible now: it is set aside." in page


def test_nobody_confirms_a_fact_about_themselves(cast, desk, now):
    fact = told(cast, now, "secretary")
    page = said(desk.get(address(Fact, "change", fact.pk)))
    assert ">Confirm<" not in page and ">Set aside<" not in page
    answer = desk.post(step(Fact, fact, "confirm"), follow=True)
    assert "That is not possible now" in said(answer)
    sent = {"action": "confirm_facts", "_selected_action": [fact.pk]}
    assert "You may not do that." in said(desk.post(address(Fact, "changelist"), sent, follow=True))
    entered = PAID | {"person": cast["secretary"].person.pk}
    assert "You may not do that." in said(desk.post(address(Fact, "add"), entered))
    fact.refresh_from_db()
    assert fact.state == "proposed"


def test_relatives_and_organisations_are_kept(cast, desk):
    sent = {"person": cast["director"].person.pk, "name": "Bo Invented", "link": "sibling"}
    assert desk.post(address(Relative, "add"), sent).status_code == 302
    page = said(desk.post(address(Relative, "add"), sent))
    assert "That relative was entered already." in page
    row = Relative.objects.get()
    amended = {"name": "Bo Invented", "link": "sibling", "shares_home": "on"}
    assert desk.post(address(Relative, "change", row.pk), amended).status_code == 302
    row.refresh_from_db()
    assert row.shares_home and row.person == cast["director"].person
    assert desk.post(address(Organisation, "add"), {"name": "Firm"}).status_code == 302
    page = said(desk.post(address(Organisation, "add"), {"name": "Firm"}))
    assert "There is an organisation of that name already." in page
    firm = Organisation.objects.get()
    year = {
        "organisation": firm.pk,
        "start": "2024-01-01",
        "end": "2024-12-31",
        "revenue": "3000000",
    }
    assert desk.post(address(OrganisationYear, "add"), year).status_code == 302
    year["start"] = "2024-06-01"
    page = said(desk.post(address(OrganisationYear, "add"), year))
    assert "Another year of this organisation covers some of these days." in page


def test_a_change_is_reported_and_read(cast, desk):
    sent = {"person": cast["director"].person.pk, "text": "An invented new employer"}
    assert desk.post(address(ChangeReport, "add"), sent).status_code == 302
    report = ChangeReport.objects.get()
    page = said(desk.get(address(ChangeReport, "change", report.pk)))
    assert "An invented new employer" in page and "<textarea" not in page
    mine = sent | {"person": cast["secretary"].person.pk}
    assert desk.post(address(ChangeReport, "add"), mine).status_code in (200, 302)


# --- Rounds, examinations, determinations ----------------------------------------------------


def test_the_yearly_round_is_opened_once(cast, desk):
    asked = said(desk.get(step(Cycle, None, "open")))
    assert "Every director gets a letter" in asked
    assert desk.post(step(Cycle, None, "open")).status_code == 302
    assert Questionnaire.objects.count() == len(DIRECTORS)
    page = said(desk.post(step(Cycle, None, "open")))
    assert "another can be opened a month later" in page and Cycle.objects.count() == 1


@pytest.mark.parametrize("name", ["secretary", "assistant_secretary", "general_counsel"])
def test_how_a_questionnaire_stands_and_no_answer(name, cast, client, now):
    examining.open_cycle(by=cast["secretary"], at=now)
    Questionnaire.objects.update(answers={"family": "canary-of-the-answers"})
    client.force_login(cast[name])
    page = said(client.get(address(Questionnaire, "changelist")))
    assert "Director Example" in page and "Sent" in page
    row = Questionnaire.objects.get(person=cast["director"].person)
    page = said(client.get(address(Questionnaire, "change", row.pk)))
    assert "Sent" in page and "canary-of-the-answers" not in page


def test_an_examination_goes_from_counsel_to_the_board(cast, desk, now, on):
    row = reviewed(cast, now)
    committee = Committee.objects.get(kind="nominating")
    page = said(desk.get(address(Examination, "change", row.pk)))
    assert "Nothing stands out." in page and "Employment: pass" in page
    recommend = step(Examination, row, "recommend")
    page = said(desk.post(recommend, {"independent": "True"}))
    assert "A recommendation needs an act" in page
    of_board = ActFactory(day=on)
    page = said(desk.post(recommend, {"independent": "True", "act": of_board.pk}))
    assert "from the list" in page
    act = ActFactory(day=on, committee=committee.pk, title="Recommend")
    answer = desk.post(recommend, {"independent": "True", "act": act.pk})
    assert answer.status_code == 302
    determine = step(Examination, row, "determine")
    page = said(desk.post(determine, {"independent": "True", "act": of_board.pk}))
    assert "Say what the Board considered" in page
    sent = {"independent": "True", "act": of_board.pk, "basis": "No tie with the company."}
    assert desk.post(determine, sent).status_code == 302
    row.refresh_from_db()
    assert row.state == "determined" and row.determination.act == of_board
    assert "That is not possible now" in said(desk.post(determine, sent, follow=True))


def test_the_secretary_notes_no_review_of_counsel(cast, desk, now):
    row = examined(cast, now)
    page = said(desk.get(address(Examination, "change", row.pk)))
    assert "Note counsel's review" not in page and "Enter the recommendation" not in page
    answer = desk.post(step(Examination, row, "counsel-note"), {"note": "Mine"}, follow=True)
    assert "That is not possible now" in said(answer)


def test_counsel_who_is_secretary_too_notes_the_review_once_invited(cast, desk, now):
    person = cast["secretary"].person
    row = examined(cast, now)
    cast["general_counsel"].person.appointments.all().update(until=date(2021, 1, 1))
    AppointmentFactory(person=person, office=Office.GENERAL_COUNSEL, since=date(2021, 1, 1))
    answer = desk.post(step(Examination, row, "counsel-note"), {"note": "Fine"}, follow=True)
    assert "That is not possible now" in said(answer)
    reporting.invite_counsel(person, by=cast["nominating_chair"], on=now.date() - timedelta(days=1))
    page = said(desk.post(step(Examination, row, "counsel-note"), {"note": " "}))
    assert "Say in a sentence what the review found." in page
    answer = desk.post(step(Examination, row, "counsel-note"), {"note": "Fine"})
    assert answer.status_code == 302


def test_a_determination_names_the_facts_it_considered(cast, desk, now, on):
    fact = reporting.enter_fact(
        person=cast["director"].person,
        kind="receipt",
        since=date(2025, 7, 1),
        amount=Decimal("10.00"),
        purpose="board_service",
        by=cast["secretary"],
        at=now,
    )
    act = ActFactory(day=on)
    page = said(desk.get(address(Determination, "add")))
    assert "Director Example: Accepted an amount" in page
    sent = {
        "person": cast["chair"].person.pk,
        "standard": "nasdaq_general",
        "independent": "on",
        "act": act.pk,
        "facts": [fact.pk],
    }
    page = said(desk.post(address(Determination, "add"), sent))
    assert "A fact about somebody else was not considered here." in page
    sent["person"] = cast["director"].person.pk
    assert desk.post(address(Determination, "add"), sent).status_code == 302
    made = Determination.objects.get(person=cast["director"].person, act=act)
    assert list(made.facts.all()) == [fact]


def test_the_assistant_is_offered_no_fact_to_consider(cast, client, now):
    told_of = reporting.enter_fact(
        person=cast["director"].person,
        kind="employment",
        since=date(2024, 1, 1),
        by=cast["secretary"],
        at=now,
    )
    client.force_login(cast["assistant_secretary"])
    page = client.get(address(Determination, "add"))
    assert str(told_of.pk) not in said(page) and "Employed by" not in said(page)


# --- Seats -----------------------------------------------------------------------------------


def test_a_director_resigns_ahead(cast, desk, on):
    row = Directorship.objects.get(person=cast["director"].person)
    later = on + timedelta(days=30)
    wrong = {"delivered_on": f"{on}", "effective_on": f"{on - timedelta(days=1)}"}
    page = said(desk.post(step(Directorship, row, "resign"), wrong))
    assert "A resignation takes effect when it is delivered, or later." in page
    assert f'value="{on}"' in page
    ahead = {"delivered_on": f"{later}", "effective_on": f"{later}"}
    page = said(desk.post(step(Directorship, row, "resign"), ahead))
    assert "A resignation is entered once it was delivered." in page
    sent = {"delivered_on": f"{on}", "effective_on": f"{later}"}
    assert desk.post(step(Directorship, row, "resign"), sent).status_code == 302
    row.refresh_from_db()
    assert (row.until, row.ended_by, row.resigned_on) == (later, "resignation", on)
    page = said(desk.get(address(Directorship, "change", row.pk)))
    assert "Enter a resignation" not in page


def test_stockholders_remove_for_cause_alone(cast, desk, on):
    row = Directorship.objects.get(person=cast["director"].person)
    page = said(desk.post(step(Directorship, row, "remove"), {"effective_on": f"{on}"}))
    assert "remove a director only for cause: say which." in page
    sent = {"effective_on": f"{on}", "cause": "An invented breach"}
    assert desk.post(step(Directorship, row, "remove"), sent).status_code == 302
    row.refresh_from_db()
    assert (row.until, row.ended_by, row.cause) == (on, "removal", "An invented breach")


def test_a_vacancy_is_filled_by_the_board(cast, desk, on):
    person = PersonFactory(given_name="Ada", family_name="Newcomer")
    sent = {"person": person.pk, "director_class": "1", "since": f"{on}"}
    fill = step(Directorship, None, "fill")
    assert "Filling a vacancy needs an act" in said(desk.post(fill, sent))
    sent["act"] = ActFactory(day=on).pk
    page = said(desk.post(fill, sent))
    assert "No seat of that class is vacant" in page and "Ada Newcomer" in page
    AuthorisedSeats.objects.update(number=12)
    assert desk.post(fill, sent).status_code == 302
    assert Directorship.objects.get(person=person).terms.get().how == "appointed"


@pytest.mark.parametrize("name", ["assistant_secretary", "general_counsel"])
def test_only_the_secretary_fills_a_vacancy(name, cast, client, on):
    client.force_login(cast[name])
    assert "Fill a vacancy" not in said(client.get(address(Directorship, "changelist")))
    answer = client.post(step(Directorship, None, "fill"), {}, follow=True)
    assert "That is not possible now" in said(answer)


# --- Who -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["assistant_secretary", "general_counsel", "administrator"])
def test_a_hidden_part_answers_like_one_that_never_was(name, cast, client, now):
    """The same status and page for its list, a row, a row that never was, and its steps."""
    fact = told(cast, now)
    client.force_login(cast[name])
    never = client.get("/admin/board/nothing/")
    assert never.status_code == 404
    asked = [
        *(f"/admin/{label.lower().replace('.', '/')}/" for label in HIDDEN),
        address(Fact, "change", fact.pk),
        address(Fact, "add"),
        address(Fact, "changelist") + "?person__id__exact=1&q=canary",
        step(Fact, fact, "confirm"),
        step(Cycle, None, "open"),
    ]
    for path in asked:
        for answer in (client.get(path), client.post(path)):
            assert (answer.status_code, answer.content) == (404, never.content), path
    listed = said(client.get("/admin/"))
    assert not [label for label in HIDDEN if f"/{label.lower().replace('.', '/')}/" in listed]


@pytest.mark.parametrize("name", ["assistant_secretary", "general_counsel", "administrator"])
@pytest.mark.parametrize("field", ["relative", "organisation"])
def test_no_choice_is_looked_up_behind_a_hidden_part(name, field, cast, client, now):
    client.force_login(cast[name])
    ask = f"app_label=board&model_name=fact&field_name={field}&term=a"
    assert client.get(f"{reverse('admin:autocomplete')}?{ask}").status_code in (403, 404)


@pytest.mark.parametrize("who", DIRECTORS)
def test_directors_find_no_step(who, cast, client, now):
    fact = told(cast, now)
    client.force_login(cast[who])
    for path in (step(Fact, fact, "confirm"), step(Cycle, None, "open")):
        assert client.post(path).status_code == 404
    fact.refresh_from_db()
    assert fact.state == "proposed" and not Cycle.objects.exists()


# --- Lists -----------------------------------------------------------------------------------


def many_of_everything(cast, now, names):
    by, on = cast["secretary"], now.date()
    for number, name in enumerate(names):
        person = cast[name].person
        relative = reporting.enter_relative(
            person=person, name=f"Relative {number}", link="child", by=by, on=on
        )
        firm = reporting.enter_organisation(name=f"Firm {number} of {name}", by=by, on=on)
        reporting.enter_organisation_year(
            organisation=firm,
            start=LONG_AGO,
            end=LONG_AGO.replace(month=12),
            revenue=Decimal("1.00"),
            by=by,
            on=on,
        )
        reporting.enter_fact(
            person=person,
            kind="position",
            relative=relative,
            organisation=firm,
            since=LONG_AGO,
            position="partner",
            by=by,
            at=now,
        )
        reporting.report_change(person=person, text="Changed", by=by, at=now)
        CounselInvitation.objects.create(person=person, since=on, invited_by=by)


def test_the_lists_of_a_director_ask_no_more_of_many(cast, desk, now):
    parts = (Fact, Relative, Organisation, OrganisationYear, ChangeReport, CounselInvitation)

    def counts():
        found = {}
        for model in parts:
            desk.get(address(model, "changelist"))
            with CaptureQueriesContext(connection) as seen:
                assert desk.get(address(model, "changelist")).status_code == 200
            found[model.__name__] = len(seen)
        for ending in ("csv", "xlsx"):
            with CaptureQueriesContext(connection) as seen:
                desk.get(f"{address(Fact, 'changelist')}export.{ending}")
            found[ending] = len(seen)
        return found

    many_of_everything(cast, now, ["director"])
    few = counts()
    many_of_everything(cast, now, ["chair", "audit_chair", "audit_member", "lead_director"])
    many = counts()
    assert many == few and max(few.values()) <= 20


def test_every_hidden_part_is_registered():
    registered = {model._meta.label for model in site._registry}
    assert set(HIDDEN) <= registered


def test_an_export_of_directors_asks_no_more_of_many(cast, desk):
    AuthorisedSeats.objects.update(number=30)

    def count():
        with CaptureQueriesContext(connection) as seen:
            Client.get(desk, f"{address(Directorship, 'changelist')}export.csv")
        return len(seen)

    count()
    few = count()
    for number in range(5):
        Directorship.objects.create(
            person=PersonFactory(), director_class=number % 3 + 1, since=LONG_AGO
        )
    assert count() == few
