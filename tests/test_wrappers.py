"""Rules around rules, and rules that look at all coordinates: what they do, and that lanes stay lanes."""

import re
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import course_lib as cl
from course_lib import Averaged, Clip, Lookahead, minimize, own_rule, plots, replay
from course_lib.optimizers import option

BOWL = cl.Quadratic([1.0, 10.0])
RATES = np.array([0.01, 0.05, 0.1])
WRAPPED = {
    "clip": lambda rule: Clip(rule, norm=0.7),
    "averaged": lambda rule: Averaged(rule, after=3),
    "lookahead": lambda rule: Lookahead(rule, every=4, alpha=0.3),
    "clip around averaged": lambda rule: Clip(Averaged(rule), norm=0.7),
    "averaged around clip": lambda rule: Averaged(Clip(rule, norm=0.7)),
    "averaged around lookahead around clip": lambda rule: Averaged(Lookahead(Clip(rule, 0.7), every=3), after=2),
}


def gradients(steps, d, seed=0):
    return np.random.default_rng(seed).normal(size=(steps, d))


# Clip


@given(st.integers(1, 40), st.floats(1e-3, 1e3), st.integers(0, 10**6))
def test_a_clipped_gradient_has_the_limit_as_its_length_and_keeps_its_direction(d, limit, seed):
    grad = np.random.default_rng(seed).normal(size=d)
    step = replay(Clip(cl.GradientDescent(1.0), norm=limit), [grad]).w[1]
    size = np.linalg.norm(grad)
    np.testing.assert_allclose(step, -grad * min(1, limit / size), rtol=1e-12)
    if size < 0.999 * limit:
        np.testing.assert_array_equal(step, -grad)


def test_a_gradient_of_zero_or_without_bounds_needs_no_warning():
    run = replay(Clip(cl.GradientDescent(1.0), norm=1.0), [[0.0, 0.0]], [1.0, 2.0])
    np.testing.assert_array_equal(run.w[1], [1, 2])


def test_a_clipped_rule_survives_a_cliff():
    # Rosenbrock from afar: the gradient is steep enough there to throw plain descent out.
    start, rate = [-4.0, 6.0], 1e-3
    assert minimize(cl.Rosenbrock(), start, cl.GradientDescent(rate), 2000).diverged
    clipped = minimize(cl.Rosenbrock(), start, Clip(cl.GradientDescent(rate), norm=20), 2000)
    assert not clipped.diverged
    assert clipped.loss[-1] < clipped.loss[0] / 500


def test_limits_make_lanes():
    limits = np.array([0.1, 1.0, 10.0])
    run = minimize(BOWL, [3.0, 3.0], Clip(cl.Momentum(lr=RATES[:, None, None]), norm=limits[:, None]), 20)
    assert run.w.shape == (21, 3, 3, 2)
    alone = minimize(BOWL, [3.0, 3.0], Clip(cl.Momentum(lr=0.05), norm=10.0), 20)
    np.testing.assert_array_equal(run[1, 2].w, alone.w)
    np.testing.assert_array_equal(run[1, 2].lr, alone.lr)


# Averaged


@pytest.mark.parametrize("after", [0, 3, 100])
def test_averaged_reports_the_mean_of_the_points_after_a_step(after):
    plain = minimize(BOWL, [1.0, 1.0], cl.Momentum(0.05), 30).w
    run = minimize(BOWL, [1.0, 1.0], Averaged(cl.Momentum(0.05), after=after), 30)
    expected = [plain[t] if t <= after else plain[after + 1 : t + 1].mean(axis=0) for t in range(31)]
    np.testing.assert_allclose(run.w, expected, rtol=1e-12, atol=1e-14)
    np.testing.assert_array_equal(run.loss, BOWL.value(run.w))


def test_averaging_lowers_the_noise_floor():
    train = cl.standardize(cl.load_diabetes())
    model = cl.LinearRegression(10)
    best = model.loss(model.solve(*train), *train)
    rule = cl.GradientDescent(lr=0.02)
    seeds = np.arange(20)
    settings = dict(epochs=12, batch_size=8, seed=seeds, replace=True)
    plain = cl.fit(model, train, rule, **settings).loss[-1] - best
    averaged = cl.fit(model, train, Averaged(rule, after=200), **settings).loss[-1] - best
    assert averaged.mean() < 0.25 * plain.mean()


