"""What is no paper is refused with a sentence, whatever it does to the process that opens it."""

import logging
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from textwrap import indent

import pytest

from governance.papers.cleaning import Limits, cleaned
from governance.papers.cleaning import parent as cleaning
from governance.papers.cleaning.confinement import HOUSE, confined
from governance.papers.cleaning.kinds import kind_of
from governance.papers.cleaning.limits import MIB, Unfit
from governance.papers.cleaning.sentences import REFUSALS, SAID_ONCE, TAKEN_OUT, refusal, taken_out
from governance.refusals import Refused
from tests.factories.floods import HARMLESS, REFUSED, SMALL, SOMEHOW_REFUSED, docx
from tests.factories.hostile import ACTIVE, openly, two_pages, written
from tests.papers.inspecting import active_parts

OPENED_BY_NOBODY = ("kind", "empty", "old_office", "macros")


@pytest.mark.parametrize("name", [n for n in REFUSED if REFUSED[n][1] not in OPENED_BY_NOBODY])
def test_a_file_is_refused_with_its_reason(name, clean, tmp_path):
    make, code = REFUSED[name]
    with pytest.raises(Refused) as refused:
        clean(make(), limits=SMALL)
    assert refused.value.code == code
    assert not (tmp_path / "clean.pdf").exists()


@pytest.mark.parametrize("name", [n for n in REFUSED if REFUSED[n][1] in OPENED_BY_NOBODY])
def test_a_file_of_another_kind_is_not_opened(name, tmp_path):
    make, code = REFUSED[name]
    path = tmp_path / "upload.pdf"
    path.write_bytes(make())
    with pytest.raises(Unfit) as unfit:
        kind_of(path, SMALL)
    assert unfit.value.code == code


@pytest.mark.parametrize("name", SOMEHOW_REFUSED)
def test_whatever_a_file_does_nobody_else_feels_it(name, clean):
    began = time.monotonic()
    with pytest.raises(Refused) as refused:
        clean(SOMEHOW_REFUSED[name](), limits=SMALL)
    assert refused.value.code in ("broken", "unpacked", "crash", "time")
    assert time.monotonic() - began < 2 * SMALL.seconds


@pytest.mark.parametrize("name", HARMLESS)
def test_what_only_looks_wrong_comes_out_clean(name, clean):
    made, path = clean(HARMLESS[name](), limits=SMALL)
    assert active_parts(path) == []
    assert made.pages


def test_a_file_whose_table_is_wrong_is_mended_and_that_is_told(clean):
    data = openly(lambda pdf: None)
    place = data.rindex(b"startxref\n") + len(b"startxref\n")
    made, path = clean(data[:place] + b"7\n%%EOF\n")
    assert (made.pages, made.removed) == (2, (SAID_ONCE["mended"],))
    assert active_parts(path) == []


def test_a_file_is_told_by_its_content(clean):
    assert clean(written(two_pages()), name="photo.jpg")[0].kind == "pdf"


# --- The process -----------------------------------------------------------------------------


DOING = """
import sys
sys.path.insert(0, {house!r})
from governance.papers.cleaning.confinement import answer
def work(limits, alone):
{code}
    return {{"said": said}}
answer(work)
"""


def ending(folder, code, monkeypatch, limits=SMALL):
    """How a process ends that does this instead of reading a file."""
    (folder / "doing.py").write_text(DOING.format(house=str(HOUSE), code=indent(code, "    ")))
    monkeypatch.setattr("governance.papers.cleaning.confinement.HOUSE", folder)
    return confined("doing", {}, folder, limits)


@pytest.mark.parametrize(
    "code, ends",
    [
        ("import os; os.abort()", "crash"),
        ("import os; os.kill(os.getpid(), 9)", "crash"),
        ("import ctypes; ctypes.string_at(0)", "crash"),
        ("import os; os._exit(0)", "crash"),
        ("raise KeyError('secret')", "crash"),
        ("said = bytearray(2 ** 31)", "unpacked"),
        ("open('answer.json', 'w').write('[]'); import os; os._exit(0)", "crash"),
        ("open('answer.json', 'w').write('{'); import os; os._exit(0)", "crash"),
        ("import os; os.symlink('/etc/passwd', 'answer.json'); os._exit(0)", "crash"),
        ("import os; os.mkfifo('answer.json'); os._exit(0)", "crash"),
        ("import time; time.sleep(60)", "time"),
        ("while True: pass", "time"),
    ],
)
def test_however_a_process_ends_it_is_a_sentence(code, ends, tmp_path, monkeypatch, caplog):
    seconds = 1 if "sleep" in code else SMALL.seconds
    with caplog.at_level(logging.WARNING), pytest.raises(Unfit) as unfit:
        ending(tmp_path, code, monkeypatch, replace(SMALL, cpu_seconds=1, seconds=seconds))
    assert unfit.value.code == ends
    assert refusal(unfit.value.code, unfit.value.facts).sentence == REFUSALS[ends]
    assert "secret" not in caplog.text


def test_a_process_writes_no_more_than_it_may(tmp_path, monkeypatch):
    code = (
        "try:\n    said = open('flood', 'wb').write(bytes(9 * 2**20))\n"
        "except OSError as error:\n    said = error.errno"
    )
    assert ending(tmp_path, code, monkeypatch) == {"said": 27}


def test_a_process_has_no_environment_and_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "invented")
    code = "import os; said = [sorted(set(os.environ) - {'LC_CTYPE'}), os.getcwd()]"
    assert ending(tmp_path, code, monkeypatch) == {"said": [[], str(tmp_path)]}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux refuses a process the network")
