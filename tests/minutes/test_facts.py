"""M-05: guests, requests, papers and actions are told in minutes, by their names and days."""

from datetime import timedelta

import pytest

from governance.meetings import actions, attending, ledger, requests
from governance.meetings import operations as meetings
from governance.minutes import operations
from governance.minutes.forms import WordsForm
from governance.minutes.models import Minutes
from governance.people.models import Person
from governance.words import said_long_day
from tests.factories import meetings as held_meetings
from tests.minutes.conftest import PRESENT, sent_out
from tests.minutes.test_pages import page, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def guest():
    return Person.objects.create(given_name="Ada", family_name="Invited")


@pytest.fixture
def called(cast, earlier):
    """In session, with one item."""
    present = [cast[name].person for name in PRESENT]
    meeting = held_meetings.in_session(present, by=cast["secretary"], at=earlier)
    meetings.add_item(meeting, title="The invented plan", by=cast["secretary"], at=earlier)
    return meeting


def taken(meeting, cast, now):
    """The minutes of the meeting, once it is over."""
    meetings.adjourn(meeting, by=cast["chair"], at=now - timedelta(hours=1))
    return operations.draft(meeting, by=cast["secretary"], at=now)


def parts_of(minutes):
    return {part.heading or part.key: part for part in minutes.current.read_parts}


def test_who_was_invited_to_an_item_is_told_and_why_is_not(called, cast, guest, earlier, now):
    facts = {"ground": "exposure", "by": cast["secretary"], "at": earlier}
    ledger.invite_guest(called.items.get(), guest, **facts)
    part = parts_of(taken(called, cast, now))["1. The invented plan"]
    assert "Invited to this item: Ada Invited." in part.facts
    assert not any("potential" in fact for fact in part.facts)


def test_an_action_is_told_with_its_owner_and_its_day(called, cast, now, earlier):
    due, owner = now.date() + timedelta(days=20), cast["director"].person
    facts = {"owner": owner, "due_on": due, "by": cast["secretary"], "at": earlier}
    actions.enter_action(called, what="Get a quote.", item=called.items.get(), **facts)
    actions.enter_action(called, what="Write to the auditor", **facts)
    dropped = actions.enter_action(called, what="Nothing at all", **facts)
    actions.drop(dropped, why="Worded anew.", by=cast["secretary"], at=earlier)
    minutes = taken(called, cast, now)
    told = parts_of(minutes)
    by = f"{owner.name}, by {said_long_day(due)}."
    assert f"Action: Get a quote. {by}" in told["1. The invented plan"].facts
    assert f"Action: Write to the auditor. {by}" in told["closing"].facts
    assert "Nothing at all" not in minutes.current.text


def test_an_action_entered_after_the_draft_goes_out_with_the_minutes(called, cast, now):
    minutes = taken(called, cast, now)
    item = called.items.get()
    words = {str(item.pk): "Discussed."}
    by = {"by": cast["secretary"], "at": now}
    minutes = operations.write(minutes, words=words, base=minutes.edition, **by)
    due = now.date() + timedelta(days=20)
    owner = cast["director"].person
    actions.enter_action(called, what="A late thought", owner=owner, due_on=due, item=item, **by)
    sent_out(minutes, cast, now)
    minutes = Minutes.objects.get(pk=minutes.pk)
    assert "Action: A late thought." in minutes.current.text
    assert "Discussed." in minutes.current.text


def asked(cast, title, meeting, at, name="director", **facts):
    facts = {"by": cast[name], "at": at, **facts}
    return requests.submit_request(title=title, meeting=meeting, **facts)


