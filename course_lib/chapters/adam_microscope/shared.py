"""What several exercises of this chapter use."""

import numpy as np


def averaged(grad, m, v, beta1, beta2):
    """Return both averages with the new gradient in them."""
    return beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad**2


def moved(w, m, v, t, lr, beta1, beta2, eps):
    """Return where Adam goes with these averages at step t."""
    with np.errstate(all="ignore"):
        return w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
