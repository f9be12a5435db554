"""The independence workbench: each director by each test, every cell open to its facts and days.

For the Nominating and Governance Committee, the Corporate Secretary and the counsel whom the
committee's chair has invited; for everybody else it is not there (AC-OWN, S-11).
"""

from dataclasses import replace
from datetime import timedelta

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from boardroom.board import as_of, examines
from boardroom.drafting import draft
from boardroom.forms import AsOfForm
from boardroom.independence import (
    AGAIN,
    bars_under,
    known_of,
    said_count,
    said_end,
    said_long,
    said_office,
)
from governance.board.brightline import Outcome
from governance.board.examining import TESTS, note_counsels_review
from governance.board.models import (
    AnnualMeeting,
    CounselInvitation,
    Examination,
    Independence,
    Questionnaire,
    Standard,
)
from governance.board.models.facts import FactKind, examined_by
from governance.board.moves import (
    ExaminationState,
    QuestionnaireState,
    may_advise,
)
from governance.board.reporting import end_counsel_invitation, invite_counsel
from governance.board.wording import said_fact
from governance.committees.access import chairs
from governance.committees.composition import STANDING, compose, member_values
from governance.committees.cures import COUNT, clock, majority_holds
from governance.committees.curing import Rule
from governance.committees.models import Committee, Kind
from governance.committees.standing import COUNTS_AS_INDEPENDENT
from governance.committees.watching import RULE_OF_MEMBER
from governance.people.models import Appointment, Office
from governance.periods import holds_on
from governance.refusals import Refused
from governance.words import said_number

# The kinds of facts that each test reads: what waits to be confirmed is asked there.
ASKED_BY = {
    "L-03": (FactKind.EMPLOYMENT,),
    "L-04": (FactKind.RECEIPT,),
    "L-05": (FactKind.EMPLOYMENT,),
    "L-06": (FactKind.POSITION, FactKind.PAYMENT),
    "L-07": (FactKind.INTERLOCK, FactKind.POSITION),
    "L-08": (FactKind.AUDITOR,),
    "L-18": (FactKind.RECEIPT, FactKind.HOLDING, FactKind.PAYMENT),
}
RULES = {
    "L-03": "Employed by the Company within the last three years.",
    "L-04": "More than $120,000 from the Company in twelve months of the last three years.",
    "L-05": "A family member is, or was in the last three years, an Executive Officer.",
    "L-06": "Payments of more than 5 % of what the recipient earned, or $200,000 if that is more.",
    "L-07": "One of our Executive Officers sits where the director's own pay is decided.",
    "L-08": "A partner of the outside auditor, or somebody who worked on our audit.",
    "L-18": "For the Audit Committee: any fee beyond Board pay, or affiliation with the Company.",
}


@require_safe
def workbench(request):
    """A table of the directors by test, and what follows if one of them were not independent."""
    user, today = request.user, timezone.localdate()
    if not examines(user):
        raise Http404
    form = AsOfForm(request.GET, today=today)
    day = form.day
    composition = compose(day)
    known = known_of(user, [one.key for one in composition.directors], day)
    rows = [row_of(one, known, day) for one in composition.directors]
    page = {
        **as_of(form, today),
        "heading": heading(composition),
        "tests": [{"code": code, "name": name} for code, name in TESTS.items()],
        "rows": rows,
        "opened": opened(request.GET, rows, known, unanswered_on(user, composition, day)),
        "imagined": imagined(request.GET, rows, composition),
        "may_invite": may_invite(user, today),
        "invited": invited(user, today),
        "to_review": to_review(user, today),
        "resolution": reverse("board:resolution"),
    }
    return render(request, "board/workbench.html", page)


