from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from boardroom.demo.long_history import make_long_history


class Command(BaseCommand):
    help = (
        "Invent a long past before the first meeting of the company, or a company with one where "
        "none has been loaded, to see that the portal stays quick. Only in the demo."
    )

    def add_arguments(self, parser):
        parser.add_argument("--years", type=int, default=25, help="how far back, in years (25)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same past (1)")

    def handle(self, *, years, seed, **options):
        if not settings.DEMO:
            raise CommandError("An invented past has no place outside the demo.")
        rows = make_long_history(years=years, now=timezone.now(), seed=seed)
        self.stdout.write(f"{rows} rows were invented." if rows else "It reaches as far already.")
