"""The update rules: closed forms, identities, and lanes that are bitwise their own runs."""

import math
import re
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import course_lib as cl
from course_lib import optimizers
from course_lib.optimizers import hyperparameter

RULES = (
    cl.GradientDescent,
    cl.Momentum,
    cl.Nesterov,
    cl.AdaGrad,
    cl.RMSProp,
    cl.AdaDelta,
    cl.Adam,
    cl.AdamW,
    cl.AMSGrad,
    cl.NAdam,
)
# Values of every hyper-parameter to sweep over, and the rules that have it.
SWEPT = {
    "lr": np.geomspace(1e-3, 0.3, 7),
    "weight_decay": np.array([0.0, 0.01, 0.3]),
    "momentum": np.array([0.0, 0.5, 0.9, 0.99]),
    "beta1": np.array([0.0, 0.3, 0.9, 0.99]),
    "beta2": np.array([0.0, 0.5, 0.99, 0.999]),
    "rho": np.array([0.0, 0.5, 0.9, 0.99]),
    "eps": np.array([1e-12, 1e-8, 1e-3]),
    "momentum_decay": np.array([0.0, 0.004, 0.1, 1.0]),
}
RULES_AND_SETTINGS = [(rule, name) for rule in RULES for name in SWEPT if name in rule.__dataclass_fields__]


def gradients(steps, d, seed=0):
    return np.random.default_rng(seed).normal(size=(steps, d))


def descend(rule, w, grads):
    """Return every point, from gradients that are given."""
    return cl.replay(rule, grads, w).w


def entries(state):
    """Return the arrays of a state."""
    if state is None:
        return []
    return [np.asarray(part) for part in (state if isinstance(state, tuple) else (state,))]


# Closed forms


@given(
    eigenvalue=st.floats(0.01, 100),
    factor=st.floats(-1.5, 1.0),
    start=st.floats(-10, 10),
)
def test_gradient_descent_multiplies_each_error_by_one_minus_lr_times_eigenvalue(eigenvalue, factor, start):
    lr = (1 - factor) / eigenvalue
    run = cl.minimize(cl.Quadratic([eigenvalue, 1.0]), [start, 0.0], cl.GradientDescent(lr), steps=30)
    expected = start * (1 - lr * eigenvalue) ** np.arange(31)
    np.testing.assert_allclose(run.w[:, 0], expected, rtol=1e-12, atol=1e-12 * abs(start) + 1e-300)


@pytest.mark.parametrize(("eigenvalue", "lr", "beta"), [(1.0, 0.1, 0.9), (4.0, 0.4, 0.5), (10.0, 0.01, 0.0)])
def test_momentum_is_the_power_of_a_two_by_two_matrix(eigenvalue, lr, beta):
    # (error, velocity) after a step: v' = β v + λ e and e' = e − η v'.
    matrix = np.array([[1 - lr * eigenvalue, -lr * beta], [eigenvalue, beta]])
    bowl = cl.Quadratic([eigenvalue], center=[3.0])
    run = cl.minimize(bowl, [5.0], cl.Momentum(lr, momentum=beta), steps=60)
    expected = [3 + (np.linalg.matrix_power(matrix, t) @ [2.0, 0.0])[0] for t in range(61)]
    np.testing.assert_allclose(run.w[:, 0], expected, rtol=1e-12)


@pytest.mark.parametrize(("eigenvalue", "lr", "beta"), [(1.0, 0.1, 0.9), (4.0, 0.2, 0.5), (10.0, 0.01, 0.0)])
def test_nesterov_is_the_power_of_a_two_by_two_matrix(eigenvalue, lr, beta):
    # v' = β v + λ e and e' = e − η (λ e + β v').
    matrix = np.array([[1 - lr * eigenvalue * (1 + beta), -lr * beta**2], [eigenvalue, beta]])
    run = cl.minimize(cl.Quadratic([eigenvalue]), [2.0], cl.Nesterov(lr, momentum=beta), steps=60)
    expected = [(np.linalg.matrix_power(matrix, t) @ [2.0, 0.0])[0] for t in range(61)]
    np.testing.assert_allclose(run.w[:, 0], expected, rtol=1e-12, atol=1e-15)


