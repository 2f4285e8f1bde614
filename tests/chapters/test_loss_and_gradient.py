"""The explorer of the loss against sums over the rows, the chapter's claims, and its checks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from course_lib import LinearRegression, diagnose, load_diabetes, standardize
from course_lib.chapters.loss_and_gradient.explorer import LossBowlExplorer
from course_lib.checks import find
from course_lib.words import short


@pytest.mark.parametrize("feature", ["bmi", "bp"])
@pytest.mark.parametrize(("slope", "intercept"), [(0.0, 100.0), (-60.0, 260.0), (45.5, 152.0)])
def test_loss_gradient_residuals_and_sentence(feature, slope, intercept):
    explorer = LossBowlExplorer(feature=feature, slope=slope, intercept=intercept)
    data = load_diabetes()
    x, y = data.X[:, data.feature_names.index(feature)], data.y
    x = (x - x.mean()) / x.std()
    residuals = slope * x + intercept - y
    loss, grad = explorer.result
    assert loss == pytest.approx(np.mean(residuals**2), rel=1e-9)
    assert grad == pytest.approx([2 * np.mean(residuals * x), 2 * np.mean(residuals)], rel=1e-9)
    # With a feature of mean 0 and mean square 1 the loss is a round bowl around the least squares line.
    best = np.mean(x * y), y.mean()
    above = (slope - best[0]) ** 2 + (intercept - best[1]) ** 2
    said = explorer.describe()
    assert f"the mean squared error is {short(loss)}, {short(above)} above the least possible" in said
    assert f"Its gradient is ({short(grad[0])}, {short(grad[1])})" in said
    sticks, line, arrow = explorer._pen.marks
    lengths = np.diff(sticks.points.reshape(-1, 3, 2)[:, :2, 1], axis=1)[:, 0]
    np.testing.assert_allclose(lengths, -residuals, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(line.points[:, 1], slope * line.points[:, 0] + intercept)
    np.testing.assert_allclose(arrow.points, [(slope, intercept), np.array([slope, intercept]) - grad / 4])


def test_every_patient_and_every_line_that_can_be_set_is_in_the_picture():
    explorer = LossBowlExplorer()
    left, right = explorer._background_now.axes
    (points,) = left.lines
    x, y = points.get_xydata().T
    assert len(x) == 442
    np.testing.assert_allclose([x.mean(), x.std()], [0, 1], atol=1e-9)
    np.testing.assert_array_equal(y, load_diabetes().y)
    for values, (low, high) in ((x, left.get_xlim()), (y, left.get_ylim())):
        assert low < values.min()
        assert values.max() < high
        assert high - low < 1.6 * np.ptp(values)  # and not lost in it
    slope, intercept = explorer.controls
    assert right.get_xlim() == (slope.low, slope.high)
    assert right.get_ylim() == (intercept.low, intercept.high)


# ---------------------------------------------------------------------------------- what the chapter claims


@given(seed=st.integers(0, 10**6), n=st.integers(3, 30), d=st.integers(1, 5), far=st.floats(1e-3, 1e3))
def test_the_quadratic_identity_is_exact_at_every_place(seed, n, d, far):
    rng = np.random.default_rng(seed)
    X, y, model = rng.normal(size=(n, d)), rng.normal(size=n), LinearRegression(d)
    best, w = model.solve(X, y), far * rng.normal(size=d + 1)
    error = w - best
    hessian = model.hessian(X)
    above = error @ hessian @ error / 2
    assert above >= 0
    assert model.loss(w, X, y) == pytest.approx(model.loss(best, X, y) + above, rel=1e-8)
    np.testing.assert_allclose(model.grad(w, X, y), hessian @ error, rtol=1e-6, atol=1e-6 * far)


@given(seed=st.integers(0, 10**6), shift=st.floats(-3, 3))
def test_the_best_slope_sees_the_intercept_through_the_mean_of_the_feature_alone(seed, shift):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=20), rng.normal(size=20)
    x = x - x.mean() + shift
    slopes = [np.mean(x * (y - b)) / np.mean(x**2) for b in (-5.0, 5.0)]
    assert slopes[1] - slopes[0] == pytest.approx(-10 * x.mean() / np.mean(x**2), abs=1e-9)


@given(seed=st.integers(0, 10**6), t=st.floats(0, 1))
def test_a_convex_loss_lies_below_its_chords_and_above_its_tangents(seed, t):
    rng = np.random.default_rng(seed)
    X, y, model = rng.normal(size=(6, 8)), rng.normal(size=6), LinearRegression(8)  # more weights than rows, too
    one, other = 10 * rng.normal(size=(2, 9))
    ends = model.loss(np.array([one, other]), X, y)
    assert model.loss((1 - t) * one + t * other, X, y) <= (1 - t) * ends[0] + t * ends[1] + 1e-9
    assert ends[1] >= ends[0] + model.grad(one, X, y) @ (other - one) - 1e-9


def test_a_step_of_one_measures_the_gradient_of_a_quadratic_loss_up_to_rounding():
    data, model = standardize(load_diabetes()), LinearRegression(10)
    for w in (np.zeros(11), np.random.default_rng(1).normal(scale=10, size=11)):
        exact = model.grad(w, data.X, data.y)
        measured = {}
        for h in (1.0, 1e-5):
            above, below = (model.loss(w + side * h * np.eye(11), data.X, data.y) for side in (1, -1))
            measured[h] = np.linalg.norm((above - below) / (2 * h) - exact) / np.linalg.norm(exact)
        assert measured[1.0] < 1e-12 < measured[1e-5] < 1e-7


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_the_best_step_goes_with_the_distance_over_which_the_function_bends(scale):
    w = scale * np.linspace(0.2, 0.8, 201)[:, np.newaxis]
    slope = np.exp(w / scale) * (np.sin(3 * w / scale) + 3 * np.cos(3 * w / scale)) / scale
    steps = scale * np.geomspace(1e-9, 1e-1, 65)

    def f(w):
        return np.exp(w / scale) * np.sin(3 * w / scale)

    error = np.median(np.abs((f(w + steps) - f(w - steps)) / (2 * steps) / slope - 1), axis=0)
    assert 0.1 < steps[error.argmin()] / (scale * np.finfo(float).eps ** (1 / 3)) < 10


def test_least_squares_is_most_probable_under_normal_noise_and_an_outlier_moves_the_mean_alone():
    y = load_diabetes().y
    levels = np.linspace(y.mean() - 20, y.mean() + 20, 401)
    likelihood = stats.norm(loc=levels[:, None], scale=77.0).logpdf(y).sum(axis=1)
    assert levels[likelihood.argmax()] == pytest.approx(y.mean())
    typos = y + 9 * np.diag(y)
    assert np.ptp(np.mean(typos, axis=1)) > 6
    assert np.ptp(np.median(typos, axis=1)) == 0.5
    far = y + 1e6 * np.eye(len(y))  # however large the typo is
    assert np.abs(np.median(far, axis=1) - np.median(y)).max() == 0.5


def test_the_limit_falls_with_the_square_of_a_unit_only_where_that_weight_has_the_largest_curvature():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(50, 1))
    x = (x - x.mean()) / x.std()
    for spread, fall in ((1.0, 100), (0.01, 1)):
        largest = [np.linalg.eigvalsh(LinearRegression(1).hessian(spread * k * x)).max() for k in (1, 10)]
        assert largest[1] / largest[0] == pytest.approx(fall)


def test_a_sum_takes_the_same_steps_at_the_rate_over_the_number_of_rows():
    rng = np.random.default_rng(4)
    X, y, model = rng.normal(size=(50, 3)), rng.normal(size=50), LinearRegression(3)
    one = other = rng.normal(size=4)
    table = np.c_[X, np.ones(50)]
    for _ in range(5):
        one = one - 0.1 * model.grad(one, X, y)
        other = other - 0.1 / 50 * 2 * table.T @ (table @ other - y)
    np.testing.assert_allclose(one, other, rtol=1e-12)


def test_one_lowest_place_needs_columns_that_are_no_combination_of_the_others():
    rng = np.random.default_rng(5)
    X, y = rng.normal(size=(20, 3)), rng.normal(size=20)
    assert np.linalg.eigvalsh(LinearRegression(3).hessian(X)).min() > 1e-3
    X[:, 2] = X[:, 0] - 2 * X[:, 1] + 3
    model = LinearRegression(3)
    best, flat = model.solve(X, y), np.array([1.0, -2.0, -1.0, 3.0])
    assert model.loss(best + 10 * flat, X, y) == pytest.approx(model.loss(best, X, y))


# ---------------------------------------------------------------------------------- wrong answers met before


def residual(w, b, X, y):
    return X @ w + b - y


def loop_without_reset(loss, grad, w, h):
    nudge, measured = np.zeros(len(w)), np.zeros(len(w))
    for i in range(len(w)):
        nudge[i] += h
        measured[i] = (loss(w + nudge) - loss(w - nudge)) / (2 * h)
    return np.linalg.norm(measured - grad(w)) / np.linalg.norm(grad(w))


def early_return(loss, grad, w, h):
    measured = np.zeros(len(w))
    for i in range(len(w)):
        nudge = np.zeros(len(w))
        nudge[i] = h
        measured[i] = (loss(w + nudge) - loss(w - nudge)) / (2 * h)
        return np.linalg.norm(measured - grad(w)) / np.linalg.norm(grad(w))


def largest_ratio(loss, grad, w, h):
    measured = [(loss(w + h * e) - loss(w - h * e)) / (2 * h) for e in np.eye(len(w))]
    return np.abs(measured / grad(w) - 1).max()


def with_the_rule_of_the_chapter(loss, grad, w, h):
    steps = h * np.maximum(1, np.abs(w))
    measured = [(loss(w + e) - loss(w - e)) / (2 * e.sum()) for e in np.diag(steps)]
    return np.linalg.norm(measured - grad(w)) / np.linalg.norm(grad(w))


def glued(solution):
    return solution[:-1], solution[-1]


def without_parentheses(loss, grad, w, h):
    measured = [loss(w + h * e) - loss(w - h * e) / (2 * h) for e in np.eye(len(w))]
    return np.linalg.norm(measured - grad(w)) / np.linalg.norm(grad(w))


@pytest.mark.parametrize(
    ("name", "answer", "mistake"),
    [
        ("mse_loss", lambda w, b, X, y: np.sum(residual(w, b, X, y) ** 2) / X.size, "divided by rows and features"),
        ("mse_loss", lambda w, b, X, y: np.sum(residual(w, b, X, y) ** 2) / 2, "half of the sum"),
        ("mse_loss", lambda w, b, X, y: np.sum(residual(w, b, X, y) ** 2) / (2 * len(y)), "half"),
        ("mse_loss", lambda w, b, X, y: np.mean((X @ w + b - y[:, None]) ** 2), "column minus row"),
        (
            "mse_gradient",
            lambda w, b, X, y: (2 / X.size * X.T @ residual(w, b, X, y), 2 / X.size * residual(w, b, X, y).sum()),
            "both divided by rows and features",
        ),
        ("check_gradient", loop_without_reset, "nudge never reset"),
        ("check_gradient", early_return, "returns inside the loop"),
        ("check_gradient", without_parentheses, "only the second loss divided"),
        ("predict_scaling", (10, 7, 0.02), "only the gradient"),
        ("predict_scaling", (1, 10, 0.02), "only the curvature and once"),
        ("predict_scaling", (0.1, 10, 1), "gradient divided"),
        ("predict_scaling", (20, 200, 0.02), "with the two of the square"),
        ("predict_scaling", (10, 100, 50), "rate grows with the sum"),
        ("predict_scaling", (10, 100, 442), "only the first two"),
        ("predict_above_minimum", 24, "cross term alone"),
        ("predict_above_minimum", 14, "gradient entries"),
        ("fit_diabetes", 2797.3, "one patient lost"),
        ("mse_gradient", lambda w, b, X, y: (2 * X * residual(w, b, X, y)[:, None] / len(y),
                                             2 * residual(w, b, X, y).mean()), "dw for every row divided"),
        ("mse_gradient", lambda w, b, X, y: (2 * X.T @ residual(w, b, X, y) / len(w),
                                             2 * residual(w, b, X, y).mean()), "dw divided by the features"),
        ("check_gradient", largest_ratio, "largest of ratios"),
        ("check_gradient", with_the_rule_of_the_chapter, "stretched step"),
        ("normal_equations", lambda X, y: glued(np.linalg.solve(np.c_[X, np.ones(len(y))], y)),
         "as many equations as rows"),
        ("normal_equations", lambda X, y: glued(np.linalg.lstsq(np.c_[(X - X.mean(0)) / X.std(0), np.ones(len(y))],
                                                                y)[0]), "weights of standardized features"),
        ("find_difference_step", 6e-6, "step for a distance of one"),
        ("normal_equations", lambda X, y: (np.linalg.lstsq(X, y)[0], 0.0), "no column of ones"),
        ("predict_above_minimum", 50, "without the half"),
    ],
)
def test_a_wrong_answer_is_named(name, answer, mistake):
    assert diagnose(name, answer).misconception == mistake


def test_a_wrong_part_is_called_by_its_name_and_not_given_away():
    message = diagnose("predict_scaling", (7, 8, 1 / 50)).message
    assert "the gradient factor and the curvature factor" in message and "number 1" not in message
    for mistake in find("predict_scaling").mistakes:
        assert "100" not in mistake.sentence and "10 · 10" not in mistake.sentence and "Σ" not in mistake.sentence
