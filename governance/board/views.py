"""The yearly questions: answered and signed by a director, reviewed by the Secretary or counsel."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from governance.board import answering, reporting
from governance.board.access import is_director
from governance.board.examining import review_questionnaire
from governance.board.forms import ChangeForm, SettleForm
from governance.board.models import Fact, Questionnaire
from governance.board.moves import QuestionnaireState, may_settle
from governance.board.reviewing import proposals
from governance.board.sheets import BY_KEY, PARTS, Answers
from governance.people.signing import is_fresh, prove_again, said_way, way_in
from governance.refusals import Refused
from governance.words import said_hour, said_long_day


def asked_for(request, pk):
    """The questionnaire, for those who may know of it (AC-OWN)."""
    known = Questionnaire.objects.visible_to(request.user).select_related("person", "cycle")
    return get_object_or_404(known, pk=pk)


def is_own(request, questionnaire):
    return questionnaire.person_id == request.user.person_id


@require_http_methods(["GET", "POST"])
def questionnaire(request, pk):
    """The yearly questions, part by part; for anybody else, what was signed (G-COI-01)."""
    questionnaire = asked_for(request, pk)
    if not is_own(request, questionnaire):
        return render(request, "board/answers.html", signed_page(request, questionnaire))
    if questionnaire.state != QuestionnaireState.SENT:
        return show_receipt(request, questionnaire)
    part = request.GET.get("part", "")
    if part and part not in BY_KEY:
        raise Http404
    if part and request.method == "POST":
        return save(request, questionnaire, part)
    answers = Answers(questionnaire, today=request.user.today)
    template = "board/part.html" if part else "board/questionnaire.html"
    return render(request, template, page_of(request, answers, part))


def save(request, questionnaire, part):
    """Keep what was typed; then go where the pressed button leads."""
    add, remove = request.POST.get("one_more", ""), request.POST.get("take_away", "")
    refusal, typed = None, request.POST.dict()
    try:
        answering.save_answers(
            questionnaire,
            part=part,
            typed=typed,
            by=request.user,
            at=timezone.now(),
            add=add,
            remove=remove,
        )
    except Refused as refused:
        refusal = refused
    goes = "go" in request.POST and not refusal
    strict = part if goes and not request.POST["go"] else ""
    answers = Answers(questionnaire, today=request.user.today, strict=strict)
    page = page_of(request, answers, part) | {"refusal": refusal}
    if request.htmx and not (add or remove):
        return render(request, "board/_saved.html", page)
    if goes and (not strict or answers.of(part).is_whole):
        return redirect(next_address(questionnaire, answers, part, request.POST["go"]))
    if (add or remove) and not request.htmx and not refusal:
        return redirect(f"{address(questionnaire, part)}#{add or remove.rpartition('-')[0]}-lines")
    return render(request, "board/part.html", page | {"added": add})


def address(questionnaire, part):
    return f"{questionnaire.get_absolute_url()}?part={part}"


def next_address(questionnaire, answers, part, go):
    """The part that was asked for, the next one that is open, or the end."""
    if go in BY_KEY:
        return address(questionnaire, go)
    keys = [one.key for one in PARTS]
    after = keys[keys.index(part) + 1 :]
    still = [sheet.part.key for sheet in answers.open]
    coming = [key for key in still if key in after] or still
    if coming:
        return address(questionnaire, coming[0])
    return reverse("board:sign", args=[questionnaire.pk])


def page_of(request, answers, part):
    """What the pages of the questions show."""
    saved = answers.questionnaire.saved_at
    sheet = answers.of(part)
    return {
        "questionnaire": answers.questionnaire,
        "answers": answers,
        "sheet": sheet,
        "number": answers.sheets.index(sheet) + 1 if sheet else 0,
        "done": len(answers.sheets) - len(answers.open),
        "first": answers.open[0].part.key if answers.open else "",
        "saved": said_hour(saved) if saved else "",
        "strict": bool(sheet and sheet.any.strict),
    }


@require_http_methods(["GET", "POST"])
def sign(request, pk):
    """The exact text; asked once, and bound after a sign-in of just now (G-COI-01)."""
    questionnaire = asked_for(request, pk)
    if not is_own(request, questionnaire):
        raise PermissionDenied
    if questionnaire.state != QuestionnaireState.SENT:
        return redirect("board:receipt", pk)
    now, refusal = timezone.now(), None
    if request.method == "POST":
        if not is_fresh(request, now):
            return prove_again(request, request.path)
        try:
            answering.sign(
                questionnaire,
                digest=request.POST.get("digest", ""),
                by=request.user,
                at=now,
                method=way_in(request),
            )
        except Refused as refused:
            refusal = refused
        else:
            return redirect("board:receipt", pk)
    answers = Answers(asked_for(request, pk), today=request.user.today)
    page = page_of(request, answers, "") | {"refusal": refusal, "fresh": is_fresh(request, now)}
    if not answers.open:
        text = answers.text()
        page |= {
            "text": text,
            "digest": answering.digest_of(text),
            "statement": answering.STATEMENT,
        }
    return render(request, "board/sign.html", page)


@require_safe
def receipt(request, pk):
    """What was bound: the exact text, when, and how they had signed in (C12)."""
    questionnaire = asked_for(request, pk)
    if questionnaire.state == QuestionnaireState.SENT:
        return redirect(questionnaire)
    return show_receipt(request, questionnaire)


def show_receipt(request, questionnaire):
    """Signed; a page that still saves what is typed goes there as a whole."""
    if request.htmx:
        return HttpResponseClientRedirect(reverse("board:receipt", args=[questionnaire.pk]))
    return render(request, "board/receipt.html", signed_page(request, questionnaire))


def signed_page(request, questionnaire):
    """What was signed, for those who may read it; a draft is its director's own."""
    page = {
        "questionnaire": questionnaire,
        "own": is_own(request, questionnaire),
        "sent": said_long_day(questionnaire.sent_on),
        "signed": questionnaire.state != QuestionnaireState.SENT,
    }
    if not page["signed"]:
        return page
    signed = questionnaire.signed_at
    hour = f"{said_hour(signed)} {request.company.zone_words}"
    facts = {
        "Who": questionnaire.person.name,
        "When": f"{said_long_day(timezone.localdate(signed))}, {hour}",
        "In these words": questionnaire.statement,
        "Signed in with": said_way(questionnaire.sign_in_method),
        "Stands": questionnaire.get_state_display(),
    }
    return page | {"facts": [{"label": name, "value": value} for name, value in facts.items()]}


