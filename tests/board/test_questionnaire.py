"""The yearly questions: answered part by part, signed, and what follows from them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from governance.board import answering, examining, forms, reporting
from governance.board.models import (
    Amendment,
    Bar,
    Commitment,
    Confirmation,
    Directorship,
    Fact,
    Organisation,
    Questionnaire,
    Relative,
)
from governance.board.reviewing import weighing
from governance.board.sheets import PARTS, Answers
from governance.notices.models import Notice
from governance.people.models import Office
from governance.people.signing import FRESH
from governance.periods import years_after
from governance.records.models import Entry
from governance.refusals import Refused
from tests.factories import questionnaires as asked
from tests.factories.cast import EVERYBODY

pytestmark = pytest.mark.django_db
PASSWORD = "a long invented phrase"


@pytest.fixture(autouse=True)
def opening_day(time_machine):
    """The days below are told from here."""
    time_machine.move_to("2026-11-21 20:00:00+00:00")


@pytest.fixture
def secretary(cast):
    return cast["secretary"]


@pytest.fixture
def director(cast):
    return cast["director"]


@pytest.fixture
def questionnaire(director, secretary, now):
    return asked.sent(director.person, by=secretary, at=now)


@pytest.fixture
def today(company):
    return timezone.localdate(timezone=company.zone)


@pytest.fixture
def page(client, director, questionnaire):
    """The director at the page, signed in just now with a password; tries are counted anew."""
    cache.clear()
    director.set_password(PASSWORD)
    director.save()
    client.post("/accounts/login/", {"login": director.email, "password": PASSWORD})
    return client


def again(questionnaire):
    return Questionnaire.objects.select_related("person").get(pk=questionnaire.pk)


def stands(questionnaire, today):
    return {
        sheet.part.key: sheet.stands for sheet in Answers(again(questionnaire), today=today).sheets
    }


def address(questionnaire, part):
    return f"{questionnaire.get_absolute_url()}?part={part}"


def pay(day="2026-05-04", amount="1,000.00", **more):
    return {
        "any": "yes",
        "pay-1-who": "me",
        "pay-1-since": day,
        "pay-1-amount": amount,
        "pay-1-purpose": "other",
        **more,
    }


# --- Answering ---------------------------------------------------------------------------------


def test_the_page_begins_with_what_is_not_answered(page, questionnaire):
    shown = page.get(questionnaire.get_absolute_url())
    assert shown.context["first"] == "employment" and shown.context["done"] == 0
    assert "Begin" in shown.content.decode()


def test_what_is_typed_is_kept_as_it_was_typed(page, questionnaire, today):
    typed = {"pay-any": "yes", "pay-1-amount": "1.005"}
    assert "Saved" in page.post(address(questionnaire, "pay"), typed).content.decode()
    shown = page.get(address(questionnaire, "pay")).content.decode()
    assert 'value="1.005"' in shown and "fractions of a cent" in shown
    assert stands(questionnaire, today)["pay"] == "mend"


def test_a_bad_value_leaves_every_other_answer(page, questionnaire, now):
    asked.answer(questionnaire, "pay", at=now, **pay())
    page.post(
        address(questionnaire, "pay"),
        {"pay-any": "yes", "pay-rows": "1", "pay-1-amount": "x", "pay-1-who": "me"},
    )
    asked.answer(again(questionnaire), "auditor", at=now, any="no")
    typed = again(questionnaire).answers
    assert typed["pay"]["pay-1-amount"] == "x" and typed["pay"]["pay-1-who"] == "me"
    assert typed["auditor"]["auditor-any"] == "no"


BAD = [
    ("pay-1-amount", "1.005", "fractions of a cent"),
    ("pay-1-amount", "0", "more than nothing"),
    ("pay-1-amount", "-5", "not an amount"),
    ("pay-1-amount", "1,00", "not an amount"),
    ("pay-1-amount", "NaN", "not an amount"),
    ("pay-1-amount", "1e5", "not an amount"),
    ("pay-1-amount", "9" * 20, "more than can be meant"),
    ("pay-1-since", "2026-02-30", "not a day of the calendar"),
    ("pay-1-since", "1066-10-14", "cannot be meant"),
    ("pay-1-since", "2999-01-01", "cannot be meant"),
    ("pay-1-who", "relative-of-somebody-else", "Choose one of the answers"),
    ("pay-1-purpose", "bribe", "Choose one of the answers"),
    ("pay-any", "maybe", "Answer yes or no"),
    ("pay-remark", "long " * 500, "longer than the 2000 characters"),
]


@pytest.mark.parametrize("name, value, sentence", BAD)
def test_what_cannot_be_is_told_in_a_sentence_beside_it(
    name, value, sentence, page, questionnaire, now
):
    asked.answer(questionnaire, "pay", at=now, **pay())
    typed = {**again(questionnaire).answers["pay"], name: value}
    shown = page.post(address(questionnaire, "pay"), {**typed, "go": ""})
    assert shown.status_code == 200
    said = {bound.html_name: " ".join(bound.errors) for bound in shown.context["sheet"].fields}
    assert sentence in said[name]
    assert {key for key, text in said.items() if text} == {name}
    assert again(questionnaire).answers["pay"][name] == value[: answering.MOST_TYPED].strip("\0")
    with pytest.raises(Refused, match="Not everything is answered"):
        asked_to_sign(again(questionnaire), now)


def asked_to_sign(questionnaire, now):
    by = questionnaire.person.user
    return answering.sign(questionnaire, digest="", by=by, at=now, method="password")


@pytest.mark.parametrize(
    "typed, amount",
    [("$1,250.00", "1250"), ("1250.5", "1250.50"), ("0.01", "0.01"), (" 1,000,000 ", "1000000")],
)
def test_amounts_are_read_as_people_write_them(typed, amount, today):
    row = forms.FeeRow(
        {"fee-1-who": "me", "fee-1-since": "2025-01-02", "fee-1-amount": typed},
        prefix="fee-1",
        today=today,
    )
    assert not row.lacks and row.told["amount"] == Decimal(amount)


def test_nothing_is_missing_until_one_says_that_a_part_is_whole(page, questionnaire):
    where = address(questionnaire, "employment")
    shown = page.post(where, {"employment-any": "yes", "go": ""})
    assert "fill in a line below, or answer no" in shown.content.decode()
    shown = page.post(where, {"employment-any": "yes", "employment-1-executive": "on", "go": ""})
    assert "Say the day, or leave the whole line empty." in shown.content.decode()
    assert "Say the day" not in page.get(where).content.decode()


def test_it_saves_while_one_types(page, questionnaire):
    typed = {"pay-any": "yes", "pay-1-amount": "12.345"}
    shown = page.post(address(questionnaire, "pay"), typed, headers={"HX-Request": "true"})
    said = shown.content.decode()
    assert "<html" not in said and 'id="saved"' in said
    assert 'id="pay-1-amount-error" hx-swap-oob="true">That has fractions of a cent' in said
    hour = timezone.localtime(again(questionnaire).saved_at, shown.wsgi_request.company.zone)
    assert f"Saved {hour:%H:%M}" in said


def test_lines_are_added_and_taken_away(page, questionnaire):
    where = address(questionnaire, "pay")
    page.post(where, {"pay-any": "yes", "pay-1-amount": "1", "one_more": "pay"})
    page.post(
        where, {"pay-any": "yes", "pay-rows": "1,2", "pay-1-amount": "1", "pay-2-amount": "2"}
    )
    assert again(questionnaire).answers["pay"]["pay-rows"] == "1,2"
    page.post(
        where, {"pay-any": "yes", "pay-rows": "1,2", "pay-2-amount": "2", "take_away": "pay-1"}
    )
    kept = again(questionnaire).answers["pay"]
    assert kept["pay-rows"] == "2" and kept["pay-2-amount"] == "2" and "pay-1-amount" not in kept
    page.post(where, {"pay-any": "yes", "pay-rows": "2", "take_away": "pay-2"})
    assert again(questionnaire).answers["pay"]["pay-rows"] == "3"


def test_a_page_that_is_older_takes_no_line_away(page, questionnaire, now):
    where = address(questionnaire, "pay")
    page.post(where, {"pay-any": "yes", "pay-rows": "1", "one_more": "pay"})
    page.post(where, {"pay-any": "yes", "pay-rows": "1,2", "pay-2-amount": "2"})
    page.post(where, {"pay-any": "yes", "pay-rows": "1", "pay-1-amount": "1"})
    kept = again(questionnaire).answers["pay"]
    assert (kept["pay-1-amount"], kept["pay-2-amount"], kept["pay-rows"]) == ("1", "2", "1,2")


def test_there_is_an_end_to_lines(questionnaire, director, now):
    saved = {"part": "pay", "by": director, "at": now, "add": "pay", "typed": {}}
    for _ in range(39):
        answering.save_answers(questionnaire, **saved)
    with pytest.raises(Refused, match="40 lines are the most"):
        answering.save_answers(questionnaire, **saved)


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_the_director_answers(who, cast, questionnaire, now):
    if who == "director":
        return
    with pytest.raises(Refused) as refusal:
        asked.answer(questionnaire, "pay", at=now, by=cast[who], any="no")
    assert refusal.value.code == "not_yours"
    assert again(questionnaire).answers == {}


# --- What is on record -------------------------------------------------------------------------


@pytest.fixture
def on_record(director, secretary, now):
    """A position that goes on, work that is over, an amount, and what is too long ago."""
    doing = {"by": secretary, "at": now}
    foundry = asked.organisation("Invented Foundry, Inc.", **doing)
    person = director.person
    return {
        "position": asked.known(
            person,
            kind="position",
            since=date(2022, 3, 1),
            organisation=foundry,
            position="director",
            **doing,
        ),
        "employment": asked.known(
            person, kind="employment", since=date(2019, 1, 1), until=date(2024, 6, 1), **doing
        ),
        "receipt": asked.known(
            person,
            kind="receipt",
            since=date(2025, 1, 2),
            amount=Decimal("10.00"),
            purpose="retirement",
            **doing,
        ),
        "old": asked.known(
            person,
            kind="receipt",
            since=date(2012, 1, 2),
            amount=Decimal("10.00"),
            purpose="retirement",
            **doing,
        ),
    }


def test_last_years_facts_are_asked_about_and_old_ones_are_not(on_record, questionnaire, today):
    answers = Answers(questionnaire, today=today)
    known = {sheet.part.key: [form.known for form in sheet.known] for sheet in answers.sheets}
    assert known["organisations"] == [on_record["position"]]
    assert known["employment"] == [on_record["employment"]]
    assert known["pay"] == [on_record["receipt"]]
    lasting = {form.known.pk: form.lasts for sheet in answers.sheets for form in sheet.known}
    assert lasting == {
        on_record["position"].pk: True,
        on_record["employment"].pk: False,
        on_record["receipt"].pk: False,
    }


@pytest.mark.parametrize(
    "last, sentence",
    [
        ("", "Say the last day."),
        ("2020-01-01", "cannot have ended before"),
        ("2027-01-01", "still to come"),
    ],
)
def test_an_end_is_a_day_that_can_be(last, sentence, page, on_record, questionnaire):
    key = f"known-{on_record['position'].pk}"
    typed = {"organisations-any": "no", f"{key}-answer": "ended", f"{key}-last": last, "go": ""}
    shown = page.post(address(questionnaire, "organisations"), typed)
    assert sentence in shown.content.decode()


def test_what_is_still_so_proposes_nothing(on_record, questionnaire, now):
    asked.nothing_new(questionnaire, at=now)
    signed = asked.sign(again(questionnaire), at=now)
    assert not signed.facts.exists()
    assert "On record: I have been a director or trustee of Invented Foundry, Inc. since" in (
        signed.text
    )


def tell_of(questionnaire, known, now, **answer):
    key = f"known-{known.pk}"
    told = {f"{key}-{name}": value for name, value in answer.items()}
    asked.nothing_new(questionnaire, at=now, but=("organisations",))
    asked.answer(again(questionnaire), "organisations", at=now, any="no", **told)
    return asked.sign(again(questionnaire), at=now)


def test_what_has_ended_takes_the_place_once_confirmed(on_record, questionnaire, secretary, now):
    position = on_record["position"]
    signed = tell_of(questionnaire, position, now, answer="ended", last="2026-05-31")
    (told,) = signed.facts.all()
    assert told.state == "proposed" and told.until == date(2026, 6, 1)
    assert Fact.objects.get(pk=position.pk).state == "confirmed"
    reporting.confirm_fact(told, by=secretary, at=now)
    assert Fact.objects.get(pk=position.pk).state == "set_aside"
    standing = Fact.objects.confirmed().get(kind="position")
    assert (standing.pk, standing.until) == (told.pk, date(2026, 6, 1))


def test_what_never_was_so_counts_no_more_once_confirmed(on_record, questionnaire, secretary, now):
    signed = tell_of(questionnaire, on_record["position"], now, answer="never")
    (told,) = signed.facts.all()
    assert told.amendment.never and "This was never so." in signed.text
    reporting.confirm_fact(told, by=secretary, at=now)
    assert not Fact.objects.confirmed().filter(kind="position").exists()
    assert set(Fact.objects.filter(kind="position").values_list("state", flat=True)) == {
        "set_aside"
    }


def test_what_was_set_aside_meanwhile_cannot_be_replaced(on_record, questionnaire, secretary, now):
    position = on_record["position"]
    signed = tell_of(questionnaire, position, now, answer="ended", last="2026-05-31")
    reporting.set_aside(position, why="A slip of the pen.", by=secretary, at=now)
    with pytest.raises(Refused, match="set aside meanwhile"):
        reporting.confirm_fact(signed.facts.get(), by=secretary, at=now)


def test_the_database_amends_a_confirmed_fact_of_the_same_person(
    on_record, cast, secretary, director, now
):
    other = reporting.propose_fact(
        person=cast["chair"].person, kind="employment", since=date(2025, 1, 1), by=secretary, at=now
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        Amendment.objects.create(fact=other, of=on_record["employment"])
    told = reporting.propose_amendment(on_record["employment"], never=True, by=director, at=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Amendment.objects.filter(fact=told).update(never=False)
    with pytest.raises(DatabaseError), transaction.atomic():
        Amendment.objects.filter(fact=told).delete()


# --- Signing -----------------------------------------------------------------------------------


def test_what_was_signed_is_bound(page, questionnaire, director, now):
    asked.nothing_new(questionnaire, at=now)
    where = f"{questionnaire.get_absolute_url()}sign/"
    digest = page.get(where).context["digest"]
    answer = page.post(where, {"digest": digest})
    assert answer.url.endswith("/receipt/")
    signed = again(questionnaire)
    assert signed.state == "returned"
    assert signed.digest == digest == answering.digest_of(signed.text)
    assert signed.sign_in_method == "password" and signed.statement == answering.STATEMENT
    receipt = page.get(answer.url).content.decode()
    for bound in (digest, "password", "I sign these answers with my name"):
        assert bound in receipt
    entry = Entry.objects.get(subject_id=signed.pk, move="return")
    assert entry.actor == director


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Another text."},
        {"answers": {}},
        {"signed_at": None},
        {"statement": "I sign nothing."},
        {"sign_in_method": "session"},
        {"returned_on": date(2020, 1, 1)},
    ],
)
def test_the_database_keeps_what_was_signed(change, questionnaire, secretary, now):
    asked.nothing_new(questionnaire, at=now)
    asked.sign(again(questionnaire), at=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Questionnaire.objects.filter(pk=questionnaire.pk).update(**change)


def test_what_was_signed_stays_when_it_is_sent_back(questionnaire, secretary, now):
    signed = asked.sign(asked.nothing_new(questionnaire, at=now), at=now)
    answering.send_back(signed, why="A part is unclear.", by=secretary, at=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Questionnaire.objects.filter(pk=signed.pk).update(text="Another text.")
    asked.answer(again(signed), "pay", at=now, **pay())
    assert asked.sign(again(signed), at=now).facts.count() == 1


def test_an_old_sign_in_is_asked_to_prove_itself(page, questionnaire, now, time_machine):
    asked.nothing_new(questionnaire, at=now)
    where = f"{questionnaire.get_absolute_url()}sign/"
    time_machine.move_to(timezone.now() + FRESH + timedelta(seconds=5))
    shown = page.get(where)
    answer = page.post(where, {"digest": shown.context["digest"]})
    assert answer.url.startswith("/accounts/reauthenticate/?next=%2Fboard%2Fquestionnaires%2F")
    assert again(questionnaire).state == "sent"
    back = page.post(answer.url, {"password": PASSWORD})
    assert back.url == where
    page.post(where, {"digest": page.get(where).context["digest"]})
    assert again(questionnaire).state == "returned"


def test_another_text_is_not_signed(questionnaire, director, now):
    asked.nothing_new(questionnaire, at=now)
    digest = answering.digest_of(Answers(again(questionnaire), today=director.today).text())
    asked.answer(again(questionnaire), "pay", at=now, any="no", **{"pay-remark": "One thing more."})
    with pytest.raises(Refused) as refusal:
        answering.sign(again(questionnaire), digest=digest, by=director, at=now, method="password")
    assert refusal.value.code == "stale"
    assert again(questionnaire).state == "sent" and not Fact.objects.exists()


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_the_director_signs(who, cast, questionnaire, now):
    if who == "director":
        return
    asked.nothing_new(questionnaire, at=now)
    text = Answers(again(questionnaire), today=cast[who].today).text()
    with pytest.raises(Refused) as refusal:
        answering.sign(
            questionnaire,
            digest=answering.digest_of(text),
            by=cast[who],
            at=now,
            method="password",
        )
    assert refusal.value.code == "not_yours"


@pytest.mark.parametrize("part", [part.key for part in PARTS])
def test_a_part_that_is_open_keeps_one_from_signing(part, page, questionnaire, now):
    asked.nothing_new(questionnaire, at=now, but=(part,))
    where = f"{questionnaire.get_absolute_url()}sign/"
    assert "Some parts are not answered yet" in page.get(where).content.decode()
    page.post(where, {"digest": ""})
    assert again(questionnaire).state == "sent" and not Confirmation.objects.exists()


def test_a_refusal_on_the_way_writes_nothing(questionnaire, director, now, monkeypatch):
    asked.nothing_new(questionnaire, at=now, but=("pay",))
    asked.answer(again(questionnaire), "pay", at=now, **pay())

    def refuse(*args, **kwargs):
        raise Refused("Not today.")

    monkeypatch.setattr(answering, "questionnaire_returned", refuse)
    with pytest.raises(Refused, match="Not today"):
        asked.sign(again(questionnaire), at=now)
    assert again(questionnaire).state == "sent" and again(questionnaire).text == ""
    assert not Fact.objects.exists() and not Confirmation.objects.exists()
    assert not Entry.objects.filter(move="return").exists()


def everything(questionnaire, now):
    """Yes to everything, somebody of the family in each."""
    asked.nothing_new(questionnaire, at=now, but=[part.key for part in PARTS])
    said = {
        "employment": {"employment-1-since": "2020-01-01", "employment-1-last": "2023-05-31"},
        "family": {
            "relative-1-name": "Ann Invented",
            "relative-1-link": "spouse",
            "relative-1-shares_home": "on",
            "work-1-who": "named-1",
            "work-1-since": "2024-01-01",
        },
        "pay": {**pay(amount="60,000.00"), "pay-1-who": "named-1"},
        "organisations": {
            "position-1-who": "me",
            "position-1-organisation": "Invented Mill",
            "position-1-position": "executive_officer",
            "position-1-since": "2021-02-03",
            "payment-1-organisation": "invented mill",
            "payment-1-direction": "company",
            "payment-1-since": "2026-03-01",
            "payment-1-amount": "200000.01",
        },
        "interlocks": {
            "interlock-1-organisation": "Invented Mill",
            "interlock-1-officer": "Max Invented",
            "interlock-1-since": "2025-01-01",
        },
        "auditor": {
            "auditor-1-who": "named-1",
            "auditor-1-position": "employee",
            "auditor-1-since": "2020-01-01",
        },
        "stock": {
            "holding-1-percent": "10.25 %",
            "holding-1-since": "2020-01-01",
            "fee-1-who": "me",
            "fee-1-since": "2026-04-15",
            "fee-1-amount": "$1.00",
        },
        "commitments": {
            "commitments-time": "no",
            "commitment-1-organisation": "Invented Rail, Inc.",
            "commitment-1-role": "Director",
            "commitment-1-public_company": "on",
            "commitment-1-since": "2021-05-01",
        },
    }
    for part, typed in said.items():
        asked.answer(again(questionnaire), part, at=now, **{**typed, "any": "yes"})
    return again(questionnaire)


def test_every_answer_becomes_a_proposed_fact(questionnaire, director, now):
    signed = asked.sign(everything(questionnaire, now), at=now)
    told = signed.facts.order_by("kind", "since")
    assert set(told.values_list("state", flat=True)) == {"proposed"}
    assert sorted(told.values_list("kind", flat=True)) == sorted(
        ["employment", "employment", "receipt", "receipt"]
        + ["position", "payment", "interlock", "auditor", "holding"]
    )
    assert told.get(kind="holding").percent == Decimal("10.25")
    assert told.get(kind="employment", relative=None).until == date(2023, 6, 1)
    spouse = Relative.objects.get()
    assert {fact.kind for fact in told.filter(relative=spouse)} == {
        "employment",
        "receipt",
        "auditor",
    }
    assert Organisation.objects.get().name == "Invented Mill"
    assert Commitment.objects.get().public_company
    assert not Confirmation.objects.exists(), "they do not leave the time"
    for sentence in (
        "I was employed by the Company from 1 January 2020 to 31 May 2023.",
        "My spouse Ann Invented accepted $60,000.00 from the Company on 4 May 2026",
        "The Company paid invented mill $200,000.01 on 1 March 2026.",
        "I have held 10.25 percent of a voting class of the Company’s stock since 1 January 2020.",
        "My other engagements do not leave me the time that the Board needs.",
    ):
        assert sentence in signed.text


def test_signing_confirms_the_time_runs_the_tests_and_tells_who_reviews(
    questionnaire, cast, director, now
):
    asked.sign(asked.nothing_new(questionnaire, at=now), at=now)
    assert Confirmation.objects.get().person == director.person
    states = director.person.examinations.values_list("state", flat=True)
    assert set(states) == {"tested"}
    told = Notice.objects.filter(kind="questionnaire_returned").values_list("reader", flat=True)
    inside = ("secretary", "nominating_chair", "lead_director", "compensation_member")
    assert set(told) == {cast[name].pk for name in inside}


def test_a_value_is_stale_while_an_answer_waits(questionnaire, director, today, secretary, now):
    def value():
        rows = Directorship.objects.on(today).with_independence(today)
        return rows.get(person=director.person).independence

    assert value() == "yes"
    asked.nothing_new(questionnaire, at=now, but=("auditor",))
    typed = {
        "auditor-1-who": "me",
        "auditor-1-position": "partner",
        "auditor-1-since": "2026-01-01",
    }
    asked.answer(again(questionnaire), "auditor", at=now, any="yes", **typed)
    signed = asked.sign(again(questionnaire), at=now)
    assert value() == "stale"
    reporting.confirm_fact(signed.facts.get(), by=secretary, at=now)
    assert value() == "no"


def test_the_last_day_of_an_employment_is_looked_back_on_for_three_years(director, secretary, now):
    """Employment ended 2023-05-31: 2026-05-31 bars, 2026-06-01 passes (L-03, C3)."""
    told = {"employment-1-since": "2020-01-01", "employment-1-last": "2023-05-31"}
    signed = asked.signed(director.person, by=secretary, at=now, part="employment", **told)
    reporting.confirm_fact(signed.facts.get(), by=secretary, at=now)
    bar = Bar.objects.get()
    assert (bar.test, bar.until) == ("L-03", date(2026, 6, 1))


@given(last=st.dates(date(2015, 1, 1), date(2026, 11, 20)))
def test_the_last_day_told_is_the_last_day_looked_back_on(last):
    """Whichever day it was: three years later it still bars, and a day later not any more (C3)."""
    row = forms.EmploymentRow(
        {"e-since": "2010-01-01", "e-last": last.isoformat()}, prefix="e", today=date(2026, 11, 21)
    )
    assert not row.lacks
    fact = Fact(kind="employment", **row.particulars())
    from governance.board import bars, brightline

    (finding,) = bars.findings_of([fact], [], [])
    assert finding.test == "L-03" and finding.outcome == brightline.Outcome.BAR
    assert finding.holds_on(years_after(last, 3))
    assert not finding.holds_on(years_after(last, 3) + timedelta(days=2))


# --- Reviewing ---------------------------------------------------------------------------------


@pytest.fixture
def signed(director, secretary, now):
    told = {"employment-1-since": "2020-01-01", "employment-1-last": "2025-01-31"}
    return asked.signed(director.person, by=secretary, at=now, part="employment", **told)


def reviewing(client, user, questionnaire, **posted):
    client.force_login(user)
    where = f"{questionnaire.get_absolute_url()}review/"
    return client.post(where, posted) if posted else client.get(where)


def test_the_effect_is_shown_before_anything_is_confirmed(client, secretary, signed):
    shown = reviewing(client, secretary, signed).content.decode()
    assert "Employment would rule independence out until 1 February 2028 (L-03)." in shown
    assert "Nothing like it was on record." in shown
    assert not Bar.objects.exists()


def test_an_end_would_let_a_bar_run_out(director, secretary, now, today):
    fact = asked.known(
        director.person, by=secretary, at=now, kind="employment", since=date(2019, 1, 1)
    )
    told = reporting.propose_amendment(fact, until=date(2026, 11, 1), by=director, at=now)
    effect = weighing(director.person, today).effect([told])
    assert effect == [
        "Employment would rule independence out until 1 November 2029 (L-03).",
        "Employment would no longer rule independence out (L-03).",
    ]


def test_the_secretary_settles_and_closes(client, secretary, signed):
    fact = signed.facts.get()
    assert reviewing(client, secretary, signed, act="review").status_code == 200
    assert again(signed).state == "returned"
    assert reviewing(client, secretary, signed, act="confirm", fact=fact.pk).status_code == 302
    assert Fact.objects.get().state == "confirmed"
    reviewing(client, secretary, signed, act="review")
    assert again(signed).state == "reviewed"


def test_setting_aside_asks_why(client, secretary, signed):
    fact = signed.facts.get()
    shown = reviewing(client, secretary, signed, act="set_aside", fact=fact.pk, why=" ")
    assert "Say why the fact is set aside" in shown.content.decode()
    reviewing(client, secretary, signed, act="set_aside", fact=fact.pk, why="It was his cousin.")
    assert Fact.objects.get().why == "It was his cousin."


def test_sent_back_the_director_answers_anew(client, secretary, director, signed, now):
    shown = reviewing(client, secretary, signed, act="send_back")
    assert "what is to be answered anew" in shown.content.decode()
    reviewing(client, secretary, signed, act="send_back", why="Which subsidiary?")
    assert again(signed).state == "sent"
    assert Fact.objects.get().state == "set_aside"
    assert "Not signed yet" in reviewing(client, secretary, signed).content.decode()
    asked.sign(again(signed), at=now)
    assert sorted(Fact.objects.values_list("state", flat=True)) == ["proposed", "set_aside"]


def test_what_was_confirmed_is_not_told_twice(client, secretary, signed, now, today):
    fact = signed.facts.get()
    reporting.confirm_fact(fact, by=secretary, at=now)
    answering.send_back(signed, why="One thing more.", by=secretary, at=now)
    key = f"known-{fact.pk}-answer"
    typed = {**again(signed).answers["employment"], key: "still"}
    answering.save_answers(
        again(signed), part="employment", typed=typed, by=signed.person.user, at=now
    )
    asked.sign(again(signed), at=now)
    assert Fact.objects.get().state == "confirmed"


SETTLES = {
    **dict.fromkeys(EVERYBODY, 404),
    "secretary": 302,
    "director": 403,
    **dict.fromkeys(("nominating_chair", "lead_director", "compensation_member"), 403),
}


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_settles_what_was_told(who, cast, client, signed):
    fact = signed.facts.get()
    for act in ("confirm", "set_aside", "send_back"):
        if (who, act) == ("secretary", "confirm"):
            continue
        answer = reviewing(client, cast[who], signed, act=act, fact=fact.pk, why="Invented.")
        if who == "secretary":
            assert answer.status_code in (200, 302)
        else:
            assert answer.status_code == SETTLES[who]
    if who != "secretary":
        assert Fact.objects.get().state == "proposed"


def test_invited_counsel_settles_for_as_long_as_invited(cast, client, signed, today):
    counsel = cast["general_counsel"]
    assert counsel.offices_today == {Office.GENERAL_COUNSEL}
    assert reviewing(client, counsel, signed).status_code == 404
    invitation = reporting.invite_counsel(counsel.person, by=cast["nominating_chair"], on=today)
    counsel.refresh_from_db()
    assert "Confirm" in reviewing(client, counsel, signed).content.decode()
    invitation.since = today - timedelta(days=3)
    invitation.until = today
    invitation.save()
    assert reviewing(client, counsel, signed).status_code == 404


def test_a_fact_of_another_director_is_not_settled_here(cast, client, secretary, signed, now):
    other = reporting.propose_fact(
        person=cast["chair"].person, kind="employment", since=date(2025, 1, 1), by=secretary, at=now
    )
    answer = reviewing(client, secretary, signed, act="confirm", fact=other.pk)
    assert answer.status_code == 404


def test_nobody_reads_a_draft_but_its_director(cast, client, questionnaire, now):
    asked.answer(questionnaire, "pay", at=now, any="no", **{"pay-remark": "kestrel"})
    for who in ("secretary", "nominating_chair"):
        client.force_login(cast[who])
        for path in ("", "review/", "?part=pay"):
            answer = client.get(f"{questionnaire.get_absolute_url()}{path}")
            assert "Not signed yet" in answer.content.decode()
            assert "kestrel" not in answer.content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '') FROM board_questionnaireevent t")
        assert "kestrel" not in cursor.fetchone()[0]


# --- Change, engagements, Today ----------------------------------------------------------------


def test_a_director_reports_a_change(client, director, today):
    client.force_login(director)
    shown = client.post("/board/report-a-change/", {"text": "  "})
    assert "Say in a sentence what has changed." in shown.content.decode()
    client.post("/board/report-a-change/", {"text": "A new position."})
    assert director.person.change_reports.get().text == "A new position."
    rows = Directorship.objects.on(today).with_independence(today)
    assert rows.get(person=director.person).independence == "stale"


def test_today_asks_the_director_and_then_the_secretary(client, cast, questionnaire, now):
    def needs(who):
        client.force_login(cast[who])
        return [need["title"] for need in client.get("/").context["needs"]]

    asks, reviews = "Answer the yearly questions", "Review the answers of one director"
    assert asks in needs("director") and asks not in needs("secretary")
    asked.sign(asked.nothing_new(questionnaire, at=now), at=now)
    assert needs("director") == [] and reviews in needs("secretary")
    assert needs("nominating_chair") == [] and needs("assistant_secretary") == []


def cost(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as asked_of_it:
        assert client.get(path).status_code == 200
    return len(asked_of_it)


def test_more_answers_cost_no_more_queries(client, director, secretary, now):
    doing = {"by": secretary, "at": now}

    def add(number):
        foundry = asked.organisation(f"Invented Foundry {number}", **doing)
        asked.known(
            director.person,
            kind="position",
            since=date(2022, 3, number),
            organisation=foundry,
            position="director",
            **doing,
        )

    add(1)
    questionnaire = asked.sent(director.person, **doing)
    client.force_login(director)
    paths = ["", "?part=organisations", "sign/"]
    before = [cost(client, f"{questionnaire.get_absolute_url()}{path}") for path in paths]
    for number in range(2, 6):
        add(number)
    after = [cost(client, f"{questionnaire.get_absolute_url()}{path}") for path in paths]
    assert after == before and max(after) <= 14


def test_more_to_review_costs_no_more_queries(client, director, secretary, now):
    questionnaire = asked.sent(director.person, by=secretary, at=now)
    asked.nothing_new(questionnaire, at=now, but=("pay",))
    asked.answer(again(questionnaire), "pay", at=now, **pay())
    signed = asked.sign(again(questionnaire), at=now)
    client.force_login(secretary)
    before = cost(client, f"{signed.get_absolute_url()}review/")
    for day in range(1, 6):
        reporting.propose_fact(
            person=director.person,
            kind="receipt",
            since=date(2026, 1, day),
            amount=Decimal(day),
            purpose="other",
            questionnaire=signed,
            by=director,
            at=now,
        )
    assert cost(client, f"{signed.get_absolute_url()}review/") == before <= 20


def test_a_second_round_starts_from_what_was_confirmed(signed, director, secretary, now):
    reporting.confirm_fact(signed.facts.get(), by=secretary, at=now)
    later = now + timedelta(days=40)
    cycle = examining.open_cycle(by=secretary, at=later, people=[director.person])
    questionnaire = cycle.questionnaires.get()
    answers = Answers(questionnaire, today=later.date())
    assert [form.says for form in answers.of("employment").known] == [
        "I was employed by the Company from 1 January 2020 to 31 January 2025."
    ]
    assert questionnaire.answers == {}
