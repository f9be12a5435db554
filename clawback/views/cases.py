"""Cases, behind the door of the Compensation Committee (M-16)."""

import json
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from clawback import forms, reckoning
from clawback.access import (
    chairs_the_committee,
    in_the_circle,
    may_advise,
    may_open_cases,
    may_work,
    sits_on_the_committee,
)
from clawback.clock import clocks_of
from clawback.conditions import Value, out_of_scope, verdicts
from clawback.curves import curve_picture
from clawback.models import (
    Account,
    Calculation,
    Case,
    CaseInvitation,
    CaseReading,
    CaseRecusal,
    CounselNote,
    Estimate,
    Evidence,
    Line,
    Resolution,
    Restatement,
    RuleLine,
)
from clawback.models.cases import EndDate
from clawback.moves import ENDED, CaseState, LineState, ResolutionState, RuleState
from clawback.story import story_of
from clawback.views.behind import asked, behind_the_door, told_if_refused
from clawback.views.gathering import subjects_of
from clawback.wording import dollars
from governance.people.models import EXECUTIVE_OFFICES, Appointment
from governance.records.moves import moves_open_to
from governance.words import said_long_day

ACTS = {
    "scope": (
        "Find participants and awards",
        "Every award on the register is looked at under every policy in force. Those of the "
        "subjects get a line; whoever else is found is walled before theirs is added.",
        reckoning.scope,
    ),
    "calculate": (
        "Calculate",
        "Every line is worked out anew on what the case holds now, and its sheet is kept.",
        reckoning.calculate,
    ),
    "present": (
        "Lay it before the Committee",
        "From now on the Committee finds and determines. What the mandatory rule asks back is due.",
        reckoning.present,
    ),
}
# What is done next in each state; in the last one, the Committee resolves.
NEXT = {
    CaseState.OPENED: "scope",
    CaseState.SCOPING: "calculate",
    CaseState.CALCULATED: "present",
}
ANSWERED = {"all": ("met", "inside"), "some": ("soon", "depends"), "none": ("overdue", "outside")}
OWED = (LineState.DEMANDED, LineState.RECOVERING)
# Of which awards something can be resolved at all; the conditions are the verbs' to hold.
ABOUT_AWARDS = {
    "recover": lambda lines, sheets: any(sheet.cap for sheet in sheets.values()),
    "no_recovery": lambda lines, sheets: bool(sheets),
    "impracticable": lambda lines, sheets: any(is_erroneous(line) for line in lines),
    "write_off": lambda lines, sheets: any(line.state in OWED for line in lines),
}


@require_safe
def cases(request):
    """What the Committee has before it, and what waits to be opened (C-PUR-01)."""
    mine = Case.objects.visible_to(request.user).select_related("restatement")
    lines = Line.objects.visible_to(request.user).filter(case__in=mine)
    lines = list(lines.select_related("under_the_rule"))
    shown = [
        {"title": case.title, "url": case.get_absolute_url()}
        | standing_of_case(case, [line for line in lines if line.case_id == case.pk])
        for case in mine.order_by("-restatement__recorded_at")
    ]
    if not shown and not in_the_circle(request.user):
        raise Http404
    waiting = []
    if may_open_cases(request.user, request.user.today):
        waiting = Restatement.objects.asking(request.user)
    page = {"cases": shown, "waiting": waiting, "is_member": in_the_circle(request.user)}
    return render(request, "clawback/cases.html", page)


def standing_of_case(case, lines):
    """How a case stands; it has no last state of its own: it is over when all its awards are."""
    if lines and all(is_settled(line) for line in lines):
        return {"kind": "met", "says": "Every award settled"}
    kind = "soon" if case.state == CaseState.REVIEW else "plain"
    return {"kind": kind, "says": case.get_state_display()}


def is_settled(line):
    """Nothing is left to be determined or recovered of it, under either policy."""
    return line.state in ENDED and not is_erroneous(line)


def is_erroneous(line):
    """The mandatory rule asks for it back, and not all of it has come."""
    rule = getattr(line, "under_the_rule", None)
    return rule is not None and rule.state == RuleState.ERRONEOUS


