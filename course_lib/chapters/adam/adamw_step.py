"""AdamW."""

from dataclasses import replace

import numpy as np

from course_lib.chapters.adam.adam_step import (
    adam_as_lists,
    adam_entry_by_entry,
    adam_in_place_on_copies,
    adam_of_singles,
    adam_step,
)
from course_lib.chapters.adam.shared import averaged, inputs, moved
from course_lib.checks.exercises import function


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
    new, m, v = adam_step(w, grad, m, v, t, lr, beta1, beta2, eps)
    return new - lr * weight_decay * w, m, v


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
    "The decay is not scaled by lr: each step takes away `weight_decay * w` in full. What else in a step is scaled?"
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


@adamw_step.mistake(
    "The new point is right, but the decay has gone into `m` as well: the next step meets it again. May the averages "
    "know of it?"
)
def decay_kept_in_m(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    new, m, v = adam_step(w, grad, m, v, t, lr, beta1, beta2, eps)
    return new - lr * weight_decay * w, m + weight_decay * w, v


@adamw_step.mistake("This is Adam: `weight_decay` has no effect yet.")
def no_decay(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    return adam_step(w, grad, m, v, t, lr, beta1, beta2, eps)


@adamw_step.mistake(
    "Parentheses are missing: the learning rate and the minus reach Adam's part alone, and the whole decay is added to "
    "`w`. What should they stand before?"
)
def decay_outside_the_parentheses(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    new, m, v = adam_step(w, grad, m, v, t, lr, beta1, beta2, eps)
    return new + weight_decay * w, m, v


@adamw_step.mistake("The decay has the wrong sign: the weights grow. Which way is towards 0?")
def weights_grow(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    new, m, v = adam_step(w, grad, m, v, t, lr, beta1, beta2, eps)
    return new + lr * weight_decay * w, m, v


@adamw_step.mistake(
    "The decay acts on the point after the step, so it shrinks the step too. Which `w` does the task name?"
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


@adamw_step.mistake("The learning rate scales the decay twice. How often does it scale the rest of the step?")
def lr_twice(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    new, m, v = adam_step(w, grad, m, v, t, lr, beta1, beta2, eps)
    return new - lr**2 * weight_decay * w, m, v


@adamw_step.mistake("The decay has a factor 2, as the derivative of γ w² would. Which penalty has the derivative γ w?")
def decay_doubled(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    new, m, v = adam_step(w, grad, m, v, t, lr, beta1, beta2, eps)
    return new - 2 * lr * weight_decay * w, m, v


@adamw_step.mistake("Only the decay is left of the step: the averages are renewed, and nothing is done with them.")
def decay_without_adam(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    m, v = averaged(grad, m, v, beta1, beta2)
    return w - lr * weight_decay * w, m, v


@adamw_step.mistake(
    "The decay acts twice: once added to the gradient, where the averages see it, and once beside the step. Which of "
    "the two is AdamW?"
)
def both_kinds_of_decay(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    return adamw_step(w, grad + weight_decay * w, m, v, t, lr, beta1, beta2, eps, weight_decay)


@adamw_step.mistake(
    "The decay is added to the gradient in `m`, and so passes through the root. Where does AdamW put it?"
)
def decay_in_m_alone(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    m, _ = averaged(grad + weight_decay * w, m, v, beta1, beta2)
    _, v = averaged(grad, m, v, beta1, beta2)
    return w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def with_decay(wrong):
    """Return a mistaken Adam whose decay is right."""

    def step(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
        shrink = lr * weight_decay * w
        new, m, v = wrong(w, grad, m, v, t, lr, beta1, beta2, eps)
        return new - shrink, m, v

    return step


# Whoever mistakes Adam may carry the mistake over.
adamw_step.mistakes.extend(replace(mistake, wrong=with_decay(mistake.wrong)) for mistake in adam_step.mistakes)


@adamw_step.right
def adamw_shrinks_first(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    w, m, v = (1 - lr * weight_decay) * w, beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad**2
    return w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@adamw_step.right
def adamw_in_place_on_copies(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    new, m, v = adam_in_place_on_copies(w, grad, m, v, t, lr, beta1, beta2, eps)
    new -= lr * weight_decay * w
    return new, m, v


@adamw_step.right
def adamw_of_singles(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    new, m, v = adam_of_singles(w, grad, m, v, t, lr, beta1, beta2, eps)
    return new - np.float32(lr * weight_decay) * w.astype(np.float32), m, v


@adamw_step.right
def adamw_as_lists(*, w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    new, m, v = adam_as_lists(w=w, grad=grad, m=m, v=v, t=t, lr=lr, beta1=beta1, beta2=beta2, eps=eps)
    return [(np.array(new) - lr * weight_decay * w).tolist(), m, v]


@adamw_step.right
def adamw_entry_by_entry(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    new, first, second = adam_entry_by_entry(w, grad, m, v, t, lr, beta1, beta2, eps)
    for place, value in np.ndenumerate(w):
        new[place] -= lr * weight_decay * value
    return new, first, second
