"""When training goes wrong: its theory, its clinic, and both against numbers computed another way."""

import json
import re
import textwrap
from dataclasses import replace
from pathlib import Path

import nbformat
import numpy as np
import pytest

from course_lib.chapters.when_training_goes_wrong.explorer import NAMES, ClinicExplorer, apart
from course_lib.chapters.when_training_goes_wrong.shared import (
    Regression,
    clinic,
    clipped,
    clipped_average,
    clipped_descent,
    lives,
    share_off,
    turned,
    turned_at,
)
from course_lib.chapters.when_training_goes_wrong.shared import patients as ward
from course_lib.chapters.when_training_goes_wrong.shared.broken import broken_digits, gradient_lengths
from course_lib.chapters.when_training_goes_wrong.shared.clinic import (
    NAMING,
    NOT_YET,
    TESTS,
    Patient,
    observed,
    odd_labels,
    update_ratio,
)
from course_lib.chapters.when_training_goes_wrong.shared.filters import FiltersExplorer
from course_lib.chapters.when_training_goes_wrong.shared.network import (
    digits,
    forward,
    gradient,
    initial,
    joint_norm,
    row_losses,
    slope_of_squares,
)
from course_lib.chapters.when_training_goes_wrong.shared.patients import (
    CAUSES,
    CURES,
    Recipe,
    admitted,
    patients,
    wards,
)
from course_lib.chapters.when_training_goes_wrong.shared.sharpness import (
    SLOPES,
    sharpening,
    sharpness,
    smoothed_entropy,
)
from course_lib.checks import diagnose
from course_lib.data import Data
from course_lib.theory.failures import (
    chance_all_off,
    clipped_rest,
    equal_penalty,
    largest_power,
    ridge_share,
    stopped_share,
    swing,
)

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "15_when_training_goes_wrong.ipynb"


# ------------------------------------------------------------------------------------------------ the network


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("kind", ["squares", "cross-entropy", "smoothed"])
def test_the_gradient_is_that_of_the_loss(activation, kind):
    rng = np.random.default_rng(3)
    X, y, h = rng.normal(size=(7, 4)), rng.integers(3, size=7), 1e-6
    parameters = initial((4, 5, 6, 3), rng, bias=0.1)

    def loss(parameters):
        scores = forward(parameters, X, activation)[-1]
        if kind == "squares":
            return ((scores - np.eye(3)[y]) ** 2).sum() / 2 / len(y)
        share = 0.1 if kind == "smoothed" else 0.0
        targets = (1 - share) * np.eye(3)[y] + share / 3
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return -(targets * logs).sum() / len(y)

    for k, g in enumerate(gradient(parameters, X, y, activation, SLOPES[kind])):
        for place in ((0,) * g.ndim, (-1,) * g.ndim):
            up, down = ([w.copy() for w in parameters] for _ in range(2))
            up[k][place] += h
            down[k][place] -= h
            assert g[place] == pytest.approx((loss(up) - loss(down)) / (2 * h), abs=1e-7)


def test_smoothing_asks_for_the_share_that_the_text_says():
    y = np.array([2, 0])
    even = np.zeros((2, 10))
    targets = 0.1 - 2 * smoothed_entropy(even, y)
    np.testing.assert_allclose(targets.max(axis=1), 0.91)
    np.testing.assert_allclose(targets.sum(axis=1), 1)


def test_row_losses_are_exact_for_huge_scores():
    np.testing.assert_allclose(row_losses(np.array([[2000.0, 0.0], [-2000.0, 0.0]]), np.array([1, 1])), [2000, 0])


# ------------------------------------------------------------------------------------------------ closed forms


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_powers_are_finite_just_up_to_the_largest(kind):
    largest = largest_power(kind)
    with np.errstate(over="ignore"):
        assert np.isfinite(np.exp(kind(largest * (1 - 1e-6)))) and np.isinf(np.exp(kind(largest * (1 + 1e-6))))


def test_a_small_number_in_the_logarithm_does_nothing_against_nan():
    for scores, right in (([900.0, 0.0], 0), ([0.0, 750.0, 1.0], 1)):
        with np.errstate(all="ignore"):
            powers = np.exp(np.array(scores))
            assert np.isnan(-np.log(powers[right] / powers.sum() + 1e-12))
        assert row_losses(np.array([scores]), np.array([right]))[0] == 0


@pytest.mark.parametrize("eigenvalue", [0.3, 5.0])
@pytest.mark.parametrize("start", [0.4, 13.7])
def test_clipped_descent_swings_as_predicted(eigenvalue, start):
    lrs = np.array([0.3, 1.2, 1.9, 2.2, 3.1, 9.0]) / eigenvalue
    widths = np.ptp(clipped_descent(lrs, 0.7, start, steps=3000, eigenvalue=eigenvalue), axis=0)
    np.testing.assert_allclose(widths, [swing(lr, eigenvalue, 0.7) for lr in lrs], atol=1e-6)


