"""The letters of this room; each is sealed, and reads like any other (NT-CLW)."""

from governance.notices.kinds import Kind, register
from governance.notices.operations import tell
from governance.people.models import User

# --- The money -------------------------------------------------------------------------------

DEMAND_SERVED = register(
    Kind(
        "demand_served",
        "clawback",
        sealed=True,
        provision="NT-CLW",
        subject="Something waits for you",
        link=lambda demand: demand.get_absolute_url(),
    )
)
INSTALMENT_DUE = register(
    Kind(
        "instalment_due",
        "clawback",
        sealed=True,
        provision="NT-CLW",
        subject="Something waits for you",
        link=lambda demand: demand.get_absolute_url(),
    )
)


def served_on(demand):
    """The accounts of the person on whom it was served, where they have one."""
    return User.objects.filter(person=demand.person_id, is_active=True).select_related("person")


def tell_of_demand(demand, *, by):
    """Write to the participant, and to nobody before the demand is served (NT-CLW)."""
    tell(DEMAND_SERVED, demand, readers=served_on(demand), occurrence="served", by=by)


def tell_of_instalment(demand, *, on):
    """Write to the participant that an instalment is due; once for each day."""
    occurrence = f"instalment of {on.isoformat()}"
    tell(INSTALMENT_DUE, demand, readers=served_on(demand), occurrence=occurrence)
