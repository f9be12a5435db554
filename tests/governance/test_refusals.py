"""A refusal is a sentence, and the provision that says no."""

import pickle

import pytest

from governance.refusals import Refused


def test_a_refusal_reads_as_its_sentence():
    refusal = Refused("The vote is closed.", provision="M-03", code="closed")
    assert str(refusal) == "The vote is closed."
    assert (refusal.provision, refusal.code) == ("M-03", "closed")


def test_a_refusal_may_follow_from_no_text():
    assert (Refused("Not today.").provision, Refused("Not today.").code) == (None, None)


def test_a_refusal_survives_the_way_back_from_a_worker():
    refusal = pickle.loads(pickle.dumps(Refused("Not today.", "G-AGD-02", "late")))
    assert (str(refusal), refusal.provision, refusal.code) == ("Not today.", "G-AGD-02", "late")


def test_an_act_is_refused_by_raising():
    with pytest.raises(Refused, match="Not today"):
        raise Refused("Not today.")
