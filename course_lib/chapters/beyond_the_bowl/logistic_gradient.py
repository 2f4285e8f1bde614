"""The gradient of the log-loss."""

import math

import numpy as np

from course_lib.checks.exercises import function


def tables(rng):
    """Parameters, features and classes: a small table by hand, one row, no bias, random ones, and rows far out."""
    yield np.array([1.0]), 0.0, np.array([[2.0], [-1.0]]), np.array([1, 0])
    yield np.array([0.5, -1.0]), 0.25, np.array([[1.0, 2.0], [3.0, -1.0], [0.0, 1.0]]), np.array([0, 1, 1])
    yield np.array([0.3, 0.7]), -0.4, np.array([[1.5, -2.0]]), np.array([0])
    for n, d, b in [(7, 3, 0.0), (8, 2, 0.8), (3, 3, -0.5), (12, 4, 0.2)]:
        X = rng.normal(size=(n, d)) + 0.3
        yield rng.normal(size=d), b, X, rng.integers(2, size=n)
    far = np.array([[900.0, 1.0], [-900.0, 2.0], [0.5, -1.0], [-0.25, 3.0]])
    yield np.array([1.0, 0.5]), 0.1, far, np.array([0, 1, 1, 0])
    yield np.array([1.0, 0.5]), 0.1, far[1:], np.array([1, 1, 0])  # large scores to the left side alone


@function(
    inputs=tables,
    returns=("dw", "db"),
    praise="Probability minus class, through Xᵀ and over n: but for the sigmoid and the 2 it is the gradient of the "
    "linear model. It stays finite for scores of 900, too.",
)
def logistic_gradient(w, b, X, y):
    s = X @ w + b
    p = np.exp(-np.logaddexp(0, -s))
    return X.T @ (p - y) / len(y), np.mean(p - y)


def sigmoid(s):
    return np.exp(-np.logaddexp(0, -s))


@logistic_gradient.mistake(
    "The result is no number where p is 0 or 1, since you divide by p and by 1 − p. The factor p(1 − p) cancels "
    "against them: do it on paper first."
)
def divides_by_the_probability(w, b, X, y):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    slope = -(y / p - (1 - y) / (1 - p)) * p * (1 - p)
    return X.T @ slope / len(y), np.mean(slope)


@logistic_gradient.mistake(
    "The chain rule stops at p: this is the slope of the loss by the probability. How does p change with the score?"
)
def without_the_slope_of_the_sigmoid(w, b, X, y):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    slope = -(y / p - (1 - y) / (1 - p))
    return X.T @ slope / len(y), np.mean(slope)


@logistic_gradient.mistake(
    "The result is NaN where scores are large: e to the power of 900 is infinite, and ∞/∞ is no number. Which way to "
    "write the sigmoid never divides two infinite numbers?"
)
def overflow_in_exp(w, b, X, y):
    s = X @ w + b
    p = np.exp(s) / (1 + np.exp(s))
    return X.T @ (p - y) / len(y), np.mean(p - y)


@logistic_gradient.mistake(
    "`math.exp(900)` is larger than any number a computer keeps, so `math` gives up. Which of e^s and e^(−s) is always "
    "small, and how do you write the sigmoid with it?"
)
def overflow_in_math(w, b, X, y):
    error = np.array([1 / (1 + math.exp(-s)) for s in X @ w + b]) - y
    return X.T @ error / len(y), np.mean(error)


@logistic_gradient.mistake(
    "This is the gradient for classes called −1 and 1. Here they are 0 and 1, so with it the rows with y = 0 count "
    "for nothing."
)
def labels_plus_minus_one(w, b, X, y):
    slope = -y * sigmoid(-y * (X @ w + b))
    return X.T @ slope / len(y), np.mean(slope)


@logistic_gradient.mistake(
    "The classes are turned into −1 and 1 first, and then subtracted from a probability. A probability lies between 0 "
    "and 1: from what should it differ by little?"
)
def classes_turned_into_signs(w, b, X, y):
    slope = sigmoid(X @ w + b) - (2 * y - 1)
    return X.T @ slope / len(y), np.mean(slope)


