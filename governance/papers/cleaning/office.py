"""Word, Excel and PowerPoint files, printed by LibreOffice where it is installed.

It runs as a process of its own below the confined one, with the same limits but for memory, the
network refused, a profile that is made for the one file, and macros and links to other places
turned off. Where the kernel does not let us refuse the network, it is not run at all.
"""

import resource
import shutil
import signal
import subprocess
from pathlib import Path

from governance.papers.cleaning.limits import Unfit

SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
    xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
{items}</oor:items>
"""
ITEM = """<item oor:path="/org.openoffice.Office.{path}">
<prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>
"""
# No macro runs, not even one with a signature; no link is followed, on being opened or later. What
# is embedded is read: a chart is, and a paper without its charts is another paper.
CHOSEN = (
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Writer/Content/Update", "Link", "0"),
    ("Calc/Content/Update", "Link", "1"),
)


def convert(source: Path, kind: str, *, converter: str, alone: bool) -> Path:
    """The PDF that LibreOffice prints of an Office file, in the current folder; not clean yet."""
    if not (converter and alone):
        raise Unfit("no_converter")
    here = Path.cwd()
    # It tells the kind by the ending, and the ending is ours.
    copy, printed, profile = here / f"paper.{kind}", here / "paper.pdf", here / "profile"
    shutil.copyfile(source, copy)
    (profile / "user").mkdir(parents=True)
    items = "".join(ITEM.format(path=path, name=name, value=value) for path, name, value in CHOSEN)
    (profile / "user" / "registrymodifications.xcu").write_text(SETTINGS.format(items=items))
    done = subprocess.run(
        [
            *(converter, "--headless", "--norestore", "--nolockcheck", "--nodefault"),
            *("--nologo", "--nofirststartwizard", f"-env:UserInstallation={profile.as_uri()}"),
            *("--convert-to", "pdf", "--outdir", str(here), str(copy)),
        ],
        env={"HOME": str(here), "TMPDIR": str(here), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=map_more,  # nothing else runs in this process
    )
    if done.returncode == -signal.SIGXCPU:
        raise Unfit("time")
    if not printed.is_file() or printed.is_symlink():
        raise Unfit("unconverted")
    return printed


def map_more() -> None:
    """The rest of the memory that the process above was given, and did not take."""
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
