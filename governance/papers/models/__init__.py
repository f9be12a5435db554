"""Papers and their versions, the editions of a meeting's book, and its readers' private notes."""

from governance.papers.models.book import (
    Acknowledgement,
    BookRule,
    BoundBook,
    Edition,
    EditionPage,
    Presenting,
)
from governance.papers.models.note import Note, ReaderKey, ReadingPlace
from governance.papers.models.paper import Brief, Paper, PaperVersion, Sheet
from governance.papers.models.purge import Announcement, Certificate, Hold

__all__ = [
    "Acknowledgement",
    "Announcement",
    "BookRule",
    "BoundBook",
    "Brief",
    "Certificate",
    "Edition",
    "EditionPage",
    "Hold",
    "Note",
    "Paper",
    "PaperVersion",
    "Presenting",
    "ReaderKey",
    "ReadingPlace",
    "Sheet",
]
