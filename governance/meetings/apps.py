from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "governance.meetings"
    label = "meetings"
    verbose_name = "Meetings"

    def ready(self):
        """Receipts are found by their number; what the Board determines settles the sessions that
        waited for it; answers to invitations come in by letter."""
        from governance.meetings import receipts, sessions
        from governance.meetings.calendars import answers

        assert receipts and sessions and answers
