"""How the portal says no."""


class Refused(Exception):
    """An act that a rule does not allow; nothing was changed by it.

    ``sentence`` is what a director reads, ``provision`` the id of the rule that says no (see
    ``governance.provisions``; empty when the refusal follows from no text), and ``code`` a short
    word for callers that must tell one refusal from another.
    """

    def __init__(self, sentence: str, provision: str | None = None, code: str | None = None):
        super().__init__(sentence, provision, code)
        self.sentence = sentence
        self.provision = provision
        self.code = code

    def __str__(self) -> str:
        return self.sentence
