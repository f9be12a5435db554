"""The register of provisions: every rule the portal knows, by the id that code and pages cite.

G guidelines, Z what the guidelines leave open, C clawback policy, L law and listing rules around
them, M states and moves, NT letters, AC access classes, C1 to C16 conventions of reckoning. The
titles are ours, for a line such as "under G-AGD-02, any director may ask for an item"; they sum a
rule up and do not replace its text.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a provision asks of us: only duties and composition rules count as met or not met."""

    DUTY = "duty"
    COMPOSITION = "composition rule"
    EXPECTATION = "expectation"
    RULE = "rule"
    GUARD = "guard"
    RIGHT = "right"
    POWER = "power"
    PERMISSION = "permission"
    NON_POLICY = "explicit non-policy"
    SCOPE = "scope"
    CONDITION = "condition"
    FORMULA = "formula"
    LIMIT = "limit"
    CHECK = "legal check"
    TASK = "dated task"
    INFORMATION = "information"
    MOVES = "states and moves"
    LETTER = "letter"
    ACCESS = "access class"
    CONVENTION = "convention"


@dataclass(frozen=True, slots=True)
class Provision:
    """One row of the register; ``source`` is the section or the statute it comes from."""

    id: str
    title: str
    kind: Kind
    source: str

    def __str__(self) -> str:
        return f"{self.id}, {self.title}"


def _from(source: str, *rows: tuple[str, Kind, str]) -> Iterator[Provision]:
    for id, kind, title in rows:
        yield Provision(id, title, kind, source)


