"""Those who only serve pages are spared what a few pages need once in a while."""

import os
import subprocess
import sys

import pytest

from boardroom.settings import BASE_DIR

# What reads workbooks, pictures and PDF files, and what typesets; each of them several mebibytes.
LATER = ("openpyxl", "lxml", "PIL", "numpy", "pikepdf", "pypdfium2", "typst")
SERVING = """
import sys
import boardroom.wsgi
from django.urls import get_resolver
get_resolver().url_patterns
print(",".join(sorted({name.partition(".")[0] for name in sys.modules})))
"""


@pytest.fixture(scope="module")
def loaded():
    """The packages that a process which serves pages has loaded before the first page."""
    said = subprocess.run(
        [sys.executable, "-c", SERVING],
        cwd=BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "boardroom.settings"},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return set(said.stdout.splitlines()[-1].split(","))


@pytest.mark.parametrize("package", LATER)
def test_a_package_is_loaded_by_whoever_needs_it(package, loaded):
    assert "django" in loaded
    assert package not in loaded
