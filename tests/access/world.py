"""A board with something to keep from each of its readers, and everything that a reader can ask."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from governance.board import examining, reporting
from governance.board.models import (
    HEADINGS,
    CounselInvitation,
    Examination,
    Questionnaire,
)
from governance.board.skills import enter_skills
from governance.committees.models import Charter, Kind
from governance.committees.operations import draft_charter
from governance.decisions import consents
from governance.decisions.interests import propose_amendment
from governance.decisions.models import (
    Amendment,
    Ballot,
    ConsentSignature,
    Motion,
    WrittenConsent,
)
from governance.decisions.operations import cast_ballot, open_vote, put_before_meeting
from governance.meetings import actions, calling, guests, operations, requests, sessions, waivers
from governance.meetings.models import (
    Action,
    AgendaItem,
    AgendaRequest,
    ExecutiveSession,
    Meeting,
    NoticeWaiver,
)
from governance.minutes import operations as minutes
from governance.minutes.models import Correction, Minutes, MinutesSignature
from governance.notices.models import Notice
from governance.records.acts import record_act
from governance.records.models import Act
from tests.factories import decisions, meetings, papers, questionnaires
from tests.factories.cast import DIRECTORS, INDEPENDENT, SEATS

# What is said behind the door, in the committee, and on the item from which a director is recused.
MATTERS, COMMITTEE, WITHHELD = "canary-of-the-door", "canary-of-audit", "canary-of-the-item"
# What is written of a session, why one was waived, and what one that was called takes up.
NOTES, WAIVER = "canary-of-the-record", "canary-of-the-waiver"
CALLED, INVITED = "canary-of-the-call", ("lead_director", "director", "audit_chair")
# What the committee is asked to sign; the secretary's office reads consents of every body.
CONSENT = "canary-of-the-consent"
# What a director asks to be taken up, of which management is not told.
REQUEST = "canary-of-the-request"
OFFICE = ("secretary", "assistant_secretary", "general_counsel")
AUDIT = ("audit_chair", "audit_member", "lead_director")
RECUSED = "audit_member"
BOARD = {*DIRECTORS, *OFFICE}
PRESENTS = {"chief_financial_officer"}
# The Corporate Secretary and the Nominating and Governance Committee read what directors sign.
LOOK_INTO = {"secretary", *SEATS[Kind.NOMINATING]}
# Who knows of a request that concerns management before it is answered.
HEAR = {"director", "chair", "lead_director"}
# What a director answers: signed by one, and typed by another who has not signed yet.
SIGNED, DRAFT = "canary-of-the-answers", "canary-of-the-draft"
# What is on record about a director: in a fact, of a relative and a firm, set aside, and told.
NOTE, FAMILY, FIRM = "canary-of-the-note", "canary-of-the-family", "canary-of-the-firm"
WHY, CHANGE = "canary-of-the-reason", "canary-of-the-change"
RELATIONS = (NOTE, FAMILY, FIRM, WHY, CHANGE, "77777.77", "77,777.77")
# What minutes say of an item from which a director is recused, and a draft of the committee's.
MINUTED, DRAFTED = "canary-of-the-minutes", "canary-of-unsent-minutes"
# What is written of a director in the skills matrix.
BRINGS = "canary-of-the-matrix"
ANSWERED, ANSWERING = "director", "compensation_chair"


@dataclass
class World:
    """The rows by the names that addresses are made of."""

    cast: dict
    meeting: Meeting
    committee_meeting: Meeting
    session: ExecutiveSession
    held: ExecutiveSession
    # Called by the lead, and known to those invited.
    called: ExecutiveSession
    item: AgendaItem
    withheld: AgendaItem
    motion: Motion
    # Other words for it, which nobody took up before its vote.
    amendment: Amendment
    # Of a meeting that is called in an hour.
    waiver: NoticeWaiver
    withheld_motion: Motion
    ballot: Ballot
    signed: Questionnaire
    draft: Questionnaire
    examination: Examination
    # A draft of the audit committee's charter.
    charter: Charter
    # One of the Board, one of the audit committee, both open; and one that is a draft.
    consent: WrittenConsent
    committee_consent: WrittenConsent
    draft_consent: WrittenConsent
    # One that concerns management, and waits; and an ordinary one that was declined.
    request: AgendaRequest
    declined: AgendaRequest
    signature: ConsentSignature
    # Locked ones of the Board, with a correction; and a draft of the audit committee's.
    minutes: Minutes
    minutes_signature: MinutesSignature
    correction: Correction
    committee_minutes: Minutes
    # Left to a director, and out of the withheld item to whoever presents it.
    action: Action
    withheld_action: Action
    notes: list = field(default_factory=list)


def build(cast, now):
    """One meeting in session with an open vote, one ahead, one held with its room still open."""
    by = cast["secretary"]
    held = meetings.in_session([cast[n].person for n in INDEPENDENT], by=by, at=now)
    walled = operations.add_item(held, title="A matter of minutes", by=by, at=now)
    operations.record_recusal(
        walled, cast[RECUSED].person, mode="left", basis="An invented interest.", by=by, at=now
    )
    operations.adjourn(held, by=cast["lead_director"], at=now)
    present = [cast[n].person for n in (*INDEPENDENT, "chair", "chief_executive")]
    meeting = meetings.in_session(present, by=by, at=now, hours=47)
    item = operations.add_item(meeting, title="An ordinary matter", by=by, at=now)
    motion = decisions.put(meeting, mover=cast["director"].person, by=by, at=now, item=item)
    put_before_meeting(motion, by=cast["chair"], at=now)
    amendment = propose_amendment(motion, text="RESOLVED, anew.", by=cast["director"], at=now)
    open_vote(motion, by=cast["chair"], at=now)
    ballot = cast_ballot(
        motion,
        choice="against",
        by=cast["director"],
        at=now,
        digest=motion.digest,
        method="password",
    )
    withheld = operations.add_item(
        meeting,
        title=WITHHELD,
        presenter=cast["chief_financial_officer"].person,
        by=by,
        at=now,
    )
    withheld_motion = decisions.put(
        meeting,
        mover=cast["director"].person,
        by=by,
        at=now,
        item=withheld,
        title=f"Motion {WITHHELD}",
        text=f"RESOLVED, {WITHHELD}.",
    )
    operations.record_recusal(
        withheld, cast[RECUSED].person, mode="left", basis="An invented affiliate.", by=by, at=now
    )
    action, withheld_action = leave_actions(cast, item, withheld, now)
    soon = meetings.scheduled(by=by, at=now, kind="special", hours=1)
    waiver = waivers.waive_notice(
        soon,
        by=cast["director"],
        at=now,
        digest=waivers.digest_of(waivers.text_of(soon)),
        method="password",
    )
    signed, draft = ask_yearly_questions(cast, now)
    audit = cast["audit_chair"].person.seats.get().committee
    committee_meeting = meetings.noticed(by=by, at=now, committee=audit)
    operations.add_item(committee_meeting, title=COMMITTEE, by=by, at=now)
    meetings.noticed(by=by, at=now, hours=200)
    charter = draft_charter(committee=audit, version="Draft", by=by, at=now)
    request = requests.submit_request(
        title=REQUEST, text=REQUEST, concerns_management=True, by=cast["director"], at=now
    )
    declined = requests.submit_request(title="An invented port", by=cast["director"], at=now)
    requests.decline(declined, why="It needs a paper first.", by=cast["chair"], at=now)
    consent, committee_consent, draft_consent, signature = ask_to_consent(cast, audit, now)
    taken, minutes_signature, correction = take_minutes(cast, held, now)
    return World(
        cast=cast,
        request=request,
        declined=declined,
        consent=consent,
        committee_consent=committee_consent,
        draft_consent=draft_consent,
        signature=signature,
        minutes=taken,
        minutes_signature=minutes_signature,
        correction=correction,
        committee_minutes=draft_minutes(cast, audit, now),
        charter=charter,
        examination=signed.person.examinations.first(),
        meeting=meeting,
        committee_meeting=committee_meeting,
        session=meeting.executive_session,
        held=ExecutiveSession.objects.get(meeting=held),
        called=call_session(cast, now),
        item=item,
        withheld=withheld,
        motion=motion,
        amendment=amendment,
        waiver=waiver,
        action=action,
        withheld_action=withheld_action,
        withheld_motion=withheld_motion,
        ballot=ballot,
        signed=signed,
        draft=draft,
    )


def leave_actions(cast, item, withheld, now):
    """What a director is to do, and what whoever presents the withheld item is."""
    facts = {"due_on": now.date() + timedelta(days=20), "by": cast["secretary"], "at": now}
    owner, presenter = cast["director"].person, cast["chief_financial_officer"].person
    return (
        actions.enter_action(item.meeting, what="A quote", owner=owner, item=item, **facts),
        actions.enter_action(
            withheld.meeting, what=WITHHELD, owner=presenter, item=withheld, **facts
        ),
    )


def take_minutes(cast, held, now):
    """Locked minutes of the Board, one part of which a director may not read; and a correction."""
    by = {"by": cast["secretary"], "at": now}
    taken = minutes.draft(held, **by)
    words = {part.key: MINUTED for part in taken.current.read_parts if part.item}
    taken = minutes.write(taken, words=words, base=taken.edition, **by)
    minutes.circulate(taken, base=taken.edition, **by)
    text = f"RESOLVED, {taken.current.digest}."
    act = {"how": Act.How.MOTION, "source": uuid4(), "title": "Minutes", "text": text}
    record_act(committee=None, at=now, **act)
    signature = minutes.sign(taken, digest=taken.current.digest, method="password", **by)
    taken = Minutes.objects.get(pk=taken.pk)
    correction = minutes.propose_correction(taken, text="At noon.", reason="A slip.", **by)
    return taken, signature, correction


def draft_minutes(cast, committee, now):
    """A draft of the committee's minutes, which its chair reads and its members do not yet."""
    by = cast["secretary"]
    present = [cast[name].person for name in AUDIT]
    held = meetings.in_session(present, by=by, at=now, hours=46, committee=committee)
    operations.add_item(held, title="An audit matter", by=by, at=now)
    operations.adjourn(held, by=cast["audit_chair"], at=now)
    draft = minutes.draft(held, by=by, at=now)
    words = {part.key: DRAFTED for part in draft.current.read_parts if part.item}
    return minutes.write(draft, words=words, base=draft.edition, by=by, at=now)


