"""Chapter 17: its theory against other computations, its claims at other settings, its table, and its explorer."""

import numpy as np
import pytest

from course_lib import diagnose
from course_lib.chapters.parallel_and_distributed import shared
from course_lib.chapters.parallel_and_distributed.average_gradients import average_gradients
from course_lib.chapters.parallel_and_distributed.explorer import LEAST_STEPS, ROW, SIZE, ScalingExplorer, times
from course_lib.chapters.parallel_and_distributed.figures import ROUNDS, gradient, percent_above, sorted_shards
from course_lib.chapters.parallel_and_distributed.find_fastest_run import HOURS, SECONDS, find_fastest_run
from course_lib.chapters.parallel_and_distributed.local_sgd import local_sgd
from course_lib.chapters.parallel_and_distributed.predict_noise_scale import predict_noise_scale
from course_lib.chapters.parallel_and_distributed.predict_speed_up import predict_speed_up
from course_lib.chapters.parallel_and_distributed.sweep_through_an_executor import sweep_through_an_executor
from course_lib.data import Data, load_diabetes, load_digits, standardize
from course_lib.models import LinearRegression, SoftmaxRegression
from course_lib.optimizers import GradientDescent
from course_lib.theory import parallel
from course_lib.theory.minibatch import ExpectedLoss, row_noise
from course_lib.training import data_parallel

# What a step costs --------------------------------------------------------------------------------------------------


def ring(gradients):
    """Add up gradients in a ring, message by message; return every worker's sum, what each sent, and the rounds."""
    W = len(gradients)
    held = [np.array_split(np.array(g), W) for g in gradients]
    sent, rounds = np.zeros(W), 0
    for shift, adds in ((0, True), (1, False)):
        for r in range(W - 1):
            parts = [(k, (k + shift - r) % W) for k in range(W)]
            moving = [held[k][part].copy() for k, part in parts]
            for (k, part), data in zip(parts, moving):
                sent[k] += data.nbytes
                right = (k + 1) % W
                held[right][part] = held[right][part] + data if adds else data
            rounds += 1
    return [np.concatenate(parts) for parts in held], sent, rounds


@pytest.mark.parametrize("workers", [2, 3, 8])
def test_a_ring_adds_up_with_these_bytes_and_messages(workers):
    gradients = np.random.default_rng(workers).normal(size=(workers, 24 * 5))
    sums, sent, rounds = ring(gradients)
    np.testing.assert_allclose(sums, np.tile(gradients.sum(axis=0), (workers, 1)), rtol=1e-12)
    np.testing.assert_allclose(sent, parallel.ring_bytes(workers, gradients[0].nbytes))
    assert rounds == 2 * (workers - 1)


@pytest.mark.parametrize("way", ["ring", "star"])
@pytest.mark.parametrize(("work", "size"), [(5.0, 1e6), (300.0, 4e8), (0.01, 1e3), (1e-6, 1e9)])
def test_the_best_number_of_workers_is_the_best(way, work, size):
    W = np.arange(1, 3000)
    seconds = parallel.step_seconds(W, work, size, 1e-3, 1e9, way)
    assert parallel.best_workers(work, size, 1e-3, 1e9, way) == W[seconds.argmin()]


def test_four_times_the_work_feeds_twice_as_many_workers():
    for way in ("ring", "star"):
        few, many = (parallel.best_workers(work, 1e6, 1e-3, 1e9, way) for work in (20.0, 80.0))
        assert many == pytest.approx(2 * few, rel=0.05)


def test_the_table_is_whole_and_dask_moves_twice_a_star():
    table = shared.table()
    for workers in shared.WORKERS:
        for size in shared.SIZES:
            assert table[f"empty | {workers} | {size}"] > 0
            if size >= 10**6:
                star = parallel.star_bytes(workers, size)
                # Twice a star's, and the heartbeats of a cluster that computes on a busy machine.
                assert 2 * star <= table[f"bytes | {workers} | {size}"] < 2.2 * star


def test_a_star_and_a_constant_explain_the_steps_of_empty_work():
    table, (per_step, latency, bandwidth) = shared.table(), shared.constants()
    assert min(per_step, latency, bandwidth) > 0
    over = np.array([
        [table[f"empty | {W} | {size}"] / (per_step + parallel.step_seconds(W, 0, size, latency, bandwidth, "star"))
         for size in shared.SIZES] for W in shared.WORKERS
    ])  # fmt: skip
    assert 0.7 < over.min() and over.max() < 1.3
    np.testing.assert_allclose(over.mean(axis=1), 1, atol=0.1)  # no number of workers is all too high or too low


# A larger batch -----------------------------------------------------------------------------------------------------


