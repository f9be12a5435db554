"""stub, replaced on merge"""


def adopt_rider(resolution, **told):
    raise NotImplementedError


def differs_in_a_condition(one, other):
    return False
