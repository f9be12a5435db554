"""The facts of a meeting as sentences, from the locked record and from nowhere else (M-05).

Who came by which mode, when somebody joined, left and came back, who presided, whether a quorum was
there and when it was not, recesses, guests, interests declared, requests and what became of them,
each vote with its result, and the actions it left to somebody. Hours are the company's.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from itertools import groupby

from django.utils import timezone

from governance.board.models import Designation, Role
from governance.decisions.models import Motion
from governance.decisions.moves import DECIDED, MotionState
from governance.decisions.operations import tally_of
from governance.meetings.access import chair_of, presiders
from governance.meetings.action_moves import ActionState
from governance.meetings.models import AgendaRequest, Discussion, Mode
from governance.meetings.request_moves import RequestState
from governance.minutes.parts import (
    CLOSING,
    NOT_TAKEN_UP,
    OPENING,
    REQUESTS,
    Part,
    Resolution,
)
from governance.people.models import Person
from governance.records.models import Company, Entry
from governance.words import said_hour, said_long_day, said_number

# What a director did who declared an interest, by the mode of the recusal (M-03).
INTERESTED = {"left": "left the room", "stayed": "stayed, without a vote"}
# Only what was adopted may read as the word of the body.
NOT_ADOPTED = {
    MotionState.FAILED: "The following resolution was proposed and was not adopted:",
    MotionState.INQUORATE: "The following resolution was proposed and was not decided:",
}
MODES = ((Mode.IN_PERSON, "in person"), (Mode.TELEPHONE, "by telephone"), (Mode.VIDEO, "by video"))


def assemble(meeting, *, presided, words=None, papers=None):
    """The parts of the minutes, with who presided, or None where nobody is known to have.

    `words` and `papers` are what was written so far, by the key of its part.
    """
    words, papers = words or {}, papers or {}
    actions = defaultdict(list)
    # One that was dropped was replaced by another, or is not asked of anybody any more.
    left = meeting.actions.exclude(state=ActionState.DROPPED).select_related("owner")
    for action in left.order_by("due_on", "pk"):
        actions[action.item_id].append(said_action(action))
    presence = Presence(meeting)
    with timezone.override(Company.current().zone):
        parts = [
            opening(meeting, presided, presence),
            *items(meeting, actions, presence),
            *asked_for(meeting),
            closing(meeting, actions[None]),
        ]
    return [
        replace(part, words=words.get(part.key, ""), papers=papers.get(part.key, ()))
        for part in parts
    ]


def said_action(action):
    """ "Action: a quote for the lease. F, by Tuesday 11 August 2026." """
    what = action.what.strip().rstrip(".")
    return f"Action: {what}. {action.owner}, by {said_long_day(action.due_on)}."


def title_of(meeting):
    """ "Minutes of the regular meeting of the Board of Directors, Tuesday 21 July 2026"."""
    body = "Board of Directors" if meeting.committee_id is None else meeting.committee.name
    with timezone.override(Company.current().zone):
        day = said_long_day(timezone.localdate(meeting.convened_at))
    return f"Minutes of the {meeting.get_kind_display().lower()} meeting of the {body}, {day}"


# --- The opening -----------------------------------------------------------------------------


def opening(meeting, presided, presence):
    """When and where, who presided, who was there and how, and whether a quorum was."""
    facts = [called_to_order(meeting)]
    missing = []
    if presided:
        facts.append(f"{presided.name} presided{said_part(meeting, presided)}.")
    else:
        missing.append("Nobody is named as presiding.")
    facts += [*presence.who_came(), *quorum(meeting, presence), *presence.comings_and_goings()]
    facts += [*waivers(meeting), *recesses(meeting)]
    return Part(key=OPENING, heading="", facts=tuple(facts), missing=tuple(missing))


def called_to_order(meeting):
    company = Company.current()
    day, hour = said_long_day(timezone.localdate(meeting.convened_at)), said_hour
    body = "Board of Directors" if meeting.committee_id is None else meeting.committee.name
    kind = meeting.get_kind_display().lower()
    at = f" at {meeting.place}" if meeting.place else ""
    return (
        f"A {kind} meeting of the {body} of {company.name} was held on {day}{at}. It was called to "
        f"order at {hour(meeting.convened_at)} {company.zone_words} time."
    )


def found_in_the_chair(meeting):
    """Who presides by what they are and was in the room at the call to order, or None."""
    day = Company.current().day_of(meeting.convened_at)
    there = Presence(meeting).at(meeting.convened_at)
    by_rank = [*chair_of(meeting, day), *presiders(meeting, day)]
    key = next((person for person in by_rank if person in there), None)
    return key and Person.objects.get(pk=key)


def said_part(meeting, person):
    """ ", as Lead Independent Director", for whoever presides in the chair's place."""
    day = Company.current().day_of(meeting.convened_at)
    if person.pk in set(chair_of(meeting, day)):
        return ""
    leads = Designation.objects.on(day).filter(person=person, role=Role.LEAD).exists()
    return ", as Lead Independent Director" if leads and meeting.committee_id is None else ""


