"""Agendas, resolutions, certificates and consents as documents, for whoever reads the matter."""

from datetime import timedelta

from django.utils import timezone

from governance.decisions.operations import tally_of
from governance.records.models import Company
from governance.typesetting import typeset
from governance.words import said_day, said_hour, said_hours, said_long_day


def body_of(matter):
    """ "Board of Directors", or the committee's name."""
    return matter.committee.name if matter.committee_id else "Board of Directors"


def said_at(instant, company):
    day = said_long_day(timezone.localdate(instant))
    return f"{day}, {said_hour(instant)} {company.zone_words} time"


def agenda_on_paper(meeting, items):
    """The agenda with its hours; of a withheld item its slot, and since when it is withheld.

    `items` are those of the reader's page: with what comes before each, and the day of a recusal.
    """
    company = Company.current()
    begins, day = meeting.begins_at, timezone.localdate(meeting.begins_at)
    hours = said_hours(meeting.begins_at, meeting.ends_at, company.zone_words)
    where = "; ".join(filter(None, (meeting.place, meeting.dial_in)))
    told = []
    for item in items:
        slot = {
            "hour": said_hour(begins + timedelta(minutes=item.minutes_before)),
            "length": f"{item.minutes} min",
        }
        if item.recused_since:
            since = said_day(timezone.localdate(item.recused_since), company.today())
            told.append(slot | {"title": f"Item {item.position}", "says": f"Recused since {since}"})
        else:
            about = [item.get_purpose_display()]
            about += [f"presented by {item.presenter}"] if item.presenter else []
            title = f"{item.position}. {item.title}"
            told.append(slot | {"title": title, "says": ", ".join(about)})
    kind = meeting.get_kind_display().lower()
    return typeset(
        "agenda",
        {
            "title": f"Agenda: {meeting.name}",
            "company": company.name,
            "running": body_of(meeting),
            "foot": "",
            "stands": f"{said_long_day(day)}, {hours}, a {kind} meeting. {where}. "
            f"{meeting.entered_in_words}".strip(),
            "items": told,
        },
    )


def resolution_on_paper(motion):
    """A motion in its exact words, with how the body decided it."""
    company, meeting = Company.current(), motion.meeting
    stands = f"{body_of(meeting)}, {said_long_day(timezone.localdate(meeting.begins_at))}. "
    stands = f"{stands}{meeting.entered_in_words}".strip()
    return typeset("resolution", {**resolution(motion, company, stands), "certifies": ""})


def certificate_on_paper(motion, secretary):
    """The Corporate Secretary certifies a carried resolution, for a bank or an agency to rely on.

    It is printed to be signed by hand.
    """
    company, meeting = Company.current(), motion.meeting
    certifies = (
        f"I, {secretary.name}, certify that I am the Corporate Secretary of {company.name}; that "
        f"the following is a true copy of a resolution of its {body_of(meeting)}, carried at a "
        f"{meeting.get_kind_display().lower()} meeting held on "
        f"{said_long_day(timezone.localdate(meeting.begins_at))} at which a quorum was present; "
        "and that it stands in the record as it was carried."
    )
    facts = resolution(motion, company, "") | {
        "title": "Secretary's certificate",
        "certifies": certifies,
        "signs": {"name": secretary.name, "says": "Corporate Secretary. Date:"},
    }
    return typeset("resolution", facts)


def resolution(motion, company, stands):
    seconded = f", seconded by {motion.seconder}" if motion.seconder else ""
    says = [f"Moved by {motion.mover}{seconded}."]
    if motion.is_decided:
        tally = tally_of(motion)
        says += filter(None, (tally.in_words, tally.safe_harbour_in_words))
        says.append(f"Decided on {said_at(motion.closed_at, company)}.")
    else:
        says.append(f"{motion.get_state_display()}: not decided.")
    return {
        "title": motion.title,
        "company": company.name,
        "running": motion.meeting.name,
        "foot": f"Text {motion.digest}",
        "stands": stands,
        "text": motion.text,
        "says": says,
        "signs": None,
    }


def consent_on_paper(consent, signatures):
    """A written consent with every signature that stands, and from when it counts (L-43)."""
    company = Company.current()
    if consent.effective_at:
        stands = f"In effect since {said_at(consent.effective_at, company)}."
    else:
        stands = f"{consent.get_state_display()}: not in effect."
    told = []
    for one in signatures:
        says = f"Signed on {said_at(one.signed_at, company)}"
        if one.counts_from > one.signed_at:
            says += f", counts from {said_at(one.counts_from, company)}"
        disclosed = f" Discloses: {one.disclosure}" if one.disclosure else ""
        told.append({"name": one.signer.name, "says": f"{says}.{disclosed}"})
    return typeset(
        "consent",
        {
            "title": consent.title,
            "company": company.name,
            "running": "Unanimous written consent",
            "foot": f"Text {consent.digest}",
            "stands": stands,
            "opening": f"The members of the {body_of(consent)} consent to the following without a "
            "meeting, under section 141(f) of the Delaware General Corporation Law.",
            "text": consent.text,
            "signatures": told,
        },
    )
