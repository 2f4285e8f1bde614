"""What is claimed of momentum on bowls, held against the rule; and what the explorer says, against runs."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from course_lib import LinearRegression, Momentum, Nesterov, Quadratic, load_diabetes, minimize, standardize
from course_lib.chapters.momentum.explorer import MomentumExplorer
from course_lib.theory.momentum import (
    best_pair,
    both_roots,
    critical_curvatures,
    critical_momentum,
    errors_at_best_pair,
    spectral_radius,
    stability_limit,
)

RULES = (Momentum, Nesterov)
both = pytest.mark.parametrize("rule", RULES)
betas = st.floats(0.0, 0.98)
curvatures = st.floats(0.01, 4.0)


def matrix_of(rule, curvature, beta):
    """Return what one step does to (x, v) on a bowl, read off the rule itself."""
    columns = []
    for x, v in ((1.0, 0.0), (0.0, 1.0)):
        w, velocity = rule(1.0, momentum=beta).step(np.array([x]), np.array([curvature * x]), np.array([v]), 1)
        columns.append([w[0], velocity[0]])
    return np.transpose(columns)


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
    assert spectral_radius(Momentum, curvature, beta) == pytest.approx(np.sqrt(beta), rel=1e-12)


@given(betas, curvatures)
def test_no_direction_is_faster_than_the_root_of_beta(beta, curvature):
    assert spectral_radius(Momentum, curvature, beta) >= np.sqrt(beta) * (1 - 1e-7)


@both
@given(st.floats(0.001, 0.999), betas)
def test_the_critical_momentum_has_equal_roots_and_is_the_best(rule, curvature, other):
    beta = critical_momentum(rule, curvature)
    one, two = both_roots(rule, curvature, beta)
    assert abs(one - two) < 1e-6
    assert critical_curvatures(rule, beta)[0] == pytest.approx(curvature, rel=1e-9)
    assert spectral_radius(rule, curvature, beta) <= spectral_radius(rule, curvature, other) + 1e-7


@given(st.floats(0.0, 1.0), betas)
def test_the_right_branch_has_equal_negative_roots_and_is_the_best(beta, other):
    curvature = critical_curvatures(Momentum, beta)[1]
    roots = both_roots(Momentum, curvature, beta)
    np.testing.assert_allclose(roots, -np.sqrt(beta), atol=1e-6)
    assert critical_momentum(Momentum, curvature) == pytest.approx(beta, abs=1e-9)
    assert spectral_radius(Momentum, curvature, beta) <= spectral_radius(Momentum, curvature, other) + 1e-7


@both
@given(betas, curvatures)
def test_the_limit_of_stability(rule, beta, curvature):
    limit = stability_limit(rule, beta)
    assume(abs(curvature - limit) > 1e-3)
    assert (spectral_radius(rule, curvature, beta) < 1) == (curvature < limit)


@both
@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_runs_diverge_beyond_the_limit_and_not_before(rule, beta):
    limit = stability_limit(rule, beta)
    lr = limit / 5.0 * np.array([[0.99], [1.01]])
    run = minimize(Quadratic([0.5, 5.0]), [1.0, 1.0], rule(lr, momentum=beta), 4000)
    assert run.loss[-1, 0] < 1e-6
    assert run.loss[-1, 1] > 1e6


# ---------------------------------------------------------------------------------- the best pair


@given(st.floats(1.5, 1e4), st.floats(0.0, 0.999), st.floats(1e-3, 1.0))
def test_no_pair_beats_the_best_one(kappa, beta, share):
    lr, best = best_pair([1.0, kappa])
    rate = (np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1)
    spectrum = np.geomspace(1.0, kappa, 30)
    # Near a double root the roots are as exact as the square root of rounding.
    assert spectral_radius(Momentum, lr * spectrum, best).max() == pytest.approx(rate, abs=1e-6)
    other = share * 2 * (1 + beta) / kappa
    assert spectral_radius(Momentum, other * np.array([1.0, kappa]), beta).max() >= rate - 1e-6


@pytest.mark.parametrize("kappa", [4.0, 100.0, 2500.0])
def test_the_transient_of_a_double_root_is_exact(kappa):
    lr, beta = best_pair([1.0, kappa])
    run = minimize(Quadratic([1.0, kappa]), [1.0, 1.0], Momentum(lr, momentum=beta), 200)
    np.testing.assert_allclose(run.w.T, errors_at_best_pair(beta, np.arange(201)), rtol=1e-9)


def test_steps_grow_with_the_root_of_kappa():
    kappas = np.geomspace(1e3, 1e7, 5)
    rates = [spectral_radius(Momentum, lr * kappa, beta) for kappa in kappas for lr, beta in [best_pair([1.0, kappa])]]
    slope = np.polyfit(np.log(kappas), np.log(-1 / np.log(rates)), 1)[0]
    assert slope == pytest.approx(0.5, abs=1e-3)


def test_the_rates_hold_on_the_diabetes_data():
    data = standardize(load_diabetes())
    model = LinearRegression(10)
    with_bias = np.column_stack([data.X, np.ones(len(data))])
    curvatures = np.linalg.eigvalsh(2 / len(data) * with_bias.T @ with_bias)
    lr, beta = best_pair(curvatures)
    run = minimize(model.on(*data), np.zeros(model.size), Momentum(lr, momentum=beta), 260)
    error = np.linalg.norm(run.w - model.solve(*data), axis=-1)
    measured = (error[260] / error[200]) ** (1 / 60)
    # From step 200 to 260 the factor t is worth (260 / 200)^(1/60) at most.
    assert np.sqrt(beta) < measured < np.sqrt(beta) * 1.3 ** (1 / 60)


# ---------------------------------------------------------------------------------- the explorer says the same


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
