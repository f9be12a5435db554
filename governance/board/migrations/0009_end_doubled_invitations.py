"""Counsel who were invited twice at once stay invited once: each ends where the next begins."""

from django.db import migrations
from django.db.models import Q


def end_all_but_the_last(apps, schema_editor):
    """An invitation that overlaps a later one of the same person ends when that one begins."""
    invitations = apps.get_model("board", "CounselInvitation").objects
    for row in invitations.order_by("person", "since", "id"):
        later = invitations.filter(person=row.person_id, since__gte=row.since).exclude(pk=row.pk)
        later = later.filter(Q(since__gt=row.since) | Q(id__gt=row.pk)).order_by("since", "id")
        following = later.first()
        if following is None or (row.until and row.until <= following.since):
            continue
        if following.since == row.since:
            row.delete()
        else:
            row.until = following.since
            row.save(update_fields=["until"])


class Migration(migrations.Migration):
    dependencies = [("board", "0008_what_directors_bring")]
    operations = [migrations.RunPython(end_all_but_the_last, migrations.RunPython.noop)]
