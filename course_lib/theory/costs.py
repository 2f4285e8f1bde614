"""What an update costs: the bytes that a step moves, the memory that training holds, on one device or on many."""

import functools
from dataclasses import dataclass

import numpy as np

from course_lib.arguments import in_range, one_of, whole_number
from course_lib.optimizers.base import Optimizer

BYTES = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2}
STAGES = 0, 1, 2, 3
PART = 1000  # numbers on which a rule shows its state


@dataclass(frozen=True)
class Precision:
    """How many bytes a number has, by what it is for; `extra` are more copies of w, as wide as `state`, if any."""

    weights: int
    gradients: int
    state: int
    extra: int = 0


PRECISIONS = {
    "float32": Precision(4, 4, 4),
    "mixed": Precision(2, 2, 4, extra=1),  # the extra copy: master weights
    "bfloat16": Precision(2, 2, 2),
    "bfloat16 with Kahan": Precision(2, 2, 2, extra=1),  # the extra copy: compensations
}


@functools.cache
def state_arrays(rule):
    """Return how many arrays of the parameters' length a class of rules keeps between steps.

    They are counted in what its `init` returns; single numbers, such as NAdam's product of momenta, are not arrays.

    Examples
    --------
    >>> from course_lib import AMSGrad, Adam, GradientDescent, Momentum
    >>> [state_arrays(rule) for rule in (GradientDescent, Momentum, Adam, AMSGrad)]
    [0, 1, 2, 3]
    """
    try:
        made = rule(lr=1.0) if isinstance(rule, type) and issubclass(rule, Optimizer) else None
    except TypeError:  # a wrapper, which takes a rule
        made = None
    if made is None:
        raise TypeError(f"rule must be the class of a rule that takes a learning rate, such as Adam, got {rule!r}")
    return sum(np.size(part) // PART for part in _leaves(made.init(np.zeros(PART))))


def bytes_moved(rule, dtype="float32"):
    """Return the bytes that a step must move for each parameter: every array is read once, and written if it changes.

    ::

        (2 w + 1 g + 2 · state arrays) · bytes of a number

    Parameters
    ----------
    rule : class of rules
    dtype : str
        A name in `BYTES`.

    Examples
    --------
    >>> from course_lib import Adam, GradientDescent, Momentum
    >>> [bytes_moved(rule) for rule in (GradientDescent, Momentum, Adam)]
    [12, 20, 28]
    """
    return (3 + 2 * state_arrays(rule)) * BYTES[one_of("dtype", dtype, tuple(BYTES))]


def traffic(rule, precision="float32"):
    """Return the bytes that a step must move for each parameter, by what they are for.

    Weights, state, and the extra copy are read and written; gradients are read; where master weights are kept,
    the short weights are only written.

    Examples
    --------
    >>> from course_lib import Adam
    >>> sum(traffic(Adam, "float32").values()), sum(traffic(Adam, "mixed").values())
    (28, 28)
    """
    it = PRECISIONS[one_of("precision", precision, tuple(PRECISIONS))]
    master = it.extra and it.state > it.weights
    return {
        "weights": it.weights * (1 if master else 2),
        "gradients": it.gradients,
        "extra": 2 * it.state * it.extra,
        "state": 2 * it.state * state_arrays(rule),
    }


def memory(rule, precision="float32", devices=1, stage=0):
    """Return the bytes for each parameter that one device holds in training, by what they are for.

    Without what the model computes on the way (activations), without temporaries and buffers. Stage 1 divides state
    and extra copies among the devices, stage 2 the gradients as well, stage 3 the weights as well; stage 0 nothing.
    Where arrays do not divide evenly this is the mean, and the fullest device holds a little more.

    Parameters
    ----------
    rule : class of rules
    precision : str
        A name in `PRECISIONS`.
    devices : int
    stage : int
        0, 1, 2 or 3, as in ZeRO.

    Examples
    --------
    >>> from course_lib import Adam
    >>> [sum(memory(Adam, precision).values()) for precision in ("float32", "mixed", "bfloat16")]
    [16.0, 16.0, 8.0]
    >>> [sum(memory(Adam, "mixed", devices=8, stage=stage).values()) for stage in (0, 1, 2, 3)]
    [16.0, 5.5, 3.75, 2.0]

    Reference: Rajbhandari, Rasley, Ruwase, He (2020), ZeRO: memory optimizations toward training trillion parameter
    models.
    """
    it = PRECISIONS[one_of("precision", precision, tuple(PRECISIONS))]
    devices, stage = whole_number("devices", devices, minimum=1), one_of("stage", stage, STAGES)
    return {
        "weights": it.weights / (devices if stage >= 3 else 1),
        "gradients": it.gradients / (devices if stage >= 2 else 1),
        "extra": it.state * it.extra / (devices if stage >= 1 else 1),
        "state": it.state * state_arrays(rule) / (devices if stage >= 1 else 1),
    }


def attainable(intensity, bandwidth, peak):
    """Return the operations a second that a program can reach: the roofline min(peak, intensity · bandwidth).

    Parameters
    ----------
    intensity : number or array
        Operations for each byte that is moved.
    bandwidth, peak : number
        Bytes a second, and operations a second; not negative.

    Examples
    --------
    >>> print(attainable([0.5, 4.0], bandwidth=100.0, peak=200.0))
    [ 50. 200.]

    Reference: Williams, Waterman, Patterson (2009), Roofline: an insightful visual performance model.
    """
    bandwidth, peak = in_range("bandwidth", bandwidth, 0), in_range("peak", peak, 0)
    return np.minimum(peak, bandwidth * in_range("intensity", intensity, 0))


def _leaves(state):
    if state is None:
        return []
    return [leaf for part in state for leaf in _leaves(part)] if isinstance(state, tuple) else [state]
