"""Bring a checked company file into the database: whole, in one transaction, or not at all."""

import zoneinfo
from contextlib import contextmanager
from datetime import UTC
from itertools import chain

from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from boardroom.company_file import checks, meeting_checks, shape
from boardroom.company_file.dates import Clock
from boardroom.company_file.plan import CLASSES, Plan
from boardroom.company_file.problems import Problem, Unloadable
from boardroom.company_file.reading import read_file
from boardroom.company_file.replay import Replay
from governance.board.examining import start_of
from governance.board.models import (
    AnnualMeeting,
    AuthorisedSeats,
    ClassElection,
    Designation,
    Determination,
    Directorship,
    Standard,
    Term,
)
from governance.board.terms import earlier_terms
from governance.committees.models import Committee, Seat
from governance.meetings.models import Meeting, NoticeRule
from governance.meetings.sessions import pass_over_earlier_sessions
from governance.people.models import Person, User
from governance.people.operations import appoint
from governance.records.models import Act, Company, FileRow, FiscalQuarter, FiscalYear
from governance.refusals import Refused

STANDARDS = {
    "general": Standard.GENERAL,
    "audit": Standard.AUDIT,
    "compensation": Standard.COMPENSATION,
}
COMPANY = "company"
# What the record says of determinations that were made before the portal was there.
BASIS = "As the Board's records of that day say."
ACT = "RESOLVED, that the Board determines the independence of its directors as its records say."
CHANGED = (
    "This was loaded before with other words. Change it in the admin, and let the file say what it "
    "said."
)


def load_file(path, *, now):
    """Load a company file; returns how many of its rows are new. Raises Unloadable."""
    return load(read_file(path), now=now)


def load(document, *, now):
    """Load a document, whole or not at all; what was loaded before is left alone."""
    known = {row.reference: row for row in FileRow.objects.all()}
    plan = check(document, known=known, now=now)
    if document.problems:
        raise Unloadable(document.problems)
    return Loader(document, plan, known).load()


def check(document, *, known, now):
    """Note every problem that the file has by itself, and in view of what was loaded before."""
    clock = clock_of(document, now)
    wrong = shape.hold(document, clock)
    plan = Plan(document, clock, wrong)
    check_against_what_is_loaded(plan, known)
    checks.check(plan)
    for meeting in plan.meetings:
        # What was loaded has its own record by now, and the clock has gone on.
        if meeting.reference not in known:
            meeting_checks.check(plan, meeting)
    return plan


def clock_of(document, now):
    """The day of the first loading is `today` for every later one."""
    company = Company.objects.first()
    said = shape.words_of(document.data, COMPANY).get("time_zone")
    known = isinstance(said, str) and said in zoneinfo.available_timezones()
    zone = zoneinfo.ZoneInfo(said) if known else UTC
    now = now.replace(second=0, microsecond=0).astimezone(UTC)
    anchor = company.anchor_day if company else None
    return Clock(anchor or timezone.localdate(now, zone), now, zone)


def rows_of(plan):
    """Every row of the file, in the order in which they are loaded."""
    return chain(
        plan.people,
        plan.seats_of_board,
        plan.notice_rules,
        plan.years,
        plan.officers,
        plan.directors,
        plan.determinations,
        plan.leaders,
        plan.committees,
        plan.seats,
        plan.meetings,
    )


def check_against_what_is_loaded(plan, known):
    """One database serves one company, and rows that were loaded do not change by the file."""
    here = Company.objects.first()
    if here and plan.company and plan.company["name"] != here.name:
        plan.document.wrong(
            (COMPANY, "name"),
            f"This database holds {here.name}; another company needs a database of its own.",
        )
        return
    if here and plan.company and plan.company["time_zone"] != here.time_zone:
        plan.document.wrong(
            (COMPANY, "time_zone"), f"{here.name} was loaded with the zone {here.time_zone}."
        )
    for row in rows_of(plan):
        loaded = known.get(row.reference)
        if loaded and loaded.digest != row.digest:
            plan.document.wrong(row.path, CHANGED)


