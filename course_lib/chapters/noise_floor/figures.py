"""What the exercises show: four curves to be read, and a run on the diabetes data to be averaged."""

import functools

import numpy as np

from course_lib.chapters.noise_floor.shared import descend
from course_lib.data import load_diabetes, standardize
from course_lib.models import LinearRegression
from course_lib.objectives import Quadratic

STEPS, CUT = 2400, 1200


def curves_to_read():
    """Return four curves by their letters, each the mean of 100 runs; at step `CUT` the rates are divided by ten."""
    t = np.arange(STEPS)
    cut = np.where(t < CUT, 1.0, 0.1)
    runs = {
        "A": ([1.0, 4.0], 1.5, 0.12 / (1 + t)),
        "B": ([0.4, 4.0], 3.0, np.full(STEPS, 0.2)),
        "C": ([1.0, 3.0], 3.0, np.full(STEPS, 0.02)),
        "D": ([0.01, 4.0], 20.0, np.full(STEPS, 0.03)),
    }
    curves = {}
    for letter, (eigenvalues, start, rates) in runs.items():
        bowl = Quadratic(eigenvalues)
        path = descend(bowl, np.full((100, 2), start), rates * cut, np.random.default_rng(ord(letter)))
        curves[letter] = bowl.value(path).mean(axis=1)
    return curves


@functools.cache
def _run():
    data = standardize(load_diabetes())
    loss = LinearRegression(10).on(*data)
    least = loss.value(loss.model.solve(*data))
    rng, w = np.random.default_rng(0), np.zeros(loss.model.size)
    path = [w]
    for _ in range(1000):
        w = w - 0.05 * loss.rows(rng.integers(len(data), size=13)).grad(w)
        path.append(w)
    return np.array(path), lambda w: 100 * (loss.value(w) / least - 1)


def diabetes_run():
    """Return the points of a run of SGD, shape (1001, 11), and a function: how far above the least loss, in percent."""
    path, above = _run()
    return path.copy(), above
