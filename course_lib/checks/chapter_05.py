"""The exercises of chapter 05: AdaGrad, RMSProp, their steps, and the axes they depend on."""

import numpy as np

from course_lib.checks.exercises import function, number, setting, value
from course_lib.objectives import Quadratic
from course_lib.optimizers import Momentum, RMSProp
from course_lib.training import minimize


def played(rule_step, grads, *settings):
    """Hand the state on over some steps; return the last point and state."""
    w = np.ones(len(grads[0]))
    state = np.zeros(len(grads[0]))
    for grad in grads:
        w, state = rule_step(w, np.array(grad), state, *settings)
    return w, state


GRADS = ([3.0, -0.2], [1.0, 0.4], [-2.0, 0.1], [0.5, -0.3], [4.0, 0.0])

# ---------------------------------------------------------------------------------- AdaGrad


def adagrad_steps(rng):
    yield np.array([1.0, 2.0]), np.array([3.0, -4.0]), np.array([16.0, 9.0]), 0.5, 0.0
    yield np.array([1.0, 2.0]), np.array([3.0, -4.0]), np.array([0.0, 0.0]), 0.5, 1e-10
    yield np.array([2.0]), np.array([0.5]), np.array([2.0]), 0.1, 0.0
    yield rng.normal(size=5), rng.normal(size=5), rng.uniform(0.1, 4.0, size=5), 0.3, 0.5
    yield rng.normal(size=3), np.array([0.0, 1.0, -2.0]), np.zeros(3), 0.1, 1e-3
    yield np.float32([1.0, -0.5]), np.float32([0.3, 2.0]), np.float32([0.5, 1.5]), 0.3, 0.1

    def five_steps(step):
        """five steps from w = [1, 1], the accumulator handed on"""
        return played(step, GRADS, 0.5, 1e-2)

    yield five_steps


@function(
    inputs=adagrad_steps,
    returns=("w", "accumulator"),
    praise="Each coordinate has a sum of its own. The step uses the sum with the new gradient in it, so the first one "
    "has the length lr in every coordinate.",
)
def adagrad_step(w, grad, accumulator, lr, eps):
    accumulator = accumulator + grad**2
    return w - lr * grad / (np.sqrt(accumulator) + eps), accumulator


@adagrad_step.mistake(
    "`eps` stands inside the root. The task wants it outside, added to the root: √s + ε and √(s + ε) differ when s is "
    "small."
)
def eps_inside_the_root(w, grad, accumulator, lr, eps):
    accumulator = accumulator + grad**2
    return w - lr * grad / np.sqrt(accumulator + eps), accumulator


@adagrad_step.mistake("`eps` is missing: a coordinate that never had a gradient divides 0 by 0.")
def no_eps(w, grad, accumulator, lr, eps):
    with np.errstate(all="ignore"):
        return adagrad_step(w, grad, accumulator, lr, 0.0)


@adagrad_step.mistake(
    "`eps` is added after the division, to the step itself. It belongs to the denominator: parentheses around √s + ε."
)
def eps_added_to_the_step(w, grad, accumulator, lr, eps):
    accumulator = accumulator + grad**2
    with np.errstate(all="ignore"):
        return w - (lr * grad / np.sqrt(accumulator) + eps), accumulator


@adagrad_step.mistake(
    "`eps` is added to the parameter, after the division. It belongs to the denominator: parentheses around √s + ε."
)
def eps_added_to_the_parameter(w, grad, accumulator, lr, eps):
    accumulator = accumulator + grad**2
    with np.errstate(all="ignore"):
        return w - lr * grad / np.sqrt(accumulator) + eps, accumulator


@adagrad_step.mistake(
    "`eps` is added to the rate, after the division lr / √s. It belongs to the denominator: parentheses around √s + ε."
)
def eps_added_to_the_rate(w, grad, accumulator, lr, eps):
    accumulator = accumulator + grad**2
    with np.errstate(all="ignore"):
        return w - (lr / np.sqrt(accumulator) + eps) * grad, accumulator


@adagrad_step.mistake(
    "The step is right, but what comes back as the accumulator is its root. The next step adds a square to it: which "
    "of the two should it get?"
)
def returns_the_root(w, grad, accumulator, lr, eps):
    w, accumulator = adagrad_step(w, grad, accumulator, lr, eps)
    return w, np.sqrt(accumulator)


