"""Ways to take one step of Adam, runs in short formats, and the table that `jobs/costs.py` has recorded."""

import json
import time
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from course_lib.arguments import whole_number
from course_lib.checks import find
from course_lib.optimizers import Adam
from course_lib.optimizers.adam import Moments

SETTINGS = dict(lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8)
BLOCK = 1 << 17  # half a megabyte of float32: five such arrays fit a usual cache, and calls cost little beside it
FILE = Path(__file__).parent / "costs.json"


def arrays(n, dtype=np.float32):
    """Return w, grad, m and v of n numbers as a run has them in the middle: random, and v of the size of grad²."""
    rng = np.random.default_rng(0)
    w, grad, m = (rng.standard_normal(n, dtype=dtype) for _ in range(3))
    return w, grad, m, m**2


def as_written(w, grad, m, v, t, lr, beta1, beta2, eps):
    """Return (w, m, v) after a step of Adam: the lines of the library's own rule, in the precision of the arrays."""
    numbers = SimpleNamespace(beta1=beta1, beta2=beta2, eps=eps)  # of Python: they take the arrays' precision
    direction, state = Adam.direction(numbers, grad, Moments(m, v), t)
    return w - lr * direction, state.m, state.v


def in_blocks(step, w, grad, m, v, work, t, lr, beta1, beta2, eps):
    """Call `step`, which works in place, on one block after the other of arrays of one dimension.

    `work` has a block's length.
    """
    for first in range(0, len(w), len(work)):
        block = slice(first, first + len(work))
        part = w[block]
        step(part, grad[block], m[block], v[block], work[: len(part)], t, lr, beta1, beta2, eps)


def same_numbers(n, block):
    """Tell whether a step in blocks leaves the same w, m and v as the step as written, up to rounding."""
    w, grad, m, v = arrays(n)
    expected = as_written(w, grad, m, v, 10, **SETTINGS)
    in_blocks(find("adam_in_place").reference, w, grad, m, v, np.empty(block, dtype=w.dtype), 10, **SETTINGS)
    return all(np.allclose(got, wanted, rtol=1e-5) for got, wanted in zip((w, m, v), expected))


def scaling(n, dtype=np.float32, arrays_moved=7):
    """Return a function that scales an array in place, and moves as many bytes as a step that moves so many arrays."""
    x = np.ones(max(1, arrays_moved * n // 2), dtype=dtype)  # one read and one write of each number
    return lambda: np.multiply(x, 1.0, out=x)


def ways(n, dtype=np.float32):
    """Return the ways of NumPy to take one step of n numbers, n at least 1, by name, and the limit beside them."""
    n = whole_number("n", n, minimum=1)
    step = find("adam_in_place").reference
    w, grad, m, v = arrays(n, dtype)
    work, short = np.empty_like(w), np.empty(min(n, BLOCK), dtype=dtype)
    state = dict(w=w.copy(), m=m.copy(), v=v.copy())

    def written():
        state["w"], state["m"], state["v"] = as_written(state["w"], grad, state["m"], state["v"], 10, **SETTINGS)

    return {
        "limit": scaling(n, dtype),
        "as written": written,
        "in place": lambda: step(w, grad, m, v, work, 10, **SETTINGS),
        "in blocks": lambda: in_blocks(step, w, grad, m, v, short, 10, **SETTINGS),
    }


def medians(calls, rounds):
    """Return the median seconds of each call, by name; they take turns, so that a busy machine slows all of them."""
    seconds = {name: [] for name in calls}
    for call in calls.values():
        call()
    for _ in range(rounds):
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            seconds[name].append(time.perf_counter() - start)
    return {name: float(np.median(taken)) for name, taken in seconds.items()}


@cache
def recorded():
    """Return what `python -m jobs.costs` measured where PyTorch and JAX are installed."""
    return json.loads(FILE.read_text(encoding="utf-8"))
