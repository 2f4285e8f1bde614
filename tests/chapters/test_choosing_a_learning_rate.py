"""Chapter 14: what searches find, its tables against fresh runs, what it claims, and its explorer."""

import math
from dataclasses import replace

import numpy as np
import pytest

from course_lib.chapters.choosing_a_learning_rate import shared
from course_lib.chapters.choosing_a_learning_rate.cross_validate import cross_validate
from course_lib.chapters.choosing_a_learning_rate.explorer import ValleyExplorer
from course_lib.chapters.choosing_a_learning_rate.figures import five_runs
from course_lib.chapters.choosing_a_learning_rate.shared import (
    COSTS,
    FULL,
    HALVED,
    OVERFIT,
    RATES,
    RULES,
    UNIT,
    hits,
    inside,
    leak,
    middle,
    nearest,
    problems,
    tables,
    typical,
    valleys,
)
from course_lib.chapters.choosing_a_learning_rate.successive_halving import successive_halving
from course_lib.data import minibatch_indices, points_around_a_line
from course_lib.models import LinearRegression, LogisticRegression
from course_lib.optimizers import Adam, GradientDescent
from course_lib.theory.comparing import log_interval
from course_lib.theory.searching import grid_hits, random_hits
from course_lib.training import fit
from course_lib.training.choosing import at_loss, cross_validated, halve, range_test

PLACES = [f"{problem} | {rule}" for problem in problems() for rule in ("SGD", "Adam")]

# ---------------------------------------------------------------------------------- theory


@pytest.mark.parametrize(("width", "reach", "rates"), [(0.75, 6, 4), (0.5, 3, 9), (1.0, 6, 2), (2.0, 5, 7)])
def test_what_a_grid_and_random_rates_hit(width, reach, rates):
    rng = np.random.default_rng(rates)
    left = rng.uniform(0, reach - width, size=40_000)[:, None]
    drawn = rng.uniform(0, reach, size=(40_000, rates))
    hit = ((drawn > left) & (drawn < left + width)).any(axis=1).mean()
    assert hit == pytest.approx(random_hits(width, reach, rates), abs=0.01)
    # on a circle: the grid's hits do not depend on where the ends of the range lie
    left = rng.uniform(0, reach, size=40_000)[:, None]
    grid = (np.arange(rates) + 0.5) * reach / rates
    hit = ((grid - left) % reach < width).any(axis=1).mean()
    assert hit == pytest.approx(grid_hits(width, reach, rates), abs=0.01)
    assert random_hits(width, reach, rates) <= grid_hits(width, reach, rates)


def test_random_rates_miss_where_a_grid_is_just_certain():
    for rates in (10, 100, 1000):
        assert grid_hits(6 / rates, 6, rates) == pytest.approx(1)
        assert random_hits(6 / rates, 6, rates) == pytest.approx(1 - 1 / math.e, abs=0.3 / rates)


def test_halving_on_curves_is_successive_halving():
    rng = np.random.default_rng(3)
    for k in (2, 3, 5, 8, 13, 16):
        curve = rng.normal(size=(FULL * 5 + 1, k)).cumsum(axis=0)
        curve[7:, 1] = np.inf

        def train(place, steps, state, curve=curve):
            done = (state or 0) + steps
            return done, curve[done, int(place)]

        expected = successive_halving.reference(train, np.arange(k), FULL * (k - 1).bit_length())
        assert halve(curve, range(k), FULL * (k - 1).bit_length()) == expected


def test_the_last_rate_of_a_halving_gets_nearly_a_run():
    for cost, k in HALVED.items():
        spent, done, left = 0, 0, k
        while left > 1:
            each = FULL * cost // (cost * left)
            spent, done, left = spent + each * left, done + each, left // 2
        assert 2**cost == k and done == FULL * (k - 1) // k and spent == FULL * cost