def unanswered_on(user, composition, day):
    """Whose answers of the latest round had not come back by the end of that day."""
    people = [one.key for one in composition.directors]
    sent = Questionnaire.objects.visible_to(user).filter(person__in=people, sent_on__lte=day)
    latest = sent.order_by("-cycle__opened_on").values("cycle")[:1]
    out = Q(returned_on__isnull=True) | Q(returned_on__gt=day)
    if day == user.today:
        # Sent back, it waits for its director again.
        out |= Q(state=QuestionnaireState.SENT)
    return set(sent.filter(out, cycle__in=latest).values_list("person", flat=True))


def row_of(director, known, day):
    """One director: a cell for each test, and what was determined."""
    cells = [cell(director, code, known) for code in TESTS]
    return {
        "key": director.key,
        "name": director.name,
        "url": reverse("board:director", args=[director.key]),
        "cells": cells,
        "remarkable": [one for one in cells if one["says"] != "pass"],
        **said_determined(director, known, day),
    }


def cell(director, code, known):
    """Pass, bar, review, or asked: somebody told something that nobody has confirmed."""
    findings = [one for one in known.found.get(director.key, ()) if one.test == code]
    if any(one.outcome == Outcome.BAR for one in findings):
        kind, says = "overdue", "bar"
    elif findings:
        kind, says = "soon", "review"
    elif known.waiting[director.key].intersection(ASKED_BY[code]):
        kind, says = "plain", "asked"
    else:
        kind, says = "met", "pass"
    return {
        "code": code,
        "name": TESTS[code],
        "kind": kind,
        "says": says,
        "url": f"?director={director.key}&test={code}#opened",
    }


def said_determined(director, known, day):
    """The value under the general standard, with its day and why."""
    told = director.values[Standard.GENERAL]
    value = Independence(told.value)
    if told.reported_on and value in COUNT:
        ago = (day - told.reported_on).days
        when = "today" if ago == 0 else f"{ago} day{'' if ago == 1 else 's'} ago"
        return {"kind": "soon", "value": "Change reported", "why": when}
    if value == Independence.YES:
        left = (told.expires_on - day).days
        if left <= 60:
            why = "expires today" if left == 0 else f"expires in {left} day{'s' * (left != 1)}"
            return {"kind": "soon", "value": "Independent", "why": why}
        return {
            "kind": "met",
            "value": "Independent",
            "why": f"to {said_short(told.expires_on)}",
        }
    if value == Independence.STALE:
        expired = told.expires_on < day
        why = f"expired {said_short(told.expires_on)}" if expired else "answers wait"
        return {"kind": "soon", "value": "To be determined again", "why": why}
    if value == Independence.NONE:
        return {"kind": "plain", "value": "Never determined", "why": ""}
    return {"kind": "plain", "value": "Not independent", "why": why_not(director, known)}


def why_not(director, known):
    """ "Employment since 1 May 2020, look-back ends 30 Apr 2029", or when the Board found it."""
    bars = bars_under(director, Standard.GENERAL, known)
    if bars:
        first = bars[0]
        why = f"{TESTS[first.test].lower()} since {said_short(first.since)}"
        if all(one.until for one in bars):
            ends = max(one.until for one in bars) - timedelta(days=1)
            return f"{why}, look-back ends {said_short(ends)}"
        return why
    told = director.values[Standard.GENERAL]
    return f"found {said_short(told.determined_on)}" if told.found is False else ""


def said_short(date):
    """ "8 Dec 2027"."""
    return f"{date.day} {date:%b %Y}"


def heading(composition):
    """ "Six independent, one to be determined again"."""
    said = said_count(composition.values().values())
    return f"{said[:1].upper()}{said[1:]}"


def chosen(asked, rows):
    """The director the page was asked about, else the first one with something to look at."""
    key = asked.get("director", "")
    row = next((one for one in rows if str(one["key"]) == key), None)
    return row or next((one for one in rows if one["remarkable"]), rows[0] if rows else None)


