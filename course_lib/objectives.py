"""Surfaces to descend: value, gradient, known minimum, and a box to draw.

Every objective takes points `w` of shape (…, d) and works on each of them alone:
`value(w)` has shape (…), `grad(w)` has shape (…, d). All numbers are without unit.
"""

from dataclasses import dataclass

import numpy as np

from course_lib.arguments import as_numbers, in_range


class Objective:
    """A surface in two dimensions.

    A subclass gives `_value(x, y)`, `_slopes(x, y)` (the two partial derivatives), `name`, `box`,
    and `_minimum` and `_start`, each a pair of numbers.

    Attributes
    ----------
    name : str
        What a figure's title calls it.
    minimum : array of shape (2,)
        A point where the value is least.
    box : ((x_low, x_high), (y_low, y_high))
        The part worth drawing.
    start : array of shape (2,)
        A point from which the descent is instructive.
    """

    def value(self, w):
        """Return the height at `w`: shape (…, 2) in, shape (…) out."""
        return self._value(*self._coordinates(w))

    def grad(self, w):
        """Return the gradient at `w`: shape (…, 2) in and out."""
        x, y = self._coordinates(w)
        grad = np.empty_like(w, dtype=np.float64)
        grad[..., 0], grad[..., 1] = self._slopes(x, y)
        return grad

    # Fresh arrays each time: `w = surface.start; w -= …` must not move the start of the next run.
    @property
    def minimum(self):
        return np.array(self._minimum)

    @property
    def start(self):
        return np.array(self._start)

    @property
    def minimum_value(self):
        """The least value of the surface."""
        return float(self.value(self.minimum))

    def _coordinates(self, w):
        w = as_numbers("w", w, finite=False)
        if w.shape[-1:] != (2,):
            raise ValueError(f"w must have 2 coordinates on its last axis, got shape {w.shape}")
        return w[..., 0], w[..., 1]

    def __repr__(self):
        return f"{type(self).__name__}()"


@dataclass(frozen=True, eq=False, repr=False)
class Quadratic(Objective):
    """A bowl of any condition number, in any number of dimensions.

    ::

        f(w) = ½ Σᵢ λᵢ eᵢ²        e = the distances from the center along the eigenvectors

    Parameters
    ----------
    eigenvalues : array of shape (d,), default (1, 10)
        The curvatures λᵢ > 0. The condition number is their largest ratio.
    angle : number, default 0
        Turns the bowl counter-clockwise, in degrees. In two dimensions only.
    center : array of shape (d,), default 0
        Where the minimum lies.

    Raises
    ------
    TypeError, ValueError
        If an argument is not a number, an eigenvalue is not above 0, or an angle is given for d ≠ 2.

    Examples
    --------
    >>> bowl = Quadratic(eigenvalues=[1.0, 4.0])
    >>> print(bowl.value([1.0, 1.0]), bowl.grad([1.0, 1.0]), bowl.condition_number)
    2.5 [1. 4.] 4.0
    """

    eigenvalues: object = (1.0, 10.0)
    angle: float = 0.0
    center: object = None

    def __post_init__(self):
        eigenvalues = in_range("eigenvalues", self.eigenvalues, 0, low_open=True)
        if eigenvalues.ndim != 1 or eigenvalues.size == 0:
            raise ValueError(f"eigenvalues must have shape (d,), got shape {eigenvalues.shape}")
        angle = as_numbers("angle", self.angle)
        if angle.ndim:
            raise ValueError(f"angle must be one number, got shape {angle.shape}")
        if angle != 0 and eigenvalues.size != 2:
            raise ValueError(f"angle must be 0 unless there are two eigenvalues, got {angle:g}")
        center = as_numbers("center", np.zeros(eigenvalues.size) if self.center is None else self.center)
        if center.shape != eigenvalues.shape:
            raise ValueError(f"center must have shape {eigenvalues.shape}, as eigenvalues, got shape {center.shape}")
        for name, value in dict(eigenvalues=eigenvalues.copy(), angle=float(angle), center=center.copy()).items():
            object.__setattr__(self, name, value)

    def value(self, w):
        # Added one after the other: NumPy's own sum takes an order that depends on the batch.
        return 0.5 * sum(np.moveaxis(self.eigenvalues * self.errors(w) ** 2, -1, 0))

    def grad(self, w):
        return self._turn(self.eigenvalues * self.errors(w), +self.angle)

    def errors(self, w):
        """Return the distances from the center along the eigenvectors: shape (…, d) in and out."""
        w = as_numbers("w", w, finite=False)
        if w.shape[-1:] != self.eigenvalues.shape:
            raise ValueError(f"w must have {self.eigenvalues.size} coordinates on its last axis, got shape {w.shape}")
        return self._turn(w - self.center, -self.angle)

    @property
    def name(self):
        return f"bowl with κ = {self.condition_number:g}"

    @property
    def condition_number(self):
        """κ = λ_max / λ_min."""
        return float(self.eigenvalues.max() / self.eigenvalues.min())

    @property
    def eigenvectors(self):
        """The directions of the eigenvalues, one a column: shape (d, d)."""
        return self._turn(np.eye(self.eigenvalues.size), self.angle).T

    @property
    def minimum(self):
        return self.center.copy()

    @property
    def box(self):
        return tuple((c - 3.0, c + 3.0) for c in self.center[:2])

    @property
    def start(self):
        return self.center + np.resize([-2.5, 2.0], self.center.size)

    @staticmethod
    def _turn(w, angle):
        if angle == 0:
            return w
        cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
        turned = np.empty_like(w)
        turned[..., 0] = cos * w[..., 0] - sin * w[..., 1]
        turned[..., 1] = sin * w[..., 0] + cos * w[..., 1]
        return turned

    def __repr__(self):
        turned = f", angle={self.angle:g}" if self.angle else ""
        return f"Quadratic(eigenvalues={self.eigenvalues.tolist()}{turned})"


