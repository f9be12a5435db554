"""The book of the next Board meeting in the demo: invented papers, one of them brought twice."""

import tempfile
from datetime import timedelta
from pathlib import Path

from governance.meetings.models import Meeting, Purpose
from governance.meetings.moves import MeetingState
from governance.papers import operations
from governance.papers.models import Edition
from governance.records.models import Company
from governance.typesetting import typeset

THOUGHTS = (
    "Revenue of the quarter was {figure} million dollars, of which subscriptions were three "
    "quarters. Every figure in this paper is invented.",
    "Management expects the coming quarter to be level. Two large renewals fall into it; both "
    "customers have said that they mean to stay, and neither has signed.",
    "Costs rose with the new laboratory. Without it they would have been lower than a year ago by "
    "two parts in a hundred.",
    "One distributor accounts for a quarter of sales in the north. The contract ends in eighteen "
    "months, and management will bring alternatives before then.",
    "Working capital is as it was planned. Inventory is higher than it should be by about nine "
    "days, which management expects to undo by the end of the year.",
    "The committee that looked at this matter asked three questions: what it costs to wait, what "
    "would have to be true for it to fail, and who answers for it.",
)
HEADS = ("Where we stand", "What changed", "What is ahead")
QUARTERS = ("Q1", "Q2", "Q3", "Q4", "Q1", "Q2", "Q3", "Q4")
TITLES = {
    Purpose.DECIDE: "Proposal of management",
    Purpose.DISCUSS: "Report of management",
    Purpose.NOTE: "For the record",
}
ASKS = {
    Purpose.DECIDE: "The Board is asked to approve what this item proposes.",
    Purpose.DISCUSS: "No decision is sought today; the Board’s advice is.",
    Purpose.NOTE: "The Board is asked to take note.",
}


def bring_papers(secretary, now):
    """Bring a paper or two for every item, publish them, replace one, and publish again."""
    ahead = Meeting.objects.filter(
        committee=None, kind="regular", state__in=(MeetingState.SCHEDULED, MeetingState.NOTICED)
    )
    meeting = ahead.order_by("starts_at").first()
    if meeting is None or Edition.objects.exists():
        return
    first, later = now - timedelta(days=2), now - timedelta(hours=3)
    papers = []
    with tempfile.TemporaryDirectory(prefix="demo-") as folder:
        for item in meeting.items.order_by("position"):
            pages = 3 + 2 * (item.position % 3)
            path = written(Path(folder), item, pages, 40 + item.position)
            facts = {"name": path.name, "title": TITLES[item.purpose], "by": secretary, "at": first}
            papers.append(operations.bring_paper(item, source=path, **facts))
            operations.write_brief(
                item,
                decision=ASKS[item.purpose],
                changed="The figures run to the end of last month." if item.position == 2 else "",
                page_budget=10,
                by=secretary,
                at=first,
            )
        operations.publish_book(meeting, by=secretary, at=first)
        if len(papers) > 1:
            item = papers[1].item
            path = written(Path(folder), item, 3 + 2 * (item.position % 3), 57)
            operations.bring_version(papers[1], source=path, name=path.name, by=secretary, at=later)
            operations.publish_book(meeting, by=secretary, at=later)


def written(folder, item, sections, figure):
    """A paper on an item, as a file."""
    told = []
    for number in range(sections):
        words = [
            THOUGHTS[(number + at) % len(THOUGHTS)].format(figure=figure + number)
            for at in range(4)
        ]
        bars = [
            {"label": label, "number": figure + 3 * at + number, "forecast": at > 5}
            for at, label in enumerate(QUARTERS)
        ]
        told.append(
            {
                "title": f"{number + 1}. {HEADS[number % len(HEADS)]}",
                "words": words,
                "bars": bars if number % 2 == 0 else [],
            }
        )
    path = folder / f"{item.position}-{figure}.pdf"
    company = Company.current()
    path.write_bytes(
        typeset(
            "demo_paper",
            {
                "title": item.title,
                "company": company.name,
                "running": item.meeting.name,
                "foot": "Invented for the demo",
                "says": f"Paper for item {item.position} of {item.meeting.name}. All of it is "
                "invented.",
                "sections": told,
            },
        )
    )
    return path
