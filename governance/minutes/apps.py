from django.apps import AppConfig


class MinutesConfig(AppConfig):
    name = "governance.minutes"
    label = "minutes"
    verbose_name = "Minutes"

    def ready(self):
        """Signatures are found by their number, and an act that approves minutes reaches them."""
        from governance.minutes import approving, receipts

        assert approving and receipts
