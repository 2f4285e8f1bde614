"""Train on tumors, with one's own step."""

from dataclasses import dataclass

import numpy as np

from course_lib.checks.exercises import Problem, code, setting
from course_lib.checks.values import all_finite, shown
from course_lib.data import load_breast_cancer, split, standardize
from course_lib.models import LogisticRegression
from course_lib.theory.local_models import backtrack, newton_step

NEAR = 0.002


@dataclass(frozen=True)
class Trained:
    """What came of the training: the losses, and the share of tumors told right."""

    loss: float
    least: float
    accuracy: float
    turned: float
    bias: float
    exchanged: float
    with_own_bias: float
    new: int


def tumors():
    """Return 427 tumors to train on and 142 that nobody saw, the last ten measurements, standardized by the first."""
    train, test = standardize(*split(load_breast_cancer()))
    return train.X[:, 20:], train.y, test.X[:, 20:], test.y


def with_newton(X, y, steps=12):
    """Return weights and bias of the least log-loss."""
    model = LogisticRegression(X.shape[1])
    loss, w = model.on(X, y), np.zeros(X.shape[1] + 1)
    for _ in range(steps):
        grad = loss.grad(w)
        w = backtrack(loss.value, w, grad, newton_step(grad, model.hessian(w, X)), slope=0.1)[0]
    return w[:-1], w[-1]


def by_descent(X, y, lr=5.0, steps=500):
    """Return weights and bias after gradient descent with a fixed rate."""
    model, w = LogisticRegression(X.shape[1]), np.zeros(X.shape[1] + 1)
    for _ in range(steps):
        w = w - lr * model.grad(w, X, y)
    return w[:-1], w[-1]


def by_trying(X, y):
    """Return weights and bias after 200 steps of backtracking."""
    loss, w, lr = LogisticRegression(X.shape[1]).on(X, y), np.zeros(X.shape[1] + 1), 1.0
    for _ in range(200):
        grad = loss.grad(w)
        w, lr, _ = backtrack(loss.value, w, grad, -grad, 2 * lr)
    return w[:-1], w[-1]


@setting(
    kinds=[code("X", "y")],
    goal=lambda trained: trained.loss <= trained.least + NEAR and trained.bias != 0,
    right=[
        by_trying,
        with_newton,
        by_descent,
        lambda X, y: [part.tolist() for part in with_newton(X, y)],
        lambda features, classes: tuple(np.float32(part) for part in by_trying(features, classes)),
    ],
    praise=lambda train, trained: (
        f"The log-loss is {trained.loss:.4f} on the rows you trained on, at best it could be {trained.least:.4f}. Of "
        f"the {trained.new} tumors that your function never saw, it tells {trained.accuracy:.1%} right."
    ),
)
def classify_tumors(train):
    """A function (X, y) -> (w, b) that trains logistic regression to within 0.002 of the least log-loss."""
    X, y, X_new, y_new = tumors()
    w, b = _parameters(train(X, y), X.shape[1])
    model, w = LogisticRegression(X.shape[1]), np.append(w, b)
    loss = model.on(X, y)
    return Trained(
        loss=float(loss.value(w)),
        least=float(loss.value(np.append(*with_newton(X, y)))),
        accuracy=float(model.score(w, X_new, y_new)),
        turned=float(loss.value(-w)),
        bias=b,
        exchanged=float(min(loss.value(np.roll(w, by)) for by in (-1, 1))),
        with_own_bias=float(
            loss.value(w + np.linspace(-20, 20, 801)[:, None] * (np.arange(len(w)) == len(w) - 1)).min()
        ),
        new=len(y_new),
    )


def _parameters(got, d):
    """Return weights and bias, or say what came in their place."""
    if got is None:
        raise Problem("Your function returns nothing: it needs a `return`.")
    if isinstance(got, np.ndarray) and got.shape == (d + 1,):
        raise Problem("Weights and bias come as one vector. Return them apart: the first ten, and the last.")
    if not isinstance(got, tuple) or len(got) != 2:
        raise Problem(f"Your function should return the pair (w, b), got {shown(got)}.")
    w, b = (part if isinstance(part, np.ndarray) and part.dtype.kind in "iuf" else None for part in got)
    if w is None or b is None or w.shape != (d,) or b.size != 1:
        raise Problem(f"w should have shape ({d},) and b should be one number, got {shown(got)}.")
    if not (all_finite(w) and all_finite(b)):
        raise Problem("The parameters contain NaN or infinity. Was a rate accepted at which the loss is NaN?")
    return w.astype(float), float(b.reshape(()))


@classify_tumors.mistake(example=lambda X, y: (np.zeros(X.shape[1]), 0.0))
def not_trained(train, trained):
    if abs(trained.loss - np.log(2)) < 1e-9:
        return (
            "All parameters are still 0, and the log-loss is ln 2. Is the result of your step put to use, and returned?"
        )


@classify_tumors.mistake(example=lambda X, y: tuple(-part for part in with_newton(X, y)))
def goes_uphill(train, trained):
    if trained.turned < trained.loss:
        return (
            f"The log-loss is {trained.loss:.3g}; with all signs turned it would be {trained.turned:.3g}. Does a step "
            "go uphill, or are the classes exchanged?"
        )


@classify_tumors.mistake(example=lambda X, y: (with_newton(X, y)[0], 0.0))
def no_bias(train, trained):
    if trained.bias == 0:
        return "The bias is still 0, while the weights have moved. Which part of the gradient belongs to it?"


@classify_tumors.mistake(example=lambda X, y: (np.append(*with_newton(X, y))[1:], with_newton(X, y)[0][0]))
def bias_and_weights_exchanged(train, trained):
    if trained.exchanged <= trained.least + NEAR:
        return (
            f"The log-loss is {trained.loss:.4f}; with the bias at the other end of the vector it would be "
            f"{trained.exchanged:.4f}. Where does your vector hold the bias: in front of the weights, or behind them?"
        )


@classify_tumors.mistake(example=lambda X, y: (with_newton(X, y)[0], 5.0))
def another_number_for_the_bias(train, trained):
    if trained.with_own_bias <= trained.least + NEAR:
        return (
            f"The weights are right and the bias, {trained.bias:.3g}, is not. Is what you return behind the weights "
            "the last entry of the trained vector?"
        )


@classify_tumors.mistake(example=lambda X, y: by_descent(X, y, lr=0.1, steps=50))
def not_the_least_loss(train, trained):
    return (
        f"The log-loss is {trained.loss:.4f}, and the least is {trained.least:.4f}: come within {NEAR:g} of it. Would "
        "more steps, or longer ones, lower it further? And is it the log-loss that you lower, with nothing added?"
    )


classify_tumors.accept(
    by_trying,
    with_newton,
    by_descent,
    lambda X, y: by_descent(X, y, lr=10.0, steps=1000),
    lambda features, classes: [part.tolist() for part in by_trying(features, classes)],
)
