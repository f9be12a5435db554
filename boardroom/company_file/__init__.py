"""The company file: one text that describes a company's board, read, checked and loaded whole.

`reading` turns the text into plain values that know their lines, `shape` holds them against the
JSON Schema, `checks` and `meeting_checks` against each other, `loading` and `replay` bring them
into the database through the verbs of the rooms. See docs/company-file.md.
"""