def opened(asked, rows, known, unanswered):
    """One cell opened to its facts, amounts and days."""
    row = chosen(asked, rows)
    if row is None:
        return None
    codes = [asked.get("test", "")] if asked.get("test", "") in TESTS else []
    codes = codes or [one["code"] for one in row["remarkable"]][:1] or ["L-03"]
    code = codes[0]
    findings = [one for one in known.found.get(row["key"], ()) if one.test == code]
    return {
        "name": row["name"],
        "test": TESTS[code],
        "code": code,
        "rule": RULES[code],
        "findings": [said_finding(one, row["name"], known.facts) for one in findings],
        "waiting": bool(known.waiting[row["key"]].intersection(ASKED_BY[code])),
        "unanswered": row["key"] in unanswered,
        "url": row["url"],
    }


def said_finding(finding, name, facts):
    """What a test found: the fact with its own days, its arithmetic, the look-back's end."""
    fact = facts.get(finding.fact.key)
    what = said_fact(fact, name) if fact else f"{name} holds or held {said_office(finding.fact)}"
    counts = fact is not None and finding.since != fact.since
    return {
        "kind": "overdue" if finding.outcome == Outcome.BAR else "soon",
        "outcome": finding.outcome.value,
        "what": what,
        "since": f"It counts from {said_long(finding.since)}." if counts else "",
        "says": finding.says,
        "until": said_end(finding),
    }


def imagined(asked, rows, composition):
    """What the rules would say if the director were not independent: nothing is written."""
    row = chosen(asked, rows)
    if row is None:
        return None
    sitting = next(one for one in composition.directors if one.key == row["key"])
    then = without(composition, sitting)
    annual = AnnualMeeting.objects.first_after(composition.day)
    told = [of_the_board(composition, then, annual)]
    told += [
        of_a_committee(now_on, then_on, composition, then, annual)
        for now_on, then_on in zip(composition.committees, then.committees, strict=True)
        if then_on.kind in STANDING and any(one.key == sitting.key for one in then_on.members)
    ]
    return {
        "name": sitting.name,
        "already": sitting.value() not in COUNTS_AS_INDEPENDENT,
        "says": told,
    }


def without(composition, sitting):
    """The composition of the day, if that director were not independent under any standard."""
    lost = {
        standard: replace(told, value=Independence.NO) for standard, told in sitting.values.items()
    }
    others = tuple(
        replace(one, values=lost) if one.key == sitting.key else one
        for one in composition.directors
    )
    return replace(composition, directors=others)


def of_the_board(composition, then, annual):
    """ "5 of 9 directors would be independent: still a majority." (G-IND-01, L-12)"""
    values = then.values()
    said = f"{would_be(values)} directors would be independent{would_be_stale(values)}"
    if majority_holds(values):
        return f"{said}: still a majority."
    if not majority_holds(composition.values()):
        return f"{said}: no majority, as today."
    return f"{said}: no majority. {would_be_cured(composition.day, annual)}"


def of_a_committee(now_on, then_on, composition, then, annual):
    """ "The Audit Committee would have 2 of 3 independent members; …" (G-COM-02, L-20, L-24)"""
    values = member_values(then_on, then)
    said = (
        f"The {then_on.name} would have {would_be(values)} independent members"
        f"{would_be_stale(values)}"
    )
    if any(one not in COUNT for one in member_values(now_on, composition).values()):
        return f"{said}; not every member is independent today either."
    if then_on.kind not in RULE_OF_MEMBER:
        return f"{said}; the rules know no cure for it."
    later = RULE_OF_MEMBER[Kind(then_on.kind)] != Rule.MEMBER
    return f"{said}. {would_be_cured(composition.day, annual, at_least_180=later)}"


def would_be(values):
    """ "5 of 9", of whom nobody has to be determined again."""
    return f"{list(values.values()).count(Independence.YES)} of {len(values)}"


def would_be_stale(values):
    stale = list(values.values()).count(Independence.STALE)
    return f", and {said_number(stale)} {AGAIN}" if stale else ""


