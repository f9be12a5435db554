from django.apps import AppConfig


class ClawbackConfig(AppConfig):
    """The room with its rows."""

    default = True
    name = "clawback"
    label = "clawback"
    verbose_name = "Recovery of compensation"

    def ready(self):
        """Receipts are found by their number; a restatement asks the Committee's chair."""
        from clawback import mail, receipts, restating

        assert receipts
        restating.follow_restatements(mail.tell_chair_of_restatement)


class ArithmeticConfig(AppConfig):
    """The arithmetic alone: its command needs no settings, and no room has rows there."""

    name = "clawback"
    label = "clawback"

    def import_models(self):
        self.models = {}
