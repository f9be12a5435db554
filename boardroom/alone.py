"""A job of the schedule runs alone, and once for each time it is due, however many beats ring."""

from contextlib import contextmanager, suppress

from django.core.cache import cache
from django.db import Error as DatabaseProblem
from django.db import connection
from redis import RedisError

# Bells for the same moment ring within this many seconds; no schedule is as close as this.
SAME_MOMENT = 30


@contextmanager
def turn_of(job):
    """Whether it is this worker's turn: nobody else does the job now, or has done it just now.

    PostgreSQL holds the lock for this connection, and lets it go however the worker ends; then
    nothing is noted, and the job is done by whoever is rung next. What is noted is lost with the
    broker, and then a job is done a second time, after the first, which changes nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [job])
        [free] = cursor.fetchone()
    if not free:
        yield False
        return
    try:
        if was_done(job):
            yield False
        else:
            yield True
            with suppress(RedisError, OSError):
                cache.set(f"done:{job}", True, SAME_MOMENT)
    finally:
        # A connection that is gone has taken its lock along.
        with suppress(DatabaseProblem), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [job])


def was_done(job):
    with suppress(RedisError, OSError):
        return cache.get(f"done:{job}", False)
    return False
