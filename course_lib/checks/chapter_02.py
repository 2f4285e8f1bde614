"""The exercises of chapter 02: the step, the loop around it, its learning rate, and when to stop."""

from dataclasses import dataclass

import numpy as np

from course_lib.checks.chapter_00 import first_step, steps
from course_lib.checks.exercises import Problem, code, function, number, setting, value
from course_lib.checks.values import all_finite, shown
from course_lib.objectives import Quadratic, Rosenbrock
from course_lib.optimizers import GradientDescent
from course_lib.training import minimize

# ---------------------------------------------------------------------------------- one step


def one_step_and_many(rng):
    yield from steps(rng)

    def ten_steps(step):
        """ten steps on a bowl, from w = [3, −1] with lr = 0.15"""
        bowl, w = Quadratic([0.5, 4.0]), np.array([3.0, -1.0])
        for _ in range(10):
            w = step(w, bowl.grad(w), 0.15)
        return w

    yield ten_steps


@function(
    inputs=one_step_and_many,
    returns="the new w",
    praise=(
        "The whole algorithm is this one line; everything that follows changes the gradient or the learning rate in it."
    ),
)
def gradient_descent_step(w, grad, lr):
    return w - lr * grad


# The rule is the one of chapter 00, and so are the mistakes.
gradient_descent_step.mistakes.extend(first_step.mistakes)


# ---------------------------------------------------------------------------------- the loop


def coupled(w):
    """np.array([[3, 1], [1, 1]]) @ w, the gradient of a bowl"""
    return np.array([[3.0, 1.0], [1.0, 1.0]]) @ w


def rosenbrock(w):
    """Rosenbrock().grad(w), the gradient of a valley"""
    return Rosenbrock().grad(w)


def runs(rng):
    yield coupled, np.array([1.0, 2.0]), 0.1, 1
    yield coupled, np.array([1.0, 2.0]), 0.1, 2
    yield coupled, np.array([-2.0, 0.5]), 0.3, 7
    yield Quadratic([2.0]).grad, np.array([4.0]), 0.25, 3
    yield Quadratic([0.5, 1.0, 2.0]).grad, rng.normal(size=3), 0.4, 5
    yield rosenbrock, np.array([-1.0, 1.5]), 0.001, 20
    yield coupled, np.array([1.0, 2.0]), 0.1, 0
    yield coupled, np.float32([1.0, 2.0]), 0.1, 4