@adagrad_step.mistake(
    "The gradient is added up without its square, so gradients of opposite sign cancel. What does the accumulator sum?"
)
def no_square(w, grad, accumulator, lr, eps):
    accumulator = accumulator + grad
    with np.errstate(all="ignore"):
        return w - lr * grad / (np.sqrt(accumulator) + eps), accumulator


@adagrad_step.mistake(
    "The absolute gradient is added up, where its square belongs. (Both stop signs from canceling; the root "
    "undoes the square.)"
)
def absolute_value(w, grad, accumulator, lr, eps):
    accumulator = accumulator + np.abs(grad)
    return w - lr * grad / (np.sqrt(accumulator) + eps), accumulator


@adagrad_step.mistake(
    "The root is missing: the step divides by the sum of squares itself. Which unit would the step have then?"
)
def no_root(w, grad, accumulator, lr, eps):
    accumulator = accumulator + grad**2
    return w - lr * grad / (accumulator + eps), accumulator


@adagrad_step.mistake(
    "One number serves all coordinates here: `g @ g`, or a sum over everything, where an elementwise square belongs. "
    "How many entries should the accumulator get?"
)
def g_dot_g(w, grad, accumulator, lr, eps):
    accumulator = accumulator + np.sum(grad * grad)
    return w - lr * grad / (np.sqrt(accumulator) + eps), accumulator


@adagrad_step.mistake(
    "The root is taken of the sum over all coordinates, so they share one rate. Each coordinate has a root of its own."
)
def one_rate_for_all(w, grad, accumulator, lr, eps):
    accumulator = accumulator + grad**2
    return w - lr * grad / (np.sqrt(accumulator.sum()) + eps), accumulator


@adagrad_step.mistake(
    "The step divides by the accumulator as it was before this gradient. Update it first, then divide: the first step "
    "would divide by ε alone."
)
def old_accumulator(w, grad, accumulator, lr, eps):
    with np.errstate(all="ignore"):
        return w - lr * grad / (np.sqrt(accumulator) + eps), accumulator + grad**2


@adagrad_step.mistake(
    "The new accumulator is used and then forgotten: what comes back is the old one, so the next step knows nothing of "
    "this gradient."
)
def forgets_the_accumulator(w, grad, accumulator, lr, eps):
    return adagrad_step(w, grad, accumulator, lr, eps)[0], accumulator


@adagrad_step.mistake(
    "The accumulator starts anew: only this gradient's square is in it. AdaGrad adds to what was there."
)
def replaces_the_accumulator(w, grad, accumulator, lr, eps):
    return adagrad_step(w, grad, np.zeros_like(w), lr, eps)


@adagrad_step.mistake("This averages old and new. An average that forgets is RMSProp; AdaGrad keeps the whole sum.")
def average_instead_of_sum(w, grad, accumulator, lr, eps):
    accumulator = 0.9 * accumulator + 0.1 * grad**2
    return w - lr * grad / (np.sqrt(accumulator) + eps), accumulator


@adagrad_step.mistake("This goes uphill. Which sign takes you the other way?")
def uphill(w, grad, accumulator, lr, eps):
    accumulator = accumulator + grad**2
    return w + lr * grad / (np.sqrt(accumulator) + eps), accumulator


@adagrad_step.mistake(
    "The learning rate is squared into the accumulator. The sum holds squared gradients alone; `lr` multiplies "
    "the step."
)
def lr_in_the_accumulator(w, grad, accumulator, lr, eps):
    accumulator = accumulator + (lr * grad) ** 2
    return w - lr * grad / (np.sqrt(accumulator) + eps), accumulator


@adagrad_step.mistake("This multiplies by the root. Coordinates with large gradients should take shorter steps.")
def multiplies_by_the_root(w, grad, accumulator, lr, eps):
    accumulator = accumulator + grad**2
    return w - lr * grad * (np.sqrt(accumulator) + eps), accumulator


@adagrad_step.mistake(
    "Only the learning rate is divided by the root, and the gradient is missing from the step: where is its sign?"
)
def gradient_missing(w, grad, accumulator, lr, eps):
    accumulator = accumulator + grad**2
    with np.errstate(all="ignore"):
        return w - lr / (np.sqrt(accumulator) + eps), accumulator


@adagrad_step.mistake(
    "Your function changes the caller's accumulator in place (`+=`). The values are right, but nobody else's array "
    "should change: make a new one."
)
def accumulates_in_place(w, grad, accumulator, lr, eps):
    accumulator += grad**2
    return w - lr * grad / (np.sqrt(accumulator) + eps), accumulator


