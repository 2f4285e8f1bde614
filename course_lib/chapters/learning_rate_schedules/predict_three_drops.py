"""The rate, its step and its floor after three drops."""

import numpy as np

from course_lib.checks.exercises import value

RATE, DROP, EPOCHS, BATCHES = 0.6, 0.25, 15, 40


@value(
    tolerance=0.0005,
    parts=("rate", "step", "share of the floor"),
    praise="Three drops multiply the rate, and with it the floor, by 1/64; the third comes after 3 · 15 · 40 steps.",
)
def predict_three_drops():
    """The rate after three drops, the step it is first used at, and the share of the floor that is left."""
    return RATE * DROP**3, 3 * EPOCHS * BATCHES, DROP**3


@predict_three_drops.mistake("A step of {answer} counts epochs. How many steps lie behind after 45 of them?")
def epochs_for_steps():
    return ..., 3 * EPOCHS, ...


@predict_three_drops.mistake("{answer} has one drop too few. After which power of the factor is one asked?")
def one_drop_too_few():
    return RATE * DROP**2, ..., ...


@predict_three_drops.mistake("{answer} has one drop too many: at step 0 none has come yet.")
def one_drop_too_many():
    return RATE * DROP**4, ..., ...


@predict_three_drops.mistake(
    "{answer} multiplies by three quarters at each drop. Is `drop` what goes, or what is left?"
)
def takes_the_share_away():
    return RATE * (1 - DROP) ** 3, ..., ...


@predict_three_drops.mistake("{answer} multiplies by three times the factor. Three drops are a power.")
def product_for_a_power():
    return RATE * 3 * DROP, ..., ...


@predict_three_drops.mistake("{answer} has the step of the first drop.")
def step_of_the_first_drop():
    return ..., EPOCHS * BATCHES, ...


@predict_three_drops.mistake(
    "{answer} multiplies 45 by 15. After 45 epochs, how many steps lie behind, if an epoch has 40?"
)
def epochs_for_batches():
    return ..., 3 * EPOCHS * EPOCHS, ...


@predict_three_drops.mistake("{answer} has the rate after one drop alone.")
def one_drop_alone():
    return RATE * DROP, ..., ...


@predict_three_drops.mistake(
    "{answer} has the step before the drop. Steps count from 0: which one is the first after 1800 of them?"
)
def off_by_one():
    return ..., 3 * EPOCHS * BATCHES - 1, ...


@predict_three_drops.mistake(
    "{answer} has the step after the first one. Steps count from 0, and 1800 of them have the numbers 0 to 1799."
)
def one_late():
    return ..., 3 * EPOCHS * BATCHES + 1, ...


@predict_three_drops.mistake("{answer} has the step of the second drop.")
def step_of_the_second_drop():
    return ..., 2 * EPOCHS * BATCHES, ...


@predict_three_drops.mistake(
    "{answer} squares the factor for the floor: E[x²] on the floor has the first power of a small rate. What does "
    "half the rate do to it?"
)
def squared_floor():
    return ..., ..., DROP**6


@predict_three_drops.mistake("{answer} gives what is gone of the floor. What is left?")
def gone_for_left():
    return ..., ..., 1 - DROP**3


@predict_three_drops.mistake("{answer} is in percent. As a share, the whole floor is 1.")
def percent():
    return ..., ..., 100 * DROP**3


@predict_three_drops.mistake("{answer} leaves the floor where it was. What does it depend on?")
def same_floor():
    return ..., ..., 1.0


@predict_three_drops.mistake("{answer} gives the floor's share the value of the rate. Divide the floors by each other.")
def rate_for_the_share():
    return ..., ..., RATE * DROP**3


@predict_three_drops.mistake("{answer} takes a root for the floor. The loss on the floor is about ησ²/(4B).")
def root_of_the_floor():
    return ..., ..., DROP**1.5


@predict_three_drops.mistake("{answer} turns the share around: does the floor rise or fall?")
def share_turned_around():
    return ..., ..., DROP**-3


predict_three_drops.accept(
    (0.009375, 1800, 0.015625),
    [0.6 / 64, 3 * 600, 1 / 64],
    (0.15 / 16, 45 * 40, 0.125**2),
    np.array([0.009375, 1800, 0.015625]),
    (0.6 * 0.25**3, 1800.0, 0.25**3),
)
