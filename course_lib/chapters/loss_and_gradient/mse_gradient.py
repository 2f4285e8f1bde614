"""Its gradient."""

import numpy as np

from course_lib.chapters.loss_and_gradient.shared import tables
from course_lib.checks.exercises import function


@function(
    inputs=tables,
    returns=("dw", "db"),
    praise="dw has one entry for each feature, db is one number, and both carry the 2 and the 1/n of the loss. "
    "This agrees with finite differences, as `check_gradient` will show.",
)
def mse_gradient(w, b, X, y):
    residual = X @ w + b - y
    dw = 2 / len(y) * X.T @ residual
    db = 2 * np.mean(residual)
    return dw, db


@mse_gradient.mistake(
    "The 2 is missing. It comes from the derivative of the square. (Without it, every learning rate means half of what "
    "it says.)"
)
def no_two(w, b, X, y):
    residual = X @ w + b - y
    return X.T @ residual / len(y), residual.mean()


@mse_gradient.mistake("The 2 is missing from dw; db has it.")
def no_two_in_dw(w, b, X, y):
    residual = X @ w + b - y
    return X.T @ residual / len(y), 2 * residual.mean()


@mse_gradient.mistake("The 2 is missing from db; dw has it.")
def no_two_in_db(w, b, X, y):
    residual = X @ w + b - y
    return 2 * X.T @ residual / len(y), residual.mean()


@mse_gradient.mistake("This is the gradient of the sum of the squares. The loss is their mean: what is missing?")
def gradient_of_the_sum(w, b, X, y):
    residual = X @ w + b - y
    return 2 * X.T @ residual, 2 * residual.sum()


@mse_gradient.mistake("db is the mean, but dw is still a sum over the rows: divide both by n.")
def dw_is_a_sum(w, b, X, y):
    residual = X @ w + b - y
    return 2 * X.T @ residual, 2 * residual.mean()


@mse_gradient.mistake("dw is the mean, but db is still a sum over the rows: divide both by n.")
def db_is_a_sum(w, b, X, y):
    residual = X @ w + b - y
    return 2 * X.T @ residual / len(y), 2 * residual.sum()


@mse_gradient.mistake(
    "Both the 2 and the 1/n are missing: this is the gradient of half the sum of the squares. Which loss does the task "
    "have?"
)
def no_two_and_no_mean(w, b, X, y):
    residual = X @ w + b - y
    return X.T @ residual, residual.sum()


@mse_gradient.mistake(
    "The sign is turned: this is `y - prediction`, so it points downhill. The gradient points uphill, and the step "
    "subtracts it."
)
def target_minus_prediction(w, b, X, y):
    residual = y - X @ w - b
    return 2 * X.T @ residual / len(y), 2 * residual.mean()


@mse_gradient.mistake(
    "This points downhill and lacks the 2: take prediction − target first, then mind the derivative of the square."
)
def target_minus_prediction_without_two(w, b, X, y):
    residual = y - X @ w - b
    return X.T @ residual / len(y), residual.mean()


@mse_gradient.mistake("dw is right; db has the wrong sign. Both come from the same residual, prediction − target.")
def sign_of_db(w, b, X, y):
    residual = X @ w + b - y
    return 2 * X.T @ residual / len(y), -2 * residual.mean()


@mse_gradient.mistake("dw is right, but the residual in db lacks the bias. Compute the residual once and use it twice.")
def residual_of_db_without_bias(w, b, X, y):
    return 2 * X.T @ (X @ w + b - y) / len(y), 2 * (X @ w - y).mean()


@mse_gradient.mistake("db is right; dw has the wrong sign. Both come from the same residual, prediction − target.")
def sign_of_dw(w, b, X, y):
    residual = X @ w + b - y
    return -2 * X.T @ residual / len(y), 2 * residual.mean()


