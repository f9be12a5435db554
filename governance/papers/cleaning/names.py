"""What an uploaded file is called from now on."""

import re
import unicodedata

LONGEST = 120
ENDINGS = {"jpeg": "jpg"}
# Somebody's disk may refuse these in a name.
UNWELCOME = re.compile(r'[<>:"|?*]')


def safe_name(name: str, kind: str = "pdf") -> str:
    """The file's own name without folders and without letters that deceive; its ending says the
    kind that was found in it."""
    plain = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    # Line ends become spaces; controls, directions, surrogates and unassigned letters go.
    spaced = "".join(" " if letter.isspace() else letter for letter in plain)
    shown = "".join(letter for letter in spaced if unicodedata.category(letter)[0] != "C")
    stem = without_ending(" ".join(UNWELCOME.sub("", shown).split())).strip(". ")
    ending = ENDINGS.get(kind, kind)
    return f"{stem[: LONGEST - len(ending) - 1].rstrip('. ') or 'paper'}.{ending}"


def without_ending(name: str) -> str:
    """ "Minutes v1.2" of "Minutes v1.2.docx"."""
    return re.sub(r"\.[A-Za-z][A-Za-z0-9]{0,4}$", "", name)
