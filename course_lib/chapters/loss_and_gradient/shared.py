"""What several exercises of this chapter use."""

import numpy as np


def tables(rng):
    """Parameters and data: one feature, then as many features as rows, then more rows, and single precision."""
    yield np.array([2.0]), 1.0, np.array([[1.0], [2.0], [3.0]]), np.array([3.0, 4.0, 9.0])
    yield np.array([1.0, -1.0]), 0.5, np.array([[1.0, 2.0], [3.0, 0.0]]), np.array([1.0, 2.0])
    yield rng.normal(size=3), 0.0, rng.normal(size=(3, 3)), rng.normal(size=3)
    yield rng.normal(size=3), -2.0, rng.normal(size=(9, 3)) + 1.0, rng.normal(size=9)
    yield np.zeros(2), 3.0, rng.normal(size=(7, 2)), 10 * rng.normal(size=7)
    yield np.float32([1.0, -0.5]), 0.5, rng.normal(size=(4, 2)).astype(np.float32), np.float32([1.0, 0.0, 2.0, -1.0])
