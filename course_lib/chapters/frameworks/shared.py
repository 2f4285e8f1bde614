"""The bowl of the chapter, and how many digits of two runs agree."""

import numpy as np

CURVATURES = [0.5, 4.0]
START = [-2.0, 3.0]  # the minimum lies at (1, 1)
MOST_DIGITS = 16.0


def gradient(w, t=None):
    """Return the gradient of the bowl ½ Σ λᵢ (wᵢ − 1)²."""
    return np.array(CURVATURES) * (w - 1)


def digits(run, other):
    """Return how many decimal digits of two runs agree: −log₁₀ of their largest distance over the largest entry."""
    run, other = np.asarray(run, float), np.asarray(other, float)
    apart = np.abs(run - other).max() / np.abs(other).max()
    return MOST_DIGITS if apart == 0 else float(min(MOST_DIGITS, max(0.0, -np.log10(apart))))
