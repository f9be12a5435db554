"""Acting without a meeting: circulate, sign, revoke, and the instant of effect (L-43, M-04)."""

from datetime import datetime, time

from django.db import transaction
from django.db.models import Max

from governance.board.models import Directorship
from governance.committees.models import Seat
from governance.decisions import mail
from governance.decisions.access import may_circulate, may_draft_consent
from governance.decisions.guards import check_director_pay
from governance.decisions.kinds import FILLS_A_SEAT, FOR_THE_BOARD_ALONE, MotionKind
from governance.decisions.models import (
    OPEN,
    ConsentObjection,
    ConsentSignature,
    WrittenConsent,
)
from governance.decisions.moves import ConsentState
from governance.decisions.operations import put_motion
from governance.decisions.unanimity import AHEAD, LAPSES, Signed, takes_effect_at
from governance.meetings.models import MeetingKind
from governance.meetings.operations import add_item, create_meeting
from governance.people.following import follow
from governance.records.acts import record_act
from governance.records.models import Act, Company
from governance.records.moves import SYSTEM, advance, begin
from governance.refusals import Refused
from governance.words import said_number

STATEMENT = "I consent in writing to this resolution, in the exact words shown, without a meeting."
LATER_STATEMENT = (
    "I consent in writing to this resolution, in the exact words shown, without a meeting, "
    "with effect from {when}."
)
# Members who have not signed are reminded every so many days (NT-CONS).
REMIND_EVERY = 3


def day_of(at):
    return Company.current().day_of(at)


def lock(consent):
    """One instant has one winner: whoever signs, revokes or withdraws waits for the row."""
    return WrittenConsent.objects.select_for_update(of=("self",)).get(pk=consent.pk)


@transaction.atomic
def draft_consent(*, committee, title, text, by, at, kind=MotionKind.ORDINARY):
    """Write the resolution that a body is to sign instead of meeting (M-04)."""
    if not title.strip() or not text.strip():
        raise Refused("A consent has a title and a text: the words everybody signs.", "M-04")
    consent = WrittenConsent(committee=committee, title=title.strip(), text=text, kind=kind)
    begin(consent, "draft", by=by, at=at)
    consent.refresh_from_db(fields=["digest"])
    return consent


@transaction.atomic
def redraft(consent, *, title, text, kind, by, at):
    """Change the words of a draft; what is circulated is fixed (M-04)."""
    locked = lock(consent)
    if locked.state != ConsentState.DRAFTED:
        raise Refused("It was circulated; its words are fixed. Withdraw it first.", "M-04", "stale")
    if not may_draft_consent(by, locked, day_of(at)):
        raise Refused("You may not do that.", provision="M-04", code="not_yours")
    if not title.strip() or not text.strip():
        raise Refused("A consent has a title and a text: the words everybody signs.", "M-04")
    locked.title, locked.text, locked.kind = title.strip(), text, kind
    locked.save(update_fields=["title", "text", "kind"])
    locked.refresh_from_db(fields=["digest"])
    return locked


def impossible(consent, at):
    """Why this body cannot act so by consent: the code and a sentence, or None (L-40, L-43)."""
    if consent.committee_id is None and consent.kind == MotionKind.CHIEF_EXECUTIVE_PAY:
        return "nondelegable", (
            "The pay of the chief executive is decided without the chief executive, who would "
            "have to sign as a director: it is for the committee on pay (L-21)."
        )
    if consent.committee_id and consent.kind in FOR_THE_BOARD_ALONE:
        words = MotionKind(consent.kind).label
        return "nondelegable", f"“{words}” is for the Board alone: no committee does it (L-40)."
    if consent.committee_id and consent.kind in FILLS_A_SEAT:
        return "nondelegable", "The Board fills its seats (L-49)."
    if consent.kind == MotionKind.DIRECTOR_PAY:
        try:
            check_director_pay(consent.committee, at)
        except Refused as refused:
            return refused.code, refused.sentence
    day = day_of(at)
    count, needed = consent.members(day).count(), consent.needed(day)
    if count < needed:
        return "insufficient_members", (
            f"{said_number(count).capitalize()} in office, and a quorum is "
            f"{said_number(needed)}: those who consent have to make up a quorum (L-43)."
        )
    return None


@transaction.atomic
def circulate(consent, *, by, at):
    """Fix the text and ask every member to sign it (L-43, NT-CONS).

    What the body cannot do by consent is refused for good, with the reason in the record: the
    consent is then `refused`, and nobody is written to.
    """
    locked = lock(consent)
    if not may_circulate(by, locked, day_of(at)):
        raise Refused("You may not do that.", provision="M-04", code="not_yours")
    against = impossible(locked, at) if locked.state == ConsentState.DRAFTED else None
    if against:
        return advance(consent, "refuse", by=SYSTEM, at=at, why=against[1])
    advance(consent, "circulate", by=by, at=at, circulated_at=at, lapses_at=at + LAPSES)
    mail.tell_of_consent(mail.CONSENT_CIRCULATED, consent, day=day_of(at), by=by)
    return consent


