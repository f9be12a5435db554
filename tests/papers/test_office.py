"""Word, Excel and PowerPoint files, by the very LibreOffice: papers come out, and nothing else."""

import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from governance.papers.cleaning import LIMITS, cleaned
from governance.papers.cleaning import parent as cleaning
from governance.papers.cleaning.limits import MIB
from governance.papers.cleaning.sentences import REFUSALS
from governance.refusals import Refused
from tests.factories import office
from tests.factories.office import TOLD
from tests.papers.inspecting import active_parts

pytestmark = pytest.mark.needs("libreoffice")
SLIDES = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
    xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" office:version="1.2"
    office:mimetype="application/vnd.oasis.opendocument.presentation">
<office:body><office:presentation>{pages}</office:presentation></office:body></office:document>
"""
SLIDE = """<draw:page draw:name="{0}"><draw:frame svg:x="2cm" svg:y="2cm" svg:width="9cm"
    svg:height="3cm"><draw:text-box><text:p>Invented slide {0}</text:p></draw:text-box></draw:frame>
</draw:page>"""


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A file of each kind as LibreOffice itself writes it."""
    folder = tmp_path_factory.mktemp("office")
    made = {}
    for name, told, kind in (
        ("minutes.txt", f"{TOLD}\n" * 200, "docx"),
        ("figures.csv", "".join(f"{at},invented\n" for at in range(90)), "xlsx"),
        ("slides.fodp", SLIDES.format(pages="".join(map(SLIDE.format, (1, 2, 3)))), "pptx"),
    ):
        (folder / name).write_text(told)
        profile = f"-env:UserInstallation={folder.as_uri()}/profile"
        to = ("--convert-to", kind, "--outdir", folder, folder / name)
        command = [cleaning.converter(), "--headless", profile, *to]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        made[kind] = (folder / name).with_suffix(f".{kind}").read_bytes()
    return made


@pytest.fixture
def listener():
    """Somebody at an address of this machine, who notes whether anybody comes."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.mark.parametrize(
    "kind, pages, words",
    [("docx", 4, TOLD), ("xlsx", 2, "invented"), ("pptx", 3, "Invented slide 1")],
)
def test_a_file_of_each_kind_becomes_a_paper(kind, pages, words, written, clean):
    made, path = clean(written[kind], limits=LIMITS)
    assert (made.kind, words in made.text[0]) == (kind, True)
    assert abs(made.pages - pages) <= 1
    assert active_parts(path) == []


@pytest.mark.parametrize("name", office.NAMES)
def test_nothing_that_a_file_asks_for_is_fetched_run_or_kept(name, clean, listener):
    host, port = listener.getsockname()
    made, path = clean(office.reaching(f"http://{host}:{port}")[name], limits=LIMITS)
    assert TOLD in " ".join(made.text)
    assert "root:" not in " ".join(made.text)
    assert active_parts(path) == []
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.mark.parametrize(
    "make",
    [
        lambda: office.entities('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;"),
        office.laughs,
        lambda: office.word(head="<not XML"),
    ],
    ids=["a file as an entity", "entities in entities", "no XML"],
)
def test_what_is_no_document_is_refused_in_a_sentence(make, clean, tmp_path):
    with pytest.raises(Refused) as refused:
        clean(make(), limits=LIMITS)
    assert refused.value.sentence in (REFUSALS["unconverted"], REFUSALS["time"])
    assert not (tmp_path / "clean.pdf").exists()


def test_a_sheet_without_an_end_is_ended_with_its_process(clean):
    with pytest.raises(Refused) as refused:
        clean(office.sheets(A1="near", XFD1048576="far"), limits=replace(LIMITS, seconds=8))
    assert refused.value.code == "time"
    assert left_behind() == []


def test_a_file_that_needs_more_memory_than_there_is_harms_nobody(written, clean):
    with pytest.raises(Refused) as refused:
        little = {"memory": 160 * MIB, "office_memory": 160 * MIB}
        clean(written["docx"], limits=replace(LIMITS, **little))
    assert refused.value.code in ("unconverted", "crash")
    assert left_behind() == []


def test_several_at_once_do_not_meet(written, tmp_path):
    """Each has a profile of its own; LibreOffice would hand the second one to the first."""

    def convert(at):
        source = tmp_path / f"{at}.docx"
        source.write_bytes(written["docx"])
        return cleaned(source, tmp_path / f"{at}.pdf").pages

    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(convert, range(3)))) == 1
    assert left_behind() == []


def left_behind():
    """Processes of LibreOffice that work in a folder of ours, which is gone by now."""
    found = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            told = line.read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if b"soffice" in told and b"/paper-" in told:
            found.append(told)
    return found
