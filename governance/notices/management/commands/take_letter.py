"""A letter that came in, as a mail server hands it to a program."""

import logging
import os
import sys

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseProblem
from django.utils import timezone

from governance.notices.incoming import LARGEST, take_in

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """Reads one letter from standard input, and says by its exit code what becomes of it.

    The codes are those of sysexits: 0 when it was read or is of no concern here, 65 when it is too
    large, 70 when it cannot be read, and 75 when it should be brought again later.
    """

    help = "Read one letter from standard input, such as one that a mail server returns."
    requires_system_checks = ()

    def handle(self, *args, **options):
        raw = sys.stdin.buffer.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise CommandError("The letter is too large.", returncode=os.EX_DATAERR)
        try:
            take_in(raw, at=timezone.now())
        except DatabaseProblem:
            raise CommandError("The database is away.", returncode=os.EX_TEMPFAIL) from None
        except Exception as error:  # whatever a letter holds
            log.warning("A letter could not be read: %s", type(error).__name__)
            raise CommandError("It could not be read.", returncode=os.EX_SOFTWARE) from None
