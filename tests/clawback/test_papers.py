"""The documents of a case: what they say, whose they are, and the fingerprint of their text."""

from decimal import Decimal
from hashlib import sha256

import pypdfium2
import pytest
from django.test import Client

from clawback import instalments, papers, recovering
from clawback.models import CaseReading, Evidence, Resolution
from clawback.plots import curves_of
from tests.factories import clawback
from tests.factories import clawback_rows as rows
from tests.factories.cast import EVERYBODY, SEATS

pytestmark = pytest.mark.django_db

CIRCLE = {*SEATS["compensation"], "lead_director"}
OFFICER = "chief_financial_officer"


@pytest.fixture
def served(cast, now):
    return rows.served(cast, now)


def text_of(content):
    """Every word of a document, in one line."""
    pages = pypdfium2.PdfDocument(content)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())


def get(cast, name, address):
    client = Client()
    client.force_login(cast[name])
    return client.get(address)


def addresses(served):
    person = f"/clawback/{served.case.pk}/people/{served.person.pk}"
    return {
        "memorandum": f"/clawback/{served.case.pk}/memorandum/",
        "determination": f"/clawback/resolutions/{served.resolution.pk}/determination/",
        "demand": f"/clawback/served/{served.demand.pk}/paper/",
        "statement": f"{person}/statement/",
        "letter": f"/clawback/served/{served.demand.pk}/",
        "ledger": f"{person}/ledger/",
    }


@pytest.mark.parametrize("name", EVERYBODY)
def test_whose_the_documents_are(name, served, cast):
    """The circle's; the letter is its reader's too. Nobody else learns that there is any."""
    for paper, address in addresses(served).items():
        own = name == OFFICER and paper in ("demand", "letter")
        expected = 200 if name in CIRCLE or own else 404
        assert get(cast, name, address).status_code == expected, paper


def test_the_memorandum_has_conditions_figures_working_and_the_curve(served, cast):
    evidence = Evidence.objects.create(
        case=served.case, condition=1, given_by=cast["compensation_chair"], at=rows.FOUND
    )
    evidence.write_sealed(text="Restated annual report.")
    answer = get(cast, "compensation_chair", addresses(served)["memorandum"])
    assert answer["Content-Type"] == "application/pdf"
    told = text_of(answer.content)
    for words in (
        "Restatement of 2024",
        "An invented matter.",
        "Financial statements materially restated",
        "Restated annual report.",
        "No evidence is attached.",
        "$500,000.00",
        "$380,000.00",
        "$120,000.00",
        "It reaches this award.",
        "Fault-based policy",
        "cancel unpaid: the lesser of 120,000 and 50,000 = 50,000.00",
        "as reported 100%",
        "as restated 76%",
        "Sheet",
    ):
        assert words in told, words
    steps = served.line.latest.read_sealed("sheet")
    assert "excess: max(0, 500000 - 380000) = 120000.00" in steps
    assert "excess: the greater of 0 and 500,000 − 380,000 = 120,000.00" in told
    assert "CANARY-of-counsel" not in told
    assert "Text " in told


def test_the_memorandum_of_a_case_that_went_its_whole_way(cast, now):
    """Drawn from the room's own sheet, with what each of the four conditions is of each award."""
    case = clawback.before_committee(cast, at=now)
    told = text_of(get(cast, "compensation_chair", f"/clawback/{case.pk}/memorandum/").content)
    for words in ("as reported", "as restated", "Fault-based policy", "Mandatory rule", "excess:"):
        assert words in told, words
    assert "1. Financial statements materially restated: holds. Restated:" in told
    assert "4. Gross negligence, intentional misconduct or fraud, and repayment: open." in told
    assert "not calculated" not in told


def test_the_memorandum_is_the_committees_and_counsels(served, cast, now):
    """Whoever else was let in to the case reads the case, and not the memorandum."""
    for name, capacity in (("general_counsel", "counsel"), ("secretary", "secretary")):
        served.case.admissions.create(
            person=cast[name].person,
            capacity=capacity,
            since=now.date(),
            invited_by=cast["compensation_chair"],
            at=now,
        )
    for name, expected in (("general_counsel", 200), ("secretary", 404)):
        found = addresses(served)
        assert get(cast, name, found["memorandum"]).status_code == expected
        assert get(cast, name, found["ledger"]).status_code == 200


def test_a_determination_has_its_exact_words_and_votes(served, cast):
    told = text_of(get(cast, "lead_director", addresses(served)["determination"]).content)
    assert rows.WORDS in told
    assert "By unanimous consent" in told
    assert "2024 annual bonus" in told and "$120,000.00" in told
    assert served.resolution.digest == sha256(rows.WORDS.encode()).hexdigest()
    assert f"Text {served.resolution.digest}" in told