GUIDELINES = (
    *_from(
        "Preamble",
        ("G-GOV-01", Kind.DUTY, "the Board itself adopts the guidelines"),
    ),
    *_from(
        "Principal functions / strategy, plan, performance",
        ("G-FUN-01", Kind.INFORMATION, "a director's own business judgment"),
        ("G-FUN-02", Kind.DUTY, "watching over the chief executive and senior managers"),
        ("G-FUN-03", Kind.DUTY, "a look at strategy"),
        ("G-MTG-01", Kind.DUTY, "a Board meeting in every quarter"),
        ("G-MTG-02", Kind.EXPECTATION, "business and finances on each quarterly agenda"),
        ("G-PLN-01", Kind.DUTY, "the year's financial plan is looked at"),
        ("G-PLN-02", Kind.DUTY, "results are followed against the plan"),
    ),
    *_from(
        "Principal functions / management performance and pay",
        ("G-CMP-01", Kind.DUTY, "executive pay is weighed by the Compensation Committee"),
        ("G-CMP-02", Kind.DUTY, "each executive officer's pay, every year"),
        ("G-CMP-03", Kind.GUARD, "only the Compensation Committee approves executive pay"),
    ),
    *_from(
        "Principal functions / succession",
        ("G-SUC-01", Kind.DUTY, "who would follow the executive officers"),
        ("G-SUC-02", Kind.DUTY, "the chief executive's view on succession is heard"),
    ),
    *_from(
        "Principal functions / advice to management",
        ("G-BRD-01", Kind.EXPECTATION, "directors with something to advise on"),
        ("G-ACC-01", Kind.RIGHT, "directors may reach managers and employees"),
        ("G-ACC-02", Kind.RIGHT, "directors may see books and papers"),
        ("G-ADV-01", Kind.PERMISSION, "the Board may turn to advisers of its own"),
    ),
    *_from(
        "Principal functions / conflicts of interest",
        ("G-COI-01", Kind.DUTY, "conflicting interests are watched and handled"),
        ("G-RPT-01", Kind.DUTY, "dealings with related persons go to the Audit Committee"),
    ),
    *_from(
        "Principal functions / financial integrity",
        ("G-AUD-01", Kind.DUTY, "oversight of accounting, reporting and audit"),
        ("G-AUD-02", Kind.DUTY, "Audit Committee: sound financial statements"),
        ("G-AUD-03", Kind.DUTY, "Audit Committee: obeying law and regulation"),
        ("G-AUD-04", Kind.DUTY, "Audit Committee: the outside auditor"),
        ("G-AUD-05", Kind.DUTY, "Audit Committee: internal controls"),
    ),
    *_from(
        "Principal functions / governance practices",
        ("G-GOV-02", Kind.DUTY, "how well governance works, from time to time"),
        ("G-GOV-03", Kind.DUTY, "governance is changed where it falls short"),
    ),
    *_from(
        "Structure / selection and evaluation",
        ("G-IND-01", Kind.COMPOSITION, "more independent directors than others"),
        ("G-IND-02", Kind.DUTY, "independence is found standard by standard"),
        ("G-NOM-01", Kind.DUTY, "the nominating committee approves the slate"),
        ("G-NOM-02", Kind.DUTY, "the nominating committee approves who fills a seat"),
    ),
    *_from(
        "Structure / Chair and CEO",
        ("G-CHR-01", Kind.NON_POLICY, "chair and chief executive: one person or two"),
        ("G-CHR-02", Kind.RIGHT, "the Board chooses its chair when it likes"),
    ),
    *_from(
        "Structure / term",
        ("G-CLS-01", Kind.COMPOSITION, "directors in three classes"),
        ("G-CLS-02", Kind.COMPOSITION, "three-year terms, one class a year"),
    ),
    *_from(
        "Structure / term limits",
        ("G-TRM-01", Kind.NON_POLICY, "no bound on years of service"),
    ),
    *_from(
        "Structure / elections",
        ("G-ELE-01", Kind.COMPOSITION, "most votes win a seat"),
    ),
    *_from(
        "Operations and meetings",
        ("G-AGD-01", Kind.EXPECTATION, "management drafts the agenda with the Board"),
        ("G-AGD-02", Kind.RIGHT, "any director may ask for an item"),
        ("G-ATT-01", Kind.EXPECTATION, "outside duties leave time for this Board"),
        ("G-ATT-02", Kind.PERMISSION, "attending in the room or by telephone"),
        ("G-EXS-01", Kind.DUTY, "independent directors meet alone after each regular meeting"),
        ("G-EXS-02", Kind.RULE, "the lead independent director presides"),
        ("G-EXS-03", Kind.RULE, "a substitute presides when the lead is away"),
    ),
    *_from(
        "Third parties / access to management",
        ("G-ACC-03", Kind.RIGHT, "a written notice to the chief executive opens access"),
        ("G-ACC-04", Kind.PERMISSION, "managers may be brought into the boardroom"),
    ),
    *_from(
        "Third parties / other parties",
        ("G-EXT-01", Kind.EXPECTATION, "management is the company's voice"),
        ("G-EXT-02", Kind.PERMISSION, "directors may meet outsiders"),
        ("G-EXT-03", Kind.EXPECTATION, "meeting outsiders mostly when management asks"),
    ),
    *_from(
        "Committees",
        ("G-ADV-02", Kind.POWER, "Board and committees may commission advice"),
        ("G-ADV-03", Kind.POWER, "advisers are hired without asking management"),
        ("G-COM-01", Kind.COMPOSITION, "Audit, Compensation and Nominating always stand"),
        ("G-COM-02", Kind.COMPOSITION, "only independent directors sit on the three"),
        ("G-COM-03", Kind.COMPOSITION, "members fit what the charter asks"),
        ("G-CHA-01", Kind.DUTY, "a charter for each of the three"),
        ("G-CHA-02", Kind.DUTY, "what a charter has to cover"),
        ("G-COM-04", Kind.PERMISSION, "other committees may be formed"),
        ("G-COM-05", Kind.PERMISSION, "delegation within the law"),
    ),
    *_from(
        "Director compensation",
        ("G-DCP-01", Kind.DUTY, "directors' pay is studied and proposed in committee"),
        ("G-DCP-02", Kind.DUTY, "directors' pay takes effect by the Board's vote"),
    ),
)

SILENCES = tuple(
    _from(
        "Guidelines, left open",
        ("Z-01", Kind.NON_POLICY, "splitting or joining chair and chief executive"),
        ("Z-02", Kind.NON_POLICY, "length of service"),
        ("Z-03", Kind.NON_POLICY, "age of retirement"),
        ("Z-04", Kind.NON_POLICY, "how many other boards"),
        ("Z-05", Kind.NON_POLICY, "majority voting, resigning after a poor vote"),
        ("Z-06", Kind.NON_POLICY, "coming in person"),
        ("Z-07", Kind.NON_POLICY, "a say for management in hiring advisers"),
        ("Z-08", Kind.NON_POLICY, "the chief executive's leave for access"),
        ("Z-09", Kind.NON_POLICY, "a place on the agenda for every request"),
        ("Z-10", Kind.NON_POLICY, "how often periodic reviews come round"),
        ("Z-11", Kind.NON_POLICY, "a yearly look at the nominating charter"),
        ("Z-12", Kind.NON_POLICY, "rotation, terms or number of committee seats"),
        ("Z-13", Kind.NON_POLICY, "size of the Board"),
        ("Z-14", Kind.NON_POLICY, "directors' shareholdings"),
        ("Z-15", Kind.NON_POLICY, "talking to third parties"),
        ("Z-16", Kind.NON_POLICY, "minutes of independent directors' sessions"),
        ("Z-17", Kind.NON_POLICY, "rating the Board or its directors"),
        ("Z-18", Kind.NON_POLICY, "approving the plan, beyond looking at it"),
        ("Z-19", Kind.NON_POLICY, "choice and tenure of the lead independent director"),
        ("Z-20", Kind.NON_POLICY, "independence on additional committees"),
    )
)

