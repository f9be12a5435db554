"""stub, replaced on merge"""


def due_on(line):
    return 0


def set_due(line, amount, **told):
    pass


def forgo(line, amount, **told):
    pass