def test_clipped_single_rows_rest_between_median_and_mean():
    targets = np.random.default_rng(5).gamma(0.7, size=300)
    for limit in (0.05, 0.6, 20.0):
        found, error = clipped_average(targets, limit, 1, seed=2)
        assert found == pytest.approx(clipped_rest(targets, limit), abs=4 * error + 0.015)
    assert clipped_rest(targets, 1e-9) == pytest.approx(np.median(targets), abs=0.01)
    assert clipped_rest(targets, 1e3) == pytest.approx(targets.mean())


@pytest.mark.parametrize("limit", [0.05, 0.4])
def test_clipping_moves_nothing_where_rows_lie_evenly_about_their_mean(limit):
    half = np.random.default_rng(8).normal(size=150)
    targets = 1 + np.concatenate([half, -half])
    found, error = clipped_average(targets, limit, 1, seed=3)
    assert found == pytest.approx(1, abs=4 * error + 0.01) and clipped_rest(targets, limit) == pytest.approx(1)


@pytest.mark.parametrize("share", [0.5, 0.25])
def test_at_one_length_values_turn_a_gradient_more_than_arrays(share):
    train, _ = digits()
    for seed in (4, 5):
        g = gradient(initial((64, 32, 32, 10), np.random.default_rng(seed)), train.X[:32], train.y[:32])
        angles = [turned_at(g, share, how) for how in ("jointly", "each", "by value")]
        assert angles[0] < 1e-3 < 5 < angles[1] < angles[2]


def test_only_the_joint_norm_keeps_the_direction():
    rng = np.random.default_rng(6)
    grads = [rng.normal(size=(3, 4)), 9 * rng.normal(size=3)]
    assert turned(grads, clipped(grads, 0.5)) < 1e-4
    assert turned(grads, clipped(grads, 0.5, "each")) > 5 and turned(grads, clipped(grads, 0.5, "by value")) > 5
    assert joint_norm(clipped(grads, 0.5)) == pytest.approx(0.5)


@pytest.mark.parametrize("depth", [2.2, 2.8, 3.3])
def test_the_chance_to_be_off_holds_for_normal_rows(depth):
    X = np.random.default_rng(7).normal(size=(300, 200))
    chance = chance_all_off(depth, 300)
    assert share_off(X, depth, units=3000, seed=8) == pytest.approx(chance, abs=0.04)


def test_a_dead_unit_of_the_first_layer_stays_dead():
    revived = [0, 0]
    for seed in (11, 12, 13):
        for k, off in enumerate(lives(0.3, -3.5, seed, steps=100)):
            revived[k] += int((off[:-1] & ~off[1:]).sum())
    assert revived[0] == 0 < revived[1]


def test_digits_kill_more_units_at_shallow_biases_and_fewer_at_deep_ones():
    train, _ = digits()
    for seed, rows in ((21, 1348), (22, 700)):
        X = train.X[:rows]
        assert share_off(X, 2.2, seed=seed) > 3 * chance_all_off(2.2, rows) + 0.003
        assert share_off(X, 3.5, seed=seed) < 0.5 * chance_all_off(3.5, rows)
        near = X[np.linalg.norm(X, axis=1) < np.quantile(np.linalg.norm(X, axis=1), 0.95)]
        assert share_off(near, 3.5, seed=seed) > chance_all_off(3.5, rows)  # the far rows are the cause


@pytest.mark.parametrize("seed", [0, 1])
def test_only_a_decay_inside_of_adam_wakes_a_dead_unit(seed):
    rng = np.random.default_rng(seed)
    X, first = digits()[0].X[:300], np.append(rng.normal(size=64) / 8, -7.0)  # weights and the bias
    assert np.all(X @ first[:64] + first[64] <= 0)
    ends = {}
    for how in ("L2 inside of Adam", "decoupled", "L2 with SGD"):
        w, u, v = first.copy(), np.zeros(65), np.zeros(65)
        for t in range(1, 3001):
            g = 0.01 * w if how == "L2 inside of Adam" else np.zeros(65)  # all that a dead unit's gradient holds
            u, v = 0.9 * u + 0.1 * g, 0.999 * v + 0.001 * g**2
            w = w - 0.01 * u / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
            w = w if how == "L2 inside of Adam" else w * (1 - 0.01 * 0.1)
            if np.any(X @ w[:64] + w[64] > 0):
                break
        ends[how] = t
    assert ends["L2 inside of Adam"] < 3000 == ends["decoupled"] == ends["L2 with SGD"]


