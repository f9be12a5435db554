"""How much memory a program and all it started take, with the pages they share counted once."""

from contextlib import suppress
from pathlib import Path

MIB = 1024


def family(pid):
    """A process and everything it started; whatever has ended meanwhile started nothing."""
    with suppress(ProcessLookupError, FileNotFoundError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *(one for child in children for one in family(int(child)))]
    return []


def rollup(text):
    """The sums that the kernel keeps for a process, in KiB."""
    fields = (line.split() for line in text.splitlines()[1:])
    return {name.rstrip(":"): int(number) for name, number, *_ in fields}


def total(rollups):
    """MiB of several processes that were forked from one.

    PSS divides a page among all who map it, programs of no concern here included, and so depends
    on what else runs. `once` does not: memory of their own is divided among the family alone, so
    its PSS is exact; files are counted whole, by the process that maps most of them.
    """
    files = max(one["Rss"] - one["Anonymous"] for one in rollups)
    return {
        "once": (sum(one["Pss_Anon"] for one in rollups) + files) / MIB,
        "pss": sum(one["Pss"] for one in rollups) / MIB,
        "rss": sum(one["Rss"] for one in rollups) / MIB,
    }


def of_family(pid):
    """What a process and its children take now."""
    rollups = []
    for one in family(pid):
        with suppress(ProcessLookupError, FileNotFoundError):
            rollups.append(rollup(Path(f"/proc/{one}/smaps_rollup").read_text()))
    return total(rollups)


def peak(before, now):
    """The larger of each figure."""
    return {name: max(before.get(name, 0), number) for name, number in now.items()}
