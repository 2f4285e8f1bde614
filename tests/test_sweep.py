"""Sweeps: the same numbers wherever they run, and what is done is kept, whatever happens to the rest."""

import multiprocessing
import os
import subprocess
import sys
import threading
import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import cloudpickle
import numpy as np
import pytest

from course_lib import (
    Adam,
    Averaged,
    Clip,
    Data,
    GradientDescent,
    LinearRegression,
    Momentum,
    SoftmaxRegression,
    fit,
    load_diabetes,
    own_rule,
    rate_grid,
    split,
    standardize,
    sweep,
)
from course_lib.schedules import Cosine
from course_lib.training import SweepWarning, bars
from course_lib.training.fingerprints import fingerprint

# As if they stood in a notebook: another process gets the functions of this file, and does not import it.
cloudpickle.register_pickle_by_value(sys.modules[__name__])

TRAIN, TEST = standardize(*split(load_diabetes()))
LINEAR = LinearRegression(10)
LRS = rate_grid(0.003, 0.3, 3)
HOME = os.getpid()
ARRAYS = ("loss", "validation_loss", "validation_score", "curve", "validation_curve", "score_curve")
CLOSE = dict(rtol=1e-10, atol=1e-12)


def call(**changes):
    arguments = dict(model=LINEAR, data=TRAIN, rules=GradientDescent, lrs=LRS, epochs=2, batch_size=32, seeds=[0, 1])
    return sweep(**(arguments | dict(progress=False) | changes))


def unit_step(w, grad, lr):
    """A step that takes one norm of all that it gets, so that lanes would mix."""
    return w - lr * grad / np.linalg.norm(grad)


def steep_only(lr):
    """A rule that asks which rate it has, so that it takes one at a time."""
    return GradientDescent(lr) if lr < 0.1 else Momentum(lr / 10)


RULES = {
    "SGD": GradientDescent,
    "clipped": lambda lr: Clip(Momentum(lr), norm=1),
    "cosine": lambda lr: Adam(Cosine(lr, total_steps=22)),
    "averaged": lambda lr: Averaged(GradientDescent(lr)),
    "unit": lambda lr: own_rule(unit_step, lr=lr),
    "steep": steep_only,
}


@pytest.fixture(scope="module")
def here():
    return call(rules=RULES, validation=TEST, curves=True)


@pytest.fixture(scope="module")
def cluster():
    import dask
    from distributed import LocalCluster

    patient = {"distributed.scheduler.allowed-failures": 0, "distributed.deploy.lost-worker-timeout": "5 minutes"}
    with dask.config.set(patient), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Dask's own
        with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50) as running:
            yield running


def fresh_pool():
    return ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn"))


def assert_same(one, other):
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert one.complete and other.complete


# The same numbers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RULES)
def test_each_run_is_that_of_fit(here, name):
    one = here[name]
    for i, lr in enumerate(LRS):
        for j, seed in enumerate((0, 1)):
            run = fit(LINEAR, TRAIN, RULES[name](float(lr)), 2, 32, seed=seed, validation=TEST)
            np.testing.assert_allclose(one.curve[:, 0, i, j], run.loss, **CLOSE)
            np.testing.assert_allclose(one.validation_curve[:, 0, i, j], run.validation_loss, **CLOSE)
            np.testing.assert_allclose(one.validation_score[0, i, j], run.validation_score[-1], **CLOSE)


def test_curves_end_where_the_run_does(here):
    without = call(rules=RULES, validation=TEST)
    np.testing.assert_array_equal(here.curve[-1], here.loss)
    np.testing.assert_array_equal(without.loss, here.loss)
    np.testing.assert_array_equal(without.validation_score, here.score_curve[-1])
    assert without.curve is without.validation_curve is without.score_curve is None


def test_threads_and_processes_compute_the_same_bits(here):
    with ThreadPoolExecutor(2) as threads:
        assert_same(call(rules=RULES, validation=TEST, curves=True, executor=threads), here)
    assert_same(call(rules=RULES, validation=TEST, curves=True, executor=2), here)
    assert not multiprocessing.active_children()


def test_where_no_process_may_start_the_parts_run_here(here, monkeypatch):
    def refused(*arguments, **told):
        raise PermissionError("[Errno 13] Permission denied")

    monkeypatch.setattr("course_lib.training.engines.ProcessPoolExecutor", refused)
    with pytest.warns(SweepWarning, match="no process may start here"):
        assert_same(call(rules=RULES, validation=TEST, curves=True, executor=2), here)


