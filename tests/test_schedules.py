"""Schedules: closed forms, ends, lanes, and what an update rule makes of them."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import Adam, GradientDescent, Quadratic, minimize
from course_lib.schedules import (
    Constant,
    Cosine,
    Exponential,
    InverseTime,
    Join,
    OneCycle,
    Polynomial,
    StepDecay,
    WarmRestarts,
    Warmup,
    WarmupStableDecay,
)

EACH = {
    "constant": lambda lr: Constant(lr),
    "step decay": lambda lr: StepDecay(lr, drop=0.3, every=7),
    "exponential": lambda lr: Exponential(lr, drop=0.3, every=7),
    "inverse time": lambda lr: InverseTime(lr, decay=0.05),
    "polynomial": lambda lr: Polynomial(lr, total_steps=40, power=2.5, end_lr=0.01),
    "cosine": lambda lr: Cosine(lr, total_steps=40, end_lr=0.01),
    "equal restarts": lambda lr: WarmRestarts(lr, period=6, end_lr=0.01),
    "growing restarts": lambda lr: WarmRestarts(lr, period=6, growth=3),
    "one cycle": lambda lr: OneCycle(lr, total_steps=40),
    "warmup": lambda lr: Warmup(Cosine(lr, total_steps=30), warmup_steps=10),
    "warmup, stable, decay": lambda lr: WarmupStableDecay(lr, 40, warmup_steps=6, decay_steps=12, end_lr=0.01),
    "no plateau": lambda lr: WarmupStableDecay(lr, 40, warmup_steps=15, decay_steps=25),
    "no lines": lambda lr: WarmupStableDecay(lr, 40, warmup_steps=0, decay_steps=0),
    "join": lambda lr: Join([lr, Exponential(lr, drop=0.9), StepDecay(lr, 0.5, 4)], boundaries=[5, 20]),
}
rates = st.floats(1e-6, 10)
steps = st.integers(0, 10_000)
counts = st.integers(1, 500)


@pytest.mark.parametrize("name", EACH)
def test_many_steps_equal_one_at_a_time(name):
    schedule = EACH[name](0.7)
    together = schedule(np.arange(60))
    assert together.shape == (60,)
    np.testing.assert_allclose(together, [schedule(step) for step in range(60)], rtol=1e-14)


@pytest.mark.parametrize("name", EACH)
def test_many_rates_equal_one_at_a_time(name):
    lrs = np.geomspace(1e-3, 1, 5)
    together = EACH[name](lrs[:, None])(np.arange(60))
    assert together.shape == (5, 60)
    for lr, row in zip(lrs, together, strict=True):
        np.testing.assert_allclose(row, EACH[name](lr)(np.arange(60)), rtol=1e-14)


@pytest.mark.parametrize("name", EACH)
def test_a_schedule_survives_pickling(name):
    schedule = EACH[name](0.7)
    copy = pickle.loads(pickle.dumps(schedule))
    np.testing.assert_array_equal(copy(np.arange(60)), schedule(np.arange(60)))
    assert repr(copy) == repr(schedule)


@pytest.mark.parametrize("name", EACH)
def test_a_rule_steps_at_the_schedules_rate(name):
    schedule = EACH[name](0.05)
    bowl = Quadratic([1.0])
    run = minimize(bowl, [1.0], GradientDescent(lr=schedule), steps=50)
    np.testing.assert_array_equal(run.lr, [schedule(step) for step in range(50)])
    np.testing.assert_allclose(run.w[-1], np.prod(1 - schedule(np.arange(50))), rtol=1e-12)


def test_schedules_with_lanes_in_a_rule():
    lrs = np.geomspace(1e-3, 0.1, 4)
    bowl = Quadratic([1.0, 10.0])
    run = minimize(bowl, [1.0, 1.0], Adam(lr=Warmup(Cosine(lrs[:, None], 20), 5)), steps=30)
    assert run.lr.shape == (30, 4)
    for lane, lr in enumerate(lrs):
        alone = minimize(bowl, [1.0, 1.0], Adam(lr=Warmup(Cosine(lr, 20), 5)), steps=30)
        np.testing.assert_allclose(run.w[:, lane], alone.w, rtol=1e-12)


@given(lr=rates, drop=st.floats(0.01, 1), every=counts, k=st.integers(0, 8))
def test_step_decay_after_k_drops(lr, drop, every, k):
    schedule = StepDecay(lr, drop, every)
    expected = lr * drop**k
    np.testing.assert_allclose([schedule(k * every), schedule((k + 1) * every - 1)], expected, rtol=1e-12)
    np.testing.assert_allclose(Exponential(lr, drop, every)(k * every), expected, rtol=1e-12)


@given(lr=rates, drop=st.floats(0.5, 1), every=counts, step=st.integers(0, 1000))
def test_exponential_falls_by_the_same_share_each_step(lr, drop, every, step):
    schedule = Exponential(lr, drop, every)
    np.testing.assert_allclose(schedule(step + 1) / schedule(step), drop ** (1 / every), rtol=1e-10)


def test_inverse_time_sums_diverge_and_their_squares_do_not():
    rate = InverseTime(1.0, decay=0.5)(np.arange(1_000_000))
    # Σ 1/(1 + t/2) = 2 (H_{T+1} − 1) and H_T = ln T + γ + 1/(2T) − …
    harmonic = np.log(1_000_001) + np.euler_gamma + 0.5 / 1_000_001
    np.testing.assert_allclose(rate.sum(), 2 * (harmonic - 1), rtol=1e-10)
    np.testing.assert_allclose((rate**2).sum(), 4 * (np.pi**2 / 6 - 1), rtol=1e-5)


@given(lr=rates, end=rates, total=counts, power=st.floats(0.2, 5))
def test_what_ends_starts_and_ends_where_it_says(lr, end, total, power):
    rounding = 1e-15 * max(lr, end)  # the smaller rate is the larger one plus a difference
    for schedule in (Polynomial(lr, total, power, end), Cosine(lr, total, end)):
        np.testing.assert_allclose(schedule(0), lr, rtol=1e-12, atol=rounding)
        np.testing.assert_allclose(schedule([total, total + 1, 10 * total]), end, rtol=1e-12, atol=rounding)


@given(lr=rates, total=counts, part=st.floats(0, 1))
def test_a_line_and_half_a_cosine(lr, total, part):
    step = part * total
    np.testing.assert_allclose(Polynomial(lr, total)(step), lr * (1 - step / total), rtol=1e-12, atol=1e-16)
    np.testing.assert_allclose(Cosine(lr, total)(step), lr * np.cos(np.pi / 2 * step / total) ** 2, atol=1e-14 * lr)


@given(lr=rates, total=counts, step=st.integers(0, 500))
def test_half_a_cosine_is_symmetric(lr, total, step):
    step = min(step, total)
    schedule = Cosine(lr, total)
    np.testing.assert_allclose(schedule(step) + schedule(total - step), lr, rtol=1e-12)


def test_ends_at_zero_are_exact():
    for schedule in (Polynomial(0.3, 7), Cosine(0.3, 7), Warmup(Cosine(0.3, 7), 3)):
        assert schedule(10) == 0


@given(lr=rates, period=counts, growth=st.integers(1, 4), cycle=st.integers(0, 6))
def test_restarts_are_cosines_end_to_end(lr, period, growth, cycle):
    schedule = WarmRestarts(lr, period, growth)
    start = sum(period * growth**i for i in range(cycle))
    length = period * growth**cycle
    within = np.unique(np.linspace(0, length - 1, 20).astype(int))
    np.testing.assert_allclose(schedule(start + within), Cosine(lr, length)(within), rtol=1e-9, atol=1e-14 * lr)


@given(lr=rates, total=st.integers(10, 500).map(lambda n: 10 * n), warmup_fraction=st.sampled_from([0.1, 0.3, 0.5]))
def test_one_cycle_passes_its_three_points(lr, total, warmup_fraction):
    schedule = OneCycle(lr, total, warmup_fraction, start_div=20, end_div=50)
    points = schedule([0, round(warmup_fraction * total), total, total + 5])
    np.testing.assert_allclose(points, [lr / 20, lr, lr / 1000, lr / 1000], rtol=1e-10)
    path = schedule(np.arange(total + 1))
    top = round(warmup_fraction * total)
    assert (np.diff(path[: top + 1]) > 0).all()
    assert (np.diff(path[top:]) < 0).all()


@given(peak=rates, warmup=st.integers(0, 100), total=counts, step=st.integers(0, 700))
def test_warmup_is_a_line_and_then_the_other_schedule(peak, warmup, total, step):
    after = Cosine(peak, total)
    schedule = Warmup(after, warmup)
    expected = peak * step / warmup if step < warmup else after(step - warmup)
    np.testing.assert_allclose(schedule(step), expected, rtol=1e-12)


def test_warmup_reaches_the_peak_once():
    path = Warmup(Cosine(0.5, 20), 10)(np.arange(31))
    assert path[0] == 0
    assert path.argmax() == 10
    assert path[10] == 0.5
    assert (path == 0.5).sum() == 1


@given(peak=rates, warmup=st.integers(0, 50), stable=st.integers(0, 50), decay=st.integers(1, 50), end=st.floats(0, 1))
def test_warmup_stable_decay_is_three_lines(peak, warmup, stable, decay, end):
    total = warmup + stable + decay
    path = WarmupStableDecay(peak, total, warmup, decay, end * peak)(np.arange(total + 3))
    expected = [peak * t / warmup for t in range(warmup)] + [peak] * stable
    expected += [peak + (end * peak - peak) * t / decay for t in range(decay)] + [end * peak] * 3
    np.testing.assert_allclose(path, expected, rtol=1e-12, atol=1e-15 * peak)


def test_a_plateau_does_not_know_its_end():
    short, long = (WarmupStableDecay(0.3, total, 5, total // 5)(np.arange(40)) for total in (50, 500))
    np.testing.assert_array_equal(short, long)


def test_a_joined_schedule_is_the_warmup_and_its_line():
    joined = Join([Warmup(0.3, 5), Polynomial(0.3, 12)], [28])
    np.testing.assert_allclose(WarmupStableDecay(0.3, 40, 5, 12)(np.arange(60)), joined(np.arange(60)), rtol=1e-12)


def test_join_starts_each_schedule_from_its_own_zero():
    parts = [InverseTime(1.0, 0.1), 0.25, Cosine(0.5, 10)]
    path = Join(parts, boundaries=[4, 6])(np.arange(20))
    expected = [*parts[0](np.arange(4)), 0.25, 0.25, *parts[2](np.arange(14))]
    np.testing.assert_array_equal(path, expected)


def test_a_schedule_shows_its_arguments():
    assert repr(Cosine(0.1, 100)) == "Cosine(lr=0.1, total_steps=100, end_lr=0)"
    assert repr(Cosine(np.ones((3, 1)), 100)) == "Cosine(lr=<3 × 1 values>, total_steps=100, end_lr=0)"
    shown = "Warmup(after=StepDecay(lr=1, drop=0.5, every=3), warmup_steps=2)"
    assert repr(Warmup(StepDecay(1, 0.5, 3), 2)) == shown


BAD = {
    "negative rate": (lambda: Constant(-0.1), ValueError, "lr must be at least 0, got -0.1"),
    "rate NaN": (lambda: Constant(np.nan), ValueError, "lr must be finite, but it contains nan"),
    "rate a word": (lambda: Cosine("fast", 10), TypeError, "lr must hold real numbers, got 'fast'"),
    "one rate of many": (lambda: Constant([0.1, -1.0]), ValueError, "lr must be at least 0, got -1"),
    "negative end": (lambda: Cosine(0.1, 10, end_lr=-1), ValueError, "end_lr must be at least 0, got -1"),
    "no steps": (lambda: Cosine(0.1, 0), ValueError, "total_steps must be at least 1, got 0"),
    "half a step": (lambda: Polynomial(0.1, 2.5), ValueError, "total_steps must be whole, got 2.5"),
    "power 0": (lambda: Polynomial(0.1, 5, power=0), ValueError, "power must be above 0, got 0"),
    "drop 0": (lambda: StepDecay(0.1, 0, 5), ValueError, "drop must be above 0 and at most 1, got 0"),
    "drop above 1": (lambda: Exponential(0.1, 1.1), ValueError, "drop must be above 0 and at most 1, got 1.1"),
    "every 0": (lambda: StepDecay(0.1, 0.5, 0), ValueError, "every must be at least 1, got 0"),
    "negative decay": (lambda: InverseTime(0.1, -1), ValueError, "decay must be at least 0, got -1"),
    "period 0": (lambda: WarmRestarts(0.1, 0), ValueError, "period must be at least 1, got 0"),
    "growth 0": (lambda: WarmRestarts(0.1, 5, growth=0), ValueError, "growth must be at least 1, got 0"),
    "growth 1.5": (lambda: WarmRestarts(0.1, 5, growth=1.5), TypeError, "growth must be a whole number, got 1.5"),
    "warmup_fraction 1": (
        lambda: OneCycle(0.1, 10, warmup_fraction=1),
        ValueError,
        "warmup_fraction must be above 0 and below 1, got 1",
    ),
    "divided by less": (lambda: OneCycle(0.1, 10, start_div=0.5), ValueError, "start_div must be at least 1, got 0.5"),
    "negative peak": (lambda: OneCycle(-0.1, 10), ValueError, "peak_lr must be at least 0, got -0.1"),
    "negative warmup": (lambda: Warmup(0.1, -1), ValueError, "warmup_steps must be at least 0, got -1"),
    "warmup of a word": (lambda: Warmup("cosine", 5), TypeError, "after must be a schedule or a learning rate"),
    "joined badly": (lambda: Join([-0.1, 0.1], [5]), ValueError, "schedules must be a schedule or a learning rate"),
    "a boundary missing": (lambda: Join([0.1, 0.2], []), ValueError, "boundaries must be one fewer than the 2"),
    "boundaries descend": (lambda: Join([0.1, 0.2, 0.3], [5, 5]), ValueError, r"boundaries must ascend, got \(5, 5\)"),
    "boundary 0": (lambda: Join([0.1, 0.2], [0]), ValueError, "boundaries must be at least 1, got 0"),
    "lines longer than the run": (
        lambda: WarmupStableDecay(0.1, 10, 6, 5),
        ValueError,
        "warmup_steps and decay_steps must be at most total_steps together, got 6 \\+ 5 > 10",
    ),
    "negative decay of a plateau": (
        lambda: WarmupStableDecay(0.1, 10, 1, -5),
        ValueError,
        "decay_steps must be at least 0",
    ),
    "a negative rate after a warmup": (
        lambda: Warmup(lambda step: 0.1 - step, 5)(7),
        ValueError,
        "the learning rate that after gives must be at least 0, got -1.9",
    ),
    "no rate after a warmup": (
        lambda: Warmup(lambda step: np.nan, 5)(2),
        ValueError,
        "the learning rate that after gives must be finite, but it contains nan",
    ),
    "a negative rate among joined": (
        lambda: Join([0.1, lambda step: -1.0], [5])(7),
        ValueError,
        r"the learning rate that schedules\[1\] gives must be at least 0, got -1",
    ),
    "a rate that is no number": (
        lambda: Join([lambda step: None, 0.1], [5])(0),
        TypeError,
        r"the learning rate that schedules\[0\] gives must hold real numbers, got None",
    ),
    "step -1": (lambda: Cosine(0.1, 10)(-1), ValueError, "step must be at least 0, got -1"),
    "step NaN": (lambda: Cosine(0.1, 10)(np.nan), ValueError, "step must be finite"),
    "step a word": (lambda: Cosine(0.1, 10)("1"), TypeError, "step must hold real numbers, got '1'"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named(name):
    call, kind, sentence = BAD[name]
    with pytest.raises(kind, match=sentence):
        call()
