"""What this room says by the day: windows that close, and what is to be repaid (NT-CLW)."""

from collections import defaultdict
from datetime import date, timedelta

from clawback import mail
from clawback.clock import WARNED, clocks_of
from clawback.instalments import as_they_stand
from clawback.models import Demand, Instalment, Line
from governance.notices.days import BEFORE, days_before, every, reached
from governance.notices.moments import accounts, moment
from governance.notices.operations import Telling

# An instalment is told of on its own day too.
BEFORE_AN_INSTALMENT = (*BEFORE, 0)


@moment
def clocks_running_out(on):
    """Awards whose window closes in 90, 30 or 7 days: to the members of the case (C-TRG-03).

    Of many awards whose window closes on one day, a member hears once.
    """
    by_case = defaultdict(list)
    lines = Line.objects.filter(state="undecided")
    for line in lines.select_related("award__person", "case__restatement"):
        by_case[line.case].append(line)
    for case, lines in by_case.items():
        last_days = {clock.last_day for _, clock in clocks_of(case, lines, on) if clock}
        told = {
            (day, last_day)
            for last_day in last_days
            if last_day >= on
            and (day := reached(days_before(last_day, WARNED), since=date.min, on=on))
        }
        readers = list(mail.circle(case.restatement, on)) if told else []
        for day, last_day in sorted(told):
            occurrence = f"{(last_day - day).days} days from {day.isoformat()}"
            yield Telling(mail.CLOCK_RUNS, case, readers, occurrence)


@moment
def instalments_due(on):
    """Instalments to whoever was served with the demand: before, on the day, and weekly while
    they are late; late ones to the members of the case too, as nobody else may know of one; what
    is met is not spoken of (C-REC-02, NT-OVR)."""
    soon = on + timedelta(days=max(BEFORE))
    near = Instalment.objects.filter(due_on__lte=soon, account__outstanding__gt=0)
    accounts_due = near.order_by().values("account")
    by_line = defaultdict(list)
    rows = Instalment.objects.filter(account__in=accounts_due).order_by("due_on")
    for row in rows.select_related("account__line__award"):
        by_line[row.account.line].append(row)
    if not by_line:
        return
    cases = {line.case_id for line in by_line}
    latest: dict = {}
    served = Demand.objects.filter(case__in=cases).select_related("case__restatement")
    for demand in served.order_by("served_on"):
        latest[demand.case_id, demand.person_id] = demand
    found = accounts({person for _, person in latest})
    circles: dict = {}
    for line, parts in by_line.items():
        demand = latest.get((line.case_id, line.award.person_id))
        if demand is None:
            continue
        readers = [found[demand.person_id]] if demand.person_id in found else []
        for part in as_they_stand(parts, parts[0].account.outstanding, on):
            if part.state == "met" or part.due_on > soon:
                continue
            if late := every(7, part.due_on + timedelta(days=1), on):
                occurrence = f"instalment of {part.due_on.isoformat()}, {late.isoformat()}"
                if line.case_id not in circles:
                    circles[line.case_id] = list(mail.circle(demand.case.restatement, on))
                members = circles[line.case_id]
                yield Telling(mail.INSTALMENT_LATE, demand, [*readers, *members], occurrence)
                continue
            days = days_before(part.due_on, BEFORE_AN_INSTALMENT)
            day = reached(days, since=demand.served_on, on=on)
            if day == part.due_on:
                occurrence = f"instalment of {part.due_on.isoformat()}"
                yield Telling(mail.INSTALMENT_DUE, demand, readers, occurrence)
            elif day:
                occurrence = f"instalment of {part.due_on.isoformat()}, {day.isoformat()}"
                yield Telling(mail.INSTALMENT_DUE, demand, readers, occurrence)
