"""Every address of the portal."""

from allauth.account import views as account
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from boardroom import board as board_pages
from boardroom import (
    calendars,
    commitments,
    committees,
    demo_signin,
    director,
    invitation,
    search,
    signin,
    skills,
    today,
    workbench,
    year,
)
from governance.board import urls as board_room


@login_not_required
def admin_sign_in(request):
    """The admin has no door of its own: whoever is signed in and has work there is inside."""
    if request.user.is_authenticated:
        raise Http404
    return RedirectView.as_view(pattern_name=settings.LOGIN_URL, query_string=True)(request)


def admin_password(request):
    """Nor a second page for passwords: the portal's own counts how often one is tried."""
    if not request.user.is_staff:
        raise Http404
    return redirect("account_change_password")


def nowhere(request, **asked):
    """Django's shortcut from a key to a page asks no door."""
    raise Http404


# `/healthz` and `/readyz` are answered by boardroom.health before the url table is asked.

# Only what the house offers: accounts are opened by invitation and keep the address they have.
accounts = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
    path("sessions/end/", signin.sign_out_everywhere, name="usersessions_end"),
    path("calendar/", calendars.calendar, name="calendar"),
    path("invitation/<str:token>/", invitation.accept, name="invitation"),
]
if settings.OIDC_PROVIDER_URL:
    from allauth.socialaccount import views as provider

    accounts += [
        path("", include("allauth.socialaccount.providers.openid_connect.urls")),
        path("provider/cancelled/", provider.login_cancelled, name="socialaccount_login_cancelled"),
        path("provider/error/", provider.login_error, name="socialaccount_login_error"),
    ]

# What a director has to do with meetings is put together here; the rest is the room's own.
board = [
    path("", board_pages.board, name="board"),
    path("directors/<uuid:pk>/", director.director, name="director"),
    path("independence/", workbench.workbench, name="workbench"),
    path("independence/counsel/", workbench.invite, name="invite_counsel"),
    path(
        "independence/counsel/<uuid:pk>/end/",
        workbench.end_invitation,
        name="end_counsel_invitation",
    ),
    path("independence/examinations/<uuid:pk>/note/", workbench.note, name="counsel_note"),
    path("independence/resolution/", workbench.resolution, name="resolution"),
    path("skills/", skills.matrix, name="skills"),
    path("commitments/", commitments.commitments, name="commitments"),
    *board_room.urlpatterns,
]

committee_pages = [
    path("", committees.committees, name="committees"),
    path("<uuid:pk>/", committees.committee, name="committee"),
    path("charters/<uuid:pk>/", committees.charter, name="charter"),
]

urlpatterns = [
    path("", today.today, name="today"),
    path("accounts/", include(accounts)),
    path("calendar/<str:token>.ics", calendars.feed, name="feed"),
    path("letters/", include("governance.notices.urls")),
    path("board/", include((board, "board"))),
    path("committees/", include((committee_pages, "committees"))),
    path("meetings/search/", search.search, name="search"),
    path("meetings/year/", year.year, name="year"),
    path("meetings/", include("governance.meetings.urls")),
    path("decisions/", include("governance.decisions.urls")),
    path("clawback/", include("clawback.urls")),
    path("minutes/", include("governance.minutes.urls")),
    path("papers/", include("governance.papers.urls")),
    path("admin/login/", admin_sign_in),
    path("admin/r/<path:asked>", nowhere),
    path("admin/password_change/", admin_password),
    path("admin/password_change/done/", admin_password),
    path("admin/", admin.site.urls),
]
if settings.DEMO_SIGN_IN:
    urlpatterns += [path("demo/", demo_signin.choose, name="demo")]
