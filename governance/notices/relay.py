"""Asking the relay what it has taken, where it can be asked."""

import json
import logging
from base64 import b64encode
from urllib.error import URLError
from urllib.parse import unquote, urlencode, urlsplit
from urllib.request import Request, urlopen

from django.conf import settings

log = logging.getLogger(__name__)

SECONDS = 5


def has_taken(message_id):
    """Whether the relay has a letter of that name; None when it does not say.

    It is asked in the manner of Mailpit: a search by Message-ID that answers with a number.
    """
    query = urlencode({"query": f'message-id:"{message_id.strip("<>")}"', "limit": 1})
    base, headers = address(settings.EMAIL_RELAY_ASK)
    try:
        # The address is a setting, which allows http and https alone.
        with urlopen(
            Request(f"{base}/api/v1/search?{query}", headers=headers), timeout=SECONDS
        ) as answer:
            return json.load(answer)["messages_count"] > 0
    except (URLError, OSError, ValueError, LookupError, TypeError) as error:
        log.warning("The relay could not be asked: %s", type(error).__name__)
        return None


def address(url):
    """Where to ask, and what shows that we may."""
    parts = urlsplit(url)
    base = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/")
    if not parts.username:
        return base, {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return base, {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