# Lookahead


def test_lookahead_is_its_two_lines():
    grads = gradients(14, 3)
    run = replay(Lookahead(cl.Adam(0.1), every=4, alpha=0.3), grads)
    rule = cl.Adam(0.1)
    fast = slow = np.zeros(3)
    state = rule.init(fast)
    for t, grad in enumerate(grads, start=1):
        fast, state = rule.step(fast, grad, state, t)
        if t % 4 == 0:
            fast = slow = slow + 0.3 * (fast - slow)
        np.testing.assert_allclose(run.w[t], slow, rtol=1e-14)


def test_lookahead_that_follows_all_the_way_is_the_rule_inside_now_and_then():
    inside = minimize(BOWL, [1.0, 1.0], cl.Momentum(0.05), 20)
    run = minimize(BOWL, [1.0, 1.0], Lookahead(cl.Momentum(0.05), every=5, alpha=1), 20)
    np.testing.assert_allclose(run.w[::5], inside.w[::5], rtol=1e-12)


# What all wrappers share


@pytest.mark.parametrize("rule", [cl.GradientDescent, cl.Nesterov, cl.Adam, cl.NAdam, cl.AdaDelta])
@pytest.mark.parametrize("name", WRAPPED)
@pytest.mark.parametrize("d", [2, 23])
def test_a_lane_of_a_wrapped_rule_is_bitwise_its_own_run(name, rule, d):
    bowl = cl.Quadratic(np.geomspace(0.3, 8.0, d))
    starts = np.random.default_rng(3).normal(size=(2, d))
    run = minimize(bowl, starts[:, None], WRAPPED[name](rule(lr=RATES[:, None])), 25, record=("state", "grad"))
    for i, start in enumerate(starts):
        for j, rate in enumerate(RATES):
            alone = minimize(bowl, start, WRAPPED[name](rule(lr=rate)), 25, record="grad")
            np.testing.assert_array_equal(run.w[:, i, j], alone.w)
            np.testing.assert_array_equal(run[i, j].recorded["grad"], alone.recorded["grad"])


@pytest.mark.parametrize("name", WRAPPED)
def test_a_wrapper_around_ones_own_function_runs(name):
    def descent_step(w, grad, lr):
        return w - lr * grad

    mine, ours = WRAPPED[name](own_rule(descent_step, lr=0.05)), WRAPPED[name](cl.GradientDescent(0.05))
    np.testing.assert_array_equal(minimize(BOWL, [1, 1], mine, 20).w, minimize(BOWL, [1, 1], ours, 20).w)


@pytest.mark.parametrize("name", WRAPPED)
def test_a_wrapper_trains_and_shows_the_rule_inside(name):
    data = cl.standardize(cl.load_digits())
    train = cl.Data(data.X[:300], data.y[:300])
    rule = WRAPPED[name](cl.Adam(lr=lambda step: 0.05 / (1 + 0.01 * step), beta1=0.8))
    run = cl.fit(cl.SoftmaxRegression(64, 10), train, rule, 4, batch_size=30, seed=[0, 1])
    assert (run.loss[-1] < 0.5 * run.loss[0]).all()
    assert (rule.beta1, rule.eps, rule.weight_decay) == (0.8, 1e-8, 0)
    np.testing.assert_array_equal(run.lr[:, 0], 0.05 / (1 + 0.01 * np.arange(40)))
    assert plots.look(rule) == plots.look("Adam")
    assert "Adam(lr=<lambda>, weight_decay=0, beta1=0.8" in repr(rule)


def test_a_wrapper_shows_what_it_wraps():
    rule = Averaged(Clip(cl.GradientDescent(0.1), norm=2), after=10)
    assert repr(rule) == "Averaged(Clip(GradientDescent(lr=0.1, weight_decay=0), norm=2), after=10)"
    assert rule.norm == 2
    assert not rule.elementwise
    assert Averaged(cl.Adam(0.1)).elementwise
    with pytest.raises(AttributeError):
        _ = rule.beta1