class Presence:
    """Who was there when, of the members of the body; a blink between two intervals is none."""

    def __init__(self, meeting):
        self.meeting = meeting
        day = Company.current().day_of(meeting.convened_at)
        self.members = list(meeting.members(day).order_by("family_name", "given_name"))
        rows = meeting.attendances.counted().order_by("since")
        rows = [row for row in rows if self.lasts(row, row.since)]
        self.came = {row.person_id for row in rows}
        keys = {one.pk for one in self.members}
        self.intervals = defaultdict(list)
        for row in rows:
            if row.person_id in keys:
                self.intervals[row.person_id].append(row)

    def lasts(self, row, instant):
        """Whoever was there until the end was there at its instant, too."""
        until_the_end = row.until in (None, self.meeting.adjourned_at)
        return row.since <= instant and (until_the_end or instant < row.until)

    def at(self, instant):
        """Keys of the members who were there at the instant (C8)."""
        return {
            person
            for person, rows in self.intervals.items()
            if any(self.lasts(row, instant) for row in rows)
        }

    def who_came(self):
        """ "Present in person: A, B. By telephone: C. All could hear one another. Absent: D."

        At the call to order; who joined later is told among the comings and goings.
        """
        begun = self.meeting.convened_at
        rows = [row for rows in self.intervals.values() for row in rows]
        first = {row.person_id: row.mode for row in rows if self.lasts(row, begun)}
        told = []
        for mode, how in MODES:
            names = [one.name for one in self.members if first.get(one.pk) == mode]
            if names:
                told.append(f"Present {how}: {', '.join(names)}.")
        if any(row.mode != Mode.IN_PERSON for row in rows):
            told.append("Everybody who took part could hear everybody else.")
        absent = [one.name for one in self.members if one.pk not in self.came]
        if absent:
            told.append(f"Absent: {', '.join(absent)}.")
        return told

    def comings_and_goings(self):
        """Whoever joined after the call to order, left before the end, or came back."""
        begun, ended = self.meeting.convened_at, self.meeting.adjourned_at
        names = {one.pk: one.name for one in self.members}
        told = []
        for person, rows in self.intervals.items():
            for number, row in enumerate(rows):
                before = rows[number - 1] if number else None
                seamless = before is not None and before.until == row.since
                verb = ("went on" if seamless else "returned") if before else "joined"
                same = before is not None and before.mode == row.mode
                if row.since > begun and not (seamless and same):
                    how = "" if same else f" {dict(MODES)[row.mode]}"
                    told.append((row.since, f"{names[person]} {verb}{how}"))
                after = rows[number + 1] if number + 1 < len(rows) else None
                if row.until and row.until < ended and not (after and after.since == row.until):
                    told.append((row.until, f"{names[person]} left"))
        told.sort(key=lambda one: one[0])
        return [f"{says} at {said_hour(at)}." for at, says in told]


