"""What is claimed of AdaGrad, RMSProp and AdaDelta, as properties of the rules."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import (
    AdaDelta,
    AdaGrad,
    GradientDescent,
    LinearRegression,
    Momentum,
    Quadratic,
    RMSProp,
    minimize,
    replay,
)
from course_lib.chapters.adaptive_learning_rates.explorer import AdaptiveExplorer
from course_lib.words import short

sizes = st.floats(1e-3, 1e3)
rates = st.floats(1e-3, 10.0)


@given(rate=rates, grad=sizes)
def test_adagrad_steps_fade_like_one_over_root_t(rate, grad):
    steps = -replay(AdaGrad(rate, eps=0.0), np.full((100, 1), grad)).delta[:, 0]
    np.testing.assert_allclose(steps, rate / np.sqrt(np.arange(1, 101)), rtol=1e-11)


@given(rate=rates, every=st.integers(2, 10))
def test_adagrad_takes_longer_steps_where_gradients_are_rare(rate, every):
    t = np.arange(1, 10 * every + 1)
    gradients = np.stack([np.ones(t.size), t % every == 0], axis=1)
    dense, rare = -replay(AdaGrad(rate), gradients).delta[-1]
    np.testing.assert_allclose(rare / dense, np.sqrt(every), rtol=1e-8)


@pytest.mark.parametrize("rule", [AdaGrad, RMSProp])
@given(rate=rates, scale=sizes, seed=st.integers(0, 99))
def test_steps_forget_the_scale_of_the_gradient(rule, rate, scale, seed):
    gradients = np.random.default_rng(seed).normal(size=(20, 3))
    path, scaled = (replay(rule(rate, eps=0.0), factor * gradients).w for factor in (1.0, scale))
    np.testing.assert_allclose(scaled, path, rtol=1e-10, atol=1e-10 * rate)


@given(beta2=st.floats(0.1, 0.999), seed=st.integers(0, 99))
def test_rmsprop_averages_squares_with_fading_weights(beta2, seed):
    gradients = np.random.default_rng(seed).normal(size=(30, 2))
    state = replay(RMSProp(1.0, beta2=beta2), gradients).state[-1]
    weights = (1 - beta2) * beta2 ** np.arange(30)[::-1]
    np.testing.assert_allclose(state, weights @ gradients**2, rtol=1e-11)


@given(beta2=st.floats(0.0, 0.9999), rate=rates, grad=sizes)
def test_rmsprops_first_step_is_too_long_by_the_missing_correction(beta2, rate, grad):
    first = -replay(RMSProp(rate, beta2=beta2, eps=0.0), [[grad]]).w[1, 0]
    np.testing.assert_allclose(first, rate / np.sqrt(1 - beta2), rtol=1e-10)


@pytest.mark.parametrize("curvature", [0.3, 1.0, 7.0])
def test_rmsprop_ends_in_a_swing_of_half_its_rate(curvature):
    run = minimize(Quadratic([curvature]), [1.0], RMSProp(np.array([[0.02], [0.01]])), steps=6000)
    swing = np.abs(run.w[-200:, :, 0]).max(axis=0)
    np.testing.assert_allclose(swing, [0.01, 0.005], rtol=1e-4)


@given(angle=st.floats(1.0, 89.0), seed=st.integers(0, 99))
@pytest.mark.parametrize("rule", [GradientDescent(0.015), Momentum(0.01)])
def test_descent_and_momentum_turn_with_the_bowl(rule, angle, seed):
    start = np.random.default_rng(seed).normal(size=2)
    straight, turned = Quadratic([1.0, 100.0]), Quadratic([1.0, 100.0], angle=angle)
    run = minimize(straight, start, rule, steps=50)
    other = minimize(turned, turned.eigenvectors @ start, rule, steps=50)
    np.testing.assert_allclose(other.w @ turned.eigenvectors, run.w, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("rule", [AdaGrad(0.5), RMSProp(0.1)])
def test_at_45_degrees_both_coordinates_get_about_the_same_rate(rule):
    ratios = []
    for angle in (0, 45):
        bowl = Quadratic([1.0, 100.0], angle=angle)
        state = minimize(bowl, bowl.eigenvectors @ [1.0, 0.4], rule, steps=30, record="state").recorded["state"][-1]
        ratios.append(np.sqrt(state.max() / state.min()))
    assert ratios[0] > 20
    assert ratios[1] < 1.2


@given(rho=st.floats(0.5, 0.99), grad=sizes)
def test_adadeltas_first_step_is_set_by_eps_alone(rho, grad):
    eps = 1e-12
    first = -replay(AdaDelta(rho=rho, eps=eps), [[grad]]).w[1, 0]
    np.testing.assert_allclose(first, np.sqrt(eps / (1 - rho)), rtol=1e-4)


@given(scale=st.sampled_from([1e-3, 1e3]))
def test_a_change_of_unit_changes_the_run_of_every_rule(scale):
    for rule in (GradientDescent(0.01), RMSProp(0.01), AdaDelta()):
        meters = minimize(Quadratic([1.0]), [1.0], rule, steps=50).w[-1, 0]
        other = minimize(Quadratic([scale**-2]), [scale], rule, steps=50).w[-1, 0] / scale
        assert not abs(other / meters - 1) < 0.1


def test_independent_centered_features_are_learned_at_the_speed_of_their_share():
    signs = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]], dtype=float)
    X = np.vstack([signs, signs * [1, 0], signs * [1, 0], signs * [1, 0]])  # the second feature is in a quarter
    truth = np.array([2.0, -3.0])
    run = minimize(LinearRegression(2).on(X, X @ truth), np.zeros(3), GradientDescent(0.4), steps=40)
    t = np.arange(41)[:, None]
    np.testing.assert_allclose(run.w[:, :2], truth * (1 - (1 - 0.8 * np.array([1.0, 0.25])) ** t), rtol=1e-11)


# ---------------------------------------------------------------------------------- the explorer says the same


def steps_by_hand(rule, angle, lr, steps, beta2=0.99, eps=1e-8, momentum=0.9):
    """Return the points, and what the last gradient is divided by, written once more with plain numbers."""
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    hessian = np.array([[c, -s], [s, c]]) @ np.diag([1.0, 100.0]) @ np.array([[c, s], [-s, c]])
    w = np.array([c - 0.4 * s, s + 0.4 * c])
    path, state, divisor = [w], np.zeros(2), np.ones(2)
    for _ in range(steps):
        grad = hessian @ w
        if rule == "AdaGrad":
            state = state + grad**2
        elif rule == "RMSProp":
            state = beta2 * state + (1 - beta2) * grad**2
        if rule in ("AdaGrad", "RMSProp"):
            divisor = np.sqrt(state) + eps
        if rule == "momentum":
            state = grad = momentum * state + grad
        w = w - lr * grad / divisor
        path.append(w)
    return hessian, np.array(path), divisor


@pytest.mark.parametrize("rule", ["gradient descent", "momentum", "AdaGrad", "RMSProp"])
@pytest.mark.parametrize(
    ("angle", "lr", "eps"), [(0, 0.01, 1e-8), (12, 0.015, 0.5), (45, 0.002, 1e-3), (90, 0.018, 30.0)]
)
def test_the_explorer_shows_the_path_the_divisors_and_the_rates(rule, angle, lr, eps):
    adaptive = rule in ("AdaGrad", "RMSProp")
    lr = 10 * lr if adaptive else lr
    explorer = AdaptiveExplorer(rule=rule, angle=angle, lr=lr, eps=eps, steps=60, beta2=0.95, momentum=0.5)
    hessian, path, divisor = steps_by_hand(rule, angle, lr, 60, beta2=0.95, eps=eps, momentum=0.5)
    run, shown_divisor, effective = explorer.result
    np.testing.assert_allclose(run.w, path, rtol=1e-8, atol=1e-11)
    np.testing.assert_allclose(shown_divisor, divisor, rtol=1e-8)
    np.testing.assert_allclose(effective, lr / divisor, rtol=1e-8)
    ratio = (lr / divisor).max() / (lr / divisor).min()
    said = "Both coordinates have the same rate" if ratio < 1.005 else f"The rates differ {short(ratio)}-fold"
    assert said in explorer.describe()
    heights = [mark.points[1::2, 1] for mark in explorer._pen.marks if mark.kind == "bars"]
    np.testing.assert_allclose(heights, [np.clip(values, 1e-4, 1e4) for values in (divisor, lr / divisor)], rtol=1e-8)
    loss = np.einsum("ti,ij,tj->t", path, hessian, path) / 2
    below = np.flatnonzero(loss <= 1e-3)
    if not below.size:
        assert f"after 60 steps the loss is {short(loss[-1])}, not yet 0.001" in explorer.describe()
    elif (loss[below[0] :] <= 1e-3).all():
        assert f"below 0.001 from step {below[0]} on" in explorer.describe()
    else:
        assert f"first falls below 0.001 at step {below[0]}, and rises again" in explorer.describe()


def test_the_explorer_says_each_outcome():
    assert "it diverges within 50 steps" in AdaptiveExplorer(rule="gradient descent", lr=0.05, steps=50).describe()
    assert "from step" in AdaptiveExplorer(rule="gradient descent", lr=0.019, steps=200).describe()
    assert "rises again" in AdaptiveExplorer(rule="RMSProp", lr=0.2, steps=200).describe()
    assert "not yet" in AdaptiveExplorer(rule="AdaGrad", lr=0.1, steps=5).describe()


def test_the_explorer_names_the_rule_and_its_settings():
    said = AdaptiveExplorer(rule="gradient descent", angle=30, lr=0.0123).describe()
    assert said.startswith("Gradient descent, bowl turned by 30°, η = 0.0123: ")
    said = AdaptiveExplorer(rule="RMSProp", beta2=0.5, eps=0.25).describe()
    assert said.startswith("RMSProp, bowl turned by 0°, η = 0.1, β₂ = 0.5, ε = 0.25: ")


def test_the_explorer_speaks_of_divergence_from_a_thousand_times_the_first_loss_on():
    lr = 0.0205  # the steep error grows by 1.05 a step
    said = {}
    for steps in (66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76):
        explorer = AdaptiveExplorer(rule="gradient descent", lr=lr, steps=steps)
        hessian, path, _ = steps_by_hand("gradient descent", 0, lr, steps)
        loss = np.einsum("ti,ij,tj->t", path, hessian, path) / 2
        said[steps] = "diverges" in explorer.describe()
        assert said[steps] == (loss[-1] >= 1000 * loss[0])
    assert set(said.values()) == {True, False}


@pytest.mark.parametrize("angle", [0, 20, 90])
def test_the_explorer_draws_the_bowl_that_is_descended(angle):
    explorer = AdaptiveExplorer(angle=angle)
    bowl, left = explorer.result[0].objective, explorer._background_now.axes[0]
    contours = [mark for mark in explorer._pen.marks if mark.kind == "line" and mark.ax is left][:-1]
    heights = [bowl.value(mark.points) for mark in contours]
    for height in heights:  # each a closed line of one height
        np.testing.assert_allclose(height, height[0])
    levels = [height[0] for height in heights]
    assert levels == sorted(levels)
    assert levels[-1] > bowl.value(bowl.eigenvectors @ [1.0, 0.0])
    for mark in contours:
        np.testing.assert_allclose(mark.points[0], mark.points[-1], atol=1e-12)
    assert left.get_xlim() == left.get_ylim() == (-1.6, 1.6)
    ring = next(mark for mark in explorer._pen.marks if mark.kind == "dots" and len(mark.points) == 1)
    np.testing.assert_allclose(ring.points[0], bowl.eigenvectors @ [1.0, 0.4])
