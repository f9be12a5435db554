"""The money: demands, the ledger, instalments, and what is served (C-REC-02)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clawback import balances, demanding, instalments, opening, reckoning, recovering
from clawback.access import chairs_the_committee, may_collect, may_know_privileged
from clawback.conditions import verdicts
from clawback.demanding import ASKING
from clawback.dues import OUTSIDE, served_at, undemanded_of
from clawback.instalments import as_they_stand
from clawback.models import (
    Account,
    Calculation,
    Case,
    Demand,
    EntryKind,
    Instalment,
    LedgerEntry,
    Line,
    Resolution,
    Ruling,
)
from clawback.moves import SETTLED, LineState, ResolutionState, RuleState
from clawback.papers import (
    demand_on_paper,
    determination_on_paper,
    memorandum_on_paper,
    statement_on_paper,
)
from clawback.recovery_forms import CorrectionForm, EntryForm, PlanForm
from governance.committees.standing import visitor
from governance.minutes.views.documents import pdf
from governance.money import said_dollars
from governance.people.operations import check_days
from governance.refusals import Refused
from governance.words import said_day, said_long_day

# How a sum of the account is drawn, and what it is called.
SUMS = (
    ("cancelled", "vote", "Cancelled before it was paid"),
    ("repaid", "met", "Repaid"),
    ("forgone", "soon", "Forgone by an act of the Committee"),
    ("outstanding", "plain", "Outstanding"),
)
BADGES = {
    LineState.RECOVERED: "met",
    LineState.PARTLY: "met",
    LineState.DEMANDED: "vote",
    LineState.RECOVERING: "vote",
}
STANDS = {"met": "met", "due": "plain", "overdue": "overdue"}
# What is asked before each act on an account: the question, what follows, the button, its form.
ACTS = {
    "cancel": (
        "How much is cancelled?",
        "What was not paid yet is cancelled for nothing; it is not paid any more.",
        "Enter the cancellation",
        EntryForm,
    ),
    "repay": (
        "How much was repaid?",
        "It is entered in the ledger. When nothing is outstanding the award is recovered.",
        "Enter the repayment",
        EntryForm,
    ),
    "plan": (
        "In which instalments is it repaid?",
        "They take the place of a plan that has not begun.",
        "Agree the instalments",
        PlanForm,
    ),
}
BUTTONS = {"cancel": "Cancel what is unpaid", "repay": "Enter a repayment", "plan": "Instalments"}


def accounts_of(request, case, person):
    """The accounts of a person in a case, and the person; 404 where the reader knows of neither."""
    found = get_object_or_404(Case.objects.visible_to(request.user), pk=case)
    rows = Line.objects.visible_to(request.user).filter(case=found, award__person=person)
    line = rows.select_related("award__person").first()
    if line is None:
        raise Http404
    accounts = Account.objects.visible_to(request.user).filter(
        line__case=found, line__award__person=person
    )
    accounts = accounts.select_related("line__award__person", "line__under_the_rule")
    return found, line.award.person, accounts.order_by("line__award__period_end", "pk")


@require_safe
def ledger(request, case, person):
    """What is due, cancelled, repaid, forgone and outstanding of a person, award by award."""
    case, person, accounts = accounts_of(request, case, person)
    opening.note_reading(case, by=request.user, at=timezone.now())
    by, today = visitor(request.user), request.user.today
    collects = may_collect(by, case, today)
    sheets = sheets_of(request, accounts, collects)
    demands = Demand.objects.visible_to(request.user).filter(case=case, person=person)
    page = {
        "case": case,
        "person": person,
        "sheets": sheets,
        "total": said_dollars(sum(sheet["outstanding"] for sheet in sheets)),
        "demands": [
            {
                "label": "Demand",
                "value": f"Served {said_long_day(one.served_on)}",
                "url": one.get_absolute_url(),
            }
            for one in demands
        ],
        "serves": chairs_the_committee(by, case, today)
        and any(sheet["undemanded"] for sheet in sheets),
        "serve": "Demand the rest" if demands else "Serve the demand",
    }
    return render(request, "clawback/ledger.html", page)


def sheets_of(request, accounts, collects=False, said=None):
    """Each account as its page and the statement show it, with what the reader may do."""
    accounts, user = list(accounts), request.user
    said = said or (lambda day: said_day(day, user.today))
    entries, plans = {}, {}
    rows = LedgerEntry.objects.visible_to(user).filter(account__in=accounts)
    for entry in rows.select_related("corrected_by"):
        entries.setdefault(entry.account_id, []).append(entry)
    for part in Instalment.objects.visible_to(user).filter(account__in=accounts):
        plans.setdefault(part.account_id, []).append(part)
    rest = undemanded_of(accounts)
    lines = [account.line_id for account in accounts]
    worked_out = Calculation.objects.visible_to(user).filter(line__in=lines).order_by("number")
    latest = {row.line_id: row for row in worked_out}
    return [
        sheet_of(account, collects)
        | {
            "note": found_too_late(account.line, latest.get(account.line_id)),
            "undemanded": rest[account.pk] and is_asked_for(account.line),
            "entries": [
                entry_row(one, said, collects and may_be_taken_back(one, account.line))
                for one in entries.get(account.pk, [])
            ],
            "plan": plan_rows(plans.get(account.pk, []), account, user.today, said),
        }
        for account in accounts
    ]


def sheet_of(account, collects):
    line = account.line
    takes = collects and account.outstanding > 0 and is_open(line)
    rule = getattr(line, "under_the_rule", None)
    stands = rule if line.state in OUTSIDE and rule else line
    return {
        "title": line.award.name,
        "state": stands.get_state_display(),
        "kind": BADGES.get(line.state, "plain"),
        "recoverable": said_dollars(account.recoverable),
        "outstanding": account.outstanding,
        "bar": bar_of(account),
        "sums": sums_of(account),
        "acts": [
            {"verb": verb, "url": reverse("clawback:ledger_act", args=[account.pk, name])}
            for name, verb in BUTTONS.items()
            if takes and (name != "cancel" or account.unpaid > account.cancelled)
        ],
    }


def by_rule(line):
    """Whether the mandatory rule alone asks for it."""
    rule = getattr(line, "under_the_rule", None)
    return line.state in OUTSIDE and rule is not None and rule.state == RuleState.ERRONEOUS


def found_too_late(line, calculation):
    """Why nothing more is demanded where recovery was found impracticable, and what to do."""
    rule = getattr(line, "under_the_rule", None)
    if calculation is None or rule is None or rule.state != RuleState.IMPRACTICABLE:
        return ""
    if calculation.mandatory <= rule.amount:
        return ""
    return (
        f"The last calculation puts the mandatory amount at {said_dollars(calculation.mandatory)}; "
        f"the Committee found it impracticable to recover {said_dollars(rule.amount)}. What was "
        "found impracticable is not demanded any more (M-16): have counsel write a note on it."
    )


def is_asked_for(line):
    """Whether either track asks for what is outstanding."""
    return line.state in ASKING or by_rule(line)


def is_open(line):
    """Whether something may still be entered, once it was demanded."""
    if line.state == LineState.RECOVER:
        return served_at(line) is not None
    return line.state in (LineState.DEMANDED, LineState.RECOVERING) or by_rule(line)


def may_be_taken_back(entry, line):
    """What is open is corrected; a repayment is reversed also when the award was settled."""
    rule = getattr(line, "under_the_rule", None)
    by_rule = line.state in OUTSIDE and rule is not None and rule.state == RuleState.RECOVERED
    settled = by_rule or line.state in SETTLED
    return is_open(line) or (settled and entry.kind == EntryKind.REPAID)


def sums_of(account):
    told = [
        {"kind": kind, "says": says, "amount": said_dollars(getattr(account, name))}
        for name, kind, says in SUMS
    ]
    whole = {"kind": "", "says": "To be recovered", "amount": said_dollars(account.recoverable)}
    return [whole, *told]


def bar_of(account):
    """The parts of a bar, in thousandths of what is recoverable."""
    parts, drawn = [], 0
    for name, kind, _ in SUMS:
        if not account.recoverable:
            break
        wide = int(getattr(account, name) * 1000 / account.recoverable)
        parts.append({"kind": kind, "x": drawn, "width": wide})
        drawn += wide
    return parts


def entry_row(entry, said, collects):
    what = entry.get_kind_display()
    if entry.corrects_id:
        what = f"Correction: {what[0].lower()}{what[1:]}"
    corrected = getattr(entry, "corrected_by", None) is not None
    takes_back = collects and entry.kind in recovering.COLLECTED
    return {
        "day": said(entry.day),
        "what": what,
        "note": entry.note,
        "amount": said_dollars(entry.amount).replace("$-", "-$"),
        "corrected": corrected,
        "url": reverse("clawback:correct", args=[entry.pk])
        if takes_back and not corrected and not entry.corrects_id
        else "",
    }


def plan_rows(plan, account, today, said=said_long_day):
    return [
        {
            "day": said(part.due_on),
            "amount": said_dollars(part.amount),
            "kind": STANDS[part.state],
            "says": part.state if part.state != "due" or not part.met else "met in part",
        }
        for part in as_they_stand(plan, account.outstanding, today)
    ]


@require_safe
def statement(request, case, person):
    """The statement of account of a person, as a document."""
    case, person, accounts = accounts_of(request, case, person)
    opening.note_reading(case, by=request.user, at=timezone.now())
    sheets = sheets_of(request, accounts, said=said_long_day)
    paper = statement_on_paper(case.title, person, sheets, day=request.user.today)
    return pdf(paper, f"Statement of account {person}")


@require_http_methods(["GET", "POST"])
def serve(request, case, person):
    """The Committee's chair demands what was determined: asked once, with counsel's note there."""
    case, person, _ = accounts_of(request, case, person)
    if not chairs_the_committee(visitor(request.user), case, request.user.today):
        raise PermissionDenied
    back, refusal = reverse("clawback:ledger", args=[case.pk, person.pk]), None
    if request.method == "POST":
        try:
            demand = demanding.serve_demand(case, person, by=request.user, at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            if demand is None:
                messages.warning(request, "The law prohibits it: nothing was demanded.")
                return redirect(back)
            return redirect(demand)
    page = {
        "case": case,
        "person": person,
        "back": back,
        "refusal": refusal,
        "asks": f"Shall the demand be served on {person}?",
        "letter": demanding.draft_demand(case, person, day=request.user.today),
        "follows": before_serving(demanding.law_on(case, person)),
        "verb": "Serve the demand",
    }
    return render(request, "clawback/recovery_act.html", page)


def before_serving(note):
    """What follows from serving, by what counsel wrote of the law (C-REC-03)."""
    if note is None:
        return (
            "Counsel writes first how far the law permits recovery: a note of counsel in the case. "
            "The letter stands here afterwards."
        )
    if note.ruling == Ruling.PROHIBITED:
        return (
            "Counsel has written that the law prohibits recovery. Nothing is demanded: what was "
            "determined is closed with that reason."
        )
    return (
        "The letter is fixed from now on. Its reader learns of it by a neutral letter, and reads "
        "the demand and their own balance, and nothing else of the case."
    )


@require_http_methods(["GET", "POST"])
def act(request, pk, name):
    """Cancel, repay or agree instalments: entered once, and never changed."""
    rows = Account.objects.visible_to(request.user)
    account = get_object_or_404(rows.select_related("line__award__person", "line__case"), pk=pk)
    if name not in ACTS:
        raise Http404
    line = account.line
    if not may_collect(visitor(request.user), line, request.user.today):
        raise PermissionDenied
    asks, follows, verb, form_class = ACTS[name]
    form = form_class(request.POST or None, initial=begins_with(name, line, request.user.today))
    back, refusal = ledger_of(line), None
    if form.is_valid():
        try:
            do(name, account, form, by=request.user, at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            return redirect(back)
    page = {
        "case": line.case,
        "person": line.award.person,
        "back": back,
        "form": form,
        "refusal": refusal,
        "asks": asks,
        "follows": f"{line.award.name}: {said_dollars(account.outstanding)} outstanding. {follows}",
        "verb": verb,
    }
    return render(request, "clawback/recovery_act.html", page)


def ledger_of(line):
    return reverse("clawback:ledger", args=[line.case_id, line.award.person_id])


def begins_with(name, line, today):
    """What is unpaid is cancelled first, and the rest repaid, unless somebody says otherwise."""
    if name == "plan":
        return {"number": 1}
    split = recovering.default_split(line)
    amount = split.cancel if name == "cancel" else split.repay
    seen = line.account.outstanding
    return {"amount": amount or None, "day": today, "seen": seen}


def do(name, account, form, *, by, at):
    line, told = account.line, form.cleaned_data
    if name == "plan":
        check_days([told["first"]], on=timezone.localdate(at))
        parts = form.parts_of(account.outstanding)
        return instalments.plan_instalments(line, parts, by=by, at=at)
    verb = recovering.cancel if name == "cancel" else recovering.repay
    facts = {name: told[name] for name in ("day", "note", "seen")}
    return verb(line, told["amount"], **facts, by=by, at=at)


@require_http_methods(["GET", "POST"])
def correct(request, pk):
    """Take an entry back by another one, with its reason."""
    rows = LedgerEntry.objects.visible_to(request.user)
    entry = get_object_or_404(
        rows.select_related("account__line__award__person", "account__line__case"), pk=pk
    )
    line = entry.account.line
    if not may_collect(visitor(request.user), line, request.user.today):
        raise PermissionDenied
    form = CorrectionForm(request.POST or None)
    back, refusal = ledger_of(line), None
    if form.is_valid():
        try:
            recovering.correct_entry(
                entry, why=form.cleaned_data["why"], by=request.user, at=timezone.now()
            )
        except Refused as refused:
            refusal = refused
        else:
            return redirect(back)
    page = {
        "case": line.case,
        "person": line.award.person,
        "back": back,
        "form": form,
        "refusal": refusal,
        "asks": "Shall this entry be taken back?",
        "follows": f"{entry.get_kind_display()}, {said_dollars(entry.amount)}, on "
        f"{said_long_day(entry.day)}. It stays in the ledger, with the entry that takes it back. "
        "That amount is outstanding again.",
        "verb": "Take it back",
    }
    return render(request, "clawback/recovery_act.html", page)


@require_safe
def demand(request, pk):
    """The letter as it was served, and its reader's own balance: nothing else of the case."""
    row = get_object_or_404(readable_demands(request), pk=pk)
    inside = Case.objects.visible_to(request.user).filter(pk=row.case_id).exists()
    if inside:
        opening.note_reading(row.case, by=request.user, at=timezone.now())
    accounts, to_pay = balances.balance_of(row)
    page = {
        "demand": row,
        "to_pay": said_dollars(to_pay),
        "facts": [{"label": "Fingerprint of the text", "value": row.digest, "figures": True}],
        "balances": [
            {
                "title": account.line.award.name,
                "bar": bar_of(account),
                "sums": sums_of(account),
                "plan": plan_rows(balances.plan_of(account), account, request.user.today),
            }
            for account in accounts
        ],
        "ledger": reverse("clawback:ledger", args=[row.case_id, row.person_id]) if inside else "",
    }
    return render(request, "clawback/served.html", page)