class Loader:
    """Creates the rows of a plan that are not there yet."""

    def __init__(self, document, plan, known):
        self.document, self.plan, self.clock = document, plan, plan.clock
        self.known, self.new = known, []
        self.people, self.users, self.committees = {}, {}, {}

    def load(self):
        try:
            with transaction.atomic(), timezone.override(self.clock.zone):
                with self.load_company().held():
                    self.load_standing()
                    self.stop_if_wrong()
                    self.load_meetings()
                    self.stop_if_wrong()
                FileRow.objects.bulk_create(self.new)
        except DatabaseError as error:
            # A constraint that the database holds back until the end of the transaction.
            raise Unloadable([Problem(0, in_words(error))]) from error
        return len(self.new)

    def stop_if_wrong(self):
        if self.document.problems:
            raise Unloadable(self.document.problems)

    @contextmanager
    def noting(self, path):
        """What the rooms or the database refuse is a problem on the line of `path`."""
        try:
            with transaction.atomic():
                yield
        except Refused as refusal:
            self.document.wrong(path, str(refusal))
        except DatabaseError as error:
            self.document.wrong(path, in_words(error))

    def load_each(self, rows, create):
        """Create those of the rows that are not loaded yet."""
        for row in rows:
            if row.reference not in self.known:
                with self.noting(row.path):
                    self.note(row.reference, row.digest, create(row))

    def note(self, reference, digest, subject):
        self.new.append(
            FileRow(
                reference=reference,
                digest=digest,
                subject_label=subject._meta.label_lower,
                subject_id=subject.pk,
            )
        )

    # --- The company and who serves it -------------------------------------------------------

    def load_company(self):
        said = self.plan.company
        company = Company.objects.first() or Company(**said)
        if company.anchor_day is None:
            company.anchor_day = self.clock.today
            company.save()
        return company

    def load_standing(self):
        plan = self.plan
        self.load_each(plan.people, self.person)
        self.find_people()
        self.load_each(plan.seats_of_board, self.seats_of_board)
        self.load_each(plan.annual_meetings, self.annual_meeting)
        self.load_class_elections()
        self.load_each(plan.notice_rules, self.notice_rule)
        self.load_each(plan.years, self.year)
        self.stop_if_wrong()
        self.load_each(plan.officers, self.officer)
        self.load_each(plan.directors, self.director)
        self.load_each(plan.determinations, self.determination)
        self.load_each(plan.leaders, self.leader)
        self.load_each(plan.committees, self.committee)
        self.find_committees()
        self.load_each(plan.seats, self.seat)

    def person(self, row):
        """A person, and their account; an account that is there already is taken over."""
        said = row.said
        email = said.get("email", "")
        user = User.objects.filter(email__iexact=email).first() if email else None
        if user:
            return user.person
        person = Person.objects.create(
            given_name=said["given_name"], family_name=said["family_name"]
        )
        if email:
            user = User(email=email.lower(), person=person, is_active=said.get("signs_in", True))
            user.set_unusable_password()
            user.save()
        return person

    def subjects(self, prefix, model):
        """The rows of one kind by their word in the file, whether loaded now or before."""
        rows = [*self.known.values(), *self.new]
        keys = {
            row.subject_id: row.reference.removeprefix(prefix)
            for row in rows
            if row.reference.startswith(prefix) and row.subject_label == model._meta.label_lower
        }
        return {keys[found.pk]: found for found in model.objects.filter(pk__in=keys)}

    def find_people(self):
        self.people = self.subjects("people/", Person)
        users = {user.person_id: user for user in User.objects.select_related("person")}
        self.users = {key: users.get(person.pk) for key, person in self.people.items()}

    def find_committees(self):
        self.committees = self.subjects("committees/", Committee)

    def seats_of_board(self, row):
        return AuthorisedSeats.objects.create(since=row.on, number=row.said["number"])

    def annual_meeting(self, row):
        return AnnualMeeting.objects.create(
            year=row.on.year, day=row.on, held=row.on < self.clock.today
        )

    def load_class_elections(self):
        """The years in which the classes are elected follow from the terms that the file tells."""
        for row in self.plan.directors:
            if row.reference not in self.known and (row.until is None or row.until > row.since):
                with self.noting((*row.path, "term_ends")):
                    ClassElection.objects.get_or_create(
                        director_class=CLASSES[row.said["class"]],
                        defaults={"year": self.clock.day(row.said["term_ends"]).year},
                    )

    def notice_rule(self, row):
        said = row.said
        return NoticeRule.objects.create(
            since=row.on,
            regular_hours=said["regular_hours"],
            special_hours=said["special_hours"],
        )

    def year(self, row):
        year = FiscalYear.objects.create(
            label=self.clock.words(row.said["label"]), start=row.start, end=row.ends[-1]
        )
        for number, (start, end) in enumerate(row.quarters, start=1):
            FiscalQuarter.objects.create(year=year, number=number, start=start, end=end)
        return year

    def officer(self, row):
        return appoint(
            self.people[row.person],
            row.said["office"],
            since=row.since,
            until=row.until,
            title=row.said.get("title", ""),
        )

    def director(self, row):
        directorship = Directorship.objects.create(
            person=self.people[row.person],
            director_class=CLASSES[row.said["class"]],
            since=row.since,
            until=row.until,
        )
        ends = self.clock.day(row.said["term_ends"])
        for since, year in earlier_terms(row.since, ends, self.annual_meetings()):
            Term.objects.create(directorship=directorship, since=since, ends_in=year)
        return directorship

    def annual_meetings(self):
        return dict(AnnualMeeting.objects.values_list("year", "day"))

    def determination(self, row):
        independent = row.said["independent"]
        weighed = independent and STANDARDS[row.standard] == Standard.COMPENSATION
        return Determination.objects.create(
            person=self.people[row.person],
            standard=STANDARDS[row.standard],
            independent=independent,
            determined_on=row.on,
            made_at=start_of(row.on),
            expires_on=row.expires,
            act=self.act_of(row.on),
            basis=self.clock.words(row.said.get("basis", "")) or BASIS,
            considered_pay=weighed,
            considered_affiliation=weighed,
        )

    def act_of(self, day):
        """The act by which the Board determined independence that day: one for all of them."""
        title = "Determinations of independence"
        known = Act.objects.filter(day=day, committee=None, title=title, how=Act.How.PAPER)
        return known.first() or Act.objects.create(
            day=day, title=title, how=Act.How.PAPER, text=ACT
        )

    def leader(self, row):
        return Designation.objects.create(
            person=self.people[row.person],
            role=row.said["role"],
            since=row.since,
            until=row.until,
        )

    def committee(self, row):
        return Committee.objects.create(
            kind=row.said["kind"], name=row.said["name"], since=row.since, until=row.until
        )

    def seat(self, row):
        return Seat.objects.create(
            committee=self.committees[row.path[1]],
            person=self.people[row.person],
            chairs=row.said.get("chairs", False),
            financial_expert=row.said.get("financial_expert", False),
            since=row.since,
            until=row.until,
        )

    # --- Meetings ------------------------------------------------------------------------------

    def load_meetings(self):
        """Each meeting goes through the verbs of the rooms, in the order they were held."""
        for plan in self.plan.meetings:
            if plan.reference in self.known:
                continue
            replay = Replay(plan, self)
            with self.noting(replay):
                self.note(plan.reference, plan.digest, replay.run())
        self.pass_over_sessions()

    def pass_over_sessions(self):
        """A session that was not held before the next regular meeting is not waited for (P-15)."""
        held = Meeting.objects.filter(committee=None, kind="regular", convened_at__isnull=False)
        latest = held.order_by("starts_at").last()
        if latest and self.new:
            pass_over_earlier_sessions(latest, at=latest.convened_at)


def in_words(error):
    """What the database refused."""
    if isinstance(error, IntegrityError):
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or "a rule"
        return f"This contradicts what is there already ({name.replace('_', ' ')})."
    return f"The database refuses this: {str(error).splitlines()[0]}."