def test_the_decrease_of_a_step_has_the_noise_scale():
    rng, curvature, batch, noise = np.random.default_rng(0), 2.5, 3, 40.0
    w = np.array([1.0, -2.0, 0.5, 0.1])
    g = curvature * w
    scale = parallel.noise_scale(g, noise)
    xi = rng.normal(size=(400_000, 4)) * np.sqrt(noise / 4 / batch)

    def decrease(lr):
        return curvature / 2 * (w @ w - np.mean(np.sum((w - lr * (g + xi)) ** 2, axis=1)))

    best = 1 / curvature / (1 + scale / batch)
    assert decrease(best) == pytest.approx(g @ g / (2 * curvature) / (1 + scale / batch), rel=0.02)
    assert decrease(best) > max(decrease(0.8 * best), decrease(1.25 * best))


def test_the_noise_scale_grows_without_bound_near_the_minimum():
    data, model = standardize(load_diabetes()), LinearRegression(10)
    best = model.solve(*data)
    scales = []
    for share in 10.0 ** -np.arange(6):
        w = best * (1 - share)
        scales.append(parallel.noise_scale(model.grad(w, *data), row_noise(model, w, *data)))
    assert (np.diff(scales) > 0).all() and scales[-1] > 1e8
    assert parallel.noise_scale([0.6, 0.8], noise=7.0) == pytest.approx(7)


def test_the_noise_scale_of_a_loss_depends_on_the_way_there():
    data, model = standardize(load_diabetes()), LinearRegression(10)
    best = model.solve(*data)
    least = model.loss(best, *data)

    def scale(w):
        return parallel.noise_scale(model.grad(w, *data), row_noise(model, w, *data))

    for goal, low, high in ((0.1, 100, 200), (0.01, 3500, 9000)):
        straight = best * (1 - np.sqrt(goal * least / (model.loss(0 * best, *data) - least)))
        for lr in (0.01, 0.1, 0.2):
            there = scale(shared.descent_to(model, data, (1 + goal) * least, lr))
            assert low < there < high and scale(straight) < there


def test_linear_scaling_ends_early_far_from_the_minimum_and_late_near_it():
    data = standardize(load_diabetes())
    exact, rates = ExpectedLoss(*data), np.geomspace(3e-4, 0.245, 25)
    for goal, ratio in ((0.1, (4, 12)), (0.01, (0.2, 0.8))):
        (_, one), (_, every) = (exact.best_rate(goal * exact.least, B, rates) for B in (1, 442))
        assert ratio[0] < 442 * every / one < ratio[1]


def test_the_best_batch_is_the_best():
    for workers, rest in ((1, 0.5), (64, 1.0), (300, 0.01)):
        B = np.geomspace(workers, 1e6, 4000)
        seconds = parallel.steps_needed(B, 500.0, 100) * (B * 1e-3 / workers + rest)
        best = parallel.best_batch(workers, 1e-3, rest, 500.0)
        assert best == pytest.approx(B[seconds.argmin()], rel=0.01)


# Local steps --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lr", "curvature", "workers", "steps"), [(0.1, 1.0, 3, 7), (0.5, 0.4, 2, 3), (0.3, 4.0, 5, 2)]
)
def test_the_floor_of_the_mean_does_not_depend_on_the_local_steps(lr, curvature, workers, steps):
    points = shared.local_runs(curvature, lr, workers, steps, 400, 150, np.random.default_rng(1))[100:]
    mean, alone = parallel.local_mean_squares(lr, curvature, 1.0, workers, steps)
    np.testing.assert_allclose((points.mean(axis=-1) ** 2).mean(axis=(0, 2)), mean, rtol=0.05)
    np.testing.assert_allclose((points**2).mean(axis=(0, 2, 3)), alone, rtol=0.05)
    assert mean[0] == pytest.approx(lr / (workers * curvature * (2 - lr * curvature)))


def test_with_the_noise_of_rows_the_floor_rises_with_the_local_steps():
    data, model, lanes, workers = standardize(load_diabetes()), LinearRegression(10), 60, 4
    rows, best = np.column_stack([data.X, np.ones(442)]), model.solve(*data)
    H, rng, floors = model.hessian(data.X), np.random.default_rng(0), []
    for local_steps in (1, 16):
        x, above = np.tile(best, (lanes, workers, 1)), []
        for t in range(1600):
            i = rng.integers(442, size=(lanes, workers))
            wrong = np.einsum("kwj,kwj->kw", rows[i], x) - data.y[i]
            x = x - 0.03 * 2 * wrong[..., np.newaxis] * rows[i]
            if (t + 1) % local_steps == 0:
                x = np.repeat(x.mean(axis=1, keepdims=True), workers, axis=1)
            if t >= 800:
                off = x.mean(axis=1) - best
                above.append(np.einsum("ki,ij,kj->k", off, H, off).mean())
        floors.append(np.mean(above))
    assert floors[1] > 1.15 * floors[0]


