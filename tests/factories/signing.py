"""A session in which somebody signed in at an instant, as the portal keeps it."""

import time

from allauth.account.internal.flows import login
from django.contrib.auth import SESSION_KEY


def signed_in(client, user, *, at, method="password"):
    """The client is signed in as the user, who showed at that instant who they are."""
    client.force_login(user)
    return shown_at(client, at.timestamp(), method)


def just_now(client):
    """Whoever the client is signed in as has shown a moment ago who they are."""
    return shown_at(client, time.time(), "password")


def shown_at(client, at, method):
    session = client.session
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = session[SESSION_KEY]
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": method, "at": at}]
    session.save()
    return client
