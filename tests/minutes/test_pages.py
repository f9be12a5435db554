"""Minutes on their pages and on paper: who reads, comments and signs, and what is left out."""

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.decisions import consents
from governance.minutes import operations
from governance.minutes.models import Comment, Minutes
from governance.records.moves import SYSTEM, advance
from tests.access.matrix import cell
from tests.factories import meetings as held_meetings
from tests.factories.cast import DIRECTORS
from tests.factories.signing import just_now, signed_in
from tests.minutes.conftest import AFFILIATE, approve, sent_out, written

pytestmark = pytest.mark.django_db
OFFICE = ("secretary", "assistant_secretary", "general_counsel")
# Each viewer of the table, played by one of the cast, before and inside the committee.
VIEWERS = {
    "ID": "director",
    "ND": "chair",
    "CM": "audit_member",
    "CC": "audit_chair",
    "LD": "lead_director",
    "CS": "secretary",
    "AS": "assistant_secretary",
    "PR": "manager",
    "IT": "administrator",
}


def page(client, user, minutes, path=""):
    client.force_login(user)
    return client.get(minutes.get_absolute_url() + path)


def text_of(answer):
    """What a document says, without its line breaks."""
    document = pypdfium2.PdfDocument(answer.content)
    said = " ".join(one.get_textpage().get_text_range() for one in document)
    return " ".join(said.split())


@pytest.fixture
def of_the_committee(cast, earlier, now):
    """Minutes of the audit committee, as a draft."""
    by, committee = cast["secretary"], cast["audit_chair"].person.seats.get().committee
    present = [cast[name].person for name in ("audit_chair", "audit_member")]
    held = held_meetings.in_session(present, by=by, at=earlier, committee=committee)
    held_meetings.operations.adjourn(held, by=cast["audit_chair"], at=now)
    return operations.draft(held, by=by, at=now)


def reads(user, minutes):
    return Minutes.objects.visible_to(user).filter(pk=minutes.pk).exists()


@pytest.mark.parametrize("viewer", VIEWERS)
def test_the_table_says_who_reads_a_draft(viewer, of_the_committee, cast, now):
    user, of = cast[VIEWERS[viewer]], cell("draft_minutes", viewer)
    seated = VIEWERS[viewer] in ("audit_member", "audit_chair", "lead_director")
    inside = ("inside",) if seated else ()
    assert reads(user, of_the_committee) == ("R" in of.rights(*inside))
    sent_out(of_the_committee, cast, now)
    assert reads(user, of_the_committee) == ("R" in of.rights(*inside, "published"))


@pytest.mark.parametrize("viewer", VIEWERS)
def test_the_table_says_who_reads_what_was_approved(viewer, of_the_committee, cast, now):
    from governance.records.acts import enter_act

    sent_out(of_the_committee, cast, now)
    committee = of_the_committee.meeting.committee_id
    facts = {"day": now.date(), "title": "Minutes", "text": "RESOLVED.", "on": now.date()}
    act = enter_act(committee=committee, by=cast["secretary"], **facts)
    advance(of_the_committee, "approve", by=SYSTEM, at=now, approved_by=act)
    granted = "R" in cell("approved_minutes", viewer).rights()
    assert reads(cast[VIEWERS[viewer]], of_the_committee) == granted


def test_a_member_reads_and_comments(client, circulated, cast):
    answer = page(client, cast["chair"], circulated)
    assert AFFILIATE in answer.content.decode()
    part = circulated.current.read_parts[1].key
    path = f"{circulated.get_absolute_url()}comment/"
    assert client.get(f"{path}?part={part}").status_code == 200
    answer = client.post(path, {"part": part, "text": "It was the second lease."}, follow=True)
    assert "It was the second lease." in answer.content.decode()
    assert Comment.objects.get().person == cast["chair"].person


def test_a_part_is_withheld_from_who_is_recused(client, circulated, cast, now):
    part = circulated.current.read_parts[1].key
    facts = {"part": part, "text": "canary-of-the-comment", "by": cast["chair"], "at": now}
    operations.comment(circulated, **facts)
    for path in ("", "comment/"):
        said = page(client, cast["director"], circulated, path).content.decode()
        assert AFFILIATE not in said and "invented lease" not in said
        assert "canary-of-the-comment" not in said
        assert circulated.current.digest not in said
    said = page(client, cast["director"], circulated).content.decode()
    assert "Item 1: withheld, recused since" in said


def test_the_paper_leaves_out_what_its_reader_may_not_know(client, circulated, cast):
    whole = text_of(page(client, cast["chair"], circulated, "paper/"))
    assert AFFILIATE in whole and "RESOLVED, that the Board approves" in whole
    assert "Not approved." in whole and circulated.current.digest in whole.replace(" ", "")
    part = text_of(page(client, cast["director"], circulated, "paper/"))
    assert AFFILIATE not in part and "withheld, recused since" in part
    assert "RESOLVED, that the Board approves" in part
    assert circulated.current.digest not in part.replace(" ", "")


