from boardroom.management.inviting import InviteCommand
from governance.people.models import Office


class Command(InviteCommand):
    help = "Invite the administrator of the portal by a letter with a one-time link."
    office = Office.ADMINISTRATOR
