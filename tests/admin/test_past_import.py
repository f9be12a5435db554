"""Past meetings come in by a table and go out again: previewed whole, entered whole, or refused."""

import csv
import io
from datetime import date, datetime, time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from governance.board.models import AuthorisedSeats, Directorship
from governance.committees.models import Committee, Kind
from governance.decisions.models import Ballot, Motion
from governance.meetings.models import AgendaItem, Attendance, ExecutiveSession, Meeting
from governance.minutes.models import Minutes
from governance.minutes.past_sheet import PastSheet
from governance.notices.models import Notice
from governance.people.models import Person
from governance.records.models import Act, Entry
from governance.spreadsheets import read
from tests.admin.test_imports import WRITERS, as_csv, grid, said, saved, workbook
from tests.factories import meetings
from tests.factories.cast import EVERYBODY
from tests.factories.people import PersonFactory
from tests.factories.rows import fingerprint

PART = "/admin/minutes/minutes/"
PAGE = f"{PART}import/"
TEXT = "RESOLVED, that the invented pier is built."
TABLES = (
    *(Meeting, AgendaItem, Attendance, ExecutiveSession, Motion, Ballot, Act, Entry),
    *(Minutes, Notice, Person),
)
AUDIT = {
    "body": "Audit Committee",
    "date": "2024-03-05",
    "begins": "09:00",
    "ends": "11:30",
    "kind": "regular",
    "place": "An invented inn",
    "presided": "Audit Chair",
    "in_person": "Audit Chair; Audit Member",
    "telephone": "Lead Director",
    "item": "The invented pier",
    "resolution": TEXT,
    "moved_by": "Audit Member",
    "against": "Lead Director",
}
SECOND = {name: AUDIT[name] for name in ("body", "date", "begins")} | {
    "item": "A report",
    "against": "0",
}
BOARD = {
    "body": "Board",
    "date": "2024-03-06",
    "begins": "14:00",
    "ends": "2024-03-07 00:15",
    "kind": "special",
    "name": "The night of the pier",
    "place": "An invented inn",
    "presided": "Chair Example",
    "in_person": "Chair Example; Chief Executive; Director Example; Lead Director",
    "telephone": "Audit Chair",
    "video": "Audit Member",
    "absent": "Compensation Chair; Compensation Member; Nominating Chair",
    "item": "The loan",
    "resolution": "RESOLVED, that the loan is taken.",
    "moved_by": "Chair Example",
    "result": "not_carried",
    "for": "2",
    "against": "Audit Chair; Audit Member; Lead Director",
    "abstained": "Director Example",
}


@pytest.fixture
def desk(cast, client):
    Committee.objects.filter(kind=Kind.AUDIT).update(name="Audit Committee")
    client.force_login(cast["secretary"])
    return client


def upload(desk, data, name="past.csv"):
    answer = desk.post(PAGE, {"table": SimpleUploadedFile(name, data)})
    assert answer.status_code == 200
    return answer


def send(desk, *rows):
    return upload(desk, as_csv(grid(PastSheet, *rows)))


def confirm(desk, page):
    shown = page.context
    sent = {"rows": shown["rows"], "digest": shown["outcome"].digest, "name": shown["name"]}
    return desk.post(PAGE, sent)


def enter(desk, *rows):
    page = send(desk, *rows)
    assert page.context["outcome"].problems == []
    assert confirm(desk, page).status_code == 302


def places(page):
    return [(one.place, one.says) for one in page.context["problems"]]


def refused(desk, *rows):
    """What is said of the rows; nothing was written, and nothing can be confirmed."""
    before = fingerprint(TABLES)
    page = send(desk, *rows)
    assert 'name="digest"' not in said(page) and "Nothing was written" in said(page)
    confirm(desk, page)
    assert fingerprint(TABLES) == before
    return places(page)


# --- What a good table does ----------------------------------------------------------------


