"""Behind the door, on the page: who does what there, and what the page says when it may not be."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.meetings.models import ExecutiveSession
from tests.factories.cast import INDEPENDENT
from tests.meetings.test_session_calls import call, open_early, people
from tests.meetings.test_session_moves import (
    B,
    D,
    E,
    F,
    begun_without_lead,
    enter,
    fresh,
    session_in,
)
from tests.meetings.test_session_moves import vote as choose
from tests.meetings.test_session_records import admit, provisional

LEAD = "lead_director"
HOUR = timedelta(hours=1)


@pytest.fixture
def visit(client, cast):
    """The page at an address as somebody sees it, or what a form sent there brings."""

    def visit(name, address, data=None):
        client.force_login(cast[name])
        if data is None:
            return client.get(address)
        return client.post(address, data, follow=True)

    return visit


def text_of(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_directors_vote_on_the_page_to_waive_it(visit, cast, now):
    session = session_in("stub", cast=cast, now=now)
    door = session.get_absolute_url()
    assert "Vote to waive it" in text_of(visit(B, door))
    assert "Shall this session be waived?" in text_of(visit(B, f"{door}ask/waive/"))
    told = text_of(visit(B, f"{door}ask/waive/", {"why": "All was said."}))
    assert "votes to waive it" in told and "All was said." in told
    again = text_of(visit(B, f"{door}ask/waive/", {"why": "Again."}))
    assert "You have voted for it already." in again and "Nothing was changed." in again
    for name in (LEAD, D, E):
        visit(name, f"{door}ask/waive/", {"why": "So be it."})
    assert "More than half of the independent directors" in text_of(visit(D, door))


def test_an_early_session_is_opened_on_the_page_and_the_other_removed(visit, cast, now):
    session = session_in("stub", cast=cast, now=now)
    door = session.get_absolute_url()
    present = [person.pk for person in people(B, D, cast=cast)]
    assert "Remove it" not in text_of(visit(LEAD, door))
    refused = text_of(visit(B, f"{door}ask/early/", {"present": present[:1]}))
    assert "At least two independent directors" in refused
    told = text_of(visit(B, f"{door}ask/early/", {"present": present}))
    assert "Early session" in told
    assert "Remove it" in text_of(visit(LEAD, door))
    assert "Remove it" not in text_of(visit(B, door))
    assert visit(B, f"{door}ask/remove/").status_code == 403
    visit(LEAD, f"{door}ask/remove/", {"why": "Held before the meeting."})
    assert fresh(session).state == "cancelled"


def test_a_session_is_called_joined_and_listed_on_the_page(visit, cast, now):
    invited = [person.pk for person in people(D, E, cast=cast)]
    hour = timezone.localtime(now + HOUR)
    asked = {"starts_at": f"{hour:%Y-%m-%dT%H:%M}", "place": "The annex", "invited": invited}
    assert "Call a session" in text_of(visit(B, "/meetings/sessions/call/"))
    told = text_of(visit(B, "/meetings/sessions/call/", asked | {"invited": []}))
    assert "This field is required." in told and not ExecutiveSession.objects.exists()
    told = text_of(visit(B, "/meetings/sessions/call/", asked | {"starts_at": "2020-01-01T10:00"}))
    assert "Choose an hour that lies ahead." in told
    told = text_of(visit(B, "/meetings/sessions/call/", asked))
    assert "One director has called it." in told and "Join the call" not in told
    session = ExecutiveSession.objects.get()
    assert "An executive session is called" in text_of(visit(D, "/"))
    assert "Join the call" in text_of(visit(D, session.get_absolute_url()))
    assert "The room is open" in text_of(visit(D, f"{session.get_absolute_url()}join/", {}))
    assert session.get_absolute_url() in text_of(visit(E, "/meetings/sessions/"))
    assert session.get_absolute_url() not in text_of(visit(F, "/meetings/sessions/"))


def test_the_lead_who_comes_late_is_asked_on_the_page(visit, cast, now):
    session = begun_without_lead(B, D, cast=cast, now=now)
    choose(session, {B: D, D: D}, cast=cast, at=now)
    door = session.get_absolute_url()
    assert "Preside from now on" not in text_of(visit(LEAD, door))
    enter(session, LEAD, cast=cast, at=now)
    assert f"Leave the chair to {cast[D].person}" in text_of(visit(LEAD, door))
    visit(LEAD, f"{door}decline/", {})
    assert fresh(session).presiding == cast[D].person
    visit(LEAD, f"{door}preside/", {})
    assert fresh(session).presiding == cast[LEAD].person
    assert "Preside from now on" not in text_of(visit(D, door))


def test_whoever_presides_and_leaves_is_named_to_those_inside(visit, cast, now):
    """M-06 knows no other who presides until the lead closes it, or comes back."""
    session = session_in("in_session", cast=cast, now=now)
    door = session.get_absolute_url()
    assert "is out of the room" not in text_of(visit(B, door))
    visit(LEAD, f"{door}leave/", {})
    assert f"{cast[LEAD].person} presides and is out of the room" in text_of(visit(B, door))


def test_guests_are_let_in_and_asked_to_leave_on_the_page(visit, cast, now):
    session = session_in("in_session", cast=cast, now=now)
    door = session.get_absolute_url()
    assert "Let somebody in" not in text_of(visit(B, door))
    assert visit(B, f"{door}ask/admit/").status_code == 403
    guest = {"person": cast["secretary"].person_id, "capacity": "secretary"}
    assert visit("secretary", door).status_code == 404
    told = text_of(visit(LEAD, f"{door}ask/admit/", guest | {"capacity": "counsel"}))
    assert "who read nothing" in told
    told = text_of(visit(LEAD, f"{door}ask/admit/", guest))
    assert f"{cast['secretary'].person}, corporate secretary" in told
    seen = text_of(visit("secretary", door))
    assert "Enter the room" not in seen and "Seal the" not in seen and "ask/" not in seen
    for address in ("enter/", "record/", "note/"):
        answer = visit("secretary", f"{door}{address}", {"text": "x", "edition": "x"})
        assert "Nothing was changed." in text_of(answer)
    row = session.guests.get()
    for wrong in ("", "nonsense", str(session.pk)):
        told = text_of(visit(LEAD, f"{door}dismiss/", {"guest": wrong}))
        assert "Choose one of the guests in the room." in told
    visit(LEAD, f"{door}dismiss/", {"guest": row.pk})
    assert visit("secretary", door).status_code == 404


def test_the_record_is_written_on_the_page_and_not_over_somebody_elses(visit, cast, now):
    session = session_in("closed", cast=cast, now=now)
    door = session.get_absolute_url()
    assert "Seal the notes" in text_of(visit(B, door))
    assert "Seal the notes" not in text_of(visit(D, door))
    facts = {"notes": "We spoke.", "outcome": "Agreed.", "edition": fresh(session).edition}
    told = text_of(visit(B, f"{door}record/", facts))
    assert "We spoke." in told
    stale = text_of(visit(LEAD, f"{door}record/", facts | {"notes": "I typed this."}))
    assert "Somebody else has written" in stale and "I typed this." in stale
    assert fresh(session).notes == "We spoke."
    seen = text_of(visit(D, door))
    assert "We spoke." in seen and "Agreed." in seen
    visit(B, f"{door}record/", {"notes": "Without knowing what was there."})
    assert fresh(session).notes == "We spoke."


def sealed_form(session, **typed):
    """What the browser sends with either button: all that stands in the form."""
    stands = {"text": session.matters, "notes": session.notes, "outcome": session.outcome}
    return stands | {"place": "", "edition": session.edition} | typed


def test_either_button_seals_its_own_text_and_keeps_what_is_typed_in_the_other(visit, cast, now):
    session = session_in("in_session", cast=cast, now=now)
    door = session.get_absolute_url()
    page = text_of(visit(LEAD, door))
    for name, address in (("Seal the matters", "note"), ("Seal the notes", "record")):
        assert f'formaction="{door}{address}/">{name}</button>' in page
    assert page.count('<form class="sheet" id="sealed"') == 1
    both = sealed_form(session, text="Pay", notes="We spoke.")
    told = text_of(visit(LEAD, f"{door}note/", both))
    assert fresh(session).matters == "Pay" and fresh(session).notes == ""
    assert "The matters are sealed." in told and "We spoke." in told
    told = text_of(visit(LEAD, f"{door}record/", both | {"text": "Pay and plans"}))
    assert fresh(session).matters == "Pay" and fresh(session).notes == "We spoke."
    assert "The record is sealed." in told and "Pay and plans" in told
    told = text_of(visit(LEAD, f"{door}note/", sealed_form(fresh(session), text="Plans")))
    assert fresh(session).matters == "Plans" and "not sealed yet" not in told


def test_a_refusal_keeps_what_is_typed_in_both(visit, cast, now):
    session = session_in("in_session", cast=cast, now=now)
    door, before = session.get_absolute_url(), sealed_form(session)
    visit(B, f"{door}record/", {"notes": "Theirs.", "edition": session.edition})
    typed = before | {"text": "Typed matters", "notes": "Typed notes"}
    told = text_of(visit(LEAD, f"{door}record/", typed))
    assert "Somebody else has written" in told
    assert "Typed matters" in told and "Typed notes" in told
    assert (fresh(session).matters, fresh(session).notes) == ("", "Theirs.")
    told = text_of(visit(LEAD, f"{door}note/", typed | {"text": "x" * 10_001}))
    assert "Typed notes" in told and "at most 10000 characters" in told
    # Typed over an older edition, the record stays refused when the matters are sealed first.
    text_of(visit(LEAD, f"{door}note/", typed))
    told = text_of(visit(LEAD, f"{door}record/", typed))
    assert "Somebody else has written" in told and fresh(session).notes == "Theirs."


def test_the_page_says_what_the_session_counts_as(visit, cast, now):
    closed = provisional(cast, now)
    told = text_of(visit(D, closed.get_absolute_url()))
    assert "Provisional" in told and "Who presided" in told


def test_it_says_who_was_a_guest(visit, cast, now):
    session = session_in("in_session", cast=cast, now=now)
    admit(session, "chief_executive", "other", cast=cast, at=now)
    visit(LEAD, f"{session.get_absolute_url()}close/", {})
    told = text_of(visit(D, session.get_absolute_url()))
    assert f"{cast['chief_executive'].person}, other" in told
    assert "Does not qualify" in told


def test_a_list_of_sessions_asks_as_much_for_many_as_for_few(visit, cast, now, client):
    session = session_in("stub", cast=cast, now=now)
    visit(LEAD, "/meetings/sessions/")

    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get("/meetings/sessions/")
        return len(queries)

    before = asked()
    open_early(session, B, D, cast=cast, at=now)
    for _ in range(4):
        call(LEAD, *INDEPENDENT[1:3], cast=cast, at=now)
    assert asked() == before
