"""Chapter 03: its theory, what it says of its data, and its explorer against numbers computed another way."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import (
    GradientDescent,
    LinearRegression,
    LogisticRegression,
    Quadratic,
    load_breast_cancer,
    minimize,
    standardize,
)
from course_lib.chapters.beyond_the_bowl.explorer import FIXED, NEWTON, TRYING, LocalModelExplorer, level_lines
from course_lib.chapters.beyond_the_bowl.shared import highest_from_here, search
from course_lib.objectives import Rosenbrock, Saddle
from course_lib.theory.local_models import (
    backtrack,
    curvature_at,
    guaranteed_decrease,
    newton_step,
    steepest,
    unit_ball,
)

CANCER = standardize(load_breast_cancer())
X, Y = CANCER.X[:, 20:], CANCER.y
MODEL = LogisticRegression(10)
LOSS, START = MODEL.on(X, Y), np.zeros(11)
BOUND = np.linalg.eigvalsh(MODEL.hessian(START, X)).max()
LEAST = 0.0734332316  # found by Newton's step; below, its gradient is 0


def newton(objective):
    return lambda w: newton_step(objective.grad(w), objective.model.hessian(w, objective.X))


# ---------------------------------------------------------------------------------- the descent lemma


@given(seed=st.integers(0, 999), size=st.floats(0.01, 10), share=st.floats(0.01, 1.99))
def test_no_step_gains_less_than_the_lemma_promises(seed, size, share):
    w, lr = size * np.random.default_rng(seed).normal(size=11), share / BOUND
    grad = LOSS.grad(w)
    assert LOSS.value(w) - LOSS.value(w - lr * grad) >= guaranteed_decrease(grad, lr, BOUND) - 1e-12


@given(seed=st.integers(0, 999), size=st.floats(0.01, 30))
def test_no_curvature_exceeds_that_at_zero(seed, size):
    w = size * np.random.default_rng(seed).normal(size=11)
    assert np.linalg.eigvalsh(MODEL.hessian(w, X)).max() <= BOUND * (1 + 1e-12)


def test_the_hessian_is_the_derivative_of_the_gradient_lane_by_lane():
    w = np.random.default_rng(0).normal(size=(2, 3, 11))
    hessians = MODEL.hessian(w, X)
    assert hessians.shape == (2, 3, 11, 11)
    for lane in itertools.product(range(2), range(3)):
        np.testing.assert_allclose(hessians[lane], curvature_at(LOSS, w[lane]), atol=1e-8)
    far = MODEL.hessian(np.full(11, 1e4), X)
    assert np.isfinite(far).all()


def test_the_hessian_asks_for_the_columns_of_the_model():
    with pytest.raises(ValueError, match="X must have 10 columns"):
        MODEL.hessian(START, X[:, :9])


def test_the_smallest_gradient_stays_below_the_telescoped_bound():
    run = minimize(LOSS, START, GradientDescent(1 / BOUND), 300)
    squares = np.sum(LOSS.grad(run.w[:-1]) ** 2, axis=-1)
    assert np.all(np.minimum.accumulate(squares) <= 2 * BOUND * run.loss[0] / np.arange(1, 301))


def curvature_met(objective, bound, steps=200):
    run = minimize(objective, START, GradientDescent(1 / bound), steps)
    squares = np.sum(objective.grad(run.w[:-1]) ** 2, axis=-1)
    return 2 + np.diff(run.loss) / (squares / (2 * bound))


def one_direction():
    """Return a logistic regression on one feature, the score of a linear fit; mirrored rows keep the bias at 0."""
    score = X @ np.linalg.lstsq(X, 2 * Y - 1, rcond=None)[0]
    score = np.append(score, -score)[:, None] / score.std()
    return LogisticRegression(1).on(score, np.append(Y, 1 - Y))


def test_saturation_and_directions_are_each_enough_to_make_the_lemma_cautious():
    line = LinearRegression(10)
    np.testing.assert_allclose(line.hessian(X), 8 * MODEL.hessian(START, X), atol=1e-12)  # the same directions
    single = one_direction()
    run = minimize(single, np.zeros(2), GradientDescent(4.0), 200)
    assert np.abs(run.w[:, 1]).max() < 1e-12
    squares = np.sum(single.grad(run.w[:-1]) ** 2, axis=-1)
    alone = 2 + np.diff(run.loss) / (2 * squares)
    for share in (curvature_met(LOSS, BOUND), curvature_met(line.on(X, 2 * Y - 1), 8 * BOUND), alone):
        assert share[-1] < 0.01


def test_the_share_met_is_the_share_of_the_gradient_that_a_step_takes_away():
    bowl = Quadratic([0.3, 1.0, 4.0])
    w = np.array([1.0, -2.0, 0.5])
    g = bowl.grad(w)
    share = g @ (bowl.eigenvalues * g) / (4 * g @ g)
    assert g @ bowl.grad(w - g / 4) == pytest.approx((1 - share) * g @ g)


def test_on_the_tumors_too_and_the_gradient_soon_hardly_changes():
    share = curvature_met(LOSS, BOUND)
    g = LOSS.grad(minimize(LOSS, START, GradientDescent(1 / BOUND), 201).w)
    taken = 1 - np.sum(g[:-1] * g[1:], axis=-1) / np.sum(g[:-1] ** 2, axis=-1)
    np.testing.assert_allclose(taken[1:200], share[1:], rtol=0.3)
    assert share[20] < 0.05 and share[199] < 0.01


@given(st.integers(0, 999))
def test_where_a_curvature_is_negative_newton_climbs_and_gradient_descent_goes_down(seed):
    w = np.random.default_rng(seed).uniform(0.5, 2.0, 2) * np.random.default_rng(seed + 1).choice([-1, 1], 2)
    g, H = np.array([4 * w[0] ** 3, -w[1]]), np.diag([12 * w[0] ** 2, -1.0])
    np.testing.assert_allclose(w + newton_step(g, H), [2 / 3 * w[0], 0.0], atol=1e-12)
    assert abs((w - 0.1 * g)[1]) > abs(w[1])


@given(st.integers(0, 999))
def test_along_no_direction_is_the_curvature_of_the_log_loss_larger_than_at_zero(seed):
    rng = np.random.default_rng(seed)
    w, a = rng.normal(size=11) * 3, rng.normal(size=11)
    assert a @ MODEL.hessian(w, X) @ a <= a @ MODEL.hessian(START, X) @ a


def test_the_limit_near_the_minimum_decides_which_fixed_rate_settles():
    lowest = search(LOSS, START, newton(LOSS), steps=12, slope=None).w[-1]
    assert np.linalg.norm(LOSS.grad(lowest)) < 1e-12
    limit = 2 / np.linalg.eigvalsh(MODEL.hessian(lowest, X)).max() * BOUND
    assert limit == pytest.approx(47.6, abs=0.1)
    near = lowest + 1e-4
    run = minimize(LOSS, near, GradientDescent(lr=limit * np.array([[0.99], [1.01]]) / BOUND), 1000)
    rises = np.diff(run.loss, axis=0)[:-100] > 1e-15
    assert rises.any(axis=0).tolist() == [False, True]
    run = minimize(LOSS, START, GradientDescent(lr=np.array([[45.0], [50.0]]) / BOUND), 1000)
    assert (np.diff(run.loss, axis=0)[-100:] > 0).any(axis=0).tolist() == [False, True]


def test_the_log_loss_keeps_the_promise_for_convex_losses():
    lowest = search(LOSS, START, newton(LOSS), steps=12, slope=None).w[-1]
    for start in (START, np.random.default_rng(0).normal(size=11)):
        gap = minimize(LOSS, start, GradientDescent(1 / BOUND), 300).loss[1:] - LEAST
        assert np.all(gap <= BOUND * np.sum((start - lowest) ** 2) / (2 * np.arange(1, 301)))


@pytest.mark.parametrize(("start", "low", "high"), [((-1.5, 2.0), 0.0020, 0.0024), ((-2.5, 2.0), 0.0011, 0.0013)])
def test_survival_in_rosenbrocks_valley_is_ragged_and_depends_on_the_start(start, low, high):
    rates = np.linspace(low, high, 401)
    lost = minimize(Rosenbrock(), start, GradientDescent(lr=rates[:, None]), 200).diverged
    assert not lost[0] and lost[-1]
    assert np.sum(lost[1:] != lost[:-1]) >= 3


# ---------------------------------------------------------------------------------- backtracking


@given(seed=st.integers(0, 999), first=st.floats(1e-2, 1e3), shrink=st.floats(0.1, 0.9), slope=st.floats(0.01, 0.99))
def test_a_rate_that_was_shortened_is_the_first_that_passes_and_never_below_its_bound(seed, first, shrink, slope):
    w = np.random.default_rng(seed).normal(size=11)
    grad = LOSS.grad(w)
    new, lr, trials = backtrack(LOSS.value, w, grad, -grad, first, shrink, slope)
    assert lr == pytest.approx(first * shrink ** (trials - 1))
    assert LOSS.value(new) <= LOSS.value(w) - slope * lr * grad @ grad
    if trials > 1:
        assert lr > shrink * 2 * (1 - slope) / BOUND * (1 - 1e-9)
        longer = lr / shrink
        assert not LOSS.value(w - longer * grad) <= LOSS.value(w) - slope * longer * grad @ grad


def test_a_loss_that_is_nan_is_refused_and_the_border_accepted():
    def value(w):
        with np.errstate(invalid="ignore"):
            return float(np.sqrt(w[0]))

    assert backtrack(value, np.array([1.0]), np.array([0.5]), np.array([-0.5]), lr=4.0, slope=0.1)[1] == 2.0
    square = backtrack(lambda w: float(w @ w), np.array([1.0]), np.array([2.0]), np.array([-2.0]), lr=0.5, slope=0.5)
    assert (square[1], square[2]) == (0.5, 1)


def test_one_product_with_X_serves_all_trials_of_a_step():
    w = np.random.default_rng(0).normal(size=11)
    g, ones = LOSS.grad(w), np.column_stack([X, np.ones(len(X))])
    scores, change = ones @ w, ones @ g
    for lr in (0.1, 1.0, 30.0):
        signed = (scores - lr * change) * (1 - 2 * Y)
        assert np.logaddexp(0, signed).mean() == pytest.approx(LOSS.value(w - lr * g))


@pytest.mark.parametrize(("slope", "lr"), [(0.1, 1.0), (0.5, 0.01), (0.5, 1.0), (0.5, 10.0), (0.9, 0.1)])
def test_backtracking_is_ahead_of_the_best_fixed_rate_at_a_thousandth(slope, lr):
    rates = np.geomspace(1, 100, 21)[:, None] / BOUND
    fixed = highest_from_here(minimize(LOSS, START, GradientDescent(lr=rates), 400).loss).min(axis=1)
    tried = search(LOSS, START, lambda w: -LOSS.grad(w), steps=400, lr=lr, growth=2, slope=slope)
    soon, best = (np.argmax(highest_from_here(loss) - LEAST < 1e-3) for loss in (tried.loss, fixed))
    assert 0 < 1.5 * soon < best
    if (slope, lr) == (0.5, 1.0):
        paid = np.cumsum([0, *(2 + tried.trials)])
        assert paid[soon] < 2 * best
        early, first = (np.argmax(highest_from_here(loss) - LEAST < 1e-2) for loss in (tried.loss, fixed))
        assert (2 * early, paid[early], 2 * first) == (16, 25, 18)


def test_search_tries_again_from_lr_or_from_the_last_rate():
    bowl = Quadratic([1.0, 10.0])
    again = search(bowl, [1.0, 1.0], lambda w: -bowl.grad(w), steps=3, lr=0.8)
    assert again.trials.tolist() == [4, 4, 4] or again.rates.max() <= 0.8
    assert (again.rates == 0.8 * 0.5 ** (again.trials - 1)).all()
    growing = search(bowl, [1.0, 1.0], lambda w: -bowl.grad(w), steps=3, lr=0.8, growth=2)
    firsts = np.array([0.8, *(2 * growing.rates[:-1])])
    np.testing.assert_allclose(growing.rates, firsts * 0.5 ** (growing.trials - 1))
    np.testing.assert_allclose(growing.loss, bowl.value(growing.w))


def test_a_search_without_a_direction_is_nan_from_there_on():
    def no_direction(w):
        raise np.linalg.LinAlgError

    run = search(Quadratic([1.0]), [1.0], no_direction, steps=2)
    assert run.w[0] == 1
    assert np.isnan(run.w[1:]).all() and np.isnan(run.loss[1:]).all()


def test_highest_from_here():
    assert highest_from_here([3.0, 1.0, 2.0, 0.5]).tolist() == [3.0, 2.0, 2.0, 0.5]


# ---------------------------------------------------------------------------------- Newton


def test_on_a_bowl_newton_needs_one_step_and_each_direction_has_its_rate():
    bowl = Quadratic([0.4, 4.0], angle=30, center=[1.0, -2.0])
    w = np.array([3.0, 3.0])
    step = newton_step(bowl.grad(w), curvature_at(bowl, w))
    np.testing.assert_allclose(w + step, bowl.minimum, atol=1e-6)
    along = bowl.eigenvectors.T @ bowl.grad(w)
    np.testing.assert_allclose(bowl.eigenvectors.T @ step, -along / bowl.eigenvalues, atol=1e-6)


def test_newton_sees_no_units_and_gradient_descent_does():
    raw = MODEL.on(load_breast_cancer().X[:, 20:], Y)
    losses = [search(it, START, newton(it), steps=10, slope=None).loss for it in (LOSS, raw)]
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-6)
    bound = np.linalg.eigvalsh(MODEL.hessian(START, raw.X)).max()
    many = minimize(raw, START, GradientDescent(lr=np.geomspace(1, 1000, 31)[:, None] / bound), 1000)
    assert many.loss[-1].min() > 0.2


def test_the_ten_measurements_have_a_minimum():
    run = search(LOSS, START, newton(LOSS), steps=12)
    assert run.loss[-1] == pytest.approx(LEAST, abs=1e-9)
    assert np.linalg.norm(LOSS.grad(run.w[-1])) < 1e-12


def test_all_thirty_are_separable_and_a_ridge_gives_a_minimum():
    everything = LogisticRegression(30).on(*CANCER)
    w = search(everything, np.zeros(31), newton(everything), steps=18, slope=None).w[-1]
    scores = CANCER.X @ w[:-1] + w[-1]
    assert np.all((scores > 0) == (Y == 1))  # a plane lies between the classes
    assert everything.value(4 * w) < 1e-10

    w, ridge = np.zeros(31), 0.01 * np.eye(31)
    for _ in range(12):
        w = w + newton_step(everything.grad(w) + ridge @ w, everything.model.hessian(w, CANCER.X) + ridge)
    assert np.linalg.norm(everything.grad(w) + ridge @ w) < 1e-12


def test_full_newton_steps_fail_from_far_starts_and_backtracking_repairs_that():
    far = np.random.default_rng(1).normal(size=(30, 11))
    ends = {
        slope: np.array([search(LOSS, first, newton(LOSS), steps=30, slope=slope).loss[-1] for first in far])
        for slope in (None, 0.1)
    }
    assert np.sum(~(ends[None] < LEAST + 1e-3)) > 10
    assert np.all(ends[0.1] < LEAST + 1e-3)


def test_newton_is_caught_by_the_saddle_that_gradient_descent_leaves():
    surface, first = Saddle(), np.array([-1.6, 0.01])
    caught = search(surface, first, lambda w: newton_step(surface.grad(w), curvature_at(surface, w)), 5, slope=None)
    assert np.linalg.norm(caught.w[-1]) < 1e-9
    np.testing.assert_allclose(minimize(surface, first, GradientDescent(0.3), 60).w[-1], [0, 1], atol=1e-6)


# ---------------------------------------------------------------------------------- norms

ORDERS = {1: 1, 2: 2, "max": np.inf}


@given(seed=st.integers(0, 999), norm=st.sampled_from([1, 2, "max"]))
def test_no_move_of_the_same_length_promises_more_than_the_steepest(seed, norm):
    rng = np.random.default_rng(seed)
    g, moves = rng.normal(size=4), rng.normal(size=(200, 4))
    best = steepest(g, norm)
    assert np.linalg.norm(best, ORDERS[norm]) == pytest.approx(1)
    moves /= np.linalg.norm(moves, ORDERS[norm], axis=1, keepdims=True)
    assert np.all(moves @ g >= g @ best - 1e-12)
    assert -g @ best == pytest.approx(np.linalg.norm(g, {1: np.inf, 2: 2, "max": 1}[norm]))


@pytest.mark.parametrize("norm", [1, 2, "max"])
def test_where_no_move_promises_anything_the_steepest_is_none(norm):
    assert not np.any(steepest(np.zeros(2), norm))


@pytest.mark.parametrize("norm", [1, 2, "max"])
def test_a_unit_ball_has_length_one(norm):
    np.testing.assert_allclose(np.linalg.norm(unit_ball(norm), ORDERS[norm], axis=0), 1)


def test_another_norm_is_refused():
    for function in (lambda: steepest(np.ones(2), 3), lambda: unit_ball("sum")):
        with pytest.raises(ValueError, match="norm must be one of 1, 2, 'max'"):
            function()


def test_in_the_norm_of_the_hessian_newton_is_steepest():
    H, g = np.array([[3.0, 1.0], [1.0, 2.0]]), np.array([1.0, -2.0])
    moves = np.random.default_rng(0).normal(size=(500, 2))
    moves /= np.sqrt(np.einsum("ki,ij,kj->k", moves, H, moves))[:, None]
    step = newton_step(g, H)
    assert np.all(moves @ g >= g @ step / np.sqrt(step @ H @ step) - 1e-12)


# ---------------------------------------------------------------------------------- the explorer


@pytest.fixture(scope="module")
def explorer():
    return LocalModelExplorer(surface="Rosenbrock's valley", rule=FIXED, lr=0.001, steps=30)


def valley_slopes(x, y):
    """The first and second derivatives of Rosenbrock's valley, by hand."""
    g = np.array([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)])
    return g, np.array([[2 - 400 * y + 1200 * x**2, -400 * x], [-400 * x, 200.0]])


