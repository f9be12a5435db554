"""The diagram in a room's README is its table of moves as it is now."""

import pytest

from boardroom.management.commands.draw_moves import drawn, rooms


@pytest.mark.parametrize("readme", rooms(), ids=lambda path: path.parent.name)
def test_a_readme_shows_the_moves_as_they_are(readme):
    text = readme.read_text()
    assert text == drawn(text, rooms()[readme]), "run manage.py draw_moves"


def test_there_are_moves_to_draw():
    assert {readme.parent.name for readme in rooms()} >= {"meetings", "decisions"}
