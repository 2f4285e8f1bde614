"""Momentum: rules that remember the direction they came from."""

from dataclasses import dataclass

from course_lib.optimizers.arrays import zeros_like
from course_lib.optimizers.base import Optimizer, hyperparameter


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Momentum(Optimizer):
    """Momentum (the heavy ball): step along a sum of past gradients that fades.

    ::

        u ← β u + g
        w ← w − η u

    Parameters
    ----------
    lr : number, array, or schedule
        η ≥ 0, the learning rate.
    momentum : number or array, default 0.9
        β in [0, 1): what is kept of the velocity u each step. 0 is gradient descent.
    weight_decay : number or array, default 0
        γ ≥ 0, decoupled weight decay (see `Optimizer`).

    Raises
    ------
    TypeError, ValueError
        If a hyper-parameter is not a number or lies outside its range.

    Examples
    --------
    >>> rule = Momentum(lr=0.1, momentum=0.5)
    >>> w, state = np.array([1.0]), rule.init(np.array([1.0]))
    >>> for t in (1, 2):
    ...     w, state = rule.step(w, np.array([2.0]), state, t)
    >>> print(w, state)
    [0.5] [3.]

    Reference: Polyak (1964), Some methods of speeding up the convergence of iteration methods.

    Frameworks: this is PyTorch's `SGD(momentum=, dampening=0)` and Optax's `sgd`. Keras puts the
    learning rate inside the velocity, u ← β u − η g: the same run while η stays constant. Some
    texts average, u ← β u + (1 − β) g: the same run with a learning rate 1 / (1 − β) times larger.
    """

    momentum: object = hyperparameter(0.9, at_least=0, below=1)

    def init(self, w):
        return zeros_like(w)

    def direction(self, grad, state, t):
        velocity = self.momentum * state + grad
        return velocity, velocity


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Nesterov(Momentum):
    """Nesterov momentum: step along the velocity that the next step is about to have.

    ::

        u ← β u + g
        w ← w − η (g + β u)

    Parameters
    ----------
    lr : number, array, or schedule
        η ≥ 0, the learning rate.
    momentum : number or array, default 0.9
        β in [0, 1): what is kept of the velocity u each step. 0 is gradient descent.
    weight_decay : number or array, default 0
        γ ≥ 0, decoupled weight decay (see `Optimizer`).

    Raises
    ------
    TypeError, ValueError
        If a hyper-parameter is not a number or lies outside its range.

    Examples
    --------
    >>> rule = Nesterov(lr=0.1, momentum=0.5)
    >>> w, state = rule.step(np.array([1.0]), np.array([2.0]), np.zeros(1), t=1)
    >>> print(w, state)
    [0.7] [2.]

    Reference: Nesterov (1983), A method of solving a convex programming problem with convergence
    rate O(1/k²); as momentum Sutskever, Martens, Dahl, Hinton (2013), On the importance of
    initialization and momentum in deep learning; with the look-ahead point stored, as here, Bengio,
    Boulanger-Lewandowski, Pascanu (2012), Advances in optimizing recurrent networks.

    Frameworks: this is PyTorch's `SGD(nesterov=True)`, Optax's `sgd(nesterov=True)` and, while η stays
    constant, Keras' `SGD(nesterov=True)`. All of them store the look-ahead point w − η β u as `w`;
    Nesterov's own text stores the other one.
    """

    def direction(self, grad, state, t):
        velocity = self.momentum * state + grad
        return grad + self.momentum * velocity, velocity
