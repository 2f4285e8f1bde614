"""What is claimed of AdaGrad, RMSProp and AdaDelta, as properties of the rules."""

import decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import (
    AdaDelta,
    AdaGrad,
    Data,
    GradientDescent,
    LinearRegression,
    LogisticRegression,
    Momentum,
    Quadratic,
    RMSProp,
    diagnose,
    fit,
    load_breast_cancer,
    minimize,
    replay,
)
from course_lib.chapters.adaptive_learning_rates.explorer import AdaptiveExplorer
from course_lib.chapters.adaptive_learning_rates.shared import ratio_with_interval, stays_below, table_of_features
from course_lib.theory import adaptive
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


# ---------------------------------------------------------------------------------- closed forms


@given(rate=rates, every=st.integers(1, 10), times=st.integers(1, 30))
def test_the_step_after_equal_gradients_that_come_now_and_then(rate, every, times):
    t = np.arange(1, every * times + 1)
    steps = -replay(AdaGrad(rate, eps=1e-13), np.where(t % every == 0, 3.0, 0.0)[:, np.newaxis]).delta[:, 0]
    np.testing.assert_allclose(steps[-1], rate * adaptive.adagrad_step_length(t[-1], every), rtol=1e-10)


@pytest.mark.parametrize("steps", [10, 100, 10_000])
def test_the_way_under_a_constant_gradient(steps):
    way = (1 / np.sqrt(np.arange(1, steps + 1))).sum()
    assert 0 < adaptive.adagrad_way(steps) - way < 2


@given(seed=st.integers(0, 99), lr=st.floats(0.05, 5.0))
def test_adagrads_regret_stays_below_its_bound(seed, lr):
    rng = np.random.default_rng(seed)
    goal, w, state = rng.normal(size=3), np.zeros(3), np.zeros(3)
    rule, regret, farthest = AdaGrad(lr, eps=0.0), 0.0, 0.0
    for t in range(1, 101):  # |slope · (w − drawn)|, summed over the coordinates: convex, and never twice the same
        slope, drawn = rng.exponential(size=3), rng.normal(size=3)
        farthest = max(farthest, np.abs(w - goal).max())
        regret += (slope * (np.abs(w - drawn) - np.abs(goal - drawn))).sum()
        w, state = rule.step(w, slope * np.sign(w - drawn), state, t)
    assert regret <= adaptive.adagrad_bound(farthest, state, lr)


@given(farthest=st.floats(0.1, 10.0), seed=st.integers(0, 99))
def test_at_its_best_rate_the_bound_is_root_two_times_that_of_hindsight(farthest, seed):
    squares = np.random.default_rng(seed).exponential(size=4)
    bounds = [adaptive.adagrad_bound(farthest, squares, farthest / np.sqrt(2) * share) for share in (0.9, 1.0, 1.1)]
    assert bounds[1] == min(bounds)
    np.testing.assert_allclose(bounds[1], np.sqrt(2) * adaptive.hindsight_bound(farthest, squares), rtol=1e-12)


@given(before=st.floats(10.0, 1e4), share=st.floats(0.3, 0.95), beta2=st.floats(0.5, 0.99))
def test_rmsprop_recovers_when_its_excess_has_faded(before, share, beta2):
    n = adaptive.recovery(before, share, beta2)
    v = 1 + (before - 1) * beta2**n
    np.testing.assert_allclose(1 / np.sqrt(v), share, rtol=1e-9)


@given(rho=st.floats(0.5, 0.99))
def test_the_first_steps_of_rmsprop_and_adadelta(rho):
    rmsprop, adadelta = RMSProp(1.0, beta2=rho, eps=0.0), AdaDelta(rho=rho, eps=1e-12)
    np.testing.assert_allclose(-replay(rmsprop, [[5.0]]).delta[0, 0], adaptive.rmsprop_first_step(rho), rtol=1e-9)
    first = -replay(adadelta, [[5.0]]).delta[0, 0]
    np.testing.assert_allclose(first, adaptive.adadelta_first_step(rho, 1e-12), rtol=1e-9)


# ---------------------------------------------------------------------------------- the swing


