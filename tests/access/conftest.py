"""The board of which every reader is kept from something."""

import pytest

from tests.access.world import build


@pytest.fixture
def world(cast, now):
    return build(cast, now)
