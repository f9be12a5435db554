"""Motions and the ballots cast on them: the exact text, who voted what, and the arithmetic."""

import hashlib
import uuid

import pghistory
import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from governance.decisions.kinds import FILLS_A_SEAT, MotionKind
from governance.decisions.moves import DECIDED, MOTION_MOVES, MotionState
from governance.meetings.access import may_read
from governance.meetings.models import AgendaItem, Meeting, Quorum
from governance.meetings.models.agenda import recused
from governance.people.models import Person
from governance.records.models import Company
from governance.records.moves import guard_triggers, never_changed


def digest_of(text):
    """The SHA-256 by which a receipt names the exact text that was voted on."""
    return hashlib.sha256(text.encode()).hexdigest()


class Change(models.TextChoices):
    """How a motion changes an earlier one that was carried (M-03)."""

    RESCIND = "rescind", "Rescinds"
    RATIFY = "ratify", "Ratifies"
    CORRECT = "correct", "Corrects"


def in_state(name, state, says):
    """A row that hangs on a motion is added while the motion stands so, and at no other time."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=f"""
            PERFORM 1 FROM decisions_motion
                WHERE id = NEW.motion_id AND state = '{state}' FOR SHARE;
            IF NOT FOUND THEN RAISE EXCEPTION '{says}'; END IF;
            RETURN NEW;
        """,
    )


class MotionQuerySet(models.QuerySet):
    """Motions, through the door of the meeting and past the walls of recusal."""

    def visible_to(self, user):
        """Members of the body and the secretary's office, unless recused from the item."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        # A draft belongs to whoever conducts the meeting until it is put before the body.
        published = self.exclude(Q(state=MotionState.DRAFTED) & Q(meeting__state="draft"))
        return published.filter(may_read(user, "meeting__")).exclude(recused(user, "item"))

    def awaiting(self, user):
        """Open votes on whose list the account's person stands and has not cast yet."""
        cast = Ballot.objects.filter(motion=OuterRef("pk"), voter=user.person_id)
        listed = Voter.objects.filter(motion=OuterRef("pk"), person=user.person_id)
        return self.visible_to(user).filter(Exists(listed), ~Exists(cast), state=MotionState.VOTING)

    def carried_by(self, committee):
        """What a body has carried, the latest first; None is the Board."""
        carried = self.filter(state=MotionState.PASSED, meeting__committee=committee)
        return carried.select_related("meeting").order_by("-closed_at", "pk")

    def decided(self):
        return self.filter(state__in=DECIDED).order_by("-closed_at", "pk")


