"""Looking again after every change: cure cases are opened, reckoned anew and closed (M-17, L-28).

What a rule says of a day is always worked out from the facts (`composition`); the cases keep who
was told of it and every deadline that was reckoned. The system alone opens and ends them.
"""

from datetime import datetime, time, timedelta
from functools import partial

from django.db import transaction

from governance.board.filing import open_filing
from governance.board.models import (
    AnnualMeeting,
    Bar,
    ChangeReport,
    Determination,
    Directorship,
    Fact,
    Filing,
    Independence,
    Item,
)
from governance.committees import mail
from governance.committees.composition import (
    COUNT,
    STANDING,
    Composition,
    committee_verdicts,
    compose,
    listing_values,
)
from governance.committees.cures import SMALLEST, Event, Loss, clock, losses, majority_holds
from governance.committees.curing import RUNNING, CureCase, CureDeadline, Rule
from governance.committees.models import Committee, Kind, Seat
from governance.committees.operations import end_seats
from governance.filings import exchange_notice_due
from governance.people.following import follow
from governance.people.models import Appointment
from governance.records.models import Company
from governance.records.moves import SYSTEM, advance, begin
from governance.refusals import Refused
from governance.verdicts import Status

# The rule by which a committee that is short, or a member's lost independence, may be cured.
# Nobody looks further back for the event that lost a rule: a cure lasts a year at most.
WINDOW = timedelta(days=400)
REMINDERS = (60, 30, 7)
# Employment, pay and fees that a director has accepted are within the director's control.
OWN_DOING = ("L-03", "L-04", "L-18")
RULE_OF_SIZE = {Kind.AUDIT: Rule.SIZE, Kind.COMPENSATION: Rule.COMPENSATION}
# Under which rule members of each committee are independent.
MEMBERS_OF = {Kind.AUDIT: "L-15", Kind.COMPENSATION: "L-22", Kind.NOMINATING: "L-25"}
RULE_OF_MEMBER = {Kind.AUDIT: Rule.MEMBER, Kind.COMPENSATION: Rule.COMPENSATION}


@follow
@transaction.atomic
def look_again(on):
    """Open a case for each rule that one event has lost, and bring the others up to the day.

    Most days nothing is lost: then the composition of the day is read, and nothing else.
    """
    end_seats(on)
    composition = compose(on)
    running = list(CureCase.objects.filter(state__in=RUNNING).select_for_update())
    if running or not in_order(composition):
        keep_cases(composition, running)
    list_notices(composition)


def keep_cases(composition, running):
    """Bring the running cases up to the day, and open one for each loss that has none."""
    on = composition.day
    lost = {
        key(loss, rule, committee): (loss, rule, committee)
        for rule, committee, found in every_loss(composition)
        for loss in found
    }
    for case in running:
        bring_up_to_date(case, lost.get(key_of(case)), on)
    known = {key_of(case) for case in CureCase.objects.all()}
    for name, (loss, rule, committee) in lost.items():
        if name not in known and loss.open_on(on) and may_be_cured(loss, rule, on):
            open_case(loss, rule, committee, on)


def may_be_cured(loss, rule, on):
    """There is a cure to be had: time is left, and it was not the member's own doing (L-20).

    Whoever took the Company's money or employment did so by their own choice (P-14); of any other
    loss somebody says whether it was beyond the director's control.
    """
    if clock_of(loss, rule).deadline < on:
        return False
    chosen = Bar.objects.filter(
        person=loss.person, test__in=OWN_DOING, fact__relative=None, since__lte=on
    )
    chosen = chosen.exclude(until__lte=loss.on)
    return loss.event != Event.INDEPENDENCE or not chosen.exists()


def in_order(composition: Composition):
    """No rule that allows a cure is lost."""
    if not majority_holds(composition.values()):
        return False
    for committee in composition.committees:
        if committee.kind in RULE_OF_SIZE:
            if len(committee.members) < SMALLEST[committee.kind]:
                return False
            if any(one not in COUNT for one in listing_values(committee, composition).values()):
                return False
    return True


