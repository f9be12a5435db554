"""The secretary's desk: one site of the admin, its parts grouped by what the secretary does."""

from django.urls import reverse
from unfold.sites import UnfoldAdminSite

from governance.admin import ChoicesView

# What is named nowhere here stands in the last group.
GROUPS = (
    (
        "People and offices",
        "Who the record speaks of, who holds which office, and who may sign in.",
        ("people.Person", "people.Appointment", "people.User"),
    ),
    (
        "Standing",
        "Who sits on the Board from when, for which term, in how many seats, and who leads it.",
        (
            *("board.Directorship", "board.Term", "board.Designation", "board.AuthorisedSeats"),
            *("board.ClassElection", "board.AnnualMeeting"),
        ),
    ),
    (
        "What is known of directors",
        "Facts that bear on independence, what directors do elsewhere, and what they bring.",
        (
            *("board.Fact", "board.Relative", "board.Organisation", "board.OrganisationYear"),
            *("board.ChangeReport", "board.Commitment", "board.SkillsEntry"),
        ),
    ),
    (
        "Independence",
        "The yearly round: questionnaires, examinations, and what the Board determined.",
        (
            *("board.Cycle", "board.Questionnaire", "board.Examination", "board.Determination"),
            "board.CounselInvitation",
        ),
    ),
    (
        "Committees and charters",
        "Who sits on which committee, under which charter, and what the Board has handed to it.",
        (
            *("committees.Committee", "committees.Seat", "committees.Charter"),
            *("committees.Delegation", "committees.Attestation", "committees.CureCase"),
            "committees.BoardException",
        ),
    ),
    (
        "Meetings and decisions",
        "The calendar and its agendas, what was moved and consented to, and the acts that follow.",
        (
            *("meetings.Meeting", "decisions.Motion", "decisions.WrittenConsent"),
            *("meetings.AgendaTemplate", "minutes.Minutes", "minutes.MinutesRule"),
            *("papers.BookRule", "papers.Hold"),
            "records.Act",
        ),
    ),
    (
        "Letters",
        "What the portal has written to whom, and what waits to be sent.",
        ("notices.Notice", "notices.Letter"),
    ),
    (
        "Company",
        "What holds of the Company for a time, and what is to be told outside.",
        ("board.CompanyStatus", "board.Filing"),
    ),
)


class Desk(UnfoldAdminSite):
    """The admin as the secretary's office finds it."""

    index_title = "What the office keeps"

    def autocomplete_view(self, request):
        return ChoicesView.as_view(admin_site=self)(request)

    def get_app_list(self, request, app_label=None):
        """The parts that the reader may open, by what is done there; those of one room by name."""
        rooms = super().get_app_list(request, app_label)
        if app_label is not None:
            return rooms
        parts = {part["model"]._meta.label: part for room in rooms for part in room["models"]}
        groups = []
        for name, about, labels in GROUPS:
            chosen = [parts.pop(label) for label in labels if label in parts]
            groups.append(group(name, about, chosen))
        groups[-1]["models"] += parts.values()
        return [one for one in groups if one["models"]]


def group(name, about, parts):
    """A group as the templates of the admin read it, which know of rooms."""
    return {
        "name": name,
        "about": about,
        "app_label": name.lower().replace(" ", "-"),
        "app_url": reverse("admin:index"),
        "has_module_perms": True,
        "models": parts,
    }