@mse_gradient.mistake("The sums are divided by n − 1. The loss is a mean over the rows: how many are there?")
def both_divided_by_one_less(w, b, X, y):
    residual = X @ w + b - y
    return 2 * X.T @ residual / (len(y) - 1), 2 * residual.sum() / (len(y) - 1)


@mse_gradient.mistake(
    "`X * residual` pairs the residuals with the columns of X; each residual belongs to a row. Print both shapes: on "
    "which side does the n stand?"
)
def residuals_meet_the_columns(w, b, X, y):
    residual = X @ w + b - y
    return 2 * np.mean(X * residual, axis=0), 2 * residual.mean()


@mse_gradient.mistake("This is dw alone. The loss depends on `b` too: return (dw, db).")
def no_db(w, b, X, y):
    return 2 / len(y) * X.T @ (X @ w + b - y)


@mse_gradient.mistake(
    "dw is right, but db is 0. The loss changes with `b`: what is the derivative of the prediction by `b`?"
)
def db_is_zero(w, b, X, y):
    return 2 / len(y) * X.T @ (X @ w + b - y), 0.0


@mse_gradient.mistake(
    "`X @ residual` mixes the features of a row. dw needs a sum over the rows for each feature: which side of X has "
    "the rows?"
)
def X_instead_of_its_transpose(w, b, X, y):
    residual = X @ w + b - y
    return 2 / len(y) * X @ residual, 2 * residual.mean()


@mse_gradient.mistake(
    "The mean runs over everything, so all weights get the same number. dw has one entry for each feature: average "
    "over the rows only."
)
def mean_over_everything(w, b, X, y):
    residual = X @ w + b - y
    return 2 * np.mean(X * residual[:, None]), 2 * residual.mean()


@mse_gradient.mistake("The mean is divided by the number of features too. It should run over the rows only.")
def divided_by_rows_and_features(w, b, X, y):
    residual = X @ w + b - y
    return 2 * X.T @ residual / X.size, 2 * residual.mean()


@mse_gradient.mistake(
    "Both sums are divided by the number of entries of `X`, n times d. The loss is a mean over how many residuals?"
)
def both_divided_by_rows_and_features(w, b, X, y):
    residual = X @ w + b - y
    return 2 * X.T @ residual / X.size, 2 * residual.sum() / X.size


@mse_gradient.mistake("The sum is divided by the number of features; the loss divides by the number of rows.")
def divided_by_the_features_only(w, b, X, y):
    residual = X @ w + b - y
    return 2 * X.T @ residual / X.shape[1], 2 * residual.sum() / X.shape[1]


@mse_gradient.mistake("The residual lacks the bias: it should be prediction − target, with `b` in the prediction.")
def residual_without_bias(w, b, X, y):
    residual = X @ w - y
    return 2 / len(y) * X.T @ residual, 2 * residual.mean()


@mse_gradient.mistake(
    "A column of shape (n, 1) minus a row of shape (n,) is an (n, n) table, and so the gradient got a second axis. "
    "Print the shape of the residual."
)
def residual_is_a_table(w, b, X, y):
    residual = X @ w.reshape(-1, 1) + b - y
    return 2 / len(y) * X.T @ residual, 2 * residual.mean()


@mse_gradient.mistake(
    "dw is right as a column of shape (d, 1); it should have the shape of `w`, (d,), or the step broadcasts."
)
def dw_is_a_column(w, b, X, y):
    residual = (X @ w + b - y)[:, None]
    return 2 / len(y) * X.T @ residual, 2 * residual.mean()


@mse_gradient.mistake("db still has one entry for each row. One bias, one number: average it over the rows.")
def db_for_every_row(w, b, X, y):
    residual = X @ w + b - y
    return 2 / len(y) * X.T @ residual, 2 * residual


@mse_gradient.mistake(
    "dw has one row for each row of X: average it over the rows, so that one entry for each feature is left."
)
def dw_for_every_row(w, b, X, y):
    residual = X @ w + b - y
    return 2 * X * residual[:, None], 2 * residual.mean()


