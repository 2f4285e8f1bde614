"""Adam and its family: momentum and a learning rate for every coordinate at once."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from course_lib.optimizers.arrays import maximum, ones, power, sqrt, zeros_like
from course_lib.optimizers.base import Optimizer, hyperparameter


class Moments(NamedTuple):
    """Averages of the gradient `m` and of its square `v`, both shaped like the parameters."""

    m: np.ndarray
    v: np.ndarray


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Adam(Optimizer):
    """Adam: an average of gradients over the root of an average of squared gradients.

    ::

        m ← β₁ m + (1 − β₁) g          m̂ = m / (1 − β₁ᵗ)
        v ← β₂ v + (1 − β₂) g²         v̂ = v / (1 − β₂ᵗ)
        w ← w − η m̂ / (√v̂ + ε)

    m and v are averages of the gradient and of its square. Neither is a derivative of
    anything; Adam computes no second derivative.

    Parameters
    ----------
    lr : number, array, or schedule
        η ≥ 0, the learning rate, in the unit of the parameter; the first step is η · sign(g).
    beta1 : number or array, default 0.9
        β₁ in [0, 1): m reaches back about 1 / (1 − β₁) steps.
    beta2 : number or array, default 0.999
        β₂ in [0, 1): v reaches back about 1 / (1 − β₂) steps.
    eps : number or array, default 1e-8
        ε ≥ 0, in the unit of the gradient, outside the root.
    weight_decay : number or array, default 0
        γ ≥ 0, decoupled weight decay (see `AdamW`).

    Raises
    ------
    TypeError, ValueError
        If a hyper-parameter is not a number or lies outside its range.

    Examples
    --------
    >>> rule = Adam(lr=0.1)
    >>> w = np.array([1.0, 1.0])
    >>> w, state = rule.step(w, np.array([1000.0, -0.001]), rule.init(w), t=1)
    >>> print(w.round(4))
    [0.9 1.1]

    Reference: Kingma, Ba (2015), Adam: a method for stochastic optimization, Algorithm 1.

    Frameworks: PyTorch and Optax as here. Keras has ε = 1e-7 and adds it to √v, before the
    correction (the paper's "ε hat"). PyTorch's `weight_decay` for Adam is an L2 penalty on the
    gradient; here, as in AdamW, it is decoupled.
    """

    beta1: object = hyperparameter(0.9, at_least=0, below=1)
    beta2: object = hyperparameter(0.999, at_least=0, below=1)
    eps: object = hyperparameter(1e-8, at_least=0)

    def init(self, w):
        return Moments(m=zeros_like(w), v=zeros_like(w))

    def direction(self, grad, state, t):
        m = self.beta1 * state.m + (1 - self.beta1) * grad
        v = self.beta2 * state.v + (1 - self.beta2) * grad**2
        m_hat = m / (1 - self.beta1**t)
        v_hat = v / (1 - self.beta2**t)
        return m_hat / (sqrt(v_hat) + self.eps), Moments(m, v)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class AdamW(Adam):
    """AdamW: Adam with decoupled weight decay.

    ::

        w ← w − η (m̂ / (√v̂ + ε) + γ w)

    The decay acts on the parameter and not through the gradient, so it is not divided by √v̂.

    Parameters
    ----------
    lr, beta1, beta2, eps
        As in `Adam`.
    weight_decay : number or array, default 0.01
        γ ≥ 0; each step shrinks `w` by the factor 1 − ηγ.

    Raises
    ------
    TypeError, ValueError
        If a hyper-parameter is not a number or lies outside its range.

    Examples
    --------
    >>> rule = AdamW(lr=0.1, weight_decay=0.5)
    >>> w = np.array([2.0])
    >>> w, state = rule.step(w, np.array([0.0]), rule.init(w), t=1)
    >>> print(w)
    [1.9]

    Reference: Loshchilov, Hutter (2019), Decoupled weight decay regularization.

    Frameworks: PyTorch as here (default 0.01); Optax's `adamw` has 0.0001, Keras' `AdamW` 0.004.
    The paper multiplies the decay by the schedule alone and not by the learning rate.
    """

    weight_decay: object = 0.01


class MaxMoments(NamedTuple):
    """Adam's averages, and the largest `v` so far."""

    m: np.ndarray
    v: np.ndarray
    v_max: np.ndarray


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class AMSGrad(Adam):
    """AMSGrad: Adam whose denominator never shrinks.

    ::

        v_max ← max(v_max, v)
        w ← w − η m̂ / (√(v_max / (1 − β₂ᵗ)) + ε)

    Parameters
    ----------
    lr, beta1, beta2, eps, weight_decay
        As in `Adam`.

    Raises
    ------
    TypeError, ValueError
        If a hyper-parameter is not a number or lies outside its range.

    Examples
    --------
    >>> rule = AMSGrad(lr=0.1)
    >>> w, state = np.array([1.0]), rule.init(np.array([1.0]))
    >>> for t, g in enumerate([10.0, 0.0, 0.0], start=1):
    ...     w, state = rule.step(w, np.array([g]), state, t)
    >>> print(state.v_max > state.v)
    [ True]

    Reference: Reddi, Kale, Kumar (2018), On the convergence of Adam and beyond.

    Frameworks: this is PyTorch's `Adam(amsgrad=True)`, which takes the maximum before the bias
    correction. Optax's `amsgrad` takes it after.
    """

    def init(self, w):
        return MaxMoments(m=zeros_like(w), v=zeros_like(w), v_max=zeros_like(w))

    def direction(self, grad, state, t):
        m = self.beta1 * state.m + (1 - self.beta1) * grad
        v = self.beta2 * state.v + (1 - self.beta2) * grad**2
        v_max = maximum(state.v_max, v)
        m_hat = m / (1 - self.beta1**t)
        v_hat = v_max / (1 - self.beta2**t)
        return m_hat / (sqrt(v_hat) + self.eps), MaxMoments(m, v, v_max)


class NesterovMoments(NamedTuple):
    """Adam's averages, and the product of the momenta of all steps so far."""

    m: np.ndarray
    v: np.ndarray
    product: np.ndarray


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class NAdam(Adam):
    """NAdam: Adam with Nesterov's look-ahead.

    ::

        μ_t = β₁ (1 − ½ · 0.96^(t ψ))          Π_t = μ₁ μ₂ … μ_t
        m̂ = μ_{t+1} m / (1 − Π_{t+1}) + (1 − μ_t) g / (1 − Π_t)
        w ← w − η m̂ / (√v̂ + ε)

    Parameters
    ----------
    lr, beta1, beta2, eps, weight_decay
        As in `Adam`.
    momentum_decay : number or array, default 0.004
        ψ ≥ 0; how fast μ_t rises from β₁ / 2 to β₁.

    Raises
    ------
    TypeError, ValueError
        If a hyper-parameter is not a number or lies outside its range.

    Examples
    --------
    >>> rule = NAdam(lr=0.1)
    >>> w = np.array([1.0])
    >>> w, state = rule.step(w, np.array([3.0]), rule.init(w), t=1)
    >>> print(w.round(4))
    [0.8944]

    Reference: Dozat (2016), Incorporating Nesterov momentum into Adam.

    Frameworks: PyTorch as here, with ψ = 0.004. Keras has 0.96ᵗ, which is ψ = 1, and ε = 1e-7.
    Optax's `nadam` has no such warm-up of μ.
    """

    momentum_decay: object = hyperparameter(0.004, at_least=0)

    def init(self, w):
        shape = np.broadcast_shapes(np.shape(self.beta1), np.shape(self.momentum_decay))
        return NesterovMoments(m=zeros_like(w), v=zeros_like(w), product=ones(shape, w))

    def direction(self, grad, state, t):
        m = self.beta1 * state.m + (1 - self.beta1) * grad
        v = self.beta2 * state.v + (1 - self.beta2) * grad**2
        now, ahead = self._momentum(t), self._momentum(t + 1)
        product = state.product * now
        m_hat = ahead * m / (1 - product * ahead) + (1 - now) * grad / (1 - product)
        v_hat = v / (1 - self.beta2**t)
        return m_hat / (sqrt(v_hat) + self.eps), NesterovMoments(m, v, product)

    def _momentum(self, t):
        return self.beta1 * (1 - 0.5 * power(0.96, t * self.momentum_decay))
