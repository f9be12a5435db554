"""Tables that people fill in at their desk: read whole as text, or refused with row and column.

A workbook can say what no table says: formulas, merged cells, several sheets, hours behind days. It
is read cell by cell, stops at the row limit, and whatever is not plain is told, never guessed.
"""

import csv
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from numbers import Real

MOST_BYTES = 5 * 1024 * 1024
# As many as are tried out while somebody waits; measured at 25 milliseconds a row.
MOST_ROWS = 400
# What a workbook may unpack to, and how many of its rows may be empty.
MOST_UNPACKED = 50 * 1024 * 1024
MOST_EMPTY = 20_000
# Longer than any cell of ours, and shorter than a spreadsheet cuts it.
LONGEST_CELL = 20_000
FORMATS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# What no cell of a workbook may hold.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# A spreadsheet reckons what begins with these; an apostrophe says that it is text.
RECKONED = ("=", "+", "-", "@", "\t", "\r")
OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
# What a format shows beside the number: in quotation marks or brackets, or behind a backslash.
BESIDE = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*ref="([A-Z]+\d+:[A-Z]+\d+)"')


@dataclass(frozen=True)
class Problem:
    """What is wrong, in which row and column; row 0 is the file itself."""

    row: int
    column: str
    says: str

    @property
    def place(self):
        """ "Row 4, since"."""
        return ", ".join(filter(None, [f"Row {self.row}" if self.row else "The file", self.column]))


class Unfit(Exception):
    """The file cannot be read; each of `problems` says why."""

    def __init__(self, *problems):
        super().__init__(*problems)
        self.problems = problems


@dataclass(frozen=True)
class Line:
    """One row as text by column, with the number that a spreadsheet shows beside it.

    `faults` are the cells that cannot be read, or stand beside the table.
    """

    number: int
    cells: dict[str, str]
    faults: tuple[Problem, ...] = ()


class Fault(str):
    """A cell that cannot be read, and why; it stands where its text would."""


def unfit(sentence):
    return Unfit(Problem(0, "", sentence))


def read(name, data, columns, most=MOST_ROWS):
    """The rows of a file as text; raises Unfit when it is no table of these columns."""
    if len(data) > MOST_BYTES:
        raise unfit("The file is larger than 5 MB. Import it in parts.")
    ending = name.rpartition(".")[2].lower()
    if ending not in READERS:
        raise unfit("Choose a file that ends in .xlsx or .csv.")
    return lines_of(READERS[ending](data), columns, most)


def lines_of(rows, columns, most):
    """The rows below the heading, empty ones left out; stops at the limit."""
    headings = next(rows, (1, []))[1]
    check_headings(headings, columns)
    lines: list[Line] = []
    for number, cells in rows:
        if number > MOST_EMPTY:
            raise unfit("The sheet goes on too long: delete the empty rows below the table.")
        if not any(cells):
            continue
        if len(lines) == most:
            raise unfit(f"The file has more than {most:,} rows. Import it in parts.")
        lines.append(line_of(number, cells, headings))
    if not lines:
        raise unfit("The file has headings, and no row below them.")
    return lines


def line_of(number, cells, headings):
    faults = tuple(faults_of(number, cells, headings))
    filled = [*cells, *[""] * (len(headings) - len(cells))]
    told = dict(zip(named(headings), filled, strict=False))
    # What cannot be read says nothing.
    told |= {fault.column: "" for fault in faults if fault.column}
    return Line(number, told, faults)


def named(headings):
    return [one.strip().lower() for one in headings]


def faults_of(number, cells, headings):
    """Cells of a row that cannot be read, and those beside the table."""
    columns = named(headings)
    for place, cell in enumerate(cells):
        within = place < len(columns)
        if isinstance(cell, Fault):
            yield Problem(number, columns[place] if within else "", str(cell))
        elif cell and not within:
            yield Problem(number, "", f"“{cell[:40]}” stands beside the table, under no heading.")
        elif len(cell) > LONGEST_CELL:
            yield Problem(
                number, columns[place], f"The text is too long: at most {LONGEST_CELL:,} letters."
            )


def check_headings(headings, columns):
    """Every column is there once, and no other is; their order does not matter."""
    given = named(headings)
    faults = [Problem(1, "", str(one)) for one in headings if isinstance(one, Fault)]
    if faults:
        raise Unfit(*faults)
    if not any(given):
        raise unfit("The first row has no headings. Begin with the template.")
    missing = [f"The column “{name}” is missing." for name in columns if name not in given]
    unknown = [
        f"There is no column “{name}” here." if name else "A column has no heading."
        for name in given
        if name not in columns
    ]
    twice = [f"The column “{name}” is there twice." for name in columns if given.count(name) > 1]
    if missing or unknown or twice:
        raise Unfit(*(Problem(1, "", sentence) for sentence in [*missing, *unknown, *twice]))


# --- CSV -------------------------------------------------------------------------------------


