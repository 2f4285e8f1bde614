"""Mend the run that zigzags: features in a form in which one learning rate suits all directions."""

from dataclasses import dataclass

import numpy as np

from course_lib.checks.exercises import Problem, code, setting
from course_lib.checks.values import all_finite, shown
from course_lib.data import load_breast_cancer
from course_lib.models import LinearRegression
from course_lib.optimizers import GradientDescent
from course_lib.training import minimize

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
    to_a_range: bool


def tables():
    """Three tables on raw scales: two columns, five of which one has a large offset, and the notebook's own."""
    rng = np.random.default_rng(0)
    areas, smoothness = rng.normal(650, 350, 200), rng.normal(0.1, 0.014, 200)
    yield np.column_stack([areas, smoothness])
    yield rng.normal(size=(120, 5)) * np.array([0.1, 0.5, 1.0, 40.0, 200.0]) + np.array([0.0, 2.0, -1.0, 500.0, 10.0])
    yield load_breast_cancer().X[:, [3, 4]]


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
        lambda X: ((X - np.median(X, 0)) / (np.quantile(X, 0.75, 0) - np.quantile(X, 0.25, 0))).tolist(),
        lambda features: ((features - features.mean(0)) / features.std(0)).astype(np.float32),
    ],
    praise=lambda prepare, prepared: (
        f"κ fell from {prepared.raw:.1e} to {prepared.condition:.1f}. On the tumors the loss after 50 steps at half of "
        f"the limit is now {_loss_after(prepare):.4f}; on the raw features it was {_loss_after(np.asarray):.4f}."
    ),
)
def mend_zigzag(prepare):
    """A function X -> X of the same shape; the loss of a linear model with a bias on it must have κ ≤ 20.

    Columns may be shifted, scaled and added: X must remain a linear function of the result.
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
                to_a_range=_to_a_range(got),
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
        to_a_range=all(it.to_a_range for it in seen),
    )


def _require_table(X, got):
    if got is None:
        raise Problem("Your function returns nothing: it needs a `return`.")
    if not isinstance(got, np.ndarray) or got.dtype.kind not in "iuf":
        raise Problem(f"Your function should return the features as an array of shape {X.shape}, got {shown(got)}.")
    if got.shape != X.shape:
        raise Problem(f"The shape should stay as it is: {X.shape} went in, {got.shape} came out.")
    if not all_finite(got):
        raise Problem(
            "The result contains NaN or infinity: a division by 0, or a root or logarithm? Other tables hold negative "
            "numbers."
        )


def _rows_scaled(got):
    """Tell whether every row has mean 0, or length 1, as if each row had been scaled for itself."""
    around_zero = got.any() and np.allclose(got.mean(axis=1), 0, atol=1e-4)
    return bool(around_zero or np.allclose(np.linalg.norm(got, axis=1), 1, atol=1e-4))


def _to_a_range(got):
    """Tell whether all columns have the same least and the same largest value."""
    return bool(np.ptp(got.min(axis=0)) <= 1e-9 and np.ptp(got.max(axis=0)) <= 1e-9)


def _recovers(X, got):
    """Tell whether every column of X is a linear function of the prepared columns."""
    with_bias = np.column_stack([got, np.ones(len(got))])
    with_bias = with_bias / np.linalg.norm(with_bias, axis=0).clip(1e-300)
    rest = X - with_bias @ np.linalg.lstsq(with_bias, X, rcond=None)[0]
    return bool((rest.std(axis=0) <= 1e-3 * X.std(axis=0)).all())


def _loss_after(prepare, steps=50):
    """Return the loss of the run of the task on features prepared so, at half of the limit."""
    tumors, model = load_breast_cancer(), LinearRegression(2)
    X = np.asarray(prepare(tumors.X[:, [3, 4]]), float)
    rate = 1 / np.linalg.eigvalsh(model.hessian(X)).max()
    return minimize(model.on(X, tumors.y), np.zeros(3), GradientDescent(rate), steps).loss[-1]


def _kappa(prepared):
    return f"κ is {prepared.condition:.2g}" if np.isfinite(prepared.condition) else "κ is infinite"


@mend_zigzag.mistake(example=lambda X: X)
def unchanged(prepare, prepared):
    if prepared.unchanged:
        return (
            f"The features come back as they went in, so the run still zigzags ({_kappa(prepared)}). Compare the "
            "spread of the columns."
        )


@mend_zigzag.mistake(example=lambda X: (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True))
def rows_instead_of_columns(prepare, prepared):
    if prepared.rows_scaled:
        return (
            "This scales every row, each patient for itself; the features are the columns. Which axis do you average "
            "over?"
        )


@mend_zigzag.mistake(example=lambda X: X * np.append(0.0, np.ones(X.shape[1] - 1)))
def a_column_became_constant(prepare, prepared):
    if prepared.constant:
        return "A column became constant: all its rows are the same now, and the model can learn nothing from it."


@mend_zigzag.mistake(example=lambda X: np.log(np.abs(X) + 1))
def bends_the_features(prepare, prepared):
    if not prepared.linear:
        return "This bends the features or loses one, so the model would be another one: shift and scale each column."


@mend_zigzag.mistake(example=lambda X: 2 * (X - X.min(axis=0)) / np.ptp(X, axis=0) - 1)
def scaled_to_a_range(prepare, prepared):
    if prepared.to_a_range:
        return (
            f"Now all columns have the same range ({_kappa(prepared)}). A range hangs on two rows, the least and the "
            "largest, and its middle is not where the others lie. Which middle and which spread use all rows?"
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
            "that belongs to the bias. Which spread should they have?"
        )


@mend_zigzag.mistake(example=lambda X: 10 * (X - X.mean(axis=0)) / X.std(axis=0))
def large_beside_the_bias(prepare, prepared):
    if prepared.centered and prepared.equal_spread:
        return (
            f"The columns agree with each other now, but {_kappa(prepared)}: they are large beside the column of ones "
            "that belongs to the bias. Which spread should they have?"
        )


@mend_zigzag.mistake(example=lambda X: X / np.abs(X).max(axis=0))
def columns_still_differ(prepare, prepared):
    if not prepared.equal_spread:
        return (
            f"The columns still have different spreads or means far from 0 ({_kappa(prepared)}). Treat every column by "
            "its own mean and spread."
        )


mend_zigzag.accept(
    lambda X: (X - X.mean(axis=0)) / X.std(axis=0),
    lambda X: (X - np.mean(X, 0)) / np.std(X, 0, ddof=1),
    lambda X: ((X - np.median(X, 0)) / (np.quantile(X, 0.75, 0) - np.quantile(X, 0.25, 0))).tolist(),
    lambda features: ((features - features.mean(0)) / features.std(0)).astype(np.float32),
    lambda X: np.column_stack([(column - column.mean()) / column.std() for column in X.T]),
    lambda X: np.linalg.svd(X - X.mean(axis=0), full_matrices=False)[0] * np.sqrt(len(X)),
)
