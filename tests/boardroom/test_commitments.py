"""Engagements elsewhere: the director's own register, and the days that are taken twice."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from governance.board import engagements
from governance.board.models import ChangeReport, Commitment, Confirmation, EngagementDay
from governance.board.moments import confirmations_due
from governance.committees.models import Committee, Kind
from governance.notices.delivering import deliver
from governance.notices.models import Notice
from governance.notices.operations import tell_all
from governance.periods import years_after
from governance.records.models import Company
from governance.refusals import Refused
from governance.verdicts import Expectation
from tests.admin.test_rooms import address
from tests.factories.board import DirectorshipFactory
from tests.factories.cast import DIRECTORS, EVERYBODY, SEATS
from tests.factories.meetings import noticed

pytestmark = pytest.mark.django_db
PAGE = "/board/commitments/"


@pytest.fixture
def today(company):
    return timezone.localdate(timezone=company.zone)


@pytest.fixture
def director(cast, client):
    client.force_login(cast["director"])
    return cast["director"]


@pytest.fixture
def engaged(director, now):
    return add(director, director, now)


def add(about, by, now, **told):
    told = {"organisation": "Invented Rail, Inc.", "role": "Director", **told}
    told.setdefault("since", now.date() - timedelta(days=900))
    return engagements.add_commitment(person=about.person, by=by, at=now, **told)


def read_by(kind):
    return set(Notice.objects.filter(kind=kind).values_list("reader__email", flat=True))


def test_an_empty_register_says_what_belongs_in_it(client, director):
    assert "No engagement elsewhere is in the register." in client.get(PAGE).content.decode()


def test_a_director_adds_and_ends(client, director, today):
    told = {"act": "add", "add-organisation": "Invented Rail, Inc.", "add-role": "Trustee"}
    shown = client.post(PAGE, told)
    assert "Say the day" in shown.content.decode() and "Invented Rail" in shown.content.decode()
    assert "Answer yes or no." in client.post(PAGE, told).content.decode()
    told |= {"add-since": "2020-01-01", "add-relates": "no"}
    assert client.post(PAGE, told).status_code == 302
    row = Commitment.objects.get()
    last = today - timedelta(days=1)
    client.post(PAGE, {"act": "end", "of": row.pk, f"end-{row.pk}-last": last.isoformat()})
    assert Commitment.objects.get().until == today
    assert client.get(PAGE).context["over"]


def test_a_doubled_submit_adds_one_engagement(client, director):
    told = {"act": "add", "add-organisation": "Invented Rail, Inc.", "add-role": "Trustee"}
    told |= {"add-since": "2020-01-01", "add-relates": "yes"}
    assert client.post(PAGE, told).status_code == 302
    answer = client.post(PAGE, told | {"add-organisation": " invented rail, inc. "})
    assert "is in the register already, since Wednesday 1 January 2020" in answer.content.decode()
    assert Commitment.objects.count() == ChangeReport.objects.count() == 1


def test_what_has_ended_may_begin_again(cast, engaged, now, today):
    engagements.end_commitment(engaged, until=today, by=cast["director"], on=today)
    again = add(cast["director"], cast["director"], now, since=today)
    assert Commitment.objects.count() == 2 and again.until is None


def test_what_was_entered_by_mistake_is_taken_back_the_same_day(client, engaged, today):
    engagements.note_day(engaged, day=today, by=engaged.person.user, on=today)
    assert "Take it back" in client.get(PAGE).content.decode()
    assert client.post(PAGE, {"act": "take_back", "of": engaged.pk}).status_code == 302
    assert not Commitment.objects.exists()
    history = engaged.events.model.objects.filter(pgh_obj_id=engaged.pk)
    assert set(history.values_list("pgh_label", flat=True)) == {"insert", "delete"}


def test_the_next_day_it_is_part_of_the_record(engaged, today):
    with pytest.raises(Refused, match="Only what was entered today"):
        later = today + timedelta(days=1)
        engagements.take_back(engaged, by=engaged.person.user, on=later)
    assert Commitment.objects.exists()


@pytest.mark.parametrize(
    "who", [name for name in EVERYBODY if name not in ("director", "secretary")]
)
def test_nobody_else_takes_it_back(who, cast, engaged, today):
    with pytest.raises(Refused) as refusal:
        engagements.take_back(engaged, by=cast[who], on=today)
    assert refusal.value.code == "not_yours"


def test_an_end_before_the_beginning_is_refused_in_a_sentence(client, engaged):
    typed = {"act": "end", "of": engaged.pk, f"end-{engaged.pk}-last": "2001-01-01"}
    assert "It began on" in client.post(PAGE, typed).content.decode()
    assert Commitment.objects.get().until is None


def test_a_day_taken_twice_is_told_as_it_is(client, director, engaged, cast, now):
    of_the_board = noticed(by=cast["secretary"], at=now)
    audit = Committee.objects.get(kind=Kind.AUDIT)
    noticed(by=cast["secretary"], at=now, committee=audit)
    day = Company.current().day_of(of_the_board.starts_at).isoformat()
    client.post(PAGE, {"act": "day", "of": engaged.pk, f"day-{engaged.pk}-day": day})
    (clash,) = client.get(PAGE).context["clashes"]
    assert (clash["name"], clash["with"]) == (of_the_board.name, "Invented Rail, Inc.")
    client.post(PAGE, {"act": "forget", "of": engaged.pk, f"forget-{engaged.pk}-day": day})
    assert client.get(PAGE).context["clashes"] == [] and not EngagementDay.objects.exists()


def test_seven_boards_are_seven_boards(client, director, now):
    """No number of them is too many, and none is coloured (Z-04)."""
    for number in range(7):
        add(director, director, now, organisation=f"Rail {number}", public_company=True)
    shown = client.get(PAGE)
    assert len(shown.context["rows"]) == 7
    for alarm in ("badge-soon", "badge-overdue", "too many", "limit"):
        assert alarm not in shown.content.decode()


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_the_director_and_the_secretary_keep_it(who, cast, engaged, client, today):
    user = cast[who]
    if who in ("director", "secretary"):
        engagements.end_commitment(engaged, until=today, by=user, on=today)
        return
    with pytest.raises(Refused) as refusal:
        engagements.end_commitment(engaged, until=today, by=user, on=today)
    assert refusal.value.code == "not_yours"
    client.force_login(user)
    typed = {"act": "end", "of": engaged.pk, f"end-{engaged.pk}-last": today.isoformat()}
    assert client.post(PAGE, typed).status_code == 404
    assert Commitment.objects.get().until is None


# --- Who is told ---------------------------------------------------------------------------------


def test_the_nominating_chair_is_told_of_a_new_engagement_and_nobody_else(
    cast, now, mailoutbox, client
):
    row = add(cast["director"], cast["director"], now)
    assert read_by("commitment_entered") == {"nominating_chair@example.com"}
    assert not ChangeReport.objects.exists()
    deliver(now)
    (letter,) = mailoutbox
    assert letter.subject == "Something waits for you"
    assert "Rail" not in letter.body and "Director Example" not in letter.body
    client.force_login(cast["nominating_chair"])
    notice = Notice.objects.get()
    page = client.get(f"/letters/{notice.pk}/", follow=True)
    assert page.redirect_chain[-1][0] == reverse("board:director", args=[row.person_id])
    assert "Invented Rail, Inc." in page.content.decode()


def test_a_chair_who_did_it_is_not_told(cast, now):
    add(cast["nominating_chair"], cast["nominating_chair"], now)
    assert not Notice.objects.exists()
    add(cast["nominating_chair"], cast["secretary"], now, organisation="Another Rail, Inc.")
    assert read_by("commitment_entered") == {"nominating_chair@example.com"}


def test_a_chair_who_has_left_the_committee_does_not_get_the_letter(cast, now, mailoutbox):
    add(cast["director"], cast["director"], now)
    cast["nominating_chair"].person.seats.update(until=now.date() - timedelta(days=2))
    deliver(now)
    assert mailoutbox == []


@pytest.mark.parametrize("who", ["director", "secretary"])
def test_what_relates_a_director_to_the_company_is_reported_as_a_change(who, cast, now):
    add(cast["director"], cast[who], now, relates=True)
    report = ChangeReport.objects.get()
    assert (report.person, report.reported_by) == (cast["director"].person, cast[who])
    assert "Invented Rail, Inc.: Director, since" in report.text
    concerned = {"director", "secretary", *SEATS[Kind.NOMINATING]} - {who}
    assert read_by("change_reported") == {f"{name}@example.com" for name in concerned}


def test_what_is_refused_tells_nobody_and_reports_nothing(cast, now):
    for who in (name for name in EVERYBODY if name not in ("director", "secretary")):
        with pytest.raises(Refused) as refusal:
            add(cast["director"], cast[who], now, relates=True)
        assert refusal.value.code == "not_yours"
    with pytest.raises(Refused, match="directors in office"):
        add(cast["manager"], cast["secretary"], now, relates=True)
    for model in (Notice, ChangeReport, Commitment):
        assert not model.objects.exists()


def test_the_question_on_the_page_opens_the_report(client, director):
    told = {
        "act": "add",
        "add-organisation": "Invented Rail, Inc.",
        "add-role": "Trustee",
        "add-since": "2020-01-01",
        "add-relates": "yes",
    }
    answer = client.post(PAGE, told, follow=True)
    assert "It is reported as a change, too" in answer.content.decode()
    assert ChangeReport.objects.get().person == director.person


# --- The yearly confirmation ---------------------------------------------------------------------


def confirmed(user, day):
    return Confirmation.objects.create(person=user.person, confirmed_on=day)


def test_a_director_confirms_on_the_page(client, director, today):
    assert "not observed" in client.get(PAGE).content.decode()
    for _ in range(2):
        assert client.post(PAGE, {"act": "confirm"}).status_code == 302
    assert Confirmation.objects.get().confirmed_on == today
    assert client.get(PAGE).context["observed"]["status"] == "observed"


@pytest.mark.parametrize("who", [name for name in EVERYBODY if name != "director"])
def test_nobody_confirms_for_somebody_else(who, cast, today):
    with pytest.raises(Refused, match="Only directors themselves") as refusal:
        engagements.confirm(person=cast["director"].person, by=cast[who], on=today)
    assert refusal.value.code == "not_yours"


def test_who_is_no_director_has_nothing_to_confirm(cast, today):
    with pytest.raises(Refused, match="Directors in office"):
        engagements.confirm(person=cast["manager"].person, by=cast["manager"], on=today)


@pytest.mark.parametrize(
    "sitting, last, status",
    [
        (True, None, Expectation.NOT_OBSERVED),
        (True, date(2025, 3, 1), Expectation.OBSERVED),
        (True, date(2025, 2, 28), Expectation.NOT_OBSERVED),
        (False, date(2025, 3, 1), Expectation.NOT_APPLICABLE),
    ],
)
def test_a_confirmation_is_of_the_year_for_twelve_months(sitting, last, status):
    found = engagements.observe(sitting, last, date(2026, 3, 1))
    assert (found.provision, found.status) == ("G-ATT-01", status)


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_sees_what_a_director_does_elsewhere(who, cast, client, now, today):
    add(cast["director"], cast["director"], now, organisation="Invented Trust")
    add(cast["director"], cast["director"], now, organisation="Public Inc.", public_company=True)
    confirmed(cast["director"], today)
    client.force_login(cast[who])
    url = reverse("board:director", args=[cast["director"].person_id])
    shown = client.get(url).content.decode()
    inside = who in {"director", "secretary", *SEATS[Kind.NOMINATING]}
    assert ("Invented Trust" in shown, "G-ATT-01" in shown) == (inside, inside)
    assert "Public Inc." in shown


def test_a_past_day_has_the_confirmation_of_that_day(client, director, today):
    url = reverse("board:director", args=[director.person_id])
    confirmed(director, today)
    assert client.get(url).context["observed"]["status"] == "observed"
    before = client.get(url, {"on": (today - timedelta(days=1)).isoformat()})
    assert before.context["observed"]["status"] == "not observed"


def test_a_reminder_goes_out_once_a_year(cast, today):
    for name in DIRECTORS:
        if name != "director":
            confirmed(cast[name], today)
    last = years_after(today, -1)
    confirmed(cast["director"], last)
    tell_all(confirmations_due(today))
    assert not Notice.objects.exists(), "twelve months are over tomorrow"
    for days in (1, 2, 30, 200):
        tell_all(confirmations_due(years_after(last, 1) + timedelta(days=days)))
        assert read_by("confirmation_due") == {"director@example.com"}
        assert Notice.objects.count() == 1
    engagements.confirm(person=cast["director"].person, by=cast["director"], on=today)
    tell_all(confirmations_due(years_after(today, 1)))
    assert Notice.objects.count() == 1
    tell_all(confirmations_due(years_after(today, 1) + timedelta(days=1)))
    assert Notice.objects.filter(reader=cast["director"]).count() == 2


def test_who_never_confirmed_is_reminded_each_year_in_office(cast, today):
    new = DirectorshipFactory(person=cast["outsider"].person, since=today)
    mine = Notice.objects.filter(reader=cast["outsider"])
    for years, letters in ((1, 0), (2, 1), (3, 2)):
        tell_all(confirmations_due(years_after(new.since, years)))
        assert mine.count() == letters
    tell_all(confirmations_due(today))
    assert not Notice.objects.filter(reader=cast["former_director"]).exists()


# --- At the secretary's desk ---------------------------------------------------------------------


def step(row, name):
    return reverse("admin:board_commitment_step", args=[row.pk, name])


def test_the_secretary_keeps_it_for_a_director(cast, client, today):
    client.force_login(cast["secretary"])
    told = {
        "person": cast["director"].person_id,
        "organisation": "Invented Rail, Inc.",
        "role": "Director",
        "since": "2020-01-01",
        "until": "",
    }
    assert client.post(address(Commitment, "add"), told).status_code == 200, "the question is asked"
    assert client.post(address(Commitment, "add"), told | {"relates": "yes"}).status_code == 302
    row = Commitment.objects.get()
    assert ChangeReport.objects.get().reported_by == cast["secretary"]
    page = client.get(address(Commitment, "change", row.pk)).content.decode()
    assert "Say when it ends" in page and "Free a day" not in page and "onfirm" not in page
    day = (today + timedelta(days=20)).isoformat()
    assert client.post(step(row, "note"), {"day": day}).status_code == 302
    assert EngagementDay.objects.get().day.isoformat() == day
    assert client.post(step(row, "free"), {"day": "2020-02-02"}).status_code == 200
    assert client.post(step(row, "free"), {"day": day}).status_code == 302
    assert not EngagementDay.objects.exists()
    early = client.post(step(row, "end"), {"until": "2019-01-01"}).content.decode()
    assert "It began on" in early and "2019-01-01" in early
    assert client.post(step(row, "end"), {"until": today.isoformat()}).status_code == 302
    assert Commitment.objects.get().until == today
    closed = client.post(step(row, "note"), {"day": day}, follow=True).content.decode()
    assert "That is not possible now" in closed


@pytest.mark.parametrize("who", ["assistant_secretary", "general_counsel"])
def test_the_rest_of_the_office_reads_what_is_public(who, cast, client, now):
    public = add(cast["director"], cast["director"], now, public_company=True)
    own = add(cast["director"], cast["director"], now, organisation="Invented Trust")
    client.force_login(cast[who])
    assert client.get(address(Commitment, "change", own.pk)).status_code == 404
    page = client.get(address(Commitment, "change", public.pk)).content.decode()
    assert "Say when it ends" not in page
    assert client.get(address(Commitment, "add")).status_code == 403
    client.post(step(public, "end"), {"until": now.date().isoformat()})
    client.post(step(own, "end"), {"until": now.date().isoformat()})
    assert not Commitment.objects.exclude(until=None).exists()
