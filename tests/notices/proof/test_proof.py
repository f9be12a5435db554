"""No letter is lost and none is doubled, whatever happens to the parts of its delivery.

Each proof is told in a short version, which every run does, and in a long one.
"""

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from governance.meetings.mail import MEETING_NOTICED
from governance.notices import kinds
from governance.notices.delivering import send_again
from governance.notices.models import Notice
from governance.people.models import Office
from governance.records.models import Company
from tests.notices.conftest import account, call
from tests.notices.proof.parts import (
    Proof,
    address_of_test,
    cut_lines,
    database_of_its_own,
    eventually,
    queued,
    write_reminders,
)

pytestmark = pytest.mark.needs("redis-server")

# A letter takes this long to be taken, half before and half after, so that a kill meets it there.
PAUSE = 0.004
LONG = pytest.mark.deep
STANDS = pytest.mark.django_db(transaction=True)


@pytest.fixture
def proof(tmp_path):
    """Parts as they are asked for, ended with the test."""
    made = []

    def make(**how):
        made.append(Proof(tmp_path, how.pop("database", None) or address_of_test(), **how))
        return made[-1].__enter__()

    yield make
    for one in made:
        one.__exit__()


def told(name, **figures):
    print(f"\n{name}: " + ", ".join(f"{what} {number}" for what, number in figures.items()))


@pytest.mark.parametrize(
    "number, workers, kills", [(120, 2, 4), pytest.param(10_000, 4, 50, marks=LONG)]
)
@STANDS
def test_workers_that_are_killed_neither_lose_a_letter_nor_double_one(
    number, workers, kills, proof, meeting, readers
):
    parts = proof(pause=PAUSE)
    write_reminders(number, meeting, readers)
    in_doubt = killed_all_along(parts, number, workers, kills)
    parts.settle()
    figures = parts.figures()
    told("killed, the relay asked", **figures, kills=parts.kills, in_doubt=in_doubt)
    assert figures == {"letters": number, "lost": 0, "doubled": 0}
    assert not Notice.objects.exclude(state="sent").exists()


@pytest.mark.parametrize(
    "number, workers, kills", [(60, 2, 3), pytest.param(10_000, 4, 50, marks=LONG)]
)
@STANDS
def test_without_the_relay_a_legal_notice_is_not_lost_either(
    number, workers, kills, proof, meeting, readers, monkeypatch
):
    name = MEETING_NOTICED.name
    monkeypatch.setitem(kinds._KINDS, name, replace(kinds.find(name), legal=True))
    parts = proof(pause=PAUSE, asks=False)
    write_reminders(number, meeting, readers)
    in_doubt = killed_all_along(parts, number, workers, kills)
    parts.settle()
    figures = parts.figures()
    told("killed, the relay not asked", **figures, kills=parts.kills, in_doubt=in_doubt)
    assert figures["lost"] == 0
    # Only what was in doubt can arrive twice.
    assert figures["doubled"] <= in_doubt


def killed_all_along(parts, number, workers, kills):
    """Deliver while one worker after the other is killed; returns how many letters are in doubt."""
    for _ in range(workers):
        parts.worker()
    apart = number // (kills + 2)
    for at in range(kills):
        parts.ring_until(lambda mark=(at + 1) * apart: parts.ask("count") >= mark)
        parts.kill_one(at)
    parts.deliver_all()
    parts.kill_all()
    return Notice.objects.filter(state="sending").count()


@pytest.mark.parametrize("number", [100, pytest.param(5_000, marks=LONG)])
@STANDS
def test_a_broker_that_goes_forgets_and_repeats_itself_costs_no_letter(
    number, proof, meeting, readers
):
    """It is down for a while, comes back empty, delivers each bell thrice, and two beats ring."""
    parts = proof(pause=PAUSE, beat=1)
    write_reminders(number, meeting, readers)
    for _ in range(2):
        parts.worker()
    parts.ring_until(lambda: parts.ask("count") >= number // 4, times=3)
    parts.stop_broker()
    time.sleep(1)
    parts.start_broker()
    for name in ("first", "second"):
        parts.beat(name)
    # Nobody else rings any more.
    eventually(lambda: not queued().exists())
    parts.settle()
    figures = parts.figures()
    told("broker gone, wiped, thrice, two beats", **figures)
    assert figures == {"letters": number, "lost": 0, "doubled": 0}


CODES = [f"{stage} {code}" for stage in ("MAIL", "RCPT", "DATA", "END") for code in (421, 450, 452)]
NEVER = [f"{stage} 55{digit}" for digit, stage in enumerate(("MAIL", "RCPT", "DATA", "END"))]
STAGES = ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "BODY", "END", "AFTER")
DROPS = [f"{stage} drop" for stage in STAGES]
STALLS = [f"{stage} stall" for stage in STAGES]


