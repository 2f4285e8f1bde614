"""AdaGrad, RMSProp and AdaDelta in closed form, and two relatives of AdaGrad that do not depend on the axes."""

import numpy as np

from course_lib.optimizers import AdaGrad


class AdaGradNorm(AdaGrad):
    """AdaGrad with one sum for all coordinates, of the squared lengths of the gradients: G ← G + g·g.

    Reference: Ward, Wu, Bottou (2020), AdaGrad stepsizes.

    Examples
    --------
    >>> rule = AdaGradNorm(lr=1.0)
    >>> w, _ = rule.step(np.zeros(2), np.array([3.0, 4.0]), rule.init(np.zeros(2)), t=1)
    >>> print(w.round(3))
    [-0.6 -0.8]
    """

    elementwise = False

    def direction(self, grad, state, t):
        total = state + np.sum(grad**2, axis=-1, keepdims=True)
        return grad / (total**0.5 + self.eps), total


class FullAdaGrad(AdaGrad):
    """AdaGrad with the whole matrix of products: G ← G + g gᵀ, and w ← w − η G^(−½) g.

    The root is taken along the eigenvectors of G; ε is added to it there. The state has d² numbers,
    and a step costs about d³ operations.

    Reference: Duchi, Hazan, Singer (2011), Adaptive subgradient methods for online learning.

    Examples
    --------
    >>> rule = FullAdaGrad(lr=1.0)
    >>> w, _ = rule.step(np.zeros(2), np.array([3.0, 4.0]), rule.init(np.zeros(2)), t=1)
    >>> print(w.round(3))
    [-0.6 -0.8]
    """

    elementwise = False

    def init(self, w):
        return np.zeros((*w.shape, w.shape[-1]))

    def direction(self, grad, state, t):
        total = state + grad[..., :, np.newaxis] * grad[..., np.newaxis, :]
        squares, axes = np.linalg.eigh(np.nan_to_num(total))
        along = np.einsum("...ij,...i->...j", axes, grad) / (np.sqrt(np.maximum(squares, 0)) + self.eps)
        return np.einsum("...ij,...j->...i", axes, along), total


def adagrad_step_length(t, every=1):
    """Return the length of AdaGrad's step t, in learning rates, when equal gradients come in every so many-th step.

    1/√n with n = t/every gradients so far; t is a step with a gradient. ε is left out.

    Examples
    --------
    >>> print(adagrad_step_length(100), adagrad_step_length(100, every=4))
    0.1 0.2
    """
    return 1 / np.sqrt(np.asarray(t) / every)


def adagrad_way(steps):
    """Return about how far AdaGrad gets under a constant gradient, in learning rates: Σ 1/√t ≈ 2√T.

    The sum lies below it by at most 2.

    Examples
    --------
    >>> print(adagrad_way(10_000), round(float((1 / np.sqrt(np.arange(1, 10_001))).sum()), 1))
    200.0 198.5
    """
    return 2 * np.sqrt(steps)


def rate_in_noise(t, mean_square):
    """Return a coordinate's effective rate after t steps, in learning rates: 1/√(t E[g²]).

    For gradients whose mean square does not change, as those of minibatches near a minimum.

    Examples
    --------
    >>> print(rate_in_noise(100, [1.0, 0.01]))
    [0.1 1. ]
    """
    return 1 / np.sqrt(t * np.asarray(mean_square))


def hindsight_bound(farthest, squares):
    """Return the least bound on the regret that fixed rates have, one for each coordinate: Σⱼ Dⱼ √(Σₜ gₜⱼ²).

    `farthest` holds the distances Dⱼ at the start, `squares` the sums of squared gradients.
    """
    return np.sum(np.asarray(farthest) * np.sqrt(squares), axis=-1)


def adagrad_bound(farthest, squares, lr):
    """Return the bound on AdaGrad's regret: Σⱼ (D²/(2η) + η) √(Σₜ gₜⱼ²), D the farthest any weight ever was.

    For convex losses and ε = 0. At η = D/√2 it is √2 D Σⱼ √(Σₜ gₜⱼ²).

    Reference: Duchi, Hazan, Singer (2011), theorem 5.
    """
    return (farthest**2 / (2 * lr) + lr) * np.sum(np.sqrt(squares), axis=-1)


def rmsprop_first_step(beta2):
    """Return RMSProp's first step in learning rates: 1/√(1 − β₂), since the average starts at 0.

    Examples
    --------
    >>> round(float(rmsprop_first_step(0.99)), 6)
    10.0
    """
    return 1 / np.sqrt(1 - np.asarray(beta2))


def recovery(before, share, beta2):
    """Return how many steps after its gradients became 1 RMSProp's step is this share of η again.

    The average v was `before` at that time, and its excess over 1 loses the share 1 − β₂ in each step:
    1 + (before − 1) β₂ⁿ = 1/share². A number of steps that is not whole.

    Examples
    --------
    >>> round(float(recovery(3950.0, 0.5, 0.99)), 1)
    714.7
    """
    return np.log((1 / share**2 - 1) / (before - 1)) / np.log(beta2)


def swing(lr):
    """Return how far each coordinate is from its goal when RMSProp swings from side to side: η/2, whatever λ and β₂.

    There √v is the size of the gradient in every coordinate, so each moves by η and to its mirror point. Where k
    coordinates swing, as in a turned valley, the distance from the minimum is √k η/2.

    Examples
    --------
    >>> swing(0.1)
    0.05
    """
    return lr / 2


def swing_factor(beta2):
    """Return by what a small distance from the swing shrinks in each step in the long run: √β₂ for β₂ ≥ 1/9.

    Put w = ±(η/2)(1 + a), v = (λη/2)²(1 + b) with small a and b, and signs that change. One step is
    b ← β₂ b + 2 (1 − β₂) a, then a ← a − b: a matrix with determinant β₂ and trace 3β₂ − 1. Its eigenvalues lie
    inside the circle of radius 1 for every 0 < β₂ < 1, and are complex for β₂ above 1/9.

    Examples
    --------
    >>> round(float(swing_factor(0.81)), 6)
    0.9
    """
    trace = 3 * np.asarray(beta2, dtype=float) - 1
    apart = np.sqrt(trace**2 / 4 - beta2 + 0j)
    return np.maximum(np.abs(trace / 2 + apart), np.abs(trace / 2 - apart))


def adadelta_first_step(rho, eps):
    """Return the length of AdaDelta's first step: √(ε/(1 − ρ)), for a gradient large against √ε.

    Examples
    --------
    >>> round(float(adadelta_first_step(0.9, 1e-6)), 6)
    0.003162
    """
    return np.sqrt(eps / (1 - rho))
