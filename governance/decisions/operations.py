"""What is done with motions: put, voted on, closed. Rows are locked: an instant has one winner."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Max

from governance.board.models import Directorship
from governance.decisions import mail
from governance.decisions.access import may_conduct, may_enter_for_others
from governance.decisions.guards import chief_executive_is_out, still_stands, what_blocks
from governance.decisions.kinds import FILLS_A_SEAT, MotionKind
from governance.decisions.models import Ballot, Choice, Motion, Presence, Voter
from governance.decisions.moves import DECIDED, MotionState
from governance.decisions.tally import Tally
from governance.meetings.models import Meeting
from governance.records.acts import record_act
from governance.records.models import Act, Company
from governance.records.moves import advance, begin
from governance.refusals import Refused

# As long as a written consent waits for its signatures (M-04).
AWAITED_AT_MOST = timedelta(days=60)
MOVE_FOR = {
    MotionState.PASSED: "carry",
    MotionState.FAILED: "defeat",
    MotionState.INQUORATE: "find_no_quorum",
}


def day_of(at):
    return Company.current().day_of(at)


def lock_meeting(motion):
    """Attendance and recusals keep still while a motion is counted; the meeting is locked first."""
    return Meeting.objects.select_for_update(of=("self",)).get(pk=motion.meeting_id)


@transaction.atomic
def put_motion(
    item,
    *,
    title,
    text,
    mover,
    by,
    at,
    seconder=None,
    kind=MotionKind.ORDINARY,
    changes=None,
    change="",
):
    """Put a resolution in its exact words (M-03).

    `changes` is the carried motion of the same body that this one rescinds, ratifies or corrects,
    `change` which of the three.
    """
    if not text.strip():
        raise Refused("A motion has a text: the words the body votes on.", provision="M-03")
    for_others = seconder or mover.pk != by.person_id
    if for_others and not may_enter_for_others(by, item.meeting, day_of(at)):
        raise Refused("A member moves in their own name; the secretary enters others.", "M-03")
    check_change(changes, change, item.meeting)
    if item.meeting.is_over:
        raise Refused("This meeting is over; no motion can be put to it.", provision="M-03")
    members = item.meeting.members(day_of(at))
    for person in filter(None, (mover, seconder)):
        if not members.filter(pk=person.pk).exists():
            raise Refused(f"{person} is not a member of this body.", provision="M-03")
    if mover == seconder:
        raise Refused("A motion is seconded by another member than its mover.", provision="M-03")
    motion = Motion(
        meeting=item.meeting,
        item=item,
        title=title,
        text=text,
        mover=mover,
        seconder=seconder,
        kind=kind,
        changes=changes,
        change=change,
    )
    begin(motion, "put", by=by, at=at)
    motion.refresh_from_db(fields=["digest"])
    return motion


def check_change(changes, change, meeting):
    """What was carried is changed by a later motion of the same body, in one way (M-03)."""
    if (changes is None) != (not change):
        raise Refused("Say which decision it changes, and how.", provision="M-03")
    if changes is None:
        return
    if changes.state != MotionState.PASSED:
        raise Refused("Only a motion that was carried is changed by another.", provision="M-03")
    if changes.meeting.committee_id != meeting.committee_id:
        raise Refused("A body changes its own decisions.", provision="M-03")


@transaction.atomic
def put_before_meeting(motion, *, by, at):
    """The presiding person puts the motion before the meeting (M-03).

    Where its kind asks what does not hold, the motion is `blocked` with the reason, and may be
    tried again once that is cured.
    """
    lock_meeting(motion)
    if refusal := what_blocks(motion, at):
        facts = {"blocked_code": refusal.code, "blocked_why": refusal.sentence}
        return advance(motion, "block", by=by, at=at, **facts)
    return advance(motion, "open", by=by, at=at, blocked_code="", blocked_why="")


@transaction.atomic
def open_vote(motion, *, by, at, awaited_until=None):
    """Open the vote and freeze the list of those who may vote: present, and not recused (M-03).

    `awaited_until` is the hour until which ballots are awaited, if one is said. It closes nothing:
    whoever presides does.
    """
    lock_meeting(motion)
    still_stands(motion, at)
    if awaited_until and awaited_until <= at:
        raise Refused("Ballots are awaited until an hour that lies ahead.", provision="M-03")
    if awaited_until and awaited_until > at + AWAITED_AT_MOST:
        raise Refused("Ballots are awaited for sixty days at most.", provision="M-03")
    hours = {"vote_opened_at": at, "awaited_until": awaited_until}
    advance(motion, "open_vote", by=by, at=at, **hours)
    voting = motion.meeting.present_at(at).exclude(pk__in=motion.recused_people().values("pk"))
    Voter.objects.bulk_create(Voter(motion=motion, person=person) for person in voting)
    if not motion.meeting.backfilled:
        mail.tell_of_vote(mail.VOTE_OPENED, motion, day=day_of(at), by=by)
    return motion


@transaction.atomic
def cast_ballot(motion, *, choice, by, at, digest, method, session=""):
    """Cast or change one's vote, in the words shown, while the vote is open (M-03).

    `digest` is the SHA-256 of the text the director had on the page, `method` how they signed in,
    `session` a digest of the session in which they did.
    The motion's row is locked: a ballot either comes before the closing, or is refused. Whoever had
    to wait for the row acts after the one who held it, whatever their clock said before.
    """
    motion = Motion.objects.select_for_update(of=("self",)).get(pk=motion.pk)
    if choice not in Choice.values:
        raise Refused("Answer for, against or abstain.", provision="M-03")
    if motion.recused_people().filter(pk=by.person_id).exists():
        raise Refused("You are recused from this item and do not vote on it.", provision="M-03")
    if motion.state in DECIDED:
        raise Refused("The vote is closed; your ballot was not counted.", "M-03", code="closed")
    if motion.state != MotionState.VOTING:
        raise Refused("The vote is not open.", provision="M-03", code="stale")
    if digest != motion.digest:
        raise Refused(
            "The text has changed since you opened this page. Read it again, then vote.",
            provision="M-03",
            code="stale",
        )
    if not motion.voters.filter(person=by.person_id).exists():
        raise Refused("You were not present when the vote was opened.", provision="M-03")
    if not motion.present_people(at).filter(pk=by.person_id).exists():
        raise Refused("You are not recorded as present; tell the secretary.", provision="C8")
    chief_executive_is_out(motion, at)
    last = motion.ballots.current().filter(voter=by.person_id).first()
    if last and last.choice == choice:
        return last  # the same answer again, or a second click: nothing changes
    at = max(at, last.cast_at if last else motion.vote_opened_at)
    return Ballot.objects.create(
        motion=motion,
        voter=by.person,
        choice=choice,
        cast_at=at,
        replaces=last,
        text_digest=digest,
        statement=Choice(choice).statement,
        sign_in_method=method,
        session=session,
    )


@transaction.atomic
def enter_roll_call(motion, choices, *, by, at, method):
    """Write down the ballots of a vote that was taken before the portal was there (M-03).

    `choices` has the choice of each person. The list of those who may vote is the same as for a
    ballot cast here, and the database holds each ballot against it.
    """
    if not motion.meeting.backfilled:
        raise Refused("In a meeting held here each director casts their own ballot.", "M-03")
    if not may_conduct(by, motion, day_of(at)):
        raise Refused("Whoever presides enters the roll call.", provision="M-03", code="not_yours")
    listed = set(motion.voters.values_list("person", flat=True))
    present = set(motion.present_people(at).values_list("pk", flat=True))
    for person, choice in choices.items():
        if person.pk not in listed & present:
            raise Refused(f"{person} was not present for this vote, or is recused.", "M-03")
        if choice not in Choice.values:
            raise Refused("Each answer is for, against or abstain.", provision="M-03")
    return Ballot.objects.bulk_create(
        Ballot(
            motion=motion,
            voter=person,
            choice=choice,
            cast_at=at,
            text_digest=motion.digest,
            statement=Choice(choice).statement,
            sign_in_method=method,
        )
        for person, choice in choices.items()
    )


def count_votes(motion, at):
    """The tally at an instant: ballots of those still present; the others present are silent.

    With it comes who was present.
    """
    present = set(motion.present_people(at).values_list("pk", flat=True))
    cast = dict(motion.ballots.current().values_list("voter", "choice"))
    choices = [cast.get(person) for person in present]
    recused = set(motion.recused_people().values_list("pk", flat=True))
    quorum = motion.quorum_at(at)
    tally = Tally(
        votes_for=choices.count(Choice.FOR),
        votes_against=choices.count(Choice.AGAINST),
        votes_abstain=choices.count(Choice.ABSTAIN),
        votes_silent=sum(1 for person in present if person not in cast and person not in recused),
        present=len(present),
        quorum=quorum.needed,
        seats=quorum.total,
        in_office=sitting(at) if motion.kind in FILLS_A_SEAT else None,
        **disinterested_votes(
            motion, {person for person in present if cast.get(person) == "for"}, at
        ),
    )
    return tally, present


def disinterested_votes(motion, voted_for, at):
    """How the members then serving who declared no interest voted; empty where none did (L-46)."""
    members = set(motion.meeting.members(day_of(at)).values_list("pk", flat=True))
    interested = members & set(motion.interested_people().values_list("pk", flat=True))
    if not interested:
        return {}
    return {
        "interested": len(interested),
        "disinterested": len(members - interested),
        "disinterested_for": len(voted_for - interested),
    }


def sitting(at):
    """How many directors are in office at the instant (C6)."""
    return Directorship.objects.on(day_of(at)).count()


@transaction.atomic
def close_vote(motion, *, by, at):
    """Close the vote, compute the result and tell the body (L-37, L-38).

    Whoever is present and has not cast is silent, and counts as present. A vote that lost its
    quorum decides nothing.
    """
    lock_meeting(motion)
    motion = Motion.objects.select_for_update(of=("self",)).get(pk=motion.pk)
    if motion.state in DECIDED:
        raise Refused("The vote has been closed already.", provision="M-03", code="closed")
    if motion.state != MotionState.VOTING:
        raise Refused("The vote is not open.", provision="M-03", code="stale")
    if not may_conduct(by, motion, day_of(at)):
        raise Refused("Whoever presides closes the vote.", provision="M-03", code="not_yours")
    # Ballots that came first while this one waited for the row are not later than its close.
    at = max(at, motion.ballots.aggregate(last=Max("cast_at"))["last"] or at)
    chief_executive_is_out(motion, at)
    tally, present = count_votes(motion, at)
    Presence.objects.bulk_create(Presence(motion=motion, person_id=key) for key in present)
    advance(motion, MOVE_FOR[tally.outcome], by=by, at=at, closed_at=at, **vars(tally))
    if motion.state == MotionState.PASSED:
        record_act(
            committee=motion.meeting.committee_id,
            how=Act.How.MOTION,
            source=motion.pk,
            at=at,
            title=motion.title,
            text=motion.text,
        )
    if not motion.meeting.backfilled:
        mail.tell_of_vote(mail.RESULT_DECLARED, motion, day=day_of(at), by=by)
    return motion


def withdraw(motion, *, by, at, why=""):
    """The mover takes the motion back before the vote (M-03)."""
    return advance(motion, "withdraw", by=by, at=at, why=why)


def tally_of(motion):
    """The recorded numbers of a decided motion, as a Tally that can say itself in words."""
    return Tally(**{name: getattr(motion, name) for name in Tally.__dataclass_fields__})
