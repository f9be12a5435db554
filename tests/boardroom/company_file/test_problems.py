"""Every problem of a company file is said with its line, in words that a secretary understands."""

import pytest

from boardroom.company_file.problems import Unloadable
from boardroom.company_file.reading import read_file
from tests.boardroom.company_file.conftest import count_rows, load_text, problems_of

pytestmark = pytest.mark.django_db

# In the example: what is replaced, by what, a word of the line that is named, and the sentence.
MISTAKES = [
    # Keys and kinds of values.
    ("email: ada@", "emial: ada@", "emial", "“emial” is no key of a person. Did you mean “email”?"),
    ("\nbylaws:", "\nbilaws:", "bilaws", "“bilaws” is no key of a company file. Did you mean “by"),
    ("    given_name: Ada\n", "", "  ada:", "A person has to say “given_name”."),
    ("given_name: Ada", "given_name:", "given_name:\n", "“given_name” is empty; it has to be a te"),
    (
        "given_name: Ada",
        "given_name: 7",
        "given_name: 7",
        "“given_name” has to be a text; write it",
    ),
    (
        "given_name: Ada",
        'given_name: ""',
        'name: ""',
        "“given_name” is empty; say it, or leave the",
    ),
    (
        "given_name: Ada",
        f"given_name: {'A' * 101}",
        "AAA",
        "“given_name” is 101 characters long; at",
    ),
    ("given_name: Ada", "given_name: [Ada]", "[Ada]", "“given_name” has to be a text."),
    ("officers:\n", "officers: {}\nx:\n", "officers: {}", "“officers” has to be a list, each line"),
    ("number: 5", "number: five", "five", "“number” has to be a whole number."),
    ("number: 5", "number: 0", "number: 0", "“number” is 0; it has to be from 1 to 99."),
    ("minutes: 180", "minutes: 1441", "1441", "“minutes” is 1441; it has to be from 1 to 1440."),
    ("chairs: true", "chairs: yes", "chairs: yes", "“chairs” has to be true or false, not yes."),
    ("class: III", "class: IV", "IV", "“class” has to be one of I, II, III."),
    ("chief_executive\n", "cheif_executive\n", "cheif", "Did you mean “chief_executive”?"),
    ("[general, audit]\n", "[general, general]\n", "[general, general]", "names something twice."),
    ("25-09-30, 2025-12-31]", "25-09-30]", "25-09-30]", "“quarters_end” has 3 entries; it needs 4"),
    ("clara: in_person", "clara: maybe", "clara: maybe", "“clara” has to be one of in_person, tel"),
    ("  board-ahead:", "  Board Ahead:", "Board Ahead", "it has to be a short word of small lette"),
    # Days and hours.
    (
        "since: 2018-06-01",
        "since: 2018-06-31",
        "06-31",
        "“2018-06-31” is not a day of the calendar.",
    ),
    (
        "since: 2018-06-01",
        "since: 1 June 2018",
        "1 June",
        "“since” is “1 June 2018”; it has to be a ",
    ),
    ("since: 2018-06-01", "since: today-9999y", "9999y", "“today-9999y” is not a day of the calen"),
    ("since: 2018-06-01", "since: 0018-06-01", "0018", "“0018-06-01” is in the year 18; that cann"),
    ("2025-08-19 09:05\n", "2025-08-19 25:05\n", "25:05", "“25:05” is not an hour of the clock; w"),
    ("starts: 2025-10-28 14:00", "starts: 2025-10-28", "10-28\n", "it has to be a day and an hour"),
    ("America/New_York", "America/New_Yrok", "Yrok", "not a time zone of the IANA list. Did you"),
    (
        "title: Plan for the coming year",
        'title: "{year tody}"',
        "tody",
        "“{year tody}” names no day; write {year",
    ),
    # People.
    ("bruno@lanterns", "ADA@lanterns", "ADA@", "Ada Lanternfield has this e-mail address already."),
    ("bruno@lanterns.example", "bruno", "email: bruno", "“bruno” is not an e-mail address."),
    ("presenter: greta", "presenter: gerta", "gerta", "Nobody in “people” is called “gerta”. Did "),
    (
        "name: Snuffer",
        "name: S\n    signs_in: true",
        "signs_in",
        "Without an e-mail address nobody",
    ),
    # Periods.
    (
        "until: 2024-12-31",
        "until: 2015-01-01",
        "until: 2015-01-01",
        "It ends on 1 January 2015, whi",
    ),
    (
        "  - person: fabian\n    office: chief_financial_officer",
        "  - person: clara\n    office: chief_executive",
        "  - person: clara\n    office",
        "There are two holders of one office: Ada Lanternfield is Chief Executive Officer",
    ),
    (
        "  - person: bruno\n    class: I\n",
        "  - person: ada\n    class: I\n",
        "  - person: ada\n    class: I\n    since: 2018",
        "Ada Lanternfield is a director already from 1 March 2019.",
    ),
    (
        'label: "2026"',
        'label: "2025"',
        'label: "2025"\n    start: 2026',
        "There is another fiscal year with this label.",
    ),
    (
        "start: 2026-01-01",
        "start: 2025-06-01",
        "2025-06-01",
        "This fiscal year overlaps the one tha",
    ),
    (
        "25-09-30, 2025",
        "25-06-30, 2025",
        "25-06-30, 2025",
        "Quarter 3 ends on 30 June 2025, which i",
    ),
    (
        "expires: 2027-02-11",
        "expires: 2026-02-11",
        "expires",
        "It expires before the day after it w",
    ),
    (
        "- on: 2026-02-11",
        "- on: 2025-02-11",
        "- on: 2025-02-11\n        standards: [general, audit, compensation]\n"
        "        independent: true\n        exp",
        "There is another determination of",
    ),
    # Bodies.
    ("number: 5", "number: 4", "since: 2021-05-13\n    term", "there are 5 directors on 4 seats."),
    (
        "chair\n    person: bruno",
        "chair\n    person: greta",
        "    person: greta\n    since: 2022",
        "Greta Penwright is not a director on 12 May 2022.",
    ),
    (
        "director\n    person: clara",
        "director\n    person: bruno",
        "    person: bruno\n    since: 2022-05-12\n\ncomm",
        "Bruno Wickham is not independent on the day of loading",
    ),
    (
        "- person: edith\n        chairs",
        "- person: greta\n        chairs",
        "- person: greta\n        c",
        "Greta Penwright is not a director on 13 May 2021.",
    ),
    (
        "- person: clara\n        since",
        "- person: clara\n        chairs: true\n        since",
        "chairs: true\n        since",
        "There are two chairs: Edith Glimmer chairs from 13 May 2021.",
    ),
    (
        "- person: clara\n        since",
        "- person: edith\n        since",
        "- person: edith\n        s",
        "Edith Glimmer sits here already from 13 May 2021.",
    ),
    (
        "since: 2019-05-09\n      - p",
        "since: 2014-05-09\n      - p",
        "- person: clara\n        since: 2",
        "Clara Tallow is not a director on 9 May 2014.",
    ),
    (
        "Committee\n    since: 2015",
        "Committee\n    since: 2020",
        "- person: clara\n        since",
        "Audit Committee does not stand on 9 May 2019.",
    ),
    ("  audit:\n    kind", "  board:\n    kind", "  board:\n", "“board” is the Board itself; call"),
    # Meetings: hours.
    (
        "body: audit",
        "body: adit",
        "body: adit",
        "There is no committee “adit” in this file. Did you",
    ),
    (
        "    dial_in: +1 555 0101\n",
        "",
        "audit-2025-q4:",
        "Say where it is held (“place”), or how to j",
    ),
    (
        "adjourned: 2025-08-19 11:50",
        "adjourned: true",
        "adjourned:",
        "“adjourned” is the hour when it",
    ),
    (
        "notice: 2025-08-05",
        "notice: 2025-05-05",
        "notice: 2025",
        "It is out of order: “notice” is 5 M",
    ),
    (
        "notice: 2025-08-05",
        "notice: 2025-08-20",
        "opened: ",
        "It is out of order: “opened” is 19 Augus",
    ),
    (
        "11:50\n",
        "08:50\n",
        "08:50",
        "“adjourned” is 19 August 2025, 08:50, before “opened”, 19 August",
    ),
    (
        "starts: 2025-10-28",
        "starts: 2027-10-28",
        "attendance:\n      video",
        "It has not begun yet: 28 October 2",
    ),
    (
        "today+20d",
        "today-20d",
        "today-20d",
        "and the file does not say who was present. Add “attendan",
    ),
    (
        "notice: now\n",
        "notice: now+5min\n",
        "now+5min",
        "“notice” lies ahead: 20 November 2026, 12:35",
    ),
    (
        "notice: now\n",
        "opened: now-5min\n",
        "now-5min",
        "Say who was present too: add “attendance”.",
    ),
    (
        "from: 2025-08-19 09:05",
        "from: 2025-08-19 11:05",
        "person: edith\n          from",
        "leaves befor",
    ),
    (
        "until: 2025-08-19 11:00",
        "until: 2025-08-19 13:00",
        "person: edith\n          from",
        "Edith Glimmer leaves after the meeting’s end.",
    ),
    (
        "telephone: [dario]",
        "telephone: [dario, ada]",
        "telephone: [d",
        "Ada Lanternfield is listed here",
    ),
    # Meetings: people.
    (
        "telephone: [dario]",
        "telephone: [dario, greta]",
        "telephone: [d",
        "Greta Penwright is no member",
    ),
    (
        "corporate_secretary",
        "manager",
        "scheduled: 2025",
        "Nobody was Corporate Secretary on 2 June",
    ),
    (
        "    email: greta@lanterns.example\n",
        "",
        "scheduled: 2025",
        "has no e-mail address, so nobody ca",
    ),
    (
        "clara: in_person",
        "greta: in_person",
        "greta: in_person",
        "Greta Penwright is no member of the",
    ),
    (
        "  seats:\n    - since: 2015-01-01",
        "  seats:\n    - since: 2026-01-01",
        "starts: 2025-08",
        "“bylaws” fix no number of seats for that day, so no quorum can be counted.",
    ),
    (
        "- person: bruno\n            mode",
        "- person: greta\n            mode",
        "- person: greta\n     ",
        "Greta Penwright is no member of the Board on 19 August 2025.",
    ),
    # Motions.
    (
        "mover: clara",
        "mover: greta",
        "mover: greta",
        "Greta Penwright is no member of the Board on 19",
    ),
    (
        "seconder: dario\n",
        "seconder: clara\n",
        "seconder: clara",
        "A motion is seconded by another th",
    ),
    (
        "against: [edith]",
        "against: [bruno]",
        "against:",
        "Bruno Wickham is recused from this item: no",
    ),
    (
        "against: [edith]",
        "against: [greta]",
        "against:",
        "Greta Penwright is not present for this vo",
    ),
    ("against: [edith]", "against: [ada]", "against:", "Ada Lanternfield votes twice."),
    (
        "opened: 2025-08-19 10:30\n            closed: 2025-08-19 10:34",
        "opened: 2025-08-19 11:30\n            closed: 2025-08-19 11:34",
        "against: [edith]",
        "Edith Glimmer is not present for this vote (19 August 2025, 11:30).",
    ),
    (
        "closed: 2025-08-19 10:34",
        "closed: 2025-08-19 10:30",
        "closed: ",
        "The vote is closed before it",
    ),
    (
        "closed: 2025-08-19 10:34",
        "closed: 2025-08-19 11:54",
        "closed: ",
        "The vote is closed after the",
    ),
    (
        "for: others",
        "for: others\n              against: others",
        "against: others",
        "“others” can stan",
    ),
    (
        "for: others",
        "for: nobody",
        "nobody",
        "“for” is “nobody”; it has to be a list of people, or th",
    ),
    (
        "stands: before_meeting",
        "stands: closed",
        "stands: ",
        "There is no vote on it before the meeting",
    ),
    (
        "stands: before_meeting",
        "result: carried",
        "result: carried\n    rep",
        "There was no vote on it:",
    ),
    # Executive sessions.
    (
        "begins: 2025-08-19 12:00",
        "begins: 2025-08-19 11:00",
        "begins",
        "It begins before the Board mee",
    ),
    (
        "ends: 2025-08-19 12:30",
        "ends: 2025-08-19 12:00",
        "ends: 2025",
        "It ends before it has begun.",
    ),
    (
        "[clara, dario]\n",
        "[clara, ada]\n",
        "[clara, ada]",
        "Ada Lanternfield is not an independent dir",
    ),
    (
        "[clara, dario]\n",
        "[clara]\n",
        "session:\n      begins",
        "Fewer than two independent directors ar",
    ),
    (
        "[clara, dario]\n",
        "[edith, dario]\n",
        "session:\n      begins",
        "say in “chosen_by” who chose who",
    ),
    (
        "[clara, dario]\n",
        "[clara, dario]\n      chosen_by:\n        dario: clara\n",
        "chosen_by",
        "The Lead Independent Director is there and presides.",
    ),
    (
        "[clara, dario]\n",
        "[edith, dario]\n      chosen_by:\n        dario: ada\n        edith: dario\n",
        "dario: ada",
        "Ada Lanternfield is not among the independent directors in the room.",
    ),
    (
        "matters: Goals",
        "begins: now\n      matters: Goals",
        "begins: now",
        "The meeting is not over: only",
    ),
]


