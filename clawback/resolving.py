"""The Committee resolves behind the door of its case: put, vote, and what follows (C-DET-01).

A vote is taken in a meeting of the Committee that is being held, by its members who are present
and take part; or by unanimous consent, which every member then serving has to give.
"""

import hashlib
import json

from django.db import transaction

from clawback import mail
from clawback.access import chairs_the_committee, sits_on_the_committee
from clawback.effects import check, take_effect
from clawback.models import (
    Answer,
    BoardReport,
    Line,
    Resolution,
    ResolutionBallot,
    ResolutionKind,
    ResolutionVoter,
)
from clawback.moves import ResolutionState
from clawback.opening import day_of, lock
from clawback.wording import words_of
from governance.committees.models import Committee, Kind, Seat
from governance.decisions.tally import Tally
from governance.meetings.models import Meeting
from governance.meetings.moves import UNDER_WAY
from governance.people.models import Person
from governance.records.moves import SYSTEM, advance, begin
from governance.refusals import Refused

DETERMINATIONS = (ResolutionKind.RECOVER, ResolutionKind.NO_RECOVERY)
OPEN = (ResolutionState.PUT, ResolutionState.VOTING)


@transaction.atomic
def put_resolution(case, *, kind, effect, by, at, person=None):
    """Put a resolution to the Committee, in exact words that follow from what it does (M-16).

    `effect` is what its carrying writes; see `effects`. What it asks is asked now, and once more
    when it is carried. Raises Refused, and says which condition does not hold.
    """
    case, day = lock(case), day_of(at)
    if not sits_on_the_committee(by, case, day) or is_recused(case, by.person_id):
        raise Refused("Members of the Committee put resolutions.", "C-TRG-04", "not_yours")
    lines = lines_named(case, person, effect)
    check(kind, case, person, effect, lines, on=day)
    if case.resolutions.filter(kind=kind, person=person, state__in=OPEN).exists():
        raise Refused(
            "Such a resolution has been put and waits for its vote. Take it back first.",
            provision="C-DET-01",
            code="stale",
        )
    text = words_of(kind, case=case, person=person, effect=effect, lines=lines, on=day)
    earlier = case.resolutions.filter(kind=kind, person=person, state="carried")
    row = Resolution(
        case=case,
        kind=kind,
        person=person,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        put_by=by,
        supersedes=earlier.exclude(superseded_by__state="carried").order_by("-closed_at").first(),
    )
    if row.supersedes and not effect.get("reason", "").strip():
        raise Refused(
            "It would take the place of an earlier one: say for which reasons.", "C-DET-01"
        )
    begin(row, "put", by=by, at=at)
    row.write_sealed(text=text, effect=json.dumps(effect))
    return row


def lines_named(case, person, effect):
    """The lines that an effect speaks of: those it has amounts for, or lists."""
    named = effect.get("amounts") or effect.get("lines") or ()
    lines = list(Line.objects.filter(case=case, pk__in=list(named)).select_related("award__person"))
    if len(lines) != len(set(named)) or any(line.award.person_id != person.pk for line in lines):
        raise Refused("Those are not the participant’s awards in this case.", "M-16")
    return lines


def is_recused(case, person):
    return case.recusals.filter(person=person).exists()


@transaction.atomic
def open_vote(resolution, *, by, at, meeting=None):
    """Open the vote: in a meeting of the Committee that is being held, or by unanimous consent.

    The list of voters is frozen: members present, or all then serving, less whoever is walled or
    recused. A consent needs every member, so it is refused while one of them takes no part (L-43).
    """
    resolution = lock_resolution(resolution)
    case, day = resolution.case, day_of(at)
    if meeting is not None:
        check_meeting(meeting)
        voters, serving = meeting.present_at(at), meeting.members(day)
    else:
        voters = serving = members_serving(day)
    out = kept_out(case)
    if meeting is None and serving.filter(pk__in=out).exists():
        raise Refused(
            "A consent takes every member of the Committee, and one takes no part in this case. "
            "Put it to the vote in a meeting.",
            provision="L-43",
        )
    voters = list(voters.exclude(pk__in=out))
    total = serving.count()
    if not voters:
        raise Refused("Nobody is there who could vote.", provision="L-41")
    resolution = advance(
        resolution,
        "open_vote",
        by=by,
        at=at,
        opened_at=at,
        meeting=meeting,
        by_consent=meeting is None,
        quorum=total // 2 + 1,
        serving=total,
    )
    ResolutionVoter.objects.bulk_create(
        ResolutionVoter(resolution=resolution, person=person) for person in voters
    )
    mail.tell_voters(resolution, at=at, by=by)
    return resolution