CLAWBACK = (
    *_from(
        "Clawback Policy, title and adoption",
        ("C-ADM-01", Kind.DUTY, "who adopted the policy, and from which day"),
    ),
    *_from(
        "Clawback Policy, purpose",
        ("C-PUR-01", Kind.RIGHT, "the company may ask for pay back"),
        ("C-COV-01", Kind.SCOPE, "Section 16 officers, present and former"),
    ),
    *_from(
        "Clawback Policy, conditions",
        ("C-CMP-01", Kind.SCOPE, "incentive pay tied to results"),
        ("C-OVR-01", Kind.RULE, "the policy goes before any plan"),
        ("C-TRG-01", Kind.CONDITION, "statements were restated, materially"),
        ("C-TRG-02", Kind.CONDITION, "correct figures would have paid less"),
        ("C-TRG-03", Kind.CONDITION, "within three years of the first filing"),
        ("C-TRG-04", Kind.CONDITION, "the committee finds fault and wants repayment"),
        ("C-TRG-05", Kind.RULE, "no recovery unless every condition holds"),
    ),
    *_from(
        "Clawback Policy, consequence",
        ("C-REC-01", Kind.FORMULA, "paid less what should have been paid"),
        ("C-REC-02", Kind.RIGHT, "pay back, cancel, or both"),
        ("C-REC-03", Kind.LIMIT, "no further than the law goes"),
        ("C-DET-01", Kind.RULE, "the committee's word is final"),
        ("C-EST-01", Kind.PERMISSION, "estimates where statements give no figure"),
        ("C-EST-02", Kind.PERMISSION, "recovery costs may count"),
    ),
    *_from(
        "Clawback Policy, revision",
        ("C-AMD-01", Kind.PERMISSION, "changes that compliance calls for"),
        ("C-AMD-02", Kind.RULE, "a change for some binds only those"),
    ),
    *_from(
        "Clawback Policy, application in time",
        ("C-EFF-01", Kind.RULE, "awards of the first day and later"),
        ("C-EFF-02", Kind.RULE, "the text in force is the text that counts"),
    ),
)

