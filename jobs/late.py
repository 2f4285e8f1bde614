"""Run the digits of chapter 18, late and compressed, and store their losses: `python -m jobs.late`, some minutes.

Every case runs with every rate and the seeds that choose; the rate they choose runs with those that judge.
`course_lib.chapters.late_and_compressed.shared` has the cases and reads the table.
"""

import time

import numpy as np

from course_lib.chapters.late_and_compressed.shared import (
    FILE,
    FRESH,
    GOALS,
    LATE,
    RATES,
    SENT,
    TUNING,
    chosen,
    passes_to,
    run_late,
    run_sent,
    typical,
)
from jobs.storing import store


def cases():
    """Yield every case with its name and a function of (rates, seeds)."""
    for kind, workers in LATE:
        yield f"{kind} {workers}", lambda rates, seeds, c=(kind, workers): run_late(*c, rates, seeds)
    for name in SENT:
        yield name, lambda rates, seeds, c=name: run_sent(c, rates, seeds)


def main():
    """Run all, and store the passes of the tuning runs and the losses of the fresh ones."""
    kept = {}
    for name, run in cases():
        started = time.time()
        tried = run(RATES, TUNING)
        passes = np.array([passes_to(tried, goal) for goal in GOALS])
        ends = typical(np.where(np.isnan(tried[-1]), np.inf, tried[-1]))
        best = [chosen(of_goal, ends) for of_goal in passes]
        kept[f"{name} | tuning"] = passes.astype(np.float32)
        kept[f"{name} | ends"] = ends.astype(np.float32)
        kept[f"{name} | fresh"] = np.array([run(RATES[[k]], FRESH)[:, 0] for k in best], dtype=np.float32)
        print(f"{name}: {time.time() - started:.0f} s", flush=True)
    store(FILE, **kept)


if __name__ == "__main__":
    main()