@pghistory.track()
class Motion(models.Model):
    """A resolution put to a body in its meeting, in the exact words it votes on (M-03)."""

    MOVES = MOTION_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="motions")
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="motions")
    kind = models.CharField(max_length=20, choices=MotionKind, default=MotionKind.ORDINARY)
    title = models.CharField(max_length=200)
    text = models.TextField("exact text")
    digest = models.CharField(max_length=64, editable=False)
    mover = models.ForeignKey(Person, models.PROTECT, related_name="motions_moved")
    seconder = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="motions_seconded"
    )
    # Counts the wordings; each but the first is an amendment.
    version = models.PositiveSmallIntegerField(default=1, editable=False)
    # Empty: it stands alone. Otherwise the carried motion that this one changes, and how.
    changes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="changed_by"
    )
    change = models.CharField(max_length=10, choices=Change, blank=True)
    state = models.CharField(
        max_length=20, choices=MotionState, default=MotionState.DRAFTED, editable=False
    )
    # Why it could not be put before the meeting, while it is blocked; empty otherwise.
    blocked_code = models.CharField(max_length=30, blank=True, editable=False)
    blocked_why = models.CharField(max_length=300, blank=True, editable=False)
    vote_opened_at = models.DateTimeField(null=True, editable=False)
    # Until then ballots are awaited, as whoever opened the vote has said; the hour closes nothing.
    awaited_until = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    # The arithmetic of the result, set when the vote is closed and never changed (L-37, L-38).
    votes_for = models.PositiveSmallIntegerField(null=True, editable=False)
    votes_against = models.PositiveSmallIntegerField(null=True, editable=False)
    votes_abstain = models.PositiveSmallIntegerField(null=True, editable=False)
    votes_silent = models.PositiveSmallIntegerField(null=True, editable=False)
    present = models.PositiveSmallIntegerField(null=True, editable=False)
    quorum = models.PositiveSmallIntegerField(null=True, editable=False)
    seats = models.PositiveSmallIntegerField(null=True, editable=False)
    # Directors in office when a vacancy was voted on: of them more than half are needed (L-49).
    in_office = models.PositiveSmallIntegerField(null=True, editable=False)
    # Where an interest was declared: members then serving who have one, those who have none, and
    # how many of the latter voted for (L-46). Empty where nobody declared any.
    interested = models.PositiveSmallIntegerField(null=True, editable=False)
    disinterested = models.PositiveSmallIntegerField(null=True, editable=False)
    disinterested_for = models.PositiveSmallIntegerField(null=True, editable=False)

    objects = MotionQuerySet.as_manager()

    class Meta:
        ordering = ["meeting", "item__position"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="motion_has_a_text"),
            models.CheckConstraint(
                condition=Q(seconder__isnull=True) | ~Q(seconder=models.F("mover")),
                name="motion_seconded_by_another",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=DECIDED,
                    closed_at__isnull=False,
                    votes_for__isnull=False,
                    votes_against__isnull=False,
                    votes_abstain__isnull=False,
                    votes_silent__isnull=False,
                    present__isnull=False,
                    quorum__isnull=False,
                    seats__isnull=False,
                )
                | (~Q(state__in=DECIDED) & Q(closed_at__isnull=True, present__isnull=True)),
                name="motion_decided_has_its_numbers",
            ),
            # Carried means: a quorum, and more than half of those present voted for (L-38); a
            # seat is filled by more than half of the directors in office (L-49).
            models.CheckConstraint(
                condition=~Q(state=MotionState.PASSED)
                | Q(
                    ~Q(kind__in=FILLS_A_SEAT),
                    present__gte=models.F("quorum"),
                    present__lt=2 * models.F("votes_for"),
                )
                | Q(kind__in=FILLS_A_SEAT, in_office__lt=2 * models.F("votes_for")),
                name="motion_carried_by_more_than_half",
            ),
            models.CheckConstraint(
                condition=Q(state=MotionState.BLOCKED) & ~Q(blocked_code="") & ~Q(blocked_why="")
                | ~Q(state=MotionState.BLOCKED) & Q(blocked_code="", blocked_why=""),
                name="motion_blocked_says_why",
            ),
            models.CheckConstraint(
                condition=Q(awaited_until=None)
                | Q(vote_opened_at__isnull=False, awaited_until__gt=models.F("vote_opened_at")),
                name="motion_awaits_ballots_once_open",
            ),
            models.CheckConstraint(
                condition=Q(changes=None, change="") | Q(changes__isnull=False) & ~Q(change=""),
                name="motion_changes_another_in_one_way",
            ),
            models.CheckConstraint(
                condition=Q(interested=None, disinterested=None, disinterested_for=None)
                | Q(
                    interested__isnull=False,
                    disinterested__gte=models.F("disinterested_for"),
                    votes_for__gte=models.F("disinterested_for"),
                ),
                name="motion_counts_who_has_no_interest",
            ),
        ]
        indexes = [
            # Decisions page: "what is being voted on, and what was decided last?"
            models.Index(fields=["state", "-closed_at"], name="motion_state_closed"),
            # Search: "which resolutions have these words?"
            GinIndex(SearchVector("title", "text", config="english"), name="motion_words"),
        ]
        triggers = [
            *guard_triggers(MOTION_MOVES, MotionState.DRAFTED),
            pgtrigger.Protect(
                name="result_is_fixed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=DECIDED),
            ),
            pgtrigger.Trigger(
                name="binds_the_exact_text",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF TG_OP = 'UPDATE' AND OLD.state <> 'drafted'
                        AND (OLD.title, OLD.kind, OLD.changes_id, OLD.change)
                            IS DISTINCT FROM (NEW.title, NEW.kind, NEW.changes_id, NEW.change)
                    THEN
                        RAISE EXCEPTION 'a motion is what it was when it was put';
                    END IF;
                    IF TG_OP = 'UPDATE' AND OLD.state <> 'drafted'
                        AND (OLD.text, OLD.version) IS DISTINCT FROM (NEW.text, NEW.version)
                        AND NOT (OLD.state = 'open' AND NEW.version = OLD.version + 1
                            AND EXISTS (SELECT 1 FROM decisions_amendment
                                WHERE motion_id = NEW.id AND number = NEW.version
                                AND text = NEW.text AND admitted_at IS NOT NULL))
                    THEN
                        RAISE EXCEPTION 'a text before the meeting changes by an amendment';
                    END IF;
                    NEW.digest := encode(sha256(convert_to(NEW.text, 'UTF8')), 'hex');
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="changes_what_was_carried",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__changes__isnull=False),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM decisions_motion AS earlier
                        JOIN meetings_meeting AS its ON its.id = earlier.meeting_id
                        JOIN meetings_meeting AS ours ON ours.id = NEW.meeting_id
                        WHERE earlier.id = NEW.changes_id AND earlier.state = 'passed'
                        AND its.committee_id IS NOT DISTINCT FROM ours.committee_id
                    ) THEN
                        RAISE EXCEPTION 'only what the same body carried is changed by a motion';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"Motion of {self.meeting.day:%-d %B %Y}"

    def get_absolute_url(self):
        return reverse("decisions:motion", args=[self.pk])

    @property
    def is_decided(self):
        return self.state in DECIDED

    def recused_people(self):
        """People who take no part in this motion, whichever way (M-03)."""
        return Person.objects.filter(recusals__item=self.item_id)

    def owing_declarations(self, at):
        """Members present who were asked about an interest, or declared one on earlier words, and
        have not answered on the text as it stands; whoever is recused has (M-03)."""
        asked = Q(interest_prompts__motion=self) | Q(declarations__motion=self)
        answered = self.declarations.filter(version=self.version)
        owing = self.meeting.present_at(at).filter(asked).distinct()
        return owing.exclude(pk__in=answered.values("person")).exclude(
            pk__in=self.recused_people().values("pk")
        )

    def interested_people(self):
        """People with a declared interest in the text as it stands, and whoever is recused."""
        disclosed = self.declarations.filter(version=self.version).exclude(disclosure="")
        return Person.objects.filter(
            Q(pk__in=disclosed.values("person")) | Q(recusals__item=self.item_id)
        ).distinct()

    def present_people(self, at):
        """Members present for this motion: those who left the room for it are not (L-38)."""
        gone = self.recused_people().filter(recusals__item=self.item_id, recusals__mode="left")
        return self.meeting.present_at(at).exclude(pk__in=gone.values("pk"))

    def latecomers(self, at):
        """Members who joined after the vote was opened: present, and not on its list (M-03)."""
        listed = self.voters.values("person").union(self.recused_people().values("pk"))
        return self.present_people(at).exclude(pk__in=listed)

    def quorum_at(self, at):
        """The quorum for this motion at an instant."""
        needed, total, provision = self.meeting.quorum_needed(Company.current().day_of(at))
        return Quorum(self.present_people(at).count(), needed, total, provision)