def test_momentum_at_critical_damping_has_a_double_eigenvalue():
    eigenvalue, lr = 2.0, 0.08
    beta = (1 - math.sqrt(lr * eigenvalue)) ** 2
    run = cl.minimize(cl.Quadratic([eigenvalue]), [1.0], cl.Momentum(lr, momentum=beta), steps=40)
    root = math.sqrt(beta)
    # A double root r: the error is (1 + c t) rᵗ, and the first step fixes c.
    c = (1 - lr * eigenvalue) / root - 1
    t = np.arange(41)
    np.testing.assert_allclose(run.w[:, 0], (1 + c * t) * root**t, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("rule", [cl.Adam, cl.AdamW, cl.AMSGrad])
@given(grad=arrays(float, 3, elements=st.one_of(st.floats(1e-3, 1e9), st.floats(-1e9, -1e-3))), lr=st.floats(1e-4, 10))
def test_first_step_of_adam_is_the_learning_rate_against_the_sign(rule, grad, lr):
    optimizer = rule(lr, eps=0.0, weight_decay=0.0)
    w, _ = optimizer.step(np.zeros(3), grad, optimizer.init(np.zeros(3)), t=1)
    np.testing.assert_allclose(w, -lr * np.sign(grad), rtol=1e-12)


@pytest.mark.parametrize("slope", [-1000.0, 0.01, 3.0])
def test_adagrad_under_a_constant_gradient_steps_by_lr_over_root_t(slope):
    path = descend(cl.AdaGrad(0.5, eps=0.0), [1.0], np.full((100, 1), slope))
    np.testing.assert_allclose(-np.diff(path[:, 0]), np.sign(slope) * 0.5 / np.sqrt(np.arange(1, 101)), rtol=1e-12)


@pytest.mark.parametrize("rule", [cl.Adam, cl.AMSGrad])
def test_bias_correction_makes_a_constant_gradient_exact_from_the_first_step(rule):
    path = descend(rule(0.1, beta1=0.7, beta2=0.95, eps=0.0), [1.0], np.full((50, 1), -4.0))
    np.testing.assert_allclose(np.diff(path[:, 0]), 0.1, rtol=1e-12)


def test_the_averages_of_adam_are_those_of_their_weights():
    grads = gradients(20, 2)
    state = cl.replay(cl.Adam(0.1, beta1=0.8, beta2=0.9), grads).state

    def weights(beta):
        return ((1 - beta) * beta ** np.arange(19, -1, -1))[:, None]

    np.testing.assert_allclose(state.m[-1], (weights(0.8) * grads).sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(state.v[-1], (weights(0.9) * grads**2).sum(axis=0), rtol=1e-12)
    # The weights of m sum to 1 − β₁ᵗ: dividing by it makes them an average.
    np.testing.assert_allclose(weights(0.8).sum(), 1 - 0.8**20, rtol=1e-12)


def test_rmsprop_first_step_is_the_learning_rate_over_the_root_of_one_minus_beta2():
    path = descend(cl.RMSProp(0.1, beta2=0.96, eps=0.0), [1.0], [[7.0]])
    assert path[1, 0] == pytest.approx(1 - 0.1 / 0.2, rel=1e-12)


def test_adadelta_first_step_is_set_by_eps():
    path = descend(cl.AdaDelta(rho=0.9, eps=1e-6), [1.0], [[1e6]])
    assert 1 - path[1, 0] == pytest.approx(math.sqrt(1e-6 / 0.1), rel=1e-9)


# Identities


@pytest.mark.parametrize("rule", [cl.RMSProp, cl.AdaGrad, cl.Adam, cl.AdamW, cl.AMSGrad, cl.NAdam])
@pytest.mark.parametrize("scale", [1e-6, 3.0, 1e8])
def test_a_gradient_in_other_units_makes_the_same_run(rule, scale):
    optimizer, grads = rule(0.1, eps=0.0), gradients(50, 3)
    np.testing.assert_allclose(
        descend(optimizer, np.ones(3), scale * grads), descend(optimizer, np.ones(3), grads), rtol=1e-12, atol=1e-12
    )


@pytest.mark.parametrize("rule", [cl.GradientDescent, cl.Momentum, cl.Nesterov])
def test_rules_without_scaling_are_linear_in_the_gradient(rule):
    grads = gradients(50, 3)
    once, twice = descend(rule(0.1), np.zeros(3), grads), descend(rule(0.1), np.zeros(3), 2 * grads)
    np.testing.assert_array_equal(twice, 2 * once)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule is not cl.AdamW])
