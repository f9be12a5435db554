"""A file arrives: it is kept at once, checked by the worker, and then a paper, or refused."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from celery import current_app
from celery.contrib.testing.worker import start_worker
from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from boardroom import serving
from governance.meetings import ledger
from governance.meetings import operations as meetings
from governance.meetings.models import ItemGuest
from governance.papers import arriving, tasks
from governance.papers.cleaning import LIMITS
from governance.papers.models import Arrival, Paper, PaperVersion
from governance.papers.models.arrival import GIVEN_UP_AFTER
from governance.records.models import StoredFile
from governance.refusals import Refused
from tests.factories import meetings as called
from tests.notices.test_bell import eventually
from tests.papers.conftest import PLAN

pytestmark = pytest.mark.django_db
PRESENTER = "manager"


@pytest.fixture
def item(meeting):
    return meeting.items.get(title="The invented plan")


@pytest.fixture
def arrive(cast, now, item, file):
    """A file of so many pages arrives for the plan."""

    hours = (now + timedelta(milliseconds=number) for number in count())

    def arrive(words=PLAN, pages=2, *, by=PRESENTER, source=None, **facts):
        source = source or file(words, pages, name=words)
        facts = {"name": Path(source).name, "by": cast[by], "at": next(hours)} | facts
        return arriving.receive(item, source=source, **facts)

    return arrive


@pytest.fixture
def wrong(tmp_path):
    """What is no document, whatever its name says."""
    path = tmp_path / "canary.pdf"
    path.write_text("<html><script>alert('canary')</script></html>")
    return path


def again(arrival):
    return Arrival.objects.get(pk=arrival.pk)


def test_a_file_is_kept_and_is_no_paper_before_it_was_checked(arrive, item):
    arrival = arrive()
    assert (arrival.state, arrival.item) == ("waiting", item)
    assert b"%PDF-" in b"".join(arrival.file.read())
    assert not Paper.objects.exists()


def test_what_was_checked_is_a_paper_of_who_brought_it(arrive, now, cast):
    arrival = arrive(title="The plan")
    assert arriving.check(arrival.pk, now=now)
    paper = Paper.objects.get()
    assert (paper.title, paper.brought_by) == ("The plan", cast[PRESENTER])
    arrival = again(arrival)
    assert (arrival.state, arrival.paper, arrival.file) == ("brought", paper, None)
    assert "2 pages." in arrival.says
    # The file as it was brought is the version's now.
    assert b"%PDF-" in b"".join(paper.versions.get().original.read())


def test_what_is_refused_says_why_and_is_not_kept(arrive, now, wrong):
    arrival = arrive(source=wrong)
    arriving.check(arrival.pk, now=now)
    arrival = again(arrival)
    assert arrival.state == "refused" and "none of those that are taken" in arrival.says
    assert not Paper.objects.exists() and not StoredFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_bytes_of_what_was_refused_go(arrive, now, wrong):
    arrival = arrive(source=wrong)
    place = arrival.file.place
    assert default_storage.exists(place)
    arriving.check(arrival.pk, now=now)
    assert not default_storage.exists(place)


def test_what_somebody_else_brought_too_stays(arrive, now, cast, file):
    first = arrive()
    arriving.check(first.pk, now=now)
    second = arrive()
    arriving.put_away(second, by=cast[PRESENTER])
    assert b"%PDF-" in b"".join(PaperVersion.objects.get().original.read())


def test_another_version_arrives_too(arrive, now, published, cast, file):
    paper = Paper.objects.get(title__contains=PLAN)
    arrival = arrive("another plan", 3, by="secretary", renews=paper)
    arriving.check(arrival.pk, now=now)
    assert again(arrival).says.startswith("Version 2.")
    assert paper.versions.count() == 2
    same = arrive("another plan", 3, by="secretary", renews=paper)
    arriving.check(same.pk, now=now)
    assert "the same as the version that is there" in again(same).says


def test_what_can_be_told_at_once_is(arrive, cast, tmp_path):
    empty = tmp_path / "empty.pdf"
    empty.touch()
    with pytest.raises(Refused, match="empty"):
        arrive(source=empty)
    with pytest.raises(Refused, match="may not"):
        arrive(by="audit_chair")
    large = tmp_path / "large.pdf"
    with large.open("wb") as out:
        out.truncate(LIMITS.bytes + 1)
    with pytest.raises(Refused, match="100 are the most"):
        arrive(source=large)
    assert not Arrival.objects.exists()


def no_office(cast, item, now):
    cast["secretary"].person.appointments.update(until=now.date() - timedelta(days=1))


def no_account(cast, item, now):
    cast["secretary"].is_active = False
    cast["secretary"].save(update_fields=["is_active"])


def recused(cast, item, now):
    meetings.record_recusal(
        item,
        cast["secretary"].person,
        mode="left",
        basis="An invented firm.",
        by=cast["chair"],
        at=now,
    )


@pytest.mark.parametrize("lose", [no_office, no_account])
def test_who_loses_the_right_meanwhile_brings_nothing(lose, arrive, cast, item, now):
    arrival = arrive(by="secretary")
    lose(cast, item, now)
    arriving.check(arrival.pk, now=now)
    assert again(arrival).state == "refused" and "not bring" in again(arrival).says
    assert not Paper.objects.exists()


def test_a_guest_who_is_uninvited_brings_nothing_and_sees_nothing(arrive, cast, item, now):
    guest = cast["chief_financial_officer"]
    ledger.invite_guest(item, guest.person, ground="insight", by=cast["secretary"], at=now)
    arrival = arrive(by="chief_financial_officer")
    assert Arrival.objects.visible_to(guest).exists()
    ItemGuest.objects.all().delete()
    arriving.check(arrival.pk, now=now)
    assert again(arrival).state == "refused"
    assert not Arrival.objects.visible_to(guest).exists()


def test_one_is_checked_at_a_time_so_that_letters_have_a_worker(arrive, now):
    first, second = arrive("first"), arrive("second")
    assert arriving.claim(first.pk, now)
    assert arriving.claim(second.pk, now) is None
    assert arriving.next_due(now) is None
    assert arriving.next_due(now + GIVEN_UP_AFTER) == first.pk


def test_who_was_ended_in_the_middle_leaves_it_to_the_next(arrive, now):
    arrival = arrive()
    arriving.claim(arrival.pk, now)  # and nothing more is heard of this worker
    assert not arriving.check(arrival.pk, now=now + timedelta(minutes=1))
    later = now + GIVEN_UP_AFTER
    assert arriving.next_due(later) == arrival.pk
    assert arriving.check(arrival.pk, now=later)
    assert again(arrival).state == "brought" and Paper.objects.count() == 1


def test_who_comes_back_late_brings_nothing_twice(arrive, now):
    arrival = arrive()
    slow = arriving.claim(arrival.pk, now)
    arriving.check(arrival.pk, now=now + GIVEN_UP_AFTER)
    with pytest.raises(Refused, match="Somebody else"):
        arriving.bring(slow, now)
    arriving.refuse(slow, "Too late.", at=now)
    assert again(arrival).state == "brought" and Paper.objects.count() == 1


def test_what_ends_every_worker_is_refused_in_the_end(arrive, now):
    arrival = arrive()
    for turn in range(arriving.MOST_TRIES):
        assert arriving.claim(arrival.pk, now + turn * GIVEN_UP_AFTER)
    assert arriving.check(arrival.pk, now=now + arriving.MOST_TRIES * GIVEN_UP_AFTER)
    assert again(arrival).state == "refused" and "could not be checked" in again(arrival).says
    assert not StoredFile.objects.exists()


def test_a_full_disk_is_no_fault_of_the_file(arrive, now, monkeypatch, caplog):
    arrival = arrive()
    with monkeypatch.context() as patched:
        patched.setattr(arriving, "bring", full)
        assert not arriving.check(arrival.pk, now=now)
    assert again(arrival).state == "waiting" and str(arrival.pk) in caplog.text
    assert PLAN not in caplog.text
    assert arriving.check(arrival.pk, now=now) and again(arrival).state == "brought"


def full(arrival, now):
    raise OSError("No space left on device")


def test_a_file_that_takes_too_long_is_refused(arrive, now, monkeypatch):
    arrival = arrive()

    def forever(arrival, now):
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(arriving, "bring", forever)
    assert arriving.check(arrival.pk, now=now)
    assert "took too long" in again(arrival).says


def test_its_limits_fit_into_each_other():
    """The process that opens a file, the job, the worker that is given up, and the broker."""
    job = tasks.check_arrival
    assert LIMITS.seconds < job.soft_time_limit < job.time_limit
    assert job.time_limit < GIVEN_UP_AFTER.total_seconds() < 3600 / 2
    # No page waits for it.
    assert serving.timeout == 30


def test_what_became_of_it_is_put_away(arrive, cast, now, wrong):
    refused, waiting = arrive(source=wrong), arrive()
    arriving.check(refused.pk, now=now)
    arriving.put_away(refused, by=cast[PRESENTER])
    arriving.put_away(waiting, by=cast["secretary"])
    assert not Arrival.objects.exists() and not StoredFile.objects.exists()
    under_way = arrive()
    arriving.claim(under_way.pk, now)
    with pytest.raises(Refused, match="being checked"):
        arriving.put_away(under_way, by=cast[PRESENTER])


def test_an_item_is_removed_though_a_file_for_it_was_refused(cast, now, file, wrong):
    by = {"by": cast["secretary"], "at": now}
    item = meetings.add_item(called.scheduled(**by), title="No longer of interest", **by)
    arrival = arriving.receive(item, source=wrong, name="canary.pdf", **by)
    with pytest.raises(Refused, match="being checked"):
        meetings.remove_item(item, **by)
    assert again(arrival).state == "waiting"
    arriving.check(arrival.pk, now=now)
    meetings.remove_item(item, **by)
    assert not Arrival.objects.exists()


def test_what_became_of_files_is_cleared_away(arrive, now, wrong):
    brought, refused = arrive(), arrive(source=wrong)
    for one in (brought, refused):
        arriving.check(one.pk, now=now)
    arriving.tidy(now + timedelta(hours=23))
    assert Arrival.objects.count() == 2
    arriving.tidy(now + timedelta(days=2))
    assert Arrival.objects.get() == refused
    arriving.tidy(now + timedelta(days=31))
    assert not Arrival.objects.exists() and Paper.objects.exists()


def test_the_row_says_nothing_of_the_file(arrive, now, wrong):
    arrival = arrive(source=wrong, title="canary of a title")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '') FROM papers_arrival t")
        told = cursor.fetchone()[0]
    assert "canary" not in told and b"canary".hex() not in told
    assert (arrival.name, arrival.title) == ("canary.pdf", "canary of a title")


def test_the_page_follows_until_everything_is_settled(arrive, cast, item, now, wrong):
    client = Client()
    client.force_login(cast[PRESENTER])
    address = f"/papers/items/{item.pk}/"
    assert "data-live" not in client.get(address).content.decode()
    first, second = arrive("first"), arrive(source=wrong)
    page = client.get(address)
    assert page.context["news"] and "Waits to be checked" in page.content.decode()
    seen = {"headers": {"Boardroom-Seen": page.context["news"]}}
    assert client.get(address, **seen).status_code == 204
    arriving.claim(first.pk, now)
    page = client.get(address, **seen).content.decode()
    assert "Being checked" in page
    later = now + GIVEN_UP_AFTER
    for one in (first, second):
        arriving.check(one.pk, now=later)
    page = client.get(address).content.decode()
    assert "data-live" not in page
    assert "none of those that are taken" in page and "Put away" in page
    client.post(f"/papers/arrivals/{second.pk}/")
    assert "none of those that are taken" not in client.get(address).content.decode()


def test_the_office_sees_at_its_desk_that_something_is_on_its_way(arrive, cast, meeting):
    arrive()
    client = Client()
    client.force_login(cast["secretary"])
    assert "1 being checked" in client.get(f"/papers/books/{meeting.pk}/build/").content.decode()


def test_an_empty_file_is_named_and_keeps_no_other_back(cast, item, file):
    client = Client()
    client.force_login(cast[PRESENTER])
    empty = SimpleUploadedFile("nothing.pdf", b"")
    with file(PLAN, 2).open("rb") as one:
        answer = client.post(f"/papers/items/{item.pk}/", {"documents": [empty, one]})
    page = answer.content.decode()
    assert "nothing.pdf" in page and "The file is empty." in page
    assert [one.name for one in Arrival.objects.all()] == [Path(one.name).name]


@pytest.mark.django_db(transaction=True)
def test_a_worker_checks_what_is_brought_on_a_page(cast, item, file, wrong):
    client = Client()
    client.force_login(cast[PRESENTER])
    address = f"/papers/items/{item.pk}/"
    app = current_app._get_current_object()
    with start_worker(app, pool="solo", perform_ping_check=False):
        good = file(PLAN, 2)
        with good.open("rb") as one, wrong.open("rb") as other:
            answer = client.post(address, {"documents": [one, other]})
        assert answer.status_code == 302
        eventually(lambda: not Arrival.objects.underway().exists())
    assert sorted(Arrival.objects.values_list("state", flat=True)) == ["brought", "refused"]
    page = client.get(address).content.decode()
    assert "Brought" in page and "Not taken" in page


@pytest.mark.django_db(transaction=True)
def test_many_workers_bring_each_file_once(arrive, item):
    arrivals = [arrive(f"paper {number}", 1) for number in range(4)]
    begin = threading.Barrier(4)

    def work(number):
        try:
            begin.wait(timeout=30)
            for _turn in range(40):
                for one in arrivals:
                    arriving.check(one.pk, now=timezone.now())
                if not Arrival.objects.underway().exists():
                    return
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(4)))
    while (key := arriving.next_due(timezone.now())) is not None:
        arriving.check(key, now=timezone.now())
    assert Paper.objects.count() == 4
    assert set(Arrival.objects.values_list("state", "tries")) == {("brought", 1)}
