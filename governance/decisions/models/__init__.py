"""The nouns of this room: motions and ballots, and acts without a meeting in `consents`."""

from governance.decisions.models.consents import (
    IN_EFFECT,
    OPEN,
    ConsentObjection,
    ConsentSignature,
    WrittenConsent,
)
from governance.decisions.models.motions import (
    FOR_THE_BOARD_ALONE,
    Ballot,
    Choice,
    Motion,
    MotionKind,
    Voter,
    digest_of,
)

__all__ = [
    "FOR_THE_BOARD_ALONE",
    "IN_EFFECT",
    "OPEN",
    "Ballot",
    "Choice",
    "ConsentObjection",
    "ConsentSignature",
    "Motion",
    "MotionKind",
    "Voter",
    "WrittenConsent",
    "digest_of",
]
