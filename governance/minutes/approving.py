"""An act of the body approves the exact text that it names: minutes, or a correction (M-05)."""

import re

from governance.decisions.guards import guard_motions
from governance.minutes import mail
from governance.minutes.models import Correction, Minutes, MinutesVersion
from governance.minutes.moves import CorrectionState, MinutesState
from governance.records.acts import follow_acts
from governance.records.moves import SYSTEM, advance
from governance.refusals import Refused

NAMED = re.compile(r"\btext ([0-9a-f]{64})\b")


@guard_motions
def the_text_stands(motion, at):
    """Nobody votes on minutes that have been written anew since the motion was put (M-05)."""
    if not (named := NAMED.search(motion.text)):
        return
    older = MinutesVersion.objects.filter(
        digest=named.group(1), minutes__meeting__committee=motion.meeting.committee_id
    ).select_related("minutes")
    for version in older:
        current = version.minutes.current
        if current.digest != version.digest:
            raise Refused(
                f"These minutes were written anew after this motion was put: version "
                f"{current.number} stands now. Put that one for approval, and withdraw this "
                "motion.",
                provision="M-05",
                code="superseded",
            )


@follow_acts
def approve(act, at):
    """A motion was carried or a consent took effect: minutes whose text it names are approved."""
    of_the_body = {"meeting__committee": act.committee}
    waiting = Minutes.objects.filter(state=MinutesState.CIRCULATED, **of_the_body)
    for minutes in waiting.select_for_update(of=("self",)).order_by("pk"):
        if minutes.current.digest in act.text:
            advance(minutes, "approve", by=SYSTEM, at=at, approved_by=act)
            mail.tell_of_minutes(mail.MINUTES_APPROVED, minutes, day=act.day, by=None)
    proposed = Correction.objects.filter(
        state=CorrectionState.PROPOSED, minutes__meeting__committee=act.committee
    )
    for correction in proposed.select_for_update(of=("self",)).order_by("pk"):
        if correction.digest in act.text:
            advance(correction, "approve", by=SYSTEM, at=at, approved_by=act)
            advance(correction, "lock", by=SYSTEM, at=at)
