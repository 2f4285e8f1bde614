"""Rules around a rule: they change what goes in or what comes out, and they nest."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from course_lib.optimizers.arrays import as_array, like, maximum, norm, where
from course_lib.optimizers.base import Optimizer, hyperparameter, option


@dataclass(frozen=True, eq=False, repr=False)
class Wrapper(Optimizer):
    """A rule around another rule: it overrides what it changes, and leaves the rest to the rule inside.

    Learning rate, weight decay and every other hyper-parameter of the rule inside are its own, too:
    `Clip(Momentum(lr=0.1), norm=1).momentum` is 0.9. Lanes of both broadcast.

    Parameters
    ----------
    rule : Optimizer
        The rule inside, which may be a wrapper.

    Raises
    ------
    TypeError, ValueError
        If `rule` is no rule, or a hyper-parameter is not a number or lies outside its range.
    """

    lr: object = field(init=False)
    weight_decay: object = field(init=False)
    rule: Optimizer = option()

    def __post_init__(self):
        if not isinstance(self.rule, Optimizer):
            if isinstance(self.rule, type) and issubclass(self.rule, Optimizer):
                name = self.rule.__name__
                raise TypeError(f"rule must be a rule with settings, {name}(lr=0.1), got the class alone")
            raise TypeError(f"rule must be a rule such as Adam(lr=0.1), got {self.rule!r}")
        for name in ("lr", "weight_decay"):
            object.__setattr__(self, name, getattr(self.rule, name))
        super().__post_init__()

    @property
    def elementwise(self):
        return self.rule.elementwise

    def hyperparameters(self):
        numbers = super().hyperparameters()
        return {name: numbers[name] for name in numbers if name not in ("lr", "weight_decay")}

    def __getattr__(self, name):
        if name.startswith("_") or "rule" not in vars(self):
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        return getattr(self.rule, name)

    def _shown(self):
        return [repr(self.rule), *(text for text in super()._shown() if not text.startswith("rule="))]

    def init(self, w):
        return self.rule.init(w)

    def direction(self, grad, state, t):
        return self.rule.direction(grad, state, t)

    def step(self, w, grad, state, t):
        return self.rule.step(w, grad, state, t)

    def learning_rate(self, t):
        return self.rule.learning_rate(t)

    def gradient_point(self, w, state):
        return self.rule.gradient_point(w, state)

    def reported(self, w, state):
        return self.rule.reported(w, state)

    def _shapes(self):
        return [*self.rule._shapes(), *super()._shapes()]


@dataclass(frozen=True, eq=False, repr=False)
class Clip(Wrapper):
    """Clip: shorten a gradient that is longer than a limit, and keep its direction.

    ::

        g ← g · min(1, c / ‖g‖)          ‖g‖² = Σᵢ gᵢ²

    Then the rule inside takes its step. The length is that of all coordinates of a lane together, so
    one steep coordinate shortens the others.

    Parameters
    ----------
    rule : Optimizer
        The rule that gets the shortened gradient.
    norm : number or array
        c > 0, the longest gradient that passes unchanged, in the unit of the gradient. As an array it
        has a last axis of length 1.

    Raises
    ------
    TypeError, ValueError
        If `rule` is no rule, or `norm` is not above 0.

    Examples
    --------
    >>> from course_lib import Clip
    >>> rule = Clip(GradientDescent(lr=1.0), norm=1)
    >>> w, state = rule.step(np.zeros(2), np.array([30.0, -40.0]), None, t=1)
    >>> print(w)
    [-0.6  0.8]

    Reference: Pascanu, Mikolov, Bengio (2013), On the difficulty of training recurrent neural networks.

    Frameworks: Optax's `clip_by_global_norm` and Keras' `global_clipnorm` as here. PyTorch's
    `clip_grad_norm_` divides by ‖g‖ + 10⁻⁶. Keras' `clipnorm` takes the length of each array alone.
    """

    norm: object = hyperparameter(above=0)

    elementwise = False

    def __post_init__(self):
        super().__post_init__()
        if np.shape(self.norm)[-1:] not in ((), (1,)):
            shape = tuple(np.shape(self.norm))
            raise ValueError(f"norm must have a last axis of length 1, one limit for each lane, got shape {shape}")

    def step(self, w, grad, state, t):
        grad = as_array("grad", grad)
        limit = like(self.norm, grad)
        return self.rule.step(w, grad * (limit / maximum(norm(grad), limit)), state, t)


class AveragedState(NamedTuple):
    """The state of the rule inside, and the average of its points."""

    inner: object
    mean: np.ndarray


@dataclass(frozen=True, eq=False, repr=False)
class Averaged(Wrapper):
    """Averaged: report the average of the points that the rule inside went through.

    ::

        w̄ = (w_{a+1} + … + w_t) / (t − a)

    The rule inside walks on as if nobody averaged: its gradients are taken at w. Where noise makes it
    swing about the minimum, the average lies in the middle. Up to step a the point itself is reported.

    Parameters
    ----------
    rule : Optimizer
        The rule whose points are averaged.
    after : number or array, default 0
        a ≥ 0, the steps that are left out: the way from the start.

    Raises
    ------
    TypeError, ValueError
        If `rule` is no rule, or `after` is not a number of at least 0.

    Examples
    --------
    >>> from course_lib import Averaged
    >>> bowl = Quadratic([1.0])
    >>> run = minimize(bowl, [1.0], Averaged(GradientDescent(lr=2.0)), steps=4)  # 1, −1, 1, −1, 1
    >>> print(run.w.ravel())
    [ 1.         -1.          0.         -0.33333333  0.        ]

    Reference: Polyak, Juditsky (1992), Acceleration of stochastic approximation by averaging; Ruppert (1988).

    Frameworks: PyTorch's `torch.optim.swa_utils.AveragedModel` takes the same average of the points at
    which it is called. Keras' `use_ema=True` and Optax's `incremental_update` average with a fading weight.
    """

    after: object = hyperparameter(0, at_least=0)

    def init(self, w):
        return AveragedState(inner=self.rule.init(w), mean=1 * as_array("w", w))

    def step(self, w, grad, state, t):
        w, grad, t = self._checked(w, grad, state, t)
        w, inner = self.rule.step(w, grad, state.inner, t)
        counted = maximum(t - like(self.after, w), 1)
        point = self.rule.reported(w, inner)
        return w, AveragedState(inner, point + (1 - 1 / counted) * (state.mean - point))

    def gradient_point(self, w, state):
        return self.rule.gradient_point(w, state.inner)

    def reported(self, w, state):
        return state.mean


class LookaheadState(NamedTuple):
    """The state of the rule inside, and the slow point."""

    inner: object
    slow: np.ndarray


@dataclass(frozen=True, eq=False, repr=False)
class Lookahead(Wrapper):
    """Lookahead: every few steps of the rule inside, go back part of the way.

    ::

        every k-th step:   s ← s + α (w − s),   w ← s

    s is the slow point, which is reported; w the fast one, at which gradients are taken. The rule
    inside keeps what it remembers.

    Parameters
    ----------
    rule : Optimizer
        The rule that takes the fast steps.
    every : number or array, default 5
        k ≥ 1, the number of fast steps for one slow step.
    alpha : number or array, default 0.5
        α from 0 to 1, how far the slow point follows; 1 is the rule inside.

    Raises
    ------
    TypeError, ValueError
        If `rule` is no rule, or a hyper-parameter is not a number or lies outside its range.

    Examples
    --------
    >>> from course_lib import Lookahead
    >>> run = minimize(Quadratic([1.0]), [1.0], Lookahead(GradientDescent(lr=0.5), every=2), steps=4)
    >>> print(run.w.ravel())
    [1.       1.       0.625    0.625    0.390625]

    Reference: Zhang, Lucas, Hinton, Ba (2019), Lookahead optimizer: k steps forward, 1 step back.

    Frameworks: Optax's `lookahead` as here. PyTorch and Keras have none.
    """

    every: object = hyperparameter(5, at_least=1)
    alpha: object = hyperparameter(0.5, at_least=0, at_most=1)

    def init(self, w):
        return LookaheadState(inner=self.rule.init(w), slow=1 * as_array("w", w))

    def step(self, w, grad, state, t):
        w, grad, t = self._checked(w, grad, state, t)
        w, inner = self.rule.step(w, grad, state.inner, t)
        caught_up = state.slow + like(self.alpha, w) * (w - state.slow)
        turn = t % like(self.every, w) == 0
        slow = where(turn, caught_up, state.slow)
        return where(turn, slow, w), LookaheadState(inner, slow)

    def gradient_point(self, w, state):
        return self.rule.gradient_point(w, state.inner)

    def reported(self, w, state):
        return state.slow
