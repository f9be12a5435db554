"""Papers and their versions, the editions of a meeting's book, and its readers' private notes."""

from governance.papers.models.arrival import Arrival, ArrivalState
from governance.papers.models.book import (
    Acknowledgement,
    BookRule,
    BoundBook,
    Edition,
    EditionBrief,
    EditionPage,
    Presenting,
)
from governance.papers.models.note import Note, ReaderKey, ReadingPlace
from governance.papers.models.paper import Brief, Paper, PaperVersion, Sheet
from governance.papers.models.purge import Announcement, Certificate, Hold
from governance.papers.models.sealed import SessionPaper

__all__ = [
    "Acknowledgement",
    "Announcement",
    "Arrival",
    "ArrivalState",
    "BookRule",
    "BoundBook",
    "Brief",
    "Certificate",
    "Edition",
    "EditionBrief",
    "EditionPage",
    "Hold",
    "Note",
    "Paper",
    "PaperVersion",
    "Presenting",
    "ReaderKey",
    "ReadingPlace",
    "SessionPaper",
    "Sheet",
]