class Rosenbrock(Objective):
    """Rosenbrock's valley: easy to reach, slow to follow; f = (1 − x)² + 100 (y − x²)².

    Reference: Rosenbrock (1960), An automatic method for finding the greatest or least value
    of a function.

    Examples
    --------
    >>> print(Rosenbrock().value([-1.0, 1.0]), Rosenbrock().grad([-1.0, 1.0]))
    4.0 [-4.  0.]
    """

    name = "Rosenbrock's valley"
    _minimum = (1.0, 1.0)
    box = ((-2.0, 2.0), (-1.0, 3.0))
    _start = (-1.5, 2.0)

    def _value(self, x, y):
        rise = y - x * x
        rest = 1 - x
        return rest * rest + 100 * (rise * rise)

    def _slopes(self, x, y):
        rise = 200 * (y - x * x)
        return 2 * (x - 1 - x * rise), rise


class Himmelblau(Objective):
    """Himmelblau's surface: four minima, all of value 0; f = (x² + y − 11)² + (x + y² − 7)².

    Reference: Himmelblau (1972), Applied nonlinear programming.
    """

    name = "Himmelblau's four minima"
    _minimum = (3.0, 2.0)
    box = ((-5.0, 5.0), (-5.0, 5.0))
    _start = (-0.5, -1.0)

    def _value(self, x, y):
        return (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2

    def _slopes(self, x, y):
        first, second = x * x + y - 11, x + y * y - 7
        return 4 * x * first + 2 * second, 2 * first + 4 * y * second


class Beale(Objective):
    """Beale's surface: a flat plain between steep walls; f = Σₖ (aₖ − x (1 − yᵏ))², k = 1, 2, 3.

    The aₖ are 1.5, 2.25 and 2.625.

    Reference: Beale (1958), On an iterative method for finding a local minimum of a function of
    more than one variable.
    """

    name = "Beale's plain"
    _minimum = (3.0, 0.5)
    box = ((-1.0, 4.5), (-1.5, 2.0))
    _start = (1.0, 1.5)

    def _value(self, x, y):
        return sum((a - x * (1 - y**k)) ** 2 for k, a in enumerate((1.5, 2.25, 2.625), start=1))

    def _slopes(self, x, y):
        slope_x, slope_y = 0, 0
        for k, a in enumerate((1.5, 2.25, 2.625), start=1):
            rest = a - x * (1 - y**k)
            slope_x = slope_x - 2 * rest * (1 - y**k)
            slope_y = slope_y + 2 * rest * k * x * y ** (k - 1)
        return slope_x, slope_y


class Saddle(Objective):
    """A saddle at the origin between two minima; f = ½ x² − ½ y² + ¼ y⁴.

    Along y the origin is a maximum: a run that starts with y = 0 never leaves it. The minima
    lie at (0, 1) and (0, −1), of value −¼.
    """

    name = "saddle"
    _minimum = (0.0, 1.0)
    box = ((-2.0, 2.0), (-1.8, 1.8))
    _start = (-1.6, 0.01)

    def _value(self, x, y):
        return 0.5 * x**2 - 0.5 * y**2 + 0.25 * y**4

    def _slopes(self, x, y):
        return x, y**3 - y


class Ravine(Objective):
    """A curved ravine with a bend and a gentle floor; f = 5 (y − sin x)² + 0.05 (x − 2)².

    Across the floor the curvature is about 10 and more, along it 0.1.
    """

    name = "winding ravine"
    _minimum = (2.0, np.sin(2.0))
    box = ((-4.0, 4.0), (-2.5, 2.5))
    _start = (-3.5, 1.5)

    def _value(self, x, y):
        return 5 * (y - np.sin(x)) ** 2 + 0.05 * (x - 2) ** 2

    def _slopes(self, x, y):
        rise = 10 * (y - np.sin(x))
        return 0.1 * (x - 2) - rise * np.cos(x), rise


class Rastrigin(Objective):
    """Rastrigin's surface, a bowl covered with dents; f = Σ (xᵢ² + 3 (1 − cos 2π xᵢ)).

    A local minimum lies near each pair of small whole numbers; the least is at the origin, of value 0.

    Reference: Rastrigin (1974), Systems of extremal control; there the dents have depth 10, not 3.
    """

    name = "Rastrigin's dents"
    _minimum = (0.0, 0.0)
    box = ((-3.0, 3.0), (-3.0, 3.0))
    _start = (-2.4, 1.7)
    depth = 3.0

    def _value(self, x, y):
        return sum(u**2 + self.depth * (1 - np.cos(2 * np.pi * u)) for u in (x, y))

    def _slopes(self, x, y):
        return tuple(2 * u + 2 * np.pi * self.depth * np.sin(2 * np.pi * u) for u in (x, y))


SURFACES = (Quadratic, Rosenbrock, Himmelblau, Beale, Saddle, Ravine, Rastrigin)
