"""Writing a letter: a neutral subject and a link, the same for sealed and ordinary matters."""

from email.utils import format_datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from governance.notices import kinds, wishes


def unsubscribing(kind, reader):
    """How a mail program offers to write less often, with one click (RFC 8058).

    Of a legal notice nobody unsubscribes. All others carry the same lines, sealed or not: the
    address is the reader's own, and names neither kind nor matter.
    """
    if kind.legal:
        return {}
    return {
        "List-Unsubscribe": f"<{settings.PORTAL_URL}{wishes.address_of(reader)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def write(notice, *, company, now):
    """The letter of a notice; nothing in it depends on the matter but the key in its link.

    The link names the notice and not its subject, so that an address does not tell what it opens.
    None when there is nothing left to write of.
    """
    kind = kinds.find(notice.kind)
    facts = kind.facts(notice) if kind.facts else {}
    if facts is None:
        return None
    context = {
        **facts,
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
            **unsubscribing(kind, notice.reader),
        },
    )
    letter.attach_alternative(render_to_string(f"{kind.template}.html", context), "text/html")
    return letter


def tell_calendar(letter, notice, subject, *, company, now):
    """Say the same to the reader's own calendar, where the kind of letter has something to say.

    The last of the alternatives is what mail programs with a calendar show; the copy beside them
    is for those that look for a file.
    """
    write_calendar = kinds.find(notice.kind).calendar
    told = write_calendar and write_calendar(subject, notice, company=company, now=now)
    if told:
        method, calendar = told
        letter.attach_alternative(calendar, f"text/calendar; method={method}")
        letter.attach("invite.ics", calendar.encode(), "application/ics")
