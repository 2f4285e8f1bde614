"""Data-parallel steps on worker processes: bytes on the wire, and time beside torch.distributed with gloo."""

import multiprocessing
import os
import statistics
import tempfile
import time
import warnings

import numpy as np

import course_lib as cl
from course_lib.theory import parallel
from course_lib.training.clusters import local_workers
from course_lib.training.wire import received

MODEL, RATE, STEPS, SKIPPED, ROUNDS = cl.MLP(64, 512, 10), 0.1, 10, 2, 3
WORKERS, LARGE = (2, 4, 8), 8


def rows(times):
    """Return 1796 digits, so many times one after the other: a number that two workers share equally."""
    digits = cl.standardize(cl.load_digits())
    return cl.Data(np.tile(digits.X[:1796], (times, 1)), np.tile(digits.y[:1796], times))


def ours(data, shards, engine=None):
    """Return the point and the seconds of each step."""
    run = cl.data_parallel(MODEL, data, cl.GradientDescent(RATE), STEPS, shards=shards, engine=engine, seed=0)
    return run.w, run.seconds[SKIPPED:]


def of_torch(rank, size, place, times, answers):
    """Train with DistributedDataParallel on the rows of this rank; rank 0 tells the point and the seconds."""
    import torch
    import torch.distributed as dist

    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{place}", rank=rank, world_size=size)
    data, w = rows(times), MODEL.init(np.random.default_rng(0))
    X, y = (torch.from_numpy(np.array_split(part, size)[rank]) for part in data)
    model = torch.nn.Sequential(
        torch.nn.Linear(64, 512, dtype=torch.float64), torch.nn.Tanh(), torch.nn.Linear(512, 10, dtype=torch.float64)
    )
    with torch.no_grad():
        for layer, weights in zip((model[0], model[2]), MODEL._layers(w)):
            layer.weight.copy_(torch.from_numpy(weights[:, :-1].copy()))
            layer.bias.copy_(torch.from_numpy(weights[:, -1].copy()))
    parallel_model, loss = torch.nn.parallel.DistributedDataParallel(model), torch.nn.CrossEntropyLoss()
    optimizer, seconds = torch.optim.SGD(model.parameters(), lr=RATE), []
    for _ in range(STEPS):
        begun = time.perf_counter()
        optimizer.zero_grad()
        loss(parallel_model(X), y).backward()
        optimizer.step()
        seconds.append(time.perf_counter() - begun)
    if rank == 0:
        layers = (torch.cat([layer.weight, layer.bias[:, None]], dim=1).detach() for layer in (model[0], model[2]))
        answers.put((np.concatenate([layer.numpy().ravel() for layer in layers]), seconds[SKIPPED:]))
    dist.barrier()
    dist.destroy_process_group()


def torch_processes(size, times):
    """Run `of_torch` in so many processes; return what rank 0 tells."""
    spawn = multiprocessing.get_context("spawn")
    answers = spawn.Queue()
    with tempfile.TemporaryDirectory() as folder:
        told = [(rank, size, os.path.join(folder, "meeting"), times, answers) for rank in range(size)]
        processes = [spawn.Process(target=of_torch, args=one) for one in told]
        for process in processes:
            process.start()
        try:
            return answers.get(timeout=120)
        finally:
            for process in processes:
                process.join(10)
                process.terminate()


def bytes_on_the_wire():
    """Print what a step moves, beside the least of a ring and of a star."""
    size = 8 * MODEL.size
    for workers in WORKERS:
        with local_workers(workers) as client:
            seen = [received(client)]
            for steps in (2, 12):
                cl.data_parallel(MODEL, rows(1), cl.GradientDescent(RATE), steps, shards=workers, engine=client)
                seen.append(received(client))
        moved = (seen[2] - seen[1] - (seen[1] - seen[0])) / 10
        ring, star = workers * parallel.ring_bytes(workers, size), parallel.star_bytes(workers, size)
        print(
            f"{workers} workers, a gradient of {size / 1e6:.2f} MB: {moved / 1e6:.2f} MB received in a step, "
            f"{moved / star:.2f} × a star's {star / 1e6:.2f}, {moved / ring:.2f} × a ring's {ring / 1e6:.2f} (all its "
            "links)",
            flush=True,
        )


def beside_torch():
    """Print the time of a step of two workers beside one process and torch.distributed, in turns."""
    for times in (1, LARGE):
        taken = {"one process": [], "Dask": [], "gloo": []}
        with local_workers(2) as client:
            for _ in range(ROUNDS):
                w, seconds = ours(rows(times), 1)
                taken["one process"].append(min(seconds))
                far, seconds = ours(rows(times), 2, client)
                taken["Dask"].append(min(seconds))
                theirs, seconds = torch_processes(2, times)
                taken["gloo"].append(min(seconds))
                np.testing.assert_allclose(far, w, rtol=1e-8, atol=1e-12)
                np.testing.assert_allclose(theirs, w, rtol=1e-7, atol=1e-10)
        one, dask, gloo = (1e3 * statistics.median(each) for each in taken.values())
        print(
            f"{1796 * times} rows a step, quickest step, median of {ROUNDS}: one process {one:.1f} ms, "
            f"two Dask workers {dask:.1f} ms, torch.distributed with gloo, two processes, {gloo:.1f} ms; "
            f"ours takes {dask / gloo:.2f} × that, and is {one / dask:.2f} × as fast as one process",
            flush=True,
        )


def more_workers():
    """Print what 2, 4 and 8 workers take on work that is large enough, beside one process in turns."""
    data = rows(LARGE)
    for workers in WORKERS:
        one, many = [], []
        with local_workers(workers) as client:
            for _ in range(ROUNDS):
                one.append(min(ours(data, 1)[1]))
                many.append(min(ours(data, workers, client)[1]))
        alone, here = 1e3 * statistics.median(one), 1e3 * statistics.median(many)
        print(f"{len(data)} rows, {workers} workers: {here:.0f} ms a step, one process {alone:.0f} ms", flush=True)


def main():
    """Print the comparisons, and how busy the machine is."""
    import torch  # noqa: F401

    warnings.simplefilter("ignore")  # Dask's own
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{os.cpu_count()} cores{load}", flush=True)
    bytes_on_the_wire()
    beside_torch()
    more_workers()


if __name__ == "__main__":
    main()