def would_be_cured(day, annual, *, at_least_180=True):
    """The cure period that a loss on the day would open (L-12, L-20, L-24)."""
    told = clock(day, annual, at_least_180=at_least_180)
    said = (
        "If it was beyond the director’s reasonable control, the cure period would end on "
        f"{said_long(told.deadline)}"
    )
    return f"{said}, or sooner, once the annual meeting is set." if told.provisional else f"{said}."


def may_invite(user, today):
    """The committee's chair, while the General Counsel is not invited yet."""
    committee = Committee.objects.visible_to(user).on(today).filter(kind=Kind.NOMINATING).first()
    if committee is None or not chairs(user, committee, today):
        return False
    counsel = general_counsel(user, today)
    return counsel is not None and not examined_by(counsel, today)


def invited(user, today):
    """For the committee's chair: the open invitations, each to be ended."""
    committee = Committee.objects.visible_to(user).on(today).filter(kind=Kind.NOMINATING).first()
    if committee is None or not chairs(user, committee, today):
        return []
    rows = CounselInvitation.objects.visible_to(user).filter(holds_on(today))
    return [
        {
            "name": row.person.name,
            "since": said_long(row.since),
            "last_day": said_long(row.until - timedelta(days=1)) if row.until else "",
            "may_end": row.until is None or row.until > today,
            "url": reverse("board:end_counsel_invitation", args=[row.pk]),
        }
        for row in rows.select_related("person")
    ]


def general_counsel(user, today):
    held = Appointment.objects.visible_to(user).on(today).filter(office=Office.GENERAL_COUNSEL)
    row = held.select_related("person").first()
    return row and row.person


def to_review(user, today):
    """For the General Counsel: the examinations whose tests have been run (M-07)."""
    rows = Examination.objects.visible_to(user).filter(state=ExaminationState.TESTED)
    rows = rows.select_related("person").order_by("person__family_name", "standard")
    return [
        {
            "name": row.person.name,
            "standard": row.get_standard_display(),
            "results": ", ".join(
                f"{TESTS[code].lower()}: {says}"
                for code, says in row.results.items()
                if says != "pass" and code in TESTS
            ),
            "url": reverse("board:counsel_note", args=[row.pk]),
        }
        for row in rows
        if may_advise(user, row, today)
    ]


@require_POST
def note(request, pk):
    """The General Counsel notes what the review found; the committee may then recommend (M-07)."""
    examination = get_object_or_404(Examination.objects.visible_to(request.user), pk=pk)
    try:
        note_counsels_review(
            examination, note=request.POST.get("note", ""), by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        return render(request, "board/refused.html", {"refusal": refusal}, status=403)
    return redirect("board:workbench")


@require_POST
def invite(request):
    """The chair of the committee lets the General Counsel in (AC-OWN)."""
    user, today = request.user, timezone.localdate()
    if not examines(user):
        raise Http404
    counsel = general_counsel(user, today)
    try:
        if counsel is None:
            raise Refused("Nobody is General Counsel today.")
        invite_counsel(counsel, by=user, on=today)
    except Refused as refusal:
        return render(request, "board/refused.html", {"refusal": refusal}, status=403)
    return redirect("board:workbench")


@require_POST
def end_invitation(request, pk):
    """The chair of the committee lets counsel in no longer (AC-OWN)."""
    user = request.user
    invitation = get_object_or_404(CounselInvitation.objects.visible_to(user), pk=pk)
    try:
        end_counsel_invitation(invitation, by=user, on=timezone.localdate())
    except Refused as refusal:
        return render(request, "board/refused.html", {"refusal": refusal}, status=403)
    return redirect("board:workbench")


@require_safe
def resolution(request):
    """The words of a resolution on everybody's independence, to be put before the Board (L-09)."""
    user, today = request.user, timezone.localdate()
    if not examines(user):
        raise Http404
    composition = compose(today)
    known = known_of(user, [one.key for one in composition.directors], today)
    return render(request, "board/resolution.html", draft(user, composition, known))
