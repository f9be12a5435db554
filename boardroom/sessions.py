"""Who is signed in: asked on every page, by questions that are written once."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from governance.asking import SOME_INSTANT, SOME_WORDS, SOMEBODY, ask_alike
from governance.people.models import User


class SessionStore(db.SessionStore):
    """Sessions in the database."""

    def _get_session_from_db(self):
        given = {SOME_WORDS: self.session_key, SOME_INSTANT: timezone.now()}
        # A cookie is anybody's to write: PostgreSQL refuses a text with a NUL in it.
        found = self.session_key.isalnum() and ask_alike(lasting, given=given)
        if not found:
            self._session_key = None
        return found[0] if found else None


class AccountBackend(AuthenticationBackend):
    """Sign-in by e-mail address and password, and whose account a session is of."""

    def get_user(self, user_id):
        found = ask_alike(account, given={SOMEBODY: user_id})
        return found[0] if found and self.user_can_authenticate(found[0]) else None


def lasting():
    return Session.objects.filter(session_key=SOME_WORDS, expire_date__gt=SOME_INSTANT)


def account():
    return User.objects.filter(pk=SOMEBODY).order_by()
