"""A sweep of softmax regression beside a PyTorch loop and the same in JAX; and two processes beside one."""

import os
import statistics
import subprocess
import sys
import time

import numpy as np

import course_lib as cl

RATES, SEEDS, EPOCHS, BATCH = cl.rate_grid(1e-4, 1, 200), range(10), 20, 32
TRAIN, TEST = cl.standardize(*cl.split(cl.load_digits()))
MODEL = cl.SoftmaxRegression(64, 10)
LOOPS = 5  # runs of PyTorch that are timed; all others take as long
ROUNDS = 3


def ours(rates=RATES, seeds=SEEDS, epochs=EPOCHS, executor=None):
    """Return training and held-out losses of all runs, (rates, seeds) each."""
    rules, told = {"SGD": cl.GradientDescent}, dict(validation=TEST, executor=executor, progress=False)
    result = cl.sweep(MODEL, TRAIN, rules, rates, epochs, BATCH, seeds, **told)
    return result.loss[0], result.validation_loss[0]


def drawn(seed):
    """Return start and minibatches of a seed, as `fit` draws them."""
    rng = np.random.default_rng(seed)
    w = MODEL.init(rng).reshape(10, 65)
    return w, [rows for _ in range(EPOCHS) for rows in cl.minibatch_indices(len(TRAIN), BATCH, rng)]


def pytorch(rate, seed):
    """Return both losses of one run, as a loop in PyTorch is written."""
    import torch

    X, y, held_out, targets = (torch.from_numpy(array) for array in (*TRAIN, *TEST))
    start, minibatches = drawn(seed)
    model, loss = torch.nn.Linear(64, 10, dtype=torch.float64), torch.nn.CrossEntropyLoss()
    with torch.no_grad():
        model.weight.copy_(torch.from_numpy(start[:, :-1]))
        model.bias.copy_(torch.from_numpy(start[:, -1]))
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for rows in minibatches:
        optimizer.zero_grad()
        loss(model(X[rows]), y[rows]).backward()
        optimizer.step()
    with torch.no_grad():
        return loss(model(X), y).item(), loss(model(held_out), targets).item()


def jax_sweep():
    """Return a function of rates: both losses of all runs, lanes by `vmap`, all steps in one jitted `lax.scan`."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    X, y, held_out, targets = (jnp.asarray(array) for array in (*TRAIN, *TEST))

    def losses(w, X, y):
        scores = X @ w[:, :-1].T + w[:, -1]
        return -jnp.take_along_axis(jax.nn.log_softmax(scores), y[:, None], 1)[:, 0]

    def batch_loss(w, rows, there):
        return (losses(w, X[rows], y[rows]) * there).sum() / there.sum()

    def run(rate, w, batches, there):
        def step(w, batch):
            return w - rate * jax.grad(batch_loss)(w, *batch), None

        w, _ = jax.lax.scan(step, w, (batches, there))
        return losses(w, X, y).mean(), losses(w, held_out, targets).mean()

    starts, batches = zip(*(drawn(seed) for seed in SEEDS))
    padded = np.array([[np.resize(rows, BATCH) for rows in of_seed] for of_seed in batches])
    there = np.array([[np.arange(BATCH) < len(rows) for rows in of_seed] for of_seed in batches], dtype=float)
    seeds = jax.vmap(run, in_axes=(None, 0, 0, 0))
    jitted = jax.jit(jax.vmap(seeds, in_axes=(0, None, None, None)))
    given = [jnp.asarray(array) for array in (np.array(starts), padded, there)]
    return lambda: jax.block_until_ready(jitted(jnp.asarray(RATES), *given))


def seconds(call):
    """Return how long a call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def on_one_core():
    """Let this process, and the threads of the libraries that it loads from now on, use one core; where that is known.

    All sides then have the same: the sweep would take one anyway, its peers what they find.
    """
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def beside_peers():
    """Print what a sweep takes beside PyTorch's loop and JAX's vmap, in turns, on one core each."""
    import torch

    torch.set_num_threads(1)
    vmapped = jax_sweep()
    jaxs, mine = vmapped(), ours()
    np.testing.assert_allclose(mine, np.array(jaxs), rtol=1e-6)
    np.testing.assert_allclose([loss[100, 3] for loss in mine], pytorch(float(RATES[100]), 3), rtol=1e-9)
    some = RATES[:: len(RATES) // LOOPS]
    runs, taken = len(RATES) * len(SEEDS), {"ours": [], "PyTorch": [], "JAX": []}
    for _ in range(ROUNDS):
        taken["ours"].append(seconds(ours))
        taken["JAX"].append(seconds(vmapped))
        taken["PyTorch"].append(seconds(lambda: [pytorch(float(rate), 0) for rate in some]) / LOOPS * runs)
    median = {name: statistics.median(times) for name, times in taken.items()}
    loop, vmap = median["PyTorch"] / median["ours"], median["ours"] / median["JAX"]
    what = f"softmax regression on digits, {len(RATES)} rates × {len(SEEDS)} seeds, {EPOCHS} epochs"
    print(f"{what}: {median['ours']:.1f} s")
    print(f"PyTorch, a loop a run, scaled: {median['PyTorch']:.0f} s, {loop:.1f} × ours{_verdict(loop >= 10)}")
    print(f"JAX, vmap and lax.scan: {median['JAX']:.1f} s, ours takes {vmap:.2f} × that{_verdict(vmap <= 1.5)}")


def in_processes():
    """Print what two processes take beside one, on work of about a minute; starting and ending them counts."""
    work = dict(seeds=range(40))
    one, two = (seconds(lambda executor=executor: ours(**work, executor=executor)) for executor in (1, 2))
    times = f"one process {one:.0f} s, two {two:.0f} s"
    print(f"40 seeds: {times}, {one / two:.2f} × faster{_verdict(one / two >= 1.7)}", flush=True)


def memory():
    """Print the largest memory of a process that does nothing but the sweep, where the system tells."""
    program = (
        "import resource; from benchmarks.sweeps import ours; ours(); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    child = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    if child.returncode == 0:
        gigabytes = int(child.stdout) / (1e9 if sys.platform == "darwin" else 1e6)
        print(f"memory of the sweep: {gigabytes:.2f} GB{_verdict(gigabytes < 2)}", flush=True)


def _verdict(reached):
    return "" if reached else "  missed"


def main():
    """Print the comparisons, and how busy the machine is."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{os.cpu_count()} cores{load}", flush=True)
    memory()
    in_processes()
    on_one_core()
    beside_peers()


if __name__ == "__main__":
    main()
