"""Several workers: what a step costs, how far a larger batch helps, where local steps end.

Times are in seconds, sizes in bytes, bandwidths in bytes per second. `latency` is the time of a message without
content; `size` is that of one gradient.
"""

import numpy as np

RING, STAR = "ring", "star"


def ring_bytes(workers, size):
    """Return what each worker sends in a ring, 2 (W − 1)/W · size.

    No way to add up gradients among the workers lets the busiest of them send less (Patarasuk, Yuan 2009).

    Examples
    --------
    >>> print(ring_bytes(2, 8e6), ring_bytes(1024, 8e6))
    8000000.0 15984375.0
    """
    workers = np.asarray(workers, dtype=float)
    return 2 * (workers - 1) / workers * size


def star_bytes(workers, size):
    """Return what goes over the one link of the center of a star, 2 W · size: gradients in, parameters out.

    Examples
    --------
    >>> print(star_bytes(2, 8e6))
    32000000.0
    """
    return 2 * np.asarray(workers, dtype=float) * size


def step_seconds(workers, work, size, latency, bandwidth, way=RING):
    """Return how long a data-parallel step takes if nothing overlaps; `work` is its time on one worker.

    ::

        ring:  work/W + 2 (W − 1) latency + 2 (W − 1)/W · size/bandwidth
        star:  work/W + 2 W · (latency + size/bandwidth)

    The center of a star handles its messages one after the other; in a ring all links work at once.
    The shards are equal and the workers equally fast: work/W is too little where W does not divide the rows.

    Examples
    --------
    >>> print(step_seconds([1, 2], work=1.0, size=1e6, latency=1e-3, bandwidth=1e8))
    [1.    0.512]
    """
    workers = np.asarray(workers, dtype=float)
    if way == STAR:
        return work / workers + 2 * workers * latency + star_bytes(workers, size) / bandwidth
    return work / workers + 2 * (workers - 1) * latency + ring_bytes(workers, size) / bandwidth


def best_workers(work, size, latency, bandwidth, way=RING, most=10**6):
    """Return the number of workers with the shortest step, for a batch that stays what it is.

    It is near √(work/(2 latency)) for a ring (less where bytes weigh), √(work/(2 (latency + size/bandwidth))) for a
    star.

    Examples
    --------
    >>> best_workers(work=2.0, size=9e6, latency=1e-3, bandwidth=1e9, way="star")
    10
    """
    here = (work - 2 * size / bandwidth) / (2 * latency)
    if way == STAR:
        here = work / (2 * (latency + size / bandwidth))
    root = int(min(max(np.sqrt(max(here, 0.0)), 1.0), most))
    near = np.array([one for one in (root, root + 1) if one <= most])
    return int(near[step_seconds(near, work, size, latency, bandwidth, way).argmin()])


def noise_scale(gradient, noise):
    """Return the simple noise scale, σ²/‖g‖² = tr Σ/‖g‖²: the batch at which the noise is as long as the gradient.

    Examples
    --------
    >>> print(noise_scale([3.0, 4.0], noise=100.0))
    4.0
    """
    return noise / np.sum(np.square(gradient), axis=-1)


def local_fixed_point(hessians, minima, weights, lr, local_steps):
    """Return where rounds of local full-gradient steps come to rest: the point w with ::

        Σ cₖ (I − (I − η Hₖ)^E) (w − wₖ*) = 0

    For E = 1 it is the minimum of the mean loss; for E → ∞ the mean of the shards' minima. It is attracting if each
    0 < ηλ < 2 (a shard of fewer rows than parameters has some λ = 0, and no single minimum).

    Parameters
    ----------
    hessians : array of shape (W, p, p)
    minima : array of shape (W, p)
    weights : array of shape (W,)
        Of the shards in the mean: their shares of the rows.
    lr, local_steps : float, int
        η and E.

    Examples
    --------
    >>> shards = [[[1.0]], [[3.0]]], [[0.0], [4.0]], [0.5, 0.5]
    >>> print(local_fixed_point(*shards, lr=0.1, local_steps=1), local_fixed_point(*shards, lr=0.1, local_steps=10**4))
    [3.] [2.]
    """
    hessians, minima = np.asarray(hessians, dtype=float), np.asarray(minima, dtype=float)
    eye = np.eye(minima.shape[-1])
    moved = [c * (eye - np.linalg.matrix_power(eye - lr * H, local_steps)) for c, H in zip(weights, hessians)]
    return np.linalg.solve(sum(moved), sum(part @ w for part, w in zip(moved, minima)))


def local_bias(hessians, minima, weights, lr, local_steps):
    """Return the first order of `local_fixed_point` minus the minimum: η (E − 1)/2 · H⁻¹ Σ cₖ Hₖ gₖ.

    gₖ is the gradient of shard k at the minimum of the mean loss, H the mean of the Hₖ.
    """
    hessians, minima = np.asarray(hessians, dtype=float), np.asarray(minima, dtype=float)
    H = np.einsum("k,kij->ij", weights, hessians)
    best = np.linalg.solve(H, np.einsum("k,kij,kj->i", weights, hessians, minima))
    gradients = np.einsum("kij,kj->ki", hessians, best - minima)
    return lr * (local_steps - 1) / 2 * np.linalg.solve(H, np.einsum("k,kij,kj->i", weights, hessians, gradients))


def local_mean_squares(lr, eigenvalue, variance, workers, local_steps):
    """Return E[x²] in the long run after 0, 1, … local steps of a round: of the mean of all points, and of one worker.

    The curvature is the same for all shards, of equal rows; the noise of a worker's step is
    independent, of fixed variance.
    The mean of the points then steps like one run with the mean of the gradients, so it stays where it is; a worker
    alone wanders off, and is called back at the end of the round.

    Examples
    --------
    >>> mean, alone = local_mean_squares(0.5, 1.0, variance=1.0, workers=2, local_steps=2)
    >>> print(mean.round(4), alone.round(4))
    [0.1667 0.1667 0.1667] [0.1667 0.2917 0.3229]
    """
    keep = (1 - lr * eigenvalue) ** 2
    long_run = lr**2 * variance / (1 - keep)
    j = np.arange(local_steps + 1)
    return np.full(j.shape, long_run / workers), keep**j * long_run / workers + (1 - keep**j) * long_run


def steps_needed(batch_size, scale, least_steps):
    """Return how many steps a run takes with a batch, each at its best rate: least_steps (1 + B_σ/B).

    Exact for one step on a bowl with the same curvature in all directions; for a run it is a model, in which the noise
    scale stays what it is.

    Examples
    --------
    >>> print(steps_needed([1, 100, 10**4], scale=100.0, least_steps=50))
    [5050.   100.    50.5]
    """
    return least_steps * (1 + scale / np.asarray(batch_size, dtype=float))


def best_batch(workers, row, rest, scale):
    """Return the batch with the shortest run: √(B_σ · W · rest/row), and at least one row for each worker.

    `row` is the time of one row's gradient, `rest` that of a step's messages.

    Examples
    --------
    >>> print(best_batch(4, row=1e-3, rest=0.1, scale=900.0))
    600.0
    """
    workers = np.asarray(workers, dtype=float)
    return np.maximum(np.sqrt(scale * workers * np.asarray(rest) / row), workers)
