"""How long a step of SGD takes, by its batch size: relative to a single row. Chapter 04 holds a recorded table."""

import time

import numpy as np

ROWS, SIZES = 442, (1, 2, 4, 8, 16, 32, 64, 128, 256, 442)


def seconds_of_a_step(n_features, batch_size, times, rng):
    """Return the median time of a step of linear regression on random rows."""
    X, y = rng.normal(size=(ROWS, n_features)), rng.normal(size=ROWS)
    w, taken = np.zeros(n_features), []
    for _ in range(times):
        rows = rng.permutation(ROWS)[:batch_size]
        start = time.perf_counter()
        Xb, yb = X[rows], y[rows]
        w = w - 1e-4 * 2 / batch_size * Xb.T @ (Xb @ w - yb)
        taken.append(time.perf_counter() - start)
    return np.median(taken)


def main():
    """Print the table, and what the fixed cost of a step is worth in rows."""
    rng = np.random.default_rng(0)
    for n_features in (10, 64):
        seconds = np.array([seconds_of_a_step(n_features, size, 1500, rng) for size in SIZES])
        slope, fixed = np.polyfit(SIZES, seconds, 1)
        relative = ", ".join(f"{ratio:.2f}" for ratio in seconds / seconds[0])
        print(f"{n_features} features, batches of {SIZES}: {relative}; fixed cost {fixed / slope:.0f} rows")


if __name__ == "__main__":
    main()
