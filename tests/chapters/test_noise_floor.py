"""What is claimed of noise floors: where they lie, what they depend on, and where there is none."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import GradientDescent, Quadratic, fit
from course_lib.chapters.stochastic_gradient_descent.explorer import (
    BEST,
    CURVATURE,
    LEAST,
    LOSS,
    MODEL,
    NOISE,
    NoiseExplorer,
    spread_of_ends,
)
from course_lib.data import points_around_a_line
from course_lib.theory.noise import floor as floor_of_a_bowl


@given(
    st.lists(st.floats(0.1, 5), min_size=1, max_size=4),
    st.floats(0.01, 0.99),
    st.floats(0.1, 10),
)
def test_the_floor_is_where_the_variance_of_the_position_stays(eigenvalues, share, variance_of_the_noise):
    """One step of x ← (1 − ηλ) x − ηξ, with ξ and x independent, keeps s = ησ² / (λ (2 − ηλ))."""
    eigenvalues = np.array(eigenvalues)
    lr = share * 2 / eigenvalues.max()
    s = lr * variance_of_the_noise / (eigenvalues * (2 - lr * eigenvalues))
    # Two values of x and two of ξ, each with the right mean and variance: the expectation is a mean of four.
    rule, bowl = GradientDescent(lr=lr), Quadratic(eigenvalues)
    after = []
    for x_sign, noise_sign in itertools.product((-1, 1), repeat=2):
        x = x_sign * np.sqrt(s)
        grad = bowl.grad(x) + noise_sign * np.sqrt(variance_of_the_noise)
        after.append(rule.step(x, grad, rule.init(x), t=1)[0])
    np.testing.assert_allclose(np.mean(np.square(after), axis=0), s, rtol=1e-9)
    predicted = floor_of_a_bowl(lr, eigenvalues, variance_of_the_noise)
    assert predicted == pytest.approx(np.sum(eigenvalues * s) / 2, rel=1e-12)


def test_runs_on_a_noisy_bowl_stand_on_the_predicted_floor_in_proportion_to_the_rate():
    bowl, rates, rng = Quadratic([0.4, 4.0]), np.array([0.02, 0.04, 0.3]), np.random.default_rng(0)
    w, floor, steps = np.zeros((3, 2000, 2)), 0, 1500
    for t in range(steps):
        w = w - rates[:, np.newaxis, np.newaxis] * (bowl.grad(w) + rng.normal(size=w.shape))
        if t >= 500:
            floor = floor + bowl.value(w).mean(axis=1) / (steps - 500)
    predicted = np.sum(rates[:, np.newaxis] / (2 * (2 - rates[:, np.newaxis] * bowl.eigenvalues)), axis=1)
    np.testing.assert_allclose(floor, predicted, rtol=0.01)
    assert floor[1] / floor[0] == pytest.approx(2, rel=0.05)


DATA = points_around_a_line()


def floor_of(lr, batch_size, replace, epochs=40):
    """Return how far above the least loss many runs on the line stay, measured after each pass."""
    start = MODEL.solve(*DATA)
    rule = GradientDescent(lr=lr)
    run = fit(MODEL, DATA, rule, epochs, batch_size, seed=np.arange(100), w0=start, replace=replace)
    return run.loss[epochs // 4 :].mean() - LEAST


@pytest.mark.parametrize(("lr", "batch_size"), [(0.01, 13), (0.04, 13), (0.04, 26)])
def test_fit_with_replacement_stands_on_the_floor_of_the_rate_over_the_batch(lr, batch_size):
    predicted = np.trace(NOISE) * lr / (2 * batch_size * (2 - lr * CURVATURE))
    assert floor_of(lr, batch_size, replace=True) == pytest.approx(predicted, rel=0.06)


def test_reshuffling_lowers_the_floor_and_makes_it_steeper_in_the_rate():
    low, high = (floor_of(lr, 13, replace=False) for lr in (0.005, 0.01))
    assert low < 0.1 * floor_of(0.005, 13, replace=True)
    assert 2.0 < np.log2(high / low) < 3.3  # with replacement it is 1


def test_a_line_through_its_points_leaves_no_floor():
    X = DATA.X
    exact = type(DATA)(X, 2 * X[:, 0] + 3)
    run = fit(MODEL, exact, GradientDescent(lr=0.05), epochs=8, batch_size=1, seed=np.arange(5), w0=np.zeros(2))
    assert run.loss[-1].max() < 1e-20 * run.loss[0].max()


def test_a_single_row_diverges_at_a_rate_that_all_rows_survive():
    setting = dict(epochs=3, seed=np.arange(10), w0=np.zeros(2))
    alone = fit(MODEL, DATA, GradientDescent(lr=0.9), batch_size=1, **setting)
    together = fit(MODEL, DATA, GradientDescent(lr=0.9), epochs=60, seed=0, w0=np.zeros(2))
    assert ((alone.loss[-1] > 1e6) | alone.diverged).all()
    assert together.loss[-1] - LEAST < 1e-8


# ---------------------------------------------------------------------------------- the explorer says the same


def test_the_explorer_trains_as_the_library_does():
    explorer = NoiseExplorer(batch_size=3, lr=0.07, steps=40, start=(1.0, 0.5))
    path, above = explorer.result
    rows = np.random.default_rng(0).integers(len(DATA), size=(200, 50, 3), dtype=np.uint16)
    rule, w = GradientDescent(lr=0.07), np.tile([1.0, 0.5], (50, 1))
    for t in range(40):
        w, _ = rule.step(w, LOSS.rows(rows[t]).grad(w), None, t + 1)
    np.testing.assert_allclose(path[-1], w, rtol=1e-10)
    np.testing.assert_allclose(above[-1], LOSS.value(w) - LEAST, rtol=1e-8)


@pytest.mark.parametrize(("batch_size", "lr"), [(8, 0.1), (32, 0.1), (32, 0.4), (2, 0.02)])
def test_the_cloud_of_the_explorer_is_as_wide_as_predicted(batch_size, lr):
    explorer = NoiseExplorer(batch_size=batch_size, lr=lr, steps=200)
    ends = explorer.result[0][-100::20].reshape(-1, 2)
    measured, predicted = np.mean((ends - BEST) ** 2), np.trace(spread_of_ends(batch_size, lr)) / 2
    assert measured == pytest.approx(predicted, rel=0.25)
    floor = float(explorer.describe().rsplit(" ", 1)[1].rstrip("."))
    assert floor == pytest.approx(CURVATURE / 2 * np.trace(spread_of_ends(batch_size, lr)), rel=0.01)


def test_the_explorer_says_when_it_diverges_and_when_there_is_no_floor():
    assert "diverged" in NoiseExplorer(batch_size=1, lr=0.9).describe()
    assert "no floor" in NoiseExplorer(batch_size=128, lr=1.0, steps=2).describe()
