from django.db import migrations


class Migration(migrations.Migration):
    """The admin calls holds what they are."""

    dependencies = [("papers", "0002_newest_pages_first")]

    operations = [
        migrations.AlterModelOptions(
            name="hold", options={"ordering": ["-since"], "verbose_name": "legal hold"}
        ),
    ]