@pytest.mark.parametrize("seed", [31, 32])
def test_both_filters_are_what_runs_and_minima_do(seed):
    it = Regression(seed, few=120)
    np.testing.assert_allclose(it.descend(40), it.stopped(40), atol=1e-8)
    gamma, n = equal_penalty(it.lr, 40), len(it.y)
    direct = np.linalg.solve(2 / n * it.X.T @ it.X + gamma * np.eye(65), 2 / n * it.X.T @ it.y)
    np.testing.assert_allclose(direct, it.penalized(gamma), atol=1e-8)


def test_the_filters_agree_for_small_curvatures_and_stopping_goes_at_most_a_third_farther():
    lr, steps = 1e-4, 20000
    share = np.geomspace(1e-6, 1e2, 4000) / (lr * steps)
    stopped, penalized = stopped_share(share, lr, steps), ridge_share(share, equal_penalty(lr, steps))
    ratio = stopped / penalized
    assert ratio[0] == pytest.approx(1, abs=1e-5)
    assert ratio.min() > 1 - 1e-3
    assert ratio.max() == pytest.approx(1.2984, abs=2e-3)
    assert share[ratio.argmax()] * lr * steps == pytest.approx(1.794, abs=0.02)


def test_the_filters_explorer_shows_what_a_run_does():
    explorer = FiltersExplorer(steps=25, penalty=2.0)
    it = Regression(0)
    assert explorer.result.errors[0] == pytest.approx(it.errors(it.descend(25)))
    assert explorer.result.ratio == pytest.approx(1e-3 / 2.001 / (1 - (1 - it.lr * 1e-3) ** 25))


# ------------------------------------------------------------------------------------------------ the edge


def test_sharpness_is_the_largest_eigenvalue():
    rng = np.random.default_rng(9)
    X, y = rng.normal(size=(20, 3)), rng.integers(2, size=20)
    parameters, h = initial((3, 4, 2), rng), 1e-5

    def grad(parameters):
        return gradient(parameters, X, y, "tanh", slope_of_squares)

    flat = lambda arrays: np.concatenate([a.ravel() for a in arrays])  # noqa: E731
    columns = []
    for k, w in enumerate(parameters):
        for place in np.ndindex(w.shape):
            both = []
            for sign in (1, -1):
                moved = [v.copy() for v in parameters]
                moved[k][place] += sign * h
                both.append(flat(grad(moved)))
            columns.append((both[0] - both[1]) / (2 * h))
    guess = [rng.normal(size=w.shape) for w in parameters]
    largest = np.linalg.eigvalsh(columns).max()
    assert sharpness(parameters, grad, guess, rounds=300)[0] == pytest.approx(largest, rel=1e-3)


def test_sharpness_comes_to_the_edge_under_squares_and_falls_under_cross_entropy():
    for lr, seed in ((0.5, 4), (0.7, 5)):
        _, sharp, loss = sharpening(lr, "squares", steps=900, every=100, seed=seed, rows=200)
        assert sharp[-3:].mean() == pytest.approx(2 / lr, rel=0.06)
        assert loss[-1] < loss[300] and np.any(np.diff(loss[-300:]) > 0)
    certain, smoothed = (
        sharpening(0.5, kind, steps=900, every=300, seed=4, rows=200)[1] for kind in ("cross-entropy", "smoothed")
    )
    assert certain[-1] < 0.1 * certain[0] < 0.4 * smoothed[-1]


@pytest.mark.parametrize("seed", [1, 2])
def test_in_a_deeper_network_the_sharpness_climbs_first_under_the_cross_entropy(seed):
    _, sharp, _ = sharpening(
        0.3, "cross-entropy", steps=600, every=60, seed=seed, rows=200, widths=(64, 32, 32, 32, 32, 10), gain=0.5
    )
    assert sharp[1:4].max() > 2 * sharp[0] and sharp[-1] < 0.3 * sharp.max()


# ------------------------------------------------------------------------------------------------ exercises


@pytest.mark.parametrize("limit", [1.0, 500.0, 1000.0, 1e5])
def test_a_right_clipping_is_never_blamed_for_its_limit(limit):
    def upside(grads, limit):
        norm = np.sqrt(sum(np.sum(g**2) for g in grads))
        return [limit * (g / norm) if norm > limit else g for g in grads]

    def other(grads, limit):
        norm = np.linalg.norm([np.linalg.norm(g) for g in grads])
        return [g / max(1.0, norm / limit) for g in grads]

    for writing in (upside, other):
        found = diagnose("train_with_clipping", (writing, limit))
        assert found.misconception in (None, "limit too large"), found


def test_gradients_with_a_broken_row_are_far_longer():
    whole, broken = gradient_lengths(100)
    assert whole.max() < 10 < 10 * whole.max() < np.median(broken) and len(broken_digits().y) == 600