def call_session(cast, now):
    """The lead calls a session of three."""
    people = [cast[name].person for name in INVITED]
    return calling.call_session(
        people, starts_at=now + timedelta(days=1), by=cast["lead_director"], at=now
    )


def ask_to_consent(cast, committee, now):
    """Consents in writing: a director has signed the Board's, nobody the committee's."""
    by = {"by": cast["secretary"], "at": now}

    def drafted(body, title):
        text = f"RESOLVED, {title}."
        return consents.draft_consent(committee=body, title=title, text=text, **by)

    board = consents.circulate(drafted(None, "An invented lease"), **by)
    audit = consents.circulate(drafted(committee, CONSENT), **by)
    signature = consents.sign(
        board, by=cast["director"], at=now, digest=board.digest, method="password"
    )
    return board, audit, drafted(None, "A second lease"), signature


def ask_yearly_questions(cast, now):
    """One director has signed, and told of a position; one is still typing."""
    asked = {"by": cast["secretary"], "at": now}
    people = [cast[name].person for name in (ANSWERED, ANSWERING)]
    examining.open_cycle(people=people, **asked)
    # Let in once, long over.
    CounselInvitation.objects.create(
        person=people[0],
        since=now.date() - timedelta(days=90),
        until=now.date() - timedelta(days=60),
        invited_by=cast["nominating_chair"],
    )
    signed, draft = (Questionnaire.objects.get(person=person) for person in people)
    questionnaires.nothing_new(signed, at=now, but=("organisations",))
    told = {
        "any": "yes",
        "position-1-who": "me",
        "position-1-organisation": SIGNED,
        "position-1-position": "director",
        "position-1-since": "2025-01-01",
    }
    questionnaires.answer(signed, "organisations", at=now, **told)
    questionnaires.sign(Questionnaire.objects.get(pk=signed.pk), at=now)
    questionnaires.answer(draft, "pay", at=now, any="no", **{"pay-remark": DRAFT})
    return signed, draft