def test_what_was_answered_to_requests_is_told(cast, earlier, now):
    by = cast["secretary"]
    before = earlier - timedelta(days=3)
    meeting = held_meetings.noticed(by=by, at=before, hours=72)
    later = held_meetings.noticed(by=by, at=before, hours=30 * 24)
    chair = {"by": cast["chair"], "at": before}
    declined = asked(cast, "An invented port", meeting, before)
    requests.decline(declined, why="It needs a paper first.", **chair)
    deferred = asked(cast, "An invented ship", meeting, before, may_be_named=False)
    requests.defer(deferred, meeting=later, why="Too full a day.", **chair)
    asked(cast, "An invented pier", meeting, before)
    withdrawn = asked(cast, "An invented crane", meeting, before)
    requests.withdraw_request(withdrawn, by=cast["director"], at=before)
    secret = asked(cast, "An invented manager", meeting, before, concerns_management=True)
    requests.decline(secret, why="It belongs elsewhere.", **chair)
    taken_up = requests.include(asked(cast, "An invented quay", meeting, before), **chair)
    for name in PRESENT:
        person = cast[name].person
        attending.record_arrival(meeting, person, mode="in_person", by=by, at=earlier)
    meetings.call_to_order(meeting, by=by, at=earlier)
    minutes = taken(meeting, cast, now)
    told = parts_of(minutes)
    who = cast["director"].person.name
    assert taken_up.item.title == "An invented quay"
    assert f"Taken up at the request of {who}." in told["1. An invented quay"].facts
    facts = told["Requests for the agenda"].facts
    asked_for = f"{who} had asked for an item, "
    assert sorted(facts) == sorted(
        [
            f"{asked_for}“An invented port”, which was declined: It needs a paper first.",
            "A director had asked for an item, “An invented ship”, which was deferred to a later "
            "meeting.",
            f"{asked_for}“An invented pier”, which was not answered before the meeting ended.",
        ]
    )


def test_no_request_is_no_part(called, cast, now):
    assert "Requests for the agenda" not in parts_of(taken(called, cast, now))


def test_the_secretary_names_the_papers_that_were_tabled(client, drafted, cast):
    part = drafted.current.read_parts[2]
    client.force_login(cast["secretary"])
    fields = {"base": drafted.edition, f"papers-{part.key}": " The plan;\n\nThe  budget.\n"}
    url = drafted.get_absolute_url()
    assert client.post(f"{url}write/", fields).status_code == 302
    said = "Papers tabled: The plan; The budget."
    assert Minutes.objects.get(pk=drafted.pk).current.read_parts[2].papers_in_words == said
    assert said in Minutes.objects.get(pk=drafted.pk).current.text
    assert said in client.get(url).content.decode()
    assert said in text_of(page(client, cast["secretary"], drafted, "paper/"))
    assert "The plan\nThe budget" in client.get(f"{url}write/").content.decode()


def test_no_paper_is_named_in_the_opening(drafted):
    form = WordsForm(parts=drafted.current.read_parts)
    assert "papers-opening" not in form.fields


def test_papers_are_withheld_with_their_item(client, drafted, cast, now):
    lease = drafted.current.read_parts[1]
    words = {part.key: "Discussed." for part in drafted.current.read_parts if part.item}
    papers = {lease.key: ("canary-of-the-paper",)}
    by = {"by": cast["secretary"], "at": now}
    drafted = operations.write(drafted, words=words, papers=papers, base=drafted.edition, **by)
    sent_out(drafted, cast, now)
    said = page(client, cast["director"], drafted).content.decode()
    assert "canary-of-the-paper" not in said
    assert "canary-of-the-paper" in page(client, cast["chair"], drafted).content.decode()


def test_what_another_saved_stands_beside_what_was_typed(client, drafted, cast, now):
    """A stale page: the second of two editors learns of it, and loses nothing (M-05)."""
    part = drafted.current.read_parts[2]
    url = f"{drafted.get_absolute_url()}write/"
    client.force_login(cast["secretary"])
    first = {"base": drafted.edition, f"words-{part.key}": "Words of the first."}
    second = first | {f"words-{part.key}": "Words of the second."}
    assert client.post(url, first).status_code == 302
    answer = client.post(url, second)
    said = answer.content.decode()
    assert "Somebody else has written meanwhile" in said
    assert "Words of the second.</textarea>" in said
    assert said.count("Saved meanwhile by somebody else") == 1 and "Words of the first." in said
    assert "Words of the second." not in Minutes.objects.get(pk=drafted.pk).current.text
    assert client.post(url, answer.context["form"].data).status_code == 302
    assert "Words of the second." in Minutes.objects.get(pk=drafted.pk).current.text


