"""Another stranger's Adam."""

import numpy as np

from course_lib.chapters.adam_microscope.shared import averaged
from course_lib.checks.exercises import function


def data_sets(rng):
    """Yield features, targets, learning rates and numbers of steps; one table has as many rows as columns."""
    X = rng.normal(size=(8, 3))
    yield np.array([[1.0], [1.0]]), np.array([-0.1, -0.1]), 0.1, 1
    yield np.array([[1.0], [2.0], [4.0]]), np.array([2.0, 3.0, 9.0]), 0.1, 2
    yield 0.02 * X, X @ [1.0, -2.0, 0.5], 0.1, 3  # gradients near ε: there its place shows
    yield rng.normal(size=(3, 3)), rng.normal(size=3), 0.2, 5
    yield np.column_stack([X, np.zeros(8)]), X @ [1.0, -2.0, 0.5], 0.1, 20
    yield 100 * X, rng.normal(size=8), 0.05, 60
    yield X, rng.normal(size=8), 0.1, 0


def trained(X, y, lr, steps, eps=0.01, beta2=0.999, square=np.square, clocks=lambda t: (t, t), ratio=None, factor=2):
    """Return the weights after some steps of Adam on the mean squared error; the keywords leave room for mistakes."""
    theta = m = v = np.zeros(X.shape[1])
    ratio = ratio or (lambda m_hat, v_hat: m_hat / (np.sqrt(v_hat) + eps))
    with np.errstate(all="ignore"):
        for t in range(1, steps + 1):
            m, v = 0.9 * m, beta2 * v
            grad = factor / len(X) * X.T @ (X @ theta - y)
            m, v = m + 0.1 * grad, v + (1 - beta2) * square(grad)
            one, two = clocks(t)
            theta = theta - lr * ratio(m / (1 - 0.9**one), v / (1 - beta2**two))
    return theta


@function(
    inputs=data_sets,
    returns="theta",
    praise="Mended: one weight for each feature, an error of shape (n,), clean averages, t from 1, ε outside the root.",
    rounding=1e-5,
)
def mend_strangers_adam(X, y, lr, steps):
    beta1, beta2, eps = 0.9, 0.999, 0.01
    n, d = X.shape
    theta, m, v = np.zeros(d), np.zeros(d), np.zeros(d)
    for t in range(1, steps + 1):
        grad = 2 / n * X.T @ (X @ theta - y)
        m = beta1 * m + (1 - beta1) * grad
        v = beta2 * v + (1 - beta2) * grad**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        theta = theta - lr * m_hat / (np.sqrt(v_hat) + eps)
    return theta


@mend_strangers_adam.mistake(
    "This is the stranger's code as it was found. Where the table is not square it stops at the first prediction: what "
    "do `len(X)` and `len(y)` count?"
)
def as_it_was_found(X, y, lr, steps):
    beta1, beta2, eps = 0.9, 0.999, 0.01
    n, d = len(X), len(y)
    theta = np.zeros((d, 1))
    m = v = 0
    with np.errstate(all="ignore"):
        for t in range(steps):
            grad = 2 / n * X.T @ (X @ theta - y)
            m = beta1 * m + (1 - beta1) * grad
            v = beta1 * v + (1 - beta1) * grad**2
            m = m / (1 - beta1**t)
            v = v / (1 - beta2**t)
            theta = theta - lr * m / np.sqrt(v + eps)
    return theta


@mend_strangers_adam.mistake(
    "`theta` has one entry per row of X. The model has one weight per feature: which axis of X counts the features?"
)
def theta_with_one_entry_per_row(X, y, lr, steps):
    beta1, beta2, eps = 0.9, 0.999, 0.01
    theta = np.zeros(len(y))
    m = v = np.zeros_like(theta)
    for t in range(1, steps + 1):
        grad = 2 / len(X) * X.T @ (X @ theta - y)
        m, v = averaged(grad, m, v, beta1, beta2)
        theta = theta - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta


@mend_strangers_adam.mistake(
    "`X @ theta` is a column of shape (n, 1), `y` has the shape (n,). NumPy stretches their difference to a "
    "table of all "
    "pairs, (n, n). Which shape should the error have?"
)
def column_minus_row(X, y, lr, steps):
    theta = m = v = np.zeros((X.shape[1], 1))
    for t in range(1, steps + 1):
        m, v = averaged(2 / len(X) * X.T @ (X @ theta - y), m, v, 0.9, 0.999)
        theta = theta - lr * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 0.01)
    return theta


@mend_strangers_adam.mistake(
    "The loop still counts from 0. There 1 − β⁰ is 0, and the first correction divides by it. Which number has "
    "the first "
    "step?"
)
def t_from_zero(X, y, lr, steps):
    return trained(X, y, lr, steps, clocks=lambda t: (t - 1, t - 1))


