"""What a preview carries from its page to the confirmation: nothing of an upload is kept here.

The rows travel signed in the page that shows them, and only whoever uploaded them confirms them.
"""

from django.core import signing

from governance.spreadsheets import MOST_BYTES, Line, read, unfit

# How long a preview can be confirmed, in seconds, and how much of a table one page carries.
CONFIRMED_WITHIN = 60 * 60
MOST_CARRIED = 2_000_000


def lines_of(upload, sheet):
    """The rows of an uploaded file; raises Unfit when it is no table of the sheet's columns."""
    if upload.size > MOST_BYTES:
        raise unfit("The file is larger than 5 MB. Import it in parts.")
    return read(upload.name, upload.read(), sheet.headings(), sheet.most_rows)


def carry(lines, salt):
    """The rows as a page carries them, signed for one reader and one part."""
    said = [[line.number, line.cells] for line in lines]
    rows = signing.dumps(said, salt=salt, compress=True)
    if len(rows) > MOST_CARRIED:
        raise unfit("The file holds too much text. Import it in parts.")
    return rows


def carried(rows, salt):
    """The rows that a page carried; None once its hour is over, or where they are another's."""
    try:
        found = signing.loads(rows, salt=salt, max_age=CONFIRMED_WITHIN)
    except signing.BadSignature:
        return None
    return [Line(number, cells) for number, cells in found]
