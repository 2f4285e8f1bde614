"""Descent: the small library of a course on learning rates and optimizers.

What the chapters use by name stands here. Floors that need more than NumPy load when asked for:
`from course_lib import check, plots` and `from course_lib.chapters.gradient_descent.explorer import DescentExplorer`.
"""

from importlib import import_module

from course_lib.data import (
    Data,
    load_breast_cancer,
    load_diabetes,
    load_digits,
    minibatch_indices,
    split,
    standardize,
)
from course_lib.models import MLP, LinearRegression, LogisticRegression, SoftmaxRegression
from course_lib.objectives import Beale, Himmelblau, Objective, Quadratic, Rastrigin, Ravine, Rosenbrock, Saddle
from course_lib.optimizers import (
    AdaDelta,
    AdaGrad,
    Adam,
    AdamW,
    AMSGrad,
    Averaged,
    Clip,
    GradientDescent,
    Lookahead,
    Momentum,
    NAdam,
    Nesterov,
    Optimizer,
    RMSProp,
    own_rule,
    translate_settings,
)
from course_lib.training import (
    History,
    Replay,
    Sweep,
    Trajectory,
    data_parallel,
    fit,
    minimize,
    rate_grid,
    replay,
    sweep,
)

__all__ = [
    "MLP",
    "AMSGrad",
    "AdaDelta",
    "AdaGrad",
    "Adam",
    "AdamW",
    "Averaged",
    "Beale",
    "CheckFailed",
    "Clip",
    "Data",
    "GradientDescent",
    "History",
    "Himmelblau",
    "LinearRegression",
    "LogisticRegression",
    "Lookahead",
    "Momentum",
    "NAdam",
    "Nesterov",
    "Objective",
    "Optimizer",
    "Quadratic",
    "RMSProp",
    "Rastrigin",
    "Ravine",
    "Rosenbrock",
    "Replay",
    "Saddle",
    "SoftmaxRegression",
    "Sweep",
    "Trajectory",
    "check",
    "data_parallel",
    "diagnose",
    "fit",
    "load_breast_cancer",
    "load_diabetes",
    "load_digits",
    "minibatch_indices",
    "minimize",
    "own_rule",
    "progress",
    "rate_grid",
    "replay",
    "split",
    "standardize",
    "sweep",
    "translate_settings",
]

_LATER = {name: "course_lib.checks" for name in ("check", "diagnose", "CheckFailed", "Result", "progress")}


def __getattr__(name):
    # Judging an answer loads more than a run needs, so it waits until somebody asks.
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