def readable_demands(request):
    rows = Demand.objects.visible_to(request.user)
    return rows.select_related("case__restatement", "person")


@require_safe
def demand_paper(request, pk):
    """The letter of demand as a document."""
    row = get_object_or_404(readable_demands(request), pk=pk)
    return pdf(demand_on_paper(row), "Demand")


@require_safe
def memorandum(request, case):
    """The memorandum to the Committee, as a document: the Committee's and counsel's alone."""
    rows = Case.objects.visible_to(request.user).filter(may_know_privileged(request.user))
    found = get_object_or_404(rows.select_related("restatement"), pk=case)
    opening.note_reading(found, by=request.user, at=timezone.now())
    lines = Line.objects.visible_to(request.user).filter(case=found)
    lines = lines.select_related("award__person")
    held = conditions_held(found, lines, request.user.today)
    paper = memorandum_on_paper(found, lines, held, day=request.user.today)
    return pdf(paper, "Memorandum to the Committee")


def conditions_held(case, lines, today):
    """What each of the four conditions is of each award; nothing of one not worked out yet."""
    try:
        found = reckoning.reckon(case, [line.award for line in lines], today)
    except Refused:
        return {}
    worked_out = [line for line in lines if found.of(reckoning.AS_IF, line.award)]
    return {line.pk: verdicts(found, line) for line in worked_out}


@require_safe
def determination(request, pk):
    """A resolution that was carried, in its exact words, as a document."""
    rows = Resolution.objects.visible_to(request.user).filter(state=ResolutionState.CARRIED)
    row = get_object_or_404(rows.select_related("case__restatement"), pk=pk)
    opening.note_reading(row.case, by=request.user, at=timezone.now())
    return pdf(determination_on_paper(row), "Determination")


OF_A_PERSON = "<uuid:case>/people/<uuid:person>/"
urls: list = [
    path(f"{OF_A_PERSON}ledger/", ledger, name="ledger"),
    path(f"{OF_A_PERSON}statement/", statement, name="statement"),
    path(f"{OF_A_PERSON}demand/", serve, name="serve"),
    path("accounts/<uuid:pk>/<slug:name>/", act, name="ledger_act"),
    path("entries/<uuid:pk>/correct/", correct, name="correct"),
    path("served/<uuid:pk>/", demand, name="demand"),
    path("served/<uuid:pk>/paper/", demand_paper, name="demand_paper"),
    path("<uuid:case>/memorandum/", memorandum, name="memorandum"),
    path("resolutions/<uuid:pk>/determination/", determination, name="determination_paper"),
]
