"""One step."""

import numpy as np

from course_lib.chapters.start_here.first_step import first_step, steps
from course_lib.checks.exercises import function
from course_lib.objectives import Quadratic


def one_step_and_many(rng):
    yield from steps(rng)

    def ten_steps(step):
        """ten steps on a bowl, from w = [3, −1] with lr = 0.15"""
        bowl, w = Quadratic([0.5, 4.0]), np.array([3.0, -1.0])
        for _ in range(10):
            w = step(w, bowl.grad(w), 0.15)
        return w

    yield ten_steps


@function(
    inputs=one_step_and_many,
    returns="the new w",
    praise=(
        "The whole algorithm is this one line; everything that follows changes the gradient or the learning rate in it."
    ),
)
def gradient_descent_step(w, grad, lr):
    return w - lr * grad


# The rule is the one of chapter 00, and so are the mistakes.
gradient_descent_step.mistakes.extend(first_step.mistakes)


gradient_descent_step.accept(
    *first_step.right_answers,
)
