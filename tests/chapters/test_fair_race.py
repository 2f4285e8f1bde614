"""Chapter 12: what chance does to a comparison, the race's table against fresh runs, and its explorer."""

import dataclasses
import itertools
import math

import numpy as np
import pytest
from scipy import stats

from course_lib import fit
from course_lib.chapters.fair_race import shared
from course_lib.chapters.fair_race.explorer import PROBLEMS, RaceExplorer
from course_lib.chapters.fair_race.shared import (
    BUDGETS,
    FILE,
    FRESH,
    MEASURES,
    RATES,
    RULES,
    SETTINGS,
    TRIALS,
    TUNING,
    UNIT,
    Protocol,
    grids,
    outcome,
    problems,
    run,
    table,
)
from course_lib.checks import diagnose
from course_lib.data import minibatch_indices
from course_lib.theory.comparing import coverage, expected_best, log_interval, some_false_verdict

# ---------------------------------------------------------------------------------- theory


def test_the_interval_is_that_of_a_paired_test():
    rng = np.random.default_rng(0)
    a, b = np.exp(rng.normal(size=(2, 7)))
    ends = stats.ttest_rel(np.log(a), np.log(b)).confidence_interval(0.95)
    got = log_interval(np.log(a / b))
    np.testing.assert_allclose(got, [stats.gmean(a / b), math.exp(ends.low), math.exp(ends.high)])
    np.testing.assert_allclose(log_interval(np.log(b / a)), 1 / got[[0, 2, 1]])
    wider = log_interval(np.log(a / b), comparisons=12)
    level = 1 - 0.05 / 12
    ends = stats.ttest_rel(np.log(a), np.log(b)).confidence_interval(level)
    np.testing.assert_allclose(wider, [got[0], math.exp(ends.low), math.exp(ends.high)])


@pytest.mark.parametrize("n", [3, 5, 20])
def test_coverage_is_measured(n):
    draws = np.random.default_rng(1).normal(size=(40_000, n))
    mean, error = draws.mean(axis=1), draws.std(axis=1, ddof=1) / n**0.5
    for factor in (1.96, 2.0, stats.t.ppf(0.975, n - 1)):
        assert np.mean(np.abs(mean) < factor * error) == pytest.approx(coverage(n, factor), abs=0.006)
    assert coverage(n, stats.t.ppf(0.975, n - 1)) == pytest.approx(0.95)


def test_false_verdicts_add_up():
    draws = np.random.default_rng(2).uniform(size=(100_000, 12)) > 0.95
    assert draws.any(axis=1).mean() == pytest.approx(some_false_verdict(12), abs=0.005)
    assert some_false_verdict(1) == pytest.approx(0.05)
    assert 1 - (1 - 0.05 / 12) ** 12 < 0.05  # what Bonferroni's intervals leave


@pytest.mark.parametrize("k", [1, 2, 3, 10, 50])
def test_the_best_of_equal_readings(k):
    draws = np.random.default_rng(3).normal(size=(100_000, k)).min(axis=1)
    assert -draws.mean() == pytest.approx(expected_best(k), abs=0.012)
    assert expected_best(k) <= math.sqrt(2 * math.log(k)) + 1e-12
    closed = {1: 0.0, 2: 1 / math.sqrt(math.pi), 3: 1.5 / math.sqrt(math.pi)}
    if k in closed:
        assert expected_best(k) == pytest.approx(closed[k], abs=1e-9)


def test_the_bound_is_loose_at_ten_and_tight_in_the_limit():
    ratios = [expected_best(k) / math.sqrt(2 * math.log(k)) for k in (10, 100, 10_000)]
    assert ratios[0] == pytest.approx(1.539 / 2.146, abs=1e-3)
    assert ratios == sorted(ratios) and ratios[-1] < 0.92


# ---------------------------------------------------------------------------------- the table


def test_the_table_is_small_and_complete():
    assert FILE.stat().st_size < 300_000
    kinds = {"default": 1, "rate": TRIALS, "grid": TRIALS, "random": shared.POOL}
    for problem, rule in itertools.product(problems(), RULES):
        for kind, settings in grids(rule).items():
            measures = table()[problem, rule, kind]
            assert len(settings["lr"]) == kinds[kind]
            assert measures["last loss"].shape == (3, kinds[kind], len(TUNING) + len(FRESH))
            assert measures["test loss"].shape == (3, min(kinds[kind], TRIALS), len(FRESH))
            assert (measures["best loss"] <= measures["last loss"] + 1e-9).all()
            assert not any(np.isnan(values).any() for values in measures.values())
    assert not set(TUNING) & set(FRESH)


