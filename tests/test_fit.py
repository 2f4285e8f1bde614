"""Training a model on data: what a run returns, and that every lane is a run of its own."""

from itertools import combinations, product

import numpy as np
import pytest

from course_lib import (
    MLP,
    Adam,
    Data,
    GradientDescent,
    LinearRegression,
    LogisticRegression,
    Momentum,
    SoftmaxRegression,
    load_breast_cancer,
    load_diabetes,
    load_digits,
    minibatch_indices,
    minimize,
    split,
    standardize,
)
from course_lib.schedules import Cosine
from course_lib.training import fit

CLOSE = dict(rtol=1e-10, atol=1e-12)


@pytest.fixture(scope="module")
def diabetes():
    return standardize(*split(load_diabetes()))


@pytest.fixture(scope="module")
def digits():
    data = load_digits()
    return standardize(Data(data.X[:200], data.y[:200]))


LINEAR = LinearRegression(10)
SOFTMAX = SoftmaxRegression(64, 10)


def test_a_run_is_the_loop_written_out(diabetes):
    train, _ = diabetes
    run = fit(LINEAR, train, Momentum(lr=0.01), epochs=3, batch_size=50, seed=7)
    rng = np.random.default_rng(7)
    w, velocity, losses = LINEAR.init(rng), np.zeros(11), []
    for epoch in range(3):
        np.testing.assert_allclose(run.w[epoch], w, **CLOSE)
        for rows in minibatch_indices(len(train), 50, rng):
            losses.append(LINEAR.loss(w, train.X[rows], train.y[rows]))
            velocity = 0.9 * velocity + LINEAR.grad(w, train.X[rows], train.y[rows])
            w = w - 0.01 * velocity
    np.testing.assert_allclose(run.w[-1], w, **CLOSE)
    np.testing.assert_allclose(run.batch_loss, losses, **CLOSE)
    np.testing.assert_allclose(run.loss, LINEAR.loss(run.w, *train), **CLOSE)


def test_full_batches_are_gradient_descent(diabetes):
    train, _ = diabetes
    run = fit(LINEAR, train, GradientDescent(lr=0.05), epochs=20)
    path = minimize(LINEAR.on(*train), run.w[0], GradientDescent(lr=0.05), steps=20)
    np.testing.assert_allclose(run.w, path.w, **CLOSE)
    np.testing.assert_allclose(run.batch_loss, path.loss[:-1], **CLOSE)
    np.testing.assert_array_equal(run.passes, np.arange(20))


@pytest.mark.parametrize("replace", [False, True])
def test_a_seed_alone_equals_itself_among_others(digits, replace):
    seeds = [3, 1, 4]
    batch = fit(SOFTMAX, digits, Adam(lr=0.01), 2, batch_size=32, seed=seeds, replace=replace)
    assert batch.w.shape == (3, 3, 650)
    for lane, seed in enumerate(seeds):
        alone = fit(SOFTMAX, digits, Adam(lr=0.01), 2, batch_size=32, seed=seed, replace=replace)
        for name in ("w", "loss", "batch_loss", "lr"):
            np.testing.assert_allclose(getattr(batch[lane], name), getattr(alone, name), **CLOSE)


@pytest.mark.parametrize("model", [SOFTMAX, MLP(64, 6, 10), MLP(64, 6, 10, activation="relu")])
def test_rates_and_seeds_make_a_grid_of_runs(digits, model):
    lrs, seeds = np.array([0.003, 0.03]), [5, 6, 7]
    grid = fit(model, digits, Adam(lr=lrs[:, None, None]), 2, batch_size=64, seed=seeds, validation=digits)
    assert grid.loss.shape == (3, 2, 3)
    assert grid.batch_loss.shape == grid.lr.shape == (8, 2, 3)
    for i, lr in enumerate(lrs):
        for j, seed in enumerate(seeds):
            alone = fit(model, digits, Adam(lr=lr), 2, batch_size=64, seed=seed, validation=digits)
            for name in ("w", "loss", "batch_loss", "lr", "validation_loss", "validation_score"):
                np.testing.assert_allclose(getattr(grid[i, j], name), getattr(alone, name), **CLOSE)


