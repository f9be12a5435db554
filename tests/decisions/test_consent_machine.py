"""One written consent in any order, by anybody: unanimity found by hand from the words of M-04."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from governance.board.operations import resign, seat_director
from governance.committees.models import Kind
from governance.decisions import consents, models
from governance.meetings.models import Meeting
from governance.notices.models import Notice
from governance.records.models import Act, Entry
from governance.refusals import Refused
from tests.factories.cast import DIRECTORS, EVERYBODY, SEATS
from tests.factories.rows import fingerprint
from tests.factories.stories import tell, tell_at_length

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
ZONE = ZoneInfo("America/Los_Angeles")
QUORUM = 5
WORDS = "RESOLVED, that the invented lease is approved, wording {}."
# From where to where, as the table of M-04 has it, whoever makes the move.
STEPS = {
    ("", "drafted"),
    ("drafted", "circulated"),
    ("drafted", "refused"),
    ("circulated", "partly_signed"),
    ("partly_signed", "partly_signed"),
    ("partly_signed", "circulated"),
    ("circulated", "effective"),
    ("partly_signed", "effective"),
    ("effective", "filed"),
    ("drafted", "withdrawn"),
    ("circulated", "withdrawn"),
    ("partly_signed", "withdrawn"),
    ("circulated", "lapsed"),
    ("partly_signed", "lapsed"),
}
OPEN, IN_EFFECT = ("circulated", "partly_signed"), ("effective", "filed")
# Everything that a refusal may not touch.
RECORD = (
    models.WrittenConsent,
    models.ConsentSignature,
    models.ConsentObjection,
    models.Motion,
    Meeting,
    Entry,
    Act,
    Notice,
)
# Directors who may leave, and people who may join.
LEAVERS = ("audit_chair", "audit_member", "nominating_chair", "director", "compensation_member")
JOINERS = ("outsider", "former_director", "manager")
KINDS = (*("ordinary",) * 6, "fill_vacancy", "merger", "chief_executive_pay")

senders = st.sampled_from((*("secretary", "chair") * 6, *EVERYBODY))
people = st.sampled_from((*DIRECTORS, *JOINERS, "secretary"))
AHEAD = (None, *((None,) * 4), timedelta(minutes=10), 5 * DAY, 60 * DAY, 61 * DAY, -SECOND)


def day_of(at):
    return at.astimezone(ZONE).date()


def midnight(day):
    return datetime.combine(day, time(), tzinfo=ZONE)


def consent_is(*states):
    return precondition(lambda story: story.stands() in states)


class Story(RuleBasedStateMachine):
    """Every attempt is made exactly where the words allow it, or refused without a trace."""

    cast, now = None, None

    def __init__(self):
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    # Stories begin anywhere on the way, so that short ones see its end too.
    @initialize(
        body=st.sampled_from(["board", "board", "board", "compensation"]),
        kind=st.sampled_from(KINDS),
        gone=st.integers(0, 5),
        steps=st.sampled_from([0, 1, 2, 2, 2]),
    )
    def it_is_drafted(self, body, kind, gone, steps):
        self.at, self.body, self.kind = self.now, body, kind
        # By hand: each one's last day in office, who signed from when, and who said no.
        self.terms = {name: [None, None] for name in DIRECTORS}
        self.signed, self.revoked, self.refusing = {}, 0, set()
        self.state, self.effective_at, self.circulated_at = "drafted", None, None
        self.wordings = [WORDS.format(1)]
        if body == "board":
            for name in LEAVERS[:gone]:
                self.leave(name, 0)
        seats = self.cast["compensation_chair"].person.seats
        self.consent = consents.draft_consent(
            committee=seats.get().committee if body != "board" else None,
            title="A lease",
            text=self.wordings[0],
            kind=kind,
            by=self.cast["secretary"],
            at=self.at,
        )
        for _ in range(steps):
            self.it_goes_on()

    def attempt(self, expected, act, who, **facts):
        """Make it; it goes through where the words say so, and refused nothing has changed."""
        before = fingerprint(RECORD)
        try:
            act(self.consent, by=self.cast[who], at=self.at, **facts)
        except Refused as refused:
            assert not expected, (act, who, facts, refused)
            assert fingerprint(RECORD) == before
            return False
        assert expected, (act, who, facts)
        return True

    def look(self):
        return models.WrittenConsent.objects.get(pk=self.consent.pk)

    # --- The words, by hand

    def members(self, day):
        if self.body != "board":
            return set(SEATS[Kind.COMPENSATION])
        return {
            name
            for name, (since, until) in self.terms.items()
            if (since is None or since <= day) and (until is None or day < until)
        }

    def unanimous_at(self, instant):
        members = self.members(day_of(instant))
        enough = len(members) >= QUORUM or self.kind == "fill_vacancy" or self.body != "board"
        signed = {name for name, (counts_from, _) in self.signed.items() if counts_from <= instant}
        return enough and bool(members) and members <= signed

    def ends(self):
        """How an open consent stands by now, whether or not somebody has looked: at every hour
        from which a signature counts, and at the first instant of every day."""
        until = min(self.at, self.circulated_at + 60 * DAY)
        instants = [counts_from for counts_from, _ in self.signed.values()]
        day = day_of(self.circulated_at) + DAY
        while midnight(day) <= until:
            instants.append(midnight(day))
            day += DAY
        for instant in sorted(one for one in instants if one <= until):
            if self.unanimous_at(instant):
                return "effective", instant
        return ("lapsed" if until < self.at or until == self.circulated_at + 60 * DAY else ""), None

    def stands(self):
        return (self.ends()[0] or self.state) if self.state in OPEN else self.state

    @property
    def is_open(self):
        return self.stands() in OPEN

    def settle(self):
        """Somebody looks: what time has brought is entered."""
        if self.state in OPEN and self.ends()[0]:
            self.state, self.effective_at = self.ends()

    def drafts(self, who):
        office = ("secretary", "assistant_secretary", "general_counsel")
        leads = ("chair", "lead_director") if self.body == "board" else ("compensation_chair",)
        return who in office + leads

    def sends(self, who):
        return who in ("secretary", "chair" if self.body == "board" else "compensation_chair")

    @property
    def cannot_be_done(self):
        if self.body != "board":
            return self.kind in ("merger", "fill_vacancy")
        few = len(self.members(day_of(self.at))) < QUORUM and self.kind != "fill_vacancy"
        return few or self.kind == "chief_executive_pay"

    # --- What is done

    def redraft(self, who, text=None):
        text = text or WORDS.format(len(self.wordings) + 1)
        ready = self.state == "drafted" and self.drafts(who) and bool(text.strip())
        facts = {"title": "A lease", "text": text, "kind": self.kind}
        if self.attempt(ready, consents.redraft, who, **facts):
            self.wordings.append(text)

    def circulate(self, who):
        ready = self.state == "drafted" and self.sends(who)
        refused = self.cannot_be_done
        if self.attempt(ready, consents.circulate, who):
            self.state = "refused" if refused else "circulated"
            self.circulated_at = None if refused else self.at

    def sign(self, who, ahead=None, wording=-1, interest=None):
        from_then = self.at + (ahead or timedelta())
        ready = self.is_open and self.wordings[wording] == self.wordings[-1]
        ready &= self.at <= from_then <= self.at + 60 * DAY
        ready &= who in self.members(day_of(from_then)) and who not in self.signed
        ready &= interest is None or bool(interest.strip())
        facts = {
            "digest": models.motions.digest_of(self.wordings[wording]),
            "method": "password",
            "counts_from": from_then if ahead else None,
            "interested": interest is not None,
            "disclosure": interest or "",
        }
        if self.attempt(ready, consents.sign, who, **facts):
            self.signed[who] = from_then, interest or ""
            self.refusing.discard(who)
            self.state = "partly_signed"
            self.settle()

    def revoke(self, who):
        if self.attempt(self.is_open and who in self.signed, consents.revoke, who):
            self.take_back(who)

    def take_back(self, who):
        del self.signed[who]
        self.revoked += 1
        self.state = "partly_signed" if self.signed else "circulated"

    def object_to(self, who, reason="refuses"):
        ready = self.is_open and who in self.members(day_of(self.at)) - self.refusing
        ready &= reason in ("refuses", "recused")
        if self.attempt(ready, consents.object_to, who, reason=reason):
            self.refusing.add(who)
            if who in self.signed:
                self.take_back(who)

    def withdraw(self, who, why="A meeting is held."):
        ready = (self.state == "drafted" or self.is_open) and self.sends(who) and bool(why.strip())
        if self.attempt(ready, consents.withdraw_consent, who, why=why):
            self.state = "withdrawn"

    def file(self, who):
        ready = self.state == "effective" and who == "secretary"
        if self.attempt(ready, consents.file_with_minutes, who):
            self.state = "filed"

    def meet_instead(self, who):
        ready = self.is_open and self.sends(who)
        facts = {"starts_at": self.at + 3 * DAY, "place": "The invented boardroom", "dial_in": ""}
        if self.attempt(ready, consents.propose_meeting, who, **facts):
            self.state = "withdrawn"

    def leave(self, name, days):
        """A director resigns; the Corporate Secretary enters it."""
        day = day_of(self.at)
        row = self.cast[name].person.directorships.get()
        facts = {"delivered_on": day, "effective_on": day + days * DAY, "on": day}
        resign(row, by=self.cast["secretary"], **facts)
        self.terms[name][1] = day + days * DAY

    # --- Where they lead on

    @rule()
    def it_goes_on(self):
        if self.state == "drafted":
            self.circulate("compensation_chair" if self.body != "board" else "chair")
        elif self.is_open:
            for name in sorted(self.members(day_of(self.at)) - set(self.signed))[:4]:
                self.sign(name)
        else:
            self.file("secretary")

    @rule(step=st.sampled_from([SECOND, timedelta(minutes=10), DAY, 5 * DAY, 20 * DAY]))
    def time_passes(self, step):
        self.at += step

    @rule()
    def the_hour_is_looked_at(self):
        consents.keep_up_all(self.at)
        self.settle()
        assert self.look().state == self.state

    @consent_is("drafted")
    @rule(who=st.sampled_from(EVERYBODY), text=st.sampled_from([None, None, " "]))
    def it_is_worded_anew(self, who, text):
        self.redraft(who, text)

    @consent_is("drafted")
    @rule(who=senders)
    def it_is_circulated(self, who):
        self.circulate(who)

    @consent_is(*OPEN)
    @rule(
        who=people,
        ahead=st.sampled_from(AHEAD),
        wording=st.sampled_from([-1, -1, -1, 0]),
        interest=st.sampled_from([None, None, None, "A cousin owns it.", " "]),
    )
    def one_signs(self, who, ahead, wording, interest):
        self.sign(who, ahead, wording, interest)

    @consent_is(*OPEN)
    @rule(who=people)
    def one_revokes(self, who):
        self.revoke(who)

    @consent_is(*OPEN)
    @rule(who=people, reason=st.sampled_from(["refuses", "recused", "sleeps"]))
    def one_will_not_sign(self, who, reason):
        self.object_to(who, reason)

    @rule(
        verb=st.sampled_from(
            [redraft, circulate, sign, revoke, object_to, withdraw, file, meet_instead]
        ),
        who=st.sampled_from(EVERYBODY),
    )
    def out_of_turn(self, verb, who):
        verb(self, who)

    # --- The Board changes

    @precondition(lambda story: story.body == "board")
    @rule(name=st.sampled_from(LEAVERS), days=st.sampled_from([0, 0, 6]))
    def a_director_leaves(self, name, days):
        if self.terms[name][1] is None:
            self.leave(name, days)

    @precondition(lambda story: story.body == "board")
    @rule(name=st.sampled_from(JOINERS), days=st.sampled_from([0, 0, 6, 30]))
    def a_director_joins(self, name, days):
        """Where a seat is vacant; whoever will join signs for then."""
        since = day_of(self.at) + days * DAY
        seated = len(self.members(since) | self.members(day_of(self.at) + 90 * DAY))
        if name in self.terms or seated >= len(DIRECTORS):
            return
        facts = {"director_class": 3, "since": since, "how": "appointed"}
        seat_director(
            person=self.cast[name].person,
            by=self.cast["secretary"],
            on=day_of(self.at),
            **facts,
        )
        self.terms[name] = [since, None]

    # --- What holds whatever happens

    @invariant()
    def it_stands_where_its_entries_lead(self):
        state = ""
        for entry in Entry.objects.about(self.consent).order_by("number"):
            assert entry.source == state and (state, entry.target) in STEPS
            state = entry.target
        assert self.look().state == state

    @invariant()
    def it_is_in_effect_from_the_first_unanimous_instant_or_nobody_has_looked(self):
        row = self.look()
        if row.state != self.state:
            # A change of the Board made the portal look.
            assert self.state in OPEN and row.state == self.ends()[0]
            self.settle()
        assert row.effective_at == self.effective_at
        assert (row.state in IN_EFFECT) == (row.effective_at is not None)
        assert Act.objects.filter(source=row.pk).count() == (row.state in IN_EFFECT)

    @invariant()
    def each_has_one_signature_on_the_exact_words(self):
        consent = self.look()
        rows = list(consent.signatures.all())
        standing = {
            row.signer_id: (row.counts_from, row.disclosure)
            for row in rows
            if row.revoked_at is None
        }
        by_hand = {self.cast[name].person_id: how for name, how in self.signed.items()}
        assert standing == by_hand
        assert len(rows) == len(by_hand) + self.revoked
        assert consent.text == self.wordings[-1]
        assert consent.digest == models.motions.digest_of(consent.text)
        assert {row.text_digest for row in rows} <= {consent.digest}

    @invariant()
    def whoever_will_not_sign_is_on_the_record(self):
        rows = self.consent.objections.filter(withdrawn_at=None).values_list("person", flat=True)
        assert sorted(rows) == sorted(self.cast[name].person_id for name in self.refusing)


def test_m_04_stories_of_a_consent(cast, now):
    tell(Story, cast=cast, now=now)


@pytest.mark.deep
def test_m_04_many_long_stories_of_a_consent(cast, now):
    tell_at_length(Story, cast=cast, now=now)
