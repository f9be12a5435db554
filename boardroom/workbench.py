"""The independence workbench: each director by each test, every cell open to its facts and days.

For the Nominating and Governance Committee, the Corporate Secretary and the counsel whom the
committee's chair has invited; for everybody else it is not there (AC-OWN, S-11).
"""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from boardroom.board import as_of, examines, said_date, said_long
from boardroom.forms import AsOfForm
from governance.board import bars
from governance.board.brightline import Outcome
from governance.board.examining import TESTS, note_counsels_review
from governance.board.models import (
    CounselInvitation,
    Examination,
    Fact,
    Independence,
    Questionnaire,
    Standard,
)
from governance.board.models.facts import FactKind, examined_by
from governance.board.moves import (
    ExaminationState,
    FactState,
    QuestionnaireState,
    may_advise,
)
from governance.board.reporting import end_counsel_invitation, invite_counsel
from governance.committees.access import chairs
from governance.committees.composition import (
    board_verdicts,
    committee_verdicts,
    compose,
)
from governance.committees.models import Committee, Kind
from governance.committees.standing import COUNTS_AS_INDEPENDENT
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
    known = known_on(user, composition, day)
    rows = [row_of(one, known, composition, day) for one in composition.directors]
    page = {
        **as_of(form, today),
        "heading": heading(composition),
        "tests": [{"code": code, "name": name} for code, name in TESTS.items()],
        "rows": rows,
        "opened": opened(request.GET, rows, known, day),
        "imagined": imagined(request.GET, rows, composition),
        "may_invite": may_invite(user, today),
        "invited": invited(user, today),
        "to_review": to_review(user, today),
        "resolution": reverse("board:resolution"),
    }
    return render(request, "board/workbench.html", page)


def known_on(user, composition, day):
    """What the tests find about everybody, what waits, and whose answers have not come back."""
    people = [one.key for one in composition.directors]
    facts = Fact.objects.visible_to(user).filter(person__in=people).told_by(day)
    waiting = defaultdict(set)
    for person, kind in facts.pending(day).values_list("person", "kind"):
        waiting[person].add(kind)
    sent = Questionnaire.objects.visible_to(user).filter(person__in=people, sent_on__lte=day)
    unanswered = set(sent.filter(state=QuestionnaireState.SENT).values_list("person", flat=True))
    confirmed = facts.filter(state=FactState.CONFIRMED).for_tests()
    found = bars.found(confirmed, bars.appointments_of(people))
    return {
        "found": {key: [one for one in rows if one.holds_on(day)] for key, rows in found.items()},
        "waiting": waiting,
        "unanswered": unanswered,
        "facts": {fact.pk: fact for fact in confirmed},
    }


def row_of(director, known, composition, day):
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
    findings = [one for one in known["found"].get(director.key, ()) if one.test == code]
    if any(one.outcome == Outcome.BAR for one in findings):
        kind, says = "overdue", "bar"
    elif findings:
        kind, says = "soon", "review"
    elif known["waiting"][director.key].intersection(ASKED_BY[code]):
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
    if told.reported_on:
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
            "why": f"to {said_date(told.expires_on, day)}",
        }
    if value == Independence.STALE:
        expired = told.expires_on < day
        why = f"expired {said_date(told.expires_on, day)}" if expired else "answers wait"
        return {"kind": "soon", "value": "To be determined", "why": why}
    if value == Independence.NONE:
        return {"kind": "plain", "value": "Never determined", "why": ""}
    ends = [one.until for one in known["found"].get(director.key, ()) if one.outcome == Outcome.BAR]
    why = ""
    if ends and all(ends):
        why = f"look-back ends {said_date(max(ends) - timedelta(days=1), day)}"
    elif director.employed:
        why = "in office"
    elif told.found is False:
        why = f"found {said_date(told.determined_on, day)}"
    return {"kind": "plain", "value": "Not independent", "why": why}


