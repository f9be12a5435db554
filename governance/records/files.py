"""Files, kept once under the SHA-256 of what they hold, and encrypted before they are stored.

A file has a data key of its own, wrapped by the portal's (`governance.records.sealing`). It is
encrypted in pieces, so that any part of it can be read without the rest. Each piece names the file
and its place in it as associated data: pieces can be neither moved nor left out. The storage is
private and knows a file by a random name; nothing leads to it but the portal's pages.
"""

import hashlib
import uuid
from tempfile import SpooledTemporaryFile

import pgtrigger
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError, Q
from django.db.models.functions import Now

from governance.records.sealed import SealedRow
from governance.records.sealing import Unsealable, new_key, unwrap, wrap

PIECE, TAG = 256 * 1024, 16
IN_MEMORY = 8 * 2**20


class StoredFile(SealedRow):
    """A file as it is kept. Who may read it is settled by whatever points to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.CharField("SHA-256", max_length=64, unique=True, editable=False)
    size = models.PositiveBigIntegerField(editable=False)
    kept_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="file_hash"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="keeps_what_it_is",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("id", "digest", "size"),
                func="RAISE EXCEPTION 'a stored file does not change';",
            ),
        ]

    def __str__(self):
        return f"File of {self.size} bytes"

    @property
    def place(self):
        """Its name in the storage, which says nothing."""
        return f"{self.pk.hex[:2]}/{self.pk.hex}"

    def read(self, start=0, stop=None):
        """What it holds from one byte to before another, piece by piece. Raises Unsealable."""
        stop = self.size if stop is None else min(stop, self.size)
        key = AESGCM(unwrap(self.wrapped_key, row=self.row))
        with default_storage.open(self.place) as kept:
            number = start // PIECE
            kept.seek(number * (PIECE + TAG))
            while number * PIECE < stop:
                begins = number * PIECE
                plain = self.open_piece(key, number, kept.read(PIECE + TAG))
                yield plain[max(start - begins, 0) : stop - begins]
                number += 1

    def open_piece(self, key, number, sealed):
        try:
            plain = key.decrypt(nonce_of(number), sealed, self.names(number))
        except (InvalidTag, ValueError) as error:
            raise Unsealable("This file was changed, or belongs to another row.") from error
        if len(plain) != min(PIECE, self.size - number * PIECE):
            raise Unsealable("A part of this file is missing.")
        return plain

    def names(self, number):
        """What a piece is bound to."""
        return f"{self.row}:{self.size}:{number}".encode()

    def copy_to(self, path):
        """Write it out, for a program that reads files; whoever calls removes it again."""
        with open(path, "wb") as out:
            for piece in self.read():
                out.write(piece)
        return path


def nonce_of(number):
    """A key encrypts one file, each of its pieces once: their numbers never come twice."""
    return number.to_bytes(12, "big")


def keep(path):
    """Keep the file at a path; the same content is kept once. Give the StoredFile."""
    digest, size = measure(path)
    known = StoredFile.objects.filter(digest=digest).first()
    if known and default_storage.exists(known.place):
        return known
    row = known or StoredFile(digest=digest, size=size)
    key = unwrap(row.wrapped_key, row=row.row) if known else new_key()
    row.wrapped_key = row.wrapped_key or wrap(key, row=row.row)
    with open(path, "rb") as plain, SpooledTemporaryFile(IN_MEMORY) as sealed:
        encrypt_into(sealed, plain, row, AESGCM(key))
        sealed.seek(0)
        default_storage.save(row.place, File(sealed))
    if known:
        return known
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # Somebody else kept the same content meanwhile.
        default_storage.delete(row.place)
        return StoredFile.objects.get(digest=digest)
    return row


def forget(file):
    """Delete a file to which nothing points, and what is stored of it; whether that was so.

    Who is just being sent it has it open. Whoever keeps the same content from now on keeps it anew.
    """
    place = file.place
    try:
        with transaction.atomic():
            file.delete()
    except (ProtectedError, IntegrityError):
        return False
    transaction.on_commit(lambda: default_storage.delete(place))
    return True


def measure(path):
    """The SHA-256 of a file and how many bytes it has."""
    with open(path, "rb") as plain:
        digest = hashlib.file_digest(plain, "sha256").hexdigest()
        return digest, plain.tell()


def encrypt_into(sealed, plain, row, key):
    number = 0
    while piece := plain.read(PIECE):
        sealed.write(key.encrypt(nonce_of(number), piece, row.names(number)))
        number += 1
