"""What is done with minutes: drafted, written, circulated, put for approval, signed, corrected."""

from django.db import IntegrityError, transaction
from django.db.models import Max

from governance.board.access import is_secretary
from governance.decisions.operations import put_motion
from governance.meetings.models import Attendance, Purpose
from governance.meetings.operations import add_item
from governance.minutes import mail
from governance.minutes.access import may_comment, may_write
from governance.minutes.approving import approve
from governance.minutes.assembling import assemble, found_in_the_chair, title_of
from governance.minutes.models import (
    Capacity,
    Comment,
    Correction,
    Minutes,
    MinutesRule,
    MinutesSignature,
    MinutesVersion,
)
from governance.minutes.moves import MinutesState
from governance.minutes.parts import text_of
from governance.records.acts import enter_act
from governance.records.models import Company
from governance.records.moves import SYSTEM, advance, begin
from governance.refusals import Refused
from governance.words import said_long_day

STATEMENT = "I certify these minutes, in the exact words shown, as the body approved them."
FROM_PAPER = "I certify that this is the text of the minutes that the body approved on paper."
PRESIDED = "I presided at this meeting, and sign its minutes in the exact words shown."
WRITTEN_MEANWHILE = (
    "Somebody else has written meanwhile, or has circulated them. What you typed is not saved yet: "
    "read what stands there now, and save again."
)
APPROVED_ALREADY = "These minutes are approved; propose a correction."
# An approval names the exact text, so that nobody approves another one than they read.
RESOLVED = "RESOLVED, that the {what} ({which}, text {digest}) are approved."
# Between the words of an act from paper and how the body came to it.
ON_PAPER = "\n\nApproved on paper: "


def day_of(at):
    return Company.current().day_of(at)


def lock(minutes):
    """The minutes as they stand, kept still until this transaction ends."""
    return Minutes.objects.select_for_update(of=("self",)).get(pk=minutes.pk)


@transaction.atomic
def draft(meeting, *, by, at):
    """Put the minutes of a meeting together from its record (M-05).

    Raises Refused before it has adjourned, and when its minutes have been drafted already.
    """
    minutes = begin_draft(meeting, by=by, at=at)
    write_version(minutes, 1, assemble(meeting, presided=minutes.presided), by=by, at=at)
    return minutes


def begin_draft(meeting, *, by, at, **facts):
    minutes = Minutes(meeting=meeting, **facts)
    if meeting.convened_at:
        minutes.presided = meeting.presided or found_in_the_chair(meeting)
    try:
        with transaction.atomic():
            return begin(minutes, "draft", by=by, at=at)
    except IntegrityError as error:
        raise Refused("The minutes of this meeting have been drafted.", code="stale") from error


def write_version(minutes, number, parts, *, by, at):
    return MinutesVersion.objects.create(
        minutes=minutes,
        number=number,
        parts=[part.as_json() for part in parts],
        text=text_of(title_of(minutes.meeting), parts),
        written_at=at,
        written_by=by,
    )


@transaction.atomic
def write(minutes, *, words, base, by, at, presided=None, papers=None, was=None):
    """Write what was done, part by part; what the record says is put in anew (M-05).

    `words` are those of each part by its key, `papers` the names of those that were tabled; `base`
    is the edition that was on the page, and `was` what it said then, by the names of its fields.
    A draft is rewritten; of circulated minutes this makes the next version. `presided` is who
    presided, where the record does not say it. Raises Refused when they have been circulated
    meanwhile, or a part has changed that is written here; the same words again change nothing.
    """
    minutes = lock(minutes)
    if not may_write(by, minutes, day_of(at)):
        raise Refused("The secretary's office writes the minutes.", "M-05", code="not_yours")
    if minutes.is_approved:
        raise Refused(APPROVED_ALREADY, provision="M-05")
    current = minutes.current
    papers = papers or {}
    parts = put_together(minutes, presided=presided, words=words, papers=papers)
    text = text_of(title_of(minutes.meeting), parts)
    if text == current.text:
        return minutes
    if minutes.edition != base and (
        was is None
        or base.split()[:1] != [minutes.state]
        or overwritten(current, words=words, papers=papers, was=was)
    ):
        raise Refused(WRITTEN_MEANWHILE, provision="M-05", code="stale")
    if presided is not None:
        if not Attendance.objects.filter(meeting=minutes.meeting, person=presided).exists():
            raise Refused(f"{presided} was not at this meeting.", provision="M-05")
        minutes.presided = presided
        minutes.save(update_fields=["presided"])
    if minutes.state == MinutesState.DRAFT:
        rewrite(current, parts, text, by=by, at=at)
    else:
        advance(minutes, "revise", by=by, at=at)
        write_version(minutes, current.number + 1, parts, by=by, at=at)
        mail.tell_of_minutes(mail.MINUTES_REVISED, minutes, day=day_of(at), by=by)
    return Minutes.objects.get(pk=minutes.pk)