@pytest.mark.parametrize(
    ("call", "kind", "sentence"),
    [
        (lambda: Clip(cl.Adam(0.1), norm=0), ValueError, "norm must be above 0, got 0"),
        (lambda: Clip(cl.Adam(0.1), norm="1"), TypeError, "norm must hold real numbers, got '1' of type str"),
        (
            lambda: Clip(cl.Adam(0.1), norm=[1.0, 2.0]),
            ValueError,
            "norm must have a last axis of length 1, one limit for each lane, got shape (2,)",
        ),
        (
            lambda: Clip(cl.Adam, norm=1),
            TypeError,
            "rule must be a rule with settings, Adam(lr=0.1), got the class alone",
        ),
        (lambda: Clip(0.1, norm=1), TypeError, "rule must be a rule such as Adam(lr=0.1), got 0.1"),
        (lambda: Averaged(cl.Adam(0.1), after=-1), ValueError, "after must be at least 0, got -1"),
        (lambda: Lookahead(cl.Adam(0.1), every=0), ValueError, "every must be at least 1, got 0"),
        (lambda: Lookahead(cl.Adam(0.1), alpha=2), ValueError, "alpha must be at least 0 and at most 1, got 2"),
        (
            lambda: Averaged(cl.Adam(0.1)).step(np.ones(2), np.ones(2), None, 1),
            TypeError,
            "state must be what init(w) or the step before returned, got None",
        ),
        (
            lambda: Clip(cl.Adam(np.full((3, 1), 0.1)), norm=np.ones((2, 1))).lanes(),
            ValueError,
            "the shapes of the hyper-parameters do not broadcast: lr (3, 1), norm (2, 1)",
        ),
    ],
)
def test_bad_settings_are_named(call, kind, sentence):
    with pytest.raises(kind, match="^" + re.escape(sentence)):
        call()


# Rules that look at all coordinates


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Orthogonal(cl.Momentum):
    """A rule for a whole matrix, of a declared shape: momentum whose singular values become 1."""

    shape: tuple = option()
    elementwise = False

    def direction(self, grad, state, t):
        velocity, state = super().direction(grad, state, t)
        u, _, vt = np.linalg.svd(velocity.reshape(*velocity.shape[:-1], *self.shape), full_matrices=False)
        return (u @ vt).reshape(velocity.shape), state


def test_a_rule_for_a_matrix_has_lanes_too():
    grads = gradients(8, 6)
    run = replay(Orthogonal(lr=RATES[:, None], shape=(2, 3)), grads)
    for lane, rate in enumerate(RATES):
        np.testing.assert_allclose(run.w[:, lane], replay(Orthogonal(lr=rate, shape=(2, 3)), grads).w, rtol=1e-10)
    steps = run.delta[:, 1].reshape(8, 2, 3)
    np.testing.assert_allclose(np.linalg.svd(steps, compute_uv=False), 0.05, rtol=1e-10)
    assert repr(Orthogonal(lr=1.0, shape=(2, 3))) == "Orthogonal(lr=1, weight_decay=0, momentum=0.9, shape=(2, 3))"
    assert plots.color_of(Orthogonal) == plots.color_of("Momentum")


ALL = [getattr(cl, name)(lr=0.1) for name in cl.optimizers.__all__ if name != "Optimizer"]


@pytest.mark.parametrize(
    "rule", [*ALL, Clip(cl.Adam(0.1), 0.5), Averaged(cl.Adam(0.1)), Orthogonal(lr=0.1, shape=(3, 2))], ids=repr
)
def test_a_rule_says_whether_each_coordinate_runs_alone(rule):
    grads = gradients(10, 6)
    others = np.concatenate([grads[:, :3], 7 * gradients(10, 3, seed=1)], axis=1)
    same = (replay(rule, grads).w[..., :3] == replay(rule, others).w[..., :3]).all()
    assert same == rule.elementwise
