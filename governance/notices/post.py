"""Handing a letter to the mail server, and what its answer means for the outbox."""

import smtplib
from dataclasses import dataclass

from governance.notices.models import NoticeState

# The server says so when it hangs up.
CLOSING = 421


@dataclass(frozen=True)
class Outcome:
    """How a letter went: the state it is in now, what was answered, and whether to go on."""

    state: str
    error: str = ""
    goes_on: bool = True


def hand_over(post, letter):
    """Send one letter over an open or new line.

    Before the line stands nothing can have arrived, so the letter waits for another try. An answer
    of the server settles it: 4xx means later, 5xx means never. When the line breaks without an
    answer nobody can say whether the letter was taken; it stays `sending`, in doubt.
    """
    try:
        post.open()
    except OSError as error:
        return Outcome(NoticeState.QUEUED, in_short(error), goes_on=False)
    try:
        post.send_messages([letter])
    except smtplib.SMTPRecipientsRefused as error:
        [(code, _)] = error.recipients.values()
        return answered(code, error)
    except smtplib.SMTPResponseException as error:
        return answered(error.smtp_code, error)
    except smtplib.SMTPNotSupportedError as error:
        return Outcome(NoticeState.FAILED, in_short(error))
    except OSError as error:
        told = f"The line broke before the mail server answered: {type(error).__name__}"
        return Outcome(NoticeState.SENDING, told, goes_on=False)
    return Outcome(NoticeState.SENT)


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
