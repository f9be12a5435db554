"""What a refusal may not touch, compared before and after."""

from django.db import connection
from psycopg import sql


def fingerprint(models):
    """A digest of all rows of each table, in one question."""
    each = sql.SQL("SELECT {}, md5(string_agg(row::text, '|' ORDER BY row::text)) FROM {} AS row")
    tables = [model._meta.db_table for model in models]
    asked = sql.SQL(" UNION ALL ").join(
        each.format(sql.Literal(table), sql.Identifier(table)) for table in tables
    )
    with connection.cursor() as cursor:
        return dict(cursor.execute(asked).fetchall())
