"""What a director does with the yearly questions: answers are saved as typed, and then signed.

What was signed is bound: its exact text, the hour, and how the director had signed in. What it
tells becomes proposed facts, which the Secretary or counsel confirms (G-COI-01, C7).
"""

import hashlib
from collections import Counter

from django.db import transaction

from governance.board.engagements import end_commitment, enter_commitment
from governance.board.examining import questionnaire_returned
from governance.board.models import (
    Commitment,
    Confirmation,
    Fact,
    Organisation,
    Questionnaire,
)
from governance.board.moves import FactState, QuestionnaireState
from governance.board.reporting import (
    TAKEN_OVER,
    enter_relative,
    propose_amendment,
    propose_fact,
    save,
    set_aside,
)
from governance.board.sheets import MOST_ROWS, Answers, row_numbers
from governance.board.wording import DAY
from governance.records.models import Company
from governance.records.moves import advance
from governance.refusals import Refused

STATEMENT = (
    "I sign these answers with my name. They are complete and true to the best of my knowledge, "
    "in the exact words shown."
)
# More than any field takes, so that a sentence beside it says that it is too long.
MOST_TYPED = 4000


def day_of(at):
    return Company.current().day_of(at)


def digest_of(text):
    """The fingerprint by which a director says which text they had before them."""
    return hashlib.sha256(text.encode()).hexdigest()


def lock(questionnaire, by):
    """The row, locked, while it can be answered; only its director answers it (AC-OWN)."""
    rows = Questionnaire.objects.select_for_update(of=("self",)).select_related("person")
    locked = rows.get(pk=questionnaire.pk)
    if by is None or by.person_id != locked.person_id:
        raise Refused("Only the director answers these questions.", "G-COI-01", code="not_yours")
    if locked.state != QuestionnaireState.SENT:
        raise Refused(
            "These answers were signed already and cannot be changed here. If something has "
            "changed since, report a change.",
            provision="G-COI-01",
            code="stale",
        )
    return locked


@transaction.atomic
def save_answers(questionnaire, *, part, typed, by, at, add="", remove=""):
    """Keep what was typed in one part, as it was typed; other parts stay as they are (G-COI-01).

    `typed` has the fields of the part by name, `add` the group that gets a line more, `remove` the
    line that goes.
    """
    locked = lock(questionnaire, by)
    sheet = Answers(locked, today=day_of(at)).of(part)
    if sheet is None:
        raise Refused("There is no such part.", provision="G-COI-01")
    kept = dict(locked.answers.get(part, {}))
    for name in spoken_of(sheet, typed):
        value = typed.get(name, "").replace("\r\n", "\n").replace("\0", "")[:MOST_TYPED]
        kept.pop(name, None)
        if value:
            kept[name] = value
    for group in sheet.part.groups:
        numbers = lines_kept(kept, group.key, add=add, remove=remove)
        kept[f"{group.key}-rows"] = ",".join(numbers)
    locked.answers = {**locked.answers, part: kept}
    locked.saved_at = at
    locked.save(update_fields=["answers", "saved_at"])
    questionnaire.answers, questionnaire.saved_at = locked.answers, at
    return questionnaire


def spoken_of(sheet, typed):
    """The fields that this page had; a line that another page added is not touched by it."""
    shown = {
        f"{lines.group.key}-{number}"
        for lines in sheet.lines
        for number in row_numbers(typed, lines.group.key)
    }
    rows = {row.prefix for lines in sheet.lines for row in lines.rows}
    for bound in sheet.fields:
        prefix = bound.form.prefix
        if prefix not in rows or prefix in shown:
            yield bound.html_name


def lines_kept(kept, group, *, add, remove):
    """The numbers of a group's lines, after one was added or taken away."""
    numbers = row_numbers(kept, group)
    if add == group:
        if len(numbers) >= MOST_ROWS:
            raise Refused(f"{MOST_ROWS} lines are the most. Add the rest in words below.")
        numbers.append(str(max(map(int, numbers)) + 1))
    if remove.startswith(f"{group}-") and remove.rpartition("-")[2] in numbers:
        gone = remove.rpartition("-")[2]
        for name in [name for name in kept if name.startswith(f"{group}-{gone}-")]:
            del kept[name]
        # The last line that goes leaves an empty one of another number.
        numbers = [one for one in numbers if one != gone] or [str(int(gone) + 1)]
    return numbers


