"""Every rule follows the trajectories that were recorded from PyTorch, and every schedule its rates."""

import json

import numpy as np
import pytest
from parity import cases, schedules

import course_lib as cl


@pytest.fixture(scope="module")
def recording():
    with np.load(cases.RECORDING) as file:
        return dict(file)


@pytest.mark.parametrize("kind", ["sequence", "surfaces"])
@pytest.mark.parametrize("case", cases.CASES, ids=lambda case: case.name)
def test_rule_follows_pytorch(case, kind, recording):
    problem = cases.problems(recording["gradients"], recording["start"])[kind]
    ours = cases.descend(case, problem)[cases.KEPT]
    cases.assert_same_path(ours, recording[f"{case.name} {kind}"])


def test_the_recording_says_how_it_was_made(recording):
    about = json.loads(str(recording["about"]))
    assert about["torch"] == "2.13.0"
    assert about["dtype"] == "float64"
    assert list(about["settings"]) == [case.name for case in cases.CASES]


def test_every_rule_is_compared():
    rules = {name for name in cl.optimizers.__all__ if name != "Optimizer"}
    assert {case.rule for case in cases.CASES} == rules
    assert len(rules) == 10


@pytest.mark.parametrize("name", schedules.CASES)
def test_schedule_follows_pytorch(name):
    with np.load(schedules.RECORDING) as recorded:
        schedules.assert_same_rates(name, recorded[name])