@logistic_gradient.mistake("This is the gradient of the sum of the losses. The loss is their mean: what is missing?")
def gradient_of_the_sum(w, b, X, y):
    p = sigmoid(X @ w + b)
    return X.T @ (p - y), np.sum(p - y)


@logistic_gradient.mistake("db is the mean, but dw is still a sum over the rows: divide both by n.")
def dw_is_a_sum(w, b, X, y):
    p = sigmoid(X @ w + b)
    return X.T @ (p - y), np.mean(p - y)


@logistic_gradient.mistake("dw is the mean, but db is still a sum over the rows: divide both by n.")
def db_is_a_sum(w, b, X, y):
    p = sigmoid(X @ w + b)
    return X.T @ (p - y) / len(y), np.sum(p - y)


@logistic_gradient.mistake(
    "The sigmoid is missing: this compares the score with the class. Which number does the model give as a probability?"
)
def no_sigmoid(w, b, X, y):
    s = X @ w + b
    return X.T @ (s - y) / len(y), np.mean(s - y)


@logistic_gradient.mistake(
    "The slope of the sigmoid is a factor too many. It belongs to the squared error of a probability; with the "
    "log-loss it cancels. Follow the chapter's derivation to its end."
)
def with_the_slope_of_the_sigmoid(w, b, X, y):
    p = sigmoid(X @ w + b)
    slope = (p - y) * p * (1 - p)
    return X.T @ slope / len(y), np.mean(slope)


@logistic_gradient.mistake(
    "This is the gradient of the squared error of the probability, with its 2 and the slope of the sigmoid. Which loss "
    "does the task have?"
)
def squared_error_of_the_probability(w, b, X, y):
    p = sigmoid(X @ w + b)
    slope = 2 * (p - y) * p * (1 - p)
    return X.T @ slope / len(y), np.mean(slope)


@logistic_gradient.mistake("There is a 2 too many. It comes from a square, and the log-loss has none.")
def with_the_two_of_the_square(w, b, X, y):
    p = sigmoid(X @ w + b)
    return 2 * X.T @ (p - y) / len(y), 2 * np.mean(p - y)


@logistic_gradient.mistake(
    "The sign is turned: this is class minus probability, so it points downhill. The gradient points uphill."
)
def target_minus_prediction(w, b, X, y):
    p = sigmoid(X @ w + b)
    return X.T @ (y - p) / len(y), np.mean(y - p)


@logistic_gradient.mistake(
    "The sigmoid is turned round: it falls from 1 to 0 here. Which sign has the score in the power of e?"
)
def sigmoid_turned_round(w, b, X, y):
    p = sigmoid(-(X @ w + b))
    return X.T @ (p - y) / len(y), np.mean(p - y)


@logistic_gradient.mistake(
    "The probability is rounded to 0 or 1 first. The gradient needs to know how sure the model is: leave it as it is."
)
def decides_first(w, b, X, y):
    p = (X @ w + b > 0).astype(float)
    return X.T @ (p - y) / len(y), np.mean(p - y)


@logistic_gradient.mistake("The score lacks the bias: it should be x·w + b.")
def residual_without_bias(w, b, X, y):
    p = sigmoid(X @ w)
    return X.T @ (p - y) / len(y), np.mean(p - y)


@logistic_gradient.mistake(
    "dw is right, but the score in db lacks the bias. Compute the probability once, use it twice."
)
def residual_of_db_without_bias(w, b, X, y):
    return X.T @ (sigmoid(X @ w + b) - y) / len(y), np.mean(sigmoid(X @ w) - y)


@logistic_gradient.mistake("dw is right; db has the wrong sign. Both come from probability − class.")
def sign_of_db(w, b, X, y):
    p = sigmoid(X @ w + b)
    return X.T @ (p - y) / len(y), np.mean(y - p)


@logistic_gradient.mistake("db is right; dw has the wrong sign. Both come from probability − class.")
def sign_of_dw(w, b, X, y):
    p = sigmoid(X @ w + b)
    return X.T @ (y - p) / len(y), np.mean(p - y)


@logistic_gradient.mistake("dw is right, but db is always 0. By how much does the loss change with `b`?")
def db_is_zero(w, b, X, y):
    return X.T @ (sigmoid(X @ w + b) - y) / len(y), 0.0


