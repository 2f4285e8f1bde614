"""Adam's steps in closed form: uncorrected, under noise, for a small gradient, the longest, and where they drift."""

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


def agreement(noise):
    """Return the mean step in learning rates, for gradients whose standard deviation is `noise` times their mean.

    1 / √(1 + noise²). Conditions: independent gradients of a constant mean, averages that are full and so long that v
    is almost a constant, no ε.

    Examples
    --------
    >>> print(agreement(np.array([0.0, 1.0, 10.0])).round(3))
    [1.    0.707 0.1  ]
    """
    return 1 / np.sqrt(1 + np.square(noise))


def wandering(beta1=0.9):
    """Return the root mean square of the steps on gradients that are pure noise: √((1 − β₁) / (1 + β₁)).

    Conditions: as for `agreement`.

    Examples
    --------
    >>> print(round(wandering(), 3))
    0.229
    """
    return np.sqrt((1 - beta1) / (1 + beta1))


def half_step_gradients(eps, beta2=0.999):
    """Return the gradients whose first step is half a learning rate, by where ε stands.

    Outside the root, √v̂ + ε: at ε. Before the correction, √v + ε̂ (Keras): at ε / √(1 − β₂). Inside the root,
    √(v̂ + ε): at √(ε / 3).

    Examples
    --------
    >>> print({place: f"{grad:.2e}" for place, grad in half_step_gradients(1e-8).items()})
    {'outside the root': '1.00e-08', 'before the correction': '3.16e-07', 'inside the root': '5.77e-05'}
    """
    return {
        "outside the root": eps,
        "before the correction": eps / np.sqrt(1 - beta2),
        "inside the root": np.sqrt(eps / 3),
    }


def paper_bound(beta1=0.9, beta2=0.999):
    """Return the bound on a step, in learning rates, that Kingma and Ba (2015) state. `longest_step` exceeds it.

    (1 − β₁) / √(1 − β₂) where that is above 1, else 1.

    Examples
    --------
    >>> print(np.round([paper_bound(), paper_bound(beta2=0.99)], 3))
    [3.162 1.   ]
    """
    return np.maximum((1 - np.asarray(beta1)) / np.sqrt(1 - np.asarray(beta2)), 1.0)


def longest_step(t, beta1=0.9, beta2=0.999):
    """Return the bound on step t in learning rates, which gradients of the sizes (β₁/β₂)ᵏ, k steps ago, reach.

    They grow from step to step where β₁ < β₂, and shrink where β₁ > β₂: there growing ones never exceed one η.
    By Cauchy and Schwarz, for ε = 0 and β₁² < β₂:
    (1 − β₁)/(1 − β₁ᵗ) · √((1 − β₂ᵗ)/(1 − β₂) · Σ_{k<t} (β₁²/β₂)ᵏ). For t → ∞ (`np.inf`) it is
    (1 − β₁) / √((1 − β₂)(1 − β₁²/β₂)). For β₁² ≥ β₂ it grows with t without bound.
    `paper_bound` is smaller, and is exceeded.

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


def drift(C, beta2, gap=3, beta1=0.0):
    """Return how far Adam moves in a cycle of the gradients C, −1, −1, …, in the long run, in learning rates.

    −m₁/√v₁ − … − m_gap/√v_gap, with `cycle_averages` and m = −1 + (1 − β₁)(C + 1) β₁ᵏ / (1 − β₁^gap), k gradients
    after C. With β₁ = 0 that is −C/√v₁ + 1/√v₂ + … + 1/√v_gap. The sum of the gradients is C − gap + 1: where it is
    positive, downhill is negative, so a positive drift leads the wrong way (Reddi, Kale, Kumar 2018).

    Examples
    --------
    >>> print(np.round(drift(4.0, [1 / 17, 0.999]), 3), np.round(drift(4.0, 1 / 17, beta1=0.9), 2))
    [ 0.687 -0.816] -1.19
    """
    v = cycle_averages(C, beta2, gap)
    above = (1 - beta1) * (np.asarray(C, dtype=float) + 1) / (1 - beta1**gap)  # how far m is above −1 after C
    return -sum((above * beta1**k - 1) / np.sqrt(v[k]) for k in range(gap))


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
