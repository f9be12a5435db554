"""Company files for the tests: the one of the documentation, and the demo's."""

import re
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.db import connection

from boardroom.company_file import loading
from boardroom.company_file.problems import Unloadable
from boardroom.company_file.reading import read

NOW = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
DOCS = settings.BASE_DIR / "docs" / "company-file.md"
DEMO = settings.BASE_DIR / "boardroom" / "demo" / "company.yaml"


def example_of_the_documentation():
    """The one block of the page that is a whole file."""
    blocks = re.findall(r"^```yaml\n(.*?)^```$", DOCS.read_text(), re.DOTALL | re.MULTILINE)
    (whole,) = (block for block in blocks if "\ncompany:" in block)
    return whole


def load_text(text, now=NOW):
    return loading.load(read(text.encode()), now=now)


def problems_of(text, now=NOW, known=()):
    """What is wrong with a file, as (line, sentence); nothing is loaded."""
    try:
        document = read(text.encode())
        loading.check(document, known=dict(known), now=now)
    except Unloadable as reason:
        return [(one.line, one.sentence) for one in reason.problems]
    return sorted({(one.line, one.sentence) for one in document.problems})


def count_rows():
    """How many rows each table of the database has."""
    with connection.cursor() as cursor:
        counts = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    return counts


@pytest.fixture
def example():
    return example_of_the_documentation()
