"""What a figure of the exercises shows."""

import numpy as np

from course_lib.data import load_diabetes, standardize
from course_lib.models import LinearRegression
from course_lib.optimizers import GradientDescent
from course_lib.training import fit

SIZES = {"A": 64, "B": 1, "C": 442, "D": 8}


def curves_to_read():
    """Return the loss after each of 12 passes for four batch sizes, by the letters of the exercise."""
    data, model = standardize(load_diabetes()), LinearRegression(10)
    rule = GradientDescent(lr=0.03)
    return {
        letter: fit(model, data, rule, epochs=12, batch_size=size, seed=0, w0=np.zeros(model.size)).loss
        for letter, size in SIZES.items()
    }
