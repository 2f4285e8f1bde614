"""Train the deep networks of chapter 11 and store their losses: `python -m jobs.depth`, about ten minutes.

Every wiring at every gain, depth and rate of `course_lib.chapters.a_network.shared`, with each of the seeds, and plain
networks at gains about √2; `depth_table` there reads what is kept.
"""

import time

import numpy as np

from course_lib.chapters.a_network.shared import (
    DEPTHS,
    FILE,
    FINER,
    GAINS,
    RATES,
    SEEDS,
    WIRINGS,
    digits,
    train_deep,
)
from jobs.storing import store


def table(train, wiring, gains):
    """Return the losses of one wiring: shape (gains, DEPTHS, RATES, SEEDS)."""
    runs = [[[train_deep(train, depth, wiring, gain, RATES, seed)[1] for seed in SEEDS] for depth in DEPTHS]
            for gain in gains]  # fmt: skip
    return np.swapaxes(np.array(runs, dtype=np.float32), -1, -2)


def main():
    """Run all, and store the losses after the last step."""
    train, _ = digits()
    losses = []
    for wiring in WIRINGS:
        started = time.time()
        losses.append(table(train, wiring, GAINS))
        print(f"{wiring}: {time.time() - started:.0f} s", flush=True)
    store(FILE, losses=np.array(losses), finer=table(train, "plain", FINER))


if __name__ == "__main__":
    main()
