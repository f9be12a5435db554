"""What holds around every page: its headers, its line in the log, and the door before it."""

import logging
import time
from urllib.parse import unquote, urlencode

import pghistory
from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect
from pghistory.middleware import HistoryMiddleware

from governance.records.models import Company

requests = logging.getLogger("boardroom.requests")

# How often a session in use notes that it is: not a write for every page.
NOTE_EVERY = 10 * 60


def written(policy):
    """A content security policy as its header says it."""
    return "; ".join(f"{rule} {' '.join(sources)}" for rule, sources in policy.items())


PORTAL_POLICY = written(settings.CONTENT_SECURITY_POLICY)
ADMIN_POLICY = written(settings.ADMIN_CONTENT_SECURITY_POLICY)


def route_of(request):
    """The address as the url table writes it: without keys, one-time links or questions."""
    return request.resolver_match.route if request.resolver_match else "(no page)"


def in_admin(request):
    """Whether the page is one of the secretary's admin."""
    return request.resolver_match is not None and request.resolver_match.app_name == "admin"


def log_requests(get_response):
    """One line for each page: method, route, status, time; nobody's name, no question asked."""

    def middleware(request):
        began = time.perf_counter()
        response = get_response(request)
        took = (time.perf_counter() - began) * 1000
        requests.info(
            "%s /%s %d %.0f ms", request.method, route_of(request), response.status_code, took
        )
        return response

    return middleware


def protect_pages(get_response):
    """A page loads only what is ours and is kept by nobody; files under static/ never come here."""

    def middleware(request):
        response = get_response(request)
        policy = ADMIN_POLICY if in_admin(request) else PORTAL_POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def explain_answers(get_response):
    """An address that only takes answers is met again after a new sign-in: say so on a page."""

    def middleware(request):
        response = get_response(request)
        if response.status_code == 405 and request.method == "GET" and not response.content:
            return render(request, "405.html", status=405)
        return response

    return middleware


def keep_company_time(get_response):
    """Today is today where the company is, and hours are shown in its zone."""

    def middleware(request):
        request.company = Company.current()
        with timezone.override(request.company.zone), request.company.held():
            return get_response(request)

    return middleware


def leave_the_fragment(get_response):
    """An htmx request sent to the sign-in pages takes the whole page there, not a part of it."""
    doors = ("/accounts/", "/admin/login/", resolve_url(settings.LOGIN_URL))

    def middleware(request):
        response = get_response(request)
        if not request.htmx or not isinstance(response, HttpResponseRedirect):
            return response
        if not response.url.startswith(doors):
            return response
        where, _, _ = response.url.partition("?")
        # Come back to the page the reader was on, not to the part of it that was asked for.
        back = urlencode({"next": request.htmx.current_url_abs_path or "/"})
        return HttpResponseClientRedirect(f"{where}?{back}")

    return middleware


class HoldTheDoor:
    """What a signed-in visitor meets before any page is shown."""

    # Pages that a person without a second factor needs in order to set one up, or to leave.
    BEFORE_SECOND_FACTOR = ("account_", "mfa_", "usersessions_")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not request.user.is_authenticated:
            return None
        if in_admin(request) and not request.user.is_staff:
            # The admin does not exist for whoever has no work in it.
            raise Http404
        if in_admin(request) and "\0" in unquote(request.META["QUERY_STRING"]):
            # The database keeps no such letter, so no list has a row to show for it.
            raise Http404
        return self.end_old_session(request) or self.ask_for_second_factor(request)

    def end_old_session(self, request):
        """Twelve idle hours end a session, and so does a week; in between it notes its use."""
        now = int(time.time())
        began = request.session.setdefault("began", now)
        if now - began > settings.SESSION_LASTS_AT_MOST:
            request.session.flush()
            return redirect(
                f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': request.path})}"
            )
        if now - request.session.get("noted", 0) > NOTE_EVERY:
            request.session["noted"] = now
            UserSession.objects.create_from_request(request)
        return None

    def ask_for_second_factor(self, request):
        """Nothing confidential is shown to somebody whom a password alone let in."""
        if not settings.MFA_REQUIRED or self.has_second_factor(request):
            return None
        if (request.resolver_match.url_name or "").startswith(self.BEFORE_SECOND_FACTOR):
            return None
        messages.info(
            request,
            "Before anything is shown, set up a second way to prove that it is you: "
            "a passkey or an authenticator app. It takes a minute.",
        )
        return redirect(reverse("mfa_index"))

    def has_second_factor(self, request):
        """Used in this session, which costs no query, or at least set up."""
        records = get_authentication_records(request, request.user)
        if any(record.get("method") == "mfa" for record in records):
            return True
        return is_mfa_enabled(request.user, types=["totp", "webauthn"])


class RecordHistory(HistoryMiddleware):
    """History says who changed a row and through which page: its route, never a one-time link."""

    def get_context(self, request):
        return {"user": super().get_context(request)["user"]}

    def process_view(self, request, view, args, kwargs):
        if request.method in settings.PGHISTORY_MIDDLEWARE_METHODS:
            pghistory.context(url=route_of(request))