def check_meeting(meeting):
    """A meeting of the Compensation Committee that is in session now."""
    if not meeting.committee_id or meeting.committee.kind != Kind.COMPENSATION:
        raise Refused("The Compensation Committee resolves this in its meeting.", "C-TRG-04")
    if meeting.state not in UNDER_WAY:
        raise Refused("That meeting is not in session.", provision="L-41", code="stale")


def members_serving(day):
    """People who make up the Compensation Committee that day."""
    committee = Committee.objects.on(day).filter(kind=Kind.COMPENSATION)
    seats = Seat.objects.on(day).filter(committee__in=committee)
    return Person.objects.filter(pk__in=seats.values("person"))


def kept_out(case):
    """Keys of everybody who takes no part: walled, or recused."""
    walled = case.restatement.walls.values_list("person", flat=True)
    return [*walled, *case.recusals.values_list("person", flat=True)]


def lock_resolution(resolution):
    """The resolution as it stands, kept still until this transaction ends; its case first."""
    lock(resolution.case)
    return (
        Resolution.objects.select_for_update(of=("self",))
        .select_related("case__restatement", "person", "meeting__committee")
        .get(pk=resolution.pk)
    )


@transaction.atomic
def cast(resolution, *, choice, digest, by, at, method, session=""):
    """A member answers in the exact words shown; a ballot is cast once and stands (C12).

    A consent is carried with the last signature, and ends with the first answer against it.
    """
    resolution = lock_resolution(resolution)
    if choice not in Answer.values:
        raise Refused("Answer for, against or abstain.", provision="C-DET-01")
    if resolution.state != ResolutionState.VOTING:
        raise Refused("The vote is not open.", provision="C-DET-01", code="stale")
    if digest != resolution.digest:
        raise Refused("These are not the words that were put. Read them again.", "C-DET-01")
    if by.person_id in kept_out(resolution.case):
        raise Refused("You take no part in this vote.", provision="C-DET-01", code="not_yours")
    if not resolution.voters.filter(person=by.person_id).exists():
        raise Refused("You are not on the list of this vote.", "C-DET-01", "not_yours")
    if not sits_on_the_committee(by, resolution.case, day_of(at)):
        raise Refused("Members of the Committee vote.", "C-DET-01", "not_yours")
    cast_already = resolution.ballots.filter(voter=by.person_id).first()
    if cast_already:
        if cast_already.choice == choice:
            return cast_already
        raise Refused("You have answered, and your answer stands.", "C-DET-01", "stale")
    ballot = ResolutionBallot.objects.create(
        resolution=resolution,
        voter=by.person,
        choice=choice,
        cast_at=max(at, resolution.opened_at),
        text_digest=digest,
        statement=statement_of(choice),
        sign_in_method=method,
        session=session,
    )
    if resolution.by_consent:
        settle_consent(resolution, at=at)
    return ballot


def statement_of(choice):
    """The intent that is shown before a ballot, and kept with it."""
    does = "abstain from voting on" if choice == Answer.ABSTAIN else f"vote {choice}"
    return f"I {does} this resolution of the Compensation Committee, in the exact words shown."


def settle_consent(resolution, *, at):
    ballots = list(resolution.ballots.values_list("choice", flat=True))
    if any(choice != Answer.FOR for choice in ballots):
        conclude(resolution, ballots, at=at, carried=False)
    elif len(ballots) == resolution.voters.count():
        check_still_serving(resolution, day_of(at))
        conclude(resolution, ballots, at=at, carried=True)


def check_still_serving(resolution, day):
    """A consent is of those who make up the Committee when it takes effect (L-43)."""
    listed = set(resolution.voters.values_list("person", flat=True))
    if listed != set(members_serving(day).values_list("pk", flat=True)):
        raise Refused(
            "The Committee has other members than when this was put: take it back, and put it "
            "again.",
            provision="L-43",
            code="stale",
        )


