"""The outbox: who is to be told of what, and how far each letter has come."""

import uuid
from datetime import timedelta
from email import message_from_bytes, policy
from urllib.parse import urlsplit

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from governance.asking import Word
from governance.notices import kinds

# A worker hands a letter over in seconds; after this long nobody is doing it any more.
IN_DOUBT_AFTER = timedelta(minutes=10)
# The kinds of the one letter a day, for who prefers it: one that speaks of ordinary matters at
# least, and one that would not have been written but for sealed ones.
DAILY_LETTER, CLOSED_DAILY_LETTER = "daily_letter", "closed_daily_letter"
DAILY_LETTERS = (DAILY_LETTER, CLOSED_DAILY_LETTER)


class NoticeState(models.TextChoices):
    """How far a letter has come."""

    QUEUED = "queued", "waits to be sent"
    SENDING = "sending", "is being handed over"
    SENT = "sent", "sent"
    FAILED = "failed", "could not be sent"
    WITHHELD = "withheld", "withheld: not to be known any more, or taken back"
    RETURNED = "returned", "came back"
    GATHERED = "gathered", "waits for the reader’s daily letter"
    INBOX = "inbox", "in the reader’s inbox, without a letter of its own"


# What the mail server has taken.
LEFT = (NoticeState.SENT, NoticeState.RETURNED)
# What will not go on by itself.
UNDELIVERED = (NoticeState.FAILED, NoticeState.RETURNED)
# The only steps there are; a letter that failed, came back or is in doubt may be queued again.
STEPS: list[tuple[str, str]] = [
    (NoticeState.QUEUED, NoticeState.SENDING),
    (NoticeState.SENDING, NoticeState.QUEUED),
    (NoticeState.SENDING, NoticeState.SENT),
    (NoticeState.SENDING, NoticeState.FAILED),
    (NoticeState.SENDING, NoticeState.WITHHELD),
    (NoticeState.FAILED, NoticeState.QUEUED),
    # It may come back before it is known to have left.
    (NoticeState.SENDING, NoticeState.RETURNED),
    (NoticeState.SENT, NoticeState.RETURNED),
    (NoticeState.RETURNED, NoticeState.QUEUED),
    # What was taken back before a letter left: a meeting is cancelled whose agenda had changed.
    (NoticeState.QUEUED, NoticeState.WITHHELD),
    (NoticeState.GATHERED, NoticeState.WITHHELD),
    (NoticeState.INBOX, NoticeState.WITHHELD),
    (NoticeState.GATHERED, NoticeState.INBOX),
]
# No worker has had these.
UNCLAIMED = (NoticeState.QUEUED, NoticeState.GATHERED, NoticeState.INBOX)


class NoticeQuerySet(models.QuerySet):
    """Notices, through the door of who was told, and by how far they have come."""

    def visible_to(self, user):
        """One's own; for the Corporate Secretary the delivery of every ordinary letter as well."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        own = Q(reader=user.pk)
        return self.filter(own | Q(kind__in=kinds.ordinary()) if user.is_secretary else own)

    def ordinary(self):
        """Of ordinary kinds; of the others nobody but the reader knows, not even their number."""
        return self.filter(kind__in=kinds.ordinary())

    def due(self, now):
        """To be sent now, the oldest first."""
        waiting = self.filter(state=NoticeState.QUEUED)
        return waiting.filter(Q(next_try_at__isnull=True) | Q(next_try_at__lte=now)).order_by(
            "created_at"
        )

    def in_inbox(self, user):
        """What one was told, taken back or not known any more apart; nobody else has an inbox."""
        told = [Word(kind.name) for kind in kinds.every() if kind.name not in DAILY_LETTERS]
        own = self.visible_to(user).filter(reader=user.pk, kind__in=told)
        return own.exclude(state=NoticeState.WITHHELD)

    def unread(self):
        """What its reader has not opened yet; to be asked of one's own alone."""
        return self.filter(~Exists(ReadMark.objects.filter(notice=OuterRef("pk"))))

    def waiting_since(self, instant):
        """Ordinary letters that were due at the instant and that no worker has taken up since."""
        return self.ordinary().filter(
            Q(next_try_at__isnull=True, created_at__lte=instant) | Q(next_try_at__lte=instant),
            state=NoticeState.QUEUED,
        )

    def stuck(self, now):
        """In doubt: handed over, and nobody can say whether the mail server took them."""
        return self.filter(
            state=NoticeState.SENDING, claimed_at__lte=now - IN_DOUBT_AFTER
        ).order_by("claimed_at")

    def undelivered(self, now):
        """What will not go on by itself: failed, come back, or in doubt."""
        in_doubt = Q(state=NoticeState.SENDING, claimed_at__lte=now - IN_DOUBT_AFTER)
        return self.told_by(Notice.objects.filter(Q(state__in=UNDELIVERED) | in_doubt))

    def told_by(self, letters):
        """Of these letters, and what was left to a letter of the day that is among them.

        Ordinary things stand for the letter of the day, which is itself nobody's to know but its
        reader's. One that was written for sealed things alone leaves no trace in them.
        """
        left = Notice.objects.filter(state=NoticeState.INBOX)
        left = left.filter(daily_letter__in=letters.order_by().filter(kind=DAILY_LETTER))
        own = letters.order_by().values("pk")
        return self.filter(pk__in=own.union(left.order_by().values("pk"), all=True))

    def in_doubt(self, now):
        """As `stuck`, and what was left to a letter of the day that is."""
        return self.told_by(Notice.objects.stuck(now))

    def ended_as(self, state):
        """In that state, and what was left to a letter of the day that is."""
        return self.told_by(Notice.objects.filter(state=state))

    def number_of_letters(self):
        """How many letters that are; what waited for one letter of the day is one."""
        letter = Coalesce("daily_letter", "pk", output_field=models.UUIDField())
        return self.aggregate(number=Count(letter, distinct=True))["number"]