def test_pairs_torn_in_each_pass_are_never_learned_by_heart():
    train, _ = digits()
    X, y = train.X[:32], train.y[:32]
    ends = {}
    for torn in (True, False):
        rng = np.random.default_rng(3)
        parameters = initial((64, 32, 32, 10), rng)
        for _ in range(300):
            order = rng.permutation(32)
            grads = gradient(parameters, X[order], y[rng.permutation(32)] if torn else y[order])
            parameters = [w - 0.1 * g for w, g in zip(parameters, grads, strict=True)]
        ends[torn] = row_losses(forward(parameters, X)[-1], y).mean()
    assert ends[False] < 0.02 and ends[True] > 1.5


# ------------------------------------------------------------------------------------------------ the clinic


def mine(cause="units all alike", **changes):
    """Return a patient from outside the repository: a network with one hidden layer, and nothing of the clinic's."""

    def train(X, y, lr, steps, report):
        rng = np.random.default_rng(5)
        W1, b1, W2, b2 = 0.3 * rng.normal(size=(6, X.shape[1])), np.zeros(6), np.zeros((3, 6)), np.zeros(3)
        for _ in range(steps + 1):
            hidden = np.tanh(X @ W1.T + b1)
            scores = hidden @ W2.T + b2
            P = np.exp(scores - scores.max(axis=1, keepdims=True))
            D = (P / P.sum(axis=1, keepdims=True) - np.eye(3)[y]) / len(y)
            E = (D @ W2) * (1 - hidden**2)
            grads = [E.T @ X, E.sum(axis=0), D.T @ hidden, D.sum(axis=0)]
            report([W1, b1, W2, b2], grads)
            W1, b1, W2, b2 = (w - lr * g for w, g in zip((W1, b1, W2, b2), grads, strict=True))

    def through(parameters, X):
        W1, b1, W2, b2 = parameters
        hidden = np.tanh(X @ W1.T + b1)
        return [hidden, hidden @ W2.T + b2]

    rng = np.random.default_rng(6)
    X = rng.normal(size=(90, 4))
    y = (X[:, 0] > 0.5).astype(int) + (X[:, 1] > 0)
    made = {"name": "a stranger", "train": train, "forward": through, "data": Data(X[:60], y[:60]), "steps": 50}
    made |= {"held_out": Data(X[60:], y[60:]), "lr": 0.002, "cause": cause, "cures": {cause: {"lr": 0.5}}}
    return Patient(**made | changes)


def test_a_patient_from_outside_is_examined_diagnosed_and_cured():
    patient = mine("rate too small")
    explorer = ClinicExplorer(patients=[patient], one_batch=True, updates=True, units=True, labels=True)
    assert explorer.result.bill == 1 + 1 + 1 + 3
    chart, seen = patient.chart, []
    patient.train(*patient.data, 0.002, 50, lambda w, g: seen.append(([np.array(one) for one in w], g)))
    last = patient.forward(seen[-1][0], patient.data.X)[-1]
    powers = np.exp(last)
    expected = -np.log(powers[np.arange(60), patient.data.y] / powers.sum(axis=1)).mean()
    assert chart.loss[-1] == pytest.approx(expected)
    steps = np.linalg.norm(seen[-1][0][0] - seen[-2][0][0]) / np.linalg.norm(seen[-2][0][0])
    assert chart.updates[0, -1] == pytest.approx(steps)
    assert chart.gradients[1, -1] == pytest.approx(np.linalg.norm(seen[-1][1][2]))
    explorer.set(diagnosis="wrong labels")
    assert explorer.result.right is False and "no cure to try" in explorer.describe()
    explorer.set(diagnosis="rate too small")
    assert explorer.result.right and "Right: rate too small" in explorer.describe()
    assert explorer.result.cured[1, -1] < chart.held_out[-1]
    assert explorer.result.bill == 6 + 2 * NAMING and "training loss" in explorer.describe()
    assert chart.units[2, 0] == 1  # of tanh units


def test_a_cause_may_have_any_name_and_is_then_a_diagnosis():
    diverged = mine(name="diverged", lr=1e200, steps=5)
    explorer = ClinicExplorer(patients=[mine(), diverged], diagnosis="units all alike")
    assert explorer.result.right
    explorer.set(patient="diverged", **dict.fromkeys(NAMES.values(), True))
    assert "NaN" in explorer.describe()