@mse_gradient.mistake(
    "dw has one row for each row of X, already divided by n: add them up, so that one entry for each feature is left."
)
def dw_for_every_row_divided(w, b, X, y):
    residual = X @ w + b - y
    return 2 / len(y) * X * residual[:, None], 2 * residual.mean()


@mse_gradient.mistake("db is right; dw is divided by the number of features. A mean over the rows divides by what?")
def dw_divided_by_the_features(w, b, X, y):
    residual = X @ w + b - y
    return 2 * X.T @ residual / X.shape[1], 2 * residual.mean()


@mse_gradient.mistake("dw and db are glued to one vector; return the pair (dw, db).")
def one_long_vector(w, b, X, y):
    dw, db = mse_gradient(w, b, X, y)
    return np.append(dw, db)


@mse_gradient.mistake(
    "The bias has the wrong sign in the residual: the prediction is Xw + b. (`y - X @ w + b` subtracts only Xw.)"
)
def residual_with_the_bias_subtracted(w, b, X, y):
    residual = X @ w - b - y
    return 2 / len(y) * X.T @ residual, 2 * residual.mean()


@mse_gradient.mistake(
    "The residuals are squared. The derivative of a square is 2 times what is squared, not squared itself."
)
def squared_residuals(w, b, X, y):
    residual = (X @ w + b - y) ** 2
    return 2 / len(y) * X.T @ residual, 2 * residual.mean()


@mse_gradient.mistake("These are absolute residuals, so every row pushes the same way. The sign of a residual matters.")
def absolute_residuals(w, b, X, y):
    residual = np.abs(X @ w + b - y)
    return 2 / len(y) * X.T @ residual, 2 * residual.mean()


@mse_gradient.mistake("dw is multiplied by `w` and db by `b`. The derivative of x·w by w is x alone.")
def times_the_parameters(w, b, X, y):
    dw, db = mse_gradient(w, b, X, y)
    return w * dw, b * db


@mse_gradient.mistake("These are the parameters after a step; the gradient itself is wanted.")
def parameters_after_a_step(w, b, X, y):
    dw, db = mse_gradient(w, b, X, y)
    return w - dw, b - db


@mse_gradient.mistake(
    "db stands in every entry of dw too, or the features are missing: a weight's slope is a sum of residual times "
    "feature."
)
def features_missing(w, b, X, y):
    residual = X @ w + b - y
    return np.full(X.shape[1], 2 * residual.mean()), 2 * residual.mean()


@mse_gradient.right
def gradient_in_a_loop(w, b, X, y):
    dw, db = np.zeros_like(w), 0.0
    for row, target in zip(X, y, strict=True):
        residual = row @ w + b - target
        dw += 2 * residual * row / len(y)
        db += 2 * residual / len(y)
    return dw, db


@mse_gradient.right
def gradient_of_columns(w, b, X, y):
    with_ones = np.column_stack([X, np.ones(len(X))])
    gradient = 2 / len(y) * with_ones.T @ (with_ones @ np.append(w, b) - y)
    return gradient[:-1], gradient[-1]


@mse_gradient.right
def gradient_with_the_sign_twice(w, b, X, y):
    residual = y - (X @ w + b)
    return [-2 * np.mean(X.T * residual, axis=1), -2 * np.mean(residual)]


mse_gradient.accept(
    lambda w, b, X, y: (2 * (X @ w + b - y) @ X / len(y), 2 * (X @ w + b - y).mean()),
    lambda w, b, X, y: tuple(part.tolist() for part in gradient_of_columns(w, b, X, y)),
    lambda w, b, X, y: tuple(np.float32(part) for part in gradient_of_columns(w, b, X, y)),
    lambda *, w, b, X, y: (
        np.mean(2 * X * (X @ w + b - y)[:, None], axis=0),
        np.array(2 * np.mean(X @ w + b - y)),
    ),
)
