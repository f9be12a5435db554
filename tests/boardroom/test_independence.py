"""What pages say of independence: the result to the Board, its reasons and days to the few."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from boardroom.independence import said_count
from governance.board import examining
from governance.board.majority import said_part
from governance.board.models import Examination, Questionnaire
from governance.board.reporting import enter_fact, invite_counsel, report_change
from governance.committees.models import Committee, Kind
from governance.meetings.operations import add_item
from governance.records.models import FiscalYear
from tests.factories import questionnaires
from tests.factories.board import AnnualMeetingFactory, DeterminationFactory
from tests.factories.cast import DIRECTORS, SEATS
from tests.factories.committees import CommitteeFactory, SeatFactory
from tests.factories.meetings import noticed
from tests.factories.people import AppointmentFactory
from tests.factories.records import ActFactory

pytestmark = pytest.mark.django_db
WORKBENCH, RESOLUTION = "/board/independence/", "/board/independence/resolution/"
# On the Compensation Committee, and neither in the Secretary's office nor on the nominating one.
ABOUT = "compensation_chair"
OUTSIDE = ("chief_executive", "director", "audit_member", "assistant_secretary")
FEW = (ABOUT, "secretary", *SEATS[Kind.NOMINATING])


@pytest.fixture
def today(company):
    return timezone.localdate(timezone=company.zone)


@pytest.fixture
def secretary(cast, client):
    client.force_login(cast["secretary"])
    return cast["secretary"]


def said(day):
    return f"{day.day} {day:%B %Y}"


def pages_of(user):
    committee = Committee.objects.get(kind=Kind.COMPENSATION)
    return (
        "/board/",
        "/committees/",
        reverse("board:director", args=[user.person_id]),
        reverse("committees:committee", args=[committee.pk]),
    )


def read(client, path, **question):
    answer = client.get(path, question)
    assert answer.status_code == 200
    return answer.content.decode()


def paid(about, by, now, **told):
    """A fee beyond Board pay: it bars the audit committee's standard alone (L-18)."""
    told = {"since": now.date() - timedelta(days=20), **told}
    return enter_fact(
        person=about.person,
        kind="receipt",
        amount=Decimal("500.00"),
        purpose="other",
        by=by,
        at=now,
        **told,
    )


def employed(about, by, now, since, until):
    return enter_fact(
        person=about.person, kind="employment", since=since, until=until, by=by, at=now
    )


# --- The result is the Board's, why is the few's -------------------------------------------------


@pytest.mark.parametrize("who", (*OUTSIDE, *FEW))
def test_the_day_of_a_report_is_for_the_few(who, cast, client, now, today):
    reported = now - timedelta(days=40)
    report_change(person=cast[ABOUT].person, text="Invented.", by=cast["secretary"], at=reported)
    client.force_login(cast[who])
    told = {path: read(client, path) for path in pages_of(cast[ABOUT])}
    director, committee = list(told.values())[2:]
    for page in (director, committee):
        assert "ndependent, to be determined again" in page, "the result is the Board's"
        assert (said(reported.date()) in page) is (who in FEW)
    for page in told.values():
        assert ("eported" in page) is (who in FEW and page in (director, committee))


@pytest.mark.parametrize("who", (*OUTSIDE, *FEW))
def test_why_a_director_is_not_independent_is_for_the_few(who, cast, client, now, today):
    """P-14: a fee bars the audit committee's standard alone."""
    about = cast["audit_chair"]
    fact = paid(about, cast["secretary"], now)
    client.force_login(cast[who])
    page = read(client, reverse("board:director", args=[about.person_id]))
    assert "Not independent, last determined" in page
    knows = who in FEW and who != ABOUT
    assert ("L-18" in page, said(fact.since) in page, "$500.00" in page) == (knows, knows, knows)


def test_an_office_is_known_to_everybody_with_its_days(cast, client):
    client.force_login(cast["director"])
    page = read(client, reverse("board:director", args=[cast["chief_executive"].person_id]))
    assert "Not independent." in page and "an office of the Company, since" in page


def test_yes_and_stale_are_said_apart_and_everywhere_alike(cast, client, now):
    report_change(person=cast[ABOUT].person, text="Invented.", by=cast[ABOUT], at=now)
    client.force_login(cast["nominating_chair"])
    board, bench = client.get("/board/").context, client.get(WORKBENCH).context
    assert board["heading"] == "Nine directors, six independent, one to be determined again"
    assert bench["heading"] == "Six independent, one to be determined again"
    check = next(one for one in board["checks"] if one["provision"] == "G-IND-01")
    assert check["says"].startswith("Six of nine directors are independent")


# --- A past day -----------------------------------------------------------------------------------


