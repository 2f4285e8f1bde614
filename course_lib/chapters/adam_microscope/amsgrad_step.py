"""One step of AMSGrad: the largest mean square so far stands in the denominator."""

import numpy as np

from course_lib.chapters.adam_microscope.shared import averaged, moved
from course_lib.checks.exercises import function

GRADS = ([3.0, -0.2], [1.0, 0.4], [-2.0, 0.1], [0.5, -0.3], [4.0, 0.0])


def steps(rng):
    """Yield points, gradients, averages and settings; v_max is above the new v in some coordinates and below in "
    "others."""
    zeros = np.zeros(2)
    yield np.array([1.0, 2.0]), np.array([3.0, -4.0]), zeros, zeros, zeros, 1, 0.1, 0.9, 0.999, 1e-8
    yield np.array([2.0]), np.array([0.5]), np.zeros(1), np.zeros(1), np.zeros(1), 1, 0.1, 0.5, 0.75, 0.5
    yield np.array([1.0, 2.0]), np.array([0.0, 1.0]), zeros, zeros, zeros, 1, 0.2, 0.8, 0.9, 1e-3
    for size, *settings in (
        (5, 3, 0.3, 0.9, 0.99, 0.2),
        (3, 2, 0.3, 0.0, 0.6, 0.1),
        (4, 7, 0.2, 0.7, 0.0, 0.1),
        (6, 10, 0.3, 0.8, 0.95, 0.1),
    ):
        w, grad, m = rng.normal(size=(3, size))
        v = rng.uniform(1.0, 4.0, size=size)
        v_max = v * np.where(np.arange(size) % 2, 1.0, 1.7)
        yield w, 2.5 * grad, m, v, v_max, *settings

    def five_steps(step):
        """five steps from w = [1, 1], all three states handed on, t = 1, 2, 3, 4, 5"""
        w, m, v, v_max = np.ones(2), np.zeros(2), np.zeros(2), np.zeros(2)
        for t, grad in enumerate(GRADS, start=1):
            w, m, v, v_max = step(w, np.array(grad), m, v, v_max, t, 0.1, 0.9, 0.8, 1e-2)
        return w, m, v, v_max

    yield five_steps


