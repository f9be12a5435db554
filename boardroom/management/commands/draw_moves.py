"""Draw the moves of every noun into its room's README, between two marks."""

import re
from pathlib import Path

from django.apps import apps
from django.core.management.base import BaseCommand

from governance.records.models import recorded_models
from governance.records.moves import diagram

BEGIN, END = "<!-- moves: drawn by manage.py draw_moves -->", "<!-- end of moves -->"
DRAWN = re.compile(rf"\n*{re.escape(BEGIN)}.*{re.escape(END)}\n", re.DOTALL)


def rooms():
    """Each room's README with the nouns whose states it keeps."""
    found: dict[Path, list] = {}
    for model in recorded_models():
        readme = Path(apps.get_app_config(model._meta.app_label).path) / "README.md"
        found.setdefault(readme, []).append(model)
    return found


def drawn(text, models):
    """The README's text with the diagrams of these nouns as their tables are now."""
    parts = [f"### Moves of {model.__name__}\n\n{diagram(model.MOVES)}" for model in models]
    block = "\n\n".join([BEGIN, *parts, END])
    return f"{DRAWN.sub('', text).rstrip()}\n\n{block}\n"


class Command(BaseCommand):
    help = "Draw the tables of moves into the READMEs of their rooms."

    def handle(self, *args, **options):
        for readme, models in rooms().items():
            readme.write_text(drawn(readme.read_text(), models))
            self.stdout.write(f"Drew {len(models)} in {readme.parent.name}")