@mend_strangers_adam.mistake(
    "The corrected averages go into the next step as its state, which corrects them once more. Give them names "
    "of their "
    "own."
)
def corrected_moments_kept_as_state(X, y, lr, steps):
    theta = m = v = np.zeros(X.shape[1])
    with np.errstate(all="ignore"):
        for t in range(1, steps + 1):
            m, v = averaged(2 / len(X) * X.T @ (X @ theta - y), m, v, 0.9, 0.999)
            m, v = m / (1 - 0.9**t), v / (1 - 0.999**t)
            theta = theta - lr * m / (np.sqrt(v) + 0.01)
    return theta


@mend_strangers_adam.mistake(
    "`v` is still averaged with `beta1`, and corrected for `beta2`. It has a memory of its own: which β is it?"
)
def v_averaged_with_beta1(X, y, lr, steps):
    theta = m = v = np.zeros(X.shape[1])
    for t in range(1, steps + 1):
        m, v = averaged(2 / len(X) * X.T @ (X @ theta - y), m, v, 0.9, 0.9)
        theta = theta - lr * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 0.01)
    return theta


@mend_strangers_adam.mistake("β₁ serves both averages here, and both corrections. `v` has a memory of its own: which?")
def beta1_for_both(X, y, lr, steps):
    return trained(X, y, lr, steps, beta2=0.9)


@mend_strangers_adam.mistake("β₁ and β₂ are exchanged: here `m` has the long memory and `v` the short one.")
def betas_exchanged(X, y, lr, steps):
    theta = m = v = np.zeros(X.shape[1])
    for t in range(1, steps + 1):
        m, v = averaged(2 / len(X) * X.T @ (X @ theta - y), m, v, 0.999, 0.9)
        theta = theta - lr * (m / (1 - 0.999**t)) / (np.sqrt(v / (1 - 0.9**t)) + 0.01)
    return theta


@mend_strangers_adam.mistake(
    "`eps` stands inside the root, so it competes with the *square* of a gradient. The task adds it to the root."
)
def eps_inside_the_root(X, y, lr, steps):
    return trained(X, y, lr, steps, ratio=lambda m_hat, v_hat: m_hat / np.sqrt(v_hat + 0.01))


@mend_strangers_adam.mistake("`eps` is gone. A feature that is always 0 has no gradient, and 0/0 is NaN.")
def no_eps(X, y, lr, steps):
    return trained(X, y, lr, steps, eps=0.0)


@mend_strangers_adam.mistake(
    "`eps` is another one now. The task keeps it at 0.01, and near gradients of that size it is seen."
)
def another_eps(X, y, lr, steps):
    return trained(X, y, lr, steps, eps=1e-8)


@mend_strangers_adam.mistake("This goes uphill. Which sign takes you the other way?")
def uphill(X, y, lr, steps):
    return trained(X, y, -lr, steps)


@mend_strangers_adam.mistake("The root is missing: the step divides by v̂ itself.")
def no_root(X, y, lr, steps):
    return trained(X, y, lr, steps, ratio=lambda m_hat, v_hat: m_hat / (v_hat + 0.01))


@mend_strangers_adam.mistake(
    "The 2 of the mean squared error is gone. Adam divides constant factors away only where gradients are far above ε; "
    "here they are not."
)
def half_the_gradient(X, y, lr, steps):
    return trained(X, y, lr, steps, factor=1)


@mend_strangers_adam.mistake(
    "`g.dot(g)` is one number, so all weights share one rate. Where is the square of each entry?"
)
def g_dot_g(X, y, lr, steps):
    return trained(X, y, lr, steps, square=lambda g: g.dot(g))


@mend_strangers_adam.mistake("The corrections are gone. Both moments start at 0: what makes up for that?")
def no_bias_correction(X, y, lr, steps):
    return trained(X, y, lr, steps, clocks=lambda t: (np.inf, np.inf))


@mend_strangers_adam.mistake("Only `m` is corrected. `v` starts at 0 as well.")
def only_m_corrected(X, y, lr, steps):
    return trained(X, y, lr, steps, clocks=lambda t: (t, np.inf))


@mend_strangers_adam.mistake("Only `v` is corrected. `m` starts at 0 as well.")
def only_v_corrected(X, y, lr, steps):
    return trained(X, y, lr, steps, clocks=lambda t: (np.inf, t))


@mend_strangers_adam.mistake("The corrections begin with those of step 2. Which number has the first step?")
def t_one_ahead(X, y, lr, steps):
    return trained(X, y, lr, steps, clocks=lambda t: (t + 1, t + 1))


@mend_strangers_adam.mistake("`t` stands still at 1, so every correction is that of the first step.")
def t_stands_still(X, y, lr, steps):
    return trained(X, y, lr, steps, clocks=lambda t: (1, 1))


@mend_strangers_adam.mistake("This takes one step more than `steps`.")
def one_step_more(X, y, lr, steps):
    return trained(X, y, lr, steps + 1)


@mend_strangers_adam.mistake("This takes one step less than `steps`. A loop from 1 ends before its bound.")
def one_step_less(X, y, lr, steps):
    return trained(X, y, lr, steps - 1)


