"""How a case and its lines move from state to state (M-16, L-26)."""

from django.db import models

from clawback.access import (
    chairs_the_committee,
    may_calculate,
    may_collect,
    may_open,
    may_put,
    may_scope,
)
from governance.records.moves import Move, by_the_system
from governance.refusals import Refused


class CaseState(models.TextChoices):
    """A case on its way to the Committee; from there its lines have states of their own."""

    OPENED = "opened", "Opened"
    SCOPING = "scoping", "Awards are gathered"
    CALCULATED = "calculated", "Calculated"
    REVIEW = "committee_review", "Before the Committee"


class LineState(models.TextChoices):
    """One award of one participant, under the fault-based policy."""

    UNDECIDED = "undecided", "Not determined yet"
    RECOVER = "determined_recover", "To be recovered"
    NO_RECOVERY = "determined_no_recovery", "Not to be recovered"
    DEMANDED = "demand_issued", "Demanded"
    RECOVERING = "recovering", "Being recovered"
    RECOVERED = "recovered", "Recovered"
    PARTLY = "partly_recovered", "Recovered in part"
    WRITTEN_OFF = "written_off", "Written off"
    PROHIBITED = "closed_no_recovery", "Closed: the law prohibits recovery"


class RuleState(models.TextChoices):
    """The same award under the mandatory rule, whatever the fault-based policy says (L-26)."""

    IN_PERIOD = "in_recovery_period", "In the recovery period"
    ERRONEOUS = "erroneously_awarded", "Erroneously awarded: recovery is mandatory"
    RECOVERED = "recovered", "Recovered"
    IMPRACTICABLE = "impracticable", "Found impracticable to recover"


class ResolutionState(models.TextChoices):
    """A resolution of the Committee behind the door of its case."""

    PUT = "put", "Put"
    VOTING = "voting", "Vote open"
    CARRIED = "carried", "Carried"
    DEFEATED = "defeated", "Not carried"
    INQUORATE = "inquorate", "No quorum"
    WITHDRAWN = "withdrawn", "Withdrawn"


DETERMINED = (LineState.RECOVER, LineState.NO_RECOVERY)
# Demanded, and nothing was outstanding any more.
SETTLED = (LineState.RECOVERED, LineState.PARTLY, LineState.WRITTEN_OFF)
ENDED = (LineState.NO_RECOVERY, *SETTLED, LineState.PROHIBITED)


def restatement_asks_for_a_case(case, *, at, **facts):
    """It is recorded as material, or triggers the mandatory rule (C-PUR-01, L-26)."""
    if not case.restatement.asks_for_a_case:
        raise Refused(
            "This restatement is neither material nor a trigger of the mandatory rule.",
            provision="C-TRG-01",
        )


def subjects_are_walled(case, *, at, **facts):
    """Its known subjects are named and walled before it opens (M-16)."""
    if not case.restatement.walls.filter(is_subject=True).exists():
        raise Refused(
            "Name the officers whose pay it is about: they are walled from it before it opens.",
            provision="C-PUR-01",
        )


def there_are_lines(case, *, at, **facts):
    if not case.lines.exists():
        raise Refused("No award has been found yet: there is nothing to calculate.", "M-16")


CASE_MOVES = (
    Move(
        "open",
        "",
        CaseState.OPENED,
        may=may_open,
        needs=(restatement_asks_for_a_case, subjects_are_walled),
        provision="M-16",
        said="opened",
    ),
    Move(
        "scope",
        CaseState.OPENED,
        CaseState.SCOPING,
        may=may_scope,
        provision="C-COV-01",
        button="Find participants and awards",
        said="scoped",
    ),
    Move(
        "calculate",
        (CaseState.SCOPING, CaseState.CALCULATED, CaseState.REVIEW),
        CaseState.CALCULATED,
        may=may_calculate,
        needs=(there_are_lines,),
        provision="C-TRG-02",
        button="Calculate",
        said="calculated",
    ),
    Move(
        "present",
        CaseState.CALCULATED,
        CaseState.REVIEW,
        may=chairs_the_committee,
        provision="M-16",
        button="Lay it before the Committee",
        said="laid before the Committee",
    ),
)

