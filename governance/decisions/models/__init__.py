"""The nouns of this room: motions and ballots, and acts without a meeting in `consents`."""

from governance.decisions.kinds import FILLS_A_SEAT, FOR_THE_BOARD_ALONE, MotionKind
from governance.decisions.models.consents import (
    IN_EFFECT,
    OPEN,
    ConsentObjection,
    ConsentSignature,
    WrittenConsent,
)
from governance.decisions.models.interests import Amendment, Declaration, InterestPrompt
from governance.decisions.models.motions import (
    Ballot,
    Change,
    Choice,
    Motion,
    Presence,
    Voter,
    digest_of,
)

__all__ = [
    "FILLS_A_SEAT",
    "FOR_THE_BOARD_ALONE",
    "IN_EFFECT",
    "OPEN",
    "Amendment",
    "Ballot",
    "Change",
    "Choice",
    "ConsentObjection",
    "ConsentSignature",
    "Declaration",
    "InterestPrompt",
    "Motion",
    "MotionKind",
    "Presence",
    "Voter",
    "WrittenConsent",
    "digest_of",
]
