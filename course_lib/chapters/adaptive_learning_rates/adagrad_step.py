"""One step of AdaGrad."""

import numpy as np

from course_lib.chapters.adaptive_learning_rates.shared import GRADS, played
from course_lib.checks.exercises import function


def adagrad_steps(rng):
    yield np.array([1.0, 2.0, -1.0]), np.array([3.0, -4.0, 12.0]), np.array([16.0, 9.0, 25.0]), 0.5, 0.0
    yield np.array([1.0, 2.0, 0.5]), np.array([3.0, -4.0, 0.5]), np.zeros(3), 0.5, 1e-10
    yield np.array([2.0]), np.array([0.5]), np.array([2.0]), 0.1, 0.0
    yield rng.normal(size=5), rng.normal(size=5), rng.uniform(0.1, 4.0, size=5), 0.3, 0.5
    yield rng.normal(size=3), np.array([0.0, 1.0, -2.0]), np.zeros(3), 0.1, 1e-3
    yield rng.normal(size=4), np.zeros(4), np.array([0.0, 2.0, 0.0, 1.0]), 0.2, 1e-3  # a step without any gradient
    yield rng.normal(size=3), np.array([1e-5, -3e-6, 2e-5]), np.zeros(3), 0.1, 1e-5
    yield np.float32([1.0, -0.5, 2.0]), np.float32([0.3, 2.0, -1.0]), np.float32([0.5, 1.5, 1.0]), 0.3, 0.1

    def five_steps(step):
        """five steps from w = [1, 1, 1], the accumulator handed on; the third gradient is 0 at first"""
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
    w = w - lr * grad / (np.sqrt(accumulator) + eps)
    return w, accumulator


@adagrad_step.mistake(
    "`eps` stands inside the root. The task wants it outside, added to the root: √G + ε and √(G + ε) differ when G is "
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
    "`eps` is added after the division, to the step itself. It belongs to the denominator: parentheses around √G + ε."
)
def eps_added_to_the_step(w, grad, accumulator, lr, eps):
    accumulator = accumulator + grad**2
    with np.errstate(all="ignore"):
        return w - (lr * grad / np.sqrt(accumulator) + eps), accumulator


@adagrad_step.mistake(
    "`eps` is added to the parameter, after the division. It belongs to the denominator: parentheses around √G + ε."
)
def eps_added_to_the_parameter(w, grad, accumulator, lr, eps):
    accumulator = accumulator + grad**2
    with np.errstate(all="ignore"):
        return w - lr * grad / np.sqrt(accumulator) + eps, accumulator


@adagrad_step.mistake(
    "`eps` is added to the rate, after the division lr / √G. It belongs to the denominator: parentheses around √G + ε."
)
def eps_added_to_the_rate(w, grad, accumulator, lr, eps):
    accumulator = accumulator + grad**2
    with np.errstate(all="ignore"):
        return w - (lr / np.sqrt(accumulator) + eps) * grad, accumulator


@adagrad_step.mistake(
    "The step is right, but what comes back as the accumulator is its root. The next step adds a square to it: which "
    "of the two should it get?"
)
def root_kept_as_state(w, grad, accumulator, lr, eps):
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
    "The absolute gradients are added up, and the step divides by that sum. AdaGrad adds squares and takes one root of "
    "the whole: is that the same after two steps?"
)
def sum_of_sizes(w, grad, accumulator, lr, eps):
    accumulator = accumulator + np.abs(grad)
    return w - lr * grad / (accumulator + eps), accumulator


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
def divides_by_the_old_one(w, grad, accumulator, lr, eps):
    with np.errstate(all="ignore"):
        return w - lr * grad / (np.sqrt(accumulator) + eps), accumulator + grad**2


@adagrad_step.mistake(
    "The accumulator starts anew: only this gradient's square is in it. AdaGrad adds to what was there."
)
def replaces_the_accumulator(w, grad, accumulator, lr, eps):
    return adagrad_step(w, grad, np.zeros_like(w), lr, eps)


@adagrad_step.mistake("This averages old and new. An average that forgets is RMSProp; AdaGrad keeps the whole sum.")
def average_instead_of_sum(w, grad, accumulator, lr, eps):
    accumulator = 0.9 * accumulator + 0.1 * grad**2
    return w - lr * grad / (np.sqrt(accumulator) + eps), accumulator


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
def no_gradient(w, grad, accumulator, lr, eps):
    accumulator = accumulator + grad**2
    with np.errstate(all="ignore"):
        return w - lr / (np.sqrt(accumulator) + eps), accumulator


@adagrad_step.mistake(
    "`eps` is a lower limit of the root here. It should be added to the root, so it acts also where the root is larger."
)
def eps_as_a_floor(w, grad, accumulator, lr, eps):
    accumulator = accumulator + grad**2
    with np.errstate(all="ignore"):
        return w - lr * grad / np.maximum(np.sqrt(accumulator), eps), accumulator


@adagrad_step.mistake("`eps` is a fixed small number here, 1e-8 or so. Use the argument: the caller chooses it.")
def eps_hard_coded(w, grad, accumulator, lr, eps):
    return adagrad_step(w, grad, accumulator, lr, 1e-8)


@adagrad_step.mistake(
    "Only the new point comes back. The next step needs the accumulator, too: return both, in this order."
)
def returns_w_alone(w, grad, accumulator, lr, eps):
    return adagrad_step(w, grad, accumulator, lr, eps)[0]


adagrad_step.common("uphill", "no lr", "returns the step", "returns the step to subtract")
adagrad_step.common("returns the old accumulator", "changes accumulator in place", "changes w in place")


@adagrad_step.right
def adagrad_in_place_on_copies(w, grad, accumulator, lr, eps):
    w, accumulator = w.copy(), accumulator.copy()
    accumulator += np.square(grad)
    w -= lr * grad / (accumulator**0.5 + eps)
    return w, accumulator


@adagrad_step.right
def adagrad_of_singles(w, grad, accumulator, lr, eps):
    w, grad, accumulator = (a.astype(np.float32) for a in (w, grad, accumulator))
    accumulator = accumulator + grad * grad
    return w - np.float32(lr) * (grad / (np.sqrt(accumulator) + np.float32(eps))), accumulator


@adagrad_step.right
def adagrad_as_lists(*, w, grad, accumulator, lr, eps):
    total = accumulator + np.power(grad, 2)
    return [(w - grad * lr / (np.sqrt(total) + eps)).tolist(), total.tolist()]


@adagrad_step.right
def adagrad_entry_by_entry(w, grad, accumulator, lr, eps):
    new, total = np.empty_like(w), np.empty_like(accumulator)
    for place, g in np.ndenumerate(grad):
        total[place] = accumulator[place] + g**2
        new[place] = w[place] - lr / (total[place] ** 0.5 + eps) * g
    return new, total


@adagrad_step.right
def adagrad_by_its_rate(point, slope, summed, eta, epsilon):
    summed = np.add(summed, slope**2)
    rate = eta / (epsilon + np.sqrt(summed))
    return np.subtract(point, rate * slope), summed
