"""The exercises of chapter 01: the mean squared error, its gradient, how to check a gradient, and what a scale does."""

import numpy as np

from course_lib.checks.exercises import function, value

# ---------------------------------------------------------------------------------- the loss


def tables(rng):
    """Parameters and data: one feature, then as many features as rows, then more rows, and single precision."""
    yield np.array([2.0]), 1.0, np.array([[1.0], [2.0], [3.0]]), np.array([3.0, 4.0, 9.0])
    yield np.array([1.0, -1.0]), 0.5, np.array([[1.0, 2.0], [3.0, 0.0]]), np.array([1.0, 2.0])
    yield rng.normal(size=3), 0.0, rng.normal(size=(3, 3)), rng.normal(size=3)
    yield rng.normal(size=3), -2.0, rng.normal(size=(9, 3)) + 1.0, rng.normal(size=9)
    yield np.zeros(2), 3.0, rng.normal(size=(7, 2)), 10 * rng.normal(size=7)
    yield np.float32([1.0, -0.5]), 0.5, rng.normal(size=(4, 2)).astype(np.float32), np.float32([1.0, 0.0, 2.0, -1.0])


@function(
    inputs=tables,
    returns="the loss",
    praise="The mean of the squared residuals, one number: with 3 rows or 9 it has the same scale, "
    "because the mean divides by n.",
)
def mse_loss(w, b, X, y):
    return np.mean((X @ w + b - y) ** 2)


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


@mse_loss.mistake("This is the sum of the squares over 2n: the ½ of some books. Here the loss is the plain mean.")
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
def deviation(w, b, X, y):
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


@mse_loss.mistake("Your function returns after the first row: look at the indentation of `return`.")
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


# ---------------------------------------------------------------------------------- its gradient


@function(
    inputs=tables,
    returns=("dw", "db"),
    praise="dw has one entry for each feature, db is one number, and both carry the 2 and the 1/n of the loss. "
    "This agrees with finite differences, as `check_gradient` will show.",
)
def mse_gradient(w, b, X, y):
    residual = X @ w + b - y
    return 2 / len(y) * X.T @ residual, 2 / len(y) * residual.sum()


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


# ---------------------------------------------------------------------------------- check a gradient


def waves(w):
    """0.5 * w[0]**2 + np.sin(w.sum()) + 0.1 * (w**3).sum()"""
    return 0.5 * w[0] ** 2 + np.sin(w.sum()) + 0.1 * (w**3).sum()


def slope_of_waves(w):
    """the gradient of waves"""
    slope = np.cos(w.sum()) + 0.3 * w**2
    slope[0] += w[0]
    return slope


def half_the_slope(w):
    """half of the gradient of waves"""
    return 0.5 * slope_of_waves(w)


def shifted_slope(w):
    """the gradient of waves, and 0.5 too much in its last coordinate"""
    slope = slope_of_waves(w)
    slope[-1] += 0.5
    return slope


def gradients_to_check(rng):
    yield waves, half_the_slope, np.array([1.0]), 0.1
    yield waves, slope_of_waves, np.array([1.0, 2.0]), 0.5
    yield waves, shifted_slope, np.array([0.5, -1.0]), 0.2
    yield waves, shifted_slope, rng.normal(size=4), 0.05
    yield waves, half_the_slope, rng.normal(size=3), 0.3
    yield waves, slope_of_waves, rng.normal(size=3), 1e-3


def _central(loss, w, h):
    return np.array([(loss(w + h * e) - loss(w - h * e)) / (2 * h) for e in np.eye(len(w))])


def _relative(numeric, exact):
    return np.linalg.norm(numeric - exact) / np.linalg.norm(exact)


@function(
    inputs=gradients_to_check,
    returns="the relative error",
    rounding=1e-5,
    praise=(
        "Central differences, relative to the gradient: a gradient without its 2 shows as an error of 1, a right one "
        "as h² and less."
    ),
)
def check_gradient(loss, grad, w, h):
    """‖central differences − grad(w)‖ / ‖grad(w)‖, Euclidean norms."""
    numeric, exact = np.empty(len(w)), grad(w)
    for i in range(len(w)):
        e = np.zeros(len(w))
        e[i] = h
        numeric[i] = (loss(w + e) - loss(w - e)) / (2 * h)
    return np.linalg.norm(numeric - exact) / np.linalg.norm(exact)


