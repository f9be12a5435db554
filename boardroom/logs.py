"""One line for each event on standard output: when, how grave, where, what; never about whom.

An exception is logged by its kind and the places it passed through. Its message is left out: a
database error quotes the row, and a line of the log passes through the same door as the row itself.
"""

import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent


def place_of(frame):
    """Where in the code: a path inside the house, or the package's own path."""
    path = Path(frame.filename)
    if path.is_relative_to(HOUSE) and "site-packages" not in path.parts:
        path = path.relative_to(HOUSE)
    elif "site-packages" in path.parts:
        path = Path(*path.parts[path.parts.index("site-packages") + 1 :])
    return f"{path}:{frame.lineno}"


def in_one_line(error):
    """The kind of error and the way it came, outermost first; causes follow."""
    told = []
    while error is not None:
        places = [place_of(frame) for frame in traceback.extract_tb(error.__traceback__)]
        told.append(f"{type(error).__module__}.{type(error).__qualname__} {' > '.join(places)}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return " because ".join(told)


class OneLine(logging.Formatter):
    """`2026-11-21T09:00:00.000Z INFO boardroom.requests GET meetings/<uuid:pk>/ 200 12 ms`"""

    def format(self, record):
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = f"{at[:-6]}Z {record.levelname} {record.name} {self.event(record)}"
        if record.exc_info and record.exc_info[1]:
            line += f" {in_one_line(record.exc_info[1])}"
        return line.replace("\r", " ").replace("\n", " ")

    def event(self, record):
        """The message, without the addresses, errors and arguments that others quote in theirs."""
        if record.name.startswith(("django.request", "django.security")):
            quoted = record.args if isinstance(record.args, tuple) else ()
            # An address may be a one-time link.
            told = tuple("(address)" if str(one).startswith("/") else one for one in quoted)
            return str(record.msg) % told
        if record.name == "celery.app.trace" and isinstance(record.args, dict):
            left_out = dict.fromkeys(("exc", "traceback", "args", "kwargs", "return_value"), "")
            return str(record.msg) % {**record.args, **left_out}
        return record.getMessage()