@pytest.mark.parametrize("ending", WRITERS)
def test_past_meetings_are_previewed_and_entered(ending, desk, cast):
    before = fingerprint(TABLES)
    data = WRITERS[ending](grid(PastSheet, AUDIT, SECOND, BOARD))
    page = upload(desk, data, f"past.{ending}")
    first, second, third = page.context["outcome"]
    assert first.says == (
        "will enter Audit Committee, 5 March 2024, 3 present of 3, 2 items, 1 resolution. Audit "
        "Committee meeting (regular), 09:00 to 11:30, An invented inn. Audit Chair presided; in "
        "person: Audit Chair, Audit Member; by telephone: Lead Director.\nItem: The invented pier. "
        f"{TEXT} Moved by Audit Member. Carried: 2 for, 1 against (Lead Director)."
    )
    assert second.says == "Item: A report."
    assert "The night of the pier (special), 14:00 to 7 March 2024, 00:15" in third.says
    assert "Not carried: 2 for, 3 against (Audit Chair, Lead Director, Audit Member), 1" in (
        third.says
    )
    assert "the chair of its body is asked to look it over. Nobody gets a letter." in said(page)
    assert fingerprint(TABLES) == before
    answer = confirm(desk, page)
    assert answer.url == reverse("admin:meetings_meeting_changelist")
    assert "Imported: 2 meetings." in said(desk.get(answer.url))
    audit, board = Meeting.objects.order_by("starts_at")
    assert [item.title for item in audit.items.all()] == ["The invented pier", "A report"]
    assert audit.motions.get().votes_against == 1
    assert (
        dict(audit.attendances.values_list("person", "mode"))[cast["lead_director"].person_id]
        == "telephone"
    )
    assert (board.kind, board.name, board.state) == (
        "special",
        "The night of the pier",
        "adjourned",
    )
    assert board.motions.get().state == "failed"


def test_an_imported_meeting_is_one_entered_later(desk, cast, client):
    """M-01: marked, with who entered it, waiting for its chair; nobody gets a letter."""
    before = fingerprint([Notice, ExecutiveSession])
    enter(desk, AUDIT | {"body": "audit committee", "in_person": " audit  chair;Audit Member"})
    meeting = Meeting.objects.get()
    assert (meeting.backfilled, meeting.entry_approved_by) == (True, None)
    assert fingerprint([Notice, ExecutiveSession]) == before
    entry = Entry.objects.about(meeting).get(move="enter_past")
    assert (entry.actor, entry.why) == (cast["secretary"], "Imported from a table.")
    client.force_login(cast["audit_chair"])
    page = said(client.get(meeting.get_absolute_url()))
    assert "Secretary Example entered it. Imported from a table." in page
    assert "The chair has not approved the entry yet." in page
    assert "Look over the entry" in said(client.get("/"))


def test_rows_of_one_meeting_may_repeat_what_holds_of_it_and_stand_apart(desk):
    enter(
        desk,
        AUDIT,
        BOARD,
        AUDIT | {"item": "A report", "resolution": "", "moved_by": "", "against": ""},
    )
    assert Meeting.objects.get(committee__kind=Kind.AUDIT).items.count() == 2


def test_a_meeting_without_an_item_is_entered(desk):
    enter(desk, AUDIT | {"item": "", "resolution": "", "moved_by": "", "against": ""})
    assert not Meeting.objects.get().items.exists()


def test_hours_and_days_of_a_workbook_are_read_as_they_are_typed(desk):
    typed = {"date": date(2024, 3, 6), "begins": time(14), "ends": datetime(2024, 3, 7, 0, 15)}  # noqa: DTZ001
    data = saved(workbook(grid(PastSheet, BOARD | typed)))
    page = upload(desk, data, "past.xlsx")
    assert "14:00 to 7 March 2024, 00:15" in page.context["outcome"][0].says


@pytest.mark.parametrize(
    "change",
    [
        {"place": "Another inn"},
        {"name": "Another name"},
        {"kind": "special"},
        {"ends": "11:31"},
        {"begins": "08:59"},
        {"presided": "Audit Member"},
        {"video": "Lead Director", "telephone": ""},
        {"absent": "Lead Director", "telephone": "", "against": ""},
        {"item": "Another pier"},
        {"resolution": "RESOLVED, otherwise."},
        {"moved_by": "Audit Chair"},
        {"against": "Audit Member"},
        {"against": "", "abstained": "Lead Director"},
    ],
)
def test_the_preview_says_all_that_a_row_sets(change, desk):
    """Two tables that differ are told apart, and one is not confirmed for the other."""
    outcomes = [send(desk, row).context["outcome"] for row in (AUDIT, AUDIT | change)]
    assert [one.kind for outcome in outcomes for one in outcome] == ["new", "new"]
    assert outcomes[0].digest != outcomes[1].digest


