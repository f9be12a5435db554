"""How much a stream opens to, found out without opening more of it than is allowed."""

import zlib
from typing import Any

from pikepdf import Array, Stream

from governance.papers.cleaning.limits import Limits, Unfit
from governance.papers.cleaning.shapes import said

# Shorter names are for pictures within the text of a page, and some programs write them elsewhere.
FULL = {
    "/A85": "/ASCII85Decode",
    "/AHx": "/ASCIIHexDecode",
    "/CCF": "/CCITTFaxDecode",
    "/DCT": "/DCTDecode",
    "/Fl": "/FlateDecode",
    "/LZW": "/LZWDecode",
    "/RL": "/RunLengthDecode",
}
# As text, these are longer than what they hold.
WRITTEN = {"/ASCII85Decode", "/ASCIIHexDecode"}
FLATE, JPEG, JPEG_2000 = "/FlateDecode", "/DCTDecode", "/JPXDecode"
PACKED = {FLATE, "/LZWDecode", "/RunLengthDecode"}
# Only their pixels are counted: a picture cannot hold more than those.
PICTURES = {JPEG, JPEG_2000, "/CCITTFaxDecode", "/JBIG2Decode"}
MOST_FILTERS = 4
AT_ONCE = 4 * 1024 * 1024
JPEG_2000_SIZE = b"\xff\x4f\xff\x51"


def filters_of(stream: Stream) -> list[str]:
    """How a stream is packed, outermost first; nothing but what the format itself knows."""
    given = stream.get("/Filter", Array())
    names = [said(name) for name in (given if isinstance(given, Array) else [given])]
    names = [FULL.get(name, name) for name in names]
    if len(names) > MOST_FILTERS:
        raise Unfit("unpacked")
    if not set(names) <= WRITTEN | PACKED | PICTURES or PICTURES & set(names[:-1]):
        raise Unfit("broken")
    return names


class Scales:
    """Adds up what the streams of one document open to."""

    def __init__(self, limits: Limits):
        self.limits = limits
        self.together = 0
        self.drawn = 0

    def weigh(self, stream: Stream, raw: bytes, filters: list[str], *, keep: bool) -> bytes | None:
        """What a stream opens to, as far as the coding of a picture; None where nobody asks."""
        before = [name for name in filters if name not in PICTURES]
        if not before:
            return raw
        if set(before) == {FLATE}:
            data: bytes | None = raw
            for nth, _ in enumerate(before, 1):
                # What is in turn packed has to be kept.
                data = self.inflated(data or b"", keep=keep or nth < len(before))
            return data
        if before == filters:
            data = stream.read_bytes()
            self.add(len(data))
            return data
        if set(before) <= WRITTEN:
            return None
        raise Unfit("broken")

    def inflated(self, data: bytes, *, keep: bool) -> bytes | None:
        unpacker, kept, size = zlib.decompressobj(), [], 0
        try:
            while data and not unpacker.eof:
                piece = unpacker.decompress(data, AT_ONCE)
                data = unpacker.unconsumed_tail
                size += len(piece)
                self.add(len(piece))
                if size > self.limits.unpacked:
                    raise Unfit("unpacked")
                if keep:
                    kept.append(piece)
        except zlib.error as error:
            raise Unfit("broken") from error
        return b"".join(kept) if keep else None

    def turn(self) -> None:
        """Another page begins."""
        self.drawn = 0

    def draw(self, size: int) -> None:
        """So much more is drawn on the page."""
        self.drawn += size
        if self.drawn > self.limits.drawn:
            raise Unfit("unpacked")

    def add(self, size: int) -> None:
        self.together += size
        if self.together > self.limits.unpacked_together:
            raise Unfit("unpacked")


def check_pixels(width: Any, height: Any, limits: Limits) -> None:
    """No picture is so large that showing it would take a machine's memory."""
    if not (isinstance(width, int) and isinstance(height, int)):
        return  # nobody can show it
    if width * height > limits.pixels or max(width, height) > limits.pixels:
        most = limits.pixels // 1_000_000
        raise Unfit("pixels", width=width, height=height, most=most)


def check_jpeg_2000(data: bytes, limits: Limits) -> None:
    """Such a picture says itself how large it is, whatever the page says."""
    place = data.find(JPEG_2000_SIZE)
    if place >= 0:
        width, height = (int.from_bytes(data[place + at : place + at + 4]) for at in (8, 12))
        check_pixels(width, height, limits)