# ---------------------------------------------------------------------------------- RMSProp


def rmsprop_steps(rng):
    yield np.array([1.0, 2.0]), np.array([4.0, -2.0]), np.array([0.0, 4.0]), 0.5, 0.75, 0.0
    yield np.array([2.0]), np.array([0.5]), np.array([0.0]), 0.1, 0.99, 1e-8
    yield rng.normal(size=5), rng.normal(size=5), rng.uniform(0.1, 4.0, size=5), 0.3, 0.9, 0.5
    yield rng.normal(size=3), np.array([0.0, 1.0, -2.0]), np.zeros(3), 0.1, 0.8, 1e-3
    yield np.float32([1.0, -0.5]), np.float32([0.3, 2.0]), np.float32([0.5, 1.5]), 0.3, 0.6, 0.1

    def five_steps(step):
        """five steps from w = [1, 1] with beta2 = 0.9, the average handed on"""
        return played(step, GRADS, 0.1, 0.9, 1e-2)

    yield five_steps


@function(
    inputs=rmsprop_steps,
    returns=("w", "average"),
    praise="An average of squares that forgets, one for each coordinate. Started at 0 it is too small at first: with "
    "beta2 = 0.99 the first step is 10 times lr.",
)
def rmsprop_step(w, grad, average, lr, beta2, eps):
    average = beta2 * average + (1 - beta2) * grad**2
    return w - lr * grad / (np.sqrt(average) + eps), average


@rmsprop_step.mistake(
    "β₂ and 1 − β₂ are swapped: with beta2 = 0.99 the average would keep 1 % of its past. Which of the two belongs to "
    "the past?"
)
def beta2_swapped(w, grad, average, lr, beta2, eps):
    return rmsprop_step(w, grad, average, lr, 1 - beta2, eps)


@rmsprop_step.mistake(
    "`eps` stands inside the root. The task wants it outside, added to the root: √v + ε and √(v + ε) differ when v is "
    "small."
)
def eps_inside_root(w, grad, average, lr, beta2, eps):
    average = beta2 * average + (1 - beta2) * grad**2
    return w - lr * grad / np.sqrt(average + eps), average


@rmsprop_step.mistake("`eps` is missing: a coordinate that never had a gradient divides 0 by 0.")
def without_eps(w, grad, average, lr, beta2, eps):
    with np.errstate(all="ignore"):
        return rmsprop_step(w, grad, average, lr, beta2, 0.0)


@rmsprop_step.mistake(
    "`eps` is added to the parameter, after the division. It belongs to the denominator: parentheses around √v + ε."
)
def eps_added_to_parameter(w, grad, average, lr, beta2, eps):
    average = beta2 * average + (1 - beta2) * grad**2
    with np.errstate(all="ignore"):
        return w - lr * grad / np.sqrt(average) + eps, average


@rmsprop_step.mistake(
    "`eps` is added to the rate, after the division lr / √v. It belongs to the denominator: parentheses around √v + ε."
)
def eps_added_to_rate(w, grad, average, lr, beta2, eps):
    average = beta2 * average + (1 - beta2) * grad**2
    with np.errstate(all="ignore"):
        return w - (lr / np.sqrt(average) + eps) * grad, average


@rmsprop_step.mistake(
    "The step is right, but what comes back as the average is its root. The next step averages squares: which of the "
    "two should it get?"
)
def root_as_the_average(w, grad, average, lr, beta2, eps):
    w, average = rmsprop_step(w, grad, average, lr, beta2, eps)
    return w, np.sqrt(average)


@rmsprop_step.mistake(
    "Parentheses are missing: `1 - beta2 * grad**2` multiplies first and then subtracts. What should the square be "
    "multiplied by?"
)
def weight_without_parentheses(w, grad, average, lr, beta2, eps):
    average = beta2 * average + 1 - beta2 * grad**2
    with np.errstate(all="ignore"):
        return w - lr * grad / (np.sqrt(average) + eps), average


@rmsprop_step.mistake("The absolute gradient is averaged, where its square belongs: the root undoes the square.")
def average_of_absolute_values(w, grad, average, lr, beta2, eps):
    average = beta2 * average + (1 - beta2) * np.abs(grad)
    return w - lr * grad / (np.sqrt(average) + eps), average


