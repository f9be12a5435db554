"""Every motion that was carried is an act of its body."""

from zoneinfo import ZoneInfo

from django.db import migrations


def record_acts(apps, schema_editor):
    company = apps.get_model("records", "Company").objects.first()
    zone = ZoneInfo(company.time_zone if company else "America/New_York")
    acts = apps.get_model("records", "Act").objects
    motions = apps.get_model("decisions", "Motion").objects.filter(state="passed")
    for motion in motions.select_related("meeting"):
        acts.create(
            committee=motion.meeting.committee_id,
            how="motion",
            source=motion.pk,
            day=motion.closed_at.astimezone(zone).date(),
            title=motion.title,
            text=motion.text,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0003_fix_what_is_over"),
        ("records", "0004_acts_of_bodies"),
    ]

    operations = [migrations.RunPython(record_acts, migrations.RunPython.noop)]