def test_all_rates_of_a_seed_meet_the_same_batches(digits):
    run = fit(SOFTMAX, digits, GradientDescent(lr=np.zeros((4, 1))), 2, batch_size=30, seed=2)
    np.testing.assert_array_equal(run.batch_loss, np.broadcast_to(run.batch_loss[:, :1], run.batch_loss.shape))
    assert len(set(run.batch_loss[:, 0].round(12))) == run.steps  # and each step another batch


def test_the_same_seed_gives_the_same_run(digits):
    first, second = (fit(SOFTMAX, digits, Adam(lr=0.01), 2, batch_size=32, seed=1) for _ in range(2))
    np.testing.assert_array_equal(first.w, second.w)
    other = fit(SOFTMAX, digits, Adam(lr=0.01), 2, batch_size=32, seed=2)
    assert (first.w[0] != other.w[0]).any()


def test_batches_do_not_depend_on_the_start(diabetes):
    train, _ = diabetes
    drawn = fit(LINEAR, train, GradientDescent(lr=0.0), 1, batch_size=40, seed=3)
    given = fit(LINEAR, train, GradientDescent(lr=0.0), 1, batch_size=40, seed=3, w0=drawn.w[0])
    np.testing.assert_array_equal(drawn.batch_loss, given.batch_loss)


def test_starts_may_be_given_with_lanes(diabetes):
    train, _ = diabetes
    starts = np.random.default_rng(0).normal(size=(5, 1, 11))
    run = fit(LINEAR, train, GradientDescent(lr=0.01), 1, batch_size=40, seed=[1, 2], w0=starts)
    np.testing.assert_array_equal(run.w[0], np.broadcast_to(starts, (5, 2, 11)))
    alone = fit(LINEAR, train, GradientDescent(lr=0.01), 1, batch_size=40, seed=2, w0=starts[4, 0])
    np.testing.assert_allclose(run[4, 1].w, alone.w, **CLOSE)


def test_passes_count_rows(diabetes):
    train, _ = diabetes  # 332 rows
    run = fit(LINEAR, train, GradientDescent(lr=0.01), 2, batch_size=100)
    first = [0, 100 / 332, 200 / 332, 300 / 332]
    np.testing.assert_allclose(run.passes, [*first, *(1 + np.array(first))], rtol=1e-14)
    assert (run.steps, run.epochs) == (8, 2)


def test_a_schedule_counts_steps_and_not_epochs(diabetes):
    train, _ = diabetes
    schedule = Cosine(0.01, total_steps=8)
    run = fit(LINEAR, train, GradientDescent(lr=schedule), 2, batch_size=100, seed=[0, 1])
    np.testing.assert_array_equal(run.lr, np.repeat(schedule(np.arange(8))[:, None], 2, axis=1))


def test_epochs_to(diabetes):
    train, _ = diabetes
    run = fit(LINEAR, train, GradientDescent(lr=[[0.05], [1e-6]]), 60, seed=0)
    tol = 3500.0
    first, never = run.epochs_to(tol)
    assert (run.loss[int(first), 0] <= tol) & (run.loss[int(first) - 1, 0] > tol)
    assert never == np.inf
    assert run[0].epochs_to(tol) == first
    assert run.epochs_to(1e9).tolist() == [0, 0]


def test_validation_is_looked_at_and_never_trained_on(diabetes):
    train, test = diabetes
    run = fit(LINEAR, train, GradientDescent(lr=0.05), 5, batch_size=32, validation=test)
    without = fit(LINEAR, train, GradientDescent(lr=0.05), 5, batch_size=32)
    np.testing.assert_array_equal(run.w, without.w)
    np.testing.assert_allclose(run.validation_loss, LINEAR.loss(run.w, *test), **CLOSE)
    np.testing.assert_allclose(run.validation_score, LINEAR.score(run.w, *test), **CLOSE)
    assert without.validation_loss is None
    assert without.validation_score is None


