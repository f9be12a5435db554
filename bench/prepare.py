"""What the bench measures on: which pages, votes that are opened for it, and counted queries.

python -m bench.prepare subjects    says the keys of what is measured
python -m bench.prepare vote        closes the vote opened before, opens another, says its key
python -m bench.prepare queries     reads [cookies, path, fields] lines, says how many each needs
"""

import json
import sys
from datetime import timedelta

import django

ITEMS_OF_THE_FLOOR = 20
TITLE = "A vote of the bench"
TEXT = "RESOLVED, that the time it takes to record a ballot is noted."
TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def subjects():
    """The next regular meeting of the Board, the open vote, and a meeting for the floor."""
    from django.utils import timezone

    from governance.decisions.models import Motion
    from governance.meetings.models import Meeting

    now = timezone.now()
    coming = Meeting.objects.ahead(now).filter(committee=None, kind="regular", starts_at__gt=now)
    return {
        "meeting": str(coming.first().pk),
        "motion": str(Motion.objects.filter(state="voting").latest("vote_opened_at").pk),
        "floor": str(meeting_of_the_floor(now).pk),
    }


def meeting_of_the_floor(now):
    """A draft with twenty items, which no director knows of."""
    from governance.meetings.operations import add_item, create_meeting

    by = holder("corporate_secretary")
    meeting = create_meeting(
        committee=None, kind="special", starts_at=now + timedelta(days=300), by=by, at=now
    )
    for number in range(ITEMS_OF_THE_FLOOR):
        add_item(meeting, title=f"Matter {number + 1}", purpose="discuss", by=by, at=now)
    return meeting


def vote():
    """Another vote in the meeting that is in session, put by whoever chairs it."""
    from django.utils import timezone

    from governance.decisions import operations
    from governance.decisions.models import Motion

    now = timezone.now()
    chair = designated("chair")
    for motion in Motion.objects.filter(state="voting", title=TITLE):
        operations.close_vote(motion, by=chair, at=now)
    item = Motion.objects.filter(meeting__state="in_session").latest("vote_opened_at").item
    motion = operations.put_motion(
        item, title=TITLE, text=TEXT, mover=chair.person, by=chair, at=now
    )
    operations.put_before_meeting(motion, by=chair, at=now)
    operations.open_vote(motion, by=chair, at=now)
    return {"motion": str(motion.pk)}


def queries():
    """How many each of the asked pages needs, once whatever is remembered is remembered."""
    return [count_queries(*json.loads(line)) for line in sys.stdin]


def count_queries(cookies, path, fields):
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies.load(cookies)
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.post(path, fields) if fields else client.get(path)
    return sum(not one["sql"].startswith(TRANSACTION) for one in captured)


def holder(office):
    from governance.people.models import User

    return User.objects.get(person__appointments__office=office, person__appointments__until=None)


def designated(role):
    from governance.people.models import User

    return User.objects.get(person__designations__role=role, person__designations__until=None)


if __name__ == "__main__":
    django.setup()
    print(json.dumps({"subjects": subjects, "vote": vote, "queries": queries}[sys.argv[1]]()))
