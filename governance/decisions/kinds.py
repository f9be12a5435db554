"""What motions and written consents do, where the law or the bylaws ask more of some than others.

There is no kind that removes a director: the Board cannot (L-45).
"""

from django.db import models


class MotionKind(models.TextChoices):
    """What a motion does, where the law or the bylaws ask more of it than of others."""

    ORDINARY = "ordinary", "An ordinary resolution"
    CHIEF_EXECUTIVE_PAY = "chief_executive_pay", "Pay of the chief executive"
    # Of the committee on compensation it recommends, of the Board it approves (G-DCP-02).
    DIRECTOR_PAY = "director_pay", "Pay of directors"
    FILL_VACANCY = "fill_vacancy", "Fill a vacancy on the Board"
    FILL_NEW_SEAT = "fill_new_seat", "Fill a new seat on the Board"
    ADOPT_BYLAW = "adopt_bylaw", "Adopt a bylaw"
    AMEND_BYLAW = "amend_bylaw", "Amend the bylaws"
    REPEAL_BYLAW = "repeal_bylaw", "Repeal a bylaw"
    CHARTER_AMENDMENT = "charter_amendment", "Amend the certificate of incorporation"
    MERGER = "merger", "Merger"
    SALE_OF_ASSETS = "sale_of_assets", "Sale of substantially all assets"
    DISSOLUTION = "dissolution", "Dissolution"
    CONVERSION = "conversion", "Conversion"
    DOMESTICATION = "domestication", "Domestication"


# Carried by more than half of the directors in office, whatever the quorum (L-49).
FILLS_A_SEAT = (MotionKind.FILL_VACANCY, MotionKind.FILL_NEW_SEAT)

# What no committee may do or recommend to the stockholders (L-40, G-COM-05).
FOR_THE_BOARD_ALONE = tuple(
    kind
    for kind in MotionKind
    if kind
    not in (
        MotionKind.ORDINARY,
        MotionKind.CHIEF_EXECUTIVE_PAY,
        MotionKind.DIRECTOR_PAY,
        *FILLS_A_SEAT,
    )
)
