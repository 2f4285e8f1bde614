"""Rounding to a short format: how far its numbers lie apart, and where a run stands still."""

from dataclasses import dataclass

import numpy as np

from course_lib.arguments import in_range, one_of


@dataclass(frozen=True)
class Format:
    """A binary format: how many bits its fraction has, the exponent of its smallest normal number, its largest number.

    Numbers from 2^e up to 2^(e+1) lie 2^(e − fraction) apart.
    """

    name: str
    fraction: int
    least: int
    largest: float


FORMATS = {
    "float16": Format("float16", 10, -14, 65504.0),
    "bfloat16": Format("bfloat16", 7, -126, (2 - 2.0**-7) * 2.0**127),
    "float32": Format("float32", 23, -126, (2 - 2.0**-23) * 2.0**127),
}


def spacing(w, form):
    """Return ulp(w), how far the numbers of a format lie apart around w, on the side away from 0.

    ::

        ulp(w) = 2^(e − fraction)  for 2^e ≤ |w| < 2^(e+1)

    Parameters
    ----------
    w : number or array
        Below the smallest normal number, and at 0, the spacing stays that of the smallest normal number.
    form : str
        A name in `FORMATS`.

    Returns
    -------
    array of float64
        In the shape of `w`; NaN where `w` is not finite.

    Examples
    --------
    >>> [float(spacing(w, "float16") * 1024) for w in (1.0, 1.9, 2.0, 3.0)]
    [1.0, 1.0, 2.0, 2.0]
    """
    form, w = _form(form), np.asarray(w, dtype=np.float64)
    exponent = np.where(w == 0, form.least, np.maximum(np.frexp(w)[1] - 1, form.least))
    return np.where(np.isfinite(w), np.ldexp(1.0, exponent - form.fraction), np.nan)


def rounded(x, form):
    """Return the number of a format that is nearest to x, in float64; a tie goes to the even one.

    Beyond the largest number of the format comes infinity, from half a spacing on. NaN stays NaN.

    Examples
    --------
    >>> [float(x) for x in rounded([1.001, 1 + 2**-8, 1 + 3 * 2**-8, 70000.0], "bfloat16")]
    [1.0, 1.0, 1.015625, 70144.0]
    """
    return _snapped(x, form, np.rint)


def stochastically_rounded(x, form, rng):
    """Return one of the two numbers of a format around x, each with a chance by its nearness; so the mean is x.

    Examples
    --------
    >>> drawn = stochastically_rounded(np.full(40_000, 1.001), "bfloat16", np.random.default_rng(0))
    >>> [float(x) for x in np.unique(drawn)], round(float(drawn.mean()), 3)
    ([1.0, 1.0078125], 1.001)
    """
    return _snapped(x, form, lambda steps: np.floor(steps + rng.random(steps.shape)))


def standstill(minimum, factor, form):
    """Return where gradient descent from above stands still, its weight kept in a short format.

    The step of size ηλ (w − w*) is lost where it is below half a spacing::

        w − w* ≤ ulp(w) / (2 ηλ)

    Parameters
    ----------
    minimum : positive number or array
        w*.
    factor : number or array
        ηλ, learning rate times curvature, above 0 and below 1. From 2^-(fraction + 1) / (1 + 2^-fraction) down, a run
        from far above stops before its weight has halved: there is no such w.
    form : str
        A name in `FORMATS`.

    Returns
    -------
    array
        The first w, coming from far above, that no step leaves; it is met to within a spacing where w* is a number of
        the format. Infinite where there is none: `factor` is too small, as said there, or it would lie beyond the
        largest number of the format.

    Examples
    --------
    >>> print(standstill(1.5, 0.02, "float16") - 1.5, 25 * 2**-10, standstill(1.5, 0.003, "bfloat16"))
    0.0244140625 0.0244140625 inf
    """
    minimum = in_range("minimum", minimum, 0, low_open=True)
    minimum, factor = np.broadcast_arrays(minimum, in_range("factor", factor, 0, 1, low_open=True, high_open=True))
    ulp = spacing(minimum, form)
    power = ulp * 2.0 ** _form(form).fraction  # of two, at or below the minimum
    half = 2.0 ** -(_form(form).fraction + 1)  # of a spacing, relative to the power of two below it
    moves = factor * (1 + 2 * half) > half  # one spacing above a power of two that is far from the minimum
    factor = np.where(moves, factor, 0.5)
    stops = minimum + ulp / (2 * factor)
    while True:  # the spacing doubles at each power of two, and so does the distance: a run may stop before it
        ulp, power = 2 * ulp, 2 * power
        further = minimum + ulp / (2 * factor)
        # At the power itself the numbers below lie closer, and one above it is odd: half a spacing goes down.
        stops = np.where(further > (power + ulp) * (1 + 1e-12), further, stops)
        if (power > 4 * stops).all():
            return np.where(moves & (stops <= _form(form).largest), stops, np.inf)


def _snapped(x, form, choose):
    form, x = _form(form), np.asarray(x, dtype=np.float64)
    ulp = spacing(x, form.name)
    with np.errstate(invalid="ignore"):
        snapped = np.copysign(choose(np.abs(x) / ulp) * ulp, x)
    snapped = np.where(np.abs(snapped) > form.largest, np.copysign(np.inf, x), snapped)
    return np.where(np.isfinite(x), snapped, x)


def _form(name):
    return FORMATS[one_of("form", name, tuple(FORMATS))]
