"""Say clearly what is wrong with an argument: its name, what was given, what is wanted."""

import math
import numbers

import numpy as np

NUMBER_KINDS = "buif"


def as_numbers(name, value, *, finite=True):
    """Return `value` as a float64 array, or raise an error that names the argument.

    Raises
    ------
    TypeError
        If `value` does not hold real numbers.
    ValueError
        If its rows have different lengths, or if `finite` and it holds NaN or infinity.
    """
    if not finite and type(value) is np.ndarray and value.dtype == np.float64:  # a step asks for this very often
        return value
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} has rows of different lengths; it must be a rectangular array") from None
    if array.dtype.kind not in NUMBER_KINDS:
        raise TypeError(f"{name} must hold real numbers, got {_shown(value)} of type {type(value).__name__}")
    array = array.astype(np.float64, copy=False)
    if finite and not np.isfinite(array).all():
        bad = array[~np.isfinite(array)].flat[0]
        raise ValueError(f"{name} must be finite, but it contains {bad}")
    return array


def in_range(name, value, low, high=np.inf, *, low_open=False, high_open=False):
    """Return `value` as an array of numbers from `low` to `high`, or raise an error that names the argument."""
    array = as_numbers(name, value)
    too_low = array <= low if low_open else array < low
    too_high = array >= high if high_open else array > high
    if (too_low | too_high).any():
        bad = array[too_low | too_high].flat[0]
        raise ValueError(f"{name} must be {_interval(low, high, low_open, high_open)}, got {bad:g}")
    return array


def whole_number(name, value, minimum=0):
    """Return `value` as an int of at least `minimum`, or raise an error that names the argument."""
    if type(value) is int and value >= minimum:
        return value
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real) or not _is_whole(value):
        raise TypeError(f"{name} must be a whole number, got {_shown(value)}")
    if value < minimum:
        raise ValueError(f"{name} must be at least {minimum}, got {value:g}")
    return int(value)


def one_of(name, value, choices):
    """Return `value` if it is one of `choices`, or raise a `ValueError` that lists them."""
    if not any(value is choice or (isinstance(value, type(choice)) and value == choice) for choice in choices):
        raise ValueError(f"{name} must be one of {', '.join(map(repr, choices))}, got {_shown(value)}")
    return value


def _is_whole(number):
    return math.isfinite(number) and int(number) == number


def _interval(low, high, low_open, high_open):
    lower = f"{'above' if low_open else 'at least'} {low:g}"
    if high == np.inf:
        return lower
    return f"{lower} and {'below' if high_open else 'at most'} {high:g}"


def _shown(value):
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "…"
