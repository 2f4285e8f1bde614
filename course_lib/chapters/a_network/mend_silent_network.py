"""Mend a deep network that learns nothing."""

import itertools
from dataclasses import dataclass

import numpy as np

from course_lib.chapters.a_network.shared import digits, train_stack
from course_lib.checks.exercises import Problem, code, setting

WIDTHS = (64, *[48] * 10, 10)
GOAL, STEPS, LR, SEEDS = 0.3, 300, 0.05, (0, 1, 2)


@dataclass(frozen=True)
class Trained:
    """The worst loss of three seeds, and what the first weights look like.

    `factor` is the typical factor of the mean square in a layer, sd² · inputs / 2; `alike` says whether all units of
    a layer begin alike; `off_center` is the mean of the weights over their root mean square.
    """

    loss: float
    factor: float
    alike: bool
    off_center: float


@setting(
    kinds=[code("widths", "rng")],
    goal=lambda trained: trained.loss < GOAL,
    right=[],
    praise=lambda first, trained: (
        f"With the same loop, rate and steps, all three seeds end at {trained.loss:.2g} or below. Only the size of the "
        "first weights was wrong."
    ),
)
def mend_silent_network(first):
    """A function (widths, rng) -> weights with which the loop brings the training loss below 0.3 from three seeds."""
    train, _ = digits()
    stacks = [_checked(first(WIDTHS, np.random.default_rng(seed))) for seed in SEEDS]
    with np.errstate(all="ignore"):
        losses = [train_stack(weights, train, LR, STEPS) for weights in stacks]
        factor = float(np.median([np.mean(W**2) * W.shape[1] / 2 for W in stacks[0]]))
    return Trained(
        loss=float(np.max(np.nan_to_num(losses, nan=np.inf))),
        factor=factor,
        alike=bool(all(np.ptp(W, axis=0).max() == 0 for W in stacks[0])),
        off_center=float(np.median([W.mean() / (np.sqrt(np.mean(W**2)) or 1) for W in stacks[0]])),
    )


def _checked(weights):
    if not isinstance(weights, (list, tuple)):
        raise Problem("A list should come back, with one table of weights for each layer.")
    shapes = [np.shape(W) for W in weights]
    wanted = list(zip(WIDTHS[1:], WIDTHS[:-1], strict=True))
    if shapes == [shape[::-1] for shape in wanted]:
        raise Problem("The weights have the shape (inputs, units). In this course a row belongs to a unit.")
    if shapes != wanted:
        raise Problem(f"{len(wanted)} tables of weights should come back, the first of the shape {wanted[0]}.")
    return [np.asarray(W, dtype=float) for W in weights]


def scaled(size, mean=0.0):
    """Return a function that draws normal weights of the standard deviation `size(inputs, units)`."""

    def mend_silent_network(widths, rng):
        return [size(i, o) * rng.normal(mean, size=(o, i)) for i, o in itertools.pairwise(widths)]

    return mend_silent_network


@mend_silent_network.mistake(example=scaled(lambda i, o: 0.0))
def zeros(first, trained):
    if trained.factor == 0:
        return "With zeros no score depends on the data, and every gradient is 0. What breaks the tie?"


def constant(widths, rng):
    return [np.full((o, i), 1 / i) for i, o in itertools.pairwise(widths)]


@mend_silent_network.mistake(example=constant)
def all_units_alike(first, trained):
    if trained.alike:
        return (
            "All units of a layer begin alike, get the same gradient, and stay alike: a layer is one unit. Draw them."
        )


@mend_silent_network.mistake(example=scaled(lambda i, o: (2 / i) ** 0.5, mean=0.5))
def not_centered(first, trained):
    if abs(trained.off_center) > 0.3:
        return (
            f"The worst seed ends at {trained.loss:.2g}. The mean of these weights is far from 0, so mixed products do "
            "not vanish, and the scores of all units of a layer are much the same. Which draw has the mean 0?"
        )


@mend_silent_network.mistake(example=scaled(lambda i, o: 0.01))
def still_silent(first, trained):
    if trained.factor < 0.4:
        return (
            f"A layer multiplies the mean square by about {trained.factor:.2g}. After ten layers, what is left of the "
            "scores, and of the gradient?"
        )


@mend_silent_network.mistake(example=scaled(lambda i, o: i**-0.5))
def gain_one(first, trained):
    if trained.factor < 0.75:
        return (
            f"It learns, but the worst seed ends at {trained.loss:.2g}: a layer multiplies the mean square by about "
            f"{trained.factor:.2g}. What does relu drop, and who makes up for it?"
        )


@mend_silent_network.mistake(example=scaled(lambda i, o: 1.0))
def too_large(first, trained):
    if trained.factor > 1.5:
        return (
            f"A layer multiplies the mean square by about {trained.factor:.2g}, so after ten layers the "
            "scores are huge, and the first step throws the weights away. Which factor keeps them?"
        )


def rows_alike(widths, rng):
    return [np.where(rng.random((o, 1)) < 0.5, 1, -1) * np.full((o, i), (2 / i) ** 0.5)
            for i, o in itertools.pairwise(widths)]  # fmt: skip


@mend_silent_network.mistake(example=rows_alike)
def size_alone(first, trained):
    return (
        f"The size of a layer is about right, but the worst seed ends at {trained.loss:.2g}. Are all weights "
        "independent, with mean 0?"
    )


@mend_silent_network.accept_computed
def right_answers():
    """Return other repairs that do."""
    he = scaled(lambda i, o: (2 / i) ** 0.5)

    def uniform(widths, rng):
        return [rng.uniform(-1, 1, size=(o, i)) * np.sqrt(6 / i) for i, o in itertools.pairwise(widths)]

    def orthogonal(widths, rng):
        squares = [np.linalg.qr(rng.normal(size=(max(pair), max(pair))))[0] for pair in itertools.pairwise(widths)]
        return [2**0.5 * Q[:o, :i] for Q, (i, o) in zip(squares, itertools.pairwise(widths), strict=True)]

    def lists(widths, rng):
        return tuple(W.tolist() for W in he(widths, rng))

    return [he, scaled(lambda i, o: (2 / o) ** 0.5), scaled(lambda i, o: 0.2), uniform, orthogonal, lists]


mend_silent_network.right.append(scaled(lambda i, o: (2 / i) ** 0.5))
