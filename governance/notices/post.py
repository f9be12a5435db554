"""Handing a letter to the mail server, and what its answer means for the outbox."""

import re
import smtplib
from contextlib import suppress
from dataclasses import dataclass

from django.core.mail.backends import smtp
from django.core.mail.message import sanitize_address

from governance.notices.models import NoticeState

# The server says so when it hangs up.
CLOSING = 421
# A line of a letter that begins with a dot gets another one, as a lone dot ends the letter.
DOTS = re.compile(rb"^\.", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """How a letter went: the state it is in now, what was answered, and whether to go on."""

    state: str
    error: str = ""
    goes_on: bool = True


class NothingHandedOver(OSError):
    """The line broke before the letter went over it, so that it cannot have arrived."""


def hand_over(post, letter):
    """Send one letter over an open or new line.

    Until the letter itself goes over the line nothing can have arrived, so it waits for another
    try. An answer of the server settles it: 4xx means later, 5xx means never. When the line breaks
    after that without an answer nobody can say whether the letter was taken; it stays `sending`,
    in doubt.
    """
    try:
        open_line(post)
    except OSError as error:
        return Outcome(NoticeState.QUEUED, in_short(error), goes_on=False)
    try:
        if isinstance(post, smtp.EmailBackend):
            converse(post.connection, letter)
        else:
            post.send_messages([letter])
    except smtplib.SMTPRecipientsRefused as error:
        [(code, _)] = error.recipients.values()
        return answered(code, error)
    except smtplib.SMTPResponseException as error:
        return answered(error.smtp_code, error)
    except smtplib.SMTPNotSupportedError as error:
        return Outcome(NoticeState.FAILED, in_short(error))
    except NothingHandedOver as error:
        told = f"The line broke before the letter was handed over: {error}"
        return Outcome(NoticeState.QUEUED, told, goes_on=False)
    except OSError as error:
        told = f"The line broke before the mail server answered: {type(error).__name__}"
        return Outcome(NoticeState.SENDING, told, goes_on=False)
    return Outcome(NoticeState.SENT)


def open_line(post):
    """A line to the mail server, on which both have said who they are."""
    post.open()
    if isinstance(post, smtp.EmailBackend):
        post.connection.ehlo_or_helo_if_needed()


def converse(line, letter):
    """Envelope, letter, answer (RFC 5321). Django's own backend does not say how far it came."""
    reader = sanitize_address(letter.to[0], "utf-8")
    raw = DOTS.sub(b"..", letter.message().as_bytes(linesep="\r\n"))
    handed_over = False
    try:
        sender = sanitize_address(letter.from_email, "utf-8")
        check(line.mail(sender, envelope_options(line, letter)))
        check(line.rcpt(reader), reader=reader)
        check(line.docmd("DATA"), expected=3)
        handed_over = True
        line.send(raw.removesuffix(b"\r\n") + b"\r\n.\r\n")
        check(line.getreply())
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as refusal:
        begin_anew(line, refusal)
        raise
    except OSError as error:
        if handed_over:
            raise
        raise NothingHandedOver(type(error).__name__) from error


def check(answer, expected=2, reader=None):
    """Raise what the server refused; an answer that is none is as good as a broken line."""
    code, words = answer
    if code // 100 == expected:
        return
    if not 400 <= code < 600:
        raise smtplib.SMTPServerDisconnected("The answer could not be read.")
    if reader:
        raise smtplib.SMTPRecipientsRefused({reader: answer})
    raise smtplib.SMTPResponseException(code, words)


def envelope_options(line, letter):
    """That a letter which comes back names itself, where the server can promise it (RFC 3461)."""
    if not line.has_extn("dsn"):
        return []
    return ["RET=HDRS", f"ENVID={letter.extra_headers['Message-ID'].strip('<>')}"]


def begin_anew(line, refusal):
    """After a refusal: the line is ready for the next letter, or is closed."""
    with suppress(OSError):
        if getattr(refusal, "smtp_code", None) == CLOSING:
            line.close()
        else:
            line.rset()


def answered(code, error):
    """What a refusal means: 4xx is for now, 5xx for good."""
    for_now = 400 <= code < 500
    state = NoticeState.QUEUED if for_now else NoticeState.FAILED
    return Outcome(state, in_short(error), goes_on=code != CLOSING)


def in_short(error):
    """The server's code, or the kind of trouble; what servers say beyond it is left out."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        [(code, _)] = error.recipients.values()
        return f"The mail server refused the reader's address: {code}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"The mail server answered {error.smtp_code}"
    return f"The mail server was not reached: {type(error).__name__}"
