"""What the role that runs the portal may do with each table. It owns none of them.

Triggers keep the record, and grants say the same once more: where a trigger refuses every UPDATE or
DELETE, the role may not even try, and it may TRUNCATE nothing, which no row trigger could stop.
"""

import pgtrigger
from django.db import connection, transaction
from pgtrigger.registry import registered

EVERYTHING = ("SELECT", "INSERT", "UPDATE", "DELETE")
# Which migrations were applied is the owner's business.
READ_ONLY = {"django_migrations": ("SELECT",)}


def refused_by_triggers():
    """Per table, the operations that a trigger refuses for every row."""
    refused = {}
    for model, trigger in registered():
        if isinstance(trigger, pgtrigger.Protect) and trigger.condition is None:
            operations = getattr(trigger.operation, "operations", [trigger.operation])
            names = {str(operation).upper() for operation in operations}
            refused.setdefault(model._meta.db_table, set()).update(names)
    return refused


def privileges():
    """Per table of the database, what the portal's role may do with it."""
    refused = refused_by_triggers()
    tables = connection.introspection.table_names()
    return {
        table: READ_ONLY.get(
            table, tuple(one for one in EVERYTHING if one not in refused.get(table, ()))
        )
        for table in tables
    }


@transaction.atomic
def grant_to(role):
    """Give the role what it needs, and take back whatever else it had."""
    quoted = connection.ops.quote_name
    name = quoted(role)
    with connection.cursor() as cursor:
        for kind in ("TABLES", "SEQUENCES"):
            cursor.execute(f"REVOKE ALL ON ALL {kind} IN SCHEMA public FROM {name}")
        for table, allowed in sorted(privileges().items()):
            cursor.execute(f"GRANT {', '.join(allowed)} ON {quoted(table)} TO {name}")
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}")
