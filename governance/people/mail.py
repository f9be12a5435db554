"""Letters about one's own account. They say that something happened and where to go."""

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse


def send(template, user, **context):
    """Send one letter from its three templates: subject, text and HTML."""
    subject = render_to_string(f"mail/people/{template}.subject.txt").strip()
    context = {"person": user.person, "subject": subject, **context}
    text = render_to_string(f"mail/people/{template}.txt", context)
    letter = EmailMultiAlternatives(subject, text, to=[user.email])
    html = render_to_string(f"mail/people/{template}.html", context)
    letter.attach_alternative(html, "text/html")
    letter.send()


def tell_of_invitation(user, token):
    """The one-time link with which a person opens the account."""
    send("invitation", user, link=settings.PORTAL_URL + reverse("invitation", args=[token]))


def tell_of_reset(user):
    """The link with which the owner of an account sets a new password."""
    key = (user_pk_to_url_str(user), default_token_generator.make_token(user))
    path = reverse("account_reset_password_from_key", args=key)
    send("new_password", user, link=settings.PORTAL_URL + path)


def tell_of_change(user, change):
    """What was changed about the way into the account."""
    link = settings.PORTAL_URL + reverse("usersessions_list")
    send("account_changed", user, change=change, link=link)