LINE_MOVES = (
    Move("add", "", LineState.UNDECIDED, may=by_the_system, provision="C-COV-01", said="added"),
    Move(
        "determine_recover",
        # Also once it was demanded, where the Committee determines more (C-DET-01).
        (LineState.UNDECIDED, *DETERMINED, LineState.DEMANDED, LineState.RECOVERING),
        LineState.RECOVER,
        may=by_the_system,
        provision="C-TRG-05",
        said="to be recovered",
        binding=True,
    ),
    Move(
        "determine_no_recovery",
        (LineState.UNDECIDED, *DETERMINED),
        LineState.NO_RECOVERY,
        may=by_the_system,
        provision="C-TRG-04",
        said="not to be recovered",
        binding=True,
    ),
    Move(
        "issue_demand",
        LineState.RECOVER,
        LineState.DEMANDED,
        may=chairs_the_committee,
        provision="C-REC-03",
        said="demanded",
    ),
    Move(
        "close_prohibited",
        LineState.RECOVER,
        LineState.PROHIBITED,
        may=chairs_the_committee,
        provision="C-REC-03",
        said="closed: the law prohibits recovery",
    ),
    Move(
        "begin_recovery",
        LineState.DEMANDED,
        LineState.RECOVERING,
        may=may_collect,
        provision="C-REC-02",
        said="recovery begun",
    ),
    Move(
        "settle",
        LineState.RECOVERING,
        LineState.RECOVERED,
        may=by_the_system,
        provision="C-REC-02",
        said="recovered",
    ),
    Move(
        "write_off_rest",
        LineState.RECOVERING,
        LineState.PARTLY,
        may=by_the_system,
        provision="C-REC-02",
        said="recovered in part, the rest written off",
    ),
    Move(
        "write_off",
        (LineState.DEMANDED, LineState.RECOVERING),
        LineState.WRITTEN_OFF,
        may=by_the_system,
        provision="C-REC-02",
        said="written off",
    ),
    Move(
        "reopen",
        SETTLED,
        LineState.RECOVERING,
        may=by_the_system,
        provision="C-REC-02",
        said="to be recovered again",
    ),
)

RULE_MOVES = (
    Move("begin", "", RuleState.IN_PERIOD, may=by_the_system, provision="L-26", said="in period"),
    Move(
        "find_erroneous",
        (RuleState.IN_PERIOD, RuleState.ERRONEOUS, RuleState.RECOVERED),
        RuleState.ERRONEOUS,
        may=by_the_system,
        provision="L-26",
        said="found erroneously awarded",
    ),
    Move(
        "find_correct",
        (RuleState.IN_PERIOD, RuleState.ERRONEOUS),
        RuleState.IN_PERIOD,
        may=by_the_system,
        provision="L-26",
        said="found correct",
    ),
    Move(
        "find_impracticable",
        RuleState.ERRONEOUS,
        RuleState.IMPRACTICABLE,
        may=by_the_system,
        provision="L-26",
        said="found impracticable to recover",
        binding=True,
    ),
    Move(
        "settle",
        RuleState.ERRONEOUS,
        RuleState.RECOVERED,
        may=by_the_system,
        provision="L-26",
        said="recovered",
    ),
    Move(
        "reopen",
        RuleState.RECOVERED,
        RuleState.ERRONEOUS,
        may=by_the_system,
        provision="L-26",
        said="to be recovered again",
    ),
)

RESOLUTION_MOVES = (
    Move("put", "", ResolutionState.PUT, may=may_put, provision="C-TRG-04", said="put"),
    Move(
        "open_vote",
        ResolutionState.PUT,
        ResolutionState.VOTING,
        may=chairs_the_committee,
        provision="C-TRG-04",
        button="Open the vote",
        said="vote opened",
    ),
    Move(
        "carry",
        ResolutionState.VOTING,
        ResolutionState.CARRIED,
        may=by_the_system,
        provision="C-DET-01",
        said="carried",
        binding=True,
    ),
    Move(
        "defeat",
        ResolutionState.VOTING,
        ResolutionState.DEFEATED,
        may=by_the_system,
        provision="C-DET-01",
        said="not carried",
    ),
    Move(
        "find_no_quorum",
        ResolutionState.VOTING,
        ResolutionState.INQUORATE,
        may=by_the_system,
        provision="L-41",
        said="no quorum",
    ),
    Move(
        "withdraw",
        (ResolutionState.PUT, ResolutionState.VOTING),
        ResolutionState.WITHDRAWN,
        may=chairs_the_committee,
        provision="C-TRG-04",
        button="Withdraw",
        said="withdrawn",
    ),
)
