"""What the commands that invite the first people have in common."""

from smtplib import SMTPException

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from boardroom.invitation import invite_to_office
from governance.people.mail import tell_of_invitation
from governance.people.models import Office
from governance.records.models import Company
from governance.refusals import Refused


class InviteCommand(BaseCommand):
    """Give one office to one person and write them the link that opens their account."""

    office: Office

    def add_arguments(self, parser):
        parser.add_argument("--email", required=True)
        parser.add_argument("--given-name", default="", help="needed for a new account")
        parser.add_argument("--family-name", default="", help="needed for a new account")

    def handle(self, *, email, given_name, family_name, **options):
        now = timezone.now()
        try:
            user, token = invite_to_office(
                self.office,
                email=email,
                given_name=given_name,
                family_name=family_name,
                on=Company.current().day_of(now),
                now=now,
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        try:
            tell_of_invitation(user, token)
        except (OSError, SMTPException) as error:
            raise CommandError(
                "The account is ready, but the letter could not be sent: "
                f"{type(error).__name__}. Run the command again for a new link."
            ) from error
        self.stdout.write(f"A letter with a one-time link is on its way to {user.email}.")
