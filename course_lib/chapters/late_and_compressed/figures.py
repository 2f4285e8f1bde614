"""Four runs with gradients that are late, each at its limit."""

import numpy as np

from course_lib import plots
from course_lib.theory.delay import limit
from course_lib.training.delayed import delayed

LATE, STEPS = {"A": 3, "B": 7, "C": 1, "D": 4}, 60


def four_delays():
    """Return the errors of four runs by their letters, from 1 and each at the limit of its delay."""
    return {
        letter: delayed(lambda x, t: x, [1.0], float(limit(late)), np.full(STEPS, late))[:, 0]
        for letter, late in LATE.items()
    }


def draw_four_delays():
    """Draw the four runs, and print how often each crosses 0."""
    fig, axes = plots.figure(2, 2, height=5.0, sharex=True)
    for (letter, errors), ax in zip(four_delays().items(), axes.ravel(), strict=True):
        ax.plot(errors, marker="o", markersize=3)
        ax.set(title=letter, ylabel="error", xticks=range(0, STEPS + 1, 10))
        ax.axhline(0, color=plots.MUTED, linewidth=1)
    for ax in axes[-1]:
        ax.set_xlabel("step")
    crossings = {letter: int(np.sum(np.diff(np.sign(errors[10:])) != 0)) for letter, errors in four_delays().items()}
    print("changes of sign after step 10: " + ", ".join(f"{letter} {count}" for letter, count in crossings.items()))
