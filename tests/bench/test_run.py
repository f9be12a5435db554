"""The whole bench, with as few visits as there can be."""

import json
import subprocess
import sys

import pytest

from bench.run import ROOT

FEW = [
    "--runs",
    "2",
    "--requests",
    "2",
    "--ballots",
    "2",
    "--together",
    "18",
    "--awards",
    "400",
    "--reminders",
    "30",
    "--papers",
    "4",
    "--searched",
    "2000",
    "--book",
    "12",
    "--years",
    "3",
]
PAGES = {"floor", "today", "meetings", "meeting", "motion", "vote", "board"}


@pytest.mark.deep
def test_the_bench_measures_pages_queries_and_memory(tmp_path):
    command = [sys.executable, "bench/run.py", *FEW, "--to", tmp_path]
    ended = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    (kept,) = tmp_path.glob("*.json")
    said = json.loads(kept.read_text())
    assert {one["page"] for one in said["pages"]} == PAGES
    assert all(one["median"] > 0 and one["queries"] > 0 for one in said["pages"])
    assert [len(run["today, secretary, long"]) for run in said["runs_ms"]] == [2, 2]
    assert all(one["ratio"] > 0 for one in said["pairs"]) and len(said["pairs"]) == 4
    assert said["demo_loads_in"] > 0
    assert {one["awards"] for one in said["recoveries"]} == {100, 400}
    assert all(one["queued"] == 30 for one in said["reminders"])
    assert {one["papers"] for one in said["books"]} == {4, 12}
    assert all(one["found"] > 0 for one in said["anchoring"])
    assert len(said["searching"]["searches"]) == 60
    assert said["reading"]["pages"] > 12
    assert {one["process"] for one in said["memory_mib"]} == {"web", "worker", "beat"}
    assert all(one["pss"] > 10 for one in said["memory_mib"])
    assert all(one["what"] in ended.stdout for one in said["targets"])
