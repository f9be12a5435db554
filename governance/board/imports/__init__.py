"""Directors and facts from a table, and back: each row is entered by the verbs of this room."""

from governance.board.imports.directors import DirectorSheet
from governance.board.imports.facts import FactSheet

__all__ = ["DirectorSheet", "FactSheet"]
