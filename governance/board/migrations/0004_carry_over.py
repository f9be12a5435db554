"""Terms and acts for what was entered before they were kept."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import migrations

from governance.board.terms import earlier_terms

TITLE = "Determinations of independence"
TEXT = "RESOLVED, that the Board determines the independence of its directors as its records say."
BASIS = "As the Board's records of that day say."


def carry_over(apps, schema_editor):
    company = apps.get_model("records", "Company").objects.first()
    zone = ZoneInfo(company.time_zone if company else "America/New_York")
    give_terms(apps)
    give_acts(apps, zone)


def give_terms(apps):
    """A directorship said when its last term ends; the terms before it lasted three years each."""
    term = apps.get_model("board", "Term")
    elections = apps.get_model("board", "ClassElection")
    for row in apps.get_model("board", "Directorship").objects.order_by("-since"):
        year = row.term_ends_in
        while row.until and year - 3 >= row.until.year:
            year -= 3
        ends = row.since.replace(year=year, month=7, day=1)
        for since, ends_in in earlier_terms(row.since, ends):
            within = row.until is None or since < row.until
            if within and ends_in <= since.year + 3:
                term.objects.create(directorship=row, since=since, ends_in=ends_in)
        known = list(elections.objects.all())
        new = all(row.director_class != one.director_class for one in known)
        if row.until is None and new and all(year % 3 != one.year % 3 for one in known):
            elections.objects.create(director_class=row.director_class, year=year)


def give_acts(apps, zone):
    """Each determination was an act of the Board of its day."""
    act = apps.get_model("records", "Act")
    for row in apps.get_model("board", "Determination").objects.order_by("determined_on"):
        row.act, _ = act.objects.get_or_create(
            day=row.determined_on, how="paper", title=TITLE, defaults={"text": TEXT}
        )
        row.made_at = datetime.combine(row.determined_on, time.min, tzinfo=zone)
        row.basis = row.basis or BASIS
        row.considered_pay = row.considered_affiliation = row.independent
        row.save()


class Migration(migrations.Migration):
    dependencies = [
        ("board", "0003_standing_and_facts"),
        ("records", "0004_acts_of_bodies"),
    ]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
