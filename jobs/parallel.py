"""Measure what a step costs with Dask on this machine: `python -m jobs.parallel`, some minutes.

The table lies in the room of chapter 17. What the chapter draws up to 1024 workers comes from it. Run it when nobody
else needs the machine. All times are medians, of as many readings each, and one process and the workers take turns.
"""

import os
import time
import warnings

import numpy as np

from course_lib import GradientDescent, LinearRegression
from course_lib.chapters.parallel_and_distributed.shared import FILE, NETWORK, SIZES, WORKERS, empty_work, rows
from course_lib.training.clusters import local_workers
from course_lib.training.parallel import data_parallel
from course_lib.training.wire import received
from jobs.storing import store

SEED, STEPS, TURNS, ROUNDS = 0, 4, 5, 2


def of_sizes(client, workers, table):
    """Measure steps that compute next to nothing, for all sizes of the gradient in turns."""
    seconds = {size: [] for size in SIZES}
    for _ in range(ROUNDS):
        for size in SIZES:
            model, data, before = LinearRegression(size // 8 - 1), empty_work(size, workers), received(client)
            told = dict(optimizer=GradientDescent(1e-9), shards=workers, engine=client)
            run = data_parallel(model, data, epochs=STEPS + 2, **told)
            long = received(client)
            data_parallel(model, data, epochs=2, **told)
            seconds[size].extend(run.seconds[2:])
            # The shards travel once; what a step moves is what the longer of two runs moved more.
            table[f"bytes | {workers} | {size}"] = (long - before - (received(client) - long)) / STEPS
    for size in SIZES:
        table[f"empty | {workers} | {size}"] = np.median(seconds[size])


def of_work(client, workers, table):
    """Measure steps of a network on few and on many rows: one process and the workers in turns.

    One number for each turn, the median of its steps: (one process, workers) belong together.
    """
    for name, data in rows().items():
        told = dict(optimizer=GradientDescent(0.1), epochs=STEPS + 2, seed=SEED)
        pairs = []
        for _ in range(TURNS):
            runs = [data_parallel(NETWORK, data, engine=engine, shards=shards, **told)
                    for engine, shards in ((None, 1), (client, workers))]  # fmt: skip
            pairs.append([np.median(run.seconds[2:]) for run in runs])
        table[f"turns | {workers} | {name}"] = pairs


def main():
    """Measure, and store the table: all of it from one job."""
    warnings.simplefilter("ignore")  # Dask's, on large messages
    table = {}
    for workers in WORKERS:
        begun = time.time()
        with local_workers(workers) as client:
            of_sizes(client, workers, table)
            of_work(client, workers, table)
        print(f"{workers} workers: {time.time() - begun:.0f} s, load {os.getloadavg()[0]:.1f}", flush=True)
    store(FILE, **table)


if __name__ == "__main__":
    main()
