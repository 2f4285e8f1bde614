"""Full-batch descent on 300 digits, and the largest curvature along the way."""

import numpy as np

from course_lib.chapters.when_training_goes_wrong.shared.network import (
    digits,
    forward,
    gradient,
    initial,
    row_losses,
    slope_of_entropy,
    slope_of_squares,
)

ROWS, WIDTHS = 300, (64, 32, 32, 10)


def smoothed_entropy(scores, y, share=0.1):
    """Return the gradient by the scores of the cross-entropy whose targets are 1 − share for the class, and a rest."""
    classes = scores.shape[-1]
    shift = share * (np.eye(classes)[y] - 1 / classes) / len(y)
    return slope_of_entropy(scores, y) + shift


SLOPES = {"squares": slope_of_squares, "cross-entropy": slope_of_entropy, "smoothed": smoothed_entropy}


def loss_of(kind, scores, y):
    """Return the mean loss of the rows, for "squares" or "cross-entropy"."""
    if kind == "squares":
        return float(((scores - np.eye(scores.shape[-1])[y]) ** 2).sum(axis=1).mean() / 2)
    return float(row_losses(scores, y).mean())


def sharpness(parameters, grad, guess, rounds=12, h=1e-4):
    """Return the largest curvature and its direction, by power iteration on differences of gradients.

    ::

        a ← H a / ‖H a‖,      H a ≈ (grad(w + h a) − grad(w − h a)) / 2h,      sharpness = a · H a

    It finds the eigenvalue of H that is largest in size; `guess` is where to start, a list like the parameters.
    """
    bent = guess
    for _ in range(rounds):
        size = np.sqrt(sum((a**2).sum() for a in bent))
        axis = [a / size for a in bent]
        up = grad([w + h * a for w, a in zip(parameters, axis, strict=True)])
        down = grad([w - h * a for w, a in zip(parameters, axis, strict=True)])
        bent = [(u - d) / (2 * h) for u, d in zip(up, down, strict=True)]
    return float(sum((a * b).sum() for a, b in zip(axis, bent, strict=True))), bent


def sharpening(
    lr, kind="squares", steps=3000, every=100, seed=0, rows=ROWS, widths=WIDTHS, activation="tanh", gain=1.0
):
    """Train by full steps; return the steps at which it is looked at, the sharpness there, and all losses.

    `lr` is a number, or a function of the step.
    """
    train, _ = digits()
    X, y, rng = train.X[:rows], train.y[:rows], np.random.default_rng(seed)
    parameters = initial(widths, rng, gain=gain)
    bent, at, found, losses = [rng.normal(size=w.shape) for w in parameters], [], [], []

    def grad(parameters):
        return gradient(parameters, X, y, activation, SLOPES[kind])

    for t in range(steps + 1):
        if t % every == 0:
            value, bent = sharpness(parameters, grad, bent, rounds=12 if t else 60)
            at.append(t)
            found.append(value)
        losses.append(loss_of(kind, forward(parameters, X, activation)[-1], y))
        rate = lr(t) if callable(lr) else lr
        parameters = [w - rate * g for w, g in zip(parameters, grad(parameters), strict=True)]
    return np.array(at), np.array(found), np.array(losses)