@rmsprop_step.mistake(
    "The average is taken of the gradient, not of its square: that is a momentum. What does the root divide by?"
)
def average_of_the_gradient(w, grad, average, lr, beta2, eps):
    average = beta2 * average + (1 - beta2) * grad
    with np.errstate(all="ignore"):
        return w - lr * grad / (np.sqrt(average) + eps), average


@rmsprop_step.mistake(
    "The root is missing: the step divides by the average of squares itself, so a gradient of 10 makes a step of lr/10."
)
def root_missing(w, grad, average, lr, beta2, eps):
    average = beta2 * average + (1 - beta2) * grad**2
    return w - lr * grad / (average + eps), average


@rmsprop_step.mistake(
    "This is AdaGrad's sum: nothing is forgotten. RMSProp keeps the share β₂ of the past and adds 1 − β₂ of the new."
)
def sum_instead_of_average(w, grad, average, lr, beta2, eps):
    average = average + grad**2
    return w - lr * grad / (np.sqrt(average) + eps), average


@rmsprop_step.mistake(
    "The new square enters whole, without its 1 − β₂. The weights should sum to 1, or it is no average."
)
def no_one_minus_beta2(w, grad, average, lr, beta2, eps):
    average = beta2 * average + grad**2
    return w - lr * grad / (np.sqrt(average) + eps), average


@rmsprop_step.mistake("The past enters whole, without its β₂, so the average can only grow. What makes it forget?")
def nothing_is_forgotten(w, grad, average, lr, beta2, eps):
    average = average + (1 - beta2) * grad**2
    return w - lr * grad / (np.sqrt(average) + eps), average


@rmsprop_step.mistake(
    "One number serves all coordinates here: `g @ g`, or a sum over everything, where an elementwise square belongs."
)
def product_of_the_whole_vector(w, grad, average, lr, beta2, eps):
    average = beta2 * average + (1 - beta2) * np.sum(grad * grad)
    return w - lr * grad / (np.sqrt(average) + eps), average


@rmsprop_step.mistake(
    "The root is taken of the sum over all coordinates, so they share one rate. Each coordinate has a root of its own."
)
def one_root_for_all(w, grad, average, lr, beta2, eps):
    average = beta2 * average + (1 - beta2) * grad**2
    return w - lr * grad / (np.sqrt(average.sum()) + eps), average


@rmsprop_step.mistake(
    "The square is missing a bracket: (1 − β₂) is squared along with the gradient. Only g is squared."
)
def squares_the_weight_too(w, grad, average, lr, beta2, eps):
    average = beta2 * average + ((1 - beta2) * grad) ** 2
    return w - lr * grad / (np.sqrt(average) + eps), average


@rmsprop_step.mistake(
    "The step divides by the average as it was before this gradient. Update it first: at the first step it is 0."
)
def divides_by_the_old_average(w, grad, average, lr, beta2, eps):
    with np.errstate(all="ignore"):
        return w - lr * grad / (np.sqrt(average) + eps), beta2 * average + (1 - beta2) * grad**2


@rmsprop_step.mistake(
    "The new average is used and then forgotten: what comes back is the old one, so the next step knows nothing of "
    "this gradient."
)
def returns_the_old_average(w, grad, average, lr, beta2, eps):
    return rmsprop_step(w, grad, average, lr, beta2, eps)[0], average


@rmsprop_step.mistake("This goes uphill. Which sign takes you the other way?")
def against_the_descent(w, grad, average, lr, beta2, eps):
    average = beta2 * average + (1 - beta2) * grad**2
    return w + lr * grad / (np.sqrt(average) + eps), average


@rmsprop_step.mistake(
    "The step uses the average of squares where the gradient belongs: its direction is lost. RMSProp divides the "
    "gradient itself."
)
def gradient_left_out(w, grad, average, lr, beta2, eps):
    average = beta2 * average + (1 - beta2) * grad**2
    with np.errstate(all="ignore"):
        return w - lr / (np.sqrt(average) + eps), average


@rmsprop_step.mistake(
    "Your function changes the caller's average in place (`*=` or `+=`). The values are right, but nobody else's array "
    "should change: make a new one."
)
def averages_in_place(w, grad, average, lr, beta2, eps):
    average *= beta2
    average += (1 - beta2) * grad**2
    return w - lr * grad / (np.sqrt(average) + eps), average


# ---------------------------------------------------------------------------------- predict AdaGrad's hundredth step


