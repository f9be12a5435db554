"""The bench's arithmetic, on numbers that were made up."""

import pytest

from bench.figures import (
    BESIDE,
    DEMO,
    DIRECTOR,
    FLOOR,
    LONG,
    Target,
    Turn,
    against,
    pairs,
    percentile,
    report,
    row,
    table,
    targets,
)

TODAY, TODAY_LONG = Turn("today", DIRECTOR, DEMO), Turn("today", DIRECTOR, LONG)
MEETING, MEETING_LONG = Turn("meeting", DIRECTOR, DEMO), Turn("meeting", DIRECTOR, LONG)
THEN, THEN_LONG = Turn("board", DIRECTOR, DEMO), Turn("board", DIRECTOR, LONG)
RUN = {
    FLOOR: [5, 5, 5],
    TODAY: [14, 15, 18],
    TODAY_LONG: [15, 15, 15],
    MEETING: [25, 25, 50],
    MEETING_LONG: [30, 30, 30],
    THEN: [20, 20, 20],
    THEN_LONG: [20, 20, 20],
}
PAGES = dict.fromkeys(RUN, 9)
# Each takes three times what is measured beside it.
for one, (other, _) in BESIDE.items():
    RUN |= {one: [12, 12, 30], other: [4, 4, 2]}
# The machine was twice as slow in one run.
SLOW = {turn: [2 * time for time in times] for turn, times in RUN.items()}
RUNS = [RUN, SLOW, RUN]
MEMORY = {
    ("web", DEMO): {"once": 190, "pss": 180, "rss": 280},
    ("web", LONG): {"once": 228, "pss": 200, "rss": 300},
}
SECONDS = {"reading_s": 0.1, "evaluating_s": 0.1, "writing_s": 0.2, "floor_s": 0.001}
FACTS = {
    "began": "2026-11-20T09:30:00",
    "machine": {"cores": 2, "python": "3.11"},
    "asked": {"runs": 3, "requests": 3, "ballots": 0, "years": 25},
    "demo_loads_in": 12.3,
    "recoveries": [
        {"awards": awards, "memory_mib": memory, **SECONDS}
        for awards, memory in ((100, 1), (400, 4.8))
    ],
    "letters": {
        "letters": 600,
        "a_second": {"bare": [100, 50], "one worker": [80, 35], "two workers": [100, 50]},
    },
    "reminders": [
        {"reminders": 5_000, "queued": 5_000, "seconds": seconds} for seconds in (4, 6, 9)
    ],
    "books": [
        {
            "papers": papers,
            "papers_mib": papers,
            "merging_s": 0.5,
            "binding_s": binding,
            "copying_s": 0.1,
            "marking_s": 0.2,
            "memory_mib": 300,
        }
        for papers, binding in ((100, 0.5), (100, 0.6), (100, 0.7), (300, 2))
    ],
    "searching": {
        "pages": 1000,
        "searches": [
            {"sort": sort, "words": sort, "floor_ms": 5, "page_ms": 30, "bare_ms": bare}
            | {"sql_ms": sql, "slowest_ms": sql}
            for sort, sql, bare in (("rare", 6, 5), ("frequent", 20, 15), ("phrase", 60, 20))
        ],
    },
    "reading": {"pages": 500, "floor_ms": 20, "first_page_ms": 200, "drawn_ms": 700},
    "anchoring": [{"change": "a page put in", "notes": 100, "found": 94, "wrong": 1}],
}


@pytest.fixture
def said():
    return report(RUNS, PAGES, MEMORY, FACTS)


@pytest.mark.parametrize(
    "values, share, expected",
    [
        (range(1, 101), 0.95, 95),
        (range(1, 21), 0.95, 19),
        ([3, 1, 2], 0.95, 3),
        ([3, 1, 2], 0.5, 2),
        ([7], 0.95, 7),
        ([7, 8], 0, 7),
    ],
)
def test_a_percentile_is_a_value_that_was_measured(values, share, expected):
    assert percentile(values, share) == expected


def test_a_row_is_the_median_of_the_runs(said):
    today = row(TODAY, RUNS, 9)
    assert (today.median, today.p95, today.queries) == (15, 18, 9)
    assert today.spread == pytest.approx(1.2)


def test_a_ratio_is_taken_within_each_run():
    assert row(TODAY, RUNS, 9).times_floor == 3
    assert against(MEETING_LONG, MEETING, RUNS) == pytest.approx(1.2)
    mixed = [{FLOOR: [5], TODAY: [15]}, {FLOOR: [50], TODAY: [150]}]
    assert against(TODAY, FLOOR, mixed) == 3


def test_a_pair_is_measured_beside_its_own_floor_of_the_same_run(said):
    assert {(one.median, one.beside, one.ratio) for one in pairs(RUNS)} == {(12, 4, 3)}
    assert [one["what"] for one in said["pairs"]] == ["console", "ballots", "write", "bulk write"]
    lines = list(table(said))
    (ballots,) = [line for line in lines if line.startswith("ballots")]
    assert ballots.split() == ["ballots", "together", "12.0", "ms", "4.0", "ms", "3.00"]
    assert "The demo company took 12.3 s to load." in lines


def test_letters_are_promised_at_least(said):
    one, two = [target for target in said["targets"] if target["what"].startswith("letters")]
    assert one["measured"] == pytest.approx(0.75)
    assert (one["is_met"], two["is_met"]) == (True, False)
    assert any(line.split() == ["one", "worker", "58"] for line in table(said))


