"""What waits to be read: the latest version of a book that a reader has not said they have."""

from django.db.models import Exists, OuterRef, Subquery

from governance.papers.models import Acknowledgement, Edition


def unread(user):
    """For each meeting the number of the latest version of its book, while it waits for the reader.

    Which pages they have is asked when they open it.
    """
    said = Acknowledgement.objects.filter(edition=OuterRef("pk"), person=user.person_id)
    editions = Edition.objects.latest_of_each().filter(~Exists(said), meeting=OuterRef("pk"))
    return Subquery(editions.values("number")[:1])
