"""The patients of the clinic, each a training of a network on the digits. Read on, and you know what ails them."""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from course_lib.chapters.when_training_goes_wrong.shared.clinic import Patient, Recorded
from course_lib.chapters.when_training_goes_wrong.shared.network import digits, forward, gradient, initial, joint_norm
from course_lib.data import Data

FILE = Path(__file__).parents[1] / "patients.npz"
CAUSES = (
    "rate too large",
    "rate too small",
    "first biases too low",
    "first weights too large",
    "first weights too small",
    "wrong labels",
    "too few rows",
    "a few huge rows",
    "a layer left out",
)


@dataclass(frozen=True, eq=False)
class Recipe:
    """What a training of the clinic is made of; each patient differs from this in one thing."""

    seed: int = 0
    rows: int = 600
    widths: tuple = (64, 32, 32, 10)
    activation: str = "relu"
    gain: float = 2**0.5
    bias: float = 0.0
    lr: float = 0.1
    steps: int = 300
    left_out: tuple = ()  # parameters that the step forgets
    limit: float = np.inf  # of the joint norm of the gradient
    decay: float = 0.0
    wrong: float = 0.0  # share of rows whose label is drawn anew
    huge: int = 0  # rows whose pixels are in another unit
    unit: float = 300.0
    more: int = 0  # rows that a cure adds

    def train(self, X, y, lr, steps, report):
        """Take steps of SGD with batches of 32, and report each."""
        rng = np.random.default_rng(self.seed)
        parameters = initial(self.widths, rng, self.gain, self.bias)
        for _ in range(steps):
            rows = rng.integers(len(y), size=min(32, len(y)))
            grads = gradient(parameters, X[rows], y[rows], self.activation)
            report(parameters, grads)
            share = min(1.0, self.limit / max(joint_norm(grads), 1e-300))
            parameters = [
                w if k in self.left_out else w - lr * (share * g + self.decay * w)
                for k, (w, g) in enumerate(zip(parameters, grads, strict=True))
            ]
        report(parameters, grads)

    def forward(self, parameters, X):
        return forward(parameters, X, self.activation)

    def data(self):
        """Return the rows to train on, with whatever was done to them."""
        train, _ = digits()
        rng, n = np.random.default_rng(100 + self.seed), self.rows + self.more
        X, y = train.X[:n].copy(), train.y[:n].copy()
        if self.wrong:
            chosen = rng.permutation(self.rows)[: round(self.wrong * self.rows)]
            y[chosen] = rng.integers(10, size=len(chosen))
        if self.huge:
            X[40 : 40 + self.huge] = self.unit * X[40]  # one picture, in another unit, with the labels of several
        return Data(X, y)

    def fields(self):
        """Return the fields of a patient that is made of this."""
        return {"train": self.train, "forward": self.forward, "data": self.data(), "lr": self.lr, "steps": self.steps}


CURES = {  # what the clinic tries when a cause is named
    "rate too large": lambda it: replace(it, lr=it.lr / 20),
    "rate too small": lambda it: replace(it, lr=it.lr * 100),
    "first biases too low": lambda it: replace(it, bias=0.0),
    "first weights too large": lambda it: replace(it, gain=it.gain / 20),
    "first weights too small": lambda it: replace(it, gain=it.gain * 6),
    "wrong labels": lambda it: replace(it, wrong=0.0),
    "too few rows": lambda it: replace(it, more=600),
    "a few huge rows": lambda it: replace(it, limit=1.0),
    "a layer left out": lambda it: replace(it, left_out=()),
}


@cache
def wards():
    """Return (recipe, cause) of each patient by name."""
    usual = Recipe()
    return {
        "patient 1": (replace(usual, seed=1, wrong=0.4), "wrong labels"),
        "patient 2": (replace(usual, seed=2, lr=0.0005), "rate too small"),
        "patient 3": (replace(usual, seed=3, bias=-3.5), "first biases too low"),
        "patient 4": (replace(usual, seed=4, rows=120), "too few rows"),
        "patient 5": (replace(usual, seed=5, widths=(64, 32, 32, 32, 32, 10), gain=0.25), "first weights too small"),
        "patient 6": (replace(usual, seed=6, lr=2.5), "rate too large"),
        "patient 7": (replace(usual, seed=7, huge=4), "a few huge rows"),
        "patient 8": (replace(usual, seed=8, activation="tanh", gain=20.0), "first weights too large"),
        "patient 9": (replace(usual, seed=9, left_out=(0, 2)), "a layer left out"),
    }


def admitted(name, recorded=None):
    """Return one of the patients, with all the cures that the clinic knows."""
    recipe, cause = wards()[name]
    usual = recipe.fields()
    treated = {cause: CURES[cause](recipe).fields() for cause in CAUSES}
    cures = {cause: {key: it[key] for key in it if key in ("train", "data") or it[key] != usual[key]}
             for cause, it in treated.items()}  # fmt: skip
    return Patient(name=name, held_out=digits()[1], cause=cause, cures=cures, recorded=recorded, **usual)


@cache
def patients():
    """Return the patients of the clinic, with the charts that `python -m jobs.clinic` recorded."""
    with np.load(FILE) as stored:
        kept = {key: stored[key] for key in stored.files}
    return tuple(
        admitted(name, Recorded({key.split(" | ")[1]: it for key, it in kept.items() if key.startswith(f"{name} | ")}))
        for name in wards()
    )
