"""What runs record of each step, and rules that are fed gradients."""

import re

import numpy as np
import pytest

import course_lib as cl
from course_lib import fit, minimize, replay

BOWL = cl.Quadratic([1.0, 10.0])
RATES = np.array([[0.01], [0.05], [0.1]])
MODEL = cl.LinearRegression(10)


@pytest.fixture(scope="module")
def train():
    data = cl.standardize(cl.load_diabetes())
    return cl.Data(data.X[:90], data.y[:90])


def doubled(w, grad, state, t):
    return 2 * grad


def test_what_minimize_records_is_what_the_loop_sees():
    rule = cl.Adam(lr=0.05)
    run = minimize(BOWL, [1.0, -2.0], rule, 20, record=("grad", "norm", "state", doubled, "w", "loss"))
    assert list(run.recorded) == ["grad", "norm", "state", "doubled", "w", "loss"]
    w, state = np.array([1.0, -2.0]), rule.init(np.zeros(2))
    for t in range(20):
        grad = BOWL.grad(w)
        np.testing.assert_array_equal(run.recorded["state"].m[t], state.m)
        np.testing.assert_array_equal(run.recorded["state"].v[t], state.v)
        np.testing.assert_array_equal(run.recorded["grad"][t], grad)
        np.testing.assert_array_equal(run.recorded["doubled"][t], 2 * grad)
        assert run.recorded["norm"][t] == pytest.approx(np.hypot(*grad), rel=1e-14)
        w, state = rule.step(w, grad, state, t + 1)
    assert run.recorded["state"].m.shape == (21, 2)
    np.testing.assert_array_equal(run.recorded["w"], run.w)
    np.testing.assert_array_equal(run.recorded["loss"], run.loss)
    assert minimize(BOWL, [1.0, -2.0], rule, 3).recorded == {}


def test_no_step_records_the_start():
    run = minimize(BOWL, [1.0, 1.0], cl.Momentum(0.1), 0, record=("state", "grad"))
    assert run.recorded["state"].tolist() == [[0, 0]]
    assert run.recorded["grad"].shape == (0,)


@pytest.mark.parametrize("rule", [cl.GradientDescent, cl.Momentum, cl.AMSGrad, cl.NAdam])
def test_a_lane_takes_its_recording_with_it(rule):
    record = ("grad", "state", "norm", doubled)
    starts = np.array([[1.0, 1.0], [2.0, -1.0]])
    run = minimize(BOWL, starts[:, None], rule(lr=RATES), 15, record=record)
    alone = minimize(BOWL, starts[1], rule(lr=0.05), 15, record=record)
    lane = run[1, 1]
    for name in ("grad", "norm", "doubled"):
        np.testing.assert_array_equal(lane.recorded[name], alone.recorded[name])
        np.testing.assert_array_equal(run[..., 1].recorded[name][:, 1], alone.recorded[name])
    state, own = lane.recorded["state"], alone.recorded["state"]
    if own is None:
        assert state is None
        return
    for part, other in zip(*((each,) if isinstance(each, np.ndarray) else each for each in (state, own)), strict=True):
        np.testing.assert_array_equal(part, other)
    assert type(state) is type(own)


def test_what_fit_records_is_inside_the_passes_too(train):
    rule = cl.Momentum(lr=0.01)
    run = fit(MODEL, train, rule, 3, batch_size=20, seed=[4, 5], record=("w", "loss", "grad", "state"))
    assert run.recorded["w"].shape == (16, 2, 11)
    np.testing.assert_array_equal(run.recorded["w"][::5], run.w)
    np.testing.assert_allclose(run.recorded["loss"], MODEL.loss(run.recorded["w"], *train), rtol=1e-12)
    steps = -0.01 * run.recorded["state"][1:]
    np.testing.assert_allclose(np.diff(run.recorded["w"], axis=0), steps, rtol=1e-9, atol=1e-12)
    again = replay(rule, run.recorded["grad"], run.w[0])
    np.testing.assert_allclose(again.w, run.recorded["w"], rtol=1e-12)
    np.testing.assert_array_equal(run[1].recorded["w"], run.recorded["w"][:, 1])


