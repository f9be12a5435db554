"""Members sign, revoke and withdraw at the same instant: a consent has one outcome (M-04)."""

import pytest
from django.utils import timezone

from governance.committees.models import Committee, Kind
from governance.decisions import consents
from governance.decisions.models import WrittenConsent
from governance.records.models import Act, Entry
from governance.refusals import Refused
from tests.decisions.test_concurrency import ROUNDS, at_once
from tests.factories.cast import SEATS

pytestmark = pytest.mark.django_db(transaction=True)

FIRST, *OTHERS = SEATS[Kind.COMPENSATION]


def circulated(cast, rounds, *, signed):
    """So many consents of a committee of three, signed by these."""
    committee, by = Committee.objects.get(kind=Kind.COMPENSATION), cast["secretary"]
    for _ in range(rounds):
        at = timezone.now()
        text = "RESOLVED, that the invented lease is approved."
        facts = {"title": "A lease", "text": text, "by": by, "at": at}
        consent = consents.draft_consent(committee=committee, **facts)
        consents.circulate(consent, by=by, at=at)
        for name in signed:
            signing(consent, cast[name])()
        yield consent


def signing(consent, user):
    facts = {"by": user, "digest": consent.digest, "method": "password"}
    return lambda: consents.sign(consent, at=timezone.now(), **facts)


def outcome(consent):
    """How it stands, and how often it was said to have taken effect."""
    state = WrittenConsent.objects.get(pk=consent.pk).state
    moves = Entry.objects.about(consent).filter(move="take_effect").count()
    assert moves == Act.objects.filter(source=consent.pk).count() == (state == "effective")
    return state


@pytest.mark.parametrize("rounds", ROUNDS)
def test_the_last_signature_comes_before_a_revocation_or_after_it(rounds, cast):
    for consent in circulated(cast, rounds, signed=OTHERS):
        signature, revoked = at_once(
            signing(consent, cast[FIRST]),
            lambda consent=consent: consents.revoke(consent, by=cast[OTHERS[0]], at=timezone.now()),
        )
        assert not isinstance(signature, Refused)
        if isinstance(revoked, Refused):
            assert "not open to signatures: it is in effect" in revoked.sentence
            assert outcome(consent) == "effective"
            assert consent.signatures.standing().count() == 3
        else:
            assert outcome(consent) == "partly_signed"
            assert consent.signatures.standing().count() == 2


@pytest.mark.parametrize("rounds", ROUNDS)
def test_the_last_two_sign_at_once_and_it_takes_effect_once(rounds, cast):
    for consent in circulated(cast, rounds, signed=[FIRST]):
        signatures = at_once(*(signing(consent, cast[name]) for name in OTHERS))
        assert outcome(consent) == "effective"
        effective_at = WrittenConsent.objects.get(pk=consent.pk).effective_at
        assert effective_at == max(one.counts_from for one in signatures)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_second_click_is_told_that_it_was_signed(rounds, cast):
    for consent in circulated(cast, rounds, signed=[]):
        outcomes = at_once(*(signing(consent, cast[FIRST]) for _ in range(2)))
        [refused] = (one for one in outcomes if isinstance(one, Refused))
        assert refused.sentence == "You have signed this consent."
        assert consent.signatures.count() == 1 and outcome(consent) == "partly_signed"


@pytest.mark.parametrize("rounds", ROUNDS)
def test_it_is_withdrawn_or_takes_effect_and_never_both(rounds, cast):
    for consent in circulated(cast, rounds, signed=OTHERS):
        signature, withdrawn = at_once(
            signing(consent, cast[FIRST]),
            lambda consent=consent: consents.withdraw_consent(
                consent, why="A meeting is held.", by=cast["secretary"], at=timezone.now()
            ),
        )
        assert isinstance(signature, Refused) != isinstance(withdrawn, Refused)
        assert outcome(consent) == ("withdrawn" if isinstance(signature, Refused) else "effective")
