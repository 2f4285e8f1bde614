"""Train on the digits with one's own step of AMSGrad."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from course_lib.checks.exercises import Problem, code, number, setting
from course_lib.data import load_digits, standardize
from course_lib.models import SoftmaxRegression
from course_lib.optimizers import Adam, AMSGrad, own_rule
from course_lib.training import fit

EPOCHS, GOAL = 3, 0.05
ARGUMENTS = ("w", "grad", "m", "v", "v_max", "t", "lr", "beta1", "beta2", "eps")


@dataclass(frozen=True)
class Training:
    """The loss after three passes: of the student's step, of the library's AMSGrad, and of Adam, at the same rate."""

    loss: float
    expected: float
    adam: float


def library_step(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    """Take the step of the library's rule."""
    rule = AMSGrad(lr=lr, beta1=beta1, beta2=beta2, eps=eps)
    w, state = rule.step(w, grad, type(rule.init(w))(m, v, v_max), t)
    return w, *state


def adams_step(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    """Take the step of Adam, with a maximum that nobody uses."""
    rule = Adam(lr=lr, beta1=beta1, beta2=beta2, eps=eps)
    w, state = rule.step(w, grad, type(rule.init(w))(m, v), t)
    return w, *state, np.maximum(v_max, state.v)


def descents_step(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
    """Take the step of gradient descent, with states that nobody uses."""
    return w - lr * grad, m, v, v_max


@lru_cache(maxsize=1)
def _digits():
    return standardize(load_digits()), SoftmaxRegression(n_features=64, n_classes=10)


def _loss(rule):
    data, model = _digits()
    with np.errstate(all="ignore"):
        return float(fit(model, data, rule, EPOCHS, batch_size=32, seed=0, w0=np.zeros(model.size)).loss[-1])


@setting(
    kinds=[code(*ARGUMENTS), number("learning rate", low=0)],
    goal=lambda run: run.loss < GOAL and np.isclose(run.loss, run.expected, rtol=5e-6),
    right=[(library_step, 0.07)],
    praise=lambda step, lr, run: (
        f"Your AMSGrad ends at {run.loss:.4f}. Adam at the same rate, on the same minibatches, ends at {run.adam:.4f}: "
        "with a memory of a thousand steps it hardly matters here which of them runs."
    ),
)
def train_with_amsgrad(step, lr):
    """A step of AMSGrad and a learning rate that bring the loss on the digits below 0.05 in three passes."""

    def amsgrad_step(w, grad, m, v, v_max, t, lr, beta1, beta2, eps):
        return step(w, grad, m, v, v_max, t, lr, beta1, beta2, eps)

    try:
        mine = own_rule(amsgrad_step, state=("m", "v", "v_max"), lr=lr, beta1=0.9, beta2=0.999, eps=1e-8)
        loss = _loss(mine)
    except (TypeError, ValueError) as error:
        raise Problem(f"The first part should be your `amsgrad_step`. In a run it failed: {error}") from None
    if not np.isfinite(loss):
        loss = np.inf
    return Training(loss, _loss(AMSGrad(lr=lr)), _loss(Adam(lr=lr)))


@train_with_amsgrad.mistake(example=(adams_step, 0.05))
def step_of_adam(step, lr, run):
    same = np.isclose(run.loss, run.expected, rtol=5e-6)
    if not same and np.isclose(run.loss, run.adam, rtol=1e-6):
        return "This is Adam: the run is the same to six digits. Where is the maximum used?"


@train_with_amsgrad.mistake(example=(descents_step, 0.5))
def another_step(step, lr, run):
    if not np.isclose(run.loss, run.expected, rtol=5e-6):
        return (
            f"Your step ends at a loss of {run.loss:.4g}, AMSGrad at the same rate at {run.expected:.4g}. Make "
            "`amsgrad_step` pass its own check; then come back to the learning rate."
        )


@train_with_amsgrad.mistake(example=(library_step, 0.001))
def too_slow(step, lr, run):
    if lr < 0.07:
        return (
            f"With the learning rate {lr:.3g} the loss after three passes is {run.loss:.3g}. A step is about η "
            f"long: how "
            "far do the weights get in three passes?"
        )


@train_with_amsgrad.mistake(example=(library_step, 3.0))
def too_large(step, lr, run):
    return f"With the learning rate {lr:.3g} the loss after three passes is {run.loss:.3g}: the steps are too long."


train_with_amsgrad.accept(
    (library_step, 0.09),
    [library_step, 0.05],
    {"step": library_step, "lr": 0.05},
    (library_step, np.float64(0.07)),
    (library_step, np.float32(0.05)),
)
