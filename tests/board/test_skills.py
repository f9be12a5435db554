"""The skills matrix: words of a day, a later entry that leaves earlier days alone, and no score."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from governance.board.examining import start_of
from governance.board.models import HEADINGS, Directorship, SkillsEntry
from governance.board.skills import enter_skills, is_of_this_year, observe
from governance.periods import years_after
from governance.refusals import Refused
from governance.verdicts import SEVERITY, Expectation, Status
from tests.admin.test_rooms import address
from tests.factories.board import DirectorshipFactory, SkillsEntryFactory
from tests.factories.cast import DIRECTORS, EVERYBODY
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db

PAGE = "/board/skills/"
OFFICE = ("secretary", "assistant_secretary", "general_counsel")
BOARD = (*DIRECTORS, *OFFICE)
WORDS = {heading: f"Something about {heading}." for heading in HEADINGS}
DAY = date(2026, 3, 1)


@pytest.fixture
def on(company):
    return timezone.localdate(timezone=company.zone)


def entered(cast, now, on, who="director", **told):
    told = {"since": on} | WORDS | told
    return enter_skills(person=cast[who].person, by=cast["secretary"], at=now, **told)


def page(client, user, **question):
    client.force_login(user)
    answer = client.get(PAGE, question)
    assert answer.status_code == 200
    return answer


def row(client, user, name, **question):
    rows = page(client, user, **question).context["rows"]
    return next(one for one in rows if one["name"] == name)


# --- Who reads, who writes -----------------------------------------------------------------------


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_board_and_its_office_read_it_and_nobody_else_knows_of_it(who, cast, client, now, on):
    entered(cast, now, on)
    client.force_login(cast[who])
    assert client.get(PAGE).status_code == (200 if who in BOARD else 404)
    assert SkillsEntry.objects.visible_to(cast[who]).exists() == (who in BOARD)
    board = client.get("/board/").content.decode()
    assert (PAGE in board, "G-BRD-01" in board) == (who in BOARD, who in BOARD)


def test_a_chief_executive_who_is_no_director_reads_nothing(cast, client, now, on):
    entered(cast, now, on)
    Directorship.objects.filter(person=cast["chief_executive"].person).update(until=on)
    client.force_login(cast["chief_executive"])
    assert client.get(PAGE).status_code == 404
    assert "G-BRD-01" not in client.get("/board/").content.decode()


@pytest.mark.parametrize("who", [name for name in EVERYBODY if name != "secretary"])
def test_only_the_corporate_secretary_enters(who, cast, client, now, on):
    person = cast["director"].person
    with pytest.raises(Refused) as refusal:
        enter_skills(person=person, since=on, by=cast[who], at=now, **WORDS)
    assert refusal.value.code == "not_yours"
    client.force_login(cast[who])
    told = {"person": person.pk, "since": on.isoformat()} | WORDS
    assert client.post(address(SkillsEntry, "add"), told).status_code in (403, 404)
    assert not SkillsEntry.objects.exists()


def test_a_secretary_who_is_a_director_does_not_write_of_themselves(cast, now, on):
    DirectorshipFactory(person=cast["secretary"].person)
    with pytest.raises(Refused, match="nobody their own entry"):
        entered(cast, now, on, "secretary")


def test_the_secretary_enters_it_at_the_desk_and_the_office_reads(cast, client, on):
    client.force_login(cast["secretary"])
    told = {"person": cast["director"].person_id, "since": on.isoformat()} | WORDS
    silent = client.post(address(SkillsEntry, "add"), told | {"judgment": "  "})
    assert silent.status_code == 200 and not SkillsEntry.objects.exists()
    assert "Something about background." in silent.content.decode(), "what was typed is kept"
    assert client.post(address(SkillsEntry, "add"), told).status_code == 302
    entry = SkillsEntry.objects.get()
    assert entry.entered_by == cast["secretary"]
    client.force_login(cast["assistant_secretary"])
    shown = client.get(address(SkillsEntry, "change", entry.pk)).content.decode()
    assert "Something about judgment." in shown and "<textarea" not in shown


# --- What is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize("heading", HEADINGS)
@pytest.mark.parametrize("nothing", ["", " \n\t "])
def test_every_heading_says_something(heading, nothing, cast, now, on):
    with pytest.raises(Refused, match=f"Say something under {heading}") as refusal:
        entered(cast, now, on, **{heading: nothing})
    assert refusal.value.provision == "G-BRD-01"
    with pytest.raises(DatabaseError), transaction.atomic():
        SkillsEntryFactory(person=cast["director"].person, **{heading: nothing})


def test_an_entry_is_of_a_day_that_has_come_and_of_a_director(cast, now, on):
    with pytest.raises(Refused, match="today or earlier"):
        entered(cast, now, on, since=on + timedelta(days=1))
    with pytest.raises(Refused, match="was not a director on"):
        entered(cast, now, on, "manager")
    with pytest.raises(Refused, match="was not a director on"):
        entered(cast, now, on, "former_director")
    assert not SkillsEntry.objects.exists()


def test_an_entry_is_written_once(cast, now, on):
    entry = entered(cast, now, on)
    for change in (
        lambda: SkillsEntry.objects.filter(pk=entry.pk).update(knowledge="Otherwise."),
        lambda: SkillsEntry.objects.filter(pk=entry.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_there_is_nothing_to_count_by():
    """Words, days, and whose they are: no score, no minimum, nothing demographic (G-BRD-01)."""
    names = {field.name for field in SkillsEntry._meta.concrete_fields}
    assert names == {"id", "person", "since", "entered_at", "entered_by", *HEADINGS}
    with pytest.raises(FieldDoesNotExist):
        SkillsEntry._meta.get_field("score")


# --- As of a day ---------------------------------------------------------------------------------


def test_a_newer_entry_replaces_the_older_from_its_day_on(cast, client, now, on):
    first, second = on - timedelta(days=500), on - timedelta(days=100)
    entered(cast, now, on, since=first, knowledge="What was known first.")
    entered(cast, now, on, since=second, knowledge="What is known now.")

    def known(day):
        return row(client, cast["chair"], "Director Example", on=day.isoformat())["cells"][0]

    assert known(first - timedelta(days=1))["says"] == ""
    assert known(first)["says"] == "What was known first."
    assert known(second - timedelta(days=1))["says"] == "What was known first."
    assert known(second)["says"] == known(on)["says"] == "What is known now."


def test_of_two_from_one_day_the_last_one_stands(cast, client, now, on):
    entered(cast, now, on, knowledge="With a slip of the pen.")
    entered(cast, now + timedelta(minutes=1), on, knowledge="Without it.")
    told = row(client, cast["director"], "Director Example")
    assert told["cells"][0]["says"] == "Without it." and SkillsEntry.objects.count() == 2


class AsOf(TestCase):
    """However entries come in, one from a day leaves every earlier day as it was (G-BRD-01)."""

    @settings(deadline=None, max_examples=30)
    @given(days=st.lists(st.integers(0, 8), max_size=6), later=st.integers(1, 8))
    def test_a_later_entry_never_changes_an_earlier_day(self, days, later):
        person = PersonFactory()

        def put(day):
            order = timedelta(seconds=SkillsEntry.objects.count())
            since = DAY + timedelta(days=day)
            SkillsEntryFactory(person=person, since=since, entered_at=start_of(DAY) + order)

        def standing():
            rows = {day: SkillsEntry.objects.on(DAY + timedelta(days=day)) for day in range(9)}
            return {day: [one.pk for one in found] for day, found in rows.items()}

        for day in days:
            put(day)
        before = standing()
        put(later)
        after = standing()
        assert all(after[day] == before[day] for day in range(later))
        assert len(after[later]) == 1 and after[later] != before[later]


# --- The soft expectation ------------------------------------------------------------------------


@given(
    directors=st.dictionaries(st.integers(0, 8), st.text(max_size=3), max_size=9),
    ages=st.dictionaries(st.integers(0, 8), st.integers(0, 900), max_size=9),
)
def test_it_is_observed_when_every_director_has_an_entry_of_the_year(directors, ages):
    entries = {key: DAY - timedelta(days=age) for key, age in ages.items()}
    found = observe(directors, entries, DAY)
    fresh = [key for key in directors if key in entries and entries[key] >= date(2025, 3, 1)]
    if not directors:
        assert found.status == Expectation.NOT_APPLICABLE
    else:
        observed = len(fresh) == len(directors)
        assert (found.status == Expectation.OBSERVED) == observed
        assert len(found.reasons) == len(directors) - len(fresh)
    assert found.provision == "G-BRD-01"


@pytest.mark.parametrize(
    "since, day, fresh",
    [
        (date(2025, 3, 1), date(2026, 3, 1), True),
        (date(2025, 3, 1), date(2026, 3, 2), False),
        (date(2024, 2, 29), date(2025, 2, 28), True),
        (date(2024, 2, 29), date(2025, 3, 1), False),
        (None, date(2025, 3, 1), False),
    ],
)
def test_an_entry_is_of_the_year_for_twelve_months(since, day, fresh):
    """C3: exactly twelve months ago is still inside."""
    assert is_of_this_year(since, day) is fresh


def test_what_is_hoped_for_never_counts_among_the_rules(cast, client, now, on):
    """C11: soft expectations have their own panel and their own words."""
    assert {"observed", "not_observed"}.isdisjoint(SEVERITY)
    assert {"observed", "not_observed"}.isdisjoint(one.value for one in Status)
    client.force_login(cast["director"])
    before = client.get("/board/").context
    (soft,) = before["expectations"]
    assert (soft["status"], soft["kind"]) == ("not observed", "plain")
    for name in DIRECTORS:
        entered(cast, now, on, name, since=years_after(on, -1))
    after = client.get("/board/").context
    (soft,) = after["expectations"]
    assert (soft["status"], soft["provision"]) == ("observed", "G-BRD-01")
    assert after["checks"] == before["checks"]
    assert "G-BRD-01" not in {one["provision"] for one in after["checks"]}


def test_one_director_without_an_entry_is_said(cast, client, now, on):
    for name in DIRECTORS:
        if name != "director":
            entered(cast, now, on, name)
    answer = page(client, cast["secretary"])
    says = "One of nine directors has no entry of the last twelve months."
    assert answer.context["observed"]["says"] == says
    assert answer.content.decode().count("Nothing entered") == len(HEADINGS)
    assert "No entry yet" in answer.content.decode()


# --- The page ------------------------------------------------------------------------------------


def test_a_day_that_is_none_is_answered_in_a_sentence(cast, client):
    shown = page(client, cast["director"], on="2026-02-30").content.decode()
    assert "That is not a day of the calendar." in shown
    assert "Nobody sat on the Board that day." in (
        page(client, cast["director"], on="1990-01-01").content.decode()
    )


def test_what_was_written_is_no_markup(cast, client, now, on):
    entered(cast, now, on, knowledge="<b>Bold</b>\nand a second line")
    shown = page(client, cast["director"]).content.decode()
    assert "&lt;b&gt;Bold&lt;/b&gt;<br>and a second line" in shown


def test_more_directors_cost_no_more_queries(cast, client, now, on):
    def cost():
        page(client, cast["director"])
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        return len(asked)

    entered(cast, now, on)
    before = cost()
    for _ in range(8):
        SkillsEntryFactory(person=DirectorshipFactory().person)
    assert cost() == before <= 10
