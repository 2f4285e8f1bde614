"""The few functions of arrays that rules need, on arrays of NumPy, PyTorch and JAX alike.

A rule's lines work on any of them: + − * / and ** mean the same everywhere, and these functions ask the
array which library it comes from. Checks of values stop at arrays of other libraries, since those may
be tracers: inside `jax.jit` there are shapes and no numbers yet.
"""

import sys

import numpy as np

from course_lib.arguments import as_numbers

FLOAT64 = np.dtype(np.float64)
OURS = (np.ndarray, np.generic, int, float)


def foreign(value):
    """Tell whether a value is an array of another library, PyTorch or one of the array API standard such as JAX."""
    return not isinstance(value, OURS) and (
        hasattr(value, "__array_namespace__") or hasattr(value, "__torch_function__")
    )


def namespace(value):
    """Return the module whose functions work on this array: `numpy`, `torch`, `jax.numpy`."""
    if not foreign(value):
        return np
    return value.__array_namespace__() if hasattr(value, "__array_namespace__") else sys.modules["torch"]


def as_array(name, value):
    """Return `value` as an array of float64, or as it is where it comes from another library."""
    if type(value) is np.ndarray and value.dtype == FLOAT64:  # a step asks for this very often
        return value
    return value if foreign(value) else as_numbers(name, value, finite=False)


def like(value, array):
    """Return a number of a rule as `array`'s library can multiply by it, in the array's precision."""
    if not foreign(array) or foreign(value):
        return value
    if np.ndim(value) == 0:
        return float(value)  # takes the precision of whatever it meets
    if hasattr(array, "__torch_function__"):
        return namespace(array).asarray(value, dtype=array.dtype, device=array.device)
    return np.asarray(value, dtype=array.dtype)  # JAX makes a constant of it


def sqrt(array):
    """Return the root of every entry."""
    return np.sqrt(array) if type(array) is np.ndarray else namespace(array).sqrt(array)


def maximum(array, other):
    """Return the larger of every two entries."""
    if isinstance(array, (int, float)) and isinstance(other, (int, float)):
        return max(array, other)
    if foreign(array) and not foreign(other):
        return namespace(array).clip(array, other)  # PyTorch's maximum takes no numbers
    return namespace(array).maximum(array, other)


def where(condition, array, other):
    """Return `array` where the condition holds, `other` elsewhere."""
    if isinstance(condition, (bool, np.bool_)):
        return array if condition else other
    return namespace(array).where(condition, array, other)


def power(base, exponent):
    """Return `base` to the power of an exponent that may be a number.

    On NumPy through `np.power`: ** between two numbers may differ in the last bit from ** between
    arrays, and a run in a batch must equal the same run alone.
    """
    return np.power(base, exponent) if isinstance(exponent, (np.ndarray, np.generic)) else base**exponent


def zeros_like(array):
    """Return zeros of the array's shape."""
    return namespace(array).zeros_like(array)


def ones(shape, like):
    """Return ones of a shape, in the library, the precision and, for PyTorch, on the device of the array `like`."""
    if not foreign(like):
        return np.ones(shape)
    place = {"device": like.device} if hasattr(like, "__torch_function__") else {}
    return namespace(like).ones(shape, dtype=like.dtype, **place)


def norm(array):
    """Return the length √Σᵢ aᵢ² over the last axis, which stays with length 1: each lane has its own."""
    if not foreign(array):
        # The order of adding depends on how an array lies in memory; so a lane is bitwise its own run.
        array = np.ascontiguousarray(array)
    return sqrt((array * array).sum(axis=-1, keepdims=True))
