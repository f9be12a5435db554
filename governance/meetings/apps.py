from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "governance.meetings"
    label = "meetings"
    verbose_name = "Meetings"

    def ready(self):
        """Receipts are found by their number; what the Board determines settles the sessions that
        waited for it."""
        from governance.meetings import receipts, sessions

        assert receipts and sessions
