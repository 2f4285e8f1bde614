"""Every rule against PyTorch, live: on fresh random problems, and on the recorded ones made anew."""

import numpy as np
import pytest

from . import cases, pytorch, record


def test_the_recording_can_be_made_anew():
    remade = record.recording()
    with np.load(cases.RECORDING) as file:
        recorded = dict(file)
    assert list(remade) == list(recorded)
    assert str(remade.pop("about")) == str(recorded["about"])
    for name, values in remade.items():
        cases.assert_same_path(values, recorded[name])


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("case", cases.CASES, ids=lambda case: case.name)
def test_rule_follows_pytorch_on_fresh_problems(case, number):
    seed = cases.fresh(number)
    problem = cases.problems(cases.random_gradients(seed), cases.random_start(seed))["sequence"]
    ours, theirs = cases.descend(case, problem), pytorch.descend(case, problem)
    cases.assert_same_path(ours, theirs)


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("case", cases.CASES, ids=lambda case: case.name)
def test_rule_follows_pytorch_on_fresh_surfaces(case, number):
    problem = cases.random_surfaces(cases.fresh(number))
    theirs = pytorch.descend(case, problem)
    # Our rule gets the gradients at PyTorch's points: fresh runs may be chaotic.
    cases.assert_same_path(cases.descend(case, problem, measured_at=theirs), theirs)