class Voter(models.Model):
    """A member who may vote on a motion: the list is frozen when the vote opens (M-03)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    motion = models.ForeignKey(Motion, models.PROTECT, related_name="voters")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["person__family_name", "person__given_name"]
        constraints = [
            models.UniqueConstraint(fields=["motion", "person"], name="voter_listed_once")
        ]
        triggers = [
            pgtrigger.Protect(name="list_is_frozen", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self):
        return f"{self.person} on the list"


class Presence(models.Model):
    """A member who was present when the vote was closed, as the result counted them (L-38)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    motion = models.ForeignKey(Motion, models.PROTECT, related_name="presences")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["person__family_name", "person__given_name"]
        constraints = [
            models.UniqueConstraint(fields=["motion", "person"], name="presence_counted_once")
        ]
        triggers = [
            never_changed(),
            in_state("is_counted_at_the_close", "voting", "who was present is counted at the end"),
        ]

    def __str__(self):
        return f"{self.person} present"


class Choice(models.TextChoices):
    """What a director may answer; each weighs the same on the page."""

    FOR = "for", "For"
    AGAINST = "against", "Against"
    ABSTAIN = "abstain", "Abstain"

    @property
    def statement(self):
        """The intent that is shown before a ballot, and kept with it (C12)."""
        says = "abstain from voting on" if self == self.ABSTAIN else f"vote {self.label.lower()}"
        return f"I {says} this resolution, in the exact words shown."


