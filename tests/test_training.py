"""`minimize`: what it returns, lanes that diverge, first steps to a goal."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import course_lib as cl

BOWL = cl.Quadratic([1.0, 10.0])


class Plain:
    """An objective of a reader's own: nothing but value and gradient, for any number of coordinates."""

    def value(self, w):
        return (w**4).sum(axis=-1)

    def grad(self, w):
        return 4 * w**3


def test_a_run_is_the_loop_that_it_stands_for():
    rule = cl.Adam(lr=0.05)
    run = cl.minimize(BOWL, [1.0, -2.0], rule, steps=25)
    w, state = np.array([1.0, -2.0]), rule.init(np.zeros(2))
    for t in range(26):
        np.testing.assert_array_equal(run.w[t], w)
        assert run.loss[t] == BOWL.value(w)
        w, state = rule.step(w, BOWL.grad(w), state, t + 1)
    assert run.steps == 25
    assert run.objective is BOWL
    assert run.optimizer is rule
    np.testing.assert_array_equal(run.lr, np.full(25, 0.05))
    assert not run.diverged


def test_no_steps_are_a_run_too():
    run = cl.minimize(BOWL, [1.0, 1.0], cl.GradientDescent(lr=lambda step: 0.1), steps=0)
    assert run.w.shape == (1, 2)
    assert run.loss.tolist() == [5.5]
    assert run.lr.shape == (0,)


def test_the_start_stays_as_it_is():
    start = np.array([1.0, 1.0])
    run = cl.minimize(BOWL, start, cl.GradientDescent(0.1), steps=3)
    run.w[0] = 7.0
    np.testing.assert_array_equal(start, [1.0, 1.0])


@pytest.mark.parametrize(
    ("w0", "lr", "w_shape", "lr_shape"),
    [
        ((2,), (), (11, 2), (10,)),
        ((2,), (5, 1), (11, 5, 2), (10, 5)),
        ((2,), (4, 5, 1), (11, 4, 5, 2), (10, 4, 5)),
        ((3, 2), (), (11, 3, 2), (10, 3)),
        ((3, 2), (3, 1), (11, 3, 2), (10, 3)),
        ((3, 1, 2), (5, 1), (11, 3, 5, 2), (10, 3, 5)),
        ((2,), (2,), (11, 2), (10, 2)),
        ((3, 2), (2,), (11, 3, 2), (10, 3, 2)),
        ((2,), (5, 2), (11, 5, 2), (10, 5, 2)),
    ],
)
@pytest.mark.parametrize("scheduled", [False, True])
def test_starts_and_rates_broadcast(w0, lr, w_shape, lr_shape, scheduled):
    rates = np.random.default_rng(0).uniform(0.01, 0.05, size=lr)
    run = cl.minimize(BOWL, np.ones(w0), cl.GradientDescent((lambda step: rates) if scheduled else rates), steps=10)
    assert run.w.shape == w_shape
    assert run.loss.shape == w_shape[:-1]
    assert run.diverged.shape == w_shape[1:-1]
    assert run.lr.shape == lr_shape
    every_rate = np.broadcast_to(rates, w_shape[1:])
    np.testing.assert_array_equal(run.lr[3], every_rate if len(lr_shape) == len(w_shape) else every_rate[..., 0])


def test_a_schedule_is_recorded_step_by_step():
    run = cl.minimize(BOWL, np.ones((3, 2)), cl.GradientDescent(lambda step: 0.1 / (1 + step)), steps=4)
    np.testing.assert_array_equal(run.lr, np.repeat(0.1 / np.arange(1, 5)[:, None], 3, axis=1))


def test_an_objective_of_ones_own_runs_in_any_number_of_coordinates():
    run = cl.minimize(Plain(), np.ones((3, 7)), cl.GradientDescent(np.full((3, 1), 0.05)), steps=20)
    assert run.w.shape == (21, 3, 7)
    assert (np.diff(run.loss, axis=0) < 0).all()


# Runs that blow up


