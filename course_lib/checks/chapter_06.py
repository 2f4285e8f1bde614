"""The exercises of chapter 06: Adam, AdamW, its first step, and the mistakes to find in other people's Adam."""

from dataclasses import replace

import numpy as np

from course_lib.checks.exercises import function, value
from course_lib.objectives import Quadratic


def averaged(grad, m, v, beta1, beta2):
    """Return both averages with the new gradient in them."""
    return beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad**2


def moved(w, m, v, t, lr, beta1, beta2, eps):
    """Return where Adam goes with these averages at step t."""
    with np.errstate(all="ignore"):
        return w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)


# ---------------------------------------------------------------------------------- Adam

GRADS = ([3.0, -0.2], [1.0, 0.4], [-2.0, 0.1], [0.5, -0.3], [4.0, 0.0])


def inputs(rng, *more):
    """Yield points, gradients, averages and settings; `more` are the settings that come last."""
    zeros, none = np.zeros(2), np.zeros(1)
    yield np.array([1.0, 2.0]), np.array([3.0, -4.0]), zeros, zeros, 1, 0.1, 0.9, 0.999, 1e-8, *more
    yield np.array([2.0]), np.array([0.5]), none, none, 1, 0.1, 0.5, 0.75, 0.5, *more
    yield np.array([1.0, 2.0]), np.array([0.0, 1.0]), zeros, zeros, 1, 0.2, 0.8, 0.9, 1e-3, *more
    for size, *settings in (
        (5, 3, 0.3, 0.9, 0.99, 0.2),
        (3, 2, 0.3, 0.0, 0.6, 0.1),
        (4, 7, 0.2, 0.7, 0.0, 0.1),
        (6, 10, 0.3, 0.8, 0.95, 0.1),
    ):
        w, grad, m = rng.normal(size=(3, size))
        yield w, grad, m, rng.uniform(1.0, 4.0, size=size), *settings, *more

    def five_steps(step):
        """five steps from w = [1, 1], both averages handed on, t = 1, 2, 3, 4, 5"""
        w, m, v = np.ones(2), np.zeros(2), np.zeros(2)
        for t, grad in enumerate(GRADS, start=1):
            w, m, v = step(w, np.array(grad), m, v, t, 0.1, 0.9, 0.999, 1e-2, *more)
        return w, m, v

    yield five_steps


