"""Predict where three steps on the first parabola lead, at a rate that jumps over its lowest place."""

import numpy as np

from course_lib.checks.exercises import value

START, LOWEST, LR = 6.0, 1.0, 1.8


def landing(steps=3, factor=1 - LR):
    """Return where so many steps lead when each multiplies the distance by `factor`."""
    return LOWEST + factor**steps * (START - LOWEST)


@value(
    tolerance=0.002,
    praise="Each step multiplies the distance from the lowest place by 1 − 1.8 = −0.8: the distances are 5, −4, 3.2 "
    "and −2.56, and w is 1 more. It crosses at every step, and comes nearer.",
)
def predict_landing():
    """The place after three steps of rate 1.8 on ½ (w − 1)², from w = 6."""
    return 1 + (1 - 1.8) ** 3 * (6 - 1)


@predict_landing.mistake("{answer} is the distance from the lowest place, with its sign. And where is `w` then?")
def distance_instead_of_place():
    return landing() - LOWEST


@predict_landing.mistake("{answer} is how far it is from the lowest place. On which side of it, and where is `w` then?")
def size_of_the_distance():
    return LOWEST - landing()


@predict_landing.mistake("{answer} lies just as far away, on the other side. Which sign has the factor at this rate?")
def other_side():
    return 2 * LOWEST - landing()


@predict_landing.mistake("{answer} uses w as the slope, as on ½ w². What is the slope of ½ (w − 1)²?")
def slope_of_the_first_parabola():
    return (1 - LR) ** 3 * START


@predict_landing.mistake("{answer} is where `w` is after one step. Three are asked for.")
def one_step():
    return landing(1)


@predict_landing.mistake("{answer} is where `w` is after two steps. Three are asked for.")
def two_steps():
    return landing(2)


@predict_landing.mistake("{answer} is where `w` is after four steps. Three are asked for; the start is no step.")
def four_steps():
    return landing(4)


@predict_landing.mistake("{answer} goes uphill at every step. Which sign takes you the other way?")
def uphill():
    return landing(factor=1 + LR)


@predict_landing.mistake(
    "{answer} multiplies the distance by the learning rate. A step takes that share of the distance away: what is left?"
)
def times_the_learning_rate():
    return landing(factor=LR)


@predict_landing.mistake("{answer} uses the first slope three times. Each step has the slope where it stands.")
def first_slope_kept():
    return START - 3 * LR * (START - LOWEST)


@predict_landing.mistake("{answer} is the loss there. At which `w`?")
def the_loss():
    return (landing() - LOWEST) ** 2 / 2


@predict_landing.mistake("{answer} is where the run ends after very many steps. Where is it after three?")
def the_lowest_place():
    return LOWEST


predict_landing.accept(-1.56, np.array([-1.56]), np.float32(-1.56), [-1.56], 6 - 9 + 7.2 - 5.76)
