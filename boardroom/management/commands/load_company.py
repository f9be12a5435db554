from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from boardroom.company_file.loading import load_file
from boardroom.company_file.problems import Unloadable
from governance.records.models import Company


class Command(BaseCommand):
    help = (
        "Load a company from its file, whole or not at all: every problem is listed with its "
        "line, and then nothing is written. See docs/company-file.md."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", help="a company file, in YAML")

    def handle(self, *, file, **options):
        try:
            new = load_file(file, now=timezone.now())
        except Unloadable as reason:
            count = len(reason.problems)
            said = "One problem" if count == 1 else f"{count} problems"
            raise CommandError(f"{said} in {file}; nothing was written.\n{reason}") from reason
        name = Company.current().name
        told = f"{new} new rows were loaded." if new else "It was loaded before; nothing changed."
        self.stdout.write(f"{name}: {told}")
