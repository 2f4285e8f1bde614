"""What all update rules share: where the learning rate and the decoupled weight decay act."""

import copy
import functools
from dataclasses import MISSING, dataclass, field, fields

import numpy as np

from course_lib.arguments import in_range, whole_number
from course_lib.optimizers.arrays import as_array, foreign, like


def hyperparameter(default=MISSING, *, at_least=-np.inf, above=None, at_most=np.inf, below=None, kw_only=MISSING):
    """Declare a hyper-parameter in the class of a rule: its default, and the numbers that it may be.

    A subclass that changes the default alone, `momentum: object = 0.5`, keeps the range.

    Parameters
    ----------
    default : number or array, optional
        Without it, the argument must be given.
    at_least, above, at_most, below : number, optional
        The ends of the range: `at_least` and `at_most` belong to it, `above` and `below` do not.
    kw_only : bool, optional
        As in `dataclasses.field`.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True, eq=False, repr=False, kw_only=True)
    ... class Fading(Optimizer):
    ...     fading: object = hyperparameter(0.5, at_least=0, below=1)
    ...
    ...     def direction(self, grad, state, t):
    ...         return self.fading**t * grad, None
    >>> Fading(lr=0.1, fading=1.5)
    Traceback (most recent call last):
    ValueError: fading must be at least 0 and below 1, got 1.5
    """
    limits = dict(
        low=at_least if above is None else above,
        high=at_most if below is None else below,
        low_open=above is not None,
        high_open=below is not None,
    )
    return field(default=default, kw_only=kw_only, metadata={"limits": limits})


def option(default=MISSING):
    """Declare a setting that is no number, such as a shape or another rule, in the class of a rule."""
    return field(default=default, metadata={"option": True})


@functools.cache
def limits_of(kind, name):
    """Return the range of a hyper-parameter of a rule's class, as `in_range` takes it."""
    for ancestor in kind.__mro__:
        declared = vars(ancestor).get("__dataclass_fields__", {}).get(name)
        if declared is not None and "limits" in declared.metadata:
            return declared.metadata["limits"]
    return dict(low=-np.inf)


def checked(kind, name, value):
    """Return a value for a hyper-parameter of a rule's class as an array; a schedule stays as it is.

    Single numbers become arrays, too: NumPy's power of an array may differ in the last bit from Python's,
    and a run in a batch must equal the same run alone. It is a copy, so that a rule does not change with
    the caller's array.
    """
    schedule = name == "lr" and callable(value) and not isinstance(value, type)
    return value if schedule or foreign(value) else in_range(name, value, **limits_of(kind, name)).copy()