# --- What is refused -----------------------------------------------------------------------


BAD = {
    "no body": ({"body": ""}, "Row 2, body", "The cell is empty."),
    "another body": ({"body": "Fun"}, "Row 2, body", "There is no committee “Fun”."),
    "no day": ({"date": "3/5/24"}, "Row 2, date", "“3/5/24” is no day"),
    "far day": ({"date": "1800-03-05"}, "Row 2, date", "cannot be meant"),
    "first day of all": ({"date": "0001-01-01"}, "Row 2, date", "cannot be meant"),
    "last day of all": ({"date": "9999-12-31"}, "Row 2, date", "cannot be meant"),
    "a day with an hour": ({"date": "2024-03-05 09:00"}, "Row 2, date", "write the day alone"),
    "the future": (
        {"date": f"{timezone.localdate().year + 1}-03-05"},
        "Row 2, date",
        "That meeting is not over.",
    ),
    "no hour": ({"begins": "9 am"}, "Row 2, begins", "“9 am” is no hour; write it as 09:30."),
    "hour 25": ({"begins": "25:00"}, "Row 2, begins", "“25:00” is no hour"),
    "an hour with a day": ({"begins": "2024-03-05 09:00"}, "Row 2, begins", "has a day"),
    "a skipped hour": (
        {"date": "2024-03-10", "begins": "02:30"},
        "Row 2, begins",
        "There was no 02:30 on 10 March 2024: the clocks went forward.",
    ),
    "a skipped end": (
        {"ends": "2024-03-10 02:30"},
        "Row 2, ends",
        "There was no 02:30 on 10 March 2024: the clocks went forward.",
    ),
    "a double hour": (
        {"date": "2024-11-03", "begins": "01:30"},
        "Row 2, begins",
        "01:30 came twice on 3 November 2024: the clocks went back.",
    ),
    "no end": ({"ends": ""}, "Row 2, ends", "A meeting’s first row says this."),
    "ends first": ({"ends": "08:00"}, "Row 2, ends", "A meeting ends after it began."),
    "too long": ({"ends": "2024-03-07 09:00"}, "Row 2, ends", "at most 24 hours"),
    "another kind": ({"kind": "annual"}, "Row 2, kind", "“annual” is not one of: regular"),
    "no place": ({"place": ""}, "Row 2, place", "The cell is empty."),
    "a long place": ({"place": "x" * 201}, "Row 2, place", "at most 200 letters"),
    "nobody presided": ({"presided": ""}, "Row 2, presided", "The cell is empty."),
    "two presided": ({"presided": "A B; C D"}, "Row 2, presided", "Write one name."),
    "a stranger presided": ({"presided": "Ada No"}, "Row 2, presided", "Nobody is called Ada No."),
    "presided from away": (
        {"presided": "Director Example"},
        "Row 2, presided",
        "Director Example was not there, and so did not preside.",
    ),
    "a stranger": (
        {"telephone": "Lead Director; Ada No"},
        "Row 2, telephone",
        "Nobody is called Ada No. Enter the person first.",
    ),
    "a namesake": (
        {"telephone": "Twin Example"},
        "Row 2, telephone",
        "2 people are called Twin Example. Enter this meeting on its form.",
    ),
    "no member": (
        {"telephone": "Lead Director; Director Example"},
        "Row 2, telephone",
        "Director Example was no member of Audit Committee on Tuesday 5 March 2024.",
    ),
    "an absent stranger": (
        {"absent": "Director Example"},
        "Row 2, absent",
        "Director Example was no member of Audit Committee on Tuesday 5 March 2024.",
    ),
    "a forgotten member": (
        {"telephone": "", "against": ""},
        "Row 2, absent",
        "Lead Director was a member of Audit Committee on Tuesday 5 March 2024: say whether",
    ),
    "named twice": ({"absent": "Audit Chair"}, "Row 2, absent", "Audit Chair is named twice."),
    "no quorum": (
        {
            "in_person": "Audit Chair",
            "telephone": "",
            "absent": "Audit Member; Lead Director",
            "moved_by": "Audit Chair",
            "against": "",
        },
        "Row 2",
        "No quorum: 2 of 3 needed, 1 present",
    ),
    "no title": ({"item": ""}, "Row 2, item", "Say what the item was about."),
    "a mover alone": ({"resolution": ""}, "Row 2, resolution", "Type the words of the resolution."),
    "no mover": ({"moved_by": ""}, "Row 2, moved_by", "say who moved it"),
    "an absent mover": (
        {"moved_by": "Director Example"},
        "Row 2, moved_by",
        "The invented pier: Director Example was not there.",
    ),
    "an absent vote": (
        {"abstained": "Director Example"},
        "Row 2, abstained",
        "The invented pier: Director Example was not there.",
    ),
    "both": (
        {"abstained": "Lead Director"},
        "Row 2, abstained",
        "Lead Director cannot have voted against and abstained.",
    ),
    "a number against": (
        {"against": "1"},
        "Row 2, against",
        "Write their names: the record keeps how each director voted.",
    ),
    "another number for": (
        {"for": "3"},
        "Row 2, for",
        "2 of those present are named neither against nor as abstaining.",
    ),
    "other names for": (
        {"for": "Audit Chair"},
        "Row 2, for",
        "This does not fit who was there and voted: Audit Member.",
    ),
    "a wrong result": (
        {"against": "Lead Director; Audit Chair"},
        "Row 2, result",
        "The invented pier: the paper says carried, but 1 of 3 present voted for.",
    ),
    "a stranger against": (
        {"for": "2", "against": "Ada No"},
        "Row 2, against",
        "Nobody is called Ada No.",
    ),
    "no result": ({"result": "perhaps"}, "Row 2, result", "“perhaps” is not one of"),
    "a formula": ({"place": "=1+1"}, "Row 2, place", "The cell holds a formula."),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_is_refused_in_its_cell(name, desk):
    for _ in range(2):
        PersonFactory(given_name="Twin", family_name="Example")
    change, place, sentence = BAD[name]
    told = refused(desk, AUDIT | change)
    assert [says for where, says in told if where == place and sentence in says], told


def test_everything_that_is_wrong_is_told_at_once_in_its_own_row(desk):
    """The items of a meeting, its people and another meeting: no fault hides another."""
    second = SECOND | {"resolution": "RESOLVED.", "moved_by": "Director Example"}
    third = SECOND | {
        "item": "Another",
        "resolution": "RESOLVED.",
        "moved_by": "Audit Chair",
        "abstained": "Chair Example",
    }
    told = refused(
        desk,
        AUDIT | {"absent": "Director Example; Chair Example"},
        second,
        third,
        BOARD | {"begins": "x", "place": ""},
    )
    assert [where for where, _ in told] == [
        *["Row 2, absent"] * 2,
        "Row 3, moved_by",
        "Row 4, abstained",
        "Row 5, begins",
        "Row 5, place",
    ]


def test_two_results_that_cannot_be_are_both_told(desk):
    row = {"resolution": "RESOLVED.", "moved_by": "Audit Chair", "result": "not_carried"}
    told = refused(desk, AUDIT | {"result": "not_carried"}, SECOND | row)
    assert [where for where, _ in told] == ["Row 2, result", "Row 3, result"]


def test_a_good_row_of_a_refused_meeting_leads_to_the_bad_one(desk):
    page = send(desk, AUDIT, SECOND | {"resolution": "RESOLVED."})
    first, second = page.context["outcome"]
    assert (first.kind, first.says, first.problems) == ("refused", "See row 3.", ())
    assert "See row 3." in said(page)


def test_rows_of_a_meeting_do_not_contradict_one_another(desk):
    told = refused(desk, AUDIT, SECOND | {"place": "Another inn", "presided": "Audit Member"})
    assert told == [
        ("Row 3, place", "Row 2 says something else of this meeting."),
        ("Row 3, presided", "Row 2 says something else of this meeting."),
    ]


def test_a_row_that_repeats_another_is_refused(desk):
    assert ("Row 4", "The row repeats row 3.") in refused(desk, AUDIT, SECOND, SECOND)


def test_a_body_holds_one_meeting_at_a_time(desk, cast, now):
    late = AUDIT | {"begins": "11:00", "ends": "12:00"}
    [(where, says)] = refused(desk, AUDIT, late)
    assert (where, says) == (
        "Row 3, begins",
        "There is a meeting at that hour: Audit Committee meeting, Tuesday 5 March 2024.",
    )
    enter(desk, AUDIT)
    [(where, says)] = refused(desk, late)
    assert where == "Row 2, begins" and "There is a meeting at that hour" in says


def test_a_meeting_on_record_is_not_rewritten(desk):
    enter(desk, AUDIT, SECOND)
    changed = AUDIT | {"place": "Another inn", "ends": "12:00"}
    told = refused(desk, changed, SECOND, SECOND | {"item": "A third"})
    assert [where for where, _ in told] == ["Row 2, ends", "Row 2, place", "Row 2, item"]
    assert "stands in the record already" in told[0][1]


def test_who_sat_on_that_day_counts_and_not_who_sits_now(desk, cast):
    seat = Directorship.objects.get(person=cast["director"].person)
    Directorship.objects.filter(pk=seat.pk).update(since=date(2024, 3, 7))
    told = refused(desk, BOARD)
    assert (
        "Row 2, in_person",
        "Director Example was no member of the Board on Wednesday 6 March 2024.",
    ) in told


# --- Files that are no table ---------------------------------------------------------------


def merged():
    book = workbook(grid(PastSheet, AUDIT))
    book.active.merge_cells("B2:C2")
    return saved(book)


FILES = {
    "merged cells": ("p.xlsx", merged, "The cells B2:C2 are merged."),
    "a missing column": (
        "p.csv",
        lambda: as_csv([row[:-1] for row in grid(PastSheet, AUDIT)]),
        "The column “abstained” is missing.",
    ),
    "another column": (
        "p.csv",
        lambda: as_csv(
            [[*row, end] for row, end in zip(grid(PastSheet, AUDIT), "XY", strict=True)]
        ),
        "There is no column “x” here.",
    ),
    "too many rows": (
        "p.csv",
        lambda: as_csv(grid(PastSheet, *[SECOND] * 101)),
        "The file has more than 100 rows.",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_such_table_is_refused(name, desk):
    called, make, sentence = FILES[name]
    before = fingerprint(TABLES)
    page = upload(desk, make(), called)
    (problem,) = page.context["problems"]
    assert problem.says.startswith(sentence)
    assert fingerprint(TABLES) == before


# --- Preview and import --------------------------------------------------------------------


def test_a_second_confirmation_enters_nothing_twice(desk):
    page = send(desk, AUDIT)
    assert confirm(desk, page).status_code == 302
    before = fingerprint(TABLES)
    assert "The record has changed since you looked." in said(confirm(desk, page))
    assert fingerprint(TABLES) == before


def test_one_refused_meeting_keeps_all_others_out(desk):
    assert refused(desk, AUDIT, BOARD | {"place": ""})
    assert not Meeting.objects.exists()


# --- Templates and exports -----------------------------------------------------------------


def download(desk, page, ending):
    answer = desk.get(f"{PART}{page}.{ending}")
    assert answer.status_code == 200
    assert f".{ending}" in answer["Content-Disposition"]
    return answer.content


@pytest.mark.parametrize("ending", WRITERS)
def test_the_template_has_the_columns_and_an_example_that_can_be_entered(ending, desk):
    data = download(desk, "template", ending)
    (line,) = read(f"t.{ending}", data, PastSheet.headings())
    page = upload(desk, data, f"t.{ending}")
    assert ("Row 2, presided", "Nobody is called Ada Example. Enter the person first.") in (
        places(page)
    )
    Directorship.objects.filter(until=None).update(since=date(2025, 1, 1))
    AuthorisedSeats.objects.update(number=4)
    for given in ("Ada", "Bo", "Cy", "Di"):
        person = PersonFactory(given_name=given, family_name="Example")
        Directorship.objects.create(person=person, director_class=1, since=date(2020, 1, 1))
    page = upload(desk, data, f"t.{ending}")
    assert page.context["outcome"].problems == []
    assert "3 present of 4, 1 item, 1 resolution" in page.context["outcome"][0].says


@pytest.mark.parametrize("ending", WRITERS)
def test_an_export_imported_again_changes_nothing(ending, desk, cast, now):
    meetings.noticed(by=cast["secretary"], at=now)
    awkward = {"item": "=1+1, “a pier”", "place": "-Inn", "resolution": "RESOLVED,\n\n1. that;"}
    bare = AUDIT | {
        "date": "2024-03-07",
        "item": "",
        "resolution": "",
        "moved_by": "",
        "against": "",
    }
    rows = grid(PastSheet, AUDIT | awkward, SECOND, BOARD, bare)
    rows[1] = [f"'{cell}" if cell[:1] in ("=", "-") else cell for cell in rows[1]]
    page = upload(desk, as_csv(rows))
    assert page.context["outcome"].problems == []
    assert confirm(desk, page).status_code == 302
    before = fingerprint(TABLES)
    data = download(desk, "export", ending)
    page = upload(desk, data, f"p.{ending}")
    assert page.context["outcome"].problems == []
    assert [one.kind for one in page.context["outcome"]] == ["same"] * 4
    assert "There is nothing to enter." in said(page)
    confirm(desk, page)
    assert fingerprint(TABLES) == before


def test_an_export_enters_the_same_meetings_in_an_empty_record(desk):
    """The way into another portal: what comes out goes in, and comes out alike."""
    with transaction.atomic():
        enter(desk, AUDIT, SECOND, BOARD)
        first = download(desk, "export", "csv")
        transaction.set_rollback(True)
    assert not Meeting.objects.exists()
    told = list(csv.DictReader(io.StringIO(first.decode("utf-8-sig"))))
    assert [one["for"] for one in told] == ["2", "", "2"]
    page = upload(desk, first)
    assert [one.kind for one in page.context["outcome"]] == ["new"] * 3
    assert confirm(desk, page).status_code == 302
    assert download(desk, "export", "csv") == first


# --- Who, and how much is asked ------------------------------------------------------------


def test_only_the_corporate_secretary_finds_it(desk, cast, client):
    enter(desk, AUDIT)
    for name in EVERYBODY:
        client.force_login(cast[name])
        expected = 200 if name == "secretary" else 404
        for page in ("import/", "template.csv", "template.xlsx", "export.csv", "export.xlsx"):
            assert client.get(PART + page).status_code == expected, (name, page)
        assert client.post(PAGE, {}).status_code == expected, name
        listed = client.get(reverse("admin:meetings_meeting_changelist"))
        assert (b"Import past meetings" in listed.content) == (name == "secretary"), name
        assert b"import/" not in client.get(PART).content, name


def test_only_whoever_uploaded_confirms(desk, cast, client):
    page = send(desk, AUDIT)
    client.force_login(cast["assistant_secretary"])
    assert confirm(client, page).status_code == 404
    assert not Meeting.objects.exists()


def questions(doing, *args):
    """How many are asked of the database by it."""
    with CaptureQueriesContext(connection) as queries:
        doing(*args)
    return len(queries)


def asked(desk, *rows):
    return questions(send, desk, *rows)


def on_days(*days):
    return [AUDIT | {"date": f"2024-05-{day:02}"} for day in days]


def test_a_preview_asks_no_more_for_more_meetings_but_to_enter_them(desk):
    """Names, bodies and what is on record are read once; a verb asks what it asks."""
    bad = {"presided": "Ada No"}
    asked(desk, AUDIT | bad)
    one, two, four = (
        asked(desk, *(row | bad for row in on_days(*range(1, many + 1)))) for many in (1, 2, 4)
    )
    assert one == two == four
    enter(desk, *on_days(1))
    alone = asked(desk, *on_days(1))
    enter(desk, *on_days(2, 3, 4))
    assert asked(desk, *on_days(1, 2, 3, 4)) == alone
    new = [asked(desk, *on_days(*range(10, 10 + many))) for many in (1, 2, 3)]
    assert new[2] - new[1] == new[1] - new[0]
    few = questions(download, desk, "export", "csv")
    enter(desk, *on_days(20, 21))
    assert questions(download, desk, "export", "csv") == few