def test_what_people_typed_is_no_markup(client, drafted, cast, now):
    words = '#read("/etc/passwd") *bold* $x^2$ \\ <script>alert(1)</script> = Title'
    minutes = written(drafted, cast, now, words)
    said = text_of(page(client, cast["secretary"], minutes, "paper/"))
    assert words in said
    shown = page(client, cast["secretary"], minutes).content.decode()
    assert "<script>alert(1)" not in shown


def test_the_paper_is_the_same_each_time(client, circulated, cast):
    first = page(client, cast["chair"], circulated, "paper/")
    assert first["Content-Type"] == "application/pdf"
    assert first.content == page(client, cast["chair"], circulated, "paper/").content


def test_the_secretary_drafts_from_the_page_of_the_meeting(client, held, cast):
    client.force_login(cast["secretary"])
    assert "Draft the minutes" in client.get(held.get_absolute_url()).content.decode()
    answer = client.post(f"/minutes/of/{held.pk}/", follow=True)
    assert "Write the minutes" in answer.content.decode()
    assert Minutes.objects.get(meeting=held).state == "draft"
    client.force_login(cast["chair"])
    assert "Draft the minutes" not in client.get(held.get_absolute_url()).content.decode()


def test_the_secretary_writes_and_circulates(client, drafted, cast):
    client.force_login(cast["secretary"])
    url = drafted.get_absolute_url()
    said = client.get(url).content.decode()
    assert "nothing says what was done" in said
    read = {"base": drafted.edition}
    assert "written meanwhile" in client.post(f"{url}circulate/").content.decode()
    refused = client.post(f"{url}circulate/", read).content.decode()
    assert "They cannot go out yet." in refused
    fields = {"base": drafted.edition}
    fields |= {f"words-{part.key}": "Discussed." for part in drafted.current.read_parts}
    assert client.post(f"{url}write/", fields).status_code == 302
    assert client.post(f"{url}write/", fields).status_code == 302, "a double click"
    stale = client.post(f"{url}circulate/", read)
    assert "Somebody has written meanwhile" in stale.content.decode()
    read["base"] = Minutes.objects.get(pk=drafted.pk).edition
    assert client.post(f"{url}circulate/", read).status_code == 302
    drafted.refresh_from_db()
    assert drafted.state == "circulated"


def test_what_is_approved_leads_from_the_form_back_to_the_minutes(client, approved, cast):
    client.force_login(cast["secretary"])
    url = approved.get_absolute_url()
    for ask in (client.get, client.post):
        answer = ask(f"{url}write/", follow=True)
        assert answer.redirect_chain == [(url, 302)]
        assert operations.APPROVED_ALREADY in answer.content.decode()


def test_circulating_is_offered_when_nothing_is_missing(client, drafted, cast, now):
    offered = f"{drafted.get_absolute_url()}circulate/"
    said = page(client, cast["secretary"], drafted).content.decode()
    assert offered not in said and "nothing says what was done" in said
    minutes = written(drafted, cast, now)
    assert offered in page(client, cast["secretary"], minutes).content.decode()


def test_the_record_is_offered_to_be_closed_when_they_are_locked(client, approved, cast, now):
    client.force_login(cast["secretary"])
    url = approved.meeting.get_absolute_url()
    assert "Close the record" not in client.get(url).content.decode()
    digest = approved.current.digest
    operations.sign(approved, digest=digest, by=cast["secretary"], at=now, method="password")
    assert "Close the record" in client.get(url).content.decode()


def test_versions_stand_beside_each_other(client, circulated, cast, now):
    written(circulated, cast, now, "Another wording.")
    said = page(client, cast["chair"], circulated, "?against=1").content.decode()
    assert "Beside version 1" in said
    assert "The directors discussed it." in said and "Another wording." in said
    for nothing in ("7", "x", "-1"):
        assert page(client, cast["chair"], circulated, f"?against={nothing}").status_code == 404


def test_the_secretary_puts_them_for_approval(client, circulated, cast, now):
    ahead = held_meetings.noticed(by=cast["secretary"], at=now)
    client.force_login(cast["secretary"])
    fields = {"meeting": ahead.pk, "mover": cast["audit_chair"].person_id}
    answer = client.post(f"{circulated.get_absolute_url()}put/", fields, follow=True)
    assert circulated.current.digest in answer.content.decode()
    other = client.post(f"{circulated.get_absolute_url()}put/", {"meeting": circulated.meeting_id})
    assert "Select a valid choice" in other.content.decode()


def test_a_signature_asks_for_a_sign_in_of_just_now(client, approved, cast, now):
    fields = {"digest": approved.current.digest}
    url = f"{approved.get_absolute_url()}sign/"
    client.force_login(cast["secretary"])
    assert "/demo/" in client.post(url, fields).url
    signed_in(client, cast["secretary"], at=now)
    just_now(client)
    answer = client.post(url, fields, follow=True)
    assert "The minutes are signed" in answer.content.decode()
    approved.refresh_from_db()
    assert approved.state == "locked"
    again = client.post(url, fields)
    assert "They are locked" in again.content.decode()


