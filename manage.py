#!/usr/bin/env python
"""Django's commands. On the demo's data: `.venv/bin/python -m boardroom.demo COMMAND`."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "boardroom.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as unsafe:
        sys.exit(str(unsafe))
