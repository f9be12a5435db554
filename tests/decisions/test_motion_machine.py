"""One motion after another in any order, by anybody: counted by hand from the words of M-03."""

from collections import Counter
from datetime import timedelta
from functools import partial

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

from governance.board.operations import resign
from governance.decisions import interests, models, operations
from governance.meetings.attending import record_arrival, record_departure
from governance.meetings.models import Attendance, Meeting, Recusal
from governance.meetings.operations import add_item, adjourn, recess, reconvene, record_recusal
from governance.notices.models import Notice
from governance.records.models import Act, Company, Entry
from governance.refusals import Refused
from tests.decisions.conftest import PRESENT
from tests.factories.cast import DIRECTORS, EVERYBODY
from tests.factories.rows import fingerprint
from tests.factories.stories import tell, tell_at_length

SECOND = timedelta(seconds=1)
QUORUM, SEATS, IN_OFFICE = 5, 9, 9
MOVER = "director"
WORDS = "RESOLVED, that the Board approves the invented plan, wording {}."
BASIS = "An invented affiliate."
# From where to where, as the table of M-03 has it, whoever makes the move.
STEPS = {
    ("", "drafted"),
    ("drafted", "open"),
    ("blocked", "open"),
    ("drafted", "blocked"),
    ("blocked", "blocked"),
    ("open", "open"),
    ("open", "voting"),
    ("voting", "passed"),
    ("voting", "failed"),
    ("voting", "inquorate"),
    ("drafted", "withdrawn"),
    ("open", "withdrawn"),
}
DECIDED, OVER = ("passed", "failed", "inquorate"), ("passed", "failed", "inquorate", "withdrawn")
# Everything that a refusal may not touch.
RECORD = (
    models.Motion,
    models.Amendment,
    models.InterestPrompt,
    models.Declaration,
    models.Voter,
    models.Ballot,
    models.Presence,
    Meeting,
    Attendance,
    Recusal,
    Entry,
    Act,
    Notice,
)

# Mostly those who may, so that a story gets somewhere; and anybody at all.
able = (*("chair", "secretary") * 6, "lead_director", "lead_director")
conductors = st.sampled_from((*able, *EVERYBODY))
keepers = st.sampled_from((*("secretary",) * 8, *EVERYBODY))
members = st.sampled_from((*DIRECTORS, *PRESENT, "secretary", "outsider"))
choices = st.sampled_from(("for", "for", "against", "abstain"))
modes = st.sampled_from(("recused_left", "recused_stayed", "participating_disclosed", "none"))
bases = st.sampled_from((BASIS, BASIS, BASIS, " "))
KINDS = (*("ordinary",) * 6, "chief_executive_pay", "fill_vacancy", "merger")


def motion_is(*states):
    return precondition(lambda story: story.state in states)