def fill_what_is_sealed(world, now):
    """What happens behind the door: nothing of it may be seen from outside."""
    lead, director = world.cast["lead_director"], world.cast["director"]
    chair = world.cast["audit_chair"]
    for session in (world.session, world.held):
        sessions.note_matters(session, text=MATTERS, by=lead, at=now)
        papers.bring_sealed(session, MATTERS, by=lead, at=now)
    for user in (director, chair):
        sessions.enter_room(world.held, by=user, at=now)
    sessions.begin_session(world.held, by=director, at=now)
    for elector in (director, chair):
        sessions.choose_presider(world.held, chair.person, by=elector, at=now)
    world.held.refresh_from_db()
    for name, capacity in (("secretary", "secretary"), ("chief_executive", "other")):
        guest = {"person": world.cast[name].person, "by": chair, "at": now}
        guests.admit_guest(world.held, capacity=capacity, **guest)
        guests.remove_guest(world.held, **guest)
    sessions.write_record(
        world.held, notes=NOTES, outcome=NOTES, edition=world.held.edition, by=chair, at=now
    )
    sessions.close_session(world.held, by=chair, at=now)
    sessions.note_matters(world.called, text=CALLED, by=lead, at=now)
    papers.note(papers.bring_sealed(world.called, CALLED, by=lead, at=now), CALLED, by=lead)
    papers.arrive(world.called, CALLED, by=lead, at=now)
    call_session(world.cast, now)
    calling.open_early(world.session, [lead.person, director.person], by=lead, at=now)
    for name in INDEPENDENT[:4]:
        calling.waive(world.session, why=WAIVER, by=world.cast[name], at=now)


