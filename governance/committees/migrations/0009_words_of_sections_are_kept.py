import django.contrib.postgres.search
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    """A search reads the words of a charter as they are kept with each section."""

    dependencies = [
        ("committees", "0001_squashed_0008_seats_end_with_the_directorship"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="section",
            name="update_update",
        ),
        migrations.AddField(
            model_name="section",
            name="words",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.contrib.postgres.search.SearchVector(
                    "title", "text", config="english"
                ),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="section",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."charter_id" IS DISTINCT FROM (NEW."charter_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."tag" IS DISTINCT FROM (NEW."tag") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."title" IS DISTINCT FROM (NEW."title"))',
                    func='INSERT INTO "committees_sectionevent" ("charter_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "tag", "text", "title") VALUES (NEW."charter_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."tag", NEW."text", NEW."title"); RETURN NULL;',
                    hash="bdd3975eeac99254140fe0130005ee87b1c1d4ce",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_19707",
                    table="committees_section",
                    when="AFTER",
                ),
            ),
        ),
    ]