# A legal rule with several uses is listed as the first of: guard, dated task, check, information.
LAW = (
    *_from(
        "Nasdaq Rule 5605(a)",
        ("L-01", Kind.GUARD, "who counts as independent"),
        ("L-02", Kind.CHECK, "who is family, for Nasdaq"),
        ("L-03", Kind.CHECK, "employment by the company"),
        ("L-04", Kind.CHECK, "compensation above the annual limit"),
        ("L-05", Kind.CHECK, "a relative among the executives"),
        ("L-06", Kind.CHECK, "payments to or from a director's firm"),
        ("L-07", Kind.CHECK, "executives on each other's pay committees"),
        ("L-08", Kind.CHECK, "ties with the auditor"),
        ("L-09", Kind.GUARD, "independence needs the Board's own finding"),
        ("L-10", Kind.INFORMATION, "the group counts as the company"),
    ),
    *_from("Nasdaq Rule 5605(b)(1)", ("L-11", Kind.CHECK, "an independent majority")),
    *_from(
        "Nasdaq Rule 5605(b)(1)(A)", ("L-12", Kind.CHECK, "time to regain an independent majority")
    ),
    *_from(
        "Nasdaq Rule 5605(b)(2)", ("L-13", Kind.CHECK, "independent sessions at least twice a year")
    ),
    *_from(
        "Nasdaq Rule 5605(c)",
        ("L-14", Kind.TASK, "the audit charter and its yearly check"),
        ("L-15", Kind.GUARD, "who may sit on the Audit Committee"),
        ("L-16", Kind.CHECK, "an audit member at home in finance"),
    ),
    *_from("Nasdaq Rule 5605(c) to (e)", ("L-17", Kind.CHECK, "one exceptional member, two years")),
    *_from(
        "Exchange Act Rule 10A-3",
        ("L-18", Kind.CHECK, "no fees and no affiliation for audit members"),
        ("L-19", Kind.INFORMATION, "the Audit Committee's own powers and funds"),
    ),
    *_from("Nasdaq Rule 5605(c)(4)", ("L-20", Kind.CHECK, "time to mend the Audit Committee")),
    *_from(
        "Nasdaq Rule 5605(d)",
        ("L-21", Kind.GUARD, "no chief executive in the room for own pay"),
        ("L-22", Kind.CHECK, "who may sit on the Compensation Committee"),
        ("L-23", Kind.GUARD, "six questions before hiring a pay adviser"),
        ("L-24", Kind.CHECK, "time to mend the Compensation Committee"),
    ),
    *_from("Nasdaq Rule 5605(e)", ("L-25", Kind.GUARD, "independent directors pick nominees")),
    *_from(
        "Exchange Act Rule 10D-1, Nasdaq Rule 5608",
        ("L-26", Kind.CHECK, "recovery that needs no fault"),
    ),
    *_from("Nasdaq Rule 5620", ("L-27", Kind.GUARD, "a stockholders' meeting each year")),
    *_from("Nasdaq Rule 5625", ("L-28", Kind.TASK, "telling Nasdaq of a lapse")),
    *_from("Nasdaq Rule 5630", ("L-29", Kind.CHECK, "eyes on related party dealings")),
    *_from(
        "Regulation S-K Item 404",
        ("L-30", Kind.CHECK, "which related person dealings are disclosed"),
        ("L-31", Kind.TASK, "dealings that missed our procedure"),
    ),
    *_from(
        "Regulation S-K Item 407",
        ("L-32", Kind.INFORMATION, "naming the independent directors"),
        ("L-33", Kind.CHECK, "directors below three quarters attendance"),
        ("L-34", Kind.INFORMATION, "committee processes in the proxy statement"),
        ("L-35", Kind.INFORMATION, "explaining who leads the Board"),
    ),
    *_from("Exchange Act Rule 16a-1(f)", ("L-36", Kind.INFORMATION, "who is an executive officer")),
    *_from(
        "Delaware General Corporation Law § 141",
        ("L-37", Kind.GUARD, "Board quorum, empty seats counted"),
        ("L-38", Kind.CHECK, "most of those present carry a motion"),
        ("L-39", Kind.GUARD, "serving until replaced, and resigning"),
        ("L-40", Kind.GUARD, "what no committee may decide"),
        ("L-41", Kind.GUARD, "committee quorum and vote"),
        ("L-42", Kind.CHECK, "classes of directors"),
        ("L-43", Kind.GUARD, "written consent needs everybody"),
        ("L-44", Kind.CHECK, "present from afar, when all can hear"),
        ("L-45", Kind.GUARD, "stockholders remove directors, for cause"),
    ),
    *_from(
        "Delaware General Corporation Law § 144",
        ("L-46", Kind.INFORMATION, "acts in which a director has an interest"),
    ),
    *_from(
        "Delaware General Corporation Law § 216",
        ("L-47", Kind.CHECK, "stockholders' quorum and vote"),
    ),
    *_from(
        "Delaware General Corporation Law § 220",
        ("L-48", Kind.INFORMATION, "inspection of books and records"),
    ),
    *_from(
        "Delaware General Corporation Law § 223",
        ("L-49", Kind.GUARD, "remaining directors fill empty seats"),
    ),
    *_from(
        "Delaware General Corporation Law §§ 211 to 231",
        ("L-50", Kind.GUARD, "dates and inspectors of a stockholders' meeting"),
    ),
    *_from("Form 8-K", ("L-51", Kind.TASK, "four business days to report")),
    *_from("Exchange Rule 452", ("L-52", Kind.CHECK, "shares that brokers may not vote")),
    *_from(
        "Delaware General Corporation Law § 141",
        ("L-53", Kind.INFORMATION, "relying on reports in good faith"),
        ("L-54", Kind.GUARD, "directors deciding their own pay"),
    ),
    *_from("Sarbanes-Oxley Act § 304", ("L-55", Kind.INFORMATION, "bonuses after misconduct")),
    *_from("Regulation FD", ("L-56", Kind.INFORMATION, "telling one investor means telling all")),
)

STATES = tuple(
    _from(
        "Portal, states and moves",
        ("M-01", Kind.MOVES, "meeting of the Board or a committee"),
        ("M-02", Kind.MOVES, "request for an agenda item"),
        ("M-03", Kind.MOVES, "motion and its vote"),
        ("M-04", Kind.MOVES, "consent in writing"),
        ("M-05", Kind.MOVES, "minutes"),
        ("M-06", Kind.MOVES, "executive session"),
        ("M-07", Kind.MOVES, "finding of independence"),
        ("M-08", Kind.MOVES, "nominee"),
        ("M-09", Kind.MOVES, "election by stockholders"),
        ("M-10", Kind.MOVES, "dealing with a related person"),
        ("M-11", Kind.MOVES, "hiring of an adviser"),
        ("M-12", Kind.MOVES, "notice that opens access"),
        ("M-13", Kind.MOVES, "version of a charter or policy"),
        ("M-14", Kind.MOVES, "directors' pay"),
        ("M-15", Kind.MOVES, "review that comes round"),
        ("M-16", Kind.MOVES, "clawback case"),
        ("M-17", Kind.MOVES, "cure of a lapse"),
    )
)

