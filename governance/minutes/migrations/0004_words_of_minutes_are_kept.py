import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """A search reads the words of minutes as they are kept with each wording."""

    dependencies = [
        ("minutes", "0003_words_by_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="minutesversion",
            name="minutes_words",
        ),
        migrations.AddField(
            model_name="minutesversion",
            name="words",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.contrib.postgres.search.SearchVector("text", config="english"),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            model_name="minutesversion",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["words"], name="minutes_have_words"
            ),
        ),
    ]