def test_votes_in_words():
    counted = Resolution(
        votes_for=3, votes_against=1, votes_abstain=0, present=4, serving=5, quorum=3
    )
    assert papers.votes_in_words(counted) == (
        "Three for, one against, none abstaining; four of five members present, a quorum being "
        "three."
    )


def test_the_letter_is_printed_to_the_word(served, cast):
    told = text_of(get(cast, OFFICER, addresses(served)["demand"]).content)
    assert " ".join(served.demand.text.split()) in told
    assert f"Text {sha256(served.demand.text.encode()).hexdigest()}" in told


def test_the_statement_has_sums_entries_and_instalments(served, cast, now):
    chair = cast["compensation_chair"]
    parts = [(now.date(), Decimal("10000.00")), (now.date().replace(year=2099), Decimal("1e5"))]
    instalments.plan_instalments(served.line, parts, by=chair, at=now)
    told = text_of(get(cast, "compensation_member", addresses(served)["statement"]).content)
    for words in (
        "Statement of account: Chief Financial Officer",
        "Outstanding $110,000.00",
        "By an invented wire",
        "Repaid",
        "$100,000.00",
    ):
        assert words in told, words


def test_whoever_was_served_reads_the_letter_and_their_balance_alone(served, cast, now):
    client = Client()
    client.force_login(cast[OFFICER])
    page = client.get(served.demand.get_absolute_url()).content.decode()
    assert "$110,000.00" in page and "sought $120,000.00" in page
    assert "invented wire" not in page and str(served.case.pk) not in page
    for secret in ("CANARY", "invented matter", "invented reason", "compensation_chair"):
        assert secret not in page
    assert not CaseReading.objects.exists()
    get(cast, "compensation_chair", served.demand.get_absolute_url())
    assert CaseReading.objects.filter(reader=cast["compensation_chair"]).count() == 1


def test_the_letter_is_in_sight_before_it_is_served(served, cast, now):
    chair = cast["compensation_chair"]
    later = rows.line(served.case, rows.award(served.person, "2023 annual bonus"))
    rows.calculation(later, chair)
    rows.determination(later, "50000.00", chair)
    recovering.set_due(later, Decimal(50000), unpaid=Decimal(0), by=chair, at=now)
    address = f"/clawback/{served.case.pk}/people/{served.person.pk}/demand/"
    page = get(cast, "compensation_chair", address).content.decode()
    assert "2023 annual bonus" in page and "In all, $50,000.00 is demanded." in page
    client = Client()
    client.force_login(chair)
    client.post(address)
    assert served.case.demands.count() == 2
    page = client.get(address).content.decode()
    assert "is demanded" not in page
    assert "has been demanded" in client.post(address).content.decode()


def test_what_is_not_demanded_yet_is_not_in_the_balance(served, cast, now):
    chair = cast["compensation_chair"]
    later = rows.line(served.case, rows.award(served.person, "2023 annual bonus"))
    rows.calculation(later, chair)
    rows.determination(later, "50000.00", chair)
    recovering.set_due(later, Decimal(50000), unpaid=Decimal(0), by=chair, at=now)
    page = get(cast, OFFICER, served.demand.get_absolute_url()).content.decode()
    assert "2023 annual bonus" not in page and "160,000.00" not in page


def test_a_former_officer_with_an_account_reads_it_too(served, cast, now):
    cast[OFFICER].person.appointments.update(until=now.date().replace(year=now.year - 1))
    assert get(cast, OFFICER, served.demand.get_absolute_url()).status_code == 200
    cast[OFFICER].is_active = False
    cast[OFFICER].save()
    assert get(cast, OFFICER, served.demand.get_absolute_url()).status_code == 302


@pytest.mark.parametrize(
    "shape, said", [("linear", "as restated 75%"), ("step", "as restated 50%")]
)
def test_a_curve_is_drawn_as_the_plan_pays(shape, said):
    metric = {
        "key": "revenue",
        "curve": [["80", "50"], ["100", "100"], ["120", "200"]],
        "shape": shape,
        "reported": "112",
        "restated": "90",
    }
    (drawn,) = curves_of({"curves": [metric]})
    assert said in [mark["says"] for mark in drawn["marks"]]
    assert drawn["levels"][-1] == [1000, "200%"]
    (below,) = curves_of({"curves": [metric | {"reported": "70"}]})
    assert below["marks"][0]["says"] == "as reported 0%"
    assert curves_of({}) == []
    # Nothing to show on it: a rank among peers has no value of its own.
    assert curves_of({"curves": [{"key": "tsr", "curve": metric["curve"]}]}) == []
