"""One step of gradient descent."""

import numpy as np

from course_lib.checks.exercises import function


def steps(rng):
    """Points, gradients and learning rates: one coordinate, more, single precision, and flat ground."""
    yield np.array([2.0]), np.array([4.0]), 0.25
    yield np.array([1.0, 2.0]), np.array([0.5, -1.5]), 0.1
    yield rng.normal(size=5), rng.normal(size=5), 0.7
    yield rng.normal(size=4), rng.normal(size=4), 1.5
    yield rng.normal(size=3).astype(np.float32), rng.normal(size=3).astype(np.float32), 0.5
    yield rng.normal(size=4), rng.normal(size=4), 0.3
    yield np.array([1.0, -2.0]), np.zeros(2), 0.5


@function(
    inputs=steps,
    returns="the new w",
    praise=(
        "A gradient of 4 at w = 2 and a learning rate of 0.25 take you to w = 1: downhill, and by lr times the "
        "gradient."
    ),
)
def first_step(w, grad, lr):
    return w - lr * grad


first_step.common(
    "uphill",
    sentence="This goes uphill: the gradient points to where the loss grows. Which sign takes you the other way?",
)
first_step.common("returns the step to subtract", "returns the step", "changes w in place")


@first_step.mistake("Your function changes `w` in place and returns nothing. Make a new array, and `return` it.")
def changes_w_and_returns_nothing(w, grad, lr):
    w -= lr * grad


first_step.common(
    "no lr",
    sentence="The learning rate has no effect here: the step is as long as the whole gradient. What should scale it?",
)


@first_step.mistake(
    "Only the sign of the gradient counts here, so a steep slope and a gentle one give the same step. Keep its size."
)
def sign_of_the_gradient(w, grad, lr):
    return w - lr * np.sign(grad)


@first_step.mistake(
    "Here every step has the length `lr`, on steep ground and on flat. A step should be longer where the slope is "
    "steeper: keep the length of the gradient."
)
def unit_step(w, grad, lr):
    return w - lr * grad / np.linalg.norm(grad)


@first_step.mistake(
    "The gradient is squared here, so its sign is lost, and every coordinate goes the same way. Which power does the "
    "step need?"
)
def squared_gradient(w, grad, lr):
    return w - lr * grad**2


@first_step.mistake(
    "Without its sign the gradient does not tell where down is: `abs` makes every coordinate go the same way."
)
def absolute_gradient(w, grad, lr):
    return w - lr * np.abs(grad)


@first_step.mistake(
    "The gradient is added up to one number, so all coordinates move alike. Each coordinate has a slope of its own."
)
def summed_gradient(w, grad, lr):
    return w - lr * np.sum(grad)


@first_step.mistake(
    "The gradient is averaged to one number, so all coordinates move alike. Each coordinate has a slope of its own."
)
def averaged_gradient(w, grad, lr):
    return w - lr * np.mean(grad)


@first_step.mistake("The gradient is multiplied by `w` here. Where you stand is in it already: leave that out.")
def times_w(w, grad, lr):
    return w - lr * w * grad


@first_step.mistake(
    "This subtracts `lr` times `w`, as on the parabola ½ w², whose slope is w. Here the slope comes in as `grad`."
)
def w_in_place_of_the_gradient(w, grad, lr):
    return w - lr * w


@first_step.mistake("Here the learning rate scales `w` too. Parentheses: only the gradient is multiplied by `lr`.")
def scales_everything(w, grad, lr):
    return lr * (w - grad)


@first_step.mistake("Here a larger learning rate makes a smaller step. Multiply by it instead.")
def divides_by_the_learning_rate(w, grad, lr):
    return w - grad / lr


@first_step.mistake("This is gradient minus `w`, so it starts from the gradient. The step starts from `w`.")
def starts_from_the_gradient(w, grad, lr):
    return lr * grad - w


@first_step.right
def in_place_on_a_copy(w, grad, lr):
    new = w.copy()
    new -= lr * grad
    return new


@first_step.right
def coordinate_by_coordinate(w, grad, lr):
    new = np.empty_like(w)
    for index in np.ndindex(w.shape):
        new[index] = w[index] - lr * grad[index]
    return new


@first_step.right
def in_a_loop_over_the_entries(w, grad, lr):
    new = np.zeros(len(w))
    for i in range(len(w)):
        new[i] = w[i] - lr * grad[i]
    return new


@first_step.right
def in_a_list(w, grad, lr):
    new = []
    for place, slope in zip(w, grad, strict=True):
        new.append(float(place) - lr * float(slope))
    return new


@first_step.right
def names_of_their_own(position, slope, rate):
    downhill = -slope
    return position + rate * downhill


@first_step.right
def only_by_name(*, w, grad, lr):
    return w - lr * grad


@first_step.right
def with_a_spare_argument(w, grad, lr, momentum=0.0):
    return w - lr * (1 - momentum) * grad


@first_step.right
def prints_on_the_way(w, grad, lr):
    print("the step is", lr * grad)
    return w - lr * grad


class Callable:
    def __call__(self, w, grad, lr):
        return w - lr * grad


first_step.accept(
    Callable(),
    lambda w, grad, lr: (w - lr * grad).tolist(),
    lambda w, grad, lr: (w - lr * grad).astype(np.float32),
    lambda w, grad, lr: np.float32(w) - np.float32(lr) * np.float32(grad),
    lambda w, grad, lr: np.subtract(w, np.multiply(grad, lr)),
    lambda *args: args[0] - args[2] * args[1],
    lambda w, grad, lr: w * 1.0 + (-lr) * grad,
)
