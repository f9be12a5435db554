"""What the Secretary or counsel looks at before settling an answer: the tests with it, and without.

Nothing is written here; the tests are run on facts that do not count yet (C7).
"""

from dataclasses import dataclass

from governance.board import bars, brightline
from governance.board.examining import TESTS
from governance.board.models import Fact
from governance.board.moves import FactState
from governance.board.wording import said_date, said_fact
from governance.records.models import FiscalYear


@dataclass
class Proposal:
    """An answer beside what was on record before, and what would follow from it."""

    fact: Fact
    says: str
    # What it is to take the place of; empty for something new.
    before: str
    never: bool
    effect: list[str]

    @property
    def waits(self):
        return self.fact.state == FactState.PROPOSED


@dataclass(frozen=True)
class Weighing:
    """All that the tests ask of one person, read once."""

    known: list
    offices: list
    ours: list
    day: object

    def findings(self, facts):
        """What bars or is for review on the day or after it, as it would be said."""
        found = bars.findings_of(facts, self.offices, self.ours)
        return {
            (one.test, one.outcome, one.audit, one.since, one.until, one.says)
            for one in found
            if one.until is None or one.until > self.day
        }

    def effect(self, proposed):
        """What the tests would say with these, and do not say now (L-03 to L-08, L-18)."""
        facts = list(self.known)
        for fact in proposed:
            facts = [one for one in facts if one.pk != amended(fact)]
            if not is_denial(fact):
                facts.append(fact)
        now, then = self.findings(self.known), self.findings(facts)
        told = [said_finding(one) for one in sorted(then - now, key=str)]
        told += [said_finding(one, gone=True) for one in sorted(now - then, key=str)]
        return told or ["The bright-line tests say nothing else with it."]


def weighing(person, day):
    """What is confirmed of the person, with the offices held and our fiscal years."""
    years = FiscalYear.objects.all()
    return Weighing(
        list(bars.confirmed([person.pk])),
        list(bars.appointments_of([person.pk])),
        [brightline.FiscalYear(year.start, year.end, None) for year in years],
        day,
    )


def amendment_of(fact):
    return getattr(fact, "amendment", None)


def amended(fact):
    amendment = amendment_of(fact)
    return amendment.of_id if amendment else None


def is_denial(fact):
    amendment = amendment_of(fact)
    return bool(amendment and amendment.never)


def said_finding(finding, gone=False):
    """ "Employment would rule independence out until 1 June 2026 (L-03)." """
    test, outcome, audit, _, until, says = finding
    bars_out = outcome == brightline.Outcome.BAR
    what = "rule independence out" if bars_out else "ask for counsel’s review"
    if audit:
        what = "rule out the Audit Committee" if bars_out else f"{what} for the Audit Committee"
    how = "would no longer" if gone else "would"
    end = f" until {said_date(until)}" if until and not gone else ""
    return f"{TESTS[test]} {how} {what}{end} ({test}). {says if not gone else ''}".strip()


def proposals(questionnaire, facts, *, day):
    """The answers of a questionnaire, each beside what was on record; and all of them at once.

    `facts` are those that the reader may know of.
    """
    facts = list(
        facts.select_related(
            "relative", "organisation", "amendment__of__relative", "amendment__of__organisation"
        ).prefetch_related("organisation__years")
    )
    name, scales = questionnaire.person.name, weighing(questionnaire.person, day)
    waiting = [fact for fact in facts if fact.state == FactState.PROPOSED]
    told = [
        Proposal(
            fact,
            said_fact(fact, name),
            said_fact(amendment_of(fact).of, name) if amendment_of(fact) else "",
            is_denial(fact),
            scales.effect([fact]) if fact in waiting else [],
        )
        for fact in facts
    ]
    return told, scales.effect(waiting) if len(waiting) > 1 else []
