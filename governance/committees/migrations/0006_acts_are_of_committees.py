"""An act that is not the Board's is a committee's; the record comes before its table."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("committees", "0005_charters_and_delegations"),
        ("records", "0004_acts_of_bodies"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE records_act ADD CONSTRAINT act_of_a_committee FOREIGN KEY (committee_id) "
            "REFERENCES committees_committee (id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE records_act DROP CONSTRAINT act_of_a_committee",
        )
    ]
