"""A case, and who reads it (M-16)."""

from clawback.models import CaseReading


def note_reading(case, *, by, at):
    """Somebody opened a page of the case: its members see who and when (AC-CASE)."""
    return CaseReading.objects.create(case=case, reader=by, at=at)
