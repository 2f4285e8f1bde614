"""A second oracle: the rules whose formula Optax shares, on fresh random gradients."""

import jax
import numpy as np
import optax
import pytest

import course_lib as cl

from . import cases

jax.config.update("jax_enable_x64", True)

BETAS = dict(beta1=0.8, beta2=0.95)
OPTAX_BETAS = dict(b1=0.8, b2=0.95)

SHARED = {
    "gradient descent": (cl.GradientDescent(lr=0.1), optax.sgd(0.1)),
    "a schedule": (cl.GradientDescent(lr=cases.halving), optax.sgd(lambda step: 0.02 * 0.5 ** (step // 25))),
    "momentum": (cl.Momentum(lr=0.1, momentum=0.8), optax.sgd(0.1, momentum=0.8)),
    "nesterov": (cl.Nesterov(lr=0.1, momentum=0.8), optax.sgd(0.1, momentum=0.8, nesterov=True)),
    "adagrad without eps": (cl.AdaGrad(lr=0.1, eps=0.0), optax.adagrad(0.1, initial_accumulator_value=0.0, eps=0.0)),
    "rmsprop": (cl.RMSProp(lr=0.01, beta2=0.9), optax.rmsprop(0.01, decay=0.9, eps=1e-8, eps_in_sqrt=False)),
    "adadelta": (cl.AdaDelta(lr=0.5, rho=0.8), optax.adadelta(0.5, rho=0.8, eps=1e-6)),
    "adam": (cl.Adam(lr=0.1), optax.adam(0.1)),
    "adam, other betas": (cl.Adam(lr=0.1, eps=1e-3, **BETAS), optax.adam(0.1, eps=1e-3, **OPTAX_BETAS)),
    "adamw": (cl.AdamW(lr=0.1, weight_decay=0.3), optax.adamw(0.1, weight_decay=0.3)),
}


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("name", SHARED)
def test_rule_follows_optax(name, number):
    ours, theirs = SHARED[name]
    rng = np.random.default_rng(cases.fresh(number))
    gradients, w = rng.normal(size=(cases.STEPS, 5)), rng.normal(size=5)
    state, their_w, their_state = ours.init(w), w, theirs.init(w)
    path, their_path = [w], [w]
    for t, grad in enumerate(gradients, start=1):
        w, state = ours.step(w, grad, state, t)
        update, their_state = theirs.update(grad, their_state, their_w)
        their_w = optax.apply_updates(their_w, update)
        path.append(w)
        their_path.append(np.asarray(their_w))
    cases.assert_same_path(np.array(path), np.array(their_path))
