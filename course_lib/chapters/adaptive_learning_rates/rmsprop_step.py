"""One step of RMSProp."""

import numpy as np

from course_lib.chapters.adaptive_learning_rates.shared import GRADS, played
from course_lib.checks.exercises import function


def rmsprop_steps(rng):
    yield np.array([1.0, 2.0, -1.0]), np.array([4.0, -2.0, 6.0]), np.array([0.0, 4.0, 9.0]), 0.5, 0.75, 0.0
    yield np.array([2.0]), np.array([0.5]), np.array([0.0]), 0.1, 0.99, 1e-8
    yield rng.normal(size=5), rng.normal(size=5), rng.uniform(0.1, 4.0, size=5), 0.3, 0.9, 0.5
    yield rng.normal(size=3), np.array([0.0, 1.0, -2.0]), np.zeros(3), 0.1, 0.8, 1e-3
    yield rng.normal(size=4), np.zeros(4), np.array([0.0, 2.0, 0.0, 1.0]), 0.2, 0.7, 1e-3  # without any gradient
    yield rng.normal(size=3), np.array([1e-5, -3e-6, 2e-5]), np.zeros(3), 0.1, 0.9, 1e-6
    yield np.float32([1.0, -0.5, 2.0]), np.float32([0.3, 2.0, -1.0]), np.float32([0.5, 1.5, 1.0]), 0.3, 0.6, 0.1

    def five_steps(step):
        """five steps from w = [1, 1, 1] with beta2 = 0.9, the average handed on; the third gradient is 0 at first"""
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
    w = w - lr * grad / (np.sqrt(average) + eps)
    return w, average


@rmsprop_step.mistake(
    "β₂ and 1 − β₂ are swapped: with beta2 = 0.99 the average would keep 1 % of its past. Which of the two belongs to "
    "the past?"
)
def past_and_present_swapped(w, grad, average, lr, beta2, eps):
    return rmsprop_step(w, grad, average, lr, 1 - beta2, eps)


@rmsprop_step.mistake(
    "`eps` stands inside the root. The task wants it outside, added to the root: √v + ε and √(v + ε) differ when v is "
    "small."
)
def eps_inside_the_root(w, grad, average, lr, beta2, eps):
    average = beta2 * average + (1 - beta2) * grad**2
    return w - lr * grad / np.sqrt(average + eps), average


@rmsprop_step.mistake("`eps` is missing: a coordinate that never had a gradient divides 0 by 0.")
def no_eps(w, grad, average, lr, beta2, eps):
    with np.errstate(all="ignore"):
        return rmsprop_step(w, grad, average, lr, beta2, 0.0)


@rmsprop_step.mistake(
    "`eps` is added to the parameter, after the division. It belongs to the denominator: parentheses around √v + ε."
)
def eps_added_to_the_parameter(w, grad, average, lr, beta2, eps):
    average = beta2 * average + (1 - beta2) * grad**2
    with np.errstate(all="ignore"):
        return w - lr * grad / np.sqrt(average) + eps, average


@rmsprop_step.mistake(
    "`eps` is added to the rate, after the division lr / √v. It belongs to the denominator: parentheses around √v + ε."
)
def eps_added_to_the_rate(w, grad, average, lr, beta2, eps):
    average = beta2 * average + (1 - beta2) * grad**2
    with np.errstate(all="ignore"):
        return w - (lr / np.sqrt(average) + eps) * grad, average


@rmsprop_step.mistake(
    "The step is right, but what comes back as the average is its root. The next step averages squares: which of the "
    "two should it get?"
)
def root_kept_as_state(w, grad, average, lr, beta2, eps):
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
def absolute_value(w, grad, average, lr, beta2, eps):
    average = beta2 * average + (1 - beta2) * np.abs(grad)
    return w - lr * grad / (np.sqrt(average) + eps), average


@rmsprop_step.mistake(
    "The average is taken of the gradient, not of its square: that is a momentum. What does the root divide by?"
)
def no_square(w, grad, average, lr, beta2, eps):
    average = beta2 * average + (1 - beta2) * grad
    with np.errstate(all="ignore"):
        return w - lr * grad / (np.sqrt(average) + eps), average


@rmsprop_step.mistake(
    "The absolute gradients are averaged, and the step divides by that. RMSProp averages squares and takes the root "
    "afterwards."
)
def average_of_sizes(w, grad, average, lr, beta2, eps):
    average = beta2 * average + (1 - beta2) * np.abs(grad)
    return w - lr * grad / (average + eps), average


@rmsprop_step.mistake(
    "Old and new are mixed first, and the mixture is squared. The square belongs to the gradient alone, before it "
    "enters the average."
)
def square_of_the_mixture(w, grad, average, lr, beta2, eps):
    average = (beta2 * average + (1 - beta2) * grad) ** 2
    return w - lr * grad / (np.sqrt(average) + eps), average


