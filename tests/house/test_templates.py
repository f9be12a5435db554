"""Pages load nothing from elsewhere, carry no script or style in themselves, and guard forms."""

import re
from pathlib import Path

import pytest

from tests.house.source import (
    elements,
    for_each,
    modules,
    repository,
    templates,
    text_of,
    without_comments,
)

PAGES = [name for name in templates() if name.endswith((".html", ".svg"))]
# Letters are read in a mail program, which knows no style sheet of ours and no policy.
LETTERS = [name for name in PAGES if "/mail/" in name]
STATIC = [
    name
    for name in repository()
    if name.startswith("static/") and name.endswith((".css", ".js", ".mjs", ".svg", ".html"))
]

# Forms whose token comes from elsewhere, each with its reason.
TOKEN_ELSEWHERE = {
    "templates/allauth/elements/form.html": "the page that fills its body puts the token there",
    "templates/allauth/elements/form__manage.html": "the page that fills its body does",
}
# Where text is taken as it is, unescaped, or a guard is lifted, each with its reason.
UNESCAPED = {
    "governance/notices/views.py": "a mail program posts to a signed address, without a token",
    "governance/papers/views/books.py": "a cover's shapes of letters, drawn by our own template",
    "governance/notices/admin.py": "a letter's text, escaped while its links are made",
}
# Links that lead out of the portal, each with its reason.
LINKS_OUT: dict[str, str] = {}

RAW = re.compile(r"\|\s*safe(?:seq)?\b|{%\s*autoescape\s+off")
RAW_CODE = re.compile(r"\b(?:mark_safe|SafeString|SafeText|csrf_exempt|xframe_options_exempt)\b")
ELSEWHERE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
LOADED_BY_STYLE = re.compile(r"(?:url\(\s*|@import\s+)[\"']?((?:https?:)?//[^\"')\s]+)")
ADDRESS = re.compile(r"https?://[^\s\"'`)<>]+")
# Names of XML vocabularies look like addresses and are never fetched.
VOCABULARY = ("http://www.w3.org/",)
POINTS = ("src", "href", "action", "data", "poster", "srcset", "formaction", "xlink:href")
DATA_SCRIPTS = ("application/json", "application/ld+json")


def leads_elsewhere(template):
    """Addresses on other hosts that a page loads, links or sends to."""
    for element in elements(template):
        for name in POINTS:
            if ELSEWHERE.match(element.attributes.get(name, "")):
                yield f"line {element.line}: <{element.tag} {name}>"
    yield from LOADED_BY_STYLE.findall(without_comments(template))


def written_into_the_page(template):
    """Scripts, styles and handlers in the markup itself, which the content policy refuses."""
    for element in elements(template):
        given = element.attributes
        if element.tag == "style" or "style" in given:
            yield f"line {element.line}: style"
        data = given.get("type") in DATA_SCRIPTS
        if element.tag == "script" and "src" not in given and not data:
            yield f"line {element.line}: script"
        if any(given.get(name, "").strip().lower().startswith("javascript:") for name in POINTS):
            yield f"line {element.line}: javascript:"
        if any(re.match(r"on[a-z]|hx-on|x-on", name) for name in given):
            yield f"line {element.line}: handler"


def unguarded_forms(template):
    """Forms that may post, without a token between their tags."""
    text = without_comments(template)
    for form in re.finditer(r"<form\b(?P<tag>.*?)>(?P<body>.*?)(?:</form>|\Z)", text, re.S):
        # A method the template computes may be a post.
        posts = re.search(r"\bmethod=\s*[\"']?\s*(?:post|{)", form["tag"], re.I)
        if posts and "{% csrf_token %}" not in form["body"]:
            yield f"line {text.count(chr(10), 0, form.start()) + 1}"
    for form in re.finditer(
        r"{%\s*element form\b(?P<tag>.*?)%}(?P<body>.*?){%\s*endelement", text, re.S
    ):
        if (
            re.search(r"method=\s*[\"']?post", form["tag"], re.I)
            and "csrf_token" not in form["body"]
        ):
            yield f"line {text.count(chr(10), 0, form.start()) + 1}"