def as_sent(page):
    """What a browser sends of the page, with what each field said when it was opened."""
    form = page.context["form"]
    sent = {name: form[name].value() for name in form.fields}
    return sent | {form.add_initial_prefix(name): said for name, said in sent.items()}


def test_a_page_keeps_what_others_wrote_in_parts_that_it_did_not_change(client, drafted, cast):
    first, second = (f"words-{part.key}" for part in drafted.current.read_parts[:2])
    url = f"{drafted.get_absolute_url()}write/"
    client.force_login(cast["secretary"])
    opened = client.get(url)
    assert f'name="initial-{first}"' in opened.content.decode()
    fields = as_sent(opened)
    assert client.post(url, fields | {first: "The opening.\r\nIt rained."}).status_code == 302
    assert client.post(url, fields | {second: "The lease."}).status_code == 302
    told = Minutes.objects.get(pk=drafted.pk).current.read_parts
    assert [part.words for part in told[:2]] == ["The opening.\r\nIt rained.", "The lease."]


def test_of_two_who_changed_one_part_the_second_keeps_the_words_of_the_rest(client, drafted, cast):
    first, second, third = (f"words-{part.key}" for part in drafted.current.read_parts[:3])
    papers = second.replace("words", "papers")
    url = f"{drafted.get_absolute_url()}write/"
    client.force_login(cast["secretary"])
    fields = as_sent(client.get(url))
    mine = {first: "Of the first.", second: "A lease.", papers: "A map"}
    assert client.post(url, fields | mine).status_code == 302
    theirs = {second: "No lease.", third: "A plan."}
    refused = client.post(url, fields | theirs)
    said = refused.content.decode()
    assert said.count("Saved meanwhile by somebody else") == 1
    for words in ("A lease.", "No lease.", "A plan.", "Of the first."):
        assert words in said
    assert "No lease." not in Minutes.objects.get(pk=drafted.pk).current.text
    assert client.post(url, refused.context["form"].data).status_code == 302
    told = Minutes.objects.get(pk=drafted.pk).current.read_parts
    assert [part.words for part in told[:3]] == ["Of the first.", "No lease.", "A plan."]
    assert told[1].papers == ("A map",)


def test_what_a_page_empties_is_emptied(client, drafted, cast):
    name = f"words-{drafted.current.read_parts[1].key}"
    url = f"{drafted.get_absolute_url()}write/"
    client.force_login(cast["secretary"])
    assert client.post(url, as_sent(client.get(url)) | {name: "A lease."}).status_code == 302
    assert client.post(url, as_sent(client.get(url)) | {name: ""}).status_code == 302
    assert Minutes.objects.get(pk=drafted.pk).current.read_parts[1].words == ""


def test_a_page_of_a_draft_changes_nothing_that_went_out(client, drafted, cast, now):
    part = drafted.current.read_parts[2]
    words = {one.key: "Discussed." for one in drafted.current.read_parts if one.item}
    by = {"by": cast["secretary"], "at": now}
    drafted = operations.write(drafted, words=words, base=drafted.edition, **by)
    fields = {"base": drafted.edition, f"words-{part.key}": "Later words."}
    sent_out(drafted, cast, now)
    client.force_login(cast["secretary"])
    answer = client.post(f"{drafted.get_absolute_url()}write/", fields)
    assert "or has circulated them" in answer.content.decode()
    assert Minutes.objects.get(pk=drafted.pk).current.number == 1
