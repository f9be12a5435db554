"""Measure the portal against a floor: how long pages take, and how much memory its processes do.

Two companies are served side by side by the very gunicorn of the Procfile: the demo's, and the same
with 25 years behind it. A third gunicorn serves the floor, a bare signed-in page. All of them are
asked in turn, one request at a time, so that what else the machine does weighs on all alike.
"""

import argparse
import base64
import json
import os
import platform
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
# As a program this file's own folder comes first, and settings.py in it is not the portal's.
sys.path[0] = str(ROOT)

import psycopg  # noqa: E402
from honcho.environ import parse_procfile  # noqa: E402

from bench import anchoring, memory, reading, searching  # noqa: E402
from bench.figures import (  # noqa: E402
    BALLOTS,
    BALLOTS_FLOOR,
    CONSOLE,
    CONSOLE_FLOOR,
    DEMO,
    DIRECTOR,
    FLOOR,
    LONG,
    PAPERS,
    SECRETARY,
    Turn,
    report,
    table,
)
from bench.visiting import Visitor, at_once  # noqa: E402
from boardroom import embedded  # noqa: E402
from boardroom.demo.start import surroundings  # noqa: E402
from boardroom.keeper import end_with  # noqa: E402
from boardroom.settings_names import VARIABLES  # noqa: E402

KEPT = ROOT / "var" / "bench"
PROGRAMS = parse_procfile((ROOT / "Procfile").read_text()).processes
LONG_NAME, PAPERS_NAME = "boardroom_long", "boardroom_papers"
ROLES = {DIRECTOR: "Lead Independent Director", SECRETARY: "Corporate Secretary"}
OURS, OF_FLOOR = "boardroom.settings", "bench.settings"
# Of the portal's variables these alone are told, beside its keys; the others are as they come.
TOLD = {"BOARDROOM_DEMO", "DATABASE_URL", "PORT", "VAR_DIR"}
# So many of one page in a row, then the next page.
IN_A_ROW = 10
# Visits before the first that counts.
WARM_UP, BALLOTS_TO_WARM_UP = 50, 6
SECONDS_TO_BE_READY, SECONDS_TO_END = 60, 20
# How long worker and beat are watched, and how long the worker has for the letters that wait.
SECONDS_WATCHED, SECONDS_FOR_LETTERS = 10, 90


def say(line):
    print(line, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--requests", type=int, default=60, help="of each page in each run")
    parser.add_argument("--ballots", type=int, default=40, help="changed in each run")
    parser.add_argument("--together", type=int, default=200, help="ballots cast at once in a run")
    parser.add_argument("--awards", type=int, default=10_000, help="worked out by two policies")
    parser.add_argument("--reminders", type=int, default=10_000, help="due on one morning")
    parser.add_argument("--papers", type=int, default=200, help="bound into a board book")
    parser.add_argument("--letters", type=int, default=600, help="sent by one worker and by two")
    parser.add_argument("--searched", type=int, default=100_000, help="pages to search through")
    parser.add_argument("--book", type=int, default=500, help="pages of the book in Chromium")
    parser.add_argument("--years", type=int, default=25, help="of the company with a long past")
    parser.add_argument("--to", type=Path, default=KEPT, help="where the figures are kept")
    asked = parser.parse_args()
    with ExitStack() as held:
        var = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="boardroom-bench-")))
        url = held.enter_context(embedded.running(var / "postgres"))
        bench = held.enter_context(Bench(var, companies(url)))
        bench.prepare(asked)
        bench.serve_all()
        said = bench.measure(asked)
    say("")
    for line in table(said):
        say(line)
    say(f"\nKept in {keep(said, asked.to)}")


def companies(url):
    """The demo's, the same with a long past, and that one with many papers."""
    return {DEMO: url, LONG: named(url, LONG_NAME), PAPERS: named(url, PAPERS_NAME)}


def named(url, name):
    """The address of another database of the same server."""
    before, _, host = url.partition("?")
    return f"{before.rpartition('/')[0]}/{name}?{host}"