class Notice(models.Model):
    """One reader is told of one thing, once for each occurrence of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    subject_label = models.CharField(max_length=100)
    subject_id = models.UUIDField()
    # The reader's own index is the one of the inbox, below.
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices", db_index=False
    )
    # Which time it happened: "revision 2". The same occurrence is told once.
    occurrence = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=NoticeState, default=NoticeState.QUEUED)
    # The same on every try, so that a mailbox can tell a second copy from a second letter.
    message_id = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    # Empty: at once.
    next_try_at = models.DateTimeField(null=True)
    # Until then one worker keeps it among others that are due, which it claims one at a time.
    leased_until = models.DateTimeField(null=True, editable=False)
    # Empty: no worker has it, or had it last.
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # How often it went again by itself, as nobody could say whether it had arrived, or as nobody
    # may know of it who could have it sent again.
    doubts = models.PositiveSmallIntegerField(default=0)
    # More of the same waits with it: until its letter leaves, or until it is read in the inbox.
    quiet = models.BooleanField(default=False)
    # The daily letter that told of it; empty: none has.
    daily_letter = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="gathered", editable=False
    )
    # What the mail server answered last, or why it came back; never a word of the letter.
    error = models.CharField(max_length=200, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_id", "reader", "occurrence"], name="notice_told_once"
            ),
            models.UniqueConstraint(
                fields=["kind", "subject_id", "reader"],
                condition=Q(quiet=True),
                name="notice_quiet_is_one",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LEFT, sent_at__isnull=False)
                | (~Q(state__in=LEFT) & Q(sent_at__isnull=True)),
                name="notice_sent_has_its_hour",
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNCLAIMED, claimed_at__isnull=True)
                | (~Q(state__in=UNCLAIMED) & Q(claimed_at__isnull=False))
                | Q(state=NoticeState.WITHHELD),
                name="notice_claimed_once_taken_up",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=UNDELIVERED) | ~Q(error=""),
                name="notice_failed_says_why",
            ),
        ]
        indexes = [
            # Worker: "which letter is due, the oldest first?"
            models.Index(
                fields=["created_at"],
                name="notice_queued",
                condition=Q(state=NoticeState.QUEUED),
            ),
            # Worker and secretary: "which letters are in doubt?"
            models.Index(
                fields=["claimed_at"],
                name="notice_sending",
                condition=Q(state=NoticeState.SENDING),
            ),
            # Secretary and Today: "which letters failed, or came back?"
            models.Index(
                fields=["created_at"],
                name="notice_undelivered",
                condition=Q(state__in=UNDELIVERED),
            ),
            # 08:00: "whose daily letter is to be written?"
            models.Index(
                fields=["reader"],
                name="notice_gathered",
                condition=Q(state=NoticeState.GATHERED),
            ),
            # Inbox: "what has this reader been told, the latest first?"
            models.Index(fields=["reader", "-created_at"], name="notice_reader_created"),
            # Secretary's list: "what has been written to anybody, the latest first?"
            models.Index(fields=["-created_at"], name="notice_created"),
        ]
        triggers = [pgtrigger.FSM(name="follows_the_outbox", field="state", transitions=STEPS)]

    def __str__(self):
        return f"Notice of {timezone.localdate(self.created_at):%-d %B %Y}"

    def get_absolute_url(self):
        """Where its letter's link leads: the same kind of address whatever waits behind it."""
        return reverse("notices:open", args=[self.pk])

    @property
    def letter(self):
        """The letter that tells of it: its own, or the reader's letter of the day."""
        return self.daily_letter if self.state == NoticeState.INBOX else self

    @property
    def words(self):
        """What its letter says on the envelope."""
        return kinds.find(self.kind).subject

    @property
    def line(self):
        """What the reader's inbox says of it."""
        return kinds.find(self.kind).line

    @classmethod
    def of(cls, kind, subject, reader, occurrence):
        """A notice to be saved, with the name its letter will carry on every try."""
        notice = cls(
            kind=kind.name,
            subject_label=subject._meta.label_lower,
            subject_id=subject.pk,
            reader=reader,
            occurrence=occurrence,
        )
        notice.message_id = f"<{notice.pk}@{urlsplit(settings.PORTAL_URL).hostname}>"
        return notice


