from django.apps import AppConfig


class ClawbackConfig(AppConfig):
    """The room with its rows."""

    default = True
    name = "clawback"
    label = "clawback"
    verbose_name = "Recovery of compensation"

    def ready(self):
        from clawback import mail, receipts  # noqa: F401


class ArithmeticConfig(AppConfig):
    """The arithmetic alone: its command needs no settings, and no room has rows there."""

    name = "clawback"
    label = "clawback"

    def import_models(self):
        self.models = {}
