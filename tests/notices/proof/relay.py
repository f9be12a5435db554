"""A mail server in a process of its own, which outlives those who talk to it.

    python -m tests.notices.proof.relay PAUSE [SPOOL]

It speaks SMTP, does to each dialogue what it was told to do next, keeps the Message-ID of every
letter taken, and says which by an API in the manner of Mailpit's. It prints its two ports as JSON.
`/script` takes what to do next, `/taken` says what was taken, `/idle` whether nobody talks to it.

An act is a stage and what happens there: `MAIL 421`, `END drop`, `AFTER drop`, `RCPT stall`. The
stages are CONNECT, EHLO, MAIL, RCPT, DATA, BODY, END, which is the final dot before the letter is
taken, and AFTER, when it is taken and nothing has been said.
"""

import asyncio
import json
import os
import re
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^>]+>)", re.IGNORECASE | re.MULTILINE)
STAGES = ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "BODY", "END", "AFTER")
# Longer than anybody waits.
STALL = 3600


class HangUp(Exception):
    """The line is cut."""


class Relay:
    def __init__(self, pause=0.0, spool=None):
        self.pause, self.spool = pause, spool
        self.taken, self.script, self.talking, self.lines = [], [], set(), 0

    async def serve(self):
        smtp = await asyncio.start_server(self.talk, "127.0.0.1", 0, limit=1 << 22)
        http = await asyncio.start_server(self.answer, "127.0.0.1", 0, limit=1 << 22)
        ports = [server.sockets[0].getsockname()[1] for server in (smtp, http)]
        print(json.dumps(ports), flush=True)
        # Ends with whoever started it.
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)

    # --- Letters --------------------------------------------------------------------------------

    async def talk(self, heard, line):
        self.talking.add(line)
        try:
            await self.dialogue(heard, line)
        except (HangUp, ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.talking.discard(line)
            line.close()

    async def dialogue(self, heard, line):
        async def say(words):
            line.write(words + b"\r\n")
            await line.drain()

        async def come_to(stage, words):
            """Answer as the act of this letter wants it; False when it was refused."""
            at, _, how = act.partition(" ")
            if at != stage:
                if words:
                    await say(words)
                return True
            if how == "drop":
                raise HangUp
            if how == "stall":
                # Until whoever talks has had enough.
                await asyncio.wait_for(heard.read(), STALL)
                raise HangUp
            await say(how.encode() + b" as told")
            if how == "421":
                raise HangUp
            return False

        self.lines += 1
        # Every other line takes commands together; all do where speed is looked at.
        more = b"250-PIPELINING\r\n" if self.spool or self.lines % 2 else b""
        act, named = self.next("CONNECT", "EHLO"), False
        await come_to("CONNECT", b"220 ready")
        while raw := await heard.readline():
            verb = raw.split(None, 1)[0].upper() if raw.split() else b""
            if verb == b"EHLO":
                await come_to("EHLO", b"250-here\r\n" + more + b"250 DSN")
            elif verb == b"MAIL":
                act = self.next(*STAGES[2:])
                named = await come_to("MAIL", b"250 ok")
            elif verb == b"RCPT" and named:
                named = await come_to("RCPT", b"250 ok")
            elif verb == b"RCPT" or (verb == b"DATA" and not named):
                await say(b"503 not now")
            elif verb == b"DATA":
                if not await come_to("DATA", b"354 go on"):
                    continue
                if act.startswith("BODY"):
                    await heard.readline()
                    await come_to("BODY", b"")
                letter = await heard.readuntil(b"\r\n.\r\n")
                if self.pause:
                    await asyncio.sleep(self.pause)
                if not await come_to("END", b""):
                    continue
                await self.take(letter)
                if self.pause:
                    await asyncio.sleep(self.pause)
                await come_to("AFTER", b"250 taken")
            elif verb == b"QUIT":
                await say(b"221 bye")
                return
            else:
                await say(b"250 ok")

    def next(self, *stages):
        """What to do now, if it is at one of these stages."""
        first = self.script[0] if self.script else "take"
        if first.partition(" ")[0] in stages or (first == "take" and "MAIL" in stages):
            return self.script.pop(0) if self.script else ""
        return ""

    async def take(self, letter):
        """Once it is taken it may not be lost: with a spool it is on the disk before the answer."""
        name = MESSAGE_ID.search(letter)[1].decode()
        self.taken.append(name)
        if self.spool:
            path = self.spool / str(len(self.taken))
            await asyncio.get_running_loop().run_in_executor(None, keep, path, letter)

    # --- What was taken -------------------------------------------------------------------------

    async def answer(self, heard, line):
        try:
            head = await heard.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
            body = await heard.readexactly(int(length[1])) if length else b""
            said = json.dumps(self.found(head.split()[1].decode(), body)).encode()
            line.write(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(said), said))
            await line.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            line.close()

    def found(self, path, body):
        where = urlsplit(path)
        if where.path == "/script":
            self.script = json.loads(body)
            return {}
        if where.path == "/idle":
            return not self.talking
        if where.path == "/taken":
            return self.taken
        if where.path == "/count":
            return len(self.taken)
        [query] = parse_qs(where.query)["query"]
        name = query.removeprefix("message-id:").strip('"')
        return {"messages_count": self.taken.count(f"<{name}>")}


def keep(path, letter):
    with path.open("wb") as file:
        file.write(letter)
        file.flush()
        os.fsync(file.fileno())


if __name__ == "__main__":
    [pause, *spool] = sys.argv[1:]
    asyncio.run(Relay(float(pause), *map(Path, spool)).serve())
