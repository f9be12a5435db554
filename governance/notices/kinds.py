"""The kinds of letters. Each room declares its own, in its `mail`, once for the whole house."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import TextChoices

_KINDS: dict[str, "Kind"] = {}


class Matter(TextChoices):
    """The plain classes of matter by which a reader does without letters; the same for everybody.

    Sealed kinds are of the same classes as ordinary ones: a list of kinds would tell that there is
    something behind a door.
    """

    MEETINGS = "meetings", "Meetings: that one is set, its agenda, its papers"
    DECISIONS = "decisions", "Decisions: votes, consents, results"
    MINUTES = "minutes", "Minutes: to read, to comment on, approved"
    TASKS = "tasks", "What is asked of you: questions, requests, actions"
    REMINDERS = "reminders", "Reminders of what is due, or late"


@dataclass(frozen=True)
class Kind:
    """One kind of letter: who declares it, what its subject line says, where its link leads.

    `label` is the room's, and its words are in `templates/mail/<label>/<name>.txt` and `.html`.
    `subject` names a class of acts and never a matter. Of a `sealed` kind nobody but its readers
    knows that it was written, so it has to read like an ordinary one. A `legal` kind gives notice
    that the law or the bylaws ask for: no preference will ever silence or delay it. `link` is
    handed the subject of the notice and returns a path of the portal. `says` is the line in the
    reader's inbox, behind the door. What happens again within `quiet` minutes is one letter.
    A kind that `corrects` what the reader's calendar was told before is silenced by no preference.
    A `pressing` kind is said so shortly before an hour that no letter of the day comes in time.
    `facts` is for a letter that says a number: handed the notice, it gives what the words need,
    and None when there is nothing left to write of. `calendar` is handed the subject, the notice,
    the company and the instant, and returns what the letter says to the reader's own calendar, the
    method first; None when that is nothing.
    """

    name: str
    label: str
    sealed: bool = False
    legal: bool = False
    provision: str = ""
    subject: str = ""
    link: Callable | None = None
    matter: Matter = Matter.TASKS
    says: str = ""
    quiet: int = 0
    pressing: bool = False
    corrects: bool = False
    facts: Callable | None = None
    calendar: Callable | None = None

    def __post_init__(self):
        if self.legal and self.quiet:
            raise ValueError(f"“{self.name}” is given by law or bylaws: it never waits.")

    @property
    def line(self):
        """What the inbox says of it."""
        return self.says or self.subject

    @property
    def template(self):
        """Its words, but for `.txt` or `.html`."""
        return f"mail/{self.label}/{self.name}"


def register(kind):
    """Make a kind known to the house; no two are called the same."""
    if _KINDS.setdefault(kind.name, kind) != kind:
        raise ValueError(f"There is a letter called “{kind.name}” already.")
    return kind


def find(name):
    """The kind of that name."""
    try:
        return _KINDS[name]
    except KeyError:
        raise LookupError(f"No letter is called “{name}”.") from None


def every():
    """All kinds, room by room."""
    return sorted(_KINDS.values(), key=lambda kind: (kind.label, kind.name))


def ordinary():
    """Names of the kinds that are not sealed. What nobody declares any more is not among them."""
    return [kind.name for kind in every() if not kind.sealed]
