"""Train a network on the digits with one's own backward, and be judged on digits nobody saw."""

import functools
from dataclasses import dataclass

import numpy as np

from course_lib.chapters.a_network.shared import digits, share_right, train_own
from course_lib.checks.exercises import Problem, code, number, setting
from course_lib.models import cross_entropy

GOAL = 0.955
NAMES = ("dW1", "db1", "dW2", "db2")


@dataclass(frozen=True)
class Trained:
    """The shares of digits read right, held out and seen, and with the right gradient; how far the weights are off."""

    held_out: float
    seen: float
    expected: float
    apart: float


def plain(W1, b1, W2, b2, X, y):
    """Return the gradient, by the same two rules."""
    s1 = X @ W1.T + b1
    X1 = np.maximum(s1, 0)
    D2 = cross_entropy((X1 @ W2.T + b2).T, y)[1].T
    D1 = (D2 @ W2) * (s1 > 0)
    return D1.T @ X, D1.sum(axis=0), D2.T @ X1, D2.sum(axis=0)


@functools.lru_cache(maxsize=64)
def expected(lr):
    """Return the parameters that the right gradient ends with at this rate."""
    with np.errstate(all="ignore"):
        return train_own(plain, lr)


@setting(
    kinds=[code("W1", "b1", "W2", "b2", "X", "y"), number("learning rate", low=0)],
    goal=lambda run: run.held_out >= GOAL and run.apart <= 0.1,
    right=[(plain, 0.3)],
    praise=lambda backward, lr, run: (
        f"{run.held_out:.1%} of the 449 digits that nobody saw are read right, and {run.seen:.1%} of those it "
        "was trained with: by a network whose every gradient came from your lines."
    ),
)
def train_with_backward(backward, lr):
    """One's own backward and a rate with which five passes read at least 95.5 % of the held-out digits right."""

    def checked(*given):
        result = backward(*given)
        if not isinstance(result, (tuple, list)) or len(result) != 4:
            raise Problem("The first part should be your `backward`, which returns (dW1, db1, dW2, db2).")
        for name, part, parameter in zip(NAMES, result, given, strict=False):
            if np.shape(part) != parameter.shape:
                raise Problem(f"{name} should have the shape {parameter.shape}; it has {np.shape(part)}.")
        return result

    train, test = digits()
    with np.errstate(all="ignore"):
        parameters = train_own(checked, lr)
        wanted = expected(float(lr))
        apart = np.linalg.norm(parameters[0] - wanted[0]) / np.linalg.norm(wanted[0])
    shares = (share_right(*pair) for pair in ((parameters, test), (parameters, train), (wanted, test)))
    return Trained(*shares, float(apart))


def without_the_mask(W1, b1, W2, b2, X, y):
    X1 = np.maximum(X @ W1.T + b1, 0)
    D2 = cross_entropy((X1 @ W2.T + b2).T, y)[1].T
    D1 = D2 @ W2
    return D1.T @ X, D1.sum(axis=0), D2.T @ X1, D2.sum(axis=0)


def upward(*given):
    return tuple(-part for part in plain(*given))


@train_with_backward.mistake(example=(upward, 0.3))
def uphill(backward, lr, run):
    if run.held_out < 0.15 and run.expected > 0.5:
        return (
            f"{run.held_out:.1%} are read right; with the right gradient it would be {run.expected:.1%}. Are its "
            "sign and its size right? Make `backward` pass its own check."
        )


@train_with_backward.mistake(example=(without_the_mask, 0.3))
def another_gradient(backward, lr, run):
    if run.apart > 0.1:
        return (
            f"{run.held_out:.1%} are read right, and W1 ends elsewhere than with the right gradient "
            f"({run.expected:.1%}). That it learns is no proof. Make `backward` pass its own check; then come back."
        )


@train_with_backward.mistake(example=(plain, 3.0))
def rate_too_large(backward, lr, run):
    if lr > 0.7:
        return f"Only {run.held_out:.1%} are read right: a rate of {lr:.3g} throws the weights about. A smaller one?"


@train_with_backward.mistake(example=(plain, 0.01))
def rate_too_small(backward, lr, run):
    return (
        f"{run.held_out:.1%} of the held-out digits are read right, and {run.seen:.1%} of the others. Five passes at "
        f"{lr:.3g} do not get far. What does a larger rate do?"
    )


train_with_backward.accept(
    (plain, 0.3),
    (plain, 0.5),
    [plain, 0.4],
    {"backward": plain, "lr": 0.6},
    (plain, np.float32(0.35)),
)
