"""Sealed text: encrypted before it reaches the database, bound to the row it belongs to.

Each sealed row, and each value sealed by itself, has a data key of its own, wrapped by the portal's
key (SEALING_KEYS): an envelope. Both layers are AES-256-GCM and name the row as associated data, so
what is copied to another row, or found in a dump, stays shut. The first key of the list wraps;
every key of the list opens, so keys are changed by adding one in front and wrapping again what is
stored (`manage.py rotate_sealing_key`); the text itself is not touched.
"""

import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE, KEY_NAME = 12, 4
VERSION = b"\x01"
# The wrapped key, and before it which portal key wrapped it.
NAMED = len(VERSION) + KEY_NAME
WRAPPED = NAMED + NONCE + 32 + 16


class Unsealable(Exception):
    """The text cannot be opened: another row's, changed, or sealed with a key we do not have."""


def key_name(key):
    """Four bytes that tell which portal key sealed a value, and nothing about the key."""
    return hashlib.sha256(b"boardroom key name" + key).digest()[:KEY_NAME]


def encrypt(key, plain, *, row):
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, row.encode())


def decrypt(key, sealed, *, row):
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], row.encode())
    except (InvalidTag, ValueError) as error:
        raise Unsealable("This text was changed, or belongs to another row.") from error


def new_key():
    """A data key; it is stored wrapped, never as it is."""
    return AESGCM.generate_key(256)


def wrap(data_key, *, row):
    """The data key under the portal's first key, for the row named."""
    portal_key = settings.SEALING_KEYS[0]
    return VERSION + key_name(portal_key) + encrypt(portal_key, data_key, row=row)


def unwrap(wrapped, *, row):
    """The data key that `wrap` wrapped for the same row. Raises Unsealable."""
    wrapped = bytes(wrapped)
    names = {key_name(key): key for key in settings.SEALING_KEYS}
    portal_key = names.get(wrapped[len(VERSION) : NAMED])
    if wrapped[:1] != VERSION or portal_key is None:
        raise Unsealable("This text was sealed with a key that the portal does not have.")
    return decrypt(portal_key, wrapped[NAMED:], row=row)


def seal(text, *, row):
    """Encrypt one text with a key of its own ("mfa.authenticator"); bytes out."""
    data_key = new_key()
    return wrap(data_key, row=row) + encrypt(data_key, text.encode(), row=row)


def unseal(sealed, *, row):
    """Decrypt what `seal` made for the same row. Raises Unsealable."""
    sealed = bytes(sealed)
    return decrypt(unwrap(sealed[:WRAPPED], row=row), sealed[WRAPPED:], row=row).decode()


def rewrap(sealed, *, row):
    """A wrapped key, and the text after it if there is one, under the portal's first key."""
    sealed = bytes(sealed)
    return wrap(unwrap(sealed[:WRAPPED], row=row), row=row) + sealed[WRAPPED:]
