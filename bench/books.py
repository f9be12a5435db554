"""How long a board book takes to bind, and a reader's copy of it, and in how much memory.

    python -m bench.books 200

binds so many invented papers of ten pages each, beside the bare merge of the same by qpdf; then
marks the book for a reader, beside a plain copy of the file. Each is done by a program of its own.
Says what it took as JSON. The papers are kept in `var/bench/papers`, as they are always the same.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from statistics import median

import pikepdf

from bench.recoveries import mebibytes
from governance.papers.binding import Leaf, Tab, bind
from governance.papers.marking import Slot, mark_of, marked
from tests.factories.pdfs import SLIDE, Paper, photograph, scan

KEPT = Path(__file__).resolve().parent.parent / "var" / "bench" / "papers"
PAGES_OF_A_PAPER, PAPERS_OF_AN_ITEM = 10, 5
# So many different pictures are enough: no program looks whether two papers have the same.
PICTURES = 8
READ = 1 << 18
# All of it is done so often, in turn, so that what else the machine does weighs on all alike.
ROUNDS = 3


def papers(number, folder=KEPT):
    """So many invented papers of text, charts, photographs and scans: about a megabyte each."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{at:04}.pdf" for at in range(number)]
    missing = [(at, path) for at, path in enumerate(paths) if not path.exists()]
    if missing:
        photographs, scans = (
            [make(seed) for seed in range(PICTURES)] for make in (photograph, scan)
        )
    for at, path in missing:
        # Named as a paper only when it is one.
        part = path.with_suffix(".part")
        invented(at, photographs, scans).save(part)
        part.rename(path)
    return paths


def invented(seed, photographs, scans):
    """A paper of mixed pages."""
    paper, random = Paper(seed), Random(seed)
    kinds = random.choices(("text", "chart", "photograph", "scan"), (40, 15, 25, 20), k=10)
    for kind in kinds:
        turned = {"Rotate": 90} if random.random() < 0.1 else {}
        if kind == "text":
            paper.text(**turned)
        elif kind == "chart":
            paper.chart(size=SLIDE)
        elif kind == "photograph":
            paper.picture(random.choice(photographs), margin=60, **turned)
        else:
            paper.picture(random.choice(scans))
    return paper


# --- What is measured, each in a program of its own ----------------------------------------------


def merged(paths, to):
    """The bare merge, by the qpdf that is within pikepdf."""
    pikepdf.Job(["pikepdf", "--empty", "--pages", *map(str, paths), "--", str(to)]).run()


def bound(paths, to):
    """The book, and where its mark goes; what a paper is known by is known, as it is kept by it."""
    numbers = iter(range(1, PAGES_OF_A_PAPER * len(paths) + 1))
    leaves = [
        Leaf(path, [str(next(numbers)) for _ in range(PAGES_OF_A_PAPER)], digest=path.stem)
        for path in paths
    ]
    tabs = [
        Tab(
            f"Item {at}",
            under=[Tab(one.path.stem, [one]) for one in leaves[at:][:PAPERS_OF_AN_ITEM]],
        )
        for at in range(0, len(leaves), PAPERS_OF_AN_ITEM)
    ]
    return bind(tabs, to, title="An invented book").slot


def marked_copy(book, slot, to):
    """A reader's copy of the book."""
    mark = mark_of("Augusta Invented", "14 November 2026, 09:30")
    with book.open("rb") as base, to.open("wb") as copy:
        copy.writelines(marked(iter(lambda: base.read(READ), b""), slot, mark))


def alone(what, number, folder):
    """One of these, done by this program: what it gives, its seconds, and the most MiB it had."""
    paths = papers(number)
    book, copy, kept = (folder / name for name in ("book.pdf", "copy.pdf", "slot.json"))
    began, found = time.perf_counter(), None
    if what == "merge":
        merged(paths, copy)
    elif what == "bind":
        found = bound(paths, book)
    elif what == "copy":
        shutil.copyfile(book, copy)
    else:
        marked_copy(book, Slot(*json.loads(kept.read_text())), copy)
    took = time.perf_counter() - began
    if found:
        kept.write_text(json.dumps(found))
    return {"seconds": took, "memory_mib": mebibytes("VmHWM")}


def by_itself(what, number, folder):
    """The same by a program of its own; a file that is overwritten would cost its time too."""
    (folder / "copy.pdf").unlink(missing_ok=True)
    command = [sys.executable, "-m", "bench.books", str(number), what, str(folder)]
    ended = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(ended.stdout.splitlines()[-1])


def by_qpdf(program, paths, folder):
    """The bare merge by the command, its start included."""
    (folder / "copy.pdf").unlink(missing_ok=True)
    began = time.perf_counter()
    subprocess.run([program, "--empty", "--pages", *paths, "--", folder / "copy.pdf"], check=True)
    return time.perf_counter() - began


def measure(number):
    """What a book of so many papers takes, and what it is compared to: medians of a few rounds."""
    paths = papers(number)
    # Read once before, so that nobody waits for the disk.
    size = sum(len(path.read_bytes()) for path in paths)
    program = shutil.which("qpdf")
    with tempfile.TemporaryDirectory(prefix="boardroom-bench-") as made:
        rounds = [one_round(number, Path(made), program) for _ in range(ROUNDS)]
    return {
        "papers": number,
        "pages": number * PAGES_OF_A_PAPER,
        "papers_mib": size / (1 << 20),
        "merged_by": program or f"qpdf {pikepdf.__libqpdf_version__} within pikepdf",
        **{name: median(one[name] for one in rounds) for name in rounds[0]},
    }


def one_round(number, folder, program):
    """Merged, bound, copied and marked, one after the other."""
    if program:
        merging = by_qpdf(program, papers(number), folder)
    else:
        merging = by_itself("merge", number, folder)["seconds"]
    (folder / "book.pdf").unlink(missing_ok=True)
    bind = by_itself("bind", number, folder)
    copying, marking = (by_itself(what, number, folder)["seconds"] for what in ("copy", "mark"))
    return {
        "merging_s": merging,
        "binding_s": bind["seconds"],
        "memory_mib": bind["memory_mib"],
        "copying_s": copying,
        "marking_s": marking,
    }


if __name__ == "__main__":
    number, *alone_in = sys.argv[1:]
    if alone_in:
        what, folder = alone_in
        said = alone(what, int(number), Path(folder))
    else:
        said = measure(int(number))
    print(json.dumps(said))
