"""The committees on a day, one committee, and its charter: pages of the facts of several rooms."""

from collections import defaultdict

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from boardroom.board import (
    ABOUT_INDEPENDENCE,
    KIND_OF,
    as_of,
    may_know_of_independence,
)
from boardroom.forms import AsOfForm
from boardroom.independence import known_of, said_long, said_value
from clawback.access import in_the_circle, reads_restatements
from governance.committees.adequacy import Asked, has_its_charter, meets_criteria
from governance.committees.charters import LITERACY, SOPHISTICATION, WAS_IN_FORCE, Computed
from governance.committees.composition import (
    COUNT,
    REQUIRED,
    STANDING,
    committee_verdicts,
    compose,
    three_committees,
)
from governance.committees.models import Attestation, Charter, Committee, Delegation, Kind
from governance.committees.operations import criteria_of
from governance.meetings.models import AgendaItem, Meeting
from governance.records.models import FiscalYear
from governance.verdicts import said_status
from governance.words import said_day, said_hours, said_number

TITLES = {
    "G-COM-02": "Every member is independent",
    "L-15": "Three members",
    "L-22": "Two members",
    "L-25": "Its members",
    "L-16": "Financial sophistication",
    "L-17": "A seat under exceptional circumstances",
    "G-CHA-01": "A charter of its own",
    "G-COM-03": "What the charter asks of members",
}
# Of a committee's rules, what only the Board and its office may know (AC-BRD).
OF_THE_BOARD = (*ABOUT_INDEPENDENCE, "G-COM-02", "G-COM-03")


@require_safe
def committees(request):
    """The Board's committees that day, who sits on them, and when they meet next (G-COM-01)."""
    user, today = request.user, timezone.localdate()
    form = AsOfForm(request.GET, today=today)
    day = form.day
    composition = compose(day)
    knows = may_know_of_independence(user, day)
    coming = next_meetings(user) if day == today else {}
    charters = charters_of(user, day)
    page = {
        **as_of(form, today),
        "heading": committees_heading(len(composition.committees)),
        "standing": said_three(composition),
        "committees": [
            card(one, composition, knows, charters.get(one.key), coming.get(one.key), request)
            for one in composition.committees
        ],
    }
    return render(request, "committees/committees.html", page)


def said_three(composition):
    """Nothing while the three are formed; else what is missing (G-COM-01)."""
    verdict = three_committees(composition)
    return "" if verdict.is_in_order else verdict.says


def card(committee, composition, knows, charter, coming, request):
    """One committee in the list: members, its rules in a word, its charter, its next meeting."""
    today, zone = timezone.localdate(), request.company.zone_words
    broken = [
        verdict
        for verdict in committee_verdicts(committee, composition)
        if not verdict.is_in_order and (knows or verdict.provision not in OF_THE_BOARD)
    ]
    return {
        "name": committee.name,
        "url": reverse("committees:committee", args=[committee.key]),
        "says": said_members(committee.members),
        "members": [
            {
                "name": member.name,
                "url": reverse("board:director", args=[member.key]),
                "what": said_part(member),
            }
            for member in committee.members
        ],
        "checks": [
            {
                "kind": KIND_OF[one.status],
                "status": said_status(one.status),
                "says": one.says,
            }
            for one in broken
        ],
        "charter": charter and {"url": charter.get_absolute_url(), "version": charter.version},
        "next": said_next(coming, today, zone),
        **said_chair(committee),
    }


def charters_of(user, day):
    """The charter in force of each committee, by its key."""
    rows = Charter.objects.visible_to(user).in_force(day)
    return {row.committee_id: row for row in rows.select_related("committee")}


def next_meetings(user):
    """The next meeting of each committee of which the reader may know."""
    ahead = Meeting.objects.visible_to(user).ahead(timezone.now()).filter(committee__isnull=False)
    first = {}
    for meeting in ahead.order_by("committee_id", "starts_at").distinct("committee_id"):
        first[meeting.committee_id] = meeting
    return first


def said_next(meeting, today, zone):
    if meeting is None:
        return ""
    hours = said_hours(meeting.starts_at, meeting.ends_at, zone)
    return f"Meets next on {said_day(meeting.day, today)}, {hours}."


def said_members(members):
    number = said_number(len(members)).capitalize()
    return f"{number} member{'' if len(members) == 1 else 's'}"


def said_part(member):
    parts = (("chair", member.chairs), ("financial expert", member.financial_expert))
    return ", ".join(word for word, holds in parts if holds)