def test_a_past_day_knows_nothing_of_what_came_after_it(cast, client, secretary, now):
    about = cast["director"]
    employed(about, secretary, now, date(2001, 1, 1), date(2020, 5, 1))
    AppointmentFactory(
        person=cast["audit_member"].person,
        office="chief_financial_officer",
        since=date(2002, 1, 1),
        until=date(2019, 3, 1),
    )
    past = "2004-06-01"
    for name in ("director", "audit_member"):
        cast[name].person.directorships.update(since=date(2000, 1, 1))
    page = read(client, WORKBENCH, on=past, director=about.person_id, test="L-03")
    assert "It has no end yet." in page
    for told in (page, read(client, "/board/", on=past)):
        assert "look-back ends" not in told.lower() and "2023" not in told and "2022" not in told
    shown = read(client, reverse("board:director", args=[about.person_id]), on=past)
    assert "2020" not in shown and "2023" not in shown


def test_a_questionnaire_is_unanswered_on_the_days_on_which_it_was(cast, client, secretary, now):
    about = cast["director"]
    asked = now - timedelta(days=10)
    questionnaire = questionnaires.sent(about.person, by=secretary, at=asked)
    questionnaires.nothing_new(questionnaire, at=now)
    questionnaires.sign(Questionnaire.objects.get(pk=questionnaire.pk), at=now)

    def unanswered(days):
        day = timezone.localdate(now) - timedelta(days=days)
        context = client.get(WORKBENCH, {"on": str(day), "director": about.person_id}).context
        return context["opened"]["unanswered"]

    assert [unanswered(days) for days in (11, 9, 1, 0)] == [False, True, True, False]


# --- The resolution -------------------------------------------------------------------------------


def resolution(client):
    context = client.get(RESOLUTION).context
    named = {one["name"]: one["standards"] for one in context["independent"]}
    others = {one["name"]: one["standards"] for one in context["others"]}
    return context, named, others


def test_a_fee_bars_one_standard_and_leaves_the_others(cast, client, secretary, now):
    paid(cast["audit_chair"], secretary, now)
    _, named, others = resolution(client)
    assert named["Audit Chair"] == ["general"]
    assert others["Audit Chair"] == ["audit committee"]
    assert others["Chief Executive"] == ["general"]
    assert named["Lead Director"] == ["general", "audit committee"]


def test_whom_the_board_found_otherwise_is_not_drafted_silently(cast, client, secretary):
    person = cast["director"].person
    on = date(2025, 3, 1)
    DeterminationFactory(person=person, independent=False, determined_on=on)
    context, named, others = resolution(client)
    assert "Director Example" not in named and "Director Example" not in others
    (row,) = [one for one in context["before"] if one.name == "Director Example"]
    assert "to be weighed" in row.before[0] and said(on) in row.before[0]


def test_what_is_open_is_settled_before_it_is_put(cast, client, secretary, now):
    report_change(person=cast["director"].person, text="Invented.", by=cast["director"], at=now)
    questionnaires.sent(cast["audit_member"].person, by=secretary, at=now)
    context, named, _ = resolution(client)
    before = {one.name: one.before for one in context["before"]}
    assert "A change was reported" in before["Director Example"][0]
    assert before["Audit Member"] == ["The yearly questions have not been answered yet."]
    assert not {"Director Example", "Audit Member"} & set(named)


def test_it_recites_only_what_has_happened(cast, client, secretary, now):
    text = " ".join(resolution(client)[0]["recitals"])
    assert "answered" not in text and "recommended" not in text
    for name in DIRECTORS:
        assert "answered" not in " ".join(resolution(client)[0]["recitals"])
        answers = questionnaires.signed(cast[name].person, by=secretary, at=now)
        examining.review_questionnaire(answers, by=secretary, at=now)
    text = " ".join(resolution(client)[0]["recitals"])
    assert "each director has answered" in text and "recommended" not in text
    recommend(["director", "audit_member"], cast, secretary, now)
    text = " ".join(resolution(client)[0]["recitals"])
    assert "has recommended so to determine of Director Example and Audit Member" in text


def recommend(names, cast, secretary, now):
    """Counsel reviews what is known of these, and the committee recommends them by an act."""
    day = timezone.localdate(now)
    counsel = cast["general_counsel"]
    invite_counsel(counsel.person, by=cast["nominating_chair"], on=day)
    committee = Committee.objects.get(kind=Kind.NOMINATING)
    act = ActFactory(day=day, committee=committee.pk)
    for row in Examination.objects.filter(person__in=[cast[name].person for name in names]):
        examining.note_counsels_review(row, note="Nothing found.", by=counsel, at=now)
        examining.recommend(
            row, independent=True, act=act, committee=committee.pk, by=secretary, at=now
        )


# --- If somebody were not independent ------------------------------------------------------------


def imagined(client, about):
    return client.get(WORKBENCH, {"director": about.person_id}).context["imagined"]["says"]


