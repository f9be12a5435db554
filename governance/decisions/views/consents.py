"""Written consents: the text, who has signed, one's own signature and its receipt (M-04, L-43)."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from governance.board.access import is_of_the_secretarys_office
from governance.committees.models import Committee
from governance.committees.standing import standing_today, visitor
from governance.decisions import consents
from governance.decisions.access import may_draft_consent
from governance.decisions.forms import ConsentForm, InsteadForm, SignatureForm, WhyForm
from governance.decisions.models import (
    IN_EFFECT,
    ConsentObjection,
    ConsentSignature,
    WrittenConsent,
)
from governance.decisions.models.consents import joins_soon
from governance.decisions.moves import ConsentState
from governance.decisions.receipts import of_signature
from governance.decisions.roll import signatures_of
from governance.people.signing import is_fresh, prove_again, said_way, way_in
from governance.records.moves import moves_open_to
from governance.records.receipts import printed, session_of
from governance.refusals import Refused
from governance.words import said_day, said_hour, said_long_day, said_number

MARKS = {
    ConsentState.DRAFTED: "plain",
    ConsentState.CIRCULATED: "vote",
    ConsentState.PARTLY_SIGNED: "vote",
    ConsentState.EFFECTIVE: "met",
    ConsentState.FILED: "met",
    ConsentState.WITHDRAWN: "plain",
    ConsentState.LAPSED: "plain",
    ConsentState.REFUSED: "plain",
}
A_PAGE = 20
# What is asked before each act: the question, what follows, the button, the verb, and its form.
ACTS = {
    "circulate": (
        "Shall this consent be circulated?",
        "The words are fixed from now on, and every member is asked to sign them. It lapses after "
        "sixty days.",
        "Circulate it",
        consents.circulate,
        None,
    ),
    "withdraw": (
        "Shall this consent be withdrawn?",
        "It stays in the record as withdrawn, with its signatures, and does not take effect.",
        "Withdraw it",
        consents.withdraw_consent,
        WhyForm,
    ),
    "file": (
        "Shall this consent be placed with the minutes?",
        "From here on it is locked.",
        "File it with the minutes",
        consents.file_with_minutes,
        None,
    ),
    "revoke": (
        "Do you take your signature back?",
        "The consent cannot take effect without it. Your signature stays in the record as revoked.",
        "Take my signature back",
        consents.revoke,
        None,
    ),
    "meeting": (
        "Shall the body meet instead?",
        "A special meeting is drafted with these words as its motion, and the consent is "
        "withdrawn. Notice of the meeting is given afterwards.",
        "Draft the meeting",
        consents.propose_meeting,
        InsteadForm,
    ),
}

# A meeting instead is the right of whoever may withdraw the consent.
MOVE_OF = {"meeting": "withdraw"}


def bodies_of(user):
    """The bodies for which the reader may draft a consent; None is the Board."""
    day, by = user.today, visitor(user)
    rows = [None, *Committee.objects.visible_to(user).on(day)]
    return [one for one in rows if may_draft_consent(by, WrittenConsent(committee=one), day)]


def may_begin(user):
    """Whether the reader drafts consents of any body."""
    standing = standing_today(user)
    chairs = any(seat.chairs for seat in standing.seats)
    leads = standing.leads_the_independent or "chair" in standing.designations
    return is_of_the_secretarys_office(visitor(user), user.today) or chairs or leads


def row(request, consent, waiting=()):
    """A consent as lists show it; with a button where the reader's signature is missing."""
    says = f"Written consent of the {consent.body_name}"
    if consent.circulated_at:
        day = said_day(timezone.localdate(consent.circulated_at), request.user.today)
        says += f", circulated {day}"
    shown = {
        "title": consent.title,
        "says": says,
        "url": consent.get_absolute_url(),
        "marks": [{"kind": MARKS[consent.state], "says": consent.get_state_display()}],
    }
    if consent.pk in waiting:
        shown["verb"] = "Read and sign"
    return shown


def open_rows(request):
    """Consents that are not settled, as the page of decisions lists them."""
    rows = WrittenConsent.objects.visible_to(request.user).select_related("committee")
    waiting = set(WrittenConsent.objects.awaiting(request.user).values_list("pk", flat=True))
    live = rows.filter(state__in=(ConsentState.DRAFTED, *consents.OPEN))
    return (row(request, one, waiting) for one in live.order_by("-circulated_at", "title"))


def settled_rows(request):
    """The latest consents that took effect, or came to nothing."""
    rows = WrittenConsent.objects.visible_to(request.user).select_related("committee")
    over = rows.exclude(state__in=(ConsentState.DRAFTED, *consents.OPEN))
    return (row(request, one) for one in over.order_by("-circulated_at", "title")[:A_PAGE])


def readable(request):
    return WrittenConsent.objects.visible_to(request.user).select_related("committee")