@pytest.mark.parametrize("batch_size", [None, 32])
def test_a_diverging_lane_is_data_and_leaves_the_others_alone(diabetes, batch_size):
    train, test = diabetes
    lrs = np.array([0.05, 1e6, 0.01])
    run = fit(LINEAR, train, GradientDescent(lr=lrs[:, None]), 60, batch_size, validation=test)
    assert run.diverged.tolist() == [False, True, False]
    lost = np.isinf(run.loss[:, 1])
    assert not lost[0]
    assert (np.diff(lost.astype(int)) >= 0).all()  # once lost, always lost
    assert np.isnan(run.w[lost, 1]).all()
    assert np.isfinite(run.w[~lost, 1]).all()
    assert np.isinf(run.validation_loss[lost, 1]).all()
    assert np.isnan(run.validation_score[lost, 1]).all()
    assert np.isinf(run.batch_loss[-1, 1])
    assert not np.isnan(run.batch_loss).any()
    for lane in (0, 2):
        alone = fit(LINEAR, train, GradientDescent(lr=lrs[lane]), 60, batch_size, validation=test)
        np.testing.assert_allclose(run[lane].w, alone.w, **CLOSE)
        np.testing.assert_allclose(run[lane].validation_score, alone.validation_score, **CLOSE)


def test_models_learn():
    cancer = standardize(*split(load_breast_cancer()))
    digits = standardize(*split(load_digits()))
    logistic = fit(LogisticRegression(30), cancer[0], Adam(lr=0.01), 20, batch_size=32, validation=cancer[1])
    softmax = fit(SOFTMAX, digits[0], Adam(lr=0.01), 10, batch_size=32, validation=digits[1])
    network = fit(MLP(64, 32, 10), digits[0], Adam(lr=0.01), 10, batch_size=32, validation=digits[1])
    assert min(run.validation_score[-1] for run in (logistic, softmax, network)) > 0.94


@pytest.mark.parametrize("replace", [False, True])
def test_a_sampled_gradient_is_unbiased_with_the_variance_of_theory(replace):
    n, b = 6, 3
    rng = np.random.default_rng(0)
    model, X, y = SoftmaxRegression(2, 3), rng.normal(size=(n, 2)), rng.integers(3, size=n)
    w = model.init(rng)
    every_batch = np.array(list(product(range(n), repeat=b) if replace else combinations(range(n), b)))
    sampled = model.on(X, y).rows(every_batch).grad(w)
    rows = model.on(X, y).rows(np.arange(n)[:, None]).grad(w)
    np.testing.assert_allclose(sampled.mean(axis=0), model.grad(w, X, y), rtol=1e-12, atol=1e-15)
    shrink = 1 if replace else (n - b) / (n - 1)
    np.testing.assert_allclose(sampled.var(axis=0), rows.var(axis=0) / b * shrink, rtol=1e-12)


def test_the_noise_floor_is_the_one_theory_predicts(diabetes):
    train, _ = diabetes  # 332 rows are 83 batches of 4
    w_best, hessian = LINEAR.solve(*train), LINEAR.hessian(train.X)
    inputs = np.column_stack([train.X, np.ones(len(train))])
    noise = LINEAR.on(*train).rows(np.arange(332)[:, None]).grad(w_best)
    lrs, b, epochs = np.array([0.001, 0.01]), 4, 6
    run = fit(
        LINEAR, train, GradientDescent(lr=lrs[:, None, None]), epochs, b, seed=np.arange(300), w0=w_best, replace=True
    )
    excess = run.loss[-1] - LINEAR.loss(w_best, *train)
    for lr, measured in zip(lrs, excess, strict=True):
        # From the best point, the error's covariance C after a step on b rows drawn independently:
        # C ← C − η (HC + CH) + η² (HCH + (E[hCh] − HCH + E[ggᵀ]) / b), h and g being those of one row.
        C = np.zeros((11, 11))
        for _ in range(83 * epochs):
            HCH = hessian @ C @ hessian
            hCh = 4 * inputs.T @ (inputs * ((inputs @ C) * inputs).sum(axis=1, keepdims=True)) / 332
            spread = (hCh - HCH + noise.T @ noise / 332) / b
            C = C - lr * (hessian @ C + C @ hessian) + lr**2 * (HCH + spread)
        predicted = 0.5 * np.trace(hessian @ C)
        uncertainty = measured.std() / np.sqrt(len(measured))
        assert abs(measured.mean() - predicted) < 4 * uncertainty
        assert uncertainty < 0.05 * predicted


