"""What the annual disclosure is asked of (section 9)."""

from clawback.engine.documents.kinds import (
    Fields,
    Problems,
    day,
    listed,
    mapped,
    money,
    optional,
    record,
    text,
)
from clawback.engine.exact import ZERO
from clawback.engine.facts import (
    DisclosureRequest,
    Given,
    Recovery,
)

GIVEN = record(Given, fields={"person": text, "erroneous": money, "forgone": optional(money, ZERO)})
RECOVERY = record(Recovery, fields={"person": text, "date": day, "amount": money})


def policy_or_given(found: Fields) -> Problems:
    if (found["policy"] is None) == (found["given"] is None):
        yield "", "needs either the policy or the given amounts"


DISCLOSURE = record(
    DisclosureRequest,
    policy_or_given,
    fields={
        "as_of": day,
        "policy": optional(text),
        "given": optional(listed(GIVEN)),
        "amount_determined": optional(mapped(day), {}),
        "recoveries": optional(listed(RECOVERY), ()),
    },
)
