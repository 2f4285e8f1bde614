"""What chapter 04 claims about momentum, held against the rules of the library."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from course_lib import LinearRegression, Momentum, Nesterov, Quadratic, load_diabetes, minimize, standardize
from course_lib.checks import find
from course_lib.theory.momentum import both_roots, critical_curvatures, critical_momentum

RULES = (Momentum, Nesterov)
both = pytest.mark.parametrize("rule", RULES)
betas = st.floats(0.0, 0.98)
curvatures = st.floats(0.01, 4.0)
translate = find("translate_momentum").reference


def matrix_of(rule, curvature, beta):
    """Return what one step does to (x, v) on a bowl, read off the rule itself."""
    columns = []
    for x, v in ((1.0, 0.0), (0.0, 1.0)):
        w, velocity = rule(1.0, momentum=beta).step(np.array([x]), np.array([curvature * x]), np.array([v]), 1)
        columns.append([w[0], velocity[0]])
    return np.transpose(columns)


def radius(rule, curvature, beta):
    return np.abs(both_roots(rule, curvature, beta)).max(axis=0)


def best_pair(low, high):
    low, high = np.sqrt(low), np.sqrt(high)
    return (2 / (low + high)) ** 2, ((high - low) / (high + low)) ** 2


# ---------------------------------------------------------------------------------- two readings of one line


@given(betas, st.lists(st.floats(-5, 5), min_size=1, max_size=20))
def test_the_velocity_is_a_fading_sum_of_all_gradients(beta, grads):
    rule, w, velocity = Momentum(0.1, momentum=beta), np.zeros(1), np.zeros(1)
    for t, grad in enumerate(grads, start=1):
        w, velocity = rule.step(w, np.array([grad]), velocity, t)
    weights = beta ** np.arange(len(grads))[::-1]
    assert velocity[0] == pytest.approx(weights @ grads, rel=1e-12, abs=1e-12)


@both
@given(betas, st.floats(0.01, 1.0))
def test_on_a_constant_slope_the_effective_learning_rate_is_reached(rule, beta, lr):
    optimizer, w, state = rule(lr, momentum=beta), np.zeros(1), np.zeros(1)
    for t in range(1, 1500):
        before = w
        w, state = optimizer.step(w, np.ones(1), state, t)
    assert before[0] - w[0] == pytest.approx(lr / (1 - beta), rel=1e-9)


@given(st.floats(0.1, 1.0), st.floats(0.1, 10.0), st.floats(0.1, 5.0))
def test_the_ball_with_friction_is_the_rule(h, mass, friction):
    assume(h * friction < mass)
    bowl = Quadratic([0.7])
    rule = Momentum(h**2 / mass, momentum=1 - h * friction / mass)
    place, u, w, v = np.ones(1), np.zeros(1), np.ones(1), np.zeros(1)
    for t in range(1, 30):
        u = u - h / mass * (bowl.grad(place) + friction * u)
        place = place + h * u
        w, v = rule.step(w, bowl.grad(w), v, t)
        np.testing.assert_allclose(v, -mass / h * u, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(w, place, rtol=1e-9, atol=1e-12)


# ---------------------------------------------------------------------------------- roots


@both
@given(betas, curvatures)
def test_the_roots_are_the_eigenvalues_of_one_step(rule, beta, curvature):
    matrix = matrix_of(rule, curvature, beta)
    roots = both_roots(rule, curvature, beta)
    product = beta if rule is Momentum else beta * (1 - curvature)
    total = 1 + beta - curvature if rule is Momentum else (1 + beta) * (1 - curvature)
    assert np.linalg.det(matrix) == pytest.approx(product, abs=1e-12)
    assert np.trace(matrix) == pytest.approx(total, abs=1e-12)
    np.testing.assert_allclose([roots.sum(), roots.prod()], [total, product], atol=1e-12)


@given(betas, curvatures)
def test_complex_roots_shrink_by_the_root_of_beta_whatever_the_rate(beta, curvature):
    assume((1 + beta - curvature) ** 2 < 4 * beta - 1e-9)
    assert radius(Momentum, curvature, beta) == pytest.approx(np.sqrt(beta), rel=1e-12)


@given(betas, curvatures)
def test_no_direction_is_faster_than_the_root_of_beta(beta, curvature):
    assert radius(Momentum, curvature, beta) >= np.sqrt(beta) * (1 - 1e-7)


@both
@given(st.floats(0.001, 0.999), betas)
def test_the_critical_momentum_has_equal_roots_and_is_the_best(rule, curvature, other):
    beta = critical_momentum(rule, curvature)
    one, two = both_roots(rule, curvature, beta)
    assert abs(one - two) < 1e-6
    assert critical_curvatures(rule, beta)[0] == pytest.approx(curvature, rel=1e-9)
    assert radius(rule, curvature, beta) <= radius(rule, curvature, other) + 1e-7


@given(st.floats(0.0, 1.0), betas)
def test_the_right_branch_has_equal_negative_roots_and_is_the_best(beta, other):
    curvature = critical_curvatures(Momentum, beta)[1]
    roots = both_roots(Momentum, curvature, beta)
    np.testing.assert_allclose(roots, -np.sqrt(beta), atol=1e-6)
    assert critical_momentum(Momentum, curvature) == pytest.approx(beta, abs=1e-9)
    assert radius(Momentum, curvature, beta) <= radius(Momentum, curvature, other) + 1e-7


@both
@given(betas, curvatures)
def test_the_limit_of_stability(rule, beta, curvature):
    limit = 2 * (1 + beta) if rule is Momentum else 2 * (1 + beta) / (1 + 2 * beta)
    assume(abs(curvature - limit) > 1e-3)
    assert (radius(rule, curvature, beta) < 1) == (curvature < limit)


@both
@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_runs_diverge_beyond_the_limit_and_not_before(rule, beta):
    limit = 2 * (1 + beta) if rule is Momentum else 2 * (1 + beta) / (1 + 2 * beta)
    lr = limit / 5.0 * np.array([[0.99], [1.01]])
    run = minimize(Quadratic([0.5, 5.0]), [1.0, 1.0], rule(lr, momentum=beta), 4000)
    assert run.loss[-1, 0] < 1e-6
    assert run.loss[-1, 1] > 1e6


# ---------------------------------------------------------------------------------- the best pair


@given(st.floats(1.5, 1e4), st.floats(0.0, 0.999), st.floats(1e-3, 1.0))
def test_no_pair_beats_the_best_one(kappa, beta, share):
    lr, best = best_pair(1.0, kappa)
    rate = (np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1)
    spectrum = np.geomspace(1.0, kappa, 30)
    # Near a double root the roots are as exact as the square root of rounding.
    assert radius(Momentum, lr * spectrum, best).max() == pytest.approx(rate, abs=1e-6)
    other = share * 2 * (1 + beta) / kappa
    assert radius(Momentum, other * np.array([1.0, kappa]), beta).max() >= rate - 1e-6


@given(st.floats(1.5, 1e4))
def test_nesterov_with_the_proven_pair(kappa):
    root = np.sqrt(kappa)
    spectrum = np.geomspace(1.0, kappa, 30)
    rates = radius(Nesterov, spectrum / kappa, (root - 1) / (root + 1))
    assert rates[0] == rates.max() == pytest.approx(1 - 1 / root, abs=1e-6)


@pytest.mark.parametrize("kappa", [4.0, 100.0, 2500.0])
def test_the_transient_of_a_double_root_is_exact(kappa):
    lr, beta = best_pair(1.0, kappa)
    rho, t = np.sqrt(beta), np.arange(201)
    run = minimize(Quadratic([1.0, kappa]), [1.0, 1.0], Momentum(lr, momentum=beta), 200)
    np.testing.assert_allclose(run.w[:, 0], rho**t * (1 + (1 - rho) * t), rtol=1e-9)
    np.testing.assert_allclose(run.w[:, 1], (-rho) ** t * (1 + (1 + rho) * t), rtol=1e-9)


def test_steps_grow_with_the_root_of_kappa():
    kappas = np.geomspace(1e3, 1e7, 5)
    rates = [radius(Momentum, lr * kappa, beta) for kappa in kappas for lr, beta in [best_pair(1.0, kappa)]]
    slope = np.polyfit(np.log(kappas), np.log(-1 / np.log(rates)), 1)[0]
    assert slope == pytest.approx(0.5, abs=1e-3)


def test_the_rates_hold_on_the_diabetes_data():
    data = standardize(load_diabetes())
    model = LinearRegression(10)
    with_bias = np.column_stack([data.X, np.ones(len(data))])
    curvatures = np.linalg.eigvalsh(2 / len(data) * with_bias.T @ with_bias)
    lr, beta = best_pair(*curvatures[[0, -1]])
    run = minimize(model.on(*data), np.zeros(model.size), Momentum(lr, momentum=beta), 260)
    error = np.linalg.norm(run.w - model.solve(*data), axis=-1)
    measured = (error[260] / error[200]) ** (1 / 60)
    # From step 200 to 260 the factor t is worth (260 / 200)^(1/60) at most.
    assert np.sqrt(beta) < measured < np.sqrt(beta) * 1.3 ** (1 / 60)


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
    assume(radius(Momentum, curvature, beta) < 0.999)
    matrix = matrix_of(Momentum, curvature, beta)
    noise = np.outer([-1.0, 1.0], [-1.0, 1.0])  # ξ enters the velocity, and the point through it; η = 1
    covariance = np.linalg.solve(np.eye(4) - np.kron(matrix, matrix), noise.ravel()).reshape(2, 2)
    floor = (1 + beta) / (curvature * (1 - beta) * (2 * (1 + beta) - curvature))
    assert covariance[0, 0] == pytest.approx(floor, rel=1e-6)


def test_the_floor_is_the_one_of_the_effective_learning_rate():
    betas = np.array([0.0, 0.5, 0.9])
    rng = np.random.default_rng(0)

    class Noisy(Quadratic):
        def grad(self, w):
            return super().grad(w) + rng.normal(size=np.shape(w))

    lr = np.stack([np.full(3, 0.1), 0.1 * (1 - betas)])
    run = minimize(Noisy([1.0]), np.zeros((600, 1, 1, 1)), Momentum(lr[..., None], momentum=betas[:, None]), 1500)
    measured = (run.w[300:, ..., 0] ** 2).mean(axis=(0, 1))
    predicted = lr / (1 - betas) * (1 + betas) / (2 * (1 + betas) - lr)
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