def test_a_linear_model_that_updates_in_place_is_a_patient_as_well():
    def train(X, y, lr, steps, report):
        W, grad = np.zeros((3, X.shape[1])), None
        for _ in range(steps + 1):
            powers = np.exp(X @ W.T)
            grad = (powers / powers.sum(axis=1, keepdims=True) - np.eye(3)[y]).T @ X / len(y)
            report([W], [grad])
            W -= lr * grad

    patient = mine(name="linear", train=train, forward=lambda parameters, X: [X @ parameters[0].T], steps=3)
    explorer = ClinicExplorer(patients=[patient], **dict.fromkeys(NAMES.values(), True))
    assert "No hidden units" in explorer.describe()
    seen = []
    train(*patient.data, patient.lr, 3, lambda w, g: seen.append((w[0].copy(), g[0])))
    ratios = [patient.lr * np.linalg.norm(g) / np.linalg.norm(w) if w.any() else np.inf for w, g in seen]
    np.testing.assert_allclose(patient.chart.updates[0], [np.inf, np.inf, *ratios[1:3]])


def test_bad_patients_are_told_what_is_wrong():
    with pytest.raises(ValueError, match="own cause"):
        mine(cures={})
    with pytest.raises(ValueError, match="which no patient has"):
        mine(cures={"units all alike": {"rate": 3}})
    with pytest.raises(TypeError, match="train must be a function"):
        mine(train=3)
    with pytest.raises(TypeError, match="held_out must be a Data"):
        mine(held_out=[1])
    with pytest.raises(ValueError, match="call report 51 times"):
        once = [np.ones((6, 4)), np.ones(6), np.ones((3, 6)), np.ones(3)]
        observed(mine(train=lambda X, y, lr, steps, report: report(once, once)))
    for cures in ({"units all alike": 0.3}, [0.3]):
        with pytest.raises(TypeError, match="must be a dict"):
            mine(cures=cures)
    with pytest.raises(ValueError, match=r"lr must be one number, got shape \(2,\)"):
        mine(lr=np.array([0.1, 0.2]))
    with pytest.raises(TypeError, match="steps in the cure of 'units all alike' must be a whole number"):
        mine(cures={"units all alike": {"steps": 2.5}})
    assert type(mine(steps=50.0).steps) is int and mine(steps=50.0).chart.loss.shape == (51,)
    with pytest.raises(ValueError, match="names of their own"):
        ClinicExplorer(patients=[mine(), mine()])


def test_the_rate_is_said_when_it_is_paid_for():
    explorer = ClinicExplorer()
    for patient in patients():
        (cause,) = [cause for cause in patient.cures if patient.is_caused_by(cause)]
        other = next(one for one in patient.cures if one != cause)
        free = {name: name != "tenth" for name in NAMES.values()}
        explorer.set(patient=patient.name, diagnosis=NOT_YET, **free)
        assert "η =" not in explorer.describe() and str(patient.lr) not in repr(patient)
        explorer.set(diagnosis=other)
        assert "η =" not in explorer.describe()
        explorer.set(tenth=True, diagnosis=NOT_YET)
        assert f"at η = {patient.lr:g}:" in explorer.describe()
        explorer.set(tenth=False, diagnosis=cause)
        assert f"at η = {patient.lr:g}:" in explorer.describe()


def test_a_patient_holds_classes_from_0_on():
    ill = mine()
    for y in (2 * (ill.data.y > 0) - 1, ill.data.y - 1, ill.data.y + 0.5):
        for name in ("data", "held_out"):
            with pytest.raises(ValueError, match=f"{name} must hold classes in y, whole numbers from 0 on"):
                mine(**{name: Data(ill.data.X, y)})
    with pytest.raises(ValueError, match="data in the cure of 'units all alike' must hold classes"):
        mine(cures={"units all alike": {"data": Data(ill.data.X, -ill.data.y)}})
    floats = mine(data=Data(ill.data.X, ill.data.y.astype(float)))
    np.testing.assert_array_equal(floats.chart.loss, ill.chart.loss)


def test_scores_have_a_column_for_each_class():
    for few in (slice(1), slice(2)):
        ill = mine(forward=lambda parameters, X, few=few: [(X @ np.ones((4, 3)))[:, few]])
        with pytest.raises(ValueError, match=r"scores of shape \(60, 3\) at least, a column for each class"):
            observed(ill)
    with pytest.raises(ValueError, match=r"got \(60,\)"):
        observed(mine(forward=lambda parameters, X: [X[:, 0]]))


