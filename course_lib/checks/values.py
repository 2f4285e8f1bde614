"""Read what an answer gave, copy it, compare it within rounding, and show it in few characters."""

import copy
import decimal
import numbers
from dataclasses import dataclass

import numpy as np

# Relative to the largest number of the expected value. A mistake worth naming differs by far more.
ROUNDING = 1e-6
ROUNDING_OF_SINGLE = 1e-4
SMALLEST_SCALE = 1e-3  # below this a difference is measured absolutely: 1e-17 for 0 is right
LARGEST_SIZE = 10**7  # more numbers than that are not looked at


class Stop(BaseException):
    """Ends an answer that takes too long. Not an `Exception`, so that `except Exception` does not swallow it."""


@dataclass(frozen=True)
class Strange:
    """Something that is neither made of numbers nor text: only its type is kept."""

    kind: str

    def __str__(self):
        return f"an {self.kind}" if self.kind.startswith("array") else f"an object of type {self.kind}"


def read(value):
    """Return a copy of `value` made of plain parts only.

    Numbers and what NumPy makes an array of numbers from become arrays; text, `None` and `...` stay;
    tuples, dicts and ragged lists are read part by part; anything else becomes `Strange`.
    """
    try:
        return _read(value)
    except Stop:
        raise
    except BaseException:  # a student's object may do anything when it is looked at, even exit
        return Strange(kind_of(value))


