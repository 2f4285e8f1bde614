"""Right answers to the exercise of chapter 00."""

import numpy as np


def in_place_on_a_copy(w, grad, lr):
    new = w.copy()
    new -= lr * grad
    return new


def coordinate_by_coordinate(w, grad, lr):
    new = np.empty_like(w)
    for index in np.ndindex(w.shape):
        new[index] = w[index] - lr * grad[index]
    return new


def in_a_loop_over_the_entries(w, grad, lr):
    new = np.zeros(len(w))
    for i in range(len(w)):
        new[i] = w[i] - lr * grad[i]
    return new


def in_a_list(w, grad, lr):
    new = []
    for place, slope in zip(w, grad, strict=True):
        new.append(float(place) - lr * float(slope))
    return new


def names_of_their_own(position, slope, rate):
    downhill = -slope
    return position + rate * downhill


def only_by_name(*, w, grad, lr):
    return w - lr * grad


def with_a_spare_argument(w, grad, lr, momentum=0.0):
    return w - lr * (1 - momentum) * grad


def prints_on_the_way(w, grad, lr):
    print("the step is", lr * grad)
    return w - lr * grad


class Callable:
    def __call__(self, w, grad, lr):
        return w - lr * grad


STEPS = [
    in_place_on_a_copy,
    coordinate_by_coordinate,
    in_a_loop_over_the_entries,
    in_a_list,
    names_of_their_own,
    only_by_name,
    with_a_spare_argument,
    prints_on_the_way,
    Callable(),
    lambda w, grad, lr: (w - lr * grad).tolist(),
    lambda w, grad, lr: (w - lr * grad).astype(np.float32),
    lambda w, grad, lr: np.float32(w) - np.float32(lr) * np.float32(grad),
    lambda w, grad, lr: np.subtract(w, np.multiply(grad, lr)),
    lambda *args: args[0] - args[2] * args[1],
    lambda w, grad, lr: w * 1.0 + (-lr) * grad,
]

VARIANTS = {"first_step": STEPS}