@transaction.atomic
def sign(
    consent,
    *,
    by,
    at,
    digest,
    method,
    session="",
    counts_from=None,
    disclosure="",
    interested=False,
):
    """A member signs the exact text, with effect now or from a time ahead (L-43).

    Raises Refused for whoever is not a member at that time, for other words than those circulated,
    for a time more than sixty days ahead, and for an interest without its disclosure.
    """
    consent_now = lock(consent)
    at = not_before(consent_now, at)
    keep_up(consent_now, at)
    check_open(consent_now)
    if digest != consent_now.digest:
        raise Refused("These are not the words that were circulated. Read them again.", "M-04")
    later = counts_from is not None
    counts_from = counts_from or at
    if counts_from < at:
        raise Refused("A signature counts from now on, or from a later time.", provision="L-43")
    if counts_from > at + AHEAD:
        raise Refused(
            "A signature is given for sixty days ahead at most.",
            provision="L-43",
            code="exceeds_60_days",
        )
    person = by.person
    if not consent_now.members(day_of(counts_from)).filter(pk=person.pk).exists():
        raise Refused(
            f"Members of the {consent_now.body_name} sign, and you are none at that time.",
            provision="L-43",
            code="not_yours",
        )
    if interested and not disclosure.strip():
        raise Refused("Say what your interest is: the record shows it beside your name.", "L-46")
    if consent_now.signatures.standing().filter(signer=person).exists():
        raise Refused("You have signed this consent.", provision="M-04", code="stale")
    consent_now.objections.filter(person=person, withdrawn_at=None).update(withdrawn_at=at)
    when = f"{counts_from.astimezone(Company.current().zone):%-d %B %Y, %H:%M}"
    signature = ConsentSignature.objects.create(
        consent=consent_now,
        signer=person,
        signed_at=at,
        counts_from=counts_from,
        disclosure=disclosure.strip() if interested else "",
        text_digest=digest,
        statement=LATER_STATEMENT.format(when=when) if later else STATEMENT,
        sign_in_method=method,
        session=session,
    )
    advance(consent_now, "sign", by=by, at=at)
    keep_up(consent_now, at)
    return signature


@transaction.atomic
def revoke(consent, *, by, at):
    """A member takes the signature back, as long as the consent is not in effect (L-43)."""
    locked = lock(consent)
    keep_up(locked, at)
    check_open(locked)
    signature = locked.signatures.standing().filter(signer=by.person_id).first()
    if signature is None:
        raise Refused("You have not signed this consent.", provision="L-43", code="stale")
    signature.revoked_at = at
    signature.save(update_fields=["revoked_at"])
    left = locked.signatures.standing().exists()
    advance(locked, "revoke" if left else "revoke_last", by=by, at=at)
    return signature


@transaction.atomic
def object_to(consent, *, reason, by, at):
    """A member will not sign, or is recused: without them there is no consent (M-04).

    Nothing has failed by it. A signature given before is revoked.
    """
    locked = lock(consent)
    keep_up(locked, at)
    check_open(locked)
    if reason not in ConsentObjection.Reason.values:
        raise Refused("Say whether you do not sign, or are recused.", provision="M-04")
    if not locked.members(day_of(at)).filter(pk=by.person_id).exists():
        raise Refused(f"Members of the {locked.body_name} answer.", "M-04", code="not_yours")
    if locked.signatures.standing().filter(signer=by.person_id).exists():
        revoke(locked, by=by, at=at)
    if locked.objections.filter(person=by.person_id, withdrawn_at=None).exists():
        raise Refused("You have said so already.", provision="M-04", code="stale")
    objection = ConsentObjection.objects.create(
        consent=locked, person=by.person, reason=reason, said_at=at
    )
    mail.tell_of_objection(objection, day=day_of(at), by=by)
    return objection


def check_open(consent):
    if not consent.is_open:
        words = consent.get_state_display().lower()
        raise Refused(f"It is not open to signatures: it is {words}.", "M-04", code="stale")


@transaction.atomic
def withdraw_consent(consent, *, why, by, at):
    """The Secretary or the chair takes the consent back before it is in effect (M-04)."""
    if not why.strip():
        raise Refused("Say why the consent is withdrawn.", provision="M-04")
    locked = lock(consent)
    keep_up(locked, at)
    was_open = locked.is_open
    advance(locked, "withdraw", by=by, at=at, why=why.strip())
    if was_open:
        mail.tell_of_consent(mail.CONSENT_ENDED, locked, day=day_of(at), by=by)
    return locked


def file_with_minutes(consent, *, by, at):
    """The Secretary places it with the minutes of the body; from there on it is locked (L-43)."""
    return advance(consent, "file", by=by, at=at)


