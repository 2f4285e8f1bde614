"""Train on noisy rows with rare features, with one's own step of AdaGrad."""

from dataclasses import dataclass

import numpy as np

from course_lib.chapters.adaptive_learning_rates.shared import table_of_features
from course_lib.checks.exercises import Problem, code, number, setting
from course_lib.data import minibatch_indices
from course_lib.models import LinearRegression
from course_lib.optimizers import AdaGrad, GradientDescent
from course_lib.training import fit

SHARES, BATCH, EPS, GOAL = np.geomspace(1, 0.01, 9), 10, 1e-10, 0.03
SEEDS = (0, 1, 2)


@dataclass(frozen=True)
class Training:
    """How far above the least loss the passes end: with the step that came, the library's, and plain descent's."""

    height: float
    expected: float
    plain: float


def library_step(w, grad, accumulator, lr, eps):
    """Take the step of the library's rule."""
    return AdaGrad(lr=lr, eps=eps).step(w, grad, accumulator, 1)


def plain_step(w, grad, accumulator, lr, eps):
    """Take a step of gradient descent."""
    return w - lr * grad, accumulator


def height_of(step, lr):
    """Return how far above the least loss one pass ends, on average over three shuffles."""
    data, model = table_of_features(SHARES), LinearRegression(len(SHARES))
    loss = model.on(*data)
    ends = []
    with np.errstate(all="ignore"):
        for seed in SEEDS:
            w, accumulator = np.zeros(model.size), np.zeros(model.size)
            rng = np.random.default_rng(seed)
            model.init(rng)  # as `fit` does, so that the shuffles are those that the student sees
            for rows in minibatch_indices(len(data), BATCH, rng):
                result = step(w, loss.rows(rows).grad(w), accumulator, lr, EPS)
                if not isinstance(result, (tuple, list)) or len(result) != 2 or np.shape(result[0]) != w.shape:
                    raise Problem("The first part should be your `adagrad_step`, which returns (w, accumulator).")
                w, accumulator = result
            ends.append(loss.value(np.asarray(w)))
        return float(np.mean(ends) - loss.value(model.solve(*data)))


def height_of_descent():
    """Return the same for gradient descent at its best of 41 learning rates."""
    data, model = table_of_features(SHARES), LinearRegression(len(SHARES))
    rule = GradientDescent(np.geomspace(0.01, 1, 41)[:, None, None])
    run = fit(model, data, rule, epochs=1, batch_size=BATCH, w0=np.zeros(model.size), seed=np.array(SEEDS))
    return float(run.loss[-1].mean(axis=1).min() - model.on(*data).value(model.solve(*data)))


@setting(
    kinds=[code("w", "grad", "accumulator", "lr", "eps"), number("learning rate", low=0)],
    goal=lambda run: run.height < GOAL and np.isclose(run.height, run.expected, rtol=1e-3, atol=1e-9),
    right=[(library_step, 0.4)],
    praise=lambda step, lr, run: (
        f"Your own step ends {run.height:.3f} above the least loss. Gradient descent at its best of 41 rates ends "
        f"{run.plain:.3f} above it."
    ),
)
def train_rare_features(step, lr):
    """A step of AdaGrad and a learning rate that end within 0.03 of the least loss after one pass."""
    return Training(height_of(step, lr), height_of(library_step, lr), height_of_descent())


@train_rare_features.mistake(example=(plain_step, 0.1))
def another_step(step, lr, run):
    same = np.isclose(run.height, run.expected, rtol=1e-3, atol=1e-9)
    if not same and (np.isfinite(run.height) or np.isfinite(run.expected)):
        return "Your step does not do what AdaGrad does. Make `adagrad_step` pass its own check; then come back."


@train_rare_features.mistake(example=(library_step, 0.05))
def too_slow(step, lr, run):
    if lr < 0.4:
        return (
            f"With a learning rate of {lr:.3g} the pass ends {run.height:.3g} above the least loss. The rare "
            "weights have "
            "not arrived: the way covered is about 2η√T, with T steps in which the feature is present."
        )


@train_rare_features.mistake(example=(library_step, 3.0))
def too_noisy(step, lr, run):
    return (
        f"With a learning rate of {lr:.3g} the pass ends {run.height:.3g} above the least loss. All weights have "
        "arrived, "
        "and still take long steps: the noise decides."
    )


train_rare_features.accept(
    (library_step, 0.3),
    (library_step, 0.5),
    [library_step, 0.35],
    {"step": library_step, "lr": 0.4},
    (library_step, np.float64(0.6)),
)
