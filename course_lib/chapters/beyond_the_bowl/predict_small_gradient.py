"""Predict after how many steps some gradient is small."""

import numpy as np

from course_lib.checks.exercises import value


@value(
    tolerance=0.002,
    praise="2 · 4 · 2 / 0.1² = 1600 steps, on any surface whose curvature does not exceed 4 and that lies no more than "
    "2 below the start. Ten times smaller a gradient takes a hundred times as many.",
)
def predict_small_gradient():
    """After how many steps of rate 1/Λ some ‖g‖ is surely at most 0.1: Λ = 4, L₀ = 5, L never below 3."""
    return 2 * 4 * (5 - 3) / 0.1**2


@predict_small_gradient.mistake("{answer} puts ‖g‖ where its square belongs: what is 0.1²?")
def norm_not_squared():
    return 2 * 4 * (5 - 3) / 0.1


@predict_small_gradient.mistake("{answer} lacks the 2. What does one step of rate 1/Λ gain at least?")
def no_two():
    return 4 * (5 - 3) / 0.1**2


@predict_small_gradient.mistake(
    "{answer} takes the whole loss at the start for what can be lost. How far can this loss fall?"
)
def all_of_the_loss():
    return 2 * 4 * 5 / 0.1**2


@predict_small_gradient.mistake("{answer} reckons with the lowest level. It is the distance to it that is used up.")
def the_lowest_level():
    return 2 * 4 * 3 / 0.1**2


@predict_small_gradient.mistake("{answer} divides by Λ. Steeper curvature means shorter safe steps: more, or fewer?")
def divides_by_the_bound():
    return 2 * (5 - 3) / 4 / 0.1**2


@predict_small_gradient.mistake("{answer} is the bound of ‖g‖² after one step. After how many is it 0.1²?")
def bound_after_one_step():
    return 2 * 4 * (5 - 3)


@predict_small_gradient.mistake("{answer} lacks Λ. How does the safe rate depend on it?")
def no_bound():
    return 2 * (5 - 3) / 0.1**2


@predict_small_gradient.mistake("{answer} is the height over 0.1². What does one step of rate 1/Λ gain at least?")
def only_height_over_square():
    return (5 - 3) / 0.1**2


@predict_small_gradient.mistake("{answer} is the height over 0.1, as if each step gained its gradient's length.")
def only_height_over_length():
    return (5 - 3) / 0.1


@predict_small_gradient.mistake("{answer} is twice too many: what does the ½ in front of the second-order term leave?")
def two_twice():
    return 4 * 4 * (5 - 3) / 0.1**2


predict_small_gradient.accept(1600, 1600.0, np.int64(1600), [1600], 16 / 0.01)
