"""The policies in their versions: who adopts them, for whom they hold, what never moves."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Min
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from clawback import policies
from clawback.models import PolicyKind, PolicyTerm, PolicyVersion, Resolution
from clawback.moves import ResolutionState
from clawback.policies import (
    FIRST_DAY,
    adopt_rider,
    adopt_version,
    base_version,
    changed_in_a_condition,
    differences,
    full_terms,
    parameters_of,
    state_the_statute,
    statutory_policy_on_file,
    terms_of,
    version_for,
)
from clawback.redline import redline
from clawback.shipped import FAULT_TERMS, FAULT_WORDS, RULE_TERMS, RULE_WORDS, STATUTE_TERMS
from governance.board.models import Directorship
from governance.committees.models import Committee, Kind
from governance.notices.models import Notice
from governance.people.models import User
from governance.records.acts import enter_act
from governance.records.models import Act, Company
from governance.refusals import Refused
from tests.factories import clawback as factory
from tests.factories.cast import EVERYBODY, SEATS
from tests.factories.people import PersonFactory

CARRIED = Resolution(state=ResolutionState.CARRIED)
RULE_DAY = date(2023, 12, 1)


def act_of(kind, cast, now, day=FIRST_DAY):
    """An act of that committee, or of the Board, as the secretary writes it down."""
    committee = Committee.objects.get(kind=kind).pk if kind else None
    return enter_act(
        committee=committee,
        day=day,
        title="Recovery policy",
        text="RESOLVED, that the invented policy is adopted.",
        by=cast["secretary"],
        on=now.date(),
    )


def adopt(cast, now, act, by="secretary", **told):
    facts = {
        "kind": PolicyKind.FAULT,
        "title": "Clawback policy",
        "since": FIRST_DAY,
        "wording": FAULT_WORDS,
        "terms": FAULT_TERMS,
    }
    return adopt_version(**facts | told, act=act, by=by and cast[by], at=now)


def refused(do, *args, **told):
    """The refusal, of which nothing is left in the tables."""
    before = PolicyVersion.objects.count(), PolicyTerm.objects.count()
    with pytest.raises(Refused) as no:
        do(*args, **told)
    assert (PolicyVersion.objects.count(), PolicyTerm.objects.count()) == before
    assert no.value.sentence.endswith(".")
    return no.value


def rider(people, now, terms=None, **told):
    facts = {
        "kind": PolicyKind.FAULT,
        "since": now.date(),
        "title": "An invented rider",
        "wording": "The invented words of the rider.",
        "legal_basis": "An invented law of an invented state.",
        "terms": terms or {"repay_allowed": False},
    }
    return adopt_rider(CARRIED, people=people, by=None, at=now, **facts | told)


# --- Who adopts (C-ADM-01) -------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("who", EVERYBODY)
def test_only_the_corporate_secretary_enters_a_version(who, cast, now):
    act = act_of(Kind.COMPENSATION, cast, now)
    if who == "secretary":
        version = adopt(cast, now, act, by=who)
        assert (version.number, version.since, version.act) == (1, FIRST_DAY, act)
        assert terms_of(version) == FAULT_TERMS
    else:
        no = refused(adopt, cast, now, act, by=who)
        assert (no.provision, no.code) == ("C-ADM-01", "not_yours")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [*SEATS, None])
def test_the_compensation_committee_or_the_board_adopts_and_no_other_body(kind, cast, now):
    act = act_of(kind, cast, now)
    if kind in (Kind.COMPENSATION, None):
        assert adopt(cast, now, act).act == act
    else:
        assert refused(adopt, cast, now, act).provision == "C-ADM-01"


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "told"), [(0, True), (30, True), (31, False)])
def test_nt_cha_every_director_is_told_of_a_version_adopted_lately(days, told, cast, now):
    """What was adopted longer ago is entered from paper; a rider is told to nobody else."""
    adopt(cast, now, act_of(Kind.COMPENSATION, cast, now))
    assert not Notice.objects.filter(kind="policy_adopted").exists(), "it was adopted in 2019"
    day = now.date() - timedelta(days=days)
    later = adopt(cast, now, act_of(None, cast, now, day=day), since=day)
    rider([cast["director"].person], now)
    notices = Notice.objects.filter(kind="policy_adopted")
    assert {one.subject_id for one in notices} <= {later.pk}
    on = Directorship.objects.on(now.date()).values("person")
    directors = set(User.objects.filter(person__in=on))
    assert {one.reader for one in notices} == (directors if told else set())
    for one in notices:
        assert PolicyVersion.objects.visible_to(one.reader).filter(pk=later.pk).exists()


@pytest.mark.django_db
def test_a_version_needs_an_act(cast, now):
    assert "needs an act" in refused(adopt, cast, now, None).sentence


@pytest.mark.django_db
def test_a_version_needs_a_title_and_its_words(cast, now):
    act = act_of(None, cast, now)
    for told in ({"title": " "}, {"wording": " \n"}):
        assert "exact words" in refused(adopt, cast, now, act, **told).sentence


@pytest.mark.django_db
def test_a_statute_is_not_adopted_and_stated_once_it_stands_without_an_act(cast, now):
    act = act_of(Kind.COMPENSATION, cast, now)
    told = {"kind": PolicyKind.SECTION_304, "terms": STATUTE_TERMS}
    assert "statute" in refused(adopt, cast, now, act, **told).sentence
    version = state_the_statute(
        title="Section 304", wording="Invented.", terms=STATUTE_TERMS, since=date(2002, 7, 30)
    )
    assert version.act is None and not version.is_rider
    assert version_for(cast["manager"].person, PolicyKind.SECTION_304, now.date()) == version


# --- From when ---------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("days", [-1, 1, 365])
def test_the_first_version_is_of_8_february_2019(days, cast, now):
    act = act_of(Kind.COMPENSATION, cast, now)
    no = refused(adopt, cast, now, act, since=FIRST_DAY + timedelta(days=days))
    assert (no.sentence, no.provision) == (
        "The first version took effect on 8 February 2019.",
        "C-ADM-01",
    )


@pytest.mark.django_db
def test_later_versions_never_move_the_first(cast, now):
    person = cast["manager"].person
    first = adopt(cast, now, act_of(Kind.COMPENSATION, cast, now))
    kept = terms_of(first), first.wording
    day = date(2024, 5, 6)
    later = adopt(
        cast,
        now,
        act_of(Kind.COMPENSATION, cast, now, day),
        since=day,
        wording="Invented anew.",
        terms=FAULT_TERMS | {"lookback.years": 4},
    )
    first.refresh_from_db()
    assert (terms_of(first), first.wording) == kept and first.since == FIRST_DAY
    assert (first.number, later.number) == (1, 2)
    assert version_for(person, PolicyKind.FAULT, FIRST_DAY - timedelta(days=1)) is None
    assert version_for(person, PolicyKind.FAULT, FIRST_DAY) == first
    assert version_for(person, PolicyKind.FAULT, day - timedelta(days=1)) == first
    assert version_for(person, PolicyKind.FAULT, day) == later


@pytest.mark.django_db
def test_no_version_moves_the_day_from_which_grants_are_reached(cast, now):
    """The policy attaches to grants from its effective date on, as amended (C-EFF-01, C-EFF-02)."""
    moved = FAULT_TERMS | {"effective_date": "2024-05-06"}
    act = act_of(Kind.COMPENSATION, cast, now, date(2024, 5, 6))
    assert refused(adopt, cast, now, act, terms=moved).provision == "C-ADM-01"
    adopt(cast, now, act_of(Kind.COMPENSATION, cast, now))
    no = refused(adopt, cast, now, act, since=date(2024, 5, 6), terms=moved)
    assert "no version moves that day" in no.sentence and no.provision == "C-ADM-01"


@pytest.mark.django_db
def test_a_version_takes_effect_on_the_day_of_its_act_or_later(cast, now):
    adopt(cast, now, act_of(Kind.COMPENSATION, cast, now))
    day = date(2024, 5, 6)
    act = act_of(Kind.COMPENSATION, cast, now, day)
    no = refused(adopt, cast, now, act, since=day - timedelta(days=1))
    assert no.provision == "C-AMD-01"
    assert adopt(cast, now, act, since=day).since == day


@pytest.mark.django_db
@pytest.mark.parametrize("since", [date(2024, 5, 6), date(2024, 5, 7)])
def test_no_version_is_put_before_or_upon_a_later_one(since, cast, now):
    adopt(cast, now, act_of(None, cast, now))
    act = act_of(None, cast, now, date(2024, 1, 2))
    adopt(cast, now, act, since=date(2024, 5, 7))
    if since < date(2024, 5, 7):
        assert refused(adopt, cast, now, act, since=since).provision == "C-ADM-01"
    assert refused(adopt, cast, now, act, since=date(2024, 5, 7)).provision == "C-ADM-01"


@pytest.mark.django_db
def test_a_day_that_cannot_be_meant_is_refused(cast, now):
    adopt(cast, now, act_of(None, cast, now))
    act = act_of(None, cast, now, date(2024, 1, 2))
    assert "cannot be meant" in refused(adopt, cast, now, act, since=date(9024, 5, 7)).sentence


@pytest.mark.django_db
def test_the_rule_of_the_exchange_is_breached_until_its_policy_is_in_force(cast, now):
    adopt(cast, now, act_of(Kind.COMPENSATION, cast, now))
    assert not statutory_policy_on_file(now.date())
    act = act_of(Kind.COMPENSATION, cast, now, RULE_DAY)
    told = {"kind": PolicyKind.RULE, "terms": RULE_TERMS, "wording": RULE_WORDS}
    adopt(cast, now, act, since=RULE_DAY, **told)
    assert not statutory_policy_on_file(RULE_DAY - timedelta(days=1))
    assert statutory_policy_on_file(RULE_DAY)


# --- Parameters --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_parameters_that_cannot_be_applied_are_refused_with_every_problem(cast, now):
    act = act_of(Kind.COMPENSATION, cast, now)
    wrong = FAULT_TERMS | {"coverage": "friends", "lookback.years": "three", "cost": None}
    no = refused(adopt, cast, now, act, terms=wrong)
    for words in ("Whom it covers", "Years", "Cost of recovery"):
        assert words in no.sentence
    assert no.provision == "C-ADM-01"


@pytest.mark.django_db
@pytest.mark.parametrize("path", FAULT_TERMS)
def test_a_parameter_that_is_missing_or_nonsense_is_refused(path, cast, now):
    act = act_of(Kind.COMPENSATION, cast, now)
    # Both may be left out: 28 February then, and no standard of fault that is enough.
    if path not in ("lookback.leap_rule", "fault_standards"):
        terms = {name: value for name, value in FAULT_TERMS.items() if name != path}
        assert refused(adopt, cast, now, act, terms=terms).sentence
    assert refused(adopt, cast, now, act, terms=FAULT_TERMS | {path: "nonsense"}).sentence


@pytest.mark.django_db
def test_a_parameter_that_nothing_reads_is_refused(cast, now):
    act = act_of(Kind.COMPENSATION, cast, now)
    told = FAULT_TERMS | {"coverege": "section16_ever"}
    assert "coverege" in refused(adopt, cast, now, act, terms=told).sentence


@pytest.mark.django_db
def test_differences_name_what_changed_and_whether_recovery_depends_on_it(cast, now):
    first = adopt(cast, now, act_of(None, cast, now))
    act = act_of(None, cast, now, date(2024, 1, 2))
    dear = adopt(cast, now, act, since=date(2024, 1, 2), terms=FAULT_TERMS | {"cost": "ignore"})
    longer = adopt(
        cast,
        now,
        act,
        since=date(2025, 1, 2),
        terms=FAULT_TERMS | {"cost": "ignore", "lookback.years": 4},
    )
    assert differences(first, first) == []
    (cost,) = differences(first, dear)
    assert (cost.words, cost.before, cost.after) == (
        "Cost of recovery",
        "committee_discretion",
        "ignore",
    )
    assert not cost.is_a_condition
    assert [one.words for one in differences(first, longer)] == ["Cost of recovery", "Years"]
    person = cast["chief_financial_officer"].person
    days = {"kind": "discretionary", "on": date(2025, 1, 2)}
    assert changed_in_a_condition(person, since=first.since, **days)
    assert not changed_in_a_condition(person, since=longer.since, **days)
    # No version was in force then.
    assert not changed_in_a_condition(person, since=date(2019, 2, 7), **days)


# --- A rider (C-AMD-01, C-AMD-02) -----------------------------------------------------------


@pytest.mark.django_db
def test_a_rider_is_adopted_by_a_carried_resolution_and_from_its_day_on(cast, now):
    person = cast["manager"].person
    factory.policies()
    facts = {
        "kind": PolicyKind.FAULT,
        "people": [person],
        "title": "A rider",
        "wording": "Invented.",
        "legal_basis": "An invented law.",
        "terms": {"repay_allowed": False},
        "by": cast["compensation_chair"],
        "at": now,
    }
    today = now.date()
    for state in ResolutionState:
        if state != ResolutionState.CARRIED:
            resolution = Resolution(state=state)
            assert refused(adopt_rider, resolution, since=today, **facts).provision == "C-AMD-01"
    yesterday = today - timedelta(days=1)
    assert refused(adopt_rider, CARRIED, since=yesterday, **facts).provision == "C-AMD-01"
    row = adopt_rider(CARRIED, since=today, **facts)
    assert row.is_rider and row.act is None and list(row.people.all()) == [person]
    assert parameters_of(person, PolicyKind.FAULT, today)["repay_allowed"] is False
    assert parameters_of(person, PolicyKind.FAULT, yesterday)["repay_allowed"] is True


@pytest.mark.django_db
def test_under_one_rider_the_policy_of_everybody_may_have_changed(cast, now):
    """The version that applies is the same row on both days, and reads otherwise (C-EFF-02)."""
    adopt(cast, now, act_of(None, cast, now))
    inside, other = (cast[name].person for name in ("chief_executive", "outsider"))
    mine = rider([inside], now, {"repay_allowed": False})
    day, later = now.date(), now + timedelta(days=30)
    act = act_of(None, cast, later, later.date())
    adopt(cast, later, act, since=later.date(), terms=FAULT_TERMS | {"lookback.years": 4})
    for on in (day, later.date()):
        assert version_for(inside, "discretionary", on) == mine
    days = {"kind": "discretionary", "since": day, "on": later.date()}
    assert changed_in_a_condition(inside, **days) and changed_in_a_condition(other, **days)
    assert not changed_in_a_condition(inside, **days | {"on": day})


@pytest.mark.django_db
def test_whoever_enters_a_version_at_the_same_moment_is_told_so(cast, now, monkeypatch):
    adopt(cast, now, act_of(None, cast, now))
    day = date(2024, 1, 2)
    adopt(cast, now, act_of(None, cast, now, day), since=day)
    # As if the last one had not been there yet when its number was looked up.
    monkeypatch.setattr(policies, "Max", Min)
    told = refused(adopt, cast, now, act_of(None, cast, now, now.date()), since=now.date())
    assert (told.provision, told.code) == ("C-ADM-01", "stale")
    assert "at the same moment" in told.sentence


@pytest.mark.django_db
def test_a_rider_needs_a_policy_to_ride_on_and_parameters_that_can_be_applied(cast, now):
    people = [cast["manager"].person]
    assert refused(rider, people, now).provision == "C-AMD-01"
    factory.policies()
    assert "Whom it covers" in refused(rider, people, now, {"coverage": "friends"}).sentence
    assert refused(rider, people, now, title=" ").provision == "C-ADM-01"


@pytest.mark.django_db
def test_a_rider_stays_with_its_people_when_everybody_gets_a_new_version(cast, now):
    """The latest version whose scope contains the person goes before every other (C-AMD-02)."""
    factory.policies()
    inside, outside = cast["manager"].person, cast["general_counsel"].person
    mine = rider([inside], now)
    day = now.date() + timedelta(days=40)
    later = adopt(
        cast,
        now,
        act_of(None, cast, now, now.date()),
        since=day,
        terms=FAULT_TERMS | {"lookback.years": 5},
    )
    assert version_for(inside, PolicyKind.FAULT, day) == mine
    assert version_for(outside, PolicyKind.FAULT, day) == later
    # What the rider does not speak of is as it is for everybody (C-EFF-02).
    told = parameters_of(inside, PolicyKind.FAULT, day)
    assert told["repay_allowed"] is False and told["lookback"]["years"] == 5
    assert parameters_of(outside, PolicyKind.FAULT, day)["repay_allowed"] is True
    assert full_terms(mine) | {"repay_allowed": True} == terms_of(
        base_version(PolicyKind.FAULT, now.date())
    )


days = st.integers(0, 2500).map(lambda number: FIRST_DAY + timedelta(days=number))
PEOPLE = 3
groups = st.sets(st.integers(0, PEOPLE - 1), min_size=1, max_size=PEOPLE)
values = st.integers(1, 9)


class RidersByPerson(TestCase):
    """A rider changes the policy for its people and for nobody else, whatever came before."""

    @settings(max_examples=30, deadline=None)
    @given(
        st.lists(st.tuples(days, values), max_size=3, unique_by=lambda row: row[0]),
        st.lists(st.tuples(days, values, groups), max_size=3),
        st.tuples(days, values, groups),
        days,
    )
    def test_everybody_before_and_after(self, bases, riders, added, asked):
        Company.objects.create(name="Quillon & Byrd Invented, Inc.")
        self.people = [PersonFactory() for _ in range(PEOPLE)]
        self.act = Act.objects.create(
            committee=None, how=Act.How.PAPER, day=FIRST_DAY, title="Invented", text="Invented."
        )
        self.base(FIRST_DAY, 3)
        for day, years in bases:
            self.base(day, years)
        for row in riders:
            self.ride(*row)
        since, years, inside = added
        asked_days = {asked, since - timedelta(days=1), since, max(asked, since)}
        before = self.resolved(asked_days)
        made = self.ride(*added)
        after = self.resolved(asked_days)
        later = [row for row in riders if row[0] > since]
        for person, day in before:
            first, then = before[person, day], after[person, day]
            if person not in inside or day < since:
                assert then == first
            elif not any(row[0] <= day and person in row[2] for row in later):
                assert then == (made.pk, years, False)
            else:
                assert then == first

    def base(self, since, years):
        number = PolicyVersion.objects.count() + 1
        row = PolicyVersion.objects.create(
            kind=PolicyKind.FAULT,
            number=number,
            title="Invented",
            since=since,
            wording="Invented.",
            act=self.act,
        )
        terms = FAULT_TERMS | {"lookback.years": years}
        PolicyTerm.objects.bulk_create(
            PolicyTerm(version=row, path=path, value=value) for path, value in terms.items()
        )

    def ride(self, since, years, inside):
        return rider(
            [self.people[number] for number in inside],
            datetime(2019, 2, 8, 12, tzinfo=UTC),
            {"lookback.years": years, "repay_allowed": False},
            since=since,
        )

    def resolved(self, asked):
        """For each person and day: the version, and what it comes to."""
        found = {}
        for number, person in enumerate(self.people):
            for day in asked:
                row = version_for(person, PolicyKind.FAULT, day)
                told = parameters_of(person, PolicyKind.FAULT, day)
                found[number, day] = row and (
                    row.pk,
                    told["lookback"]["years"],
                    told["repay_allowed"],
                )
        return found


# --- Never changed -----------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE clawback_policyversion SET since = '2018-01-01'",
        "UPDATE clawback_policyversion SET wording = 'Something else.'",
        "DELETE FROM clawback_policyversion",
        "UPDATE clawback_policyterm SET value = '9' WHERE path = 'lookback.years'",
        "DELETE FROM clawback_policyterm WHERE path = 'fault'",
    ],
)
def test_the_database_changes_no_version(sql, cast):
    factory.policies()
    before = list(PolicyTerm.objects.values_list("version", "path", "value"))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert list(PolicyTerm.objects.values_list("version", "path", "value")) == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "facts",
    [
        {"kind": "discretionary", "act": None},
        {"kind": "sox304"},
        {"is_rider": True, "act": None, "legal_basis": ""},
        {"is_rider": True, "legal_basis": "An invented law."},
        {"number": 1},
    ],
)
def test_the_database_keeps_no_version_without_what_makes_it_one(facts, cast, now):
    factory.policies()
    row = {
        "kind": "discretionary",
        "number": 9,
        "title": "Invented",
        "since": now.date(),
        "wording": "Invented.",
        "act": act_of(None, cast, now),
    }
    with pytest.raises(DatabaseError), transaction.atomic():
        PolicyVersion.objects.create(**row | facts)


# --- What changed, word by word ----------------------------------------------------------------

texts = st.text("ab \n", max_size=30)


@given(texts, texts)
def test_a_redline_loses_no_word_of_either_text(one, other):
    pieces = redline(one, other)
    assert "".join(text for mark, text in pieces if mark != "added") == one
    assert "".join(text for mark, text in pieces if mark != "taken") == other


def test_a_redline_marks_the_words_that_changed_and_no_others():
    assert redline("within three years", "within four years") == [
        ("same", "within "),
        ("taken", "three"),
        ("added", "four"),
        ("same", " years"),
    ]
    assert redline("", "") == [] and redline("as it was", "as it was") == [("same", "as it was")]
