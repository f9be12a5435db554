"""What an item asks belongs to the edition: a reader has what they had until the next one."""

from datetime import timedelta

import pytest
from django.test import Client

from governance.meetings import operations as meetings
from governance.notices.delivering import deliver
from governance.notices.models import Notice
from governance.papers import operations
from governance.papers.book import agenda_of, book_for
from governance.papers.models import EditionBrief
from governance.refusals import Refused
from tests.papers.conftest import PLAN

pytestmark = pytest.mark.django_db
BEFORE, AFTER = "Approve the plan.", "Approve the plan without the harbour."
READER, PRESENTER = "audit_chair", "manager"


@pytest.fixture
def ask(cast, now, meeting):
    """Say what the plan, or another item, asks."""

    def ask(decision, *, changed="", budget=None, title="The invented plan"):
        item = meeting.items.get(title=title)
        told = {"decision": decision, "changed": changed, "page_budget": budget}
        return operations.write_brief(item, **told, by=cast["secretary"], at=now)

    return ask


@pytest.fixture
def publish(cast, now, meeting):
    return lambda: operations.publish_book(meeting, by=cast["secretary"], at=now)


@pytest.fixture
def asked(cast, meeting, bring, ask, publish):
    """The book is out, and asks for the plan."""
    bring(meeting, "The invented plan", PLAN, 2)
    ask(BEFORE)
    return publish()


def reads(user, meeting):
    return str(agenda_of(book_for(user, meeting.editions.order_by("-number").first())).items)


def page(user, address):
    client = Client()
    client.force_login(user)
    return client.get(address).content.decode()


def test_readers_have_what_they_had_until_the_next_edition(asked, cast, meeting, ask, publish):
    ask(AFTER)
    assert BEFORE in reads(cast[READER], meeting) and AFTER not in reads(cast[READER], meeting)
    for address in (f"/papers/books/{meeting.pk}/", f"/papers/books/{meeting.pk}/read/"):
        assert AFTER not in page(cast[READER], address)
    publish()
    assert AFTER in reads(cast[READER], meeting)
    # Whoever asks what the first edition said reads what it said.
    assert BEFORE in str(agenda_of(book_for(cast[READER], asked)).items)


def test_the_office_sees_both(asked, cast, meeting, ask):
    item = meeting.items.get(title="The invented plan")
    desk = f"/papers/books/{meeting.pk}/build/"
    assert "what it asks, to publish" not in page(cast["secretary"], desk)
    ask(AFTER)
    told = page(cast["secretary"], f"/papers/items/{item.pk}/")
    assert BEFORE in told and AFTER in told and "Readers still have another one" in told
    assert "what it asks, to publish" in page(cast["secretary"], desk)


def test_a_reader_is_told_that_it_asks_something_else(asked, cast, meeting, ask, publish, bring):
    book = f"/papers/books/{meeting.pk}/"
    assert "what it asks has changed" not in page(cast[READER], book)
    ask(AFTER)
    publish()
    assert "what it asks has changed" in page(cast[READER], book)
    assert "what it asks has changed" in page(cast[READER], f"{book}read/")
    ask(AFTER, budget=3)
    bring(meeting, "The invented plan", "canary-of-the-annex", 1)
    publish()
    assert "what it asks has changed" not in page(cast[READER], book), "a budget asks nothing"


def test_a_budget_by_itself_is_nothing_to_publish(asked, cast, meeting, ask, publish, bring):
    desk, item = f"/papers/books/{meeting.pk}/build/", meeting.items.get(title="The invented plan")
    ask(BEFORE, budget=1)
    assert "what it asks, to publish" not in page(cast["secretary"], desk)
    assert "Readers still have another" not in page(cast["secretary"], f"/papers/items/{item.pk}/")
    with pytest.raises(Refused, match="Nothing is new"):
        publish()
    # It goes with what is new.
    bring(meeting, "The invented plan", "canary-of-the-annex", 1)
    publish()
    assert "over its budget" in page(cast[READER], f"/papers/books/{meeting.pk}/")


def test_the_desk_counts_the_versions_that_its_readers_have(published, cast, meeting, now):
    """Another order of the agenda is no other version to any of them."""
    meetings.reorder(meeting, meeting.items.order_by("-position"), by=cast["secretary"], at=now)
    desk, client = f"/papers/books/{meeting.pk}/build/", Client()
    client.force_login(cast["secretary"])
    answer = client.post(desk, follow=True).content.decode()
    assert "Version 1 of the book is with its readers." in answer
    assert "Version 1 is out" in page(cast["secretary"], desk)


def test_of_an_item_without_papers_it_is_told_at_the_agenda(asked, cast, meeting, ask, publish):
    ask("Approve the lease.", title="The invented lease")
    publish()
    told = page(cast[READER], f"/papers/books/{meeting.pk}/read/")
    assert "what item 2 asks has changed" in told
    # Recused from the lease.
    assert "item 2 asks" not in page(cast["director"], f"/papers/books/{meeting.pk}/read/")


def test_what_is_not_asked_any_more_goes_with_the_next_edition(asked, cast, meeting, ask, publish):
    ask("")
    assert BEFORE in reads(cast[READER], meeting)
    publish()
    assert BEFORE not in reads(cast[READER], meeting)
    assert "what it asks has changed" in page(cast[READER], f"/papers/books/{meeting.pk}/")
    with pytest.raises(Refused, match="Nothing is new"):
        publish()


def test_a_changed_brief_is_new_and_its_readers_are_told(asked, cast, ask, publish, now):
    with pytest.raises(Refused, match="Nothing is new"):
        publish()
    # The first letters have left: until then another edition is the same letter.
    while deliver(now + timedelta(hours=1)):
        pass
    ask("Approve the lease.", title="The invented lease")
    edition = publish()
    told = {
        one.reader
        for one in Notice.objects.filter(
            kind="papers_published", occurrence=f"edition {edition.number}"
        )
    }
    assert cast[READER] in told
    assert cast["director"] not in told, "recused from the item"
    assert cast[PRESENTER] not in told, "presents something else"


def test_what_an_edition_asks_is_behind_the_door_of_its_item(asked, cast, ask, publish):
    ask("Approve the lease.", title="The invented lease")
    publish()
    for who, user in cast.items():
        seen = EditionBrief.objects.visible_to(user)
        lease = seen.filter(item__title="The invented lease").exists()
        assert not (lease and who in ("director", PRESENTER, "administrator", "outsider")), who
    assert not EditionBrief.objects.visible_to(cast["administrator"]).exists()
