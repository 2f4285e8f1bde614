"""Measure what a step costs with Dask on this machine: `python -m jobs.parallel`, about three minutes.

The table lies in the room of chapter 17. What the chapter draws up to 1024 workers comes from it. Run it when nobody
else needs the machine.
"""

import os
import sys
import time
import warnings

import numpy as np

from course_lib import GradientDescent, LinearRegression
from course_lib.chapters.parallel_and_distributed.shared import FILE, NETWORK, SIZES, WORKERS, empty_work, rows
from course_lib.training.clusters import local_workers
from course_lib.training.parallel import data_parallel
from course_lib.training.wire import received

SEED = 0


def quickest(run):
    """Return the time of the quickest step but the first two: the machine may have other things to do."""
    return float(run.seconds[2:].min())


def of_sizes(client, workers, table):
    """Measure steps that compute next to nothing, for all sizes of the gradient."""
    for size in SIZES:
        steps, data = (40 if size <= 10**6 else 12), empty_work(size, workers)
        model, before = LinearRegression(size // 8 - 1), received(client)
        told = dict(optimizer=GradientDescent(1e-9), shards=workers, engine=client)
        run = data_parallel(model, data, epochs=steps + 2, **told)
        long = received(client)
        data_parallel(model, data, epochs=2, **told)
        table[f"empty | {workers} | {size}"] = quickest(run)
        # The shards travel once; what a step moves is what the longer of two runs moved more.
        table[f"bytes | {workers} | {size}"] = (long - before - (received(client) - long)) / steps


def of_work(client, workers, table):
    """Measure steps of a network on as many rows as make work that is large enough; one process in turns with them."""
    for name, data in rows().items():
        told = dict(optimizer=GradientDescent(0.1), epochs=6, seed=SEED, shards=workers)
        for _ in range(8):
            for key, engine, shards in ((f"here | {name}", None, 1), (f"work | {workers} | {name}", client, workers)):
                run = data_parallel(NETWORK, data, **(told | {"engine": engine, "shards": shards}))
                table[key] = min(table.get(key, np.inf), quickest(run))


def main(only=()):
    """Measure, and store the table.

    With names out of `sizes` and `work`, those parts alone are measured, and the quicker of the stored and the new time
    stays: the machine may have been busy.
    """
    warnings.simplefilter("ignore")  # Dask's, on large messages
    parts, table, before = {"sizes": of_sizes, "work": of_work}, {}, {}
    if only and FILE.exists():
        with np.load(FILE) as stored:
            before = dict(stored)
    for workers in WORKERS:
        begun = time.time()
        with local_workers(workers) as client:
            for name in only or parts:
                parts[name](client, workers, table)
        print(f"{workers} workers: {time.time() - begun:.0f} s, load {os.getloadavg()[0]:.1f}", flush=True)
    quicker = {name: min(value, before.get(name, np.inf)) for name, value in table.items()}
    np.savez_compressed(FILE, **(before | quicker))
    print(f"{FILE.name}: {FILE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
