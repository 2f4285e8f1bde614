"""The limit of a data set: the largest learning rate of the linear model, from the table alone."""

import numpy as np

from course_lib.checks.exercises import function


def tables(rng):
    yield (np.array([[1.0], [3.0]]),)
    yield (np.array([[0.1, -0.2], [0.3, 0.1], [-0.4, 0.1]]),)  # the bias is the steepest direction
    yield (rng.normal(size=(12, 3)) * np.array([1.0, 4.0, 0.2]) + np.array([0.0, 1.0, 5.0]),)
    yield (rng.normal(size=(30, 5)),)
    yield (rng.normal(50.0, 10.0, size=(8, 2)),)
    yield (rng.normal(size=(4, 6)),)
    yield (np.array([[0.5, 2.0, -1.0]]),)


def hessian_of(X, ones=True):
    """Return the second derivatives of the mean squared error."""
    table = np.column_stack([X, np.ones(len(X))]) if ones else X
    return 2 / len(X) * table.T @ table


def curvatures_of(X):
    return np.linalg.eigvalsh(hessian_of(X))


@function(
    inputs=tables,
    returns="the largest rate",
    praise=(
        "From the table alone, before any step: the column of ones, the mean over the rows, the 2 of the square, and "
        "the largest eigenvalue."
    ),
)
def largest_rate(X):
    with_bias = np.column_stack([X, np.ones(len(X))])
    hessian = 2 / len(X) * with_bias.T @ with_bias
    return 2 / np.linalg.eigvalsh(hessian).max()


@largest_rate.mistake(
    "The bias is missing. It is a weight like the others, and it has a curvature, too: which column of the table is "
    "its?"
)
def no_bias(X):
    return 2 / np.linalg.eigvalsh(hessian_of(X, ones=False)).max()


@largest_rate.mistake(
    "This is twice too large. The square of an error has the second derivative 2: is it in your Hessian?"
)
def half_of_the_curvature(X):
    return 2 * largest_rate(X)


@largest_rate.mistake(
    "This belongs to the sum over the rows. The loss is their mean: what does that do to all curvatures?"
)
def sum_instead_of_mean(X):
    return largest_rate(X) / len(X)


@largest_rate.mistake(
    "This belongs to half of the sum over the rows, without the 2 and without the mean. Differentiate the loss twice."
)
def no_two_and_no_mean(X):
    return 2 / (len(X) / 2 * curvatures_of(X)).max()


@largest_rate.mistake(
    "At this rate the steepest error is gone after one step. How much further may a step go before it grows?"
)
def one_over_the_curvature(X):
    return 1 / curvatures_of(X).max()


@largest_rate.mistake(
    "This is the best rate in the long run. The run still converges somewhat above it: up to which rate?"
)
def best_instead_of_largest(X):
    return 2 / (curvatures_of(X).max() + curvatures_of(X).min())


@largest_rate.mistake("This comes from the flattest direction. Which direction is the first to grow?")
def the_flat_direction(X):
    return 2 / curvatures_of(X).min()


@largest_rate.mistake("This is the largest curvature. Which learning rate belongs to it?")
def the_curvature(X):
    return curvatures_of(X).max()


@largest_rate.mistake("This uses the average of the curvatures. They do not share: the steepest decides alone.")
def average_curvature(X):
    return 2 / curvatures_of(X).mean()


@largest_rate.mistake(
    "This uses the sum of all curvatures, the trace. A step along one direction meets the curvature of that one alone."
)
def sum_of_the_curvatures(X):
    return 2 / np.trace(hessian_of(X))


@largest_rate.mistake(
    "This uses the largest entry on the diagonal: the curvature along one coordinate. Is the steepest axis of a turned "
    "bowl a coordinate?"
)
def diagonal_for_eigenvalues(X):
    return 2 / np.diag(hessian_of(X)).max()


@largest_rate.mistake(
    "This takes the mean over the columns: `len` of the transposed table, or `X.shape[1]`. Over what does the loss "
    "take its mean?"
)
def mean_over_the_columns(X):
    return largest_rate(X) * X.shape[1] / len(X)


@largest_rate.mistake(
    "This divides by the number of all entries of the table. The loss is the mean over its rows: how many are there?"
)
def mean_over_everything(X):
    return largest_rate(X) * X.shape[1]


@largest_rate.mistake("This uses a singular value of the table without its square. What has `X.T @ X` for eigenvalues?")
def singular_value_not_squared(X):
    with_bias = np.column_stack([X, np.ones(len(X))])
    return len(X) / np.linalg.norm(with_bias, 2)


@largest_rate.mistake(
    "These are the eigenvalues of `X.T @ X` alone: the bias, the 2 and the mean are missing. Write the loss down and "
    "differentiate twice."
)
def bare_product(X):
    return 2 / np.linalg.eigvalsh(X.T @ X).max()


@largest_rate.mistake(
    "This divides by n − 1, as a variance is estimated. The loss is a plain mean over the rows: how many are there?"
)
def divides_by_n_minus_one(X):
    return largest_rate(X) * (len(X) - 1) / len(X)


@largest_rate.mistake(
    "This takes the root of the sum of all squared entries for the largest eigenvalue. `np.linalg.norm(H)` is that; by "
    "how much does H stretch at most?"
)
def frobenius_norm(X):
    return 2 / np.linalg.norm(hessian_of(X))


@largest_rate.mistake(
    "This centers the columns first. The model sees the table as it comes: how large is the curvature there?"
)
def centers_the_columns(X):
    return largest_rate(X - X.mean(axis=0))


@largest_rate.mistake(
    "This standardizes the table first. The limit of the table as it comes is another one: leave the columns alone."
)
def standardizes_first(X):
    spread = X.std(axis=0)
    return largest_rate((X - X.mean(axis=0)) / np.where(spread > 0, spread, 1))


@largest_rate.right
def rate_by_singular_values(X):
    with_bias = np.insert(X, 0, 1.0, axis=1)
    return len(X) / np.linalg.svd(with_bias, compute_uv=False)[0] ** 2


@largest_rate.right
def rate_row_by_row(table):
    total = sum(np.outer(row, row) for row in np.hstack([np.ones((len(table), 1)), table]))
    return 2 / np.linalg.eigh(2 * total / len(table))[0][-1]


@largest_rate.right
def rate_by_the_smallest_limit(X):
    with_bias = np.c_[X, np.ones(X.shape[0])]
    curvatures = np.linalg.eigvals(with_bias.T.dot(with_bias)).real
    return min(len(X) / curvature for curvature in curvatures if curvature > 1e-9)


@largest_rate.right
def rate_from_the_rows(X):
    rows = X @ X.T + 1
    return 1 / max(np.linalg.eigvalsh(rows / len(rows)))


@largest_rate.right
def rate_by_stretching(*, X):
    with_bias = np.column_stack([np.ones(len(X)), X])
    hessian = with_bias.T @ with_bias * 2 / len(X)
    direction = np.ones(len(hessian)) + 0.1 * np.arange(len(hessian))
    for _ in range(3000):
        direction = hessian @ direction / np.linalg.norm(hessian @ direction)
    return 2 / (direction @ hessian @ direction)


largest_rate.accept(
    lambda X: np.float32(rate_row_by_row(X)),
    lambda X: float(rate_by_singular_values(X)),
)
