"""Handing a letter to the mail server, and what its answer means for the outbox."""

import re
import smtplib
from contextlib import suppress
from dataclasses import dataclass

from django.core.mail import EmailMessage
from django.core.mail.backends import smtp
from django.core.mail.message import sanitize_address

from governance.notices.models import NoticeState

# The server says so when it hangs up, and when it waits for the letter.
CLOSING, GO_ON = 421, 354
REFUSED = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)
# A line of a letter that begins with a dot gets another one, as a lone dot ends the letter.
DOTS = re.compile(rb"^\.", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """How a letter went: the state it is in now, what was answered, and whether to go on."""

    state: str
    error: str = ""
    goes_on: bool = True


@dataclass(frozen=True)
class Ready:
    """A letter as it goes over the line; what makes it impossible has been found by now."""

    letter: EmailMessage
    sender: str
    reader: str
    raw: bytes


def make_ready(letter):
    made = letter.message()
    letter.message = lambda: made
    return Ready(
        letter,
        sender=sanitize_address(letter.from_email, "utf-8"),
        reader=sanitize_address(letter.to[0], "utf-8"),
        raw=DOTS.sub(b"..", made.as_bytes(linesep="\r\n")).removesuffix(b"\r\n"),
    )


def nothing():
    pass


class NothingHandedOver(OSError):
    """The line broke before the letter went over it, so that it cannot have arrived."""


def stands(post):
    """Whether the line is still there: a server may hang up once it has refused a letter."""
    return not isinstance(post, smtp.EmailBackend) or bool(post.connection and post.connection.sock)


def reach(post):
    """Open a line to the mail server, on which both have said who they are, unless one stands.

    Returns how it goes with a letter for which there is none; None when there is one.
    """
    try:
        if not stands(post):
            post.close()
        post.open()
        if isinstance(post, smtp.EmailBackend):
            post.connection.ehlo_or_helo_if_needed()
    except OSError as error:
        return Outcome(NoticeState.QUEUED, in_short(error), goes_on=False)
    return None


def hand_over(post, ready, meanwhile=nothing, together=True):
    """Send one letter over a line that stands; `meanwhile` is done whenever the server thinks.

    What is said of it goes `together` where the server says that it takes it so.

    Until the letter itself goes over the line nothing can have arrived, so it waits for another
    try. An answer of the server settles it: 4xx means later, 5xx means never. When the line breaks
    after that without an answer nobody can say whether the letter was taken; it stays `sending`,
    in doubt.
    """
    try:
        if isinstance(post, smtp.EmailBackend):
            converse(post.connection, ready, meanwhile, together)
        else:
            post.send_messages([ready.letter])
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


def converse(line, ready, meanwhile, together):
    """Envelope, letter, answer (RFC 5321). Django's own backend does not say how far it came."""
    handed_over = False
    try:
        address(line, ready, meanwhile, together)
        handed_over = True
        line.send(ready.raw + b"\r\n.\r\n")
        meanwhile()
        check(hear(line))
    except REFUSED as refusal:
        begin_anew(line, refusal)
        raise
    except OSError as error:
        if handed_over:
            raise
        raise NothingHandedOver(type(error).__name__) from error


def address(line, ready, meanwhile, together):
    """Say from whom and to whom, and that the letter follows: where the server takes the three
    together, it is waited for once (RFC 2920)."""
    options = envelope_options(line, ready.letter)
    commands = (
        " ".join([f"MAIL FROM:{smtplib.quoteaddr(ready.sender)}", *options]),
        f"RCPT TO:{smtplib.quoteaddr(ready.reader)}",
        "DATA",
    )
    answers = ((2, None), (2, ready.reader), (3, None))
    if together and line.has_extn("pipelining"):
        line.send("".join(f"{command}\r\n" for command in commands))
        meanwhile()
        hear_together(line, answers)
        return
    for command, (expected, reader) in zip(commands, answers, strict=True):
        line.putcmd(command)
        check(hear(line), expected, reader)


def hear(line):
    """The server's answer; what is longer than an answer can be is none."""
    try:
        return line.getreply()
    except smtplib.SMTPResponseException as error:
        raise smtplib.SMTPServerDisconnected("The answer could not be read.") from error


def hear_together(line, answers):
    """The three answers; the first refusal counts, and no letter follows it."""
    refused = None
    for expected, reader in answers:
        try:
            answer = hear(line)
            check(answer, expected, reader)
        except REFUSED as refusal:
            refused = refused or refusal
        except OSError:
            if refused:
                break
            raise
    if refused is None:
        return
    if answer[0] == GO_ON:
        # It waits for a letter all the same, and is given none.
        with suppress(OSError):
            line.docmd(".")
    raise refused


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
    """That a letter which comes back names itself, where the server can promise it (RFC 3461), and
    that there are signs beyond ASCII in it, where it asks to be told (RFC 6152)."""
    options = ["BODY=8BITMIME"] if line.has_extn("8bitmime") else []
    if line.has_extn("dsn"):
        options += ["RET=HDRS", f"ENVID={letter.extra_headers['Message-ID'].strip('<>')}"]
    return options


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
        return f"The mail server refused the reader’s address: {code}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"The mail server answered {error.smtp_code}"
    return f"The mail server was not reached: {type(error).__name__}"
