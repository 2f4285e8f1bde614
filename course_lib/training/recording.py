"""Keep what a run goes through: gradients, states, points inside a pass."""

import numpy as np

NAMES = ("w", "loss", "grad", "norm", "state")
WITH_START = ("w", "loss", "state")


class Recorder:
    """What `record` names of each step, stacked at the end.

    Parameters
    ----------
    record : str, function, or tuple of these
        Names out of "w", "loss", "grad", "norm", "state"; a function is called with `(w, grad, state, t)`
        after each step and recorded under its own name.
    value : function
        The loss of a point.
    lanes : tuple of int
        The lanes' shape.
    """

    def __init__(self, record, value, lanes):
        self._kept = {}
        self._functions = {}
        self._value, self._lanes = value, lanes
        if isinstance(record, str) or callable(record):
            record = (record,)
        for each in record:
            name = getattr(each, "__name__", None) if callable(each) else each
            if name is None or (not callable(each) and each not in NAMES):
                raise ValueError(
                    f"record must name {', '.join(NAMES)}, or be a function of (w, grad, state, t), got {each!r}"
                )
            if name in self._kept:
                raise ValueError(f"record must not name {name!r} twice")
            self._kept[name] = []
            if callable(each):
                self._functions[name] = each

    def start(self, w, state):
        """Keep what there is before the first step."""
        self._keep(WITH_START, w, None, state)

    def after_step(self, w, grad, state, t):
        """Keep what there is after step `t`."""
        if not self._kept:
            return
        self._keep(NAMES, w, grad, state)
        for name, function in self._functions.items():
            self._kept[name].append(np.array(function(w, grad, state, t)))

    def _keep(self, names, w, grad, state):
        for name in self._kept:
            if name in names and name not in self._functions:
                self._kept[name].append(self._now(name, w, grad, state))

    def _now(self, name, w, grad, state):
        if name == "loss":
            loss = np.asarray(self._value(w))
            return np.where(np.isnan(loss), np.inf, loss)
        if name == "norm":
            return np.linalg.norm(grad, axis=-1)
        if name == "state":
            return copied(state)
        return np.array(w if name == "w" else grad)

    def result(self):
        """Return the arrays by name, the steps on their first axis."""
        return {
            name: stacked(kept, self._lanes) if name == "state" and name not in self._functions else np.array(kept)
            for name, kept in self._kept.items()
        }


def copied(state):
    """Return a copy of a state: of an array, or of a tuple of states."""
    if state is None:
        return None
    if isinstance(state, tuple):
        return _like(state, map(copied, state))
    return np.array(state)


def stacked(states, lanes):
    """Return a state whose arrays have the steps on the first axis, then the lanes, then the coordinates."""
    first = states[0]
    if first is None:
        return None
    if isinstance(first, tuple):
        return _like(first, (stacked(parts, lanes) for parts in zip(*states, strict=True)))
    shape = np.broadcast_shapes(first.shape, (*lanes, 1))
    if any(part.shape != first.shape for part in states):  # the first step spread a start over the lanes
        return np.array([np.broadcast_to(part, shape) for part in states])
    all_steps = np.array(states).reshape(len(states), *(1,) * (len(shape) - first.ndim), *first.shape)
    return np.array(np.broadcast_to(all_steps, (len(states), *shape)))


def _like(state, parts):
    return type(state)(*parts) if hasattr(state, "_fields") else tuple(parts)
