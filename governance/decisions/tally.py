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
    # Where an interest was declared: members then serving with one, and without, and how many of
    # the latter voted for; None where nobody declared any (L-46).
    interested: int | None = None
    disinterested: int | None = None
    disinterested_for: int | None = None

    @property
    def whole(self):
        """Of whom more than half have to vote for: those present, or all in office (L-38, L-49)."""
        return self.present if self.in_office is None else self.in_office

    @property
    def outcome(self):
        """More than half carry; exactly half never does; no casting vote (C5)."""
        if self.in_office is None and self.present < self.quorum:
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
        passed = self.outcome == MotionState.PASSED
        recused = f" Of those present {self.recused} recused." if self.recused else ""
        counted = (
            f"{count(self.present, 'member')} present; no quorum is asked (L-49)."
            if self.in_office is not None
            else f"Quorum {self.quorum} of {self.seats}."
        )
        return (
            f"{'Carried' if passed else 'Not carried'}: {self.votes_for} for, "
            f"{self.votes_against} against, {self.votes_abstain} abstained, "
            f"{self.votes_silent} silent: {self.votes_for} of {self.whole} "
            f"{'present' if self.in_office is None else 'in office'} is "
            f"{'more' if passed else 'not more'} than half.{recused} {counted}"
        )

    @property
    def safe_harbour(self):
        """More than half of the disinterested members then serving voted for (L-46).

        None where no interest was declared, or nothing was decided. Where most members have an
        interest it takes a committee of others.
        """
        if self.disinterested is None or self.outcome == MotionState.INQUORATE:
            return None
        return not self.mostly_interested and 2 * self.disinterested_for > self.disinterested

    @property
    def mostly_interested(self):
        return self.interested > self.disinterested

    @property
    def safe_harbour_in_words(self):
        """The line beside the result; empty where it does not apply."""
        if self.safe_harbour is None:
            return ""
        said = (
            f"{self.disinterested_for} of {self.disinterested} disinterested members then serving "
            "voted for"
        )
        if self.mostly_interested:
            return (
                f"Safe harbour not met: {said}, and most members are interested. "
                "It takes a committee of at least two disinterested directors."
            )
        if self.safe_harbour:
            return f"Safe harbour met: {said}, which is more than half."
        return (
            f"Safe harbour not met: {said}, which is not more than half. "
            "The act stands or falls by its vote."
        )


def count(number, noun):
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
