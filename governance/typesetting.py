"""Documents on paper: a Typst template, filled with facts that are handed over as data.

What people typed never becomes part of the template, so nothing in it is read as markup. The work
is done in a process of its own: the fonts and caches that it takes are not kept by those who serve
pages.

    echo '{"title": …}' | python typesetting.py FOLDER TEMPLATE pdf > document.pdf
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

# A document takes a fraction of a second; one that does not end is given up.
SECONDS = 20


def typeset(template: str, facts: dict[str, Any]) -> bytes:
    """The PDF that `templates/typst/<template>.typ` makes of the facts, letter-sized.

    Raises subprocess.SubprocessError when the template does not compile, or takes too long.
    """
    return made(template, facts, "pdf")


def pictured(template: str, facts: dict[str, Any]) -> bytes:
    """The first page of the same document as a drawing (SVG): shapes of letters, and no words.

    Raises subprocess.SubprocessError as `typeset` does.
    """
    return made(template, facts, "svg")


def made(template: str, facts: dict[str, Any], form: str) -> bytes:
    from django.conf import settings

    folder = Path(settings.BASE_DIR) / "templates" / "typst"
    done = subprocess.run(
        [sys.executable, "-I", __file__, folder, template, form],
        input=json.dumps(facts).encode(),
        stdout=subprocess.PIPE,
        timeout=SECONDS,
        check=True,
    )
    return done.stdout


def main():
    import typst

    folder, template, form = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    document = typst.compile(
        folder / f"{template}.typ",
        root=folder,
        sys_inputs={"facts": sys.stdin.read()},
        ignore_system_fonts=True,
        format=form,
    )
    # Of drawings there is one for each page.
    sys.stdout.buffer.write(document[0] if isinstance(document, list) else document)


if __name__ == "__main__":
    main()
