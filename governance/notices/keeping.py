"""Where no mail server is named, letters are kept in the database, to be seen as they were sent."""

from django.core.mail.backends.base import BaseEmailBackend

from governance.notices.models import Letter, Notice


class Backend(BaseEmailBackend):
    """Keeps each letter, byte for byte."""

    def send_messages(self, email_messages):
        return len([keep(message) for message in email_messages])


def keep(message):
    """Keep one letter, with the notice it was written for."""
    sent = message.message()
    notice = Notice.objects.filter(message_id=sent["Message-ID"]).first()
    return Letter.objects.create(
        notice=notice,
        to=", ".join(message.recipients()),
        subject=message.subject[:250],
        raw=sent.as_bytes(),
    )
