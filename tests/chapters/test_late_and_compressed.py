"""What is claimed of late gradients, of workers out of step, of messages and their memory, and of the explorer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import diagnose
from course_lib.chapters.late_and_compressed import shared
from course_lib.chapters.late_and_compressed.explorer import LateExplorer
from course_lib.chapters.late_and_compressed.figures import LATE, four_delays
from course_lib.chapters.late_and_compressed.find_cheap_message import MOST, Sent
from course_lib.chapters.late_and_compressed.shared.bowl import CURVATURES, late_run
from course_lib.optimizers import Momentum
from course_lib.theory import compression, delay, noise
from course_lib.theory.momentum import spectral_radius
from course_lib.training.compressed import compressed, quantize, scaled_sign, top_k
from course_lib.training.delayed import delayed, worker_delays

seeds = st.integers(0, 99)


@given(late=st.integers(0, 40), share=st.floats(0.01, 0.999))
def test_below_the_limit_all_roots_are_inside_and_above_it_one_is_not(late, share):
    limit = delay.limit(late)
    assert delay.factor(share * limit, late) < 1 < delay.factor(limit * (2 - share), late)
    assert delay.factor(limit * 20, late) > 1 < delay.factor(-share * limit, late)


@given(late=st.integers(0, 40))
def test_at_the_limit_the_first_root_stands_on_the_circle_at_the_angle_that_is_said(late):
    limit, angle = delay.limit(late), np.pi / (2 * late + 1)
    root = np.exp(1j * angle)
    assert abs(root ** (late + 1) - root**late + limit) < 1e-12
    assert abs(np.abs(delay.roots(limit, late)[0]) - 1) < 1e-9


def test_the_limits_that_have_names():
    assert delay.limit(0) == 2 and abs(delay.limit(1) - 1) < 1e-12
    assert abs(delay.limit(2) - (np.sqrt(5) - 1) / 2) < 1e-12
    assert abs(delay.limit(1000) * 2001 / np.pi - 1) < 1e-6


@given(late=st.integers(0, 12))
def test_runs_agree_with_the_limit(late):
    lr = delay.limit(late) * np.array([[0.98], [1.02]])
    run = np.abs(delayed(lambda x, t: x, np.ones((2, 1)), lr, np.full(6000, late))[..., 0])
    early, end = run[1000:1200].max(axis=0), run[-200:].max(axis=0)
    assert end[0] < early[0] or end[0] < 1e-12
    assert not end[1] <= early[1]


@given(late=st.integers(1, 20), share=st.floats(0.02, 4.0))
def test_no_rate_makes_a_direction_faster_than_the_double_root(late, share):
    best = delay.best_curvature(late)
    assert delay.factor(share * best, late) >= late / (late + 1) - 1e-6
    assert abs(delay.factor(best, late) - late / (late + 1)) < 2e-4  # a double root is found to half the digits
    assert abs(best - late**late / (late + 1) ** (late + 1)) < 1e-12


def test_the_limit_is_far_above_the_best_rate():
    assert abs(delay.limit(500) / delay.best_curvature(500) - np.pi * np.e / 2) < 0.01


@given(late=st.integers(0, 8), kappa=st.floats(1.5, 300.0))
def test_the_best_rate_of_a_bowl_is_better_than_its_neighbors(late, kappa):
    lr, factor = delay.best_rate([1.0, kappa], late)
    for other in lr * np.array([0.97, 1.03]):
        assert max(delay.factor(other, late), delay.factor(other * kappa, late)) > factor - 1e-12


@pytest.mark.parametrize("late", [1, 4, 10])
def test_in_a_long_valley_a_delay_costs_as_many_times_the_steps_as_it_lowers_the_limit(late):
    steps = [1 / -np.log(delay.best_rate([1.0, 1000.0], each)[1]) for each in (0, late)]
    assert abs(steps[1] / steps[0] / (2 / delay.limit(late)) - 1) < 0.02
    assert abs(2 / delay.limit(late) / (2 / np.pi * (2 * late + 1)) - 1) < 0.05


def by_hand(grad, w, lr, delays):
    path = [w]
    for t, late in enumerate(delays):
        path.append(path[-1] - lr * grad(path[max(t - late, 0)]))
    return np.array(path)


@given(seed=seeds)
def test_delayed_is_the_loop_that_its_formula_says(seed):
    rng = np.random.default_rng(seed)
    delays, w = rng.integers(0, 6, size=(30, 3)), rng.normal(size=(3, 2))
    run = delayed(lambda w, t: w * [0.1, 0.4], w, 0.5, delays)
    for lane in range(3):
        np.testing.assert_allclose(run[:, lane], by_hand(lambda w: w * [0.1, 0.4], w[lane], 0.5, delays[:, lane]))


def test_delayed_shows_what_is_looked_at_and_names_a_wrong_argument():
    seen = delayed(lambda w, t: w, [1.0], 0.5, [0, 0, 0, 0], look=lambda w, t: w[0] if t % 2 else None)
    assert seen == [1.0, 0.25, 0.0625]
    for wrong in ([-1], [0.5], 3):
        with pytest.raises(ValueError, match="delays"):
            delayed(lambda w, t: w, [1.0], 0.5, wrong)
    assert delayed(lambda w, t: w, [1.0], 0.5, [2**40]).tolist() == [[1.0], [0.5]]


def test_a_limit_is_that_of_whole_delays():
    for late in (0.5, -1, [1, 2]):
        with pytest.raises((TypeError, ValueError), match="delay must be"):
            delay.limit(late)
        with pytest.raises((TypeError, ValueError), match="delay must be"):
            delay.best_curvature(late)


def test_compressed_names_a_wrong_argument():
    for told, named in ((([np.nan], 0.5, 2), "w0"), (([1.0], 0.5, -1), "steps"), (([1.0], 0.5, 2.5), "steps")):
        with pytest.raises((TypeError, ValueError), match=f"{named} must be"):
            compressed(lambda w, t: w, *told, lambda grad, t: grad)


@given(workers=st.integers(1, 12), seed=seeds)
def test_the_delays_of_workers_count_who_overtook_them(workers, seed):
    delays = worker_delays(workers, 400, np.random.default_rng(seed))
    drawn, last, waiting = np.random.default_rng(seed).integers(workers, size=400), {}, 0
    for t, who in enumerate(drawn):
        assert delays[t] == t - last.get(who, 0)
        last[who] = t + 1
    waiting = sum(400 - last.get(who, 0) for who in range(workers))
    assert delays.sum() + waiting == 400 * (workers - 1)


def test_delays_of_workers_are_geometric():
    delays, workers = worker_delays(6, 60_000, np.random.default_rng(1)), 6
    share = np.bincount(delays, minlength=10)[:10] / len(delays)
    np.testing.assert_allclose(share, (1 - 1 / workers) ** np.arange(10) / workers, atol=0.006)


def test_threads_keep_the_account():
    delays, waiting = shared.run_threads(workers=5, steps=200)
    assert len(delays) == 200 and delays.sum() + waiting == 200 * 4


def moments(curvature, workers, steps, noise, runs, seed):
    """Return x² and x over so many runs of workers, played out point by point."""
    rng = np.random.default_rng(seed)
    x, held = np.ones(runs), np.ones((runs, workers))
    for _ in range(steps):
        who = rng.integers(workers, size=runs)
        x = x - curvature * held[np.arange(runs), who] - noise * rng.normal(size=runs)
        held[np.arange(runs), who] = x
    return np.mean(x**2), np.mean(x)


@pytest.mark.parametrize(("curvature", "workers"), [(0.3, 2), (0.2, 5), (0.6, 3)])
def test_the_four_numbers_of_the_workers_follow_the_recursion(curvature, workers):
    state, mean, held = np.ones(4), 1.0, 1.0
    for _ in range(6):
        state = delay.workers_step(curvature, workers) @ state
        mean = mean - curvature * held
        held = (1 - 1 / workers) * held + mean / workers
    square, average = moments(curvature, workers, 6, 0.0, 400_000, 3)
    np.testing.assert_allclose([square, average], [state[0], mean], atol=0.006)


@given(workers=st.integers(2, 40))
def test_the_limit_of_the_mean_is_that_of_momentum(workers):
    beta, limit = 1 - 1 / workers, delay.workers_mean_limit(workers)
    assert spectral_radius(Momentum, (1 - beta) * limit * 0.999, beta) < 1 + 1e-12
    assert spectral_radius(Momentum, (1 - beta) * limit * 1.001, beta) > 1


@given(workers=st.integers(2, 20))
def test_random_workers_bear_more_than_a_constant_delay_and_less_than_their_mean(workers):
    limit = delay.workers_limit(workers)
    assert delay.limit(workers - 1) < limit < delay.workers_mean_limit(workers)
    assert delay.workers_factor(0.99 * limit, workers) < 1 < delay.workers_factor(1.01 * limit, workers)


@pytest.mark.parametrize("workers", [1, 3, 6])
def test_floors_are_those_of_runs(workers):
    rng, lr = np.random.default_rng(workers), 0.12
    random = worker_delays(workers, 1500, rng, (300,))
    for delays, floor in (
        (np.full(1500, workers - 1), delay.floor(lr, [1.0], [1.0], workers - 1)),
        (random, delay.workers_floor(lr, [1.0], [1.0], workers)),
    ):
        run = delayed(lambda w, t: w + rng.normal(size=w.shape), np.zeros((300, 1)), lr, delays)
        assert abs((run[300:] ** 2).mean() / 2 / floor - 1) < 0.03


@given(late=st.integers(0, 9), share=st.floats(0.05, 0.95))
def test_the_floor_is_the_sum_of_all_responses(late, share):
    lr = share * delay.limit(late) / 3
    left = delay.responses(lr * np.array([1.0, 3.0]), late, 6000)
    expected = np.sum(np.array([1.0, 3.0]) / 2 * lr**2 * [2.0, 0.5] * np.sum(left**2, axis=0))
    np.testing.assert_allclose(delay.floor(lr, [1.0, 3.0], [2.0, 0.5], late), expected, rtol=1e-6)


def test_floors_without_delay_are_those_of_chapter_05_and_end_at_the_limits():
    rates = np.array([0.05, 0.3, 0.45])
    expected = noise.floor(rates, [0.4, 4.0], [1.0, 2.0])
    np.testing.assert_allclose(delay.floor(rates, [0.4, 4.0], [1.0, 2.0], 0), expected, rtol=1e-9)
    np.testing.assert_allclose(delay.workers_floor(rates, [0.4, 4.0], [1.0, 2.0], 1), expected, rtol=1e-9)
    assert delay.floor(0.7, [1.0], [1.0], 2) == np.inf == delay.workers_floor(1.3, [1.0], [1.0], 2)


@given(levels=st.integers(1, 9), seed=seeds)
def test_random_rounding_is_right_on_average_with_the_variance_that_is_said(levels, seed):
    grad = np.random.default_rng(seed).normal(size=5)
    sent = quantize(np.tile(grad, (20_000, 1)), levels, np.random.default_rng(seed + 1))
    variance = compression.quantization_variance(grad, levels)
    assert (np.abs(sent.mean(axis=0) - grad) <= 5 * np.sqrt(variance / 20_000) + 1e-9).all()
    np.testing.assert_allclose(sent.var(axis=0), variance, atol=0.04 * variance.max() + 1e-9)
    step = np.abs(grad).max() / levels
    assert (variance <= step**2 / 4 + 1e-12).all()
    np.testing.assert_allclose(sent / step, np.round(sent / step), atol=1e-9)
    assert (quantize(np.zeros(3), levels, np.random.default_rng(0)) == 0).all()


@given(d=st.integers(1, 12), seed=seeds, data=st.data())
def test_the_top_k_keep_their_share_and_a_memory_loses_nothing(d, seed, data):
    k = data.draw(st.integers(1, d))
    rng = np.random.default_rng(seed)
    grads, w, lr, messages = rng.normal(size=(40, d)), np.zeros(d), 0.1, []

    def send(wanted, t):
        messages.append(top_k(wanted, k))
        left = wanted - messages[-1]
        assert np.sum(left**2) <= (1 - k / d) * np.sum(wanted**2) + 1e-12
        assert np.count_nonzero(messages[-1]) <= k
        longest = np.linalg.norm(grads, axis=-1).max()
        assert np.linalg.norm(left) <= compression.memory_bound(k / d, longest) + 1e-9 <= 2 * d / k * longest + 2e-9
        return messages[-1]

    path = compressed(lambda w, t: grads[t] + 0 * w, w, lr, 40, send, memory=True)
    owed = grads.sum(axis=0) - np.sum(messages, axis=0).ravel()
    np.testing.assert_allclose(path[-1] - lr * owed, -lr * grads.sum(axis=0), atol=1e-9)


def works(curvatures, rates, k, seed, steps=2500):
    """Return whether the top k with memory comes down on a bowl from a random start, at each rate."""
    start = np.random.default_rng(seed).normal(size=len(curvatures))
    lr = np.array(rates)[:, None]
    path = compressed(lambda w, t: curvatures * w, start, lr, steps, lambda g, t: top_k(g, k), True)
    return np.abs(np.nan_to_num(path[-100:], nan=np.inf)).max(axis=(0, 2)) < 1e-2


@given(seed=st.integers(0, 30), k=st.integers(1, 2))
def test_a_memory_bears_rates_up_to_the_estimate_and_few_beyond(seed, k):
    curvatures = np.random.default_rng(seed).uniform(0.1, 1.0, size=9)
    rate = min(2 / curvatures.max(), 2 * k / curvatures.sum())
    found = works(curvatures, rate * np.array([0.5, 0.9, 1.0, 1.25, 1.3, 1.4, 1.5, 1.6, 1.8]), k, seed)
    assert found[:3].all() and not found[3:].all()  # far above, single rates work again


def test_what_waits_goes_out_at_once_in_turns_of_equal_curvatures():
    assert works(np.ones(10), [0.19, 0.23], 1, 0).tolist() == [True, False]
    assert delay.limit(10) < 0.19  # a constant delay of d/k steps is harder
    assert compressed(lambda w, t: 1.0 + 0 * w, np.zeros(4), 1.0, 8, lambda g, t: top_k(g, 1), True)[-1].sum() == -26


def test_a_schedule_shrinks_what_waits_unless_the_memory_is_in_steps():
    pull, rates = np.linspace(1, 1.2, 50), np.repeat([0.1, 0.001], 100)
    ends = []
    for in_steps in (False, True):
        w, owed = np.zeros(50), np.zeros(50)
        for lr in rates:
            wanted = (lr if in_steps else 1.0) * pull + owed
            sent = top_k(wanted, 1)
            w, owed = w - (1.0 if in_steps else lr) * sent, wanted - sent
        ends.append(w.mean())
    full = -(pull * rates.sum()).mean()
    assert ends[0] / full < 0.8 < 0.99 < ends[1] / full


def test_without_noise_the_rate_of_all_entries_suits_one_entry_too_and_the_floor_is_what_rises():
    runs = [late_run(0.14, 3, "top-k", kept=kept, memory=True, noisy=False) for kept in (1, 20)]
    assert max(run.steps_to(0.05) for run in runs) < 85
    assert late_run(0.4, 3, "top-k", kept=1, memory=True, noisy=False).mean[-1] < 0.01
    floors = [late_run(0.14, 3, "top-k", kept=kept, memory=True).mean[200:].mean() for kept in (1, 20)]
    assert floors[0] > floors[1] * 1.1


def test_swings_below_the_limit_are_longer():
    for late in (1, 3, 7):
        angles = [abs(np.angle(delay.roots(share * delay.limit(late), late)[0])) for share in (0.7, 0.9, 1.0)]
        assert angles[0] < angles[1] < angles[2]


def test_scaled_signs_leave_less_than_they_got():
    wanted = np.random.default_rng(0).normal(size=(100, 7))
    left = wanted - scaled_sign(wanted)
    norms = np.sum(wanted**2, axis=1) - np.sum(np.abs(wanted), axis=1) ** 2 / 7
    np.testing.assert_allclose(np.sum(left**2, axis=1), norms)


@pytest.mark.parametrize(("high", "unit"), [(1.6, 1.0), (3.0, 30.0)])
def test_signs_go_to_the_median_and_a_memory_to_the_mean(high, unit):
    # one in 1 + high times +high, else −1: mean 0, and the median of λx + ξ is 0 at x = 1
    rng = np.random.default_rng(5)
    skew = np.where(rng.random((3000, 8, 1, 30)) < 1 / (1 + high), high, -1.0)
    ends = []
    for memory in (False, True):
        start, grad = np.full((8, 30), 2.0), lambda w, t: unit * (w + skew[t])
        path = compressed(grad, start, 0.01 / unit, 3000, lambda g, t: scaled_sign(g), memory)
        ends.append(path[1500:].mean())
    assert 0.9 < ends[0] < 1.01 and abs(ends[1]) < 0.05


def test_errors_name_the_argument():
    rng = np.random.default_rng(0)
    for wrong, name in (
        (lambda: quantize(np.ones(3), 0, rng), "levels"),
        (lambda: top_k(np.ones(3), 0), "k"),
        (lambda: delay.limit(-1), "delay"),
        (lambda: delay.floor(0.1, [1.0], [1.0], -1), "delay"),
        (lambda: delay.workers_step(0.1, 0), "workers"),
        (lambda: worker_delays(0, 3, rng), "workers"),
        (lambda: compression.quantization_variance(np.ones(2), 0), "levels"),
    ):
        with pytest.raises(ValueError, match=f"{name} must be"):
            wrong()


def test_bytes():
    assert compression.bytes_of_full(650) == 2600
    assert compression.bytes_of_top_k(650, 4) == 21 and compression.bytes_of_top_k(20, 1) == 5
    assert compression.bytes_of_sign(650) == 82 + 4
    assert [compression.bytes_of_quantized(8, levels) - 4 for levels in (1, 2, 3, 4, 15)] == [2, 3, 3, 4, 5]


def test_the_compressed_loop_is_the_mean_of_what_workers_send():
    rng = np.random.default_rng(2)
    shards, w, lr = rng.normal(size=(3, 5)), np.zeros(5), 0.2
    path = compressed(lambda w, t: w - shards, w, lr, 20, lambda g, t: top_k(g, 2), memory=True)
    owed = np.zeros((3, 5))
    for point in path[1:]:
        wanted = w - shards + owed
        sent = np.array([top_k(each, 2) for each in wanted])
        owed, w = wanted - sent, w - lr * sent.mean(axis=0)
        np.testing.assert_allclose(point, w, atol=1e-12)


def test_the_stored_table_is_what_the_runs_say():
    for case, run in (("random 8", lambda *a: shared.run_late("random", 8, *a)),
                      ("signs, scaled, memory", lambda *a: shared.run_sent("signs, scaled, memory", *a))):  # fmt: skip
        rate, at_edge = shared.best_rate(case)
        assert not at_edge
        again = shared.passes_to(run([rate], shared.FRESH))[0]
        np.testing.assert_allclose(again, shared.judged(case))


def test_the_rate_that_is_judged_is_where_most_arrive_then_the_fewest_passes():
    passes = np.array([[2.0, np.inf], [3.0, 5.0], [4.0, 3.0], [1.0, np.inf]])
    assert shared.chosen(passes, np.zeros(4)) == 2
    assert shared.chosen(np.full((3, 2), np.inf), np.array([0.3, 0.1, np.inf])) == 1
    for case in ("signs, scaled", "top 13", "constant 32"):
        assert not shared.best_rate(case, 0.05)[1] and shared.arriving(case, 0.05) == 0


def test_what_the_chapter_says_of_the_digits():
    for goal in (0.1, 0.05):
        _, low, high = shared.ratio("random 8", "constant 8", goal, comparisons=10)
        assert low < 1 < high
    for goal in (0.1, 0.05):
        for workers in (2, 4, 8):
            for kind in ("constant", "random"):
                ratio, low, high = shared.over_full(f"{kind} {workers}", goal, comparisons=10)
                assert low < 1 < high
        assert shared.over_full("constant 16", goal, comparisons=10)[0] > 1.1
        assert np.isinf(shared.judged("signs, scaled", goal)).all()
        assert shared.message_bytes("full") / shared.message_bytes("top 4, memory") > 100
        assert shared.over_full("top 4, memory", goal)[0] < 1
    assert (
        shared.over_full("signs, scaled, memory", 0.1, 8)[2] < 1 < shared.over_full("signs, scaled, memory", 0.05, 8)[2]
    )


def test_the_explorer_shows_the_run_and_its_limits():
    for lr, late in ((0.3, 4), (0.3, 5), (0.05, 12)):
        run, stops = LateExplorer(lr=lr, delay=late).result
        grows = lr * CURVATURES.max() >= delay.limit(late)
        assert np.isinf(stops) == grows
        rng = np.random.default_rng(18)
        noisy = rng.normal(scale=0.2, size=(400, 10, 20))
        w = [np.ones((10, 20))]
        for t in range(400):
            w.append(w[-1] - lr * (CURVATURES * w[max(t - late, 0)] + noisy[t]))
        loss = np.sum(CURVATURES / 2 * w[-1] ** 2, axis=-1)
        np.testing.assert_allclose(run.loss[-1], loss, rtol=1e-9)
    assert "beyond all bounds" in LateExplorer(lr=3.0, delay=12).describe()
    assert "the floor" not in LateExplorer(lr=0.1, noisy=False).describe()


def test_the_explorers_answers_in_the_chapter():
    ends = {
        (message, lr, memory): late_run(lr, 0, message, kept=2, memory=memory).mean[-1]
        for message in ("top-k", "signs")
        for lr in (0.1, 1.0)
        for memory in (False, True)
    }
    assert abs(ends["top-k", 0.1, False] - 0.051) < 5e-4 and abs(ends["top-k", 0.1, True] - 0.023) < 5e-4
    assert abs(ends["top-k", 1.0, False] - 0.265) < 5e-4 and not ends["top-k", 1.0, True] < 1e4
    assert abs(ends["signs", 0.1, False] - 0.025) < 5e-4 and abs(ends["signs", 0.1, True] - 0.022) < 5e-4
    assert late_run(0.1, 0, "signs", noisy=False).mean[-1] < 1e-10
    for message, memory in (("signs", True), ("full", False)):
        assert abs(late_run(0.1, 0, message, memory=memory, noisy=False).mean[-1] - 0.001) < 1e-4
    assert abs(4 / CURVATURES.sum() - 0.61) < 5e-3


def test_the_goal_of_the_cheap_message():
    explorer = LateExplorer(goal="find_cheap_message", delay=3, message="top-k", memory=True, lr=0.3, kept=10)
    assert not explorer.met
    explorer.set(lr=0.115, kept=1)
    assert explorer.met
    full = min(Sent(20, lr).steps for lr in np.geomspace(0.03, 0.8, 24))
    assert full == 114
    assert min(Sent(2, lr).bytes for lr in np.geomspace(0.05, 0.3, 30)) > 1000


def test_rates_in_a_wide_band_send_few_enough_bytes_with_one_entry_and_none_with_two():
    rates = np.arange(0.085, 0.1151, 0.0025)
    assert max(Sent(1, lr).bytes for lr in rates) <= MOST
    assert min(Sent(2, lr).bytes for lr in np.geomspace(0.05, 0.3, 30)) > 1.3 * MOST


@pytest.mark.parametrize(
    ("lr", "mistake"), [(0.05, "too slow"), (0.08, "not for good"), (0.1175, "not for good"), (0.125, "too large")]
)
def test_a_rate_is_told_whether_it_is_too_slow_or_only_lifted_once_more(lr, mistake):
    assert diagnose("find_cheap_message", (lr, 1)).misconception == mistake


def test_the_swings_of_the_four_curves():
    for letter, errors in four_delays().items():
        swing = 4 * LATE[letter] + 2
        np.testing.assert_allclose(errors[-1], errors[-1 - swing], atol=0.02)
        assert np.abs(errors[-1] - errors[-1 - swing // 2]) > 0.1 or np.abs(errors[-1]) < 0.1
