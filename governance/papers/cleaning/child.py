"""What opens an uploaded file: a process that `confinement` bounds, started for one file."""

from pathlib import Path
from typing import Any

from governance.papers.cleaning.confinement import CLEAN, answer, start_no_more
from governance.papers.cleaning.kinds import kind_of
from governance.papers.cleaning.limits import Limits


def clean(*, source: str, converter: str, limits: Limits, alone: bool) -> dict[str, Any]:
    """Leave a clean PDF in the folder; what it was, what was found in it and what it says."""
    path, clean = Path(source), Path(CLEAN)
    kind = kind_of(path, limits)
    # Each kind brings a library along that the others do without.
    if kind in ("png", "jpeg"):
        from governance.papers.cleaning.pictures import as_page

        start_no_more()
        found = as_page(path, kind, clean, limits)
    else:
        from governance.papers.cleaning.pdf import rebuild

        if kind != "pdf":
            from governance.papers.cleaning.office import convert

            path = convert(path, kind, converter=converter, alone=alone)
        start_no_more()
        found = rebuild(path, clean, limits)
    from governance.papers.cleaning.reading import texts

    return {"kind": kind, "found": found, "text": texts(clean, limits)}


if __name__ == "__main__":
    answer(clean)