def said_chair(committee):
    """A standing committee without a chair says so; of a further one none is asked (G-COM-04)."""
    if committee.kind not in STANDING or any(member.chairs for member in committee.members):
        return {}
    return {"kind": "overdue", "says_too": "No chair"}


def committees_heading(number):
    if number == 0:
        return "No committee had been formed"
    return f"{said_number(number).capitalize()} committee{'' if number == 1 else 's'}"


# --- One committee ---------------------------------------------------------------------------


@require_safe
def committee(request, pk):
    """One committee: members, what is asked of them, its charter, the work of its year."""
    user, today = request.user, timezone.localdate()
    row = get_object_or_404(Committee.objects.visible_to(user), pk=pk)
    form = AsOfForm(request.GET, today=today)
    day = form.day
    composition = compose(day)
    on = next((one for one in composition.committees if one.key == row.pk), None)
    knows = may_know_of_independence(user, day)
    charter = charters_of(user, day).get(row.pk)
    members = said_members_of(user, on, composition, knows) if on else []
    page = {
        **as_of(form, today),
        "committee": row,
        "formed": said_formed(row, day),
        "members": members,
        "valued": [one for one in members if one["values"]],
        "checks": said_checks(on, composition, charter, row, knows) if on else [],
        "charter": charter,
        "reviewed": last_review(charter, day),
        "versions": versions(user, row, charter),
        "delegations": delegations(user, row, day),
        "work": work_of_year(user, row, day),
        # The same whether or not there is a case, of which nobody learns here.
        "recovers": row.kind == Kind.COMPENSATION
        and (reads_restatements(user) or in_the_circle(user)),
    }
    return render(request, "committees/committee.html", page)


def said_formed(row, day):
    if row.since > day:
        return f"Formed on {said_long(row.since)}"
    if row.until and row.until <= day:
        return f"Ended on {said_long(row.until)}"
    return row.mandate or f"A committee of the Board since {said_long(row.since)}"


def said_members_of(user, on, composition, knows):
    """The members, since when, and what the committee's standards say of them, for the Board.

    Why a value is not simply yes is told to those who may know it (AC-OWN).
    """
    known = known_of(user, [member.key for member in on.members], composition.day)
    sitting = {one.key: one for one in composition.directors}
    standards = REQUIRED[Kind(on.kind)] if knows and on.kind in STANDING else ()
    return [
        said_member(one, [said_value(sitting[one.key], standard, known) for standard in standards])
        for one in on.members
    ]


def said_member(member, values):
    return {
        "name": member.name,
        "url": reverse("board:director", args=[member.key]),
        "what": said_part(member),
        "since": said_long(member.since),
        "values": values,
    }


def said_checks(on, composition, charter, row, knows):
    """The rules of the committee on the day, each with its sentence."""
    if on.kind not in STANDING:
        return []
    day = composition.day
    told = committee_verdicts(on, composition)
    told.append(has_its_charter(on.kind, int(charter is not None), last_review(charter, day), day))
    told.append(meets_criteria(asked_of_members(on, row, charter, composition), day))
    return [
        {
            "kind": KIND_OF.get(one.status, "plain"),
            "title": TITLES.get(one.provision, ""),
            "says": one.says,
            "provision": one.provision,
            "status": said_status(one.status),
        }
        for one in told
        if knows or one.provision not in OF_THE_BOARD
    ]


def attested(row, day):
    """What was attested of each member by that day: person, criterion, day and finding."""
    rows = Attestation.objects.filter(seat__committee=row, found_on__lte=day)
    found = defaultdict(list)
    for one in rows.select_related("seat").order_by("found_on"):
        found[one.seat.person_id, one.code].append((one.found_on, one.holds))
    return found


def asked_of_members(on, row, charter, composition):
    """Each criterion of each member: since when it is asked, and what was found since.

    What was attested before a charter asked it counts for no later charter (G-COM-03).
    """
    day = composition.day
    codes = [code for code in criteria_of(row, day) if code != SOPHISTICATION]
    found = attested(row, day)
    asked = []
    for member in on.members:
        for code in codes:
            since = asked_since(member, code, charter)
            holds = [held for at, held in found[member.key, code] if at >= since]
            asked.append(Asked(since, holds[-1] if holds else None))
        for one in computed_criteria(charter):
            asked.append(Asked(member.since, answers(one, member, composition)))
    return asked


def computed_criteria(charter):
    """The criteria that the record answers by itself."""
    return [one.computed for one in charter.criteria.all() if one.computed] if charter else []