def test_a_fixed_rate_is_the_run_of_minimize(explorer):
    explorer.set(rule=FIXED, lr=0.001, steps=30, start=(-1.5, 2.0))
    run = minimize(Rosenbrock(), [-1.5, 2.0], GradientDescent(0.001), 30)
    np.testing.assert_allclose(explorer.result.w, run.w)
    np.testing.assert_allclose(explorer.result.loss, run.loss)
    assert "after 30 steps the loss is" in explorer.describe()
    explorer.set(lr=0.01)
    assert "it diverges" in explorer.describe()


def test_backtracking_is_a_loop_by_hand(explorer):
    explorer.set(rule=TRYING, lr=1.0, slope=0.3, steps=12, start=(-1.2, 1.0))
    w, rate, count = np.array([-1.2, 1.0]), 0.5, 0
    for _ in range(12):
        g, rate = valley_slopes(*w)[0], 2 * rate
        while True:
            count += 1
            new = w - rate * g
            if Rosenbrock().value(new) <= Rosenbrock().value(w) - 0.3 * rate * g @ g:
                break
            rate /= 2
        w = new
    np.testing.assert_allclose(explorer.result.w[-1], w)
    assert f"after 12 steps and {count} trials" in explorer.describe()


def test_newton_uses_the_second_derivatives(explorer):
    explorer.set(rule=NEWTON, steps=4, start=(-1.5, 2.0))
    w = np.array([-1.5, 2.0])
    for _ in range(4):
        g, H = valley_slopes(*w)
        w = w - np.linalg.solve(H, g)
    np.testing.assert_allclose(explorer.result.w[-1], w, rtol=1e-5)
    low, high = np.linalg.eigvalsh(valley_slopes(*w)[1])
    assert f"The curvatures here are {low:.3g} and {high:.0f}" in explorer.describe()


