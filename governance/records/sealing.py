"""Sealed text: encrypted before it reaches the database, bound to the row it belongs to.

Each value has a data key of its own, wrapped by the portal's key (SEALING_KEYS): an envelope. Both
layers are AES-256-GCM and name the row as associated data, so a value copied to another row, or
found in a dump, stays shut. The first key of the list seals; every key of the list opens, so keys
are changed by adding one in front and sealing again what is stored.
"""

import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE, KEY_NAME = 12, 4
WRAPPED = NONCE + 32 + 16
VERSION = b"\x01"


class Unsealable(Exception):
    """The text cannot be opened: another row's, changed, or sealed with a key we do not have."""


def key_name(key):
    """Four bytes that tell which portal key sealed a value, and nothing about the key."""
    return hashlib.sha256(b"boardroom key name" + key).digest()[:KEY_NAME]


def seal(text, *, row):
    """Encrypt a text for the row named ("meetings.executivesession:<id>:topics"); bytes out."""
    portal_key, data_key = settings.SEALING_KEYS[0], AESGCM.generate_key(256)
    bound = row.encode()
    wrap, body = os.urandom(NONCE), os.urandom(NONCE)
    return b"".join(
        (
            VERSION,
            key_name(portal_key),
            wrap,
            AESGCM(portal_key).encrypt(wrap, data_key, bound),
            body,
            AESGCM(data_key).encrypt(body, text.encode(), bound),
        )
    )


def unseal(sealed, *, row):
    """Decrypt what `seal` made for the same row. Raises Unsealable."""
    sealed = bytes(sealed)
    names = {key_name(key): key for key in settings.SEALING_KEYS}
    start = len(VERSION) + KEY_NAME
    key = names.get(sealed[len(VERSION) : start])
    if sealed[:1] != VERSION or key is None:
        raise Unsealable("This text was sealed with a key that the portal does not have.")
    wrapped, rest = sealed[start : start + WRAPPED], sealed[start + WRAPPED :]
    bound = row.encode()
    try:
        data_key = AESGCM(key).decrypt(wrapped[:NONCE], wrapped[NONCE:], bound)
        return AESGCM(data_key).decrypt(rest[:NONCE], rest[NONCE:], bound).decode()
    except InvalidTag as error:
        raise Unsealable("This text was changed, or belongs to another row.") from error