def unlike(rng, workers=3, d=4):
    roots = rng.normal(size=(workers, d, d))
    hessians = roots @ roots.swapaxes(1, 2) / d + 0.2 * np.eye(d)
    return hessians, rng.normal(size=(workers, d)), rng.dirichlet([2] * workers)


@pytest.mark.parametrize("local_steps", [1, 3, 20])
def test_local_steps_come_to_rest_where_theory_says(local_steps):
    hessians, minima, shares = unlike(np.random.default_rng(5))
    lr, w = 1 / np.linalg.eigvalsh(hessians).max(), np.zeros(4)
    for _ in range(3000):
        points = []
        for H, center in zip(hessians, minima):
            x = w
            for _ in range(local_steps):
                x = x - lr * H @ (x - center)
            points.append(x)
        w = shares @ np.array(points)
    np.testing.assert_allclose(w, parallel.local_fixed_point(hessians, minima, shares, lr, local_steps), atol=1e-10)


def test_the_bias_of_local_steps_is_of_first_order_and_needs_both():
    hessians, minima, shares = unlike(np.random.default_rng(6))
    best = parallel.local_fixed_point(hessians, minima, shares, 0.1, 1)
    for lr in (1e-4, 1e-5):
        off = parallel.local_fixed_point(hessians, minima, shares, lr, 8) - best
        np.testing.assert_allclose(off, parallel.local_bias(hessians, minima, shares, lr, 8), rtol=100 * lr, atol=1e-12)
    same_curvature = parallel.local_fixed_point(hessians[[0, 0, 0]], minima, shares, 0.1, 8)
    np.testing.assert_allclose(same_curvature, shares @ minima, atol=1e-10)
    same_minimum = parallel.local_fixed_point(hessians, minima[[0, 0, 0]], shares, 0.1, 8)
    np.testing.assert_allclose(same_minimum, minima[0], atol=1e-10)
    far = parallel.local_fixed_point(hessians, minima, shares, 0.1, 10**5)
    np.testing.assert_allclose(far, shares @ minima, atol=1e-8)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_rows_dealt_at_random_have_a_smaller_bias_than_sorted_ones(seed):
    data, model = standardize(load_diabetes()), LinearRegression(3)
    X, least, above = data.X[:, [2, 3, 8]], None, {}
    loss = model.on(X, data.y)
    least = loss.value(model.solve(X, data.y))
    for kind, order in {"sorted": np.argsort(X[:, 0]), "random": np.random.default_rng(seed).permutation(442)}.items():
        parts = [Data(X[part], data.y[part]) for part in (order[:300], order[300:])]
        w = parallel.local_fixed_point(*shared.of_shards(parts), 0.1, 16)
        above[kind] = loss.value(w) - least
    assert 0 < 5 * above["random"] < above["sorted"]


# The exercises ------------------------------------------------------------------------------------------------------


def test_averaged_gradients_are_those_of_the_minibatch():
    digits, model = standardize(load_digits()), SoftmaxRegression(64, 10)
    w, ends = model.init(np.random.default_rng(0)) + 0.1, (0, 100, 1400, 1797)
    grads = [model.grad(w, digits.X[a:b], digits.y[a:b]) for a, b in zip(ends, ends[1:])]
    np.testing.assert_allclose(average_gradients.reference(grads, np.diff(ends)), model.grad(w, *digits), atol=1e-14)


def test_local_sgd_is_that_of_the_engine():
    shards, parts = sorted_shards(), shared.diabetes_shards("sorted")
    rows = Data(np.concatenate([part.X for part in parts]), np.concatenate([part.y for part in parts]))
    told = dict(epochs=30, shards=(300, 142), local_steps=6, w0=np.zeros(4))
    run = data_parallel(LinearRegression(3), rows, GradientDescent(0.1), **told)
    np.testing.assert_allclose(local_sgd.reference(gradient, shards, np.zeros(4), 0.1, 6, 5), run.w, rtol=1e-12)


def test_the_sweep_has_the_answers_that_are_asked_for():
    rates, answer = np.geomspace(0.001, 1, 25), sweep_through_an_executor.reference()
    for steps in (16, 64):
        with np.errstate(all="ignore"):
            ends = [percent_above(local_sgd.reference(gradient, sorted_shards(), np.zeros(4), lr, steps, ROUNDS))
                    for lr in rates[:17]]  # fmt: skip
        assert rates[np.argmin(ends)] == pytest.approx(answer[str(steps)], rel=1e-4)
        if steps == 16:
            assert min(ends) == pytest.approx(answer["percent"], rel=1e-4)
    one = local_sgd.reference(gradient, sorted_shards(), np.zeros(4), rates[21], 1, ROUNDS)
    assert percent_above(one) < 1e-6  # one step a round reaches the minimum, as the praise says


