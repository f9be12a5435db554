"""Stories that hypothesis invents, of one state machine after another."""

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

# A short story is read as it is; making it shorter takes minutes and is left to the long run.
AS_THEY_COME = (Phase.explicit, Phase.reuse, Phase.generate)


def tell(story, **facts):
    """Eighteen stories of thirty steps, of this company."""
    run(story, facts, max_examples=12, stateful_step_count=30, phases=AS_THEY_COME)


def tell_at_length(story, **facts):
    """Five hundred stories of fifty steps; one that goes wrong is made as short as it can be."""
    run(story, facts, max_examples=500, stateful_step_count=50)


def run(story, facts, **how):
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    how = settings(deadline=None, suppress_health_check=checks, **how)
    run_state_machine_as_test(type("Told", (story,), facts), settings=how)