@function(
    inputs=steps,
    returns=("w", "m", "v", "v_max"),
    praise="The denominator cannot shrink while the corrections fade, so one large gradient is never forgotten.",
)
def amsgrad_step(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    v_max = np.maximum(v_max, v)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v, v_max


amsgrad_step.common("uphill", "returns the step", "returns the old m", "returns the old v")


@amsgrad_step.mistake(
    "The step divides by the root of `v` itself: that is Adam. The maximum is kept, and nobody uses it. Where does it "
    "belong?"
)
def maximum_not_used(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    return moved(w, m, v, t, lr, beta1, beta2, eps), m, v, np.maximum(v_max, v)


@amsgrad_step.mistake(
    "The maximum is taken of corrected averages, as in Optax. The task wants it before the correction: compare `v_max` "
    "with `v`, and correct what comes out."
)
def maximum_after_the_correction(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    v_max = np.maximum(v_max, v / (1 - beta2**t))
    return moved(w, m, v_max * (1 - beta2**t), t, lr, beta1, beta2, eps), m, v, v_max


@amsgrad_step.mistake(
    "The largest mean square is not corrected. At the first step it is only 1 − β₂ of the squared gradient: what makes "
    "up for a start from 0?"
)
def maximum_not_corrected(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    v_max = np.maximum(v_max, v)
    with np.errstate(all="ignore"):
        return w - lr * m / (1 - beta1**t) / (np.sqrt(v_max) + eps), m, v, v_max


@amsgrad_step.mistake(
    "The maximum comes back as `v`, too, so the average forgets nothing any more: it should go on averaging. "
    "Which of the "
    "two does the next gradient enter?"
)
def maximum_kept_as_v(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    v_max = np.maximum(v_max, v)
    return moved(w, m, v_max, t, lr, beta1, beta2, eps), m, v_max, v_max


@amsgrad_step.mistake(
    "The new square enters `v_max` instead of `v`: the average is built on the maximum. The average goes on by itself; "
    "only then are the two compared."
)
def average_built_on_the_maximum(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v_max, beta1, beta2)
    v_max = np.maximum(v_max, v)
    return moved(w, m, v_max, t, lr, beta1, beta2, eps), m, v, v_max


@amsgrad_step.mistake(
    "`v_max` is the largest squared *gradient*. It should be the largest *average* of squares: one outlier "
    "enters with its "
    "1 − β₂ only."
)
def largest_square(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    v_max = np.maximum(v_max, grad**2)
    return moved(w, m, v_max, t, lr, beta1, beta2, eps), m, v, v_max


@amsgrad_step.mistake(
    "`v` is compared with `v_max` before the new gradient has entered it. The newest gradient may be the largest one: "
    "which comes first?"
)
def maximum_of_the_old_v(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    v_max = np.maximum(v_max, v)
    m, v = averaged(grad, m, v, beta1, beta2)
    return moved(w, m, v_max, t, lr, beta1, beta2, eps), m, v, v_max


@amsgrad_step.mistake(
    "This keeps the *smallest* mean square: `np.minimum`. The steps would never get shorter again. Which one must not "
    "be forgotten?"
)
def minimum_for_maximum(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    v_max = np.minimum(v_max, v)
    return moved(w, m, v_max, t, lr, beta1, beta2, eps), m, v, v_max


@amsgrad_step.mistake(
    "One maximum serves all coordinates: `max` took the largest entry. Each coordinate has a denominator of its own; "
    "`np.maximum` compares entry by entry."
)
def one_maximum_for_all(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    v_max = np.full_like(v, max(v_max.max(), v.max()))
    return moved(w, m, v_max, t, lr, beta1, beta2, eps), m, v, v_max


@amsgrad_step.mistake(
    "The step is right, and the old `v_max` comes back: the next step knows nothing of a large gradient in this one."
)
def maximum_forgotten(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    w, m, v, _ = amsgrad_step(w, grad, m, v, v_max, t, lr, beta1, beta2, eps)
    return w, m, v, v_max


@amsgrad_step.mistake("`eps` stands inside the root. The task wants it outside, added to the root.")
def eps_inside_the_root(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    v_max = np.maximum(v_max, v)
    return w - lr * (m / (1 - beta1**t)) / np.sqrt(v_max / (1 - beta2**t) + eps), m, v, v_max


@amsgrad_step.mistake(
    "`eps` is added to the weight: without brackets the division comes first. What should it be added to?"
)
def eps_outside_the_fraction(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    v_max = np.maximum(v_max, v)
    return moved(w, m, v_max, t, lr, beta1, beta2, 0.0) + eps, m, v, v_max


@amsgrad_step.mistake(
    "`eps` is added to the step, not to the root: in `m_hat / np.sqrt(v_hat) + eps` the division comes first. Where do "
    "brackets belong?"
)
def eps_added_to_the_step(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    v_max = np.maximum(v_max, v)
    return moved(w, m, v_max, t, lr, beta1, beta2, 0.0) - lr * eps, m, v, v_max


@amsgrad_step.mistake(
    "The corrected averages come back as the state, and the next step corrects them once more. Which averages go on?"
)
def corrected_moments_kept_as_state(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    w, m, v, v_max = amsgrad_step(w, grad, m, v, v_max, t, lr, beta1, beta2, eps)
    return w, m / (1 - beta1**t), v / (1 - beta2**t), v_max


@amsgrad_step.mistake("Both corrections are those of step t + 1. `t` is 1 at the first step already.")
def t_one_ahead(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    v_max = np.maximum(v_max, v)
    return moved(w, m, v_max, t + 1, lr, beta1, beta2, eps), m, v, v_max


@amsgrad_step.mistake("The root is missing: the step divides by the mean square itself.")
def no_root(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    v_max = np.maximum(v_max, v)
    return w - lr * (m / (1 - beta1**t)) / (v_max / (1 - beta2**t) + eps), m, v, v_max


@amsgrad_step.mistake("Both moments start at 0, and nothing makes up for that. Where are the corrections?")
def no_bias_correction(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    v_max = np.maximum(v_max, v)
    return moved(w, m, v_max, np.inf, lr, beta1, beta2, eps), m, v, v_max


@amsgrad_step.mistake("β₁ and β₂ are exchanged: here `m` has the long memory and `v` the short one.")
def betas_exchanged(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    return amsgrad_step(w, grad, m, v, v_max, t, lr, beta2, beta1, eps)


@amsgrad_step.right
def on_copies_in_place(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    w, m, v, v_max = w.copy(), m.copy(), v.copy(), v_max.copy()
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * np.square(grad)
    np.maximum(v, v_max, out=v_max)
    w -= lr * m / (1 - beta1**t) / (np.sqrt(v_max / (1 - beta2**t)) + eps)
    return w, m, v, v_max


@amsgrad_step.right
def with_where(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (grad - m)
    v = v + (1 - beta2) * (grad * grad - v)
    v_max = np.where(v > v_max, v, v_max)
    return w - lr / (1 - beta1**t) * m / ((v_max / (1 - beta2**t)) ** 0.5 + eps), m, v, v_max


@amsgrad_step.right
def entry_by_entry(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    rows = []
    for point, g, first, second, largest in zip(w, grad, m, v, v_max, strict=True):
        first, second = beta1 * first + (1 - beta1) * g, beta2 * second + (1 - beta2) * g**2
        largest = max(largest, second)
        step = lr * first / (1 - beta1**t) / ((largest / (1 - beta2**t)) ** 0.5 + eps)
        rows.append((point - step, first, second, largest))
    return tuple(np.array(column) for column in zip(*rows, strict=True))


@amsgrad_step.right
def maximum_by_stacking(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    largest = np.stack([v_max, v]).max(axis=0)
    return moved(w, m, largest, t, lr, beta1, beta2, eps), m, v, largest


@amsgrad_step.right
def correction_under_one_root(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    v_max = np.maximum(v, v_max)
    root = np.sqrt(v_max) / np.sqrt(1 - beta2**t) + eps
    return [w - lr * m / ((1 - beta1**t) * root), m, v, v_max]
