"""How much memory a gunicorn and its workers take, with the pages they share counted once."""

from pathlib import Path

MIB = 1024


def family(pid):
    """A process and everything it started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]


def rollup(text):
    """The sums that the kernel keeps for a process, in KiB."""
    fields = (line.split() for line in text.splitlines()[1:])
    return {name.rstrip(":"): int(number) for name, number, *_ in fields}


def total(rollups):
    """MiB of several processes that were forked from one.

    What they have written to is counted by share, which is exact: nobody else shares it. Files are
    mapped by all of them and by other programs too; the process that maps most counts for all.
    """
    files = max(one["Rss"] - one["Anonymous"] for one in rollups)
    return {
        "peak": (sum(one["Pss_Anon"] for one in rollups) + files) / MIB,
        "pss": sum(one["Pss"] for one in rollups) / MIB,
        "rss": sum(one["Rss"] for one in rollups) / MIB,
    }


def of_family(pid):
    return total([rollup(Path(f"/proc/{one}/smaps_rollup").read_text()) for one in family(pid)])


def peak(before, now):
    """The larger of each figure."""
    return {name: max(before.get(name, 0), number) for name, number in now.items()}
