"""The noisy bowl that the explorer and an exercise drag on: twenty coordinates, late and compressed gradients."""

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from course_lib.theory import compression
from course_lib.training.compressed import quantize, scaled_sign, top_k
from course_lib.training.delayed import delayed

STEPS, RUNS = 400, 10
CURVATURES = np.geomspace(0.05, 1.0, 20)
SPREAD = 0.2  # standard deviation of the noise in each coordinate of a gradient
MESSAGES = ("full", "rounded", "top-k", "signs")


@dataclass(frozen=True)
class LateRun:
    """Ten runs of 400 steps with one setting.

    Attributes
    ----------
    loss : array of shape (401, 10)
    message_bytes : int
        What one step sends.
    """

    loss: np.ndarray
    message_bytes: int

    @property
    def mean(self):
        """The mean loss of the runs before and after each step."""
        return self.loss.mean(axis=1)

    def steps_to(self, goal):
        """Return the step from which on the mean loss stays at or below a goal, infinite if it does not."""
        above = ~(self.mean <= goal)
        return np.inf if above[-1] else int(len(above) - above[::-1].argmax()) if above.any() else 0


@cache
def _noise():
    return np.random.default_rng(18).normal(scale=SPREAD, size=(STEPS, RUNS, len(CURVATURES)))


def late_run(lr, delay=0, message="full", levels=1, kept=20, memory=False, noisy=True):
    """Descend the bowl from 1 in each coordinate; the gradients are `delay` steps late and sent as a message.

    Returns
    -------
    LateRun
    """
    return _late_run(lr, delay, message, levels, kept, memory, noisy)


@lru_cache(maxsize=8)  # a picture and its goal want the same run
def _late_run(lr, delay, message, levels, kept, memory, noisy):
    d, rng, owed = len(CURVATURES), np.random.default_rng(19), np.zeros((RUNS, len(CURVATURES)))
    send = {
        "full": lambda grad: grad,
        "rounded": lambda grad: quantize(grad, levels, rng),
        "top-k": lambda grad: top_k(grad, kept),
        "signs": scaled_sign,
    }[message]

    def sent(w, t):
        nonlocal owed
        wanted = CURVATURES * w + noisy * _noise()[t] + owed
        passed_on = send(wanted)
        if memory:
            owed = wanted - passed_on
        return passed_on

    path = delayed(sent, np.ones((RUNS, d)), lr, np.full(STEPS, delay))
    with np.errstate(all="ignore"):
        loss = (CURVATURES / 2 * path**2).sum(axis=-1)
    size = {
        "full": compression.bytes_of_full(d),
        "rounded": compression.bytes_of_quantized(d, levels),
        "top-k": compression.bytes_of_top_k(d, kept),
        "signs": compression.bytes_of_sign(d),
    }[message]
    return LateRun(np.where(np.isnan(loss), np.inf, loss), size)