def every_loss(composition: Composition):
    """The losses of each rule as far back as a cure reaches: rule, committee, losses."""
    history = history_until(composition.day)
    boards = [(at, then.values()) for at, then in history]
    yield Rule.MAJORITY, None, losses(boards, majority_holds)
    for committee in composition.committees:
        kind = Kind(committee.kind)
        if kind not in RULE_OF_SIZE:
            continue
        least = SMALLEST[committee.kind]
        sizes = [
            (at, {one.key: Independence.YES for one in members_of(then, committee.key)})
            for at, then in history
        ]
        yield RULE_OF_SIZE[kind], committee.key, losses(sizes, partial(are_enough, least))
        for person in {one.key for _, then in history for one in members_of(then, committee.key)}:
            worth = [(at, worth_of(then, committee.key, person)) for at, then in history]
            found = losses(worth, lambda members: all(one in COUNT for one in members.values()))
            yield RULE_OF_MEMBER[kind], committee.key, found


def are_enough(least, members):
    return len(members) >= least


def history_until(day):
    """How it was composed from each day of change on, as far back as a cure reaches."""
    first = day - WINDOW
    return [(at, compose(at)) for at in [first, *days_of_change(first, day)]]


def days_of_change(first, last):
    """The days after the first on which standing changed, as the rows say."""
    found = set()
    for rows in (Directorship, Seat, Appointment, Committee, Bar):
        for name in ("since", "until"):
            found.update(rows.objects.values_list(name, flat=True).distinct())
    made = Determination.objects.values_list("determined_on", "expires_on").distinct()
    for determined_on, expires_on in made:
        found.update((determined_on, expires_on + timedelta(days=1)))
    for name in ("proposed_on", "settled_on"):
        found.update(Fact.objects.values_list(name, flat=True).distinct())
    found.update(ChangeReport.objects.values_list("reported_on", flat=True).distinct())
    return sorted(at for at in found if at is not None and first < at <= last)


def members_of(composition, key):
    return next((one.members for one in composition.committees if one.key == key), ())


def clock_of(loss: Loss, rule):
    """The days of a cure period, by the annual meetings as they are set (L-12, L-20)."""
    annual = AnnualMeeting.objects.first_after(loss.on)
    return clock(loss.on, annual, at_least_180=rule != Rule.MEMBER)


def worth_of(composition, committee, person):
    """What one member is worth on a committee that day, by key; empty when not a member."""
    on = next((one for one in composition.committees if one.key == committee), None)
    worth = listing_values(on, composition) if on else {}
    return {person: worth[person]} if person in worth else {}


def key(loss, rule, committee):
    return (str(rule), committee, loss.person, loss.on)


def key_of(case):
    return (case.rule, case.committee_id, case.person_id, case.event_on)


def broken(composition: Composition):
    """The listing rules not met that day, cured or not: provision, whose row, sentence (9.2).

    The row is a member's seat, a committee, or None for the Board. An exceptional seat meets the
    rules while it lasts; the guidelines are another matter (L-17).
    """
    if not majority_holds(composition.values()):
        yield "L-11", None, "The Board has no majority of independent directors."
    for committee in composition.committees:
        if committee.kind not in STANDING or not committee.members:
            continue
        seats = {member.key: member.seat for member in committee.members}
        for key, value in listing_values(committee, composition).items():
            if value not in COUNT:
                says = f"A member of the {committee.name} is not independent."
                yield MEMBERS_OF[Kind(committee.kind)], (Seat, seats[key]), says
        for verdict in committee_verdicts(committee, composition):
            listed = verdict.provision not in ("G-COM-02", "L-17")
            if listed and verdict.status in (Status.BREACHED, Status.CURE):
                says = f"{committee.name}: {verdict.says}"
                yield verdict.provision, (Committee, committee.key), says


