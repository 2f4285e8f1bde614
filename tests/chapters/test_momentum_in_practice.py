"""What is claimed of Nesterov's look-ahead, of momentum under noise, and of its three conventions."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from course_lib import Momentum, Nesterov, Quadratic, minimize
from course_lib.checks import find
from course_lib.theory.momentum import floor, spectral_radius

betas = st.floats(0.0, 0.98)
translate = find("translate_momentum").reference


def matrix_of(rule, curvature, beta):
    """Return what one step does to (x, v) on a bowl, read off the rule itself."""
    columns = []
    for x, v in ((1.0, 0.0), (0.0, 1.0)):
        w, velocity = rule(1.0, momentum=beta).step(np.array([x]), np.array([curvature * x]), np.array([v]), 1)
        columns.append([w[0], velocity[0]])
    return np.transpose(columns)


@given(st.floats(1.5, 1e4))
def test_nesterov_with_the_proven_pair(kappa):
    root = np.sqrt(kappa)
    spectrum = np.geomspace(1.0, kappa, 30)
    rates = spectral_radius(Nesterov, spectrum / kappa, (root - 1) / (root + 1))
    assert rates[0] == rates.max() == pytest.approx(1 - 1 / root, abs=1e-6)


# ---------------------------------------------------------------------------------- Nesterov


@given(betas, st.floats(0.01, 0.3))
def test_the_library_stores_the_point_that_looks_ahead(beta, lr):
    bowl = Quadratic([0.3, 2.0], angle=30)
    rule, start = Nesterov(lr, momentum=beta), np.array([1.0, -2.0])
    y, state, w, v = start, np.zeros(2), start, np.zeros(2)
    for t in range(1, 40):
        v = beta * v + bowl.grad(w - lr * beta * v)
        w = w - lr * v
        y, state = rule.step(y, bowl.grad(y), state, t)
        np.testing.assert_allclose(y, w - lr * beta * v, rtol=1e-9, atol=1e-9)


def test_the_best_pair_goes_in_a_circle_where_the_landscape_is_no_bowl():
    def grad(x):
        return np.where(x < 1, 25 * x, np.where(x < 2, x + 24, 25 * x - 24))

    ends = {}
    for rule in (Momentum(1 / 9, momentum=4 / 9), Nesterov(1 / 25, momentum=2 / 3)):
        x, state, path = np.array([3.3]), np.zeros(1), []
        for t in range(1, 400):
            x, state = rule.step(x, grad(x), state, t)
            path.append(x[0])
        ends[type(rule)] = np.array(path)
    circle = ends[Momentum]
    assert np.abs(circle[-3:]).min() > 0.5
    np.testing.assert_allclose(circle[-3:], circle[-6:-3], rtol=1e-9)
    assert abs(ends[Nesterov][-1]) < 1e-12


# ---------------------------------------------------------------------------------- the noise floor


@given(betas, st.floats(0.01, 1.9))
def test_the_floor_solves_the_balance_of_two_steps(beta, curvature):
    """The covariance of (x, v) that a step with noise leaves as it is: S = M S Mᵀ + noise."""
    assume(spectral_radius(Momentum, curvature, beta) < 0.999)
    matrix = matrix_of(Momentum, curvature, beta)
    noise = np.outer([-1.0, 1.0], [-1.0, 1.0])  # ξ enters the velocity, and the point through it; η = 1
    covariance = np.linalg.solve(np.eye(4) - np.kron(matrix, matrix), noise.ravel()).reshape(2, 2)
    predicted = floor(1.0, beta, [curvature], [1.0])
    assert curvature / 2 * covariance[0, 0] == pytest.approx(predicted, rel=1e-6)


def test_the_floor_is_the_one_of_the_effective_learning_rate():
    betas = np.array([0.0, 0.5, 0.9])
    rng = np.random.default_rng(0)

    class Noisy(Quadratic):
        def grad(self, w):
            return super().grad(w) + rng.normal(size=np.shape(w))

    lr = np.stack([np.full(3, 0.1), 0.1 * (1 - betas)])
    run = minimize(Noisy([1.0]), np.zeros((600, 1, 1, 1)), Momentum(lr[..., None], momentum=betas[:, None]), 1500)
    measured = (run.w[300:, ..., 0] ** 2).mean(axis=(0, 1))
    predicted = 2 * floor(lr, betas, [1.0], [1.0])  # the loss is half of the square
    np.testing.assert_allclose(measured, predicted, rtol=0.03)
    assert measured[0, 2] > 9 * measured[0, 0]
    assert measured[1, 2] == pytest.approx(measured[1, 0], rel=0.08)


# ---------------------------------------------------------------------------------- three conventions


def follow(convention, rates, beta):
    bowl, w, v = Quadratic([0.1, 5.0]), np.array([-2.7, 1.2]), np.zeros(2)
    path = [w]
    for lr in rates:
        grad = bowl.grad(w)
        match convention:
            case "accumulate":
                v = beta * v + grad
                w = w - lr * v
            case "average":
                v = beta * v + (1 - beta) * grad
                w = w - lr * v
            case "keras":
                v = beta * v - lr * grad
                w = w + v
        path.append(w)
    return np.array(path)


@given(betas, st.floats(0.001, 0.1), st.sampled_from(["accumulate", "average", "keras"]), st.data())
def test_translated_settings_give_the_same_run(beta, lr, source, data):
    target = data.draw(st.sampled_from(["accumulate", "average", "keras"]))
    translated, kept = translate(lr, beta, source, target)
    one, other = follow(source, np.full(60, lr), beta), follow(target, np.full(60, translated), kept)
    np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-9)


def test_accumulate_is_the_rule_of_the_library():
    run = minimize(Quadratic([0.1, 5.0]), [-2.7, 1.2], Momentum(0.1, momentum=0.9), 50)
    np.testing.assert_array_equal(run.w, follow("accumulate", np.full(50, 0.1), 0.9))


def test_a_learning_rate_that_changes_parts_keras_from_the_others():
    rates = np.where(np.arange(80) < 20, 0.1, 0.01)
    ours = follow("accumulate", rates, 0.9)
    np.testing.assert_allclose(follow("average", 10 * rates, 0.9), ours, rtol=1e-9, atol=1e-12)
    keras = follow("keras", rates, 0.9)
    np.testing.assert_allclose(keras[:21], ours[:21], rtol=1e-9, atol=1e-12)
    assert np.abs(keras[21:] - ours[21:]).max() > 0.1
