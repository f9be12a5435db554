"""How a session was signed in: what binds says so, and asks for a sign-in of just now."""

from datetime import timedelta
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.shortcuts import redirect, resolve_url

WAYS = {
    "password": "a password",
    "totp": "a code of the authenticator app",
    "recovery_codes": "a recovery code",
    "webauthn": "a passkey",
    "socialaccount": "the company's sign-in",
    "demo": "the roles of the demonstration",
    "session": "the session that stood",
}
# Whoever binds themselves has shown who they are within this time.
FRESH = timedelta(minutes=5)


def way_in(request):
    """How the session was authenticated, as the receipt says it: password, code, passkey."""
    records = get_authentication_records(request, request.user)
    ways = [str(record.get("type") or record.get("method")) for record in records]
    return ", ".join(dict.fromkeys(ways))[:40] or "session"


def said_way(ways):
    """The same in words: "a password, a code of the authenticator app"."""
    return ", ".join(WAYS.get(way, way) for way in ways.split(", "))


def is_fresh(request, now):
    """Whether somebody proved in the last five minutes that it is them."""
    records = get_authentication_records(request, request.user)
    latest = max((record.get("at", 0) for record in records), default=0)
    return now.timestamp() - latest <= FRESH.total_seconds()


def prove_again(request, back):
    """To the page where one proves again who one is, and from there back.

    Whoever has neither password nor second factor here comes in through the company's provider:
    their session ends, and they come in anew. In the demonstration they press their button again.
    """
    ways = get_adapter(request).get_reauthentication_methods(request.user)
    if not ways and not settings.DEMO_SIGN_IN:
        logout(request)
    door = ways[0]["url"] if ways else resolve_url(settings.LOGIN_URL)
    return redirect(f"{door}?{urlencode({REDIRECT_FIELD_NAME: back})}")