@pytest.mark.parametrize("number, stalls", [(240, 0), pytest.param(5_000, 20, marks=LONG)])
@STANDS
def test_a_mail_server_that_misbehaves_at_every_stage_loses_no_letter(
    number, stalls, proof, meeting, readers, cast
):
    parts = proof(timeout=1)
    write_reminders(number, meeting, readers)
    trouble = [act for one in zip(CODES, DROPS * 2, NEVER * 3, strict=False) for act in one]
    trouble += ["CONNECT stall", "RCPT stall", "END stall", "AFTER stall"] if not stalls else []
    trouble = trouble * max(1, stalls) + STALLS * stalls
    spread = [act for one in trouble for act in (one, *["take"] * (number // len(trouble) // 2))]
    parts.script(spread)
    for _ in range(2):
        parts.worker()
    while Notice.objects.exclude(state="sent").exists():
        parts.deliver_all()
        parts.settle()
        for notice in Notice.objects.filter(state="failed"):
            # The secretary finds each in the list, with its code.
            assert notice.error
            send_again(notice, by=cast["secretary"], at=timezone.now())
        parts.worker()
    figures = parts.figures()
    told("misbehaving mail server", **figures, acts=len(trouble))
    assert figures == {"letters": number, "lost": 0, "doubled": 0}


def delivered_while(broken, parts, number, times, meeting, readers):
    """Deliver so many letters while the database is broken so often."""
    write_reminders(number, meeting, readers)
    for _ in range(2):
        parts.worker()
    for at in range(times):
        mark = (at + 1) * number // (times + 2)
        parts.ring_until(lambda mark=mark: parts.ask("count") >= mark)
        broken()
    parts.deliver_all()
    parts.settle()
    figures = parts.figures()
    told("database broken", **figures, times=times)
    assert figures == {"letters": number, "lost": 0, "doubled": 0}


@STANDS
def test_a_database_that_cuts_every_line_costs_no_letter(proof, meeting, readers):
    """As a restart is seen by those who are connected, whatever they were about to say."""

    def cut():
        connection.close()
        cut_lines(parts.database)

    parts = proof(pause=PAUSE)
    delivered_while(cut, parts, 100, 3, meeting, readers)


@LONG
def test_a_database_that_is_restarted_in_the_middle_costs_no_letter(
    proof, tmp_path, django_db_blocker, django_db_setup
):
    """It breaks and recovers from its disk, with letters claimed and letters half noted."""
    with django_db_blocker.unblock(), database_of_its_own(tmp_path) as (url, break_it):
        Company.objects.create(name="Quillon & Byrd Invented, Inc.")
        secretary = account("Selma", Office.CORPORATE_SECRETARY)
        readers = [account(name, director=True) for name in ("Ada", "Bela", "Cyril")]
        meeting = call("special", by=secretary, at=timezone.now())
        parts = proof(pause=PAUSE, database=url)
        delivered_while(break_it, parts, 5_000, 20, meeting, readers)


# Seconds by which the clock is wrong: on, back, and over both changes of the hour.
HOUR = 3600
JUMPS = (3 * HOUR, -2 * HOUR, 200 * 24 * HOUR, -160 * 24 * HOUR, 0)


@pytest.mark.parametrize("number", [100, pytest.param(3_000, marks=LONG)])
@STANDS
def test_a_clock_that_is_moved_costs_no_letter(number, proof, meeting, readers, tmp_path):
    clock = tmp_path / "clock"
    clock.write_text("0")
    parts = proof(pause=PAUSE, clock=clock)
    write_reminders(number, meeting, readers)
    parts.script(["take", "RCPT 451"] * (number // 20))
    for _ in range(2):
        parts.worker()
    for at, jump in enumerate(JUMPS, 1):
        mark = at * number // (len(JUMPS) + 2)
        parts.ring_until(lambda mark=mark: parts.ask("count") >= mark)
        clock.write_text(str(jump))
    parts.deliver_all()
    parts.settle()
    figures = parts.figures()
    told("clock moved", **figures)
    assert figures == {"letters": number, "lost": 0, "doubled": 0}
    hour = timedelta(hours=1)
    assert not Notice.objects.filter(sent_at__gt=timezone.now() + 200 * 24 * hour).exists()
