"""The surfaces that several explorers offer, the controls that choose one, and the box to draw."""

from course_lib.explore.controls import Choice, Slider
from course_lib.objectives import Beale, Himmelblau, Quadratic, Rastrigin, Ravine, Rosenbrock, Saddle

BOWL = "bowl"
SURFACES = {
    BOWL: Quadratic,
    **{kind.name: kind for kind in (Rosenbrock, Himmelblau, Beale, Saddle, Ravine, Rastrigin)},
}


def surface_controls():
    """Return the controls that choose a surface, and the condition number of the bowl."""
    return (
        Choice(name="surface", label="surface", value=BOWL, options=tuple(SURFACES)),
        Slider(
            name="kappa", label="condition number κ", low=1, high=100, value=10.0, log=True, only={"surface": (BOWL,)}
        ),
    )


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
