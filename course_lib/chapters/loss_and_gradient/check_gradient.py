"""Check a gradient."""

import math

import numpy as np

from course_lib.checks.exercises import function


def waves(w):
    """0.5 * w[0]**2 + np.sin(w.sum()) + 0.1 * (w**3).sum()"""
    return 0.5 * w[0] ** 2 + np.sin(w.sum()) + 0.1 * (w**3).sum()


def slope_of_waves(w):
    """the gradient of waves"""
    slope = np.cos(w.sum()) + 0.3 * w**2
    slope[0] += w[0]
    return slope


def half_the_slope(w):
    """half of the gradient of waves"""
    return 0.5 * slope_of_waves(w)


def shifted_slope(w):
    """the gradient of waves, and 0.5 too much in its last coordinate"""
    slope = slope_of_waves(w)
    slope[-1] += 0.5
    return slope


def gradients_to_check(rng):
    yield waves, half_the_slope, np.array([1.0]), 0.1
    yield waves, slope_of_waves, np.array([1.0, 2.0]), 0.5
    yield waves, shifted_slope, np.array([0.5, -1.0]), 0.2
    yield waves, shifted_slope, rng.normal(size=4), 0.05
    yield waves, half_the_slope, rng.normal(size=3), 0.3
    yield waves, slope_of_waves, rng.normal(size=3), 1e-3


def _central(loss, w, h):
    return np.array([(loss(w + h * e) - loss(w - h * e)) / (2 * h) for e in np.eye(len(w))])


def _relative(numeric, exact):
    return np.linalg.norm(numeric - exact) / np.linalg.norm(exact)


@function(
    inputs=gradients_to_check,
    returns="the relative error",
    rounding=1e-5,
    praise=(
        "Central differences, relative to the gradient: a gradient without its 2 shows an error of 1, a right one a "
        "small one, of about h² while h is large and of rounding when it is tiny."
    ),
)
def check_gradient(loss, grad, w, h):
    claimed = grad(w)
    measured = np.zeros(len(w))
    for i in range(len(w)):
        nudge = np.zeros(len(w))
        nudge[i] = h
        measured[i] = (loss(w + nudge) - loss(w - nudge)) / (2 * h)
    return np.linalg.norm(measured - claimed) / np.linalg.norm(claimed)


@check_gradient.mistake(
    "This is a forward difference, loss(w + h) − loss(w): its error shrinks like h. Step to both sides, and it shrinks "
    "like h²."
)
def forward_difference(loss, grad, w, h):
    return _relative(np.array([(loss(w + h * e) - loss(w)) / h for e in np.eye(len(w))]), grad(w))


@check_gradient.mistake(
    "This is a backward difference: its error shrinks like h. Step to both sides, and it shrinks like h²."
)
def backward_difference(loss, grad, w, h):
    return _relative(np.array([(loss(w) - loss(w - h * e)) / h for e in np.eye(len(w))]), grad(w))


@check_gradient.mistake(
    "The two losses are added. A slope is how much the loss changes from one side to the other: which operation?"
)
def sum_of_the_losses(loss, grad, w, h):
    return _relative(np.array([(loss(w + h * e) + loss(w - h * e)) / (2 * h) for e in np.eye(len(w))]), grad(w))


@check_gradient.mistake("The measured and the claimed gradient are added. An error is how far apart two vectors are.")
def sum_of_the_gradients(loss, grad, w, h):
    return _relative(-_central(loss, w, h), grad(w))


@check_gradient.mistake("The difference is divided by h. How far apart are w + h and w − h?")
def divided_by_h(loss, grad, w, h):
    return _relative(2 * _central(loss, w, h), grad(w))


@check_gradient.mistake("The difference is not divided by the distance between the two points.")
def not_divided(loss, grad, w, h):
    return _relative(2 * h * _central(loss, w, h), grad(w))


@check_gradient.mistake("`/ 2 * h` divides by 2 and then multiplies by h. Parentheses: `/ (2 * h)`.")
def multiplied_by_h(loss, grad, w, h):
    return _relative(h * h * _central(loss, w, h), grad(w))


