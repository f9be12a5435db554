from boardroom.management.inviting import InviteCommand
from governance.people.models import Office


class Command(InviteCommand):
    help = "Invite the Corporate Secretary by a letter with a one-time link."
    office = Office.CORPORATE_SECRETARY