@logistic_gradient.mistake(
    "The mean runs over everything, so all weights get the same number. dw has one entry for each feature: average "
    "over the rows only."
)
def mean_over_everything(w, b, X, y):
    p = sigmoid(X @ w + b)
    return np.full(X.shape[1], np.mean(X * (p - y)[:, None])), np.mean(p - y)


@logistic_gradient.mistake("The mean is divided by the number of features too. It should run over the rows only.")
def divided_by_rows_and_features(w, b, X, y):
    p = sigmoid(X @ w + b)
    return X.T @ (p - y) / X.size, np.mean(p - y)


@logistic_gradient.mistake("The sum is divided by the number of features; the loss divides by the number of rows.")
def divided_by_the_features_only(w, b, X, y):
    p = sigmoid(X @ w + b)
    return X.T @ (p - y) / X.shape[1], np.sum(p - y) / X.shape[1]


@logistic_gradient.mistake(
    "`X @ residual` mixes the features of a row. dw needs a sum over the rows for each feature: which side of X has "
    "the rows?"
)
def X_instead_of_its_transpose(w, b, X, y):
    p = sigmoid(X @ w + b)
    return X @ (p - y) / len(y), np.mean(p - y)


@logistic_gradient.mistake("db still has one entry for each row. One bias, one number: average it over the rows.")
def db_for_every_row(w, b, X, y):
    p = sigmoid(X @ w + b)
    return X.T @ (p - y) / len(y), p - y


@logistic_gradient.mistake(
    "dw has one row for each row of X: average it over the rows, so that one entry for each feature is left."
)
def dw_for_every_row(w, b, X, y):
    p = sigmoid(X @ w + b)
    return X * (p - y)[:, None], np.mean(p - y)


@logistic_gradient.mistake("dw and db are glued to one vector; return the pair (dw, db).")
def one_long_vector(w, b, X, y):
    return np.append(*logistic_gradient(w, b, X, y))


@logistic_gradient.mistake("These are the parameters after a step; the gradient itself is wanted.")
def parameters_after_a_step(w, b, X, y):
    dw, db = logistic_gradient(w, b, X, y)
    return w - dw, b - db


@logistic_gradient.right
def sigmoid_as_a_fraction(w, b, X, y):
    error = 1 / (1 + np.exp(-(X @ w + b))) - y
    return X.T @ error / len(y), error.mean()


@logistic_gradient.right
def sigmoid_by_tanh(w, b, X, y):
    error = (1 + np.tanh((X @ w + b) / 2)) / 2 - y
    return np.mean(X * error[:, None], axis=0), np.mean(error)


@logistic_gradient.right
def row_by_row(w, b, X, y):
    dw, db = np.zeros(len(w)), 0.0
    for row, target in zip(X, y, strict=True):
        s = row @ w + b
        p = 1 / (1 + np.exp(-s)) if s >= 0 else np.exp(s) / (1 + np.exp(s))
        dw, db = dw + (p - target) * row / len(y), db + (p - target) / len(y)
    return dw, db


@logistic_gradient.right
def with_signs(w, b, X, y):
    sign = 2 * y - 1
    slope = -sign * np.exp(-np.logaddexp(0, sign * (X @ w + b)))
    return slope @ X / len(y), slope.mean()


@logistic_gradient.right
def with_a_column_of_ones(w, b, X, y):
    ones = np.column_stack([X, np.ones(len(X))])
    p = np.where(ones @ np.append(w, b) > 0, 1 / (1 + np.exp(-(ones @ np.append(w, b)))), 0.0)
    small = ones @ np.append(w, b) <= 0
    p[small] = np.exp(ones @ np.append(w, b))[small] / (1 + np.exp(ones @ np.append(w, b))[small])
    gradient = ones.T @ (p - y) / len(y)
    return [gradient[:-1], gradient[-1]]


logistic_gradient.accept(
    lambda w, b, X, y: tuple(np.float32(part) for part in sigmoid_by_tanh(w, b, X, y)),
    lambda weights, bias, features, classes: sigmoid_as_a_fraction(weights, bias, features, classes),
)
