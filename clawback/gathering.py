"""What a case rests on: evidence, estimates adopted, counsel's notes, recusals (C-TRG-05)."""

from django.db import transaction

from clawback.access import chairs_the_committee, may_advise, sits_on_the_committee
from clawback.models import (
    CaseRecusal,
    Condition,
    CounselNote,
    Estimate,
    Evidence,
    Question,
    Ruling,
)
from clawback.opening import check_may_work, day_of, lock
from governance.refusals import Refused


@transaction.atomic
def give_evidence(case, condition, *, text, by, at, person=None):
    """Attach to a condition what shows that it holds, or does not; sealed, and written once."""
    case = lock(case)
    check_may_work(by, case, at)
    if not text.strip():
        raise Refused("Say what the evidence is.", provision="C-TRG-05")
    if text.strip().startswith("{"):
        raise Refused("Say in words what the evidence is.", provision="C-TRG-05")
    check_subject(case, person)
    text = text.strip()
    same = case.evidence.filter(condition=condition, person=person, given_by=by)
    if any(row.text == text for row in same):
        raise Refused("This is attached already.", provision="C-TRG-05", code="stale")
    row = Evidence.objects.create(
        case=case, condition=Condition(condition), person=person, given_by=by, at=at
    )
    row.write_sealed(text=text)
    return row


def check_subject(case, person):
    if person and not case.restatement.walls.filter(person=person, is_subject=True).exists():
        raise Refused(f"{person} is no subject of this case.", provision="M-16")


@transaction.atomic
def adopt_estimate(estimate, *, chosen, by, at):
    """The Committee's chair adopts the low, the point or the high of the range (C-EST-01)."""
    row = (
        Estimate.objects.select_for_update(of=("self",)).select_related("case").get(pk=estimate.pk)
    )
    if not chairs_the_committee(by, row.case, day_of(at)):
        raise Refused("The Committee’s chair adopts an estimate.", "C-EST-01", "not_yours")
    if chosen not in ("low", "point", "high"):
        raise Refused("Adopt the low, the point or the high of the range.", provision="C-EST-01")
    if not row.method:
        raise Refused("An estimate says by which method it was made.", provision="C-EST-01")
    row.adopted, row.adopted_by, row.adopted_at = chosen, by, at
    row.save(update_fields=["adopted", "adopted_by", "adopted_at"])
    return row


@transaction.atomic
def advise(case, *, question, text, by, at, person=None, ruling="", limit=None, jurisdiction=""):
    """Counsel's note to the Committee: privileged, sealed, and written once (C-REC-03)."""
    case = lock(case)
    if not may_advise(by, case, day_of(at)):
        raise Refused("Counsel whom the Committee invited writes notes.", "C-REC-03", "not_yours")
    check_subject(case, person)
    if not text.strip():
        raise Refused("A note has a text.", provision="C-REC-03")
    if question == Question.LAW:
        if ruling not in Ruling.values or not jurisdiction.strip():
            raise Refused("Say under which law, and whether it permits recovery.", "C-REC-03")
        if (ruling == Ruling.LIMITED) != (limit is not None):
            raise Refused("An amount belongs to a recovery that is limited.", "C-REC-03")
    elif ruling or limit is not None:
        raise Refused("How far the law permits recovery is a question of its own.", "C-REC-03")
    told = {"question": question, "person": person, "ruling": ruling, "limit": limit}
    last = case.counsel_notes.filter(given_by=by).order_by("at").last()
    if last and last.text == text.strip() and all(getattr(last, one) == told[one] for one in told):
        raise Refused("The Committee has this note already.", "C-REC-03", "stale")
    row = CounselNote.objects.create(
        case=case,
        question=question,
        person=person,
        ruling=ruling,
        limit=limit,
        jurisdiction=jurisdiction.strip(),
        given_by=by,
        at=at,
    )
    row.write_sealed(text=text.strip())
    return row


def noted(case, question, person):
    """Whether counsel has written on the question, for the person or for everybody."""
    notes = case.counsel_notes.filter(question=question)
    return notes.filter(person=None).exists() or notes.filter(person=person).exists()


@transaction.atomic
def recuse(case, *, basis, by, at):
    """A member takes no part in the votes of this case; the basis is kept."""
    case = lock(case)
    if not sits_on_the_committee(by, case, day_of(at)):
        raise Refused("Members of the Committee recuse themselves.", "M-16", "not_yours")
    if not basis.strip():
        raise Refused("Say why you take no part.", provision="M-16")
    if case.recusals.filter(person=by.person_id).exists():
        raise Refused("You are recused already.", provision="M-16", code="stale")
    if case.resolutions.filter(state="voting", ballots__voter=by.person_id).exists():
        raise Refused("You have voted in a vote that is still open.", "M-16", "stale")
    return CaseRecusal.objects.create(case=case, person=by.person, basis=basis.strip(), at=at)
