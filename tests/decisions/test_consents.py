"""Acting without a meeting, as the law has it: everybody signs the same words (L-43, M-04)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from governance.board.operations import resign, seat_director
from governance.committees.models import Kind
from governance.decisions import consents
from governance.decisions.models import ConsentSignature, WrittenConsent
from governance.decisions.moments import consents_unsigned
from governance.decisions.unanimity import Signed, is_unanimous, takes_effect_at
from governance.notices.models import Notice
from governance.notices.operations import tell_all
from governance.records.models import Act
from governance.records.receipts import find_receipt, instant
from governance.refusals import Refused
from tests.factories.board import AuthorisedSeatsFactory
from tests.factories.people import PersonFactory, UserFactory
from tests.scenarios.conftest import f1

__all__ = ["f1"]
# The scenario speaks of local time: 17:20 Pacific is 01:20 UTC of the next day.
AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
LAST = datetime(2026, 3, 4, 1, 20, tzinfo=UTC)
TEXT = "RESOLVED, that the invented lease is approved."


@pytest.fixture
def board(f1):
    """Eight in office of nine: H has resigned."""
    on = date(2026, 2, 20)
    resign(f1.directorships["H"], delivered_on=on, by=f1.secretary, on=on)
    f1.accounts = {letter: f1.account(letter) for letter in "ABCDEFGI"}
    return f1


def circulated(board, *, committee=None, kind="ordinary", at=AT):
    consent = consents.draft_consent(
        committee=committee, title="A lease", text=TEXT, kind=kind, by=board.secretary, at=at
    )
    return consents.circulate(consent, by=board.secretary, at=at)


def sign(consent, user, at=AT, **facts):
    told = {"digest": consent.digest, "method": "password", **facts}
    return consents.sign(consent, by=user, at=at, **told)


def state(consent):
    return WrittenConsent.objects.get(pk=consent.pk).state


def all_but(board, *letters):
    return [user for letter, user in board.accounts.items() if letter not in letters]


# --- P-22 -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_p_22_everybody_in_office_signs(board):
    consent = circulated(board)
    for user in all_but(board, "I"):
        sign(consent, user)
    assert state(consent) == "partly_signed"
    assert consent.signatures.standing().count() == 7
    consents.revoke(consent, by=board.accounts["A"], at=AT)
    assert consent.signatures.standing().count() == 6
    assert state(consent) == "partly_signed"
    taken_back = consent.signatures.get(revoked_at__isnull=False)
    assert find_receipt(taken_back.pk).since == f"Taken back at {instant(AT)}."
    sign(consent, board.accounts["A"], at=AT)
    assert {find_receipt(one.pk).since for one in consent.signatures.standing()} == {""}
    sign(consent, board.accounts["I"], at=LAST)
    consent.refresh_from_db()
    assert (consent.state, consent.effective_at) == ("effective", LAST)
    act = Act.objects.get(source=consent.pk)
    assert (act.how, act.day, act.text) == ("consent", date(2026, 3, 3), TEXT)
    with pytest.raises(Refused, match="not open to signatures"):
        consents.revoke(consent, by=board.accounts["A"], at=LAST)


@pytest.mark.django_db
def test_p_22_whoever_joins_before_the_last_signature_has_to_sign_too(board):
    consent = circulated(board)
    for user in all_but(board, "I"):
        sign(consent, user)
    on, newcomer = date(2026, 3, 3), PersonFactory(family_name="X")
    seat_director(
        person=newcomer, director_class=3, since=on, how="appointed", by=board.secretary, on=on
    )
    sign(consent, board.accounts["I"], at=LAST)
    assert state(consent) == "partly_signed"
    assert list(consents.waiting_for(consent, on)) == [newcomer]
    sign(consent, UserFactory(person=newcomer), at=LAST + timedelta(hours=1))
    assert state(consent) == "effective"


@pytest.mark.django_db
def test_p_22_a_signature_is_given_for_sixty_days_ahead_at_most(board):
    consent = circulated(board)
    user = board.accounts["B"]
    with pytest.raises(Refused) as told:
        sign(consent, user, counts_from=AT + timedelta(days=61))
    assert told.value.code == "exceeds_60_days"
    signature = sign(consent, user, counts_from=AT + timedelta(days=60))
    assert signature.counts_from == AT + timedelta(days=60)


# --- Who, and when --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_leaver_is_not_waited_for(board):
    consent = circulated(board)
    for user in all_but(board, "I"):
        sign(consent, user)
    on = date(2026, 3, 5)
    resign(board.directorships["I"], delivered_on=on, by=board.secretary, on=on)
    consent.refresh_from_db()
    assert consent.state == "effective"
    # From the first instant of that day where the company is.
    assert consent.effective_at == datetime(2026, 3, 5, 8, tzinfo=UTC)


@pytest.mark.django_db
def test_a_stated_time_has_to_come(board):
    consent = circulated(board)
    later = AT + timedelta(days=10)
    for user in all_but(board, "I"):
        sign(consent, user)
    sign(consent, board.accounts["I"], counts_from=later)
    consents.keep_up_all(later - timedelta(seconds=1))
    assert state(consent) == "partly_signed"
    assert consents.counts_from(consent) == later
    consents.keep_up_all(later + timedelta(minutes=1))
    consent.refresh_from_db()
    assert (consent.state, consent.effective_at) == ("effective", later)
    assert not Act.objects.exclude(source=consent.pk).filter(how="consent").exists()


@pytest.mark.django_db
def test_a_signature_is_not_taken_back_once_its_time_has_come(board):
    """Nobody had looked since: the consent took effect at its instant all the same."""
    consent = circulated(board)
    later = AT + timedelta(days=10)
    for user in all_but(board):
        sign(consent, user, counts_from=later)
    with pytest.raises(Refused, match="not open"):
        consents.revoke(consent, by=board.accounts["A"], at=later + timedelta(minutes=2))


@pytest.mark.django_db
def test_sixty_days_after_it_was_circulated_it_lapses(board):
    consent = circulated(board)
    for user in all_but(board, "I"):
        sign(consent, user)
    consents.keep_up_all(AT + timedelta(days=60) - timedelta(seconds=1))
    assert state(consent) == "partly_signed"
    consents.keep_up_all(AT + timedelta(days=60))
    assert state(consent) == "lapsed"
    with pytest.raises(Refused):
        sign(consent, board.accounts["I"], at=AT + timedelta(days=60, minutes=1))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["merger", "adopt_bylaw", "fill_vacancy"])
def test_a_committee_does_not_do_by_consent_what_is_the_boards(board, kind):
    consent = circulated(board, committee=board.committees[Kind.AUDIT], kind=kind)
    assert (consent.state, consent.circulated_at) == ("refused", None)
    assert "L-40" in consent.why or "L-49" in consent.why
    assert not Notice.objects.filter(kind="consent_circulated").exists()


@pytest.mark.django_db
def test_m_04_the_board_does_not_consent_to_the_pay_of_its_chief_executive(board):
    """The chief executive would have to sign; the committee on pay may consent to it."""
    consent = circulated(board, kind="chief_executive_pay")
    assert (consent.state, consent.circulated_at) == ("refused", None) and "L-21" in consent.why
    assert not Notice.objects.filter(kind="consent_circulated").exists()
    committee = board.committees[Kind.COMPENSATION]
    assert circulated(board, committee=committee, kind="chief_executive_pay").state == "circulated"


@pytest.mark.django_db
def test_those_who_consent_make_up_a_quorum(f1):
    """L-43: three seats and one in office is too few, unless a vacancy is filled."""
    on = date(2026, 2, 20)
    for letter in "ABCDEFGH":
        resign(f1.directorships[letter], delivered_on=on, by=f1.secretary, on=on)
    AuthorisedSeatsFactory(since=on, number=3)
    refused = circulated(f1)
    assert refused.state == "refused" and "make up a quorum" in refused.why
    allowed = circulated(f1, kind="fill_vacancy")
    sign(allowed, f1.account("I"))
    assert state(allowed) == "effective"


@pytest.mark.django_db
def test_an_interest_is_disclosed_with_the_signature(board):
    consent = circulated(board)
    with pytest.raises(Refused, match="what your interest is"):
        sign(consent, board.accounts["B"], interested=True)
    sign(consent, board.accounts["B"], interested=True, disclosure="My cousin owns the building.")
    for user in all_but(board, "B"):
        sign(consent, user)
    consent.refresh_from_db()
    assert consent.state == "effective" and consents.safe_harbour(consent) is True


@pytest.mark.django_db
def test_one_who_is_recused_makes_the_body_meet_instead(board, now):
    consent = circulated(board, at=now)
    user = board.accounts["E"]
    sign(consent, user, at=now)
    consents.object_to(consent, reason="recused", by=user, at=now)
    assert not consent.signatures.standing().exists()
    reader = Notice.objects.filter(kind="consent_objected").values_list("reader", flat=True)
    assert list(reader) == [board.secretary.pk]
    meeting = consents.propose_meeting(
        consent,
        starts_at=now + timedelta(days=3),
        place="Board room",
        dial_in="",
        by=board.secretary,
        at=now,
    )
    assert state(consent) == "withdrawn"
    assert (meeting.state, meeting.kind) == ("draft", "special")
    assert meeting.motions.get().text == TEXT


@pytest.mark.django_db
def test_bad_signatures_change_nothing(board):
    consent = circulated(board)
    outsider = UserFactory(person=PersonFactory())
    for says, user, facts in (
        ("not the words", board.accounts["B"], {"digest": "0" * 64}),
        ("you are none", outsider, {}),
        ("you are none", board.secretary, {}),
        ("from now on", board.accounts["B"], {"counts_from": AT - timedelta(minutes=1)}),
    ):
        with pytest.raises(Refused, match=says):
            sign(consent, user, **facts)
    sign(consent, board.accounts["B"])
    with pytest.raises(Refused, match="have signed"):
        sign(consent, board.accounts["B"])
    with pytest.raises(Refused, match="have not signed"):
        consents.revoke(consent, by=board.accounts["C"], at=AT)
    with pytest.raises(Refused):
        consents.withdraw_consent(consent, why=" ", by=board.secretary, at=AT)
    with pytest.raises(Refused):
        consents.withdraw_consent(consent, why="No", by=board.accounts["C"], at=AT)
    assert (state(consent), consent.signatures.count()) == ("partly_signed", 1)


@pytest.mark.django_db
def test_the_database_refuses_them_too(board):
    consent = circulated(board)
    signature = sign(consent, board.accounts["B"])
    copies = {
        "consent": consent,
        "signer": board.people["C"],
        "signed_at": AT,
        "counts_from": AT,
        "text_digest": consent.digest,
        "statement": "x",
        "sign_in_method": "x",
    }

    def bare(act):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()

    bare(lambda: ConsentSignature.objects.create(**{**copies, "text_digest": "0" * 64}))
    bare(lambda: ConsentSignature.objects.create(**{**copies, "signer": board.people["B"]}))
    bare(
        lambda: ConsentSignature.objects.create(
            **{**copies, "counts_from": AT + timedelta(days=61)}
        )
    )
    bare(lambda: ConsentSignature.objects.filter(pk=signature.pk).update(statement="y"))
    bare(lambda: signature.delete())
    bare(lambda: WrittenConsent.objects.filter(pk=consent.pk).update(text="Other words"))
    bare(lambda: WrittenConsent.objects.filter(pk=consent.pk).update(state="filed"))


@pytest.mark.django_db
def test_members_who_have_not_signed_are_reminded_every_three_days(board):
    consent = circulated(board)
    sign(consent, board.accounts["A"])
    consents.object_to(consent, reason="refuses", by=board.accounts["B"], at=AT)
    for days in (1, 2, 3, 3, 4, 6):
        tell_all(consents_unsigned(AT.date() + timedelta(days=days)))
    told = Notice.objects.filter(kind="consent_waits")
    assert set(told.values_list("occurrence", flat=True)) == {"after 3 days", "after 6 days"}
    readers = set(told.values_list("reader", flat=True))
    assert readers == {user.pk for user in all_but(board, "A", "B")}


# --- The arithmetic, for any order ----------------------------------------------------------------

INSTANTS = st.integers(0, 20).map(lambda hours: AT + timedelta(hours=hours))

SIGNED = st.builds(Signed, st.sampled_from("ABCD"), INSTANTS)


@given(
    signed=st.lists(
        st.builds(Signed, st.sampled_from("ABCD"), INSTANTS), unique_by=lambda s: s.signer
    ),
    leaves=st.dictionaries(st.sampled_from("ABCD"), INSTANTS, max_size=2),
    order=st.randoms(use_true_random=False),
)
def test_it_takes_effect_at_the_first_instant_at_which_everybody_in_office_has_signed(
    signed, leaves, order
):
    """The order of signatures never matters, and nothing earlier or later would do."""

    def body(at):
        return {one for one in "ABCD" if one not in leaves or at < leaves[one]}, 2

    until = AT + timedelta(hours=20)
    shuffled = list(signed)
    order.shuffle(shuffled)
    found = takes_effect_at(shuffled, leaves.values(), body, until)
    hours = [AT + timedelta(hours=hours) for hours in range(21)]
    slow = next((at for at in hours if is_unanimous(signed, *body(at), at)), None)
    assert found == slow
