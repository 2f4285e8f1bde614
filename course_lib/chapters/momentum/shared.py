"""What several exercises of this chapter use."""

import numpy as np

from course_lib.objectives import Quadratic


def moving(rng):
    """Points, gradients and velocities: a fresh start, no momentum, then a run under way."""
    yield np.array([2.0]), np.array([4.0]), np.array([0.0]), 0.25, 0.5
    yield np.array([2.0]), np.array([4.0]), np.array([6.0]), 0.25, 0.5
    yield np.array([1.0, 2.0]), np.array([0.5, -1.5]), np.array([-2.0, 1.0]), 0.1, 0.9
    yield np.array([1.0, -1.0]), np.array([3.0, 2.0]), np.array([5.0, -4.0]), 0.2, 0.0
    yield rng.normal(size=5), rng.normal(size=5), rng.normal(size=5), 0.7, 0.8
    yield rng.normal(size=4), rng.normal(size=4), rng.normal(size=4), 1.5, 0.3

    def six_steps(step):
        """six steps on a bowl, from w = [3, −1] at rest, with lr = 0.15 and momentum = 0.8"""
        bowl, w, velocity = Quadratic([0.5, 4.0]), np.array([3.0, -1.0]), np.zeros(2)
        for _ in range(6):
            w, velocity = step(w, bowl.grad(w), velocity, 0.15, 0.8)
        return w, velocity

    yield six_steps
