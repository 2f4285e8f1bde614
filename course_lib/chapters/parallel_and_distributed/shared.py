"""What chapter and exercises share: the table of measured steps, its problems, and shards that are unlike."""

import os
import signal
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import numpy as np

from course_lib.data import Data, load_diabetes, load_digits, standardize
from course_lib.models import MLP, LinearRegression
from course_lib.training.clusters import local_workers

FILE = Path(__file__).with_name("measured.npz")
SIZES = (10**4, 3 * 10**4, 10**5, 3 * 10**5, 10**6, 3 * 10**6, 10**7)  # of a gradient, in bytes
WORKERS = (1, 2, 4, 8)
NETWORK = MLP(64, 512, 10)


@cache
def table():
    """Return the measured seconds and bytes by name, as `python -m jobs.parallel` has stored them.

    `turns | W | name` holds pairs: the median step of one process, and that of W workers in the same turn.
    """
    with np.load(FILE) as stored:
        return {name: stored[name] if stored[name].ndim else float(stored[name]) for name in stored}


def one_process(name):
    """Return the median seconds of a step of one process, over all turns of the job; `name` as in `rows`."""
    return float(np.median([table()[f"turns | {W} | {name}"][:, 0] for W in WORKERS]))


def empty_work(size, workers):
    """Return data whose gradient has so many bytes and costs next to nothing: one row for each worker."""
    rng = np.random.default_rng(0)
    return Data(rng.normal(size=(workers, size // 8 - 1)), rng.normal(size=workers))


@cache
def rows():
    """Return the digits once, and eight times one after the other: little work, and more of it."""
    digits = standardize(load_digits())
    return {"small": digits, "large": Data(np.tile(digits.X, (8, 1)), np.tile(digits.y, 8))}


def constants():
    """Return seconds of every step, latency and bandwidth of a star, fitted to all steps of empty work.

    seconds = per step + 2W (latency + size/bandwidth), with least relative squares.
    """
    W, size = np.meshgrid(WORKERS, SIZES)
    seconds = np.array([table()[f"empty | {workers} | {one}"] for workers, one in zip(W.flat, size.flat)])
    design = np.stack([np.ones(W.size), 2 * W.ravel(), 2 * (W * size).ravel()], axis=1) / seconds[:, np.newaxis]
    per_step, latency, per_byte = np.linalg.lstsq(design, np.ones(W.size), rcond=None)[0]
    return float(per_step), float(latency), float(1 / per_byte)


@cache
def diabetes_shards(kind):
    """Return the diabetes data (mass index, blood pressure, s5) as two shards of 300 and 142 rows.

    `kind` is "random", or "sorted": by the body mass index.
    """
    data = standardize(load_diabetes())
    order = np.random.default_rng(0).permutation(len(data)) if kind == "random" else np.argsort(data.X[:, 2])
    return [Data(data.X[part][:, [2, 3, 8]], data.y[part]) for part in (order[:300], order[300:])]


def of_shards(shards):
    """Return Hessians, minima and shares of rows of the shards of a linear regression."""
    model = LinearRegression(shards[0].X.shape[1])
    share = np.array([len(shard) for shard in shards]) / sum(map(len, shards))
    return [model.hessian(shard.X) for shard in shards], [model.solve(*shard) for shard in shards], share


def descent_to(model, data, loss, lr):
    """Return the first point of plain descent with all rows, from 0, where the loss is at most `loss`."""
    w = np.zeros(model.size)
    while model.loss(w, *data) > loss:
        w = w - lr * model.grad(w, *data)
    return w


@contextmanager
def two_workers():
    """Start two worker processes and yield a client of theirs; where none can start, say why, and yield None."""
    with ExitStack() as stack:
        try:
            client = stack.enter_context(local_workers(2))
        except (ModuleNotFoundError, ConnectionError) as error:
            print(f"{error}\nWhat follows runs in this process instead; the stored figures show it with workers.")
            client = None
        yield client


def kill_a_worker(client, at):
    """Return what `progress` calls: after step `at` it ends one of the worker processes, as a crash would."""

    def progress(t, steps):
        if t == at and client is not None:
            victim = client.run(os.getpid)[min(client.nthreads())]
            os.kill(victim, getattr(signal, "SIGKILL", signal.SIGTERM))

    return progress


def lose_the_scheduler(client, at):
    """Return what `progress` calls: after step `at` it ends the scheduler, and all workers with it."""
    return lambda t, steps: client.cluster.close() if t == at and client is not None else None


def local_runs(curvature, lr, workers, local_steps, rounds, runs, rng):
    """Return the points of all workers after 0, 1, … steps of each round: shape (rounds, steps + 1, runs, workers).

    The loss is λx²/2, and each gradient has a noise of its own, of variance 1. After a round all go on from their mean.
    """
    x, points = np.zeros((runs, workers)), []
    for _ in range(rounds):
        of_round = [x]
        for _ in range(local_steps):
            x = x - lr * (curvature * x + rng.normal(size=x.shape))
            of_round.append(x)
        points.append(of_round)
        x = np.repeat(x.mean(axis=1, keepdims=True), workers, axis=1)
    return np.array(points)
