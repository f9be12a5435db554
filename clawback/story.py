"""What happened in a case, and who did it: told from the record, to whoever may know of it."""

from dataclasses import dataclass
from datetime import datetime

from clawback.exposure import STATE
from clawback.models import CaseInvitation, CounselNote, Estimate, Evidence, Resolution
from governance.records.models import Entry

MOST = 30
# What a move of the case is called where it is told.
SAID = {
    "open": "Case opened",
    "scope": "Awards looked for",
    "calculate": "Amounts calculated",
    "present": "Case laid before the Committee",
    STATE.name: "Case marked for section 304",
}


@dataclass(frozen=True)
class Happened:
    """One thing: when, what, by whom, and where to read it; `sealed` where the words are."""

    at: datetime
    says: str
    url: str = ""
    sealed: bool = False


def story_of(case, reader, person=None):
    """The latest first: of the case, or of one participant."""
    told = [*of_case(case), *of_resolutions(case, reader, person), *of_papers(case, reader, person)]
    if person is None:
        told += [*of_walls(case), *of_invitations(case, reader)]
    # Of what happened at one instant, the later comes first as well.
    return sorted(told, key=lambda one: one.at)[::-1][:MOST]


def of_case(case):
    yield Happened(case.restatement.recorded_at, "Restatement recorded")
    for entry in Entry.objects.about(case).select_related("actor__person"):
        yield Happened(entry.at, f"{SAID[entry.move]}{by(entry.actor)}")


def by(user):
    return f" by {user.person}" if user else ""


def of_walls(case):
    for wall in case.restatement.walls.select_related("person", "ordered_by__person"):
        yield Happened(wall.at, f"{wall.person} walled from it{by(wall.ordered_by)}")


def of_invitations(case, reader):
    rows = CaseInvitation.objects.visible_to(reader).filter(case=case)
    for row in rows.select_related("person", "invited_by__person"):
        says = f"{row.person} let in as {row.get_capacity_display().lower()}{by(row.invited_by)}"
        yield Happened(row.at, says)


def of_resolutions(case, reader, person):
    rows = Resolution.objects.visible_to(reader).filter(case=case)
    if person:
        rows = rows.filter(person=person)
    entries = Entry.objects.filter(
        subject_label="clawback.resolution", subject_id__in=rows.values("pk")
    )
    about = {row.pk: row for row in rows.select_related("person")}
    said = {move.name: move.said for move in Resolution.MOVES}
    for entry in entries.select_related("actor__person"):
        row = about[entry.subject_id]
        what = f"{row.get_kind_display()}{f' on {row.person}' if row.person else ''}"
        says = f"{what}: {said[entry.move]}{by(entry.actor)}"
        yield Happened(entry.at, says, row.get_absolute_url(), sealed=True)


def of_papers(case, reader, person):
    """Evidence, estimates and what counsel wrote, as far as the reader may read it."""
    mine = {"person": person} if person else {}
    for row in Evidence.objects.visible_to(reader).filter(case=case, **mine):
        says = f"Evidence attached: {row.get_condition_display().lower()}"
        yield Happened(row.at, f"{says}{by(row.given_by)}", sealed=True)
    for row in CounselNote.objects.visible_to(reader).filter(case=case, **mine):
        says = f"Note of counsel: {row.get_question_display().lower()}"
        yield Happened(row.at, f"{says}{by(row.given_by)}", sealed=True)
    lines = {"line__award__person": person} if person else {}
    for row in Estimate.objects.visible_to(reader).filter(case=case, **lines):
        yield Happened(row.at, f"Estimate of {row.measure} proposed{by(row.prepared_by)}")
        if row.adopted_at:
            yield Happened(row.adopted_at, f"Estimate of {row.measure} adopted{by(row.adopted_by)}")
