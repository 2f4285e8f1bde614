"""A stranger's Adam."""

import numpy as np

from course_lib.chapters.adam.shared import averaged, moved
from course_lib.checks.exercises import function


def data_sets(rng):
    """Yield features, targets, learning rates and numbers of steps; one table has as many rows as columns."""
    X = rng.normal(size=(8, 3))
    yield np.array([[1.0], [1.0]]), np.array([-0.1, -0.1]), 0.1, 1  # a gradient of 0.2, for which g − g² is positive
    yield np.array([[1.0], [2.0], [4.0]]), np.array([2.0, 3.0, 9.0]), 0.1, 2
    yield X, X @ [1.0, -2.0, 0.5], 0.1, 3
    yield rng.normal(size=(3, 3)), rng.normal(size=3), 0.2, 5
    yield np.column_stack([X, np.zeros(8)]), X @ [1.0, -2.0, 0.5], 0.1, 20
    yield 100 * X, rng.normal(size=8), 0.05, 60


def trained(X, y, lr, steps, eps=1e-8, square=np.square, clock=lambda t: t):
    """Return the weights after some steps of Adam on the mean squared error; the keywords leave room for mistakes."""
    theta = m = v = np.zeros(X.shape[1])
    for t in range(1, steps + 1):
        grad = 2 / len(X) * X.T @ (X @ theta - y)
        m, v = 0.9 * m + 0.1 * grad, 0.999 * v + 0.001 * square(grad)
        theta = moved(theta, m, v, clock(t), lr, 0.9, 0.999, eps)
    return theta


@function(
    inputs=data_sets,
    returns="theta",
    praise="Mended. (The missing 2 may stay or go: Adam divides every constant factor of the loss away, so no check "
    "can see it.)",
    rounding=1e-5,
)
def mend_strangers_adam(X, y, lr, steps):
    beta1, beta2, eps = 0.9, 0.999, 1e-8
    theta = np.zeros(X.shape[1])
    m, v = np.zeros_like(theta), np.zeros_like(theta)
    for t in range(1, steps + 1):
        grad = 2 / len(X) * X.T @ (X @ theta - y)
        m = beta1 * m + (1 - beta1) * grad
        v = beta2 * v + (1 - beta2) * grad**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        theta = theta - lr * m_hat / (np.sqrt(v_hat) + eps)
    return theta


@mend_strangers_adam.mistake(
    "This is the stranger's code as it was found. It stops already at the first prediction: compare the length of "
    "`theta` with the columns of X."
)
def as_it_was_found(X, y, lr, steps):
    beta1, beta2, eps = 0.9, 0.999, 1e-8
    m = len(X)
    theta = np.zeros(m)
    v, t = 0, 1
    for _ in range(steps):
        g = X.T @ (X @ theta - y) / m
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * (g - g.dot(g))
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        theta = theta - lr * m_hat / np.sqrt(v_hat) + eps
    return theta


@mend_strangers_adam.mistake(
    "`theta` has one entry per row of X. The model has one weight per feature: which axis of X counts the features?"
)
def theta_with_one_entry_per_row(X, y, lr, steps):
    beta1, beta2, eps = 0.9, 0.999, 1e-8
    theta = np.zeros(len(X))
    m = v = np.zeros_like(theta)
    for t in range(1, steps + 1):
        grad = 2 / len(X) * X.T @ (X @ theta - y)
        m = beta1 * m + (1 - beta1) * grad
        v = beta2 * v + (1 - beta2) * grad**2
        theta = theta - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta


@mend_strangers_adam.mistake(
    "`m` is still two things: the number of rows and the first moment. So the moment starts at the number of rows, and "
    "later gradients are divided by the moment. Give one of them another name."
)
def m_for_rows_and_for_the_moment(X, y, lr, steps):
    m, theta, v = len(X), np.zeros(X.shape[1]), 0
    for t in range(1, steps + 1):
        grad = X.T @ (X @ theta - y) * 2 / m
        m, v = averaged(grad, m, v, 0.9, 0.999)
        theta = moved(theta, m, v, t, lr, 0.9, 0.999, 1e-8)
    return theta


@mend_strangers_adam.mistake(
    "The first moment starts at the number of rows. An average that knows nothing yet starts at 0."
)
def moment_starts_at_the_rows(X, y, lr, steps):
    m, theta, v = len(X), np.zeros(X.shape[1]), 0
    for t in range(1, steps + 1):
        m, v = averaged(2 / len(X) * X.T @ (X @ theta - y), m, v, 0.9, 0.999)
        theta = moved(theta, m, v, t, lr, 0.9, 0.999, 1e-8)
    return theta


