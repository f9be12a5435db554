"""JPEG pictures without what is said in them beside the picture."""

import re
from typing import NamedTuple

# Where the picture's own data end: at any mark but a stuffed zero and the eight restarts.
NEXT_MARK = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
START, END, SCAN = 0xD8, 0xD9, 0xDA
# Frames of every coding; among their numbers lie tables and one that is reserved.
FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# JFIF says how dense dots are, Adobe how colours are coded: pictures look wrong without them.
KEPT = FRAMES | {0xC4, 0xCC, 0xDB, 0xDC, 0xDD, 0xE0, 0xEE, SCAN}


class Unreadable(Exception):
    """The data are no JPEG picture as most are; nobody needs to know why."""


class Picture(NamedTuple):
    """The data of a picture, and its size in pixels."""

    data: bytes
    width: int
    height: int


def bare(data: bytes) -> Picture:
    """The picture alone: no place, time, camera, comment or thumbnail, and nothing behind its end.

    Its data are not coded anew. Raises Unreadable where they end early.
    """
    if not data.startswith(b"\xff\xd8"):
        raise Unreadable
    kept = [b"\xff\xd8"]
    size = None
    place = 2
    while True:
        mark, body, place = segment(data, place)
        if mark == END:
            break
        if mark in FRAMES:
            size = int.from_bytes(body[5:7]), int.from_bytes(body[3:5])
        if mark in KEPT:
            kept += [bytes([0xFF, mark]), body]
        if mark == SCAN:
            found = NEXT_MARK.search(data, place)
            if not found:
                raise Unreadable
            kept.append(data[place : found.start()])
            place = found.start()
    if not size or not all(size):
        raise Unreadable
    return Picture(b"".join([*kept, b"\xff\xd9"]), *size)


def segment(data: bytes, place: int) -> tuple[int, bytes, int]:
    """A mark, what belongs to it with its length in front, and the place behind it."""
    while data[place : place + 2] == b"\xff\xff":
        place += 1
    if data[place : place + 1] != b"\xff" or place + 2 > len(data):
        raise Unreadable
    mark = data[place + 1]
    if mark == END:
        return mark, b"", place + 2
    length = int.from_bytes(data[place + 2 : place + 4])
    body = data[place + 2 : place + 2 + length]
    if length < 2 or len(body) < length or (mark in FRAMES and length < 8):
        raise Unreadable
    return mark, body, place + 2 + length
