"""Whatever the mail server answers and whenever a worker dies: no letter twice, none lost."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from hypothesis import HealthCheck, given
from hypothesis import settings as runs
from hypothesis import strategies as st

from governance.meetings.mail import MEETING_SCHEDULED, SESSION_SET
from governance.notices import doubts
from governance.notices.delivering import deliver, send_again
from governance.notices.doubts import MOST_DOUBTS
from governance.notices.models import Notice
from governance.notices.operations import tell
from governance.refusals import Refused

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


class WorkerKilled(BaseException):
    """As by the kernel, or by pulling the plug."""


class Server:
    """What the mail server will say next, and what it has taken."""

    answers: list = []
    taken: Counter = Counter()


class Post(BaseEmailBackend):
    """Answers as the server is told to; when it has been told nothing, it takes the letter."""

    def open(self):
        if Server.answers[:1] == ["gone"]:
            Server.answers.pop(0)
            raise ConnectionRefusedError

    def send_messages(self, messages):
        [message] = messages
        answer = Server.answers.pop(0) if Server.answers else "take"
        if answer == "later":
            raise SMTPRecipientsRefused({message.to[0]: (451, b"later")})
        if answer == "never":
            raise SMTPDataError(554, b"never")
        if answer == "killed before":
            raise WorkerKilled
        if answer == "broken before":
            raise SMTPServerDisconnected
        Server.taken[message.extra_headers["Message-ID"]] += 1
        if answer == "broken after":
            raise SMTPServerDisconnected
        if answer == "killed after":
            raise WorkerKilled
        return 1


ANSWERS = st.sampled_from(
    [
        "take",
        "later",
        "never",
        "gone",
        "killed before",
        "killed after",
        "broken before",
        "broken after",
    ]
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("round"), st.lists(ANSWERS, max_size=6)),
        st.tuples(st.just("wait"), st.integers(1, 90)),
        st.tuples(st.just("send again"), st.integers(0, 4)),
    ),
    max_size=12,
)


@pytest.fixture
def post(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Post"


def begin_again(session, readers):
    """Five letters wait: three ordinary ones and two that are sealed."""
    Server.taken = Counter()
    Notice.objects.all().delete()
    tell(MEETING_SCHEDULED, session.meeting, readers=readers, occurrence="revision 0")
    tell(SESSION_SET, session, readers=readers[:2], occurrence="revision 0")


def one_round(answers, now):
    Server.answers = list(answers)
    doubts.resolve(now)
    with suppress(WorkerKilled):
        deliver(now)


@given(steps=STEPS)
@runs(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_letter_twice_and_none_lost(steps, session, cast, readers, now, post):
    begin_again(session, readers)
    clock, asked = now, Counter()
    for step, detail in steps:
        if step == "round":
            one_round(detail, clock)
        elif step == "wait":
            clock += detail * MINUTE
        else:
            notice = Notice.objects.order_by("kind", "reader__email")[detail]
            try:
                send_again(notice, by=cast["secretary"], at=clock)
            except (Refused, Notice.DoesNotExist):
                continue
            asked[notice.message_id] += 1
    for _ in range(5):
        clock += 61 * MINUTE
        one_round([], clock)
    for notice in Notice.objects.all():
        taken, again = Server.taken[notice.message_id], 0
        if notice.kind == "session_set":
            again = MOST_DOUBTS
            assert not asked[notice.message_id]
        # Once, and again only if somebody decided so because of a doubt.
        assert taken <= 1 + asked[notice.message_id] + again
        assert notice.state in ("sent", "failed", "sending")
        assert taken or notice.state != "sent"
        assert notice.error or notice.state != "failed"
