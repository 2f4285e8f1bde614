"""What the explorer of gradient descent draws and says, against closed forms and runs written out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import GradientDescent, Quadratic, minimize
from course_lib.chapters.gradient_descent.explorer import DescentExplorer
from course_lib.plots import short
from course_lib.theory.descent import best_factor, best_rate, factors, steps_to, threshold


@given(st.lists(st.floats(0.01, 100), min_size=2, max_size=5), st.floats(0.01, 3))
def test_the_threshold_and_the_best_rate_are_those_of_the_factors(eigenvalues, share):
    lr = share * threshold(eigenvalues)
    assert (np.abs(factors(lr, eigenvalues)).max() < 1) == (share < 1) or share == pytest.approx(1)
    best = np.abs(factors(best_rate(eigenvalues), eigenvalues)).max()
    assert best == pytest.approx(best_factor(max(eigenvalues) / min(eigenvalues)), abs=1e-12)
    assert np.abs(factors(lr, eigenvalues)).max() >= best - 1e-12


@pytest.mark.parametrize("kappa", [3.0, 100.0])
def test_a_run_at_the_best_rate_takes_the_predicted_steps(kappa):
    eigenvalues = [1.0, kappa]
    run = minimize(Quadratic(eigenvalues), [1.0, 1.0], GradientDescent(best_rate(eigenvalues)), 2000)
    error = np.linalg.norm(run.w, axis=-1)
    measured = int((error <= 1e-6 * error[0]).argmax())
    assert measured == int(np.ceil(steps_to(1e-6, best_factor(kappa))))


@pytest.mark.parametrize(
    ("lr", "manner"),
    [
        (0.01, "shrinks"),
        (0.1, "is gone after one step"),
        (0.15, "jumps from side to side."),
        (0.1999, "jumps from side to side."),
        (0.2, "for ever"),
        (0.21, "jumps from side to side and grows"),
    ],
)
def test_path_losses_factors_and_sentence_on_the_bowl(lr, manner):
    explorer = DescentExplorer(lr=lr, steps=40, start=(-2.0, 1.0))
    w = (1 - lr * np.array([1.0, 10.0])) ** np.arange(41)[:, np.newaxis] * (-2.0, 1.0)
    loss = (w[:, 0] ** 2 + 10 * w[:, 1] ** 2) / 2
    np.testing.assert_allclose(explorer.result.w, w, rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(explorer.result.loss, loss, rtol=1e-7, atol=1e-12)
    heights = next(mark.points[1::2, 1] for mark in explorer._pen.marks if mark.kind == "bars")
    np.testing.assert_allclose(heights, np.abs([1 - lr, 1 - 10 * lr]), atol=1e-12)
    lost = np.flatnonzero(loss > 1000 * loss[0])
    said = explorer.describe()
    if lost.size:
        assert f"at step {lost[0]} the loss is more than 1000 times" in said
    else:
        assert f"the loss is {short(explorer.result.loss[-1])} above the minimum, at the start {short(loss[0])}" in said
    assert manner in said
    assert "λ = 10" in said


def test_the_step_at_which_a_run_is_lost():
    explorer = DescentExplorer(lr=0.5, steps=60, start=(0.0, 1.0))
    loss = 5 * 16.0 ** np.arange(61)  # each step multiplies the steep error by −4
    assert f"at step {int(np.argmax(loss > 1000 * loss[0]))} " in explorer.describe()