def line_of(text, mark):
    assert mark in text
    return text[: text.index(mark)].count("\n") + 1


@pytest.mark.parametrize("old, new, mark, sentence", MISTAKES)
def test_a_mistake_is_told_with_its_line(example, old, new, mark, sentence):
    assert old in example
    changed = example.replace(old, new, 1)
    told = problems_of(changed)
    here = line_of(changed, mark)
    assert any(line == here and sentence in said for line, said in told), (here, told)
    assert len(told) <= 3, told


def test_the_example_has_no_problem(example):
    assert problems_of(example) == []


def test_all_problems_come_in_one_list(example):
    for old, new in (
        ("New_York", "New_Yrok"),
        ("email: bruno@", "mail: bruno@"),
        ("since: 2018-06-01", "since: 2018-06-31"),
        ("mover: clara", "mover: clarra"),
        ("until: 2024-12-31", "until: 2014-12-31"),
        ("clara: in_person", "clara: perhaps"),
    ):
        example = example.replace(old, new, 1)
    lines = [line for line, _ in problems_of(example)]
    assert len(lines) == 6
    assert lines == sorted(lines)


# --- Files that cannot be read ---------------------------------------------------------------

UNREADABLE = [
    (b"", 1, "The file is empty"),
    (b"# nothing\n", 1, "The file is empty"),
    (b"company: [\n", 2, "cannot be read as YAML"),
    (b"company:\n\tname: x\n", 2, "cannot be read as YAML"),
    (b"company: {}\n--- \ncompany: {}\n", 2, "cannot be read as YAML"),
    (b"a: 1\nb: \xff\n", 2, "This is not UTF-8 text"),
    ("company: x".encode("utf-16"), 1, "This is not UTF-8 text"),
    (b"company: x\nb: \x00\n", 2, "There is a character here that no text has."),
    (b"x" * 5_000_001, 0, "far too large"),
]
BADLY_WRITTEN = [
    ("just a text", 1, "This file has to be a group of keys"),
    ("- a\n- b\n", 1, "This file has to be a group of keys"),
    ("company: {}\ncompany: {}\n", 2, "“company” stands here twice; the first is on line 1."),
    ("company: &a\n  name: x\npeople: *a\n", 1, "Anchors (&) and aliases (*) are not used"),
    ("? [a]\n: b\n", 1, "A key has to be a word."),
    ("company: !!python/name:os.system x\n", 1, "is not used in a company file."),
    ('company:\n  name: "a\\0b"\n', 2, "There is a character here that no text has."),
    ('company:\n  name: "\\ud800"\n', 2, "There is a character here that no text has."),
    ("company:\n" + "".join(f"{'  ' * n}k:\n" for n in range(1, 30)), 22, "nested too deeply"),
    ("company: x\n", 1, "A company file has to say “people”."),
]


