"""Passwords are refused that are known from breaches, or that anybody here would try first.

Both lists are consulted offline: no password, and no part of one, leaves the portal.
"""

import re

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from governance.records.models import Company

# What comes to mind in front of this portal.
PORTAL_WORDS = frozenset(
    {
        "board",
        "boardroom",
        "chairman",
        "committee",
        "director",
        "governance",
        "minutes",
        "password",
        "portal",
        "secretary",
        "welcome",
    }
)
# The letters that digits and signs are written for.
PLAIN = str.maketrans("013457@$!", "oieastasi")
# So many letters beside the known words make a password of their own.
LETTERS_OF_ITS_OWN = 8


def plainly(text):
    """The letters of a text, digits and signs that stand for letters among them."""
    return re.sub(r"[^a-z]", "", text.lower().translate(PLAIN))


def words_of(text):
    """The words of a name or an address; shorter ones turn up in anything."""
    return {word for word in re.split(r"[^a-z]+", text.lower()) if len(word) >= 4}


class BreachedPasswordValidator(CommonPasswordValidator):
    """Refuse the 20,000 most common passwords of known breaches, also under a thin disguise."""

    def validate(self, password, user=None):
        password = password.lower().strip()
        bare = re.sub(r"^[^a-z]+|[^a-z]+$", "", password)
        repeated = re.fullmatch(r"(.+?)\1+", password)
        once = repeated[1] if repeated else password
        for guess in (password, bare, once, plainly(bare), plainly(password)):
            if len(guess) >= 4 and guess in self.passwords:
                raise ValidationError(
                    "This password is known from breaches, if need be with a few signs added.",
                    code="password_too_common",
                )

    def get_help_text(self):
        return "Your password cannot be one known from breaches, nor one with a few signs added."


class ContextValidator:
    """Refuse a password made of the company's name, the portal's words or the person's name."""

    def validate(self, password, user=None):
        left = plainly(password)
        found = False
        for word in sorted(known_words(user), key=len, reverse=True):
            found = found or word in left
            left = left.replace(word, "")
        if found and len(left) < LETTERS_OF_ITS_OWN:
            raise ValidationError(
                "This password is made of words that anybody would try here. Take several words "
                "that have nothing to do with you, the company or the portal.",
                code="password_in_context",
            )

    def get_help_text(self):
        return "Your password cannot be made of your name, the company's or words of this portal."


def known_words(user):
    """What somebody in front of the portal knows of the company and of the person."""
    words = PORTAL_WORDS | words_of(Company.current().name)
    if user is None:
        return words
    return words | words_of(user.email) | words_of(user.person.name)
