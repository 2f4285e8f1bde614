"""Measure what a step costs with Dask on this machine: `python -m jobs.parallel`, about three minutes.

The table lies in the room of chapter 17. What the chapter draws up to 1024 workers comes from it.
"""

import os
import time
import warnings

import numpy as np

from course_lib import GradientDescent, LinearRegression, load_digits, standardize
from course_lib.chapters.parallel_and_distributed.shared import FILE, NETWORK, QUICK, SIZES, WORKERS, empty_work, rows
from course_lib.training.clusters import local_workers
from course_lib.training.parallel import data_parallel
from course_lib.training.wire import received

SEED = 0


def quick(seconds):
    """Return the time that the quickest steps stay below: this machine does other things, too."""
    return float(np.quantile(seconds, QUICK))


def of_sizes(client, workers, table):
    """Measure steps that compute next to nothing, for all sizes of the gradient."""
    for size in SIZES:
        steps, data = (40 if size <= 10**6 else 12), empty_work(size, workers)
        model, before = LinearRegression(size // 8 - 1), received(client)
        told = dict(optimizer=GradientDescent(1e-9), shards=workers, engine=client)
        run = data_parallel(model, data, epochs=steps + 2, **told)
        long = received(client)
        data_parallel(model, data, epochs=2, **told)
        table[f"empty | {workers} | {size}"] = quick(run.seconds[2:])
        # The shards travel once; what a step moves is what the longer of two runs moved more.
        table[f"bytes | {workers} | {size}"] = (long - before - (received(client) - long)) / steps


def of_work(client, workers, table):
    """Measure steps of a network on as many rows as make work that is large enough."""
    for name, data in rows().items():
        told = dict(optimizer=GradientDescent(0.1), epochs=8, seed=SEED, shards=workers)
        table[f"work | {workers} | {name}"] = quick(data_parallel(NETWORK, data, engine=client, **told).seconds[2:])


def main():
    """Measure, and store the table."""
    warnings.simplefilter("ignore")  # Dask's, on large messages
    table, here = {}, standardize(load_digits())
    for name, data in rows().items():
        alone = data_parallel(NETWORK, data, GradientDescent(0.1), 8, shards=1)
        table[f"here | {name}"] = quick(alone.seconds[2:])
    print(f"{len(here)} rows: {table['here | small']:.4f} s a step in this process", flush=True)
    for workers in WORKERS:
        begun = time.time()
        with local_workers(workers) as client:
            of_sizes(client, workers, table)
            of_work(client, workers, table)
        print(f"{workers} workers: {time.time() - begun:.0f} s, load {os.getloadavg()[0]:.1f}", flush=True)
    np.savez_compressed(FILE, **table)
    print(f"{FILE.name}: {FILE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
