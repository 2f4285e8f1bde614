"""One budget after another: a cosine planned for each, and one plateau from which each branches off."""

import numpy as np

from course_lib.chapters.learning_rate_schedules.shared import BATCHES, FRESH, PEAKS, TUNING, WRONG, run
from course_lib.schedules import Cosine, WarmupStableDecay

BUDGETS = (5, 10, 20)  # passes
DECAY = 0.2  # the share of a budget in which a branch falls to 0
PLANS = ("a cosine for each budget", "branches of one plateau")


def plan(name, peak, passes):
    """Return the schedule of a plan for one of the budgets."""
    steps = passes * BATCHES
    if name == PLANS[0]:
        return Cosine(peak, steps)
    return WarmupStableDecay(peak, steps, BATCHES // 2, int(DECAY * steps))


def cost(name):
    """Return how many passes a plan takes to have a result for each of the budgets."""
    if name == PLANS[0]:
        return sum(BUDGETS)
    return max(BUDGETS) + DECAY * sum(BUDGETS[:-1])


def measured():
    """Yield the losses of both plans after each budget, SGD on wrong labels, by peak and seed; then those of the best.

    A plateau has one peak for all budgets, the best on average; each cosine has its own.
    """
    peaks = PEAKS["SGD"][:14]
    for name in PLANS:
        lanes = peaks[:, np.newaxis, np.newaxis]
        tuned = np.array([run(WRONG, "SGD", plan(name, lanes, passes), TUNING, passes)[0] for passes in BUDGETS])
        yield f"{name} | tuning", tuned
        means = tuned.mean(axis=-1)
        best = np.full(len(BUDGETS), means.mean(axis=0).argmin()) if name == PLANS[1] else means.argmin(axis=-1)
        yield f"{name} | peaks", peaks[best]
        fresh = [run(WRONG, "SGD", plan(name, peaks[k], passes), FRESH, passes)[0] for k, passes in zip(best, BUDGETS)]
        yield f"{name} | fresh", np.array(fresh)