def keep(said, folder):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{said['began']:.16}.json".replace(":", "")
    path.write_text(json.dumps(said, indent=1))
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Bench:
    """Both companies, what serves them, and the visitors who hold the stopwatch."""

    def __init__(self, var, databases):
        self.var = var
        self.databases = databases
        self.keys = {
            "SECRET_KEY": secrets.token_urlsafe(60),
            "SEALING_KEYS": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        self.programs, self.visitors, self.subjects, self.peaks = {}, {}, {}, {}
        self.ports, self.directors, self.demo_loads_in, self.book = {}, {}, 0, {}

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        for program in self.programs.values():
            program.terminate()
        for program in self.programs.values():
            try:
                program.wait(SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()

    # --- What is measured on ---------------------------------------------------------------

    def environment(self, company, settings=OURS, port=8000):
        """The demo's own, of this company; nothing that the shell says of the portal counts."""
        folder = self.var / company
        folder.mkdir(exist_ok=True)
        around = surroundings(self.databases[company], port, folder)
        for name in VARIABLES.keys() - TOLD:
            around.pop(name, None)
        return around | self.keys | {"DJANGO_SETTINGS_MODULE": settings}

    def run(self, company, *command, told="", settings=OURS):
        """What a program of ours says."""
        ended = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment(company, settings),
            input=told,
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
        return ended.stdout

    def ask(self, company, what, **more):
        """What bench.prepare answers, after whatever the portal has logged."""
        said = self.run(company, "-m", "bench.prepare", what, **more)
        return last_line(said)

    def said(self, company, module, *given):
        """What another part of the bench answers."""
        return last_line(self.run(company, "-m", module, *given))

    def prepare(self, asked):
        say("Loading the demo company")
        self.demo_loads_in = self.ask(DEMO, "load")["seconds"]
        self.subjects = self.ask(DEMO, "subjects")
        say(f"Publishing a book of {asked.book} pages")
        self.book = self.said(DEMO, "bench.reading", str(asked.book))
        self.copy(LONG_NAME, of="boardroom")
        say(f"Inventing a past of {asked.years} years")
        self.run(LONG, "manage.py", "make_long_history", "--years", str(asked.years))
        self.copy(PAPERS_NAME, of=LONG_NAME)
        say(f"Inventing {asked.searched} pages of papers")
        self.said(PAPERS, "bench.documents", str(asked.searched))
        for url in self.databases.values():
            with psycopg.connect(url, autocommit=True) as database:
                database.execute("VACUUM ANALYZE")

    def copy(self, name, of):
        """A company like another one."""
        with psycopg.connect(named(self.databases[DEMO], "postgres"), autocommit=True) as database:
            database.execute(f"CREATE DATABASE {name} TEMPLATE {of}")

    # --- Who serves --------------------------------------------------------------------------

    def serve_all(self):
        """The portal of both companies, and the floor, which reads the same sessions."""
        say("Starting gunicorn for the floor and for both companies")
        for company in (DEMO, LONG):
            port = self.serve("web", company)
            for who, role in ROLES.items():
                visitor = self.visitors[who, company] = Visitor(port)
                visitor.sign_in(role)
        self.visitors[DIRECTOR, PAPERS] = Visitor(self.serve("web", PAPERS))
        self.visitors[DIRECTOR, PAPERS].sign_in(ROLES[DIRECTOR])
        self.visitors[FLOOR] = self.on_the_floor(
            self.visitors[DIRECTOR, DEMO], self.serve("floor", DEMO, OF_FLOOR)
        )
        for person in self.subjects["directors"]:
            self.directors[person] = Visitor(self.ports["web", DEMO])
            self.directors[person].sign_in_as(person)

    def on_the_floor(self, visitor, port=None):
        """The same visitor, by the same session, at the floor."""
        other = Visitor(port or self.ports["floor", DEMO])
        other.cookies = visitor.cookies
        return other

    def serve(self, name, company, settings=OURS):
        """Start a gunicorn and wait until it answers; returns its port."""
        port = self.ports[name, company] = free_port()
        self.start(name, company, PROGRAMS["web"], settings, port)
        visitor = Visitor(port)
        until = time.monotonic() + SECONDS_TO_BE_READY
        while True:
            try:
                visitor.ask("GET", "/healthz")
                return port
            except OSError:
                visitor.connection.close()
                self.check_alive((name, company))
                if time.monotonic() > until:
                    sys.exit(f"{name} does not answer:\n{self.log(name, company).read_text()}")
                time.sleep(0.1)

    def start(self, name, company, command, settings=OURS, port=8000):
        """Start a program of the Procfile."""
        with self.log(name, company).open("w") as out:
            self.programs[name, company] = subprocess.Popen(
                ["/bin/sh", "-c", f"exec {command}"],
                cwd=ROOT,
                env=self.environment(company, settings, port),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                preexec_fn=end_with(os.getpid(), signal.SIGTERM),
            )

    def log(self, name, company):
        return self.var / f"{name}-{company}.log"

    # --- The stopwatch -----------------------------------------------------------------------

    def measure(self, asked):
        """All runs; what comes before the first is not counted."""
        began = datetime.now(UTC).isoformat()
        self.read_in_turn(min(WARM_UP, asked.requests))
        self.vote_in_turn(min(BALLOTS_TO_WARM_UP, asked.ballots))
        runs = []
        for number in range(asked.runs):
            times = self.read_in_turn(asked.requests) | self.vote_in_turn(asked.ballots)
            times |= self.follow_together(asked.requests) | self.vote_together(asked.together)
            times |= self.write(asked.requests)
            runs.append(times)
            say(f"Run {number + 1} of {asked.runs}: the floor takes {median(times[FLOOR]):.1f} ms")
        queries = self.count_queries()
        self.watch_jobs()
        facts = {
            "began": began,
            "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
            "load": os.getloadavg(),
            "demo_loads_in": self.demo_loads_in,
            "recoveries": self.recover(asked.awards, asked.runs),
            "reminders": self.remind(asked.reminders, asked.runs),
            "books": self.bind(asked.papers, asked.runs),
            "letters": self.send(asked.letters),
            "searching": self.search(asked.searched, asked.runs),
            "reading": self.read(),
            "anchoring": anchoring.measure(),
            "asked": {name: value for name, value in vars(asked).items() if name != "to"},
        }
        return report(runs, queries, self.peaks, facts)

    def turns(self):
        """Who reads what: the floor first, then each page by everybody, of both companies."""
        pages = {
            "today": "/",
            # The Board's composition on a day well inside its past.
            "board": f"/board/?on={datetime.now(UTC).date() - timedelta(days=600)}",
            "meetings": "/meetings/",
            "meeting": f"/meetings/{self.subjects['meeting']}/",
            "motion": f"/decisions/{self.subjects['motion']}/",
        }
        turns = {FLOOR: (self.visitors[FLOOR], f"/{self.subjects['floor']}/")}
        for page, path in pages.items():
            for who in ROLES:
                for company in (DEMO, LONG):
                    turns[Turn(page, who, company)] = self.visitors[who, company], path
        return turns

    def read_in_turn(self, number):
        """So many of each page, a few in a row, page after page."""
        turns = self.turns()
        times = {turn: [] for turn in turns}
        for done in range(0, number, IN_A_ROW):
            for turn, (visitor, path) in turns.items():
                for _ in range(min(IN_A_ROW, number - done)):
                    times[turn].append(visitor.ask("GET", path)[1])
            self.weigh(("web", DEMO), ("web", LONG))
        return times

    def vote_in_turn(self, number):
        """So many ballots, each changing the one before, on a vote opened for them."""
        times = {}
        for company in (DEMO, LONG):
            visitor = self.visitors[DIRECTOR, company]
            # A vote asks for a sign-in of the last five minutes.
            visitor.sign_in(ROLES[DIRECTOR])
            motion = self.open_vote(company)
            taken = times[Turn("vote", DIRECTOR, company)] = []
            for turn in range(number):
                fields = visitor.binding(motion, ("for", "against")[turn % 2])
                taken.append(visitor.ask("POST", f"/decisions/{motion}/", fields, expect=302)[1])
            self.weigh(("web", company))
        return times

    def open_vote(self, company):
        return self.ask(company, "vote")["motion"]

    # --- Many at once ------------------------------------------------------------------------

    def follow_together(self, number):
        """The secretary's page of a meeting in session is asked for while every director asks for
        it too; and the floor, by as many."""
        everybody = [self.visitors[SECRETARY, DEMO], *self.directors.values()]
        console, floor = f"/meetings/{self.subjects['console']}/", f"/{self.subjects['floor']}/"
        times = {CONSOLE: [], CONSOLE_FLOOR: []}
        for turn, visitors, path in (
            (CONSOLE, everybody, console),
            (CONSOLE_FLOOR, [self.on_the_floor(one) for one in everybody], floor),
        ):
            for _ in range(number):
                done, _ = at_once([partial(one.ask, "GET", path) for one in visitors])
                times[turn].append(done[0][1])
        return times

    def vote_together(self, number):
        """So many ballots on one vote by all who may vote, each changing their own; and so many
        pages of the floor. The time is that until the last has its answer."""
        opened = self.ask(DEMO, "vote")
        path, voters = f"/decisions/{opened['motion']}/", opened["voters"]
        acts, readers = [], []
        for turn, person in enumerate(voters):
            visitor, mine = self.directors[person], range(turn, number, len(voters))
            visitor.sign_in_as(person)
            fields = visitor.binding(opened["motion"], "for")
            acts.append(partial(casts, visitor, path, fields, len(mine)))
            floor = self.on_the_floor(visitor)
            readers.append(partial(reads, floor, f"/{self.subjects['floor']}/", len(mine)))
        times = {BALLOTS: [at_once(acts)[1]], BALLOTS_FLOOR: [at_once(readers)[1]]}
        with psycopg.connect(self.databases[DEMO]) as database:
            asked = "SELECT count(*) FROM decisions_ballot WHERE motion_id = %s"
            cast = database.execute(asked, [opened["motion"]]).fetchone()[0]
        if cast != number:
            sys.exit(f"{number} ballots were cast and {cast} are in the record.")
        return times

    def write(self, number):
        """An official write with its history and entry, and the same without them."""
        said = self.said(DEMO, "bench.writes", str(number))
        return {Turn(*name.split(", "), DEMO): times for name, times in said.items()}

    def recover(self, number, runs):
        """So many awards worked out, and a quarter of them, each time by a program of its own."""
        say(f"Working out {number} awards")
        return [
            self.said(DEMO, "bench.recoveries", str(awards))
            for awards in (number // 4, number)
            for _ in range(min(runs, 3))
        ]

    def remind(self, number, runs):
        """A morning with so many reminders, in the company with a long past."""
        say(f"Finding {number} reminders")
        said = [
            last_line(self.run(LONG, "-m", "bench.reminders", str(number)))
            for _ in range(min(runs, 3))
        ]
        if any(one["queued"] != number for one in said):
            sys.exit(f"{number} reminders were due, and {[one['queued'] for one in said]} queued.")
        return said

    def bind(self, number, runs):
        """A board book of so many papers, and for its memory one of three times as many."""
        say(f"Binding {number} papers")
        return [
            self.said(DEMO, "bench.books", str(papers))
            for papers in (*[number] * min(runs, 3), 3 * number)
        ]

    def send(self, number):
        """So many letters from the outbox, beside a bare loop to the same mail server."""
        say(f"Sending {number} letters")
        # Where no worker takes them away.
        return last_line(self.run(PAPERS, "-m", "bench.letters", str(number)))

    def search(self, pages, runs):
        """Searches among so many pages."""
        say(f"Searching through {pages} pages")
        return searching.visits(self, pages, PAPERS, min(runs, 3))

    def read(self):
        """How soon the long book stands in Chromium; nothing where there is none."""
        say("Opening a long book in Chromium")
        floor = f"http://127.0.0.1:{self.ports['floor', DEMO]}/{self.subjects['floor']}/"
        path = f"/papers/books/{self.book['meeting']}/read/"
        book = f"http://127.0.0.1:{self.ports['web', DEMO]}{path}"
        cookies = self.visitors[DIRECTOR, DEMO].cookies
        return {"pages": self.book["pages"]} | reading.visits(cookies, floor, book)

    # --- What else is counted ----------------------------------------------------------------

    def count_queries(self):
        """The queries of every turn, counted apart from the stopwatch by asking within Django."""
        turns = {turn: (*asked, None) for turn, asked in self.turns().items()}
        for company in (DEMO, LONG):
            visitor, motion = self.visitors[DIRECTOR, company], self.open_vote(company)
            visitor.sign_in(ROLES[DIRECTOR])
            fields = visitor.binding(motion, "for")
            turns[Turn("vote", DIRECTOR, company)] = visitor, f"/decisions/{motion}/", fields
        floor = {FLOOR: turns.pop(FLOOR)}
        queries = self.count_within(DEMO, floor, OF_FLOOR)
        for company in (DEMO, LONG):
            ours = {turn: asked for turn, asked in turns.items() if turn.company == company}
            queries |= self.count_within(company, ours, OURS)
        return queries

    def count_within(self, company, turns, settings):
        lines = (
            json.dumps([visitor.cookies, path, fields]) for visitor, path, fields in turns.values()
        )
        counted = self.ask(company, "queries", told="\n".join(lines), settings=settings)
        return dict(zip(turns, counted, strict=True))

    def watch_jobs(self):
        """Worker and beat, while the letters that the votes have left behind are delivered."""
        say("Starting worker and beat")
        jobs = [("worker", DEMO), ("beat", DEMO)]
        for name, company in jobs:
            self.start(name, company, PROGRAMS[name])
        began = time.monotonic()
        with psycopg.connect(self.databases[DEMO], autocommit=True) as database:
            while (took := time.monotonic() - began) < SECONDS_FOR_LETTERS:
                time.sleep(0.2)
                self.start_again(*jobs)
                self.weigh(*jobs)
                if took > SECONDS_WATCHED and not letters_waiting(database):
                    return
        say("Letters are still waiting; the worker's memory is that of a part of its work.")

    def start_again(self, *programs):
        """Whatever has ended by itself, as whoever watches over the portal's programs does."""
        for name, company in programs:
            if self.programs[name, company].poll() is not None:
                last = self.log(name, company).read_text().strip().rpartition("\n")[2]
                say(f"{name} has ended and is started again: {last[:200]}")
                self.start(name, company, PROGRAMS[name])

    def check_alive(self, *programs):
        for name, company in programs:
            if self.programs[name, company].poll() is not None:
                sys.exit(f"{name} has ended:\n{self.log(name, company).read_text()}")

    def weigh(self, *programs):
        """Remember the most that each of these has taken."""
        for one in programs:
            now = memory.of_family(self.programs[one].pid)
            self.peaks[one] = memory.peak(self.peaks.get(one, {}), now)


def last_line(said):
    """The answer of a program of ours, after whatever the portal has logged."""
    return json.loads(said.splitlines()[-1])


def casts(visitor, path, fields, number):
    for turn in range(number):
        choice = ("for", "against")[turn % 2]
        visitor.ask("POST", path, fields | {"choice": choice}, expect=302)


def reads(visitor, path, number):
    for _ in range(number):
        visitor.ask("GET", path)


def letters_waiting(database):
    """How many are due; those of a quiet period wait for more of the same."""
    asked = """
        SELECT count(*) FROM notices_notice
        WHERE state = 'queued' AND (next_try_at IS NULL OR next_try_at <= now())
    """
    return database.execute(asked).fetchone()[0]


if __name__ == "__main__":
    # Ended from outside, the servers and the database end as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    main()
