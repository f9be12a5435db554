"""What waits to be read: a version of a book that a reader has not said they have."""

from django.db.models import Exists, OuterRef

from governance.papers.models import Acknowledgement, Edition


def unread(user):
    """Whether a meeting's book has something for the reader of which they have not said so."""
    said = Acknowledgement.objects.filter(
        edition__meeting=OuterRef("meeting"),
        edition__number__gte=OuterRef("number"),
        person=user.person_id,
    )
    return Exists(Edition.objects.new_to(user).filter(~Exists(said), meeting=OuterRef("pk")))
