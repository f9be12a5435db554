"""A fiscal year of the Board as the record has it, read in a few questions for any instant."""

from collections import defaultdict
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, TruncDate

from governance.board.examining import start_of
from governance.board.models import Designation, Role
from governance.meetings.cadence import (
    UNPLANNED_SOON,
    BoardMeeting,
    BoardYear,
    Quarter,
    Session,
    Stretch,
)
from governance.meetings.models import (
    AgendaItem,
    Attendance,
    Consultation,
    Discussion,
    ExecutiveSession,
    Meeting,
    MeetingKind,
    Mode,
)
from governance.meetings.moves import MeetingState
from governance.records.models import Company, Entry, FiscalQuarter, FiscalYear

TOLD = ("create", "reschedule", "notice", "cancel", "record_no_quorum")
BEFORE = (MeetingState.DRAFT, MeetingState.SCHEDULED, MeetingState.NOTICED)
CALLED_OFF = ("cancel", "record_no_quorum")


def fiscal_year_of(day):
    """The stored fiscal year, with its quarters, that holds the day; or None (C2)."""
    whole = FiscalYear.objects.filter(quarters__isnull=False).distinct()
    return whole.filter(start__lte=day, end__gte=day).first()


def by_day(zone):
    """Meetings of the Board with the day on which they were convened, or are set for."""
    on_day = TruncDate(Coalesce("convened_at", "starts_at"), tzinfo=zone)
    return Meeting.objects.filter(committee=None).annotate(day=on_day)


def unplanned_on(day, zone):
    """The quarter that runs that day, when no meeting was held in it and no regular one is planned
    (G-MTG-01).

    What is planned counts even while it is a draft that the reader may not open.
    """
    in_it = by_day(zone).filter(day__gte=OuterRef("start"), day__lte=OuterRef("end"))
    ahead = in_it.filter(kind=MeetingKind.REGULAR, state__in=BEFORE, day__gte=day)
    running = FiscalQuarter.objects.filter(start__lte=day, end__gte=day)
    return running.exclude(Exists(in_it.held())).exclude(Exists(ahead))


def unplanned(user, zone):
    """The same for the reader's day, once the quarter is due."""
    return unplanned_on(user.today, zone).filter(end__lte=user.today + UNPLANNED_SOON)


def missed_on(day, zone):
    """The latest quarter that went by without a meeting, until the Board meets again (G-MTG-01).

    A company that has only begun to keep its record here has missed nothing.
    """
    held = by_day(zone).held()
    since = held.filter(day__gte=OuterRef("start"), day__lte=day)
    before = held.filter(day__lt=OuterRef("start"))
    over = FiscalQuarter.objects.filter(Exists(before), ~Exists(since), end__lt=day)
    return over.order_by("-end")[:1]


def read_year(fiscal_year, sessions):
    """The year with its Board meetings and those of `sessions` that belong to it.

    `sessions` come through their own door: whoever may not know of them hands over none.
    """
    company = Company.current()
    quarters = fiscal_year.quarters.order_by("start")
    rows = list(of_the_year(fiscal_year))
    keys = [row.pk for row in rows]
    known = read_sessions(sessions, fiscal_year, keys, company)
    hours, ended, published = read_hours(rows)
    tags, present, consulted = read_tags(keys), read_presence(keys), read_consultations(keys)
    return BoardYear(
        label=fiscal_year.label,
        start=fiscal_year.start,
        end=fiscal_year.end,
        quarters=tuple(Quarter(one.number, one.start, one.end) for one in quarters),
        zone=company.zone,
        sessions=tuple(session for _, session in known),
        meetings=tuple(
            BoardMeeting(
                key=row.pk,
                name=row.name,
                kind=row.kind,
                hours=hours[row.pk],
                called_off_at=ended.get(row.pk),
                convened_at=row.convened_at,
                adjourned_at=row.adjourned_at,
                vacancy_only=row.vacancy_only,
                next_opened_at=row.next_opened_at,
                published_at=published.get(row.pk),
                consulted_at=tuple(consulted[row.pk]),
                tags=frozenset(tags[row.pk]),
                present=tuple(present[row.pk]),
                sessions=tuple(session for key, session in known if key == row.pk),
            )
            for row in rows
        ),
    )


def of_the_year(fiscal_year):
    """Board meetings that were ever set for a day of the year, or came to order on one."""
    since, until = start_of(fiscal_year.start), start_of(fiscal_year.end + timedelta(days=1))
    set_for = Q(events__starts_at__gte=since, events__starts_at__lt=until)
    held = Q(events__convened_at__gte=since, events__convened_at__lt=until)
    following = Meeting.objects.held().filter(
        committee=None, kind=MeetingKind.REGULAR, convened_at__gt=OuterRef("convened_at")
    )
    opened = Subquery(following.order_by("convened_at").values("convened_at")[:1])
    meetings = Meeting.objects.filter(set_for | held, committee=None)
    return meetings.annotate(next_opened_at=opened).order_by("starts_at").distinct()