def test_what_would_follow_is_told_in_numbers_and_with_the_clock(
    cast, client, secretary, now, today
):
    """L-20 A ends with the annual meeting, L-24 not before 180 days are over."""
    annual = today + timedelta(days=100)
    AnnualMeetingFactory(year=annual.year, day=annual, held=False)
    report_change(person=cast["audit_chair"].person, text="Invented.", by=secretary, at=now)
    board, audit, compensation = imagined(client, cast["audit_member"])
    stale = ", and one to be determined again"
    assert board == (f"5 of 9 directors would be independent{stale}: still a majority.")
    assert audit == (
        f"The Audit Committee would have 1 of 3 independent members{stale}. If "
        "it was beyond the director’s reasonable control, the cure period would end on "
        f"{said(annual)}."
    )
    assert compensation.endswith(f"would end on {said(today + timedelta(days=180))}.")


def test_a_report_changes_nothing_for_whom_the_rules_bar(cast, client, secretary, now):
    """C7: no comes before stale, so the table does not depend on who reported what."""
    report_change(person=cast["chair"].person, text="Invented.", by=secretary, at=now)
    report_change(person=cast["director"].person, text="Invented.", by=secretary, at=now)
    page = client.get(WORKBENCH).content.decode()
    rows = {name: page[page.index(cast[name].person.name) :] for name in ("chair", "director")}
    assert "Change reported" not in rows["chair"][:2000].split("</tr>")[0]
    assert "Change reported" in rows["director"].split("</tr>")[0]


def test_a_lost_majority_would_have_its_clock(cast, client, secretary, today):
    for name in ("director", "nominating_chair"):
        DeterminationFactory(
            person=cast[name].person, independent=False, determined_on=date(2025, 3, 1)
        )
    (board, *_) = imagined(client, cast["lead_director"])
    assert board.startswith("4 of 9 directors would be independent: no majority. If it was beyond")
    assert board.endswith(", or sooner, once the annual meeting is set.")


def test_every_no_on_the_workbench_has_its_day_and_why(cast, client, secretary, now):
    employed(cast["director"], secretary, now, date(2024, 1, 1), date(2026, 1, 1))
    DeterminationFactory(
        person=cast["audit_member"].person, independent=False, determined_on=date(2025, 3, 1)
    )
    rows = {row["name"]: row for row in client.get(WORKBENCH).context["rows"]}
    assert (
        rows["Director Example"]["why"] == "employment since 1 Jan 2024, look-back ends 31 Dec 2028"
    )
    assert rows["Audit Member"]["why"] == "found 1 Mar 2025"
    assert rows["Chief Executive"]["why"].startswith("employment since 1 Jan ")
    assert rows["Lead Director"]["why"].startswith("to ")


# --- Committees ----------------------------------------------------------------------------------


def test_a_status_is_a_word_and_a_further_committee_needs_no_chair(cast, client, secretary, now):
    paid(cast["audit_chair"], secretary, now)
    report_change(person=cast[ABOUT].person, text="Invented.", by=secretary, at=now)
    further = CommitteeFactory(kind=Kind.FURTHER, name="Technology Committee")
    SeatFactory(committee=further, person=cast["director"].person, chairs=False)
    cards = {one["name"]: one for one in client.get("/committees/").context["committees"]}
    assert [one["status"] for one in cards["Audit Committee"]["checks"]] == ["breached"]
    assert [one["status"] for one in cards["Compensation Committee"]["checks"]] == ["at risk"]
    assert "says_too" not in cards["Technology Committee"]
    page = read(client, "/committees/")
    assert "to look at" not in page and "at risk" in page
    assert reverse("board:director", args=[cast["director"].person_id]) in page


@pytest.mark.parametrize("who, reads", [("audit_chair", True), ("director", False)])
def test_the_work_of_the_year_says_what_a_meeting_was_about(who, reads, cast, client, now):
    audit = Committee.objects.get(kind=Kind.AUDIT)
    day = timezone.localdate(now)
    FiscalYear.objects.create(
        label="Invented", start=day - timedelta(days=100), end=day + timedelta(days=265)
    )
    meeting = noticed(by=cast["secretary"], at=now, committee=audit, hours=100)
    for title in ("Invented audit plan", "Invented fees"):
        add_item(meeting, title=title, by=cast["secretary"], at=now)
    client.force_login(cast[who])
    (work,) = client.get(reverse("committees:committee", args=[audit.pk])).context["work"]
    assert work["about"].endswith("Invented audit plan; Invented fees") is reads
    assert reads or work["about"] == ""


def test_small_numbers_are_sentences(cast, client, secretary):
    assert said_part(0, 3) == "None of three directors is independent"
    assert said_part(1, 9) == "One of nine directors is independent"
    assert said_part(0, 1) == "The only director is not independent"
    assert said_count([]) == "none independent"
