#!/usr/bin/env python
"""Django's commands. On the demo's data: `.venv/bin/python -m boardroom.demo COMMAND`."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

# They ask nothing of the portal's settings and data, and run where none are.
ON_THEIR_OWN = ("clawback_cases",)

if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in ON_THEIR_OWN:
        settings.configure(INSTALLED_APPS=["clawback.apps.ArithmeticConfig"])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "boardroom.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as unsafe:
        sys.exit(str(unsafe))