@require_safe
@told_if_refused
def case(request, pk):
    """Its participants and awards, its clock, who is in and out, and what happened."""
    case, today = behind_the_door(request, pk), request.user.today
    by = request.user
    lines = list(
        Line.objects.visible_to(by)
        .filter(case=case)
        .select_related("award__person", "under_the_rule")
    )
    scoped = reckoning.scope_of(case, today) if case.state != CaseState.OPENED else []
    there = {line.award_id for line in lines}
    walls = case.restatement.walls.select_related("person", "ordered_by__person")
    kept_out = {wall.person_id: wall.is_subject for wall in walls}
    page = {
        "case": case,
        "stands": standing_of_case(case, lines)["says"],
        "people": people_of(request, case, lines),
        "left_out": [left_out(one, kept_out) for one in scoped if one.award.pk not in there],
        "clocks": [clock_row(case, line, clock) for line, clock in clocks_of(case, lines, today)],
        "reading": EndDate(case.end_date).label,
        "acts": acts(request, case),
        "chairs": chairs_the_committee(by, case, today),
        "works": may_work(by, case, today),
        "advises": may_advise(by, case, today),
        "votes": sits_on_the_committee(by, case, today),
        "resolutions": resolutions_of(request, case),
        "invited": CaseInvitation.objects.visible_to(by)
        .filter(case=case, until=None)
        .select_related("person", "line__award"),
        "walls": walls,
        "recused": CaseRecusal.objects.visible_to(by).filter(case=case).select_related("person"),
        "notes": CounselNote.objects.visible_to(by).filter(case=case).select_related("person"),
        "readings": CaseReading.objects.visible_to(by)
        .filter(case=case)
        .select_related("reader__person")[:12],
        "story": story_of(case, by),
    }
    return render(request, "clawback/case.html", page)


def people_of(request, case, lines):
    """Each subject with what is theirs: awards, what could come back, how it stands."""
    caps = latest_sheets(request, lines)
    rules = rule_lines(request, lines)
    shown = []
    for person in subjects_of(request, case):
        mine = [line for line in lines if line.award.person_id == person.pk]
        cap = sum(caps[line.pk].cap for line in mine if line.pk in caps)
        rule = sum(rules[line.pk].amount for line in mine if line.pk in rules)
        states = sorted({line.get_state_display() for line in mine})
        shown.append(
            {
                "name": person.name,
                "url": reverse("clawback:participant", args=[case.pk, person.pk]),
                "awards": len(mine),
                "cap": dollars(cap),
                "rule": dollars(rule),
                "says": "; ".join(states)
                or ("Not looked for yet" if case.state == CaseState.OPENED else "No award found"),
            }
        )
    return shown


def latest_sheets(request, lines):
    """The last sheet of each line."""
    rows = Calculation.objects.visible_to(request.user).filter(line__in=lines)
    return {row.line_id: row for row in rows.order_by("number")}


def rule_lines(request, lines):
    rows = RuleLine.objects.visible_to(request.user).filter(line__in=lines)
    return {row.line_id: row for row in rows}


def left_out(scoped, kept_out):
    """An award without a line, and why under each policy; or what gives it one."""
    next_step = "In the window: wall this officer first, then find awards again."
    is_subject = kept_out.get(scoped.award.person_id)
    if is_subject is False:
        next_step = "In the window; this officer is kept out, and is not a subject of the case."
    elif is_subject:
        next_step = "In the window, and entered since awards were looked for: find awards again."
    reasons = {reason.sentence for one in scoped.reasons.values() for reason in one}
    return {
        "person": scoped.award.person.name,
        "award": scoped.award.name,
        "why": [next_step] if scoped.is_reached else sorted(reasons),
    }


def clock_row(case, line, clock):
    """An award’s last day in words, with what each reading of the end makes of it (C-TRG-03)."""
    row = {"award": f"{line.award.person}: {line.award.name}"}
    if clock is None:
        return row | {"says": "No fault-based policy is in force.", "readings": ()}
    left = clock.days_left
    says = f"Last day {said_long_day(clock.last_day)}, "
    says += f"{left} days left" if left >= 0 else f"{-left} days ago"
    kind, word = ANSWERED[clock.verdict]
    return row | {
        "says": says,
        "kind": kind,
        "word": word,
        "readings": [
            {
                "words": reading.words,
                "says": "not known yet"
                if reading.day is None
                else "inside"
                if reading.inside
                else "outside",
                "adopted": reading.end_date == case.end_date,
            }
            for reading in clock.readings
        ],
    }


