"""Yearly questions: sent, answered, signed."""

from governance.board import answering, examining, reporting
from governance.board.models import Cycle, Questionnaire
from governance.board.sheets import PARTS, Answers
from governance.records.models import Company


def sent(person, *, by, at):
    """The questions of a round, with one director, not answered yet."""
    day = Company.current().day_of(at)
    if cycle := Cycle.objects.filter(opened_on=day).first():
        return examining.ask(person, cycle, by=by, at=at)
    return examining.open_cycle(by=by, at=at, people=[person]).questionnaires.get()


def answer(questionnaire, part, *, at, by=None, **fields):
    """Save one part; `any` is its first question, the other fields go by their names."""
    typed = {f"{part}-any" if name == "any" else name: value for name, value in fields.items()}
    by = by or questionnaire.person.user
    return answering.save_answers(questionnaire, part=part, typed=typed, by=by, at=at)


def nothing_new(questionnaire, *, at, but=()):
    """No to everything, and all on record is still so; but for the parts named."""
    known = Answers(questionnaire, today=Company.current().day_of(at))
    for part in PARTS:
        if part.key in but:
            continue
        forms = known.of(part.key).known
        still = {f"{form.prefix}-answer": "still" for form in forms}
        typed = {f"{part.key}-any": "no", "commitments-time": "yes", **still}
        answering.save_answers(
            questionnaire, part=part.key, typed=typed, by=questionnaire.person.user, at=at
        )
    return questionnaire


def sign(questionnaire, *, at):
    text = Answers(questionnaire, today=Company.current().day_of(at)).text()
    digest = answering.digest_of(text)
    by = questionnaire.person.user
    return answering.sign(questionnaire, digest=digest, by=by, at=at, method="password")


def signed(person, *, by, at, part="", **fields):
    """Answered and signed; one part says something new."""
    questionnaire = nothing_new(sent(person, by=by, at=at), at=at, but=(part,))
    if part:
        answer(questionnaire, part, at=at, any="yes", **fields)
    return sign(Questionnaire.objects.get(pk=questionnaire.pk), at=at)


def known(person, *, by, at, kind, since, **particulars):
    """A confirmed fact on record."""
    return reporting.enter_fact(person=person, kind=kind, since=since, by=by, at=at, **particulars)


def organisation(name, *, by, at, **facts):
    """An organisation on record."""
    on = Company.current().day_of(at)
    return reporting.enter_organisation(name=name, by=by, on=on, **facts)
