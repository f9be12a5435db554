"""What the agendas of a kind of meeting start from, and drafts that are filled from it."""

from django.db import transaction

from governance.meetings.access import may_arrange
from governance.meetings.models import AgendaTemplate, MeetingKind, Tag, TemplateLine
from governance.meetings.moves import MeetingState
from governance.meetings.operations import add_item, check_may_build, day_of, lock
from governance.people.models import Appointment
from governance.refusals import Refused


def check_may_keep(template, *, by, at):
    if not may_arrange(by, template, day_of(at)):
        raise Refused("The secretary's office keeps the templates of agendas.", "G-AGD-01")


@transaction.atomic
def keep_template(*, committee, kind, by, at):
    """From now on agendas of that kind of meeting start from a template (G-AGD-01)."""
    template = AgendaTemplate(committee=committee, kind=kind)
    check_may_keep(template, by=by, at=at)
    template.save(force_insert=True)
    return template


@transaction.atomic
def write_lines(template, lines, *, by, at):
    """The template has these lines, in this order, and no others (G-AGD-01)."""
    template = AgendaTemplate.objects.select_for_update(of=("self",)).get(pk=template.pk)
    check_may_keep(template, by=by, at=at)
    template.lines.exclude(pk__in=[line.pk for line in lines]).delete()
    for position, line in enumerate(lines, start=1):
        line.template, line.position = template, position
        line.save()


def lines_for(meeting):
    """What the agenda of a meeting starts from; none: nothing is kept for such meetings.

    Where the office keeps no template, a regular Board meeting starts with the business and
    finance update (G-MTG-02).
    """
    kept = AgendaTemplate.objects.filter(committee=meeting.committee_id, kind=meeting.kind).first()
    if kept:
        return list(kept.lines.order_by("position"))
    if meeting.committee_id is None and meeting.kind == MeetingKind.REGULAR:
        tags = [Tag.BUSINESS_UPDATE, Tag.FINANCE_UPDATE]
        return [TemplateLine(title="Business and finance update", minutes=60, tags=tags)]
    return []


def holder_of(office, day):
    """Who holds an office that day, of those that one person holds; None while it is vacant."""
    held = Appointment.objects.on(day).filter(office=office).select_related("person").first()
    return held and held.person


@transaction.atomic
def fill_from_template(meeting, *, by, at):
    """A draft without items gets those of its template (G-AGD-01, G-MTG-02).

    Raises Refused once the meeting has an item or was scheduled, and where no template is kept.
    """
    locked = lock(meeting)
    check_may_build(locked, by=by, at=at)
    if locked.state != MeetingState.DRAFT or locked.items.exists():
        raise Refused(
            "Only the agenda of a draft that has no items is filled from a template.",
            provision="G-AGD-01",
            code="stale",
        )
    lines = lines_for(locked)
    if not lines:
        raise Refused(
            f"No template is kept for a {locked.kind} meeting of the {locked.body_name}.",
            provision="G-AGD-01",
        )
    for line in lines:
        add_item(
            locked,
            title=line.title,
            purpose=line.purpose,
            minutes=line.minutes,
            presenter=holder_of(line.office, day_of(locked.starts_at)),
            tags=line.tags,
            by=by,
            at=at,
        )
    return locked
