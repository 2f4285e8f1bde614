"""Predict how many points of a network compute the same function."""

import math

import numpy as np

from course_lib.checks.exercises import value

UNITS = 6


@value(
    tolerance=1e-9,
    praise="6! orders, and with tanh a sign for each unit: tanh(−s) = −tanh(s), so turning all that goes in "
    "and all that comes out changes nothing.",
)
def predict_copies():
    """Points that one reaches by exchanging units (relu), and also by turning signs (tanh), with six hidden units."""
    return {"relu": math.factorial(UNITS), "tanh": math.factorial(UNITS) * 2**UNITS}


@predict_copies.mistake("{answer} counts one sign for all units. Can each unit be turned alone?")
def one_sign_for_all():
    return {"relu": ..., "tanh": 2 * math.factorial(UNITS)}


@predict_copies.mistake("{answer}: with tanh there is more than orders. What is tanh(−s)?")
def no_signs():
    return {"relu": ..., "tanh": math.factorial(UNITS)}


@predict_copies.mistake("{answer} counts the signs alone. The units can be exchanged as well.")
def signs_alone():
    return {"relu": ..., "tanh": 2**UNITS}


@predict_copies.mistake(
    "{answer} counts six orders, as if one unit were moved. How many ways are there to line up six?"
)
def one_for_each_unit():
    return {"relu": UNITS, "tanh": ...}


@predict_copies.mistake("{answer} lets a unit stand in two places. Each place takes one of those that are left.")
def with_repeats():
    return {"relu": UNITS**UNITS, "tanh": ...}


@predict_copies.mistake("{answer} counts pairs that change places. Several pairs may, one after the other.")
def pairs():
    return {"relu": UNITS * (UNITS - 1) // 2, "tanh": ...}


@predict_copies.mistake("{answer}: with relu a sign cannot be turned: relu(−s) is not −relu(s). Count orders alone.")
def signs_with_relu():
    return {"relu": math.factorial(UNITS) * 2**UNITS, "tanh": ...}


@predict_copies.mistake(
    "{answer} adds signs to orders. To each order belongs every choice of signs: how many pairs are there?"
)
def sum_for_the_product():
    return {"relu": ..., "tanh": math.factorial(UNITS) + 2**UNITS}


@predict_copies.mistake(
    "{answer} has two signs for each unit, added up. Each unit's sign is chosen whatever the others have."
)
def signs_added_up():
    return {"relu": ..., "tanh": math.factorial(UNITS) * 2 * UNITS}


@predict_copies.mistake(
    "{answer} is six times six. How many units are left for the second place, and how many places are there?"
)
def six_times_six():
    return {"relu": UNITS**2, "tanh": ...}


@predict_copies.mistake("{answer} leaves the solution itself out. It counts.")
def without_itself():
    return {"relu": math.factorial(UNITS) - 1, "tanh": ...}


@predict_copies.mistake(
    "{answer} turns the signs in and out apart. A unit's signs turn all together, or its function changes."
)
def signs_in_and_out():
    return {"relu": ..., "tanh": math.factorial(UNITS) * 4**UNITS}


predict_copies.accept(
    {"relu": 720, "tanh": 46080},
    {"relu": 720.0, "tanh": 46080.0},
    {"tanh": np.int64(46080), "relu": np.int64(720)},
    {"relu": math.prod(range(1, 7)), "tanh": 720 * 64},
    {"relu": np.float64(720), "tanh": np.array(46080)},
)
