"""The arithmetic of the bench: medians, ratios to the floor, targets, and how they are told."""

import math
from dataclasses import asdict, dataclass
from statistics import median
from typing import NamedTuple

DIRECTOR, SECRETARY = "director", "secretary"
DEMO, LONG, PAPERS = "demo", "long", "papers"
TOGETHER, KEPT, BARE = "together", "kept", "bare"


class Turn(NamedTuple):
    """A page, as somebody asks for it, of a company."""

    page: str
    who: str
    company: str


FLOOR = Turn("floor", DIRECTOR, DEMO)
CONSOLE, CONSOLE_FLOOR = Turn("console", TOGETHER, DEMO), Turn("its floor", TOGETHER, DEMO)
BALLOTS, BALLOTS_FLOOR = Turn("ballots", TOGETHER, DEMO), Turn("their floor", TOGETHER, DEMO)
# What is measured beside what, in the same run, and the target where there is one.
BESIDE = {
    CONSOLE: (CONSOLE_FLOOR, None),
    BALLOTS: (BALLOTS_FLOOR, None),
    Turn("write", KEPT, DEMO): (Turn("write", BARE, DEMO), 1.5),
    Turn("bulk write", KEPT, DEMO): (Turn("bulk write", BARE, DEMO), 1.5),
}
# Medians against the floor's, of the pages that promise one; the target, and the aim beyond it.
TIMES_FLOOR = {"today": 4, "meeting": 4, "board": 4}
AIM = 3
# A page's 95th percentile against its own median.
SPREAD = 1.6
# Of web: gunicorn and its two workers.
MEBIBYTES = 200
# How much more the company with a long past may take than the demo's.
LONGER = 1.10
# A board book: bound against qpdf's bare merge, with its aim; a reader's copy against a plain one;
# memory against the papers, and in MiB however large they are.
BINDING, BINDING_AIM, MARKING, PAPERS_IN_MEMORY, MEBIBYTES_OF_A_BOOK = 1.3, 1.1, 2.5, 1.5, 256
# Letters a second, against a bare loop to the same mail server: by one worker, and by two.
LETTERS_OF_ONE, LETTERS_OF_TWO = 0.7, 1.1
# Searches: the page against the floor's and the bare search; milliseconds of what one asks of the
# database, of 19 in 20, and of the slowest query.
SEARCHED, SQL, SLOWEST_QUERY = 1.5, 25, 50
# The first page of a long book: so many floors, and so many milliseconds.
FLOORS_OF_A_BOOK, MORE_OF_A_BOOK = 3, 300
# Notes that stay on their sentence when a page is put in.
ANCHORED = 0.95
# Seconds until ten thousand reminders are found and queued.
MORNING = 10
# Floors of the slowest and the fastest run, beyond which the machine had much else to do.
UNSTEADY = 1.25


