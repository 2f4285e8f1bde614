"""Mend a loop whose AdaGrad starts anew in each pass."""

import numpy as np

from course_lib.checks.exercises import function


def first_batch(w):
    """The gradient of a minibatch in which both features are present."""
    return np.array([2.0, 0.5]) * (w - np.array([1.0, -1.0]))


def second_batch(w):
    """The gradient of a minibatch without the second feature."""
    return np.array([2.0, 0.0]) * (w - np.array([1.5, 0.0]))


def loops(rng):
    """One pass, where nothing goes wrong yet, no pass, and several."""
    yield [first_batch, second_batch], np.array([0.0, 0.0]), 0.5, 1e-8, 1
    yield [first_batch, second_batch], np.array([0.0, 0.0]), 0.5, 1e-8, 2
    yield [first_batch], np.array([3.0, 2.0]), 0.3, 1e-8, 4
    yield [second_batch, first_batch, second_batch], np.array([2.0, -2.0]), 0.2, 0.1, 3
    yield [second_batch], np.array([0.5, 0.5]), 0.4, 1e-3, 5
    yield [first_batch, second_batch], np.array([1.0, 2.0]), 0.5, 1e-8, 0


@function(
    inputs=loops,
    returns="the last w",
    praise="One sum for the whole run. Now the steps fade from pass to pass, as the bound on the regret wants it.",
)
def mend_restarted_sum(grad_fns, w0, lr, eps, passes):
    w = w0
    total = np.zeros_like(w0)
    for _ in range(passes):
        for grad_fn in grad_fns:
            grad = grad_fn(w)
            total = total + grad**2
            w = w - lr * grad / (np.sqrt(total) + eps)
    return w


@mend_restarted_sum.mistake(
    "The sum still starts anew in each pass, so each pass begins with steps of length lr again. How often should "
    "it start?"
)
def restarts_in_each_pass(grad_fns, w0, lr, eps, passes):
    w = w0
    for _ in range(passes):
        w = mend_restarted_sum(grad_fns, w, lr, eps, 1)
    return w


@mend_restarted_sum.mistake(
    "Now the sum starts anew in each *step*: every step has the length lr, as if only the sign of the gradient counted."
)
def restarts_in_each_step(grad_fns, w0, lr, eps, passes):
    w = w0
    for _ in range(passes):
        for grad_fn in grad_fns:
            w = mend_restarted_sum([grad_fn], w, lr, eps, 1)
    return w


@mend_restarted_sum.mistake(
    "The sum is kept, but the point starts anew in each pass: it goes back to `w0`. Which of the two lines "
    "belongs where?"
)
def point_restarts(grad_fns, w0, lr, eps, passes):
    w, total = w0, np.zeros_like(w0)
    for _ in range(passes):
        w = w0
        for grad_fn in grad_fns:
            grad = grad_fn(w)
            total = total + grad**2
            w = w - lr * grad / (np.sqrt(total) + eps)
    return w


@mend_restarted_sum.mistake("One number serves both coordinates here (`g @ g`). Each coordinate has a sum of its own.")
def g_dot_g(grad_fns, w0, lr, eps, passes):
    w, total = w0, np.zeros_like(w0)
    for _ in range(passes):
        for grad_fn in grad_fns:
            grad = grad_fn(w)
            total = total + grad @ grad
            w = w - lr * grad / (np.sqrt(total) + eps)
    return w


@mend_restarted_sum.mistake(
    "The step is taken before the new gradient is in the sum: the very first one divides by ε alone."
)
def divides_by_the_old_one(grad_fns, w0, lr, eps, passes):
    w, total = w0, np.zeros_like(w0)
    with np.errstate(all="ignore"):
        for _ in range(passes):
            for grad_fn in grad_fns:
                grad = grad_fn(w)
                w = w - lr * grad / (np.sqrt(total) + eps)
                total = total + grad**2
    return w


@mend_restarted_sum.mistake(
    "All gradients of a pass are taken at its first point. Each step should take the gradient where it stands."
)
def gradients_of_the_first_point(grad_fns, w0, lr, eps, passes):
    w, total = w0, np.zeros_like(w0)
    for _ in range(passes):
        for grad in [grad_fn(w) for grad_fn in grad_fns]:
            total = total + grad**2
            w = w - lr * grad / (np.sqrt(total) + eps)
    return w


def passes_with(grad_fns, w, passes, update, step):
    total = np.zeros_like(w)
    with np.errstate(all="ignore"):
        for grad in (grad_fn for _ in range(passes) for grad_fn in grad_fns):
            g = grad(w)
            total = update(total, g)
            w = w - step(total, g)
    return w


@mend_restarted_sum.mistake("The sum is kept now, but `eps` stands inside the root. The loop had it outside: √G + ε.")
def eps_inside_the_root(grad_fns, w0, lr, eps, passes):
    return passes_with(grad_fns, w0, passes, lambda s, g: s + g**2, lambda s, g: lr * g / np.sqrt(s + eps))


@mend_restarted_sum.mistake("The absolute gradient is added up, where its square belongs: the root undoes the square.")
def absolute_value(grad_fns, w0, lr, eps, passes):
    return passes_with(grad_fns, w0, passes, lambda s, g: s + np.abs(g), lambda s, g: lr * g / (np.sqrt(s) + eps))


@mend_restarted_sum.mistake(
    "This averages old and new. An average that forgets is RMSProp; AdaGrad keeps the whole sum."
)
def average_instead_of_sum(grad_fns, w0, lr, eps, passes):
    return passes_with(
        grad_fns, w0, passes, lambda s, g: 0.9 * s + 0.1 * g**2, lambda s, g: lr * g / (np.sqrt(s) + eps)
    )


@mend_restarted_sum.mistake("Only one pass is made: does `return` stand inside the loop?")
def only_one_pass(grad_fns, w0, lr, eps, passes):
    return mend_restarted_sum(grad_fns, w0, lr, eps, min(passes, 1))


@mend_restarted_sum.right
def with_a_list_of_all_gradients(grad_fns, w0, lr, eps, passes):
    w, seen = w0, []
    for _ in range(passes):
        for grad_fn in grad_fns:
            seen.append(grad_fn(w))
            w = w - lr * seen[-1] / (np.sqrt(sum(g**2 for g in seen)) + eps)
    return w


@mend_restarted_sum.right
def in_one_loop(grad_fns, w0, lr, eps, passes):
    w, total = np.array(w0), np.zeros(len(w0))
    for k in range(passes * len(grad_fns)):
        grad = grad_fns[k % len(grad_fns)](w)
        total = total + np.square(grad)
        w = w - lr / (total**0.5 + eps) * grad
    return w


@mend_restarted_sum.right
def in_place_on_copies(grad_fns, w0, lr, eps, passes):
    w, total = w0.copy(), 0.0 * w0
    for _ in range(passes):
        for grad_fn in grad_fns:
            grad = grad_fn(w)
            total += grad * grad
            w -= lr * grad / (np.sqrt(total) + eps)
    return w


@mend_restarted_sum.right
def repeated_list(grad_fns, start, eta, epsilon, epochs):
    state = (start, 0.0)
    for grad_fn in list(grad_fns) * epochs:
        grad = grad_fn(state[0])
        total = state[1] + grad**2
        state = (state[0] - eta * grad / (epsilon + np.sqrt(total)), total)
    return state[0]


@mend_restarted_sum.right
def as_a_list(*, grad_fns, w0, lr, eps, passes):
    return mend_restarted_sum(grad_fns, w0, lr, eps, passes).tolist()