def test_a_correction_is_proposed_and_shown(client, locked, cast):
    client.force_login(cast["chair"])
    fields = {"text": "It was at noon.", "reason": "A slip."}
    answer = client.post(f"{locked.get_absolute_url()}correct/", fields, follow=True)
    said = answer.content.decode()
    assert "Correction 1" in said and "It was at noon." in said
    client.force_login(cast["director"])
    said = client.get(locked.get_absolute_url()).content.decode()
    assert "It was at noon." not in said


@pytest.mark.parametrize("name", [*DIRECTORS, *OFFICE])
def test_who_attends_to_them_is_told_on_the_page(name, circulated, cast, client):
    said = page(client, cast[name], circulated).content.decode()
    assert ("Comment on this" in said) == (name in DIRECTORS)
    assert ("Put for approval" in said) == (name in OFFICE)


def test_more_versions_and_comments_cost_no_more_queries(client, circulated, cast, now):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert page(client, cast["chair"], circulated).status_code == 200
        return len(asked)

    operations.comment(circulated, part="opening", text="One.", by=cast["chair"], at=now)
    queries()
    before = queries()
    for number in range(4):
        circulated = written(circulated, cast, now, f"Wording {number}.")
        facts = {"part": "opening", "text": "More.", "by": cast["audit_chair"], "at": now}
        operations.comment(circulated, **facts)
    assert queries() == before


def test_an_approval_is_told_where_they_stand(client, circulated, cast, now):
    approve(circulated, cast, now)
    said = page(client, cast["director"], circulated).content.decode()
    assert "Approved" in said and "motion carried" in said


# --- Other documents -----------------------------------------------------------------------------


def document(client, user, path):
    client.force_login(user)
    answer = client.get(path)
    return text_of(answer) if answer.status_code == 200 else answer.status_code


def test_an_agenda_on_paper_withholds_what_its_reader_is_recused_from(client, held, cast):
    path = f"/minutes/agendas/{held.pk}/"
    whole = document(client, cast["chair"], path)
    assert "1. The invented lease" in whole and "2. The invented plan" in whole
    part = document(client, cast["director"], path)
    assert "lease" not in part and "Item 1 Recused since" in part
    assert document(client, cast["manager"], path) == 404


def test_a_resolution_on_paper_says_how_it_was_decided(client, held, cast):
    motion = held.motions.get()
    said = document(client, cast["chair"], f"/minutes/resolutions/{motion.pk}/")
    assert motion.text in said and "Carried: 4 for" in said
    assert motion.digest in said.replace(" ", "")


def test_the_secretary_certifies_what_was_carried(client, held, cast):
    path = f"/minutes/certificates/{held.motions.get().pk}/"
    said = document(client, cast["secretary"], path)
    assert f"I, {cast['secretary'].person.name}, certify" in said
    assert "at which a quorum was present" in said
    assert document(client, cast["chair"], path) == 403
    assert document(client, cast["manager"], path) == 404


def test_a_consent_on_paper_has_its_signatures(client, cast, now):
    by = {"by": cast["secretary"], "at": now}
    text = "RESOLVED, as invented."
    consent = consents.draft_consent(committee=None, title="A lease", text=text, **by)
    consents.circulate(consent, **by)
    signs = {"by": cast["director"], "at": now, "digest": consent.digest, "method": "password"}
    consents.sign(consent, interested=True, disclosure="I own the port.", **signs)
    said = document(client, cast["chair"], f"/minutes/consents/{consent.pk}/")
    assert text in said and cast["director"].person.name in said
    assert "Discloses: I own the port." in said and "not in effect" in said


# --- Today ---------------------------------------------------------------------------------------


def today(client, user):
    client.force_login(user)
    return client.get("/").content.decode()


def test_today_asks_a_director_to_read_until_they_have_said_something(
    client, circulated, cast, now
):
    assert "Read the minutes: " in today(client, cast["chair"])
    facts = {"part": "opening", "text": "Noon.", "by": cast["chair"], "at": now}
    operations.comment(circulated, **facts)
    assert "Read the minutes: " not in today(client, cast["chair"])
    assert "Read the minutes: " in today(client, cast["audit_chair"])
    assert "Read the minutes: " not in today(client, cast["secretary"])


def test_today_asks_the_secretary_to_draft_and_to_sign(client, held, cast, now):
    assert "Draft the minutes: " in today(client, cast["secretary"])
    assert "Draft the minutes: " not in today(client, cast["chair"])
    minutes = operations.draft(held, by=cast["secretary"], at=now)
    assert "Draft the minutes: " not in today(client, cast["secretary"])
    sent_out(written(minutes, cast, now), cast, now)
    approve(minutes, cast, now)
    assert "Sign the minutes: " in today(client, cast["secretary"])


def test_the_receipt_tells_the_whole_text_to_nobody_who_may_not_read_it(client, locked, cast):
    path = locked.signatures.get().get_absolute_url()
    for name, told in (("chair", True), ("director", False)):
        client.force_login(cast[name])
        said = client.get(path).content.decode()
        assert (locked.current.digest in said) == told