def acts(request, case):
    """The buttons of the next moves."""
    names = [move.name for move in moves_open_to(case, request.user, request.user.today)]
    if case.state != CaseState.OPENED and may_work(request.user, case, request.user.today):
        names.append("scope")
    order = {"present": 0, "scope": 1, "calculate": 2}
    if case.state == CaseState.SCOPING:
        order |= {"calculate": 0}
    return [
        {
            "verb": ACTS[name][0],
            "url": reverse("clawback:act", args=[case.pk, name]),
            "is_next": name == NEXT.get(case.state),
        }
        for name in sorted(set(names) & set(ACTS), key=lambda name: order[name])
    ]


def resolutions_of(request, case, person=None):
    """What was put to the Committee, the latest first."""
    rows = Resolution.objects.visible_to(request.user).filter(case=case)
    if person:
        rows = rows.filter(person=person)
    marks = {ResolutionState.CARRIED: "met", ResolutionState.VOTING: "vote"}
    return [
        {
            "title": f"{row.get_kind_display()}{f': {row.person}' if row.person else ''}",
            "url": row.get_absolute_url(),
            "kind": marks.get(row.state, "plain"),
            "says": row.get_state_display(),
        }
        for row in rows.select_related("person").order_by("-opened_at", "pk")
    ]


@require_http_methods(["GET", "POST"])
def act(request, pk, name):
    """Find awards, calculate, lay it before the Committee; asked once."""
    case = behind_the_door(request, pk)
    if name not in ACTS:
        raise Http404
    verb, says, do = ACTS[name]
    if reverse("clawback:act", args=[pk, name]) not in [one["url"] for one in acts(request, case)]:
        move = next(move for move in case.MOVES if move.name == name)
        if not move.may(request.user, case, request.user.today):
            raise PermissionDenied
        if request.method == "GET":
            # Somebody has been quicker, or it is the page of yesterday.
            messages.warning(request, f"“{verb}” is not open now. This is how the case stands.")
            return redirect(case)
    return asked(
        request,
        case,
        forms.OnceForm(request.POST if request.method == "POST" else None),
        lambda **told: do(case, **told),
        back=case.get_absolute_url(),
        heading=verb,
        asks=f"{verb}?",
        says=says,
        verb=verb,
    )


@require_safe
@told_if_refused
def participant(request, pk, person):
    """One participant: the four conditions, what is recoverable, the curves, what was resolved."""
    case, today = behind_the_door(request, pk), request.user.today
    who = get_object_or_404(subjects_of(request, case), pk=person)
    lines = list(
        Line.objects.visible_to(request.user)
        .filter(case=case, award__person=who)
        .select_related("award__person", "under_the_rule")
    )
    found = reckoning.reckon(case, [line.award for line in lines], today) if lines else None
    sheets = latest_sheets(request, lines)
    rows = [award_row(request, line, found, sheets.get(line.pk)) for line in lines]
    page = {
        "case": case,
        "person": who,
        "stands": standing_of(request, who),
        "conditions": conditions_of(request, case, who, lines, found),
        "awards": rows,
        "totals": totals(rows),
        "scope_says": sorted({says for line in lines for says in out_of_scope(found, line)}),
        "rules": rules_of(request, lines),
        "estimates": Estimate.objects.visible_to(request.user).filter(line__in=lines),
        "resolutions": resolutions_of(request, case, who),
        "notes": CounselNote.objects.visible_to(request.user).filter(case=case, person=who),
        "puts": puts(request, case, who, lines, sheets),
        "has_account": Account.objects.visible_to(request.user).filter(line__in=lines).exists(),
        "story": story_of(case, request.user, who),
    }
    return render(request, "clawback/participant.html", page)


def standing_of(request, person):
    """What the participant is or was: "Former Chief Financial Officer, officer to 31 March"."""
    today = request.user.today
    held = Appointment.objects.visible_to(request.user).filter(
        person=person, office__in=EXECUTIVE_OFFICES
    )
    last = held.order_by("since").last()
    if last is None:
        return "Never an officer"
    if last.until and last.until <= today:
        return f"Former {last.printed}, Section 16 officer to {said_date(last.until)}"
    return f"{last.printed}, Section 16 officer since {said_date(last.since)}"


def said_date(day):
    """ "31 March 2026"."""
    return f"{day.day} {day:%B %Y}"