def left_over(X, y, lr, steps, state, memory, inside):
    """Return the weights of the stranger's code with its shapes and its counting mended, and these faults left."""
    theta = m = v = np.zeros(X.shape[1])
    with np.errstate(all="ignore"):
        for t in range(1, steps + 1):
            grad = 2 / len(X) * X.T @ (X @ theta - y)
            m = 0.9 * m + 0.1 * grad
            v = 0.9 * v + 0.1 * grad**2 if memory else 0.999 * v + 0.001 * grad**2
            m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
            if state:
                m, v = m_hat, v_hat
            theta = theta - lr * m_hat / (np.sqrt(v_hat + 0.01) if inside else np.sqrt(v_hat) + 0.01)
    return theta


@mend_strangers_adam.mistake(
    "The shapes and the counting are mended. Three things are left: the averages that go into the next step, the β of "
    "`v`, and the place of `eps`. Take the averages first: which names keep them?"
)
def state_memory_and_eps_left(X, y, lr, steps):
    return left_over(X, y, lr, steps, state=True, memory=True, inside=True)


@mend_strangers_adam.mistake(
    "Two things are left: the corrected averages go into the next step, and `v` is averaged with the β of `m`. Which "
    "names keep the averages?"
)
def state_and_memory_left(X, y, lr, steps):
    return left_over(X, y, lr, steps, state=True, memory=True, inside=False)


@mend_strangers_adam.mistake(
    "Two things are left: the corrected averages go into the next step, and `eps` stands inside the root. Which names "
    "keep the averages?"
)
def state_and_eps_left(X, y, lr, steps):
    return left_over(X, y, lr, steps, state=True, memory=False, inside=True)


@mend_strangers_adam.mistake(
    "Two things are left: `v` is averaged with the β of `m`, and `eps` stands inside the root. Which β has `v`?"
)
def memory_and_eps_left(X, y, lr, steps):
    return left_over(X, y, lr, steps, state=False, memory=True, inside=True)


@mend_strangers_adam.mistake(
    "`m` and `v` are one array: `m = v = np.zeros(d)` makes one, and `*=` changes it for both names. How do you "
    "get two?"
)
def one_array_for_both(X, y, lr, steps):
    theta, m = np.zeros(X.shape[1]), np.zeros(X.shape[1])
    with np.errstate(all="ignore"):
        for t in range(1, steps + 1):
            grad = 2 / len(X) * X.T @ (X @ theta - y)
            m = 0.999 * (0.9 * m + 0.1 * grad) + 0.001 * grad**2
            theta = theta - lr * (m / (1 - 0.9**t)) / (np.sqrt(m / (1 - 0.999**t)) + 0.01)
    return theta


@mend_strangers_adam.mistake(
    "`eps` is added to the weight, as in the chapter's first code: without brackets the division comes first. What "
    "should it be added to?"
)
def eps_outside_the_fraction(X, y, lr, steps):
    theta = m = v = np.zeros(X.shape[1])
    with np.errstate(all="ignore"):
        for t in range(1, steps + 1):
            m, v = averaged(2 / len(X) * X.T @ (X @ theta - y), m, v, 0.9, 0.999)
            theta = theta - lr * (m / (1 - 0.9**t)) / np.sqrt(v / (1 - 0.999**t)) + 0.01
    return theta


def adam_in_place_on_copies(w, grad, m, v, t, lr, beta1, beta2, eps):
    w, m, v = w.copy(), m.copy(), v.copy()
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * np.square(grad)
    w -= lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w, m, v


@mend_strangers_adam.right
def stranger_with_a_step_of_its_own(X, y, lr, steps):
    theta = m = v = np.zeros(X.shape[1])
    for t in range(1, steps + 1):
        g = 2 * X.T @ (X @ theta - y) / len(y)
        theta, m, v = adam_in_place_on_copies(theta, g, m, v, t, lr, 0.9, 0.999, 0.01)
    return theta


@mend_strangers_adam.right
def stranger_in_columns(X, y, lr, steps):
    y = y.reshape(-1, 1)
    theta = m = v = np.zeros((X.shape[1], 1))
    for t in range(1, steps + 1):
        g = 2 / len(X) * X.T @ (X @ theta - y)
        m, v = averaged(g, m, v, 0.9, 0.999)
        theta = theta - lr * m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 0.01)
    return theta.ravel()


@mend_strangers_adam.right
def stranger_counting_by_hand(X, y, lr, steps):
    rows, columns = X.shape
    theta, m, v, t = np.zeros(columns), 0, 0, 0
    while t < steps:
        t += 1
        g = (2 / rows) * ((X @ theta - y) @ X)
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g * g
        theta = theta - lr * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 0.01)
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
        theta = theta - lr * m / (1 - power1) / (np.sqrt(v / (1 - power2)) + 0.01)
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
            theta[k] -= rate * m[k] / (1 - 0.9**t) / (np.sqrt(v[k] / (1 - 0.999**t)) + 0.01)
    return theta
