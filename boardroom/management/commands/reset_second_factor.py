from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from governance.people.mail import tell_of_change
from governance.people.models import User


class Command(BaseCommand):
    help = (
        "For somebody who lost their telephone and their recovery codes, after you have spoken to "
        "them: forget their second factors and sign them out. They set up new ones next time."
    )

    def add_arguments(self, parser):
        parser.add_argument("--email", required=True)

    def handle(self, *, email, **options):
        user = User.objects.filter(email__iexact=email).select_related("person").first()
        if user is None:
            raise CommandError(f"Nobody has an account with {email}.")
        with transaction.atomic():
            Authenticator.objects.filter(user=user).delete()
            for session in UserSession.objects.filter(user=user):
                session.end()
        tell_of_change(user, "its second factors were removed by whoever runs the portal")
        self.stdout.write(f"{user.email} signs in by password once and sets up a new factor.")