def answers(criterion, member, composition):
    """Whether the record says that a member meets a criterion on the day (G-COM-03)."""
    if criterion == Computed.EXPERT:
        return member.financial_expert
    director = next(one for one in composition.directors if one.key == member.key)
    if criterion == Computed.NOT_EMPLOYED:
        return not director.employed
    return director.value(criterion) in COUNT


def asked_since(member, code, charter):
    """What the law asks, from the first day of the seat; the charter's, once it is in force."""
    if code == LITERACY or charter is None:
        return member.since
    return max(member.since, charter.since)


def last_review(charter, day):
    """The day of the last review, or from which the charter is in force."""
    if charter is None:
        return None
    reviews = charter.reviews.filter(reviewed_on__lte=day).order_by("-reviewed_on")
    return reviews.values_list("reviewed_on", flat=True).first() or charter.since


def versions(user, row, charter):
    """The other versions of the charter, earlier and to come."""
    rows = Charter.objects.visible_to(user).filter(committee=row)
    rows = rows.exclude(pk=charter.pk) if charter else rows
    return [
        {
            "version": one.version,
            "url": one.get_absolute_url(),
            "says": one.get_state_display().lower(),
            "when": f"in force from {said_long(one.since)}" if one.since else "not in force yet",
        }
        for one in rows.order_by("-since", "-version")
    ]


def delegations(user, row, day):
    rows = Delegation.objects.visible_to(user).on(day).filter(committee=row)
    return [
        {
            "function": one.get_function_display(),
            "scope": one.scope,
            "limits": one.limits,
            "by": f"Act of the Board of {said_long(one.act.day)}",
        }
        for one in rows.select_related("act")
    ]


def work_of_year(user, row, day):
    """The meetings of the fiscal year that the reader may know of, and what each was about.

    The titles are those of items that the reader may see; whoever only knows of a meeting reads
    its day and how it stands (AC-COM).
    """
    year = FiscalYear.objects.filter(start__lte=day, end__gte=day).first()
    if year is None:
        return []
    rows = Meeting.objects.visible_to(user).filter(committee=row).exclude(state="draft")
    held = [one for one in rows.order_by("starts_at") if year.start <= one.day <= year.end]
    titles = defaultdict(list)
    items = AgendaItem.objects.visible_to(user).filter(meeting__in=held).order_by("position")
    for meeting, title in items.values_list("meeting", "title"):
        titles[meeting].append(title)
    return [
        {
            "when": f"{one.day.day} {one.day:%b %Y}",
            "what": one.name,
            "url": one.get_absolute_url(),
            "about": "; ".join(titles[one.pk]),
            "says": one.get_state_display().lower(),
        }
        for one in held
    ]


# --- A charter -------------------------------------------------------------------------------


@require_safe
def charter(request, pk):
    """A charter to read, and what changed since the version before it (G-CHA-01, G-CHA-02)."""
    user, today = request.user, timezone.localdate()
    rows = Charter.objects.visible_to(user).select_related("committee", "adopted_by")
    row = get_object_or_404(rows, pk=pk)
    others = list(rows.filter(committee=row.committee, since__isnull=False).exclude(pk=row.pk))
    other = None
    if asked := request.GET.get("against"):
        other = next((one for one in others if str(one.pk) == asked), None)
        if other is None:
            raise Http404
    page = {
        "charter": row,
        "stands": said_charter(row, today),
        "sections": list(row.sections.all()),
        "criteria": [one.text for one in row.criteria.all()],
        "others": others,
        "other": other,
        "changes": changes(other, row) if other else [],
        "was_in_force": row.state in WAS_IN_FORCE,
    }
    return render(request, "committees/charter.html", page)


def said_charter(row, today):
    """ "Adopted by the Board on 6 May 2025, in force from 7 May 2025"."""
    if row.adopted_by is None:
        return f"{row.get_state_display()}: the Board has not adopted it"
    said = f"Adopted by the Board on {said_long(row.adopted_by.day)}"
    if row.since:
        said += f", in force from {said_long(row.since)}"
    if row.until:
        said += f" until the day before {said_long(row.until)}"
    return said


def changes(before, after):
    """What was changed, added and taken out, section by section."""
    old = {one.title: one.text for one in before.sections.all()}
    new = {one.title: one.text for one in after.sections.all()}
    told = []
    for title in [*new, *(one for one in old if one not in new)]:
        if old.get(title) != new.get(title):
            what = "Added" if title not in old else "Taken out" if title not in new else "Changed"
            told.append(
                {"title": title, "what": what, "old": old.get(title), "new": new.get(title)}
            )
    return told