@check_gradient.mistake(
    "This is a forward difference, loss(w + h) − loss(w): its error shrinks like h. Step to both sides, and it shrinks "
    "like h²."
)
def forward_difference(loss, grad, w, h):
    return _relative(np.array([(loss(w + h * e) - loss(w)) / h for e in np.eye(len(w))]), grad(w))


@check_gradient.mistake(
    "This is a backward difference: its error shrinks like h. Step to both sides, and it shrinks like h²."
)
def backward_difference(loss, grad, w, h):
    return _relative(np.array([(loss(w) - loss(w - h * e)) / h for e in np.eye(len(w))]), grad(w))


@check_gradient.mistake(
    "The two losses are added. A slope is how much the loss changes from one side to the other: which operation?"
)
def sum_of_the_losses(loss, grad, w, h):
    return _relative(np.array([(loss(w + h * e) + loss(w - h * e)) / (2 * h) for e in np.eye(len(w))]), grad(w))


@check_gradient.mistake("The measured and the claimed gradient are added. An error is how far apart two vectors are.")
def sum_of_the_gradients(loss, grad, w, h):
    return _relative(-_central(loss, w, h), grad(w))


@check_gradient.mistake("The difference is divided by h. How far apart are w + h and w − h?")
def divided_by_h(loss, grad, w, h):
    return _relative(2 * _central(loss, w, h), grad(w))


@check_gradient.mistake("The difference is not divided by the distance between the two points.")
def not_divided(loss, grad, w, h):
    return _relative(2 * h * _central(loss, w, h), grad(w))


@check_gradient.mistake("`/ 2 * h` divides by 2 and then multiplies by h. Parentheses: `/ (2 * h)`.")
def multiplied_by_h(loss, grad, w, h):
    return _relative(h * h * _central(loss, w, h), grad(w))


@check_gradient.mistake(
    "Your function uses a step of its own instead of `h`. (A tiny one is not better: below about 1e-5 rounding takes "
    "over.)"
)
def h_too_small(loss, grad, w, h):
    return _relative(_central(loss, w, 1e-6), grad(w))


@check_gradient.mistake(
    "A coordinate that was moved stays moved while the next one is tested, and the caller's `w` is left changed. "
    "Undo the step, or work on a copy for each coordinate."
)
def moves_w_and_leaves_it(loss, grad, w, h):
    exact, numeric = grad(w), np.empty(len(w))
    for i in range(len(w)):
        w[i] += h
        above = loss(w)
        w[i] -= 2 * h
        numeric[i] = (above - loss(w)) / (2 * h)
    return _relative(numeric, exact)


@check_gradient.mistake(
    "A coordinate that was moved stays moved while the next one is tested. Undo the step before going on."
)
def moves_a_copy_and_leaves_it(loss, grad, w, h):
    return moves_w_and_leaves_it(loss, grad, w.copy(), h)


@check_gradient.mistake(
    "w + h and w − h are the same array under two names here, so the difference is 0. `plus = w` makes no copy."
)
def one_array_two_names(loss, grad, w, h):
    exact, numeric = grad(w), np.empty(len(w))
    plus = minus = w.copy()
    for i in range(len(w)):
        plus[i] += h
        minus[i] -= h
        numeric[i] = (loss(plus) - loss(minus)) / (2 * h)
    return _relative(numeric, exact)


@check_gradient.mistake(
    "All coordinates move at once (`w + h`), which measures one slope along the diagonal. Move one coordinate at a "
    "time."
)
def all_coordinates_at_once(loss, grad, w, h):
    slope = (loss(w + h) - loss(w - h)) / (2 * h)
    return _relative(np.full(len(w), slope), grad(w))


@check_gradient.mistake(
    "This is the absolute error. Whether 0.01 is much depends on how large the gradient is: divide by its norm."
)
def absolute_error(loss, grad, w, h):
    return np.linalg.norm(_central(loss, w, h) - grad(w))


@check_gradient.mistake("These are the relative errors of the coordinates; one number is wanted, a ratio of two norms.")
def one_error_for_each_coordinate(loss, grad, w, h):
    return np.abs(_central(loss, w, h) - grad(w)) / np.abs(grad(w))