@value(
    tolerance=0.001,
    praise="0.05, a tenth of lr: after 100 equal gradients the root of the sum is √100 = 10 gradients. The 3 cancels.",
)
def predict_adagrad_step():
    """The length of AdaGrad's 100th step with lr = 0.5, when every gradient is 3."""
    return 0.05


@predict_adagrad_step.mistake(
    "{answer} is lr / 100: it divides by the sum of a hundred equal parts. What does AdaGrad do to that sum first?"
)
def forgot_the_root():
    return 0.005


@predict_adagrad_step.mistake("{answer} still has the 3 in it. Put g = 3 into g / √(100 g²): what is left of it?")
def kept_the_gradient():
    return 0.15


@predict_adagrad_step.mistake("{answer} is the first step. The sum has grown since: how many squares are in it now?")
def the_first_step():
    return 0.5


@predict_adagrad_step.mistake("{answer} is what gradient descent would do, lr · g. AdaGrad divides it.")
def gradient_descents_step():
    return 1.5


@predict_adagrad_step.mistake(
    "{answer} has the gradient in it twice: the sum holds 100 squares of 3, and its root is 30, not 100 · 3."
)
def divided_by_three_hundred():
    return 0.5 / 300


@predict_adagrad_step.mistake(
    "{answer} is about the whole way covered in 100 steps. The question is the length of the last one alone."
)
def the_whole_way():
    return 10.0


@predict_adagrad_step.mistake(
    "{answer} divides by √(100 · 9) and leaves the gradient out of the numerator. The step is lr · g / √s."
)
def left_the_gradient_out():
    return 0.5 / 30


# ---------------------------------------------------------------------------------- find the angle

AXES = [1.0, 100.0]
GOAL = 1e-3


def steps_at(angle, rule):
    """How many steps a rule needs on the bowl turned by `angle` degrees; the start turns with it."""
    bowl = Quadratic(AXES, angle=angle)
    return minimize(bowl, bowl.eigenvectors @ [1.0, 0.4], rule, steps=1000).steps_to(GOAL)


def rmsprop_at(angle):
    return steps_at(angle, RMSProp(lr=0.1, beta2=0.99))


def momentum_at(angle):
    return steps_at(angle, Momentum(lr=0.01, momentum=0.9))


@setting(
    kinds=[number("angle", low=-360, high=360)],
    goal=lambda it: it["loses"] and not it["loses before"],
    right=[12, 12.0],
    praise=lambda angle, it: (
        f"{it['rmsprop']} steps against {it['momentum']}. Momentum needs the same number at every angle. "
        "RMSProp's advantage was that the axes of the bowl were the axes of its rates."
    ),
)
def find_rotation_angle(angle):
    """The smallest whole angle, in degrees, at which RMSProp needs more steps than momentum."""
    whole = np.round(float(angle))
    return {
        "rmsprop": rmsprop_at(whole),
        "momentum": momentum_at(whole),
        "loses": rmsprop_at(whole) > momentum_at(whole),
        "loses before": rmsprop_at(max(whole - 1, 0)) > momentum_at(max(whole - 1, 0)),
    }


@find_rotation_angle.mistake(example=0.21)
def in_radians(angle, it):
    if 0 < angle < 1:
        return f"{angle:.4g} looks like an angle in radians. Give it in degrees."


@find_rotation_angle.mistake(example=80)
def past_the_diagonal(angle, it):
    if angle > 45:
        return "Past 45° the axes of the bowl come closer to the coordinates again. Look between 0° and 45°."


@find_rotation_angle.mistake(example=45)
def far_too_large(angle, it):
    if it["loses before"] and angle >= 30:
        return (
            f"At {angle:.4g}° RMSProp loses by far, {it['rmsprop']} steps against {it['momentum']}. It already lost "
            "at a much smaller angle."
        )


@find_rotation_angle.mistake(example=15)
def not_the_smallest(angle, it):
    if it["loses before"]:
        return (
            f"At {angle:.4g}° RMSProp does lose, {it['rmsprop']} steps against {it['momentum']}, but so it does one "
            "degree earlier. Smaller?"
        )


@find_rotation_angle.mistake(example=0)
def not_turned(angle, it):
    if angle <= 0:
        return "At 0° the axes fit, and RMSProp wins by far. Turn the bowl, counter-clockwise: angles above 0."


@find_rotation_angle.mistake(example=8)
def still_wins(angle, it):
    return f"At {angle:.4g}° RMSProp still wins, {it['rmsprop']} steps against {it['momentum']}. Larger?"
