"""What is claimed of NAdam, of the cycle on which Adam walks the wrong way, and of AMSGrad."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from course_lib import Adam, AMSGrad, NAdam, replay
from course_lib.theory.adam import amsgrad_drift, drift

seeds = st.integers(0, 99)


def steps_of(rule, gradients):
    """Return the steps, downhill counted positive, of a rule on a sequence of single gradients."""
    return -replay(rule, np.reshape(gradients, (-1, 1))).delta[:, 0]


@given(beta1=st.floats(0.1, 0.95), seed=seeds)
def test_nadam_looks_ahead_to_the_average_of_the_next_step(beta1, seed):
    gradients = np.random.default_rng(seed).normal(size=(20, 3))
    rule = NAdam(1.0, beta1=beta1, momentum_decay=1e6)  # no warm-up of β₁
    m, v, state = 0.0, 0.0, rule.init(np.zeros(3))
    for t, g in enumerate(gradients, start=1):
        m, v = beta1 * m + (1 - beta1) * g, 0.999 * v + 0.001 * g**2
        ahead = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
        direction, state = rule.direction(g, state, t)
        np.testing.assert_allclose(direction, ahead / (np.sqrt(v / (1 - 0.999**t)) + 1e-8), rtol=1e-9, atol=1e-12)


def measured(rule, C, gap=3, cycles=200):
    """Return how far a rule of learning rate 1 moves in the last of many cycles of C, −1, −1, …"""
    return -steps_of(rule, np.tile([C] + (gap - 1) * [-1.0], cycles))[-gap:].sum()


@given(C=st.floats(2.1, 20.0), beta2=st.floats(0.01, 0.95), gap=st.integers(2, 6))
def test_where_adam_and_amsgrad_drift_is_known(C, beta2, gap):
    settings = dict(beta1=0.0, beta2=beta2, eps=0.0)
    np.testing.assert_allclose(measured(Adam(1.0, **settings), C, gap), drift(C, beta2, gap), rtol=1e-8, atol=1e-8)
    amsgrad = measured(AMSGrad(1.0, **settings), C, gap)
    np.testing.assert_allclose(amsgrad, amsgrad_drift(C, beta2, gap), rtol=1e-7, atol=1e-9)
    assert np.sign(amsgrad_drift(C, beta2, gap)) == -np.sign(C - gap + 1)


@given(C=st.floats(2.1, 20.0))
def test_with_a_short_memory_adam_walks_away_from_the_minimum(C):
    assert measured(Adam(1.0, beta1=0.0, beta2=1 / (1 + C**2)), C) > 0.3
    assert measured(AMSGrad(1.0, beta1=0.0, beta2=1 / (1 + C**2)), C) < 0


def test_with_a_long_memory_it_walks_towards_it():
    assert measured(Adam(1.0, beta1=0.0, beta2=0.999), C=4.0, cycles=4000) < -0.7
