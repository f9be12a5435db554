"""Charters, seats and delegations, as the guidelines and the law have them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from governance.committees import operations
from governance.committees.adequacy import Asked, has_its_charter, meets_criteria
from governance.committees.charters import NOT_DELEGABLE, Tag
from governance.committees.composition import committee_verdicts, compose
from governance.committees.models import Charter, Committee, Delegation, Kind, Seat
from governance.committees.moments import charters_to_review
from governance.committees.watching import look_again
from governance.notices.models import Notice
from governance.notices.operations import tell_all
from governance.refusals import Refused
from tests.factories.board import DeterminationFactory
from tests.factories.committees import CommitteeFactory
from tests.factories.records import ActFactory
from tests.scenarios.conftest import f1

__all__ = ["f1"]
pytestmark = pytest.mark.django_db
TODAY = date(2026, 5, 6)
AT = datetime(2026, 5, 6, 20, tzinfo=UTC)


def refused(make):
    with pytest.raises(DatabaseError), transaction.atomic():
        make()


def drafted(board, kind=Kind.COMPENSATION, version="2026", tags=tuple(Tag)):
    by = board.secretary
    charter = operations.draft_charter(
        committee=board.committees[kind], version=version, by=by, at=AT
    )
    for tag in tags:
        operations.write_section(
            charter, title=Tag(tag).label, text=f"Invented {tag}.", tag=tag, by=by, at=AT
        )
    return charter


def adopted(board, **facts):
    charter = drafted(board, **facts)
    act = ActFactory(committee=charter.committee_id, day=TODAY - timedelta(days=40))
    operations.recommend_charter(charter, act=act, by=board.secretary, at=AT)
    operations.put_charter_before_board(charter, by=board.secretary, at=AT)
    act = ActFactory(day=TODAY - timedelta(days=30))
    return operations.adopt_charter(charter, act=act, by=board.secretary, at=AT)


def in_force(board, since=TODAY, **facts):
    charter = adopted(board, **facts)
    return operations.put_charter_in_force(charter, since=since, by=board.secretary, at=AT)


def test_the_committee_recommends_before_the_board_looks(f1):
    charter = drafted(f1)
    with pytest.raises(Refused, match="recommends its charter"):
        operations.put_charter_before_board(charter, by=f1.secretary, at=AT)
    # The Board may give a further committee a charter that nobody recommended.
    further = CommitteeFactory(kind=Kind.FURTHER, name="Science Committee")
    charter = operations.draft_charter(committee=further, version="1", by=f1.secretary, at=AT)
    operations.put_charter_before_board(charter, by=f1.secretary, at=AT)


def told_of(kind):
    return sorted(Notice.objects.filter(kind=kind).values_list("reader__email", flat=True))


def test_nt_cha_the_committee_is_told_of_a_draft_and_the_board_of_its_adoption(f1):
    sits, other = f1.account("F"), f1.account("C")
    charter = drafted(f1)
    assert told_of("charter_drafted") == [sits.email]
    waiting = Notice.objects.get(kind="charter_drafted")
    assert waiting.quiet, "its sections are written one after the other"
    by = {"by": f1.secretary, "at": AT}
    act = ActFactory(committee=charter.committee_id, day=TODAY - timedelta(days=40))
    operations.recommend_charter(charter, act=act, **by)
    operations.put_charter_before_board(charter, **by)
    assert told_of("charter_adopted") == []
    operations.adopt_charter(charter, act=ActFactory(day=TODAY - timedelta(days=30)), **by)
    assert told_of("charter_adopted") == sorted([sits.email, other.email])
    for reader in (sits, other):
        assert Charter.objects.visible_to(reader).filter(pk=charter.pk).exists()
    waiting.refresh_from_db()
    assert waiting.state == "withheld", "nobody is told of a draft that has been adopted"


def test_nt_cha_what_was_adopted_long_ago_is_told_to_nobody(f1):
    f1.account("B")
    charter = drafted(f1)
    by = {"by": f1.secretary, "at": AT}
    act = ActFactory(committee=charter.committee_id, day=TODAY - timedelta(days=40))
    operations.recommend_charter(charter, act=act, **by)
    operations.put_charter_before_board(charter, **by)
    operations.adopt_charter(charter, act=ActFactory(day=TODAY - timedelta(days=31)), **by)
    assert told_of("charter_adopted") == []


def test_members_are_told_what_a_new_charter_asks_of_them(f1):
    """NT-CHA: whoever has to be attested is told; what the record answers is asked of nobody."""
    reader = f1.account("F")
    charter = adopted(f1)
    assert not Notice.objects.filter(kind="criteria_asked").exists()
    operations.put_charter_in_force(charter, since=TODAY, by=f1.secretary, at=AT)
    assert not Notice.objects.filter(kind="criteria_asked").exists()
    later = drafted(f1, version="2027")
    asked = {"by": f1.secretary, "at": AT}
    operations.ask_of_members(later, code="time", text="Has the time that it takes.", **asked)
    operations.ask_of_members(
        later, code="standard", text="Independent.", computed="comp_10c1", **asked
    )
    act = ActFactory(committee=later.committee_id, day=TODAY)
    operations.recommend_charter(later, act=act, **asked)
    operations.put_charter_before_board(later, **asked)
    operations.adopt_charter(later, act=ActFactory(day=TODAY, text="Adopted."), **asked)
    at = AT + timedelta(days=1)
    operations.put_charter_in_force(later, since=TODAY + timedelta(days=1), by=f1.secretary, at=at)
    told = Notice.objects.filter(kind="criteria_asked").values_list("reader", flat=True)
    assert list(told) == [reader.pk]


def test_p_36_a_charter_without_qualifications_is_incomplete(f1):
    charter = adopted(f1, tags=[Tag.POLICIES, Tag.RESPONSIBILITIES])
    with pytest.raises(Refused, match="no section on qualifications") as told:
        operations.put_charter_in_force(charter, since=TODAY, by=f1.secretary, at=AT)
    assert told.value.code == "charter_incomplete"
    charter.refresh_from_db()
    assert charter.state == "adopted"


@pytest.mark.parametrize(
    "day, status",
    [
        (date(2026, 3, 6), "met"),
        (date(2026, 3, 7), "due_soon"),
        (date(2026, 5, 6), "due_soon"),
        (date(2026, 5, 7), "overdue"),
    ],
)
def test_p_36_the_audit_charter_is_reviewed_each_year(day, status):
    assert has_its_charter("audit", 1, date(2025, 5, 6), day).status == status


def test_nt_cha_the_board_is_told_when_a_charter_is_to_be_reviewed_and_no_more_when_it_was(f1):
    reader = f1.account("A")
    charter = in_force(f1, kind=Kind.AUDIT)
    in_force(f1, kind=Kind.NOMINATING, version="nominating")
    due = date(2027, 5, 6)
    told = Notice.objects.filter(kind__in=("charter_due", "charter_late"), reader=reader)
    for number in range(-62, 13):
        for _ in range(2):
            tell_all(charters_to_review(due + timedelta(days=number)))
    days = [due + timedelta(days=number) for number in (-60, -14, -7, -1, 1, 8)]
    assert sorted(told.values_list("occurrence", flat=True)) == sorted(map(str, days))
    assert {one.subject_id for one in told} == {charter.pk}
    assert told.filter(kind="charter_late").count() == 2
    on = due + timedelta(days=13)
    operations.review_charter(charter, reviewed_on=on, by=f1.secretary, on=on)
    assert list(charters_to_review(on + timedelta(days=2))) == []


def test_z_11_the_nominating_charter_is_never_due():
    assert has_its_charter("nominating", 1, date(2022, 1, 1), TODAY).status == "met"
    assert has_its_charter("nominating", 0, None, TODAY).status == "breached"


def test_a_charter_needs_an_act_of_the_board(f1):
    charter = drafted(f1)
    act = ActFactory(committee=charter.committee_id, day=TODAY)
    operations.recommend_charter(charter, act=act, by=f1.secretary, at=AT)
    operations.put_charter_before_board(charter, by=f1.secretary, at=AT)
    for act in (None, ActFactory(day=TODAY, committee=charter.committee_id)):
        with pytest.raises(Refused, match="needs an act"):
            operations.adopt_charter(charter, act=act, by=f1.secretary, at=AT)
    refused(lambda: Charter.objects.update(state="adopted"))


def test_what_was_adopted_is_not_changed(f1):
    charter = adopted(f1)
    with pytest.raises(Refused, match="write another version"):
        operations.write_section(charter, title="More", text="More.", by=f1.secretary, at=AT)
    refused(lambda: charter.sections.update(text="Otherwise."))
    refused(lambda: charter.sections.all().delete())
    refused(lambda: charter.criteria.create(code="more", text="More."))
    refused(lambda: Charter.objects.update(version="Another"))
    refused(lambda: Charter.objects.all().delete())


def test_the_next_version_supersedes_and_the_old_one_stays_readable(f1):
    first = in_force(f1, since=TODAY - timedelta(days=20))
    second = in_force(f1, version="2027")
    first.refresh_from_db()
    assert (first.state, first.until, second.state) == ("superseded", TODAY, "in_force")
    of_day = Charter.objects.in_force
    assert of_day(TODAY - timedelta(days=1)).get() == first and of_day(TODAY).get() == second
    refused(lambda: Charter.objects.filter(pk=first.pk).update(until=None))
    with pytest.raises(Refused, match="cannot be in force before"):
        third = adopted(f1, version="2028")
        operations.put_charter_in_force(third, since=date(2025, 1, 1), by=f1.secretary, at=AT)
    with pytest.raises(Refused, match="ends when its next version"):
        operations.retire_charter(second, until=TODAY, by=f1.secretary, at=AT)


def test_criteria_are_attested_within_thirty_days():
    since = TODAY
    assert meets_criteria([], TODAY).status == "met"
    assert meets_criteria([Asked(since)], since + timedelta(days=30)).status == "at_risk"
    assert meets_criteria([Asked(since)], since + timedelta(days=31)).status == "overdue"
    assert meets_criteria([Asked(since, True)], since + timedelta(days=90)).status == "met"
    assert meets_criteria([Asked(since, False)], since).status == "breached"


# --- Seats -----------------------------------------------------------------------------------


def sit(board, letter, kind=Kind.AUDIT, since=TODAY, **facts):
    return operations.seat_member(
        committee=board.committees[kind],
        person=board.people[letter],
        since=since,
        by=board.secretary,
        on=TODAY,
        **facts,
    )


@pytest.mark.parametrize("letter, says", [("I", "not independent"), ("A", "not independent")])
def test_whoever_is_not_independent_is_not_seated(letter, says, f1):
    with pytest.raises(Refused, match=says):
        sit(f1, letter)
    assert not Seat.objects.filter(person=f1.people[letter]).exists()
    assert sit(f1, "F").committee.kind == Kind.AUDIT


def test_l_17_one_member_may_sit_exceptionally(f1):
    DeterminationFactory(
        person=f1.people["I"], standard="comp_10c1", independent=False, determined_on=TODAY
    )
    act = ActFactory(day=TODAY)
    # Who worked for the Company until 2024 is no officer now: the Board may find it required.
    assert sit(f1, "I", Kind.COMPENSATION, exceptional_by=act).exceptional_by == act
    with pytest.raises(Refused, match="officer or employee"):
        sit(f1, "A", Kind.NOMINATING, exceptional_by=act)
    with pytest.raises(Refused, match="audit committee standard|general standard"):
        sit(f1, "I", Kind.AUDIT, exceptional_by=act)


def test_z_20_a_further_committee_asks_nothing_of_its_members(f1):
    act = ActFactory(day=TODAY)
    facts = {"kind": Kind.FURTHER, "name": "Strategy Committee", "since": TODAY}
    with pytest.raises(Refused, match="what the committee is formed for"):
        operations.form_committee(**facts, act=act, by=f1.secretary, on=TODAY)
    strategy = operations.form_committee(
        **facts, mandate="To think ahead.", act=act, by=f1.secretary, on=TODAY
    )
    operations.seat_member(
        committee=strategy,
        person=f1.people["A"],
        chairs=True,
        since=TODAY,
        by=f1.secretary,
        on=TODAY,
    )
    composition = compose(TODAY)
    on = next(one for one in composition.committees if one.key == strategy.pk)
    assert [member.name for member in on.members] == ["Director A"]
    assert committee_verdicts(on, composition) == []


def test_a_standing_committee_is_not_dissolved(f1):
    audit = Committee.objects.get(kind=Kind.AUDIT)
    with pytest.raises(Refused, match="cannot be dissolved"):
        operations.amend_committee(audit, until=TODAY, by=f1.secretary, on=TODAY)


def test_who_leaves_the_board_leaves_its_committees(f1):
    f1.people["E"].directorships.update(until=TODAY)
    look_again(TODAY)
    assert set(f1.people["E"].seats.values_list("until", flat=True)) == {TODAY}


def test_only_a_director_sits_says_the_database(f1):
    refused(
        lambda: Seat.objects.create(
            committee=f1.committees[Kind.AUDIT], person=f1.secretary.person, since=TODAY
        )
    )


# --- Delegations -----------------------------------------------------------------------------


@pytest.mark.parametrize("function", NOT_DELEGABLE)
def test_p_23_what_the_law_leaves_to_the_board_is_not_delegated(function, f1):
    committee = f1.committees[Kind.NOMINATING]
    act = ActFactory(day=TODAY)
    facts = {"committee": committee, "function": function, "scope": "All of it.", "act": act}
    with pytest.raises(Refused, match="cannot be delegated") as told:
        operations.delegate(**facts, since=TODAY, by=f1.secretary, on=TODAY)
    assert told.value.code == "nondelegable"
    refused(lambda: Delegation.objects.create(**facts, since=TODAY))


def test_a_function_stays_with_the_committee_that_the_guidelines_name(f1):
    act = ActFactory(day=TODAY)
    facts = {"scope": "Pay.", "act": act, "since": TODAY, "by": f1.secretary, "on": TODAY}
    with pytest.raises(Refused, match="Compensation Committee"):
        operations.delegate(committee=f1.committees[Kind.AUDIT], function="executive_pay", **facts)
    made = operations.delegate(committee=f1.committees[Kind.AUDIT], function="financing", **facts)
    assert Delegation.objects.on(TODAY).get() == made
    of_committee = ActFactory(day=TODAY, committee=f1.committees[Kind.AUDIT].pk)
    with pytest.raises(Refused, match="needs an act of the Board"):
        operations.delegate(
            committee=f1.committees[Kind.AUDIT],
            function="risk",
            **{**facts, "act": of_committee},
        )


@pytest.mark.parametrize("who, status", [("A", 200), ("E", 200)])
def test_pages_of_a_committee_and_its_charter(who, status, f1, client):
    charter = in_force(f1, kind=Kind.AUDIT)
    draft = drafted(f1, kind=Kind.AUDIT, version="Draft")
    client.force_login(f1.account(who))
    committee = f"/committees/{charter.committee_id}/"
    page = client.get(committee)
    assert page.status_code == status and "Version 2026" in page.content.decode()
    assert client.get(charter.get_absolute_url()).status_code == 200
    # A draft is for the committee's members and the office.
    expected = 200 if who == "E" else 404
    assert client.get(draft.get_absolute_url()).status_code == expected
    assert ("Draft" in client.get(committee).content.decode()) == (who == "E")