def conditions_of(request, case, person, lines, found):
    """The four conditions: each holds where it does for every award, and says for which not."""
    attached = Evidence.objects.visible_to(request.user).filter(case=case)
    counted = [row.condition for row in attached.filter(person__in=[person])]
    counted += [row.condition for row in attached.filter(person=None)]
    per_line = [(line, verdicts(found, line)) for line in lines]
    shown = []
    for number in range(4):
        told = [(line, each[number]) for line, each in per_line]
        if not told:
            continue
        values = {verdict.value for _, verdict in told}
        value = values.pop() if len(values) == 1 else Value.OPEN
        condition = told[0][1].condition
        says = sorted({verdict.says for _, verdict in told})
        if len(says) > 1:
            says = [f"{line.award.name}: {verdict.says}" for line, verdict in told]
        shown.append(
            {
                "label": condition.label,
                "value": value,
                "says": says,
                "evidence": counted.count(condition.value),
                "attach": f"{reverse('clawback:attach', args=[case.pk])}"
                f"?condition={condition.value}&person={person.pk}",
            }
        )
    return shown


def award_row(request, line, found, sheet):
    """As reported, as restated, the excess, and what of it is paid or not."""
    one = found.figures_of(line.award)
    kept = json.loads(sheet.read_sealed("sheet")) if sheet else None
    in_shares = line.award.kind in ("shares", "options")
    return {
        "line": line,
        "name": line.award.name,
        "unit": "shares" if in_shares else "",
        "awarded": figures(one.get("awarded", ""), in_shares),
        "recalculated": figures(one.get("recalculated", ""), in_shares),
        "excess": figures(one.get("excess", ""), in_shares),
        "cap": sheet.cap if sheet else None,
        "unpaid": min(sheet.unpaid, sheet.cap) if sheet else None,
        "state": line.get_state_display(),
        "forbids": line.award.plan_forbids_recovery,
        "working": reckoning.working_of(kept) if kept else (),
        "pictures": pictures(kept["curves"]) if kept else (),
        "is_current": sheet is None or reckoning.rests_on(kept, line, found),
    }


def pictures(curves):
    """The curves that can be drawn."""
    return [picture for one in curves if (picture := curve_picture(one))]


def figures(text, in_shares):
    """ "640,000.00", and shares in whole numbers."""
    if not text:
        return ""
    return f"{int(text):,}" if in_shares else f"{Decimal(text):,.2f}"


def totals(rows):
    """What could come back in dollars, and how it splits."""
    sheets = [row for row in rows if row["cap"] is not None]
    cap, unpaid = sum(row["cap"] for row in sheets), sum(row["unpaid"] for row in sheets)
    if not sheets:
        return None
    return {
        "cap": dollars(cap),
        "unpaid": dollars(unpaid),
        "paid": dollars(cap - unpaid),
        "share": f"{100 * unpaid / cap:.2f}" if cap else "0",
        "rest": f"{100 - 100 * unpaid / cap:.2f}" if cap else "0",
    }


def rules_of(request, lines):
    """The mandatory track of each award, beside what the Committee determined (L-26)."""
    rules = rule_lines(request, lines)
    return [
        {
            "award": line.award.name,
            "says": rules[line.pk].get_state_display()
            if line.pk in rules
            else "Outside the recovery period",
            "amount": dollars(rules[line.pk].amount) if line.pk in rules else "",
        }
        for line in lines
    ]


PUTS = (
    ("recover", "Record determination"),
    ("finding", "Record a finding"),
    ("repay", "Should repay?"),
    ("no_recovery", "Determine no recovery"),
    ("impracticable", "Impracticable under the rule"),
    ("write_off", "Write off the rest"),
    ("rider", "Rider to the policy"),
)


def puts(request, case, person, lines, sheets):
    """What a member may put to the Committee about this participant, as things stand."""
    if not sits_on_the_committee(request.user, case, request.user.today):
        return []
    recused = CaseRecusal.objects.visible_to(request.user).filter(case=case)
    if recused.filter(person=request.user.person_id).exists():
        return []
    if case.state != CaseState.REVIEW:
        return []
    return [
        {
            "verb": verb,
            "url": f"{reverse('clawback:resolve', args=[case.pk, kind])}?person={person.pk}",
        }
        for kind, verb in PUTS
        if kind not in ABOUT_AWARDS or ABOUT_AWARDS[kind](lines, sheets)
    ]


urls: list = [
    path("", cases, name="cases"),
    path("<uuid:pk>/", case, name="case"),
    path("<uuid:pk>/do/<str:name>/", act, name="act"),
    path("<uuid:pk>/people/<uuid:person>/", participant, name="participant"),
]