def test_a_process_has_no_network(tmp_path, monkeypatch):
    code = (
        "import socket\nsaid = [alone]\n"
        "for kind in (socket.AF_INET, socket.AF_INET6):\n"
        "    try:\n        socket.socket(kind).connect(('127.0.0.1', 9))\n"
        "    except OSError as error: said.append(error.strerror)"
    )
    alone, *said = ending(tmp_path, code, monkeypatch)["said"]
    if not alone:
        pytest.skip("this kernel refuses nobody the network")
    assert set(said) <= {"Permission denied", "Network is unreachable"}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems tell it elsewhere")
def test_a_process_has_no_privileges(tmp_path, monkeypatch):
    code = (
        "lines = dict(line.split(':') for line in open('/proc/self/status'))\n"
        "said = [int(lines[name], 16) for name in ('CapPrm', 'CapEff', 'CapInh')]"
    )
    assert ending(tmp_path, code, monkeypatch) == {"said": [0, 0, 0]}


def test_nothing_is_left_behind(clean, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    os.mkdir(tmp_path / "temporary")
    clean(written(two_pages()))
    with pytest.raises(Refused):
        clean(b"%PDF-1.7 garbage")
    assert os.listdir(tmp_path / "temporary") == []


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "exe", "found": {}, "text": []},
        {"kind": "pdf", "found": {}, "text": [1]},
        {"kind": "pdf", "found": {"scripts": "many"}, "text": []},
        {"kind": "pdf", "found": {}, "text": []},
        {"kind": "pdf", "found": [], "text": []},
        {"kind": [], "found": {}, "text": 5},
        {},
    ],
)
def test_a_process_is_not_believed(said, tmp_path, monkeypatch):
    (tmp_path / "upload.pdf").write_bytes(b"%PDF-1.7")
    monkeypatch.setattr(cleaning, "confined", lambda *given: said)
    with pytest.raises(Refused) as refused:
        cleaned(tmp_path / "upload.pdf", tmp_path / "clean.pdf")
    assert refused.value.code == "crash"


# --- Office ----------------------------------------------------------------------------------


@pytest.fixture
def converter(tmp_path, monkeypatch):
    """A program in the place of LibreOffice that does what a test says."""

    def make(doing):
        path = tmp_path / "programs" / "soffice"
        path.parent.mkdir()
        path.write_text(f"#!{sys.executable}\nimport os, socket, sys, time\n{doing}\n")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", str(path.parent))

    return make


def test_an_office_file_is_refused_where_there_is_no_converter(clean, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Refused) as refused:
        clean(docx(), limits=SMALL)
    assert refused.value.sentence == REFUSALS["no_converter"]


def test_what_the_converter_prints_is_cleaned_too(clean, converter, tmp_path):
    printed = tmp_path / "printed.pdf"
    printed.write_bytes(openly(ACTIVE["link"]))
    converter(f"open('paper.pdf', 'wb').write(open({str(printed)!r}, 'rb').read())")
    made, path = clean(docx(), limits=SMALL)
    assert (made.kind, made.pages) == ("docx", 2)
    assert active_parts(path) == []


@pytest.mark.parametrize(
    "doing, code",
    [
        ("sys.exit(1)", "unconverted"),
        ("os.symlink('/etc/passwd', 'paper.pdf')", "unconverted"),
        ("while True: pass", "time"),
        ("bytearray(2 ** 30)", "unconverted"),
        ("open('paper.pdf', 'wb').write(b'%PDF-')", "broken"),
        ("assert not os.environ.get('SECRET_KEY'); socket.socket().bind(('', 0))", "unconverted"),
    ],
)
def test_a_converter_is_held_to_the_limits(doing, code, clean, converter, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "invented")
    converter(f"{doing}\n")
    with pytest.raises(Refused) as refused:
        clean(docx(), limits=replace(SMALL, cpu_seconds=2))
    assert refused.value.code == code


def test_a_converter_that_takes_too_long_is_ended_with_all_it_started(clean, converter, tmp_path):
    note = tmp_path / "number"
    converter(f"open({str(note)!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)")
    with pytest.raises(Refused):
        clean(docx(), limits=replace(SMALL, seconds=1))
    for _ in range(100):
        if has_ended(note.read_text()):
            return
        time.sleep(0.02)
    pytest.fail("it goes on")


def has_ended(number):
    """Whether a process is gone, or only waits for somebody to notice."""
    path = Path(f"/proc/{number}/stat")
    return not path.exists() or path.read_text().rpartition(")")[2].split()[0] == "Z"


# --- Sentences -------------------------------------------------------------------------------


def test_every_refusal_is_a_sentence():
    facts = {"mib": 132, "most": 100, "pages": 2345, "page": 3, "width": 50_000, "height": 40_000}
    said = [refusal(code, facts).sentence for code in REFUSALS]
    assert all(sentence.endswith(".") and "{" not in sentence for sentence in said)
    assert len(set(said)) == len(said)
    assert refusal("bytes", facts).sentence.startswith("The file has 132 MiB, and 100 are the most")


@pytest.mark.parametrize("facts", [{}, {"mib": "<b>", "most": 1}, {"mib": [], "most": {}}])
def test_facts_that_are_none_are_not_said(facts):
    assert refusal("bytes", facts).code == "crash"
    assert refusal("unheard of", facts).code == "crash"


def test_all_that_was_found_is_told():
    said = taken_out(dict.fromkeys([*TAKEN_OUT, *SAID_ONCE], 2))
    assert len(said) == len(TAKEN_OUT) + len(SAID_ONCE)
    assert said[0] == "Two scripts were taken out."
    assert taken_out({"scripts": 1, "launches": 0}) == ("One script was taken out.",)


def test_the_limits_are_those_of_the_house():
    assert (Limits().bytes, Limits().pages) == (100 * MIB, 2_000)
