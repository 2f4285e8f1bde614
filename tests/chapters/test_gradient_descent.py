"""What chapter 02 claims about gradient descent on bowls, at other settings than the chapter's, and its explorer."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from course_lib import (
    Data,
    GradientDescent,
    LinearRegression,
    Quadratic,
    load_breast_cancer,
    load_diabetes,
    minimize,
    standardize,
)
from course_lib.chapters.gradient_descent.explorer import DescentExplorer
from course_lib.checks import find
from course_lib.theory.descent import best_factor, best_rate, curvatures, factors, loss_parts, steps_to, threshold

spectra = st.lists(st.floats(0.05, 20.0), min_size=1, max_size=6)
shares_of_the_limit = st.floats(0.05, 0.97)
seeds = st.integers(0, 2**32 - 1)


def start_on(eigenvalues, seed):
    """Return a start with a component along every axis, none of them small."""
    rng = np.random.default_rng(seed)
    return rng.choice([-1.0, 1.0], len(eigenvalues)) * rng.uniform(0.2, 3.0, len(eigenvalues))


def turned(eigenvalues, seed):
    """Return a symmetric matrix with these eigenvalues, and its eigenvectors as columns."""
    q, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(len(eigenvalues), len(eigenvalues))))
    return q @ np.diag(eigenvalues) @ q.T, q


def path_by_hand(hessian, start, lr, steps):
    points = [start]
    for _ in range(steps):
        points.append(points[-1] - lr * hessian @ points[-1])
    return np.array(points)


# ---------------------------------------------------------------------------------- the threshold


@given(spectra, shares_of_the_limit, seeds)
def test_below_the_threshold_every_start_converges(eigenvalues, share, seed):
    run = minimize(
        Quadratic(eigenvalues), start_on(eigenvalues, seed), GradientDescent(share * threshold(eigenvalues)), 50
    )
    distance = np.linalg.norm(run.w, axis=-1)
    slowest = np.abs(factors(share * threshold(eigenvalues), eigenvalues)).max()
    assert slowest < 1
    assert np.all(distance[1:] <= slowest * distance[:-1] * (1 + 1e-9) + 1e-300)


@given(spectra, st.floats(1.01, 1.3), seeds)
def test_beyond_it_a_component_along_the_steepest_axis_decides(eigenvalues, share, seed):
    assume(max(eigenvalues) > 1.5 * min(eigenvalues))
    lr, start = share * threshold(eigenvalues), start_on(eigenvalues, seed)
    run = minimize(Quadratic(eigenvalues), start, GradientDescent(lr), 600)
    steep = np.argmax(eigenvalues)
    assert np.all(np.abs(run.w[1:, steep]) > np.abs(run.w[:-1, steep]))
    # Without a component along any axis whose limit is passed, nothing grows at the same rate.
    start[lr * np.array(eigenvalues) >= 2] = 0
    rest = np.linalg.norm(minimize(Quadratic(eigenvalues), start, GradientDescent(lr), 600).w, axis=-1)
    assert rest[-1] <= rest[0]


def test_a_start_off_all_axes_may_converge_beyond_the_threshold_and_one_on_an_axis_may_not():
    rule = GradientDescent(0.52)
    assert minimize(Quadratic([0.4, 1.0, 4.0]), [1.0, 1.0, 0.0], rule, 500).loss[-1] < 1e-9
    assert minimize(Quadratic([0.4, 4.0]), [0.0, 1.0], rule, 500).loss[-1] > 1e9


@pytest.mark.parametrize("angle", [10, 30, 45, 77])
def test_rounding_finds_the_steep_axis_of_a_turned_bowl(angle):
    bowl = Quadratic([0.4, 4.0], angle=angle)
    run = minimize(bowl, bowl.eigenvectors @ [1.0, 0.0], GradientDescent(0.52), 2000)
    distance = np.linalg.norm(run.w, axis=-1)
    assert distance[10] < 0.2
    assert distance[-1] > 1e6


# ---------------------------------------------------------------------------------- directions


@given(spectra, st.floats(0.05, 1.2), seeds)
def test_along_its_eigenvectors_any_bowl_is_one_that_is_not_turned(eigenvalues, share, seed):
    hessian, q = turned(eigenvalues, seed)
    lr, start = share * threshold(eigenvalues), start_on(eigenvalues, seed)
    path = path_by_hand(hessian, start, lr, 20)
    expected = factors(lr, eigenvalues) ** np.arange(21)[:, None] * (q.T @ start)
    np.testing.assert_allclose(path @ q, expected, atol=1e-9 * np.abs(expected).max())


@given(spectra, st.floats(0.05, 1.2), seeds)
def test_the_parts_of_the_loss_add_up(eigenvalues, share, seed):
    hessian, q = turned(eigenvalues, seed)
    lr, start = share * threshold(eigenvalues), start_on(eigenvalues, seed)
    path = path_by_hand(hessian, start, lr, 20)
    loss = 0.5 * np.einsum("ti,ij,tj->t", path, hessian, path)
    parts = loss_parts(lr, eigenvalues, q.T @ start, np.arange(21)[:, None])
    np.testing.assert_allclose(parts.sum(axis=-1), loss, rtol=1e-6, atol=1e-9 * loss.max())


@given(st.integers(3, 8), seeds)
def test_the_linear_model_is_such_a_bowl(d, seed):
    rng = np.random.default_rng(seed)
    X, y, model = rng.normal(size=(30, d)), rng.normal(size=30), LinearRegression(d)
    eigenvalues, q = np.linalg.eigh(model.hessian(X))
    loss, solution = model.on(X, y), model.solve(X, y)
    run = minimize(loss, np.zeros(d + 1), GradientDescent(1 / eigenvalues.max()), 30)
    parts = loss_parts(1 / eigenvalues.max(), eigenvalues, q.T @ solution, np.arange(31)[:, None])
    np.testing.assert_allclose(parts.sum(axis=-1), run.loss - loss.value(solution), atol=1e-9)


# ---------------------------------------------------------------------------------- the best rate


@given(spectra, st.floats(0.01, 1.5))
def test_no_rate_has_a_smaller_slowest_factor_than_the_best(eigenvalues, share):
    least = np.abs(factors(best_rate(eigenvalues), eigenvalues)).max()
    assert least == pytest.approx(best_factor(max(eigenvalues) / min(eigenvalues)), abs=1e-12)
    assert least <= np.abs(factors(share * threshold(eigenvalues), eigenvalues)).max() + 1e-12


@given(spectra, seeds, st.floats(1e-6, 0.5))
def test_the_predicted_steps_are_a_bound_and_exact_where_both_directions_are_equal(eigenvalues, seed, share):
    kappa = max(eigenvalues) / min(eigenvalues)
    assume(1.5 < kappa < 60)
    predicted = steps_to(share, best_factor(kappa))
    assume(abs(predicted - round(predicted)) > 1e-6)
    steps = int(np.ceil(predicted))
    run = minimize(Quadratic(eigenvalues), start_on(eigenvalues, seed), GradientDescent(best_rate(eigenvalues)), steps)
    distance = np.linalg.norm(run.w, axis=-1)
    assert distance[-1] <= share * distance[0] * (1 + 1e-9)
    if len(set(eigenvalues)) == 2:
        assert distance[-2] > share * distance[0]


@given(st.floats(20.0, 1e5))
def test_steps_grow_in_proportion_to_kappa(kappa):
    assert steps_to(1e-6, best_factor(kappa)) == pytest.approx(kappa / 2 * np.log(1e6), rel=1e-3)


@pytest.mark.parametrize("seed", [0, 1])
def test_to_a_tenth_of_the_error_the_steps_grow_more_slowly_than_kappa(seed):
    start, counts = np.random.default_rng(seed).normal(size=200), []
    for kappa in (10, 1000):
        eigenvalues = np.linspace(1, kappa, 200)
        t = np.arange(8 * kappa)[:, None]
        distance = np.linalg.norm(factors(best_rate(eigenvalues), eigenvalues) ** t * start, axis=-1)
        counts.append([(distance <= share * distance[0]).argmax() for share in (0.1, 1e-6)])
    (tenth, millionth), (tenth_later, millionth_later) = counts
    assert tenth_later < 30 * tenth and 60 * millionth < millionth_later


def test_in_the_distance_the_best_rate_is_ahead_soon_on_the_diabetes_data():
    data, model = standardize(load_diabetes()), LinearRegression(10)
    eigenvalues, axes = np.linalg.eigh(model.hessian(data.X))
    x, t = axes.T @ model.solve(data.X, data.y), np.arange(4001)[:, None]
    usual, best = (
        np.linalg.norm(factors(rate, eigenvalues) ** t * x, axis=-1) for rate in (0.2, best_rate(eigenvalues))
    )
    assert np.all(best[100:] < usual[100:]) and best[50] > usual[50] and best[100] > 0.2 * best[0]


def test_the_best_rate_is_behind_until_almost_nothing_is_left_of_the_diabetes_loss():
    data, model = standardize(load_diabetes()), LinearRegression(10)
    eigenvalues = np.linalg.eigvalsh(model.hessian(data.X))
    loss = model.on(data.X, data.y)
    rates = np.array(
        [0.6 / eigenvalues.max(), 1.2 / eigenvalues.max(), 1.6 / eigenvalues.max(), best_rate(eigenvalues)]
    )
    run = minimize(loss, np.zeros(11), GradientDescent(rates[:, None]), 1000)
    left = run.loss - loss.value(model.solve(data.X, data.y))
    assert np.all(left[[10, 30, 100, 300], -1] > 1.5 * left[[10, 30, 100, 300], 2])
    assert left[1000, -1] > left[1000, 2]


def test_the_rate_that_brings_the_loss_down_first_lies_below_the_best_one_of_the_error():
    for low, high in ((0.3, 6.0), (0.5, 6.0), (1.0, 30.0)):
        best = best_rate([low, high])
        rates = np.linspace(0.8, 1.04, 97) * best
        run = minimize(Quadratic([low, high]), [1.0, 1.0], GradientDescent(rates[:, None]), 1500)
        steps = run.steps_to(1e-6)
        assert rates[steps.argmin()] < 0.995 * best and steps.min() < 0.9 * steps[np.abs(rates - best).argmin()]


def test_the_limit_of_a_table_is_where_its_runs_begin_to_grow():
    rng, largest_rate = np.random.default_rng(3), find("largest_rate").reference
    for _ in range(5):
        X, y = rng.normal(rng.normal(size=3), 2.0, size=(15, 3)), rng.normal(size=15)
        model, start = LinearRegression(3), rng.normal(size=4)
        rates = np.array([0.98, 1.02]) * largest_rate(X)
        run = minimize(model.on(X, y), start, GradientDescent(rates[:, None]), 3000)
        distance = np.linalg.norm(run.w - model.solve(X, y), axis=-1)
        assert distance[3000, 0] < distance[0, 0] / 10 and distance[3000, 1] > 1e6 * distance[1500, 1]


# ---------------------------------------------------------------------------------- when to stop


@given(spectra, st.floats(0.001, 0.9), seeds)
def test_the_change_of_the_loss_holds_the_rate_and_the_gradient_does_not(eigenvalues, share, seed):
    lr, bowl, start = share * threshold(eigenvalues), Quadratic(eigenvalues), start_on(eigenvalues, seed)
    change = bowl.value(start) - bowl.value(start - lr * bowl.grad(start))
    about = lr * np.sum(bowl.grad(start) ** 2)
    assert (1 - share) * about <= change * (1 + 1e-9) and change <= about


@given(spectra, seeds)
def test_a_gradient_bounds_height_and_distance_and_the_flattest_axis_meets_the_bound(eigenvalues, seed):
    bowl, e = Quadratic(eigenvalues), start_on(eigenvalues, seed)
    length, flattest = np.linalg.norm(bowl.grad(e)), min(eigenvalues)
    assert bowl.value(e) <= length**2 / (2 * flattest) * (1 + 1e-12)
    assert np.linalg.norm(e) <= length / flattest * (1 + 1e-12)
    e = 3.0 * (np.arange(len(eigenvalues)) == np.argmin(eigenvalues))
    assert bowl.value(e) == pytest.approx(np.sum(bowl.grad(e) ** 2) / (2 * flattest))


def test_a_rule_on_the_change_stops_higher_at_smaller_rates_and_one_on_the_gradient_does_not():
    stop_step, bowl = find("stop_step"), Quadratic([1.0, 10.0])
    heights = {"change": [], "length": []}
    for lr in (0.1, 0.01, 0.001, 0.0001):
        run = minimize(bowl, [1.0, 1.0], GradientDescent(lr), 60_000)
        heights["change"].append(run.loss[stop_step(run.loss, 1e-4, 3)])
        heights["length"].append(run.loss[np.argmax(np.linalg.norm(bowl.grad(run.w), axis=-1) < 0.01)])
    assert np.all(np.diff(heights["change"]) > 0) and heights["change"][-1] > 100 * heights["change"][0]
    assert max(heights["length"]) < 1.1 * min(heights["length"])


def test_near_the_limit_a_short_gradient_stops_far_lower_for_the_steep_direction_is_left():
    bowl, rates = Quadratic([1.0, 10.0]), np.array([0.02, 0.05, 0.1, 0.18, 0.19])
    run = minimize(bowl, [1.0, 1.0], GradientDescent(rates[:, None]), 3000)
    stops = (np.linalg.norm(bowl.grad(run.w), axis=-1) < 0.01).argmax(axis=0)
    heights = run.loss[stops, np.arange(5)]
    assert heights[:3].max() < 1.1 * heights[:3].min()
    assert heights[3:].max() < heights[:3].min() / 7


@pytest.mark.parametrize("seed", [1, 2])
def test_early_stopping_helps_with_few_patients_and_the_flat_directions_are_why(seed):
    rng, raw, model = np.random.default_rng(seed), load_diabetes(), LinearRegression(10)
    stopped, without, after = {}, {}, {}
    for n in (30, 300):
        pairs = []
        for order in [rng.permutation(len(raw)) for _ in range(40)]:
            train, others = standardize(*(Data(raw.X[rows], raw.y[rows]) for rows in (order[:n], order[n:])))
            eigenvalues, q = np.linalg.eigh(model.hessian(train.X))
            end = model.solve(*train)
            along = q.T @ end
            early = q @ ((1 - (1 - eigenvalues / eigenvalues.max()) ** 20) * along)
            points = np.array([early, q[:, 3:] @ along[3:], end - q[:, 3:6] @ along[3:6], end])
            losses = np.log(model.loss(points, *others))
            pairs.append(losses[:3] - losses[3])
        stopped[n], without[n], after[n] = np.exp(np.mean(pairs, axis=0))
    assert stopped[30] < 0.88 and without[30] < 0.9 and without[30] < after[30] - 0.05
    assert abs(stopped[300] - 1) < 0.02 and abs(without[300] - 1) < 0.02


# ---------------------------------------------------------------------------------- scaling


@given(seeds)
def test_scaled_features_are_a_rate_for_each_weight(seed):
    rng = np.random.default_rng(seed)
    X, y, s = rng.normal(size=(20, 3)), rng.normal(size=20), rng.uniform(0.2, 5.0, 3)
    of_scaled = minimize(LinearRegression(3).on(X / s, y), np.zeros(4), GradientDescent(0.01), 25)
    of_each = minimize(LinearRegression(3).on(X, y), np.zeros(4), GradientDescent(0.01 / np.append(s, 1.0) ** 2), 25)
    np.testing.assert_allclose(of_scaled.w / np.append(s, 1.0), of_each.w, rtol=1e-9, atol=1e-12)


# ---------------------------------------------------------------------------------- the explorer


def marks_on(explorer, place, kind):
    ax = explorer._background_now.axes[place]
    return [mark for mark in explorer._pen.marks if mark.kind == kind and mark.ax is ax]


@pytest.mark.parametrize("angle", [0, 30, 90])
@pytest.mark.parametrize(("kappa", "lr"), [(10, 0.02), (10, 0.19), (3.5, 0.6), (40, 0.03)])
def test_the_explorer_shows_path_parts_and_factors_of_a_matrix(kappa, lr, angle):
    explorer = DescentExplorer(kappa=kappa, angle=angle, lr=lr, steps=25, start=(1.5, -0.5))
    turn = np.deg2rad(angle)
    q = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    hessian = q @ np.diag([1.0, kappa]) @ q.T
    path = path_by_hand(hessian, np.array([1.5, -0.5]), lr, 25)
    np.testing.assert_allclose(explorer.result.w, path, rtol=1e-9, atol=1e-12)
    flat, steep, total = (mark.points[:, 1] for mark in marks_on(explorer, 1, "line"))
    shown = total > explorer._background_now.axes[1].get_ylim()[0]
    x = path @ q
    np.testing.assert_allclose(flat[shown], (x[:, 0] ** 2 / 2)[shown], rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(steep[shown], (kappa * x[:, 1] ** 2 / 2)[shown], rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(total[shown], 0.5 * np.einsum("ti,ij,tj->t", path, hessian, path)[shown], rtol=1e-6)
    (bars,) = marks_on(explorer, 2, "bars")
    heights = bars.points.reshape(-1, 2, 2)[:, 1, 1]
    np.testing.assert_allclose(heights, np.abs(np.linalg.eigvalsh(np.eye(2) - lr * hessian))[::-1], atol=1e-12)
    assert ("it diverges" in explorer.describe()) == (lr > 2 / kappa)


def test_the_explorer_says_diverges_of_what_grows_without_bound_alone():
    slow = DescentExplorer(lr=0.2001, steps=3)
    assert slow.result.loss[-1] < slow.result.loss[0]
    assert "it diverges" in slow.describe()
    assert "1000 times" not in DescentExplorer(start=(0, 0)).describe()
    on_the_flat_axis = DescentExplorer(lr=0.21, start=(1, 0), steps=100).describe()
    assert "diverges" not in on_the_flat_axis and "there the start has no error" in on_the_flat_axis
    assert "for ever" in DescentExplorer(lr=0.2, steps=50).describe()
    for near in (0.199999, 0.200001):
        assert "for ever" not in DescentExplorer(lr=near, steps=50).describe()
    rises_and_returns = DescentExplorer(rule="momentum", momentum=0.97, lr=0.3, steps=4, start=(0, 0.1))
    assert "diverges" not in rises_and_returns.describe()
    assert "it diverges" in DescentExplorer(rule="momentum", momentum=0.5, lr=0.31).describe()


def test_only_gradient_descent_on_a_bowl_has_parts():
    for settings in ({"rule": "momentum"}, {"surface": "saddle"}, {"rule": "Adam"}):
        assert len(marks_on(DescentExplorer(**settings), 1, "line")) == 1
    own = DescentExplorer(objective=Quadratic([0.3, 6.0]), lr=0.31)
    assert len(marks_on(own, 1, "line")) == 3
    assert "angle" not in own.values


def test_curvatures_come_in_ascending_order():
    np.testing.assert_array_equal(curvatures(Quadratic([4.0, 0.4])), [0.4, 4.0])


def test_no_allowed_rate_moves_along_the_valley_of_two_raw_features():
    tumors, model = load_breast_cancer(), LinearRegression(2)
    X, y = tumors.X[:, [3, 4]], tumors.y
    steepest = np.linalg.eigvalsh(model.hessian(X)).max()
    rates = np.array([0.5, 1.0, 1.9]) / steepest
    run = minimize(model.on(X, y), np.zeros(3), GradientDescent(rates[:, None]), 1000)
    left = run.loss[[50, 1000]] - model.loss(model.solve(X, y), X, y)
    np.testing.assert_allclose(left, left[0, 0], rtol=2e-3)
