"""Run the comparisons of chapter 13 and store their table: `python -m jobs.schedules`, some minutes of one core.

Every schedule runs with every peak and every second number of `course_lib.chapters.learning_rate_schedules.shared`,
with the seeds that choose; the setting they choose runs with those that judge. `python -m jobs.schedules schedules`
makes one part of the table anew, of: schedules, warmups, budgets.
"""

import sys
import time

import numpy as np

from course_lib.chapters.learning_rate_schedules.shared import (
    CLEAN,
    FILE,
    FRESH,
    PASSES,
    PEAKS,
    RULES,
    SHAPES,
    TUNING,
    WRONG,
    budgets,
    run,
    schedule,
    warmups,
)
from jobs.storing import store


def schedules():
    """Yield the losses of every schedule, by labels, rule and name."""
    for labels in (CLEAN, WRONG):
        for rule in RULES:
            for name, (_, numbers) in SHAPES.items():
                lanes = PEAKS[rule][:, np.newaxis, np.newaxis]
                steps = PASSES * 42
                tuned = np.array([run(labels, rule, schedule(name, lanes, steps, n), TUNING)[:2] for n in numbers])
                tuned = tuned.swapaxes(0, 1)  # measure, second number, peak, seed
                yield f"{labels} | {rule} | {name} | tuning", tuned
                for which, measure in enumerate(("training", "held-out")):
                    means = tuned[which].mean(axis=-1)
                    row, k = np.unravel_index(means.argmin(), means.shape)
                    logs = run(labels, rule, schedule(name, PEAKS[rule][k], steps, numbers[row]), FRESH)
                    yield f"{labels} | {rule} | {name} | {measure}", logs[2 * which]


PARTS = {"schedules": schedules, "warmups": warmups.measured, "budgets": budgets.measured}


def main(only=()):
    """Make the parts whose names are given, all if none, and store them beside what is stored already."""
    stored = {}
    if FILE.exists():
        with np.load(FILE) as before:
            stored = dict(before)
    for part in only or PARTS:
        started = time.time()
        for name, values in PARTS[part]():
            stored[name] = np.round(np.minimum(values, 30), 4).astype(np.float32)
            print(f"{name}: {time.time() - started:.0f} s", flush=True)
        store(FILE, **stored)


if __name__ == "__main__":
    main(sys.argv[1:])
