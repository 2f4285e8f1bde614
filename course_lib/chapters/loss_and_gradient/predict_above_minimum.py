"""Predict how far a line lies above the least loss, from how wrong its slope and intercept are."""

import numpy as np

from course_lib.checks.exercises import value


@value(
    tolerance=0.001,
    praise="H is 2 along both axes, so ½ eᵀHe = 3² + 4² = 25, whatever the targets are: the data decides where the "
    "bowl stands and how high, and a standardized feature gives it this shape."
)
def predict_above_minimum():
    """One standardized feature; slope 3 too large, intercept 4 too small: how far above the least loss."""
    return 25


@predict_above_minimum.mistake("{answer} is eᵀHe. What stands before it in the identity?")
def without_the_half():
    return 50


@predict_above_minimum.mistake("{answer} takes 1 for the second derivatives. What is the 2 in H there for?")
def hessian_without_its_two():
    return 12.5


@predict_above_minimum.mistake("{answer} is the distance from the best line. The loss grows with which power of it?")
def distance():
    return 5


@predict_above_minimum.mistake(
    "{answer} adds the two errors before it squares them. Is there a term that holds both, when the feature has mean 0?"
)
def squared_sum():
    return 49


@predict_above_minimum.mistake(
    "{answer} lets the two errors cancel before it squares them. Does the loss have a term that holds both here?"
)
def squared_difference():
    return 1


@predict_above_minimum.mistake("{answer} adds the errors without squaring them. What does a parabola do?")
def plain_sum():
    return 7


@predict_above_minimum.mistake("{answer} has the intercept's part with a minus. Can a wrong intercept lower the loss?")
def intercept_subtracted():
    return 9 - 16


@predict_above_minimum.mistake("{answer} is the part of the slope alone. What does the intercept add?")
def slope_only():
    return 9


@predict_above_minimum.mistake("{answer} is the part of the intercept alone. What does the slope add?")
def intercept_only():
    return 16


@predict_above_minimum.mistake("{answer} multiplies the errors with each other. Is there a cross term here?")
def cross_term_alone():
    return 24


@predict_above_minimum.mistake("{answer} is the product of the two errors. Does a term of the loss hold both here?")
def product():
    return 12


@predict_above_minimum.mistake(
    "{answer} adds the sizes of the gradient's entries, He. How far does the loss itself rise?"
)
def gradient_entries():
    return 14


@predict_above_minimum.mistake("{answer} has the ½ in one of the two parts only. Where does it stand in the identity?")
def half_of_one_part():
    return 34


@predict_above_minimum.mistake("{answer} adds the errors with their signs. What does a parabola do with a sign?")
def sum_with_signs():
    return -1


predict_above_minimum.accept(25, 25.0, 3**2 + 4**2, np.array([25]), 0.5 * np.array([3, -4]) @ (2 * np.array([3, -4])))
