"""What a file is, told by its content; its name and what the browser says of it count nothing."""

import zipfile
import zlib
from pathlib import Path

from governance.papers.cleaning.limits import Limits, Unfit

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
ZIP = b"PK\x03\x04"
OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
LOCKED = "EncryptedPackage".encode("utf-16-le")
# The part that makes a package a document of its kind.
OFFICE = {
    "word/document.xml": "docx",
    "xl/workbook.xml": "xlsx",
    "ppt/presentation.xml": "pptx",
}
MOST_PARTS = 20_000
MOST_OF_TYPES = 4 * 1024 * 1024


def kind_of(path: Path, limits: Limits) -> str:
    """One of `limits.KINDS`; raises Unfit for anything else, for what is locked and what is empty.

    A PDF begins with its mark, but for blanks: what begins as another kind and holds a PDF further
    on is taken for what it begins as.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        head = file.read(1024)
        check_size(size, limits)
        if head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\0\t\n\f\r ").startswith(b"%PDF-"):
            return "pdf"
        if head.startswith(PNG):
            return "png"
        if head.startswith(JPEG):
            return "jpeg"
        if head.startswith(ZIP):
            return kind_of_package(path, limits)
        if head.startswith(OLD_OFFICE):
            raise Unfit("locked" if LOCKED in head + file.read(1024 * 1024) else "old_office")
    raise Unfit("kind")


def check_size(size: int, limits: Limits) -> None:
    if not size:
        raise Unfit("empty")
    if size > limits.bytes:
        # Rounded up: nobody is told that 100 MiB are more than 100 MiB.
        raise Unfit("bytes", mib=-(-size // 1024**2), most=limits.bytes // 1024**2)


def kind_of_package(path: Path, limits: Limits) -> str:
    """The kind of an Office file, after its parts were unpacked once and counted."""
    try:
        with zipfile.ZipFile(path) as package:
            names = {part.filename for part in package.infolist()}
            found = [kind for part, kind in OFFICE.items() if part in names]
            if len(found) != 1 or "[Content_Types].xml" not in names:
                raise Unfit("kind")
            check_parts(package, limits)
            types = package.open("[Content_Types].xml").read(MOST_OF_TYPES)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        # NotImplementedError, a way of packing that no Office uses, is a RuntimeError too.
        raise Unfit("broken") from error
    if b"macroenabled" in types.lower():
        raise Unfit("macros")
    return found[0]


def check_parts(package: zipfile.ZipFile, limits: Limits) -> None:
    """No part is locked, and all of them unpack to what they say, which is not too much.

    The sizes that parts claim are counted before anything is unpacked, so that parts that lie over
    each other count each time; a part that claims too little has another checksum.
    """
    parts = package.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise Unfit("locked")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > 2 * limits.unpacked:
        raise Unfit("unpacked")
    if len({part.filename for part in parts}) < len(parts):
        raise Unfit("broken")
    for part in parts:
        with package.open(part) as file:
            while file.read(1024 * 1024):
                pass