@transaction.atomic
def propose_meeting(consent, *, starts_at, place, dial_in, by, at):
    """Somebody cannot sign: draft a special meeting on the same words, and withdraw (M-04)."""
    locked = lock(consent)
    check_open(locked)
    meeting = create_meeting(
        committee=locked.committee,
        kind=MeetingKind.SPECIAL,
        starts_at=starts_at,
        place=place,
        dial_in=dial_in,
        minutes=30,
        by=by,
        at=at,
    )
    item = add_item(meeting, title=locked.title, purpose="decide", minutes=20, by=by, at=at)
    mover = locked.members(day_of(at)).filter(pk=by.person_id).first()
    mover = mover or locked.members(day_of(at)).order_by("family_name", "given_name").first()
    put_motion(
        item, title=locked.title, text=locked.text, kind=locked.kind, mover=mover, by=by, at=at
    )
    withdraw_consent(
        locked, why="A member cannot sign; put before a meeting instead.", by=by, at=at
    )
    return meeting


# --- The instant of effect ---------------------------------------------------------------------


def changes_of_body(consent, since, until):
    """The instants at which the body may have changed: the first of each day of change."""
    rows = [Directorship]
    if consent.committee_id:
        rows.append(Seat)
    days = set()
    first, last = day_of(since), day_of(until)
    for model in rows:
        for name in ("since", "until"):
            days.update(
                model.objects.filter(**{f"{name}__range": (first, last)})
                .values_list(name, flat=True)
                .distinct()
            )
    zone = Company.current().zone
    return [max(since, datetime.combine(day, time(), tzinfo=zone)) for day in days]


def effective_instant(consent, at):
    """When it became unanimous, up to this instant, or None (L-43, M-04)."""
    signed = [Signed(row.signer_id, row.counts_from) for row in consent.signatures.standing()]

    def body(instant):
        day = day_of(instant)
        return set(consent.members(day).values_list("pk", flat=True)), consent.needed(day)

    changes = changes_of_body(consent, consent.circulated_at, at)
    return takes_effect_at(signed, changes, body, until=at)


def not_before(consent, at):
    """Whoever had to wait for the row acts after the one who held it, whatever their clock said."""
    latest = consent.signatures.aggregate(at=Max("signed_at"))["at"]
    return max(at, latest or at)


def keep_up(consent, at):
    """Let the consent take effect, or lapse, when its instant has come. The row is locked."""
    if not consent.is_open:
        return
    effective = effective_instant(consent, min(at, consent.lapses_at))
    if effective:
        advance(consent, "take_effect", by=SYSTEM, at=at, effective_at=effective)
        record_act(
            committee=consent.committee_id,
            how=Act.How.CONSENT,
            source=consent.pk,
            at=effective,
            title=consent.title,
            text=consent.text,
        )
        mail.tell_of_consent(mail.CONSENT_IN_EFFECT, consent, day=day_of(at))
    elif at >= consent.lapses_at:
        advance(consent, "lapse", by=SYSTEM, at=at)
        mail.tell_of_consent(mail.CONSENT_ENDED, consent, day=day_of(at))


@transaction.atomic
def keep_up_all(at):
    """Every open consent: times ahead come, members come and go, sixty days pass (M-04)."""
    keys = WrittenConsent.objects.filter(state__in=OPEN).values_list("pk", flat=True)
    for key in sorted(keys):
        keep_up(lock(WrittenConsent(pk=key)), at)


@follow
def look_at_consents(on):
    """The body has changed: a joiner has to sign too, and a leaver no longer counts (M-04)."""
    begins = datetime.combine(on, time(), tzinfo=Company.current().zone)
    rows = WrittenConsent.objects.filter(state__in=OPEN)
    for key, circulated_at in sorted(rows.values_list("pk", "circulated_at")):
        consent = lock(WrittenConsent(pk=key))
        keep_up(consent, not_before(consent, max(begins, circulated_at)))


def waiting_for(consent, day):
    """Members who have not signed: by name."""
    signed = consent.signatures.standing().values("signer")
    return consent.members(day).exclude(pk__in=signed).order_by("family_name", "given_name")


def safe_harbour(consent):
    """Whether the disinterested members' signatures protect an interested act; None without one.

    More than half of the disinterested members then in office have signed (L-46).
    """
    signatures = list(consent.signatures.standing())
    interested = {row.signer_id for row in signatures if row.disclosure}
    if not interested or consent.effective_at is None:
        return None
    members = set(consent.members(day_of(consent.effective_at)).values_list("pk", flat=True))
    disinterested = members - interested
    signed = {row.signer_id for row in signatures} & disinterested
    return 2 * len(signed) > len(disinterested)


def counts_from(consent):
    """When the last of the signatures that stand counts: everybody has signed by then (L-43)."""
    standing = consent.signatures.standing()
    return max((one.counts_from for one in standing), default=consent.lapses_at)


def lapses_in(consent, at):
    """How many days are left to sign."""
    return max(0, (day_of(consent.lapses_at) - day_of(at)).days)