def test_a_surface_moved_moves_the_run(rule):
    here = cl.minimize(cl.Quadratic([1.0, 5.0]), [1.0, 1.0], rule(lr=0.01), 50)
    there = cl.minimize(cl.Quadratic([1.0, 5.0], center=[2.0, -3.0]), [3.0, -2.0], rule(lr=0.01), 50)
    np.testing.assert_allclose(there.w, here.w + [2.0, -3.0], rtol=1e-11)


def test_adamw_pulls_to_the_origin_and_so_knows_where_it_is():
    here = cl.minimize(cl.Quadratic([1.0, 5.0]), [1.0, 1.0], cl.AdamW(lr=0.01, weight_decay=0.1), 50)
    there = cl.minimize(
        cl.Quadratic([1.0, 5.0], center=[2.0, -3.0]), [3.0, -2.0], cl.AdamW(lr=0.01, weight_decay=0.1), 50
    )
    assert np.abs(there.w - here.w - [2.0, -3.0]).max() > 0.01


def turned(rule, angle):
    """Return a run on a bowl turned by `angle` from a start turned with it, turned back."""
    bowl = cl.Quadratic([1.0, 20.0], angle=angle)
    run = cl.minimize(bowl, bowl.eigenvectors @ [1.0, 0.7], rule, 40)
    return bowl.errors(run.w)


