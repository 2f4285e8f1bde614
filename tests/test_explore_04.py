"""The explorer of chapter 04: what its plane, its sentence and its handle say is what training does."""

import numpy as np
import pytest

from course_lib import Momentum, Nesterov, Quadratic, minimize
from course_lib.chapters.momentum.explorer import MomentumExplorer
from course_lib.theory.momentum import both_roots, critical_momentum


@pytest.fixture(scope="module")
def explorer():
    return MomentumExplorer(eigenvalues=[1.0])


def crossings(run):
    """Return how often the error changes its sign."""
    error = run.w[:, 0]
    return int((np.sign(error[1:]) * np.sign(error[:-1]) < 0).sum())


@pytest.mark.parametrize("rule", ["momentum", "Nesterov"])
@pytest.mark.parametrize("lr", [0.05, 0.3, 0.7])
def test_the_words_are_what_the_run_does(explorer, rule, lr):
    kind = {"momentum": Momentum, "Nesterov": Nesterov}[rule]
    critical = float(critical_momentum(kind, lr))
    explorer.set(rule=rule, lr=lr, steps=100, momentum=critical)
    assert "is critically damped" in explorer.describe()
    assert crossings(explorer.result) == 0

    explorer.set(momentum=critical / 2)
    assert "is overdamped" in explorer.describe()
    assert crossings(explorer.result) == 0

    explorer.set(momentum=0.95)
    assert "rings" in explorer.describe()
    assert crossings(explorer.result) >= 3


def test_a_run_that_jumps_changes_sides_at_every_step(explorer):
    explorer.set(rule="momentum", lr=1.8, momentum=0.02, steps=50)
    assert "jumps from side to side" in explorer.describe()
    assert crossings(explorer.result) == 50


def test_at_the_best_pair_both_ends_are_critical_and_the_middle_rings():
    explorer = MomentumExplorer(eigenvalues=[0.1, 1.0, 5.0], lr=0.614, momentum=0.57, steps=40)
    said = explorer.describe()
    assert "λ = 0.1 is critically damped (" in said
    assert "λ = 1 rings" in said
    assert "λ = 5 is critically damped and jumps from side to side" in said
    explorer.set(momentum=0.56)  # a step of the slider below it, the flattest and the steepest are slower
    assert "λ = 0.1 is overdamped" in explorer.describe()
    assert "λ = 5 jumps from side to side" in explorer.describe()


def test_a_diverging_direction_is_named_and_the_others_keep_their_words():
    explorer = MomentumExplorer(eigenvalues=[0.1, 5.0], lr=0.8, momentum=0.2, steps=60)
    said = explorer.describe()
    assert "λ = 0.1 is overdamped" in said
    assert "λ = 5 diverges" in said
    assert "the run diverges" in said
    explorer.set(lr=0.5, momentum=0.2, steps=1)
    assert "λ = 5 diverges" in explorer.describe()
    assert "the run diverges" not in explorer.describe()  # it has not come far yet


@pytest.mark.parametrize(("lr", "momentum"), [(0.3, 0.8), (0.05, 0.3), (0.614, 0.566)])
@pytest.mark.parametrize("rule", ["momentum", "Nesterov"])
def test_the_run_is_the_one_of_minimize(rule, lr, momentum):
    explorer = MomentumExplorer(rule=rule, lr=lr, momentum=momentum, steps=70)
    kind = {"momentum": Momentum, "Nesterov": Nesterov}[rule]
    run = minimize(Quadratic([0.1, 1.0, 5.0]), np.ones(3), kind(lr, momentum=momentum), 70)
    np.testing.assert_array_equal(explorer.result.w, run.w)
    radii = np.abs(both_roots(kind, lr * np.array([0.1, 1.0, 5.0]), momentum)).max(axis=0)
    for eigenvalue, radius in zip((0.1, 1, 5), radii, strict=True):
        assert f"λ = {eigenvalue} " in explorer.describe()
        assert f"({radius:.3g} per step)" in explorer.describe()


def test_a_drag_in_the_plane_moves_both_sliders(explorer):
    left, bottom, right, top = explorer._picture["handles"][0]["frame"]
    moved = {"serial": 1, "values": {}, "drag": {"handle": 0, "at": [right, (bottom + top) / 2]}}
    explorer.set_state({"_request": moved})
    assert explorer.values["lr"] == 4.2
    assert explorer.values["momentum"] == pytest.approx(0.5, abs=0.011)
    assert explorer.answer == f"lr = 4.2\nmomentum = {explorer.values['momentum']!r}"


def test_a_direction_that_vanishes_is_no_division_by_zero(explorer):
    explorer.set(rule="Nesterov", lr=1.0, momentum=0.9, steps=30)
    assert "is gone after two steps" in explorer.describe()
    assert np.abs(explorer.result.w[2:]).max() < 1e-12
