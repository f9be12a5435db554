"""What the pages of a clean PDF say, for search and for comparing."""

import re
from pathlib import Path

from pypdfium2 import PdfDocument, PdfiumError

from governance.papers.cleaning.limits import Limits, Unfit

# Controls, halves of letters that are none, and what stands for a letter nobody knows.
UNSAID = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def texts(path: Path, limits: Limits) -> list[str]:
    """The text of each page, as far as it is kept; empty where a page is a picture."""
    try:
        document = PdfDocument(path)
        left = limits.letters
        said = []
        for page in document:
            textpage = page.get_textpage()
            count = min(textpage.count_chars(), limits.letters_a_page, left)
            text = textpage.get_text_range(0, count) if count > 0 else ""
            said.append(tidy(text))
            left -= count
            textpage.close()
            page.close()
        document.close()
    except PdfiumError as error:
        raise Unfit("broken") from error
    return said


def tidy(text: str) -> str:
    lines = UNSAID.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return "\n".join(line.strip() for line in lines).strip()
