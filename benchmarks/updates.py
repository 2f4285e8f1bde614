"""One step of Adam on float32, way by way, beside in-place scaling of the same bytes: one core, medians in turns.

What runs on one core is measured in processor time, which other programs that share the core do not add to.
"""

import gc
import os
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from course_lib.chapters.what_an_update_costs.shared import (
    BLOCK,
    SETTINGS,
    arrays,
    as_written,
    in_blocks,
    scaling,
    ways,
)
from course_lib.checks import find
from course_lib.optimizers import Adam

N = 10_000_000
SIZES = (10**3, 10**4, 10**5, 10**6, 10**7, 10**8)
LIMIT = "limit"
CLOCK = time.perf_counter if sys.platform == "win32" else time.process_time  # that of Windows ticks 64 times a second


def torch_ways(n):
    """Return PyTorch's three ways to take the same step, by name: on one thread, as `torch.set_num_threads` says."""
    import torch

    def way(**how):
        w, grad, _, _ = (torch.from_numpy(array) for array in arrays(n))
        parameter = torch.nn.Parameter(w)
        parameter.grad = grad
        rule = torch.optim.Adam([parameter], SETTINGS["lr"], (SETTINGS["beta1"], SETTINGS["beta2"]), **how)
        return rule.step

    return {
        "PyTorch, loop": way(foreach=False),
        "PyTorch, foreach": way(foreach=True),
        "PyTorch, fused": way(fused=True),
    }


def jax_way(n):
    """Return the library's own rule, which JAX compiles into three loops, for m, v and w.

    It uses one thread in a process of one core.
    """
    import jax
    import jax.numpy as jnp

    rule = Adam(**SETTINGS)
    step = jax.jit(rule.step, donate_argnums=(0, 2))
    w, grad = (jnp.array(array) for array in arrays(n)[:2])
    held = [w, rule.init(w)]

    def once():
        held[:] = step(held[0], grad, held[1], 10.0)
        jax.block_until_ready(held[0])

    return {"the library's rule, jitted": once}