def test_where_a_run_stays_below_a_level():
    rng = np.random.default_rng(0)
    train = np.exp(-np.arange(30) / 5)[:, None] + 0.05 * rng.random((30, 6))
    other = rng.normal(size=(30, 6))
    passes, there = at_loss(train, other, 0.3)
    for k in range(6):
        last = max(t for t in range(30) if train[t, k] > 0.3)
        share = (train[last, k] - 0.3) / (train[last, k] - train[last + 1, k])
        assert passes[k] == pytest.approx(last + share)
        assert there[k] == pytest.approx(other[last, k] + share * (other[last + 1, k] - other[last, k]))
    assert np.isnan(at_loss(train, other, 1e-9)[0]).all()


def test_a_range_test_by_hand():
    data, model = points_around_a_line(), LinearRegression(1)
    rates, smoothed = range_test(model, data, GradientDescent, 1e-3, 1.0, 1, 64, [5])
    rng = np.random.default_rng(5)
    w, average = model.init(rng), 0.0
    rng = np.random.default_rng(5)
    model.init(rng)
    for t, rows in enumerate(minibatch_indices(len(data), 64, rng), start=1):
        loss, grad = model.on(data.X[rows], data.y[rows]).value_and_grad(w)
        average = 0.9 * average + 0.1 * loss
        assert smoothed[t - 1, 0] == pytest.approx(average / (1 - 0.9**t))
        assert rates[t - 1] == pytest.approx(10 ** (-3 + 3 * (t - 1) / 6))
        w = w - rates[t - 1] * grad


def test_rows_held_out_in_the_room_are_those_of_the_exercise():
    rng = np.random.default_rng(2)
    X, y = rng.normal(size=(25, 3)) * [1, 10, 0.1] + 4, rng.integers(0, 2, size=25)
    model, lrs = LogisticRegression(3), [0.05, 0.5]

    def train(X, y, lr):
        w = np.zeros(4)
        for _ in range(50):
            w = w - lr * model.grad(w, X, y)
        return lambda Z: model.predict(w, Z)

    mine = cross_validate.reference(train, X, y, lrs, 4, np.random.default_rng(9))
    folds = np.array_split(np.random.default_rng(9).permutation(25), 4)
    np.testing.assert_allclose(cross_validated(model, X, y, lrs, folds)[1], mine)


# ---------------------------------------------------------------------------------- the tables


def test_the_tables_are_small_and_complete():
    assert shared.FILE.stat().st_size + shared.TABLES.stat().st_size < 900_000
    assert set(valleys()) == {(p, r, b) for p in problems() for r in RULES for b in shared.BATCHES}
    assert all(values.shape == (2, 21, 65) and not np.isnan(values).any() for values in valleys().values())
    for place in PLACES:
        for cost in COSTS:
            assert (hits(place, "grid", cost) >= 0).all()


@pytest.mark.parametrize(("problem", "rule", "batch"), [("diabetes", "NAdam", 16), ("breast cancer", "SGD", 64)])
def test_the_valleys_are_what_the_course_computes_now(problem, rule, batch):
    places = np.array([10, 24, 33, 40])
    losses = shared.run(problem, rule, RATES[places], batch, shared.SEEDS)
    stored = valleys()[problem, rule, batch][:, :, places]
    np.testing.assert_allclose([typical(part) for part in losses], stored, atol=1.01 * UNIT)


def test_long_runs_are_what_the_course_computes_now():
    place = "breast cancer | SGD"
    rates, levels = OVERFIT[place]
    train, held_out, _ = shared.train_long("breast cancer", "SGD", rates[:3], passes=20, seeds=[4, 11])
    stored = tables()[f"passes | {place}"][:2, :2, :3][..., [4, 11]]
    np.testing.assert_allclose([part[[5, 20]] for part in (train, held_out)], stored, rtol=1e-4)


# ---------------------------------------------------------------------------------- what the chapter claims


