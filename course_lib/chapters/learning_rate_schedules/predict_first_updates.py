"""How long Adam's updates are on pure noise: the first, the third, and late ones."""

import math

import numpy as np

from course_lib.checks.exercises import value

BETA1, THIRD = 0.8, 3


def _length(kept):
    """Return the root mean square of an update when β₁ᵗ is `kept`."""
    return math.sqrt((1 - BETA1) * (1 + kept) / ((1 + BETA1) * (1 - kept)))


@value(
    unit="learning rates",
    tolerance=0.004,
    parts=("first", "third", "late"),
    praise="The first update is a whole learning rate, the third 0.587 of one, late ones a third: the weights of more "
    "gradients share the noise.",
)
def predict_first_updates():
    """The length of Adam's first, third and late updates for β₁ = 0.8 on pure noise."""
    return 1.0, (0.2**2 + 0.16**2 + 0.128**2) ** 0.5 / (0.2 + 0.16 + 0.128), (0.2 / 1.8) ** 0.5


@predict_first_updates.mistake(
    "{answer} leaves off the correction: the first m is small, and so is the first v. What is m̂ after one gradient?"
)
def no_correction():
    return 1 - BETA1, ..., ...


@predict_first_updates.mistake("{answer} takes no root: these are mean squares. How long is an update, typically?")
def no_root():
    return ..., _length(BETA1**THIRD) ** 2, ...


@predict_first_updates.mistake("{answer} has the late mean square. How long is an update, typically?")
def no_root_late():
    return ..., ..., (1 - BETA1) / (1 + BETA1)


@predict_first_updates.mistake("{answer} takes β₁ = 0.9, as the chapter does. What is it here?")
def the_chapters_beta():
    return ..., ..., math.sqrt(0.1 / 1.9)


@predict_first_updates.mistake(
    "{answer} has the second update in the third place. How many gradients has the third seen, with its own?"
)
def one_update_early():
    return ..., _length(BETA1 ** (THIRD - 1)), ...


@predict_first_updates.mistake("{answer} has the fourth update in the third place. Adam counts from t = 1.")
def one_update_late():
    return ..., _length(BETA1 ** (THIRD + 1)), ...


@predict_first_updates.mistake(
    "{answer} is the plain mean of three gradients, one over the root of 3. Have all three the same weight in m?"
)
def plain_mean():
    return ..., 1 / math.sqrt(THIRD), ...


@predict_first_updates.mistake(
    "{answer} leaves all updates as long as the first. What do the signs of the noise do in m?"
)
def always_one():
    return ..., 1.0, 1.0


@predict_first_updates.mistake(
    "{answer} has the weight of the newest gradient for late updates. Older ones add their squared weights to it."
)
def newest_weight_alone():
    return ..., ..., 1 - BETA1


@predict_first_updates.mistake(
    "{answer} lets the updates vanish. The mean of the noise is 0; is its average in m ever?"
)
def vanishes():
    return ..., ..., 0.0


@predict_first_updates.mistake("{answer} turns the fraction around: do late updates become longer, or shorter?")
def turned_around():
    return ..., ..., math.sqrt((1 + BETA1) / (1 - BETA1))


predict_first_updates.accept(
    (1, 0.5868, 1 / 3),
    [1.0, 0.587, 0.3333],
    (np.float64(1), 0.5867, 0.3334),
    np.array([1, 0.58672, 1 / 3]),
    (1, math.sqrt(0.3443), math.sqrt(1 / 9)),
)
