"""Private notes: sealed under their reader's key, saved by any device, found again in new versions.

Nobody but the reader opens them: the key is asked for by person, and every way in starts from the
account that signed in. A note that two devices changed keeps what both wrote.
"""

import json
import uuid

from django.db import IntegrityError, transaction
from django.db.models import Q

from governance.papers.anchoring import Anchor, find, plain
from governance.papers.models import Note, Paper, ReaderKey, ReadingPlace, SessionPaper, Sheet
from governance.records.sealing import decrypt, encrypt, new_key, unwrap, wrap
from governance.refusals import Refused

LONGEST, MOST = 40_000, 5_000
WORDS = ("text", "quote", "before", "after", "label", "paper", "version")
KINDS = ("highlight", "underline", "pen", "note", "bookmark")


def key_of(person):
    """The key of a reader's notes; made when the first is written."""
    row = ReaderKey.objects.filter(person=person).first()
    if row is None:
        made = ReaderKey(person=person)
        facts = {"pk": made.pk, "wrapped_key": wrap(new_key(), row=made.row)}
        row, _ = ReaderKey.objects.get_or_create(person=person, defaults=facts)
    return unwrap(row.wrapped_key, row=row.row)


def seal(key, body, row):
    return encrypt(key, json.dumps(body).encode(), row=row)


def unseal(key, sealed, row):
    return json.loads(decrypt(key, bytes(sealed), row=row))


def named(note_id):
    """What a sealed note is bound to."""
    return f"papers.note:{note_id}"


def kept_in(book):
    """Notes are of the book of a meeting, or of one paper of an executive session."""
    return {"sealed_paper": book} if isinstance(book, SessionPaper) else {"meeting": book}


def notes_of(user, book):
    """The reader's own notes in a book, where they may still know of what they stand on."""
    own = Note.objects.visible_to(user).filter(**kept_in(book))
    if isinstance(book, SessionPaper):
        return own.filter(sealed_paper__in=SessionPaper.objects.visible_to(user))
    return own.filter(Q(paper=None) | Q(paper__in=Paper.objects.visible_to(user)))


def read_notes(user, book):
    """What each of them says, with its id and revision; erased ones tell that they are gone."""
    rows = list(notes_of(user, book))
    if not rows:
        return []
    key = key_of(user.person)
    return [
        {
            "id": str(row.pk),
            "revision": row.revision,
            "erased": row.erased,
            **({} if row.erased else unseal(key, row.sealed, named(row.pk))),
        }
        for row in rows
    ]


def check_body(body):
    """What a device sends is a note, and no more than one. Raises Refused."""
    if not isinstance(body, dict) or body.get("kind") not in KINDS:
        raise Refused("This is not a note.")
    if any(not isinstance(body.get(name, ""), str) for name in WORDS):
        raise Refused("This is not a note.")
    if body.get("paper") and not is_a_place(body):
        raise Refused("This note does not say where it stands.")
    if not isinstance(body.get("page", 0), int | None):
        raise Refused("This note does not say where it stands.")
    try:
        # No reader is shown half a letter, nor a number without an end.
        length = len(json.dumps(body, ensure_ascii=False, allow_nan=False).encode("utf-16-le")) // 2
    except ValueError as error:
        raise Refused("This is not a note.") from error
    if length > LONGEST:
        raise Refused("A note has room for about forty thousand letters.")


def with_whole_letters(body):
    """Its words without half letters, which a device leaves where it cuts a quotation short."""
    if not isinstance(body, dict):
        return body
    words = {name: body[name] for name in WORDS if isinstance(body.get(name), str)}
    return body | {
        name: text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        for name, text in words.items()
    }


def is_a_place(body):
    try:
        uuid.UUID(body["paper"]), uuid.UUID(body["version"])
    except (KeyError, ValueError):
        return False
    return isinstance(body.get("page"), int)


@transaction.atomic
def save_note(book, *, note_id, revision, erased, body, by):
    """Save a note as a device has it; answer with what is kept now.

    `revision` is the one that the device began from, 0 for a new note. Where another device saved
    in between, what both wrote is kept. A note on what is withheld by now is not found.
    """
    if not erased:
        body = with_whole_letters(body)
        check_body(body)
    key = key_of(by.person)
    # Devices of one reader wait for each other, and for nobody else.
    ReaderKey.objects.select_for_update().get(person=by.person)
    row = notes_of(by, book).filter(pk=note_id).first()
    if row is None:
        return add_note(book, note_id, erased, body, key, by=by)
    if revision < row.revision:
        erased, body = merged(row, erased, body, key)
    row.revision += 1
    row.erased = erased
    row.paper = row.paper if erased else paper_of(book, body, by)
    row.sealed = b"" if erased else seal(key, body, named(row.pk))
    row.save(update_fields=["revision", "erased", "paper", "sealed"])
    return {"id": str(row.pk), "revision": row.revision, "erased": erased} | (body or {})


