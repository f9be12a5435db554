"""Cleaning as the portal asks for it: a file in, a harmless PDF out, or a refusal."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from governance.papers.cleaning.confinement import CLEAN, confined, handed_over
from governance.papers.cleaning.kinds import check_size
from governance.papers.cleaning.limits import KINDS, LIMITS, Limits, Unfit
from governance.papers.cleaning.sentences import refusal, taken_out


@dataclass(frozen=True)
class Cleaned:
    """What a file was, how many pages it has, what was taken out, and the text of each page."""

    kind: str
    pages: int
    removed: tuple[str, ...]
    text: tuple[str, ...]


def cleaned(source: Path, to: Path, *, limits: Limits = LIMITS) -> Cleaned:
    """Make of an uploaded file a PDF that does nothing but show its pages.

    A PDF is rebuilt, a picture becomes a page, a Word, Excel or PowerPoint file is printed by
    LibreOffice where that is installed. Raises Refused, and writes nothing, for whatever is not
    taken, however it fails.
    """
    try:
        check_size(source.stat().st_size, limits)
        with tempfile.TemporaryDirectory(prefix="paper-") as folder:
            return clean_in(Path(folder), source, to, limits)
    except Unfit as unfit:
        raise refusal(unfit.code, unfit.facts) from unfit


def clean_in(folder: Path, source: Path, to: Path, limits: Limits) -> Cleaned:
    given = {"source": str(source.resolve()), "converter": converter()}
    answer = confined("governance.papers.cleaning.child", given, folder, limits)
    try:
        made = read(answer)
        file = handed_over(folder / CLEAN, 2 * limits.bytes)
    except (OSError, LookupError, AttributeError, TypeError, ValueError) as error:
        # The process is not trusted: a file may have made it say anything.
        raise Unfit("crash") from error
    with file:
        if file.read(5) != b"%PDF-":
            raise Unfit("crash")
        file.seek(0)
        with to.open("wb") as clean:
            shutil.copyfileobj(file, clean)
    return made


def converter() -> str:
    """The path of LibreOffice; empty where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice") or ""


def read(answer: dict[str, Any]) -> Cleaned:
    text = tuple(answer["text"])
    found = {str(key): int(number) for key, number in answer["found"].items()}
    if answer["kind"] not in KINDS or not all(isinstance(page, str) for page in text):
        raise ValueError("not an answer")
    return Cleaned(answer["kind"], len(text), taken_out(found), text)