@pytest.mark.parametrize("rule", [cl.GradientDescent, cl.Momentum, cl.Nesterov])
def test_rules_without_scaling_do_not_see_a_rotation(rule):
    np.testing.assert_allclose(turned(rule(0.01), 45), turned(rule(0.01), 0), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("rule", [cl.AdaGrad, cl.RMSProp, cl.AdaDelta, cl.Adam, cl.AdamW, cl.AMSGrad, cl.NAdam])
def test_rules_with_a_rate_for_every_coordinate_see_a_rotation(rule):
    gap = np.abs(turned(rule(lr=0.1), 45) - turned(rule(lr=0.1), 0)).max()
    assert gap > (1e-3 if rule is cl.AdaDelta else 0.05)


@pytest.mark.parametrize("rule", RULES)
def test_decoupled_decay_is_one_term_of_the_step(rule):
    rng = np.random.default_rng(1)
    plain, decayed = rule(lr=0.1, weight_decay=0.0), rule(lr=0.1, weight_decay=0.3)
    w, state, other_state = rng.normal(size=4), plain.init(np.zeros(4)), decayed.init(np.zeros(4))
    for t in range(1, 20):
        grad = rng.normal(size=4)
        without, state = plain.step(w, grad, state, t)
        w_next, other_state = decayed.step(w, grad, other_state, t)
        np.testing.assert_allclose(w_next, without - 0.1 * 0.3 * w, rtol=1e-12, atol=1e-15)
        w = w_next


@pytest.mark.parametrize(
    ("special", "general"),
    [
        (cl.Momentum(0.1, momentum=0.0), cl.GradientDescent(0.1)),
        (cl.Nesterov(0.1, momentum=0.0), cl.GradientDescent(0.1)),
        (cl.AdamW(0.1, weight_decay=0.0), cl.Adam(0.1)),
        (cl.Adam(0.1, beta1=0.0, beta2=0.0), cl.RMSProp(0.1, beta2=0.0)),
    ],
    ids=str,
)
def test_a_rule_contains_another(special, general):
    grads = gradients(30, 3)
    np.testing.assert_allclose(descend(special, np.ones(3), grads), descend(general, np.ones(3), grads), rtol=1e-12)


def test_amsgrad_never_shrinks_its_denominator():
    state = cl.replay(cl.AMSGrad(0.1, beta2=0.5), gradients(40, 2)).state
    np.testing.assert_array_equal(state.v_max, np.maximum.accumulate(state.v))


def test_amsgrad_converges_where_adam_does_not():
    # Reddi, Kale, Kumar: a gradient of 1010 one step in 101, of −10 in the others. Its mean is positive,
    # so on [−1, 1] the best point is −1.
    def end(rule):
        w, state = np.zeros(1), rule.init(np.zeros(1))
        for t in range(1, 10_001):
            grad = np.array([1010.0 if t % 101 == 1 else -10.0])
            w, state = rule.step(w, grad, state, t)
            w = np.clip(w, -1, 1)
        return w[0]

    settings = dict(lr=lambda step: 0.5 / np.sqrt(step + 1), beta1=0.0, beta2=1 / (1 + 9.9**2))
    assert end(cl.Adam(**settings)) > 0.9
    assert end(cl.AMSGrad(**settings)) < 0.0


# Lanes


@pytest.mark.parametrize("d", [2, 5])
@pytest.mark.parametrize(("rule", "name"), RULES_AND_SETTINGS)
def test_a_sweep_is_bitwise_the_runs_alone(rule, name, d):
    bowl = cl.Quadratic(np.geomspace(0.3, 8.0, d), angle=30 if d == 2 else 0)
    settings = {} if name == "lr" else dict(lr=0.05)
    batch = cl.minimize(bowl, bowl.start, rule(**settings, **{name: SWEPT[name][:, None]}), 60)
    for lane, value in enumerate(SWEPT[name]):
        alone = cl.minimize(bowl, bowl.start, rule(**settings, **{name: value}), 60)
        np.testing.assert_array_equal(batch.w[:, lane], alone.w)
        np.testing.assert_array_equal(batch.loss[:, lane], alone.loss)
        np.testing.assert_array_equal(batch.lr[:, lane], alone.lr)


@pytest.mark.parametrize("rule", RULES)
def test_starts_and_two_settings_are_bitwise_the_runs_alone(rule):
    bowl, rates = cl.Quadratic([0.5, 3.0], angle=20), np.array([0.01, 0.1, 0.2])
    starts = np.random.default_rng(3).normal(size=(4, 2))
    batch = cl.minimize(bowl, starts[:, None, :], rule(lr=rates[:, None]), 40)
    assert batch.w.shape == (41, 4, 3, 2)
    for i, start in enumerate(starts):
        for j, rate in enumerate(rates):
            np.testing.assert_array_equal(batch.w[:, i, j], cl.minimize(bowl, start, rule(lr=rate), 40).w)


@pytest.mark.parametrize("rule", RULES)
def test_a_schedule_with_lanes_is_bitwise_the_runs_alone(rule):
    peaks = np.array([0.01, 0.05, 0.2])
    bowl = cl.Quadratic([0.5, 3.0])
    batch = cl.minimize(bowl, bowl.start, rule(lr=lambda step: peaks[:, None] / (1 + step)), 40)
    for lane, peak in enumerate(peaks):
        alone = cl.minimize(bowl, bowl.start, rule(lr=lambda step, peak=peak: peak / (1 + step)), 40)
        np.testing.assert_array_equal(batch.w[:, lane], alone.w)
        np.testing.assert_array_equal(batch.lr[:, lane], alone.lr)


@pytest.mark.parametrize("rule", RULES)
def test_a_constant_schedule_is_the_constant(rule):
    grads = gradients(30, 3)
    constant = descend(rule(lr=0.1), np.ones(3), grads)
    np.testing.assert_array_equal(descend(rule(lr=lambda step: 0.1), np.ones(3), grads), constant)


def test_a_schedule_is_asked_for_the_steps_from_0():
    asked = []
    rule = cl.GradientDescent(lr=lambda step: asked.append(step) or 0.1)
    w = np.ones(2)
    for t in (1, 2, 3, 4):
        w, _ = rule.step(w, np.ones(2), None, t)
    assert asked == [0, 1, 2, 3]


def test_coordinates_may_have_rates_of_their_own():
    path = descend(cl.GradientDescent(lr=[0.1, 0.2]), [0.0, 0.0], [[1.0, 1.0]])
    np.testing.assert_array_equal(path[1], [-0.1, -0.2])


# Purity


@pytest.mark.parametrize("rule", RULES)
def test_a_step_changes_nothing_that_it_was_given(rule):
    optimizer = rule(lr=0.1)
    w, grad = np.array([1.0, -2.0]), np.array([3.0, 0.5])
    state = optimizer.init(w)
    for t in (1, 2, 3):
        before = [w.copy(), grad.copy(), *(part.copy() for part in entries(state))]
        w_next, state_next = optimizer.step(w, grad, state, t)
        for was, now in zip(before, [w, grad, *entries(state)], strict=True):
            np.testing.assert_array_equal(now, was)
        for new in (w_next, *entries(state_next)):
            assert not any(np.shares_memory(new, old) for old in (w, grad, *entries(state)))
        w, state = w_next, state_next


@pytest.mark.parametrize("rule", RULES)
def test_two_runs_do_not_know_of_each_other(rule):
    optimizer, grads = rule(lr=0.1), gradients(20, 2)
    first = descend(optimizer, [1.0, 2.0], grads)
    descend(optimizer, [5.0, 5.0], 10 * grads)
    np.testing.assert_array_equal(descend(optimizer, [1.0, 2.0], grads), first)


@pytest.mark.parametrize("rule", RULES)
def test_whole_numbers_and_lists_are_numbers(rule):
    optimizer = rule(lr=0.1)
    numbers = descend(optimizer, [1, 2], [[3, 4], [10**10, 5]])
    np.testing.assert_array_equal(numbers, descend(optimizer, [1.0, 2.0], [[3.0, 4.0], [1e10, 5.0]]))
    listed, _ = optimizer.step([1, 2], [3, 4], optimizer.init([1, 2]), t=1)
    np.testing.assert_array_equal(listed, numbers[1])


def test_a_rule_keeps_a_copy_of_its_settings():
    rates = np.array([[0.1], [0.2]])
    rule = cl.GradientDescent(lr=rates)
    rates *= 100
    np.testing.assert_array_equal(rule.lr, [[0.1], [0.2]])


def test_a_zero_gradient_leaves_every_rule_at_rest():
    for rule in RULES:
        path = descend(rule(lr=0.1, weight_decay=0.0), [1.0, -2.0], np.zeros((5, 2)))
        np.testing.assert_array_equal(path, np.broadcast_to([1.0, -2.0], (6, 2)))


def test_a_new_rule_may_have_settings_of_its_own():
    @dataclass(frozen=True, eq=False, repr=False, kw_only=True)
    class SignDescent(cl.Optimizer):
        threshold: object = 0.0

        def direction(self, grad, state, t):
            return np.sign(grad) * (np.abs(grad) > self.threshold), None

    path = descend(SignDescent(0.1, threshold=-1.0), [1.0], [[5.0], [-3.0]])
    np.testing.assert_allclose(path[:, 0], [1.0, 0.9, 1.0])


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Slow(cl.Adam):
    """An Adam of a reader's own, with a number of its own and another default."""

    beta3: object = hyperparameter(0.99, above=0, at_most=1)
    beta1: object = 0.5


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (dict(beta3=0), "beta3 must be above 0 and at most 1, got 0"),
        (dict(beta3=-5), "beta3 must be above 0 and at most 1, got -5"),
        (dict(beta3=[[0.5], [1.5]]), "beta3 must be above 0 and at most 1, got 1.5"),
        (dict(beta1=1), "beta1 must be at least 0 and below 1, got 1"),
        (dict(lr=-1), "lr must be at least 0, got -1"),
    ],
)
def test_a_range_stands_where_the_hyperparameter_is_declared(settings, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        Slow(**(dict(lr=0.1) | settings))
    rule = Slow(0.1, beta3=1)
    assert (rule.beta1, rule.beta3) == (0.5, 1.0)


def test_a_rule_appears_in_the_menus_by_one_registration():
    before = dict(optimizers.RULES)
    try:
        optimizers.register("slow Adam", Slow)
        assert optimizers.RULES == before | {"slow Adam": Slow}
        for name, rule in optimizers.RULES.items():
            assert isinstance(rule(lr=0.1), cl.Optimizer), name
    finally:
        optimizers.RULES.pop("slow Adam")
    assert optimizers.RULES == before
    for bad in (("", Slow), (Slow, "slow"), ("slow", 3)):
        with pytest.raises(TypeError, match="^(name|rule) must be "):
            optimizers.register(*bad)


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        (cl.GradientDescent(0.1), "GradientDescent(lr=0.1, weight_decay=0)"),
        (cl.Momentum(np.ones((3, 1)), momentum=0.8), "Momentum(lr=<3 × 1 values>, weight_decay=0, momentum=0.8)"),
    ],
    ids=["one", "lanes"],
)
def test_a_rule_shows_its_settings(rule, shown):
    assert repr(rule) == shown
