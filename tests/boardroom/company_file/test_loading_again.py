"""A company file grows: what is new in it is loaded, what was loaded does not change by it."""

import pytest

from boardroom.company_file.problems import Unloadable
from boardroom.demo.prepare import load_the_company
from governance.board.models import Determination
from governance.committees.models import Seat
from governance.meetings.models import Meeting
from governance.people import operations
from governance.people.models import Person, User
from governance.records.models import Company, Entry, FileRow
from tests.boardroom.company_file.conftest import NOW, count_rows, load_text

pytestmark = pytest.mark.django_db

LATER = NOW.replace(month=12, day=11)
NEW_PERSON = """  hector:
    given_name: Hector
    family_name: Wickers
    email: hector@lanterns.example
"""
NEW_SEAT = """      - person: bruno
        since: today+3d
"""
NEW_MEETING = """  board-later:
    body: board
    starts: now+48h
    place: Lantern House
"""


def refused(text, now=LATER):
    with pytest.raises(Unloadable) as reason:
        load_text(text, now)
    return [(one.line, one.sentence) for one in reason.value.problems]


def test_only_what_is_new_is_loaded(example):
    load_text(example)
    before = count_rows()
    grown = example.replace("  greta:\n", f"{NEW_PERSON}  greta:\n")
    grown = grown.replace("\nmeetings:\n", f"{NEW_SEAT}\nmeetings:\n{NEW_MEETING}")
    assert load_text(grown, LATER) == 3
    after = count_rows()
    for table in ("people_person", "people_user", "committees_seat", "meetings_meeting"):
        assert after[table] == before[table] + 1, table
    assert load_text(grown, LATER) == 0
    assert count_rows() == after


def test_today_stays_the_day_of_the_first_loading(example):
    load_text(example)
    load_text(example.replace("\nmeetings:\n", f"{NEW_SEAT}\nmeetings:\n"), LATER)
    assert f"{Seat.objects.get(person__given_name='Bruno').since}" == "2026-11-23"
    assert Company.objects.get().anchor_day == NOW.date()


def test_what_was_loaded_is_not_checked_against_a_later_clock(example):
    """The coming meeting of the file lies behind by now, and the record knows how it went."""
    load_text(example)
    assert load_text(example, NOW.replace(year=2028)) == 0


@pytest.mark.parametrize(
    "old, new, line",
    [
        ("family_name: Wickham", "family_name: Wicksham", "  bruno:"),
        ("number: 5", "number: 6", "    - since: 2015-01-01\n      number"),
        ("title: Lease of the workshop", "title: Lease", "  board-2025-q3:"),
        (
            "financial_expert: true",
            "financial_expert: false",
            "      - person: edith\n        chairs",
        ),
        ("basis: Has no", "basis: Has a", "      - on: 2025-02-11"),
    ],
)
def test_other_words_for_what_was_loaded_are_refused(example, old, new, line):
    load_text(example)
    before = count_rows()
    changed = example.replace(old, new)
    here = changed[: changed.index(line)].count("\n") + 1
    told = refused(changed)
    assert {(number, "Change it in the admin" in said) for number, said in told} == {(here, True)}
    assert count_rows() == before


def test_another_company_is_refused(example):
    load_text(example)
    told = refused(example.replace("Example Lanterns, Inc.", "Example Candles, Inc."))
    assert told == [
        (
            3,
            "This database holds Example Lanterns, Inc.; another company needs a database of its "
            "own.",
        )
    ]


def test_another_zone_is_refused(example):
    load_text(example)
    ((line, said),) = refused(example.replace("America/New_York", "America/Chicago"))
    assert (line, said) == (4, "Example Lanterns, Inc. was loaded with the zone America/New_York.")


def test_a_determination_under_another_standard_is_new(example):
    load_text(example)
    wider = example.replace("standards: [general, audit]\n", "standards: [general, compensation]\n")
    assert load_text(wider, LATER) == 2
    assert Determination.objects.filter(standard="comp_10c1").count() == 4


def test_an_account_that_is_there_is_taken_over(example):
    greta = operations.open_account(
        "Greta@lanterns.example", given_name="Greta", family_name="Penwright"
    )
    load_text(example)
    assert User.objects.get(email__iexact="greta@lanterns.example") == greta
    assert Person.objects.filter(family_name="Penwright").count() == 1
    meeting = Meeting.objects.get(name="Q3 Board meeting")
    assert {entry.actor for entry in Entry.objects.about(meeting)} == {greta}


def test_an_earlier_meeting_added_later_leaves_no_session_waiting(example):
    load_text(example)
    earlier = """  board-2025-q1:
    body: board
    starts: 2025-02-18 09:00
    place: Lantern House
    attendance:
      in_person: [ada, bruno, clara, dario]
"""
    load_text(example.replace("\nmeetings:\n", f"\nmeetings:\n{earlier}"), LATER)
    meeting = Meeting.objects.get(starts_at__year=2025, starts_at__month=2)
    assert meeting.executive_session.state == "not_held"


def test_every_row_is_known_again_by_its_place_in_the_file(example):
    load_text(example)
    references = list(FileRow.objects.values_list("reference", flat=True))
    assert len(references) == len(set(references))
    assert "people/ada" in references
    assert "meetings/board-2025-q3" in references
    assert "committees/audit/seats/dario/2020-05-14" in references
    assert not any("Lanternfield" in reference for reference in references)


def test_a_demo_that_holds_a_company_keeps_it(example):
    load_text(example)
    before = count_rows()
    load_the_company()
    assert count_rows() == before