LETTERS = tuple(
    _from(
        "Portal, letters",
        ("NT-SCH", Kind.LETTER, "a meeting is set, moved or called off"),
        ("NT-DUE", Kind.LETTER, "something falls due soon"),
        ("NT-OVR", Kind.LETTER, "something is late"),
        ("NT-REQ", Kind.LETTER, "a request came in or was answered"),
        ("NT-VOTE", Kind.LETTER, "a vote opens, a result is declared"),
        ("NT-CONS", Kind.LETTER, "a written consent waits for signatures"),
        ("NT-MIN", Kind.LETTER, "minutes to read"),
        ("NT-EXS", Kind.LETTER, "independent directors' session"),
        ("NT-IND", Kind.LETTER, "independence questions"),
        ("NT-CURE", Kind.LETTER, "a lapse and its deadline"),
        ("NT-NOM", Kind.LETTER, "a nominee is decided on"),
        ("NT-ELE", Kind.LETTER, "steps of an election"),
        ("NT-RPT", Kind.LETTER, "related person dealings"),
        ("NT-ADV", Kind.LETTER, "advisers of one body"),
        ("NT-ACC", Kind.LETTER, "a director asks for access"),
        ("NT-CHA", Kind.LETTER, "charters and policies"),
        ("NT-CMP", Kind.LETTER, "compensation decided"),
        ("NT-CLW", Kind.LETTER, "clawback steps"),
        ("NT-FIL", Kind.LETTER, "a filing to make"),
    )
)

ACCESS_CLASSES = tuple(
    _from(
        "Portal, who may know what",
        ("AC-PUB", Kind.ACCESS, "everybody"),
        ("AC-BRD", Kind.ACCESS, "the Board and the secretary's office"),
        ("AC-MGT", Kind.ACCESS, "the Board and those who prepare an item"),
        ("AC-COM", Kind.ACCESS, "one committee"),
        ("AC-CASE", Kind.ACCESS, "those inside a clawback matter"),
        ("AC-IND", Kind.ACCESS, "independent directors"),
        ("AC-SUB", Kind.ACCESS, "everyone entitled but the person concerned"),
        ("AC-OWN", Kind.ACCESS, "the person concerned and the nominating committee"),
        ("AC-ADM", Kind.ACCESS, "the system's administrator"),
    )
)

CONVENTIONS = tuple(
    _from(
        "Portal, conventions",
        ("C1", Kind.CONVENTION, "instants and local days"),
        ("C2", Kind.CONVENTION, "fiscal years and quarters"),
        ("C3", Kind.CONVENTION, "adding months and years"),
        ("C4", Kind.CONVENTION, "business days"),
        ("C5", Kind.CONVENTION, "majority means over half"),
        ("C6", Kind.CONVENTION, "seats fixed and seats filled"),
        ("C7", Kind.CONVENTION, "four answers on independence"),
        ("C8", Kind.CONVENTION, "being present"),
        ("C9", Kind.CONVENTION, "a meeting that was held"),
        ("C10", Kind.CONVENTION, "words for how a rule stands"),
        ("C11", Kind.CONVENTION, "how standings add up"),
        ("C12", Kind.CONVENTION, "records that only grow"),
        ("C13", Kind.CONVENTION, "exact dollars and cents"),
        ("C14", Kind.CONVENTION, "exceptions by the Board"),
        ("C15", Kind.CONVENTION, "which text goes first"),
        ("C16", Kind.CONVENTION, "defined words"),
    )
)

ROWS = (
    *GUIDELINES,
    *SILENCES,
    *CLAWBACK,
    *LAW,
    *STATES,
    *LETTERS,
    *ACCESS_CLASSES,
    *CONVENTIONS,
)
PROVISIONS: dict[str, Provision] = {row.id: row for row in ROWS}


def provision(id: str) -> Provision:
    """The provision with this id; an id that no text carries is a mistake in the code."""
    try:
        return PROVISIONS[id]
    except KeyError:
        raise LookupError(f"No provision is called {id!r}.") from None
