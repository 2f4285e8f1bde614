"""Gradient descent: the rule that all others start from."""

from dataclasses import dataclass

from course_lib.optimizers.base import Optimizer


@dataclass(frozen=True, eq=False, repr=False)
class GradientDescent(Optimizer):
    """Gradient descent: step against the gradient.

    ::

        w ← w − η g

    With a gradient measured on a minibatch the same rule is stochastic gradient descent;
    only the gradient differs.

    Parameters
    ----------
    lr : number, array, or schedule
        η ≥ 0, the learning rate.
    weight_decay : number or array, default 0
        γ ≥ 0, decoupled weight decay (see `Optimizer`).

    Raises
    ------
    TypeError, ValueError
        If a hyper-parameter is not a number or lies outside its range.

    Examples
    --------
    >>> rule = GradientDescent(lr=0.1)
    >>> w, state = rule.step(np.array([1.0, 2.0]), np.array([10.0, -10.0]), None, t=1)
    >>> print(w)
    [0. 3.]

    Reference: Cauchy (1847), Méthode générale pour la résolution des systèmes d'équations simultanées.

    Frameworks: PyTorch, Keras and Optax call it `SGD`, `SGD` and `sgd`, whatever the gradient is.
    """

    def direction(self, grad, state, t):
        return grad, None
