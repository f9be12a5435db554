"""Hold what the file says of the company, its people and its bodies against each other."""

from itertools import combinations

from boardroom.company_file.plan import BOARD
from governance.people.models import SINGLE_OFFICES, Office

LEAD = "lead_independent_director"
FURTHER = "further"


def check(plan):
    """Note what contradicts itself."""
    check_addresses(plan)
    check_bylaws(plan)
    check_years(plan)
    check_periods(plan)
    check_officers(plan)
    check_directors(plan)
    check_committees(plan)
    if plan.is_sound(("directors",), apart=()) and not plan.disordered:
        check_leaders(plan)
        check_seats(plan)
        check_number(plan)


def said(day):
    return f"{day.day} {day:%B %Y}"


def check_addresses(plan):
    """Two people do not sign in with one address."""
    first = {}
    for row in plan.people:
        email = row.said.get("email", "").lower()
        if not email and "signs_in" in row.said:
            plan.wrong_at((*row.path, "signs_in"), "Without an e-mail address nobody signs in.")
        if not email:
            continue
        if email in first:
            plan.wrong_at(
                (*row.path, "email"), f"{plan.name(first[email])} has this e-mail address already."
            )
        first.setdefault(email, row.path[-1])


def check_bylaws(plan):
    for rows, what in (
        (plan.seats_of_board, "number of seats"),
        (plan.notice_rules, "rule of notice"),
    ):
        check_once(plan, rows, lambda row: row.on, f"There is another {what} from this day on.")


def check_once(plan, rows, key, sentence):
    """No two rows agree in their key; the later one in the file is told."""
    seen = set()
    for row in rows:
        if key(row) in seen:
            plan.wrong_at(row.path, sentence)
        seen.add(key(row))


def check_years(plan):
    """Fiscal years do not overlap, and their quarters follow each other (C2)."""
    for row in plan.years:
        days = (row.start, *row.ends)
        for number in range(4):
            if days[number + 1] <= days[number]:
                plan.wrong_at(
                    (*row.path, "quarters_end", number),
                    f"Quarter {number + 1} ends on {said(days[number + 1])}, which is not after "
                    f"{said(days[number])}.",
                )
    for one, other in combinations(plan.years, 2):
        if one.start <= other.ends[-1] and other.start <= one.ends[-1]:
            plan.wrong_at(
                (*other.path, "start"),
                f"This fiscal year overlaps the one that begins on {said(one.start)}.",
            )
    labels = "There is another fiscal year with this label."
    check_once(plan, plan.years, lambda row: plan.clock.words(row.said["label"]), labels)


def check_periods(plan):
    """What holds for a time has at least one day."""
    for row in (*plan.officers, *plan.directors, *plan.leaders, *plan.committees, *plan.seats):
        if row.until and row.until <= row.since:
            plan.disordered = True
            plan.wrong_at(
                (*row.path, "until"),
                f"It ends on {said(row.until)}, which is not after the day on which it begins, "
                f"{said(row.since)}.",
            )


def check_overlaps(plan, rows, key, sentence):
    """No two periods that agree in their key overlap; the later one in the file is told."""
    for one, other in combinations(rows, 2):
        if key(one) == key(other) and one.overlaps(other):
            plan.disordered = True
            plan.wrong_at(other.path, sentence(one, other))


def check_officers(plan):
    """One person holds an office once at a time, and some offices only one person holds."""

    def words(row):
        return Office(row.said["office"]).label

    check_overlaps(
        plan,
        plan.officers,
        lambda row: (row.person, row.said["office"]),
        lambda one, other: (
            f"{plan.name(other.person)} holds this office already from {said(one.since)}."
        ),
    )
    single = [row for row in plan.officers if row.said["office"] in SINGLE_OFFICES]
    for one, other in combinations(single, 2):
        same = one.said["office"] == other.said["office"]
        if same and one.person != other.person and one.overlaps(other):
            plan.wrong_at(
                other.path,
                f"There are two holders of one office: {plan.name(one.person)} is {words(one)} "
                f"from {said(one.since)}.",
            )


