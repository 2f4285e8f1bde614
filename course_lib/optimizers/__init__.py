"""The update rules, one family a file."""

from course_lib.optimizers.adam import Adam, AdamW, AMSGrad, NAdam
from course_lib.optimizers.adaptive import AdaDelta, AdaGrad, RMSProp
from course_lib.optimizers.base import Optimizer
from course_lib.optimizers.gradient_descent import GradientDescent
from course_lib.optimizers.momentum import Momentum, Nesterov

__all__ = [
    "AMSGrad",
    "AdaDelta",
    "AdaGrad",
    "Adam",
    "AdamW",
    "GradientDescent",
    "Momentum",
    "NAdam",
    "Nesterov",
    "Optimizer",
    "RMSProp",
]