def fill_what_is_known(world, now):
    """A relationship that bars nothing, with a relative and a firm; one that was set aside."""
    by, person = world.cast["secretary"], world.cast[ANSWERED].person
    told = {"by": by, "on": now.date()}
    relative = reporting.enter_relative(person=person, name=FAMILY, link="child", **told)
    firm = reporting.enter_organisation(name=FIRM, services="legal", **told)
    known = {"person": person, "by": by, "at": now, "note": NOTE}
    fact = reporting.enter_fact(
        kind="position",
        relative=relative,
        organisation=firm,
        position="of_counsel",
        since=date(2020, 1, 1),
        **known,
    )
    paid = {"kind": "receipt", "amount": Decimal("77777.77"), "purpose": "board_service"}
    wrong = reporting.enter_fact(**paid, since=date(2021, 1, 1), **known)
    reporting.set_aside(wrong, why=WHY, by=by, at=now)
    return fact


def fill_what_was_told(world, now):
    """A change that the director tells: from then on independence is to be determined again."""
    reporting.report_change(
        person=world.cast[ANSWERED].person, text=CHANGE, by=world.cast["secretary"], at=now
    )


def fill_what_directors_bring(world, now):
    """An entry of the skills matrix: the Board's own knowledge (AC-BRD)."""
    return enter_skills(
        person=world.cast["director"].person,
        since=now.date().replace(year=now.year - 1),
        by=world.cast["secretary"],
        at=now,
        **dict.fromkeys(HEADINGS, BRINGS),
    )


# Who walks through the whole portal in every run; the others do in the long one.
ALWAYS = (
    *("director", "audit_chair", "nominating_chair", "chief_executive", "secretary"),
    *("assistant_secretary", "administrator"),
)


def by_turns(names):
    """One of each kind of reader every time, all of them in the long run."""
    return [
        name if name in ALWAYS else pytest.param(name, marks=pytest.mark.deep) for name in names
    ]


