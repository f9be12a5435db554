from django.db import migrations

MAKE = """
CREATE FUNCTION records_entry_digest(entry records_entry) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(jsonb_build_array(
        entry.previous_digest, entry.number, entry.subject_label, entry.subject_id, entry.move,
        entry.source, entry.target, entry.actor_id, extract(epoch FROM entry.at),
        entry.why, entry.provision)::text, 'UTF8')), 'hex')
$$
"""


class Migration(migrations.Migration):
    """The digest that chains each entry to the one before it (C12)."""

    dependencies = [("records", "0001_initial")]

    operations = [
        migrations.RunSQL(MAKE, "DROP FUNCTION records_entry_digest(records_entry)"),
    ]
