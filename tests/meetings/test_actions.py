"""What a meeting leaves to somebody is reminded of and carried over until it is done (NT-DUE)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from governance.meetings import actions, operations
from governance.meetings.action_moves import ActionState
from governance.meetings.models import Action
from governance.meetings.moments import actions_due
from governance.notices.delivering import deliver
from governance.notices.models import Notice
from governance.notices.operations import tell_all
from governance.people.models import Appointment
from governance.records.models import Entry
from governance.refusals import Refused
from tests.factories import meetings
from tests.factories.cast import DIRECTORS, EVERYBODY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
AUDIT = ("audit_chair", "audit_member", "lead_director")
OFFICE = ("secretary", "assistant_secretary", "general_counsel")


@pytest.fixture
def meeting(cast, now):
    """A Board meeting in session, with an item."""
    present = [cast[name].person for name in DIRECTORS]
    held = meetings.in_session(present, by=cast["secretary"], at=now)
    operations.add_item(held, title="The invented plan", by=cast["secretary"], at=now)
    return held


@pytest.fixture
def audit(cast, now):
    """A meeting of the audit committee in session."""
    committee = cast["audit_chair"].person.seats.get().committee
    present = [cast[name].person for name in AUDIT]
    return meetings.in_session(present, by=cast["secretary"], at=now, committee=committee)


def entered(cast, meeting, at, by="secretary", owner="director", days=20, **facts):
    told = {"what": "Ask for an invented quote", **facts}
    due_on = timezone.localdate(at) + days * DAY
    person = cast[owner].person
    return actions.enter_action(meeting, **told, owner=person, due_on=due_on, by=cast[by], at=at)


def adjourned(cast, meeting, at):
    return operations.adjourn(meeting, by=cast["chair"], at=at)


def recused(cast, meeting, name, at):
    item = meeting.items.get()
    person, basis = cast[name].person, "An invented interest."
    operations.record_recusal(item, person, mode="left", basis=basis, by=cast["secretary"], at=at)
    return item


@pytest.mark.parametrize("name", [*OFFICE, "chair"])
def test_the_office_and_the_chair_enter_an_action_during_the_meeting_and_after(
    name, cast, meeting, now
):
    action = entered(cast, meeting, now, by=name, item=meeting.items.get())
    assert (action.state, action.owner) == (ActionState.OPEN, cast["director"].person)
    entry = Entry.objects.about(action).get()
    assert (entry.move, entry.actor) == ("enter", cast[name])
    adjourned(cast, meeting, now)
    entered(cast, meeting, now, by=name, owner="chief_financial_officer")
    assert Action.objects.count() == 2


@pytest.mark.parametrize(
    "name", ["director", "lead_director", "chief_financial_officer", "administrator", "outsider"]
)
def test_nobody_else_enters_one(name, cast, meeting, now):
    with pytest.raises(Refused, match="may not do that"):
        entered(cast, meeting, now, by=name)
    assert not Action.objects.exists()


def test_a_committees_actions_are_entered_by_its_chair_and_the_secretary(cast, audit, now):
    for name in ("secretary", "audit_chair"):
        entered(cast, audit, now, by=name, owner="audit_member")
    for name in ("chair", "assistant_secretary", "audit_member"):
        with pytest.raises(Refused, match="may not do that"):
            entered(cast, audit, now, by=name, owner="audit_member")
    with pytest.raises(Refused, match="Director Example is neither a member"):
        entered(cast, audit, now)
    with pytest.raises(Refused, match="Administrator Example is neither a member"):
        entered(cast, audit, now, owner="administrator")


@pytest.mark.parametrize(
    "facts, says",
    [
        ({"what": "   "}, "Say in a few words what is to be done."),
        ({"days": -1}, "That day has passed. Choose one that is still to come."),
        ({"days": 4000}, "That day is more than three years away. Choose a nearer one."),
        ({"owner": "outsider"}, "Outsider Example is neither a member of this body nor an officer"),
        ({"owner": "former_director"}, "Former Director is neither a member"),
    ],
)
def test_an_action_says_what_by_whom_and_by_when(facts, says, cast, meeting, now):
    with pytest.raises(Refused, match=says):
        entered(cast, meeting, now, **facts)
    assert not Action.objects.exists()
    assert not Entry.objects.filter(subject_label="meetings.action").exists()


def test_an_action_may_be_due_the_day_it_is_entered(cast, meeting, now):
    assert entered(cast, meeting, now, days=0).state == "open"


def test_it_comes_from_a_meeting_that_came_to_order_and_from_one_of_its_items(cast, meeting, now):
    ahead = meetings.noticed(by=cast["secretary"], at=now)
    with pytest.raises(Refused, match="once the meeting was called to order"):
        entered(cast, ahead, now)
    other = operations.add_item(ahead, title="Another", by=cast["secretary"], at=now)
    with pytest.raises(Refused, match="Choose an item of this meeting"):
        entered(cast, meeting, now, item=other)
    item = recused(cast, meeting, "director", now)
    with pytest.raises(Refused, match="Director Example is recused from this item"):
        entered(cast, meeting, now, item=item)
    assert not Action.objects.exists()


@pytest.mark.parametrize("name", ["director", "secretary"])
def test_its_owner_and_the_secretary_settle_it_once(name, cast, meeting, now):
    by = {"by": cast[name], "at": now}
    done, dropped = (entered(cast, meeting, now) for _ in range(2))
    actions.complete(done, **by)
    assert (done.state, done.settled_on, done.why) == ("done", timezone.localdate(now), "")
    with pytest.raises(Refused, match="Say why the action is dropped"):
        actions.drop(dropped, why="  ", **by)
    assert Action.objects.get(pk=dropped.pk).state == "open"
    actions.drop(dropped, why="No longer needed.", **by)
    assert (dropped.state, dropped.why) == ("dropped", "No longer needed.")
    for verb, facts in ((actions.complete, {}), (actions.drop, {"why": "Again."})):
        for action in (done, dropped):
            with pytest.raises(Refused, match="not possible now"):
                verb(action, **facts, **by)


@pytest.mark.parametrize("name", ["chair", "lead_director", "assistant_secretary", "outsider"])
def test_nobody_else_settles_it(name, cast, meeting, now):
    action = entered(cast, meeting, now)
    for verb, facts in ((actions.complete, {}), (actions.drop, {"why": "Of no use."})):
        with pytest.raises(Refused, match="may not do that"):
            verb(action, **facts, by=cast[name], at=now)
    assert Action.objects.get().state == "open"


def test_the_database_keeps_an_action_as_it_was_agreed(cast, meeting, now):
    today = timezone.localdate(now)
    settled = entered(cast, meeting, now)
    actions.drop(settled, why="No longer needed.", by=cast["secretary"], at=now)
    action = entered(cast, meeting, now)
    ahead = meetings.noticed(by=cast["secretary"], at=now)
    other = operations.add_item(ahead, title="Another", by=cast["secretary"], at=now)
    item = recused(cast, meeting, "director", now)
    new = {
        "meeting": meeting,
        "what": "A matter",
        "owner": cast["director"].person,
        "due_on": today,
        "entered_on": today,
    }
    own = Action.objects.filter(pk=action.pk)
    for act in (
        action.delete,
        lambda: own.update(what="Another"),
        lambda: own.update(owner=cast["chair"].person),
        lambda: own.update(due_on=today + DAY),
        lambda: own.update(meeting=ahead),
        lambda: own.update(item=item),
        lambda: own.update(state="done"),
        lambda: own.update(state="dropped", settled_on=today),
        lambda: own.update(why="For no reason"),
        lambda: Action.objects.filter(pk=settled.pk).update(why="Another reason"),
        lambda: Action.objects.filter(pk=settled.pk).update(state="open", settled_on=None, why=""),
        lambda: Action.objects.create(**new | {"what": ""}),
        lambda: Action.objects.create(**new | {"due_on": today - DAY}),
        lambda: Action.objects.create(**new | {"meeting": ahead}),
        lambda: Action.objects.create(**new, item=other),
        lambda: Action.objects.create(**new, item=item),
        lambda: Action.objects.create(**new, state="done", settled_on=today),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    Action.objects.create(**new)


@pytest.mark.parametrize("name", EVERYBODY)
def test_it_is_read_through_the_door_of_its_meeting_and_by_its_owner(
    name, cast, meeting, audit, now, client
):
    of_board = entered(cast, meeting, now, owner="chief_financial_officer")
    of_audit = entered(cast, audit, now, owner="manager")
    client.force_login(cast[name])
    for action, readers in (
        (of_board, {*DIRECTORS, *OFFICE, "chief_financial_officer"}),
        (of_audit, {*AUDIT, "secretary", "manager"}),
    ):
        assert (action in Action.objects.visible_to(cast[name])) == (name in readers)
        status = client.get(action.get_absolute_url()).status_code
        assert status == (200 if name in readers else 404)


def test_whoever_is_recused_from_the_item_learns_nothing_of_it(cast, meeting, now, client):
    action = entered(cast, meeting, now, item=meeting.items.get())
    whole = entered(cast, meeting, now, what="A matter of the whole meeting")
    recused(cast, meeting, "director", now)
    client.force_login(cast["director"])
    for address in (meeting.get_absolute_url(), "/meetings/actions/"):
        text = client.get(address).content.decode()
        assert action.what not in text and whole.what in text
    for address in ("", "complete/", "drop/"):
        assert client.post(f"{action.get_absolute_url()}{address}").status_code in (404, 405)
    assert client.get(action.get_absolute_url()).status_code == 404
    assert Action.objects.get(pk=action.pk).state == "open"


def test_an_owner_who_serves_no_more_loses_it(cast, audit, now):
    action = entered(cast, audit, now, owner="manager")
    manager = cast["manager"]
    assert action in Action.objects.visible_to(manager)
    manager.person.appointments.update(until=now.date() - DAY)
    manager.known_today.clear()
    assert action not in Action.objects.visible_to(manager)


def test_an_owner_outside_the_meeting_is_told_the_body_and_the_day_alone(cast, audit, now, client):
    operations.add_item(audit, title="The auditor's findings", by=cast["secretary"], at=now)
    item = audit.items.get()
    action = entered(cast, audit, now, owner="manager", item=item)
    client.force_login(cast["manager"])
    text = client.get(action.get_absolute_url()).content.decode()
    assert "Audit Committee" in text and "findings" not in text
    assert audit.get_absolute_url() not in text
    client.force_login(cast["audit_member"])
    text = client.get(action.get_absolute_url()).content.decode()
    assert "findings" in text and audit.get_absolute_url() in text


@pytest.mark.parametrize(
    "days, letters",
    [
        (19, [5, 12, 18]),  # entered nineteen days before
        (7, [6]),  # the seventh day before is the day of its entry
        (0, []),
    ],
)
def test_nt_due_its_owner_is_reminded_14_7_1_days_before(days, letters, cast, meeting, now):
    entered(cast, meeting, now, days=days)
    today, told = timezone.localdate(now), Notice.objects.filter(kind="action_due")
    written = []
    for day in range(days + 40):
        before = told.count()
        for _ in range(2):  # running it twice writes to nobody twice
            tell_all(actions_due(today + day * DAY))
        written += [day] * (told.count() - before)
    assert written == letters
    assert set(told.values_list("reader", flat=True)) <= {cast["director"].pk}


def test_nt_due_its_owner_is_told_when_it_is_entered_and_nobody_else(cast, meeting, now):
    told = Notice.objects.filter(kind="action_entered")
    action = entered(cast, meeting, now, owner="manager")
    assert [(one.reader, one.subject_id) for one in told] == [(cast["manager"], action.pk)]
    entered(cast, meeting, now, by="chair", owner="chair")
    with pytest.raises(Refused):
        entered(cast, meeting, now, owner="outsider")
    assert told.count() == 1


@pytest.mark.parametrize("lost", ["office", "recused"])
def test_nt_due_it_is_withheld_from_an_owner_who_may_not_read_it_any_more(
    lost, cast, meeting, now, mailoutbox
):
    name = "manager" if lost == "office" else "director"
    entered(cast, meeting, now, owner=name, item=meeting.items.get())
    entered(cast, meeting, now, owner="audit_chair")
    if lost == "office":
        ended = timezone.localdate(now) - 2 * DAY
        Appointment.objects.filter(person=cast[name].person).update(until=ended)
    else:
        recused(cast, meeting, name, now)
    told = Notice.objects.filter(kind="action_entered")
    Notice.objects.exclude(kind="action_entered").delete()
    deliver(now)
    states = dict(told.values_list("reader", "state"))
    assert states == {cast[name].pk: "withheld", cast["audit_chair"].pk: "sent"}
    assert [letter.to for letter in mailoutbox] == [[cast["audit_chair"].email]]
    assert "quote" not in mailoutbox[0].message().as_string()


def test_nt_due_a_morning_without_the_job_leaves_nobody_out(cast, meeting, now):
    entered(cast, meeting, now, days=20)
    today = timezone.localdate(now)
    for day in (8, 9):
        tell_all(actions_due(today + day * DAY))
    assert Notice.objects.filter(kind="action_due").count() == 1


def test_nt_due_what_is_settled_is_reminded_of_no_more(cast, meeting, now):
    by = {"by": cast["director"], "at": now}
    actions.complete(entered(cast, meeting, now, days=1), **by)
    actions.drop(entered(cast, meeting, now, days=1), why="No longer needed.", **by)
    left = entered(cast, meeting, now, days=1, owner="manager")
    tell_all(actions_due(now.date() + 10 * DAY))
    told = Notice.objects.filter(kind__in=("action_due", "action_late"))
    assert {one.reader for one in told} == {
        cast[who] for who in ("manager", "chair", "lead_director", "secretary")
    }
    assert {one.subject_id for one in told} == {left.pk}


def test_nt_ovr_what_is_late_is_said_at_once_then_weekly_to_owner_and_leaders(cast, meeting, now):
    entered(cast, meeting, now, days=3)
    today, told = timezone.localdate(now), Notice.objects.filter(kind="action_late")
    written = []
    for day in range(30):
        before = told.count()
        tell_all(actions_due(today + day * DAY))
        written += [(day, told.count() - before)] if told.count() > before else []
    assert written == [(4, 4), (11, 4), (18, 4), (25, 4)]
    readers = {one.reader for one in told}
    assert readers == {cast[who] for who in ("director", "chair", "lead_director", "secretary")}


def test_the_next_meeting_of_the_body_shows_what_was_carried_over(
    cast, meeting, audit, now, client
):
    entered(cast, meeting, now, what="An open matter")
    done = entered(cast, meeting, now, what="A settled matter")
    actions.complete(done, by=cast["director"], at=now)
    entered(cast, audit, now, owner="audit_member", what="A matter of the committee")
    adjourned(cast, meeting, now)
    following = meetings.noticed(by=cast["secretary"], at=now, hours=200)
    client.force_login(cast["audit_chair"])
    text = client.get(following.get_absolute_url()).content.decode()
    assert "Carried over" in text and "An open matter" in text
    assert "A settled matter" not in text and "A matter of the committee" not in text
    text = client.get(meeting.get_absolute_url()).content.decode()
    assert "Carried over" not in text
    assert "An open matter" in text and "A settled matter" in text


def test_it_is_entered_and_settled_on_its_pages(cast, meeting, now, client):
    client.force_login(cast["chair"])
    address = f"{meeting.get_absolute_url()}actions/"
    assert address in client.get(meeting.get_absolute_url()).content.decode()
    told = {
        "what": "Ask for a quote",
        "owner": cast["director"].person_id,
        "due_on": timezone.localdate(now),
        "item": meeting.items.get().pk,
    }
    for wrong, says in (
        ({"due_on": "soon"}, "not a day of the calendar"),
        ({"due_on": "2001-01-01"}, "That day has passed"),
        ({"what": ""}, "required"),
        ({"owner": cast["outsider"].person_id}, "valid choice"),
        ({"item": cast["chair"].pk}, "valid choice"),
    ):
        assert says in client.post(address, told | wrong).content.decode()
    assert not Action.objects.exists()
    assert client.post(address, told).url == meeting.get_absolute_url()
    action = Action.objects.get()
    assert client.post(f"{action.get_absolute_url()}complete/").status_code == 403
    assert client.get(f"{action.get_absolute_url()}enter/").status_code == 404
    client.force_login(cast["director"])
    assert "Ask for a quote" in client.get("/meetings/actions/").content.decode()
    text = client.post(f"{action.get_absolute_url()}drop/", {"why": "  "}).content.decode()
    assert "required" in text
    client.post(f"{action.get_absolute_url()}complete/")
    assert "Nothing is left to you" in client.get("/meetings/actions/").content.decode()
    again = client.post(f"{action.get_absolute_url()}complete/").content.decode()
    assert "not possible now" in again and "Nothing was changed" in again


def test_the_lists_ask_no_more_of_many_actions(
    cast, meeting, now, client, django_assert_max_num_queries
):
    client.force_login(cast["director"])
    addresses = ("/meetings/actions/", meeting.get_absolute_url())
    entered(cast, meeting, now)
    for address in addresses:
        client.get(address)
        with django_assert_max_num_queries(60) as few:
            client.get(address)
        for _ in range(4):
            entered(cast, meeting, now, item=meeting.items.get())
        with django_assert_max_num_queries(len(few)):
            client.get(address)