def test_a_cluster_computes_the_same_bits(here, cluster):
    assert_same(call(rules=RULES, validation=TEST, curves=True, executor=cluster.scheduler_address), here)
    from distributed import Client

    with Client(cluster, set_as_default=False) as client:
        assert_same(call(rules=RULES, validation=TEST, curves=True, executor=client.get_executor()), here)


def test_a_part_does_not_depend_on_the_others(here):
    alone = call(rules={"cosine": RULES["cosine"]}, lrs=LRS[1:2], seeds=[1])
    np.testing.assert_allclose(alone.loss[0, 0, 0], here["cosine"].loss[0, 1, 1], **CLOSE)


def test_many_lanes_are_cut_into_parts():
    told = []
    rng = np.random.default_rng(0)
    data = Data(rng.normal(size=(40, 64)), rng.integers(10, size=40))
    many = dict(model=SoftmaxRegression(64, 10), data=data, lrs=rate_grid(1e-3, 1, 70), batch_size=20)
    result = call(**many, progress=lambda *done: told.append(done))
    assert told == [(i, 4) for i in range(5)]
    run = fit(many["model"], data, GradientDescent(many["lrs"][:, None, None]), 2, 20, seed=[0, 1])
    np.testing.assert_allclose(result.loss[0], run.loss[-1], **CLOSE)


# What a student brings ----------------------------------------------------------------------------------------------


class Scaled(LinearRegression):
    """A model of a reader's: it looks at w as one vector, so it has no lanes."""

    def _loss_and_grad(self, w, X, y):
        if w.ndim > 1:
            raise ValueError("one vector at a time, please")
        return super()._loss_and_grad(w, X, y)


def test_an_own_model_without_lanes_runs_one_by_one():
    np.testing.assert_allclose(call(model=Scaled(10)).loss, call().loss, **CLOSE)


def trained_by_hand(rule, lr, seed, data, validation, epochs, batch_size):
    run = fit(LINEAR, data, rule(lr), epochs, batch_size, seed=seed, validation=validation)
    return run.loss, run.validation_loss


@pytest.mark.parametrize("curves", [True, False])
def test_an_own_function_may_train(curves):
    mine = call(model=trained_by_hand, validation=TEST, curves=curves)
    course = call(validation=TEST, curves=curves)
    for name in ("loss", "validation_loss", "curve"):
        if getattr(course, name) is not None:
            np.testing.assert_allclose(getattr(mine, name), getattr(course, name), **CLOSE)


def test_an_own_function_needs_no_data_and_any_rule():
    result = call(model=lambda rule, lr, seed: len(rule) + lr + seed, data=None, rules=["sgd", "adam"], epochs=None)
    assert result.rules == ("sgd", "adam")
    np.testing.assert_allclose(result.loss, np.array([3, 4])[:, None, None] + LRS[:, None] + np.array([0, 1]))


def test_folds_are_held_out_in_turn_and_nothing_leaks():
    data = load_diabetes()
    result = call(data=data, folds=3, prepare=standardize)
    assert result.loss.shape == (1, 3, 2, 3)
    assert np.ptp(np.bincount(result.folds)) <= 1
    for k in range(3):
        out = result.folds == k
        train, held_out = standardize(Data(data.X[~out], data.y[~out]), Data(data.X[out], data.y[out]))
        run = fit(LINEAR, train, GradientDescent(LRS[:, None, None]), 2, 32, seed=[0, 1], validation=held_out)
        np.testing.assert_allclose(result.validation_loss[0, ..., k], run.validation_loss[-1], **CLOSE)
    own = call(data=data, folds=result.folds, prepare=standardize)
    np.testing.assert_array_equal(own.validation_loss, result.validation_loss)


def test_rates_may_differ_from_rule_to_rule():
    lrs = {"Adam": 10 * LRS, "GradientDescent": LRS}
    result = call(rules=[GradientDescent, Adam], lrs=lrs)
    np.testing.assert_array_equal(result.lrs, [LRS, 10 * LRS])
    np.testing.assert_allclose(result.loss[1], call(rules=Adam, lrs=10 * LRS).loss[0], **CLOSE)
    np.testing.assert_array_equal(result["Adam"].lrs, 10 * LRS)


# What comes out -----------------------------------------------------------------------------------------------------