@require_http_methods(["GET", "POST"])
def review(request, pk):
    """Each answer beside what was on record, and what would follow; settled one by one (C7)."""
    questionnaire = asked_for(request, pk)
    if is_own(request, questionnaire):
        raise PermissionDenied
    form, refusal = SettleForm(request.POST or None), None
    if form.is_valid():
        try:
            settle(request, questionnaire, **form.cleaned_data)
        except Refused as refused:
            if refused.code == "not_yours":
                raise PermissionDenied from None
            refusal = refused
        else:
            return redirect("board:review", pk)
    page = signed_page(request, questionnaire) | {"refusal": refusal}
    if page["signed"]:
        told = Fact.objects.visible_to(request.user).filter(questionnaire=questionnaire)
        page["told"], page["together"] = proposals(questionnaire, told, day=request.user.today)
        page["waiting"] = sum(one.waits for one in page["told"])
        page["may"] = may_settle(request.user, questionnaire, request.user.today)
    return render(request, "board/review.html", page)


def settle(request, questionnaire, *, act, fact, why):
    """One answer, or the questionnaire as a whole."""
    acts = {"by": request.user, "at": timezone.now()}
    if act in ("confirm", "set_aside"):
        told = Fact.objects.visible_to(request.user).filter(questionnaire=questionnaire)
        fact = get_object_or_404(told.select_related("person"), pk=fact)
        if act == "confirm":
            reporting.confirm_fact(fact, **acts)
            messages.success(request, "The answer is confirmed.")
        else:
            reporting.set_aside(fact, why=why, **acts)
            messages.success(request, "The answer is set aside, with your reason.")
    elif act == "send_back":
        answering.send_back(questionnaire, why=why, **acts)
        messages.success(request, f"The questions are with {questionnaire.person.name} again.")
    else:
        review_questionnaire(questionnaire, **acts)
        messages.success(request, "The review is closed.")


@require_http_methods(["GET", "POST"])
def report_change(request):
    """Something has changed that may bear on a director's independence (M-07)."""
    if not is_director(request.user, request.user.today):
        raise Http404
    form = ChangeForm(request.POST or None, today=request.user.today)
    if form.is_valid():
        try:
            reporting.report_change(
                person=request.user.person,
                text=form.cleaned_data["text"],
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                "Your change is reported. The Corporate Secretary and the Nominating and "
                "Governance Committee know of it; nobody else does.",
            )
            return redirect("board:board")
    return render(request, "board/report_change.html", {"form": form})
