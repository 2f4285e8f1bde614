"""The loss."""

import numpy as np

from course_lib.chapters.loss_and_gradient.shared import tables
from course_lib.checks.exercises import function


@function(
    inputs=tables,
    returns="the loss",
    praise="The mean of the squared residuals, one number: with 3 rows or 9 it has the same scale, "
    "because the mean divides by n.",
)
def mse_loss(w, b, X, y):
    residual = X @ w + b - y
    return np.mean(residual**2)


@mse_loss.mistake(
    "This is the sum of the squares; with twice the data it would be twice as large. What makes it a mean?"
)
def sum_instead_of_mean(w, b, X, y):
    return np.sum((X @ w + b - y) ** 2)


@mse_loss.mistake(
    "This is half of the mean squared error. Some books write the ½ so that the 2 of the gradient cancels; "
    "here the loss has none."
)
def half(w, b, X, y):
    return np.mean((X @ w + b - y) ** 2) / 2


@mse_loss.mistake(
    "This is half of the sum of the squares: with twice the data it would be twice as large. What makes it a mean?"
)
def half_of_the_sum(w, b, X, y):
    return np.sum((X @ w + b - y) ** 2) / 2


@mse_loss.mistake("This is the root of the mean squared error. The task asks for the mean itself, without the root.")
def root(w, b, X, y):
    return np.sqrt(np.mean((X @ w + b - y) ** 2))


@mse_loss.mistake("This is the length of the residual vector: no mean, and a root too much.")
def length_of_the_residuals(w, b, X, y):
    return np.linalg.norm(X @ w + b - y)


@mse_loss.mistake(
    "A column of shape (n, 1) minus a row of shape (n,) is a table of shape (n, n): every prediction meets every "
    "target. "
    "Print the shape of the difference."
)
def column_minus_row(w, b, X, y):
    return np.mean((X @ w.reshape(-1, 1) + b - y) ** 2)


@mse_loss.mistake("The sum runs over a table of shape (n, n): a column minus a row. Print the shape of the difference.")
def column_minus_row_summed(w, b, X, y):
    return np.sum((X @ w.reshape(-1, 1) + b - y) ** 2) / len(y)


@mse_loss.mistake("The bias `b` is missing from the prediction.")
def no_bias(w, b, X, y):
    return np.mean((X @ w - y) ** 2)


@mse_loss.mistake(
    "The bias has the wrong sign: the prediction is Xw + b. (`y - X @ w + b` subtracts only Xw; use parentheses.)"
)
def bias_subtracted(w, b, X, y):
    return np.mean((X @ w - b - y) ** 2)


@mse_loss.mistake("These are absolute differences; the errors are to be squared.")
def absolute_instead_of_square(w, b, X, y):
    return np.mean(np.abs(X @ w + b - y))


@mse_loss.mistake(
    "The mean comes before the square here, so errors of opposite sign cancel. Square each error first, then average."
)
def square_of_the_mean(w, b, X, y):
    return np.mean(X @ w + b - y) ** 2


@mse_loss.mistake("The errors are averaged without being squared, so positive and negative ones cancel.")
def no_square(w, b, X, y):
    return np.mean(X @ w + b - y)


@mse_loss.mistake("These are the squared errors of the rows; one number is wanted, their mean.")
def no_mean(w, b, X, y):
    return (X @ w + b - y) ** 2


@mse_loss.mistake(
    "The sum is divided by the number of entries of `X`, n times d. How many residuals are there?"
)
def divided_by_rows_and_features(w, b, X, y):
    return np.sum((X @ w + b - y) ** 2) / X.size


@mse_loss.mistake("The sum is divided by the number of features; it should be divided by the number of rows.")
def divided_by_the_features(w, b, X, y):
    return np.sum((X @ w + b - y) ** 2) / X.shape[1]


@mse_loss.mistake("The sum is divided by n − 1. That is for the variance of a sample; a mean divides by n.")
def divided_by_one_less(w, b, X, y):
    return np.sum((X @ w + b - y) ** 2) / (len(y) - 1)