@pytest.mark.parametrize(("rule", "kind"), [("SGD", "rate"), ("momentum", "random"), ("Adam", "grid")])
def test_the_table_is_what_the_course_computes_now(rule, kind):
    settings = {name: values[4:12] for name, values in grids(rule)[kind].items()}
    it = problems()["linear, diabetes"]
    again = run("linear, diabetes", rule, settings, np.concatenate([TUNING, FRESH]), it.passes[-1])
    stored = table()["linear, diabetes", rule, kind]
    for measure, skip in zip(MEASURES, (0, 0, len(TUNING))):
        now = again[measure][list(it.passes)][..., skip:]
        kept = stored[measure][:, 4:12]
        both = np.isfinite(kept)
        assert measure == "best loss" or (now[~both] > 60).all()
        np.testing.assert_allclose(kept[both], now[both], atol=1.01 * UNIT)


def test_a_run_of_the_table_by_hand():
    """SGD on the linear model, one rate and one seed, without `fit`."""
    it, k, seed = problems()["linear, diabetes"], 9, FRESH[3]
    rng = np.random.default_rng(seed)
    w, X = it.model.init(rng), np.column_stack([it.train.X, np.ones(len(it.train))])
    rng = np.random.default_rng(seed)
    it.model.init(rng)
    for _ in range(it.passes[0]):
        for rows in minibatch_indices(len(it.train), 32, rng):
            w = w - RATES[k] * 2 / len(rows) * X[rows].T @ (X[rows] @ w - it.train.y[rows])
    above = np.mean((X @ w - it.train.y) ** 2) - it.least
    stored = table()["linear, diabetes", "SGD", "rate"]["last loss"][0, k, len(TUNING) + 3]
    assert stored == pytest.approx(math.log(above), abs=UNIT)


def test_minibatches_are_all_of_one_size():
    assert all(len(it.train) % shared.BATCH == 0 for it in problems().values())


# ---------------------------------------------------------------------------------- the explorer


def test_the_explorer_says_what_the_table_holds():
    explorer = RaceExplorer(problem="linear, diabetes", budget="middle", seeds=7)
    typical, judged = {}, {}
    for rule in RULES:
        logs = table()["linear, diabetes", rule, "rate"]["last loss"][1]
        chosen = min(range(TRIALS), key=lambda k: logs[k, :8].sum())
        judged[rule] = logs[chosen, 8:15]
        typical[rule] = stats.gmean(np.exp(judged[rule]))
    first, second = sorted(typical, key=typical.get)[:2]
    found = stats.ttest_rel(judged[first], judged[second]).confidence_interval()
    assert explorer.result.order[0] == first
    ratio, low, high = explorer.result.against(first, second)
    assert (ratio, low, high) == pytest.approx(
        (typical[first] / typical[second], math.exp(found.low), math.exp(found.high))
    )
    assert f"{first} is crowned: {first}/{second}" in explorer.describe()
    assert "5 passes" in explorer.describe() and "of 7 seeds" in explorer.describe()


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("settings", SETTINGS)
def test_every_protocol_has_an_outcome(problem, settings):
    for budget, chosen_by, judged_on, measure in itertools.product(
        BUDGETS, ("geometric mean", "plain mean"), ("new seeds", "the seeds that chose"), MEASURES
    ):
        race = outcome(Protocol(problem, budget, settings, 0.3, chosen_by, judged_on, 5, measure))
        assert sorted(race.order) == sorted(RULES)
        assert all(len(logs) == 5 for logs in race.logs.values())


def test_one_rate_crowns_one_rule_and_another_rate_another():
    race = dataclasses.replace(Protocol(settings="one rate for all"), problem="network, digits")
    crowned = [outcome(dataclasses.replace(race, lr=lr)).order[0] for lr in (0.01, 0.3, 3.0)]
    assert crowned[1:] == ["momentum", "SGD"] and crowned[0] in ("Adam", "RMSProp")


def test_diverging_settings_never_run_where_there_is_a_choice():
    for problem in problems():
        for settings in ("own best rate", "best of a grid", "best of 24 random"):
            race = outcome(Protocol(problem, settings=settings))
            assert all(np.isfinite(logs).all() for logs in race.logs.values())


def test_an_explorer_with_every_rule_diverging_says_so():
    explorer = RaceExplorer(problem="linear, diabetes", settings="one rate for all", lr=100)
    assert "crowned" in explorer.describe()


# ---------------------------------------------------------------------------------- exercises


def test_the_fair_part_of_racing_one_s_own_steps():
    from course_lib.chapters.fair_race.race_own_steps import momentum_step, plain_step

    assert diagnose("race_own_steps", (plain_step, 1.0, momentum_step, 0.2)).status == "correct"
    assert diagnose("race_own_steps", (plain_step, 0.05, momentum_step, 0.2)).misconception == "rival not tuned"


