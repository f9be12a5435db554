"""Before the portal starts: every part of the admin is one that starts from the door. Before its
tables are made: the database tells letters from marks."""

from django.contrib import admin
from django.core.checks import Error, Tags, Warning, register
from django.db import connections

# A word beside marks of no ASCII, which are letters to PostgreSQL where `lc_ctype` is "C".
TELLS_LETTERS = "SELECT to_tsvector('english', '\u201clease\u201d\u2014') @@ 'leas'::tsquery"


@register
def every_admin_starts_from_the_door(app_configs=None, **kwargs):
    """Refuse a registered model whose admin, or inline, does not start from `visible_to`."""
    found = []
    for site in admin.sites.all_sites:
        for model, options in site._registry.items():
            for part in (type(options), *options.inlines):
                if not getattr(part, "starts_from_visible_to", False):
                    found.append(
                        Error(
                            f"{part.__name__}, for {model._meta.label}, does not start from "
                            "visible_to.",
                            hint="Derive it from governance.admin.RoomAdmin.",
                            obj=part,
                            id="records.E001",
                        )
                    )
    return found


@register(Tags.database)
def the_database_tells_letters_from_marks(app_configs=None, databases=None, **kwargs):
    """Warn of a database in which a search misses whatever word has a curly quotation mark or a
    dash beside it."""
    found = []
    for alias in databases or ():
        with connections[alias].cursor() as cursor:
            cursor.execute(TELLS_LETTERS)
            if not cursor.fetchone()[0]:
                found.append(
                    Warning(
                        "This database takes quotation marks and dashes for letters: a search will "
                        "not find the words beside them.",
                        hint='Make it anew with an lc_ctype of UTF-8, such as "C.UTF-8".',
                        obj=alias,
                        id="records.W001",
                    )
                )
    return found
