import json
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from clawback.engine import Malformed, evaluate, read_text
from clawback.engine.answers import answer, working
from clawback.engine.comparison import differences


class Command(BaseCommand):
    help = (
        "Work out every case of a file in the format clawback-cases/1 and compare it with what the "
        "file expects. Ends with 1 where anything differs, and with 2 where the file cannot be "
        "read: then every problem is told with its path."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="worked cases, in JSON")
        parser.add_argument(
            "--json", action="store_true", help="answers, working and differences as JSON"
        )

    def handle(self, *, file, **options):
        try:
            cases = read_text(file.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError) as reason:
            raise CommandError(f"{file} cannot be read: {reason}", returncode=2) from None
        except Malformed as malformed:
            self.refuse(file, malformed.problems, **options)
        told = [self.compared(case) for case in cases]
        found = sum(len(one["differences"]) for one in told)
        if options["json"]:
            self.stdout.write(json.dumps({"cases": told, "differences": found}, indent=1))
        else:
            self.list_differences(told)
        if found:
            count = "One difference" if found == 1 else f"{found} differences"
            raise CommandError(f"{count} in {len(cases)} cases of {file}.", returncode=1)
        if not options["json"]:
            self.stdout.write(f"{len(cases)} cases of {file} are as expected.")

    def refuse(self, file, problems, **options):
        if options["json"]:
            self.stdout.write(json.dumps({"problems": list(map(asdict, problems))}, indent=1))
        count = "One problem" if len(problems) == 1 else f"{len(problems)} problems"
        listed = "\n".join(map(str, problems))
        raise CommandError(f"{count} in {file}:\n{listed}", returncode=2)

    def compared(self, case):
        result = evaluate(case.case)
        found = answer(result)
        return {
            "id": case.id,
            "differences": list(map(asdict, differences(case.expected, found))),
            "found": found,
            "working": working(result),
        }

    def list_differences(self, told):
        for one in told:
            for each in one["differences"]:
                said = f"expected {each['expected']}, found {each['found']}"
                self.tell(f"{one['id']}: {each['path']}: {said}")

    def tell(self, line):
        """A file may name what the terminal has no letters for, half a character among them."""
        coding = getattr(self.stdout, "encoding", None) or "utf-8"
        self.stdout.write(line.encode(coding, "backslashreplace").decode(coding))