class Story(RuleBasedStateMachine):
    """Every attempt is made exactly where the words allow it, or refused without a trace.

    Most rules are tried where they may lead on; `out_of_turn` tries every verb anywhere.
    """

    cast, meeting, now = None, None, None

    def __init__(self):
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.at, self.sits = self.now + SECOND, "in_session"
        # By hand: who is in the room, and whether everybody hears them.
        self.here = dict.fromkeys(PRESENT, True)
        self.vacancy = False

    def teardown(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    # Stories begin anywhere on the way, so that short ones see its end too.
    @initialize(
        kind=st.sampled_from(KINDS),
        vacancy=st.booleans(),
        steps=st.sampled_from([0, 1, 2, 2, 2]),
        out=st.lists(st.sampled_from(("chief_executive", "audit_chair", "chair")), unique=True),
    )
    def it_is_put(self, kind, vacancy, steps, out):
        if kind == "fill_vacancy" and vacancy:
            self.somebody_will_leave()
        self.put(kind)
        for name in out:
            self.leave_or_lose_the_line("secretary", name)
        for _ in range(steps):
            self.it_goes_on()

    def somebody_will_leave(self):
        """There is a seat to fill; whoever resigned sits in it until then."""
        person, day = self.cast["nominating_chair"].person, Company.current().day_of(self.now)
        facts = {"delivered_on": day, "effective_on": day + timedelta(days=30), "on": day}
        resign(person.directorships.get(), by=self.cast["secretary"], **facts)
        self.vacancy = True

    def put(self, kind, **change):
        by, mover = self.cast["secretary"], self.cast[MOVER].person
        item = add_item(self.meeting, title="The invented plan", by=by, at=self.at)
        self.motion = operations.put_motion(
            item,
            title="Approve it",
            text=WORDS.format(1),
            kind=kind,
            mover=mover,
            by=by,
            at=self.at,
            **change,
        )
        self.kind, self.state, self.version, self.texts = kind, "drafted", 1, [WORDS.format(1)]
        self.recused, self.asked, self.answers, self.proposals = {}, set(), {}, []
        self.listed, self.last, self.cast_rows, self.result = set(), {}, 0, None
        self.blocked, self.chief_came_in = "", False

    def attempt(self, expected, act, *args, **facts):
        """Make it; it goes through where the words say so, and refused nothing has changed."""
        self.at += SECOND
        before, who = fingerprint(RECORD), facts.pop("who")
        try:
            made = act(*args, by=self.cast[who], at=self.at, **facts)
        except Refused as refused:
            assert not expected, (act, who, facts, refused)
            assert fingerprint(RECORD) == before
            return None
        assert expected, (act, who, facts)
        self.look()
        return made or True

    def look(self):
        self.motion = models.Motion.objects.get(pk=self.motion.pk)

    # --- The words, by hand

    def presides(self, who):
        """The chair; the lead director while the chair is away; else whoever is there."""
        here = set(self.here)
        if who == "chair":
            return True
        if who == "lead_director":
            return "chair" not in here
        return who in here and not here & {"chair", "lead_director"}

    def runs(self, who):
        return who == "secretary" or self.presides(who)

    @property
    def heard(self):
        return {name for name, heard in self.here.items() if heard}

    @property
    def counted(self):
        """Present for this motion: whoever left the room for it is not."""
        return {name for name in self.heard if self.recused.get(name) != "left"}

    @property
    def chief_is_in(self):
        return self.kind == "chief_executive_pay" and "chief_executive" in self.here

    def owe_an_answer(self):
        """Asked, or declared on other words, and silent on these; present, and not recused."""
        asked = self.asked | set(self.answers)
        answered = {name for name, said in self.answers.items() if self.version in said}
        return (asked & self.heard) - answered - set(self.recused)

    def counted_by_hand(self):
        """Present: for, against, abstain, silent and recused who stayed. More than half carry."""
        present = self.counted
        cast = Counter(self.last[name] for name in present if name in self.last)
        silent = present - set(self.last) - set(self.recused)
        fills = self.kind == "fill_vacancy"
        if len(present) < QUORUM and not fills:
            state = "inquorate"
        else:
            carried = 2 * cast["for"] > (IN_OFFICE if fills else len(present))
            state = "passed" if carried else "failed"
        said = {name for name, said in self.answers.items() if said.get(self.version)}
        interested = said | set(self.recused)
        voted_for = {name for name in present if self.last.get(name) == "for"}
        return {
            "state": state,
            "votes_for": cast["for"],
            "votes_against": cast["against"],
            "votes_abstain": cast["abstain"],
            "votes_silent": len(silent),
            "present": len(present),
            "quorum": QUORUM,
            "seats": SEATS,
            "in_office": IN_OFFICE if fills else None,
            "interested": len(interested) or None,
            "disinterested": IN_OFFICE - len(interested) if interested else None,
            "disinterested_for": len(voted_for - interested) if interested else None,
        }, present

    # --- Who is there

    @precondition(lambda story: story.sits != "adjourned")
    @rule(who=keepers, name=members, line=st.sampled_from(["in_person", "telephone", "bad line"]))
    def arrive(self, who, name, line):
        heard = line != "bad line"
        facts = {"mode": line if heard else "video", "can_hear_all": heard}
        expected = self.runs(who) and name in DIRECTORS and name not in self.here
        expected &= self.sits != "adjourned"
        person = self.cast[name].person
        if self.attempt(expected, record_arrival, self.meeting, person, who=who, **facts):
            self.here[name] = heard
            self.chief_came_in |= name == "chief_executive"

    @precondition(lambda story: story.sits != "adjourned")
    @rule(who=keepers, name=members)
    def leave_or_lose_the_line(self, who, name):
        expected = self.runs(who) and name in self.here
        person = self.cast[name].person
        if self.attempt(expected, record_departure, self.meeting, person, who=who):
            del self.here[name]

    @rule(who=st.sampled_from(EVERYBODY))
    def recess_or_reconvene(self, who):
        verb, ready = recess, self.sits == "in_session"
        if self.sits == "recessed":
            verb, ready = reconvene, len(self.heard) >= QUORUM
        if self.attempt(ready and self.presides(who), verb, self.meeting, who=who):
            self.sits = "recessed" if verb is recess else "in_session"

    @rule(who=st.sampled_from(EVERYBODY))
    def adjourn(self, who):
        expected = self.sits != "adjourned" and self.presides(who) and self.state != "voting"
        if self.attempt(expected, adjourn, self.meeting, who=who):
            self.sits, self.here = "adjourned", {}

    # --- Before the vote

    def put_before_the_meeting(self, who):
        ready = self.state in ("drafted", "blocked") and self.sits != "adjourned"
        ready &= self.presides(who)
        if self.attempt(ready, operations.put_before_meeting, self.motion, who=who):
            if self.kind == "fill_vacancy" and not self.vacancy:
                self.blocked = "no_vacancy"
            else:
                self.blocked = "ceo_present" if self.chief_is_in else ""
            self.state = "blocked" if self.blocked else "open"
            self.chief_came_in = False

    def propose_other_words(self, who, text=None):
        text = text or WORDS.format(len(self.texts) + 1)
        ready = self.state == "open" and who in (MOVER, "secretary")
        ready &= bool(text.strip()) and text != self.texts[-1]
        verb = interests.propose_amendment
        if proposed := self.attempt(ready, verb, self.motion, text=text, who=who):
            self.proposals.append((proposed, self.version + 1))

    def take_up(self, who, which=-1):
        if not self.proposals:
            return
        proposed, number = self.proposals[which]
        ready = self.state == "open" and self.presides(who) and number == self.version + 1
        ready &= self.sits != "adjourned"
        if self.attempt(ready, interests.amend, proposed, who=who):
            self.texts.append(proposed.text)
            self.version = number

    def ask(self, who, name):
        ready = self.runs(who) and self.state in ("drafted", "blocked", "open")
        ready &= name in DIRECTORS and name not in self.asked
        person = self.cast[name].person
        if self.attempt(ready, interests.ask_about_interest, self.motion, person, who=who):
            self.asked.add(name)

    def declare(self, who, name, mode, words=BASIS):
        ready = self.state == "open" and name in DIRECTORS and (who == name or self.runs(who))
        ready &= name not in self.recused and self.sits != "adjourned"
        ready &= mode == "none" or bool(words.strip())
        recuses = mode.startswith("recused")
        ready &= recuses or self.version not in self.answers.get(name, {})
        facts = {"mode": mode, "disclosure": words, "who": who}
        person = self.cast[name].person
        if self.attempt(ready, interests.declare_interest, self.motion, person, **facts):
            if recuses:
                self.recused[name] = mode.removeprefix("recused_")
            else:
                self.answers.setdefault(name, {})[self.version] = mode != "none"

    def recuse(self, who, name, mode, words=BASIS):
        ready = self.state != "voting" and self.sits != "adjourned" and name in DIRECTORS
        ready &= (who == name or self.runs(who)) and name not in self.recused
        ready &= bool(words.strip())
        facts = {"mode": mode, "basis": words, "who": who}
        person = self.cast[name].person
        if self.attempt(ready, record_recusal, self.motion.item, person, **facts):
            self.recused[name] = mode

    def open_the_vote(self, who):
        ready = self.state == "open" and self.presides(who) and self.sits == "in_session"
        ready &= self.kind == "fill_vacancy" or len(self.counted) >= QUORUM
        ready &= not self.owe_an_answer()
        ready &= not (self.kind == "chief_executive_pay" and self.chief_came_in)
        if self.attempt(ready, operations.open_vote, self.motion, who=who):
            self.state, self.listed = "voting", self.heard - set(self.recused)

    # --- The vote

    def vote(self, who, choice, wording=-1):
        """Cast or change, on the words of a page that may be old."""
        text = self.texts[wording]
        ready = self.state == "voting" and who in self.listed and who in self.heard
        ready &= text == self.texts[-1] and not self.chief_is_in
        facts = {"choice": choice, "digest": models.motions.digest_of(text), "method": "password"}
        if self.attempt(ready, operations.cast_ballot, self.motion, who=who, **facts):
            self.cast_rows += self.last.get(who) != choice
            self.last[who] = choice

    def close_the_vote(self, who):
        ready = self.state == "voting" and self.runs(who) and not self.chief_is_in
        if self.attempt(ready, operations.close_vote, self.motion, who=who):
            self.result = self.counted_by_hand()
            self.state = self.result[0]["state"]

    def withdraw(self, who):
        ready = who == MOVER and self.state in ("drafted", "open")
        if self.attempt(ready, operations.withdraw, self.motion, who=who):
            self.state = "withdrawn"

    # --- Where they lead on

    @rule()
    def it_goes_on(self):
        """The next step, by whoever presides."""
        who = next(name for name in ("chair", "lead_director", *DIRECTORS) if self.presides(name))
        if self.sits == "recessed":
            self.recess_or_reconvene(who)
        elif self.state in ("drafted", "blocked"):
            self.put_before_the_meeting(who)
        elif self.state == "open" and len(self.counted) < QUORUM:
            for name in sorted({*DIRECTORS[1:8]} - {*self.here}):
                self.arrive("secretary", name, "telephone")
        elif self.state == "open":
            self.everybody_answers()
            self.open_the_vote(who)
        elif self.state == "voting" and len(self.last) > 2:
            self.close_the_vote(who)
        elif self.state == "voting":
            self.many_vote("for", 4)

    @motion_is("drafted", "blocked")
    @rule(who=conductors)
    def it_comes_before_the_meeting(self, who):
        self.put_before_the_meeting(who)

    @motion_is("open")
    @rule(who=st.sampled_from((MOVER, MOVER, "secretary", *EVERYBODY)), text=st.just(None) | bases)
    def other_words_are_proposed(self, who, text):
        self.propose_other_words(who, text if text == " " else None)

    @motion_is("open")
    @rule(who=conductors, which=st.sampled_from([-1, -1, 0]))
    def other_words_are_taken_up(self, who, which):
        self.take_up(who, which)

    @motion_is("drafted", "blocked", "open")
    @rule(who=conductors, name=members)
    def somebody_is_asked(self, who, name):
        self.ask(who, name)

    @motion_is("open")
    @rule(name=members, mode=modes, words=bases, by=st.none() | conductors)
    def an_interest_is_declared(self, name, mode, words, by):
        self.declare(by or name, name, mode, words)

    @motion_is("open", "voting", "passed")
    @rule(name=members, mode=st.sampled_from(["left", "stayed"]), words=bases, by=conductors)
    def a_recusal_is_recorded(self, name, mode, words, by):
        self.recuse(by, name, mode, words)

    def everybody_answers(self):
        for name in sorted(self.owe_an_answer()):
            self.declare(name, name, "none")

    @motion_is("open")
    @rule(who=conductors)
    def the_vote_opens(self, who):
        self.open_the_vote(who)

    @motion_is("voting")
    @rule(who=members, choice=choices, wording=st.sampled_from([-1, -1, -1, 0]))
    def one_votes(self, who, choice, wording):
        self.vote(who, choice, wording)

    @motion_is("voting")
    @rule(choice=choices, number=st.integers(2, 9))
    def many_vote(self, choice, number):
        for name in sorted(self.listed)[:number]:
            self.vote(name, choice)

    @precondition(lambda story: story.state == "voting" and story.last)
    @rule(who=conductors)
    def the_vote_is_closed(self, who):
        self.close_the_vote(who)

    @motion_is("drafted", "open")
    @rule(who=st.sampled_from(EVERYBODY))
    def it_is_withdrawn(self, who):
        self.withdraw(who)

    @precondition(lambda story: story.state in OVER and story.sits != "adjourned")
    @rule(kind=st.sampled_from(KINDS), change=st.sampled_from(["", "rescind", "ratify", "correct"]))
    def another_follows(self, kind, change):
        """A new motion, or one that changes this one, which only what was carried allows."""
        earlier, passed = self.motion, self.state == "passed"
        if change and not passed:
            put = partial(self.put_change, kind, change, earlier)
            assert self.attempt(False, lambda *, by, at: put(by, at), who="secretary") is None
            return
        self.put(kind, **({"changes": earlier, "change": change} if change else {}))

    def put_change(self, kind, change, earlier, by, at):
        facts = {"title": "Undo it", "text": WORDS.format(0), "mover": self.cast[MOVER].person}
        change = {"changes": earlier, "change": change}
        operations.put_motion(earlier.item, kind=kind, by=by, at=at, **facts, **change)

    @rule(
        verb=st.sampled_from(
            [
                put_before_the_meeting,
                propose_other_words,
                take_up,
                open_the_vote,
                close_the_vote,
                withdraw,
                partial(vote, choice="against"),
                partial(ask, name="audit_chair"),
                partial(declare, name="audit_chair", mode="none"),
            ]
        ),
        who=st.sampled_from(EVERYBODY),
    )
    def out_of_turn(self, verb, who):
        verb(self, who=who)

    # --- What holds whatever happens

    @invariant()
    def it_stands_where_its_entries_lead(self):
        state = ""
        for entry in Entry.objects.about(self.motion).order_by("number"):
            assert entry.source == state and (state, entry.target) in STEPS
            state = entry.target
        assert self.motion.state == state == self.state
        assert self.motion.blocked_code == (self.blocked if state == "blocked" else "")

    @invariant()
    def its_words_are_the_last_that_were_taken_up(self):
        motion = self.motion
        assert (motion.text, motion.version) == (self.texts[-1], self.version)
        assert motion.digest == models.motions.digest_of(self.texts[-1])

    @invariant()
    def each_has_one_ballot_in_force_on_the_exact_words(self):
        ballots = list(self.motion.ballots.all())
        replaced = {one.replaces_id for one in ballots}
        current = [(one.voter_id, one.choice) for one in ballots if one.pk not in replaced]
        by_hand = [(self.cast[name].person_id, choice) for name, choice in self.last.items()]
        assert sorted(current) == sorted(by_hand)
        assert len(ballots) == self.cast_rows
        assert {one.text_digest for one in ballots} <= {self.motion.digest}

    @invariant()
    def the_result_is_counted_from_the_words(self):
        motion = self.motion
        if self.state not in DECIDED:
            assert motion.closed_at is None and not motion.presences.exists()
            return
        numbers, present = self.result
        assert {name: getattr(motion, name) for name in numbers} == numbers
        there = set(motion.presences.values_list("person", flat=True))
        assert there == {self.cast[name].person_id for name in present}
        acts = Act.objects.filter(source=motion.pk).count()
        assert acts == (motion.state == "passed")


def test_m_03_stories_of_motions(cast, meeting, now):
    tell(Story, cast=cast, meeting=meeting, now=now)


@pytest.mark.deep
def test_m_03_many_long_stories_of_motions(cast, meeting, now):
    tell_at_length(Story, cast=cast, meeting=meeting, now=now)