def check_directors(plan):
    check_overlaps(
        plan,
        plan.directors,
        lambda row: row.person,
        lambda one, other: (
            f"{plan.name(other.person)} is a director already from {said(one.since)}."
        ),
    )
    check_once(
        plan,
        plan.determinations,
        lambda row: (row.person, row.standard, row.on),
        "There is another determination of this director on this day under the same standard.",
    )
    for row in plan.determinations:
        if row.expires <= row.on:
            plan.wrong_at(
                (*row.path, "expires"), f"It expires before the day after it was made, {row.on}."
            )


def check_committees(plan):
    for row in plan.committees:
        if row.path[-1] == BOARD:
            plan.wrong_at(row.path, "“board” is the Board itself; call the committee otherwise.")
    names = "There is another committee of this name."
    check_once(plan, plan.committees, lambda row: row.said["name"], names)
    standing = [row for row in plan.committees if row.said["kind"] != FURTHER]
    check_overlaps(
        plan,
        standing,
        lambda row: row.said["kind"],
        lambda one, other: f"{one.said['name']} is of this kind already.",
    )
    check_overlaps(
        plan,
        plan.seats,
        lambda row: (row.path[1], row.person),
        lambda one, other: f"{plan.name(other.person)} sits here already from {said(one.since)}.",
    )
    chairs = [row for row in plan.seats if row.said.get("chairs")]
    for one, other in combinations(chairs, 2):
        if one.path[1] == other.path[1] and one.person != other.person and one.overlaps(other):
            plan.wrong_at(
                (*other.path, "chairs"),
                f"There are two chairs: {plan.name(one.person)} chairs from {said(one.since)}.",
            )


def day_without(row, rows):
    """The first day of a period that none of the other periods covers, or None."""
    day = row.since
    while row.until is None or day < row.until:
        covering = [other for other in rows if other.covers(day)]
        if not covering:
            return day
        ends = [other.until for other in covering]
        if None in ends:
            return None
        day = max(ends)
    return None


def check_leaders(plan):
    """Who leads the Board is a director, and who leads the independent ones is independent."""
    for role in ("chair", LEAD):
        check_overlaps(
            plan,
            [row for row in plan.leaders if row.said["role"] == role],
            lambda row: row.said["role"],
            lambda one, other: f"{plan.name(one.person)} has this role from {said(one.since)}.",
        )
    for row in plan.leaders:
        check_is_director(plan, row)
        today = plan.clock.today
        leads = row.said["role"] == LEAD and row.covers(today)
        sound = plan.is_sound(("directors",)) and plan.is_sound(("officers",))
        if leads and sound and row.person not in plan.independent(today):
            plan.wrong_at(
                (*row.path, "person"),
                f"{plan.name(row.person)} is not independent on the day of loading: the Lead "
                "Independent Director needs a determination of independence and no office.",
            )


def check_is_director(plan, row):
    serving = [one for one in plan.directors if one.person == row.person]
    day = day_without(row, serving)
    if day:
        plan.wrong_at(
            (*row.path, "person"), f"{plan.name(row.person)} is not a director on {said(day)}."
        )


def check_seats(plan):
    """Committees are made of directors, while they stand (G-COM-02)."""
    committees = {row.path[-1]: row for row in plan.committees}
    for row in plan.seats:
        check_is_director(plan, row)
        committee = committees.get(row.path[1])
        if committee and day_without(row, [committee]):
            day = day_without(row, [committee])
            plan.wrong_at(row.path, f"{committee.said['name']} does not stand on {said(day)}.")


def check_number(plan):
    """There are no more directors than seats (C6)."""
    for row in plan.directors:
        number = plan.number_of_seats(row.since)
        count = len(plan.members(BOARD, row.since))
        if number and count > number:
            plan.wrong_at(
                (*row.path, "since"),
                f"On {said(row.since)} there are {count} directors on {number} seats.",
            )
