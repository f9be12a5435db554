"""The ledger always balances: whatever is done, refused, corrected, or done at the same instant."""

import threading
import uuid
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boardroom.grants import grant_to
from clawback import demanding, recovering
from clawback.models import Account, Demand, LedgerEntry
from governance.refusals import Refused
from tests.factories import clawback_rows as rows

SOUGHT, UNPAID = Decimal("120000.00"), Decimal("50000.00")
SUMS = ("recoverable", "cancelled", "repaid", "forgone", "outstanding")


def demanded_line(cast, at):
    """An award of which 120,000.00 is demanded, 50,000.00 of it not paid yet."""
    chair = cast["compensation_chair"]
    line = rows.officer_line(cast)
    rows.determination(line, SOUGHT, chair)
    recovering.set_due(line, SOUGHT, unpaid=UNPAID, by=chair, at=at)
    rows.counsel(line.case, cast["outsider"])
    demanding.serve_demand(line.case, line.award.person, by=chair, at=at)
    line.refresh_from_db()
    return line


def sums_of(line):
    account = Account.objects.get(line=line)
    return {name: getattr(account, name) for name in SUMS}


# Amounts around the limits, and any other down to a cent.
amounts = st.one_of(
    st.sampled_from(["50000.00", "50000.01", "70000.00", "120000.00", "120000.01", "0.01", "0"]),
    st.decimals(min_value="0.01", max_value="130000", places=2).map(str),
)
acts = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["cancel", "repay", "forgo", "due"]), amounts),
        st.tuples(st.just("correct"), st.integers(0, 3)),
    ),
    max_size=8,
)


class Book:
    """The words of C-REC-02, counted by hand."""

    def __init__(self):
        self.sums = {"recoverable": SOUGHT, "cancelled": Decimal(0), "repaid": Decimal(0)}
        self.sums["forgone"] = Decimal(0)

    @property
    def outstanding(self):
        return self.sums["recoverable"] - sum(list(self.sums.values())[1:])

    def does(self, act, amount):
        """Whether the act is allowed; then it is counted."""
        if act == "due":
            allowed = amount >= self.sums["recoverable"] - self.outstanding
        else:
            allowed = 0 < amount <= self.outstanding
        if act == "cancel":
            allowed = allowed and self.sums["cancelled"] + amount <= UNPAID
        if not allowed:
            return False
        name = {"cancel": "cancelled", "repay": "repaid", "forgo": "forgone"}.get(act)
        if name:
            self.sums[name] += amount
        else:
            self.sums["recoverable"] = amount
        return True


@pytest.mark.django_db
@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(acts)
def test_no_cent_is_created_or_lost(cast, now, sequence):
    chair = cast["compensation_chair"]
    with transaction.atomic():
        line = demanded_line(cast, now)
        resolved = rows.resolution(line.case, "write_off", chair)
        book, taken = Book(), []
        facts = {"day": now.date(), "note": "", "by": chair, "at": now}
        for act, told in sequence:
            if ended(line):
                break
            if act == "correct":
                take_back(book, taken, told, chair, now)
            else:
                amount = min(Decimal(told), SOUGHT) if act == "due" else Decimal(told)
                done = attempt(line, act, amount, resolved, facts)
                assert bool(done) == book.does(act, amount), (act, amount)
                if done and act in ("cancel", "repay"):
                    taken.append((act, done))
            found = sums_of(line)
            assert found == book.sums | {"outstanding": book.outstanding}
        transaction.set_rollback(True)


def ended(line):
    line.refresh_from_db()
    return line.state in ("recovered", "partly_recovered", "written_off")


def attempt(line, act, amount, resolved, facts):
    try:
        if act == "forgo":
            return recovering.forgo(line, amount, resolution=resolved, at=facts["at"])
        if act == "due":
            told = {"by": facts["by"], "at": facts["at"]}
            return recovering.set_due(line, amount, unpaid=UNPAID, **told)
        return getattr(recovering, act)(line, amount, **facts)
    except Refused:
        return None


def take_back(book, taken, number, chair, at):
    if number < len(taken):
        act, entry = taken.pop(number)
        recovering.correct_entry(entry, why="A slip", by=chair, at=at)
        book.sums["cancelled" if act == "cancel" else "repaid"] -= entry.amount


