"""Descent: the small library of a course on learning rates and optimizers."""

from course_lib.objectives import Beale, Himmelblau, ManyMinima, Objective, Quadratic, Ravine, Rosenbrock, Saddle
from course_lib.optimizers import (
    AMSGrad,
    AdaDelta,
    AdaGrad,
    Adam,
    AdamW,
    GradientDescent,
    Momentum,
    NAdam,
    Nesterov,
    Optimizer,
    RMSProp,
)
from course_lib.training import Trajectory, minimize