def _read(value):
    if value is None or value is ...:
        return value
    if isinstance(value, str):
        return "".join(value)
    if isinstance(value, dict):
        return {_read_key(key): _read(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return tuple(_read(part) for part in value)
    if isinstance(value, np.ndarray) and value.size > LARGEST_SIZE:
        return Strange(f"array of shape {value.shape}")
    if isinstance(value, (numbers.Real, decimal.Decimal)) and not isinstance(value, (int, float, np.generic)):
        return np.array(float(value))  # a Fraction is a number like any other
    if not isinstance(value, np.ndarray) and _length(value) > LARGEST_SIZE:
        return Strange(kind_of(value))
    array = _as_array(value)
    if array is not None:
        return array
    if isinstance(value, list):
        return tuple(_read(part) for part in value)
    return Strange("array of objects" if isinstance(value, np.ndarray) else kind_of(value))


def _length(value):
    return len(value) if hasattr(type(value), "__len__") else 0


def _read_key(key):
    return key if isinstance(key, (str, int, float)) else str(key)


def _as_array(value):
    try:
        array = np.array(value)
    except Stop:
        raise
    except BaseException:
        return None
    return array if array.dtype.kind in "buifc" else None


def kind_of(value):
    """Return the name of the type of `value`."""
    try:
        return str(type(value).__name__)
    except Exception:
        return "object"


def is_number(value):
    """Tell whether a read value is one number."""
    return isinstance(value, np.ndarray) and value.ndim == 0


def fitted(expected, got):
    """Return `got` as a tuple or array where it can stand for the `expected` kind: (a, b), [a, b] and array([a, b])."""
    if isinstance(expected, tuple) and isinstance(got, np.ndarray) and got.ndim:
        return tuple(np.array(part) for part in got)
    if isinstance(expected, np.ndarray) and isinstance(got, tuple):
        stacked = _as_array([part if isinstance(part, np.ndarray) else None for part in got])
        return got if stacked is None else stacked
    return got


def same(expected, got, rounding=ROUNDING, smallest=SMALLEST_SCALE):
    """Tell whether two read values are equal within rounding. An expected `...` equals everything."""
    if expected is ...:
        return True
    got = fitted(expected, got)
    if isinstance(expected, np.ndarray):
        if not isinstance(got, np.ndarray) or (expected.shape != got.shape and (expected.size or got.size)):
            return False  # arrays without a number are alike: np.array([]) and np.empty((0, 2))
        return _close(expected, got, rounding, smallest)
    if type(expected) is not type(got):
        return False
    if isinstance(expected, dict):
        return expected.keys() == got.keys() and all(
            same(expected[key], got[key], rounding, smallest) for key in expected
        )
    if isinstance(expected, tuple):
        return len(expected) == len(got) and all(
            same(part, other, rounding, smallest) for part, other in zip(expected, got, strict=True)
        )
    return expected == got


def _close(expected, got, rounding, smallest):
    if expected.size == 0:
        return True
    if (got.dtype.kind == "c") != (expected.dtype.kind == "c"):
        return False
    if any(array.dtype.kind == "f" and array.dtype.itemsize < 8 for array in (expected, got)):
        rounding = max(rounding, ROUNDING_OF_SINGLE)
    with np.errstate(all="ignore"):
        expected, got = (array.astype(complex if array.dtype.kind == "c" else float) for array in (expected, got))
        finite = np.isfinite(expected)
        scale = max(np.abs(expected[finite]).max(initial=0.0), smallest) or 1.0
        near = np.abs(expected - got) <= rounding * scale
        return bool(np.where(finite, near, (expected == got) | (np.isnan(expected) & np.isnan(got))).all())


def all_finite(value):
    """Tell whether no number in a read value is NaN or infinite."""
    if isinstance(value, dict):
        return all(map(all_finite, value.values()))
    if isinstance(value, tuple):
        return all(map(all_finite, value))
    return not isinstance(value, np.ndarray) or bool(np.isfinite(value).all())


def flat(value):
    """Return all numbers of a read value in one row, or None if it holds anything else."""
    parts = value if isinstance(value, tuple) else (value,)
    if not parts or not all(isinstance(part, np.ndarray) and part.dtype.kind in "iuf" for part in parts):
        return None
    return np.concatenate([part.astype(float).ravel() for part in parts])


def shape_in_words(array):
    """Return what an array is, as in "a single number"."""
    return "a single number" if array.ndim == 0 else f"an array of shape {array.shape}"


def fresh(value):
    """Return a copy of an input that an answer may change; functions and random generators are handed on."""
    return copy.deepcopy(value) if isinstance(value, (np.ndarray, list, dict, tuple)) else value


def shown(value, digits=4):
    """Return `value`, read or not, in few characters."""
    if isinstance(value, np.ndarray):
        return _shown_array(value, digits)
    if isinstance(value, (bool, np.bool_)) or value is None:
        return str(value)
    if isinstance(value, (int, float, np.number)):
        return _shown_number(value, digits)
    if isinstance(value, list) and len(value) > 16:
        return f"<list of {len(value)}>"
    if isinstance(value, (tuple, list)):
        left, right = "()" if isinstance(value, tuple) else "[]"
        comma = "," if isinstance(value, tuple) and len(value) == 1 else ""
        return left + ", ".join(shown(part, digits) for part in value) + comma + right
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {shown(part, digits)}" for key, part in value.items()) + "}"
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else value[:37] + "…")
    if value is ...:
        return "..."
    if isinstance(value, Strange):
        return str(value)
    if callable(value):
        owner = getattr(value, "__self__", None)
        name = getattr(value, "__name__", kind_of(value))
        return name if owner is None else f"{owner!r}.{name}"
    return f"<{kind_of(value)}>"


def _shown_array(array, digits):
    if array.ndim == 0:
        return str(array) if array.dtype.kind == "b" else _shown_number(array[()], digits)
    if array.size > 16:
        return f"<numbers of shape {array.shape}>"
    formats = {"float_kind": lambda number: _shown_number(number, digits)}
    return " ".join(np.array2string(array, separator=", ", formatter=formats, max_line_width=10_000).split())


def _shown_number(number, digits):
    if isinstance(number, (int, np.integer)):
        return str(number)
    return f"{number:.{digits}g}".replace("-", "−") if isinstance(number, (float, np.floating)) else str(number)


def shown_apart(expected, got):
    """Return both values as texts with as many digits as it takes to tell them apart."""
    for digits in (4, 8, 12):
        texts = shown(expected, digits), shown(got, digits)
        if texts[0] != texts[1]:
            break
    return texts
