"""Writing a letter: a neutral subject and a link, the same for sealed and ordinary matters."""

from email.utils import format_datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from governance.notices import kinds


def write(notice, *, company, now):
    """The letter of a notice; nothing in it depends on the matter but the key in its link.

    The link names the notice and not its subject, so that an address does not tell what it opens.
    """
    kind = kinds.find(notice.kind)
    context = {
        "person": notice.reader.person,
        "subject": kind.subject,
        "link": f"{settings.PORTAL_URL}{notice.get_absolute_url()}",
        "company": company.name,
    }
    letter = EmailMultiAlternatives(
        kind.subject,
        render_to_string(f"{kind.template}.txt", context),
        to=[notice.reader.email],
        headers={
            "Message-ID": notice.message_id,
            "Date": format_datetime(now),
            # Nobody's absence note answers it (RFC 3834).
            "Auto-Submitted": "auto-generated",
        },
    )
    letter.attach_alternative(render_to_string(f"{kind.template}.html", context), "text/html")
    return letter
