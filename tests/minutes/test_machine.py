"""The minutes of one meeting in any order, by anybody: what they say and who bound it, by hand."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from governance.meetings import operations as meetings
from governance.meetings.models import Attendance, Meeting
from governance.minutes import operations
from governance.minutes.models import (
    Comment,
    Correction,
    Minutes,
    MinutesRule,
    MinutesSignature,
    MinutesVersion,
)
from governance.notices.models import Notice
from governance.records.acts import record_act
from governance.records.models import Act, Entry
from governance.refusals import Refused
from tests.factories.cast import DIRECTORS, EVERYBODY
from tests.factories.stories import tell, tell_at_length

OFFICE = ("secretary", "assistant_secretary", "general_counsel")
STEPS = {
    ("", "draft"),
    ("draft", "circulated"),
    ("circulated", "circulated"),
    ("circulated", "approved"),
    ("approved", "approved"),
    ("approved", "signed"),
    ("signed", "locked"),
}
APPROVED = ("approved", "signed", "locked")
WRITTEN = (Entry, MinutesVersion, Comment, MinutesSignature, Correction, Act, Notice, MinutesRule)

# Mostly those who may, and everybody else among them.
people = st.sampled_from(("secretary",) * 6 + ("chair",) * 4 + OFFICE + EVERYBODY)
words = st.sampled_from(("It was discussed.", "They heard a report.", "Nothing was done.", ""))
fresh = st.sampled_from((True, True, True, False))
ways = st.sampled_from(("At the next meeting; folder 3.",) * 3 + (" ",))


def record():
    """Everything that an act may leave behind."""
    return [model.objects.count() for model in WRITTEN]


class Story(RuleBasedStateMachine):
    """Every attempt is made and entered, or refused without a trace."""

    cast, held, now = None, None, None

    def __init__(self):
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        # By hand: what went out under each number, what was approved, who signed, what corrects.
        self.texts, self.approved, self.signed, self.chain = {}, None, set(), []
        self.at = self.now

    def teardown(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @initialize(presider_signs=st.booleans(), purges=st.booleans())
    def they_are_drafted(self, presider_signs, purges):
        self.presider_signs, self.purges = presider_signs, purges
        by, day = self.cast["secretary"], operations.day_of(self.at)
        facts = {"presider_signs": presider_signs, "purges_drafts": purges}
        operations.set_rule(since=day, by=by, on=day, **facts)
        self.minutes = operations.draft(self.held, by=by, at=self.at)
        self.items = [part.key for part in self.minutes.current.read_parts if part.item]
        self.lease = self.items[0]

    def look(self):
        self.minutes = Minutes.objects.get(pk=self.minutes.pk)

    def attempt(self, act, who, **facts):
        """Make it; refused, nothing may have changed. Whether it went through."""
        self.at += timedelta(minutes=1)
        before = record()
        try:
            act(self.minutes, by=self.cast[who], at=self.at, **facts)
        except Refused as refused:
            assert record() == before
            assert len(str(refused)) > 10
            return False
        finally:
            self.look()
        return True

    def went_out(self):
        self.texts[self.minutes.current.number] = self.minutes.current.text

    @rule(who=people, said=words, number=st.integers(0, 1), of_now=fresh)
    def write(self, who, said, number, of_now):
        state, parts = self.minutes.state, self.minutes.current.read_parts
        [stands] = [part.words for part in parts if part.key == self.items[number]]
        base = self.minutes.edition if of_now else "draft 0"
        told = {self.items[number]: said}
        written = self.attempt(operations.write, who, words=told, base=base)
        same = stands == said
        assert written == (who in OFFICE and state not in APPROVED and (of_now or same))
        if written and state == "circulated" and not same:
            self.went_out()

    @rule(who=people, of_now=fresh)
    def circulate(self, who, of_now):
        state = self.minutes.state
        whole = all(check.holds for check in self.minutes.current.checks())
        base = self.minutes.edition if of_now else "draft 0"
        out = self.attempt(operations.circulate, who, base=base)
        assert out == (who == "secretary" and state == "draft" and of_now and whole)
        if out:
            self.went_out()

    @rule()
    def they_are_made_ready_to_go_out(self):
        if self.minutes.state == "draft":
            told = dict.fromkeys(self.items, "It was discussed.")
            facts = {"words": told, "base": self.minutes.edition}
            assert self.attempt(operations.write, "secretary", **facts)

    @rule(who=people, on_the_lease=st.booleans())
    def comment(self, who, on_the_lease):
        part = self.lease if on_the_lease else "opening"
        said = self.attempt(operations.comment, who, part=part, text="Hm.")
        walled = on_the_lease and who == "director"
        assert said == (who in DIRECTORS and self.minutes.state == "circulated" and not walled)

    @rule(which=st.sampled_from(("current", "current", "earlier", "none")), ours=fresh)
    def the_body_acts(self, which, ours):
        digests = {"current": self.minutes.current.digest, "none": "0" * 64}
        first = self.minutes.versions.first().digest
        text = f"RESOLVED, {digests.get(which, first)} is approved."
        committee = None if ours else self.cast["audit_chair"].person.seats.get().committee_id
        state = self.minutes.state
        act = {"how": Act.How.MOTION, "source": uuid4(), "title": "Minutes", "text": text}
        record_act(committee=committee, at=self.at, **act)
        self.look()
        if state == "circulated" and ours and self.minutes.current.digest in text:
            assert self.minutes.state == "approved"
            self.approved = self.minutes.current.text
        assert self.minutes.state == ("approved" if self.approved and not self.signed else state)

    @rule(who=people, of_now=fresh, days=st.sampled_from((0, 0, 0, -1, 1)), how=ways)
    def it_was_approved_on_paper(self, who, of_now, days, how):
        state, digest = self.minutes.state, self.minutes.current.digest if of_now else "0" * 64
        facts = {"day": operations.day_of(self.now) + timedelta(days=days), "digest": digest}
        entered = self.attempt(operations.enter_approval, who, how=how, **facts)
        told = of_now and not days and how.strip()
        assert entered == bool(who == "secretary" and state == "circulated" and told)
        if entered:
            self.approved = self.minutes.current.text

    @rule(who=people, of_now=fresh)
    def sign(self, who, of_now):
        state, digest = self.minutes.state, self.minutes.current.digest if of_now else "0" * 64
        facts = {"digest": digest, "method": "password"}
        signed = self.attempt(operations.sign, who, **facts)
        may = who == "secretary" or (who == "chair" and self.presider_signs)
        assert signed == (may and state == "approved" and of_now and who not in self.signed)
        if signed:
            self.signed.add(who)

    @rule(who=people)
    def correct(self, who):
        state, facts = self.minutes.state, {"text": f"It was at {self.at}.", "reason": "A slip."}
        proposed = self.attempt(operations.propose_correction, who, **facts)
        person = self.cast[who].person_id
        there = Attendance.objects.filter(meeting=self.held, person=person).exists()
        may = who == "secretary" or (who in DIRECTORS and there)
        assert proposed == (may and state == "locked")
        if proposed:
            self.chain.append(self.minutes.corrections.get(number=len(self.chain) + 1).digest)

    @rule(who=people)
    def close(self, who):
        before, state = record(), self.minutes.state
        meeting = Meeting.objects.get(pk=self.held.pk)
        open_still = meeting.state == "adjourned"
        try:
            meetings.close(meeting, by=self.cast[who], at=self.at)
        except Refused:
            assert record() == before
            assert not (open_still and state == "locked" and who == "secretary")
        else:
            assert state == "locked" and who == "secretary"

    # --- What holds whatever happens

    @invariant()
    def they_stand_where_their_entries_lead(self):
        state = ""
        for entry in Entry.objects.about(self.minutes).order_by("number"):
            assert entry.source == state and (state, entry.target) in STEPS
            state = entry.target
        assert self.minutes.state == state

    @invariant()
    def what_went_out_says_what_it_said(self):
        kept = dict(self.minutes.versions.values_list("number", "text"))
        current = self.minutes.current.number
        expected = self.texts
        if self.minutes.state == "locked" and self.purges:
            expected = {current: self.texts[current]}
        if self.minutes.state != "draft":
            assert kept == expected
        assert max(kept) == current

    @invariant()
    def what_was_approved_is_what_its_act_names(self):
        assert (self.minutes.state in APPROVED) == (self.approved is not None)
        if self.approved is not None:
            assert self.minutes.current.text == self.approved
            assert self.minutes.current.digest in self.minutes.approved_by.text

    @invariant()
    def they_are_locked_by_those_who_owe_a_signature(self):
        owing = {"secretary", "chair"} if self.presider_signs else {"secretary"}
        assert (self.minutes.state == "locked") == (self.signed == owing)
        bound = set(self.minutes.signatures.values_list("signer", "text_digest"))
        digest = self.minutes.current.digest
        assert bound == {(self.cast[name].person_id, digest) for name in self.signed}

    @invariant()
    def members_alone_have_said_something(self):
        members = {self.cast[name].person_id for name in DIRECTORS}
        said = self.minutes.comments.values_list("person", "part")
        assert {person for person, _ in said} <= members
        assert (self.cast["director"].person_id, self.lease) not in set(said)

    @invariant()
    def each_correction_names_what_it_corrects(self):
        rows = list(self.minutes.corrections.order_by("number"))
        assert [row.digest for row in rows] == self.chain
        before = [self.minutes.current.digest, *self.chain]
        assert [row.previous_digest for row in rows] == before[: len(rows)]


@pytest.mark.django_db
def test_m_05_stories_of_minutes(cast, held, now):
    tell(Story, cast=cast, held=held, now=now)


@pytest.mark.deep
@pytest.mark.django_db
def test_m_05_many_long_stories_of_minutes(cast, held, now):
    tell_at_length(Story, cast=cast, held=held, now=now)
