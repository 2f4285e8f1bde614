"""Run the race of chapter 12 and store its table: `python -m jobs.race`, about four minutes of one core.

Every rule runs with every setting of `course_lib.chapters.fair_race.shared.grids`, on every problem, with the seeds
that choose and those that judge. What is kept stands at `table` there.
"""

import sys
import time

import numpy as np

from course_lib.chapters.fair_race.shared import FILE, FRESH, RULES, TRIALS, TUNING, grids, in_units, problems, run
from jobs.storing import store


def main(only=()):
    """Run the problems whose names are given, all if none, and store them beside those that are stored already."""
    stored = {}
    if only and FILE.exists():
        with np.load(FILE) as before:
            stored = dict(before)
    for problem, it in problems().items():
        for name in RULES if not only or problem in only else ():
            started = time.time()
            for kind, settings in grids(name).items():
                logs = run(problem, name, settings, np.concatenate([TUNING, FRESH]), it.passes[-1])
                last, best, test = (logs[measure][list(it.passes)] for measure in logs)
                with np.errstate(invalid="ignore"):
                    gained = np.nan_to_num(last - best, nan=0.0, posinf=np.inf)
                kept = {"last loss": last, "best loss": gained, "test loss": test[:, :TRIALS, len(TUNING) :]}
                stored |= {f"{problem} | {name} | {kind} | {key}": in_units(kept[key]) for key in kept}
            print(f"{problem}, {name}: {time.time() - started:.0f} s", flush=True)
            store(FILE, **stored)


if __name__ == "__main__":
    main(sys.argv[1:])
