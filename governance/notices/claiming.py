"""The two statements of every letter: what became of the last, and which is next.

They are written out because each letter asks them: through the object-relational layer they take
half of the time in which a letter is written and sent.
"""

from functools import cache

from django.db import connection

from governance.notices.models import Notice, NoticeState
from governance.people.models import Person, User

# A notice comes with whom it is for, so that nothing more is asked.
READ = ((Notice, "taken"), (User, "reader"), (Person, "person"))

SETTLE = """
UPDATE notices_notice
SET state = %(state)s, error = %(error)s, sent_at = %(sent_at)s,
    claimed_at = %(claimed_at)s, next_try_at = %(next_try_at)s
WHERE id = %(notice)s AND state = 'sending' AND claimed_at = %(was_claimed_at)s
"""

# The oldest that is due and that no other worker is taking (`SKIP LOCKED`). From here on more of
# the same is another letter.
TAKE = """
WITH due AS (
    SELECT id FROM notices_notice
    WHERE state = 'queued' AND (next_try_at IS NULL OR next_try_at <= %(now)s)
    ORDER BY created_at LIMIT 1
    FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE notices_notice AS notice
    SET state = 'sending', claimed_at = %(now)s, attempts = attempts + 1, quiet = false
    FROM due WHERE notice.id = due.id
    RETURNING notice.*
)
SELECT {columns} FROM taken
JOIN people_user AS reader ON reader.id = taken.reader_id
JOIN people_person AS person ON person.id = reader.person_id
"""


@cache
def take_statement():
    columns = (f'{name}."{field.column}"' for model, name in READ for field in fields_of(model))
    return TAKE.format(columns=", ".join(columns))


def fields_of(model):
    return model._meta.concrete_fields


def take(now):
    """Claim the oldest letter that is due, with its reader; None when none is."""
    with connection.cursor() as cursor:
        cursor.execute(take_statement(), {"now": now})
        row = cursor.fetchone()
    if row is None:
        return None
    rest, found = list(row), []
    for model, _ in READ:
        fields = fields_of(model)
        values, rest = rest[: len(fields)], rest[len(fields) :]
        found.append(model.from_db(connection.alias, [f.attname for f in fields], values))
    notice, reader, person = found
    notice.reader, reader.person = reader, person
    return notice


def note(notice, *, state, error, now, next_try_at=None):
    """Note how a claimed letter went, unless somebody else has taken it up meanwhile."""
    waits = state == NoticeState.QUEUED
    facts = {
        "state": state,
        "error": error,
        "sent_at": now if state == NoticeState.SENT else None,
        "claimed_at": None if waits else notice.claimed_at,
        "next_try_at": next_try_at if waits else notice.next_try_at,
    }
    asked = {"notice": notice.pk, "was_claimed_at": notice.claimed_at}
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, facts | asked)
