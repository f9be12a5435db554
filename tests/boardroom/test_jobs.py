"""Jobs can be relied upon: rung twice they are done once, and a message holds nothing but ids."""

import inspect
import threading
from datetime import timedelta

import pytest
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from boardroom.alone import turn_of
from boardroom.celery import CompanyTask, scheduled
from governance.notices.models import IN_DOUBT_AFTER

OURS = ("boardroom.", "governance.", "clawback.")
# What a job may be told: which rows, which day, and which of a few words of our own.
MAY_BE_TOLD = {"user_id", "edition", "arrival", "change", "on"}


def jobs():
    current_app.loader.import_default_modules()
    return {name: task for name, task in current_app.tasks.items() if name.startswith(OURS)}


def test_jobs_are_told_which_rows_and_nothing_of_them():
    for name, task in jobs().items():
        assert set(inspect.signature(task.run).parameters) <= MAY_BE_TOLD, name


def test_the_schedule_tells_jobs_nothing():
    for entry in current_app.conf.beat_schedule.values():
        assert set(entry) <= {"task", "schedule", "options"}
        assert entry["task"] in jobs()


def test_a_worker_that_dies_leaves_its_message_to_another():
    conf = current_app.conf
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    assert conf.task_ignore_result
    assert conf.result_backend is None
    assert conf.accept_content == ["json"]
    assert not conf.worker_enable_remote_control
    for name, task in jobs().items():
        assert task.acks_late, name
        assert task.reject_on_worker_lost, name


def test_no_job_outlasts_what_is_waited_for():
    """A letter is in doubt, and a message is given to another worker, when nobody has it."""
    longest = max(task.time_limit or settings.CELERY_TASK_TIME_LIMIT for task in jobs().values())
    assert settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT
    assert timedelta(seconds=longest) < IN_DOUBT_AFTER


def test_redis_gives_a_message_to_another_worker_only_when_its_first_is_done(monkeypatch):
    from boardroom import settings as read

    monkeypatch.setattr(read, "CELERY_BROKER_URL", "redis://broker.example:6379/0")
    assert read.broker_options()["visibility_timeout"] > settings.CELERY_TASK_TIME_LIMIT


# Alone, and once


@pytest.fixture
def job():
    """A job of the schedule, and how often it was done."""
    done = []

    @current_app.task(base=CompanyTask, name="tests.once", bind=False)
    def once():
        done.append(True)

    current_app.conf.beat_schedule["tests-once"] = {"task": "tests.once", "schedule": 60.0}
    cache.clear()
    yield once, done
    del current_app.conf.beat_schedule["tests-once"]
    current_app.tasks.unregister("tests.once")
    cache.clear()


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_have_a_job_done_once(company, job):
    once, done = job
    begin = threading.Barrier(2)

    def rung():
        begin.wait(timeout=30)
        try:
            once.apply().get()
        finally:
            connection.close()

    beats = [threading.Thread(target=rung) for _ in range(2)]
    for beat in beats:
        beat.start()
    for beat in beats:
        beat.join()
    assert done == [True]
    once.apply().get()
    assert done == [True]


@pytest.mark.django_db
def test_at_another_moment_it_is_done_again(company, job):
    once, done = job
    once.apply().get()
    cache.clear()
    once.apply().get()
    assert done == [True, True]


@pytest.mark.django_db
def test_one_who_fails_or_dies_has_not_done_it(company, job):
    with pytest.raises(ZeroDivisionError), turn_of("tests.once") as mine:
        assert mine
        raise ZeroDivisionError
    once, done = job
    once.apply().get()
    assert done == [True]


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_another_who_is_at_it(company):
    found = []

    def another(job):
        with turn_of(job) as mine:
            found.append(mine)
        connection.close()

    with turn_of("tests.at-it") as mine:
        assert mine
        for name in ("tests.at-it", "tests.something-else"):
            other = threading.Thread(target=another, args=(name,))
            other.start()
            other.join()
    assert found == [False, True]


def test_only_delivery_is_safe_in_parallel():
    beside = {name for name in scheduled() if not jobs()[name].alone}
    assert beside == {"governance.notices.tasks.deliver_notices"}
