"""The demo's door: the cast on one page and a button to be any of them. Only the demo has it."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_login_redirect_url
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from boardroom.cast import cast_on
from governance.people.models import User


class CastForm(forms.Form):
    """Whom the visitor wants to be."""

    person = forms.ModelChoiceField(User.objects.filter(is_active=True))


@login_not_required
@require_http_methods(["GET", "POST"])
def choose(request):
    """Show who is who; sign in as the one whose button was pressed."""
    form = CastForm(request.POST or None)
    if form.is_valid():
        return sign_in_as(request, form.cleaned_data["person"])
    context = {"groups": cast_on(timezone.localdate()), "here": request.get_full_path()}
    return render(request, "boardroom/demo.html", context)


def sign_in_as(request, user):
    """Sign in without a password. The record says that the demo let them in."""
    get_adapter(request).login(request, user)
    record_authentication(request, user, method="demo")
    UserSession.objects.create_from_request(request)
    return redirect(get_login_redirect_url(request))
