"""The secretary's admin of standing: who sits, what is known of them, how they are found."""

from governance.board.admin import (
    commitments,
    company,
    composition,
    facts,
    independence,
    skills,
)

__all__ = ["commitments", "company", "composition", "facts", "independence", "skills"]