def list_notices(composition: Composition):
    """The exchange is told of each listing rule that is not met, once while it lasts (L-28).

    The day that counts is the one on which the Company learnt of it, whenever it had begun.
    """
    lost = {(provision, of): says for provision, of, says in broken(composition)}
    if not lost:
        return
    for (provision, of), first in first_days(lost, composition.day).items():
        source = of[0].objects.get(pk=of[1]) if of else Company.current()
        told = Filing.objects.filter(item=Item.NOTICE, source=source.pk, event_on__gte=first)
        if told.filter(occurrence__startswith=f"{provision} ").exists():
            continue
        open_filing(
            Item.NOTICE,
            about=lost[provision, of],
            source=source,
            occurrence=f"{provision} {composition.day.isoformat()}",
            event_on=composition.day,
            on=composition.day,
        )
        # Whoever was told that a cure period runs is not told twice.
        body = source.committee_id if of and of[0] is Seat else source.pk if of else None
        if not CureCase.objects.filter(committee=body, state__in=RUNNING).exists():
            mail.tell_of_breach(provision, of and source, on=composition.day)


def first_days(lost, day):
    """Since when each of these has been lost without a break, as far back as a cure reaches."""
    first, lasting = dict.fromkeys(lost, day), set(lost)
    reach = day - WINDOW
    for at in reversed([reach, *days_of_change(reach, day)]):
        lasting &= {(provision, of) for provision, of, _ in broken(compose(at))}
        if not lasting:
            break
        first.update(dict.fromkeys(lasting, at))
    return first


def open_case(loss, rule, committee, on):
    """A rule was lost by one event: tell the Board and the General Counsel (NT-CURE)."""
    case = CureCase(
        rule=rule,
        committee_id=committee,
        event=loss.event,
        person_id=loss.person,
        event_on=loss.on,
        notice_due_on=exchange_notice_due(loss.on),
    )
    begin(case, "open", by=SYSTEM, at=moment(on))
    reckon(case, loss, on)
    mail.tell_of_cure(mail.CURE_OPENED, case, on=on)


def bring_up_to_date(case, told, on):
    """The rule is met again, cannot be cured any more, or its deadline is another one."""
    loss = told[0] if told else None
    if loss is None or (loss.cured_on and loss.cured_on <= on):
        ended = loss.cured_on if loss else on
        advance(case, "cure", by=SYSTEM, at=moment(on), ended_on=ended)
        mail.tell_of_cure(mail.CURE_ENDED, case, on=on)
    elif loss.void_on and loss.void_on <= on:
        advance(case, "void", by=SYSTEM, at=moment(on), ended_on=loss.void_on)
        mail.tell_of_cure(mail.CURE_ENDED, case, on=on)
    else:
        last = case.deadlines.order_by("number").last()
        if last and last.deadline < on:
            ended = last.deadline + timedelta(days=1)
            advance(case, "expire", by=SYSTEM, at=moment(on), ended_on=ended)
            mail.tell_of_cure(mail.CURE_ENDED, case, on=on)
        else:
            reckon(case, loss, on)


def reckon(case, loss, on):
    """Keep the deadline as it is reckoned now, if it is not the one that was kept last."""
    told = clock_of(loss, Rule(case.rule))
    last = case.deadlines.order_by("number").last()
    if last and (last.deadline, last.provisional) == (told.deadline, told.provisional):
        return
    CureDeadline.objects.create(
        case=case,
        number=last.number + 1 if last else 1,
        reckoned_on=on,
        annual_meeting=told.annual,
        later=told.later,
        year=told.year,
        deadline=told.deadline,
        provisional=told.provisional,
    )


def moment(day):
    """An instant of the day, where the company is."""
    return datetime.combine(day, time(12), tzinfo=Company.current().zone)


@transaction.atomic
def say_control(case, *, beyond_control, by, at):
    """Whether a loss was beyond the director's reasonable control: only then is there a cure.

    Raises Refused for anybody but the General Counsel and the Secretary, and of a vacancy.
    """
    on = Company.current().day_of(at)
    locked = CureCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    may = next(move.may for move in CureCase.MOVES if move.name == "notify")
    if not may(by, locked, on):
        raise Refused("The General Counsel or the Corporate Secretary says so.", "L-20")
    if locked.event == "vacancy":
        raise Refused("Of a vacancy it is not asked why it came about.", provision="L-20")
    locked.beyond_control = beyond_control
    locked.save(update_fields=["beyond_control"])
    return locked


def notify_exchange(case, *, by, at):
    """The exchange has been told that a rule is not met (L-28)."""
    return advance(case, "notify", by=by, at=at, notified_on=Company.current().day_of(at))
