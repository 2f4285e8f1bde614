"""What all update rules share: where the learning rate and the decoupled weight decay act."""

from dataclasses import dataclass, field, fields

import numpy as np

from course_lib.arguments import as_numbers, in_range, whole

RANGES = {
    "lr": dict(low=0.0),
    "momentum": dict(low=0.0, high=1.0, high_open=True),
    "beta1": dict(low=0.0, high=1.0, high_open=True),
    "beta2": dict(low=0.0, high=1.0, high_open=True),
    "rho": dict(low=0.0, high=1.0, high_open=True),
    "momentum_decay": dict(low=0.0),
    "eps": dict(low=0.0),
    "weight_decay": dict(low=0.0),
}
ANY_NUMBER = dict(low=-np.inf)


@dataclass(frozen=True, eq=False, repr=False)
class Optimizer:
    """An update rule: a direction for every gradient, and one line that takes the step.

    A rule gives `init` and `direction`; the step itself is the same for all of them::

        w ← w − lr(t) · (direction + weight_decay · w)

    Nothing is changed in place: `step` returns a new point and a new state, so no run
    can leak into the next. Rules work on each coordinate alone, so every leading axis
    of `w`, and of each hyper-parameter, is a run of its own:
    `Adam(lr=np.geomspace(1e-4, 1, 200)[:, None])` is two hundred runs.

    Parameters
    ----------
    lr : number, array, or schedule
        Learning rate η ≥ 0. A schedule is a function of the 0-based step. It is the
        only argument that may be given without its name.
    weight_decay : number or array, default 0
        Decoupled weight decay: each step also moves `w` towards 0 by `lr * weight_decay * w`.

    Raises
    ------
    TypeError, ValueError
        If a hyper-parameter is not a number or lies outside its range; the message names it.
    """

    lr: object
    weight_decay: object = field(default=0.0, kw_only=True)

    def __post_init__(self):
        # Every hyper-parameter becomes an array, single numbers too: NumPy's power of an array may
        # differ in the last bit from Python's, and a run in a batch must equal the same run alone.
        # It is a copy, so that a rule does not change with the caller's array.
        for name, value in self._hyperparameters().items():
            if name != "lr" or not callable(value) or isinstance(value, type):
                object.__setattr__(self, name, in_range(name, value, **RANGES.get(name, ANY_NUMBER)).copy())
        object.__setattr__(self, "_decays", bool(self.weight_decay.any()))

    def __repr__(self):
        shown = (f"{name}={_shown(value)}" for name, value in self._hyperparameters().items())
        return f"{type(self).__name__}({', '.join(shown)})"

    def _hyperparameters(self):
        return {item.name: getattr(self, item.name) for item in fields(self)}

    def init(self, w):
        """Return the state before the first step, for parameters shaped like `w`."""
        return None

    def direction(self, grad, state, t):
        """Return the direction to step against, and the new state. `t` counts 1, 2, …"""
        raise NotImplementedError

    def learning_rate(self, t):
        """Return the learning rate of step `t` = 1, 2, … (a schedule is asked for step `t − 1`)."""
        if callable(self.lr):
            name = f"the learning rate that the schedule lr gives for step {t - 1}"
            return in_range(name, self.lr(t - 1), **RANGES["lr"])
        return self.lr

    def step(self, w, grad, state, t):
        """Take step `t` = 1, 2, … from `w`; return the new point and the new state."""
        w, grad, t = self._checked(w, grad, state, t)
        direction, state = self.direction(grad, state, t)
        if self._decays:  # most runs have no decay and need not pay for it
            direction = direction + self.weight_decay * w
        return w - self.learning_rate(t) * direction, state

    def _checked(self, w, grad, state, t):
        w, grad, t = as_numbers("w", w, finite=False), as_numbers("grad", grad, finite=False), whole("t", t, minimum=1)
        if w.shape[-1:] != grad.shape[-1:]:
            shapes = f"w has shape {w.shape}, grad {grad.shape}"
            raise ValueError(f"grad must have an entry for each coordinate of w: {shapes}")
        if state is None and self.init(w) is not None:
            raise TypeError("state must be what init(w) or the step before returned, got None")
        return w, grad, t

    def lanes(self):
        """Return the common shape of the hyper-parameters: what they add in front of a parameter vector."""
        values = self._hyperparameters() | {"lr": self.learning_rate(1)}
        shapes = {name: np.shape(value) for name, value in values.items() if np.ndim(value)}
        try:
            return np.broadcast_shapes(*shapes.values())
        except ValueError:
            listed = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
            raise ValueError(f"the shapes of the hyper-parameters do not broadcast: {listed}") from None


def _shown(value):
    if callable(value):
        return getattr(value, "__name__", repr(value))
    return f"{value:g}" if np.ndim(value) == 0 else f"<{' × '.join(map(str, np.shape(value)))} values>"
