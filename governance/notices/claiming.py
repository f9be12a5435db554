"""The statements of delivery: which letters are leased, and for each what became of the last.

They are written out because each letter asks them: through the object-relational layer they take
half of the time in which a letter is written and sent.
"""

from datetime import timedelta
from functools import cache

from django.db import connection, transaction

from governance.asking import prepared
from governance.notices.models import Notice, NoticeState
from governance.people.models import Person, User

# A worker that dies holds the letters it has leased no longer than this.
LEASE = timedelta(seconds=5)
# A notice comes with whom it is for, so that nothing more is asked.
READ = ((Notice, "leased"), (User, "reader"), (Person, "person"))

# The oldest that are due and that no other worker has or is taking (`SKIP LOCKED`). A lease that
# ends too far ahead was taken under a clock that has been put right since. From here on more of
# the same is another letter.
TAKE = """
WITH due AS (
    SELECT id FROM notices_notice
    WHERE state = 'queued' AND (next_try_at IS NULL OR next_try_at <= $1)
        AND (leased_until IS NULL OR leased_until <= $1 OR leased_until > $2)
    ORDER BY created_at LIMIT $3
    FOR UPDATE SKIP LOCKED
), leased AS (
    UPDATE notices_notice AS notice SET leased_until = $2, quiet = false
    FROM due WHERE notice.id = due.id
    RETURNING notice.*
)
SELECT {columns} FROM leased
JOIN people_user AS reader ON reader.id = leased.reader_id
JOIN people_person AS person ON person.id = reader.person_id
ORDER BY leased.created_at
"""

# One commit for each letter: how the last one went, and that the next one is being handed over.
SETTLE_AND_BEGIN = """
WITH settled AS (
    UPDATE notices_notice
    SET state = $1, error = $2, sent_at = $3, claimed_at = $4, next_try_at = $5
    WHERE id = $6 AND state = 'sending' AND claimed_at = $7
)
UPDATE notices_notice
SET state = 'sending', claimed_at = $8, attempts = attempts + 1, leased_until = NULL
WHERE id = $9 AND state = 'queued' AND leased_until = $10
RETURNING state, claimed_at, attempts
"""
NOTHING_TO_SETTLE = ("", "", None, None, None, None, None)
NOTHING_TO_BEGIN = (None, None, None)


@cache
def take_statement():
    columns = (f'{name}."{field.column}"' for model, name in READ for field in fields_of(model))
    return TAKE.format(columns=", ".join(columns))


def fields_of(model):
    return model._meta.concrete_fields


@transaction.atomic(durable=True)
def lease(now, limit):
    """Keep the oldest letters that are due for this worker, at most `limit`; with their readers."""
    with prepared(), connection.cursor() as cursor:
        cursor.execute(take_statement(), (now, now + LEASE, limit))
        rows = cursor.fetchall()
    readers: dict = {}
    return [read(row, readers) for row in rows]


def read(row, readers):
    """One notice; a reader of several letters is one, and is asked who they are once."""
    rest, found = list(row), []
    for model, _ in READ:
        fields = fields_of(model)
        values, rest = rest[: len(fields)], rest[len(fields) :]
        found.append(model.from_db(connection.alias, [f.attname for f in fields], values))
    notice, reader, reader.person = found[0], found[1], found[2]
    notice.reader = readers.setdefault(reader.pk, reader)
    return notice


def settle_and_begin(settled, following, *, now):
    """Note how a letter went and claim the next one of the lease, in one commit.

    `settled` are the facts of `went`, or None; `following` is a leased notice, or None. Returns
    whether the next one is this worker's to hand over: it is not once the lease has ended.
    """
    began = (now, following.pk, following.leased_until) if following else NOTHING_TO_BEGIN
    with prepared(), connection.cursor() as cursor:
        cursor.execute(SETTLE_AND_BEGIN, (*(settled or NOTHING_TO_SETTLE), *began))
        row = cursor.fetchone()
    if row is None:
        return False
    following.state, following.claimed_at, following.attempts = row
    return True


def went(notice, *, state, error, now, next_try_at=None):
    """The facts that settle a claimed letter, unless somebody else has taken it up meanwhile."""
    waits = state == NoticeState.QUEUED
    return (
        str(state),
        error,
        now if state == NoticeState.SENT else None,
        None if waits else notice.claimed_at,
        next_try_at if waits else notice.next_try_at,
        notice.pk,
        notice.claimed_at,
    )


def release(notices):
    """Leave to others what was leased and not begun."""
    for until in {notice.leased_until for notice in notices}:
        mine = Notice.objects.filter(pk__in=[notice.pk for notice in notices])
        mine.filter(state=NoticeState.QUEUED, leased_until=until).update(leased_until=None)
