"""How independence is examined and determined, from the questionnaire to the Board's act (M-07)."""

from datetime import datetime, time, timedelta

from django.db import transaction

from governance.board import bars, brightline, mail
from governance.board.models import (
    Bar,
    CompanyStatus,
    Consideration,
    Cycle,
    Determination,
    Directorship,
    Examination,
    Questionnaire,
    Standard,
    StatusKind,
)
from governance.board.moves import UNDER_EXAMINATION, ExaminationState, may_keep
from governance.people.following import follow, standing_changed
from governance.people.operations import is_secretary
from governance.periods import months_after
from governance.records.acts import check_act
from governance.records.models import Company
from governance.records.moves import SYSTEM, advance, begin
from governance.refusals import Refused
from governance.words import said_long_day

# How long a determination holds, in months; the law sets no end (setting validity_months).
VALID_MONTHS = 12
# One cycle a year; another is opened no sooner than this after the last.
BETWEEN_CYCLES = timedelta(days=30)
# Days before a determination expires on which it is said; -1: it has expired (NT-IND).
REMINDERS = (60, 30, 7)
# The tests of the workbench, in the order of their columns, and what each is called.
TESTS = {
    "L-03": "Employment",
    "L-04": "Pay over $120,000",
    "L-05": "Family executive",
    "L-06": "Business payments",
    "L-07": "Interlock",
    "L-08": "Auditor",
    "L-18": "Committee fees",
}


def day_of(at):
    return Company.current().day_of(at)


@transaction.atomic
def open_cycle(*, by, at, people=None):
    """The Secretary opens the yearly round: every director is asked (G-COI-01, M-07).

    Without `people`, all directors in office and those who will be. Raises Refused when a cycle was
    opened in the last thirty days.
    """
    day = day_of(at)
    if not is_secretary(by, day):
        raise Refused("The Corporate Secretary opens the round.", "G-COI-01", code="not_yours")
    last = Cycle.objects.order_by("opened_on").last()
    if last and day < last.opened_on + BETWEEN_CYCLES:
        raise Refused(
            f"A round was opened on {said_long_day(last.opened_on)}; "
            "another can be opened a month later.",
            provision="G-COI-01",
        )
    people = people if people is not None else asked_on(day)
    if not people:
        raise Refused("There is no director to ask.", provision="G-COI-01")
    cycle = Cycle.objects.create(opened_on=day, opened_by=by)
    supersede(Examination.objects.filter(state__in=UNDER_EXAMINATION), at=at)
    for person in people:
        ask(person, cycle, by=by, at=at)
    return cycle


def asked_on(day):
    """The directors in office that day and those who have been seated for a later one."""
    sitting = Directorship.objects.exclude(until__lte=day).select_related("person")
    return [row.person for row in sitting.order_by("person__family_name", "person__given_name")]


@transaction.atomic
def ask(person, cycle, *, by, at):
    """Send one director, or a nominee, the questions of the cycle (G-COI-01)."""
    day = day_of(at)
    questionnaire = Questionnaire(cycle=cycle, person=person, sent_on=day)
    begin(questionnaire, "send", by=by, at=at)
    for standard in Standard:
        examination = Examination(cycle=cycle, person=person, standard=standard)
        begin(examination, "open_cycle", by=by, at=at)
    mail.tell_of_questionnaire(questionnaire, by=by)
    return questionnaire


def supersede(examinations, *, at):
    """Another cycle examines anew what an earlier one left open (M-07)."""
    for examination in examinations:
        advance(examination, "supersede", by=SYSTEM, at=at)


@transaction.atomic
def questionnaire_returned(questionnaire, *, by, at):
    """What follows when a director has signed: the tests are run for every standard (M-07)."""
    for examination in questionnaire.person.examinations.filter(
        cycle=questionnaire.cycle, state=ExaminationState.OPEN
    ):
        advance(examination, "return_questionnaire", by=by, at=at)
        run_tests(examination, at=at)
    mail.tell_of_return(questionnaire, day=day_of(at), by=by)


