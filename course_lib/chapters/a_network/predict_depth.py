"""Predict how much of a gradient is left after many layers."""

import numpy as np

from course_lib.checks.exercises import value
from course_lib.theory.signals import typical_share, wide_network

GAIN, LAYERS, WIDTH = 1.2, 18, 45
ADDED, DEPTH = 2.4, 20  # the gain and the layers of the residual network


def factor(gain=GAIN, layers=LAYERS):
    """Return the expected share of the squared length that is left."""
    return float(wide_network(layers, gain)[1][0])


def median_part(activation="relu"):
    """Return the part of the expected share that the median network has."""
    return float(typical_share(LAYERS, WIDTH, activation))


def residual():
    """Return the expected mean square of the residual network's last scores."""
    return float(wide_network(DEPTH, ADDED, keep=1.0, share=DEPTH**-0.5)[0][-1])


def added(factor):
    """Return an answer with another mean square of the residual network."""
    return {"expected": ..., "median": ..., "by_weights": ..., "residual": factor}


@value(
    tolerance=0.02,
    praise="Eighteen factors of 0.72, and the median network has about a third of that. By the weights no layer is "
    "worse off than another. And with 1/√depth, twenty factors of 1.144 come to 15, where plain layers would have 10⁹.",
)
def predict_depth():
    """Expected share of the squared gradient by the scores, the median's part of it, by the weights; and a residual."""
    return {"expected": factor(), "median": median_part(), "by_weights": 1.0, "residual": residual()}


@predict_depth.mistake("{answer} as the share leaves the half out that the mask drops: each layer multiplies by ω²/2.")
def no_half():
    return {"expected": GAIN ** (2 * LAYERS), "median": ..., "by_weights": ..., "residual": ...}


@predict_depth.mistake("{answer} is the share of the length. Asked for is the share of the *squared* length.")
def length_for_its_square():
    return {"expected": factor() ** 0.5, "median": ..., "by_weights": ..., "residual": ...}


@predict_depth.mistake("{answer} as the share has ω/2 in each layer. It is the square of a weight that is averaged.")
def gain_not_squared():
    return {"expected": (GAIN / 2) ** LAYERS, "median": ..., "by_weights": ..., "residual": ...}


@predict_depth.mistake("{answer} as the share counts one layer too many. How many steps lead from layer 20 to layer 2?")
def one_layer_too_many():
    return {"expected": factor(layers=LAYERS + 1), "median": ..., "by_weights": ..., "residual": ...}


@predict_depth.mistake(
    "{answer} as the share counts the layers of the network. How many steps lead from layer 20 to 2?"
)
def all_layers():
    return {"expected": factor(layers=20), "median": ..., "by_weights": ..., "residual": ...}


@predict_depth.mistake("{answer} as the share counts one layer too few. How many steps lead from layer 20 to layer 2?")
def one_layer_too_few():
    return {"expected": factor(layers=LAYERS - 1), "median": ..., "by_weights": ..., "residual": ...}


@predict_depth.mistake("{answer}: gain 1.2 is said to keep the signal. Which gain does that for relu?")
def kept():
    return {"expected": 1.0, "median": ..., "by_weights": ..., "residual": ...}


@predict_depth.mistake("{answer}: the median is said to have all of the expected share. Is the width infinite?")
def median_for_mean():
    return {"expected": ..., "median": 1.0, "by_weights": ..., "residual": ...}


@predict_depth.mistake(
    "{answer}: for the median, e^(−depth/width) belongs to a network without activation. What is the variance of a "
    "layer's factor for relu?"
)
def median_without_relu():
    return {"expected": ..., "median": median_part("none"), "by_weights": ..., "residual": ...}


@predict_depth.mistake("{answer}: the median's exponent is half of the variance of a layer's factor, for each layer.")
def no_half_in_the_exponent():
    return {"expected": ..., "median": float(np.exp(-5 * LAYERS / WIDTH)), "by_weights": ..., "residual": ...}


@predict_depth.mistake("{answer}: asked for is the median's part *of the expected share*, not the product of the two.")
def median_as_a_product():
    return {"expected": ..., "median": factor() * median_part(), "by_weights": ..., "residual": ...}