@require_http_methods(["GET", "POST"])
def draft(request):
    """Write the words that a body is to sign instead of meeting (M-04)."""
    bodies = bodies_of(request.user)
    if not bodies:
        raise Http404
    form = ConsentForm(request.POST or None, bodies=bodies)
    if form.is_valid():
        told = dict(form.cleaned_data)
        try:
            made = consents.draft_consent(
                committee=told.pop("body"), **told, by=request.user, at=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(made)
    return render(request, "decisions/draft_consent.html", {"form": form})


@require_http_methods(["GET", "POST"])
def edit(request, pk):
    """Change the words of a draft (M-04)."""
    consent = get_object_or_404(readable(request), pk=pk)
    if consent.state != ConsentState.DRAFTED:
        return redirect(consent)
    initial = {name: getattr(consent, name) for name in ("title", "text", "kind")}
    initial["body"] = str(consent.committee_id) if consent.committee_id else "board"
    form = ConsentForm(request.POST or None, bodies=[consent.committee], initial=initial)
    if form.is_valid():
        told = dict(form.cleaned_data)
        told.pop("body")
        try:
            consents.redraft(consent, **told, by=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(consent)
    return render(request, "decisions/draft_consent.html", {"form": form, "consent": consent})


@require_safe
def consent(request, pk):
    """The exact text, who has signed it, and how it stands (M-04)."""
    return render(
        request,
        "decisions/consent.html",
        page_of(request, get_object_or_404(readable(request), pk=pk)),
    )


def page_of(request, row):
    """What the page of a consent shows to this reader."""
    signatures = signatures_of(row)
    mine = next(
        (
            one
            for one in signatures
            if one.signer_id == request.user.person_id and not one.revoked_at
        ),
        None,
    )
    objections = list(row.objections.filter(withdrawn_at=None).select_related("person"))
    roll = roll_of(request, row, signatures, objections)
    signs = row.is_open and not mine and waits_for(request, row)
    return {
        "consent": row,
        "badge": MARKS[row.state],
        "roll": roll,
        "signed": sum(line["kind"] == "met" for line in roll),
        "mine": mine,
        "signs": signs,
        "revocable": bool(mine and row.is_open),
        "earlier": [
            one for one in signatures if one.revoked_at and one.signer_id == request.user.person_id
        ],
        "objections": objections,
        "stands": said_standing(row, request),
        "acts": acts(request, row, objections),
        "harbour": consents.safe_harbour(row),
        "disclosed": [one for one in signatures if one.disclosure and not one.revoked_at],
    }


def waits_for(request, row):
    """Whether the reader is a member who may sign, now or before long."""
    member = row.members(request.user.today).filter(pk=request.user.person_id)
    return member.exists() or (row.committee_id is None and joins_soon(request.user).exists())


def roll_of(request, row, signatures, objections):
    """Every member, and how they stand to the consent; of one in effect, who made it so."""
    at = row.effective_at or timezone.now()
    standing = {one.signer_id: one for one in signatures if not one.revoked_at}
    said = {one.person_id: one for one in objections}
    lines = []
    members = list(row.members(timezone.localdate(at)).order_by("family_name", "given_name"))
    ahead = [one.signer for one in standing.values() if one.signer not in members]
    for person in [*members, *ahead]:
        kind, says = "plain", "not yet"
        if person.pk in standing:
            kind, says = "met", said_signed(standing[person.pk], request)
        elif person.pk in said:
            kind, says = "soon", said[person.pk].get_reason_display()
        you = person.pk == request.user.person_id
        lines.append({"name": person.name, "kind": kind, "says": says, "you": you, "what": ""})
    return lines if row.circulated_at else []


def said_signed(signature, request):
    """ "signed", or from when it counts."""
    if signature.counts_from <= timezone.now():
        return "signed"
    day = said_day(timezone.localdate(signature.counts_from), request.user.today)
    return f"signed, counts from {day}, {said_hour(signature.counts_from)}"


def said_standing(row, request):
    """Where it stands, in a sentence."""
    zone = request.company.zone_words
    if row.state in IN_EFFECT:
        day = said_long_day(timezone.localdate(row.effective_at))
        return f"In effect since {day}, {said_hour(row.effective_at)} {zone}: every member signed."
    if row.is_open:
        now = timezone.now()
        left = consents.waiting_for(row, timezone.localdate(now)).count()
        days = consents.lapses_in(row, now)
        who = f"{said_number(left)} member{'' if left == 1 else 's'}"
        verb = "has" if left == 1 else "have"
        if not left:
            counts = consents.counts_from(row)
            day = said_long_day(timezone.localdate(counts))
            return f"Everybody has signed. It takes effect on {day}, {said_hour(counts)} {zone}."
        waits = f"{who.capitalize()} {verb} not signed yet."
        return f"{waits} It lapses in {said_number(days)} day{'' if days == 1 else 's'}."
    if row.state == ConsentState.DRAFTED:
        return "A draft: no member has been asked yet."
    if row.state == ConsentState.LAPSED:
        return "Not every member signed within sixty days of its circulation."
    return row.why


def acts(request, row, objections):
    """What the reader may do with it now, beside signing."""
    by = visitor(request.user)
    names = {move.name for move in moves_open_to(row, by, by.today)}
    open_to = [name for name in ("circulate", "file", "withdraw") if name in names]
    if row.is_open and objections and "withdraw" in names:
        open_to.insert(0, "meeting")
    found = [
        {"verb": ACTS[name][2], "url": reverse("decisions:consent_act", args=[row.pk, name])}
        for name in open_to
    ]
    if row.state == ConsentState.DRAFTED and may_draft_consent(by, row, by.today):
        found.insert(0, {"verb": "Edit", "url": reverse("decisions:edit_consent", args=[row.pk])})
    return found


@require_http_methods(["GET", "POST"])
def sign(request, pk):
    """The exact text, from when it counts, an interest; bound after a sign-in of just now."""
    row = get_object_or_404(readable(request), pk=pk)
    if not waits_for(request, row):
        raise PermissionDenied
    if not row.is_open:
        return redirect(row)
    now, refusal = timezone.now(), None
    form = SignatureForm(request.POST or None, initial={"digest": row.digest})
    if request.method == "POST" and form.is_valid():
        if not is_fresh(request, now):
            return prove_again(request, request.path)
        try:
            signature = consents.sign(
                row,
                **form.cleaned_data,
                by=request.user,
                at=now,
                method=way_in(request),
                session=session_of(request),
            )
        except Refused as refused:
            if refused.code == "not_yours":
                raise PermissionDenied from None
            refusal = refused
            row = get_object_or_404(readable(request), pk=pk)
        else:
            return redirect(signature)
    page = {
        "consent": row,
        "form": form,
        "refusal": refusal,
        "fresh": is_fresh(request, now),
        "statement": consents.STATEMENT,
    }
    return render(request, "decisions/sign_consent.html", page)


@require_http_methods(["GET", "POST"])
def objecting(request, pk):
    """A member says that they do not sign, or are recused; nothing has failed by it (M-04)."""
    row = get_object_or_404(readable(request), pk=pk)
    if not waits_for(request, row):
        raise PermissionDenied
    refusal = None
    if request.method == "POST":
        try:
            consents.object_to(
                row, reason=request.POST.get("reason", ""), by=request.user, at=timezone.now()
            )
        except Refused as refused:
            if refused.code == "not_yours":
                raise PermissionDenied from None
            refusal = refused
        else:
            return redirect(row)
    choices = [
        {"value": ConsentObjection.Reason.REFUSES, "label": "I do not sign"},
        {"value": ConsentObjection.Reason.RECUSED, "label": "I am recused from the matter"},
    ]
    page = {"consent": row, "refusal": refusal, "choices": choices}
    return render(request, "decisions/object_consent.html", page)


@require_http_methods(["GET", "POST"])
def act(request, pk, name):
    """One act of whoever circulates or signs, asked once (M-04)."""
    row = get_object_or_404(readable(request), pk=pk)
    if name not in ACTS:
        raise Http404
    if not may_ever(request, row, name):
        raise PermissionDenied
    asks, follows, verb, do, form_class = ACTS[name]
    form = form_class(request.POST or None) if form_class else None
    refusal = None
    if request.method == "POST" and (form is None or form.is_valid()):
        answers = form.cleaned_data if form else {}
        try:
            done = do(row, **answers, by=request.user, at=timezone.now())
        except Refused as refused:
            if refused.code == "not_yours":
                raise PermissionDenied from None
            refusal = refused
        else:
            return redirect(done if name == "meeting" else row)
    page = {
        "consent": row,
        "asks": asks,
        "follows": follows,
        "verb": verb,
        "form": form,
        "refusal": refusal,
    }
    return render(request, "decisions/consent_act.html", page)


def may_ever(request, row, name):
    """Whether that act could be the reader's, as things stand or later."""
    if name == "revoke":
        return any(one.signer_id == request.user.person_id for one in signatures_of(row))
    move = next(one for one in row.MOVES if one.name == MOVE_OF.get(name, name))
    return move.may(visitor(request.user), row, request.user.today)


@require_safe
def signature(request, pk):
    """What was bound: who, when, the exact text, in which words, how they had signed in (C12)."""
    rows = ConsentSignature.objects.visible_to(request.user)
    row = get_object_or_404(rows.select_related("consent__committee", "signer"), pk=pk)
    zone = request.company.zone_words
    own = row.signer_id == request.user.person_id

    def said(at):
        return f"{said_long_day(timezone.localdate(at))}, {said_hour(at)} {zone}"

    facts = [
        {"label": "Who", "value": row.signer.name},
        {"label": "Signed", "value": said(row.signed_at)},
        {"label": "Counts from", "value": said(row.counts_from)},
        {"label": "In these words", "value": row.statement},
        {"label": "Signed in with", "value": said_way(row.sign_in_method)},
        {"label": "Under", "value": "Delaware law, section 141(f) (L-43)"},
        *printed(of_signature(row)),
    ]
    if row.revoked_at:
        facts.insert(3, {"label": "Revoked", "value": said(row.revoked_at)})
    page = {
        "signature": row,
        "consent": row.consent,
        "facts": facts,
        "title": "Your signature is recorded" if own else f"The signature of {row.signer}",
    }
    return render(request, "decisions/signature.html", page)