def test_the_unit_of_a_rate():
    it, w0 = problems()["diabetes"], np.zeros(11)
    small = replace(it.train, y=it.train.y / 100)
    for seed in (0, 7):

        def end(data, rule, seed=seed):
            return fit(it.model, data, rule, 2, 16, seed=seed, w0=w0).w[-1]

        np.testing.assert_allclose(end(small, GradientDescent(0.02)), end(it.train, GradientDescent(0.02)) / 100)
        np.testing.assert_allclose(
            end(small, Adam(0.02, eps=1e-12)), end(it.train, Adam(2.0, eps=1e-12)) / 100, rtol=1e-6
        )
    loss, grads = it.model.on(*it.train), []
    for factor in (1, 100):
        w, state, rule = w0, None, Adam(0.5, eps=1e-12)
        state = rule.init(w)
        for t in range(1, 20):
            w, state = rule.step(w, factor * loss.grad(w), state, t)
        grads.append(w)
    np.testing.assert_allclose(*grads, rtol=1e-9)


def test_adams_valley_is_no_wider_and_its_default_lies_outside():
    ends = {key[:2]: table[1, 20] for key, table in valleys().items() if key[2] == 16}
    width = {rule: [inside(ends[p, rule]).sum() for p in problems()] for rule in RULES}
    assert np.mean(width["Adam"]) <= np.mean(width["SGD"])
    assert sorted(np.sign(np.subtract(width["Adam"], width["SGD"]))) == [-1, -1, 0, 1]
    assert 3 <= min(map(min, width.values())) and max(map(max, width.values())) <= 15
    for rule in ("Adam", "SGD"):
        assert not any(inside(ends[p, rule])[nearest(0.001)] for p in problems())
        best = [RATES[ends[p, rule].argmin()] for p in problems()]
        assert max(best) / min(best) > 50


def test_a_shorter_budget_wants_a_larger_rate():
    for problem in problems():
        for rule in ("SGD", "Adam"):
            short, long = (valleys()[problem, rule, 16][1, k].argmin() for k in (2, 20))
            assert short > long
    larger = [v[1, 2].argmin() > v[1, 20].argmin() for key, v in valleys().items() if key[2] == 16]
    assert sum(larger) >= 36


def test_halving_does_what_a_grid_of_four_times_its_price_does():
    four = {kind: np.array([hits(place, kind, 4).mean() for place in PLACES]) for kind in ("grid", "random", "halving")}
    sixteen = np.array([hits(place, "grid", 16).mean() for place in PLACES])
    assert (four["grid"] > four["random"]).all()
    assert (four["halving"] > four["grid"] - 0.02).all() and (four["halving"] > four["grid"] + 0.2).sum() >= 6
    assert (np.abs(four["halving"] - sixteen) < 0.12).all()


def test_halving_fails_where_the_order_changes():
    it = problems()["diabetes"]
    floor = float(it.model.loss(it.model.solve(*it.train), *it.train))
    run = fit(it.model, it.train, GradientDescent(RATES[:, None, None]), FULL, 32, seed=np.arange(50, 66))
    curves = np.log(run.loss - floor)
    judged = curves[-1, :, 8:].mean(axis=-1)
    found = shared.searches(curves[..., :8], judged, repeats=10)
    middle_of = {key: np.median(values) for key, values in found.items()}
    assert curves[1].mean(axis=-1).argmin() > judged.argmin() + 4
    assert middle_of["halving", 4] > middle_of["grid", 16] + 0.15
    assert np.mean(found["halving", 4]) < np.mean(found["grid", 4]) - 0.4
    assert middle_of["halving", 4] > middle_of["halving", 3] - 0.1


def test_what_leaks_change():
    gap = {}
    for kind, seeds in (("scale", range(40, 42)), ("select", range(40, 43)), ("twins", range(40, 50))):
        rows = np.array([leak(kind, seed) for seed in seeds])
        clean, leaky = rows[:, 0, 0].argmin(axis=-1), rows[:, 1, 0].argmin(axis=-1)
        s = np.arange(len(rows))
        gap[kind] = [np.log(rows[s, k, 0, leaky] / rows[s, k, 0, clean]).mean() for k in (1, 2)]
        if kind == "scale":
            assert (np.abs(leaky - clean) <= 1).all()
        if kind == "select":
            assert rows[s, 1, 1, leaky].mean() < 0.25 < 0.44 < rows[s, 2, 1, leaky].mean()
    assert -0.02 < gap["scale"][0] < 0.005
    assert gap["select"][0] < -0.2 and gap["twins"][0] < -0.8 and gap["twins"][1] > 0


