"""The receipts of this room: a member's ballot on a resolution of the Committee (C12)."""

from clawback.models import ResolutionBallot
from governance.records.receipts import Receipt, instant, register


def of_ballot(ballot):
    """What a member bound by voting."""
    return Receipt(
        key=ballot.pk,
        what=f"Vote: {ballot.get_choice_display()}",
        who=ballot.voter.name,
        person=ballot.voter_id,
        at=instant(ballot.cast_at),
        statement=ballot.statement,
        method=ballot.sign_in_method,
        session=ballot.session,
        text=ballot.resolution.text,
        text_digest=ballot.text_digest,
    )


@register
def find_ballot(key):
    row = ResolutionBallot.objects.select_related("voter", "resolution").filter(pk=key).first()
    return row and of_ballot(row)
