from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class NoticesConfig(AppConfig):
    name = "governance.notices"
    label = "notices"
    verbose_name = "Notices"

    def ready(self):
        # Each room declares its letters in its own `mail`, and in `moments` the days on which they
        # are written.
        autodiscover_modules("mail", "moments")
        from governance.notices import incoming, returning

        incoming.register(returning.REPORT, returning.read_report)
