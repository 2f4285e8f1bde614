"""The first step, and the mean of later ones under noise."""

import numpy as np

from course_lib.checks.exercises import value
from course_lib.theory.adam import agreement

LR, MEAN, DEVIATION = 0.01, 0.3, 0.4
LATER = -LR * float(agreement(DEVIATION / MEAN))


@value(
    tolerance=0.005,
    parts=("first coordinate", "second coordinate", "mean of the late steps"),
    praise="The first step is lr · sign(g), against the gradient: 0.01 in both coordinates, though one gradient is "
    "more than sixty thousand times the other. Later steps are shorter where the sign is in doubt: here 0.6 of lr.",
)
def predict_first_step():
    """Adam's first change of w for the gradient (250, −0.004), lr = 0.01; its mean change for gradients 0.3 ± 0.4."""
    return -LR, LR, LATER


@predict_first_step.mistake("The first two have the right lengths, but go uphill: against the gradient, please.")
def along_the_gradient():
    return LR, -LR, ...


@predict_first_step.mistake(
    "The first two are gradient descent: lr times the gradient. Adam divides by the size of the gradient. What is"
    " left of it?"
)
def gradient_descent_step():
    return -2.5, 0.00004, ...


@predict_first_step.mistake(
    "The first two are lr times the gradient, and uphill as well. Adam divides by the size of the gradient: what "
    "is left of it, and which sign goes down?"
)
def gradient_uphill():
    return 2.5, -0.00004, ...


@predict_first_step.mistake(
    "Only the first coordinate goes downhill: the first two are lr times the sizes of the gradients. Adam divides"
    " by the size, and each coordinate has a sign of its own."
)
def gradient_descent_without_signs():
    return -2.5, -0.00004, ...


@predict_first_step.mistake(
    "The first two are lr times the size of each gradient. Adam divides by that size: what is left of the gradient?"
)
def gradient_sizes():
    return 2.5, 0.00004, ...


@predict_first_step.mistake(
    "The first two are the step without bias correction, (1 − β₁)/√(1 − β₂) times lr. What do the corrections do "
    "at t = 1?"
)
def without_correction():
    return -LR * 0.1 / np.sqrt(0.001), LR * 0.1 / np.sqrt(0.001), ...


@predict_first_step.mistake("The first two take m = (1 − β₁) g without its correction. What is m̂ at t = 1?")
def m_without_correction():
    return -LR * 0.1, LR * 0.1, ...


@predict_first_step.mistake("The first two correct only m: √v is still √0.001 |g|. What is v̂ at t = 1?")
def v_without_correction():
    return -LR / np.sqrt(0.001), LR / np.sqrt(0.001), ...


@predict_first_step.mistake(
    "The first is right. The second hardly moves in yours. By the size of which gradient is it divided?"
)
def one_size_for_both():
    return -LR, LR * 0.004 / 250, ...


@predict_first_step.mistake(
    "The first two forget that the second gradient is negative: each coordinate has its own sign."
)
def same_sign_twice():
    return -LR, -LR, ...


@predict_first_step.mistake("The first two are the sign alone. How long is a step?")
def no_lr():
    return -1.0, 1.0, ...


@predict_first_step.mistake(
    "The first two are the lengths. Each coordinate also has a direction: against its gradient."
)
def lengths_only():
    return LR, LR, ...


@predict_first_step.mistake(
    "The first two are right. The third goes along the mean gradient, and a step goes against it."
)
def later_uphill():
    return -LR, LR, -LATER


@predict_first_step.mistake(
    "The first two are right. The third is as long as without noise. What does the noise add to v, and not to the"
    " mean of m?"
)
def sign_without_doubt():
    return -LR, LR, -LR


@predict_first_step.mistake(
    "The first two are right. The third divides the mean by the standard deviation. Is the mean square of the "
    "gradient the noise alone?"
)
def noise_alone_in_v():
    return -LR, LR, -LR * MEAN / DEVIATION


@predict_first_step.mistake(
    "The first two are right. The third divides by mean plus standard deviation. It is their squares that add up in v."
)
def mean_and_deviation_added():
    return -LR, LR, -LR * MEAN / (MEAN + DEVIATION)


@predict_first_step.mistake(
    "The first two are right. The third divides by the mean square itself. What does Adam take of v first?"
)
def no_root():
    return -LR, LR, -LR * MEAN / (MEAN**2 + DEVIATION**2)


@predict_first_step.mistake(
    "The first two are right. The third squares the mean as well: the numerator is the mean of m, which has no square."
)
def share_of_the_squares():
    return -LR, LR, -LR * MEAN**2 / (MEAN**2 + DEVIATION**2)


@predict_first_step.mistake(
    "The first two are right. The third is lr times the mean gradient: that is gradient descent. By what does "
    "Adam divide?"
)
def later_gradient_descent():
    return -LR, LR, -LR * MEAN


predict_first_step.accept(
    (-0.01, 0.01, -0.006),
    [-0.01, 0.01, -0.006],
    np.array([-0.01, 0.01, -0.006]),
    (-1e-2, 0.01000001, -6e-3),
    (-0.01, 0.01, -0.01 * 0.3 / np.hypot(0.3, 0.4)),
)