@check_gradient.mistake("The difference is divided by both norms added. The task divides by the norm of grad(w) alone.")
def divided_by_both_norms(loss, grad, w, h):
    numeric, exact = _central(loss, w, h), grad(w)
    return np.linalg.norm(numeric - exact) / (np.linalg.norm(numeric) + np.linalg.norm(exact))


@check_gradient.mistake(
    "The difference is divided by the norm of the numerical gradient. The task divides by the norm of grad(w)."
)
def divided_by_the_numerical_norm(loss, grad, w, h):
    numeric, exact = _central(loss, w, h), grad(w)
    return np.linalg.norm(numeric - exact) / np.linalg.norm(numeric)


@check_gradient.mistake("These are squared norms: the root is missing, in the numerator and in the denominator.")
def squared_norms(loss, grad, w, h):
    return _relative(_central(loss, w, h), grad(w)) ** 2


@check_gradient.mistake("This is the numerical gradient itself; how far is it from grad(w)?")
def the_numerical_gradient(loss, grad, w, h):
    return _central(loss, w, h)


@check_gradient.mistake("Only one side is stepped to, and the difference is divided by 2h. Step to both sides of `w`.")
def half_a_forward_difference(loss, grad, w, h):
    return _relative(np.array([(loss(w + h * e) - loss(w)) / (2 * h) for e in np.eye(len(w))]), grad(w))


@check_gradient.mistake(
    "These are the largest entries; the task asks for Euclidean norms, the root of the sum of squares."
)
def largest_entries(loss, grad, w, h):
    return np.abs(_central(loss, w, h) - grad(w)).max() / np.abs(grad(w)).max()


@check_gradient.mistake("This averages the errors of the coordinates; the task asks for one ratio, of two norms.")
def average_of_ratios(loss, grad, w, h):
    return np.mean(np.abs(_central(loss, w, h) - grad(w)) / np.abs(grad(w)))


@check_gradient.mistake(
    "This compares the lengths of the two vectors, not the vectors: take the norm of their difference."
)
def difference_of_norms(loss, grad, w, h):
    exact = np.linalg.norm(grad(w))
    return abs(np.linalg.norm(_central(loss, w, h)) - exact) / exact


# ---------------------------------------------------------------------------------- predict a scaling


@value(
    tolerance=0.001,
    praise="10 and 100: the feature enters the gradient once and the curvature twice. "
    "So along this weight the largest stable learning rate is 100 times smaller.",
)
def predict_scaling():
    """One feature times 10, residuals as they are: the factors of (its gradient, its curvature)."""
    return 10, 100


@predict_scaling.mistake(
    "The factors are the right ones, but the other way round: first the gradient, then the curvature."
)
def swapped():
    return 100, 10


@predict_scaling.mistake(
    "The gradient is right. The curvature is a second derivative, 2/n Σ x²: how often does the feature stand in it?"
)
def curvature_like_the_gradient():
    return 10, 10


@predict_scaling.mistake(
    "The curvature is right. The gradient is 2/n Σ residual · x: how often does the feature stand in it?"
)
def gradient_like_the_curvature():
    return 100, 100


@predict_scaling.mistake("The gradient is right. The curvature does change: it is 2/n Σ x², and x is 10 times larger.")
def curvature_unchanged():
    return 10, 1


@predict_scaling.mistake("Both change: the weight's gradient is 2/n Σ residual · x, its curvature 2/n Σ x².")
def nothing_changes():
    return 1, 1


@predict_scaling.mistake(
    "You divide: the best weight becomes 10 times smaller, but the slope and the curvature along it grow. Look at Σ "
    "residual · x."
)
def divided():
    return 1 / 10, 1 / 100


@predict_scaling.mistake(
    "The gradient is right. Twice as often in the formula is a square and not a doubling: 10 · 10."
)
def doubled():
    return 10, 20


@predict_scaling.mistake(
    "The curvature is right; the gradient is not. It is 2/n Σ residual · x: how often does the feature stand in it?"
)
def only_the_curvature():
    return ..., 100


@predict_scaling.mistake(
    "The gradient is right; the curvature is not. It is 2/n Σ x²: how often does the feature stand in it?"
)
def only_the_gradient():
    return 10, ...