def patterns(resolver=None, before="", names=()):
    """Every address of the portal: its full name and its route."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inside = (*names, pattern.namespace) if pattern.namespace else names
            yield from patterns(pattern, route, inside)
        elif isinstance(pattern, URLPattern):
            yield ":".join([*names, pattern.name or ""]), route


TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=|"X-CSRFToken": )"[^"]+"')


def as_(world, name):
    """A visitor signed in as this one of the cast."""
    client = Client()
    client.force_login(world.cast[name])
    return client


def seen(answer):
    """What the answer says, without the token that is another one each time."""
    return TOKEN.sub(b"", answer.content)


def addresses(world):
    """The pages of the portal by name, each with the rows it can be asked for."""
    m, c, s = world.meeting, world.committee_meeting, world.session
    found = {
        "today": ["/"],
        "calendar": ["/accounts/calendar/"],
        "board:board": ["/board/"],
        "board:director": [
            f"/board/directors/{world.cast[name].person_id}/" for name in ("director", "chair")
        ],
        "board:workbench": ["/board/independence/"],
        "board:resolution": ["/board/independence/resolution/"],
        "board:skills": ["/board/skills/"],
        "board:commitments": ["/board/commitments/"],
        "board:report_change": ["/board/report-a-change/"],
        "board:questionnaire": [
            world.signed.get_absolute_url(),
            world.draft.get_absolute_url(),
            f"{world.draft.get_absolute_url()}?part=pay",
        ],
        "board:sign": [f"{world.draft.get_absolute_url()}sign/"],
        "board:receipt": [f"{world.signed.get_absolute_url()}receipt/"],
        "board:review": [
            f"{world.signed.get_absolute_url()}review/",
            f"{world.draft.get_absolute_url()}review/",
        ],
        "committees:committees": ["/committees/"],
        "committees:committee": [f"/committees/{world.committee_meeting.committee_id}/"],
        "committees:charter": [world.charter.get_absolute_url()],
        "meetings:meetings": ["/meetings/"],
        "meetings:meeting": [m.get_absolute_url(), c.get_absolute_url()],
        "meetings:entry": [f"{one.get_absolute_url()}calendar.ics" for one in (m, c)],
        "meetings:attendance": [f"{m.get_absolute_url()}attendance/"],
        "meetings:act": [f"{m.get_absolute_url()}recess/"],
        "meetings:item": [f"/meetings/items/{i.pk}/" for i in (world.item, world.withheld)],
        "meetings:tie": [
            f"/meetings/items/{i.pk}/last-time/" for i in (world.item, world.withheld)
        ],
        "meetings:recuse": [
            f"/meetings/items/{i.pk}/recuse/" for i in (world.item, world.withheld)
        ],
        "meetings:record_recusal": [f"/meetings/items/{world.item.pk}/recusals/"],
        "meetings:session": [one.get_absolute_url() for one in (s, world.held, world.called)],
        "meetings:sessions": ["/meetings/sessions/"],
        "meetings:call_session": ["/meetings/sessions/call/"],
        "meetings:session_ask": [
            *(f"{s.get_absolute_url()}ask/{name}/" for name in ("early", "waive", "remove")),
            f"{world.called.get_absolute_url()}ask/admit/",
        ],
        "decisions:decisions": ["/decisions/"],
        "decisions:motion": [
            world.motion.get_absolute_url(),
            world.withheld_motion.get_absolute_url(),
        ],
        "decisions:declare": [
            f"{one.get_absolute_url()}declare/" for one in (world.motion, world.withheld_motion)
        ],
        "decisions:prompt": [f"{world.motion.get_absolute_url()}prompt/"],
        "decisions:propose": [f"{world.motion.get_absolute_url()}amend/"],
        "decisions:amendment": [world.amendment.get_absolute_url()],
        "meetings:waive": [f"{one.get_absolute_url()}waive/" for one in (m, c)],
        "meetings:object": [f"{one.get_absolute_url()}object/" for one in (m, c)],
        "meetings:waiver": [world.waiver.get_absolute_url()],
        "decisions:conduct": [f"{world.motion.get_absolute_url()}close/"],
        "decisions:receipt": [world.ballot.get_absolute_url()],
        "decisions:put": [f"/decisions/items/{i.pk}/motion/" for i in (world.item, world.withheld)],
    }
    consent = world.consent.get_absolute_url()
    asked, declined = world.request.get_absolute_url(), world.declined.get_absolute_url()
    found |= {
        "meetings:requests": ["/meetings/requests/"],
        "meetings:ask": ["/meetings/requests/new/"],
        "meetings:plan": ["/meetings/plan/"],
        "meetings:guests": ["/meetings/guests/"],
        "meetings:invite": [
            f"/meetings/items/{i.pk}/guests/" for i in (world.item, world.withheld)
        ],
        "meetings:request": [asked, declined],
        "meetings:request_act": [f"{asked}decline/", f"{declined}withdraw/"],
    }
    action, withheld = (one.get_absolute_url() for one in (world.action, world.withheld_action))
    found |= {
        "search": ["/meetings/search/?q=canary"],
        "year": ["/meetings/year/"],
        "meetings:actions": ["/meetings/actions/"],
        "meetings:action": [action, withheld],
        "meetings:action_act": [f"{action}complete/", f"{withheld}drop/"],
        "meetings:consulted": [f"{m.get_absolute_url()}consulted/"],
        "meetings:enter_action": [f"{m.get_absolute_url()}actions/"],
    }
    found |= {
        "decisions:consent": [consent, world.committee_consent.get_absolute_url()],
        "decisions:draft_consent": ["/decisions/consents/new/"],
        "decisions:edit_consent": [f"{world.draft_consent.get_absolute_url()}edit/"],
        "decisions:sign_consent": [f"{consent}sign/"],
        "decisions:object_consent": [f"{consent}object/"],
        "decisions:consent_act": [f"{consent}withdraw/"],
        "decisions:signature": [world.signature.get_absolute_url()],
    }
    taken, draft = world.minutes.get_absolute_url(), world.committee_minutes.get_absolute_url()
    found |= {
        "minutes:draft": [f"/minutes/of/{m.pk}/"],
        "minutes:minutes": [taken, draft],
        "minutes:write": [f"{draft}write/"],
        "minutes:comment": [f"{taken}comment/"],
        "minutes:circulate": [f"{draft}circulate/"],
        "minutes:put": [f"{taken}put/"],
        "minutes:enter_approval": [f"{taken}approved/"],
        "minutes:sign": [f"{taken}sign/"],
        "minutes:correct": [f"{taken}correct/"],
        "minutes:paper": [f"{taken}paper/"],
        "minutes:put_correction": [f"/minutes/corrections/{world.correction.pk}/put/"],
        "minutes:agenda": [f"/minutes/agendas/{m.pk}/"],
        "minutes:resolution": [f"/minutes/resolutions/{world.withheld_motion.pk}/"],
        "minutes:certificate": [f"/minutes/certificates/{world.motion.pk}/"],
        "minutes:consent": [f"/minutes/consents/{world.committee_consent.pk}/"],
        "minutes:signature": [world.minutes_signature.get_absolute_url()],
    }
    found["notices:inbox"] = ["/letters/"]
    found["notices:preferences"] = ["/letters/preferences/"]
    found["letter"] = [f"/letters/{key}/" for key in Notice.objects.values_list("pk", flat=True)]
    return found


# Asked by POST alone.
POSTED = {
    "board:counsel_note": lambda world: (
        f"/board/independence/examinations/{world.examination.pk}/note/"
    ),
    "board:invite_counsel": lambda world: "/board/independence/counsel/",
    "board:end_counsel_invitation": lambda world: (
        f"/board/independence/counsel/{CounselInvitation.objects.exclude(until=None).get().pk}/end/"
    ),
    "notices:mark_all_read": lambda world: "/letters/read/",
    "meetings:reply": lambda world: f"{world.meeting.get_absolute_url()}reply/",
    "meetings:take_up": lambda world: f"/meetings/items/{world.item.pk}/take-up/",
    "meetings:choose": lambda world: f"{world.session.get_absolute_url()}choose/",
    "meetings:note": lambda world: f"{world.session.get_absolute_url()}note/",
    "meetings:record": lambda world: f"{world.session.get_absolute_url()}record/",
    "meetings:dismiss": lambda world: f"{world.session.get_absolute_url()}dismiss/",
    "meetings:session_act": lambda world: f"{world.session.get_absolute_url()}enter/",
}
