"""Data-parallel training: the numbers of one process, whoever computes them, and whoever dies on the way."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
import warnings

import numpy as np
import pytest

from course_lib import (
    MLP,
    Adam,
    Averaged,
    Data,
    GradientDescent,
    LinearRegression,
    Momentum,
    SoftmaxRegression,
    data_parallel,
    fit,
    load_diabetes,
    load_digits,
    standardize,
)
from course_lib.schedules import Cosine
from course_lib.training import ClusterLost
from course_lib.training.clusters import local_workers
from course_lib.training.parallel import weighted_mean

DIGITS, DIABETES = standardize(load_digits()), standardize(load_diabetes())
SOFTMAX, LINEAR = SoftmaxRegression(64, 10), LinearRegression(10)
TOLD = dict(optimizer=Momentum(0.1, momentum=0.9), epochs=2, batch_size=100, seed=3)
RULES = [
    GradientDescent(0.05), Momentum(0.02, momentum=0.9), Adam(0.05), Adam(Cosine(0.1, total_steps=20)),
    Averaged(GradientDescent(0.05)),
]  # fmt: skip


@pytest.fixture(scope="module")
def client():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Dask's own
        with local_workers(2) as running:
            yield running
    assert not multiprocessing.active_children()


def here(**changes):
    return data_parallel(SOFTMAX, DIGITS, **(dict(shards=(1500, 297)) | TOLD | changes))


# The numbers of one process -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("shards", [1, 2, (1, 441), (200, 42, 200), 7], ids=str)
@pytest.mark.parametrize("rule", RULES, ids=str)
def test_shards_follow_fit_to_rounding(rule, shards):
    told = dict(optimizer=rule, epochs=3, batch_size=50, seed=4)
    run, one = data_parallel(LINEAR, DIABETES, shards=shards, **told), fit(LINEAR, DIABETES, **told)
    np.testing.assert_allclose(run.w, one.w[-1], rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(run.loss, one.batch_loss, rtol=1e-10)
    assert run.t == len(run.loss) == len(run.seconds) == 27 and sum(run.counts) == 442


def test_a_network_and_full_batches_follow_fit():
    model, told = MLP(64, 20, 10), dict(optimizer=GradientDescent(0.3), epochs=4, seed=1)
    run = data_parallel(model, DIGITS, shards=(3, 1000, 794), **told)
    np.testing.assert_allclose(run.w, fit(model, DIGITS, **told).w[-1], rtol=1e-10, atol=1e-12)


def test_a_shard_without_rows_in_a_minibatch_is_left_out():
    told = dict(optimizer=GradientDescent(0.01), epochs=1, batch_size=1, seed=0)
    run = data_parallel(LINEAR, DIABETES, shards=(440, 2), **told)
    np.testing.assert_allclose(run.w, fit(LINEAR, DIABETES, **told).w[-1], rtol=1e-10)


def test_a_mean_of_shards_is_weighted():
    grads, counts = np.random.default_rng(0).normal(size=(4, 3)), [3, 1, 5, 2]
    np.testing.assert_allclose(weighted_mean(grads, counts), np.average(grads, axis=0, weights=counts), rtol=1e-14)


def test_data_may_be_loaded_shard_by_shard():
    def load(k):
        return Data(DIGITS.X[:1500], DIGITS.y[:1500]) if k == 0 else Data(DIGITS.X[1500:], DIGITS.y[1500:])

    run = data_parallel(SOFTMAX, load, shards=2, **TOLD)
    assert run.counts == (1500, 297)
    np.testing.assert_array_equal(run.w, here().w)


def test_a_run_goes_on_where_it_was():
    whole, half = here(epochs=3), here(epochs=1)
    again = here(epochs=3, resume=half)
    np.testing.assert_array_equal(again.w, whole.w)
    np.testing.assert_array_equal(again.loss, whole.loss)
    local = dict(optimizer=GradientDescent(0.1), local_steps=5)
    part = here(**local, epochs=1)  # 18 steps: the last round is shorter
    assert part.t == 18 and len(part.loss) == 4
    with pytest.warns(UserWarning, match="ended within a round, after 18 steps of rounds of 5"):
        whole = here(**local, resume=part)
    assert whole.t == 36 and len(whole.loss) == len(whole.seconds) == 8


def test_an_interrupt_keeps_what_is_done():
    class Impatient(GradientDescent):
        def step(self, w, grad, state, t):
            if t == 8:
                signal.raise_signal(signal.SIGINT)  # as Ctrl-C does
            return super().step(w, grad, state, t)

    with pytest.warns(UserWarning, match="stopped after 7 of 36 steps"):
        run = here(optimizer=Impatient(0.1))
    plain = dict(optimizer=GradientDescent(0.1))
    np.testing.assert_array_equal(here(**plain, resume=run).w, here(**plain).w)


# Local steps --------------------------------------------------------------------------------------------------------


def test_one_local_step_of_plain_descent_is_data_parallel():
    told = dict(optimizer=GradientDescent(0.1))
    every = here(**told)
    rounds = here(**told, local_steps=1)
    np.testing.assert_array_equal(every.w, rounds.w)


def test_local_steps_are_those_of_a_loop():
    lr, parts = 0.05, [(DIABETES.X[a:b], DIABETES.y[a:b]) for a, b in ((0, 300), (300, 442))]
    w = np.zeros(11)
    for _ in range(3):
        points = []
        for X, y in parts:
            x = w
            for _ in range(4):
                x = x - lr * LINEAR.grad(x, X, y)
            points.append(x)
        w = (300 * points[0] + 142 * points[1]) / 442
    told = dict(epochs=12, shards=(300, 142), local_steps=4, w0=np.zeros(11))
    np.testing.assert_allclose(data_parallel(LINEAR, DIABETES, GradientDescent(lr), **told).w, w, rtol=1e-12)


# On a cluster -------------------------------------------------------------------------------------------------------


def test_workers_compute_the_same_bits(client):
    near, far = here(), here(engine=client)
    np.testing.assert_array_equal(near.w, far.w)
    np.testing.assert_array_equal(near.loss, far.loss)
    local = dict(optimizer=GradientDescent(0.1), local_steps=6)
    np.testing.assert_array_equal(here(**local).w, here(**local, engine=client.scheduler.address).w)


SAME_BITS = {
    "softmax, full batch": (SOFTMAX, DIGITS, dict(optimizer=Momentum(0.1, momentum=0.9), epochs=6)),
    "linear, full batch": (LINEAR, DIABETES, dict(optimizer=GradientDescent(0.05), epochs=12)),
    "columns picked": (LinearRegression(3), Data(DIABETES.X[:, [2, 3, 8]], DIABETES.y),
                       dict(optimizer=GradientDescent(0.05), epochs=12, local_steps=3)),
    "Fortran order": (LINEAR, Data(np.asfortranarray(DIABETES.X), DIABETES.y),
                      dict(optimizer=GradientDescent(0.05), epochs=12)),
    "network": (MLP(64, 40, 10), DIGITS,
                dict(optimizer=Adam(0.01), epochs=1, batch_size=100, shards=(3, 1000, 794))),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME_BITS)
def test_the_bits_are_those_of_one_process_whatever_the_model(client, name):
    model, data, told = SAME_BITS[name]
    near = data_parallel(model, data, **told)
    for _ in range(2):
        np.testing.assert_array_equal(data_parallel(model, data, engine=client, **told).w, near.w)


def test_a_shard_does_not_depend_on_where_its_rows_lie():
    raw = np.zeros(DIABETES.X.nbytes + 1, dtype=np.uint8)
    X = raw[1:].view(np.float64).reshape(DIABETES.X.shape)  # as a message brings it: at any address
    X[:] = DIABETES.X
    assert not X.flags.aligned

    def load(k):
        return Data(X, DIABETES.y)

    told = dict(optimizer=GradientDescent(0.05), epochs=5, shards=1)
    np.testing.assert_array_equal(data_parallel(LINEAR, load, **told).w, data_parallel(LINEAR, DIABETES, **told).w)


def test_more_shards_than_workers(client):
    told = dict(shards=(700, 90, 7, 500, 500), epochs=1)
    np.testing.assert_array_equal(here(**told).w, here(**told, engine=client).w)


def killer(client, at):
    def progress(t, steps):
        if t in at:
            os.kill(client.run(os.getpid)[min(client.nthreads())], signal.SIGKILL)

    return progress


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_all_workers_killed_at_once_change_nothing(client):
    def kill_all(t, steps):
        if t == 6:
            for victim in client.run(os.getpid).values():
                os.kill(victim, signal.SIGKILL)

    run = here(engine=client, progress=kill_all)
    np.testing.assert_array_equal(run.w, here().w)
    client.wait_for_workers(2, timeout=60)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_a_worker_killed_on_the_way_changes_nothing(client):
    pids = set(client.run(os.getpid).values())
    run = here(engine=client, epochs=3, progress=killer(client, at=(5, 30)))
    np.testing.assert_array_equal(run.w, here(epochs=3).w)
    client.wait_for_workers(2, timeout=60)
    assert set(client.run(os.getpid).values()) != pids


def test_an_interrupt_that_reaches_the_workers_does_not_end_them(client):
    pids = client.run(os.getpid)

    def interrupt(t, steps):
        if t == 6:
            for worker in pids.values():
                os.kill(worker, signal.SIGINT)
            raise KeyboardInterrupt

    with pytest.warns(UserWarning, match="stopped after"):
        half = here(engine=client, progress=interrupt)
    time.sleep(1)
    assert client.run(os.getpid) == pids
    np.testing.assert_array_equal(here(engine=client, resume=half).w, here().w)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_a_folder_that_has_grown_since_a_worker_died_is_named(client, tmp_path):
    def load(k):
        seen = tmp_path / str(k)
        seen.write_text(seen.read_text() + "." if seen.exists() else ".")
        n = 100 + len(seen.read_text())
        return Data(DIGITS.X[:n], DIGITS.y[:n])

    def kill_all(t, steps):
        if t == 3:
            for victim in client.run(os.getpid).values():
                os.kill(victim, signal.SIGKILL)

    with pytest.raises(ValueError, match="must return the same rows when it is called again: first 101, then 102"):
        data_parallel(SOFTMAX, load, GradientDescent(0.1), epochs=9, shards=2, engine=client, progress=kill_all)
    client.wait_for_workers(2, timeout=60)


def test_what_a_shard_raises_is_raised(client):
    def broken(k):
        raise FileNotFoundError(f"no shard {k}")

    for engine in (None, client):
        with pytest.raises(FileNotFoundError, match="no shard"):
            data_parallel(SOFTMAX, broken, shards=2, engine=engine, **TOLD)
        with pytest.raises(TypeError, match=r"data\(0\) must return Data, got list"):
            data_parallel(SOFTMAX, lambda k: [], shards=1, engine=engine, **TOLD)


def test_a_time_out_of_the_readers_own_is_raised(client):
    def slow(k):
        raise TimeoutError("the file server does not answer")

    for engine in (None, client):
        with pytest.raises(TimeoutError, match="file server"):
            data_parallel(SOFTMAX, slow, shards=2, engine=engine, **TOLD)


def test_a_cluster_without_workers_is_not_waited_for():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with local_workers(1) as client:
            def retire(t, steps):
                if t == 4:
                    client.cluster.scale(0)

            sentence = r"no answer came within 2 seconds \(patience\); the cluster has no workers; 4 steps are done"
            with pytest.raises(ClusterLost, match=sentence) as caught:
                here(engine=client, patience=2, progress=retire)
    run = here(resume=caught.value.run)
    np.testing.assert_array_equal(run.w, here().w)


def test_a_lost_scheduler_gives_back_the_run(tmp_path):
    file = tmp_path / "scheduler.json"
    quiet = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    told = [sys.executable, "-m", "dask", "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    scheduler = subprocess.Popen([*told, "--scheduler-file", str(file)], **quiet)
    started = [scheduler]
    try:
        for _ in range(300):
            if file.exists() and file.read_text():
                break
            time.sleep(0.1)
        address = json.loads(file.read_text())["address"]
        work = [sys.executable, "-m", "dask", "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        started.append(subprocess.Popen(work, **quiet))

        def lose(t, steps):
            if t == 9:
                scheduler.kill()
                scheduler.wait()

        with pytest.raises(ClusterLost, match="9 steps are done") as caught:
            here(engine=address, progress=lose)
    finally:
        for process in started:
            process.kill()
            process.wait()
    run = caught.value.run
    assert run.t == 9 and len(run.loss) == 9
    np.testing.assert_array_equal(here(resume=run).w, here().w)


# Bad input ----------------------------------------------------------------------------------------------------------

BAD = {
    "engine": (dict(engine=3), TypeError, "engine must be None, a Dask client"),
    "address": (dict(engine="nonsense://1.2.3.4"), ConnectionError, "engine: no Dask scheduler answers"),
    "shards": (dict(shards=(1500, 300)), ValueError, "shards must have 1797 rows together"),
    "empty shard": (dict(shards=(1797, 0)), ValueError, "shards must be at least 1"),
    "many shards": (dict(shards=1798), ValueError, "shards must be at most the number of rows, 1797"),
    "batch": (dict(batch_size=1798), ValueError, "batch_size must be at most the number of rows"),
    "lanes": (dict(optimizer=GradientDescent(np.array([[0.1], [0.2]]))), ValueError, "one learning rate and no lanes"),
    "local state": (dict(local_steps=2), ValueError, "needs a rule without a state"),
    "local steps": (dict(local_steps=0), ValueError, "local_steps must be at least 1"),
    "start": (dict(w0=np.zeros(3)), ValueError, "w0 must have the model's 650 parameters"),
    "patience": (dict(patience=0), ValueError, "patience must be above 0"),
    "progress": (dict(progress=3), TypeError, "progress must be a function"),
    "resume": (dict(resume=3), TypeError, "resume must be a ParallelRun"),
    "no rule": (dict(optimizer=None), TypeError, "optimizer must be an update rule such as GradientDescent(lr=0.1)"),
    "rule's class": (dict(optimizer=GradientDescent), TypeError, "optimizer must be a rule with settings"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named(name):
    changes, kind, sentence = BAD[name]
    with pytest.raises(kind) as caught:
        here(**changes)
    assert sentence in str(caught.value)


def test_a_run_of_other_settings_is_not_gone_on_with():
    run = here(epochs=1)
    for changes in (dict(seed=4), dict(batch_size=99), dict(shards=(1000, 797))):
        with pytest.raises(ValueError, match="resume must come from a run of the same model and settings"):
            here(resume=run, **changes)


def test_a_run_goes_on_with_its_own_rows_alone():
    run, other = here(epochs=1), Data(DIGITS.X[::-1], DIGITS.y[::-1])
    with pytest.raises(ValueError, match=r"differs: \['rows'\]"):
        data_parallel(SOFTMAX, other, shards=(1500, 297), resume=run, **TOLD)


def test_a_run_goes_on_to_no_fewer_steps():
    with pytest.raises(ValueError, match="resume has made 36 steps already, and 18 are asked for"):
        here(resume=here(), epochs=1)
    whole = dict(optimizer=GradientDescent(0.1), local_steps=6)
    np.testing.assert_array_equal(here(**whole, resume=here(**whole, epochs=1)).w, here(**whole).w)


def test_a_client_is_a_connected_one_that_waits():
    from distributed import Client

    with pytest.raises(TypeError, match="engine must be None, a Dask client"):
        here(engine=Client)


@pytest.mark.parametrize("number", [0, -1, 2.5, "2"])
def test_a_number_of_workers_is_asked_for(number):
    with pytest.raises((TypeError, ValueError), match="number must be"), local_workers(number):
        pass


def test_a_run_does_not_go_on_with_another_rule():
    run = here(epochs=1)
    for rule in (GradientDescent(0.1), Adam(0.1)):
        with pytest.raises(ValueError, match=r"same model and settings; differs: \['rule'\]"):
            here(resume=run, optimizer=rule)
    assert here(resume=run, optimizer=Momentum(0.05, momentum=0.9)).t == 36  # another rate may be wanted


def test_a_model_and_data_are_asked_for():
    with pytest.raises(TypeError, match="model must be a model"):
        data_parallel(3, DIGITS, **TOLD)
    with pytest.raises(TypeError, match="data must be Data"):
        data_parallel(SOFTMAX, 3, **TOLD)


def test_without_dask_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setitem(sys.modules, "dask", None)
    with pytest.raises(ModuleNotFoundError, match="engine is the address of a Dask cluster, which needs Dask: "):
        here(engine="tcp://127.0.0.1:1")
    with pytest.raises(ModuleNotFoundError, match="worker processes need Dask"):
        local_workers(2).__enter__()


def test_closed_ports_are_named(monkeypatch):
    import distributed

    def refused(*args, **told):
        raise PermissionError("[Errno 13] Permission denied")

    monkeypatch.setattr(distributed, "LocalCluster", refused)
    with pytest.raises(ConnectionError, match=r"no workers could start \(.*denied\)\. May a process listen on a port"):
        local_workers(2).__enter__()
