"""The gradient of softmax regression: of the scores first, then of the parameters."""

import numpy as np

from course_lib.checks.exercises import function
from course_lib.models import SoftmaxRegression


def inputs(rng):
    yield np.zeros((2, 1)), np.zeros(2), np.array([[1.0]]), np.array([0])
    yield np.array([[0.5], [-1.0], [0.2]]), np.array([0.1, 0.3, -0.2]), np.array([[2.0]]), np.array([2])
    for n, d, k in ((4, 2, 3), (7, 3, 2), (5, 4, 5)):
        y = np.append(np.arange(k), rng.integers(k, size=n))[:n]
        yield rng.normal(size=(k, d)), rng.normal(size=k), rng.normal(size=(n, d)), y


def probabilities(W, b, X):
    """Return the probability of each class for each row: shape (n, k)."""
    P = np.exp(X @ W.T + b)
    return P / P.sum(axis=1, keepdims=True)


def of_scores(residual, X):
    """Return the gradient with respect to W and b for the derivatives with respect to the scores."""
    return residual.T @ X / len(X), residual.mean(axis=0)


@function(
    inputs=inputs,
    returns=("dW", "db"),
    praise="Prediction minus target again, as for the squared error: only the prediction is now a probability.",
)
def softmax_gradient(W, b, X, y):
    scores = X @ W.T + b
    P = np.exp(scores)
    P = P / P.sum(axis=1, keepdims=True)
    P[np.arange(len(y)), y] -= 1
    return P.T @ X / len(y), P.mean(axis=0)


@softmax_gradient.mistake("The right class gets the same derivative as the others. What is different about its score?")
def right_class_like_the_others(W, b, X, y):
    return of_scores(probabilities(W, b, X), X)


@softmax_gradient.mistake(
    "The signs are turned: this points uphill where the gradient points down, and back. Check one class."
)
def sign_turned(W, b, X, y):
    return of_scores(np.eye(len(W))[y] - probabilities(W, b, X), X)


@softmax_gradient.mistake("The gradients of the rows are added. The loss is the mean over the rows: what is missing?")
def sum_over_the_rows(W, b, X, y):
    dW, db = softmax_gradient(W, b, X, y)
    return dW * len(y), db * len(y)


@softmax_gradient.mistake("dW is the mean over the rows, and db their sum. Both belong to the same loss.")
def db_is_a_sum(W, b, X, y):
    dW, db = softmax_gradient(W, b, X, y)
    return dW, db * len(y)


@softmax_gradient.mistake("db is the mean over the rows, and dW their sum. Both belong to the same loss.")
def dw_is_a_sum(W, b, X, y):
    dW, db = softmax_gradient(W, b, X, y)
    return dW * len(y), db


@softmax_gradient.mistake("Each row's probabilities should add up to 1. Over which axis is this sum taken?")
def probabilities_over_the_rows(W, b, X, y):
    P = np.exp(X @ W.T + b)
    return of_scores(P / P.sum(axis=0) - np.eye(len(W))[y], X)


@softmax_gradient.mistake(
    "All rows share one sum, so a row's probabilities do not add up to 1. Over which axis should it go?"
)
def one_sum_for_all_rows(W, b, X, y):
    P = np.exp(X @ W.T + b)
    return of_scores(P / P.sum() - np.eye(len(W))[y], X)


@softmax_gradient.mistake("These powers of e are no probabilities yet. What must they add up to in each row?")
def not_divided_by_the_sum(W, b, X, y):
    return of_scores(np.exp(X @ W.T + b) - np.eye(len(W))[y], X)


@softmax_gradient.mistake(
    "Each class gets a sigmoid of its own score. Here the classes share one probability of 1: how?"
)
def a_sigmoid_for_each_class(W, b, X, y):
    return of_scores(1 / (1 + np.exp(-(X @ W.T + b))) - np.eye(len(W))[y], X)


@softmax_gradient.mistake(
    "The scores themselves stand where probabilities should: this is the squared error's way. What makes probabilities "
    "of scores?"
)
def scores_for_probabilities(W, b, X, y):
    return of_scores(X @ W.T + b - np.eye(len(W))[y], X)


@softmax_gradient.mistake(
    "The number of the class is subtracted. A class is a name, not an amount: what is the target of each score?"
)
def number_of_the_class_subtracted(W, b, X, y):
    return of_scores(probabilities(W, b, X) - y[:, np.newaxis], X)


@softmax_gradient.mistake("1 is subtracted for every class. Which one is the right class of a row?")
def one_subtracted_everywhere(W, b, X, y):
    return of_scores(probabilities(W, b, X) - 1, X)


@softmax_gradient.mistake(
    "Only the score of the right class gets a derivative. Do the other scores stand in the loss as well?"
)
def only_the_right_class(W, b, X, y):
    right = np.eye(len(W))[y]
    return of_scores((probabilities(W, b, X) - 1) * right, X)


@softmax_gradient.mistake("The scores are made without `b`. What does each class add to w·x?")
def b_left_out(W, b, X, y):
    return softmax_gradient(W, 0 * b, X, y)


@softmax_gradient.mistake("A factor 2 is left from the squared error. Where would it come from here?")
def twice_too_large(W, b, X, y):
    dW, db = softmax_gradient(W, b, X, y)
    return 2 * dW, 2 * db


@softmax_gradient.mistake("dW should have the shape of W, a row for each class. This one is turned on its side.")
def dW_on_its_side(W, b, X, y):
    dW, db = softmax_gradient(W, b, X, y)
    return dW.T, db


@softmax_gradient.right
def with_a_table_of_ones(W, b, X, y):
    scores = X @ W.T + b
    scores = scores - scores.max(axis=1, keepdims=True)
    P = np.exp(scores) / np.exp(scores).sum(axis=1)[:, None]
    residual = (P - (y[:, None] == np.arange(len(b)))) / len(y)
    return residual.T @ X, residual.sum(axis=0)


@softmax_gradient.right
def row_by_row(W, b, X, y):
    dW, db = np.zeros(W.shape), np.zeros(len(b))
    for x, right in zip(X, y, strict=True):
        powers = np.exp([w @ x + shift for w, shift in zip(W, b, strict=True)])
        for c in range(len(b)):
            derivative = powers[c] / sum(powers) - (c == right)
            dW[c] += derivative * x / len(y)
            db[c] += derivative / len(y)
    return dW, db


@softmax_gradient.right
def with_the_model(weights, biases, features, classes):
    model = SoftmaxRegression(features.shape[1], len(biases))
    both = model.grad(np.column_stack([weights, biases]).ravel(), features, classes).reshape(len(biases), -1)
    return both[:, :-1], both[:, -1]


@softmax_gradient.right
def by_the_logarithm(W, b, X, y):
    scores = np.einsum("nd,cd->nc", X, W) + b
    logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    residual = np.exp(logs) - np.eye(len(b))[y]
    return np.einsum("nc,nd->cd", residual, X) / len(y), np.mean(residual, axis=0)


@softmax_gradient.right
def as_lists(W, b, X, y):
    dW, db = softmax_gradient(W, b, X, y)
    return [dW.tolist(), db.tolist()]
