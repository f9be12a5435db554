from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "governance.decisions"
    label = "decisions"
    verbose_name = "Decisions"

    def ready(self):
        """Receipts are found by their number, and a change of standing reaches open consents."""
        from governance.decisions import consents, receipts

        assert consents and receipts
