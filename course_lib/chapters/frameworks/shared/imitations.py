"""The rules as each framework writes them, in NumPy: for pictures and exercises that need no framework.

`nox -s parity` holds each of them against the installed framework.
"""

import numpy as np

from course_lib.optimizers.conventions import BEFORE, DECOUPLED, FORMS, INSIDE
from course_lib.optimizers.translating import read


def meaning(rule, settings, framework):
    """Return what settings mean: their numbers by the course's names, the places of ε and of the decay."""
    meant, _ = read(rule, FORMS[rule][framework].flags | dict(settings), framework)
    return meant | {"rate inside": framework == "keras" and "momentum" in meant}


def imitate(rule, settings, framework, start, gradient, steps, rates=None):
    """Return all points of a run as the framework makes it, shape (steps + 1, d).

    Parameters
    ----------
    rule, settings, framework
        As in `translate_settings`, with `framework` for its `source`.
    start : array, shape (d,)
    gradient : function
        Of a point and the number t = 1, 2, … of the step.
    steps : int
    rates : array, shape (steps,), optional
        A learning rate for each step, in place of the one among the settings.
    """
    meant = meaning(rule, settings, framework)
    return run(rule, meant, start, gradient, steps, rates)


def run(rule, meant, start, gradient, steps, rates=None):
    """Return all points of a run with settings of this meaning."""
    w = np.asarray(start, dtype=float)
    state, path = new_state(meant, w), [w]
    with np.errstate(all="ignore"):
        for t in range(1, steps + 1):
            lr = meant["lr"] if rates is None else rates[t - 1]
            decay, grad = meant["weight_decay"], gradient(w, t)
            if decay and meant["decay"] != DECOUPLED:
                grad = grad + decay * w
            step = STEPS[rule](meant, state, grad, t, lr)
            w = w - step - (lr * decay * w if decay and meant["decay"] == DECOUPLED else 0)
            path.append(w)
    return np.array(path)


def new_state(meant, w):
    """Return what a rule remembers before its first step."""
    zero = np.zeros_like(w)
    return {"u": zero, "m": zero, "v": zero + meant["start"], "S": zero, "v_max": zero, "product": 1.0}


def descent(meant, state, grad, t, lr):
    return lr * grad


def momentum(meant, state, grad, t, lr, look_ahead=False):
    inside = lr if meant["rate inside"] else 1.0  # Keras' velocity holds −η g
    state["u"] = meant["momentum"] * state["u"] + inside * grad
    step = inside * grad + meant["momentum"] * state["u"] if look_ahead else state["u"]
    return lr / inside * step if lr else 0 * step


def nesterov(meant, state, grad, t, lr):
    return momentum(meant, state, grad, t, lr, look_ahead=True)


def root(meant, v):
    """Return the root with ε where the framework has it."""
    return np.sqrt(v + meant["eps"]) if meant["place"] == INSIDE else np.sqrt(v) + meant["eps"]


def adagrad(meant, state, grad, t, lr):
    state["v"] = state["v"] + grad**2
    return lr * grad / root(meant, state["v"])


def rmsprop(meant, state, grad, t, lr):
    state["v"] = meant["beta2"] * state["v"] + (1 - meant["beta2"]) * grad**2
    return lr * grad / root(meant, state["v"])


def adadelta(meant, state, grad, t, lr):
    rho = meant["rho"]
    state["v"] = rho * state["v"] + (1 - rho) * grad**2
    change = grad * root(meant, state["S"]) / root(meant, state["v"])
    state["S"] = rho * state["S"] + (1 - rho) * change**2
    return lr * change


def moments(meant, state, grad):
    """Update Adam's two averages."""
    state["m"] = meant["beta1"] * state["m"] + (1 - meant["beta1"]) * grad
    state["v"] = meant["beta2"] * state["v"] + (1 - meant["beta2"]) * grad**2


def divided(meant, m_hat, v, t, lr):
    """Return Adam's step from the corrected average of gradients and the average of squares."""
    correction = 1 - meant["beta2"] ** t
    if meant["place"] == BEFORE:  # Keras: η √correction m̂ / (√v + ε)
        return lr * np.sqrt(correction) * m_hat / (np.sqrt(v) + meant["eps"])
    return lr * m_hat / root(meant, v / correction)


def adam(meant, state, grad, t, lr):
    moments(meant, state, grad)
    return divided(meant, state["m"] / (1 - meant["beta1"] ** t), state["v"], t, lr)


def amsgrad(meant, state, grad, t, lr):
    moments(meant, state, grad)
    correction = 1 - meant["beta2"] ** t
    scale = correction if meant["maximum_after"] else 1.0
    state["v_max"] = np.maximum(state["v_max"], state["v"] / scale)
    return divided(meant, state["m"] / (1 - meant["beta1"] ** t), state["v_max"] * scale, t, lr)


def nadam(meant, state, grad, t, lr):
    moments(meant, state, grad)
    now, ahead = (meant["beta1"] * (1 - 0.5 * 0.96 ** (k * meant["momentum_decay"])) for k in (t, t + 1))
    state["product"] = state["product"] * now
    m_hat = ahead * state["m"] / (1 - state["product"] * ahead) + (1 - now) * grad / (1 - state["product"])
    return divided(meant, m_hat, state["v"], t, lr)


STEPS = {
    "GradientDescent": descent,
    "Momentum": momentum,
    "Nesterov": nesterov,
    "AdaGrad": adagrad,
    "RMSProp": rmsprop,
    "AdaDelta": adadelta,
    "Adam": adam,
    "AdamW": adam,
    "AMSGrad": amsgrad,
    "NAdam": nadam,
}
