"""A reader's own function as a rule: whatever takes one step can run in `minimize` and `fit`."""

import inspect
import math
import numbers
from collections import namedtuple

import numpy as np

from course_lib.optimizers.arrays import as_array, foreign, like, ones
from course_lib.optimizers.base import Optimizer, checked


def own_rule(step, state=(), **settings):
    """Make a rule of a function that takes one step.

    ::

        step(w, grad, …) → w                      own_rule(step, lr=0.1)
        step(w, grad, velocity, …) → w, velocity  own_rule(step, state="velocity", lr=0.1, momentum=0.9)
        step(w, grad, m, v, t, …) → w, m, v       own_rule(step, state=("m", "v"), lr=0.01, beta1=0.9, …)

    The function's first two arguments are the point and the gradient. The others are given by name:
    what it remembers from step to step, the number `t` = 1, 2, … of the step if it asks for it, and
    settings. It may write into its arrays; they are copies.

    Parameters
    ----------
    step : function
        Returns the new point, followed by the new value of each state, in the order of `state`.
    state : str, tuple of str, or dict, default none
        The arguments that hold what the rule remembers. They start as zeros shaped like `w`; with a
        dict from another number, as in `{"v": 0, "scale": 1}`.
    **settings : number, array, or schedule for `lr`
        A value for each other argument that has no default. Arrays make lanes, as in every rule, where
        the function treats each coordinate alone. A function without `lr` is recorded with the rate 1.

    Returns
    -------
    Optimizer

    Raises
    ------
    TypeError, ValueError
        If an argument of `step` has no value, a name is not among its arguments, or a setting is not a
        number; in a run, if `step` returns something else than the point and the states.

    Examples
    --------
    >>> from course_lib import own_rule
    >>> def momentum_step(w, grad, velocity, lr, momentum):
    ...     velocity = momentum * velocity + grad
    ...     return w - lr * velocity, velocity
    >>> mine = own_rule(momentum_step, state="velocity", lr=0.1, momentum=0.9)
    >>> bowl = Quadratic([1.0, 10.0])
    >>> run, same = minimize(bowl, [1, 1], mine, 50), minimize(bowl, [1, 1], Momentum(lr=0.1, momentum=0.9), 50)
    >>> print(mine, (run.w == same.w).all())
    momentum_step(lr=0.1, momentum=0.9) True
    """
    return OwnRule(step, state, settings)