def overwritten(version, *, words, papers, was):
    """Keys of the parts written here that somebody else has changed since the page was opened."""
    typed = {f"words-{key}": said for key, said in words.items()}
    typed |= {f"papers-{key}": "\n".join(said) for key, said in papers.items()}
    return {
        part.key
        for part in version.read_parts
        for name, stands in part.fields.items()
        if name in typed
        # Lines, because a browser ends them in its own way.
        and stands.splitlines() not in (was[name].splitlines(), typed[name].splitlines())
    }


def put_together(minutes, *, presided=None, words=None, papers=None):
    """The parts as they are now: what was written so far and is written anew, and the record."""
    written = minutes.current.read_parts
    return assemble(
        minutes.meeting,
        presided=presided or minutes.presided,
        words={part.key: part.words for part in written} | (words or {}),
        papers={part.key: part.papers for part in written} | (papers or {}),
    )


def rewrite(draft, parts, text, *, by, at):
    """A draft has no earlier version: its words are replaced."""
    draft.parts, draft.text = [part.as_json() for part in parts], text
    draft.written_at, draft.written_by = at, by
    draft.save(update_fields=["parts", "text", "written_at", "written_by"])


@transaction.atomic
def circulate(minutes, *, base, by, at):
    """Send the minutes to the members, when nothing is missing any more (M-05, NT-MIN).

    `base` is the edition that was on the page. Raises Refused when the text has changed meanwhile:
    nobody sends out another text than they read.
    """
    locked = lock(minutes)
    if locked.state == MinutesState.DRAFT:
        parts = put_together(locked)
        if locked.edition != base:
            raise Refused("Somebody has written meanwhile. Read them again first.", "M-05", "stale")
        if (text := text_of(title_of(locked.meeting), parts)) != locked.current.text:
            rewrite(locked.current, parts, text, by=by, at=at)
    advance(minutes, "circulate", by=by, at=at, circulated_at=at)
    mail.tell_of_minutes(mail.MINUTES_CIRCULATED, minutes, day=day_of(at), by=by)
    return minutes


@transaction.atomic
def comment(minutes, *, part, text, by, at):
    """A member says something to one part, while the minutes are circulated (M-05)."""
    minutes = lock(minutes)
    if not may_comment(by, minutes, day_of(at)):
        raise Refused("Members of the body comment.", provision="M-05", code="not_yours")
    if minutes.state != MinutesState.CIRCULATED:
        raise Refused(
            f"These minutes are {minutes.get_state_display().lower()}; comments are over.",
            provision="M-05",
            code="stale",
        )
    if not text.strip():
        raise Refused("Say something.", provision="M-05")
    version = minutes.current
    spoken_of = next((one for one in version.read_parts if one.key == part), None)
    walled = minutes.meeting.items.filter(recusals__person=by.person_id)
    if spoken_of is None or part in map(str, walled.values_list("pk", flat=True)):
        raise Refused("There is no such part.", provision="M-05")
    row = Comment.objects.create(
        minutes=minutes,
        version=version.number,
        part=part,
        person=by.person,
        text=text.strip(),
        said_at=at,
    )
    mail.tell_of_comment(minutes, day=day_of(at), at=at, by=by)
    return row


