"""The arithmetic of a vote, in numbers and in words (L-37, L-38, L-41, C5)."""

from dataclasses import dataclass

from governance.decisions.moves import MotionState


@dataclass(frozen=True)
class Tally:
    """Who was present and how they voted, against what the law asks for.

    `present` counts the members present at the tally, those who abstain, stay silent, or stay in
    the room recused among them; who left the room for the item is not counted.
    """

    votes_for: int
    votes_against: int
    votes_abstain: int
    votes_silent: int
    present: int
    quorum: int
    seats: int
    # Directors in office, for a motion that fills a vacancy; None for every other (L-49).
    in_office: int | None = None

    @property
    def whole(self):
        """Of whom more than half have to vote for: those present, or all in office (L-38, L-49)."""
        return self.present if self.in_office is None else self.in_office

    @property
    def outcome(self):
        """More than half carry; exactly half never does; no casting vote (C5)."""
        if self.present < self.quorum:
            return MotionState.INQUORATE
        return MotionState.PASSED if 2 * self.votes_for > self.whole else MotionState.FAILED

    @property
    def needed(self):
        """The votes for that carry it."""
        return self.whole // 2 + 1

    @property
    def recused(self):
        """Those who are recused and stayed in the room: present, and without a vote."""
        voted = self.votes_for + self.votes_against + self.votes_abstain
        return self.present - voted - self.votes_silent

    @property
    def in_words(self):
        """The arithmetic as the result page and the minutes say it."""
        if self.outcome == MotionState.INQUORATE:
            return (
                f"Not decided: {count(self.present, 'member')} present when the vote was closed, "
                f"and a quorum is {self.quorum} of {self.seats}."
            )
        verdict = "Carried" if self.outcome == MotionState.PASSED else "Not carried"
        recused = f", {self.recused} of them recused" if self.recused else ""
        of = "" if self.in_office is None else f" of {self.in_office} in office"
        return (
            f"{verdict}: {self.votes_for} for, {self.votes_against} against, "
            f"{self.votes_abstain} abstained, {self.votes_silent} silent. "
            f"{count(self.present, 'member')} present{recused}, "
            f"so {self.needed} for{of} were needed; quorum {self.quorum} of {self.seats}."
        )


def count(number, noun):
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
