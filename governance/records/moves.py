"""A state changes by a move, and a move is a row of a table.

One table of moves for each noun with states feeds the runner (`advance`), the database triggers,
the buttons on a page, the tests and the diagram in the room's README.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pgtrigger
from django.db import transaction

from governance.records.models import Company, Entry
from governance.refusals import Refused

SYSTEM = None


def by_the_system(by, subject, day):
    """The move follows from another event; no person makes it."""
    return by is SYSTEM


@dataclass(frozen=True)
class Move:
    """One step: its name, from where to where, who may, on which conditions, under what provision.

    `source` is a state or several; `""` stands for the row that does not exist yet. `may` is asked
    `(by, subject, day)`; each of `needs` is handed `(subject, **facts)` and raises Refused.
    """

    name: str
    source: str | tuple[str, ...]
    target: str
    may: Callable
    needs: tuple[Callable, ...] = ()
    provision: str = ""
    button: str = ""
    said: str = ""
    binding: bool = False

    @property
    def sources(self):
        return (self.source,) if isinstance(self.source, str) else tuple(self.source)

    @property
    def steps(self):
        """Pairs of states, from and to."""
        return tuple((source, self.target) for source in self.sources)

    @property
    def words(self):
        """What its button says."""
        return self.button or self.name.replace("_", " ").capitalize()


def find_move(moves, name, state):
    """The move of that name out of that state, or None: one name may lead to several states."""
    return next((move for move in moves if move.name == name and state in move.sources), None)


def moves_open_to(subject, by, day):
    """What this person may do next with the subject: the buttons of its page."""
    possible = [move for move in subject.MOVES if subject.state in move.sources and move.source]
    # Several moves are the right of the same people: each predicate is asked once.
    allowed = {may: may(by, subject, day) for may in {move.may for move in possible}}
    return [move for move in possible if allowed[move.may]]


def guard_triggers(moves, initial):
    """What the database enforces: rows begin in the first state and follow the table."""
    steps = sorted({step for move in moves for step in move.steps if step[0]})
    return [
        pgtrigger.FSM(name="follows_the_moves", field="state", transitions=steps),
        pgtrigger.Trigger(
            name="begins_at_the_beginning",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert,
            condition=pgtrigger.Q(new__state__df=initial),
            func=f"RAISE EXCEPTION 'a new row of % begins as {initial}', TG_TABLE_NAME;",
        ),
        pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete),
    ]


def fixed_with(label, parent, column, states, unless="FALSE"):
    """A row of a matter that is over is part of its record: not added, changed or taken away.

    `parent` is the table of the matter, `column` the key to it, `states` those in which it is over;
    `unless` is the one change that its end brings with it.
    """
    listed = ", ".join(f"'{state}'" for state in states)
    return pgtrigger.Trigger(
        name=f"is_fixed_with_its_{label}",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF NOT ({unless}) AND EXISTS (
                SELECT 1 FROM {parent} AS matter
                WHERE matter.id IN (NEW.{column}, OLD.{column}) AND matter.state IN ({listed})
            ) THEN
                RAISE EXCEPTION 'the {label} is over: % is part of its record', TG_TABLE_NAME;
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    )


# At the end of a matter whoever is still inside leaves; nobody is inside after that.
LEAVES_AT_THE_END = (
    "TG_OP = 'UPDATE' AND OLD.until IS NULL AND NEW.until IS NOT NULL "
    "AND NEW.person_id = OLD.person_id AND NEW.since = OLD.since"
)


def never_changed():
    """A row that is written once: it is neither changed nor taken away."""
    operations = pgtrigger.Update | pgtrigger.Delete
    return pgtrigger.Protect(name="is_written_once", operation=operations)


def enter(subject, move, *, source, target, by, at, why=""):
    """Write into the record what was done; nobody edits or deletes it afterwards (C12)."""
    return Entry.objects.create(
        subject_label=subject._meta.label_lower,
        subject_id=subject.pk,
        move=move.name,
        source=source,
        target=target,
        actor=by,
        at=at,
        why=why,
        provision=move.provision,
    )


@transaction.atomic
def advance(subject, name, *, by, at, why="", **facts):
    """Lock the row, check the move, make it, and enter it in the record.

    `by` is the account that acts (SYSTEM for what follows from another event), `at` the instant;
    the day of the rules is the company's day at that instant (C1). `facts` are set on the row with
    the new state. Raises Refused, and changes nothing, when the table does not allow the move.
    """
    locked = type(subject)._default_manager.select_for_update(of=("self",)).get(pk=subject.pk)
    move = find_move(subject.MOVES, name, locked.state)
    if move is None:
        raise Refused(
            f"That is not possible now: it is {locked.get_state_display().lower()}. "
            "Reload the page to see how it stands.",
            code="stale",
        )
    day = Company.current().day_of(at)
    if not move.may(by, locked, day):
        raise Refused("You may not do that.", provision=move.provision or None, code="not_yours")
    for need in move.needs:
        need(locked, at=at, why=why, **facts)
    if why and hasattr(locked, "why"):
        # The row itself says why it came to its state.
        facts["why"] = why
    source, locked.state = locked.state, move.target
    for field, value in facts.items():
        setattr(locked, field, value)
    locked.save(update_fields=["state", *facts])
    enter(locked, move, source=source, target=move.target, by=by, at=at, why=why)
    # The caller's copy shows what the record now says.
    for field in locked._meta.concrete_fields:
        setattr(subject, field.attname, getattr(locked, field.attname))
    return subject


@transaction.atomic
def begin(subject, name, *, by, at, why=""):
    """Save a new row in its first state and enter its beginning in the record."""
    move = find_move(subject.MOVES, name, "")
    day = Company.current().day_of(at)
    if not move.may(by, subject, day):
        raise Refused("You may not do that.", provision=move.provision or None, code="not_yours")
    for need in move.needs:
        need(subject, at=at)
    subject.state = move.target
    subject.save(force_insert=True)
    enter(subject, move, source="", target=move.target, by=by, at=at, why=why)
    return subject


def diagram(moves):
    """The table as a Mermaid state diagram, as a room's README shows it."""
    lines = ["```mermaid", "stateDiagram-v2"]
    for move in moves:
        for source, target in move.steps:
            lines.append(f"    {source or '[*]'} --> {target}: {move.name}")
    return "\n".join([*lines, "```"])
