"""What the figure of an exercise shows: three steepest descents, without a word on which is which."""

import numpy as np

from course_lib.objectives import Quadratic
from course_lib.theory.local_models import steepest

SURFACE = Quadratic([1.0, 2.5], angle=20)


def paths_to_read(steps=9, length=0.35):
    """Return the paths of three steepest descents in moves of one length, by the letters of the exercise."""
    paths = {}
    for letter, norm in zip("ABC", ("max", 1, 2), strict=True):
        path = [np.array([-2.6, 1.9])]
        for _ in range(steps):
            path.append(path[-1] + length * steepest(SURFACE.grad(path[-1]), norm))
        paths[letter] = np.array(path)
    return paths