def test_one_s_own_interval_is_the_library_s():
    def mine(a, b):
        return tuple(log_interval(np.log(a / b)))

    assert diagnose("paired_ratio", mine).status == "correct"


# ---------------------------------------------------------------------------------- what the chapter claims


def test_a_lead_that_is_certain_on_the_way_does_not_last():
    races = {seeds: outcome(Protocol("softmax, digits", "long", seeds=seeds)) for seeds in range(2, 21)}
    assert all(races[seeds].order[0] == "momentum" for seeds in range(2, 14) if seeds != 11)
    for seeds in (7, 8, 9):
        assert all(races[seeds].against("momentum", other)[2] < 1 for other in ("SGD", "RMSProp", "Adam"))
    assert all(races[seeds].order[0] == "SGD" for seeds in range(14, 21))
    assert races[20].order[2] == "momentum"


def test_other_luck_alone_crowns_others():
    draws = {
        "pairs": np.array(list(itertools.combinations(range(20), 2))),
        "again": np.random.default_rng(3).integers(0, 20, (1000, 20)),
    }
    others = {}
    for said, which in draws.items():
        others[said] = 0
        for problem, budget in itertools.product(problems(), BUDGETS):
            logs = np.array(list(outcome(Protocol(problem, budget)).logs.values()))
            others[said] += logs[:, which].mean(axis=-1).argmin(axis=0) != logs.mean(axis=-1).argmin()
    assert others["pairs"].mean() == pytest.approx(4.0, abs=0.05)
    assert others["again"].mean() == pytest.approx(2.0, abs=0.3)


def test_the_walk_of_the_bias_is_not_all_of_adams_delay():
    it, seeds = problems()["linear, diabetes"], np.arange(60)
    gone = {}
    for passes in (2, 5, 20):
        ratios = []
        for shift in (0, it.train.y.mean()):
            train, logs = dataclasses.replace(it.train, y=it.train.y - shift), {}
            for name in ("SGD", "Adam"):
                sweep = fit(it.model, train, shared.rule_with(name, {"lr": RATES}), passes, shared.BATCH, seed=TUNING)
                best = RULES[name](lr=RATES[np.log(sweep.loss[-1] - it.least).mean(axis=-1).argmin()])
                logs[name] = np.log(fit(it.model, train, best, passes, shared.BATCH, seed=seeds).loss[-1] - it.least)
            ratios.append((logs["SGD"] - logs["Adam"]).mean())
        gone[passes] = 1 - ratios[1] / ratios[0]
    assert 0.4 < gone[2] < 0.65 and gone[5] > 0.9 and 0.3 < gone[20] < 0.5


def test_a_large_eps_takes_adams_delay_on_the_linear_problem_away():
    it, seeds, passes = problems()["linear, diabetes"], np.arange(100, 160), 5
    finals = {}
    for name, kind, extra, factor in (
        ("momentum", "momentum", {}, 1.0), ("usual", "Adam", {}, 1.0), ("large", "Adam", {"eps": 1e6}, 1e7),
    ):  # fmt: skip
        rates = RATES * factor
        lanes = RULES[kind](lr=rates[:, None, None], **extra)
        sweep = fit(it.model, it.train, lanes, passes, shared.BATCH, seed=TUNING)
        best = RULES[kind](lr=rates[np.log(sweep.loss[-1] - it.least).mean(axis=-1).argmin()], **extra)
        finals[name] = np.log(fit(it.model, it.train, best, passes, shared.BATCH, seed=seeds).loss[-1] - it.least)
    usual, large = (np.exp((finals[name] - finals["momentum"]).mean()) for name in ("usual", "large"))
    assert usual > 2 and 0.9 < large < 1.5


@pytest.mark.parametrize("asked", [0.03, 0.04, 0.05, 0.055])
def test_the_one_rate_that_ran_is_the_one_that_is_told(asked):
    nearest = min(RATES, key=lambda rate: abs(math.log(rate / asked)))
    explorer = RaceExplorer(problem="network, digits", settings="one rate for all", lr=asked, seeds=8)
    assert f"η = {nearest:.3g}, the nearest of 24" in explorer.describe()
    again = RaceExplorer(problem="network, digits", settings="one rate for all", lr=nearest, seeds=8)
    assert again.result.order == explorer.result.order
    if diagnose("find_crowning_rate", (asked, 8)).status == "correct":
        assert f"η = {nearest:.3g}" in diagnose("find_crowning_rate", (asked, 8)).message


def test_every_mixture_of_mends_of_the_unfair_race_is_named_rightly():
    from course_lib.chapters.fair_race.mend_race import _left

    for left in itertools.product((False, True), repeat=4):
        found = diagnose("mend_race", _left(*left))
        assert (found.status == "correct") == (not any(left))
        if 1 < sum(left) < 4:
            assert found.misconception.count(" and ") == sum(left) - 1
