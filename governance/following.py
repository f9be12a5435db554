"""A page that is open follows what happens: it asks again, and hears only of what is new to it."""

from hashlib import sha256

from django.http import HttpResponse

# What the page's part has been told; see static/js/portal.js.
HEADER = "Boardroom-Seen"


def mark_of(*facts):
    """What a page tells, in short. Of no other facts than those the reader is shown: it changes
    when they do, and at no other time (access rule 1)."""
    return sha256(repr(facts).encode()).hexdigest()[:20]


def nothing_new(request, mark):
    """The answer to a page that shows all of this already; None when there is something to show."""
    return HttpResponse(status=204) if request.headers.get(HEADER) == mark else None
