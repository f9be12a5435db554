"""What is asked of the rows to compose the Board and its committees on a day (C7, M-17)."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from governance.board.models import (
    AnnualMeeting,
    AuthorisedSeats,
    ChangeReport,
    ClassElection,
    CompanyStatus,
    Directorship,
    Standard,
    Term,
)
from governance.committees.charters import SOPHISTICATION
from governance.committees.curing import CureCase, CureDeadline
from governance.committees.models import Attestation, BoardException, Committee, Seat
from governance.people.models import EMPLOYED_OFFICES, Appointment
from governance.records.models import Company

FIXED = ("number", "class_i", "class_ii", "class_iii")


def framed(day):
    """The Company with what holds of its whole Board that day, in one question.

    The years in which a class is elected are the same on every day.
    """
    fixed = AuthorisedSeats.objects.filter(since__lte=day).order_by("-since")
    elections = ClassElection.objects.order_by("director_class")
    meetings = AnnualMeeting.objects.filter(held=True, day__lte=day).order_by("year")
    return Company.objects.annotate(
        **{f"fixed_{name}": Subquery(fixed.values(name)[:1]) for name in FIXED},
        elected_classes=ArraySubquery(elections.values("director_class")),
        elected_years=ArraySubquery(elections.values("year")),
        meeting_years=ArraySubquery(meetings.values("year")),
        meeting_days=ArraySubquery(meetings.values("day")),
        statuses=ArraySubquery(CompanyStatus.objects.on(day).values("kind")),
    )


def sitting(day):
    """The directorships of the day, with the value under each standard and the running term."""
    mine = {"person": OuterRef("person")}
    serving = Appointment.objects.on(day).filter(**mine, office__in=EMPLOYED_OFFICES)
    terms = Term.objects.filter(directorship=OuterRef("pk"), since__lte=day).order_by("-since")
    reports = ChangeReport.objects.filter(**mine, reported_on__lte=day).order_by("-reported_at")
    rows = Directorship.objects.on(day).annotate(
        given_name=F("person__given_name"),
        family_name=F("person__family_name"),
        is_employed=Exists(serving.order_by()),
        term_since=Subquery(terms.values("since")[:1]),
        term_how=Subquery(terms.values("how")[:1]),
        term_ends_in=Subquery(terms.values("ends_in")[:1]),
        reported_on=Subquery(reports.values("reported_on")[:1]),
        reported_at=Subquery(reports.values("reported_at")[:1]),
    )
    for standard in Standard:
        rows = rows.with_independence(day, standard, prefix=f"{standard}_")
    return rows.order_by("family_name", "given_name")


def seats_of_directors(day):
    """The seats of the day; whoever has left the Board has left its committees."""
    seats = Seat.objects.on(day)
    names = {name: F(f"person__{name}") for name in ("given_name", "family_name")}
    attested = Attestation.objects.filter(
        seat__committee=OuterRef("committee"),
        seat__person=OuterRef("person"),
        code=SOPHISTICATION,
        found_on__lte=day,
    ).order_by("-found_on")
    seats = seats.annotate(sophisticated=Subquery(attested.values("holds")[:1]))
    return seats.annotate(**names).order_by("-chairs", "family_name", "given_name")


def formed(day):
    """The committees of the day, with the end of an exception that the Board has made."""
    made = BoardException.objects.on(day).filter(committee=OuterRef("pk"), provision="G-COM-02")
    rows = Committee.objects.on(day).order_by("name")
    return rows.annotate(excepted_until=Subquery(made.order_by().values("until")[:1]))


def running_cases(day):
    """Cure cases whose event had come by the day, that had not ended, with their deadline then."""
    reckoned = CureDeadline.objects.filter(case=OuterRef("pk"))
    by_then = reckoned.filter(reckoned_on__lte=day).order_by("-number")
    latest = {
        name: Coalesce(
            Subquery(by_then.values(name)[:1]),
            Subquery(reckoned.order_by("number").values(name)[:1]),
        )
        for name in ("deadline", "provisional")
    }
    over = Q(ended_on__isnull=True) | Q(ended_on__gt=day)
    return list(CureCase.objects.filter(over, event_on__lte=day).annotate(**latest))