def powers(problem, rule, seeds, centered=False, sizes=(1, 2, 4, 8, 16)):
    it, mid = problems()[problem], []
    shift = it.train.y.mean() if centered else 0.0
    train, held_out = (replace(data, y=data.y - shift) if centered else data for data in (it.train, it.held_out))
    for B in sizes:
        run = fit(it.model, train, RULES[rule](lr=RATES[:, None, None]), 3, B, seed=seeds, validation=held_out)
        mid.append(middle(typical(run.validation_loss)[-1]))
    return np.polyfit(np.log(sizes), np.log(mid), 1)[0]


def test_rates_across_batch_sizes_with_other_seeds_and_another_budget():
    seeds = np.arange(20, 23)
    assert powers("diabetes", "SGD", seeds) == pytest.approx(1, abs=0.12)
    raw, centered = (powers("diabetes", "Adam", seeds, centered) for centered in (False, True))
    assert 0.45 < centered < raw < 1.1


def test_the_laws_of_the_batch_size_on_a_stretch_of_rows():
    """Drift and variance of one coordinate with a mean gradient that stays, as the chapter derives them."""
    rng, n, mean, sigma, eta = np.random.default_rng(1), 512, 0.02, 1.0, 0.01
    rows = mean + sigma * rng.normal(size=(4000, n))
    for B in (1, 4, 16):
        grads = rows.reshape(4000, n // B, B).mean(axis=-1)
        sgd = -(eta * B) * grads.sum(axis=1)
        adam = -(eta * B**0.5) * (grads / np.sqrt(mean**2 + sigma**2 / B)).sum(axis=1)
        for moved, drift, variance in (
            (sgd, n * eta * mean, n * eta**2 * sigma**2),
            (adam, n * eta * mean, n * eta**2),
        ):
            assert -moved.mean() == pytest.approx(drift, abs=0.02)
            assert moved.var() == pytest.approx(variance, rel=0.08)


def test_inside_the_valley_equal_training_loss_means_equal_held_out_loss():
    it, rates = shared.few_rows("breast cancer"), np.array([0.15, 0.4, 3.0])
    for batch, passes, worst in ((16, 140, 2.0), (None, 900, 1.02)):
        rule = GradientDescent(rates[:, None, None])
        run = fit(it.model, it.train, rule, passes, batch, seed=np.arange(60, 66), validation=it.held_out)
        _, logs = at_loss(np.log(run.loss), np.log(run.validation_loss), math.log(0.06))
        assert np.abs(logs[1] - logs[0]).mean() < 0.03
        done = np.isfinite(logs[2])
        ratio = np.exp((logs[2] - logs[0])[done].mean())
        assert done.sum() >= 3 and (ratio > worst if batch else worst < ratio < 1.3)
        size = at_loss(np.log(run.loss), np.log(np.linalg.norm(run.w, axis=-1)), math.log(0.06))[1]
        grown = np.exp((size[2] - size[0])[done].mean())  # the weights, at the same training loss
        assert grown > 3 if batch else grown < 1.4


def test_at_equal_passes_the_best_rate_falls_with_the_passes():
    held_out = tables()["passes | digits, network | SGD"][1].mean(axis=-1)
    best = held_out.argmin(axis=-1)
    assert (np.diff(best) < 0).all()


def test_on_the_digits_early_and_late_steps_do_harm_and_on_the_tumors_late_ones():
    for place, (_, levels) in OVERFIT.items():
        equal, early, late = (tables()[f"{kind} | {place}"][:, 1] for kind in ("equal", "early", "late"))
        assert early.shape == late.shape == (3, 20) and len(levels) == 3
        assert (late[0] > shared.EARLY).all() and (early[0] > shared.EARLY).all() != place.startswith("breast")
        ratio = [log_interval(run - equal[1, 2])[0] for run in (equal[1, 6], early[1], late[1])]
        if place.startswith("digits"):
            assert ratio[0] > 1.8 and ratio[1] > 1.4 and ratio[2] > 1.7
        else:
            assert ratio[0] > 4 and ratio[1] < 1.25 and ratio[2] > 4


def test_two_passes_at_a_large_rate_leave_a_mark_with_other_seeds():
    """The softmax: two passes at a large rate, another small one from there on, against the small one alone."""
    ends = []
    for rates, then in (([0.2], None), ([2.5], 0.2)):
        train, held_out, _ = shared.train_long("digits, softmax", "SGD", rates, 60, np.arange(70, 76), then=then)
        ends.append(at_loss(train, held_out, math.log(0.05))[1][0])
    assert np.exp((ends[1] - ends[0]).mean()) > 1.6


def test_the_valley_of_a_short_budget_reaches_beyond_the_rates_that_end_alike():
    for place in OVERFIT:
        logs, after = tables()[f"equal | {place}"][1, 1], tables()[f"passes | {place}"][1, 0].mean(axis=-1)
        large = np.flatnonzero(inside(after)).max()
        assert log_interval(logs[large] - logs[2], 40)[1] > 1.01


def test_the_border_of_sgd_grows_with_the_batch_and_not_beyond_that_of_full_steps():
    """SGD on the diabetes rows leaves at smaller rates with smaller batches; full steps leave at 2 / λ_max = 0.248."""
    it, border = problems()["diabetes"], []
    for B in (1, 4, 256):
        lrs = np.geomspace(0.03, 0.4, 40)
        epochs = 200 if B == 256 else 30  # with all rows a pass is one step
        run = fit(it.model, it.train, GradientDescent(lrs[:, None, None]), epochs, B, seed=np.arange(4))
        with np.errstate(all="ignore"):
            grown = ~(run.loss[-1].max(axis=-1) < 1e3 * run.loss[0].max())
        border.append(lrs[grown.argmax()])
    assert border[0] < border[1] < border[2] == pytest.approx(2 / 8.0626, rel=0.15)


def test_a_quarter_of_a_run_gives_the_size_of_the_rate():
    near = [((x := tables()[f"range | {p}"][1]) >= 1).mean() - (x > 100).mean() for p in PLACES]
    assert min(near) > 0.6 and sorted(near)[1] >= 0.89


# ---------------------------------------------------------------------------------- exercises and explorer


def test_the_five_runs_do_what_the_exercise_says():
    losses = {letter: np.log10(loss) for letter, loss in five_runs().items()}
    factors = np.diff(losses["c"][30:])
    assert factors.min() > 0 and np.ptp(factors) < 0.01
    assert factors.mean() == pytest.approx(2 * math.log10(abs(1 - 0.2535 * 8.0626)), abs=0.002)
    assert losses["a"].max() > losses["a"][0] and losses["a"][-1] < losses["a"][0] - 3
    for letter in "be":
        assert abs(losses[letter][40:68].mean() - losses[letter][68:].mean()) < 0.7
    assert (np.diff(losses["d"][::16]) < 0).all()


def test_the_explorer_says_what_the_table_holds():
    explorer = ValleyExplorer(problem="breast cancer", rule="momentum", batch_size="64", passes=7, lr=0.12)
    table = np.exp(valleys()["breast cancer", "momentum", 64][1, 7])
    place = min(range(65), key=lambda k: abs(math.log(RATES[k] / 0.12)))
    assert explorer.result.over_best == pytest.approx(table[place] / table.min())
    assert explorer.result.width == pytest.approx(sum(table <= 1.1 * table.min()) / 8)
    assert (
        "7 passes" in explorer.describe() and f"{explorer.result.over_best:.3g} times the least" in explorer.describe()
    )


def test_an_explorer_with_its_goal():
    explorer = ValleyExplorer(
        goal="find_short_budget", hide=("problem", "rule", "batch_size"), rule="Adam", lr=0.01, passes=20
    )
    assert not explorer.met and "12 too many" in explorer.describe()
    explorer.set(lr=0.0175, passes=8)
    assert explorer.met and explorer.answer.startswith("lr = 0.0175")