def rows_of_csv(data):
    """Each row with its number; separated by commas, semicolons or tabs."""
    if data.startswith((b"PK\x03\x04", OLD_OFFICE)):
        raise unfit("The file is a workbook, not a CSV file, whatever its name says.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise unfit("The file is no text in UTF-8. Save it as “CSV UTF-8”.") from error
    if "\0" in text:
        raise unfit("The file is no text, whatever its name says.")
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(rows, None)
        except csv.Error as error:
            raise Unfit(
                Problem(number, "", "A quotation mark is left open, or a cell is far too long.")
            ) from error
        if cells is None:
            return
        yield number, [plain_cell(cell) for cell in cells]


def plain_cell(text):
    text = text.strip()
    if text.startswith("="):
        return Fault("The cell holds a formula. Write its value.")
    return as_typed(text)


# --- XLSX ------------------------------------------------------------------------------------


def rows_of_xlsx(data):
    """Each row of the one sheet that is used, with its number."""
    # What reads workbooks takes memory that those who only serve pages are spared.
    from openpyxl import load_workbook

    check_workbook(data)
    try:
        workbook = load_workbook(io.BytesIO(data), read_only=True)
        sheet = only_sheet(workbook)
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(), 1):
            yield number, trimmed([read_cell(cell) for cell in cells])
    except Unfit:
        raise
    except Exception as error:
        # The reader fails in as many ways as a file can be damaged.
        raise unfit("The workbook is damaged. Open it, save it anew, and try again.") from error


def check_workbook(data):
    """A workbook, not locked, not damaged, and no larger inside than it may be."""
    if data.startswith(OLD_OFFICE):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        raise unfit(
            "The workbook is locked with a password. Save it without one."
            if locked
            else "This is a workbook of the old kind (.xls). Save it as .xlsx."
        )
    if not data.startswith(b"PK"):
        raise unfit("The file is no Excel workbook, whatever its name says.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            check_package(package)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, zlib.error) as e:
        raise unfit("The workbook is damaged. Open it, save it anew, and try again.") from e


def check_package(package):
    parts = package.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise unfit("The workbook is locked with a password. Save it without one.")
    if "xl/workbook.xml" not in package.namelist():
        raise unfit("The file is no Excel workbook, whatever its name says.")
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise unfit("The workbook is far larger inside than a table of this kind.")
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            check_part(part.filename, package.read(part))


def check_part(name, text):
    """No part declares a vocabulary of its own, and no cells of a sheet are merged."""
    if b"<!DOCTYPE" in text:
        raise unfit("The workbook is damaged. Open it, save it anew, and try again.")
    if name.startswith("xl/worksheets/") and (merged := MERGED.search(text)):
        raise unfit(f"The cells {merged[1].decode()} are merged. Split them: one value a cell.")


def only_sheet(workbook):
    """The sheet that is filled in; a second one is refused."""
    used = [sheet for sheet in workbook.worksheets if is_used(sheet)]
    if len(used) > 1:
        names = " and ".join(f"“{sheet.title}”" for sheet in used[:2])
        raise unfit(f"More than one sheet is used: {names}. Keep one, and delete the others.")
    if not used:
        raise unfit("The workbook is empty.")
    return used[0]


def is_used(sheet):
    sheet.reset_dimensions()
    rows = islice(sheet.iter_rows(values_only=True), MOST_EMPTY)
    return any(value not in (None, "") for row in rows for value in row)


def trimmed(cells):
    """Without the empty cells at the end."""
    while cells and cells[-1] == "":
        cells.pop()
    return cells


def read_cell(cell):
    """What a cell says, as text."""
    if cell.data_type == "f":
        return Fault("The cell holds a formula. Write its value.")
    if cell.data_type == "e":
        return Fault(f"The cell holds an error: {cell.value}.")
    if cell.data_type == "n" and "%" in BESIDE.sub("", cell.number_format or ""):
        return as_percent(cell.value)
    return as_text(cell.value)


def as_percent(value):
    """A number that the sheet shows as a percentage: "12.5%", of which it keeps a hundredth."""
    return "" if value is None else f"{digits(Decimal(repr(value)).scaleb(2))}%"


def as_text(value):
    """A day as 2026-03-03, an hour as 09:30, a number without its looks, yes and no."""
    if value is None:
        return ""
    if isinstance(value, str):
        return as_typed(value.strip())
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return said_datetime(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return said_time(value)
    if not isinstance(value, Real):
        return Fault("The cell holds a length of time, which is not asked here.")
    return digits(Decimal(repr(value)))


def said_datetime(value):
    """A day, with its hour if it has one: "2026-03-03 09:30"."""
    hour = f" {said_time(value.time())}" if value.time() != time.min else ""
    return f"{value.date().isoformat()}{hour}"


def said_time(value):
    """ "09:30", with seconds if it has any."""
    return value.isoformat("auto" if value.second or value.microsecond else "minutes")


def digits(number):
    """All its digits, and none behind the point of a whole number."""
    return f"{number.quantize(Decimal(1)) if number == number.to_integral() else number:f}"


READERS = {"csv": rows_of_csv, "xlsx": rows_of_xlsx}


# --- Writing ---------------------------------------------------------------------------------


def plain(text):
    """A text as a file gives it back: one kind of line end, no control characters."""
    return CONTROLS.sub("", text).replace("\r\n", "\n").strip()


def safe(text):
    """What a spreadsheet would reckon is made text: by the apostrophe that people type for it."""
    text = plain(text)
    return f"'{text}" if text.startswith((*RECKONED, "'")) else text


def as_typed(text):
    """A cell without the apostrophe that made it text."""
    return text[1:] if text[:1] == "'" and text[1:2] in ("'", *RECKONED) else text


def write(dataset, ending):
    """The table as a file in one of the two formats, every cell as text."""
    rows = [[safe(str(cell)) for cell in row] for row in dataset]
    headers, title = dataset.headers, dataset.title
    dataset.wipe()
    dataset.headers, dataset.title = headers, title
    dataset.extend(rows)
    written = dataset.export(ending)
    # With its mark Excel reads a CSV file as UTF-8.
    return written.encode("utf-8-sig") if isinstance(written, str) else written


def content_type(ending):
    return FORMATS[ending]