@dataclass(frozen=True, eq=False, repr=False)
class Optimizer:
    """An update rule: a direction for every gradient, and one line that takes the step.

    A rule gives `init` and `direction`; the step itself is the same for all of them::

        w ← w − η_t (direction + γ w)

    Nothing is changed in place: `step` returns a new point and a new state, so no run
    can leak into the next. Rules work on each coordinate alone, so every leading axis
    of `w`, and of each hyper-parameter, is a run of its own:
    `Adam(lr=np.geomspace(1e-4, 1, 200)[:, None])` is two hundred runs. A rule that does more, such
    as taking a norm, says so with `elementwise = False`; it may look along the last axis, and lanes
    stay lanes.

    The same rule steps arrays of NumPy, PyTorch and JAX, also inside `jax.jit` and `jax.lax.scan`.
    Values are checked where they are numbers of Python or NumPy.

    Parameters
    ----------
    lr : number, array, or schedule
        η ≥ 0, the learning rate. A schedule is a function of the 0-based step. It is the
        only argument that may be given without its name.
    weight_decay : number or array, default 0
        γ ≥ 0, decoupled weight decay: each step also moves `w` towards 0 by ηγw.

    Raises
    ------
    TypeError, ValueError
        If a hyper-parameter is not a number or lies outside its range; the message names it.
    """

    lr: object = hyperparameter(at_least=0)
    weight_decay: object = hyperparameter(0.0, at_least=0, kw_only=True)

    elementwise = True  # whether each coordinate's run is its own, whatever the others do

    def __post_init__(self):
        for name, value in self.hyperparameters().items():
            object.__setattr__(self, name, checked(type(self), name, value))
        object.__setattr__(self, "_decays", foreign(self.weight_decay) or bool(self.weight_decay.any()))

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(self._shown())})"

    def hyperparameters(self):
        """Return the rule's numbers by name: a single one as an array of shape (), a schedule as it is."""
        return {item.name: getattr(self, item.name) for item in fields(self) if "option" not in item.metadata}

    def _shown(self):
        options = [item.name for item in fields(self) if "option" in item.metadata]
        numbers = [f"{name}={_shown(value)}" for name, value in self.hyperparameters().items()]
        return numbers + [f"{name}={getattr(self, name)!r}" for name in options]

    def init(self, w):
        """Return the state before the first step, for parameters shaped like `w`."""
        return None

    def direction(self, grad, state, t):
        """Return the direction to step against, and the new state. `t` counts 1, 2, …"""
        raise NotImplementedError

    def learning_rate(self, t):
        """Return the learning rate of step `t` = 1, 2, … (a schedule is asked for step `t − 1`)."""
        if not callable(self.lr):
            return self.lr
        try:
            rate = self.lr(t - 1)
        except Exception as error:
            if not foreign(t):
                raise
            raise TypeError(
                "the schedule lr cannot count with a traced step. Compute the rates before the loop, "
                f"rates = schedule(np.arange(steps)), and make the rule inside it: {type(self).__name__}(lr=rate)"
            ) from error
        if foreign(rate):
            return rate
        return in_range(
            f"the learning rate that the schedule lr gives for step {t - 1}", rate, **limits_of(type(self), "lr")
        )

    def step(self, w, grad, state, t):
        """Take step `t` = 1, 2, … from `w`; return the new point and the new state."""
        w, grad, t = self._checked(w, grad, state, t)
        rule, lr = self, self.learning_rate(t)
        if foreign(w):
            rule, lr = self._like(w), like(lr, w)
        direction, state = rule.direction(grad, state, t)
        if self._decays:  # most runs have no decay and need not pay for it
            direction = direction + rule.weight_decay * w
        return w - lr * direction, state

    def gradient_point(self, w, state):
        """Return the point at which the next gradient is taken: `w`, unless a rule looks elsewhere."""
        return w

    def reported(self, w, state):
        """Return the point that a run reports as its result: `w`, unless a rule keeps another, such as an average."""
        return w

    def _checked(self, w, grad, state, t):
        w, grad = as_array("w", w), as_array("grad", grad)
        if (type(t) is not int or t < 1) and not foreign(t):
            t = whole_number("t", t, minimum=1)
        if w.shape[-1:] != grad.shape[-1:]:
            shapes = f"w has shape {tuple(w.shape)}, grad {tuple(grad.shape)}"
            raise ValueError(f"grad must have an entry for each coordinate of w: {shapes}")
        if state is None and self.init(w) is not None:
            raise TypeError("state must be what init(w) or the step before returned, got None")
        return w, grad, t

    def _like(self, w):
        """Return this rule with hyper-parameters that the library of `w` can multiply by."""
        rule = copy.copy(self)
        for name, value in self.hyperparameters().items():
            if not callable(value):
                object.__setattr__(rule, name, like(value, w))
        return rule

    def lanes(self):
        """Return the common shape of the hyper-parameters: what they add in front of a parameter vector."""
        shapes = self._shapes()
        try:
            return np.broadcast_shapes(*(shape for _, shape in shapes))
        except ValueError:
            listed = ", ".join(f"{name} {shape}" for name, shape in shapes)
            raise ValueError(f"the shapes of the hyper-parameters do not broadcast: {listed}") from None

    def _shapes(self):
        """Return name and shape of every hyper-parameter that is more than one number."""
        values = self.hyperparameters()
        if "lr" in values:
            values = values | {"lr": self.learning_rate(1)}
        return [(name, tuple(np.shape(value))) for name, value in values.items() if np.ndim(value)]


def _shown(value):
    if foreign(value):
        return f"<{type(value).__name__}>"
    if callable(value):
        return getattr(value, "__name__", repr(value))
    return f"{value:g}" if np.ndim(value) == 0 else f"<{' × '.join(map(str, np.shape(value)))} values>"
