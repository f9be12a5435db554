"""Check a printed receipt against the record."""

from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from governance.people.signing import said_way
from governance.records.receipts import find_receipt


class Command(BaseCommand):
    """Show what a receipt's key stands for, and whether the record still says the same (C12)."""

    help = "Check a receipt: its number, and the fingerprint that it prints."

    def add_arguments(self, parser):
        parser.add_argument("number", help="the number of the receipt")
        parser.add_argument("fingerprint", nargs="?", default="", help="as the receipt prints it")

    def handle(self, *args, number, fingerprint, **options):
        try:
            key = UUID(number)
        except ValueError:
            raise CommandError(f"“{number}” is not the number of a receipt.") from None
        receipt = find_receipt(key)
        if receipt is None:
            raise CommandError("The record holds no receipt of that number.")
        if not receipt.text_is_intact:
            raise CommandError("The text in the record is not the one that was bound.")
        given = fingerprint.replace(" ", "").lower()
        if given and given != receipt.fingerprint:
            raise CommandError("The record says something else than the receipt does.")
        self.stdout.write(f"{receipt.what}\n{receipt.who}, {receipt.at}\n{receipt.statement}")
        self.stdout.write(f"Signed in with {said_way(receipt.method)}")
        if receipt.since:
            self.stdout.write(receipt.since)
        self.stdout.write(f"Text      {receipt.text_digest}\nReceipt   {receipt.fingerprint}")
        self.stdout.write("The record says the same." if given else "The text is intact.")
