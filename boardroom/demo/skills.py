"""What the demo's directors bring, in the words of an invented Corporate Secretary (G-BRD-01).

Each has an entry of this year but one, so that the expectation has something to say; one has an
earlier entry, too, so that a past day shows other words.
"""

from governance.board.models import HEADINGS
from governance.board.skills import enter_skills
from governance.people.models import Person
from governance.periods import months_after

# By family name, in the order of the headings.
THIS_YEAR = {
    "Marchbanks": (
        "Corporate governance and the law of takeovers; has followed three companies through a "
        "change of control.",
        "Trained as a lawyer, then general counsel of an invented shipping group.",
        "Has led the independent directors here through a change of chief executive and two "
        "reviews of strategy.",
        "Asks first what would have to be true. Known for leaving a question open until the facts "
        "are in.",
    ),
    "Halden": (
        "Precision measurement, from the bench to the series; knows most of our patents by heart.",
        "Physicist. Founded the Company in a rented workshop.",
        "Ran the Company for sixteen years, through two downturns and its listing.",
        "Takes the long view, and says so when it costs a quarter.",
    ),
    "Quist": (
        "Our customers, our plants, and the trade in instruments between three continents.",
        "Engineer; came up through manufacturing and service.",
        "Chief Executive Officer since 2020; before that ran operations for an invented maker of "
        "pumps.",
        "Decides on the evidence of the floor, and revises in public.",
    ),
    "Wrenfield": (
        "Financial reporting and internal control; reads a cash flow statement before the income "
        "statement.",
        "Certified public accountant; partner of an invented firm that never audited us.",
        "Chaired the audit committee of another company through a restatement.",
        "Patient with detail, impatient with adjectives.",
    ),
    "Solvane": (
        "Materials science, and how research becomes a product.",
        "Professor, later dean of an invented school of engineering.",
        "Twelve years on this Board; has chaired two searches for directors.",
        "Weighs people well, and gives reasons that others can use.",
    ),
    "Okarfo": (
        "Laboratory practice and the rules for instruments in hospitals.",
        "Chemist; founded and runs a testing laboratory.",
        "Buys what companies like ours make, and has sat across the table from them.",
        "Brings the customer into the room, and says when he has an interest of his own.",
    ),
    "Danvers": (
        "Pay and incentives of executives, and what they do to behaviour.",
        "Economist; led people and organisation at an invented retailer.",
        "Has rebuilt an incentive plan after it had rewarded the wrong thing.",
        "Looks for what a rule will be used for, not what it says.",
    ),
    "Tamblyn": (
        "Software, data, and the security of both.",
        "Mathematician; built the engineering group of an invented maker of sensors.",
        "Took a hardware company to selling service by subscription.",
        "Explains risk without alarming, and does not trade it for pace.",
    ),
}
OLDER = {
    "Brandwell": (
        "Capital markets, and how long a balance sheet can wait.",
        "Banker to industrial companies, then treasurer of one.",
        "Seven years here; has seen three plans from draft to result.",
        "Separates what we can afford from what we would like.",
    ),
    "Marchbanks": (
        "Corporate governance and the law of takeovers.",
        "Trained as a lawyer, then general counsel of an invented shipping group.",
        "Has led the independent directors here since a change of chief executive.",
        "Asks first what would have to be true.",
    ),
}


def say_what_directors_bring(secretary, now, today):
    """Enter the matrix of this year, and what stood before it."""
    for months, entries in ((-16, OLDER), (-4, THIS_YEAR)):
        for family, words in entries.items():
            enter_skills(
                person=Person.objects.get(family_name=family, directorships__isnull=False),
                since=months_after(today, months),
                by=secretary,
                at=now,
                **dict(zip(HEADINGS, words, strict=True)),
            )
