"""Adam's first steps: a deep network, its runs with and without warmup, and with one cause after the other removed."""

from dataclasses import dataclass

import numpy as np

from course_lib.chapters.learning_rate_schedules.shared import BATCH, CLEAN, FRESH, TUNING, problems
from course_lib.data import minibatch_indices
from course_lib.models import MLP

PASSES, FIRST = 3, 20  # passes of a run of 126 steps, and its first steps: the warmup
BETA1, BETA2, EPS = 0.9, 0.999, 1e-8
LATER = 0.25  # about the size that updates have later in these runs
RATES = np.geomspace(0.003, 0.12, 18)  # neighbors: a factor of 1.24


@dataclass(frozen=True)
class DeepNetwork(MLP):
    """An `MLP` with several hidden layers, each of `n_hidden` units; `gain` is √2 for relu, 1 for tanh."""

    n_layers: int = 8  # with the last one

    @property
    def layer_shapes(self):
        inner = ((self.n_hidden, self.n_hidden),) * (self.n_layers - 2)
        return ((self.n_hidden, self.n_inputs), *inner, (self.n_classes, self.n_hidden))

    def init(self, rng):
        gain = 2**0.5 if self.activation == "relu" else 1.0
        layers = [np.zeros((k, d + 1)) for k, d in self.layer_shapes]
        for layer, (k, d) in zip(layers, self.layer_shapes, strict=True):
            layer[:, :-1] = gain * rng.normal(size=(k, d)) / np.sqrt(d)
        return np.concatenate([layer.ravel() for layer in layers])


NETWORKS = {
    "8 layers, tanh": DeepNetwork(64, 32, 10),
    "8 layers, relu": DeepNetwork(64, 32, 10, "relu"),
    "2 layers, tanh": MLP(64, 16, 10),
}

# What a run does in its first steps, and what it forgets after them.
RUNS = {
    "no warmup": {},
    "warmup": dict(ramp=True),
    "warm point, fresh state": dict(ramp=True, forget=("m", "v")),
    "warm state, first point": dict(ramp=True, forget=("point",)),
    "warm v alone": dict(ramp=True, forget=("point", "m")),
    "no warmup, first updates capped": dict(cap=LATER),
}


def adam_runs(model, rates, seeds, ramp=False, forget=(), cap=None, beta1=BETA1):
    """Run Adam on the digits with a rate that falls in a line to 0 after the first steps.

    Parameters
    ----------
    model : Model
    rates : array of shape (L,)
    seeds : array of shape (S,)
    ramp : bool, default False
        Whether the rate rises in a line from 0 in the first steps.
    forget : names out of "point", "m", "v"
        What is as at the start again after the first steps: the point, or an average with its count of gradients.
    cap : number or None
        The largest size that an update may have in the first steps.
    beta1 : number, default 0.9

    Returns
    -------
    logs : array of shape (L, S)
        The logarithm of the loss at the end.
    sizes : array of shape (steps, L, S)
        The root of the mean square of the entries of m̂/(√v̂ + ε), before it is multiplied by the rate.
    """
    rngs = [np.random.default_rng(seed) for seed in seeds]
    start = np.tile([model.init(rng) for rng in rngs], (len(rates), 1, 1))
    data, lr = problems()[CLEAN].train, np.asarray(rates)[:, np.newaxis, np.newaxis]
    w, m, v = start, np.zeros_like(start), np.zeros_like(start)
    in_m = in_v = step = 0  # gradients in the averages
    steps, objective, sizes = PASSES * len(data) // BATCH, model.on(*data), []
    for _ in range(PASSES):
        for rows in zip(*(minibatch_indices(len(data), BATCH, rng, False) for rng in rngs), strict=True):
            if step == FIRST:
                w = start if "point" in forget else w
                m, in_m = (np.zeros_like(m), 0) if "m" in forget else (m, in_m)
                v, in_v = (np.zeros_like(v), 0) if "v" in forget else (v, in_v)
            grad = objective.rows(np.array(rows)).grad(w)
            in_m, in_v = in_m + 1, in_v + 1
            m, v = beta1 * m + (1 - beta1) * grad, BETA2 * v + (1 - BETA2) * grad**2
            update = m / (1 - beta1**in_m) / (np.sqrt(v / (1 - BETA2**in_v)) + EPS)
            size = np.sqrt((update**2).mean(axis=-1, keepdims=True))
            factor = (steps - step) / (steps - FIRST) if step >= FIRST else step / FIRST if ramp else 1.0
            if cap is not None and step < FIRST:
                update = update * np.minimum(1, cap / size)
            w, step = w - lr * factor * update, step + 1
            sizes.append(size[..., 0])
    return np.log(objective.value(w)), np.array(sizes)


def measured():
    """Yield the losses of the kinds of runs of each network: on all rates with the seeds that choose, then fresh."""
    for network, model in NETWORKS.items():
        for name, settings in RUNS.items():
            tuned = adam_runs(model, RATES, TUNING, **settings)[0]
            yield f"{network} | {name} | tuning", tuned
            k = tuned.mean(axis=-1).argmin()
            yield f"{network} | {name} | fresh", adam_runs(model, RATES[[k]], FRESH, **settings)[0][0]
