"""The Committee resolves: who puts, who votes, what carries, what stands (C-DET-01)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from clawback import gathering, opening, reckoning, resolving
from clawback.models import (
    Case,
    Finding,
    Line,
    RecoveryDetermination,
    Repayment,
    Resolution,
    ResolutionBallot,
)
from clawback.moves import CaseState, LineState, ResolutionState
from governance.meetings.attending import record_departure
from governance.meetings.operations import adjourn
from governance.records.receipts import find_receipt
from governance.refusals import Refused
from tests.factories import clawback as factory
from tests.factories.cast import EVERYBODY, SEATS

pytestmark = pytest.mark.django_db
COMMITTEE = SEATS["compensation"]
FAULT = {"fault": "fraud", "causation": "full", "reason": "Goods were booked before they left."}


@pytest.fixture
def officer(cast):
    return cast["chief_financial_officer"].person


@pytest.fixture
def case(cast, now):
    return factory.before_committee(cast, at=now)


@pytest.fixture
def meeting(cast, case, now):
    return factory.session(cast, at=now)


def put(case, by, officer, now, **told):
    facts = {"kind": "finding", "effect": FAULT, "person": officer} | told
    return resolving.put_resolution(case, by=by, at=now, **facts)


@pytest.mark.parametrize("who", EVERYBODY)
def test_members_of_the_committee_put_resolutions(who, cast, case, officer, now):
    if who in COMMITTEE:
        assert put(case, cast[who], officer, now).state == ResolutionState.PUT
    else:
        with pytest.raises(Refused):
            put(case, cast[who], officer, now)
        assert not Resolution.objects.exists()


MOVES = {
    "scope": (reckoning.scope, {"compensation_chair"}),
    "calculate": (reckoning.calculate, {"compensation_chair"}),
    "present": (reckoning.present, {"compensation_chair"}),
}


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("name", MOVES)
def test_moves_of_a_case_by_person(name, who, cast, now):
    case = factory.opened(cast, at=now)
    chair = cast["compensation_chair"]
    if name != "scope":
        reckoning.scope(case, by=chair, at=now)
    if name == "present":
        reckoning.calculate(case, by=chair, at=now)
    before = Case.objects.get().state
    do, may = MOVES[name]
    if who in may:
        do(case, by=cast[who], at=now)
        assert Case.objects.get().state != before
    else:
        with pytest.raises(Refused) as refused:
            do(case, by=cast[who], at=now)
        assert refused.value.code == "not_yours"
        assert Case.objects.get().state == before


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_chair_and_the_lead_director_open_a_case(who, cast, now):
    factory.policies()
    told = factory.restatement(by=cast["secretary"], at=now)
    subjects = [cast["chief_financial_officer"].person]
    facts = {"subjects": subjects, "matter": "Invented.", "by": cast[who], "at": now}
    if who in ("compensation_chair", "lead_director"):
        assert opening.open_case(told, **facts).state == CaseState.OPENED
    else:
        with pytest.raises(Refused):
            opening.open_case(told, **facts)
        assert not Case.objects.exists() and not told.walls.exists()


def test_a_case_without_subjects_does_not_open(cast, now):
    factory.policies()
    told = factory.restatement(by=cast["secretary"], at=now)
    with pytest.raises(Refused) as refused:
        opening.open_case(told, subjects=[], matter="", by=cast["lead_director"], at=now)
    assert refused.value.provision == "C-PUR-01"
    with pytest.raises(DatabaseError), transaction.atomic():
        Case.objects.create(restatement=told, state=CaseState.OPENED)


def test_nobody_opens_the_case_of_which_they_are_the_subject(cast, now):
    factory.policies()
    told = factory.restatement(by=cast["secretary"], at=now)
    chair = cast["compensation_chair"]
    with pytest.raises(Refused):
        opening.open_case(told, subjects=[chair.person], matter="", by=chair, at=now)
    assert not told.walls.exists()


def test_an_immaterial_correction_of_the_current_year_opens_nothing(cast, now):
    factory.policies()
    told = factory.restatement(by=cast["secretary"], at=now, kind="out_of_period")
    people = [cast["chief_financial_officer"].person]
    with pytest.raises(Refused) as refused:
        opening.open_case(told, subjects=people, matter="", by=cast["lead_director"], at=now)
    assert refused.value.provision == "C-TRG-01"
    assert not told.walls.exists()


def test_a_subject_found_later_is_walled_before_a_line_is_added(cast, now):
    case, chair = factory.opened(cast, at=now), cast["compensation_chair"]
    chief = cast["chief_executive"].person
    award = factory.bonus(chief, year=now.year - 2)
    reckoning.scope(case, by=chair, at=now)
    assert not Line.objects.filter(award=award).exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        Line.objects.create(case=case, award=award, state=LineState.UNDECIDED)
    opening.wall_off(case, chief, by=chair, at=now)
    reckoning.scope(case, by=chair, at=now)
    assert Line.objects.filter(award=award).exists()


def test_a_vote_in_a_meeting_carries_by_more_than_half_of_those_present(
    cast, case, meeting, officer, now
):
    row = resolving.open_vote(
        put(case, cast["compensation_chair"], officer, now),
        by=cast["compensation_chair"],
        at=now,
        meeting=meeting,
    )
    factory.answer(row, cast["compensation_chair"], "for", at=now)
    factory.answer(row, cast["compensation_member"], "against", at=now)
    row = resolving.close_vote(row, by=cast["compensation_chair"], at=now)
    assert row.state == ResolutionState.DEFEATED
    assert resolving.result_in_words(row).startswith("Not carried: 1 for, 1 against")
    assert not Finding.objects.exists()


def test_without_a_quorum_nothing_is_decided(cast, case, officer, now):
    meeting = factory.session(cast, at=now)
    chair = cast["compensation_chair"]
    row = resolving.open_vote(put(case, chair, officer, now), by=chair, at=now, meeting=meeting)
    factory.answer(row, chair, "for", at=now)
    for name in ("compensation_member", "audit_member"):
        record_departure(meeting, cast[name].person, by=cast["secretary"], at=now)
    row = resolving.close_vote(row, by=chair, at=now + timedelta(seconds=1))
    assert row.state == ResolutionState.INQUORATE
    assert not Finding.objects.exists()


def test_a_meeting_that_is_over_votes_on_nothing(cast, case, meeting, officer, now):
    chair = cast["compensation_chair"]
    row = put(case, chair, officer, now)
    adjourn(meeting, by=chair, at=now)
    meeting.refresh_from_db()
    with pytest.raises(Refused) as refused:
        resolving.open_vote(row, by=chair, at=now, meeting=meeting)
    assert refused.value.code == "stale"


def test_a_consent_takes_every_member(cast, case, officer, now):
    chair = cast["compensation_chair"]
    row = resolving.open_vote(put(case, chair, officer, now), by=chair, at=now)
    for name in COMMITTEE[:-1]:
        factory.answer(row, cast[name], "for", at=now)
    row.refresh_from_db()
    assert row.state == ResolutionState.VOTING and not Finding.objects.exists()
    factory.answer(row, cast[COMMITTEE[-1]], "for", at=now)
    row.refresh_from_db()
    assert row.state == ResolutionState.CARRIED and Finding.objects.get().fault == "fraud"


def test_one_who_abstains_ends_a_consent(cast, case, officer, now):
    chair = cast["compensation_chair"]
    row = resolving.open_vote(put(case, chair, officer, now), by=chair, at=now)
    factory.answer(row, cast["compensation_member"], "abstain", at=now)
    row.refresh_from_db()
    assert row.state == ResolutionState.DEFEATED


def test_with_a_recused_member_there_is_no_consent_but_a_vote(cast, case, officer, now):
    chair, member = cast["compensation_chair"], cast["compensation_member"]
    gathering.recuse(case, basis="Was the officer’s adviser.", by=member, at=now)
    row = put(case, chair, officer, now)
    with pytest.raises(Refused) as refused:
        resolving.open_vote(row, by=chair, at=now)
    assert refused.value.provision == "L-43"
    meeting = factory.session(cast, at=now)
    row = resolving.open_vote(row, by=chair, at=now, meeting=meeting)
    assert not row.voters.filter(person=member.person).exists()
    with pytest.raises(Refused):
        factory.answer(row, member, "for", at=now)


def test_a_ballot_binds_the_exact_words_and_can_be_verified(cast, case, meeting, officer, now):
    chair = cast["compensation_chair"]
    row = resolving.open_vote(put(case, chair, officer, now), by=chair, at=now, meeting=meeting)
    with pytest.raises(Refused):
        resolving.cast(row, choice="for", digest="0" * 64, by=chair, at=now, method="password")
    ballot = factory.answer(row, chair, "for", at=now)
    assert factory.answer(row, chair, "for", at=now) == ballot
    with pytest.raises(Refused):
        factory.answer(row, chair, "against", at=now)
    receipt = find_receipt(ballot.pk)
    assert receipt.text_is_intact and receipt.text == row.text
    assert row.text.startswith("RESOLVED, that the Committee, in its sole discretion, finds")


def test_should_repay_is_determined_apart_from_the_finding(cast, case, meeting, officer, now):
    factory.resolve(case, "finding", FAULT, at=now, meeting=meeting, person=officer)
    assert not Repayment.objects.exists()
    with pytest.raises(Refused) as refused:
        factory.recovered(case, officer, at=now, meeting=meeting)
    assert "not determined yet whether the participant should repay" in refused.value.sentence


def test_of_findings_at_one_instant_the_one_that_supersedes_stands(
    cast, case, meeting, officer, now
):
    """The order is that of the resolutions, and not of the clock or of keys."""
    line = case.lines.get(award__person=officer)
    for fault in ("fraud", "negligence", "gross_negligence", "negligence", "fraud"):
        effect = {"fault": fault, "causation": "full", "reason": "Looked into once more."}
        factory.resolve(case, "finding", effect, at=now, meeting=meeting, person=officer)
        found = reckoning.reckon(case, [line.award], now.date())
        assert found.findings[officer.pk].fault == fault
        told = found.inputs["committee"]["findings"]
        assert [one["standard"] for one in told] == [fault]
        assert Finding.objects.standing().get(case=case, person=officer).fault == fault
    for should in (True, False, True):
        effect = {"should": should, "reason": "Weighed once more."}
        factory.resolve(case, "repay", effect, at=now, meeting=meeting, person=officer)
        found = reckoning.reckon(case, [line.award], now.date())
        assert found.repayments[officer.pk].should is should


@pytest.mark.parametrize("fault", ["negligence", "none"])
def test_less_than_gross_negligence_recovers_nothing(fault, cast, case, meeting, officer, now):
    causation = "none" if fault == "none" else "full"
    effect = {"fault": fault, "causation": causation, "reason": "Looked into."}
    factory.resolve(case, "finding", effect, at=now, meeting=meeting, person=officer)
    factory.resolve(case, "repay", {"should": True}, at=now, meeting=meeting, person=officer)
    with pytest.raises(Refused) as refused:
        factory.recovered(case, officer, at=now, meeting=meeting)
    assert refused.value.provision == "C-TRG-05"


def test_one_cent_above_the_cap_is_refused(cast, case, meeting, officer, now):
    factory.found_at_fault(case, officer, at=now, meeting=meeting)
    line = Line.objects.get(case=case)
    with pytest.raises(Refused) as refused:
        factory.recovered(
            case, officer, at=now, meeting=meeting, amounts={str(line.pk): "310000.01"}
        )
    assert refused.value.code == "exceeds_recoverable"


@pytest.mark.parametrize("amount", ["0", "-1.00", "1.005", "NaN", "1e400", "much"])
def test_what_is_no_amount_is_refused(amount, cast, case, meeting, officer, now):
    factory.found_at_fault(case, officer, at=now, meeting=meeting)
    line = Line.objects.get(case=case)
    with pytest.raises(Refused) as refused:
        factory.recovered(case, officer, at=now, meeting=meeting, amounts={str(line.pk): amount})
    assert refused.value.provision == "C-REC-01"
    assert not RecoveryDetermination.objects.exists()


def test_a_determination_is_superseded_by_a_later_one_with_reasons(
    cast, case, meeting, officer, now
):
    factory.found_at_fault(case, officer, at=now, meeting=meeting)
    factory.recovered(case, officer, at=now, meeting=meeting)
    line = Line.objects.get(case=case)
    effect = {"amounts": {str(line.pk): "100000.00"}}
    with pytest.raises(Refused) as refused:
        factory.resolve(case, "recover", effect, at=now, meeting=meeting, person=officer)
    assert "say for which reasons" in refused.value.sentence
    effect["reason"] = "Recovery of the rest would cost more than it brings."
    factory.resolve(case, "recover", effect, at=now, meeting=meeting, person=officer)
    first, second = line.determinations.order_by("-amount")
    assert (first.amount, second.amount, second.replaces) == (310000, 100000, first)


CARRIED = (Resolution, Finding, Repayment, RecoveryDetermination, ResolutionBallot)


@pytest.mark.parametrize("model", CARRIED, ids=lambda model: model.__name__)
def test_what_was_determined_is_neither_edited_nor_deleted_by_bare_sql(
    model, cast, case, meeting, officer, now
):
    factory.found_at_fault(case, officer, at=now, meeting=meeting)
    factory.recovered(case, officer, at=now, meeting=meeting)
    row = model.objects.first()
    changed = {
        Resolution: {"votes_for": 0},
        Finding: {"fault": "none"},
        Repayment: {"should": False},
        RecoveryDetermination: {"amount": 1},
        ResolutionBallot: {"choice": "against"},
    }[model]
    for change in (lambda rows: rows.update(**changed), lambda rows: rows._raw_delete("default")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(model.objects.filter(pk=row.pk))


def test_a_determination_by_bare_sql_needs_a_resolution_that_carried_it(
    cast, case, meeting, officer, now
):
    line = Line.objects.get(case=case)
    row = put(case, cast["compensation_chair"], officer, now)
    with pytest.raises(DatabaseError), transaction.atomic():
        RecoveryDetermination.objects.create(
            case=case,
            line=line,
            resolution=row,
            recover=True,
            amount=1,
            determined_on=now.date(),
        )


def test_the_text_of_a_resolution_is_fixed(cast, case, officer, now):
    row = put(case, cast["compensation_chair"], officer, now)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.write_sealed(text="RESOLVED, that nothing happened.")


def test_inputs_that_changed_since_ask_for_a_new_calculation(cast, case, meeting, officer, now):
    factory.found_at_fault(case, officer, at=now, meeting=meeting)
    case.restatement.concluded_on = now.date() - timedelta(days=1)
    case.restatement.save()
    with pytest.raises(Refused) as refused:
        factory.recovered(case, officer, at=now, meeting=meeting)
    assert "Calculate it again" in refused.value.sentence


def test_a_rider_says_from_which_day_it_holds(case, cast, officer, now):
    """The words follow from the day that takes effect, and from nothing beside it."""
    effect = {
        "kind": "discretionary",
        "title": "An invented rider",
        "wording": "For this participant the policy reads otherwise.",
        "legal_basis": "An invented statute of wages.",
        "since": now.date().isoformat(),
        "terms": {"repay_allowed": False},
    }
    row = put(case, cast["compensation_chair"], officer, now, kind="rider", effect=effect)
    assert f"alone, from {now.day} {now:%B %Y} on" in row.text
