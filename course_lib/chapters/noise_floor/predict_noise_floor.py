"""Predict a noise floor."""

import numpy as np

from course_lib.checks.exercises import value

RATE, BATCH, CURVATURES, VARIANCES = 0.25, 8, np.array([2.0, 5.0]), np.array([16.0, 24.0])


def each(lr=RATE, batch_size=BATCH, curvatures=CURVATURES):
    """Return the floor's part of each direction."""
    return lr * VARIANCES / (2 * batch_size * (2 - lr * curvatures))


@value(
    tolerance=0.01,
    praise="0.25 · 2 / (2 · 1.5) + 0.25 · 3 / (2 · 0.75) = 0.167 + 0.5. The short form gives 0.3125: at ηλ = 1.25 it "
    "is far too low.",
)
def predict_noise_floor():
    """The floor of η = 0.25, B = 8 for the curvatures 2 and 5 and one-row variances 16 and 24."""
    return 0.25 * 2 / (2 * (2 - 0.25 * 2)) + 0.25 * 3 / (2 * (2 - 0.25 * 5))


@predict_noise_floor.mistake(
    "{answer} is the short form η σ²/(4B). It holds where every ηλ is small, and here one of them is 1.25. What stood "
    "there before it was shortened?"
)
def short_form():
    return RATE * VARIANCES.sum() / (4 * BATCH)


@predict_noise_floor.mistake(
    "{answer} is the floor of single rows. What does a minibatch of 8 rows do to the variance?"
)
def no_batch():
    return float(each(batch_size=1).sum())


@predict_noise_floor.mistake(
    "{answer} is the mean of x² added up over both directions. What is the loss of an error x?"
)
def mean_square_for_loss():
    return float((2 * each() / CURVATURES).sum())


@predict_noise_floor.mistake("{answer} is twice the floor. The loss in a direction is λx²/2.")
def no_half():
    return float(2 * each().sum())


@predict_noise_floor.mistake("{answer} is the part of the steep direction alone. The flat one has noise, too.")
def steep_direction_only():
    return float(each()[1])


@predict_noise_floor.mistake("{answer} is the part of the flat direction alone. The steep one has noise, too.")
def flat_direction_only():
    return float(each()[0])


@predict_noise_floor.mistake(
    "{answer} uses the largest curvature for both directions. Each direction has its own λ and its own variance."
)
def one_curvature_for_both():
    return float(each(curvatures=np.array([5.0, 5.0])).sum())


@predict_noise_floor.mistake("{answer} takes 1 − ηλ where 2 − ηλ belongs. What is 1 − (1 − ηλ)², as a product?")
def one_minus_in_the_denominator():
    return float((RATE * VARIANCES / (2 * BATCH * (1 - RATE * CURVATURES))).sum())


@predict_noise_floor.mistake(
    "{answer} uses the smallest curvature for both directions. Each has its own λ and variance."
)
def smallest_curvature_for_both():
    return float(each(curvatures=np.array([2.0, 2.0])).sum())


@predict_noise_floor.mistake(
    "{answer} gives each direction the variance of the other one. Which variance belongs to λ = 2?"
)
def variances_exchanged():
    return float(each(curvatures=CURVATURES[::-1]).sum())


@predict_noise_floor.mistake("{answer} adds the curvatures first. Each direction has its own floor: add these.")
def curvatures_added():
    return float(RATE * VARIANCES.sum() / (2 * BATCH * (2 - RATE * CURVATURES.sum())))


@predict_noise_floor.mistake(
    "{answer} takes the mean curvature for both. Each direction has its own λ and its own variance."
)
def mean_curvature():
    return float(each(curvatures=np.array([3.5, 3.5])).sum())


@predict_noise_floor.mistake("{answer} is the mean over both directions. The loss is the sum over them.")
def mean_over_the_directions():
    return float(each().mean())


@predict_noise_floor.mistake("{answer} divides the variance by √8. That is for the standard deviation.")
def root_of_the_batch():
    return float(each(batch_size=BATCH**0.5).sum())


@predict_noise_floor.mistake(
    "{answer} leaves the learning rate out in front. What is added in a step, η or η² times the noise?"
)
def no_rate_in_front():
    return float((each() / RATE).sum())


@predict_noise_floor.mistake("{answer} squares the variances. They are squares already.")
def squared_variances():
    return float((each() * VARIANCES).sum())


@predict_noise_floor.mistake("{answer} has 2 + ηλ in the denominator. What is 1 − (1 − ηλ)², as a product?")
def plus_in_the_denominator():
    return float((RATE * VARIANCES / (2 * BATCH * (2 + RATE * CURVATURES))).sum())


@predict_noise_floor.mistake(
    "{answer} is η σ²/(2B). Even for small ηλ there is one more factor 2, and here ηλ is not small."
)
def short_form_without_a_two():
    return RATE * VARIANCES.sum() / (2 * BATCH)


@predict_noise_floor.mistake("{answer} is the mean of x² divided by 2. Where does the curvature come into the loss?")
def no_curvature_in_the_loss():
    return float((each() / CURVATURES).sum())


predict_noise_floor.accept(0.6667, 0.5 / 3 + 0.5, np.float32(0.66667), [0.667], 2 / 3)
