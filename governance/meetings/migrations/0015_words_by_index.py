from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import migrations


class Migration(migrations.Migration):
    """Found by an index of their words."""

    dependencies = [("meetings", "0014_history_of_rows_written_together")]

    operations = [
        migrations.AddIndex(
            model_name="agendaitem",
            index=GinIndex(SearchVector("title", config="english"), name="item_words"),
        ),
    ]
