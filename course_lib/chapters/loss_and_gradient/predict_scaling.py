"""Predict what a change of unit does to the gradient and to the curvature of a weight."""

import numpy as np

from course_lib.checks.exercises import value


@value(
    tolerance=0.001,
    parts=("gradient factor", "curvature factor", "rate factor"),
    praise="10, 100 and 1/50: the feature enters the gradient once and the curvature twice. A step along this weight "
    "alone has a limit 100 times lower, as chapter 02 shows. A sum of 50 rows is 50 times their mean, its gradient "
    "too.",
)
def predict_scaling():
    """The factors of a gradient and a curvature by a feature times 10, and of the rate by a sum of 50 rows."""
    return 10, 100, 1 / 50


@predict_scaling.mistake(
    "The first two factors are right. A sum has the longer gradient: what must a learning rate do that keeps the step?"
)
def rate_grows_with_the_sum():
    return 10, 100, 50


@predict_scaling.mistake("The first two factors are right. Is a step as long as before, when the gradient is longer?")
def rate_unchanged():
    return 10, 100, 1


@predict_scaling.mistake("The first two factors are right. A step is rate times gradient: how often does n enter?")
def rate_by_the_square_of_the_rows():
    return 10, 100, 1 / 2500


@predict_scaling.mistake("The first two factors are right. Both versions have their 2: what else differs?")
def rate_with_a_two():
    return 10, 100, 1 / 100


@predict_scaling.mistake("The first two factors are right. Both versions have their 2: what else differs?")
def rate_without_a_two():
    return 10, 100, 1 / 25


@predict_scaling.mistake(
    "The first two factors are right. How many times the mean of 50 squares is their sum, and what makes up for that?"
)
def only_the_first_two():
    return 10, 100, ...


@predict_scaling.mistake("The first two have the right values, but in the other order: first the gradient's.")
def exchanged():
    return 100, 10, ...


@predict_scaling.mistake(
    "The gradient factor is right. The curvature is the derivative of the gradient. Does a feature come out once more?"
)
def curvature_like_the_gradient():
    return 10, 10, ...


@predict_scaling.mistake(
    "The curvature factor is right. The gradient has been differentiated once less. How often does the feature stand "
    "in it?"
)
def gradient_like_the_curvature():
    return 100, 100, ...


@predict_scaling.mistake(
    "The gradient factor is right. And how much does that gradient change when the weight changes by 1?"
)
def curvature_unchanged():
    return 10, 1, ...


@predict_scaling.mistake(
    "Both change. What is the derivative of one residual by this weight, and what happens to that number?"
)
def nothing_changes():
    return 1, 1, ...


@predict_scaling.mistake(
    "You divide. The best weight becomes smaller, but what happens to the slope and the curvature along it?"
)
def divided():
    return 1 / 10, 1 / 100, ...


@predict_scaling.mistake(
    "The gradient factor is right. A feature that enters twice: do its two factors add up or multiply?"
)
def doubled():
    return 10, 20, ...


@predict_scaling.mistake("A factor of 2 too many: the 2 of the square stands in the old gradient, too.")
def with_the_two_of_the_square():
    return 20, 200, ...


@predict_scaling.mistake("Each has a factor of 10 too many. How often does the feature stand in the gradient?")
def once_too_often():
    return 100, 1000, ...


@predict_scaling.mistake("The gradient is not as before: the chain rule brings out the feature. Go on from there.")
def only_the_curvature_and_once():
    return 1, 10, ...


@predict_scaling.mistake("You divide the gradient. The chain rule brings out the feature: does it divide or multiply?")
def gradient_divided():
    return 1 / 10, ..., ...


@predict_scaling.mistake("The curvature factor is right, the gradient factor is not. How often does the feature enter?")
def only_the_curvature():
    return ..., 100, ...


@predict_scaling.mistake("The gradient factor is right, the curvature factor is not. How often does the feature enter?")
def only_the_gradient():
    return 10, ..., ...


predict_scaling.accept(
    (10, 100, 0.02),
    [10, 100, 1 / 50],
    (10.0, 1e2, 2e-2),
    np.array([10, 100, 0.02]),
    (np.float32(10), np.int64(100), np.float64(0.02)),
)