class BallotQuerySet(models.QuerySet):
    """Ballots; how others voted is shown when the vote is closed."""

    def visible_to(self, user):
        """One's own at once; everybody's once the vote is closed."""
        motions = Motion.objects.visible_to(user)
        if not user.is_authenticated:
            return self.none()
        return self.filter(motion__in=motions).filter(
            Q(voter=user.person_id) | Q(motion__state__in=DECIDED)
        )

    def current(self):
        """The last word of each voter."""
        return self.filter(replaced_by__isnull=True)


@pghistory.track()
class Ballot(models.Model):
    """One director's answer to a motion. A change of mind is another row that replaces it (M-03).

    The constraints make the rows of one voter a chain: one first ballot, and each replaced once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    motion = models.ForeignKey(Motion, models.PROTECT, related_name="ballots")
    voter = models.ForeignKey(Person, models.PROTECT, related_name="+")
    choice = models.CharField(max_length=10, choices=Choice)
    cast_at = models.DateTimeField()
    # Empty: the first ballot of this voter.
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    # What was bound, as the receipt prints it.
    text_digest = models.CharField(max_length=64)
    statement = models.CharField(max_length=300)
    sign_in_method = models.CharField(max_length=40)
    # A digest of the session in which it was cast; empty for a roll call written down afterwards.
    session = models.CharField(max_length=64, blank=True)

    objects = BallotQuerySet.as_manager()

    class Meta:
        ordering = ["cast_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["motion", "voter"],
                condition=Q(replaces=None),
                name="ballot_one_first_each",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="is_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="is_cast_in_an_open_vote",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("motion", "decisions_motion%ROWTYPE")],
                func="""
                    SELECT * INTO motion FROM decisions_motion WHERE id = NEW.motion_id FOR SHARE;
                    IF motion.state <> 'voting' THEN
                        RAISE EXCEPTION 'a ballot is cast while the vote is open';
                    END IF;
                    IF motion.digest <> NEW.text_digest THEN
                        RAISE EXCEPTION 'a ballot binds the exact text that was put';
                    END IF;
                    IF NOT EXISTS (SELECT 1 FROM decisions_voter
                            WHERE motion_id = NEW.motion_id AND person_id = NEW.voter_id) THEN
                        RAISE EXCEPTION 'only those on the list vote';
                    END IF;
                    IF NEW.replaces_id IS NOT NULL AND NOT EXISTS (
                            SELECT 1 FROM decisions_ballot WHERE id = NEW.replaces_id
                            AND motion_id = NEW.motion_id AND voter_id = NEW.voter_id) THEN
                        RAISE EXCEPTION 'a ballot replaces one of the same voter and motion';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"Ballot of {self.cast_at:%-d %B %Y}"

    def get_absolute_url(self):
        return reverse("decisions:receipt", args=[self.pk])