@for_each(PAGES)
def test_a_page_leads_nowhere_else(name):
    if name not in LINKS_OUT:
        assert list(leads_elsewhere(text_of(name))) == []


@for_each(name for name in PAGES if name not in LETTERS)
def test_nothing_is_written_into_a_page(name):
    assert list(written_into_the_page(text_of(name))) == []


@for_each(PAGES)
def test_every_form_that_posts_is_guarded(name):
    if name not in TOKEN_ELSEWHERE:
        assert list(unguarded_forms(text_of(name))) == []


@for_each(PAGES)
def test_text_is_escaped(name):
    if name not in UNESCAPED:
        assert RAW.findall(without_comments(text_of(name))) == []


@for_each(modules())
def test_code_neither_trusts_markup_nor_lifts_a_guard(module):
    if module.path not in UNESCAPED:
        assert RAW_CODE.findall(module.text) == []


@for_each(STATIC)
def test_our_own_files_fetch_nothing_from_elsewhere(name):
    found = [address for address in ADDRESS.findall(text_of(name)) if "w3.org" not in address]
    assert [address for address in found if not address.startswith(VOCABULARY)] == []
    assert LOADED_BY_STYLE.findall(text_of(name)) == []


def test_every_listed_exception_still_has_its_place():
    listed = {*TOKEN_ELSEWHERE, *UNESCAPED, *LINKS_OUT}
    assert [name for name in listed if name not in repository()] == []
    assert [name for name in TOKEN_ELSEWHERE if not list(unguarded_forms(text_of(name)))] == []
    assert [name for name in LINKS_OUT if not list(leads_elsewhere(text_of(name)))] == []
    raw = (RAW, RAW_CODE)
    assert [n for n in UNESCAPED if not any(rule.search(text_of(n)) for rule in raw)] == []


def test_there_are_pages_to_look_at():
    assert len(PAGES) >= 20
    assert len(STATIC) >= 3
    assert all(Path(name).suffix for name in PAGES)


@pytest.mark.parametrize(
    "markup",
    [
        '<script src="https://cdn.example.com/x.js"></script>',
        '<link href="//fonts.example.com/a.css">',
        '<img {% if a %}src="HTTP://example.com/a.png"{% endif %}>',
        '<form action="https://example.com/">',
        '<use xlink:href="https://example.com/a.svg#b">',
        "<style>@import 'https://example.com/a.css'</style>",
    ],
)
def test_the_check_sees_what_leads_elsewhere(markup):
    assert list(leads_elsewhere(markup))


@pytest.mark.parametrize(
    "markup",
    [
        "<p style='color: red'>",
        "<style>p {}</style>",
        "<script>vote()</script>",
        '<script nonce="{{ nonce }}">vote()</script>',
        '<button onclick="vote()">',
        '<a href="javascript:vote()">',
        '<div hx-on:click="vote()">',
        '<p {% if a %}style="color: red"{% endif %}>',
    ],
)
def test_the_check_sees_what_is_written_into_a_page(markup):
    assert len(list(written_into_the_page(markup))) == 1


@pytest.mark.parametrize(
    "markup",
    [
        '<form method="post"><button>Vote</button></form>',
        "<form method=POST>{# {% csrf_token %} #}</form>",
        '<form method="post"><p></form><form method="post">{% csrf_token %}</form>',
        "<form method=\"{{ how|default:'get' }}\"></form>",
        '{% element form method="post" action=url %}{% endelement %}',
    ],
)
def test_the_check_sees_an_unguarded_form(markup):
    assert len(list(unguarded_forms(markup))) == 1


@pytest.mark.parametrize(
    "markup",
    [
        "<a href=\"{% url 'board:page' %}\">Board</a>",
        '<script src="{% static "js/portal.js" %}" defer></script>',
        '<script type="application/json" id="points">{}</script>',
        '<form method="get"></form><form method="post">{% csrf_token %}</form>',
        '{# <p style="color: red"> https://example.com #}',
        '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
    ],
)
def test_the_checks_let_a_plain_page_pass(markup):
    assert not [*leads_elsewhere(markup), *written_into_the_page(markup), *unguarded_forms(markup)]