def test_typical_and_best_are_those_by_hand():
    def train(rule, lr, seed):
        return {"a": [4.0, 1.0, 2.0], "b": [3.0, 2.0, np.inf]}[rule][[0.1, 1, 10].index(lr)] * 4**seed

    result = call(model=train, rules=["a", "b"], lrs=[0.1, 1, 10], data=None)
    np.testing.assert_allclose(result.typical(), [[8, 2, 4], [6, 4, np.inf]])
    assert result.best() == ("a", 1.0, pytest.approx(2), False)
    assert result.best("b") == ("b", 1.0, pytest.approx(4), False)
    assert result["a"].best("a").lr == 1
    assert result.diverged.sum() == 2
    assert result.table().splitlines() == [
        "rule  best rate  loss  diverged",
        "a             1     2    0 of 6",
        "b             1     4    2 of 6",
    ]
    assert repr(result) == "Sweep(2 rules × 3 rates × 2 seeds; 2 diverged, all run)"


def test_ties_go_to_the_smaller_rate_and_the_edge_is_told():
    tied = call(model=lambda lr: 1.0, rules="mine", data=None)
    assert tied.best() == ("mine", LRS[0], 1.0, True)
    assert "at the edge" in tied.table()


def test_a_score_is_best_where_it_is_largest():
    result = call(validation=TEST)
    scores = result.validation_score.mean(axis=-1)
    np.testing.assert_allclose(result.typical("validation_score"), scores)
    assert result.best(measure="validation_score").lr == LRS[scores[0].argmax()]


def test_a_run_that_diverged_is_data():
    result = call(lrs=[0.01, 1e300], validation=TEST)
    assert result.complete
    assert np.isinf(result.loss[0, 1]).all() and np.isinf(result.validation_loss[0, 1]).all()
    assert np.isnan(result.validation_score[0, 1]).all()
    assert result.best().lr == 0.01
    with pytest.raises(ValueError, match="no learning rate of GradientDescent has a finite loss for every seed"):
        call(lrs=[1e300]).best()


# What goes wrong ----------------------------------------------------------------------------------------------------


def failing(lr):
    if np.ndim(lr) == 0 and lr > 0.1:
        raise ArithmeticError("too steep for me")
    return GradientDescent(float(lr))


def deadly(lr):
    if np.ndim(lr) == 0 and lr > 0.1 and os.getpid() != HOME:
        os._exit(7)
    return GradientDescent(float(lr))


def assert_named(result, reason):
    assert [(each.rule, each.lrs.tolist(), each.seeds.tolist()) for each in result.failed] == [("bad", [LRS[2]], [0])]
    assert reason in result.failed[0].reason
    assert not result.complete
    assert np.isnan(result.loss[1, 2]).all() and np.isfinite(result.loss[0]).all()
    np.testing.assert_allclose(result.loss[1, :2], call(lrs=LRS[:2], seeds=[0]).loss[0], **CLOSE)
    assert result.table().splitlines()[-1].endswith("1 of 3")


def partly(rule, **changes):
    with pytest.warns(SweepWarning, match="1 of 4 parts have no numbers, bad, rate 0.3, seed 0: "):
        return call(rules={"good": GradientDescent, "bad": rule}, seeds=[0], **changes)


def test_a_part_that_fails_is_named_and_the_others_are_kept():
    assert_named(partly(failing), "ArithmeticError: too steep for me")


def test_an_error_comes_back_from_another_process():
    class Odd(Exception):
        def __init__(self, one, two):
            super().__init__(f"{one} {two}")

    def odd(lr):
        if np.ndim(lr) == 0 and lr > 0.1:
            raise Odd("not", "portable")
        return GradientDescent(float(lr))

    with ThreadPoolExecutor(2) as threads:
        assert_named(partly(odd, executor=threads), "not portable")


def test_where_every_part_fails_the_first_error_is_raised():
    with pytest.raises(ArithmeticError, match="too steep") as caught:
        call(rules=failing, lrs=[0.2, 0.3])
    assert "This is the first: failing, rate 0.2, seed 0" in caught.value.__notes__[0]


def test_a_process_that_dies_is_known_by_its_part():
    assert_named(partly(deadly, executor=2), "the process that ran it died")


def test_a_process_that_is_killed_from_outside_changes_nothing(tmp_path):
    def killed_once(lr):
        if np.ndim(lr) == 0 and lr > 0.1 and os.getpid() != HOME and not (tmp_path / "once").exists():
            (tmp_path / "once").touch()
            os._exit(9)
        return GradientDescent(float(lr))

    result = call(rules=killed_once, executor=2)
    assert result.complete
    np.testing.assert_allclose(result.loss, call().loss, **CLOSE)


