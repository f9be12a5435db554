"""What may be recovered after a restatement: exact arithmetic, without database, clock or network.

Sections are those of docs/recoveries.md, which has every convention and the format of documents.

`read_text`, `read_cases` and `read_case` read documents, `evaluate` answers a case. `recalculate`,
`reported_outcome`, `restated_outcome`, `reasons` and `last_day` are its pieces.
"""

from clawback.engine.documents.cases import WorkedCase, read_case, read_cases, read_text
from clawback.engine.documents.kinds import Malformed, Problem
from clawback.engine.evaluation import evaluate, recalculate
from clawback.engine.lookback import last_day
from clawback.engine.payout import reported_outcome, restated_outcome
from clawback.engine.scope import reasons

__all__ = [
    "Malformed",
    "Problem",
    "WorkedCase",
    "evaluate",
    "last_day",
    "read_case",
    "read_cases",
    "reasons",
    "read_text",
    "recalculate",
    "reported_outcome",
    "restated_outcome",
]
