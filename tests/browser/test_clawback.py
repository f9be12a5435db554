"""A case from the restatement to the last repayment: chair, members, counsel, a walled officer."""

import re

import pytest
from playwright.sync_api import expect

from clawback.models import Account, Case, Line, Resolution
from tests.browser.pages import SOON, follow, leaving, look, press
from tests.factories import clawback as factory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def told(cast, now):
    """The policies, an award, and a restatement that is recorded."""
    factory.policies()
    factory.bonus(cast["chief_financial_officer"].person, year=now.year - 2, unpaid="50000.00")
    return factory.restatement(by=cast["secretary"], at=now)


def vote(page, resolution):
    page.goto(resolution.get_absolute_url())
    press(page, "For")
    press(page, "Record my vote: for")
    expect(page).to_have_url(re.compile("/ballots/"), timeout=SOON)


def resolved(chair, pages, fill, verb="Put it to the Committee"):
    """Put what is filled in, open the vote for a written consent, and have every member sign."""
    fill(chair)
    press(chair, verb)
    expect(chair).to_have_url(re.compile("/resolutions/"), timeout=SOON)
    follow(chair, "Open the vote")
    press(chair, "Open the vote")
    resolution = Resolution.objects.get(state="voting")
    for page in pages:
        vote(page, resolution)
    resolution.refresh_from_db()
    assert resolution.state == "carried"


def test_from_a_restatement_to_the_last_repayment(visit, told, cast):
    officer = cast["chief_financial_officer"].person
    chair = visit("compensation_chair", "desk")
    members = [chair, visit("compensation_member", "tablet"), visit("audit_member", "phone")]
    subject = visit("chief_financial_officer", "desk")

    # The restatement asks the chair; the subject is walled, and then the case opens.
    chair.get_by_role("link", name="Open a case").first.click()
    chair.get_by_role("checkbox", name=officer.name).first.check()
    chair.locator("[name=matter]").fill("Revenue was booked before delivery.")
    look(chair, "clawback-open")
    press(chair, "Wall the subjects and open the case")
    case = Case.objects.get()
    home = case.get_absolute_url()
    assert subject.goto(home).status == 404
    subject.goto("/")
    assert "lawback" not in subject.content()

    # Counsel is let in; awards are found, worked out, and laid before the Committee.
    chair.goto(f"{home}invite/")
    chair.locator("[name=person]").select_option(str(cast["general_counsel"].person_id))
    chair.locator("[name=capacity]").select_option("counsel")
    press(chair, "Let them in")
    for words in ("Find participants and awards", "Calculate", "Lay it before the Committee"):
        chair.goto(home)
        follow(chair, words)
        press(chair, words)
    look(chair, "clawback-case")
    page = f"{home}people/{officer.pk}/"
    chair.goto(page)
    assert "310,000.00" in chair.content()
    look(chair, "clawback-participant")
    members[2].goto(page)
    look(members[2], "clawback-participant")

    def to(words):
        def fill(chair):
            chair.goto(page)
            with leaving(chair):
                chair.get_by_role("link", name=words).last.click()

        return fill

    def finding(chair):
        to("Record a finding")(chair)
        chair.get_by_label("Gross negligence", exact=True).check()
        chair.get_by_label("Partly caused it").check()
        chair.locator("[name=reason]").fill("Shipping papers were not asked for.")
        look(chair, "clawback-finding")

    def repay(chair):
        to("Should repay?")(chair)
        chair.get_by_label("should repay", exact=True).check()

    resolved(chair, members, finding)
    resolved(chair, members, repay)
    resolved(chair, members, to("Record determination"))
    look(chair, "clawback-receipt")

    # Counsel says how far the law goes; then it is demanded, cancelled, and repaid.
    counsel = visit("general_counsel", "tablet")
    counsel.goto(f"{home}advise/")
    counsel.locator("[name=question]").select_option("law")
    counsel.locator("[name=ruling]").select_option("permitted")
    counsel.locator("[name=jurisdiction]").fill("California")
    counsel.locator("[name=text]").fill("Nothing stands against it.")
    press(counsel, "Give it to the Committee")
    chair.goto(f"{page}demand/")
    look(chair, "clawback-demand")
    with leaving(chair):
        chair.locator("form[method=post] button[type=submit]").last.click()
    subject.goto("/")
    with leaving(subject):
        subject.get_by_role("link", name="Read it").first.click()
    assert "310,000.00" in subject.content() and "Shipping papers" not in subject.content()
    look(subject, "clawback-served")
    account = Account.objects.get(line__case=case)
    for name, amount in (("cancel", "50000.00"), ("repay", "260000.00")):
        chair.goto(f"/clawback/accounts/{account.pk}/{name}/")
        chair.locator("[name=amount]").fill(amount)
        with leaving(chair):
            chair.locator("form[method=post] button[type=submit]").last.click()
    chair.goto(f"{page}ledger/")
    look(chair, "clawback-ledger")
    assert Line.objects.get(case=case).state == "recovered"
    account.refresh_from_db()
    assert account.outstanding == 0
