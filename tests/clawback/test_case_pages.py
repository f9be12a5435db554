"""The pages of a case: a page that was overtaken, the same thing sent twice, a name too many."""

import pytest
from django.test import Client

from clawback.models import Case, Evidence
from clawback.opening import invite
from tests.factories import clawback as factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def chair(cast):
    client = Client()
    client.force_login(cast["compensation_chair"])
    return client


@pytest.fixture
def case(cast, now):
    return factory.before_committee(cast, at=now)


def test_a_page_that_was_overtaken_leads_back_to_the_case(case, chair):
    answer = chair.get(f"{case.get_absolute_url()}do/present/", follow=True)
    assert answer.redirect_chain == [(case.get_absolute_url(), 302)]
    assert "is not open now" in answer.content.decode()
    again = chair.post(f"{case.get_absolute_url()}do/present/")
    assert "Nothing was changed" in again.content.decode()


def test_the_same_evidence_is_attached_once(case, chair):
    told = {"condition": "1", "person": "", "text": "An invented annual report, restated."}
    address = f"{case.get_absolute_url()}evidence/attach/"
    assert chair.post(address, told).status_code == 302
    before = Evidence.objects.count()
    page = chair.post(address, told).content.decode()
    assert "This is attached already." in page and Evidence.objects.count() == before


def test_only_a_subject_is_a_named_officer(cast, now, chair):
    restatement = factory.restatement(by=cast["secretary"], at=now)
    officers = [cast[one].person for one in ("chief_financial_officer", "chief_executive")]
    told = {"subjects": [officers[0].pk], "named": [officers[1].pk], "matter": "Invented."}
    address = f"/clawback/restatements/{restatement.pk}/open-case/"
    page = chair.post(address, told).content.decode()
    assert f"Tick {officers[1].name} as a subject as well" in page and "Invented." in page
    assert not Case.objects.exists()


def test_an_award_entered_later_waits_to_be_looked_for(case, cast, now, chair):
    officer = cast["chief_financial_officer"].person
    factory.bonus(officer, year=now.year - 2, name="An invented later bonus")
    page = chair.get(case.get_absolute_url()).content.decode()
    assert "An invented later bonus" in page
    assert "entered since awards were looked for" in page


def test_the_same_note_of_counsel_is_given_once(case, cast, now):
    counsel = Client()
    counsel.force_login(cast["general_counsel"])
    told = {"capacity": "counsel", "by": cast["compensation_chair"], "at": now}
    invite(case, cast["general_counsel"].person, **told)
    address = f"{case.get_absolute_url()}advise/"
    told = {"question": "version", "person": "", "ruling": "", "text": "An invented note."}
    assert counsel.post(address, told).status_code == 302
    assert "The Committee has this note already." in counsel.post(address, told).content.decode()


def test_whoever_knows_of_the_case_finds_the_way_to_the_inputs_and_back(case, chair):
    line = case.lines.get()
    page = f"{case.get_absolute_url()}people/{line.award.person_id}/"
    inputs = f"/clawback/inputs/{line.pk}/"
    assert f'href="{inputs}"' in chair.get(page).content.decode()
    assert f'href="{page}"' in chair.get(inputs).content.decode()