def paper_of(book, body, by):
    """The paper that a note stands on, which its reader may read; None on cover and agenda, and
    where the book is one paper."""
    if isinstance(book, SessionPaper):
        if body.get("paper") != str(book.pk):
            raise Refused("This note does not say where it stands.")
        return None
    if not body.get("paper"):
        return None
    papers = Paper.objects.visible_to(by).filter(item__meeting=book)
    if paper := papers.filter(pk=body["paper"]).first():
        return paper
    raise Refused("This paper is not in your book any more.", code="stale")


def add_note(book, note_id, erased, body, key, *, by):
    if erased:
        return {"id": str(note_id), "revision": 0, "erased": True}
    if Note.objects.filter(person=by.person, **kept_in(book)).count() >= MOST:
        raise Refused("There are five thousand notes in this book. Erase one first.")
    paper = paper_of(book, body, by)
    try:
        with transaction.atomic():
            row = Note.objects.create(
                pk=note_id,
                person=by.person,
                **kept_in(book),
                paper=paper,
                sealed=seal(key, body, named(note_id)),
            )
    except IntegrityError as error:
        raise Refused("This note cannot be saved here.", code="stale") from error
    return {"id": str(row.pk), "revision": row.revision, "erased": False} | body


def merged(row, erased, body, key):
    """What two devices made of a note: what was written outlives what was erased."""
    if row.erased:
        return erased, body
    kept = unseal(key, row.sealed, named(row.pk))
    if erased:
        return False, kept
    texts = [kept.get("text", ""), body.get("text", "")]
    if texts[1] in texts[0]:
        text = texts[0]
    elif texts[0] in texts[1]:
        text = texts[1]
    else:
        text = "\n\n".join(texts)
    return False, {**kept, **body, "text": text}


def placed(notes, user, leaves):
    """Each note with `at`, the page of this book on which it stands now; none: in the tray.

    A note on a version that the book still has stands where it stood. Otherwise it is looked for by
    the text that it quotes and what surrounds it.
    """
    pages = {
        (leaf["version"], leaf["page"]): number
        for number, leaf in enumerate(leaves, start=1)
        if "version" in leaf
    }
    current = {leaf["paper"]: leaf["version"] for leaf in leaves if "paper" in leaf}
    labels = {leaf["label"]: number for number, leaf in enumerate(leaves, start=1)}
    wanted = {
        current[note["paper"]]
        for note in notes
        if note.get("paper") in current and note["version"] != current[note["paper"]]
    }
    texts = {}
    for sheet in Sheet.objects.visible_to(user).filter(version__in=wanted).order_by("number"):
        texts.setdefault(str(sheet.version_id), []).append(plain(sheet.text))
    for note in notes:
        if note["erased"]:
            continue
        if not note.get("paper"):
            note["at"] = labels.get(note.get("label"))
            continue
        version = current.get(note["paper"])
        if note["version"] == version:
            note["at"] = pages.get((version, note["page"]))
            continue
        found = find(Anchor.of(note), texts.get(version, ()))
        note["at"] = found and pages.get((version, found))
        note["moved"] = True
    return notes


@transaction.atomic
def keep_place(book, *, label, by):
    """Where the reader stopped, for their next device; nobody else can read it.

    By the number that is printed on the page, which stays its own in every edition.
    """
    key = key_of(by.person)
    row, _ = ReadingPlace.objects.get_or_create(
        person=by.person, **kept_in(book), defaults={"sealed": b""}
    )
    row.sealed = seal(key, {"label": label}, f"papers.place:{row.pk}")
    row.save(update_fields=["sealed"])


def place_of(user, book, leaves):
    """The page of `leaves` on which the reader stopped; None where it is in the book no more."""
    row = ReadingPlace.objects.visible_to(user).filter(**kept_in(book)).first()
    if row is None or not row.sealed:
        return None
    kept = unseal(key_of(user.person), row.sealed, f"papers.place:{row.pk}")
    # Places that were kept before only counted pages.
    if "label" not in kept:
        return kept["page"]
    labels = [leaf["label"] for leaf in leaves]
    return labels.index(kept["label"]) + 1 if kept["label"] in labels else None