def percentile(values, share):
    """The value at or below which this share of them lies, by the nearest rank."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]


@dataclass(frozen=True)
class Row:
    """A page over all runs: milliseconds and ratios, each the median of what the runs gave."""

    page: str
    who: str
    company: str
    queries: int
    median: float
    p95: float
    spread: float
    times_floor: float


def row(turn, runs, queries):
    """`runs` has for each run the milliseconds of every turn, the floor's among them.

    A ratio is taken within each run, so that what else the machine does weighs on both sides.
    """
    mine = [run[turn] for run in runs]
    return Row(
        *turn,
        queries=queries,
        median=median(median(times) for times in mine),
        p95=median(percentile(times, 0.95) for times in mine),
        spread=median(percentile(times, 0.95) / median(times) for times in mine),
        times_floor=against(turn, FLOOR, runs),
    )


def against(turn, other, runs):
    """The median of one turn against that of another."""
    return median(median(run[turn]) / median(run[other]) for run in runs)


def rows(runs, queries):
    """One row for each page, in the order in which they were asked for."""
    return [row(turn, runs, queries[turn]) for turn in runs[0] if turn in queries]


@dataclass(frozen=True)
class Pair:
    """Something beside the same without what it costs: milliseconds, and their ratio."""

    what: str
    who: str
    median: float
    beside: float
    ratio: float


def pairs(runs):
    """Each with its own floor, of the same run."""
    return [
        Pair(
            one.page,
            one.who,
            median(median(run[one]) for run in runs),
            median(median(run[other]) for run in runs),
            against(one, other, runs),
        )
        for one, (other, _) in BESIDE.items()
    ]


@dataclass(frozen=True)
class Target:
    """Something promised, what was measured, and whether it holds."""

    what: str
    limit: float
    measured: float
    aim: float | None = None
    # What is promised is at least so much, and not at most.
    at_least: bool = False

    @property
    def is_met(self):
        if self.at_least:
            return self.measured >= self.limit
        return self.measured <= self.limit


def targets(measured, memory, runs):
    """What the pages promise a director, and what web promises the machine."""
    found = {Turn(one.page, one.who, one.company): one for one in measured}
    for page, limit in TIMES_FLOOR.items():
        short, long = (Turn(page, DIRECTOR, company) for company in (DEMO, LONG))
        one = found[short]
        yield Target(f"{page}: median against the floor's", limit, one.times_floor, AIM)
        yield Target(f"{page}: 95th percentile against its median", SPREAD, one.spread)
        yield Target(f"{page}: a long past against none", LONGER, against(long, short, runs))
    for one, (other, limit) in BESIDE.items():
        if limit:
            what = f"{one.page}: with its record against without"
            yield Target(what, limit, against(one, other, runs))
    short, long = (memory["web", company]["once"] for company in (DEMO, LONG))
    yield Target("web: MiB, shared pages counted once", MEBIBYTES, short)
    yield Target("web: a long past against none", LONGER, long / short)


def targets_of_reminders(measured):
    """That a morning with very many reminders is soon over."""
    seconds = median(one["seconds"] * 10_000 / one["reminders"] for one in measured)
    yield Target("reminders: seconds until 10,000 are found and queued", MORNING, seconds)


def by_number(measured, name):
    """What was measured with few of something, and with many."""
    for number in sorted({one[name] for one in measured}):
        yield [one for one in measured if one[name] == number]


def targets_of_recoveries(measured):
    """That 2,000 awards take a second, with their working, and four times as many four times the
    memory."""
    few, many = by_number(measured, "awards")
    seconds = median(one["evaluating_s"] / one["awards"] for one in many)
    yield Target("recoveries: seconds for 2,000 awards, with working", 1, 2_000 * seconds)
    small, large = (median(one["memory_mib"] / one["awards"] for one in of) for of in (few, many))
    yield Target("recoveries: memory of an award among four times as many", LONGER, large / small)


def targets_of_books(measured):
    """That binding is little more than merging, marking little more than copying, and that papers
    are not held in memory."""
    few, many = by_number(measured, "papers")
    for what, limit, aim, one, beside in (
        ("bound against a bare merge", BINDING, BINDING_AIM, "binding_s", "merging_s"),
        ("a reader's copy against a plain copy", MARKING, None, "marking_s", "copying_s"),
        ("memory against the papers", PAPERS_IN_MEMORY, None, "memory_mib", "papers_mib"),
    ):
        ratio = median(run[one] / run[beside] for run in few)
        yield Target(f"books: {what}", limit, ratio, aim)
    memory = median(one["memory_mib"] for one in many)
    yield Target("books: MiB for three times as many papers", MEBIBYTES_OF_A_BOOK, memory)


def targets_of_letters(measured):
    """That a letter costs little beyond the dialogue with the mail server, and two workers help."""
    bare = measured["a_second"]["bare"]
    for workers, limit in (("one worker", LETTERS_OF_ONE), ("two workers", LETTERS_OF_TWO)):
        rates = measured["a_second"][workers]
        ratio = median(rate / floor for rate, floor in zip(rates, bare, strict=True))
        what = f"letters: {workers} against a bare loop, at least"
        yield Target(what, limit, ratio, at_least=True)


def targets_of_searching(measured):
    """That doors and page cost little beside the search itself, and no search keeps anybody."""
    searches = measured["searches"]
    ratios = [one["page_ms"] / (one["floor_ms"] + one["bare_ms"]) for one in searches]
    yield Target("search: page against floor and bare search", SEARCHED, median(ratios))
    sql = percentile([one["sql_ms"] for one in searches], 0.95)
    yield Target("search: ms of SQL, 95th percentile", SQL, sql)
    slowest = max(one["slowest_ms"] for one in searches)
    yield Target("search: ms of the slowest query", SLOWEST_QUERY, slowest)


def targets_of_reading(measured):
    """That the first page of a long book is there at once; nothing where it was not looked at."""
    if "first_page_ms" in measured:
        limit = FLOORS_OF_A_BOOK * measured["floor_ms"] + MORE_OF_A_BOOK
        what = f"reader: ms to the first of {measured['pages']} pages"
        yield Target(what, round(limit), measured["first_page_ms"])


def targets_of_anchoring(measured):
    """That notes stay when a page is put in."""
    first = measured[0]
    share = first["found"] / first["notes"]
    yield Target(f"notes: found again, {first['change']}", ANCHORED, share, at_least=True)


def report(runs, queries, memory, facts):
    """Everything that was measured, as it is kept in a file."""
    measured = rows(runs, queries)
    return {
        **facts,
        "pages": [asdict(one) for one in measured],
        "pairs": [asdict(one) for one in pairs(runs)],
        "memory_mib": [
            {"process": process, "company": company, **sums}
            for (process, company), sums in memory.items()
        ],
        "targets": [
            asdict(one) | {"is_met": one.is_met}
            for one in (
                *targets(measured, memory, runs),
                *targets_of_recoveries(facts["recoveries"]),
                *targets_of_reminders(facts["reminders"]),
                *targets_of_books(facts["books"]),
                *targets_of_letters(facts["letters"]),
                *targets_of_searching(facts["searching"]),
                *targets_of_reading(facts["reading"]),
                *targets_of_anchoring(facts["anchoring"]),
            )
        ],
        "runs_ms": [{", ".join(turn): times for turn, times in run.items()} for run in runs],
    }


# --- To read ---------------------------------------------------------------------------------


def table(said):
    """The report as lines to read."""
    asked, machine = said["asked"], said["machine"]
    yield (
        f"{asked['runs']} runs of {asked['requests']} requests and {asked['ballots']} ballots on"
        f" {machine['cores']} cores; long is the demo company with {asked['years']} years behind it"
    )
    floors = [median(run[", ".join(FLOOR)]) for run in said["runs_ms"]]
    if max(floors) > UNSTEADY * min(floors):
        yield (
            f"The machine had other work: the floor took from {min(floors):.1f} to"
            f" {max(floors):.1f} ms. Ratios bear that, 95th percentiles hardly."
        )
    yield ""
    yield (
        f"{'page':<9} {'who':<10} {'company':<7} {'queries':>7} {'median':>9} {'p95':>9}"
        f" {'p95/med':>8} {'x floor':>8}"
    )
    for one in said["pages"]:
        yield (
            f"{one['page']:<9} {one['who']:<10} {one['company']:<7} {one['queries']:>7}"
            f" {one['median']:>6.1f} ms {one['p95']:>6.1f} ms"
            f" {one['spread']:>8.2f} {one['times_floor']:>8.2f}"
        )
    yield ""
    yield f"{'':<20} {'median':>11} {'beside':>11} {'ratio':>8}"
    for one in said["pairs"]:
        yield (
            f"{one['what']:<11}{one['who']:<9} {one['median']:>8.1f} ms {one['beside']:>8.1f} ms"
            f" {one['ratio']:>8.2f}"
        )
    yield f"The demo company took {said['demo_loads_in']:.1f} s to load."
    yield ""
    yield f"{'memory':<9} {'':<10} {'company':<7} {'once':>11} {'PSS':>11} {'RSS':>11}"
    for one in said["memory_mib"]:
        yield (
            f"{one['process']:<9} {'':<10} {one['company']:<7}"
            f" {one['once']:>7.0f} MiB {one['pss']:>7.0f} MiB {one['rss']:>7.0f} MiB"
        )
    yield ""
    yield (
        f"{'recoveries':<10} {'a second':>9} {'read':>9} {'written':>9} {'floor':>11} {'memory':>9}"
    )
    for one in said["recoveries"]:
        rates = [one["awards"] / one[name] for name in ("evaluating_s", "reading_s", "writing_s")]
        floor = f"{1000 * one['floor_s']:.2f} ms"
        yield (
            f"{one['awards']:<10} {rates[0]:>9.0f} {rates[1]:>9.0f} {rates[2]:>9.0f}"
            f" {floor:>11} {one['memory_mib']:>5.0f} MiB"
        )
    yield ""
    yield (
        f"{'books':<10} {'papers':>9} {'merged':>9} {'bound':>9} {'copied':>9} {'marked':>9}"
        f" {'memory':>9}"
    )
    for one in said["books"]:
        times = [one[name] for name in ("merging_s", "binding_s", "copying_s", "marking_s")]
        yield (
            f"{one['papers']:<10} {one['papers_mib']:>5.0f} MiB"
            f"{''.join(f'{seconds:>8.2f} s' for seconds in times)} {one['memory_mib']:>5.0f} MiB"
        )
    yield ""
    yield f"{'letters':<20} {'a second':>11}"
    for name, rates in said["letters"]["a_second"].items():
        yield f"{name:<20} {median(rates):>11.0f}"
    yield from table_of_reading(said)
    for one in said["reminders"]:
        yield f"{one['reminders']} reminders were found and queued in {one['seconds']:.2f} s."
    yield ""
    for one in said["targets"]:
        yield f"{one['what']:<57} {one['measured']:>7.2f} of {one['limit']:<5} {verdict(one)}"


def table_of_reading(said):
    """Searches by their sort, the first page of a book, and notes that were found again."""
    yield f"{'search':<10} {'floor':>11} {'page':>11} {'SQL':>11} {'slowest':>11} {'bare':>11}"
    searches = said["searching"]["searches"]
    for sort in dict.fromkeys(one["sort"] for one in searches):
        of_sort = [one for one in searches if one["sort"] == sort]
        names = ("floor_ms", "page_ms", "sql_ms", "slowest_ms", "bare_ms")
        times = [median(one[name] for one in of_sort) for name in names]
        yield f"{sort:<10}{''.join(f'{time:>9.1f} ms' for time in times)}"
    reading = said["reading"]
    if "first_page_ms" in reading:
        yield (
            f"The first of {reading['pages']} pages stood in Chromium after"
            f" {reading['first_page_ms']:.0f} ms, drawn out of the book after"
            f" {reading['drawn_ms']:.0f} ms; the floor after {reading['floor_ms']:.0f} ms."
        )
    else:
        yield "No book was opened in Chromium, which is not installed."
    for one in said["anchoring"]:
        yield (
            f"Notes, {one['change']}: {one['found']} of {one['notes']} found again,"
            f" {one['wrong']} on another page."
        )


def verdict(target):
    """Whether a target is met, and the aim beyond it."""
    if not target["is_met"]:
        return "NOT MET"
    if target["aim"] is None:
        return "met"
    reached = "reached" if target["measured"] <= target["aim"] else "not yet"
    return f"met; the aim of {target['aim']} {reached}"