@rmsprop_step.mistake(
    "The root is missing: the step divides by the average of squares itself, so a gradient of 10 makes a step of lr/10."
)
def no_root(w, grad, average, lr, beta2, eps):
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
def g_dot_g(w, grad, average, lr, beta2, eps):
    average = beta2 * average + (1 - beta2) * np.sum(grad * grad)
    return w - lr * grad / (np.sqrt(average) + eps), average


@rmsprop_step.mistake(
    "The root is taken of the sum over all coordinates, so they share one rate. Each coordinate has a root of its own."
)
def one_rate_for_all(w, grad, average, lr, beta2, eps):
    average = beta2 * average + (1 - beta2) * grad**2
    return w - lr * grad / (np.sqrt(average.sum()) + eps), average


@rmsprop_step.mistake(
    "The square is missing a bracket: (1 − β₂) is squared along with the gradient. Only g is squared."
)
def one_minus_beta_inside_the_square(w, grad, average, lr, beta2, eps):
    average = beta2 * average + ((1 - beta2) * grad) ** 2
    return w - lr * grad / (np.sqrt(average) + eps), average


@rmsprop_step.mistake(
    "The step divides by the average as it was before this gradient. Update it first: at the first step it is 0."
)
def divides_by_the_old_one(w, grad, average, lr, beta2, eps):
    with np.errstate(all="ignore"):
        return w - lr * grad / (np.sqrt(average) + eps), beta2 * average + (1 - beta2) * grad**2


@rmsprop_step.mistake(
    "The step uses the average of squares where the gradient belongs: its direction is lost. RMSProp divides the "
    "gradient itself."
)
def no_gradient(w, grad, average, lr, beta2, eps):
    average = beta2 * average + (1 - beta2) * grad**2
    with np.errstate(all="ignore"):
        return w - lr / (np.sqrt(average) + eps), average


@rmsprop_step.mistake(
    "`eps` is added after the division, to the step itself. It belongs to the denominator: parentheses around √v + ε."
)
def eps_added_to_the_step(w, grad, average, lr, beta2, eps):
    average = beta2 * average + (1 - beta2) * grad**2
    with np.errstate(all="ignore"):
        return w - (lr * grad / np.sqrt(average) + eps), average


@rmsprop_step.mistake(
    "`eps` is a lower limit of the root here. It should be added to the root, so it acts also where the root is larger."
)
def eps_as_a_floor(w, grad, average, lr, beta2, eps):
    average = beta2 * average + (1 - beta2) * grad**2
    with np.errstate(all="ignore"):
        return w - lr * grad / np.maximum(np.sqrt(average), eps), average


@rmsprop_step.mistake("`eps` is a fixed small number here, 1e-8 or so. Use the argument: the caller chooses it.")
def eps_hard_coded(w, grad, average, lr, beta2, eps):
    return rmsprop_step(w, grad, average, lr, beta2, 1e-8)


@rmsprop_step.mistake(
    "The average starts anew in each step: only this gradient is in it, with its weight. What should be kept of "
    "the past?"
)
def past_forgotten(w, grad, average, lr, beta2, eps):
    return rmsprop_step(w, grad, np.zeros_like(w), lr, beta2, eps)


@rmsprop_step.mistake(
    "Only the new point comes back. The next step needs the average, too: return both, in this order."
)
def returns_w_alone(w, grad, average, lr, beta2, eps):
    return rmsprop_step(w, grad, average, lr, beta2, eps)[0]


rmsprop_step.common("uphill", "no lr", "returns the step", "returns the step to subtract")
rmsprop_step.common("returns the old average", "changes average in place", "changes w in place")


@rmsprop_step.right
def rmsprop_in_place_on_copies(w, grad, average, lr, beta2, eps):
    average = average.copy()
    average *= beta2
    average += (1 - beta2) * grad * grad
    return w - lr * grad / (np.sqrt(average) + eps), average


@rmsprop_step.right
def rmsprop_as_a_correction(w, grad, average, lr, beta2, eps):
    average = average + (1 - beta2) * (np.square(grad) - average)
    return w + -lr * grad / (eps + average**0.5), average


@rmsprop_step.right
def rmsprop_of_singles(w, grad, average, lr, beta2, eps):
    w, grad, average = (a.astype(np.float32) for a in (w, grad, average))
    average = np.float32(beta2) * average + np.float32(1 - beta2) * grad**2
    return w - np.float32(lr) * grad / (np.sqrt(average) + np.float32(eps)), average


@rmsprop_step.right
def rmsprop_as_lists(*, w, grad, average, lr, beta2, eps):
    average = np.average([average, grad**2], axis=0, weights=[beta2, 1 - beta2])
    return [(w - lr * grad / (np.sqrt(average) + eps)).tolist(), average.tolist()]


@rmsprop_step.right
def rmsprop_by_its_rate(point, slope, mean_square, eta, keep, epsilon):
    mean_square = keep * mean_square + slope**2 - keep * slope**2
    return point - slope * (eta / (np.sqrt(mean_square) + epsilon)), mean_square
