"""What is done with committees: they are formed, chartered, given work, and directors sit there."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery

from governance.board.bars import counts_as_family, prepared_statements
from governance.board.models import Directorship, Fact, FactKind, Independence, Standard
from governance.committees import mail
from governance.committees.charters import (
    ASSIGNED,
    LITERACY,
    NOT_DELEGABLE,
    SOPHISTICATION,
    Attestation,
    Charter,
    CharterReview,
    CharterState,
    Criterion,
    Delegation,
    Function,
    Section,
)
from governance.committees.composition import REQUIRED, STANDING
from governance.committees.models import BoardException, Committee, Kind, Seat
from governance.people.models import EMPLOYED_OFFICES, Appointment
from governance.people.operations import amend_standing, enter_standing, is_secretary, save_standing
from governance.records.acts import check_act
from governance.records.models import Company
from governance.records.moves import SYSTEM, advance, begin
from governance.refusals import Refused
from governance.words import said_long_day

COUNT = (Independence.YES, Independence.STALE)
# An exceptional seat needs a committee of so many (L-17).
EXCEPTIONAL_SIZE = 3


def day_of(at):
    return Company.current().day_of(at)


# --- Committees ------------------------------------------------------------------------------


def form_committee(*, kind, name, since, until=None, mandate="", act=None, by, on):
    """The Board forms a committee; a further one by an act, with a mandate (G-COM-01, G-COM-04).

    Of a further committee nothing else is asked: neither independence nor a charter (Z-20).
    """
    if kind == Kind.FURTHER:
        if not mandate.strip():
            raise Refused("Say what the committee is formed for.", provision="G-COM-04")
        check_act(act, of=None, on=since, what="Forming a committee", provision="G-COM-04")
    row = Committee(kind=kind, name=name, since=since, until=until, mandate=mandate, act=act)
    return enter_standing(row, by=by, on=on, provision="G-COM-04")


def amend_committee(row, *, by, on, **facts):
    """A committee is renamed, or ends; the three standing ones do not (G-COM-01)."""
    if row.kind in STANDING and facts.get("until"):
        raise Refused(
            f"The guidelines ask for the {row.name}: it cannot be dissolved.", provision="G-COM-01"
        )
    return amend_standing(row, by=by, on=on, provision="G-COM-04", **facts)


# --- Seats -----------------------------------------------------------------------------------


@transaction.atomic
def seat_member(
    *,
    committee,
    person,
    since,
    until=None,
    chairs=False,
    financial_expert=False,
    exceptional_by=None,
    by,
    on,
):
    """A director takes a seat on a committee, perhaps its chair (G-COM-02, G-COM-03, L-15, L-22).

    Raises Refused for whoever is not a director that day and, on the three standing committees, not
    independent under a standard of theirs, unless the Board has seated them under exceptional and
    limited circumstances (`exceptional_by`, L-17).
    """
    row = Seat(
        committee=committee,
        person=person,
        chairs=chairs,
        financial_expert=financial_expert,
        exceptional_by=exceptional_by,
        since=since,
        until=until,
    )
    check_may_sit(row)
    return enter_standing(row, by=by, on=on, provision="G-COM-03")


@transaction.atomic
def amend_seat(row, *, by, on, **facts):
    """A member leaves, or the days were entered wrongly (G-COM-03).

    Raises Refused for a seat that would outlast the directorship (L-39).
    """
    if facts.get("until"):
        check_ends_in_office(row.person, facts.get("since", row.since), facts["until"])
    if "since" in facts and facts["since"] != Seat.objects.get(pk=row.pk).since:
        row.since = facts["since"]
        check_may_sit(row)
    return amend_standing(row, by=by, on=on, provision="G-COM-03", **facts)


def check_ends_in_office(person, since, until):
    """A seat ends with the directorship at the latest."""
    served = Directorship.objects.on(since).filter(person=person).first()
    if served and served.until and served.until < until:
        last = said_long_day(served.until - timedelta(days=1))
        raise Refused(f"{person} was a director until {last}: no seat lasts longer.", "G-COM-03")


def check_may_sit(seat):
    """Who may take this seat on its first day."""
    day, person, kind = seat.since, seat.person, seat.committee.kind
    if not Directorship.objects.on(day).filter(person=person).exists():
        raise Refused(f"{person} is not a director on that day.", "G-COM-02")
    if kind not in STANDING:
        return
    for standard in REQUIRED[Kind(kind)]:
        worth = Directorship.objects.on(day).with_independence(day, standard).get(person=person)
        if worth.independence in COUNT:
            continue
        if seat.exceptional_by is None or standard == Standard.AUDIT:
            told = Independence(worth.independence).label
            raise Refused(
                f"{person} is {told} under the {Standard(standard).label} standard on "
                f"{said_long_day(day)}, and members of this committee have to be independent.",
                provision="G-COM-02",
            )
        check_exceptional(seat)
    if kind == Kind.AUDIT and (fact := prepared_statements(person, day)):
        raise Refused(
            f"{person} took part in preparing the Company's financial statements (from "
            f"{said_long_day(fact.since)}): no seat on the Audit Committee for three years.",
            provision="L-15",
        )


def check_exceptional(seat):
    """One member who is not independent, for two years at most (L-17)."""
    day, person = seat.since, seat.person
    check_act(seat.exceptional_by, of=None, on=day, what="An exceptional seat", provision="L-17")
    others = Seat.objects.on(day).filter(committee=seat.committee).exclude(person=person)
    if others.count() + 1 < EXCEPTIONAL_SIZE:
        raise Refused("An exceptional seat needs a committee of three.", provision="L-17")
    if others.filter(exceptional_by__isnull=False).exists():
        raise Refused("One member at a time sits exceptionally.", provision="L-17")
    held = Appointment.objects.on(day).filter(person=person, office__in=EMPLOYED_OFFICES)
    family = (
        Fact.objects.confirmed()
        .filter(
            person=person,
            kind=FactKind.EMPLOYMENT,
            executive=True,
            relative__isnull=False,
            since__lte=day,
        )
        .filter(Q(until=None) | Q(until__gt=day))
    )
    if held.exists() or any(map(counts_as_family, family.select_related("relative"))):
        raise Refused(
            "An officer or employee, or a family member of an Executive Officer, is not seated "
            "exceptionally.",
            provision="L-17",
        )
    if seat.chairs and seat.committee.kind == Kind.AUDIT:
        raise Refused("Whoever sits exceptionally does not chair the Audit Committee.", "L-17")


@transaction.atomic
def except_from(*, provision, committee, act, reason, since, until, by, on):
    """The Board excepts a committee from a provision of its guidelines, until a day (C14).

    Raises Refused without an act of the Board that names the provision, a reason and an end.
    """
    if committee.kind not in STANDING:
        raise Refused("Of a further committee nothing is asked to except it from.", "C14")
    check_act(act, of=None, on=since, what="An exception", provision="C14")
    if provision not in act.text:
        raise Refused(
            f"The act of {said_long_day(act.day)} does not name {provision}: an exception is "
            "granted by an act that does.",
            provision="C14",
        )
    if not reason.strip():
        raise Refused("Say why the Board made the exception.", provision="C14")
    if until is None:
        raise Refused("An exception ends on a day: say which.", provision="C14")
    row = BoardException(
        provision=provision,
        committee=committee,
        act=act,
        reason=reason.strip(),
        since=since,
        until=until,
    )
    return enter_standing(row, by=by, on=on, provision="C14")


def amend_exception(row, *, by, on, **facts):
    """An exception ends sooner, or its days were entered wrongly (C14)."""
    return amend_standing(row, by=by, on=on, provision="C14", **facts)


def end_seats(on):
    """Whoever has left the Board has left its committees, from the same day (L-39)."""
    sits = Directorship.objects.on(on).filter(person=OuterRef("person")).order_by()
    left = Directorship.objects.filter(person=OuterRef("person"), until__lte=on)
    last = Subquery(left.order_by("-until").values("until")[:1])
    lasts = Q(until=None) | Q(until__gt=F("left_on"))
    seats = Seat.objects.filter(~Exists(sits)).annotate(left_on=last).filter(lasts)
    for seat in seats:
        if seat.left_on and seat.left_on > seat.since:
            seat.until = seat.left_on
            seat.save(update_fields=["until"])


@transaction.atomic
def attest(*, seat, code, holds, found_on, by, on):
    """Write down whether a member meets a criterion of the charter or of law (G-COM-03, L-15)."""
    if not is_secretary(by, on):
        raise Refused("The Corporate Secretary keeps the record.", code="not_yours")
    if code not in criteria_of(seat.committee, found_on):
        raise Refused(f"No criterion of this committee is called “{code}”.", provision="G-COM-03")
    if found_on > on or found_on < seat.since:
        raise Refused("A criterion is attested while the member sits, up to today.", "G-COM-03")
    row = Attestation(seat=seat, code=code, holds=holds, found_on=found_on)
    return save_standing(row, "G-COM-03", force_insert=True)


def criteria_of(committee, day):
    """What is asked of members that day, by code: the charter's criteria and the law's."""
    charter = Charter.objects.in_force(day).filter(committee=committee).first()
    attested = charter.criteria.filter(computed="") if charter else ()
    asked = {one.code: one.text for one in attested}
    if committee.kind == Kind.AUDIT:
        asked[LITERACY] = "Can read and understand fundamental financial statements."
        asked[SOPHISTICATION] = "Has financial sophistication, by employment or certification."
    return asked


# --- Charters --------------------------------------------------------------------------------


@transaction.atomic
def draft_charter(*, committee, version, by, at):
    """Begin another version of a committee's charter, and tell its members (M-13, NT-CHA)."""
    version = version.strip()
    if not version:
        raise Refused("Say what the version is called: a year, say.", provision="M-13")
    if Charter.objects.filter(committee=committee, version=version).exists():
        raise Refused(f"There is a version {version} of this charter.", provision="M-13")
    charter = begin(Charter(committee=committee, version=version), "draft", by=by, at=at)
    mail.tell_of_draft(charter, on=day_of(at), by=by)
    return charter