def test_progress_is_told_after_each_epoch(diabetes):
    told = []
    fit(LINEAR, diabetes[0], GradientDescent(lr=0.01), 3, progress=lambda *args: told.append(args))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_no_epoch_is_a_run_too(diabetes):
    run = fit(LINEAR, diabetes[0], GradientDescent(lr=[[0.1], [0.2]]), 0, batch_size=10, seed=1)
    assert run.loss.shape == (1, 2)
    assert run.batch_loss.shape == run.lr.shape == (0, 2)
    assert not run.diverged.any()


def test_a_run_says_what_it_was(diabetes):
    run = fit(LINEAR, diabetes[0], GradientDescent(lr=0.1), 2, seed=[1, 2])
    assert repr(run).startswith("History(2 runs of 2 epochs, 0 diverged, LinearRegression(n_features=10)")
    assert repr(run[0]).startswith("History(1 run of 2 epochs")


def data(n=6):
    return Data(np.random.default_rng(0).normal(size=(n, 2)), np.arange(n))


def call(**changes):
    arguments = dict(model=LinearRegression(2), data=data(), optimizer=GradientDescent(lr=0.1), epochs=1)
    return fit(**(arguments | changes))


BAD = {
    "no model": (dict(model="linear"), TypeError, "model must be a model such as"),
    "a class": (dict(model=LinearRegression), TypeError, "model must be a model such as"),
    "data a tuple": (dict(data=([[1.0]], [1.0])), TypeError, "data must be Data"),
    "validation an array": (dict(validation=np.zeros((3, 2))), TypeError, "validation must be Data"),
    "other features": (dict(model=LinearRegression(3)), ValueError, "X must have 3 columns"),
    "validation of other features": (dict(validation=Data([[1.0]], [1.0])), ValueError, "X must have 2 columns"),
    "classes missing": (dict(model=LogisticRegression(2)), ValueError, "y must hold the classes 0 to 1, got 2"),
    "no optimizer": (dict(optimizer=0.1), TypeError, "optimizer must be an update rule"),
    "rates without an axis": (
        dict(optimizer=GradientDescent(lr=np.ones(5))),
        ValueError,
        "give them a last axis of length 1",
    ),
    "rates and seeds apart": (
        dict(optimizer=GradientDescent(lr=np.ones((4, 1))), seed=[1, 2, 3]),
        ValueError,
        "does not broadcast",
    ),
    "epochs -1": (dict(epochs=-1), ValueError, "epochs must be at least 0, got -1"),
    "epochs 1.5": (dict(epochs=1.5), TypeError, "epochs must be a whole number, got 1.5"),
    "batch 0": (dict(batch_size=0), ValueError, "batch_size must be at least 1, got 0"),
    "batch too large": (dict(batch_size=7), ValueError, "batch_size must be at most the number of rows, 6, got 7"),
    "replace without batches": (dict(replace=True), ValueError, "give it a batch_size"),
    "seed -1": (dict(seed=-1), ValueError, "seed must be at least 0, got -1"),
    "seed 0.5": (dict(seed=[1, 0.5]), ValueError, "seed must be a whole number"),
    "seed None": (dict(seed=None), TypeError, "seed must hold real numbers"),
    "no seeds": (dict(seed=[]), ValueError, "seed must be a whole number, or an array of them"),
    "w0 too long": (dict(w0=np.zeros(4)), ValueError, "w0 must have the model's 3 parameters"),
    "w0 a number": (dict(w0=0.0), ValueError, "w0 must have the model's 3 parameters"),
    "w0 with NaN": (dict(w0=[0.0, np.nan, 0.0]), ValueError, "w0 must be finite"),
    "w0 and seeds apart": (dict(w0=np.zeros((2, 3)), seed=[1, 2, 3]), ValueError, "w0 of shape .* does not broadcast"),
    "progress a flag": (dict(progress=True), TypeError, "progress must be a function"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named(name):
    changes, kind, sentence = BAD[name]
    with pytest.raises(kind, match=sentence):
        call(**changes)