def test_a_run_that_left_the_finite_numbers_counts_as_diverged():
    assert percent_above(np.full(4, 1e200)) == np.inf and percent_above(np.full(4, np.nan)) == np.inf
    assert 0 < percent_above(np.zeros(4)) < np.inf


def test_a_batch_above_the_noise_scale_is_not_called_small():
    for answer in ((600, 12000), (600, 9000)):
        assert diagnose("find_fastest_run", answer).misconception == "too slow and too dear"
    for answer in ((31, 2000), (32, 2182), (33, 2033), (31, 5331)):  # the workers are enough, with their best batch
        assert diagnose("find_fastest_run", answer).misconception == "batch a little off"


def test_the_predictions_are_those_of_the_formulas():
    told = (10.24, 0.195e9, 0.5e-3, 10e9)
    times = predict_speed_up.reference()
    for way in ("ring", "star"):
        assert 10.24 / parallel.step_seconds(64, *told, way) == pytest.approx(times[way], rel=1e-4)
    assert parallel.best_workers(*told, "star") == times["best"] == 16
    steps, scale = predict_noise_scale.reference(), parallel.noise_scale([3, -4], 1600)
    assert scale == steps["scale"]
    for B in (64, 1024):
        assert steps[f"B = {B}"] == parallel.steps_needed(B, scale, 5000 / (1 + scale / 16))


# The explorer -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("workers", "batch", "way"), [(1, 64, "ring"), (48, 1000, "ring"), (300, 100, "star")])
def test_the_explorer_adds_up_the_times(workers, batch, way):
    explorer = ScalingExplorer(workers=workers, batch_size=batch, way=way, latency=2e-3, bandwidth=500, noise_scale=700)
    messages = 2 * (workers - 1) * (2e-3 + SIZE / workers / 5e8)
    if way == "star":
        messages = 2 * workers * (2e-3 + SIZE / 5e8)
    compute = ROW * batch / min(workers, batch)
    here = explorer.result[1]
    assert here.compute == pytest.approx(compute) and here.messages == pytest.approx(messages)
    assert here.run == pytest.approx(LEAST_STEPS * (1 + 700 / batch) * (compute + messages))
    assert here.alone == pytest.approx(LEAST_STEPS * (1 + 700 / batch) * batch * ROW)
    assert (explorer.result[0].best <= explorer.result[0].run * (1 + 1e-9)).all()
    assert ("without a row" in explorer.describe()) == (workers > batch)


def test_one_worker_alone_sends_no_messages_in_a_star_either():
    said = [ScalingExplorer(workers=3, batch_size=1024, way=way).describe() for way in ("ring", "star")]
    assert "one worker with this batch takes 2.28 times as long" in said[0], said[0]
    assert "one worker with this batch takes 1.24 times as long" in said[1], said[1]


def test_the_explorer_says_long_times_in_days_and_who_is_faster():
    said = ScalingExplorer(workers=1024, batch_size=1, way="star", latency=0.1).describe()
    assert "one worker with this batch is" in said and "times as fast" in said
    assert "days" in said and "e+" not in said and "(A dot is outside its picture.)" in said


def test_the_explorer_knows_the_goal():
    told = dict(latency=1e-3, bandwidth=1000, noise_scale=2000, goal="find_fastest_run")
    assert ScalingExplorer(workers=31, batch_size=3200, **told).met
    assert not ScalingExplorer(workers=16, batch_size=1024, **told).met
    bill = find_fastest_run.reference(31, 3200)
    assert bill.seconds <= SECONDS and bill.hours <= HOURS


def test_what_the_chapter_says_of_the_explorer():
    W = np.arange(1, 1025)

    def runs(batch, bandwidth=1000, way="ring", scale=2000):
        return times(W, batch, 1e-3, bandwidth, scale, way)

    assert W[runs(1024).run.argmin()] == 46 and W[runs(1024, way="star").run.argmin()] == 3
    assert abs(W[runs(1024, 2000).run.argmin()] - 46) < 5
    assert runs(1024, 2000).run.min() / runs(1024).run.min() == pytest.approx(0.6, abs=0.01)
    at = [float(runs(batch).run[255]) for batch in (1200, 12000, 120000)]
    assert at[0] / at[1] == pytest.approx(2, abs=0.1) and at[2] / at[1] == pytest.approx(2, abs=0.1)
    few = runs(1024, scale=20)
    assert W[few.best.argmin()] == 1 and few.best[0] < 0.2 * few.best[1:].min()