def quorum(meeting, presence):
    """The quorum at the call to order, and every time at which there was none (L-37, L-41)."""
    at = meeting.convened_at
    needed, total, _ = meeting.quorum_needed(Company.current().day_of(at))
    there = len(presence.at(at))
    whole = "authorised seats" if meeting.committee_id is None else "members"
    if there < needed:
        return [f"{there} of {total} {whole} were filled by members present; no quorum was there."]
    gaps = without_quorum(meeting, presence, needed)
    throughout = "" if gaps else " throughout"
    told = [
        f"A quorum was present{throughout}: {needed} of {total} {whole} are needed, and "
        f"{said_number(there)} {'was' if there == 1 else 'were'} present at the call to order."
    ]
    for since, until in gaps:
        told.append(f"No quorum was present {said_span(since, until)}.")
    return told


def said_span(since, until):
    """ "from 14:25 to 14:40"; what began and ended within one minute has no hours of its own."""
    if until - since < timedelta(minutes=1) and said_hour(since) == said_hour(until):
        return f"for less than a minute at {said_hour(since)}"
    return f"from {said_hour(since)} to {said_hour(until)}"


def without_quorum(meeting, presence, needed):
    """The times, from one instant to another, in which fewer than a quorum were there."""
    begun, ended = meeting.convened_at, meeting.adjourned_at
    rows = [row for rows in presence.intervals.values() for row in rows]
    turns = {begun, ended, *(row.since for row in rows), *(row.until for row in rows)}
    turns = sorted(turn for turn in turns if turn and begun <= turn <= ended)
    spans = [
        (since, until, len(presence.at(since)) < needed)
        for since, until in zip(turns, turns[1:], strict=False)
    ]
    found = []
    for lacking, run in groupby(spans, key=lambda span: span[2]):
        run = list(run)
        if lacking:
            found.append((run[0][0], run[-1][1]))
    return found


def waivers(meeting):
    """Who waived the notice, in writing or by attending without objection (M-01)."""
    rows = meeting.notice_waivers.filter(starts_at=meeting.starts_at).select_related("person")
    names = defaultdict(list)
    for row in rows.order_by("person__family_name", "person__given_name"):
        names[row.get_how_display()].append(row.person.name)
    return [f"Notice was waived {how} by {', '.join(who)}." for how, who in sorted(names.items())]


def recesses(meeting):
    """Each recess with its hours; one from which the meeting did not come back says so (C9)."""
    entries = Entry.objects.about(meeting).filter(move__in=("recess", "reconvene"))
    told, began = [], None
    for entry in entries.order_by("number"):
        if entry.move == "recess":
            began = entry.at
        elif began:
            told.append(f"It was in recess {said_span(began, entry.at)}.")
            began = None
    if began:
        told.append(f"It was in recess from {said_hour(began)}, and did not meet again.")
    return told


# --- The items and the end ---------------------------------------------------------------------


def items(meeting, actions, presence):
    """One part for each item, in the order in which it stood on the agenda as conducted."""
    rows = meeting.items.select_related("presenter", "request__requester").order_by("position")
    rows = rows.prefetch_related("recusals__person", "invited__person")
    motions = defaultdict(list)
    put = Motion.objects.filter(meeting=meeting).select_related("mover", "seconder")
    for motion in put.prefetch_related("declarations__person"):
        motions[motion.item_id].append(motion)
    turned_to = set(Discussion.objects.filter(item__meeting=meeting).values_list("item", flat=True))
    decided = {key for key, put in motions.items() if any(one.state in DECIDED for one in put)}
    return [
        part_of_item(
            item,
            motions[item.pk],
            actions[item.pk],
            presence,
            # A meeting of which no item is marked tells nothing of any.
            taken_up=not turned_to or item.pk in turned_to | decided,
        )
        for item in rows
    ]