@mse_loss.mistake("`np.var` takes the mean away before it squares: a constant error would count as none.")
def variance(w, b, X, y):
    return np.var(X @ w + b - y)


@mse_loss.mistake(
    "`np.std` takes the mean of the errors away first, and a root at the end: a constant error would count as none."
)
def standard_deviation(w, b, X, y):
    return np.std(X @ w + b - y)


@mse_loss.mistake(
    "The errors are added up before they are squared, so those of opposite sign cancel. Square each error first."
)
def square_of_the_sum(w, b, X, y):
    return np.sum(X @ w + b - y) ** 2 / len(y)


@mse_loss.mistake(
    "`X * w` multiplies feature by feature and does not add them up. One row gives one prediction: which product sums "
    "over the features?"
)
def features_not_added(w, b, X, y):
    return np.mean((X * w + b - y[:, None]) ** 2)


@mse_loss.mistake(
    "`X * w` multiplies feature by feature and does not add them up, and then rows meet the targets of other rows. "
    "Which product gives one prediction for a row?"
)
def features_not_added_and_rows_mixed(w, b, X, y):
    return np.mean((X * w + b - y) ** 2)


@mse_loss.mistake("The loop ends after the first row. Which line does the indentation of `return` put it under?")
def returns_inside_the_loop(w, b, X, y):
    return (X[0] @ w + b - y[0]) ** 2 / len(y)


@mse_loss.mistake("Only `y` is squared: `**` binds tighter than `-`. Put the difference in parentheses.")
def only_the_target_squared(w, b, X, y):
    return np.mean(X @ w + b - y**2)


@mse_loss.mistake("This is a difference of squares; the loss squares the difference.")
def difference_of_squares(w, b, X, y):
    return np.mean((X @ w + b) ** 2 - y**2)


@mse_loss.mistake(
    "The bias is added to every weight here, and so it is multiplied by the features. Add it to the prediction."
)
def bias_among_the_weights(w, b, X, y):
    return np.mean((X @ (w + b) - y) ** 2)


@mse_loss.mistake(
    "The sum of the squares is multiplied by n: `/ 2 * n` and `/ 1 * n` divide and then multiply. Use parentheses."
)
def multiplied_by_the_rows(w, b, X, y):
    return np.sum((X @ w + b - y) ** 2) / 2 * len(y)


@mse_loss.mistake("A root is taken before the division by n. The mean of the squares needs no root.")
def root_of_the_sum_over_n(w, b, X, y):
    return np.sqrt(np.sum((X @ w + b - y) ** 2)) / len(y)


@mse_loss.right
def loss_in_a_loop(w, b, X, y):
    total = 0.0
    for row, target in zip(X, y, strict=True):
        total += (sum(a * c for a, c in zip(row, w, strict=True)) + b - target) ** 2
    return total / len(y)


@mse_loss.right
def loss_of_columns(w, b, X, y):
    residual = X @ w.reshape(-1, 1) + b - y.reshape(-1, 1)
    return (residual.T @ residual / len(y)).item()


@mse_loss.right
def loss_from_the_residual(weights, bias, features, targets):
    residual = targets - bias - features @ weights
    return residual @ residual / len(residual)


mse_loss.accept(
    lambda w, b, X, y: np.square(X.dot(w) + b - y).mean(),
    lambda w, b, X, y: np.sum((y - X @ w - b) ** 2) / X.shape[0],
    lambda w, b, X, y: np.linalg.norm(X @ w + b - y) ** 2 / len(y),
    lambda w, b, X, y: np.float32(np.mean((X @ w + b - y) ** 2)),
    lambda w, b, X, y: np.array(np.mean((np.float32(X) @ np.float32(w) + np.float32(b) - np.float32(y)) ** 2)),
    lambda *, w, b, X, y: np.mean((np.einsum("nd,d->n", X, w) + b - y) ** 2),
)
