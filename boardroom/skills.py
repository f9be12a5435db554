"""The skills matrix as of any day: what each director brings, in words (G-BRD-01).

For directors in office and the secretary's office; for everybody else it is not there (AC-BRD).
"""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from boardroom.board import as_of, of_the_board, said_observation
from boardroom.forms import AsOfForm
from boardroom.independence import said_long
from governance.board.models import HEADINGS, Directorship, SkillsEntry
from governance.board.skills import is_of_this_year, observe


@require_safe
def matrix(request):
    """Each director in office that day, under the four headings (G-BRD-01)."""
    user, today = request.user, timezone.localdate()
    if not of_the_board(user):
        raise Http404
    form = AsOfForm(request.GET, today=today)
    day = form.day
    seated = Directorship.objects.visible_to(user).on(day).select_related("person")
    directors = [row.person for row in seated.order_by("person__family_name", "person__given_name")]
    entries = SkillsEntry.objects.visible_to(user).on(day).filter(person__in=directors)
    standing = {entry.person_id: entry for entry in entries}
    observed = observe(
        {one.pk: one.name for one in directors},
        {key: entry.since for key, entry in standing.items()},
        day,
    )
    page = {
        **as_of(form, today),
        "headings": [heading.capitalize() for heading in HEADINGS],
        "rows": [row_of(one, standing.get(one.pk), day) for one in directors],
        "observed": said_observation(observed),
        "enter": user.is_secretary and reverse("admin:board_skillsentry_add"),
    }
    return render(request, "board/skills.html", page)


def row_of(person, entry, day):
    """One director: a cell for each heading, and from which day the words are."""
    return {
        "name": person.name,
        "url": reverse("board:director", args=[person.pk]),
        "dated": said_dated(entry, day),
        "cells": [
            {"heading": heading.capitalize(), "says": getattr(entry, heading, "")}
            for heading in HEADINGS
        ],
    }


def said_dated(entry, day):
    """ "As of 3 March 2026", and whether that is more than twelve months ago."""
    if entry is None:
        return "No entry yet"
    old = "" if is_of_this_year(entry.since, day) else ", more than twelve months ago"
    return f"As of {said_long(entry.since)}{old}"
