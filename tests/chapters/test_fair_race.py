"""What the explorer of the race draws and says, against rules written out."""

import numpy as np
import pytest

from course_lib.chapters.fair_race.explorer import RaceExplorer
from course_lib.words import short


def by_hand(rule, lr, curvatures, w, steps):
    """Return the loss before and after each step of a rule with its usual settings, on ½ Σ λw²."""
    w, m, v = np.array(w), np.zeros(2), np.zeros(2)
    losses = [np.sum(curvatures * w**2) / 2]
    for t in range(1, steps + 1):
        g = curvatures * w
        if rule == "gradient descent":
            w = w - lr * g
        elif rule == "momentum":
            m = 0.9 * m + g
            w = w - lr * m
        elif rule == "RMSProp":
            v = 0.99 * v + 0.01 * g**2
            w = w - lr * g / (np.sqrt(v) + 1e-8)
        else:
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
            w = w - lr * m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        losses.append(np.sum(curvatures * w**2) / 2)
    return np.array(losses)


@pytest.mark.parametrize("steps", [1, 47])
def test_losses_and_their_order(steps):
    rates = {"gradient_descent": 0.15, "momentum": 0.03, "rmsprop": 0.07, "adam": 0.3}
    explorer = RaceExplorer(steps=steps, **{f"lr_{name}": lr for name, lr in rates.items()}, start=(-2.0, 1.5))
    ends = {}
    for (rule, run), lr in zip(explorer.result.items(), rates.values(), strict=True):
        losses = by_hand(rule, lr, np.array([1.0, 10.0]), (-2.0, 1.5), steps)
        np.testing.assert_allclose(run.loss, losses, rtol=1e-8)
        ends[rule] = losses[-1]
    best_first = sorted(ends, key=ends.get)
    assert explorer.describe().endswith(", ".join(f"{rule} {short(ends[rule])}" for rule in best_first) + ".")


def test_who_is_switched_off_does_not_run():
    explorer = RaceExplorer(momentum=False, adam=False)
    assert list(explorer.result) == ["gradient descent", "RMSProp"]
    explorer.set(gradient_descent=False, rmsprop=False)
    assert explorer.describe() == "Nobody runs: switch a rule on."