@check_gradient.mistake(
    "Your function uses a step of its own instead of `h`. (A tiny one is not better: below about 1e-5 rounding takes "
    "over.)"
)
def h_too_small(loss, grad, w, h):
    return _relative(_central(loss, w, 1e-6), grad(w))


@check_gradient.mistake(
    "A coordinate that was moved stays moved while the next one is tested, and the caller's `w` is left changed. "
    "Undo the step, or work on a copy for each coordinate."
)
def moves_w_and_leaves_it(loss, grad, w, h):
    exact, numeric = grad(w), np.empty(len(w))
    for i in range(len(w)):
        w[i] += h
        above = loss(w)
        w[i] -= 2 * h
        numeric[i] = (above - loss(w)) / (2 * h)
    return _relative(numeric, exact)


@check_gradient.mistake(
    "A coordinate that was moved stays moved while the next one is tested. Undo the step before going on."
)
def moves_a_copy_and_leaves_it(loss, grad, w, h):
    return moves_w_and_leaves_it(loss, grad, w.copy(), h)


@check_gradient.mistake(
    "w + h and w − h are the same array under two names here, so the difference is 0. `plus = w` makes no copy."
)
def one_array_two_names(loss, grad, w, h):
    exact, numeric = grad(w), np.empty(len(w))
    plus = minus = w.copy()
    for i in range(len(w)):
        plus[i] += h
        minus[i] -= h
        numeric[i] = (loss(plus) - loss(minus)) / (2 * h)
    return _relative(numeric, exact)


@check_gradient.mistake(
    "Only the second loss is divided: `/` binds tighter than `-`. Put the difference in parentheses."
)
def only_the_second_loss_divided(loss, grad, w, h):
    return _relative(np.array([loss(w + h * e) - loss(w - h * e) / (2 * h) for e in np.eye(len(w))]), grad(w))


@check_gradient.mistake(
    "The nudge of one coordinate is still there when the next is tested, so more and more coordinates move. Where is "
    "it set back to 0?"
)
def nudge_never_reset(loss, grad, w, h):
    numeric, nudge = np.empty(len(w)), np.zeros(len(w))
    for i in range(len(w)):
        nudge[i] = h
        numeric[i] = (loss(w + nudge) - loss(w - nudge)) / (2 * h)
    return _relative(numeric, grad(w))


@check_gradient.mistake(
    "The loop ends after the first coordinate. Which line does the indentation of `return` put it under?"
)
def returns_inside_the_loop(loss, grad, w, h):
    numeric = np.zeros(len(w))
    numeric[0] = _central(loss, w, h)[0]
    return _relative(numeric, grad(w))


@check_gradient.mistake(
    "All coordinates move at once (`w + h`), which measures one slope along the diagonal. Move one coordinate at a "
    "time."
)
def all_coordinates_at_once(loss, grad, w, h):
    slope = (loss(w + h) - loss(w - h)) / (2 * h)
    return _relative(np.full(len(w), slope), grad(w))


@check_gradient.mistake(
    "This is the absolute error. Whether 0.01 is much depends on how large the gradient is: divide by its norm."
)
def absolute_error(loss, grad, w, h):
    return np.linalg.norm(_central(loss, w, h) - grad(w))


@check_gradient.mistake("These are the relative errors of the coordinates; one number is wanted, a ratio of two norms.")
def one_error_for_each_coordinate(loss, grad, w, h):
    return np.abs(_central(loss, w, h) - grad(w)) / np.abs(grad(w))


@check_gradient.mistake("The difference is divided by both norms added. The task divides by the norm of grad(w) alone.")
def divided_by_both_norms(loss, grad, w, h):
    numeric, exact = _central(loss, w, h), grad(w)
    return np.linalg.norm(numeric - exact) / (np.linalg.norm(numeric) + np.linalg.norm(exact))


@check_gradient.mistake(
    "The difference is divided by the norm of the numerical gradient. The task divides by the norm of grad(w)."
)
def divided_by_the_numerical_norm(loss, grad, w, h):
    numeric, exact = _central(loss, w, h), grad(w)
    return np.linalg.norm(numeric - exact) / np.linalg.norm(numeric)


@check_gradient.mistake("These are squared norms: the root is missing, in the numerator and in the denominator.")
def squared_norms(loss, grad, w, h):
    return _relative(_central(loss, w, h), grad(w)) ** 2


