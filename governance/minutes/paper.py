"""Minutes as a document, for one reader: what they may not read is left out of their copy."""

from django.utils import timezone

from governance.minutes.assembling import title_of
from governance.minutes.models import APPROVED
from governance.records.models import Company
from governance.typesetting import typeset
from governance.words import said_hour, said_long_day


def minutes_on_paper(minutes, parts):
    """The PDF of the minutes; `parts` as the reader's page shows them."""
    company, version = Company.current(), minutes.current
    walled = any("withheld" in part for part in parts)
    corrections = [] if walled else minutes.corrections.filter(state="locked")
    return typeset(
        "minutes",
        {
            "title": title_of(minutes.meeting),
            "company": company.name,
            "running": minutes.meeting.name,
            "foot": "" if walled else f"Version {version.number}, text {version.digest}",
            "stands": stands(minutes, version, walled),
            "parts": [printed(part) for part in parts],
            "corrections": [corrected(one) for one in corrections.select_related("approved_by")]
            if corrections
            else [],
            "signatures": [
                signed(one, company) for one in minutes.signatures.select_related("signer")
            ],
        },
    )


def stands(minutes, version, walled):
    """What the copy is: a draft, approved, from paper, or one that leaves something out."""
    said = f"{minutes.get_state_display()}, version {version.number}."
    if minutes.state not in APPROVED:
        said = f"Not approved. {said}"
    elif minutes.approved_by:
        said = f"Approved on {said_long_day(minutes.approved_by.day)}."
    said = f"{said} {minutes.meeting.entered_in_words}".strip()
    return f"{said} This copy leaves out what its reader is recused from." if walled else said


def printed(part):
    """One part in the words of the page."""
    if "withheld" in part:
        return {
            "heading": "",
            "withheld": part["withheld"],
            "facts": [],
            "words": "",
            "papers": "",
            "resolutions": [],
        }
    kept = part["part"]
    return {
        "heading": kept.heading,
        "withheld": "",
        "facts": list(kept.facts),
        "words": kept.words,
        "papers": kept.papers_in_words,
        "resolutions": [
            {"preface": one.preface, "text": one.text, "says": one.says} for one in kept.resolutions
        ],
    }


def corrected(one):
    day = said_long_day(one.approved_by.day)
    return {
        "heading": f"Correction {one.number}",
        "text": one.text,
        "says": f"{one.reason} Approved on {day}.",
    }


def signed(one, company):
    at = timezone.localtime(one.signed_at, company.zone)
    with timezone.override(company.zone):
        day = f"{said_long_day(at.date())}, {said_hour(one.signed_at)} {company.zone_words}"
    capacity = one.get_capacity_display()
    return {"name": one.signer.name, "says": f"{capacity}. Signed in the portal on {day}."}
