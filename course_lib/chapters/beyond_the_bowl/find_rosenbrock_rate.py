"""Find a rate that survives Rosenbrock's valley."""

import numpy as np

from course_lib.checks.exercises import number, setting
from course_lib.objectives import Rosenbrock
from course_lib.optimizers import GradientDescent
from course_lib.training import minimize

START, STEPS, LEVEL = (-1.5, 2.0), 200, 4.0


@setting(
    kinds=[number("learning rate", low=0)],
    goal=lambda run: bool(run.loss[-1] <= LEVEL),
    right=[0.0018, 0.0016, 0.0019, np.float32(0.0017), np.array([0.002])],
    praise=lambda lr, run: (
        f"{lr:.4g} survives, and its loss after {STEPS} steps is {run.loss[-1]:.2g}. The limit near the minimum is "
        f"{_limit():.4f}; {_far(run)} of the {STEPS} steps began farther than 1 from the minimum. From another start "
        "the same rate may fail."
    ),
)
def find_rosenbrock_rate(lr):
    """A rate that brings the loss of Rosenbrock's valley from (−1.5, 2) to 4 or less in 200 steps."""
    return minimize(Rosenbrock(), START, GradientDescent(lr), STEPS)


@find_rosenbrock_rate.mistake(example=0.003)
def diverges(lr, run):
    if run.diverged:
        step = int(np.argmax(~np.isfinite(run.loss)))
        return f"{lr:.4g} diverges: at step {step} the run has left the finite numbers. Smaller?"


@find_rosenbrock_rate.mistake(example=0.0005)
def too_slow(lr, run):
    return f"{lr:.4g} survives, but after {STEPS} steps the loss is {run.loss[-1]:.3g}, not yet {LEVEL:g}. Larger?"


def _far(run):
    return int((np.linalg.norm(run.w[:-1] - 1.0, axis=-1) > 1).sum())


def _limit():
    return 2 / np.linalg.eigvalsh([[802.0, -400.0], [-400.0, 200.0]]).max()


find_rosenbrock_rate.accept(0.0018, np.float64(0.0017), np.array(0.0019), [0.0016], {"lr": 0.0018})


@find_rosenbrock_rate.progress
def loss_at_the_end(lr, run):
    return "it diverges" if run.diverged else f"the loss is {run.loss[-1]:.3g}, and {LEVEL:g} is wanted"
