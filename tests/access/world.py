"""A board with something to keep from each of its readers, and everything that a reader can ask."""

import re
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from governance.board import examining
from governance.board.models import (
    HEADINGS,
    CounselInvitation,
    Examination,
    FactKind,
    Organisation,
    Position,
    Questionnaire,
)
from governance.board.reporting import enter_fact
from governance.board.skills import enter_skills
from governance.committees.models import Charter
from governance.committees.operations import draft_charter
from governance.decisions import consents
from governance.decisions.models import Ballot, ConsentSignature, Motion, WrittenConsent
from governance.decisions.operations import cast_ballot
from governance.meetings import operations, requests, sessions
from governance.meetings.models import AgendaItem, AgendaRequest, ExecutiveSession, Meeting
from governance.notices.models import Notice
from tests.factories import decisions, meetings, questionnaires
from tests.factories.cast import INDEPENDENT

# What is said behind the door, in the committee, and on the item from which a director is recused.
MATTERS, COMMITTEE, WITHHELD = "canary-of-the-door", "canary-of-audit", "canary-of-the-item"
# What the committee is asked to sign; the secretary's office reads consents of every body.
CONSENT = "canary-of-the-consent"
# What a director asks to be taken up, of which management is not told.
REQUEST = "canary-of-the-request"
OFFICE = ("secretary", "assistant_secretary", "general_counsel")
AUDIT = ("audit_chair", "audit_member", "lead_director")
RECUSED = "audit_member"
# What a director answers: signed by one, and typed by another who has not signed yet.
SIGNED, DRAFT = "canary-of-the-answers", "canary-of-the-draft"
# What is on record about a director and an organisation.
RELATION = "canary-of-the-relation"
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
    item: AgendaItem
    withheld: AgendaItem
    motion: Motion
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
    notes: list = field(default_factory=list)


def build(cast, now):
    """One meeting in session with an open vote, one ahead, one held with its room still open."""
    by = cast["secretary"]
    held = meetings.in_session([cast[n].person for n in INDEPENDENT], by=by, at=now)
    operations.adjourn(held, by=cast["lead_director"], at=now)
    present = [cast[n].person for n in (*INDEPENDENT, "chair", "chief_executive")]
    meeting = meetings.in_session(present, by=by, at=now, hours=47)
    item = operations.add_item(meeting, title="An ordinary matter", by=by, at=now)
    motion = decisions.voting(meeting, mover=cast["director"].person, by=by, at=now, item=item)
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
    return World(
        cast=cast,
        request=request,
        declined=declined,
        consent=consent,
        committee_consent=committee_consent,
        draft_consent=draft_consent,
        signature=signature,
        charter=charter,
        examination=signed.person.examinations.first(),
        meeting=meeting,
        committee_meeting=committee_meeting,
        session=meeting.executive_session,
        held=ExecutiveSession.objects.get(meeting=held),
        item=item,
        withheld=withheld,
        motion=motion,
        withheld_motion=withheld_motion,
        ballot=ballot,
        signed=signed,
        draft=draft,
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
    for user in (director, chair):
        sessions.enter_room(world.held, by=user, at=now)
    sessions.begin_session(world.held, by=director, at=now)
    for elector in (director, chair):
        sessions.choose_presider(world.held, chair.person, by=elector, at=now)
    world.held.refresh_from_db()
    sessions.close_session(world.held, by=chair, at=now)


def fill_what_is_on_record(world, now):
    """A relationship that bars nothing: whoever may not know of it finds no trace of it."""
    return enter_fact(
        person=world.cast["director"].person,
        kind=FactKind.POSITION,
        organisation=Organisation.objects.create(name=RELATION),
        position=Position.DIRECTOR,
        note=RELATION,
        since=now.date().replace(year=now.year - 3),
        by=world.cast["secretary"],
        at=now,
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


def seen(answer):
    """What the answer says, without the token that is another one each time."""
    return TOKEN.sub(b"", answer.content)


def addresses(world):
    """The pages of the portal by name, each with the rows it can be asked for."""
    m, c, s = world.meeting, world.committee_meeting, world.session
    found = {
        "today": ["/"],
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
        "meetings:attendance": [f"{m.get_absolute_url()}attendance/"],
        "meetings:act": [f"{m.get_absolute_url()}recess/"],
        "meetings:item": [f"/meetings/items/{i.pk}/" for i in (world.item, world.withheld)],
        "meetings:recuse": [
            f"/meetings/items/{i.pk}/recuse/" for i in (world.item, world.withheld)
        ],
        "meetings:session": [s.get_absolute_url(), world.held.get_absolute_url()],
        "decisions:decisions": ["/decisions/"],
        "decisions:motion": [
            world.motion.get_absolute_url(),
            world.withheld_motion.get_absolute_url(),
        ],
        "decisions:conduct": [f"{world.motion.get_absolute_url()}close/"],
        "decisions:receipt": [world.ballot.get_absolute_url()],
        "decisions:put": [f"/decisions/items/{i.pk}/motion/" for i in (world.item, world.withheld)],
    }
    consent = world.consent.get_absolute_url()
    asked, declined = world.request.get_absolute_url(), world.declined.get_absolute_url()
    found |= {
        "meetings:requests": ["/meetings/requests/"],
        "meetings:ask": ["/meetings/requests/new/"],
        "meetings:request": [asked, declined],
        "meetings:request_act": [f"{asked}decline/", f"{declined}withdraw/"],
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
    "meetings:reply": lambda world: f"{world.meeting.get_absolute_url()}reply/",
    "meetings:choose": lambda world: f"{world.session.get_absolute_url()}choose/",
    "meetings:note": lambda world: f"{world.session.get_absolute_url()}note/",
    "meetings:session_act": lambda world: f"{world.session.get_absolute_url()}enter/",
}