def check_is_draft(charter):
    if charter.adopted_by_id:
        raise Refused("What the Board adopted is not changed: write another version.", "M-13")


@transaction.atomic
def write_section(charter, *, title, text, tag="", by, at):
    """Add a section to a draft (G-CHA-02)."""
    check_is_draft(charter)
    if not title.strip() or not text.strip():
        raise Refused("A section has a title and a text.", provision="G-CHA-02")
    position = charter.sections.count() + 1
    return Section.objects.create(
        charter=charter, position=position, title=title.strip(), text=text, tag=tag
    )


@transaction.atomic
def ask_of_members(charter, *, code, text, computed="", by, at):
    """Add a criterion for members to a draft; the record answers some by itself (G-COM-03)."""
    check_is_draft(charter)
    row = Criterion(charter=charter, code=code, text=text, computed=computed)
    return save_standing(row, "G-COM-03", force_insert=True)


def recommend_charter(charter, *, act, by, at):
    """Enter the committee's recommendation; it puts nothing in force (G-GOV-03)."""
    check_act(
        act,
        of=charter.committee_id,
        on=day_of(at),
        what="A recommendation",
        provision="M-13",
    )
    return advance(charter, "recommend", by=by, at=at, recommended_by=act)


def put_charter_before_board(charter, *, by, at):
    """The Board looks at the draft (M-13)."""
    return advance(charter, "put_before_board", by=by, at=at)


