"""The receipt of this room: a waiver of notice in writing (C12)."""

from governance.meetings.models import NoticeWaiver
from governance.records.receipts import Receipt, instant, register


def of_waiver(waiver):
    """What a director bound by waiving the notice of a meeting."""
    return Receipt(
        key=waiver.pk,
        what=f"Waiver of notice for {instant(waiver.starts_at)}",
        who=waiver.person.name,
        person=waiver.person_id,
        at=instant(waiver.given_at),
        statement=waiver.statement,
        method=waiver.sign_in_method,
        session=waiver.session,
        text=waiver.text,
        text_digest=waiver.text_digest,
    )


@register
def find_waiver(key):
    rows = NoticeWaiver.objects.filter(how=NoticeWaiver.How.WRITTEN).select_related("person")
    row = rows.filter(pk=key).first()
    return row and of_waiver(row)