def heading(composition):
    """ "Six independent, one to redetermine"."""
    values = list(composition.values().values())
    independent, stale = values.count(Independence.YES), values.count(Independence.STALE)
    said = f"{said_number(independent).capitalize()} independent"
    return f"{said}, {said_number(stale)} to redetermine" if stale else said


def chosen(asked, rows):
    """The director the page was asked about, else the first one with something to look at."""
    key = asked.get("director", "")
    row = next((one for one in rows if str(one["key"]) == key), None)
    return row or next((one for one in rows if one["remarkable"]), rows[0] if rows else None)


def opened(asked, rows, known, day):
    """One cell opened to its facts, amounts and days."""
    row = chosen(asked, rows)
    if row is None:
        return None
    codes = [asked.get("test", "")] if asked.get("test", "") in TESTS else []
    codes = codes or [one["code"] for one in row["remarkable"]][:1] or ["L-03"]
    code = codes[0]
    findings = [one for one in known["found"].get(row["key"], ()) if one.test == code]
    return {
        "name": row["name"],
        "test": TESTS[code],
        "code": code,
        "rule": RULES[code],
        "findings": [said_finding(one, known["facts"]) for one in findings],
        "waiting": bool(known["waiting"][row["key"]].intersection(ASKED_BY[code])),
        "unanswered": row["key"] in known["unanswered"],
        "url": row["url"],
    }


def said_finding(finding, facts):
    """What a test found: the fact, its days, its arithmetic, and when the look-back ends."""
    fact = facts.get(finding.fact.key)
    if fact is None:
        what = "An office of the Company"
    else:
        what = fact.get_kind_display()
        what += f", {fact.organisation.name}" if fact.organisation else ""
        what += f" ({fact.relative})" if fact.relative else ""
    until = (
        f"The look-back ends on {said_long(finding.until - timedelta(days=1))}."
        if finding.until
        else "It lasts until the Board determines anew."
        if finding.once
        else "It has no end yet."
    )
    return {
        "kind": "overdue" if finding.outcome == Outcome.BAR else "soon",
        "outcome": finding.outcome.value,
        "what": what,
        "since": f"Since {said_long(finding.since)}.",
        "says": finding.says,
        "until": until,
    }


def imagined(asked, rows, composition):
    """What the rules would say if the director were not independent: nothing is written."""
    row = chosen(asked, rows)
    if row is None:
        return None
    sitting = next(one for one in composition.directors if one.key == row["key"])
    lost = {
        standard: replace(told, value=Independence.NO) for standard, told in sitting.values.items()
    }
    others = tuple(
        replace(one, values=lost) if one.key == sitting.key else one
        for one in composition.directors
    )
    then = replace(composition, directors=others)
    told = [("The Board", board_verdicts(then)[0])]
    for committee in then.committees:
        if any(member.key == sitting.key for member in committee.members):
            told += [(committee.name, one) for one in committee_verdicts(committee, then)[:1]]
    return {
        "name": sitting.name,
        "already": sitting.value() not in COUNTS_AS_INDEPENDENT,
        "says": [f"{body}: {one.says}" for body, one in told],
    }


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
            "may_end": row.until is None or row.until > today + timedelta(days=1),
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
    known = known_on(user, composition, today)
    rows = [row_of(one, known, composition, today) for one in composition.directors]
    barred = {row["key"] for row in rows if any(c["says"] == "bar" for c in row["cells"])}
    found = [
        {
            "name": one.name,
            "independent": one.key not in barred and not one.employed,
            "standards": [Standard(standard).label for standard in composition.standards[one.key]],
        }
        for one in composition.directors
    ]
    page = {
        "day": today,
        "independent": [one for one in found if one["independent"]],
        "others": [one for one in found if not one["independent"]],
        "open": [
            row for row in rows if any(c["says"] in ("asked", "review") for c in row["cells"])
        ],
    }
    return render(request, "board/resolution.html", page)