def read_hours(rows):
    """Since when each meeting was set for which hour; when it was called off; and when its agenda
    was first published, with its notice."""
    moved, ended, published, versions = defaultdict(list), {}, {}, defaultdict(list)
    keys = [row.pk for row in rows]
    entries = Entry.objects.filter(subject_label=Meeting._meta.label_lower, subject_id__in=keys)
    for entry in entries.filter(move__in=TOLD).order_by("number"):
        if entry.move in CALLED_OFF:
            ended[entry.subject_id] = entry.at
        elif entry.move == "notice":
            published.setdefault(entry.subject_id, entry.at)
        else:
            moved[entry.subject_id].append(entry)
    written = Meeting.objects.filter(pk__in=keys).order_by("events__pgh_id")
    for key, *version in written.values_list("pk", "events__pgh_created_at", "events__starts_at"):
        versions[key].append(version)
    return {key: hours_of(moved[key], versions[key]) for key in keys}, ended, published


def hours_of(entries, versions):
    """Each hour that a meeting was set for, with the instant from which it was.

    History has the hours, and the record says when they were given; of a draft, which is amended
    without an entry, history says that too.
    """
    given_at = {}
    for entry in entries:
        written = [n for n, (at, _) in enumerate(versions) if at <= entry.recorded_at]
        given_at[written[-1]] = entry.at
    told = [(entries[0].at, versions[0][1])]
    for number, (written_at, starts_at) in enumerate(versions):
        if starts_at != told[-1][1]:
            told.append((given_at.get(number, written_at), starts_at))
    return tuple(told)


def read_tags(keys):
    """What the items of each meeting cover: those taken up, where the record says which were."""
    taken_up = Exists(Discussion.objects.filter(item=OuterRef("pk")).order_by())
    items = AgendaItem.objects.filter(meeting__in=keys).annotate(taken_up=taken_up)
    rows = list(items.values_list("meeting", "taken_up", "tags"))
    told = {meeting for meeting, was_taken_up, _ in rows if was_taken_up}
    found = defaultdict(list)
    for meeting, was_taken_up, tags in rows:
        if was_taken_up or meeting not in told:
            found[meeting] += tags
    return found


def read_consultations(keys):
    """When directors were consulted on the agenda of each meeting."""
    found = defaultdict(list)
    rows = Consultation.objects.filter(meeting__in=keys)
    for meeting, at in rows.values_list("meeting", "at"):
        found[meeting].append(at)
    return found


def read_presence(keys):
    """Who was present at each meeting, and how (C8)."""
    found = defaultdict(list)
    for row in Attendance.objects.counted().filter(meeting__in=keys):
        by_line = row.mode != Mode.IN_PERSON
        found[row.meeting_id].append(Stretch(row.person_id, row.since, row.until, by_line))
    return found


def read_sessions(sessions, fiscal_year, keys, company):
    """Those after the year's meetings, and those held in the year; with the key of the meeting."""
    since, until = start_of(fiscal_year.start), start_of(fiscal_year.end + timedelta(days=1))
    of_it = Q(meeting__in=keys) | Q(opened_at__gte=since, opened_at__lt=until)
    rows = sessions.filter(of_it).prefetch_related("attendances", "presiding_intervals", "ballots")
    rows = list(rows.order_by("starts_at"))
    if not rows:
        return []
    waived = Entry.objects.filter(
        subject_label=ExecutiveSession._meta.label_lower,
        subject_id__in=[row.pk for row in rows],
        move="waive",
    )
    waived_at = dict(waived.values_list("subject_id", "at"))
    leads = list(Designation.objects.filter(role=Role.LEAD))
    return [
        (
            row.meeting_id,
            Session(
                key=row.pk,
                kind=row.kind,
                opened_at=row.opened_at,
                closed_at=row.closed_at,
                result=row.result,
                settled_on=row.settled_on,
                waived_at=waived_at.get(row.pk),
                present=stretches(row.attendances),
                presided=stretches(row.presiding_intervals),
                ballots=last_round(row.ballots.all()),
                lead=row.opened_at and lead_on(company.day_of(row.opened_at), leads),
            ),
        )
        for row in rows
    ]


def stretches(rows):
    rows = sorted(rows.all(), key=lambda one: one.since)
    return tuple(Stretch(row.person_id, row.since, row.until) for row in rows)


def last_round(ballots):
    """Who chose whom in the round that counted."""
    latest = max((one.round for one in ballots), default=0)
    return tuple((one.elector_id, one.candidate_id) for one in ballots if one.round == latest)


def lead_on(day, leads):
    """Whoever was Lead Independent Director that day, or None."""
    return next(
        (
            row.person_id
            for row in leads
            if row.since <= day and (row.until is None or day < row.until)
        ),
        None,
    )