@check_gradient.mistake("This is the numerical gradient itself; how far is it from grad(w)?")
def the_numerical_gradient(loss, grad, w, h):
    return _central(loss, w, h)


@check_gradient.mistake("Only one side is stepped to, and the difference is divided by 2h. Step to both sides of `w`.")
def half_a_forward_difference(loss, grad, w, h):
    return _relative(np.array([(loss(w + h * e) - loss(w)) / (2 * h) for e in np.eye(len(w))]), grad(w))


@check_gradient.mistake(
    "These are the largest entries; the task asks for Euclidean norms, the root of the sum of squares."
)
def largest_entries(loss, grad, w, h):
    return np.abs(_central(loss, w, h) - grad(w)).max() / np.abs(grad(w)).max()


@check_gradient.mistake("This is the largest error of a coordinate; the task asks for one ratio, of two norms.")
def largest_of_ratios(loss, grad, w, h):
    return np.max(np.abs(_central(loss, w, h) - grad(w)) / np.abs(grad(w)))


@check_gradient.mistake(
    "The step is stretched for each coordinate, as in the chapter's rule. The task gives one `h` for all of them."
)
def stretched_step(loss, grad, w, h):
    steps = h * np.maximum(1, np.abs(w))
    numeric = [(loss(w + e) - loss(w - e)) / (2 * step) for e, step in zip(np.diag(steps), steps, strict=True)]
    return _relative(np.array(numeric), grad(w))


@check_gradient.mistake("This averages the errors of the coordinates; the task asks for one ratio, of two norms.")
def average_of_ratios(loss, grad, w, h):
    return np.mean(np.abs(_central(loss, w, h) - grad(w)) / np.abs(grad(w)))


@check_gradient.mistake(
    "This compares the lengths of the two vectors, not the vectors: take the norm of their difference."
)
def difference_of_norms(loss, grad, w, h):
    exact = np.linalg.norm(grad(w))
    return abs(np.linalg.norm(_central(loss, w, h)) - exact) / exact


@check_gradient.right
def check_in_place(loss, grad, w, h):
    exact = np.array(grad(w))
    numeric = np.zeros_like(exact)
    for i in range(w.size):
        before = w[i]
        w[i] = before + h
        above = loss(w)
        w[i] = before - h
        below = loss(w)
        w[i] = before
        numeric[i] = (above - below) / (2 * h)
    return np.linalg.norm(numeric - exact) / np.linalg.norm(exact)


@check_gradient.right
def check_with_copies(loss, grad, w, h):
    numeric = []
    for i in range(len(w)):
        plus, minus = w.copy(), w.copy()
        plus[i] += h
        minus[i] -= h
        numeric.append((loss(plus) - loss(minus)) / h / 2)
    difference = np.array(numeric) - grad(w)
    return math.sqrt((difference**2).sum() / (grad(w) ** 2).sum())


@check_gradient.right
def check_step_up_then_down(loss, grad, w, h):
    point, numeric = w.astype(float), np.empty(len(w))
    for i in range(len(w)):
        point[i] += h
        numeric[i] = loss(point)
        point[i] -= 2 * h
        numeric[i] -= loss(point)
        point[i] += h
    return float(np.linalg.norm(grad(w) - numeric / (2 * h)) / np.linalg.norm(grad(w)))


@check_gradient.right
def check_of_averages(loss, grad, w, h):
    """The mean of the forward and the backward difference is the central one."""
    steps = h * np.eye(len(w))
    forward = np.array([(loss(w + e) - loss(w)) / h for e in steps])
    backward = np.array([(loss(w) - loss(w - e)) / h for e in steps])
    exact = grad(w)
    return np.linalg.norm((forward + backward) / 2 - exact) / np.linalg.norm(exact)


@check_gradient.right
def check_by_name(*, loss, grad, w, h):
    numeric = [(loss(w + h * e) - loss(w - h * e)) / (2 * h) for e in np.eye(len(w))]
    return np.linalg.norm(np.subtract(numeric, grad(w))) / np.linalg.norm(grad(w))


check_gradient.accept(
    lambda loss, grad, w, h: np.float32(check_with_copies(loss, grad, w, h)),
)