@transaction.atomic
def run_tests(examination, *, at):
    """Pass, bar or review for every test, as the confirmed facts stand; the result is kept."""
    results = tested(examination.person, examination.standard, day_of(at))
    return advance(examination, "run_tests", by=SYSTEM, at=at, results=results)


@follow
def test_again(on):
    """What was tested and not reviewed yet is tested on the facts as they stand now (M-07)."""
    for examination in Examination.objects.filter(state=ExaminationState.TESTED):
        results = tested(examination.person, examination.standard, on)
        if results != examination.results:
            examination.results = results
            examination.save(update_fields=["results"])


def tested(person, standard, day):
    """What each test says of the person that day, by its provision."""
    facts = bars.found(bars.confirmed([person.pk]), bars.appointments_of([person.pk]))
    found = [one for one in facts.get(person.pk, []) if one.holds_on(day)]
    if standard != Standard.AUDIT:
        found = [one for one in found if not one.audit]
    said = {test: "pass" for test in TESTS if test != "L-18" or standard == Standard.AUDIT}
    for finding in sorted(found, key=lambda one: one.outcome == brightline.Outcome.BAR):
        said[finding.test] = finding.outcome.value
    return said


@transaction.atomic
def review_questionnaire(questionnaire, *, by, at):
    """Nothing of what was answered waits any more (C7)."""
    if questionnaire.facts.filter(settled_on=None).exists():
        raise Refused("Some answers still wait to be confirmed or set aside.", provision="C7")
    return advance(questionnaire, "review", by=by, at=at)


def note_counsels_review(examination, *, note, by, at):
    """The General Counsel has looked at the facts and the tests (M-07)."""
    if not note.strip():
        raise Refused("Say in a sentence what the review found.", provision="M-07")
    return advance(examination, "counsel_note", by=by, at=at, counsel_note=note)


def recommend(examination, *, independent, act, committee, by, at):
    """Enter what the nominating committee recommends, and by which act of it (M-07, G-IND-02).

    `committee` is the key of the committee. The value does not change: the Board determines (L-09).
    """
    check_act(act, of=committee, on=day_of(at), what="A recommendation", provision="M-07")
    return advance(
        examination,
        "recommend",
        by=by,
        at=at,
        recommends=independent,
        recommended_by=act,
    )


@transaction.atomic
def determine(
    *,
    person,
    standard,
    independent,
    act,
    by,
    at,
    basis="",
    facts=(),
    considered_pay=False,
    considered_affiliation=False,
):
    """Enter what the Board found about a director's independence, by its act (L-09, M-07).

    Raises Refused without an act of the Board, while a bright line bars, without anything that was
    considered, before the facts, while the examination has not come so far, and under the
    compensation committee's standard when one of the two factors was not considered.
    """
    day = day_of(at)
    row = Determination(
        person=person,
        standard=standard,
        independent=independent,
        determined_on=act.day if act else day,
        made_at=at if act is None or act.day == day else start_of(act.day),
        expires_on=months_after(act.day if act else day, VALID_MONTHS),
        act=act,
        basis=basis.strip(),
        considered_pay=considered_pay,
        considered_affiliation=considered_affiliation,
    )
    if not may_keep(by, row, day):
        raise Refused(
            "The Corporate Secretary enters determinations, of others.", "M-07", code="not_yours"
        )
    check_act(act, of=None, on=day, what="A determination", provision="L-09")
    check_is_examined(person, row.determined_on)
    facts = list(facts)
    check_weighed(row, facts)
    if independent:
        check_nothing_bars(person, standard, row.determined_on)
    save_determination(row)
    Consideration.objects.bulk_create(Consideration(determination=row, fact=fact) for fact in facts)
    close_examination(row, act, by=by, at=at)
    standing_changed(day)
    return row


