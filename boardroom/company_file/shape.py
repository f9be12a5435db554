"""Hold a company file against its JSON Schema, and say what differs in words of the boardroom."""

import difflib
import json
import re
import zoneinfo
from functools import cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError as Difference

from boardroom.company_file.dates import Clock, NotADay

SCHEMA = settings.BASE_DIR / "docs" / "company-file.schema.json"
BOARD = "board"
KINDS = {
    "string": "a text",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list, each line of it beginning with a dash",
    "object": "a group of keys, set in by two spaces",
    "null": "empty",
}
HOW_TO_WRITE = {
    "day": "a day, such as 2026-11-24 or today-90d",
    "instant": "a day and an hour, such as 2026-11-24 09:00 or today+4d 09:00",
    "word": "a short word of small letters, digits and dashes, such as q4-board",
    "voters": "a list of people, or the word others",
}


@cache
def schema():
    return json.loads(SCHEMA.read_text(encoding="utf-8"))


def hold(document, clock: Clock):
    """Note every difference from the schema; returns the paths at which something is wrong."""
    validator = Draft202012Validator(schema(), format_checker=formats(document.data, clock))
    wrong = set()
    for difference in validator.iter_errors(document.data):
        for path, sentence in said(difference, document.data):
            document.wrong(path, sentence)
            # A key that nobody knows takes nothing from what stands around it.
            if difference.validator != "additionalProperties":
                wrong.add(path)
    return wrong


def words_of(data, key):
    """The words under which the file's people, committees or meetings stand."""
    section = data.get(key) if isinstance(data, dict) else None
    return section if isinstance(section, dict) else {}


def formats(data, clock):
    """What the schema's formats mean in this file, with its people and its clock."""
    checker = FormatChecker(formats=())
    people, committees = words_of(data, "people"), words_of(data, "committees")
    zones = zoneinfo.available_timezones()
    meanings = {
        "person": (lambda text: text in people, ()),
        "body": (lambda text: text == BOARD or text in committees, ()),
        "zone": (lambda text: text in zones, ()),
        "day": (clock.day, NotADay),
        "instant": (clock.instant, NotADay),
        "printed": (clock.words, NotADay),
        "email": (validate_email, ValidationError),
    }
    for name, (meaning, raises) in meanings.items():
        checker.checks(name, raises)(text_only(meaning, answers=not raises))
    return checker


def text_only(meaning, *, answers):
    """A format speaks of texts; another kind of value has been refused by its type."""

    def means(value):
        if not isinstance(value, str):
            return True
        answer = meaning(value)
        return answer if answers else True

    return means


def said(difference: Difference, data):
    """Each difference as paths and sentences."""
    path = tuple(difference.absolute_path)
    sayings = {
        "additionalProperties": unknown_keys,
        "required": missing_key,
        "type": wrong_type,
        "enum": not_a_choice,
        "pattern": wrong_pattern,
        "format": wrong_format,
        "minLength": empty,
        "maxLength": too_long,
        "minimum": out_of_range,
        "maximum": out_of_range,
        "minItems": too_few,
        "maxItems": too_few,
        "uniqueItems": twice,
    }
    named = "propertyNames" in difference.absolute_schema_path
    if named:
        path = (*path, difference.instance)
    return sayings[difference.validator](difference, path, data)


def name_of(path):
    """How a sentence calls the value: by its key, or by its place in a list."""
    last = path[-1] if path else "This file"
    if isinstance(last, int):
        return f"Number {last + 1} of “{path[-2]}”"
    return f"“{last}”" if path else last


def noun(difference):
    word = difference.schema.get("title", "group")
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def near(word, words):
    """A word that may have been meant."""
    found = difflib.get_close_matches(str(word), list(words), n=1)
    return f" Did you mean “{found[0]}”?" if found else ""


def unknown_keys(difference, path, data):
    known = difference.schema["properties"]
    for key in difference.instance:
        if key not in known:
            hint = near(key, known) or f" It knows {', '.join(known)}."
            yield (*path, key), f"“{key}” is no key of {noun(difference)}.{hint}"


def missing_key(difference, path, data):
    for key in difference.validator_value:
        if key not in difference.instance and f"'{key}'" in difference.message:
            yield path, f"{noun(difference).capitalize()} has to say “{key}”."


def wrong_type(difference, path, data):
    allowed = difference.validator_value
    kinds = [allowed] if isinstance(allowed, str) else allowed
    how = HOW_TO_WRITE.get(difference.schema.get("title", ""))
    wanted = how or " or ".join(KINDS[kind] for kind in kinds)
    if difference.instance is None:
        yield path, f"{name_of(path)} is empty; it has to be {wanted}, or leave the key out."
    elif kinds == ["boolean"] and str(difference.instance).lower() in ("yes", "no", "on", "off"):
        yield path, f"{name_of(path)} has to be true or false, not {difference.instance}."
    elif kinds == ["string"] and isinstance(difference.instance, int | bool):
        yield path, f"{name_of(path)} has to be a text; write it in quotation marks."
    else:
        yield path, f"{name_of(path)} has to be {wanted}."


def not_a_choice(difference, path, data):
    choices = difference.validator_value
    hint = near(difference.instance, choices)
    yield path, f"{name_of(path)} has to be one of {', '.join(choices)}.{hint}"


def wrong_pattern(difference, path, data):
    how = HOW_TO_WRITE.get(difference.schema.get("title", ""), "written otherwise")
    yield path, f"{name_of(path)} is “{shortened(difference.instance)}”; it has to be {how}."


def wrong_format(difference, path, data):
    kind, value = difference.validator_value, difference.instance
    if kind in ("day", "instant", "printed"):
        # A text without the shape of a day has been told so already.
        if kind == "printed" or re.search(difference.schema["pattern"], value):
            yield path, str(difference.cause)
        return
    if kind == "person":
        people = words_of(data, "people")
        yield path, f"Nobody in “people” is called “{shortened(value)}”.{near(value, people)}"
    elif kind == "body":
        bodies = [BOARD, *words_of(data, "committees")]
        yield path, f"There is no committee “{shortened(value)}” in this file.{near(value, bodies)}"
    elif kind == "zone":
        hint = near(value, zoneinfo.available_timezones())
        yield path, f"“{shortened(value)}” is not a time zone of the IANA list.{hint}"
    else:
        yield path, f"“{shortened(value)}” is not an e-mail address."


def empty(difference, path, data):
    yield path, f"{name_of(path)} is empty; say it, or leave the key out."


def too_long(difference, path, data):
    most, length = difference.validator_value, len(difference.instance)
    yield path, f"{name_of(path)} is {length} characters long; at most {most} fit."


def out_of_range(difference, path, data):
    low, high = difference.schema["minimum"], difference.schema["maximum"]
    yield path, f"{name_of(path)} is {difference.instance}; it has to be from {low} to {high}."


def too_few(difference, path, data):
    wanted = difference.validator_value
    yield path, f"{name_of(path)} has {len(difference.instance)} entries; it needs {wanted}."


def twice(difference, path, data):
    yield path, f"{name_of(path)} names something twice."


def shortened(text):
    return text if len(text) <= 40 else f"{text[:39]}…"
