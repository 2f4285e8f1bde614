"""Adam's steps in closed form: without bias correction, the longest one, and the drift where it walks the wrong way."""

import numpy as np

from course_lib.optimizers import Adam


class Uncorrected(Adam):
    """Adam without bias correction: told that it is at step infinity, where both corrections are 1.

    Examples
    --------
    >>> w, _ = Uncorrected(1.0).step(np.zeros(1), np.ones(1), Uncorrected(1.0).init(np.zeros(1)), t=1)
    >>> print(w.round(4))
    [-3.1623]
    """

    def direction(self, grad, state, t):
        return super().direction(grad, state, np.inf)


def uncorrected_step(t, beta1=0.9, beta2=0.999):
    """Return the length of step t without bias correction, in learning rates: (1 − β₁ᵗ) / √(1 − β₂ᵗ).

    Conditions: a constant gradient, large against ε. With the correction the length is 1.

    Examples
    --------
    >>> print(np.round(uncorrected_step(np.array([1, 12, 5000])), 4))
    [3.1623 6.5685 1.0034]
    """
    t = np.asarray(t)
    return (1 - beta1**t) / np.sqrt(1 - beta2**t)


def longest_step(t, beta1=0.9, beta2=0.999):
    """Return the bound on step t in learning rates, which growing gradients (β₁/β₂)ᵏ, k steps ago, reach.

    By Cauchy and Schwarz, for ε = 0 and β₁² < β₂:
    (1 − β₁)/(1 − β₁ᵗ) · √((1 − β₂ᵗ)/(1 − β₂) · Σ_{k<t} (β₁²/β₂)ᵏ). For t → ∞ (`np.inf`) it is
    (1 − β₁) / √((1 − β₂)(1 − β₁²/β₂)). Kingma and Ba (2015) state
    (1 − β₁) / √(1 − β₂), 3.16 for the usual settings, for every step: it is exceeded.

    Examples
    --------
    >>> print(np.round(longest_step(np.array([1.0, 10.0, np.inf])), 3))
    [1.    1.043 7.27 ]
    """
    t, ratio = np.asarray(t), beta1**2 / beta2
    weights = (1 - ratio**t) / (1 - ratio)
    return (1 - beta1) / (1 - beta1**t) * np.sqrt((1 - beta2**t) / (1 - beta2) * weights)


def cycle_averages(C, beta2, gap=3):
    """Return v in the long run after each gradient of the cycle C, −1, −1, …, which has `gap` members.

    The ones pull v towards 1: after C it is 1 + A, and k gradients later 1 + A β₂ᵏ. After a whole cycle it must be
    1 + A again: A = (1 − β₂)(C² − 1) / (1 − β₂^gap). The shape is (gap, …).

    Examples
    --------
    >>> print(cycle_averages(4.0, 0.5).round(3))
    [9.571 5.286 3.143]
    """
    C, beta2 = np.asarray(C, dtype=float), np.asarray(beta2, dtype=float)
    excess = (1 - beta2) * (C**2 - 1) / (1 - beta2**gap)
    return np.array([1 + excess * beta2**k for k in range(gap)])


def drift(C, beta2, gap=3):
    """Return how far Adam with β₁ = 0 moves in a cycle of the gradients C, −1, −1, …, in learning rates.

    −C/√v₁ + 1/√v₂ + … + 1/√v_gap, with `cycle_averages`. The sum of the gradients is C − gap + 1: where it is
    positive, downhill is negative, so a positive drift leads the wrong way (Reddi, Kale, Kumar 2018).

    Examples
    --------
    >>> print(np.round(drift(4.0, [1 / 17, 0.999]), 3))
    [ 0.687 -0.816]
    """
    v = cycle_averages(C, beta2, gap)
    return -C / np.sqrt(v[0]) + (1 / np.sqrt(v[1:])).sum(axis=0)


def amsgrad_drift(C, beta2, gap=3):
    """Return the same for AMSGrad, that divides by the largest v: (gap − 1 − C) / √v₁, for C ≥ 1.

    Examples
    --------
    >>> print(np.round(amsgrad_drift(4.0, [1 / 17, 0.999]), 3))
    [-0.514 -0.816]
    """
    return (gap - 1 - C) / np.sqrt(cycle_averages(C, beta2, gap)[0])


def turning_beta2(C, gap=3):
    """Return the β₂ at which the drift turns: with less memory Adam (β₁ = 0) walks away from the minimum.

    By halving, for gap ≥ 3 and C > gap − 1. A cycle of two turns at 0: there no memory is too short.

    Examples
    --------
    >>> print(round(float(turning_beta2(4.0)), 4), round(float(turning_beta2(2.0005)), 5))
    0.317 0.99933
    """
    low, high = np.zeros(np.shape(C)), np.ones(np.shape(C))
    for _ in range(50):
        middle = (low + high) / 2
        wrong = drift(C, middle, gap) > 0
        low, high = np.where(wrong, middle, low), np.where(wrong, high, middle)
    return high


def memory_needed(C, gap=3):
    """Return about how many steps v must remember, 1 / (1 − β₂), for the drift to be right, where C is near gap − 1.

    To first order in 1 − β₂: (C² − 1)(gap − 1)(C + 1) / (4 (C − gap + 1)(C² + gap − 1)). It has no bound.

    Examples
    --------
    >>> print(round(float(memory_needed(2.0005))), round(float(1 / (1 - turning_beta2(2.0005)))))
    1501 1501
    """
    return (C**2 - 1) * (gap - 1) * (C + 1) / (4 * (C - gap + 1) * (C**2 + gap - 1))
