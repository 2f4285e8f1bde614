"""A reader's own function as a rule: the same runs as the rule it writes out, and errors that name the argument."""

import re

import numpy as np
import pytest

import course_lib as cl
from course_lib import own_rule

BOWL = cl.Quadratic([1.0, 10.0])
RATES = np.geomspace(0.001, 0.1, 5)[:, None]


def descent_step(w, grad, lr):
    return w - lr * grad


def momentum_step(w, grad, velocity, lr, momentum):
    velocity = momentum * velocity + grad
    return w - lr * velocity, velocity


def adam_step(w, grad, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def adamw_step(w, grad, m, v, t, lr, beta1, beta2, eps, weight_decay):
    new, m, v = adam_step(w, grad, m, v, t, lr, beta1, beta2, eps)
    return new - lr * weight_decay * w, m, v


def adadelta_step(w, grad, v, u, rho, eps):
    v = rho * v + (1 - rho) * grad**2
    delta = grad * np.sqrt(u + eps) / np.sqrt(v + eps)
    return w - delta, v, rho * u + (1 - rho) * delta**2


def in_place(weights, slope, velocity, lr, momentum):
    velocity *= momentum
    velocity += slope
    weights -= lr * velocity
    slope[...] = 0
    return weights, velocity


PAIRS = {
    "gradient descent": (lambda lr: own_rule(descent_step, lr=lr), cl.GradientDescent),
    "momentum": (lambda lr: own_rule(momentum_step, state="velocity", lr=lr, momentum=0.9), cl.Momentum),
    "other names, in place": (lambda lr: own_rule(in_place, state=["velocity"], lr=lr, momentum=0.9), cl.Momentum),
    "adam": (lambda lr: own_rule(adam_step, state=("m", "v"), lr=lr), cl.Adam),
    "adamw": (
        lambda lr: own_rule(adamw_step, ("m", "v"), lr=lr, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.3),
        lambda lr: cl.AdamW(lr=lr, weight_decay=0.3),
    ),
    "adadelta": (lambda lr: own_rule(adadelta_step, ("v", "u"), rho=0.9, eps=1e-6), lambda lr: cl.AdaDelta()),
}
CLOSE = dict(rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("lr", [0.05, RATES, lambda step: 0.05 / (1 + step)], ids=["one", "lanes", "schedule"])
def test_it_is_the_rule_that_it_writes_out(name, lr):
    own, ours = (make(lr) for make in PAIRS[name])
    mine, run = (cl.minimize(BOWL, [1.0, -2.0], rule, 40) for rule in (own, ours))
    np.testing.assert_allclose(mine.w, run.w, **CLOSE)
    np.testing.assert_array_equal(mine.lr, run.lr)


@pytest.mark.parametrize("name", PAIRS)
def test_it_trains_digits(name):
    data = cl.standardize(cl.load_digits())
    train = cl.Data(data.X[:300], data.y[:300])
    model = cl.SoftmaxRegression(64, 10)
    own, ours = (make(0.1 if name == "gradient descent" else 0.01) for make in PAIRS[name])
    mine, run = (cl.fit(model, train, rule, 3, batch_size=30, seed=[1, 2]) for rule in (own, ours))
    np.testing.assert_allclose(mine.w, run.w, rtol=1e-9, atol=1e-12)
    if name != "adadelta":  # its first steps are tiny
        assert (mine.loss[-1] < 0.5 * mine.loss[0]).all()


def test_a_state_may_start_from_another_number():
    def doubling(w, grad, size, lr):
        return w - lr * size * np.sign(grad), 2 * size

    run = cl.minimize(BOWL, [10.0, 10.0], own_rule(doubling, state={"size": 1}, lr=1.0), 3)
    np.testing.assert_array_equal(run.w[:, 0], [10, 9, 7, 3])


def test_it_shows_its_settings_and_gets_numbers():
    seen = {}

    def peek(w, grad, lr, factor=2, name="x"):
        seen.update(lr=f"{lr:.2f}", factor=f"{factor:.1f}", name=name)
        return w

    rule = own_rule(peek, lr=0.125)
    assert repr(rule) == "peek(lr=0.125, factor=2)"
    cl.minimize(BOWL, [1.0, 1.0], rule, 1)
    assert seen == dict(lr="0.12", factor="2.0", name="x")


def test_a_setting_may_have_any_name():
    def odd_step(w, grad, lr, init, step=1, direction=-1.0):
        return w + direction * lr * step * init * grad

    rule = own_rule(odd_step, lr=0.1, init=1)
    run = cl.minimize(BOWL, [1.0, 1.0], rule, 5)
    np.testing.assert_allclose(run.w, cl.minimize(BOWL, [1.0, 1.0], cl.GradientDescent(0.1), 5).w, **CLOSE)
    assert own_rule(momentum_step, "velocity", lr=0.1, momentum=0.9).momentum == 0.9
    assert not hasattr(rule, "momentum")


def test_a_method_and_a_partial_are_functions_too():
    from functools import partial

    run = cl.minimize(BOWL, [1.0, 1.0], own_rule(partial(momentum_step, momentum=0.9), "velocity", lr=0.1), 5)
    np.testing.assert_array_equal(run.w, cl.minimize(BOWL, [1.0, 1.0], cl.Momentum(0.1), 5).w)


def of(result):
    """Return a run of a function that returns `result`."""

    def broken_step(w, grad, velocity, lr):
        return result

    return lambda: cl.minimize(BOWL, [1.0, 1.0], own_rule(broken_step, state="velocity", lr=0.1), 2)


ROWS = [
    (lambda: own_rule(3, lr=0.1), TypeError, "step must be a function of w, grad, …, not 3"),
    (lambda: own_rule(np.ones(2)), TypeError, "step must be a function of w, grad, …, not one array of shape (2,)"),
    (lambda: own_rule(cl.Adam, lr=0.1), TypeError, "step must be a function of w, grad, …, not <class "),
    (
        lambda: own_rule(lambda w: w),
        TypeError,
        "<lambda> must take the point and the gradient first, as step(w, grad, …)",
    ),
    (
        lambda: own_rule(momentum_step, lr=0.1, momentum=0.9),
        TypeError,
        "momentum_step needs velocity: give it a value, velocity=…, or name it in state; "
        "it takes w, grad, velocity, lr, momentum",
    ),
    (
        lambda: own_rule(momentum_step, "velocity", momentum=0.9),
        TypeError,
        "momentum_step needs lr: give it a value, lr=…, or name it in state; it takes w, grad, velocity, lr, momentum",
    ),
    (
        lambda: own_rule(momentum_step, "speed", lr=0.1, momentum=0.9),
        TypeError,
        "momentum_step has no argument 'speed' to hold a state; it takes w, grad, velocity, lr, momentum",
    ),
    (
        lambda: own_rule(momentum_step, "velocity", lr=0.1, beta=0.9),
        TypeError,
        "momentum_step has no argument 'beta' to be set; it takes w, grad, velocity, lr, momentum",
    ),
    (
        lambda: own_rule(momentum_step, "velocity", velocity=0.0, lr=0.1, momentum=0.9),
        TypeError,
        "velocity is given a value and named in state: it can be only one of them",
    ),
    (
        lambda: own_rule(descent_step, grad=1.0, lr=0.1),
        TypeError,
        "grad is what descent_step steps from, the point or the gradient; give it no value",
    ),
    (
        lambda: own_rule(adam_step, ("m", "v"), t=1, lr=0.1),
        TypeError,
        "t is the number of the step; it is given by the run",
    ),
    (lambda: own_rule(momentum_step, "velocity", lr=-1, momentum=0.9), ValueError, "lr must be at least 0, got -1"),
    (
        lambda: own_rule(momentum_step, "velocity", lr=0.1, momentum="0.9"),
        TypeError,
        "momentum must hold real numbers, got '0.9' of type str",
    ),
    (
        lambda: own_rule(momentum_step, {"velocity": "fast"}, lr=0.1, momentum=0.9),
        TypeError,
        "the state velocity must start from a number, got 'fast'",
    ),
    (
        lambda: own_rule(momentum_step, [3], lr=0.1, momentum=0.9),
        TypeError,
        "state must name arguments of step, such as 'velocity' or ('m', 'v'), got 3",
    ),
    (of(None), TypeError, "broken_step must return w, velocity, got None: does it end with return?"),
    (of(np.ones(2)), TypeError, "broken_step must return w, velocity, got one array of shape (2,)"),
    (of((np.ones(2), np.ones(2), 3)), TypeError, "broken_step must return w, velocity, got 3 values"),
    (of((1.0, np.ones(2))), ValueError, "w that broken_step returns must have the shape of w, (2,), got ()"),
    (of((np.ones(2), "x")), TypeError, "velocity that broken_step returns must hold real numbers, got 'x' of type str"),
]


@pytest.mark.parametrize(("call", "kind", "sentence"), ROWS, ids=[sentence[:50] for _, _, sentence in ROWS])
def test_an_error_names_the_argument(call, kind, sentence):
    with pytest.raises(kind, match="^" + re.escape(sentence)):
        call()
