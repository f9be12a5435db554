"""The words of a resolution on everybody's independence, drafted of what is settled (L-09).

Each standard is found by itself: a fee bars the audit committee's alone (L-18). Nothing is recited
that has not happened, and nobody is drafted over a question that is still open.
"""

from dataclasses import dataclass, field
from datetime import date

from boardroom.independence import bars_under, said_long
from governance.board.brightline import Outcome
from governance.board.models import Cycle, Examination, Questionnaire, Standard
from governance.board.moves import ExaminationState, QuestionnaireState

NOT_REVIEWED = {
    QuestionnaireState.SENT: "The yearly questions have not been answered yet.",
    QuestionnaireState.RETURNED: "The answers have not been reviewed yet.",
}
LOOKED_AT = (ExaminationState.COUNSEL_REVIEWED, ExaminationState.RECOMMENDED)


@dataclass
class Drafted:
    """One director: the standards found either way, and what comes before the Board finds."""

    key: object
    name: str
    independent: list[str] = field(default_factory=list)
    barred: list[str] = field(default_factory=list)
    # What holds the director back from the resolution, or one standard of it.
    before: list[str] = field(default_factory=list)
    # Counsel or the committee is to look at it; the director is drafted all the same.
    to_note: list[str] = field(default_factory=list)
    recommended: bool = False


@dataclass(frozen=True)
class Round:
    """The latest yearly round, as far as the reader may know of it."""

    opened_on: date | None
    # How each director's questionnaire stands, by person.
    answers: dict
    # The examinations that are not over, by person and standard.
    examinations: dict


def latest_round(user, people, day):
    """The round to which the resolution belongs: the last one that was opened by the day (M-07)."""
    cycle = Cycle.objects.visible_to(user).filter(opened_on__lte=day).first()
    if cycle is None:
        return Round(None, {}, {})
    of_them = {"cycle": cycle, "person__in": people}
    answers = Questionnaire.objects.visible_to(user).filter(**of_them)
    rows = Examination.objects.visible_to(user).filter(**of_them, state__in=LOOKED_AT)
    return Round(
        cycle.opened_on,
        dict(answers.values_list("person", "state")),
        {(row.person_id, row.standard): row for row in rows.select_related("recommended_by")},
    )


def draft(user, composition, known):
    """Each director's place in the resolution, and what may be recited."""
    people = [one.key for one in composition.directors]
    asked = latest_round(user, people, composition.day)
    found = [
        drafted(one, composition.standards[one.key], known, asked) for one in composition.directors
    ]
    independent = [one for one in found if one.independent]
    return {
        "day": composition.day,
        "independent": [{"name": one.name, "standards": one.independent} for one in independent],
        "others": [{"name": one.name, "standards": one.barred} for one in found if one.barred],
        "before": [one for one in found if one.before or one.to_note],
        "recitals": recitals(composition, independent, asked),
    }


def drafted(director, standards, known, asked):
    """One director under the standards that apply: independent, barred, or still to be weighed."""
    one = Drafted(director.key, director.name)
    for standard in standards:
        if director.employed or bars_under(director, standard, known):
            one.barred.append(Standard(standard).label)
    if Standard.GENERAL.label in one.barred:
        return one
    still = still_open(director, known, asked)
    one.before = list(still)
    free = [each for each in standards if Standard(each).label not in one.barred]
    for standard in free:
        if why := to_be_weighed(director, standard, asked):
            one.before.append(why)
        elif not still:
            one.independent.append(Standard(standard).label)
    if Standard.GENERAL.label not in one.independent:
        one.independent = []
    one.recommended = all(is_recommended(director, each, asked) for each in free)
    reviews = {each.test for each in known.found.get(director.key, ()) if is_review(each)}
    one.to_note = [f"The test {test} asks for counsel's review." for test in sorted(reviews)]
    return one


def is_review(finding):
    return finding.outcome == Outcome.REVIEW


def still_open(director, known, asked):
    """What keeps the director out of the resolution until it is settled (C7, M-07)."""
    found = []
    if asked.answers.get(director.key) in NOT_REVIEWED:
        found.append(NOT_REVIEWED[asked.answers[director.key]])
    elif known.waiting[director.key]:
        found.append("Answers wait to be confirmed.")
    reported = [one.reported_on for one in director.values.values() if one.reported_on]
    if reported and not was_looked_at(director, max(reported), asked):
        found.append(f"A change was reported on {said_long(max(reported))}.")
    return found


def was_looked_at(director, reported, asked):
    """Counsel has reviewed it in a round that was opened since: the Board may weigh it."""
    reviewed = any(person == director.key for person, _ in asked.examinations)
    return reviewed and asked.opened_on >= reported


def to_be_weighed(director, standard, asked):
    """The Board found otherwise, or the committee recommends otherwise: no draft decides that."""
    words, told = Standard(standard).label, director.values[standard]
    examined = asked.examinations.get((director.key, standard))
    if examined and examined.recommends is False:
        return (
            f"The committee recommends not independent under the {words} standard; to be weighed."
        )
    if told.found is False and not (examined and examined.recommends):
        on = said_long(told.determined_on)
        return f"Found not independent under the {words} standard on {on}; to be weighed."
    return ""


def is_recommended(director, standard, asked):
    examined = asked.examinations.get((director.key, standard))
    return bool(examined and examined.recommends and examined.recommended_by)


def recitals(composition, independent, asked):
    """What the resolution may say has happened: only what has."""
    told = []
    reviewed = [asked.answers.get(one.key) for one in composition.directors]
    if reviewed and all(state == QuestionnaireState.REVIEWED for state in reviewed):
        told.append(
            f"each director has answered the yearly questions of {said_long(asked.opened_on)}, and "
            "the answers have been reviewed"
        )
    told.append(
        "the facts on record have been held against the tests of the listing rules as of "
        f"{said_long(composition.day)}"
    )
    named = [one.name for one in independent if one.recommended]
    if named:
        whom = "each director named below" if len(named) == len(independent) else joined(named)
        told.append(
            f"the Nominating and Governance Committee has recommended so to determine of {whom}"
        )
    return told


def joined(names):
    """ "A, B and C"."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
