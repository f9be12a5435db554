"""In a meeting under way somebody shows a page, and whoever chooses to is taken to it."""

from django.db import transaction

from governance.meetings.access import may_run
from governance.meetings.moves import UNDER_WAY
from governance.papers.access import presents
from governance.papers.models import Presenting
from governance.records.models import Company
from governance.refusals import Refused


def may_present(by, meeting, day):
    """Whoever presents an item or is its guest, and whoever runs the meeting, while it lasts."""
    if by is None or meeting.state not in UNDER_WAY:
        return False
    items = meeting.items.select_related("meeting")
    return may_run(by, meeting, day) or any(presents(by, item) for item in items)


@transaction.atomic
def present(meeting, *, label, by, at, goes_on=False):
    """Show the page of this number; whoever showed another one before has handed over.

    Who `goes_on` has turned a page: unless somebody else has begun meanwhile.
    """
    if not may_present(by, meeting, Company.current().day_of(at)):
        raise Refused("Who presents in a meeting under way shows a page.", code="not_yours")
    now = Presenting.objects.select_for_update(of=("self",)).filter(meeting=meeting).first()
    if goes_on and (now is None or now.person_id != by.person_id):
        why = "somebody else does" if now else "press the button to show this page"
        raise Refused(f"You do not present any more: {why}.", code="stale")
    shown = {"person": by.person, "label": label}
    Presenting.objects.update_or_create(meeting=meeting, defaults=shown)


def stop_presenting(meeting, *, by):
    """Nobody is led any more; what was shown is kept nowhere."""
    Presenting.objects.filter(meeting=meeting, person=by.person_id).delete()


def shown_to(user, meeting, leaves):
    """The page of the reader's own book that is shown now, and by whom; None where there is none.

    Of a page that is not in their book a reader learns nothing.
    """
    if meeting.state not in UNDER_WAY:
        return None
    row = Presenting.objects.visible_to(user).filter(meeting=meeting).select_related("person")
    if (now := row.first()) is None:
        return None
    labels = [leaf["label"] for leaf in leaves]
    if now.label not in labels:
        return None
    return {"by": str(now.person), "page": labels.index(now.label) + 1}
