"""AdaGrad, RMSProp, AdaDelta: a learning rate for every coordinate."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from course_lib.optimizers.arrays import sqrt, zeros_like
from course_lib.optimizers.base import Optimizer, hyperparameter


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class AdaGrad(Optimizer):
    """AdaGrad: divide each coordinate by the root of the sum of its squared gradients.

    ::

        G ← G + g²
        w ← w − η g / (√G + ε)

    Parameters
    ----------
    lr : number, array, or schedule
        η ≥ 0, the learning rate; the first step moves every coordinate by η.
    eps : number or array, default 1e-10
        ε ≥ 0, in the unit of the gradient; keeps a coordinate without gradient at rest.
    weight_decay : number or array, default 0
        γ ≥ 0, decoupled weight decay (see `Optimizer`).

    Raises
    ------
    TypeError, ValueError
        If a hyper-parameter is not a number or lies outside its range.

    Examples
    --------
    >>> rule = AdaGrad(lr=0.5)
    >>> w = np.array([1.0, 1.0])
    >>> w, state = rule.step(w, np.array([100.0, -0.01]), rule.init(w), t=1)
    >>> print(w)
    [0.5 1.5]

    Reference: Duchi, Hazan, Singer (2011), Adaptive subgradient methods for online learning
    and stochastic optimization.

    Frameworks: PyTorch starts the sum at 0 with ε = 1e-10 outside the root, as here. Keras and
    Optax start it at 0.1, with ε = 1e-7 inside the root.
    """

    eps: object = hyperparameter(1e-10, at_least=0)

    def init(self, w):
        return zeros_like(w)

    def direction(self, grad, state, t):
        total = state + grad**2
        return grad / (sqrt(total) + self.eps), total


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class RMSProp(Optimizer):
    """RMSProp: AdaGrad that forgets; an average of squared gradients in place of their sum.

    ::

        v ← β₂ v + (1 − β₂) g²
        w ← w − η g / (√v + ε)

    Parameters
    ----------
    lr : number, array, or schedule
        η ≥ 0, the learning rate.
    beta2 : number or array, default 0.99
        β₂ in [0, 1): the average reaches back about 1 / (1 − β₂) steps. PyTorch calls it `alpha`.
    eps : number or array, default 1e-8
        ε ≥ 0, in the unit of the gradient, outside the root.
    weight_decay : number or array, default 0
        γ ≥ 0, decoupled weight decay (see `Optimizer`).

    Raises
    ------
    TypeError, ValueError
        If a hyper-parameter is not a number or lies outside its range.

    Examples
    --------
    >>> rule = RMSProp(lr=0.1, beta2=0.99)
    >>> w = np.array([1.0])
    >>> w, state = rule.step(w, np.array([5.0]), rule.init(w), t=1)
    >>> print(w.round(4), state)
    [0.] [0.25]

    The average starts at 0, so the first step is 1 / √(1 − β₂) = 10 times the learning rate.

    Reference: Tieleman, Hinton (2012), Lecture 6.5, Neural networks for machine learning.

    Frameworks: PyTorch as here. Keras has β₂ = 0.9 and ε = 1e-7 inside the root; Optax has
    β₂ = 0.9 and lets you choose.
    """

    beta2: object = hyperparameter(0.99, at_least=0, below=1)
    eps: object = hyperparameter(1e-8, at_least=0)

    def init(self, w):
        return zeros_like(w)

    def direction(self, grad, state, t):
        average = self.beta2 * state + (1 - self.beta2) * grad**2
        return grad / (sqrt(average) + self.eps), average


class AdaDeltaState(NamedTuple):
    """Averages of squared gradients `v` and of squared steps `S`."""

    v: np.ndarray
    S: np.ndarray


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class AdaDelta(Optimizer):
    """AdaDelta: RMSProp whose steps carry the unit of the parameter.

    ::

        v ← ρ v + (1 − ρ) g²
        Δ = g √(S + ε) / √(v + ε)
        S ← ρ S + (1 − ρ) Δ²
        w ← w − η Δ

    Parameters
    ----------
    lr : number, array, or schedule, default 1
        η ≥ 0. The original rule has none: η = 1.
    rho : number or array, default 0.9
        ρ in [0, 1): both averages reach back about 1 / (1 − ρ) steps.
    eps : number or array, default 1e-6
        ε ≥ 0, inside both roots; it sets the size of the first step, √(ε / (1 − ρ)).
    weight_decay : number or array, default 0
        γ ≥ 0, decoupled weight decay (see `Optimizer`).

    Raises
    ------
    TypeError, ValueError
        If a hyper-parameter is not a number or lies outside its range.

    Examples
    --------
    >>> rule = AdaDelta()
    >>> w = np.array([1.0])
    >>> w, state = rule.step(w, np.array([1000.0]), rule.init(w), t=1)
    >>> print(f"{1 - w[0]:.6f}")
    0.003162

    Reference: Zeiler (2012), ADADELTA: an adaptive learning rate method.

    Frameworks: PyTorch as here. Keras has ρ = 0.95, ε = 1e-7 and a default learning rate of 0.001,
    with which the rule hardly moves.
    """

    lr: object = hyperparameter(1.0, at_least=0, kw_only=False)
    rho: object = hyperparameter(0.9, at_least=0, below=1)
    eps: object = hyperparameter(1e-6, at_least=0)

    def init(self, w):
        return AdaDeltaState(v=zeros_like(w), S=zeros_like(w))

    def direction(self, grad, state, t):
        v = self.rho * state.v + (1 - self.rho) * grad**2
        delta = grad * sqrt(state.S + self.eps) / sqrt(v + self.eps)
        steps = self.rho * state.S + (1 - self.rho) * delta**2
        return delta, AdaDeltaState(v, steps)
