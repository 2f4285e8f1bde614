"""Train on the digits and on the diabetes data with one's own step of Adam."""

import functools
from dataclasses import dataclass

import numpy as np

from course_lib.checks.exercises import Problem, code, number, setting
from course_lib.data import load_diabetes, load_digits, split, standardize
from course_lib.models import LinearRegression, SoftmaxRegression
from course_lib.optimizers import Adam, own_rule
from course_lib.training import fit

PASSES = {"digits": 5, "diabetes": 20}
GOALS = {"digits": 0.1, "diabetes": 100.0}


@functools.cache
def problems():
    """Return model, data and least loss of both problems, by name."""
    digits, _ = standardize(*split(load_digits()))
    diabetes, _ = standardize(*split(load_diabetes()))
    linear = LinearRegression(n_features=10)
    least = linear.loss(linear.solve(*diabetes), *diabetes)
    return {
        "digits": (SoftmaxRegression(n_features=64, n_classes=10), digits, 0.0),
        "diabetes": (linear, diabetes, least),
    }


def height(rule, problem):
    """Return how far above the least loss a rule ends, on minibatches of 32 rows."""
    model, data, least = problems()[problem]
    return float(fit(model, data, rule, PASSES[problem], batch_size=32, seed=0).loss[-1] - least)


def own(step, lr):
    """Return the rule of a reader's step."""

    def adam_step(w, grad, m, v, t, lr, beta1, beta2, eps):
        result = step(w, grad, m, v, t, lr, beta1, beta2, eps)
        if not isinstance(result, (tuple, list)) or len(result) != 3 or np.shape(result[0]) != w.shape:
            raise Problem("The first part should be your `adam_step`, which returns (w, m, v).")
        return result

    return own_rule(adam_step, state=("m", "v"), lr=lr, beta1=0.9, beta2=0.999, eps=1e-8)


@dataclass(frozen=True)
class Training:
    """How far above the least losses one's own step ends, and the library's rule."""

    digits: float
    diabetes: float
    expected: tuple

    @property
    def same(self):
        return np.allclose((self.digits, self.diabetes), self.expected, rtol=1e-3, atol=1e-6)


def library_step(w, grad, m, v, t, lr, beta1, beta2, eps):
    """Take the step of the library's rule."""
    rule = Adam(lr=lr, beta1=beta1, beta2=beta2, eps=eps)
    w, state = rule.step(w, grad, rule.init(w)._replace(m=m, v=v), t)
    return w, state.m, state.v


ARGUMENTS = ("w", "grad", "m", "v", "t", "lr", "beta1", "beta2", "eps")


@setting(
    kinds=[code(*ARGUMENTS), number("rate for the digits", low=0), number("rate for the diabetes data", low=0)],
    goal=lambda run: run.same and run.digits < GOALS["digits"] and run.diabetes < GOALS["diabetes"],
    right=[(library_step, 0.05, 2.0)],
    praise=lambda step, digits_lr, diabetes_lr, run: (
        f"Your own step ends {run.digits:.3f} above 0 on the digits and {run.diabetes:.0f} above the least loss of the "
        f"diabetes data, with rates that differ by a factor of {diabetes_lr / digits_lr:.0f}. "
        "No single rate serves both."
    ),
)
def train_with_adam(step, digits_lr, diabetes_lr):
    """A step of Adam and a learning rate for each of two problems."""
    rates = {"digits": digits_lr, "diabetes": diabetes_lr}
    expected = tuple(height(Adam(lr=lr), problem) for problem, lr in rates.items())
    return Training(*(height(own(step, lr), problem) for problem, lr in rates.items()), expected)


@train_with_adam.mistake(example=(lambda w, grad, m, v, *settings: (w - settings[1] * grad, m, v), 0.05, 0.1))
def another_step(step, digits_lr, diabetes_lr, run):
    if not run.same and np.isfinite([run.digits, run.diabetes, *run.expected]).any():
        return "Your step does not do what Adam does. Make `adam_step` pass its own check; then come back to the rates."


@train_with_adam.mistake(example=(library_step, 0.001, 0.001))
def default_rate(step, digits_lr, diabetes_lr, run):
    if digits_lr == diabetes_lr == 0.001:
        return (
            f"0.001 is what most libraries start from. Here the digits end at {run.digits:.2f} and the diabetes data "
            f"{run.diabetes:.0f} above the least: how far can a weight get in 220 steps of 0.001?"
        )


@train_with_adam.mistake(example=(library_step, 0.05, 0.05))
def one_rate_for_both(step, digits_lr, diabetes_lr, run):
    if digits_lr == diabetes_lr and (run.digits >= GOALS["digits"]) == (run.diabetes >= GOALS["diabetes"]):
        return "With one rate for both, both stay above their goals. How far must the weights travel in each?"
    if digits_lr == diabetes_lr and run.digits >= GOALS["digits"]:
        return (
            f"With {digits_lr:.3g} for both the diabetes data are done, and the digits end at {run.digits:.3g}: such "
            "steps are too long for their weights. Has one rate room for both?"
        )
    if digits_lr == diabetes_lr:
        return (
            f"With {digits_lr:.3g} for both, the digits end at {run.digits:.3g} and the other data {run.diabetes:.3g} "
            "above the least. How far must the bias travel in each?"
        )


@train_with_adam.mistake(example=(library_step, 0.05, 0.5))
def diabetes_too_short(step, digits_lr, diabetes_lr, run):
    if run.diabetes >= GOALS["diabetes"] and diabetes_lr < 1.5:
        return (
            f"The diabetes data end {run.diabetes:.0f} above the least loss: with {diabetes_lr:.3g} a step, how far "
            "can the bias get in 220 steps, and where must it go?"
        )


@train_with_adam.mistake(example=(library_step, 0.05, 10.0))
def diabetes_too_long(step, digits_lr, diabetes_lr, run):
    if run.diabetes >= GOALS["diabetes"]:
        return (
            f"The diabetes data end {run.diabetes:.0f} above the least loss. The weights have arrived, and steps of "
            f"{diabetes_lr:.3g} throw them about. Shorter?"
        )


@train_with_adam.mistake(example=(library_step, 0.002, 2.0))
def digits_too_short(step, digits_lr, diabetes_lr, run):
    if digits_lr < 0.03:
        return f"The digits end at {run.digits:.3g}: with {digits_lr:.3g} a step the weights have not got far enough."


@train_with_adam.mistake(example=(library_step, 1.0, 2.0))
def digits_too_long(step, digits_lr, diabetes_lr, run):
    return f"The digits end at {run.digits:.3g}: steps of {digits_lr:.3g} are too long for these weights."


train_with_adam.accept(
    (library_step, 0.05, 2.0),
    (library_step, 0.02, 1.5),
    [library_step, 0.08, 3.0],
    {"step": library_step, "digits_lr": 0.04, "diabetes_lr": 2.5},
    (library_step, np.float64(0.03), np.float32(1.8)),
)
