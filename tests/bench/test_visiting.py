"""The bench's visitor finds its way through the demo's door."""

from threading import Barrier

import pytest

from bench.run import ROLES, named
from bench.visiting import Unexpected, at_once, one_who_is, token

pytestmark = pytest.mark.django_db


def test_the_visitor_finds_the_lead_director_and_the_secretary_of_the_cast(cast, client):
    page = client.get("/demo/").content.decode()
    assert token(page)
    assert one_who_is(ROLES["director"], page) == str(cast["lead_director"].pk)
    assert one_who_is(ROLES["secretary"], page) == str(cast["secretary"].pk)


def test_the_visitor_says_that_nobody_has_the_role(cast, client):
    with pytest.raises(Unexpected, match="Nobody of the cast is Astronaut"):
        one_who_is("Astronaut", client.get("/demo/").content.decode())


def test_all_acts_are_done_at_the_same_moment():
    """None returns before every other has begun."""
    together = Barrier(3, timeout=20)
    done, took = at_once(
        [lambda number=number: (together.wait(), number)[1] for number in range(3)]
    )
    assert done == [0, 1, 2] and took > 0


def test_another_database_of_the_server_has_the_same_host():
    assert named("postgresql://a:b@/one?host=%2Ftmp", "two") == "postgresql://a:b@/two?host=%2Ftmp"