def test_a_pool_that_breaks_is_replaced():
    with fresh_pool() as pool:
        assert_named(partly(deadly, executor=pool), "the process that ran it died")


def test_a_worker_of_a_cluster_that_dies_takes_nothing_with_it(cluster):
    assert_named(partly(deadly, executor=cluster.scheduler_address), "the process that ran it died, with code 7")


def stop_after(parts):
    def progress(done, total):
        if done == parts:
            raise KeyboardInterrupt

    return progress


@pytest.mark.parametrize("executor", [None, 2])
def test_what_is_stopped_keeps_what_is_done_and_goes_on_from_there(tmp_path, executor):
    four = dict(rules={"own": steep_only}, seeds=[0, 1], lrs=LRS[:2])
    before = set(multiprocessing.active_children())
    with pytest.warns(SweepWarning, match="2 of 4 parts have no numbers, own, rate .*, seed .*: stopped"):
        stopped = call(**four, store=tmp_path, progress=stop_after(2), executor=executor)
    assert np.isnan(stopped.loss).sum() == 2
    if executor is None:  # all of the first seed before any of the next
        assert np.isfinite(stopped.loss[..., 0]).all()
    assert {each.reason for each in stopped.failed} == {"stopped"}
    told = []
    resumed = call(**four, store=tmp_path, progress=lambda *done: told.append(done))
    assert told == [(2, 4), (3, 4), (4, 4)]
    np.testing.assert_array_equal(resumed.loss, call(**four).loss)
    assert not list(tmp_path.glob("*.unfinished"))
    assert set(multiprocessing.active_children()) <= before


def test_a_store_knows_its_own(tmp_path):
    def rule(factor):
        return {"mine": lambda lr: GradientDescent(factor * lr)}

    first = call(store=tmp_path, rules=rule(1.0))
    others = [
        dict(data=Data(TRAIN.X, TRAIN.y + 1)),
        dict(rules=rule(0.5)),
        dict(rules={"mine": lambda lr: GradientDescent(lr * 1.0)}),
        dict(epochs=3),
        dict(batch_size=31),
        dict(validation=TEST),
        dict(curves=True),
        dict(lrs=LRS * 1.01),
        dict(seeds=[0, 2]),
        dict(model=Scaled(10)),
    ]
    for i, changes in enumerate(others, start=1):
        before = len(list(tmp_path.iterdir()))
        changed = call(**(dict(store=tmp_path, rules=rule(1.0)) | changes))
        assert len(list(tmp_path.iterdir())) > before, (i, changes)
        plain = call(**(dict(rules=rule(1.0)) | changes))
        np.testing.assert_array_equal(changed.loss, plain.loss)
    told = []
    again = call(store=tmp_path, rules=rule(1.0), progress=lambda *done: told.append(done))
    assert told == [(1, 1)]
    np.testing.assert_array_equal(again.loss, first.loss)


def test_a_damaged_file_is_computed_again(tmp_path):
    first = call(store=tmp_path)
    for damage in (b"", b"PK no zip", next(tmp_path.iterdir()).read_bytes()[:-30]):
        next(tmp_path.iterdir()).write_bytes(damage)
        np.testing.assert_array_equal(call(store=tmp_path).loss, first.loss)


def test_a_fingerprint_is_the_same_in_another_process():
    program = (
        "from course_lib import *; from course_lib.training.fingerprints import fingerprint; power = 2\n"
        "def step(w, grad, lr): return w - lr * grad**power\n"
        "print(fingerprint(LinearRegression(3), Adam, step, {'b': 1, 'a': {3, 'x'}}, lambda lr: Adam(lr)))"
    )
    found = set()
    for seed, before in (("1", ""), ("2", "# another line\n")):
        surroundings = dict(os.environ, PYTHONHASHSEED=seed)
        command = [sys.executable, "-c", before + program]
        found.add(subprocess.run(command, capture_output=True, text=True, check=True, env=surroundings).stdout)
    assert len(found) == 1
    changed = subprocess.run([sys.executable, "-c", program.replace("= 2", "= 3")], capture_output=True, text=True)
    assert changed.stdout not in found


def test_what_cannot_be_told_apart_has_no_fingerprint():
    with pytest.raises(TypeError, match="lock cannot be told from others"):
        fingerprint(threading.Lock())


# Progress -----------------------------------------------------------------------------------------------------------


class Terminal:
    def __init__(self, seen):
        self.write, self.flush, self.isatty = seen.append, lambda: None, lambda: True


