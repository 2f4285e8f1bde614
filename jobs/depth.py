"""Train the deep networks of chapter 11 and store their losses: `python -m jobs.depth`, about ten minutes.

Every wiring at every gain, depth and rate of `course_lib.chapters.a_network.shared`, with the seeds that choose and
those that judge; `depth_table` there reads what is kept.
"""

import time

import numpy as np

from course_lib.chapters.a_network.shared import (
    CHOOSE,
    DEPTHS,
    FILE,
    GAINS,
    JUDGE,
    RATES,
    WIRINGS,
    digits,
    train_deep,
)


def main():
    """Run all, and store the losses after the last step."""
    train, _ = digits()
    losses = np.empty((len(WIRINGS), len(GAINS), len(DEPTHS), len(RATES), len(CHOOSE + JUDGE)), dtype=np.float32)
    for k, wiring in enumerate(WIRINGS):
        started = time.time()
        for j, gain in enumerate(GAINS):
            for i, depth in enumerate(DEPTHS):
                runs = [train_deep(train, depth, wiring, gain, RATES, seed)[1] for seed in CHOOSE + JUDGE]
                losses[k, j, i] = np.transpose(runs)
        print(f"{wiring}: {time.time() - started:.0f} s", flush=True)
    np.savez_compressed(FILE, losses=losses)
    print(f"{FILE.name}: {FILE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
