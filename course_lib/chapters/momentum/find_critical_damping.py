"""Find the momentum that damps a direction critically."""

from dataclasses import dataclass

import numpy as np

from course_lib.checks.exercises import number, setting
from course_lib.objectives import Quadratic
from course_lib.optimizers import Momentum
from course_lib.theory.momentum import both_roots, critical_momentum, spectral_radius
from course_lib.training import minimize

CURVATURE, RATE = 4.0, 0.04
CRITICAL = critical_momentum(Momentum, RATE * CURVATURE)


@dataclass(frozen=True)
class Damping:
    """What a momentum does to one direction: the spectral radius, whether it rings, and the steps to 1e-6."""

    momentum: float
    radius: float
    rings: bool
    steps: float


@setting(
    kinds=[number("momentum", least=0, high=1)],
    goal=lambda damping: abs(damping.momentum - CRITICAL) <= 0.01 + 1e-9,  # 0.37 − 0.36 is a little above 0.01
    right=[0.36, 0.35, 0.37, 0.355, (1 - np.sqrt(0.16)) ** 2, np.float32(0.36)],
    praise=lambda momentum, damping: (
        f"At β = {CRITICAL:.2f} both roots are √β = {np.sqrt(CRITICAL):.1f}: in the long run each step multiplies the "
        "error by about that, and it never swings. "
        f"With yours the error is below a millionth after {damping.steps:.0f} steps."
    ),
)
def find_critical_damping(momentum):
    """The momentum that damps the direction λ = 4 critically at the learning rate 0.04."""
    root, _ = both_roots(Momentum, RATE * CURVATURE, momentum)
    run = minimize(Quadratic([CURVATURE]), [1.0], Momentum(RATE, momentum=momentum), steps=3000)
    size = np.abs(run.w[:, 0])
    above = np.flatnonzero(size > 1e-6)
    steps = above[-1] + 1.0 if above[-1] < run.steps else np.inf
    rho = spectral_radius(Momentum, RATE * CURVATURE, momentum)
    return Damping(momentum, float(rho), bool(abs(root.imag) > 1e-9), steps)


@find_critical_damping.progress
def how_it_moves(momentum, damping):
    return f"it {'rings' if damping.rings else 'creeps'}, and the factor per step is {damping.radius:.3g}"


@find_critical_damping.mistake(example=1 - np.sqrt(RATE * CURVATURE))
def not_squared(momentum, damping):
    if abs(momentum - np.sqrt(CRITICAL)) <= 0.01:
        return f"{momentum:.3g} is √β, the factor per step at critical damping. Which β has this root?"


@find_critical_damping.mistake(example=1 - RATE * CURVATURE)
def no_root(momentum, damping):
    if abs(momentum - (1 - RATE * CURVATURE)) <= 0.01:
        return (
            f"{momentum:.3g} is 1 − ηλ, the factor of plain gradient descent. With momentum there are two roots: for "
            "which β are they equal?"
        )


@find_critical_damping.mistake(example=(1 - RATE * CURVATURE) ** 2)
def square_without_the_root(momentum, damping):
    if abs(momentum - (1 - RATE * CURVATURE) ** 2) <= 0.01:
        return f"{momentum:.3g} is (1 − ηλ)². The square is right; look again at what stands inside."


@find_critical_damping.mistake(example=(1 - np.sqrt(RATE)) ** 2)
def curvature_left_out(momentum, damping):
    if abs(momentum - (1 - np.sqrt(RATE)) ** 2) <= 0.01:
        return f"{momentum:.3g} leaves the curvature out. The learning rate and λ act together, as their product."


@find_critical_damping.mistake(example=RATE * CURVATURE)
def product_itself(momentum, damping):
    if abs(momentum - RATE * CURVATURE) <= 0.005:
        return f"{momentum:.3g} is ηλ itself. For which β does this direction have two equal roots?"


@find_critical_damping.mistake(example=0.9)
def rings(momentum, damping):
    if damping.rings:
        return (
            f"{momentum:.3g} rings: the error swings around 0, and in the long run its factor per step is "
            f"{damping.radius:.3f}. More friction lowers it: up to where?"
        )


@find_critical_damping.mistake(example=0.2)
def overdamped(momentum, damping):
    return (
        f"{momentum:.3g} is overdamped: the error creeps, and in the long run its factor per step is "
        f"{damping.radius:.3f}. Less friction?"
    )


find_critical_damping.accept(
    0.36,
    0.352,
    np.float64(0.36),
    np.array(0.368),
    [0.36],
    {"momentum": 0.36},
)