def start_of(day):
    """The first instant of the day, where the company is: what was reported that day is later."""
    return datetime.combine(day, time.min, tzinfo=Company.current().zone)


def check_is_examined(person, day):
    """A director that day or to be, or a nominee who was asked the yearly questions (M-07)."""
    sits = Directorship.objects.filter(person=person).exclude(until__lte=day)
    if not (sits.exists() or Examination.objects.filter(person=person).exists()):
        raise Refused(
            f"{person} is neither a director on {said_long_day(day)} nor a nominee who was asked "
            "the yearly questions.",
            provision="M-07",
        )


def check_weighed(row, facts):
    """The Board named what it considered, and it had happened by then (L-09, L-22)."""
    if not row.basis and not (row.independent and facts):
        raise Refused(
            "Say what the Board considered: name the facts, or write a sentence."
            if row.independent
            else "A finding that a director is not independent says why.",
            provision="L-09",
        )
    for fact in facts:
        if fact.person_id != row.person_id:
            raise Refused("A fact about somebody else was not considered here.", "L-09")
        if fact.since > row.determined_on:
            raise Refused(
                f"The determination is of {said_long_day(row.determined_on)}, and a fact that it "
                f"considered of {said_long_day(fact.since)}: it cannot come before its facts.",
                provision="L-09",
            )
    both = row.considered_pay and row.considered_affiliation
    weighs = row.independent and row.standard == Standard.COMPENSATION
    if weighs and not both and not is_smaller(row.determined_on):
        raise Refused(
            "For the Compensation Committee the Board considers the source of the director's "
            "compensation and any affiliation: mark both once they were.",
            provision="L-22",
        )


def is_smaller(day):
    """A smaller reporting company need not weigh the two factors (L-22)."""
    return StatusKind.SMALLER in CompanyStatus.objects.kinds_on(day)


def check_nothing_bars(person, standard, day):
    """No bright line bars, and the director does not work for the Company (L-01, C7)."""
    barred = Bar.objects.filter(person=person, outcome=Bar.Outcome.BAR, once=False, since__lte=day)
    barred = barred.under(standard).exclude(until__lte=day).order_by("since").first()
    if barred:
        until = f" It ends on {said_long_day(barred.until)}." if barred.until else ""
        raise Refused(
            "A bright line rules independence out that day, whatever the Board thinks "
            f"({barred.test}).{until}",
            provision="L-01",
            code="bright_line",
        )
    offices = bars.found([], bars.appointments_of([person.pk])).get(person.pk, [])
    for finding in offices:
        if finding.holds_on(day) and finding.outcome == brightline.Outcome.BAR:
            until = f" until {said_long_day(finding.until)}" if finding.until else ""
            raise Refused(
                f"{person} holds or held an office of the Company, which rules independence out"
                f"{until}.",
                provision="L-03",
                code="bright_line",
            )


def save_determination(row):
    if Determination.objects.filter(
        person=row.person, standard=row.standard, determined_on=row.determined_on
    ).exists():
        raise Refused("A determination under that standard was entered for that day.", "G-IND-02")
    row.save(force_insert=True)


def close_examination(row, act, *, by, at):
    """The examination that led here is over; what has none was found on paper, or anew (M-07)."""
    examination = Examination.objects.filter(
        person=row.person, standard=row.standard, state__in=UNDER_EXAMINATION
    ).first()
    if examination is None:
        return
    if examination.state not in (ExaminationState.COUNSEL_REVIEWED, ExaminationState.RECOMMENDED):
        if act.how == act.How.PAPER and act.day < examination.cycle.opened_on:
            return  # of an earlier year
        raise Refused(
            f"The examination of {row.person} is {examination.get_state_display().lower()}; "
            "counsel reviews it before the Board determines.",
            provision="M-07",
        )
    advance(examination, "determine", by=by, at=at, determination=row)