@pytest.mark.parametrize("beta2", [0.2, 0.5, 0.9, 0.97])
@pytest.mark.parametrize(("curvature", "start"), [(0.3, 1.0), (7.0, -2.6), (40.0, 0.17)])
def test_with_a_short_memory_rmsprop_ends_in_the_swing(beta2, curvature, start):
    lr = np.array([[0.03], [0.011]])
    run = minimize(Quadratic([curvature]), [start], RMSProp(lr, beta2=beta2), steps=8000)
    size = np.abs(run.w[-50:, :, 0])
    np.testing.assert_allclose(size, np.broadcast_to(adaptive.swing(lr[:, 0]), size.shape), rtol=1e-3)


@pytest.mark.parametrize("beta2", [0.2, 0.5, 0.9])
def test_near_the_swing_a_run_is_drawn_in_by_the_root_of_beta2(beta2):
    rule, w, v = RMSProp(1.0, beta2=beta2, eps=0.0), np.array([0.5 * (1 + 1e-4)]), np.array([0.25])
    away = []
    for t in range(1, 41):
        w, v = rule.step(w, w, v, t)
        away.append(np.hypot(abs(w[0]) / 0.5 - 1, v[0] / 0.25 - 1))
    factor = (np.max(away[30:40]) / np.max(away[10:20])) ** (1 / 20)
    assert adaptive.swing_factor(beta2) == pytest.approx(np.sqrt(beta2))
    assert factor == pytest.approx(np.sqrt(beta2), rel=0.06)


def test_a_long_memory_may_bring_the_error_to_zero_instead():
    run = minimize(Quadratic([1.0]), [1.0], RMSProp(np.geomspace(0.005, 0.1, 8)[:, None], beta2=0.999), steps=8000)
    assert (run.w[-1] == 0).any()


# ---------------------------------------------------------------------------------- rare features and noise


def heights(rule, data, model, epochs=1):
    """Return how far above the least loss twelve fresh shuffles end, at the rule's best rate."""
    run = fit(model, data, rule, epochs=epochs, batch_size=10, w0=np.zeros(model.size), seed=np.arange(100, 112))
    ends = run.loss[-1] - model.on(*data).value(model.solve(*data))
    return ends[ends.mean(axis=1).argmin()]


@pytest.mark.parametrize("seed", [3, 8])
def test_adagrad_gains_on_rare_features_and_not_on_common_ones(seed):
    model, lr = LinearRegression(9), np.geomspace(0.003, 10, 25)[:, None, None]
    gained = {}
    for kind, shares in {"rare": np.geomspace(1, 0.01, 9), "common": np.full(9, 0.25)}.items():
        data = table_of_features(shares, seed=seed)
        base = heights(AdaGrad(lr), data, model)
        others = GradientDescent(lr), GradientDescent(lambda k: lr / np.sqrt(k + 1)), adaptive.AdaGradNorm(lr)
        gained[kind] = [ratio_with_interval(heights(rule, data, model), base) for rule in others]
    assert all(low > 1.2 for _, low, _ in gained["rare"])
    assert all(ratio < 1.2 for ratio, _, _ in gained["common"])
    assert gained["common"][1][2] < 1  # a plain falling rate is better there


@pytest.mark.parametrize("seed", [3, 8])
def test_effective_rates_go_like_one_over_root_p_in_noise_and_one_over_p_far_out(seed):
    data, model = table_of_features(np.geomspace(1, 0.01, 9), seed=seed), LinearRegression(9)
    present, least = np.mean(data.X**2, axis=0), model.solve(*data)
    run = fit(model, data, AdaGrad(0.5), epochs=10, batch_size=10, w0=np.zeros(10), record="state")
    rate = 0.5 / np.sqrt(run.recorded["state"][-1][:9])
    residuals = data.y - model.predict(least, data.X)
    mean_square = 4 * np.mean(data.X**2 * residuals[:, np.newaxis] ** 2, axis=0) / 10
    np.testing.assert_allclose(rate, 0.5 * adaptive.rate_in_noise(4000, mean_square), rtol=0.2)
    assert np.polyfit(np.log(present), np.log(rate), 1)[0] == pytest.approx(-0.5, abs=0.08)
    far = minimize(model.on(*data), np.zeros(10), AdaGrad(300.0), 4, record="state").recorded["state"][-1][:9]
    assert np.polyfit(np.log(present), np.log(300 / np.sqrt(far)), 1)[0] == pytest.approx(-1, abs=0.1)


