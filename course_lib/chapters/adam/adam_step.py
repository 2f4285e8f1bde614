"""Adam."""

import numpy as np

from course_lib.chapters.adam.shared import averaged, inputs, moved
from course_lib.checks.exercises import function


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
    "The correction of `v` stands outside the root: `√v / (1 − β₂ᵗ)`. What is too small by 1 − β₂ᵗ, `v` or its root?"
)
def correction_outside_the_root(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    return w - lr * (m / (1 - beta1**t)) / (np.sqrt(v) / (1 - beta2**t) + eps), m, v


@adam_step.mistake(
    "`eps` has no effect: a fixed 1e-8 stands in its place. It is the usual value, but here the caller chooses."
)
def eps_hard_coded(w, grad, m, v, t, lr, beta1, beta2, eps):
    return adam_step(w, grad, m, v, t, lr, beta1, beta2, 1e-8)


@adam_step.mistake(
    "`eps` is a floor here: the larger of √v̂ and ε divides. That avoids 0/0 as well, but the task adds ε to the root."
)
def eps_as_a_floor(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    return w - lr * (m / (1 - beta1**t)) / np.maximum(np.sqrt(v / (1 - beta2**t)), eps), m, v


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


@adam_step.mistake(
    "1 − β₂ is squared together with the gradient: `((1 - beta2) * grad)**2`. What should be squared alone?"
)
def one_minus_beta_inside_the_square(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + ((1 - beta2) * grad) ** 2
    return moved(w, m, v, t, lr, beta1, beta2, eps), m, v


adam_step.common("uphill", "no lr")


@adam_step.mistake(
    "β₁ and β₂ are exchanged: here `m` has the long memory and `v` the short one. Which β belongs to which?"
)
def betas_exchanged(w, grad, m, v, t, lr, beta1, beta2, eps):
    return adam_step(w, grad, m, v, t, lr, beta2, beta1, eps)


@adam_step.mistake(
    "The corrections have the right β, but in the averages β₁ and β₂ are exchanged: `m` has the long memory here."
)
def betas_exchanged_in_the_averages(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta2, beta1)
    return w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


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


@adam_step.mistake("Both averages are right, but both corrections take β₁. With which β was `v` averaged?")
def beta1_in_both_corrections(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    return w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta1**t)) + eps), m, v


@adam_step.mistake("Both averages are right, but both corrections take β₂. With which β was `m` averaged?")
def beta2_in_both_corrections(w, grad, m, v, t, lr, beta1, beta2, eps):
    m, v = averaged(grad, m, v, beta1, beta2)
    return w - lr * (m / (1 - beta2**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


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


adam_step.common("returns the step", "returns the step to subtract")
adam_step.common("returns the old m", "returns the old v", "changes m and v in place", "changes w in place")


@adam_step.right
def adam_in_place_on_copies(w, grad, m, v, t, lr, beta1, beta2, eps):
    w, m, v = w.copy(), m.copy(), v.copy()
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * np.square(grad)
    w -= lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w, m, v


@adam_step.right
def adam_of_singles(w, grad, m, v, t, lr, beta1, beta2, eps):
    w, grad, m, v = (a.astype(np.float32) for a in (w, grad, m, v))
    m = np.float32(beta1) * m + np.float32(1 - beta1) * grad
    v = np.float32(beta2) * v + np.float32(1 - beta2) * grad * grad
    m_hat, v_hat = m / np.float32(1 - beta1**t), v / np.float32(1 - beta2**t)
    return w - np.float32(lr) * m_hat / (np.sqrt(v_hat) + np.float32(eps)), m, v


@adam_step.right
def adam_as_lists(*, w, grad, m, v, t, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (grad - m)
    v = v + (1 - beta2) * (grad**2 - v)
    rate = lr / (1 - np.power(beta1, t))
    return [(w - rate * m / (eps + (v / (1 - beta2**t)) ** 0.5)).tolist(), m.tolist(), v.tolist()]


@adam_step.right
def adam_entry_by_entry(w, grad, m, v, t, lr, beta1, beta2, eps):
    new, first, second = np.empty_like(w), np.empty_like(m), np.empty_like(v)
    for place, g in np.ndenumerate(grad):
        first[place] = beta1 * m[place] + (1 - beta1) * g
        second[place] = beta2 * v[place] + (1 - beta2) * g * g
        root = (second[place] / (1 - beta2**t)) ** 0.5
        new[place] = w[place] - lr * first[place] / (1 - beta1**t) / (root + eps)
    return new, first, second


@adam_step.right
def adam_with_the_scaled_eps(point, slope, mean, square, step, eta, keep1, keep2, epsilon):
    """The paper's rearranged form, with ε̂ = ε √(1 − β₂ᵗ): the same rule."""
    mean, square = keep1 * mean + (1 - keep1) * slope, keep2 * square + (1 - keep2) * slope**2
    root = np.sqrt(1 - keep2**step)
    return point - eta * root / (1 - keep1**step) * mean / (np.sqrt(square) + epsilon * root), mean, square
