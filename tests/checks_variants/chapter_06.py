"""Right answers to the exercises of chapter 06."""

import numpy as np


def adam_in_place_on_copies(w, grad, m, v, t, lr, beta1, beta2, eps):
    w, m, v = w.copy(), m.copy(), v.copy()
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * np.square(grad)
    w -= lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w, m, v


def adam_of_singles(w, grad, m, v, t, lr, beta1, beta2, eps):
    w, grad, m, v = (a.astype(np.float32) for a in (w, grad, m, v))
    m = np.float32(beta1) * m + np.float32(1 - beta1) * grad
    v = np.float32(beta2) * v + np.float32(1 - beta2) * grad * grad
    m_hat, v_hat = m / np.float32(1 - beta1**t), v / np.float32(1 - beta2**t)
    return w - np.float32(lr) * m_hat / (np.sqrt(v_hat) + np.float32(eps)), m, v


def adam_as_lists(*, w, grad, m, v, t, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (grad - m)
    v = v + (1 - beta2) * (grad**2 - v)
    rate = lr / (1 - np.power(beta1, t))
    return [(w - rate * m / (eps + (v / (1 - beta2**t)) ** 0.5)).tolist(), m.tolist(), v.tolist()]


def adam_entry_by_entry(w, grad, m, v, t, lr, beta1, beta2, eps):
    new, first, second = np.empty_like(w), np.empty_like(m), np.empty_like(v)
    for place, g in np.ndenumerate(grad):
        first[place] = beta1 * m[place] + (1 - beta1) * g
        second[place] = beta2 * v[place] + (1 - beta2) * g * g
        root = (second[place] / (1 - beta2**t)) ** 0.5
        new[place] = w[place] - lr * first[place] / (1 - beta1**t) / (root + eps)
    return new, first, second


def adam_with_the_scaled_eps(point, slope, mean, square, step, eta, keep1, keep2, epsilon):
    """The paper's rearranged form, with ε̂ = ε √(1 − β₂ᵗ): the same rule."""
    mean, square = keep1 * mean + (1 - keep1) * slope, keep2 * square + (1 - keep2) * slope**2
    root = np.sqrt(1 - keep2**step)
    return point - eta * root / (1 - keep1**step) * mean / (np.sqrt(square) + epsilon * root), mean, square


def adamw_shrinks_first(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    w, m, v = (1 - lr * weight_decay) * w, beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad**2
    return w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def adamw_in_place_on_copies(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    new, m, v = adam_in_place_on_copies(w, grad, m, v, t, lr, beta1, beta2, eps)
    new -= lr * weight_decay * w
    return new, m, v


def adamw_of_singles(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    new, m, v = adam_of_singles(w, grad, m, v, t, lr, beta1, beta2, eps)
    return new - np.float32(lr * weight_decay) * w.astype(np.float32), m, v


def adamw_as_lists(*, w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    new, m, v = adam_as_lists(w=w, grad=grad, m=m, v=v, t=t, lr=lr, beta1=beta1, beta2=beta2, eps=eps)
    return [(np.array(new) - lr * weight_decay * w).tolist(), m, v]


def adamw_entry_by_entry(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    new, first, second = adam_entry_by_entry(w, grad, m, v, t, lr, beta1, beta2, eps)
    for place, value in np.ndenumerate(w):
        new[place] -= lr * weight_decay * value
    return new, first, second


def stranger_with_half_the_gradient(X, y, lr, steps):
    theta = m = v = np.zeros(X.shape[1])
    for t in range(1, steps + 1):
        g = X.T @ (X @ theta - y) / len(y)
        theta, m, v = adam_in_place_on_copies(theta, g, m, v, t, lr, 0.9, 0.999, 1e-8)
    return theta


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


def stranger_as_a_list(X, y, lr, steps):
    return stranger_counting_by_hand(X, y, lr, steps).tolist()


def stranger_with_a_growing_power(X, y, lr, steps):
    theta, m, v = np.zeros(X.shape[1]), np.zeros(X.shape[1]), np.zeros(X.shape[1])
    power1 = power2 = 1.0
    for _ in range(steps):
        power1, power2 = 0.9 * power1, 0.999 * power2
        g = 2 * np.mean((X @ theta - y)[:, None] * X, axis=0)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        theta = theta - lr * m / (1 - power1) / (np.sqrt(v / (1 - power2)) + 1e-8)
    return theta


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


CURVES = {"A": "betas exchanged", "B": "corrected moments kept", "C": "no correction", "D": "no division by the root"}

VARIANTS = {
    "adam_step": [
        adam_in_place_on_copies,
        adam_of_singles,
        adam_as_lists,
        adam_entry_by_entry,
        adam_with_the_scaled_eps,
    ],
    "adamw_step": [
        adamw_shrinks_first,
        adamw_in_place_on_copies,
        adamw_of_singles,
        adamw_as_lists,
        adamw_entry_by_entry,
    ],
    "mend_strangers_adam": [
        stranger_with_half_the_gradient,
        stranger_counting_by_hand,
        stranger_as_a_list,
        stranger_with_a_growing_power,
        stranger_column_by_column,
    ],
    "mend_four_adams": [
        CURVES,
        dict(reversed(CURVES.items())),
        {name: f" {choice.upper()} " for name, choice in CURVES.items()},
        {name: choice.capitalize() for name, choice in CURVES.items()},
        dict(zip("ABCD", CURVES.values(), strict=True)),
    ],
    "predict_first_step": [
        (-0.01, 0.01),
        [-0.01, 0.01],
        np.array([-0.01, 0.01]),
        (-1e-2, 0.01000001),
        -0.01 * np.sign([250, -0.004]),
    ],
}

SCALE = "Adam divides a constant factor of the loss away"
LINE = "in `grad = 2 / len(X) * X.T @ (X @ theta - y)`"
EQUIVALENT = {
    ("mend_strangers_adam", f"2 → 1 {LINE}"): SCALE,
    ("mend_strangers_adam", f"2 → 3 {LINE}"): SCALE,
    ("mend_strangers_adam", f"2 / len(X) → 2 * len(X) {LINE}"): SCALE,
    (
        "mend_strangers_adam",
        "np.sqrt(v_hat) + eps → np.sqrt(v_hat) - eps in `theta = theta - lr * m_hat / (np.sqrt(v_hat) + eps)`",
    ): "an ε of 1e-8 beside gradients near 1 changes nothing",
    (
        "mend_strangers_adam",
        "np.zeros_like(theta) → theta in `m, v = (np.zeros_like(theta), np.zeros_like(theta))`",
    ): "theta is 0 there, and nothing is changed in place",
}
