"""Minutes are approved, edited, sent out and signed at the same instant, by real connections."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from governance.meetings import operations as meetings
from governance.meetings.models import Meeting
from governance.minutes import back_entry, operations
from governance.minutes.models import Minutes, MinutesSignature
from governance.records.models import Act
from governance.refusals import Refused
from tests.decisions.conftest import PRESENT
from tests.decisions.test_concurrency import ROUNDS, at_once
from tests.factories import meetings as held_meetings

pytestmark = pytest.mark.django_db(transaction=True)


def held_again(cast, rounds):
    """So many meetings, each held and over, with one item."""
    by, present = cast["secretary"], [cast[name].person for name in PRESENT]
    for number in range(rounds):
        at = timezone.now() - timedelta(hours=3)
        with transaction.atomic():
            meeting = held_meetings.in_session(present, by=by, at=at, kind="special")
            meetings.add_item(meeting, title=f"The invented plan {number}", by=by, at=at)
            meetings.adjourn(meeting, by=cast["chair"], at=at + timedelta(hours=1))
        yield meeting


def drafted(meeting, cast):
    by = {"by": cast["secretary"], "at": timezone.now()}
    with transaction.atomic():
        minutes = operations.draft(meeting, **by)
        words = {str(item.pk): "It was discussed." for item in meeting.items.all()}
        return operations.write(minutes, words=words, base=minutes.edition, **by)


def circulated(meeting, cast):
    minutes = drafted(meeting, cast)
    by = {"by": cast["secretary"], "at": timezone.now()}
    operations.circulate(minutes, base=minutes.edition, **by)
    return Minutes.objects.get(pk=minutes.pk)


def approving(minutes, user):
    digest = minutes.current.digest
    day = operations.day_of(timezone.now())
    return lambda: operations.enter_approval(
        minutes, day=day, how="On paper.", digest=digest, by=user, at=timezone.now()
    )


def writing(minutes, user, said):
    base, key = minutes.edition, minutes.current.read_parts[1].key
    return lambda: operations.write(
        minutes, words={key: said}, base=base, by=user, at=timezone.now()
    )


def sending_out(minutes, user):
    base = minutes.edition
    return lambda: operations.circulate(minutes, base=base, by=user, at=timezone.now())


def one_winner(outcomes):
    """Exactly one went through, the other was refused in a sentence; who won."""
    refused = [one for one in outcomes if isinstance(one, Refused)]
    assert len(refused) == 1 and str(refused[0]).endswith(".")
    return next(number for number, one in enumerate(outcomes) if not isinstance(one, Refused))


@pytest.mark.parametrize("rounds", ROUNDS)
def test_two_approvals_of_the_same_minutes_are_one(rounds, cast):
    for meeting in held_again(cast, rounds):
        minutes = circulated(meeting, cast)
        by = cast["secretary"]
        one_winner(at_once(approving(minutes, by), approving(minutes, by)))
        approved = Minutes.objects.get(pk=minutes.pk)
        assert approved.state == "approved"
        assert approved.current.digest in approved.approved_by.text
        digest = approved.current.digest
        assert Act.objects.filter(text__contains=digest).get() == approved.approved_by


@pytest.mark.parametrize("rounds", ROUNDS)
def test_an_edit_comes_before_the_circulation_or_is_refused(rounds, cast):
    for meeting in held_again(cast, rounds):
        minutes = drafted(meeting, cast)
        edit = writing(minutes, cast["assistant_secretary"], "Other words.")
        winner = one_winner(at_once(edit, sending_out(minutes, cast["secretary"])))
        minutes = Minutes.objects.get(pk=minutes.pk)
        assert minutes.current.number == 1
        assert minutes.state == ("draft" if winner == 0 else "circulated")
        assert ("Other words." in minutes.current.text) == (winner == 0)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_an_edit_comes_before_the_approval_or_is_refused(rounds, cast):
    for meeting in held_again(cast, rounds):
        minutes = circulated(meeting, cast)
        edit = writing(minutes, cast["assistant_secretary"], "Other words.")
        winner = one_winner(at_once(edit, approving(minutes, cast["secretary"])))
        minutes = Minutes.objects.get(pk=minutes.pk)
        assert (minutes.current.number, minutes.state) == (
            (2, "circulated") if winner == 0 else (1, "approved")
        )


@pytest.mark.parametrize("rounds", ROUNDS)
def test_of_two_editors_of_one_page_the_second_is_told(rounds, cast):
    for meeting in held_again(cast, rounds):
        minutes = drafted(meeting, cast)
        said = ("Words of the first.", "Words of the second.")
        users = (cast["secretary"], cast["assistant_secretary"])
        acts = [writing(minutes, *each) for each in zip(users, said, strict=True)]
        winner = one_winner(at_once(*acts))
        assert said[winner] in Minutes.objects.get(pk=minutes.pk).current.text


def test_a_double_click_writes_once(cast):
    for meeting in held_again(cast, 5):
        minutes = circulated(meeting, cast)
        by = cast["secretary"]
        outcomes = at_once(*(writing(minutes, by, "Other words.") for _ in range(2)))
        assert not [one for one in outcomes if isinstance(one, Refused)]
        assert Minutes.objects.get(pk=minutes.pk).versions.count() == 2


def test_a_double_click_signs_once(cast):
    for meeting in held_again(cast, 5):
        minutes, by = circulated(meeting, cast), cast["secretary"]
        approving(minutes, by)()
        facts = {"digest": minutes.current.digest, "method": "password", "by": by}
        sign = lambda: operations.sign(minutes, at=timezone.now(), **facts)  # noqa: B023, E731
        one_winner(at_once(sign, sign))
        assert MinutesSignature.objects.filter(minutes=minutes).count() == 1
        assert Minutes.objects.get(pk=minutes.pk).state == "locked"


def test_one_past_meeting_is_entered_once(cast):
    members = {cast[name].person: "in_person" for name in PRESENT}
    ended = timezone.now() - timedelta(days=90)
    for days in range(20):
        facts = {
            "committee": None,
            "kind": "regular",
            "began": ended - timedelta(days=days, hours=2),
            "ended": ended - timedelta(days=days),
            "place": "An invented inn",
            "presided": cast["chair"].person,
            "attendance": members,
            "items": [],
            "by": cast["secretary"],
        }
        enter = lambda: back_entry.enter_past_meeting(at=timezone.now(), **facts)  # noqa: B023, E731
        one_winner(at_once(enter, enter))
        assert Meeting.objects.count() == days + 1
