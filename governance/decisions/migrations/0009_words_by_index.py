from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import migrations


class Migration(migrations.Migration):
    """Found by an index of their words."""

    dependencies = [("decisions", "0008_pay_of_directors")]

    operations = [
        migrations.AddIndex(
            model_name="motion",
            index=GinIndex(SearchVector("title", "text", config="english"), name="motion_words"),
        ),
    ]