@transaction.atomic
def close_vote(resolution, *, by, at):
    """Whoever presides over the case closes the vote; the result is worked out and stands.

    More than half of those present carry, as long as a quorum of the Committee is there (L-41).
    """
    resolution = lock_resolution(resolution)
    if not chairs_the_committee(by, resolution, day_of(at)):
        raise Refused("The Committee’s chair closes the vote.", "C-DET-01", "not_yours")
    if resolution.state != ResolutionState.VOTING:
        raise Refused("The vote is not open.", provision="C-DET-01", code="stale")
    ballots = list(resolution.ballots.values_list("choice", flat=True))
    if resolution.by_consent:
        conclude(resolution, ballots, at=at, carried=False)
        return resolution
    check_meeting(resolution.meeting)
    present = resolution.meeting.present_at(at)
    there = set(present.exclude(pk__in=kept_out(resolution.case)).values_list("pk", flat=True))
    counted = [ballot.choice for ballot in resolution.ballots.all() if ballot.voter_id in there]
    tally = tally_of(resolution, counted, present=len(there))
    moves = {"passed": "carry", "failed": "defeat", "inquorate": "find_no_quorum"}
    conclude(resolution, counted, at=at, present=len(there), move=moves[tally.outcome])
    return resolution


def conclude(resolution, ballots, *, at, carried=None, present=None, move=None):
    """Declare the result; what a carried one says takes effect in the same transaction."""
    move = move or ("carry" if carried else "defeat")
    facts = {
        "closed_at": at,
        "votes_for": ballots.count(Answer.FOR),
        "votes_against": ballots.count(Answer.AGAINST),
        "votes_abstain": ballots.count(Answer.ABSTAIN),
        "present": len(ballots) if present is None else present,
    }
    advance(resolution, move, by=SYSTEM, at=at, **facts)
    if move == "carry":
        effect = json.loads(resolution.read_sealed("effect"))
        lines = lines_named(resolution.case, resolution.person, effect)
        case = resolution.case
        check(resolution.kind, case, resolution.person, effect, lines, on=day_of(at))
        take_effect(resolution, effect, lines, at=at)
    mail.tell_result(resolution, at=at)


def tally_of(resolution, counted=None, present=None):
    """The arithmetic of a vote in a meeting."""
    if counted is None:
        counts = (resolution.votes_for, resolution.votes_against, resolution.votes_abstain)
    else:
        counts = tuple(counted.count(answer) for answer in Answer)
    present = resolution.present if present is None else present
    return Tally(
        *counts,
        votes_silent=present - sum(counts),
        present=present,
        quorum=resolution.quorum,
        seats=resolution.serving,
    )


@transaction.atomic
def report_to_board(resolution, *, by, at):
    """The Committee's chair reports a determination to the Board, in its exact words.

    Directors whom a wall keeps out are told nothing; nobody is told anything else of the case.
    """
    row = lock_resolution(resolution)
    if not chairs_the_committee(by, row, day_of(at)):
        raise Refused("The Committee’s chair reports to the Board.", "C-DET-01", "not_yours")
    if row.state != ResolutionState.CARRIED or row.kind not in DETERMINATIONS:
        raise Refused("Only a determination is reported to the Board.", provision="C-DET-01")
    if BoardReport.objects.filter(resolution=row).exists():
        raise Refused("It was reported to the Board already.", "C-DET-01", "stale")
    report = BoardReport.objects.create(case=row.case, resolution=row, reported_by=by, at=at)
    report.write_sealed(text=row.text)
    mail.tell_board(report, at=at, by=by)
    return report


def withdraw(resolution, *, by, at):
    """Take back what is not decided yet."""
    return advance(resolution, "withdraw", by=by, at=at)


def result_in_words(resolution):
    """How it was decided, with the arithmetic."""
    if resolution.by_consent:
        if resolution.state == ResolutionState.CARRIED:
            return (
                f"Carried by unanimous written consent of all {resolution.serving} members then "
                "serving."
            )
        return "Not carried: a consent takes the signature of every member then serving."
    return tally_of(resolution).in_words


def meetings_to_vote_in(day):
    """Meetings of the Compensation Committee that are in session."""
    return Meeting.objects.filter(committee__kind=Kind.COMPENSATION, state__in=UNDER_WAY)