@transaction.atomic
def put_for_approval(minutes, *, meeting, mover, by, at):
    """Put their approval on the agenda of a later meeting, as a motion that names the text (M-05).

    Raises Refused for a meeting of another body, or one that does not come later.
    """
    minutes = lock(minutes)
    if minutes.state != MinutesState.CIRCULATED:
        raise Refused("Minutes are approved after they were circulated.", "M-05", code="stale")
    if meeting.committee_id != minutes.meeting.committee_id:
        raise Refused("A body approves its own minutes.", provision="M-05")
    if meeting.starts_at <= minutes.meeting.starts_at:
        raise Refused("Minutes are approved at a later meeting.", provision="M-05")
    return put_approval(
        meeting,
        title=named(minutes),
        text=RESOLVED.format(**resolved(minutes)),
        mover=mover,
        by=by,
        at=at,
    )


@transaction.atomic
def put_correction(correction, *, meeting, mover, by, at):
    """Put a correction on the agenda of a meeting of the body (M-05)."""
    if correction.state != "proposed":
        raise Refused("This correction has been approved.", provision="M-05", code="stale")
    minutes = correction.minutes
    if meeting.committee_id != minutes.meeting.committee_id:
        raise Refused("A body corrects its own minutes.", provision="M-05")
    which = f"number {correction.number}"
    what = f"corrections to the {in_a_sentence(minutes)}"
    return put_approval(
        meeting,
        title=f"Correction of the {in_a_sentence(minutes)}",
        text=RESOLVED.format(what=what, which=which, digest=correction.digest),
        mover=mover,
        by=by,
        at=at,
    )


def put_approval(meeting, *, title, text, mover, by, at):
    item = add_item(meeting, title=title, purpose=Purpose.DECIDE, minutes=5, by=by, at=at)
    return put_motion(item, title=title, text=text, mover=mover, by=by, at=at)


def named(minutes):
    """ "Minutes of 21 July 2026"."""
    day = Company.current().day_of(minutes.meeting.convened_at)
    return f"Minutes of {day.day} {day:%B %Y}"


def in_a_sentence(minutes):
    """ "minutes of 21 July 2026"."""
    return named(minutes).replace("Minutes", "minutes", 1)


def resolved(minutes, version=None):
    """What the approval of a version names: the minutes, which version, and its exact text."""
    version = version or minutes.current
    what, which = in_a_sentence(minutes), f"version {version.number}"
    return {"what": what, "which": which, "digest": version.digest}


@transaction.atomic
def enter_approval(minutes, *, day, how, digest, by, at):
    """Write down that the body approved this text on paper, at a meeting or by consent (M-05).

    `how` says at which meeting or by whose consent, and where the paper is kept; `digest` is the
    SHA-256 of the text that was on the page. Raises Refused for anybody but the Corporate
    Secretary, and for a day before the text went out or still to come.
    """
    minutes = lock(minutes)
    if minutes.state != MinutesState.CIRCULATED:
        raise Refused("Minutes are approved after they were circulated.", "M-05", code="stale")
    if digest != minutes.current.digest:
        raise Refused("The text on your page is another one. Reload, and read it again.", "M-05")
    if not how.strip():
        raise Refused("Say at which meeting or by whose consent, and where the paper is.", "M-05")
    if day < (out := day_of(max(minutes.circulated_at, minutes.current.written_at))):
        raise Refused(f"This text went out on {said_long_day(out)}; it was approved then or later.")
    act = enter_act(
        committee=minutes.meeting.committee_id,
        day=day,
        title=named(minutes),
        text=RESOLVED.format(**resolved(minutes) | {"digest": digest}) + ON_PAPER + how.strip(),
        by=by,
        on=day_of(at),
    )
    approve(act, at)
    return act