class LetterQuerySet(models.QuerySet):
    """Kept letters, through the door of the notice they were written for."""

    def visible_to(self, user):
        """One's own; for the Corporate Secretary those of ordinary kinds as well.

        Letters without a notice carry one-time links into an account. Besides their reader the
        secretary of the demo sees them, where everybody can sign in as anybody; nobody else ever.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        doors = Q(notice__reader=user.pk) | Q(notice__isnull=True, to__iexact=user.email)
        if user.is_secretary:
            doors |= Q(notice__kind__in=kinds.ordinary())
            if settings.DEMO_SIGN_IN:
                doors |= Q(notice__isnull=True)
        return self.filter(doors)


class Letter(models.Model):
    """A letter as it was sent, kept where no mail server takes it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Empty: about one's own account, such as an invitation.
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="letters")
    to = models.TextField()
    subject = models.CharField(max_length=250)
    raw = models.BinaryField()
    kept_at = models.DateTimeField(default=timezone.now)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-kept_at"]
        indexes = [
            # Secretary's list: "which letters were kept, the latest first?"
            models.Index(fields=["-kept_at"], name="letter_kept"),
        ]

    def __str__(self):
        return f"Letter of {timezone.localdate(self.kept_at):%-d %B %Y}"

    @cached_property
    def parsed(self):
        return message_from_bytes(bytes(self.raw), policy=policy.default)

    @property
    def headers(self):
        return "\n".join(f"{name}: {value}" for name, value in self.parsed.items())

    @property
    def text(self):
        return self.part("plain")

    @property
    def html(self):
        return self.part("html")

    @property
    def calendar(self):
        """What it says to its reader's own calendar; nothing where it says nothing."""
        parts = (part for part in self.parsed.walk() if part.get_content_type() == "text/calendar")
        return next((part.get_content() for part in parts), "")

    def part(self, subtype):
        """The text or the HTML of the letter; nothing where it has none."""
        body = self.parsed.get_body((subtype,))
        return body.get_content() if body else ""


class OwnQuerySet(models.QuerySet):
    """What is the reader's alone: in no admin, no export and no history."""

    def visible_to(self, user):
        inside = user.is_authenticated and user.is_active
        return self.filter(reader=user.pk) if inside else self.none()


class ReadMark(models.Model):
    """The reader has opened it. When, is not kept; and nobody else is ever told."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    notice = models.OneToOneField(Notice, models.PROTECT, related_name="+")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = OwnQuerySet.as_manager()

    def __str__(self):
        return "Read"


class Preference(models.Model):
    """How a reader wants what is not legal notice: at once or once a day, and what not at all."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reader = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    daily = models.BooleanField(default=False)
    # Classes of matter of which no letter is written; they are in the inbox alone.
    silenced = ArrayField(
        models.CharField(max_length=20, choices=kinds.Matter), default=list, blank=True
    )

    objects = OwnQuerySet.as_manager()

    def __str__(self):
        return "Letters"

    def state_of(self, kind):
        """How a notice of this kind begins for this reader."""
        if kind.legal or kind.corrects or kind.name in DAILY_LETTERS:
            return NoticeState.QUEUED
        if kind.matter in self.silenced:
            return NoticeState.INBOX
        # A calendar is told the hour at once; only what is edited again and again can wait.
        at_once = kind.pressing or (kind.calendar and not kind.quiet)
        gathers = self.daily and not at_once
        return NoticeState.GATHERED if gathers else NoticeState.QUEUED


class Morning(models.Model):
    """A day whose moments have been told; the bell rings more often than once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    day = models.DateField(unique=True)

    def __str__(self):
        return f"{self.day:%-d %B %Y}"
