"""Momentum on a bowl, one direction at a time: roots, critical damping, the best pair, the noise floors.

Along an eigenvector with eigenvalue λ the rule depends on two numbers alone, the momentum β and
`curvature`, which is ηλ. `rule` is the class `Momentum` (the heavy ball) or `Nesterov`.
"""

import numpy as np

from course_lib.optimizers import Momentum


def both_roots(rule, curvature, momentum):
    """Return the two factors that a direction's errors follow, shape (2, …), complex.

    They are the roots of z² − (1 + β − ηλ) z + β (Polyak 1964), and for Nesterov, whose stored point
    looks ahead, of z² − (1 + β)(1 − ηλ) z + β(1 − ηλ).

    Parameters
    ----------
    rule : `Momentum` or `Nesterov`
    curvature, momentum : array or number
        ηλ and β; they are broadcast against each other to the shape (…).

    Examples
    --------
    >>> both_roots(Momentum, 0.25, 0.25)
    array([0.5+0.j, 0.5+0.j])
    """
    if rule is Momentum:
        half, product = (1 + momentum - curvature) / 2, momentum + 0 * curvature
    else:
        half, product = (1 + momentum) * (1 - curvature) / 2, momentum * (1 - curvature)
    apart = np.sqrt(half**2 - product + 0j)
    return np.stack([half + apart, half - apart])


def spectral_radius(rule, curvature, momentum):
    """Return ρ, the larger root in absolute value: in the long run a step multiplies the error by it.

    Shapes as in `both_roots`, without the first axis. Exact up to a factor that is linear in t where
    both roots are equal.

    Examples
    --------
    >>> print(spectral_radius(Momentum, 0.3, 0.81).round(6))  # complex roots: √β, whatever ηλ
    0.9
    """
    return np.abs(both_roots(rule, curvature, momentum)).max(axis=0)


def critical_momentum(rule, curvature):
    """Return the momentum at which both roots are equal, NaN where there is none.

    (1 − √(ηλ))² for the heavy ball with 0 < ηλ < 4, (1 − √(ηλ)) / (1 + √(ηλ)) for Nesterov with
    0 < ηλ ≤ 1. No other momentum has a smaller spectral radius at this ηλ.

    Examples
    --------
    >>> round(float(critical_momentum(Momentum, 0.1)), 4)
    0.4675
    """
    if rule is Momentum:
        return (1 - np.sqrt(np.where(np.less(curvature, 4), curvature, np.nan))) ** 2
    root = np.sqrt(np.where(curvature <= 1, curvature, np.nan))
    return (1 - root) / (1 + root)


def critical_curvatures(rule, momentum):
    """Return each ηλ that this momentum damps critically: (1 ∓ √β)² for the heavy ball, for Nesterov the one below 1.

    (At ηλ = 1 both of Nesterov's roots are 0, whatever β is: the other border of its ringing interval.)

    Examples
    --------
    >>> critical_curvatures(Momentum, 0.25)
    (0.25, 2.25)
    """
    if rule is Momentum:
        low, high = (1 - np.sqrt(momentum)) ** 2, (1 + np.sqrt(momentum)) ** 2
        return (float(low), float(high)) if np.ndim(momentum) == 0 else (low, high)
    return (((1 - momentum) / (1 + momentum)) ** 2,)


def stability_limit(rule, momentum):
    """Return the ηλ below which a direction converges: 2(1 + β), and for Nesterov 2(1 + β) / (1 + 2β).

    Condition: 0 ≤ β < 1. At the limit one root is −1, so the error neither shrinks nor grows; beyond it
    a run diverges. Gradient descent is β = 0: 2.

    Examples
    --------
    >>> stability_limit(Momentum, 0.9)
    3.8
    """
    limit = 2 * (1 + momentum)
    return limit if rule is Momentum else limit / (1 + 2 * momentum)


def best_pair(eigenvalues):
    """Return the learning rate and the momentum with the least spectral radius over these eigenvalues.

    For the heavy ball (Polyak 1964): η = (2 / (√λ_max + √λ_min))², β = ((√κ − 1) / (√κ + 1))², and the
    radius is √β. Both ends of the spectrum are then critically damped. All eigenvalues must be positive.

    Examples
    --------
    >>> lr, momentum = best_pair([1.0, 100.0])
    >>> print(f"{lr:.4f} {momentum:.4f} {momentum**0.5:.4f}")
    0.0331 0.6694 0.8182
    """
    low, high = (float(np.sqrt(end)) for end in (np.min(eigenvalues), np.max(eigenvalues)))
    return (2 / (low + high)) ** 2, ((high - low) / (high + low)) ** 2


def errors_at_best_pair(momentum, t):
    """Return the exact errors after t steps at the best pair, along the flattest and the steepest axis.

    They start at 1, with the velocity 0. With ρ = √β both roots are ρ, and −ρ on the steepest axis, so
    the errors are ρᵗ (1 + (1 − ρ) t) and (−ρ)ᵗ (1 + (1 + ρ) t). The shape is (2, …), that of t behind.

    Examples
    --------
    >>> errors_at_best_pair(0.25, [0, 1, 2])
    array([[ 1.  ,  0.75,  0.5 ],
           [ 1.  , -1.25,  1.  ]])
    """
    rho, t = np.sqrt(momentum), np.asarray(t)
    return np.stack([rho**t * (1 + (1 - rho) * t), (-rho) ** t * (1 + (1 + rho) * t)])