@transaction.atomic
def adopt_charter(charter, *, act, by, at):
    """Enter the Board's adoption: a charter needs an act of the Board (G-CHA-01, G-GOV-03)."""
    check_act(act, of=None, on=day_of(at), what="A charter", provision="G-CHA-01")
    advance(charter, "adopt", by=by, at=at, adopted_by=act)
    mail.tell_of_adoption(charter, on=day_of(at), by=by)
    return charter


@transaction.atomic
def put_charter_in_force(charter, *, since, by, at):
    """The version holds from a day on, and the one before it no longer (G-CHA-01, G-CHA-02)."""
    if since > day_of(at):
        raise Refused("A charter is put in force on its day, or for an earlier one.", "M-13")
    if charter.adopted_by and since < charter.adopted_by.day:
        raise Refused(
            f"The Board adopted it on {said_long_day(charter.adopted_by.day)}; "
            "it cannot be in force before.",
            provision="G-CHA-01",
        )
    before = Charter.objects.filter(committee=charter.committee, state=CharterState.IN_FORCE)
    for earlier in before.exclude(pk=charter.pk):
        if since <= earlier.since:
            raise Refused(
                f"Version {earlier.version} is in force from {said_long_day(earlier.since)}; "
                "the next begins later.",
                provision="G-CHA-01",
            )
        advance(earlier, "supersede", by=SYSTEM, at=at, until=since)
    advance(charter, "put_in_force", by=by, at=at, since=since)
    if charter.criteria.filter(computed="").exists():
        mail.tell_of_criteria(charter, on=day_of(at), by=by)
    return charter