@pytest.mark.django_db
@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.permutations([("cancel", "20000.01"), ("cancel", "9.99"), *[("repay", "333.33")] * 3]))
def test_the_order_does_not_matter(cast, now, order):
    with transaction.atomic():
        line = demanded_line(cast, now)
        facts = {"day": now.date(), "note": "", "by": cast["compensation_chair"], "at": now}
        for act, amount in order:
            getattr(recovering, act)(line, Decimal(amount), **facts)
        assert sums_of(line) == {
            "recoverable": SOUGHT,
            "cancelled": Decimal("20010.00"),
            "repaid": Decimal("999.99"),
            "forgone": Decimal(0),
            "outstanding": Decimal("98990.01"),
        }
        transaction.set_rollback(True)


# --- By bare SQL, as the role that runs the portal ----------------------------------------


@pytest.fixture
def role(db):
    name = f"app_{uuid.uuid4().hex[:12]}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {name}")
        if connection.pg_version >= 160000:
            cursor.execute(f"GRANT {name} TO CURRENT_USER WITH SET TRUE")
    grant_to(name)
    return name


STATEMENTS = (
    "UPDATE clawback_ledgerentry SET amount = 1",
    "UPDATE clawback_ledgerentry SET note = 'x'",
    "DELETE FROM clawback_ledgerentry",
    "TRUNCATE clawback_ledgerentry",
    "UPDATE clawback_account SET outstanding = 0, repaid = recoverable",
    "UPDATE clawback_account SET unpaid = 999999",
    "DELETE FROM clawback_account",
    "UPDATE clawback_demand SET amount = 1",
    "UPDATE clawback_demand SET sealed_text = '', digest = ''",
    "UPDATE clawback_demand SET person_id = gen_random_uuid()",
    "DELETE FROM clawback_demand",
    "UPDATE clawback_recoverydetermination SET amount = 1",
    "DELETE FROM clawback_recoverydetermination",
    "UPDATE clawback_line SET state = 'recovered'",
)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_bare_sql_changes_neither_entries_nor_sums_nor_a_demand(statement, role, cast, now):
    line = demanded_line(cast, now)
    before = sums_of(line), LedgerEntry.objects.count(), Demand.objects.get().text
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        cursor.execute(statement)
    assert before == (sums_of(line), LedgerEntry.objects.count(), Demand.objects.get().text)


# --- At the same instant --------------------------------------------------------------------


def at_once(*acts):
    barrier, outcomes = threading.Barrier(len(acts), timeout=20), [None] * len(acts)

    def run(number, act):
        try:
            barrier.wait()
            outcomes[number] = act()
        except Exception as error:  # shown by the assertion of the test
            outcomes[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
        assert not thread.is_alive(), "somebody waits for ever"
    broken = [one for one in outcomes if isinstance(one, Exception)]
    assert all(isinstance(one, Refused) for one in broken), outcomes
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_two_repayments_at_once_never_exceed_what_is_due(cast, now):
    line = demanded_line(cast, now)
    facts = {"day": now.date(), "note": "", "by": cast["compensation_chair"]}

    def repaying():
        again = type(line).objects.get(pk=line.pk)
        return recovering.repay(again, Decimal("30000.01"), at=timezone.now(), **facts)

    for _ in range(3):
        outcomes = at_once(repaying, repaying)
    assert sum(isinstance(one, Refused) for one in outcomes) == 2
    assert sums_of(line)["repaid"] == Decimal("90000.03")

    # The last of it, twice at once: one is refused, and the line is settled once.
    def settling():
        again = type(line).objects.get(pk=line.pk)
        return recovering.repay(again, Decimal("29999.97"), at=timezone.now(), **facts)

    outcomes = at_once(settling, settling)
    assert sum(isinstance(one, Refused) for one in outcomes) == 1
    line.refresh_from_db()
    assert line.state == "recovered" and sums_of(line)["outstanding"] == 0


@pytest.mark.django_db(transaction=True)
def test_two_demands_at_once_are_one(cast, now):
    chair, line = cast["compensation_chair"], rows.officer_line(cast)
    rows.determination(line, SOUGHT, chair)
    recovering.set_due(line, SOUGHT, unpaid=UNPAID, by=chair, at=now)
    rows.counsel(line.case, cast["outsider"])

    def serving():
        return demanding.serve_demand(line.case, line.award.person, by=chair, at=timezone.now())

    outcomes = at_once(serving, serving)
    assert sum(isinstance(one, Refused) for one in outcomes) == 1
    assert Demand.objects.count() == 1