def test_newton_says_that_its_model_is_a_saddle():
    explorer = LocalModelExplorer(surface="saddle", rule=NEWTON, steps=0, start=(-1.6, 0.3))
    assert "The curvatures here are −0.73 and 1: the next step goes to the saddle" in explorer.describe()
    explorer.set(start=(-1.6, 0.6))
    assert "saddle of the local model" not in explorer.describe()
    explorer.set(start=(-1.6, 0.57))
    assert "saddle of the local model" in explorer.describe()


@pytest.mark.parametrize("start", [(-1.6, 0.3), (-1.6, 0.9), (0.2, 1.5), (0.05, 0.4)])
def test_on_the_dashed_curve_the_model_is_as_high_as_at_the_point(start):
    step = LocalModelExplorer(surface="saddle", rule=NEWTON, steps=0, start=start).result.next
    g, H = np.array([start[0], start[1] ** 3 - start[1]]), np.diag([1.0, 3 * start[1] ** 2 - 1])
    for line in level_lines(step, reach=4.0):
        d = line - np.array(start)
        heights = d @ g + np.einsum("ki,ij,kj->k", d, H, d) / 2
        np.testing.assert_allclose(heights, 0, atol=1e-4 * (1 + np.abs(d).max() ** 2))


def test_the_model_of_a_rate_is_a_circle_around_the_end_of_the_step(explorer):
    explorer.set(rule=FIXED, lr=0.002, steps=3, start=(-1.5, 2.0))
    step = explorer.result.next
    (circle,) = level_lines(step, reach=4.0)
    np.testing.assert_allclose(np.linalg.norm(circle - step.end, axis=1), np.linalg.norm(step.start - step.end))


def test_on_a_bowl_the_model_is_nowhere_below_the_loss_up_to_one_over_the_largest_curvature():
    bowl = Quadratic([1.0, 10.0])
    moves = np.random.default_rng(0).normal(size=(200, 2))
    w = np.array([-1.5, 2.0])
    model = bowl.value(w) + moves @ bowl.grad(w)
    for lr, above in [(0.0999, True), (0.101, False)]:
        assert np.all(model + np.sum(moves**2, axis=1) / (2 * lr) >= bowl.value(w + moves)) == above


def test_where_the_gradient_is_zero_nothing_is_promised():
    explorer = LocalModelExplorer(surface="saddle", rule=FIXED, start=(0.0, 0.0), steps=3)
    assert "The gradient is 0 here" in explorer.describe()


def test_the_goal_of_the_exercise_is_met_by_its_rate():
    explorer = LocalModelExplorer(
        goal="find_rosenbrock_rate", surface="Rosenbrock's valley", rule=FIXED, lr=0.0005, steps=200
    )
    assert "Not there yet" in explorer.describe()
    explorer.set(lr=0.0018)
    assert "Goal met" in explorer.describe()
    explorer.set(lr=0.003)
    assert "Not there yet: it diverges" in explorer.describe()