@function(
    inputs=inputs,
    returns=("w", "m", "v"),
    praise="Two averages, corrected for their start at 0, and one division. The first step has the length lr in every "
    "coordinate, whatever the gradient.",
)
def adam_step(w, grad, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


@adam_step.mistake(
    "This is Adam without bias correction: look at the first ten steps. Both averages start at 0; by which factor is "
    "each too small at step t?"
)
def no_bias_correction(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    return moved(w, m, v, np.inf, lr, beta1, beta2, eps), m, v


@adam_step.mistake(
    "Only `m` is corrected. `v` starts at 0 too, and forgets more slowly, so it needs its correction even more."
)
def v_is_not_corrected(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    return moved(w, m / (1 - beta1**t), v, np.inf, lr, beta1, beta2, eps), m, v


@adam_step.mistake("Only `v` is corrected. What is the first `m`, compared with the gradient?")
def m_is_not_corrected(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    return moved(w, m, v / (1 - beta2**t), np.inf, lr, beta1, beta2, eps), m, v


@adam_step.mistake(
    "Here t counts from 0: the correction of the first step divides by 1 − β⁰ = 0. The task's t is 1 at the first step."
)
def t_from_zero(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    return moved(w, m, v, t - 1, lr, beta1, beta2, eps), m, v


@adam_step.mistake("The correction is one step ahead: it uses t + 1. The task's t is 1 at the first step already.")
def t_one_ahead(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    return moved(w, m, v, t + 1, lr, beta1, beta2, eps), m, v


@adam_step.mistake(
    "The correction stays that of the first step, as if t never advanced: it divides by 1 − β and not by 1 − βᵗ. Right "
    "at t = 1, and wrong for ever after."
)
def t_not_advanced(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    return moved(w, m, v, 1, lr, beta1, beta2, eps), m, v


@adam_step.mistake("β is multiplied by t here. The correction needs β to the power of t: which operator is that?")
def beta_times_t(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    with np.errstate(all="ignore"):
        return w - lr * (m / (1 - beta1 * t)) / (np.sqrt(v / (1 - beta2 * t)) + eps), m, v


@adam_step.mistake(
    "1 − β is raised to the power of t here. In the correction only β is: 1 − βᵗ, which goes to 1. Parentheses?"
)
def power_of_the_difference(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    return w - lr * (m / (1 - beta1) ** t) / (np.sqrt(v / (1 - beta2) ** t) + eps), m, v


@adam_step.mistake(
    "Parentheses are missing: `m / 1 - beta1**t` divides by 1 and then subtracts. What should it divide by?"
)
def parentheses_missing(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    with np.errstate(all="ignore"):
        return w - lr * (m / 1 - beta1**t) / (np.sqrt(v / 1 - beta2**t) + eps), m, v


@adam_step.mistake(
    "The averages are multiplied by 1 − βᵗ. They are too small by this factor already: what undoes that?"
)
def correction_upside_down(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    return w - lr * m * (1 - beta1**t) / (np.sqrt(v * (1 - beta2**t)) + eps), m, v


@adam_step.mistake(
    "The corrected averages come back as the state, so the next step corrects them once more. Which ones should the "
    "next step get?"
)
def corrected_moments_kept_as_state(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    return moved(w, m, v, t, lr, beta1, beta2, eps), m / (1 - beta1**t), v / (1 - beta2**t)


@adam_step.mistake(
    "`m` is right, but `v` comes back corrected, so the next step corrects it once more. Which one should the next "
    "step get?"
)
def corrected_v_kept_as_state(w, grad, m, v, t, lr, beta1, beta2, eps):
    w, m, v = adam_step(w, grad, m, v, t, lr, beta1, beta2, eps)
    return w, m, v / (1 - beta2**t)


@adam_step.mistake(
    "`v` is right, but `m` comes back corrected, so the next step corrects it once more. Which one should the next "
    "step get?"
)
def corrected_m_kept_as_state(w, grad, m, v, t, lr, beta1, beta2, eps):
    w, m, v = adam_step(w, grad, m, v, t, lr, beta1, beta2, eps)
    return w, m / (1 - beta1**t), v


@adam_step.mistake(
    "The step is right, but what comes back as `v` is its root. The next step averages squares: which of the two "
    "should it get?"
)
def root_kept_as_state(w, grad, m, v, t, lr, beta1, beta2, eps):
    w, m, v = adam_step(w, grad, m, v, t, lr, beta1, beta2, eps)
    return w, m, np.sqrt(v)


@adam_step.mistake(
    "`eps` is added to the rate, after the division lr / √v̂. It belongs to the denominator: parentheses around √v̂ + ε."
)
def eps_added_to_the_rate(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    with np.errstate(all="ignore"):
        return w - (lr / np.sqrt(v / (1 - beta2**t)) + eps) * m / (1 - beta1**t), m, v


@adam_step.mistake(
    "`eps` stands inside the root. The task wants it outside, added to the root: √v̂ + ε and √(v̂ + ε) differ when v̂ is "
    "small."
)
def eps_inside_the_root(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    return w - lr * (m / (1 - beta1**t)) / np.sqrt(v / (1 - beta2**t) + eps), m, v


@adam_step.mistake(
    "`eps` is added to √v before the correction: that is Keras' convention (the paper's ε̂). The task adds it to the "
    "corrected root."
)
def eps_before_the_correction(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    return w - lr * np.sqrt(1 - beta2**t) / (1 - beta1**t) * m / (np.sqrt(v) + eps), m, v


@adam_step.mistake(
    "`eps` is added to the parameter: w moves by ε in every step, and a coordinate without a gradient still divides 0 "
    "by 0. Parentheses?"
)
def eps_added_to_the_parameter(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    return moved(w, m, v, t, lr, beta1, beta2, 0.0) + eps, m, v


@adam_step.mistake(
    "`eps` is added to the step after the division. It belongs to the denominator: parentheses around √v̂ + ε."
)
def eps_added_to_the_step(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    return w + lr * (moved(0 * w, m, v, t, 1.0, beta1, beta2, 0.0) - eps), m, v


@adam_step.mistake("`eps` is missing: a coordinate that never had a gradient divides 0 by 0.")
def no_eps(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    return moved(w, m, v, t, lr, beta1, beta2, 0.0), m, v


@adam_step.mistake(
    "The step is lr · m̂ alone, a momentum: where is the division by √v̂ that gives every coordinate its own rate?"
)
def m_hat_without_v_hat(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    return w - lr * m / (1 - beta1**t), m, v


@adam_step.mistake(
    "The root is missing: the step divides by v̂ itself. Which unit would the step have then, if gradients had one?"
)
def no_root(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    return w - lr * (m / (1 - beta1**t)) / (v / (1 - beta2**t) + eps), m, v


@adam_step.mistake(
    "The numerator is the new gradient and not its average: RMSProp with a correction. Where is the memory of the "
    "direction?"
)
def gradient_without_memory(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    return moved(w, grad * (1 - beta1**t), v, t, lr, beta1, beta2, eps), m, v


@adam_step.mistake(
    "`v` is the square of the average `m`. It should be the average of the squares, with a memory of its own: "
    "gradients of changing sign must not cancel in it."
)
def v_is_the_square_of_m(w, grad, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    return moved(w, m, m**2, t, lr, beta1, beta2, eps), m, m**2


@adam_step.mistake(
    "`v` averages the square of `m`; it should average the square of the gradient. Which of the two is squared first, "
    "and then averaged?"
)
def square_of_the_average(w, grad, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * m**2
    return moved(w, m, v, t, lr, beta1, beta2, eps), m, v


@adam_step.mistake(
    "`g - g @ g` is no square: the product is one number for all coordinates, and the difference is mostly negative, "
    "so its root is NaN. Square each entry."
)
def g_minus_g_dot_g(w, grad, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * (grad - grad @ grad)
    return moved(w, m, v, t, lr, beta1, beta2, eps), m, v


@adam_step.mistake(
    "`g - g²` is no square: it is negative for every gradient above 1 or below 0, and its root is NaN. What should `v` "
    "average?"
)
def g_minus_its_square(w, grad, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * (grad - grad**2)
    return moved(w, m, v, t, lr, beta1, beta2, eps), m, v


@adam_step.mistake(
    "One number goes into `v` for all coordinates: `g @ g`, or the sum of all squares, where an elementwise square "
    "belongs. They would all share one rate. How many entries should `v` have?"
)
def g_dot_g(w, grad, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * (grad @ grad)
    return moved(w, m, v, t, lr, beta1, beta2, eps), m, v


@adam_step.mistake("`v` averages the gradient without its square, so it may be negative under the root.")
def no_square(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad
    return moved(w, m, v, t, lr, beta1, beta2, eps), m, v


@adam_step.mistake("This goes uphill. Which sign takes you the other way?")
def uphill(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    return 2 * w - moved(w, m, v, t, lr, beta1, beta2, eps), m, v


@adam_step.mistake(
    "β₁ and β₂ are exchanged: here `m` has the long memory and `v` the short one. Which β belongs to which?"
)
def betas_exchanged(w, grad, m, v, t, lr, beta1, beta2, eps):
    return adam_step(w, grad, m, v, t, lr, beta2, beta1, eps)


@adam_step.mistake("β₁ serves both averages here. `v` has a memory of its own: which β is it?")
def beta1_for_both(w, grad, m, v, t, lr, beta1, beta2, eps):
    return adam_step(w, grad, m, v, t, lr, beta1, beta1, eps)


@adam_step.mistake(
    "Both averages are right, but the corrections take the wrong β: `m` was averaged with β₁, `v` with β₂."
)
def corrections_exchanged(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    with np.errstate(all="ignore"):
        return w - lr * (m / (1 - beta2**t)) / (np.sqrt(v / (1 - beta1**t)) + eps), m, v


@adam_step.mistake("`v` is right, but in `m` β₁ and 1 − β₁ are swapped. Which part belongs to the past?")
def past_and_present_swapped_in_m(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, 1 - beta1, beta2)[0], averaged(grad, m, v, beta1, beta2)[1]
    return moved(w, m, v, t, lr, beta1, beta2, eps), m, v


@adam_step.mistake("`m` is right, but in `v` β₂ and 1 − β₂ are swapped. Which part belongs to the past?")
def past_and_present_swapped_in_v(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)[0], averaged(grad, m, v, beta1, 1 - beta2)[1]
    return moved(w, m, v, t, lr, beta1, beta2, eps), m, v


@adam_step.mistake(
    "β and 1 − β are swapped in both averages: with 0.9 they would keep a tenth of their past. Which part belongs to "
    "the past?"
)
def past_and_present_swapped(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, 1 - beta1, 1 - beta2)
    return moved(w, m, v, t, lr, beta1, beta2, eps), m, v


@adam_step.mistake(
    "The new gradient enters whole, without its 1 − β. The weights of an average sum to 1; the correction divides by "
    "1 − βᵗ and counts on it."
)
def no_one_minus_beta(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = beta1 * m + grad, beta2 * v + grad**2
    return moved(w, m, v, t, lr, beta1, beta2, eps), m, v


@adam_step.mistake("`v` is right, but in `m` the new gradient enters whole, without its 1 − β₁.")
def no_one_minus_beta1(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = beta1 * m + grad, beta2 * v + (1 - beta2) * grad**2
    return moved(w, m, v, t, lr, beta1, beta2, eps), m, v


@adam_step.mistake("`m` is right, but in `v` the new square enters whole, without its 1 − β₂.")
def no_one_minus_beta2(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + grad**2
    return moved(w, m, v, t, lr, beta1, beta2, eps), m, v


@adam_step.mistake("The learning rate is missing: the step is m̂ / (√v̂ + ε) in full.")
def no_learning_rate(w, grad, m, v, t, lr, beta1, beta2, eps):
    return adam_step(w, grad, m, v, t, 1.0, beta1, beta2, eps)


@adam_step.mistake("The step uses the averages as they came in. Update them first: at the first step both are still 0.")
def old_averages(w, grad, m, v, t, lr, beta1, beta2, eps):
    return moved(w, m, v, t, lr, beta1, beta2, eps), *averaged(grad, m, v, beta1, beta2)


@adam_step.mistake(
    "The new averages are used and then forgotten: what comes back are the old ones, so the next step knows nothing of "
    "this gradient."
)
def averages_forgotten(w, grad, m, v, t, lr, beta1, beta2, eps):
    return adam_step(w, grad, m, v, t, lr, beta1, beta2, eps)[0], m, v


@adam_step.mistake("The values are right, but `v` comes back before `m`: return (w, m, v).")
def v_before_m(w, grad, m, v, t, lr, beta1, beta2, eps):
    w, m, v = adam_step(w, grad, m, v, t, lr, beta1, beta2, eps)
    return w, v, m


@adam_step.mistake(
    "Your function changes the caller's `m` and `v` in place. The values are right, but nobody else's array should "
    "change: make new ones."
)
def averages_in_place(w, grad, m, v, t, lr, beta1, beta2, eps):
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * grad**2
    return moved(w, m, v, t, lr, beta1, beta2, eps), m, v


# ---------------------------------------------------------------------------------- AdamW


def inputs_with_decay(rng):
    first = (np.array([1.0, 2.0]), np.array([3.0, -4.0]), np.zeros(2), np.zeros(2), 1, 0.5, 0.9, 0.999, 1e-8)
    yield *first, 0.5
    yield *first, 0.0
    yield from inputs(rng, 0.4)


@function(
    inputs=inputs_with_decay,
    returns=("w", "m", "v"),
    praise="The averages never see the decay, so every coordinate shrinks by the same factor 1 − lr · weight_decay, "
    "however large its gradients are.",
)
def adamw_step(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - lr * (m_hat / (np.sqrt(v_hat) + eps) + weight_decay * w), m, v


@adamw_step.mistake(
    "The decay is added to the gradient: that is L2, and the averages divide it by the size of the gradients. Where "
    "does AdamW put it?"
)
def decay_added_to_the_gradient(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    return adam_step(w, grad + weight_decay * w, m, v, t, lr, beta1, beta2, eps)


@adamw_step.mistake(
    "The decay is added to the gradient, with lr in front: it passes through the averages, and they divide it by the "
    "size of the gradients. Where does AdamW put it?"
)
def decay_times_lr_added_to_the_gradient(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    return adam_step(w, grad + lr * weight_decay * w, m, v, t, lr, beta1, beta2, eps)


@adamw_step.mistake(
    "The decay is not scaled by lr: each step takes away `weight_decay * w` in full. In the task's formula both parts "
    "stand in one bracket behind η."
)
def decay_not_scaled_by_lr(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    new, m, v = adam_step(w, grad, m, v, t, lr, beta1, beta2, eps)
    return new - weight_decay * w, m, v


@adamw_step.mistake(
    "The point after the step is shrunk by the whole `weight_decay`. The decay is scaled by lr, and acts on the `w` "
    "from before the step."
)
def shrinks_the_new_point_without_lr(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    new, m, v = adam_step(w, grad, m, v, t, lr, beta1, beta2, eps)
    return new * (1 - weight_decay), m, v


@adamw_step.mistake("This is Adam: `weight_decay` has no effect yet.")
def no_decay(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    return adam_step(w, grad, m, v, t, lr, beta1, beta2, eps)


@adamw_step.mistake("The decay has the wrong sign: the weights grow. Which way is towards 0?")
def weights_grow(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    new, m, v = adam_step(w, grad, m, v, t, lr, beta1, beta2, eps)
    return new + lr * weight_decay * w, m, v


@adamw_step.mistake(
    "The decay acts on the point after the step, so it shrinks the step too. In the task's formula it takes the `w` "
    "from before the step."
)
def decays_the_new_point(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    new, m, v = adam_step(w, grad, m, v, t, lr, beta1, beta2, eps)
    return new - lr * weight_decay * new, m, v


@adamw_step.mistake(
    "The decay is added to m̂ and then divided by √v̂ with it, so large gradients still hide it. It should stay outside "
    "of the fraction."
)
def decay_divided_by_the_root(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    m, v = averaged(grad, m, v, beta1, beta2)
    with_decay = (m / (1 - beta1**t) + weight_decay * w) * (1 - beta1**t)
    return moved(w, with_decay, v, t, lr, beta1, beta2, eps), m, v


@adamw_step.mistake(
    "The decay is the same for every weight here, whatever its size. Which factor makes a large weight shrink by more?"
)
def decay_without_w(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    new, m, v = adam_step(w, grad, m, v, t, lr, beta1, beta2, eps)
    return new - lr * weight_decay, m, v


@adamw_step.mistake("The decay takes the square of the weight, which has no sign. Take the weight itself.")
def decay_of_the_square(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    new, m, v = adam_step(w, grad, m, v, t, lr, beta1, beta2, eps)
    return new - lr * weight_decay * w**2, m, v


@adamw_step.mistake(
    "Only the sign of the weight counts in this decay (that is L1). A decay in proportion to the weight is wanted."
)
def decay_by_sign(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    new, m, v = adam_step(w, grad, m, v, t, lr, beta1, beta2, eps)
    return new - lr * weight_decay * np.sign(w), m, v


@adamw_step.mistake("The learning rate scales the decay twice. One η stands before the bracket, and none inside it.")
def lr_twice(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    new, m, v = adam_step(w, grad, m, v, t, lr, beta1, beta2, eps)
    return new - lr**2 * weight_decay * w, m, v


@adamw_step.mistake("The decay has a factor 2, as the derivative of λ w² would. Here λ w itself is taken away.")
def decay_doubled(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    new, m, v = adam_step(w, grad, m, v, t, lr, beta1, beta2, eps)
    return new - 2 * lr * weight_decay * w, m, v


def with_decay(wrong):
    """Return a mistaken Adam whose decay is right."""

    def step(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
        shrink = lr * weight_decay * w
        new, m, v = wrong(w, grad, m, v, t, lr, beta1, beta2, eps)
        return new - shrink, m, v

    return step


# Whoever mistakes Adam may carry the mistake over.
adamw_step.mistakes.extend(replace(mistake, wrong=with_decay(mistake.wrong)) for mistake in adam_step.mistakes)


# ---------------------------------------------------------------------------------- a stranger's Adam


def data_sets(rng):
    """Yield features, targets, learning rates and numbers of steps; one table has as many rows as columns."""
    X = rng.normal(size=(8, 3))
    yield np.array([[1.0], [1.0]]), np.array([-0.1, -0.1]), 0.1, 1  # a gradient of 0.2, for which g − g² is positive
    yield np.array([[1.0], [2.0], [4.0]]), np.array([2.0, 3.0, 9.0]), 0.1, 2
    yield X, X @ [1.0, -2.0, 0.5], 0.1, 3
    yield rng.normal(size=(3, 3)), rng.normal(size=3), 0.2, 5
    yield np.column_stack([X, np.zeros(8)]), X @ [1.0, -2.0, 0.5], 0.1, 20
    yield 100 * X, rng.normal(size=8), 0.05, 60


def trained(X, y, lr, steps, eps=1e-8, square=np.square, clock=lambda t: t):
    """Return the weights after some steps of Adam on the mean squared error; the keywords leave room for mistakes."""
    theta = m = v = np.zeros(X.shape[1])
    for t in range(1, steps + 1):
        grad = 2 / len(X) * X.T @ (X @ theta - y)
        m, v = 0.9 * m + 0.1 * grad, 0.999 * v + 0.001 * square(grad)
        theta = moved(theta, m, v, clock(t), lr, 0.9, 0.999, eps)
    return theta


@function(
    inputs=data_sets,
    returns="theta",
    praise="Mended. (The missing 2 may stay or go: Adam divides every constant factor of the loss away, so no check "
    "can see it.)",
    rounding=1e-5,
)
def mend_strangers_adam(X, y, lr, steps):
    beta1, beta2, eps = 0.9, 0.999, 1e-8
    theta = np.zeros(X.shape[1])
    m, v = np.zeros_like(theta), np.zeros_like(theta)
    for t in range(1, steps + 1):
        grad = 2 / len(X) * X.T @ (X @ theta - y)
        m = beta1 * m + (1 - beta1) * grad
        v = beta2 * v + (1 - beta2) * grad**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        theta = theta - lr * m_hat / (np.sqrt(v_hat) + eps)
    return theta


@mend_strangers_adam.mistake(
    "This is the stranger's code as it was found. It stops already at the first prediction: compare the length of "
    "`theta` with the columns of X."
)
def as_it_was_found(X, y, lr, steps):
    beta1, beta2, eps = 0.9, 0.999, 1e-8
    m = len(X)
    theta = np.zeros(m)
    v, t = 0, 1
    for _ in range(steps):
        g = X.T @ (X @ theta - y) / m
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * (g - g.dot(g))
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        theta = theta - lr * m_hat / np.sqrt(v_hat) + eps
    return theta


@mend_strangers_adam.mistake(
    "`theta` has one entry per row of X. The model has one weight per feature: which axis of X counts the features?"
)
def theta_with_one_entry_per_row(X, y, lr, steps):
    beta1, beta2, eps = 0.9, 0.999, 1e-8
    theta = np.zeros(len(X))
    m = v = np.zeros_like(theta)
    for t in range(1, steps + 1):
        grad = 2 / len(X) * X.T @ (X @ theta - y)
        m = beta1 * m + (1 - beta1) * grad
        v = beta2 * v + (1 - beta2) * grad**2
        theta = theta - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta


@mend_strangers_adam.mistake(
    "`m` is still two things: the number of rows and the first moment. So the moment starts at the number of rows, and "
    "later gradients are divided by the moment. Give one of them another name."
)
def m_for_rows_and_for_the_moment(X, y, lr, steps):
    m, theta, v = len(X), np.zeros(X.shape[1]), 0
    for t in range(1, steps + 1):
        grad = X.T @ (X @ theta - y) * 2 / m
        m, v = averaged(grad, m, v, 0.9, 0.999)
        theta = moved(theta, m, v, t, lr, 0.9, 0.999, 1e-8)
    return theta


@mend_strangers_adam.mistake(
    "The first moment starts at the number of rows. An average that knows nothing yet starts at 0."
)
def moment_starts_at_the_rows(X, y, lr, steps):
    m, theta, v = len(X), np.zeros(X.shape[1]), 0
    for t in range(1, steps + 1):
        m, v = averaged(2 / len(X) * X.T @ (X @ theta - y), m, v, 0.9, 0.999)
        theta = moved(theta, m, v, t, lr, 0.9, 0.999, 1e-8)
    return theta


@mend_strangers_adam.mistake(
    "`g - g.dot(g)` is still there: a matrix product and a difference where each entry should be squared. The root of "
    "a negative number is NaN."
)
def still_g_minus_g_dot_g(X, y, lr, steps):
    return trained(X, y, lr, steps, square=lambda g: g - g.dot(g))


@mend_strangers_adam.mistake(
    "`g.dot(g)` is one number, so all weights share one rate. Where is the square of each entry?"
)
def still_g_dot_g(X, y, lr, steps):
    return trained(X, y, lr, steps, square=lambda g: g.dot(g))


@mend_strangers_adam.mistake(
    "`eps` still stands outside of the denominator. A feature that is always 0 has no gradient, and 0/0 is NaN: add "
    "`eps` to the root before dividing."
)
def eps_still_added_to_theta(X, y, lr, steps):
    return trained(X, y, lr, steps, eps=0.0)


@mend_strangers_adam.mistake(
    "`t` still stands at 1, so every correction is that of the first step. Who counts the steps?"
)
def t_still_stands(X, y, lr, steps):
    return trained(X, y, lr, steps, clock=lambda t: 1)


@mend_strangers_adam.mistake("The corrections are gone. Both moments start at 0: what makes up for that?")
def corrections_removed(X, y, lr, steps):
    return trained(X, y, lr, steps, clock=lambda t: np.inf)


# ---------------------------------------------------------------------------------- four curves

BROKEN = {
    "A": betas_exchanged,
    "B": corrected_moments_kept_as_state,
    "C": no_bias_correction,
    "D": m_hat_without_v_hat,
}
CHOICES = ("no correction", "betas exchanged", "corrected moments kept", "no division by the root", "uphill")


def four_adams(steps=150):
    """Return the loss curves of the right Adam and of four broken ones on a bowl, by name: "right", "A", … "D"."""
    bowl = Quadratic([1.0, 20.0])
    curves = {}
    for name, step in {"right": adam_step, **BROKEN}.items():
        w, m, v = np.array([30.0, 30.0]), np.zeros(2), np.zeros(2)
        curve = [bowl.value(w)]
        for t in range(1, steps + 1):
            w, m, v = step(w, bowl.grad(w), m, v, t, 0.5, 0.9, 0.999, 1e-8)
            curve.append(bowl.value(w))
        curves[name] = np.array(curve)
    return curves


@value(
    options=CHOICES,
    praise="Each mistake has its signature: a swing that never ends, a standstill, a start that is too quick, a jump "
    "off the chart.",
)
def mend_four_adams():
    """Which mistake made which of the four curves."""
    return {
        "A": "betas exchanged",
        "B": "corrected moments kept",
        "C": "no correction",
        "D": "no division by the root",
    }


def exchanged(one, other):
    """Return the right answer with two curves exchanged."""
    right = mend_four_adams.reference()
    return right | {one: right[other], other: right[one]}


@mend_four_adams.mistake(
    "D comes back in the end, so it is no rule that goes uphill: that loss would rise at every step. What makes a step "
    "grow with the gradient?"
)
def d_goes_uphill():
    return mend_four_adams.reference() | {"D": "uphill"}


@mend_four_adams.mistake(
    "A begins exactly like the right rule and ends in a swing; C begins too quickly and ends well. Which of the two "
    "has its corrections?"
)
def a_and_c_exchanged():
    return exchanged("A", "C")


@mend_four_adams.mistake(
    "A comes close to the minimum and swings out again; B stands still, as if it divided by ever more. Which of the "
    "two has a wrong memory, and which a state that grows?"
)
def a_and_b_exchanged():
    return exchanged("A", "B")


@mend_four_adams.mistake(
    "B stands still: its steps become shorter and shorter. A rule that does not divide takes steps as large as the "
    "gradient. Which curve jumps?"
)
def b_and_d_exchanged():
    return exchanged("B", "D")


@mend_four_adams.mistake(
    "Without correction the steps are at most a few times too long. C is quick, and D jumps far above its start: which "
    "of them has no bound?"
)
def c_and_d_exchanged():
    return exchanged("C", "D")


@mend_four_adams.mistake(
    "C is quicker than the right rule at first, and B stands still. A state that is corrected again and again grows: "
    "what does a large v̂ do to the steps?"
)
def b_and_c_exchanged():
    return exchanged("B", "C")


@mend_four_adams.mistake(
    "D jumps above its start in the first steps, A only swings around the minimum later. Which of them has no bound on "
    "its steps?"
)
def a_and_d_exchanged():
    return exchanged("A", "D")


# ---------------------------------------------------------------------------------- the first step


@value(
    tolerance=0.005,
    praise="The first step is lr · sign(g), against the gradient: 0.01 in both coordinates, though one gradient is "
    "more than sixty thousand times the other.",
)
def predict_first_step():
    """The change of w in Adam's first step, for the gradient (250, −0.004), lr = 0.01 and the usual other settings."""
    return -0.01, 0.01


@predict_first_step.mistake("{answer} has the right lengths, but it goes uphill: against the gradient, please.")
def along_the_gradient():
    return 0.01, -0.01


@predict_first_step.mistake(
    "{answer} is gradient descent: lr times the gradient. Adam divides by the size of the gradient. What is left of it?"
)
def gradient_descent_step():
    return -2.5, 0.00004


@predict_first_step.mistake(
    "{answer} is the step without bias correction, (1 − β₁)/√(1 − β₂) times lr. What do the corrections do at t = 1?"
)
def without_correction():
    return -0.01 * 0.1 / np.sqrt(0.001), 0.01 * 0.1 / np.sqrt(0.001)


@predict_first_step.mistake("{answer} takes m = (1 − β₁) g without its correction. What is m̂ at t = 1?")
def m_without_correction():
    return -0.001, 0.001


@predict_first_step.mistake("{answer} forgets that the second gradient is negative: each coordinate has its own sign.")
def same_sign_twice():
    return -0.01, -0.01


@predict_first_step.mistake("{answer} is the sign alone. How long is a step?")
def sign_without_lr():
    return -1.0, 1.0
