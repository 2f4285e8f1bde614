"""Predict how much of a gradient is left after many layers."""

import numpy as np

from course_lib.checks.exercises import value
from course_lib.theory.signals import typical_share, wide_network

GAIN, LAYERS, WIDTH = 1.2, 18, 45


def factor(gain=GAIN, layers=LAYERS):
    """Return the expected share of the squared length that is left."""
    return float(wide_network(layers, gain)[1][0])


def median_part(activation="relu"):
    """Return the part of the expected share that the median network has."""
    return float(typical_share(LAYERS, WIDTH, activation))


@value(
    tolerance=0.02,
    praise="Eighteen factors of 0.72, and the median network has about a third of that. By the weights no layer is "
    "worse off than another.",
)
def predict_depth():
    """Expected share of the squared gradient by the scores, the median's part of it, first over last by the weights."""
    return {"expected": factor(), "median": median_part(), "by_weights": 1.0}


@predict_depth.mistake("{answer} as the share leaves the half out that the mask drops: each layer multiplies by ω²/2.")
def no_half():
    return {"expected": GAIN ** (2 * LAYERS), "median": ..., "by_weights": ...}


@predict_depth.mistake("{answer} is the share of the length. Asked for is the share of the *squared* length.")
def length_for_its_square():
    return {"expected": factor() ** 0.5, "median": ..., "by_weights": ...}


@predict_depth.mistake("{answer} as the share has ω/2 in each layer. It is the square of a weight that is averaged.")
def gain_not_squared():
    return {"expected": (GAIN / 2) ** LAYERS, "median": ..., "by_weights": ...}


@predict_depth.mistake("{answer} as the share counts one layer too many. How many steps lead from layer 20 to layer 2?")
def one_layer_too_many():
    return {"expected": factor(layers=LAYERS + 1), "median": ..., "by_weights": ...}


@predict_depth.mistake(
    "{answer} as the share counts the layers of the network. How many steps lead from layer 20 to 2?"
)
def all_layers():
    return {"expected": factor(layers=20), "median": ..., "by_weights": ...}


@predict_depth.mistake("{answer} as the share counts one layer too few. How many steps lead from layer 20 to layer 2?")
def one_layer_too_few():
    return {"expected": factor(layers=LAYERS - 1), "median": ..., "by_weights": ...}


@predict_depth.mistake("{answer}: gain 1.2 is said to keep the signal. Which gain does that for relu?")
def kept():
    return {"expected": 1.0, "median": ..., "by_weights": ...}


@predict_depth.mistake("{answer}: the median is said to have all of the expected share. Is the width infinite?")
def median_for_mean():
    return {"expected": ..., "median": 1.0, "by_weights": ...}


@predict_depth.mistake(
    "{answer}: for the median, e^(−depth/width) belongs to a network without activation. What is the variance of a "
    "layer's factor for relu?"
)
def median_without_relu():
    return {"expected": ..., "median": median_part("none"), "by_weights": ...}


@predict_depth.mistake("{answer}: the median's exponent is half of the variance of a layer's factor, for each layer.")
def no_half_in_the_exponent():
    return {"expected": ..., "median": float(np.exp(-5 * LAYERS / WIDTH)), "by_weights": ...}


@predict_depth.mistake("{answer}: asked for is the median's part *of the expected share*, not the product of the two.")
def median_as_a_product():
    return {"expected": ..., "median": factor() * median_part(), "by_weights": ...}


@predict_depth.mistake(
    "{answer}: by the weights, the gradient is a product of Δ and what the layer gets from below. The second factor "
    "shrinks on the way up: what becomes of the product?"
)
def only_the_slope():
    return {"expected": ..., "median": ..., "by_weights": factor()}


predict_depth.accept(
    {"expected": 0.72**18, "median": 0.3679, "by_weights": 1},
    {"by_weights": 1.0, "median": 0.37, "expected": 0.0027},
    {"expected": 1.2**36 / 2**18, "median": np.exp(-1), "by_weights": np.float32(1)},
    {"expected": 2.7e-3, "median": 0.368, "by_weights": 1.0},
    {"expected": np.float32(0.0027039), "median": np.array(0.3679), "by_weights": 1},
)