def test_a_target_is_met_up_to_its_limit():
    assert Target("today", 4, 4).is_met
    assert not Target("today", 4, 4.01).is_met


def test_targets_say_what_was_measured_against_what_was_promised():
    measured = [row(turn, RUNS, 9) for turn in PAGES]
    found = {one.what: one for one in targets(measured, MEMORY, RUNS)}
    told = {what: (round(one.measured, 2), one.limit, one.is_met) for what, one in found.items()}
    assert told == {
        "today: median against the floor's": (3, 4, True),
        "today: 95th percentile against its median": (1.2, 1.6, True),
        "today: a long past against none": (1, 1.1, True),
        "meeting: median against the floor's": (5, 4, False),
        "meeting: 95th percentile against its median": (2, 1.6, False),
        "meeting: a long past against none": (1.2, 1.1, False),
        "board: median against the floor's": (4, 4, True),
        "board: 95th percentile against its median": (1, 1.6, True),
        "board: a long past against none": (1, 1.1, True),
        "write: with its record against without": (3, 1.5, False),
        "bulk write: with its record against without": (3, 1.5, False),
        "web: MiB, shared pages counted once": (190, 200, True),
        "web: a long past against none": (1.2, 1.1, False),
    }


def test_awards_worked_out_are_told_by_the_second_and_the_mebibyte(said):
    found = {one["what"]: (one["measured"], one["is_met"]) for one in said["targets"]}
    assert found["recoveries: seconds for 2,000 awards, with working"] == (0.5, True)
    memory = found["recoveries: memory of an award among four times as many"]
    assert memory == (pytest.approx(1.2), False)
    (line,) = [line for line in table(said) if line.startswith("400 ")]
    assert line.split() == ["400", "4000", "4000", "2000", "1.00", "ms", "5", "MiB"]


def test_a_morning_is_told_by_ten_thousand(said):
    (found,) = [one for one in said["targets"] if one["what"].startswith("reminders")]
    assert (found["measured"], found["is_met"]) == (12, False)
    assert "5000 reminders were found and queued in 4.00 s." in table(said)


def test_a_book_is_told_beside_what_it_is_compared_to(said):
    found = {one["what"]: one for one in said["targets"] if one["what"].startswith("books")}
    told = {what: (round(one["measured"], 2), one["is_met"]) for what, one in found.items()}
    assert told == {
        "books: bound against a bare merge": (1.2, True),
        "books: a reader's copy against a plain copy": (2, True),
        "books: memory against the papers": (3, False),
        "books: MiB for three times as many papers": (300, False),
    }
    (line,) = [line for line in table(said) if line.startswith("300 ")]
    words = " ".join(line.split())
    assert words == "300 300 MiB 0.50 s 2.00 s 0.10 s 0.20 s 300 MiB"


def test_searches_the_reader_and_notes_are_held_to_what_was_promised(said):
    found = {one["what"]: one for one in said["targets"]}
    told = {
        what: (round(one["measured"], 2), one["limit"], one["is_met"])
        for what, one in found.items()
        if what.startswith(("search", "reader", "notes"))
    }
    assert told == {
        "search: page against floor and bare search": (1.5, 1.5, True),
        "search: ms of SQL, 95th percentile": (60, 25, False),
        "search: ms of the slowest query": (60, 50, False),
        "reader: ms to the first of 500 pages": (200, 360, True),
        "notes: found again, a page put in": (0.94, 0.95, False),
    }
    lines = list(table(said))
    (rare,) = [line for line in lines if line.startswith("rare ")]
    assert rare.split()[1::2] == ["5.0", "30.0", "6.0", "6.0", "5.0"]
    assert "Notes, a page put in: 94 of 100 found again, 1 on another page." in lines


def test_without_a_browser_no_book_is_told_of():
    said = report(RUNS, PAGES, MEMORY, FACTS | {"reading": {"pages": 500}})
    assert not [one for one in said["targets"] if one["what"].startswith("reader")]
    assert any("Chromium, which is not installed" in line for line in table(said))


def test_the_table_has_a_line_for_each_page_process_and_target(said):
    lines = list(table(said))
    assert "3 runs of 3 requests" in lines[0]
    (today,) = [line for line in lines if line.startswith("today ") and DEMO in line]
    assert today.split()[:5] == ["today", DIRECTOR, DEMO, "9", "15.0"]
    assert sum("MiB " in line for line in lines) >= len(MEMORY)
    assert len(said["targets"]) == sum(" of " in line and "met" in line.lower() for line in lines)


def test_the_table_says_whether_target_and_aim_are_met(said):
    verdicts = [line.split(maxsplit=6)[-1] for line in table(said) if "floor's" in line]
    assert "the aim of 3 reached" in verdicts[0]
    assert "NOT MET" in verdicts[1]


def test_the_table_says_when_the_machine_had_other_work(said):
    assert any("took from 5.0 to 10.0 ms" in line for line in table(said))
    steady = report([RUN, RUN], PAGES, MEMORY, FACTS)
    assert not any("other work" in line for line in table(steady))


def test_the_kept_figures_hold_every_time_of_every_run(said):
    assert said["runs_ms"][1]["today, director, demo"] == [28, 30, 36]
    assert said["memory_mib"][0] == {"process": "web", "company": DEMO, **MEMORY["web", DEMO]}
