"""A mail server that speaks SMTP on a port of its own and answers as it is told."""

import socket
import threading
from email import message_from_bytes, policy

# What it does to the next letters, one word each; beyond them it takes everything.
TAKE = "take"
LATER = "later"  # 451 to the reader's address
NEVER = "never"  # 550 to the reader's address
REJECT = "reject"  # 554 to the letter itself
LEAVE = "leave"  # 550 to the reader's address, and hangs up
BUSY = "busy"  # 421, and hangs up
VANISH = "vanish"  # takes the letter, and hangs up without an answer
HANG_UP = "hang_up"  # hangs up before anything is said
DROP = "drop at "  # and a verb: hangs up instead of answering it
SAY = "say "  # and words: takes the letter, says them, and hangs up


class MailServer:
    """Letters taken are in `taken`, in the order they came."""

    def __init__(self):
        self.taken = []
        self.envelopes = []
        self.script = []
        self.lines = 0
        # Whether it takes commands together (PIPELINING), and then is slow to refuse: it waits for
        # a letter though nobody is there to have it, which the standard allows.
        self.together = False
        # Whether it only says so, and hangs up on whoever believes it.
        self.promises = False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()

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
            self.lines += 1
            threading.Thread(target=self.talk, args=(line,), daemon=True).start()

    def talk(self, line):
        # Without a buffer it can be seen whether more has come.
        with line, line.makefile("rwb", buffering=0 if self.promises else None) as talk:

            def say(words):
                talk.write(words.encode() + b"\r\n")
                talk.flush()

            if self.script[:1] == [HANG_UP]:
                self.script.pop(0)
                return
            say("220 ready")
            act = TAKE
            for heard in talk:
                verb = heard.split(None, 1)[0].upper() if heard.split() else b""
                if verb == b"MAIL":
                    act = self.script.pop(0) if self.script else TAKE
                    if act == BUSY:
                        say("421 closing")
                        return
                if act == f"{DROP}{verb.decode()}":
                    return
                if self.promises and verb == b"MAIL" and more_has_come(line):
                    return
                if verb == b"EHLO":
                    more = "250-PIPELINING\r\n" if self.together or self.promises else ""
                    say(f"250-here\r\n{more}250-8BITMIME\r\n250 DSN")
                elif verb == b"MAIL":
                    self.envelopes.append(heard.decode().strip()[5:])
                    say("250 ok")
                elif verb == b"RCPT":
                    never = "550 nobody here"
                    say({LATER: "451 later", NEVER: never, LEAVE: never}.get(act, "250 ok"))
                    if act == LEAVE:
                        return
                elif verb == b"DATA":
                    say("354 go on")
                    letter = self.read(talk)
                    if act == REJECT or not letter:
                        say("554 refused")
                        continue
                    self.taken.append(message_from_bytes(letter, policy=policy.default))
                    if act == VANISH:
                        return
                    if act.startswith(SAY):
                        say(act.removeprefix(SAY))
                        return
                    say("250 taken")
                elif verb == b"QUIT":
                    say("221 bye")
                    return
                else:
                    say("250 ok")

    def read(self, talk):
        lines = []
        for heard in talk:
            if heard == b".\r\n":
                break
            lines.append(heard.removeprefix(b".") if heard.startswith(b"..") else heard)
        return b"".join(lines)


def more_has_come(line):
    try:
        return bool(line.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    except BlockingIOError:
        return False


def mail_server(settings):
    """A server to which the portal's letters go."""
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_TIMEOUT = 5
    yield server
    if server.listener.fileno() != -1:
        server.close()