def test_a_loss_that_leaves_the_numbers_is_infinite(train):
    run = fit(MODEL, train, cl.GradientDescent(lr=1e9), 40, batch_size=30, record="loss")
    assert run.diverged
    assert np.isinf(run.recorded["loss"][-1])
    assert not np.isnan(run.recorded["loss"]).any()


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        (
            "gradient",
            "record must name w, loss, grad, norm, state, or be a function of (w, grad, state, t), got 'gradient'",
        ),
        (("grad", 3), "record must name w, loss, grad, norm, state, or be a function of (w, grad, state, t), got 3"),
        (("grad", "grad"), "record must not name 'grad' twice"),
    ],
)
def test_what_cannot_be_recorded_is_named(record, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        minimize(BOWL, [1.0, 1.0], cl.Adam(0.1), 2, record=record)


# Replay


@pytest.mark.parametrize("rule", [cl.GradientDescent, cl.Nesterov, cl.AdaGrad, cl.AdaDelta, cl.AdamW, cl.NAdam])
def test_a_replay_is_the_loop_that_it_stands_for(rule):
    grads, optimizer = np.random.default_rng(0).normal(size=(12, 3)), rule(lr=lambda step: 0.1 / (1 + step))
    run = replay(optimizer, grads, [1, 2, 3])
    w, state = np.array([1.0, 2.0, 3.0]), optimizer.init(np.zeros(3))
    for t, grad in enumerate(grads, start=1):
        np.testing.assert_array_equal(run.w[t - 1], w)
        w, state = optimizer.step(w, grad, state, t)
        for part, kept in zip(*(each if isinstance(each, tuple) else (each,) for each in (state, run.state))):
            if part is not None:
                np.testing.assert_array_equal(np.broadcast_to(part, kept[t].shape), kept[t])
    np.testing.assert_array_equal(run.delta, np.diff(run.w, axis=0))
    np.testing.assert_array_equal(run.lr, 0.1 / np.arange(1, 13))
    assert run.steps == 12
    assert repr(run).startswith(f"Replay(1 run of 12 steps, {rule.__name__}(")


def test_lanes_of_a_replay_are_replays():
    grads = np.random.default_rng(1).normal(size=(10, 4, 1, 2))
    run = replay(cl.Adam(lr=RATES), grads)
    assert run.w.shape == run.state.m.shape == (11, 4, 3, 2)
    alone = replay(cl.Adam(lr=0.05), grads[:, 2, 0])
    for part, other in ((run[2, 1].w, alone.w), (run[2, 1].state.v, alone.state.v), (run[2, 1].lr, alone.lr)):
        np.testing.assert_array_equal(part, other)
    assert repr(run).startswith("Replay(12 runs of 10 steps")


@pytest.mark.parametrize(
    ("call", "kind", "sentence"),
    [
        (lambda: replay(cl.Adam(0.1), [1.0, 2.0]), ValueError, "gradients must have shape (steps, …, d), got (2,)"),
        (lambda: replay(cl.Adam(0.1), "steep"), TypeError, "gradients must hold real numbers, got 'steep' of type str"),
        (lambda: replay(cl.Adam(0.1), [[np.nan]]), ValueError, "gradients must be finite, but it contains nan"),
        (
            lambda: replay(cl.Adam(0.1), np.ones((5, 2)), np.ones(3)),
            ValueError,
            "gradients must have an entry for each coordinate of w0: w0 has shape (3,), gradients (5, 2)",
        ),
        (
            lambda: replay(cl.Adam(0.1), np.ones((5, 4, 2)), np.ones((3, 2))),
            ValueError,
            "w0 of shape (3, 2) does not broadcast with gradients of shape (4, 2) each step",
        ),
        (lambda: replay(0.1, np.ones((5, 2))), TypeError, "optimizer must be an update rule such as"),
    ],
)
def test_bad_input_of_a_replay_is_named(call, kind, sentence):
    with pytest.raises(kind, match="^" + re.escape(sentence)):
        call()