def floor(lr, momentum, eigenvalues, variances):
    """Return the loss above the least at which the heavy ball stops, in the long run and on average.

    On a bowl, with independent noise of the variance σᵢ² along each eigenvector in every step's gradient::

        Σᵢ ησᵢ²(1 + β) / (2(1 − β)(2(1 + β) − ηλᵢ)), infinite from ηλᵢ = 2(1 + β) on

    For ηλ small against 1 − β it is that of plain descent at the rate η / (1 − β); `noise.floor` is
    the case β = 0. The shape is that of `lr` and `momentum`, broadcast.

    Examples
    --------
    >>> floor(0.1, [0.0, 0.9], eigenvalues=[1.0], variances=[1.0]).round(4)
    array([0.0263, 0.2568])
    """
    lr, momentum = (np.asarray(number, dtype=float)[..., np.newaxis] for number in (lr, momentum))
    left = 2 * (1 + momentum) - lr * np.asarray(eigenvalues)
    with np.errstate(divide="ignore", invalid="ignore"):
        each = lr * np.asarray(variances) * (1 + momentum) / (2 * (1 - momentum) * left)
    return np.where(left > 0, each, np.inf).sum(axis=-1)


def response(lr, momentum, eigenvalue, steps):
    """Return q₀, q₁, …: by how much a noise of 1 in one gradient moves the point, 0, 1, … steps after its own.

    In the long run the error of a direction is x_t = −(q₀ξ_t + q₁ξ_{t−1} + …), so every floor is a sum
    over q. The shape is (steps, …); the first three arguments are broadcast. ::

        q₀ = η,  q₁ = (1 + β − ηλ) q₀,  q_{k+1} = (1 + β − ηλ) q_k − β q_{k−1}

    Examples
    --------
    >>> print(response(0.1, 0.5, 0.0, 4))  # without curvature it rises to η / (1 − β)
    [0.1    0.15   0.175  0.1875]
    """
    keep = 1 + momentum - np.multiply(lr, eigenvalue)
    q = [np.zeros(keep.shape), lr + np.zeros(keep.shape)]
    for _ in range(steps - 1):
        q.append(keep * q[-1] - momentum * q[-2])
    return np.array(q[1 : steps + 1])


def mean_squares(lr, momentum, eigenvalue, variance, start, steps, batches=None):
    """Return E[x²] before and after each step of a run of one direction from rest: shape (steps + 1,).

    The noises of different steps are independent. With `batches` they are those of a reshuffled pass:
    `batches` in a row add up to 0, and are otherwise in random order.

    Examples
    --------
    >>> print(mean_squares(0.5, 0.0, 1.0, variance=1.0, start=0.0, steps=2))
    [0.     0.25   0.3125]
    """
    q = response(lr, momentum, eigenvalue, steps)
    path = [start, (1 - lr * eigenvalue) * start]
    for _ in range(steps - 1):
        path.append((1 + momentum - lr * eigenvalue) * path[-1] - momentum * path[-2])
    noise = np.append(0.0, np.cumsum(q**2))
    if batches is not None:
        sums = np.append(0.0, np.cumsum(q))
        passes = batches * np.arange(-(-steps // batches) + 1)
        of_each_pass = -np.diff(sums[np.maximum(np.arange(steps + 1)[:, np.newaxis] - passes, 0)], axis=1)
        noise = (batches * noise - (of_each_pass**2).sum(axis=1)) / (batches - 1)
    return np.square(path[: steps + 1]) + variance * noise


def reshuffled_floor(lr, momentum, eigenvalues, variances, batches):
    """Return the loss after 0, 1, … `batches` minibatches of a pass, in the long run: shape (batches + 1,).

    As `noise.reshuffled_floor`, which is the case β = 0: the errors of a pass add up to 0. So the mean of
    q over a pass may be taken from each of its q: E[x²] = σ² K/(K − 1) Σ (q − mean of q over its pass)².
    Infinite from ηλᵢ = 2(1 + β) on.

    Examples
    --------
    >>> print(reshuffled_floor(0.01, 0.9, [1.0], [1.0], batches=20)[[0, 10, 20]].round(4))
    [0.0037 0.0075 0.0037]
    """
    loss = np.zeros(batches + 1)
    for eigenvalue, variance in zip(eigenvalues, variances, strict=True):
        if not lr * eigenvalue < stability_limit(Momentum, momentum):
            return np.full(batches + 1, np.inf)
        step = np.array([[1 + momentum - lr * eigenvalue, -momentum], [1.0, 0.0]])  # of the last two errors
        powers = np.array([np.linalg.matrix_power(step, k) for k in range(batches + 1)])
        moved = lr * powers[:, :, 0]  # by a noise of 1, k steps later
        # After k steps the noises of this pass have moved the errors by these; a step to come by nothing.
        moves = [np.concatenate([moved[:k], np.zeros((batches - k, 2))]) for k in range(batches + 1)]
        apart = np.array([each - each.mean(axis=0) for each in moves])
        added = variance * batches / (batches - 1) * np.einsum("kji,kjl->kil", apart, apart)
        whole_pass = np.kron(powers[-1], powers[-1])
        at_the_end = np.linalg.solve(np.eye(4) - whole_pass, added[-1].ravel()).reshape(2, 2)
        loss += eigenvalue / 2 * (powers @ at_the_end @ powers.transpose(0, 2, 1) + added)[:, 0, 0]
    return loss
