"""Change the key that wraps all the keys of sealed texts."""

from django.core.management.base import BaseCommand
from django.db import transaction

from boardroom.signin import rewrap_second_factors
from governance.records.sealed import rewrap_all


class Command(BaseCommand):
    """Wrap everything with the first of SEALING_KEYS; afterwards the older ones can go."""

    help = (
        "After a new key was put in front of SEALING_KEYS: wrap the keys of sealed texts with it. "
        "The texts stay as they are. Sign-ins that are a week old ended by themselves: leave the "
        "older key in place until then."
    )

    @transaction.atomic
    def handle(self, **options):
        rows, factors = rewrap_all(), rewrap_second_factors()
        self.stdout.write(f"Wrapped anew: {rows} sealed rows, {factors} second factors.")