def test_odd_labels_are_shares_of_the_classes_that_have_rows():
    train, test = digits()
    kept = np.isin(train.y, (3, 8))
    X, y = train.X[kept], train.y[kept].copy()
    turned = np.random.default_rng(0).random(len(y)) < 0.4
    y[turned] = 11 - y[turned]
    counts = []
    for k in range(len(y)):  # by a loop of its own
        near = np.argsort(np.where(np.arange(len(y)) == k, np.inf, ((X - X[k]) ** 2).sum(axis=1)))[:5]
        counts.append(np.sum(y[near] == y[k]) < np.sum(y[near] != y[k]))
    expected = [np.mean(np.array(counts)[y == c]) for c in (3, 8)]
    np.testing.assert_allclose(odd_labels(Data(X, y))[[3, 8]], expected)
    few = mine(data=Data(X, y), held_out=test, train=lambda *given: network_of_digits(*given), forward=forward)
    explorer = ClinicExplorer(patients=[few], labels=True)
    assert f"Odd labels {100 * np.mean(expected):.2g} %" in explorer.describe() and np.mean(expected) > 0.3


def network_of_digits(X, y, lr, steps, report):
    parameters = initial((64, 8, 10), np.random.default_rng(0))
    for _ in range(steps + 1):
        grads = gradient(parameters, X, y)
        report(parameters, grads)
        parameters = [w - lr * g for w, g in zip(parameters, grads, strict=True)]