def passes(n):
    """Return the step in place on arrays that stay in the cache, as often as n numbers take, by name."""
    size = min(n, BLOCK)
    step, (w, grad, m, v), work = find("adam_in_place").reference, arrays(size), np.empty(size, dtype=np.float32)

    def in_the_cache():
        for _ in range(n // size):
            step(w, grad, m, v, work, 10, **SETTINGS)

    return {"passes in the cache": in_the_cache}


def threaded(n, threads):
    """Return scaling and the step in blocks, each divided among so many threads, by name."""
    pool, step = ThreadPoolExecutor(threads), find("adam_in_place").reference
    edges = np.linspace(0, n, threads + 1).astype(int)
    parts = [slice(*pair) for pair in zip(edges[:-1], edges[1:])]
    held, work = arrays(n), [np.empty(min(n, BLOCK), dtype=np.float32) for _ in parts]
    scalings = [scaling(part.stop - part.start) for part in parts]

    def blocks():
        jobs = [pool.submit(in_blocks, step, *(array[part] for array in held), own, 10, **SETTINGS)
                for part, own in zip(parts, work)]  # fmt: skip
        for job in jobs:
            job.result()

    def limit():
        for job in [pool.submit(scale) for scale in scalings]:
            job.result()

    return {f"limit, {threads} threads": limit, f"in blocks, {threads} threads": blocks}


def check_same():
    """Stop where two ways do not take the same step."""
    import torch

    step, n = find("adam_in_place").reference, 1000
    w, grad, m, v = arrays(n)
    expected = as_written(w, grad, m, v, 10, **SETTINGS)
    place, blocks = ([w.copy(), grad, m.copy(), v.copy()] for _ in range(2))
    step(*place, np.empty(n, np.float32), 10, **SETTINGS)
    in_blocks(step, *blocks, np.empty(64, np.float32), 10, **SETTINGS)
    for got in (place, blocks):
        for ours, theirs in zip((got[0], *got[2:]), expected, strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-7)
    for how in (dict(foreach=False), dict(foreach=True), dict(fused=True)):
        parameter = torch.nn.Parameter(torch.from_numpy(w.copy()))
        parameter.grad = torch.from_numpy(grad)
        torch.optim.Adam([parameter], SETTINGS["lr"], **how).step()
        zero = np.zeros(n, np.float32)
        np.testing.assert_allclose(
            parameter.detach().numpy(), as_written(w, grad, zero, zero, 1, **SETTINGS)[0], rtol=1e-5, atol=1e-6
        )


def seconds(calls, rounds, clock=CLOCK, times=1):
    """Return for each call, by name: median seconds, quartiles of its ratio to the limit in its round, least seconds.

    The calls take turns, and the limit stands beside each of them, so that a busy machine slows both. Each is made so
    many `times` between two looks at the clock: a look takes as long as a step of a thousand numbers.
    """
    taken = {name: [] for name in calls}
    for call in calls.values():
        call()
    for _ in range(rounds):
        for name, call in calls.items():
            start = clock()
            for _ in range(times):
                call()
            taken[name].append((clock() - start) / times)
    limit = np.array(taken[LIMIT])
    return {
        name: (
            statistics.median(times),
            [float(q) for q in np.quantile(np.array(times) / limit, (0.25, 0.5, 0.75))],
            min(times),
        )
        for name, times in taken.items()
    }


def table(n, rounds=None):
    """Return what `seconds` says of every way at n numbers; this process must hold one core (see `one_core`).

    Above ten million numbers the peers are not held in memory together: each takes turns with the limit alone. How
    the system has laid out so long an array changes the limit as well; all ratios are to the fastest one.
    """
    rounds = rounds or int(np.clip(1e8 / n, 5, 201))
    groups = [ways, passes, jax_way, torch_ways]
    if n > N:
        limit, found = scaling(n), []
        for group in groups:
            found.append(seconds({LIMIT: limit} | {k: call for k, call in group(n).items() if k != LIMIT}, rounds))
            gc.collect()
        fastest = min(rows[LIMIT][0] for rows in found)
        return {
            name: (median, [ratio * rows[LIMIT][0] / fastest for ratio in quartiles], least)
            for rows in found
            for name, (median, quartiles, least) in rows.items()
        }
    calls = {name: call for group in groups for name, call in group(n).items()}
    return seconds(calls, rounds, times=max(1, 10**5 // n))


class one_core:
    """Hold this process, and the threads that libraries start in it, on one core; nothing where the system cannot."""

    def __enter__(self):
        import torch

        self.before = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
        if self.before:
            os.sched_setaffinity(0, {max(self.before)})
        self.threads = torch.get_num_threads()
        torch.set_num_threads(1)

    def __exit__(self, *error):
        import torch

        if self.before:
            os.sched_setaffinity(0, self.before)
        torch.set_num_threads(self.threads)


def main():
    """Print the step of ten million numbers, then all sizes as ratios to the limit."""
    check_same()
    with one_core():
        rows = table(N)
        foreach = rows["PyTorch, foreach"][0]
        print(f"one step of Adam, {N:,} float32, 28 bytes each, one core; load {os.getloadavg()[0]:.1f}")
        print(f"{'way':28}{'time':>11}{'GB/s':>8}{'/ limit':>9}{'middle half':>15}{'/ foreach':>11}")
        for name, (median, (low, ratio, high), _) in rows.items():
            shown = f"{ratio:9.2f}{f'{low:.2f} to {high:.2f}':>15}{median / foreach:11.2f}"
            print(f"{name:28}{median * 1e3:8.2f} ms{28 * N / median / 1e9:8.1f}{shown}")
        blocks = rows["in blocks"]
        for what, ratio, target in (("foreach", blocks[0] / foreach, 1.0), ("limit", blocks[1][1], 1.5)):
            verdict = "met" if ratio <= target else "missed"
            print(f"in blocks / {what}: {ratio:.2f}, target {target}: {verdict}")
        print(f"\n{'numbers':>12}" + "".join(f"{name.removeprefix('PyTorch, '):>27}" for name in rows) + "   (÷ limit)")
        for n in SIZES:
            rows = table(n)
            print(f"{n:12,}" + "".join(f"{ratio:27.2f}" for _, (_, ratio, _), _ in rows.values()))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if cores > 1:
        two = seconds({LIMIT: threaded(N, 2)["limit, 2 threads"]} | threaded(N, 2), 21, time.perf_counter)
        print("\non two threads: in blocks / limit {:.2f}".format(two["in blocks, 2 threads"][1][1]))


if __name__ == "__main__":
    main()
