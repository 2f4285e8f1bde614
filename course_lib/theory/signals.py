"""How large signals and gradients are, layer by layer, in a network with random weights: closed forms."""

import numpy as np

_Z = np.linspace(-8, 8, 2001)  # standard normal numbers, and their shares
_SHARES = np.exp(-(_Z**2) / 2) / np.exp(-(_Z**2) / 2).sum()


def mean_square_after(mean_square, activation="relu"):
    """Return E[act(s)²] of normal scores s with mean 0: τ/2 for "relu", τ for "none", an integral for "tanh".

    For "relu" it holds of any distribution that is symmetric about 0.

    Examples
    --------
    >>> print(mean_square_after(3.0), round(mean_square_after(0.01, "tanh"), 5))
    1.5 0.00981
    """
    if activation == "tanh":
        return float(_SHARES @ np.tanh(np.sqrt(mean_square) * _Z) ** 2)
    return mean_square / 2 if activation == "relu" else mean_square


def slope_after(mean_square, activation="relu"):
    """Return E[act′(s)²] of normal scores s with mean 0: 1/2 for "relu", 1 for "none", an integral for "tanh".

    Examples
    --------
    >>> print(slope_after(3.0), round(slope_after(3.0, "tanh"), 4))
    0.5 0.292
    """
    if activation == "tanh":
        return float(_SHARES @ (1 - np.tanh(np.sqrt(mean_square) * _Z) ** 2) ** 2)
    return 0.5 if activation == "relu" else 1.0


def wide_network(depth, gain, activation="relu", keep=0.0, share=1.0, normalize=False, width=None):
    """Return the expected mean square of the scores, and of the gradient's squared length, for layers 0 to `depth`.

    ::

        s_ℓ+1 = keep · s_ℓ + share · W act(s_ℓ)          with s_ℓ over its root mean square, if `normalize`

        τ_ℓ+1 = keep² τ_ℓ + share² gain² E[act²]         τ₀ = 1
        slope_ℓ = (keep² + share² gain² E[act′²]) slope_ℓ+1        1 at the last layer; E[act′²]/τ_ℓ, if `normalize`

    Conditions: independent weights of mean 0 and standard deviation gain/√d for d inputs, no biases, layers of one
    width. Without `keep` and `normalize` the mean squares of "relu" and "none" are exact expectations for every
    width. So are the slopes of "none", by a last slope that does not depend on the weights. Those of a plain "relu"
    network are exact with its `width`: a layer whose units are all off (chance 2^−width) lets no signal through, and
    no slope comes back where none arrives, so that the slope of layer ℓ, but for the last, has the factor

    ::

        (1 − 2^−width)^ℓ

    `width=None` is the limit of wide layers, as is everything else here; where it applies to no layer, `width` changes
    nothing.

    Reference: He, Zhang, Ren, Sun (2015); Poole, Lahiri, Raghu, Sohl-Dickstein, Ganguli (2016).

    Examples
    --------
    >>> scores, slopes = wide_network(4, gain=1.0)
    >>> print(scores, slopes)
    [1.     0.5    0.25   0.125  0.0625] [0.0625 0.125  0.25   0.5    1.    ]
    """
    tau, factors = [1.0], []
    with np.errstate(over="ignore"):
        for _ in range(depth):
            seen = 1.0 if normalize else tau[-1]
            factor = slope_after(seen, activation) / (tau[-1] if normalize else 1.0)
            factors.append(keep**2 + (share * gain) ** 2 * factor)
            tau.append(keep**2 * tau[-1] + (share * gain) ** 2 * mean_square_after(seen, activation))
        slopes = np.append(np.cumprod(factors[::-1])[::-1], 1.0)
    if width is not None and activation == "relu" and not keep and not normalize:
        slopes[:-1] *= (1 - 0.5**width) ** np.arange(depth)
    return np.array(tau), slopes


def typical_share(depth, width, activation="relu"):
    """Return about what the median network has of the expected mean square: exp(−5/2 · depth/width) for "relu".

    A layer multiplies the mean square by a random factor of mean 1 (times a constant) and variance 5/width; for
    "none", 2/width, and the exponent is −depth/width. The logarithm of such a factor has the mean −variance/2, as
    long as the variance is small, and logarithms add up.

    Reference: Hanin (2018), Which neural net architectures give rise to exploding and vanishing gradients?

    Examples
    --------
    >>> print(round(typical_share(50, 100), 3))
    0.287
    """
    return np.exp(-{"relu": 2.5, "none": 1.0}[activation] * np.asarray(depth) / width)
