"""Find fastest run: a setting to be found by dragging."""

from course_lib.checks.exercises import number, setting
from course_lib.objectives import Quadratic
from course_lib.optimizers import GradientDescent
from course_lib.training import minimize


@setting(
    kinds=[number("learning rate", low=0)],
    goal=lambda run: run.steps_to(1e-6) <= 80,
    right=[0.15, 0.17],
    praise=lambda lr, run: f"It took {run.steps_to(1e-6)} steps to 1e-6.",
)
def find_fastest_run(lr):
    return minimize(Quadratic([1.0, 10.0]), [1.0, 1.0], GradientDescent(lr), steps=200)


@find_fastest_run.mistake(example=0.3)
def diverges(lr, run):
    if run.loss[-1] > run.loss[0]:
        return f"A learning rate of {lr:.4g} diverges. Which direction decides?"


find_fastest_run.accept(0.15, 0.16, 0.17, [0.15], {"lr": 0.15})
