"""A mailbox that speaks enough IMAP on a port of its own: folders, letters, and trouble as told."""

import re
import socket
import threading


class MailboxServer:
    """`folders` has each folder's letters by their UID; the login is `portal`, `pass word`."""

    def __init__(self, *extensions):
        self.extensions = " ".join(("IMAP4rev1", *extensions))
        self.folders = {"INBOX": {}}
        self.flags = {}
        self.heard = []
        # Commands that are answered by NO, and one at which the line breaks.
        self.refuses, self.breaks_at = set(), None
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()

    @property
    def url(self):
        return f"imap://portal:pass%20word@127.0.0.1:{self.port}/INBOX"

    def put(self, letter):
        uid = len(self.flags) + 1
        self.folders["INBOX"][uid], self.flags[uid] = letter, set()
        return uid

    def close(self):
        """Nobody answers at its port any more."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def listen(self):
        while True:
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(line,), daemon=True).start()

    def talk(self, line):
        with line, line.makefile("rwb") as talk:

            def say(words):
                talk.write((words.encode() if isinstance(words, str) else words) + b"\r\n")
                talk.flush()

            say("* OK here")
            for heard in talk:
                tag, command = heard.decode().strip().split(" ", 1)
                self.heard.append(command)
                name = command.removeprefix("UID ").split(" ", 1)[0]
                if name == self.breaks_at:
                    return
                if name in self.refuses:
                    say(f"{tag} NO")
                    continue
                for answer in self.answer(name, command):
                    say(answer)
                say(f"{tag} {'NO' if self.is_wrong(name, command) else 'OK'} {name}")
                if name == "LOGOUT":
                    return

    def is_wrong(self, name, command):
        return name == "LOGIN" and command != 'LOGIN "portal" "pass word"'

    def answer(self, name, command):
        inbox = self.folders["INBOX"]
        words = command.split(" ")
        if name == "CAPABILITY":
            yield f"* CAPABILITY {self.extensions}"
        elif name == "CREATE":
            self.folders.setdefault(words[1], {})
        elif name == "SELECT":
            yield f"* {len(inbox)} EXISTS"
        elif name == "SEARCH":
            there = [str(uid) for uid in inbox if r"\Deleted" not in self.flags[uid]]
            yield " ".join(["* SEARCH", *there])
        elif name == "FETCH":
            yield from self.fetch(int(words[2]), words[3])
        elif name == "STORE":
            self.flags[int(words[2])] |= set(re.findall(r"\\\w+", command))
        elif name in ("MOVE", "COPY"):
            uid, folder = int(words[2]), words[3]
            self.folders[folder][uid] = inbox[uid]
            if name == "MOVE":
                del inbox[uid]
        elif name == "EXPUNGE":
            del inbox[int(words[2])]

    def fetch(self, uid, what):
        letter = self.folders["INBOX"][uid]
        if "SIZE" in what:
            yield f"* 1 FETCH (UID {uid} RFC822.SIZE {len(letter)})"
        else:
            yield f"* 1 FETCH (UID {uid} BODY[] {{{len(letter)}}}"
            yield letter + b")"