class OwnRule(Optimizer):
    """What `own_rule` returns: a rule whose step is a function of the reader's."""

    weight_decay = np.zeros(())  # the function's own matter

    def __init__(self, step, state, settings):
        name, arguments, takes_any = _arguments_of(step)
        starts = _starts(state)
        known = f"it takes {', '.join(arguments)}"
        for given in (*starts, *settings):
            if given in list(arguments)[:2]:
                raise TypeError(f"{given} is what {name} steps from, the point or the gradient; give it no value")
            if given not in arguments and not takes_any:
                what = "hold a state" if given in starts else "be set"
                raise TypeError(f"{name} has no argument {given!r} to {what}; {known}")
        twice = set(starts) & set(settings)
        if twice:
            raise TypeError(f"{min(twice)} is given a value and named in state: it can be only one of them")
        if "t" in (*starts, *settings):
            raise TypeError("t is the number of the step; it is given by the run")
        defaults = {key: value for key, value in arguments.items() if key not in starts and _is_number(value)}
        settings = {key: (defaults | settings)[key] for key in (*arguments, *settings) if key in defaults | settings}
        missing = [
            key
            for key, default in list(arguments.items())[2:]
            if key not in {*starts, *settings, "t"} and default is inspect.Parameter.empty
        ]
        if missing:
            first = missing[0]
            raise TypeError(f"{name} needs {first}: give it a value, {first}=…, or name it in state; {known}")
        numbers = {key: checked(type(self), key, value) for key, value in settings.items()}
        attributes = dict(
            _function=step,
            _name=name,
            _numbers=numbers,
            _starts=starts,
            _State=namedtuple("State", starts) if starts else None,
            _asks_for_t="t" in arguments,
            lr=numbers.get("lr", np.ones(())),
        )
        for key, value in attributes.items():
            object.__setattr__(self, key, value)

    def hyperparameters(self):
        return self._numbers

    def __getattr__(self, name):
        numbers = vars(self).get("_numbers", {})
        if name not in numbers:
            raise AttributeError(f"this rule has no attribute {name!r}")
        return numbers[name]

    def __repr__(self):
        return super().__repr__().replace(type(self).__name__, self._name, 1)

    def init(self, w):
        if not self._starts:
            return None
        return self._State(*(start * ones(np.shape(w), w) for start in self._starts.values()))

    def step(self, w, grad, state, t):
        w, grad, t = self._checked(w, grad, state, t)
        values = self._numbers | ({"lr": self.learning_rate(t)} if "lr" in self._numbers else {})
        # A single number as a number, so that a function may print it or ask whether it is 0.
        values = {name: like(v[()] if type(v) is np.ndarray else v, w) for name, v in values.items()}
        if self._asks_for_t:
            values["t"] = t
        remembered = {} if state is None else {name: _copy(part) for name, part in zip(self._starts, state)}
        return self._checked_result(self._function(_copy(w), _copy(grad), **remembered, **values), w)

    def _checked_result(self, result, w):
        wanted = ", ".join(["w", *self._starts])
        if not self._starts and not isinstance(result, tuple):
            result = (result,)
        if not isinstance(result, (tuple, list)) or len(result) != 1 + len(self._starts):
            got = f"{len(result)} values" if isinstance(result, (tuple, list)) else _described(result)
            raise TypeError(f"{self._name} must return {wanted}, got {got}")
        new, *state = (
            as_array(f"{name} that {self._name} returns", part) for name, part in zip(("w", *self._starts), result)
        )
        if new.shape != w.shape and tuple(new.shape) != np.broadcast_shapes(self.lanes(), w.shape):
            raise ValueError(
                f"w that {self._name} returns must have the shape of w, {tuple(w.shape)}, got {tuple(new.shape)}"
            )
        return new, self._State(*state) if state else None


def _arguments_of(step):
    """Return a function's name, its arguments with their defaults, and whether it takes any others."""
    if isinstance(step, type) or not callable(step):
        raise TypeError(f"step must be a function of w, grad, …, not {_described(step)}")
    name = getattr(step, "__name__", type(step).__name__)
    try:
        found = inspect.signature(step).parameters
    except ValueError:
        raise TypeError(f"step must be a function of Python's, whose arguments have names, got {step!r}") from None
    kinds = inspect.Parameter
    arguments = {
        key: each.default for key, each in found.items() if each.kind not in (kinds.VAR_POSITIONAL, kinds.VAR_KEYWORD)
    }
    if len(arguments) < 2:
        raise TypeError(f"{name} must take the point and the gradient first, as step(w, grad, …)")
    return name, arguments, any(each.kind is kinds.VAR_KEYWORD for each in found.values())


def _starts(state):
    """Return the numbers that the states start from, by name."""
    names = (state,) if isinstance(state, str) else state
    starts = dict(names) if isinstance(names, dict) else dict.fromkeys(names, 0.0)
    for name, start in starts.items():
        if not isinstance(name, str) or not name.isidentifier():
            raise TypeError(f"state must name arguments of step, such as 'velocity' or ('m', 'v'), got {name!r}")
        if not _is_number(start):
            raise TypeError(f"the state {name} must start from a number, got {start!r}")
    return starts


def _is_number(value):
    return isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)


def _copy(array):
    """Return a copy that a function may write into; JAX's arrays cannot be written into."""
    if foreign(array):
        return array.clone() if hasattr(array, "clone") else array
    return np.array(array)


def _described(value):
    shape = getattr(value, "shape", None)
    if value is None:
        return "None: does it end with return?"
    return repr(value) if shape is None else f"one array of shape {tuple(shape)}"
