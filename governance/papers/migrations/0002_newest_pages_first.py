from django.db import migrations, models
from django.db.models.functions import Now

# Words are looked into on many pages at once, text is shown of a few: the words stay in the row,
# not packed, and the text goes out of it.
LAID_OUT = """
    ALTER TABLE papers_sheet
        ALTER COLUMN words SET STORAGE MAIN, ALTER COLUMN text SET STORAGE EXTERNAL,
        SET (toast_tuple_target = 4080);
"""
AS_BEFORE = """
    ALTER TABLE papers_sheet
        ALTER COLUMN words SET STORAGE EXTENDED, ALTER COLUMN text SET STORAGE EXTENDED,
        RESET (toast_tuple_target);
"""
# Whatever was kept before is as old as its version, and is laid out anew by the way.
AS_OLD_AS_ITS_VERSION = """
    ALTER TABLE papers_sheet DISABLE TRIGGER USER;
    UPDATE papers_sheet SET brought_at = papers_paperversion.brought_at
        FROM papers_paperversion WHERE papers_paperversion.id = papers_sheet.version_id;
    ALTER TABLE papers_sheet ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    """The newest pages are found first, and quickly where most pages have a word."""

    dependencies = [("papers", "0001_papers_books_and_notes")]

    operations = [
        migrations.RunSQL(LAID_OUT, AS_BEFORE),
        migrations.AddField(
            model_name="sheet",
            name="brought_at",
            field=models.DateTimeField(db_default=Now(), editable=False),
        ),
        migrations.RunSQL(AS_OLD_AS_ITS_VERSION, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="sheet",
            index=models.Index(fields=["-brought_at"], name="sheet_newest"),
        ),
    ]
