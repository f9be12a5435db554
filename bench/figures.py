"""The arithmetic of the bench: medians, ratios to the floor, targets, and how they are told."""

import math
from dataclasses import asdict, dataclass
from statistics import median

FLOOR = "floor"
DEMO, LONG = "demo", "25 years"
# Medians against the floor's, and the aim beyond the target, of the pages that have one.
TIMES_FLOOR = {"today": 4, "meeting": 4}
AIM = 3
# A page's 95th percentile against its own median.
SPREAD = 1.6
MEGABYTES = 200
# How much slower than the demo company the long one may be.
LONGER = 1.10


def percentile(values, share):
    """The value below which this share of them lies, by the nearest rank."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]


@dataclass(frozen=True)
class Row:
    """A page on a company, over all runs: milliseconds and ratios, each a median of the runs'."""

    page: str
    company: str
    median: float
    p95: float
    spread: float
    times_floor: float


def row(page, company, runs):
    """`runs` has for each run the milliseconds of every page and company, the floor's among them.

    A ratio is taken within each run, so that what else the machine does weighs on both sides.
    """
    mine = [run[page, company] for run in runs]
    floors = [run[FLOOR, DEMO] for run in runs]
    medians = [median(times) for times in mine]
    return Row(
        page=page,
        company=company,
        median=median(medians),
        p95=median(percentile(times, 0.95) for times in mine),
        spread=median(percentile(times, 0.95) / median(times) for times in mine),
        times_floor=median(median(a) / median(b) for a, b in zip(mine, floors, strict=True)),
    )


def rows(runs):
    """One row for each page and company, in the order in which they were measured."""
    return [row(page, company, runs) for page, company in runs[0]]


@dataclass(frozen=True)
class Target:
    """Something promised, what was measured, and whether it holds."""

    what: str
    limit: float
    measured: float

    @property
    def is_met(self):
        return self.measured <= self.limit


def targets(measured, memory, runs):
    """What the pages and the workers promise."""
    found = {(one.page, one.company): one for one in measured}
    for page, limit in TIMES_FLOOR.items():
        one = found[page, DEMO]
        yield Target(f"{page}: median against the floor's", limit, one.times_floor)
        yield Target(f"{page}: 95th percentile against its median", SPREAD, one.spread)
    yield Target("memory of the workers, MiB", MEGABYTES, memory[DEMO]["peak"])
    for page in TIMES_FLOOR:
        yield Target(f"{page}: 25 years against the demo", LONGER, longer(page, runs))
    yield Target("memory: 25 years against the demo", LONGER, ratio_of_memory(memory))


def longer(page, runs):
    """The median on the long company against the one on the demo's, within each run."""
    return median(median(run[page, LONG]) / median(run[page, DEMO]) for run in runs)


def ratio_of_memory(memory):
    return memory[LONG]["peak"] / memory[DEMO]["peak"]


def report(runs, memory, facts):
    """Everything that was measured, as it is kept in a file."""
    measured = rows(runs)
    return {
        **facts,
        "pages": [asdict(one) for one in measured],
        "memory_mib": memory,
        "targets": [
            asdict(one) | {"is_met": one.is_met} for one in targets(measured, memory, runs)
        ],
        "runs_ms": [
            {f"{page}, {company}": times for (page, company), times in run.items()} for run in runs
        ],
    }


def table(said):
    """The report as lines to read."""
    yield f"{'page':<10} {'company':<10} {'median':>9} {'p95':>9} {'p95/med':>8} {'x floor':>8}"
    for one in said["pages"]:
        yield (
            f"{one['page']:<10} {one['company']:<10} {one['median']:>6.1f} ms {one['p95']:>6.1f} ms"
            f" {one['spread']:>8.2f} {one['times_floor']:>8.2f}"
        )
    yield ""
    for company, memory in said["memory_mib"].items():
        yield (
            f"memory, {company}: {memory['peak']:.0f} MiB with shared pages counted once "
            f"(PSS {memory['pss']:.0f}, RSS {memory['rss']:.0f})"
        )
    yield ""
    for one in said["targets"]:
        met = "met" if one["is_met"] else "NOT MET"
        yield f"{one['what']:<45} {one['measured']:>7.2f} of {one['limit']:<6} {met}"
