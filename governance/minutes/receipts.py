"""The receipts of this room: the signature under approved minutes (C12)."""

from governance.minutes.models import MinutesSignature
from governance.records.receipts import Receipt, instant, register


def of_signature(signature):
    """What the Corporate Secretary bound by signing."""
    return Receipt(
        key=signature.pk,
        what="Signature of minutes",
        who=signature.signer.name,
        person=signature.signer_id,
        at=instant(signature.signed_at),
        statement=signature.statement,
        method=signature.sign_in_method,
        session=signature.session,
        text=signature.minutes.current.text,
        text_digest=signature.text_digest,
    )


@register
def find_signature(key):
    row = MinutesSignature.objects.select_related("signer", "minutes").filter(pk=key).first()
    return row and of_signature(row)