def retire_charter(charter, *, until, by, at):
    """A further committee's charter ends; one of the three only with a successor (M-13)."""
    if charter.committee.kind in STANDING:
        raise Refused(
            "The charter of a standing committee ends when its next version is in force.",
            provision="G-CHA-01",
        )
    return advance(charter, "retire", by=by, at=at, until=until)


def review_charter(charter, *, reviewed_on, change_needed=False, by, on):
    """The committee has looked whether its charter is still adequate (L-14, L-21)."""
    if not is_secretary(by, on):
        raise Refused("The Corporate Secretary keeps the record.", code="not_yours")
    if reviewed_on > on:
        raise Refused("A review is entered once it was made.", provision="G-CHA-01")
    if charter.since is None or reviewed_on < charter.since:
        raise Refused("A charter is reviewed once it is in force.", provision="G-CHA-01")
    row = CharterReview(charter=charter, reviewed_on=reviewed_on, change_needed=change_needed)
    return save_standing(row, "G-CHA-01", force_insert=True)


# --- Delegations -----------------------------------------------------------------------------


@transaction.atomic
def delegate(*, committee, function, scope, act, since, until=None, limits="", by, on):
    """The Board hands a function to a committee, as far as the law lets it (G-COM-05, L-40).

    Raises Refused with the code `nondelegable` for what the law leaves to the Board.
    """
    words = Function(function).label
    if function in NOT_DELEGABLE:
        raise Refused(
            f"“{words}” cannot be delegated: the law leaves it to the Board. A committee may study "
            "it and report.",
            provision="L-40",
            code="nondelegable",
        )
    kind = ASSIGNED.get(Function(function))
    if kind and committee.kind != kind:
        raise Refused(
            f"The guidelines give “{words}” to the {Kind(kind).label} Committee.",
            provision="G-COM-05",
        )
    check_act(act, of=None, on=since, what="A delegation", provision="G-COM-05")
    if not scope.strip():
        raise Refused("Say what the committee may decide.", provision="G-COM-05")
    row = Delegation(
        committee=committee,
        function=function,
        scope=scope,
        limits=limits,
        act=act,
        since=since,
        until=until,
    )
    return enter_standing(row, by=by, on=on, provision="G-COM-05")


def amend_delegation(row, *, by, on, **facts):
    """A delegation ends (G-COM-05)."""
    return amend_standing(row, by=by, on=on, provision="G-COM-05", **facts)
