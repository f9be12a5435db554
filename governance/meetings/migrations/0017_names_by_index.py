from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import migrations


class Migration(migrations.Migration):
    """Found by an index of the words of their names."""

    dependencies = [("meetings", "0016_invitations_and_feeds")]

    operations = [
        migrations.AddIndex(
            model_name="meeting",
            index=GinIndex(SearchVector("name", config="english"), name="meeting_words"),
        ),
    ]