@pytest.mark.parametrize("content, line, sentence", UNREADABLE)
def test_a_file_that_is_none_has_one_problem(tmp_path, content, line, sentence):
    path = tmp_path / "company.yaml"
    path.write_bytes(content)
    with pytest.raises(Unloadable) as refused:
        read_file(path)
    (problem,) = refused.value.problems
    assert problem.line == line
    assert sentence in problem.sentence


@pytest.mark.parametrize("text, line, sentence", BADLY_WRITTEN)
def test_what_yaml_allows_and_we_do_not_is_told(text, line, sentence):
    told = problems_of(text)
    assert any(found == line and sentence in said for found, said in told), told


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(Unloadable, match=r"cannot be opened: no such file or directory\.$"):
        read_file(tmp_path / "nowhere.yaml")
    with pytest.raises(Unloadable, match="cannot be opened: is a directory"):
        read_file(tmp_path)


# --- What only the rooms and the database find -------------------------------------------------

REFUSED = [
    ("[edith, clara, dario]", "[edith]", "audit-2025-q4:", "No quorum: 2 of 3 needed"),
    ("result: carried", "result: not_carried", "result:", "The file says not carried, but 5 of 5 "),
    (
        "    kind: regular",
        "    kind: special",
        "session:",
        "An executive session follows a regular",
    ),
    (
        "starts: 2025-10-28 14:00",
        "kind: special\n    notice: 2025-10-28 13:00\n    starts: 2025-10-28 14:00",
        "notice: 2025-10-28",
        "A special meeting needs 24 hours of notice",
    ),
]


@pytest.mark.parametrize("old, new, mark, sentence", REFUSED)
def test_what_a_verb_refuses_is_told_with_its_line(example, old, new, mark, sentence):
    before = count_rows()
    changed = example.replace(old, new, 1)
    with pytest.raises(Unloadable) as refused:
        load_text(changed)
    here = line_of(changed, mark)
    told = [(one.line, one.sentence) for one in refused.value.problems]
    assert any(line == here and sentence in said for line, said in told), (here, told)
    assert count_rows() == before


def test_what_the_database_refuses_is_told_with_its_line(example):
    """A year printed in a title can make it longer than its column."""
    title = "{day today}" * 18
    changed = example.replace("title: Accounts of the quarter", f'title: "{title}"')
    before = count_rows()
    with pytest.raises(Unloadable) as refused:
        load_text(changed)
    (problem,) = refused.value.problems
    assert problem.line == line_of(changed, "{day today}")
    assert "value too long" in problem.sentence
    assert count_rows() == before
