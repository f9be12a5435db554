from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection

from boardroom.grants import grant_to


class Command(BaseCommand):
    help = "Let a database role run the portal: as the owner of the tables, after each `migrate`."

    def add_arguments(self, parser):
        parser.add_argument("role", help="the role's name; it exists and owns none of the tables")

    def handle(self, *, role, **options):
        if role == connection.settings_dict["USER"]:
            raise CommandError(f"{role} owns the tables; name the role that runs the portal.")
        try:
            grant_to(role)
        except Error as error:
            raise CommandError(str(error).splitlines()[0]) from error
        self.stdout.write(f"{role} may run the portal.")
