"""Documents on paper: a Typst template, filled with facts that are handed over as data.

What people typed never becomes part of the template, so nothing in it is read as markup. The work
is done in a process of its own: the fonts and caches that it takes are not kept by those who serve
pages.

    echo '{"title": …}' | python typesetting.py FOLDER TEMPLATE > document.pdf
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
    from django.conf import settings

    folder = Path(settings.BASE_DIR) / "templates" / "typst"
    done = subprocess.run(
        [sys.executable, "-I", __file__, folder, template],
        input=json.dumps(facts).encode(),
        stdout=subprocess.PIPE,
        timeout=SECONDS,
        check=True,
    )
    return done.stdout


def main():
    import typst

    folder, template = Path(sys.argv[1]), sys.argv[2]
    document = typst.compile(
        folder / f"{template}.typ",
        root=folder,
        sys_inputs={"facts": sys.stdin.read()},
        ignore_system_fonts=True,
    )
    sys.stdout.buffer.write(document)


if __name__ == "__main__":
    main()
