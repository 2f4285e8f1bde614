"""The surfaces and rules that several explorers offer."""

import numpy as np

from course_lib.explore.controls import Choice, Slider
from course_lib.objectives import Beale, Himmelblau, ManyMinima, Quadratic, Ravine, Rosenbrock, Saddle
from course_lib.optimizers import AdaDelta, AdaGrad, Adam, GradientDescent, Momentum, Nesterov, RMSProp

MOST_STEPS = 200
BOWL = "bowl"
SURFACES = {
    BOWL: Quadratic,
    **{kind.name: kind for kind in (Rosenbrock, Himmelblau, Beale, Saddle, Ravine, ManyMinima)},
}
RULES = {
    "gradient descent": GradientDescent,
    "momentum": Momentum,
    "Nesterov": Nesterov,
    "AdaGrad": AdaGrad,
    "RMSProp": RMSProp,
    "AdaDelta": AdaDelta,
    "Adam": Adam,
}


def surface_controls():
    """Return the controls that choose a surface, and the condition number of the bowl."""
    return (
        Choice(name="surface", label="surface", value=BOWL, options=tuple(SURFACES)),
        Slider(
            name="kappa", label="condition number κ", low=1, high=100, value=10.0, log=True, only={"surface": (BOWL,)}
        ),
    )


def loss_axes(ax, objective, box):
    """Prepare axes for the loss above the minimum, whatever the run: from 1e-9 of the highest place up."""
    top = objective.value(np.stack(np.meshgrid(*box), axis=-1)).max() - objective.minimum_value
    ax.set(yscale="log", xlim=(0, MOST_STEPS), ylim=(1e-9 * top, 20 * top))
    ax.set(xlabel="step", title="loss above the minimum")


def above_minimum(run):
    """Return how far above the objective's least value each step of a run is."""
    return run.loss - run.objective.minimum_value


def surface_named(name, kappa):
    """Return the objective of a menu entry; the bowl has the eigenvalues 1 and κ."""
    return Quadratic([1.0, kappa]) if name == BOWL else SURFACES[name]()


def box_around(objective, *points):
    """Return the objective's box, widened where a point lies outside of it."""
    box = []
    for (low, high), *places in zip(objective.box, *points, strict=True):
        margin = 0.05 * (high - low)
        least, most = min(places), max(places)
        box.append((low if least >= low else least - margin, high if most <= high else most + margin))
    return tuple(box)