@predict_depth.mistake(
    "{answer}: by the weights, the gradient is a product of Δ and what the layer gets from below. The second factor "
    "shrinks on the way up: what becomes of the product?"
)
def only_the_slope():
    return {"expected": ..., "median": ..., "by_weights": factor(), "residual": ...}


@predict_depth.mistake(
    "{answer}: the share cannot be above 1 here. Each layer on the way down multiplies by a "
    "number below 1. Which way did you divide?"
)
def turned_over():
    return {"expected": 1 / factor(), "median": ..., "by_weights": ..., "residual": ...}


@predict_depth.mistake("{answer} as the share has only the half of the mask in it. What does the gain of 1.2 do?")
def half_alone():
    return {"expected": 0.5**LAYERS, "median": ..., "by_weights": ..., "residual": ...}


@predict_depth.mistake("{answer} as the share has ω in each layer: neither the square nor what the mask drops.")
def gain_alone():
    return {"expected": GAIN**LAYERS, "median": ..., "by_weights": ..., "residual": ...}


@predict_depth.mistake(
    "{answer}: the median's part counts all 20 layers. How many steps lead from layer 20 to layer 2?"
)
def all_layers_in_the_median():
    return {"expected": ..., "median": float(np.exp(-2.5 * 20 / WIDTH)), "by_weights": ..., "residual": ...}


@predict_depth.mistake("{answer}: the median is said to be above the expectation. Which sign has the exponent?")
def exponent_turned_over():
    return {"expected": ..., "median": 1 / median_part(), "by_weights": ..., "residual": ...}


@predict_depth.mistake(
    "{answer}: by the weights, one factor of the product is right, or turned over. As Δ shrinks downward, the values "
    "shrink upward: which of the two layers has the larger values below it?"
)
def only_the_values():
    return {"expected": ..., "median": ..., "by_weights": 1 / factor(), "residual": ...}


@predict_depth.mistake("{answer}: by the weights, both factors shrink downward. Does what a layer gets from below?")
def both_shrink_downward():
    return {"expected": ..., "median": ..., "by_weights": factor() ** 2, "residual": ...}


@predict_depth.mistake(
    "{answer} as the residual network is that of a plain one: it has forgotten what is kept of the scores."
)
def nothing_kept():
    return added((ADDED**2 / 2) ** DEPTH)


@predict_depth.mistake("{answer}: this residual network divides what it adds by √20. What becomes of its square?")
def share_forgotten():
    return added((1 + ADDED**2 / 2) ** DEPTH)


@predict_depth.mistake(
    "{answer}: the mean square adds up, so what is added is squared, with its 1/√20: what becomes of that?"
)
def share_not_squared():
    return added((1 + ADDED**2 / 2 / DEPTH**0.5) ** DEPTH)


@predict_depth.mistake(
    "{answer}: in the residual network each layer adds the mean square of relu(s), not of s. What is dropped?"
)
def no_half_in_the_residual():
    return added((1 + ADDED**2 / DEPTH) ** DEPTH)


@predict_depth.mistake("{answer}: the residual network has the gain of the first one. Its own is twice as large.")
def gain_of_the_other_network():
    return added((1 + GAIN**2 / 2 / DEPTH) ** DEPTH)


@predict_depth.mistake(
    "{answer} for the residual network is the bound that no depth passes. Asked for is the value at depth 20."
)
def bound_for_the_value():
    return added(float(np.exp(ADDED**2 / 2)))


@predict_depth.mistake(
    "{answer}: the residual network is said to add up. Each layer adds a part of what is there by then."
)
def sum_for_the_product():
    return added(1 + ADDED**2 / 2)


predict_depth.accept(
    {"expected": 0.72**18, "median": 0.3679, "by_weights": 1, "residual": 14.74},
    {"residual": 14.7, "by_weights": 1.0, "median": 0.37, "expected": 0.0027},
    {"expected": 1.2**36 / 2**18, "median": np.exp(-1), "by_weights": np.float32(1), "residual": 1.144**20},
    {"expected": 2.7e-3, "median": 0.368, "by_weights": 1.0, "residual": np.float64(14.75)},
    {"expected": np.float32(0.0027039), "median": np.array(0.3679), "by_weights": 1, "residual": 14.74},
)
