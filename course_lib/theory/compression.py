"""What a compressed gradient costs and spoils: bytes, the variance of rounding, what a memory can hold."""

import numpy as np

from course_lib.arguments import whole_number


def quantization_variance(grad, levels):
    """Return the variance of each entry of a gradient that is rounded at random to `levels` steps of its largest.

    With p the share of the way that an entry has gone between two values of the grid it is p(1 − p)(max|g|/levels)².

    Examples
    --------
    >>> print(quantization_variance(np.array([4.0, 1.0, 0.0]), levels=1))
    [0. 3. 0.]
    """
    grad = np.asarray(grad, dtype=float)
    step = np.abs(grad).max(axis=-1, keepdims=True) / whole_number("levels", levels, 1)
    place = np.abs(grad) / np.where(step > 0, step, 1.0)
    share = place - np.floor(place)
    return share * (1 - share) * step**2


def memory_bound(kept, longest):
    """Return how long a memory can get if a message keeps at least a share of ‖·‖², for gradients up to a length.

    ::

        ‖memory‖ ≤ longest · √(1 − kept) / (1 − √(1 − kept))        kept = k/d for the k largest of d entries

    Examples
    --------
    >>> print(round(float(memory_bound(0.75, 3.0)), 6))
    3.0
    """
    left = np.sqrt(1 - np.asarray(kept, dtype=float))
    return longest * left / (1 - left)


def bytes_of_full(d):
    """Return the bytes of d single-precision numbers."""
    return 4 * d


def bytes_of_quantized(d, levels):
    """Return the bytes of d values of 2·levels + 1 kinds, in whole bits each, and of their scale.

    Examples
    --------
    >>> bytes_of_quantized(650, 1), bytes_of_quantized(650, 7)
    (167, 329)
    """
    return -(-d * (2 * levels).bit_length() // 8) + 4


def bytes_of_top_k(d, k):
    """Return the bytes of k single-precision numbers, and of their places in whole bits.

    Examples
    --------
    >>> bytes_of_top_k(650, 13)
    69
    """
    return -(-k * (32 + (d - 1).bit_length()) // 8)


def bytes_of_sign(d):
    """Return the bytes of d bits and of their scale. (An exact 0 is sent as one of the two signs.)

    Examples
    --------
    >>> bytes_of_sign(650)
    86
    """
    return -(-d // 8) + 4
