"""Predict AdaGrad's hundredth step."""

import numpy as np

from course_lib.checks.exercises import value


@value(
    tolerance=0.001,
    praise="0.05, a tenth of lr: after 100 equal gradients the root of the sum is √100 = 10 gradients. The 3 cancels.",
)
def predict_adagrad_step():
    """The length of AdaGrad's 100th step with lr = 0.5, when every gradient is 3."""
    return 0.05


@predict_adagrad_step.mistake(
    "{answer} is lr / 100: it divides by the sum of a hundred equal parts. What does AdaGrad do to that sum first?"
)
def forgot_the_root():
    return 0.005


@predict_adagrad_step.mistake("{answer} still has the 3 in it. Put g = 3 into g / √(100 g²): what is left of it?")
def kept_the_gradient():
    return 0.15


@predict_adagrad_step.mistake("{answer} is the first step. The sum has grown since: how many squares are in it now?")
def the_first_step():
    return 0.5


@predict_adagrad_step.mistake("{answer} is what gradient descent would do, lr · g. AdaGrad divides it.")
def gradient_descent_step():
    return 1.5


@predict_adagrad_step.mistake(
    "{answer} has the gradient in it twice: the sum holds 100 squares of 3, and its root is 30, not 100 · 3."
)
def divided_by_three_hundred():
    return 0.5 / 300


@predict_adagrad_step.mistake(
    "{answer} is about the whole way covered in 100 steps. The question is the length of the last one alone."
)
def the_whole_way():
    return 10.0


@predict_adagrad_step.mistake(
    "{answer} divides by √(100 · 9) and leaves the gradient out of the numerator. The step is lr · g / √s."
)
def left_the_gradient_out():
    return 0.5 / 30


predict_adagrad_step.accept(
    0.05,
    1 / 20,
    0.5 / np.sqrt(100),
    np.array(0.05),
    np.float32(0.05),
)