@function(
    inputs=runs,
    returns="the path",
    praise=(
        "Start and every point after it: 20 steps down Rosenbrock's valley are 21 points, each with the gradient of "
        "the point before."
    ),
)
def gradient_descent(grad_fn, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        path.append(path[-1] - lr * grad_fn(path[-1]))
    return np.array(path)


@gradient_descent.mistake(
    "All rows of your path are the same point, the last: the list holds one array many times, and `w -= …` changes "
    "them all. "
    "Make a new array in each step, or append a copy."
)
def one_array_many_times(grad_fn, w0, lr, steps):
    w = w0.copy()
    path = [w]
    for _ in range(steps):
        w -= lr * grad_fn(w)
        path.append(w)
    return np.array(path)


@gradient_descent.mistake(
    "All rows of your path are the same point, and the caller's `w0` is overwritten: `w -= …` changes one array, again "
    "and again. "
    "Make a new array in each step."
)
def one_array_many_times_and_it_is_w0(grad_fn, w0, lr, steps):
    w = w0
    path = [w]
    for _ in range(steps):
        w -= lr * grad_fn(w)
        path.append(w)
    return np.array(path)


@gradient_descent.mistake(
    "The path is right, but your function moves the caller's `w0` (`w = w0` gives the same array a second name). Start "
    "from a copy."
)
def moves_w0(grad_fn, w0, lr, steps):
    w = w0
    path = [w.copy()]
    for _ in range(steps):
        w -= lr * grad_fn(w)
        path.append(w.copy())
    return np.array(path)


@gradient_descent.mistake(
    "The start is missing from your path: `w0` is its first row, so there is one row more than there are steps."
)
def no_w0(grad_fn, w0, lr, steps):
    path, w = np.empty((steps, *w0.shape)), w0
    for t in range(steps):
        w = w - lr * grad_fn(w)
        path[t] = w
    return path


@gradient_descent.mistake(
    "The start stands twice in your path, and the last step is missing. When is a point appended, before or after its "
    "step?"
)
def start_stands_twice(grad_fn, w0, lr, steps):
    w, path = w0, [w0]
    for _ in range(steps):
        path.append(w)
        w = w - lr * grad_fn(w)
    return np.array(path)


@gradient_descent.mistake(
    "The last point is missing from your path: each point is appended before its step, and the one after the last step "
    "never is. How many points do `steps` steps make?"
)
def last_point_missing(grad_fn, w0, lr, steps):
    path, w = [], w0
    for _ in range(steps):
        path.append(w)
        w = w - lr * grad_fn(w)
    return np.array(path)


@gradient_descent.mistake(
    "The last row of your path is still 0: it was never filled. Which indices does your loop go through, and which is "
    "the last row's?"
)
def last_row_never_filled(grad_fn, w0, lr, steps):
    path = np.zeros((steps + 1, len(w0)))
    path[0] = w0
    for t in range(1, steps):
        path[t] = path[t - 1] - lr * grad_fn(path[t - 1])
    return path


@gradient_descent.mistake("One step too few: `steps` steps make `steps + 1` points, and the path ends one early.")
def one_step_too_few(grad_fn, w0, lr, steps):
    path = [w0]
    for _ in range(1, steps):
        path.append(path[-1] - lr * grad_fn(path[-1]))
    return np.array(path)


@gradient_descent.mistake("One step too many: the start counts as a point, and not as a step.")
def one_step_too_many(grad_fn, w0, lr, steps):
    path = [w0]
    for _ in range(steps + 1):
        path.append(path[-1] - lr * grad_fn(path[-1]))
    return np.array(path)


@gradient_descent.mistake(
    "Every step uses the gradient of the start, so the path is a straight line. The slope changes as you walk: where "
    "should it be measured?"
)
def gradient_taken_once(grad_fn, w0, lr, steps):
    grad, path = grad_fn(w0), [w0]
    for _ in range(steps):
        path.append(path[-1] - lr * grad)
    return np.array(path)


@gradient_descent.mistake(
    "The coordinates move one after the other, and the second already sees the first one's new value. "
    "Take one gradient at the old point, then move all coordinates together."
)
def one_coordinate_after_the_other(grad_fn, w0, lr, steps):
    w = w0.astype(float)
    path = [w.copy()]
    for _ in range(steps):
        for i in range(w.size):
            w[i] -= lr * grad_fn(w)[i]
        path.append(w.copy())
    return np.array(path)


@gradient_descent.mistake(
    "The start is missing from your path, and there is a step too many: it begins after the first step. Put `w0` first."
)
def begins_after_the_first_step(grad_fn, w0, lr, steps):
    path, w = [], w0
    for _ in range(steps + 1):
        w = w - lr * grad_fn(w)
        path.append(w)
    return np.array(path)


@gradient_descent.mistake("Your path starts at 0 instead of `w0`: the first row was never filled in.")
def starts_at_zero(grad_fn, w0, lr, steps):
    return gradient_descent(grad_fn, np.zeros_like(w0), lr, steps)


@gradient_descent.mistake(
    "Only the start and the end are in your path: append inside the loop. Look at the indentation of `append`."
)
def only_the_start_and_the_end(grad_fn, w0, lr, steps):
    w = w0
    for _ in range(steps):
        w = w - lr * grad_fn(w)
    return np.array([w0, w])


@gradient_descent.mistake("This is where the run ends; the whole path is wanted, the start first, one point a row.")
def only_the_last_point(grad_fn, w0, lr, steps):
    w = w0
    for _ in range(steps):
        w = w - lr * grad_fn(w)
    return w


@gradient_descent.mistake("This climbs: the path goes along the gradient. Which sign goes down?")
def climbs(grad_fn, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        path.append(path[-1] + lr * grad_fn(path[-1]))
    return np.array(path)


@gradient_descent.mistake(
    "Here every step has the length `lr`, on steep ground and on flat. A step should be longer where the slope is "
    "steeper: keep the length of the gradient."
)
def unit_steps(grad_fn, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        grad = grad_fn(path[-1])
        path.append(path[-1] - lr * grad / np.linalg.norm(grad))
    return np.array(path)


@gradient_descent.mistake("Every step starts again from `w0`. Where should the next step start?")
def every_step_from_w0(grad_fn, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        path.append(w0 - lr * grad_fn(path[-1]))
    return np.array(path)


@gradient_descent.mistake("These are the gradients along the way; the points themselves are wanted.")
def path_of_gradients(grad_fn, w0, lr, steps):
    return np.array([grad_fn(w) for w in gradient_descent(grad_fn, w0, lr, steps)])


@gradient_descent.mistake(
    "The points stand in columns; give them one a row, so that `path[t]` is the point after step t."
)
def points_in_columns(grad_fn, w0, lr, steps):
    return gradient_descent(grad_fn, w0, lr, steps).T


@gradient_descent.mistake(
    "Your function returns from inside the loop: one step is made, whatever `steps` says. Look at the indentation of "
    "`return`."
)
def returns_inside_the_loop(grad_fn, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        path.append(path[-1] - lr * grad_fn(path[-1]))
        return np.array(path)
    return np.array(path)


# ---------------------------------------------------------------------------------- find a learning rate

LOW, HIGH = 0.3, 6.0


@setting(
    kinds=[number("learning rate", low=0)],
    goal=lambda run: run.steps_to(1e-6) <= 80,
    right=[0.317, 0.30, 2 / (LOW + HIGH), np.float32(0.31), np.array([0.305])],
    praise=lambda lr, run: (
        f"{lr:.4g} needs {run.steps_to(1e-6)} steps. At 2/(λ_min + λ_max) both directions shrink equally fast; that "
        f"needs {_steps(2 / (LOW + HIGH))}. A rate of 0.31 needs {_steps(0.31)}: the steep direction weighs "
        f"{HIGH / LOW:.0f} times more in this loss, so it pays to favor it."
    ),
)
def find_learning_rate(lr):
    """A learning rate for the bowl λ = 0.3 and 6 that brings the loss from (1, 1) to 1e-6 in at most 80 steps."""
    return minimize(Quadratic([LOW, HIGH]), [1.0, 1.0], GradientDescent(lr), steps=5000)


@find_learning_rate.mistake(example=0.4)
def diverges(lr, run):
    if lr > 1.0001 * 2 / HIGH:
        return f"{lr:.4g} diverges: 2/λ_max is {2 / HIGH:.3f} here, and {_swing(lr)}."


@find_learning_rate.mistake(example=2 / HIGH)
def on_the_edge(lr, run):
    if lr > 0.999 * 2 / HIGH:
        return f"{lr:.4g} lies on the edge of divergence: {_swing(lr)}, so it jumps to and fro. Smaller?"


@find_learning_rate.mistake(example=0.332)
def too_lively(lr, run):
    if lr > 2 / (LOW + HIGH):
        return f"{lr:.4g} converges but {_needs(run)}: {_swing(lr)}, it jumps from side to side. Smaller?"


@find_learning_rate.mistake(example=0.1)
def too_slow(lr, run):
    return (
        f"{lr:.4g} converges but {_needs(run)}: the flat direction shrinks by only {100 * lr * LOW:.2g} % a step. "
        "Larger?"
    )


def _steps(lr):
    return find_learning_rate(lr).steps_to(1e-6)


def _swing(lr):
    factor = 1 - lr * HIGH
    if factor < -1000:
        return f"one step makes the steep error {-factor:.0e} times larger".replace("e+", "e")
    digits = 2 if abs(factor + 1) > 0.01 else 5
    return f"one step multiplies the steep error by {factor:.{digits}f}".replace("-", "−")


def _needs(run):
    needed = run.steps_to(1e-6)
    return f"needs {needed} steps" if np.isfinite(needed) else f"is not there after {run.steps} steps"


# ---------------------------------------------------------------------------------- predict divergence


@value(
    tolerance=0.01,
    praise=(
        "The second derivatives are 1 and 10, the steepest decides: 2/10 = 0.2. Above it every step makes the steep "
        "error larger."
    ),
)
def predict_divergence():
    """The learning rate above which f(x, y) = ½ x² + 5 y² diverges."""
    return 2 / 10


@predict_divergence.mistake(
    "At {answer} the steep error vanishes in a single step. How much further can a step go before it overshoots for "
    "good?"
)
def one_over_the_curvature():
    return 1 / 10


@predict_divergence.mistake(
    "At {answer} both directions shrink equally fast: that is the best learning rate, and not yet the one at which the "
    "run diverges."
)
def best_instead_of_largest():
    return 2 / (1 + 10)


@predict_divergence.mistake(
    "{answer} comes from the flat direction. All directions must shrink: which one gives up first?"
)
def the_flat_direction():
    return 2 / 1


@predict_divergence.mistake(
    "{answer} takes the factor 5 in front of y² for the curvature. What is the second derivative of 5 y²?"
)
def factor_for_curvature():
    return 2 / 5


@predict_divergence.mistake(
    "{answer} is 1/λ of the flat direction. Which direction gives up first, and how far can a step go there?"
)
def one_over_the_flat_curvature():
    return 1 / 1


@predict_divergence.mistake(
    "{answer} is the factor in front of y². The learning rate limit is small where the curvature is large."
)
def the_factor():
    return 5.0


@predict_divergence.mistake("{answer} is a curvature. The learning rate limit is small where the curvature is large.")
def the_curvature():
    return 10.0


@predict_divergence.mistake(
    "{answer} comes from the average of the curvatures. They do not share: the steepest decides alone."
)
def average_curvature():
    return 2 / 5.5


# ---------------------------------------------------------------------------------- mend a zigzag

GOAL = 20.0


@dataclass(frozen=True)
class Prepared:
    """What a preparation did to the tables it was tried on; each entry is the worst of them."""

    raw: float
    condition: float
    spread: float
    unchanged: bool
    constant: bool
    linear: bool
    centered: bool
    equal_spread: bool
    rows_scaled: bool


def tables():
    """Two tables of features on raw scales: two columns, then five, of which one has a large offset."""
    rng = np.random.default_rng(0)
    areas, smoothness = rng.normal(650, 350, 200), rng.normal(0.1, 0.014, 200)
    yield np.column_stack([areas, smoothness])
    yield rng.normal(size=(120, 5)) * np.array([0.1, 0.5, 1.0, 40.0, 200.0]) + np.array([0.0, 2.0, -1.0, 500.0, 10.0])


def condition_number(X):
    """κ of the mean squared error of a linear model with a bias."""
    with_bias = np.column_stack([X, np.ones(len(X))])
    eigenvalues = np.linalg.eigvalsh(with_bias.T @ with_bias / len(X))
    return eigenvalues[-1] / eigenvalues[0] if eigenvalues[0] > 1e-15 * eigenvalues[-1] else np.inf


@setting(
    kinds=[code("X")],
    goal=lambda prepared: prepared.linear and prepared.condition <= GOAL,
    right=[
        lambda X: (X - X.mean(axis=0)) / X.std(axis=0),
        lambda X: (X - np.mean(X, 0)) / np.std(X, 0, ddof=1),
        lambda X: 2 * (X - X.min(axis=0)) / np.ptp(X, axis=0) - 1,
        lambda X: ((X - np.median(X, 0)) / (np.quantile(X, 0.75, 0) - np.quantile(X, 0.25, 0))).tolist(),
        lambda features: ((features - features.mean(0)) / features.std(0)).astype(np.float32),
    ],
    praise=lambda prepare, prepared: (
        f"κ fell from {prepared.raw:.1e} to {prepared.condition:.1f}: the bowl is nearly round, and one learning rate "
        "suits all directions."
    ),
)
def mend_zigzag(prepare):
    """A function X -> X of the same shape; the loss of a linear model with a bias on it must have κ ≤ 20.

    Any shift and scale of the columns will do, and so will a rotation: X must remain a linear function of the result.
    """
    seen = []
    for X in tables():
        got = prepare(X)
        _require_table(X, got)
        got = got.astype(float)
        seen.append(
            Prepared(
                raw=condition_number(X),
                condition=condition_number(got),
                spread=float(np.median(got.std(axis=0))),
                unchanged=np.array_equal(X, got),
                constant=bool((got.std(axis=0) <= 1e-12 * np.abs(got).max(axis=0)).any()),
                linear=_recovers(X, got),
                centered=bool((np.abs(got.mean(axis=0)) <= 0.3 * got.std(axis=0)).all()),
                equal_spread=bool(got.std(axis=0).max() <= 2 * got.std(axis=0).min()),
                rows_scaled=_rows_scaled(got),
            )
        )
    return Prepared(
        raw=max(it.raw for it in seen),
        condition=max(it.condition for it in seen),
        spread=max(seen, key=lambda it: it.condition).spread,
        unchanged=all(it.unchanged for it in seen),
        constant=any(it.constant for it in seen),
        linear=all(it.linear for it in seen),
        centered=all(it.centered for it in seen),
        equal_spread=all(it.equal_spread for it in seen),
        rows_scaled=all(it.rows_scaled for it in seen),
    )


def _require_table(X, got):
    if got is None:
        raise Problem("Your function returns nothing: it needs a `return`.")
    if not isinstance(got, np.ndarray) or got.dtype.kind not in "iuf":
        raise Problem(f"Your function should return the features as an array of shape {X.shape}, got {shown(got)}.")
    if got.shape != X.shape:
        raise Problem(f"The shape should stay as it is: {X.shape} went in, {got.shape} came out.")
    if not all_finite(got):
        raise Problem("The result contains NaN or infinity. Was something divided by 0?")


def _rows_scaled(got):
    """Tell whether every row has mean 0, or length 1, as if each row had been scaled for itself."""
    around_zero = np.allclose(got.mean(axis=1), 0, atol=1e-4)
    return bool(around_zero or np.allclose(np.linalg.norm(got, axis=1), 1, atol=1e-4))


def _recovers(X, got):
    """Tell whether every column of X is a linear function of the prepared columns."""
    with_bias = np.column_stack([got, np.ones(len(got))])
    with_bias = with_bias / np.linalg.norm(with_bias, axis=0).clip(1e-300)
    rest = X - with_bias @ np.linalg.lstsq(with_bias, X, rcond=None)[0]
    return bool((rest.std(axis=0) <= 1e-3 * X.std(axis=0)).all())


def _kappa(prepared):
    return f"κ is {prepared.condition:.2g}" if np.isfinite(prepared.condition) else "κ is infinite"


@mend_zigzag.mistake(example=lambda X: X)
def unchanged(prepare, prepared):
    if prepared.unchanged:
        return (
            f"The features come back as they went in, so the run still zigzags ({_kappa(prepared)}). Compare the "
            "spread of the columns."
        )


@mend_zigzag.mistake(example=lambda X: X * np.append(0.0, np.ones(X.shape[1] - 1)))
def a_column_became_constant(prepare, prepared):
    if prepared.constant:
        return "A column became constant: all its rows are the same now, and the model can learn nothing from it."


@mend_zigzag.mistake(example=lambda X: (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True))
def rows_instead_of_columns(prepare, prepared):
    if prepared.rows_scaled:
        return (
            "This scales every row, each patient for itself; the features are the columns. Which axis do you average "
            "over?"
        )


@mend_zigzag.mistake(example=lambda X: np.log(np.abs(X) + 1))
def bends_the_features(prepare, prepared):
    if not prepared.linear:
        return (
            "This bends or mixes up the features, so the model would be another one: only shift and scale each column."
        )


@mend_zigzag.mistake(example=lambda X: X - X.mean(axis=0))
def only_centered(prepare, prepared):
    if prepared.centered and not prepared.equal_spread:
        return (
            f"The means are right, but the spreads of the columns still differ ({_kappa(prepared)}). What else makes "
            "the bowl long and narrow?"
        )


@mend_zigzag.mistake(example=lambda X: X / X.std(axis=0))
def not_centered(prepare, prepared):
    if prepared.equal_spread and not prepared.centered:
        return (
            f"The spreads are equal now, but {_kappa(prepared)}: a column whose mean is far from 0 pulls in the same "
            "direction as the bias. Shift it."
        )


@mend_zigzag.mistake(example=lambda X: (X - X.mean(axis=0)) / np.ptp(X, axis=0))
def small_beside_the_bias(prepare, prepared):
    if prepared.centered and prepared.equal_spread and prepared.spread < 1:
        return (
            f"The columns agree with each other now, but {_kappa(prepared)}: they are small beside the column of ones "
            "that belongs to the bias. What should their deviation be?"
        )


@mend_zigzag.mistake(example=lambda X: 10 * (X - X.mean(axis=0)) / X.std(axis=0))
def large_beside_the_bias(prepare, prepared):
    if prepared.centered and prepared.equal_spread:
        return (
            f"The columns agree with each other now, but {_kappa(prepared)}: they are large beside the column of ones "
            "that belongs to the bias. What should their deviation be?"
        )


@mend_zigzag.mistake(example=lambda X: X / np.abs(X).max(axis=0))
def columns_still_differ(prepare, prepared):
    if not prepared.equal_spread:
        return (
            f"The columns still have different spreads or means far from 0 ({_kappa(prepared)}). Treat every column by "
            "its own mean and spread."
        )


# ---------------------------------------------------------------------------------- when to stop


def losses(rng):
    yield [5.0, 3.0, 2.0, 2.0, 2.0, 2.0], 0.5, 1
    yield [5.0, 3.0, 2.0, 2.0, 2.0, 2.0], 0.5, 2
    yield [8.0, 4.0, 3.9, 2.0, 1.95, 1.9, 1.88, 1.0], 0.25, 2
    yield [8.0, 4.0, 3.9, 3.8, 1.0, 0.98, 0.97, 0.96, 0.2], 0.25, 3
    yield [4.0, 2.0, 3.0, 2.0, 3.0, 2.9, 2.95, 1.0], 0.5, 2
    yield [4.0, 3.0, 2.0, 1.0], 0.25, 2
    yield [0.3, 0.2, 0.9, 0.1, 0.15, 0.12, 0.1], 0.25, 2
    yield list(3.0 * 0.7 ** np.arange(30)), 1e-2, 3
    yield list(100 * 0.9 ** np.arange(40) * (1 + 0.3 * rng.normal(size=40))), 4.0, 4
    yield [6.0, 5.9], 0.5, 3
    yield [6.0, 5.9, 3.0, 1.0], 0.5, 1
    yield [2.0, 1.5, 1.0, 0.5], 0.5, 2
    yield [2.0, 5.0, 3.5, 2.1], 0.5, 1
    yield [7.0, 5.0, 4.9, 4.7, 3.0, 2.9, 2.8, 2.6, 2.5], 0.25, 3


@function(
    inputs=losses,
    returns="the step",
    praise=(
        "A rise counts as a change too, and one flat step alone is not enough: the run stops when it has been flat for "
        "`patience` steps in a row."
    ),
)
def stop_step(loss, tol, patience):
    """The first i whose last `patience` changes |loss[k] − loss[k−1]| are all below tol, or the last index."""
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) < tol else 0
        if flat == patience:
            return i
    return len(loss) - 1


@stop_step.mistake(
    "The difference has a sign: while the loss falls, `loss[i] - loss[i-1]` is negative, so it is always below `tol`. "
    "What does flat mean for a number?"
)
def signed_difference(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if loss[i] - loss[i - 1] < tol else 0
        if flat == patience:
            return i
    return len(loss) - 1


@stop_step.mistake(
    "A loss that rises is counted as flat here (`loss[i-1] - loss[i]` is then negative). A rise is a change, too."
)
def rises_count_as_flat(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if loss[i - 1] - loss[i] < tol else 0
        if flat == patience:
            return i
    return len(loss) - 1


@stop_step.mistake(
    "The loop starts at 0, and `loss[-1]` is the last loss: the first change compares the start with the end. Which "
    "index has the first loss that has one before it?"
)
def first_with_last(loss, tol, patience):
    flat = 0
    for i in range(len(loss)):
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) < tol else 0
        if flat == patience:
            return i
    return len(loss) - 1


@stop_step.mistake(
    "The condition is turned round: this counts the steps on which the loss still moves. When is a step flat?"
)
def condition_turned_round(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) > tol else 0
        if flat == patience:
            return i
    return len(loss) - 1


@stop_step.mistake(
    "The condition is turned round: this counts the steps on which the loss changes by `tol` or more. When is a step "
    "flat?"
)
def condition_turned_round_completely(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) >= tol else 0
        if flat == patience:
            return i
    return len(loss) - 1


@stop_step.mistake(
    "The first flat step starts a countdown here that nothing ends: `patience` is added to it. What if the loss moves "
    "again meanwhile?"
)
def patience_added(loss, tol, patience):
    for i in range(1, len(loss)):
        if abs(loss[i] - loss[i - 1]) < tol:
            return i + patience
    return len(loss) - 1


@stop_step.mistake(
    "This waits for `patience` steps without a new best loss, and `tol` has no effect. The task asks for small changes."
)
def no_new_best(loss, tol, patience):
    best, waited = loss[0], 0
    for i in range(1, len(loss)):
        if loss[i] < best:
            best, waited = loss[i], 0
        else:
            waited += 1
        if waited >= patience:
            return i
    return len(loss) - 1


@stop_step.mistake(
    "This stops at the first flat step, whatever `patience` is. One flat step may be chance: how many are wanted?"
)
def stops_at_the_first_flat_step(loss, tol, patience):
    return stop_step(loss, tol, 1)


@stop_step.mistake(
    "The flat steps are counted in total; they are wanted in a row. What happens to the count when the loss moves "
    "again?"
)
def counts_without_starting_again(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + (abs(loss[i] - loss[i - 1]) < tol)
        if flat == patience:
            return i
    return len(loss) - 1


@stop_step.mistake("When the loss never becomes flat, nothing is returned. The run ends anyway: at which step?")
def returns_nothing_without_a_plateau(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) < tol else 0
        if flat == patience:
            return i


@stop_step.mistake(
    "This never stops early: it always gives the last step. When has the loss been flat for long enough?"
)
def never_stops(loss, tol, patience):
    return len(loss) - 1


@stop_step.mistake(
    "When the loss never becomes flat, this gives the number of losses; the last step has the index one below."
)
def one_past_the_end(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) < tol else 0
        if flat == patience:
            return i
    return len(loss)


@stop_step.mistake("This waits one flat step too long: stop as soon as there are `patience` of them.")
def one_step_too_patient(loss, tol, patience):
    return stop_step(loss, tol, patience + 1)


@stop_step.mistake(
    "This is one too small: the change number 0 leads from loss 0 to loss 1. Which index has the loss at the end of "
    "the change?"
)
def index_of_the_change(loss, tol, patience):
    flat = 0
    for i in range(len(loss) - 1):
        flat = flat + 1 if abs(loss[i + 1] - loss[i]) < tol else 0
        if flat == patience:
            return i
    return len(loss) - 1


@stop_step.mistake(
    "This gives where the flat part begins. Nobody knows at that step that it will stay flat: the run stops at its end."
)
def where_the_flat_part_begins(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) < tol else 0
        if flat == patience:
            return i - patience
    return len(loss) - 1


@stop_step.mistake(
    "This asks whether the loss itself is below `tol`. A good loss may be far from 0: ask whether it still changes."
)
def loss_below_tol(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if abs(loss[i]) < tol else 0
        if flat == patience:
            return i
    return len(loss) - 1


@stop_step.mistake(
    "This compares with the loss `patience` steps ago; a loss that swings can come back to it. Compare each step with "
    "the one before."
)
def compares_with_long_ago(loss, tol, patience):
    for i in range(patience, len(loss)):
        if abs(loss[i] - loss[i - patience]) < tol:
            return i
    return len(loss) - 1


@stop_step.mistake(
    "When the loss never becomes flat, your loop runs past the end of the list. What should end it then?"
)
def runs_past_the_end(loss, tol, patience):
    i = flat = 0
    while flat < patience:
        i += 1
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) < tol else 0
    return i


@stop_step.mistake(
    "This compares with the best loss so far, so a loss that rises and keeps moving counts as standing still. The task "
    "compares each step with the one before."
)
def compares_with_the_best(loss, tol, patience):
    best, waited = loss[0], 0
    for i in range(1, len(loss)):
        if loss[i] < best - tol:
            best, waited = loss[i], 0
        else:
            waited += 1
        if waited >= patience:
            return i
    return len(loss) - 1


@stop_step.mistake("This is the loss at which to stop; the task asks for its index.")
def returns_the_loss(loss, tol, patience):
    return loss[stop_step(loss, tol, patience)]


@stop_step.mistake("This says whether the run stops; the task asks at which index.")
def returns_whether(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) < tol else 0
        if flat == patience:
            return True
    return False


@stop_step.mistake("When the loss never becomes flat, this gives −1; the task asks for the last index.")
def minus_one_without_a_plateau(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) < tol else 0
        if flat == patience:
            return i
    return -1


@stop_step.mistake(
    "This asks whether all losses of a window lie within `tol`; the task asks about each change from step to step."
)
def spread_of_a_window(loss, tol, patience):
    for i in range(patience, len(loss)):
        window = loss[i - patience : i + 1]
        if max(window) - min(window) < tol:
            return i
    return len(loss) - 1


@stop_step.mistake("A change of exactly `tol` counts as flat here; the task says below `tol`.")
def exactly_tol_counts_as_flat(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) <= tol else 0
        if flat == patience:
            return i
    return len(loss) - 1


@stop_step.mistake("This measures the change relative to the loss; the task asks for the change itself.")
def relative_change(loss, tol, patience):
    flat = 0
    for i in range(1, len(loss)):
        flat = flat + 1 if abs(loss[i] - loss[i - 1]) < tol * abs(loss[i - 1]) else 0
        if flat == patience:
            return i
    return len(loss) - 1
