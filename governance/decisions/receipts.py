"""The receipts of this room: a ballot, and a signature under a written consent (C12)."""

from governance.decisions.models import Ballot, ConsentSignature
from governance.records.receipts import Receipt, instant, register


def of_ballot(ballot):
    """What a director bound by voting."""
    return Receipt(
        key=ballot.pk,
        what=f"Vote: {ballot.get_choice_display()}",
        who=ballot.voter.name,
        person=ballot.voter_id,
        at=instant(ballot.cast_at),
        statement=ballot.statement,
        method=ballot.sign_in_method,
        session=ballot.session,
        text=ballot.motion.text,
        text_digest=ballot.text_digest,
    )


def of_signature(signature):
    """What a member bound by signing a consent."""
    return Receipt(
        key=signature.pk,
        what=f"Written consent, counts from {instant(signature.counts_from)}",
        who=signature.signer.name,
        person=signature.signer_id,
        at=instant(signature.signed_at),
        statement=signature.statement,
        method=signature.sign_in_method,
        session=signature.session,
        text=signature.consent.text,
        text_digest=signature.text_digest,
        since=f"Taken back at {instant(signature.revoked_at)}." if signature.revoked_at else "",
    )


@register
def find_ballot(key):
    row = Ballot.objects.select_related("voter", "motion").filter(pk=key).first()
    return row and of_ballot(row)


@register
def find_signature(key):
    row = ConsentSignature.objects.select_related("signer", "consent").filter(pk=key).first()
    return row and of_signature(row)