# ---------------------------------------------------------------------------------- axes


@given(angle=st.floats(1.0, 89.0), seed=st.integers(0, 99))
@pytest.mark.parametrize("rule", [adaptive.AdaGradNorm(0.5), adaptive.FullAdaGrad(0.5, eps=1e-3)])
def test_adagrad_of_one_number_and_of_the_full_matrix_turn_with_the_bowl(rule, angle, seed):
    start = np.random.default_rng(seed).normal(size=2)
    straight, turned = Quadratic([1.0, 100.0]), Quadratic([1.0, 100.0], angle=angle)
    run = minimize(straight, start, rule, steps=30)
    other = minimize(turned, turned.eigenvectors @ start, rule, steps=30)
    np.testing.assert_allclose(other.w @ turned.eigenvectors, run.w, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("kappa", [30.0, 300.0])
@pytest.mark.parametrize("start", [[1.0, 0.4], [-1.7, 0.6]])
def test_turned_by_45_degrees_diagonal_adagrad_is_slower_than_gradient_descent(kappa, start):
    lr, steps = np.geomspace(0.003, 3, 41)[:, np.newaxis], {}
    for angle in (0, 45):
        bowl = Quadratic([1.0, kappa], angle=angle)
        for rule in (GradientDescent(lr), AdaGrad(lr), adaptive.FullAdaGrad(lr)):
            run = minimize(bowl, bowl.eigenvectors @ start, rule, steps=2500)
            steps[type(rule).__name__, angle] = stays_below(run.loss, 1e-3).min()
    assert steps["AdaGrad", 0] < steps["GradientDescent", 0] / 3
    assert steps["AdaGrad", 45] > steps["GradientDescent", 45]
    assert abs(steps["FullAdaGrad", 45] - steps["FullAdaGrad", 0]) <= 1


def test_staying_below_is_not_the_first_crossing():
    loss = np.array([[9.0, 9.0, 9.0, 0.5], [0.5, 9.0, 9.0, 0.5], [9.0, 0.5, 9.0, 0.5], [0.5, 0.5, np.inf, 0.5]])
    np.testing.assert_array_equal(stays_below(loss, 1.0), [3, 2, np.inf, 0])


def test_on_raw_columns_the_settled_loss_does_not_hang_on_the_last_digit():
    raw, model = load_breast_cancer(), LogisticRegression(30)
    loss = model.on(*Data(raw.X, raw.y))
    start = np.zeros((2, 1, 31))
    start[1] += 1e-14 * np.random.default_rng(1).normal(size=31)
    settled = {}
    for rule in (GradientDescent(np.geomspace(1e-6, 1e-3, 13)[:, None]), AdaGrad(np.geomspace(1e-3, 1, 13)[:, None])):
        one, other = minimize(loss, start, rule, 300).loss[200:].max(axis=0).min(axis=-1)
        assert other == pytest.approx(one, rel=0.01)
        settled[type(rule).__name__] = one
    assert settled["AdaGrad"] < settled["GradientDescent"]


# ---------------------------------------------------------------------------------- the exercises


@pytest.mark.parametrize("name", ["adagrad_step", "rmsprop_step"])
def test_one_array_is_not_taken_for_two_values(name):
    def adagrad_step(w, grad, accumulator, lr, eps):
        return w - lr * grad / (np.sqrt(accumulator + grad**2) + eps)

    def rmsprop_step(w, grad, average, lr, beta2, eps):
        return w - lr * grad / (np.sqrt(beta2 * average + (1 - beta2) * grad**2) + eps)

    result = diagnose(name, {"adagrad_step": adagrad_step, "rmsprop_step": rmsprop_step}[name])
    assert result.misconception == "returns w alone"
    assert "values" not in result.message.splitlines()[0]


def test_in_the_exercise_the_explorer_says_both_counts():
    explorer = AdaptiveExplorer(goal="find_rotation_angle", hide=("rule", "lr", "eps"), rule="AdaGrad", lr=1.0, angle=3)
    assert not explorer.met
    assert "AdaGrad 21 steps, momentum 42" in explorer.describe()
    explorer.set(angle=7)
    assert explorer.met
    assert explorer.answer == "angle = 7"


@pytest.mark.parametrize(
    ("angle", "mistake"), [(5.5, "not whole"), (6.6, "not whole"), (7.4, "not whole"), (-5, "turned the other way")]
)
def test_the_angle_that_is_asked_for_is_whole_and_counter_clockwise(angle, mistake):
    assert diagnose("find_rotation_angle", angle).misconception == mistake


def test_the_check_trains_on_the_shuffles_that_the_student_sees():
    from course_lib.chapters.adaptive_learning_rates.train_rare_features import height_of, library_step

    model, data = LinearRegression(9), table_of_features(np.geomspace(1, 0.01, 9))
    runs = fit(model, data, AdaGrad(0.37, eps=1e-10), epochs=1, batch_size=10, w0=np.zeros(10), seed=np.arange(3))
    shown = runs.loss[-1].mean() - model.on(*data).value(model.solve(*data))
    assert height_of(library_step, 0.37) == pytest.approx(shown, rel=1e-9)


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
        assert f"below 0.001 from step {below[0]} to step 60" in explorer.describe()
    else:
        assert f"first falls below 0.001 at step {below[0]}, and rises again" in explorer.describe()


def test_the_explorer_says_each_outcome():
    assert "it diverges within 50 steps" in AdaptiveExplorer(rule="gradient descent", lr=0.05, steps=50).describe()
    assert "to step 200" in AdaptiveExplorer(rule="gradient descent", lr=0.019, steps=200).describe()
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


# ---------------------------------------------------------------------------------- corrected claims


@given(curvature=sizes, distance=st.floats(0.1, 10.0), share=st.floats(0.05, 20.0))
def test_without_noise_the_rate_is_one_over_the_curvature_times_a_function_of_distance_over_rate(
    curvature, distance, share
):
    def scaled(curvature, distance):
        rule = AdaGrad(share * distance, eps=0.0)
        state = minimize(Quadratic([curvature]), [distance], rule, steps=30, record="state").recorded["state"][-1, 0]
        return share * distance / np.sqrt(state) * curvature

    np.testing.assert_allclose(scaled(curvature, distance), scaled(1.0, 1.0), rtol=1e-6)


def test_adagrad_is_fast_at_any_rate_from_the_size_of_the_distances_on():
    data, model = table_of_features(np.geomspace(1, 0.01, 9)), LinearRegression(9)
    loss, least = model.on(*data), model.on(*data).value(model.solve(*data))
    lr = np.geomspace(0.1, 100, 121)
    counts = stays_below(minimize(loss, np.zeros(10), AdaGrad(lr[:, None]), 400).loss - least, 1e-4)
    assert counts[lr >= 2.3].max() <= counts.min() + 2
    assert counts[lr <= 1].min() > 5 * counts.min()


@pytest.mark.parametrize("beta2", [0.9, 0.99])
@pytest.mark.parametrize("angle", [15, 30, 45])
def test_in_a_turned_valley_each_coordinate_swings_at_half_the_rate(angle, beta2):
    bowl = Quadratic([1.0, 100.0], angle=angle)
    run = minimize(bowl, bowl.eigenvectors @ [1.0, 0.4], RMSProp(0.02, beta2=beta2), steps=20_000)
    np.testing.assert_allclose(np.abs(run.w[-200:]).max(axis=0), adaptive.swing(0.02), rtol=1e-3)
    assert np.linalg.norm(run.w[-1]) == pytest.approx(np.sqrt(2) * adaptive.swing(0.02), rel=1e-3)


@pytest.mark.parametrize("lr", ["0.02", "0.05"])
def test_without_rounding_a_long_memory_only_delays_the_swing(lr):
    with decimal.localcontext(prec=20, Emin=-(10**9)):
        w, v, kept, lr = decimal.Decimal(1), decimal.Decimal(0), decimal.Decimal("0.999"), decimal.Decimal(lr)
        nearest = abs(w)
        for _ in range(30_000):
            v = kept * v + (1 - kept) * w * w
            w -= lr * w / v.sqrt()
            nearest = min(nearest, abs(w))
        assert nearest < decimal.Decimal("1e-100")
        assert abs(w) / (lr / 2) == pytest.approx(decimal.Decimal(1), abs=decimal.Decimal("0.001"))


def test_in_kilometers_rmsprop_ends_in_its_swing_and_adadelta_leaves():
    runs = [minimize(Quadratic([1e6]), [1e-3], rule, steps=2000) for rule in (RMSProp(0.01), AdaDelta())]
    rmsprop, adadelta = (abs(run.w[-1, 0]) / 1e-3 for run in runs)
    assert rmsprop == pytest.approx(adaptive.swing(0.01) / 1e-3, rel=0.01)
    assert adadelta > 10


@pytest.mark.parametrize("start", [(1, 0.05), (1, -0.4), (0.4, 1), (3, 0.4), (0.1, 0.4), (0.2, -1)])
def test_from_other_starts_the_order_stays_at_0_and_at_45_degrees(start):
    lr = np.geomspace(0.003, 3, 61)[:, None]
    steps = {}
    for angle in (0, 45):
        bowl = Quadratic([1.0, 100.0], angle=angle)
        for rule in (GradientDescent(lr), AdaGrad(lr), RMSProp(lr, beta2=np.array([0.9, 0.99, 0.999])[:, None, None])):
            loss = minimize(bowl, bowl.eigenvectors @ start, rule, steps=600).loss
            steps[type(rule).__name__, angle] = stays_below(loss, 1e-3).min()
    for name in ("AdaGrad", "RMSProp"):
        assert steps[name, 0] < steps["GradientDescent", 0] / 10
        assert steps[name, 45] > steps["GradientDescent", 45]


def test_where_the_lines_cross_depends_on_the_start():
    lr, betas = np.geomspace(0.003, 3, 61)[:, None], np.array([0.5, 0.6, 0.7, 0.8, 0.9])[:, None, None]
    bowl = Quadratic([1.0, 100.0], angle=10)
    wins = []
    for start in ((1, 0.05), (1, 0.4)):
        rules = (AdaGrad(lr), Momentum(lr, momentum=betas))
        runs = [minimize(bowl, bowl.eigenvectors @ start, rule, 600) for rule in rules]
        adagrad, momentum = (stays_below(run.loss, 1e-3).min() for run in runs)
        wins.append(bool(adagrad < momentum))
    assert wins == [True, False]


@pytest.mark.parametrize(("kappa", "start"), [(100.0, (1.0, 0.4)), (100.0, (-0.6, 1.0)), (50.0, (1.0, 0.7))])
def test_with_a_short_memory_rmsprop_is_behind_gradient_descent_though_the_axes_fit(kappa, start):
    lr, steps = np.geomspace(0.003, 3, 61)[:, None], {}
    for beta2 in (0.9, 0.999, None):
        rule = GradientDescent(lr) if beta2 is None else RMSProp(lr, beta2=beta2)
        loss = minimize(Quadratic([1.0, kappa]), start, rule, steps=600).loss
        steps[beta2] = stays_below(loss, 1e-3).min()
    assert steps[0.999] < steps[None] / 10
    assert steps[0.9] > 10 * steps[0.999]
    if kappa == 100:
        assert steps[0.9] > steps[None]


def test_a_memory_longer_than_the_run_makes_rmsprop_nearly_adagrad():
    gradients = np.random.default_rng(5).normal(size=(300, 4)) * [1, 10, 0.1, 3]
    average = replay(RMSProp(1.0, beta2=0.999), gradients).state[-1]
    summed = replay(AdaGrad(1.0), gradients).state[-1]
    np.testing.assert_allclose(1000 * average / summed, 0.86, atol=0.05)
