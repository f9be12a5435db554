"""Editions that are out take the briefs that their readers saw until now: those of the items."""

from django.db import migrations


def take_briefs(apps, schema_editor):
    Brief = apps.get_model("papers", "Brief")
    Edition = apps.get_model("papers", "Edition")
    EditionBrief = apps.get_model("papers", "EditionBrief")
    rows = (
        EditionBrief(
            edition=edition,
            item_id=brief.item_id,
            decision=brief.decision,
            changed=brief.changed,
            page_budget=brief.page_budget,
        )
        for edition in Edition.objects.all()
        for brief in Brief.objects.filter(item__meeting=edition.meeting_id)
        if brief.decision or brief.changed or brief.page_budget
    )
    EditionBrief.objects.bulk_create(rows)


class Migration(migrations.Migration):
    dependencies = [("papers", "0005_briefs_of_editions")]
    operations = [migrations.RunPython(take_briefs, migrations.RunPython.noop)]