def part_of_item(item, motions, actions, presence, *, taken_up):
    """An item: by whom it was asked for and presented, guests, interests, motions, actions."""
    facts = []
    asked = getattr(item, "request", None)
    if asked is not None:
        who = asked.requester.name if asked.may_be_named else "a director"
        facts.append(f"{'Taken up' if taken_up else 'On the agenda'} at the request of {who}.")
    if not taken_up:
        facts.append(NOT_TAKEN_UP)
    elif item.presenter:
        facts.append(f"Presented by {item.presenter}.")
    # Why they were invited is for readers of the agenda alone (G-ACC-04).
    guests = sorted(str(one.person) for one in item.invited.all())
    facts += [f"Invited to this item: {', '.join(guests)}."] if guests else []
    facts += [declared(one, presence) for one in item.recusals.all()]
    decided = sorted(
        (one for one in motions if one.state in DECIDED), key=lambda one: one.closed_at
    )
    for motion in motions:
        if motion.state == MotionState.WITHDRAWN:
            facts.append(f"The motion “{motion.title}” was withdrawn.")
        elif motion.state not in DECIDED:
            facts.append(f"The motion “{motion.title}” was not voted on.")
    facts += actions
    return Part(
        key=str(item.pk),
        item=str(item.pk),
        heading=f"{item.position}. {item.title}",
        facts=tuple(facts),
        resolutions=tuple(map(resolution, decided)),
    )


def declared(recusal, presence):
    """ "F declared an interest at 10:14 and left the room: an invented affiliate."

    The day is named where it is another one than the meeting's; who was absent left no room.
    """
    who, basis = recusal.person, recusal.basis.strip().rstrip(".")
    day = timezone.localdate(recusal.since)
    if recusal.person_id not in presence.came:
        return f"{who} had declared an interest on {said_long_day(day)} and was absent: {basis}."
    did = INTERESTED.get(recusal.mode, recusal.get_mode_display())
    if day != timezone.localdate(presence.meeting.convened_at):
        return f"{who} had declared an interest on {said_long_day(day)} and {did}: {basis}."
    return f"{who} declared an interest at {said_hour(recusal.since)} and {did}: {basis}."


def resolution(motion):
    """The exact words, who moved them, interests disclosed, and the arithmetic of the result."""
    seconded = f", seconded by {motion.seconder}" if motion.seconder else ""
    says = [f"Moved by {motion.mover}{seconded}."]
    if motion.version > 1:
        says.append("The words were amended before the vote.")
    says += [
        f"{one.person} disclosed an interest and took part: {one.disclosure.strip().rstrip('.')}."
        for one in motion.declarations.all()
        if one.disclosure and one.version == motion.version
    ]
    tally = tally_of(motion)
    says += filter(None, (tally.in_words, tally.safe_harbour_in_words))
    return Resolution(
        motion=str(motion.pk),
        text=motion.text,
        says=" ".join(says),
        digest=motion.digest,
        preface=NOT_ADOPTED.get(motion.state, ""),
    )


def asked_for(meeting):
    """Requests for this meeting that did not become an item, and what was answered (M-02).

    What concerns management is told to directors on its own page, and not to whoever reads minutes.
    """
    once = AgendaRequest.pgh_event_model.objects.filter(meeting=meeting)
    rows = AgendaRequest.objects.filter(pk__in=once.values("pgh_obj"), concerns_management=False)
    rows = rows.exclude(item__meeting=meeting).exclude(state=RequestState.WITHDRAWN)
    facts = [said_request(one, meeting) for one in rows.select_related("requester").order_by("pk")]
    if facts:
        yield Part(key=REQUESTS, heading="Requests for the agenda", facts=tuple(facts))


def said_request(request, meeting):
    who = request.requester.name if request.may_be_named else "A director"
    asked = f"{who} had asked for an item, “{request.title.strip().rstrip('.')}”, which"
    if request.meeting_id != meeting.pk:
        return f"{asked} was deferred to a later meeting."
    if request.state == RequestState.DECLINED:
        return f"{asked} was declined: {request.why.strip().rstrip('.')}."
    return f"{asked} was not answered before the meeting ended."


def closing(meeting, actions):
    """What it left to be done as a whole, and when it ended."""
    hour, zone = said_hour(meeting.adjourned_at), Company.current().zone_words
    overnight = timezone.localdate(meeting.adjourned_at) - timezone.localdate(meeting.convened_at)
    day = (
        f" on {said_long_day(timezone.localdate(meeting.adjourned_at))}"
        if overnight >= timedelta(days=1)
        else ""
    )
    return Part(
        key=CLOSING,
        heading="",
        facts=(*actions, f"The meeting was adjourned at {hour} {zone} time{day}."),
    )