def test_epochs_are_no_steps_and_the_message_says_so():
    ill = mine()

    def by_epochs(X, y, lr, steps, report):
        ill.train(X, y, lr, 25 * len(X) // 30, report)

    epochs = mine(train=by_epochs)
    assert np.isfinite(epochs.chart.loss).all()
    with pytest.raises(ValueError, match="51 times, .* did so 27 times on 32 rows: count steps, not epochs"):
        _ = epochs.chart.one_batch


@pytest.mark.parametrize("what", ["parameters", "gradients"])
def test_a_run_may_end_where_it_is_no_longer_finite(what):
    ill = mine()

    def train(X, y, lr, steps, report):
        ill.train(X, y, lr, 19, report)
        sound = [np.ones((6, 4)), np.ones(6), np.ones((3, 6)), np.ones(3)]
        lost = [np.full(w.shape, np.inf) for w in sound]
        report(*((lost, sound) if what == "parameters" else (sound, lost)))

    broken, whole = mine(train=train).chart, ill.chart
    np.testing.assert_array_equal(broken.loss[:20], whole.loss[:20])
    assert np.isnan(broken.loss[21:]).all() and np.isnan(broken.updates[:, 22:]).all() and len(broken.loss) == 51
    explorer = ClinicExplorer(patients=[mine(train=train)], everything=True)
    assert "NaN after 50" in explorer.describe()


def test_kernels_are_weights_and_vectors_are_none():
    def train(X, y, lr, steps, report):
        kernel, W = np.ones((2, 1, 2, 2)), np.ones((3, 8))
        for t in range(steps + 1):
            report([(1 + t) * kernel, W, np.zeros(3)], [np.full(kernel.shape, t), 2 * W, np.zeros(3)])

    def through(parameters, X):
        images = np.einsum("okab,nab->nok", parameters[0], X.reshape(-1, 2, 2)).repeat(4, axis=2)
        return [images, images.reshape(len(X), 8) @ parameters[1].T]

    explorer = ClinicExplorer(patients=[mine(train=train, forward=through, steps=4)], everything=True)
    chart = explorer.result.patient.chart
    np.testing.assert_allclose(chart.gradients, [np.arange(5) * 8**0.5, [2 * 24**0.5] * 5])
    np.testing.assert_allclose(chart.updates, [[1, 1, 1 / 2, 1 / 3, 1 / 4], [0] * 5])
    assert "Gradients, layer 1 to 2" in explorer.describe()

    def vectors(X, y, lr, steps, report):
        for _ in range(steps + 1):
            report([np.ones(4)], [np.ones(4)])

    plain = mine(train=vectors, forward=lambda parameters, X: [np.outer(X @ parameters[0], np.arange(3))])
    explorer = ClinicExplorer(patients=[plain], everything=True)
    assert "Gradients, no matrix of weights. Updates, no matrix of weights." in explorer.describe()


def test_a_cure_may_change_the_number_of_steps():
    patient = mine(cures={"units all alike": {"steps": 20.0}})
    explorer = ClinicExplorer(patients=[patient], diagnosis="units all alike")
    assert explorer.result.cured.shape == (2, 21) and explorer.result.patient.steps == 50


def test_nothing_that_is_shown_says_the_cause():
    explorer = ClinicExplorer(patients=[*patients(), mine()], **dict.fromkeys(NAMES.values(), True))
    for patient in [*patients(), mine()]:
        (cause,) = [cause for cause in patient.cures if patient.is_caused_by(cause)]
        explorer.set(patient=patient.name)
        shown = json.dumps(explorer._picture, default=str)
        assert cause not in f"{patient!r} {explorer.describe()} {explorer.answer} {shown}"


def test_the_notebook_says_no_cause_of_a_patient():
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        shown = cell.source + " ".join(str(output.get("text", "")) for output in cell.get("outputs", []))
        for output in cell.get("outputs", []):
            shown += str(output.get("data", {}).get("text/plain", ""))
        for name, (_, cause) in wards().items():
            assert not (name in shown and cause in shown), cell.id


def test_there_are_six_patients_or_more_and_each_cause_is_had_once():
    causes = [cause for _, cause in wards().values()]
    assert len(causes) >= 6 and sorted(causes) == sorted(CAUSES) == sorted(CURES)


def test_a_patient_differs_from_a_healthy_run_in_its_cause_alone():
    usual = {"seed", "steps", "activation"}
    for recipe, cause in wards().values():
        allowed = {"first weights too small": 2, "first weights too large": 1}.get(cause, 1)
        differs = {name for name in vars(recipe) if getattr(recipe, name) != getattr(Recipe(), name)} - usual
        assert len(differs) == allowed, (cause, differs)


@pytest.mark.parametrize("name", ["patient 4", "patient 9"])
def test_the_recorded_charts_are_those_of_the_runs(name):
    (stored,) = [one.chart for one in patients() if one.name == name]
    fresh = admitted(name).chart
    for key in ("loss", "held_out", "gradients", "updates", "units", "one_batch", "labels"):
        np.testing.assert_allclose(getattr(stored, key), getattr(fresh, key), rtol=2e-3, atol=1e-6)


def test_no_other_cure_does_as_well_as_that_of_the_cause():
    for patient in patients():
        ends = {cause: patient.chart.cured(cause)[1, -1] for cause in CAUSES}
        assert patient.is_caused_by(min(ends, key=lambda cause: np.nan_to_num(ends[cause], nan=np.inf)))
        assert min(ends.values()) < 0.65 * patient.chart.held_out[-1]


@pytest.mark.parametrize("name", ["patient 1", "patient 2", "patient 3", "patient 9"])
def test_the_cause_is_what_is_wrong_with_other_seeds_too(name):
    recipe, cause = wards()[name]
    for seed in (41, 42):
        ill = replace(recipe, seed=seed)
        ends = []
        for it in (ill, CURES[cause](ill)):
            made = Patient(name="again", held_out=digits()[1], cause=cause, cures={cause: {}}, **it.fields())
            ends.append(observed(made)["held_out"][-1])
        assert ends[1] < 0.65 * ends[0]


def test_the_bill_only_grows():
    explorer = ClinicExplorer(patient="patient 2")
    assert explorer.result.bill == 0 and explorer.values["diagnosis"] == NOT_YET
    everything, bills = sum(cost for cost, _ in TESTS.values()), []
    orders = {"labels": True}, {"labels": False, "tenth": True}, {"diagnosis": "wrong labels"}, {"tenth": False}
    for settings in (*orders, {"diagnosis": NOT_YET}, {"diagnosis": "wrong labels"}, {"everything": True}):
        explorer.set(**settings)
        bills.append(explorer.result.bill)
    assert bills == [3, 5, *[5 + NAMING] * 4, everything + NAMING]
    explorer.set(everything=False)
    explorer.set(patient="patient 4")
    assert explorer.result.bill == 0 and explorer.values["diagnosis"] == NOT_YET
    explorer.set(patient="patient 2")
    assert explorer.result.bill == everything + NAMING


@pytest.mark.parametrize("broken", ["one_batch", "cure", "sentence"])
def test_what_fails_is_not_charged(broken, monkeypatch):
    patient = mine(cures={"units all alike": {"lr": 0.5}, "coffee": {"lr": 0.7}})

    def train(X, y, lr, steps, report):
        if (len(y) == 32 and broken == "one_batch") or (lr == 0.7 and broken == "cure"):
            raise ArithmeticError("nothing comes of it")
        patient.train(X, y, lr, steps, report)

    explorer = ClinicExplorer(patients=[replace(patient, train=train)])
    if broken == "sentence":
        monkeypatch.setattr(ClinicExplorer, "sentence", lambda self, v, it: 1 / 0)
    before = explorer.describe()
    with pytest.raises(ArithmeticError):
        explorer.set(everything=True, diagnosis="coffee")
    monkeypatch.undo()
    explorer.set(look=100)
    assert explorer.describe() == before and explorer.result.bill == 0
    explorer.set(held_out_rows=True)
    explorer.set(look=50)
    assert explorer.result.bill == 1


def test_guessing_costs_more_than_all_tests_for_most():
    explorer, everything = ClinicExplorer(), sum(cost for cost, _ in TESTS.values())
    bills = []
    for patient in patients():
        explorer.set(patient=patient.name, diagnosis=NOT_YET)
        for cause in CAUSES:
            explorer.set(diagnosis=cause)
            if explorer.result.right:
                break
        bills.append(explorer.result.bill)
    assert np.mean(bills) == NAMING * 5 > everything + NAMING


def test_a_cure_does_not_give_the_held_out_rows_away():
    explorer = ClinicExplorer(patient="patient 4", diagnosis="too few rows")
    few = len(explorer.drawn["marks"])
    assert "held-out" not in explorer.describe()
    explorer.set(held_out_rows=True)
    assert "held-out loss" in explorer.describe() and len(explorer.drawn["marks"]) == few + 2


def test_labels_of_layers_keep_apart():
    moved = apart([0.5, 0.51, 0.5, 1.0, 0.0], 0.06)
    assert np.diff(np.sort(moved)).min() > 0.0599 and moved.min() >= 0.03 - 1e-9 and moved.max() <= 0.97 + 1e-9
    assert list(np.argsort(moved, kind="stable")) == [4, 0, 2, 1, 3]


def test_the_chapter_tells_how_in_names_that_it_has():
    cells = {cell.id: cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells}
    assert "`help(clinic)`" in cells["clinic-reading"]
    names = {}
    exec(cells["setup"], names)  # noqa: S102
    assert names["clinic"] is clinic


def test_a_patient_stays_in_the_course_as_contributing_says(monkeypatch):
    text = (NOTEBOOK.parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for word in ("`Recipe`", "`wards`", "`CAUSES`", "`CURES`", "`python -m jobs.clinic`"):
        assert word in text.split("## A patient")[1].split("## An explorer")[0]
    monkeypatch.setattr(ward, "CAUSES", (*CAUSES, "coffee"))
    monkeypatch.setitem(CURES, "coffee", lambda it: replace(it, lr=0.1))
    monkeypatch.setitem(wards(), "mine", (Recipe(lr=3.0, steps=20), "coffee"))
    explorer = ClinicExplorer(patients=[admitted("mine")], diagnosis="coffee")
    assert explorer.result.right and explorer.form["controls"][-1]["options"][-1] == "coffee"


def test_patients_at_the_ends():
    def linear(X, y, lr, steps, report):
        W = np.zeros((3, X.shape[1]))
        for _ in range(steps + 1):
            powers = np.exp(X @ W.T)
            g = (powers / powers.sum(axis=1, keepdims=True) - np.eye(3)[y]).T @ X / len(y)
            report([W], [g])
            W = W - lr * g

    plain = mine(train=linear, forward=lambda parameters, X: [X @ parameters[0].T], steps=1)
    explorer = ClinicExplorer(patients=[plain], everything=True)
    assert "No hidden units" in explorer.describe() and "1 step at η = 0.002" in explorer.describe()
    with pytest.raises(ValueError, match="2 rows at least"):
        mine(data=Data(plain.data.X[:1], plain.data.y[:1]))
    with pytest.raises(TypeError, match="lr must hold real numbers"):
        mine(lr="3")
    with pytest.raises(ValueError, match="not yet"):
        mine(cause=NOT_YET)
    with pytest.raises(TypeError, match="a list of Patient"):
        ClinicExplorer(patients=plain)
    with pytest.raises(ValueError, match="one at least"):
        ClinicExplorer(patients=[])


def test_units_say_how_often_they_are_on():
    for patient in patients():
        on = patient.chart.units[2]
        assert np.all((on >= 0) & (on <= 1))
        if patient.is_caused_by("first biases too low"):
            assert np.all(on < 0.02)


def test_odd_labels_are_found_where_they_were_put():
    train, _ = digits()
    y = train.y[:400].copy()
    wrong = np.flatnonzero(y == 3)
    y[wrong] = 7
    found = odd_labels(Data(train.X[:400], y))
    assert np.isnan(found[3]) and found[[0, 1, 2, 4, 5, 6]].max() < 0.2
    y[wrong[::2]] = 3
    assert odd_labels(Data(train.X[:400], y))[[3, 7]].max() > 0.2


def test_update_ratio_has_its_conventions():
    assert update_ratio(np.array([3.0, 4.0]), np.array([0.0, 1.0])) == 0.2
    assert update_ratio(np.zeros(2), np.ones(2)) == np.inf and update_ratio(np.zeros(2), np.zeros(2)) == 0


def test_the_example_of_a_patient_runs():
    (example,) = re.findall(r"::\n\n(.*?)\n\n`cures`", clinic.__doc__, flags=re.DOTALL)
    written = {}
    exec(textwrap.dedent(example), written)
    explorer = ClinicExplorer(patients=[written["mine"]], diagnosis="rate too large")
    assert explorer.result.right
    assert explorer.result.cured[1, -1] < 0.5 < written["mine"].chart.held_out[-1]
