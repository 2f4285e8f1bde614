"""Solve the normal equations: the weights and the bias of least squares."""

import numpy as np

from course_lib.checks.exercises import function


def tables(rng):
    """Data with more rows than parameters: one feature, then more, none of them centered, and single precision."""
    yield np.array([[1.0], [2.0], [3.0]]), np.array([3.0, 4.0, 9.0])
    yield np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [2.0, -1.0]]), np.array([1.0, 0.0, 4.0, -2.0])
    yield rng.normal(size=(9, 3)) + 1.0, rng.normal(size=9)
    yield rng.normal(size=(7, 2)) - 2.0, 10 * rng.normal(size=7)
    yield (rng.normal(size=(6, 2)) + 0.5).astype(np.float32), np.float32([1.0, 0.0, 2.0, -1.0, 3.0, 0.5])


@function(
    inputs=tables,
    returns=("w", "b"),
    praise="At this place the residuals sum to 0, and so does their product with every feature: the gradient is 0, and "
    "the loss is least.",
)
def normal_equations(X, y):
    with_ones = np.column_stack([X, np.ones(len(y))])
    solution = np.linalg.solve(with_ones.T @ with_ones, with_ones.T @ y)
    return solution[:-1], solution[-1]


@normal_equations.mistake("This plane goes through the origin: no column belongs to the bias. Which one should?")
def no_column_of_ones(X, y):
    return np.linalg.solve(X.T @ X, X.T @ y), 0.0


@normal_equations.mistake(
    "The bias is chosen after the weights, and the weights were chosen without it. They pull on each other: solve for "
    "both at once."
)
def bias_after_the_weights(X, y):
    w = np.linalg.solve(X.T @ X, X.T @ y)
    return w, np.mean(y - X @ w)


@normal_equations.mistake("The weights are right. The bias is the mean of the target only if all features have mean 0.")
def bias_is_the_mean_of_the_target(X, y):
    return normal_equations(X, y)[0], np.mean(y)


@normal_equations.mistake(
    "The weights go through the origin, and the bias is the mean of the target: each as if the other were not there."
)
def each_without_the_other(X, y):
    return np.linalg.solve(X.T @ X, X.T @ y), np.mean(y)


@normal_equations.mistake(
    "The ones are the first column here, so the bias is the first entry of the solution. It is taken from the end."
)
def bias_from_the_wrong_end(X, y):
    solution = np.append(normal_equations(X, y)[1], normal_equations(X, y)[0])
    return solution[:-1], solution[-1]


@normal_equations.mistake("The bias is right as the last entry, but it also stands in `w`: leave it out there.")
def bias_among_the_weights(X, y):
    w, b = normal_equations(X, y)
    return np.append(w, b), b


@normal_equations.mistake("`w` and `b` are glued to one vector; return the pair (w, b).")
def one_long_vector(X, y):
    w, b = normal_equations(X, y)
    return np.append(w, b)


@normal_equations.mistake(
    "The right side is returned, and the equations are not solved yet. Which function solves A w = c?"
)
def not_solved(X, y):
    c = np.column_stack([X, np.ones(len(y))]).T @ y
    return c[:-1], c[-1]


@normal_equations.mistake(
    "The product with the matrix is taken instead of its inverse. Which w has this product as its right side?"
)
def multiplied_instead_of_solved(X, y):
    with_ones = np.column_stack([X, np.ones(len(y))])
    c = with_ones.T @ with_ones @ (with_ones.T @ y)
    return c[:-1], c[-1]


@normal_equations.mistake("Only one side is multiplied by 2/n. Do the same to both sides, or to neither.")
def two_over_n_on_one_side(X, y):
    w, b = normal_equations(X, y)
    return 2 / len(y) * w, 2 / len(y) * b


@normal_equations.mistake("Only one side is divided by n. Do the same to both sides, or to neither.")
def mean_on_one_side(X, y):
    w, b = normal_equations(X, y)
    return w / len(y), b / len(y)


@normal_equations.mistake(
    "Everything has the wrong sign. The gradient is 0: on which side does the product with `y` stand then?"
)
def wrong_sign(X, y):
    w, b = normal_equations(X, y)
    return -w, -b


@normal_equations.mistake(
    "`solve` wants as many equations as unknowns. Here are n rows and d + 1 unknowns: what makes square equations of "
    "them, in which the gradient is 0?"
)
def as_many_equations_as_rows(X, y):
    solution = np.linalg.solve(np.column_stack([X, np.ones(len(y))]), y)
    return solution[:-1], solution[-1]


@normal_equations.mistake(
    "These weights belong to standardized features. The features come in their own units, and so do the predictions."
)
def weights_of_standardized_features(X, y):
    return normal_equations((X - X.mean(axis=0)) / X.std(axis=0), y)


@normal_equations.mistake(
    "Each weight is found as if its feature were the only one. Features that go together share what they explain: "
    "solve for all at once."
)
def each_feature_alone(X, y):
    centered = X - X.mean(axis=0)
    w = centered.T @ y / np.sum(centered**2, axis=0)
    return w, np.mean(y) - X.mean(axis=0) @ w


@normal_equations.right
def by_least_squares(X, y):
    solution = np.linalg.lstsq(np.c_[X, np.ones(len(X))], y, rcond=None)[0]
    return solution[:-1], solution[-1]


@normal_equations.right
def by_the_inverse(X, y):
    table = np.hstack([np.ones((len(X), 1)), X])
    solution = np.linalg.inv(table.T @ table) @ table.T @ y
    return solution[1:], solution[0]


@normal_equations.right
def by_centering(X, y):
    mean = X.mean(axis=0)
    w = np.linalg.solve((X - mean).T @ (X - mean), (X - mean).T @ (y - y.mean()))
    return w, y.mean() - mean @ w


@normal_equations.right
def by_qr(X, y):
    q, r = np.linalg.qr(np.column_stack([X, np.ones(len(y))]))
    *w, b = np.linalg.solve(r, q.T @ y)
    return np.array(w), b


@normal_equations.right
def with_both_sides_divided(X, y):
    n, table = len(y), np.column_stack([X, np.ones(len(y))])
    hessian = 2 / n * table.T @ table
    solution = np.linalg.solve(hessian, 2 / n * table.T @ y)
    return solution[: X.shape[1]], solution[X.shape[1]]


@normal_equations.right
def by_the_pseudoinverse(X, y):
    solution = np.linalg.pinv(np.column_stack([X, np.ones(len(y))])) @ y
    return solution[:-1].tolist(), float(solution[-1])