@transaction.atomic
def sign(minutes, *, digest, by, at, method, session=""):
    """Sign the approved text (M-05); the last signature that is owed locks it.

    `digest` is the SHA-256 of the text that was on the page.
    """
    minutes = lock(minutes)
    current, day = minutes.current, day_of(at)
    if minutes.state == MinutesState.APPROVED and digest != current.digest:
        raise Refused("The text on your page is another one. Reload, and read it again.", "M-05")
    if minutes.signatures.filter(signer=by.person_id).exists():
        raise Refused("You have signed these minutes.", provision="M-05", code="stale")
    if minutes.state == MinutesState.APPROVED:
        capacity = Capacity.SECRETARY if is_secretary(by, day) else Capacity.PRESIDED
        # Before the move: the database takes a signature under what is approved, and no other.
        signature = MinutesSignature(
            minutes=minutes,
            signer=by.person,
            capacity=capacity,
            signed_at=at,
            text_digest=digest,
            statement=statement_of(minutes, capacity),
            sign_in_method=method,
            session=session,
        )
        signature.save(force_insert=True)
    if minutes.owing(day):
        advance(minutes, "sign_first", by=by, at=at)
        return signature
    advance(minutes, "sign", by=by, at=at)
    purged = purge(minutes, day)
    how = how_on_paper(minutes)
    said = f"Approved on paper: {how}" if how else ""
    advance(minutes, "lock", by=SYSTEM, at=at, why="\n".join(filter(None, (purged, said))))
    return signature


def how_on_paper(minutes):
    """At which meeting or by whose consent they were approved on paper, and where that is kept."""
    return minutes.approved_by.text.partition(ON_PAPER)[2] if minutes.approved_by else ""


def statement_of(minutes, capacity):
    """The intent that is bound by a signature in this capacity (C12)."""
    if capacity == Capacity.PRESIDED:
        return PRESIDED
    return FROM_PAPER if minutes.on_paper else STATEMENT


def purge(minutes, day):
    """Where the rule says so, versions before the last go, and the record says which (M-05).

    What members said of them stays, and so does the SHA-256 of each in its history.
    """
    earlier = minutes.versions.filter(number__lt=minutes.current.number)
    numbers = [str(number) for number in earlier.values_list("number", flat=True)]
    if not numbers or not MinutesRule.on(day).purges_drafts:
        return ""
    earlier.delete()
    return f"Purged when they were locked: version {', '.join(numbers)}."


def set_rule(*, since, presider_signs, purges_drafts, by, on):
    """Say who signs minutes and whether earlier versions are kept, from a day on (M-05).

    Raises Refused for anybody but the Corporate Secretary, and for a day that has passed.
    """
    if not is_secretary(by, on):
        raise Refused("The Corporate Secretary sets this.", provision="M-05", code="not_yours")
    if since < on:
        raise Refused("It holds from today on, or from a later day.", provision="M-05")
    rule = MinutesRule(since=since, presider_signs=presider_signs, purges_drafts=purges_drafts)
    rule.save(force_insert=True)
    return rule


@transaction.atomic
def propose_correction(minutes, *, text, reason, by, at):
    """Say what locked minutes should have said, and why (M-05)."""
    minutes = lock(minutes)
    if not text.strip() or not reason.strip():
        raise Refused("Say what they should say, and why.", provision="M-05")
    last = minutes.corrections.order_by("-number").first()
    number = minutes.corrections.aggregate(last=Max("number"))["last"] or 0
    correction = Correction(
        minutes=minutes,
        number=number + 1,
        text=text.strip(),
        reason=reason.strip(),
        previous_digest=(last or minutes.current).digest,
        proposed_by=by,
        proposed_at=at,
    )
    begin(correction, "propose_correction", by=by, at=at)
    correction.refresh_from_db(fields=["digest"])
    mail.tell_of_minutes(mail.CORRECTION_PROPOSED, minutes, day=day_of(at), by=by, at=at)
    return correction
