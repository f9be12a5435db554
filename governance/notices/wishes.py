"""How a reader wants letters: at once or once a day, and of what not at all."""

from django.core import signing
from django.db import transaction
from django.urls import reverse

from governance.notices.kinds import Matter
from governance.notices.models import NoticeState, Preference
from governance.people.models import User


def signer():
    """Signs for ever: an address in an old letter works as long as the account does."""
    return signing.Signer(salt="governance.notices.wishes")


def wish_of(user):
    """What the reader wants; who has not said anything wants everything at once."""
    return Preference.objects.visible_to(user).filter(reader=user.pk).first() or Preference(
        reader=user
    )


@transaction.atomic
def wish(reader, *, daily, silenced=None):
    """Write down how a reader wants letters from now on; what was told before stays as it was.

    `silenced` empty: as it is.
    """
    facts = {"daily": daily}
    if silenced is not None:
        facts["silenced"] = [one.value for one in Matter if one.value in silenced]
    row, _ = Preference.objects.update_or_create(reader=reader, defaults=facts)
    return row


def without_a_letter(kind, readers):
    """Those of the readers who get no letter of this kind by itself, as they wish."""
    keys = [reader.pk for reader in readers]
    wanting = Preference.objects.filter(reader__in=keys)
    left_out = {one.reader_id for one in wanting if one.state_of(kind) != NoticeState.QUEUED}
    return [reader for reader in readers if reader.pk in left_out]


def address_of(reader):
    """Where exactly this reader changes to one letter a day, without signing in, and no more."""
    return reverse("notices:less", args=[signer().sign(reader.pk.hex)])


def reader_of(token):
    """The account whose address that is, while it is open; or None. The signature is its door."""
    try:
        key = signer().unsign(token)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=key, is_active=True).first()
