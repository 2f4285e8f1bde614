"""The controls of an explorer: what can be set, within which bounds, and how it is shown.

A control checks every value that reaches it, from Python or from the browser, and its `spec` is
what the browser builds it from. `only={"rule": ("momentum",)}` hides a control while another one
has none of these values; its own value stays.
"""

import math
from dataclasses import asdict, dataclass

import numpy as np

from course_lib.arguments import in_range, one_of, whole_number

POSITIONS = 400  # of a logarithmic slider
# Round numbers of a decade, from few to many, and multiples of a step.
DECADES = ((1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 5, 7), (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8))
DECADES += ((1, 1.2, 1.4, 1.6, 1.8, 2, 2.2, 2.5, 2.8, 3, 3.5, 4, 4.5, 5, 5.5, 6, 7, 8, 9),)
DECADES += (tuple(np.arange(10, 100) / 10),)
POWERS = tuple(2**power for power in range(18))  # of two: sizes of batches, numbers of workers
MULTIPLES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, kw_only=True)
class Control:
    """What all controls have: the name of the setting, its first value, and the words beside it."""

    name: str
    value: object
    label: str
    only: dict | None = None

    def checked(self, value):
        """Return `value` as the setting stores it, or raise a `ValueError` that names the control."""
        try:
            return self._checked(value)
        except TypeError as error:
            raise ValueError(str(error)) from None

    def spec(self):
        """Return what the browser needs to build the control."""
        return asdict(self) | {"kind": type(self).__name__.lower()}


@dataclass(frozen=True, kw_only=True)
class Slider(Control):
    """A number between two bounds: a slider with a box to type in.

    A logarithmic slider stops at numbers of three digits, a linear one at multiples of `step`; the
    box takes every number between the bounds. `play` adds buttons that run through the values. `landmarks` are
    values that a text asks for, or that have a meaning: a recording, which has room for few, keeps these first.
    """

    low: float
    high: float
    log: bool = False
    step: float | None = None
    whole: bool = False
    play: bool = False
    landmarks: tuple = ()

    def spec(self):
        # On a logarithmic scale the slider's positions are not its values: it is told these.
        spec = super().spec() | {"step": self._step} | ({"stops": self.stops(POSITIONS + 1)} if self.log else {})
        del spec["landmarks"]
        return spec

    @property
    def _step(self):
        return 1 if self.whole else self.step or (self.high - self.low) / 200

    def stops(self, most):
        """Return at most so many of the values that the slider stops at, both ends among them."""
        last = POSITIONS if self.log else round((self.high - self.low) / self._step)
        places = np.unique(np.linspace(0, last, min(most, last + 1)).round())
        if self.log:
            values = [self.snapped(self.low * (self.high / self.low) ** (place / POSITIONS)) for place in places]
            return list(dict.fromkeys([*values[:-1], self.snapped(self.high)]))
        return [self.snapped(self.low + place * self._step) for place in places]

    def telling(self, most, wanted=()):
        """Return at most so many values to record: both ends, the landmarks, those wanted, and round numbers.

        A run that is played has its first steps one by one, then longer strides.
        """
        ends = [self.checked(self.low), self.checked(self.high)]
        kept = [float(value) for value in (*self.landmarks, *wanted) if self.low <= value <= self.high]
        kept = {self.checked(value) for value in kept if not self.whole or value == round(value)} | {*ends}
        for values in (self.stops(10**6), *self._round()):
            found = sorted(kept.union(values))
            if len(found) <= most:
                return found
        places = np.linspace(0, len(kept) - 1, min(most, len(kept))).round().astype(int)
        return [sorted(kept)[place] for place in places]

    def _round(self):
        """Yield round numbers between the ends, from many to few."""
        if self.log or self.play:
            first = math.floor(math.log10(self.low)) if self.low > 0 else 0
            powers = range(first, math.ceil(math.log10(self.high)))
            for decade in reversed(DECADES):
                values = [float(f"{digits * 10.0**power:.3g}") for power in powers for digits in decade]
                yield [self.checked(value) for value in values if self._has(value)]
        else:
            for multiple in MULTIPLES:
                stride = multiple * self._step
                first, last = math.ceil(self.low / stride - 1e-9), math.floor(self.high / stride + 1e-9)
                yield [self.snapped(place * stride) for place in range(first, last + 1)]

    def _has(self, value):
        return self.low <= value <= self.high and (not self.whole or value == round(value))

    def snapped(self, value):
        """Return the nearest value that the slider stops at."""
        value = min(max(value, self.low), self.high)
        if self.log:
            digits = value if value in (self.low, self.high) else float(f"{value:.3g}")
            return round(digits) if self.whole else float(digits)
        return self.checked(round(round(value / self._step) * self._step, 10))

    def _checked(self, value):
        if self.whole:
            value = whole_number(self.name, value)
        number = in_range(self.name, value, self.low, self.high)
        if number.ndim:
            raise ValueError(f"{self.name} must be one number, got an array of shape {number.shape}")
        return int(number) if self.whole else float(number)


@dataclass(frozen=True, kw_only=True)
class Choice(Control):
    """One of several names: a drop-down list."""

    options: tuple

    def stops(self, most):
        """Return the names, however many there may be."""
        return list(self.options)

    def _checked(self, value):
        return one_of(self.name, value, self.options)


@dataclass(frozen=True, kw_only=True)
class Toggle(Control):
    """On or off: a check box."""

    def stops(self, most):
        """Return both values."""
        return [False, True]

    def _checked(self, value):
        return bool(one_of(self.name, value, (True, False)))


@dataclass(frozen=True, kw_only=True)
class Point(Control):
    """A place on the axes: two boxes to type in, and the handle that a drawing gives it (see `Pen.handle`)."""

    low: float = -10.0
    high: float = 10.0
    step: float = 0.1
    axes: tuple = ("w₁", "w₂")

    def snapped(self, value, width):
        """Return `value` with the digits that can be told apart on axes of this width."""
        digits = max(0, math.ceil(-math.log10(width / 300)))
        return tuple(round(min(max(float(number), self.low), self.high), digits) for number in value)

    def _checked(self, value):
        point = in_range(self.name, value, self.low, self.high)
        if point.shape != (2,):
            raise ValueError(
                f"{self.name} must be two numbers, got {np.shape(value)}"
                if point.ndim != 1
                else f"{self.name} must be two numbers, got {len(point)}"
            )
        return tuple(point.tolist())
