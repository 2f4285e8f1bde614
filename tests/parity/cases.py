"""What is compared: rules with their settings, and the gradients they are fed."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

import course_lib as cl

RECORDING = Path(__file__).with_name("pytorch.npz")
STEPS = 120
FRESH = np.random.SeedSequence().entropy
KEPT = np.r_[0:10, 10 : STEPS + 1 : 10]


def fresh(number):
    """Return a seed of this session's own; pytest prints it when a test fails."""
    seed = (FRESH + number) % 2**32
    print(f"seed {seed}")
    return seed


def halving(step):
    """A schedule: the learning rate halves every 25 steps."""
    return 0.02 * 0.5 ** (step // 25)


class Case(NamedTuple):
    """A rule of ours with its settings, and PyTorch's name and settings for the same rule."""

    rule: str
    settings: dict
    torch_rule: str
    torch_settings: dict

    @property
    def name(self):
        shown = (f"{key}={getattr(value, '__name__', value)}" for key, value in self.settings.items())
        return f"{self.rule}({', '.join(shown)})"

    def optimizer(self):
        return getattr(cl, self.rule)(**self.settings)


def _cases():
    # Learning rates are small enough that no run on a surface becomes chaotic: there a last bit grows
    # to a visible difference whoever computes it.
    def adam(settings, **torch_only):
        torch_settings = {key: value for key, value in settings.items() if not key.startswith("beta")}
        if "beta1" in settings:
            torch_settings["betas"] = (settings["beta1"], settings["beta2"])
        return torch_settings | torch_only

    for lr in (1e-4, 0.003, 0.01, halving):
        yield Case("GradientDescent", dict(lr=lr), "SGD", dict(lr=lr))
    for settings in (
        dict(lr=1e-4),
        dict(lr=0.003, momentum=0.5),
        dict(lr=1e-3, momentum=0.99),
        dict(lr=0.01, momentum=0.0),
        dict(lr=halving, momentum=0.3),
    ):
        momentum = dict(momentum=0.9) | settings
        yield Case("Momentum", settings, "SGD", momentum)
        if momentum["momentum"]:  # PyTorch refuses Nesterov without momentum
            yield Case("Nesterov", settings, "SGD", momentum | dict(nesterov=True))
    for settings in (dict(lr=0.01), dict(lr=0.3), dict(lr=0.1, eps=1e-3), dict(lr=halving, eps=1e-6)):
        yield Case("AdaGrad", settings, "Adagrad", settings)
    for settings in (dict(lr=0.01), dict(lr=0.001, beta2=0.9), dict(lr=0.02, beta2=0.5, eps=1e-2), dict(lr=halving)):
        torch_settings = {{"beta2": "alpha"}.get(key, key): value for key, value in settings.items()}
        yield Case("RMSProp", settings, "RMSprop", torch_settings)
    for settings in (dict(), dict(lr=0.5, rho=0.95), dict(rho=0.5, eps=1e-3), dict(lr=halving, rho=0.99)):
        yield Case("AdaDelta", settings, "Adadelta", settings)
    for settings in (
        dict(lr=0.001),
        dict(lr=0.02, beta1=0.5, beta2=0.9),
        dict(lr=0.03, beta1=0.0, beta2=0.99, eps=1e-3),
        dict(lr=0.01, beta1=0.95, beta2=0.95, eps=1e-12),
        dict(lr=halving),
    ):
        yield Case("Adam", settings, "Adam", adam(settings))
        yield Case("AdamW", settings, "AdamW", adam(settings))
        yield Case("AdamW", settings | dict(weight_decay=0.3), "AdamW", adam(settings, weight_decay=0.3))
        yield Case("AMSGrad", settings, "Adam", adam(settings, amsgrad=True))
        yield Case("NAdam", settings, "NAdam", adam(settings))
    decayed = dict(lr=0.01, momentum_decay=0.1)
    yield Case("NAdam", decayed, "NAdam", decayed)
    decayed = dict(lr=0.01, weight_decay=0.2)
    yield Case("NAdam", decayed, "NAdam", decayed | dict(decoupled_weight_decay=True))


CASES = tuple(_cases())


class Problem(NamedTuple):
    """A start and a gradient: of a point `w` and the number `t` of the step."""

    start: np.ndarray
    gradient: object


SURFACES = (cl.Quadratic([1.0, 20.0], angle=30), cl.Himmelblau(), cl.Saddle())


def each_gradient(surfaces, w):
    """Return the gradient of each surface at its own point: shape (surfaces, d) in and out."""
    return np.array([surface.grad(point) for surface, point in zip(surfaces, w, strict=True)])


def random_gradients(seed):
    """Return gradients of shape (STEPS, 14) that do not depend on the point, two coordinates a kind."""
    rng = np.random.default_rng(seed)
    normal = rng.normal(size=(STEPS, 14))
    sparse = rng.random((STEPS, 2)) < 0.1
    kinds = (
        normal[:, 0:2],
        np.zeros((STEPS, 2)),
        1e-20 * normal[:, 2:4],
        1e12 * normal[:, 4:6],
        np.where(sparse, normal[:, 6:8], 0.0),
        np.cumsum(normal[:, 8:10], axis=0),
        np.sign(normal[:, 10:12]) * np.geomspace(1e-8, 1e8, STEPS)[:, None],
    )
    return np.concatenate(kinds, axis=1)


def problems(gradients, start):
    """Return the problems by name: recorded gradients from `start`, and surfaces as lanes of one parameter."""
    surface_start = np.array([surface.start for surface in SURFACES])
    return {
        "sequence": Problem(start, lambda w, t: gradients[t - 1]),
        "surfaces": Problem(surface_start, lambda w, t: each_gradient(SURFACES, w)),
    }


def random_surfaces(seed):
    """Return a problem of four random bowls from random starts."""
    rng = np.random.default_rng(seed)
    bowls = [cl.Quadratic(rng.uniform(0.1, 10, size=2), angle=rng.uniform(0, 90)) for _ in range(4)]
    return Problem(rng.normal(size=(4, 2)), lambda w, t: each_gradient(bowls, w))


def random_start(seed):
    """Return a start for `random_gradients`; 0 where the gradients are tiny, or a step would drown in rounding."""
    start = np.random.default_rng(seed).normal(size=14)
    start[4:6] = 0.0
    return start


def descend(case, problem, measured_at=None):
    """Return every point of our rule, shape (STEPS + 1, …, d).

    The gradients are those at our own points, or at the points `measured_at` of another run.
    """
    rule = case.optimizer()
    path = [problem.start]
    points = path if measured_at is None else measured_at
    state = rule.init(problem.start)
    for t in range(1, STEPS + 1):
        w, state = rule.step(path[-1], problem.gradient(points[t - 1], t), state, t)
        path.append(w)
    return np.array(path)


def assert_same_path(ours, theirs):
    """Compare to 1e-12 of how far each coordinate gets from 0: passing through 0 it has no relative precision."""
    size = np.abs(theirs).max(axis=0)
    error = np.abs(ours - theirs) / np.where(size == 0, 1, size)
    assert error.max() <= 1e-12, f"differs by {error.max():.1e} of the coordinate's size"