@pytest.mark.parametrize(
    "rule", [cl.GradientDescent, cl.Momentum, cl.Nesterov], ids=["gradient descent", "momentum", "nesterov"]
)
def test_a_diverging_lane_is_marked_and_the_others_do_not_notice(rule):
    rates = np.array([0.01, 5.0, 0.02, 1e200, 0.03])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        batch = cl.minimize(cl.Rosenbrock(), [-1.5, 2.0], rule(lr=1e-2 * rates[:, None]), steps=400)
    assert batch.diverged.tolist() == [False, True, False, True, False]
    for lane in (0, 2, 4):
        alone = cl.minimize(cl.Rosenbrock(), [-1.5, 2.0], rule(lr=1e-2 * rates[lane]), steps=400)
        np.testing.assert_array_equal(batch.w[:, lane], alone.w)
        np.testing.assert_array_equal(batch.loss[:, lane], alone.loss)
    for lane in (1, 3):
        left = np.isinf(batch.loss[:, lane])
        first = left.argmax()
        assert 0 < first < 400
        assert left[first:].all()
        assert np.isnan(batch.w[first:, lane]).all()
        assert np.isfinite(batch.w[:first, lane]).all()
        assert np.isfinite(batch.loss[:first, lane]).all()


@given(lr=st.floats(0.21, 1e300))
def test_above_the_threshold_every_run_diverges_without_a_word(lr):
    run = cl.minimize(BOWL, [1.0, 1.0], cl.GradientDescent(lr), steps=8000)
    assert run.diverged
    assert run.loss[-1] == np.inf
    assert run.steps_to(1e-300) == np.inf


def test_a_parameter_that_leaves_alone_marks_its_run():
    class Flat(Plain):
        def value(self, w):
            return np.zeros(w.shape[:-1])

        def grad(self, w):
            return -w

    run = cl.minimize(Flat(), [1.0], cl.GradientDescent(1e100), steps=5)
    assert run.diverged
    assert run.loss.tolist() == [0, 0, 0, 0, np.inf, np.inf]


# Looking at a trajectory


def test_steps_to_counts_from_the_start():
    run = cl.minimize(BOWL, [1.0, 1.0], cl.GradientDescent(0.1), steps=50)
    first = run.steps_to(1e-3)
    assert isinstance(first, int)
    assert run.loss[first] <= 1e-3 < run.loss[first - 1]
    assert run.steps_to(1e9) == 0
    assert run.steps_to(0.0) == np.inf


def test_steps_to_has_an_entry_for_each_lane():
    rates = np.array([1e-3, 0.1, 0.5])
    run = cl.minimize(BOWL, [1.0, 1.0], cl.GradientDescent(rates[:, None]), steps=50)
    assert run.steps_to(1e-3).tolist() == [np.inf, run[1].steps_to(1e-3), np.inf]


def test_a_lane_is_a_run():
    rates = np.geomspace(1e-3, 1, 12).reshape(3, 4, 1)
    run = cl.minimize(BOWL, [1.0, 1.0], cl.GradientDescent(rates), steps=10)
    one = run[2, 1]
    np.testing.assert_array_equal(one.w, run.w[:, 2, 1])
    np.testing.assert_array_equal(one.loss, run.loss[:, 2, 1])
    np.testing.assert_array_equal(one.lr, run.lr[:, 2, 1])
    assert one.diverged == run.diverged[2, 1]
    assert one.steps == 10
    assert run[1].w.shape == (11, 4, 2)
    assert run[1:].w.shape == (11, 2, 4, 2)
    assert run[..., 0].w.shape == (11, 3, 2)
    assert run[run.diverged].w.shape == (11, run.diverged.sum(), 2)
    assert len(list(run)) == 3


def test_rates_of_coordinates_go_with_their_lanes():
    run = cl.minimize(BOWL, np.ones((3, 2)), cl.GradientDescent([0.1, 0.2]), steps=4)
    assert run[..., 1].lr.shape == (4, 2)
    assert run[0].lr.shape == (4, 2)


def test_a_trajectory_says_what_it_holds():
    run = cl.minimize(BOWL, [1.0, 1.0], cl.GradientDescent(np.array([[0.1], [1e9]])), steps=50)
    assert repr(run) == "Trajectory(2 runs of 50 steps, 1 diverged, GradientDescent(lr=<2 × 1 values>, weight_decay=0))"
    assert repr(run[0]).startswith("Trajectory(1 run of 50 steps, 0 diverged")
