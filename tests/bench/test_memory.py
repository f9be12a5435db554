"""Memory of processes that were forked from one: what they share is counted once."""

import os
import subprocess
import sys

from bench.memory import family, of_family, peak, rollup, total

ROLLUP = """\
55d0c0a00000-7ffd2f5fe000 ---p 00000000 00:00 0                          [rollup]
Rss:              102400 kB
Pss:               61440 kB
Pss_Anon:          40960 kB
Pss_File:          20480 kB
Anonymous:         61440 kB
"""


def test_a_rollup_is_read_by_name():
    assert rollup(ROLLUP)["Pss_Anon"] == 40960


def test_files_count_once_and_memory_of_their_own_by_share():
    larger = rollup(ROLLUP) | {"Rss": 112640}
    assert total([rollup(ROLLUP), larger]) == {"once": 40 + 40 + 50, "pss": 120, "rss": 210}


def test_a_peak_keeps_the_larger_of_each():
    assert peak({}, {"once": 3}) == {"once": 3}
    assert peak({"once": 3, "pss": 1}, {"once": 2, "pss": 2}) == {"once": 3, "pss": 2}


def test_a_family_is_a_process_and_its_children():
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", "print(flush=True); input()"]
    child = subprocess.Popen(command, stdin=pipe, stdout=pipe)
    try:
        child.stdout.readline()
        assert {os.getpid(), child.pid} <= set(family(os.getpid()))
        assert 1 < of_family(child.pid)["once"] < 100
    finally:
        child.communicate(b"\n")
    assert family(child.pid) == []