@transaction.atomic
def sign(questionnaire, *, digest, by, at, method):
    """The director signs: the text is bound, and what it tells is proposed (G-COI-01, C7).

    `digest` is the SHA-256 of the text that was shown, `method` how they had signed in. Raises
    Refused, and writes nothing, while something is not answered, and for any other text.
    """
    locked = lock(questionnaire, by)
    answers = Answers(locked, today=day_of(at))
    if answers.open:
        names = ", ".join(sheet.part.title for sheet in answers.open)
        raise Refused(f"Not everything is answered yet: {names}.", provision="G-COI-01")
    text = answers.text()
    if digest != digest_of(text):
        raise Refused(
            "The text is another one than you had before you. Read it again, then sign.",
            provision="G-COI-01",
            code="stale",
        )
    advance(
        locked,
        "return",
        by=by,
        at=at,
        text=text,
        signed_at=at,
        returned_on=day_of(at),
        statement=STATEMENT,
        sign_in_method=method,
    )
    tell(answers, by=by, at=at)
    engage(answers, by=by, at=at)
    questionnaire_returned(locked, by=by, at=at)
    questionnaire.refresh_from_db()
    return questionnaire


def tell(answers, *, by, at):
    """What the answers tell, as proposed facts and amendments (C7)."""
    questionnaire, day = answers.questionnaire, day_of(at)
    people = {id(row): meet(row, by=by, on=day) for row in answers.new_people()}
    settled = Counter(map(key_of, questionnaire.facts.filter(state=FactState.CONFIRMED)))
    for sheet in answers.sheets:
        for fact in answers.facts(sheet):
            fact.relative = people.get(id(fact.relative), fact.relative)
            if fact.organisation:
                name_organisation(fact)
            # Answers that were sent back are signed again; what of them was confirmed, stands.
            if settled[key_of(fact)]:
                settled[key_of(fact)] -= 1
            else:
                facts = {name: getattr(fact, name) for name in (*TAKEN_OVER, "until", "note")}
                propose_fact(**facts, by=by, at=at, questionnaire=questionnaire)
        for form in sheet.known:
            answer = form.told["answer"]
            if answer != "still" and isinstance(form.known, Fact):
                until = form.told["last"] + DAY if answer == "ended" else None
                told = {"until": until, "never": answer == "never"}
                propose_amendment(form.known, **told, by=by, at=at, questionnaire=questionnaire)


def meet(relative, *, by, on):
    """Somebody of the family who is named for the first time (L-02)."""
    return enter_relative(
        person=relative.person,
        name=relative.name,
        link=relative.link,
        shares_home=relative.shares_home,
        of_age_on=relative.of_age_on,
        by=by,
        on=on,
    )


def name_organisation(fact):
    """The organisation on record by that name, or a new row; what it does, only counsel changes."""
    told = fact.organisation
    known = Organisation.objects.filter(name__iexact=told.name).first()
    if known and told.services not in ("", known.services):
        fact.note = f"Told as advising the Company: {told.get_services_display()}."
    fact.organisation = known or save(told)


def key_of(fact):
    """By what two rows tell the same."""
    names = (fact._meta.get_field(name).attname for name in (*TAKEN_OVER, "until"))
    return tuple(getattr(fact, name) for name in names)


def engage(answers, *, by, at):
    """Outside commitments, and the yearly confirmation that they leave the time (G-ATT-01).

    Of these the nominating committee learns by the letter about the answers as a whole.
    """
    facts = ("person", "organisation", "role", "since")
    for row in answers.engagements():
        told = {name: getattr(row, name) for name in facts}
        # As the register compares them: other letters are no other engagement.
        alike = told | {f"{name}__iexact": told[name].strip() for name in ("organisation", "role")}
        known = {key: alike[key] for key in alike if key not in ("organisation", "role")}
        if not Commitment.objects.filter(**known).exists():
            told |= {"public_company": row.public_company, "until": row.until}
            enter_commitment(**told, by=by, on=day_of(at))
    for form in answers.of("commitments").known:
        answer = form.told["answer"]
        if answer == "ended":
            end_commitment(form.known, until=form.told["last"] + DAY, by=by, on=day_of(at))
        elif answer == "never":
            forget(form.known)
    if answers.leaves_time:
        Confirmation.objects.get_or_create(person=answers.person, confirmed_on=day_of(at))


def forget(commitment):
    """It never was so: the row goes; its history, and what was signed, keep it (G-ATT-01)."""
    commitment.days.all().delete()
    commitment.delete()


@transaction.atomic
def send_back(questionnaire, *, why, by, at):
    """The answers go back to the director; what they told, and is not settled yet, falls (C7)."""
    if not why.strip():
        raise Refused("Say in a sentence what is to be answered anew.", provision="G-COI-01")
    advance(questionnaire, "send_back", by=by, at=at, why=why.strip())
    for fact in questionnaire.facts.filter(settled_on=None):
        set_aside(fact, why="The answers were sent back.", by=by, at=at)
    return questionnaire
