"""Read a company file: plain values, and for each of them the line on which it stands."""

import unicodedata
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode
from ruamel.yaml.reader import ReaderError

from boardroom.company_file.problems import Problem, Unloadable

# More than any company fills; a file larger than this was chosen by mistake.
MOST_BYTES = 5_000_000
DEEPEST = 20
PLAIN = "tag:yaml.org,2002:"
ALLOWED_CONTROLS = "\n\t"


@dataclass
class Document:
    """The values of a file. A path such as ("people", "ada", "email") names one of them."""

    data: object = None
    lines: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)

    def line(self, path):
        """The line of a value, or of the nearest one around it that the file does have."""
        path = tuple(path)
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]

    def wrong(self, path, sentence):
        self.problems.append(Problem(self.line(path), sentence))


def read_file(path):
    """The document in a file; raises Unloadable where there is none to speak of."""
    try:
        with open(path, "rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise Unloadable([Problem(0, f"{path} cannot be opened: {reason}.")]) from error
    return read(content)


def read(content):
    """The document in some bytes."""
    if len(content) > MOST_BYTES:
        raise Unloadable([Problem(0, "This file is far too large for a company file.")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        said = "This is not UTF-8 text. Save the file again as UTF-8."
        raise Unloadable([Problem(line, said)]) from error
    root = compose(text)
    if root is None:
        raise Unloadable([Problem(1, "The file is empty: it describes no company.")])
    document = Document(lines={(): 1})
    document.data = Builder(document).build(root, ())
    return document


def compose(text):
    """The nodes of a YAML text; a text that is no YAML has one problem, the first."""
    try:
        return YAML(typ="safe", pure=True).compose(text)
    except ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise Unloadable([Problem(line, "There is a character here that no text has.")]) from error
    except MarkedYAMLError as error:
        raise Unloadable([Problem(line_of(error), said_of(error))]) from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise Unloadable([Problem(1, "This cannot be read as YAML.")]) from error


def line_of(error):
    mark = error.problem_mark or error.context_mark
    return mark.line + 1 if mark else 1


def said_of(error):
    what = (error.problem or error.context or "it is not well formed").strip()
    return f"This cannot be read as YAML: {what}. Look at the indentation, colons and quotes."


class Builder:
    """Turns nodes into values and notes their lines, and what YAML allows but we do not."""

    def __init__(self, document):
        self.document = document
        self.seen = set()

    def build(self, node, path):
        if node.anchor or id(node) in self.seen:
            self.note(
                node, "Anchors (&) and aliases (*) are not used in a company file: repeat it."
            )
            return None
        if len(path) > DEEPEST:
            self.note(node, "This is nested too deeply.")
            return None
        self.seen.add(id(node))
        if isinstance(node, MappingNode):
            return self.mapping(node, path)
        if isinstance(node, ScalarNode):
            return self.scalar(node)
        return [self.item(child, (*path, number)) for number, child in enumerate(node.value)]

    def note(self, node, sentence):
        self.document.problems.append(Problem(node.start_mark.line + 1, sentence))

    def item(self, node, path):
        self.document.lines[path] = node.start_mark.line + 1
        return self.build(node, path)

    def mapping(self, node, path):
        found = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if not isinstance(key_node, ScalarNode):
                self.note(key_node, "A key has to be a word.")
            elif key in found:
                first = self.document.lines[(*path, key)]
                self.note(key_node, f"“{key}” stands here twice; the first is on line {first}.")
            else:
                self.document.lines[(*path, key)] = key_node.start_mark.line + 1
                found[key] = self.build(value_node, (*path, key))
        return found

    def scalar(self, node):
        kind = str(node.tag).removeprefix(PLAIN)
        if kind == "null":
            return None
        if kind == "bool":
            return node.value.lower() == "true"
        if (
            kind == "int"
            and node.value.lstrip("+-").isascii()
            and node.value.lstrip("+-").isdigit()
        ):
            return int(node.value[:30])
        if kind not in ("str", "timestamp", "int", "float", "merge"):
            self.note(node, f"“{node.tag}” is not used in a company file.")
        return self.text(node)

    def text(self, node):
        for letter in node.value:
            control = unicodedata.category(letter) == "Cc" and letter not in ALLOWED_CONTROLS
            if control or unicodedata.category(letter) == "Cs":
                self.note(node, "There is a character here that no text has.")
                return ""
        return node.value
