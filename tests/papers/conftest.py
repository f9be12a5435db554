"""Cleaning, as the tests of this room ask for it."""

import pytest

from governance.papers.cleaning import LIMITS, cleaned


@pytest.fixture
def clean(tmp_path):
    """Clean some bytes; what is told of them, and where the clean file is."""

    def work(data, *, name="upload.pdf", limits=LIMITS):
        source, to = tmp_path / name, tmp_path / "clean.pdf"
        source.write_bytes(data)
        return cleaned(source, to, limits=limits), to

    return work
