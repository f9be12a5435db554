"""Rows with sealed texts: one key for each row, which only the portal's key opens."""

from django.apps import apps
from django.db import models, transaction

from governance.records.sealing import decrypt, encrypt, new_key, rewrap, unwrap, wrap


class SealedRow(models.Model):
    """A row whose texts nobody reads in the database, an administrator of it or a thief.

    Each text `name` lies in the column `sealed_<name>`, empty while there is none. Whoever keeps a
    history of the row leaves `wrapped_key` out of it: the row alone has the key to its past texts.
    """

    # Empty until something is sealed.
    wrapped_key = models.BinaryField(default=b"", editable=False)

    class Meta:
        abstract = True

    @property
    def row(self):
        """What the key and the texts are bound to."""
        return f"{self._meta.label_lower}:{self.pk}"

    def read_sealed(self, name):
        """The text, or nothing. Raises Unsealable."""
        sealed = bytes(getattr(self, f"sealed_{name}"))
        if not sealed:
            return ""
        key = unwrap(self.wrapped_key, row=self.row)
        return decrypt(key, sealed, row=f"{self.row}:{name}").decode()

    def write_sealed(self, **texts):
        """Seal these texts under the key of this row, and save them."""
        changed = [f"sealed_{name}" for name in texts]
        if self.wrapped_key:
            key = unwrap(self.wrapped_key, row=self.row)
        else:
            key = new_key()
            self.wrapped_key = wrap(key, row=self.row)
            changed.append("wrapped_key")
        for name, text in texts.items():
            sealed = encrypt(key, text.encode(), row=f"{self.row}:{name}") if text else b""
            setattr(self, f"sealed_{name}", sealed)
        self.save(update_fields=changed)


def rewrap_all():
    """Wrap the key of every sealed row with the portal's first key; how many there were.

    Each row is locked while its key is wrapped, so that nobody seals with a key that is then lost.
    """
    return sum(rewrap_rows(model) for model in apps.get_models() if issubclass(model, SealedRow))


@transaction.atomic
def rewrap_rows(model):
    rows = model._default_manager.exclude(wrapped_key=b"").select_for_update(of=("self",))
    for row in rows.only("wrapped_key").iterator():
        row.wrapped_key = rewrap(row.wrapped_key, row=row.row)
        row.save(update_fields=["wrapped_key"])
    return rows.count()