def test_a_terminal_shows_a_bar_and_is_left_clean(monkeypatch):
    seen = []
    monkeypatch.setattr(bars, "PATIENCE", -1)
    monkeypatch.setattr(bars, "PAUSE", -1)
    monkeypatch.setattr(sys, "stderr", Terminal(seen))
    call(progress=None)
    assert "█" * bars.WIDTH + " sweep: 1 of 1 parts" in seen[-2]
    assert seen[-1] == "\r\x1b[K"


def test_elsewhere_there_is_no_output(monkeypatch, capfd):
    monkeypatch.setattr(bars, "PATIENCE", -1)
    call(progress=None)
    assert capfd.readouterr() == ("", "")


def test_a_notebook_stores_no_bar():
    import nbformat
    from nbclient import NotebookClient

    source = (
        "from course_lib import *\nfrom course_lib.training import bars\nbars.PATIENCE = -1\n"
        "train = standardize(load_diabetes())\n"
        "best = sweep(LinearRegression(10), train, Adam, rate_grid(0.01, 1, 3), 2, 32).best()"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    NotebookClient(notebook, kernel_name="python3", timeout=60).execute()
    assert notebook.cells[0].outputs == []
    assert "widgets" not in notebook.metadata


# Bad input ----------------------------------------------------------------------------------------------------------


def closed_pool():
    pool = ThreadPoolExecutor(1)
    pool.shutdown()
    return pool


class Locked(LinearRegression):
    """A model that holds what belongs to this process."""

    def __post_init__(self):
        super().__post_init__()
        object.__setattr__(self, "lock", threading.Lock())


BAD = {
    "no model": (dict(model=3), TypeError, "model must be a model such as LinearRegression(10), got 3"),
    "a class": (dict(model=LinearRegression), TypeError, "model must be a model such as"),
    "data an array": (dict(data=TRAIN.X), TypeError, "data must be Data, such as load_diabetes() returns"),
    "other features": (dict(model=LinearRegression(3)), ValueError, "X must have 3 columns"),
    "validation of others": (dict(validation=Data([[1.0]], [1.0])), ValueError, "X must have 10 columns"),
    "empty grid": (dict(lrs=[]), ValueError, "lrs must hold at least one learning rate, got none"),
    "order": (dict(lrs=(10, 1e-4)), ValueError, "lrs must rise from the smallest to the largest, got 10 before 0.0001"),
    "a rate twice": (
        dict(lrs=[0.1, 0.1]),
        ValueError,
        "lrs must rise from the smallest to the largest, got 0.1 before",
    ),
    "rate 0": (dict(lrs=[0, 1]), ValueError, "lrs must be above 0, got 0"),
    "rate below 0": (dict(lrs=-0.1), ValueError, "lrs must be above 0, got -0.1"),
    "rate nan": (dict(lrs=[np.nan]), ValueError, "lrs must be finite, but it contains nan"),
    "lanes": (dict(lrs=LRS[:, None]), ValueError, "lrs must have shape (L,), got (3, 1); sweep makes the lanes"),
    "low 0": (lambda: rate_grid(0, 1, 3), ValueError, "low must be above 0, got 0"),
    "high below low": (lambda: rate_grid(1, 0.1, 3), ValueError, "high must be above low, 1, got 0.1"),
    "one rate": (lambda: rate_grid(0.1, 1, 1), ValueError, "n must be at least 2, got 1"),
    "low a list": (lambda: rate_grid([0.1, 0.2], 1, 3), ValueError, "low must be one number, got shape (2,)"),
    "rates of others": (
        dict(lrs={"Adam": LRS}),
        ValueError,
        "lrs must have rates for each of GradientDescent, got them for Adam",
    ),
    "ragged": (
        dict(rules=[Adam, Momentum], lrs={"Adam": LRS, "Momentum": LRS[:2]}),
        ValueError,
        "lrs must have equally many rates for each rule, got Adam 3, Momentum 2",
    ),
    "no rule": (dict(rules={}), ValueError, "rules must hold at least one rule, got none"),
    "a rule made": (dict(rules=Adam(lr=0.1)), TypeError, "rules must make a rule of each learning rate, as Adam or"),
    "a rule made, named": (dict(rules={"a": Adam(0.1)}), TypeError, "rules['a'] must make a rule of a learning rate"),
    "a lambda": (dict(rules=[lambda lr: Adam(lr)]), ValueError, "rules must give a lambda a name"),
    "two names": (dict(rules=[Adam, Adam]), ValueError, "rules must have different names, got Adam twice"),
    "name 1": (dict(rules={1: Adam}), TypeError, "rules must have texts as names, got 1"),
    "no rule comes": (
        dict(rules={"x": lambda lr: 3}),
        TypeError,
        "rules['x'] must return a rule such as Adam(lr), got 3",
    ),
    "negative schedule": (
        dict(rules={"dive": lambda lr: Adam(lambda step: lr * (1 - step / 5))}),
        ValueError,
        "rules['dive']: the learning rate that the schedule lr gives for step 6 must be at least 0, got -0.",
    ),
    "no epochs": (dict(epochs=None), TypeError, "epochs must be a whole number, got None"),
    "batch": (dict(batch_size=333), ValueError, "batch_size must be at most the number of rows, 332, got 333"),
    "batch of a fold": (
        dict(batch_size=200, folds=2),
        ValueError,
        "batch_size must be at most the number of rows, 166",
    ),
    "seeds a number": (dict(seeds=10), TypeError, "seeds must list the seeds, as range(10) or [10], got 10"),
    "seeds twice": (dict(seeds=[3, 1, 3]), ValueError, "seeds must differ, got 3 twice"),
    "no seeds": (dict(seeds=[]), ValueError, "seeds must be a whole number, or an array of them"),
    "seed -1": (dict(seeds=[-1]), ValueError, "seeds must be at least 0, got -1"),
    "folds 1": (dict(folds=1), ValueError, "folds must be at least 2, got 1"),
    "folds 333": (dict(folds=333), ValueError, "folds must be at most the number of rows, 332, got 333"),
    "folds short": (dict(folds=[0, 1]), ValueError, "folds must be a number, or say the fold of each of the 332 rows"),
    "folds with holes": (dict(folds=np.arange(332) % 2 * 2), ValueError, "folds must number the folds 0, 1, … and use"),
    "folds and validation": (dict(folds=3, validation=TEST), ValueError, "give folds or validation, not both"),
    "prepare alone": (
        dict(prepare=standardize),
        ValueError,
        "prepare takes data held out, too: give validation or folds",
    ),
    "prepare 3": (dict(prepare=3, folds=2), TypeError, "prepare must be a function of (train, held_out)"),
    "prepare loses": (dict(prepare=lambda a, b: a, folds=2), TypeError, "prepare must return two Data"),
    "executor a name": (dict(executor=2.0), TypeError, "executor must be None, a number of processes, a concurrent"),
    "executor 0": (dict(executor=0), ValueError, "executor must be at least 1, got 0"),
    "executor closed": (dict(executor=closed_pool()), ValueError, "executor must be open, but it has shut down"),
    "model locked": (dict(model=Locked(10), executor=2), TypeError, "model cannot be packed for another process: "),
    "model locked, stored": (dict(model=Locked(10), store="sweeps"), TypeError, "store must know two sweeps apart by"),
    "store a file": (dict(store=__file__), ValueError, "store must be a folder, but"),
    "progress": (dict(progress="bar"), TypeError, "progress must be a function of (done, parts), False or None"),
    "function of more": (
        dict(model=lambda lr, momentum: 0),
        TypeError,
        "<lambda> needs momentum, but sweep gives only",
    ),
    "function of words": (dict(model=lambda lr: "low"), TypeError, "<lambda> must return numbers, got 'low'"),
    "function of three": (dict(model=lambda lr: (1, 2, 3)), ValueError, "<lambda> must return its loss, or (loss, val"),
    "function without curve": (dict(model=lambda lr: 1.0, curves=True), ValueError, "with curves=True <lambda> must"),
    "measure": (lambda: call().typical("validation_loss"), ValueError, "measure must be one of 'loss', got"),
    "rule": (lambda: call().best("Adam"), ValueError, "rule must be one of 'GradientDescent', got 'Adam'"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    changes, kind, sentence = BAD[name]
    with pytest.raises(kind) as caught:
        changes() if callable(changes) else call(**changes)
    assert sentence in str(caught.value)


def test_a_cluster_that_is_not_there_is_named(cluster):
    from distributed import Client

    with pytest.raises(ConnectionError, match="executor: no Dask scheduler answers at 'nonsense://"):
        call(executor="nonsense://127.0.0.1:1")
    client = Client(cluster, set_as_default=False)
    client.close()
    with pytest.raises(ValueError, match="executor must be a connected Dask client, but it is closed"):
        call(executor=client)
