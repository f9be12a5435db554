from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import migrations


class Migration(migrations.Migration):
    """Found by an index of their words."""

    dependencies = [("minutes", "0002_rules_papers_and_two_signatures")]

    operations = [
        migrations.AddIndex(
            model_name="minutesversion",
            index=GinIndex(SearchVector("text", config="english"), name="minutes_words"),
        ),
    ]
