"""What the bench measures on: which pages, votes that are opened for it, and counted queries.

python -m bench.prepare load        loads the demo company, says the seconds it took
python -m bench.prepare subjects    says the keys of what is measured
python -m bench.prepare vote        closes the vote opened before, opens another, says its key
                                    and who may vote on it
python -m bench.prepare queries     reads [cookies, path, fields] lines, says how many each needs
"""

import json
import sys
import time
from datetime import timedelta

import django

ITEMS_OF_THE_FLOOR = 20
TITLE_OF_THE_FLOOR = "Matter of the floor"
TITLE = "A vote of the bench"
TEXT = "RESOLVED, that the time it takes to record a ballot is noted."
TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def load():
    from boardroom.demo import prepare as demo

    demo.bring_tables_up_to_date()
    demo.collect_static_files()
    began = time.perf_counter()
    demo.load_the_company()
    return {"seconds": time.perf_counter() - began}


def subjects():
    """The next regular meeting of the Board, the open vote and its meeting, one for the floor, and
    the directors who follow."""
    from django.utils import timezone

    from governance.board.models import Directorship
    from governance.decisions.models import Motion
    from governance.meetings.models import Meeting

    now = timezone.now()
    coming = Meeting.objects.ahead(now).filter(committee=None, kind="regular", starts_at__gt=now)
    motion = Motion.objects.filter(state="voting").latest("vote_opened_at")
    sitting = Directorship.objects.on(now.date()).values("person")
    return {
        "meeting": str(coming.first().pk),
        "motion": str(motion.pk),
        "console": str(motion.meeting_id),
        "directors": accounts(sitting),
        "director": str(designated("lead_independent_director").pk),
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
        add_item(meeting, title=f"{TITLE_OF_THE_FLOOR} {number + 1}", minutes=10, by=by, at=now)
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
    return {"motion": str(motion.pk), "voters": accounts(motion.voters.values("person"))}


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
    return sum(not (one["sql"] or "").startswith(TRANSACTION) for one in captured)


def accounts(people):
    """The keys of the accounts of these people."""
    from governance.people.models import User

    return [str(key) for key in User.objects.filter(person__in=people).values_list("pk", flat=True)]


def holder(office):
    from governance.people.models import User

    return User.objects.get(person__appointments__office=office, person__appointments__until=None)


def designated(role):
    from governance.people.models import User

    return User.objects.get(person__designations__role=role, person__designations__until=None)


if __name__ == "__main__":
    django.setup()
    answers = {"load": load, "subjects": subjects, "vote": vote, "queries": queries}
    print(json.dumps(answers[sys.argv[1]]()))
