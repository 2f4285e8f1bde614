"""The update rules beside Optax and PyTorch: the same runs, the same results, float64, medians."""

import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

import course_lib as cl

RATES = np.geomspace(1e-4, 1, 1000)
SWEEP_STEPS = 300
RUN_STEPS = 200
SURFACE = cl.Rosenbrock()


def measure(*calls, rounds=15):
    """Return the median seconds of each call; the calls take turns, so that a busy machine slows all of them."""
    for call in calls:
        call()
    seconds = [[] for _ in calls]
    for _ in range(rounds):
        for call, measured in zip(calls, seconds, strict=True):
            gc.collect()
            start = time.perf_counter()
            call()
            measured.append(time.perf_counter() - start)
    return [statistics.median(measured) for measured in seconds]


def sweep():
    """Return our path and losses of 1000 learning rates."""
    run = cl.minimize(SURFACE, SURFACE.start, cl.Adam(lr=RATES[:, None]), SWEEP_STEPS)
    return run.w, run.loss


def one_run():
    """Return our path and losses of one learning rate."""
    run = cl.minimize(SURFACE, SURFACE.start, cl.Adam(lr=0.01), RUN_STEPS)
    return run.w, run.loss


def optax_sweeps():
    """Return two functions: the same sweep as a loop over a jitted step, and a maker of the sweep jitted as a whole."""
    import jax
    import jax.numpy as jnp
    import optax

    jax.config.update("jax_enable_x64", True)
    rates, start = jnp.asarray(RATES), jnp.asarray(SURFACE.start)

    def loss(w):
        return (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2

    def step(w, state, rate):
        value, grad = jax.value_and_grad(loss)(w)
        update, state = optax.adam(rate).update(grad, state)
        return optax.apply_updates(w, update), state, value

    def whole_run(rate):
        def body(carry, _):
            w, state, value = step(*carry, rate)
            return (w, state), (carry[0], value)

        (w, _), (path, losses) = jax.lax.scan(body, (start, optax.adam(rate).init(start)), length=SWEEP_STEPS)
        return jnp.concatenate([path, w[None]]), jnp.append(losses, loss(w))

    all_steps = jax.jit(jax.vmap(step))
    all_losses = jax.jit(jax.vmap(loss))
    all_states = jax.vmap(lambda rate: optax.adam(rate).init(start))

    def step_by_step():
        w, state = jnp.broadcast_to(start, (len(RATES), 2)), all_states(rates)
        path, losses = [w], []
        for _ in range(SWEEP_STEPS):
            w, state, value = all_steps(w, state, rates)
            path.append(w)
            losses.append(value)
        losses.append(all_losses(w))
        return np.array(path), np.array(losses)

    def compiled_whole():
        jitted = jax.jit(jax.vmap(whole_run, out_axes=1))
        return lambda: jax.block_until_ready(jitted(rates))

    return step_by_step, compiled_whole


def our_scan():
    """Return a function: our own rule object on arrays of JAX, the same sweep as lanes in one jitted `lax.scan`."""
    import jax
    import jax.numpy as jnp

    rule = cl.Adam(lr=RATES[:, None])

    def loss(w):
        return (1 - w[..., 0]) ** 2 + 100 * (w[..., 1] - w[..., 0] ** 2) ** 2

    def gradient(w):
        losses, pull = jax.vjp(loss, w)
        return losses, pull(jnp.ones_like(losses))[0]

    def body(carry, t):
        losses, grad = gradient(carry[0])
        return rule.step(carry[0], grad, carry[1], t), (carry[0], losses)

    @jax.jit
    def sweep(w):
        (w, _), (path, losses) = jax.lax.scan(body, (w, rule.init(w)), jnp.arange(1, SWEEP_STEPS + 1))
        return jnp.concatenate([path, w[None]]), jnp.concatenate([losses, loss(w)[None]])

    start = jnp.broadcast_to(jnp.asarray(SURFACE.start), (len(RATES), 2))
    return lambda: jax.block_until_ready(sweep(start))


def pytorch_run(rate, steps):
    """Return PyTorch's path and losses of one learning rate."""
    import torch

    w = torch.tensor(SURFACE.start, requires_grad=True)
    optimizer = torch.optim.Adam([w], lr=rate)
    path, losses = [w.detach().clone()], []
    for _ in range(steps):
        optimizer.zero_grad()
        x, y = w
        loss = (1 - x) ** 2 + 100 * (y - x**2) ** 2
        loss.backward()
        optimizer.step()
        path.append(w.detach().clone())
        losses.append(loss.item())
    return torch.stack(path).numpy(), np.array([*losses, SURFACE.value(path[-1])])


def check_same(ours, theirs):
    """Stop the benchmark where two programs did not compute the same runs."""
    for mine, other in zip(ours, theirs, strict=True):
        # The largest rates are chaotic: there a last bit grows. The first steps show the formula.
        np.testing.assert_allclose(mine[:20], np.asarray(other)[:20], rtol=1e-6)


def import_times(rounds=21):
    """Return the median seconds that a fresh interpreter takes to import course_lib, and NumPy.

    The start of the interpreter does not count: it is the same for both. Both have their bytecode
    stored, as after any first import, whatever the surroundings say about writing it.
    """
    program = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"
    seconds = {"course_lib": [], "numpy": []}
    with tempfile.TemporaryDirectory() as folder:
        surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        surroundings["PYTHONPYCACHEPREFIX"] = folder
        for _ in range(rounds + 1):
            for module, measured in seconds.items():
                command = [sys.executable, "-c", program.format(module)]
                fresh = subprocess.run(command, capture_output=True, text=True, check=True, env=surroundings)
                measured.append(float(fresh.stdout))
    return tuple(statistics.median(measured[1:]) for measured in seconds.values())


def rows():
    """Yield what was measured: what, our seconds, the peer, its seconds, and the target for ours / peer's."""
    step_by_step, compiled_whole = optax_sweeps()
    scan = compiled_whole()
    check_same(sweep(), step_by_step())
    check_same(sweep(), scan())
    ours_in_jax = our_scan()
    check_same(ours_in_jax(), scan())
    check_same(one_run(), pytorch_run(0.01, RUN_STEPS))
    what = f"Adam, {len(RATES)} rates × {SWEEP_STEPS} steps"

    ours, loop, whole = measure(sweep, step_by_step, scan)
    yield what, ours, "Optax, loop over a jitted vmapped step", loop, 1.5
    yield what, ours, "Optax, all steps in one lax.scan", whole, 1.5
    ours, whole = measure(ours_in_jax, scan)
    yield f"{what}, on JAX", ours, "Optax, all steps in one lax.scan", whole, 1.1
    ours, whole = measure(sweep, lambda: compiled_whole()(), rounds=5)
    yield what, ours, "Optax, lax.scan, compiled first", whole, 1 / 10
    ten = RATES[:: len(RATES) // 10]
    ours, loops = measure(sweep, lambda: [pytorch_run(rate, SWEEP_STEPS) for rate in ten], rounds=3)
    yield what, ours, "PyTorch, a loop a rate (ten, scaled)", loops * len(RATES) / len(ten), 1 / 100
    ours, loop = measure(one_run, lambda: pytorch_run(0.01, RUN_STEPS))
    yield f"Adam, one run of {RUN_STEPS} steps", ours, "PyTorch, the same loop", loop, 1 / 10
    ours, numpy = import_times()
    yield "import course_lib", ours, "import numpy", numpy, 1.25


def growth():
    """Yield the number of trajectories and the seconds of 100 steps of all of them."""
    for n in (10, 100, 1000, 10_000, 100_000):
        rule = cl.Adam(lr=np.geomspace(1e-4, 1, n)[:, None])
        (seconds,) = measure(lambda rule=rule: cl.minimize(SURFACE, SURFACE.start, rule, 100), rounds=5)
        yield n, seconds


def main():
    """Print both tables."""
    print(f"{'what':42}{'ours':>11}   {'peer':40}{'peer takes':>11}{'ratio':>9}{'target':>9}")
    for what, ours, peer, theirs, target in rows():
        ratio = ours / theirs
        verdict = "" if ratio <= target else "   missed"
        print(f"{what:42}{_ms(ours)}   {peer:40}{_ms(theirs)}{ratio:9.3g}{target:>9.3g}{verdict}")
    print(f"\n{'trajectories':>12}{'100 steps of Adam':>20}{'per trajectory':>17}")
    for n, seconds in growth():
        print(f"{n:12,}{_ms(seconds):>20}{seconds / n * 1e6:14.2f} µs")


def _ms(seconds):
    return f"{seconds * 1e3:8.2f} ms"


if __name__ == "__main__":
    main()