@mend_strangers_adam.mistake(
    "`g - g.dot(g)` is still there: a matrix product and a difference where each entry should be squared. The root of "
    "a negative number is NaN."
)
def g_minus_g_dot_g(X, y, lr, steps):
    return trained(X, y, lr, steps, square=lambda g: g - g.dot(g))


@mend_strangers_adam.mistake(
    "`g.dot(g)` is one number, so all weights share one rate. Where is the square of each entry?"
)
def g_dot_g(X, y, lr, steps):
    return trained(X, y, lr, steps, square=lambda g: g.dot(g))


@mend_strangers_adam.mistake(
    "`eps` still stands outside of the denominator. A feature that is always 0 has no gradient, and 0/0 is NaN: add "
    "`eps` to the root before dividing."
)
def eps_still_added_to_theta(X, y, lr, steps):
    return trained(X, y, lr, steps, eps=0.0)


@mend_strangers_adam.mistake(
    "`t` still stands at 1, so every correction is that of the first step. Who counts the steps?"
)
def t_still_stands(X, y, lr, steps):
    return trained(X, y, lr, steps, clock=lambda t: 1)


@mend_strangers_adam.mistake("The corrections are gone. Both moments start at 0: what makes up for that?")
def corrections_removed(X, y, lr, steps):
    return trained(X, y, lr, steps, clock=lambda t: np.inf)


def adam_in_place_on_copies(w, grad, m, v, t, lr, beta1, beta2, eps):
    w, m, v = w.copy(), m.copy(), v.copy()
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * np.square(grad)
    w -= lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w, m, v


@mend_strangers_adam.right
def stranger_with_half_the_gradient(X, y, lr, steps):
    theta = m = v = np.zeros(X.shape[1])
    for t in range(1, steps + 1):
        g = X.T @ (X @ theta - y) / len(y)
        theta, m, v = adam_in_place_on_copies(theta, g, m, v, t, lr, 0.9, 0.999, 1e-8)
    return theta


@mend_strangers_adam.right
def stranger_counting_by_hand(X, y, lr, steps):
    rows, columns = X.shape
    theta, m, v, t = np.zeros(columns), 0, 0, 0
    while t < steps:
        t += 1
        g = (2 / rows) * ((X @ theta - y) @ X)
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g * g
        theta = theta - lr * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return theta


@mend_strangers_adam.right
def stranger_as_a_list(X, y, lr, steps):
    return stranger_counting_by_hand(X, y, lr, steps).tolist()


@mend_strangers_adam.right
def stranger_with_a_growing_power(X, y, lr, steps):
    theta, m, v = np.zeros(X.shape[1]), np.zeros(X.shape[1]), np.zeros(X.shape[1])
    power1 = power2 = 1.0
    for _ in range(steps):
        power1, power2 = 0.9 * power1, 0.999 * power2
        g = 2 * np.mean((X @ theta - y)[:, None] * X, axis=0)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        theta = theta - lr * m / (1 - power1) / (np.sqrt(v / (1 - power2)) + 1e-8)
    return theta


@mend_strangers_adam.right
def stranger_column_by_column(features, targets, rate, count):
    theta, m, v = (np.zeros(features.shape[1]) for _ in range(3))
    for t in range(1, count + 1):
        errors = features @ theta - targets
        for k in range(len(theta)):
            g = 2 * np.mean(errors * features[:, k])
            m[k] += 0.1 * (g - m[k])
            v[k] += 0.001 * (g**2 - v[k])
            theta[k] -= rate * m[k] / (1 - 0.9**t) / (np.sqrt(v[k] / (1 - 0.999**t)) + 1e-8)
    return theta


mend_strangers_adam.equivalent(
    "2 → 1 in `grad = 2 / len(X) * X.T @ (X @ theta - y)`", "Adam divides a constant factor of the loss away"
)


mend_strangers_adam.equivalent(
    "2 → 3 in `grad = 2 / len(X) * X.T @ (X @ theta - y)`", "Adam divides a constant factor of the loss away"
)


mend_strangers_adam.equivalent(
    "2 / len(X) → 2 * len(X) in `grad = 2 / len(X) * X.T @ (X @ theta - y)`",
    "Adam divides a constant factor of the loss away",
)


mend_strangers_adam.equivalent(
    "np.sqrt(v_hat) + eps → np.sqrt(v_hat) - eps in `theta = theta - lr * m_hat / (np.sqrt(v_hat) + eps)`",
    "an ε of 1e-8 beside gradients near 1 changes nothing",
)


mend_strangers_adam.equivalent(
    "np.zeros_like(theta) → theta in `m, v = (np.zeros_like(theta), np.zeros_like(theta))`",
    "theta is 0 there, and nothing is changed in place",
)
