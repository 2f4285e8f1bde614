"""What is known at one point: what a step is sure to gain, how long it may be, and which way is steepest."""

import numpy as np

from course_lib.arguments import one_of


def guaranteed_decrease(grad, lr, bound):
    """Return what the descent lemma guarantees for a step, η (1 − ηΛ/2) ‖g‖², for `grad` of shape (…, d)."""
    return lr * (1 - lr * bound / 2) * np.sum(np.square(grad), axis=-1)


def backtrack(value, w, grad, direction, lr=1.0, shrink=0.5, slope=0.5):
    """Try rates, the longest first, until one lowers the loss by enough.

    ::

        accept η when L(w + η Δw) ≤ L(w) + α η g·Δw        else η ← shrink · η

    Parameters
    ----------
    value : function
        The loss at a point. A loss that is NaN is refused.
    w, grad, direction : array of shape (d,)
        The point, the gradient there, and where to go: `-grad`, or any other way down.
    lr : number, default 1
        The first rate to try.
    shrink : number between 0 and 1, default ½
        What a refused rate is multiplied by.
    slope : number between 0 and 1, default ½
        α, the share of the promised decrease that will do.

    Returns
    -------
    w, lr, trials
        The new point, the accepted rate, and how many rates were tried.

    Examples
    --------
    >>> backtrack(lambda w: float(w @ w), np.array([1.0]), np.array([2.0]), np.array([-2.0]), lr=4.0)
    (array([0.]), 0.5, 4)

    Reference: Armijo (1966), Minimization of functions having Lipschitz continuous first partial derivatives.
    """
    start, promise, trials = value(w), np.dot(grad, direction), 1
    while not value(w + lr * direction) <= start + slope * lr * promise:
        lr, trials = shrink * lr, trials + 1
    return w + lr * direction, lr, trials


def newton_step(grad, hessian):
    """Return Newton's step Δw, the solution of H Δw = −g: along each eigenvector of H, −g at the rate 1/λ."""
    return -np.linalg.solve(hessian, grad)


def steepest(grad, norm):
    """Return the move of length 1 that promises to lower the loss most, when `norm` measures the length.

    Where the gradient is 0 no move promises anything, and 0 is returned.

    Parameters
    ----------
    grad : array of shape (d,)
    norm : 1, 2 or "max"
        The sum of the absolute values, the root of the sum of squares, or the largest absolute value.

    Examples
    --------
    >>> steepest(np.array([3.0, -4.0]), 2)
    array([-0.6,  0.8])
    >>> steepest(np.array([3.0, -4.0]), "max")
    array([-1.,  1.])
    """
    one_of("norm", norm, (1, 2, "max"))
    grad = np.asarray(grad, dtype=float)
    if norm == 2:
        return -grad / (np.linalg.norm(grad) or 1.0)
    if norm == "max":
        return -np.sign(grad)
    move = np.zeros_like(grad)
    largest = np.abs(grad).argmax()
    move[largest] = -np.sign(grad[largest])
    return move


def unit_ball(norm, points=201):
    """Return the points of the plane whose length is 1 in this norm (see `steepest`): shape (2, points)."""
    one_of("norm", norm, (1, 2, "max"))
    angle = np.linspace(0, 2 * np.pi, points)
    circle = np.stack([np.cos(angle), np.sin(angle)])
    return circle / np.linalg.norm(circle, ord=np.inf if norm == "max" else norm, axis=0)


def curvature_at(objective, w, h=1e-5):
    """Return the matrix of second derivatives at `w`, by central differences of the gradient."""
    nudges = h * np.eye(len(w))
    hessian = (objective.grad(w + nudges) - objective.grad(w - nudges)) / (2 * h)
    return (hessian + hessian.T) / 2
