"""Where the shards of a data-parallel run lie: in this process, or with the workers of a Dask cluster."""

import warnings
from contextlib import contextmanager

import numpy as np

from course_lib.arguments import whole_number
from course_lib.data import Data
from course_lib.training.clusters import connected
from course_lib.training.fitting import require_data
from course_lib.training.threads import one_thread

ALIGNED = 16  # bytes: NumPy puts every new array at a multiple


class Unreachable(Exception):
    """The cluster gives no answer any more; the text says what happened."""


@contextmanager
def shard_engine(engine, patience):
    """Open what `data_parallel` takes as engine; what is opened here is closed here."""
    if engine is None:
        with one_thread():
            yield Here()
    elif isinstance(engine, str):
        with connected(engine, name="engine") as client:
            yield OnCluster(client, patience)
    elif hasattr(engine, "get_executor") and not isinstance(engine, type):
        yield OnCluster(engine, patience)
    else:
        kinds = "None, a Dask client, or the address of a Dask scheduler"
        raise TypeError(f"engine must be {kinds}, got {engine!r}")


class Here:
    """This process holds all shards, and asks one after the other."""

    def load(self, parts):
        """Take the shards: each part is (model, data) or (model, a function that loads, its number)."""
        self._shards = [_loaded(*part) for part in parts]

    def ask(self, function, calls):
        """Return `function(shard, *arguments)` for each (number of a shard, arguments), in this order."""
        return [function(self._shards[k], *arguments) for k, arguments in calls]


class OnCluster:
    """Each shard is the result of a task, kept by a worker.

    The scheduler knows how a result was made. When the worker that holds a shard dies, the task runs again on another,
    and so do the questions that were open. (What a client *scatters* has no task behind it: it would be gone.)
    """

    def __init__(self, client, patience):
        if client.status != "running":
            raise ValueError(f"engine must be a connected Dask client, but it is {client.status}")
        if client.asynchronous:
            raise ValueError("engine must be a Dask client that waits for its answers: Client(…, asynchronous=False)")
        self._client, self._patience = client, patience

    def load(self, parts):
        """Let the workers load the shards; where each lies is the scheduler's choice.

        (A task that is tied to a worker, even loosely, waits for ever if all workers die and others come.)
        """
        self._shards = self._watched(lambda: [self._client.submit(_loaded, *part, pure=False) for part in parts])

    def ask(self, function, calls):
        """Return `function(shard, *arguments)` for each (number of a shard, arguments), in this order."""
        return self._watched(lambda: self._answers(function, calls))

    def _answers(self, function, calls):
        asked = [self._client.submit(_asked, function, self._shards[k], *rest, pure=False) for k, rest in calls]
        return [self._answer(future) for future in asked]

    def _answer(self, future):
        try:
            return future.result(timeout=self._patience)
        except TimeoutError:
            if future.done():  # then the task itself has raised it: a file server that does not answer
                raise
        raise Unreachable(f"no answer came within {self._patience:g} seconds (patience){self._nobody()}")

    def _nobody(self):
        """Return what to add to a reason where the scheduler answers, and has no workers."""
        try:
            there = self._client.sync(self._client.scheduler.ncores, workers=None, callback_timeout=5)
        except Exception:  # then it is the scheduler that is silent
            return ""
        return "" if there else "; the cluster has no workers"

    def _watched(self, call):
        """Return what a call returns; an error of the cluster's, and not of the task's, is `Unreachable`."""
        from concurrent.futures import CancelledError

        from distributed import KilledWorker
        from distributed.comm import CommClosedError
        from distributed.scheduler import NoValidWorkerError

        try:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", message="Sending large graph")  # the parameters have to be sent
                return call()
        except CancelledError:
            reason = "the connection to the scheduler is lost"
        except Unreachable:
            raise
        except (KilledWorker, NoValidWorkerError) as error:
            reason = f"the workers died, one after the other, of the same work: {error}"
        except CommClosedError as error:
            reason = f"the connection to the scheduler is lost: {error}"
        except Exception as error:
            if self._client.status == "running":  # then it is the task's own
                raise
            reason = f"the Dask client is {self._client.status}: {error}"
        raise Unreachable(reason)


def _asked(function, shard, *arguments):
    own = [np.array(one) if isinstance(one, np.ndarray) else one for one in arguments]
    with one_thread():
        return function(_in_place(shard), *own)


def _in_place(loss):
    """Return a shard whose rows lie where NumPy puts them: one worker may have got it from another, in a message.

    A message may bring numbers to any address, and the processor adds up in another order where they do not lie at
    multiples of eight bytes. So the bits would depend on the way.
    """
    if loss.X.ctypes.data % ALIGNED == loss.y.ctypes.data % ALIGNED == 0:
        return loss
    return type(loss)(loss.model, np.array(loss.X, order="C"), np.array(loss.y))


def _loaded(model, data, number=None):
    """Return the loss on a shard, as an objective, on a copy of its rows: so they lie alike in every process."""
    if number is not None:
        loaded = data(number)
        if not isinstance(loaded, Data):
            raise TypeError(f"data({number}) must return Data, got {type(loaded).__name__}")
        data = loaded
    return model.on(np.array(data.X, order="C"), np.array(data.y))


def parts_of(model, data, shards):
    """Return what each shard is made from."""
    if callable(data):
        return [(model, data, k) for k in range(whole_number("shards", shards, minimum=1))]
    require_data("data", data)
    if np.ndim(shards) == 0:
        number = whole_number("shards", shards, minimum=1)
        if number > len(data):
            raise ValueError(f"shards must be at most the number of rows, {len(data)}, got {number}")
        counts = [len(rows) for rows in np.array_split(np.arange(len(data)), number)]
    else:
        counts = [whole_number("shards", count, minimum=1) for count in shards]
        if sum(counts) != len(data):
            raise ValueError(f"shards must have {len(data)} rows together, but {tuple(counts)} has {sum(counts)}")
    ends = np.cumsum(counts)
    return [(model, Data(data.X[a:b], data.y[a:b])) for a, b in zip(ends - counts, ends)]


def owners(rows, counts):
    """Return for each shard which of its rows are in a minibatch: numbers within the shard, or None for all."""
    if rows is None:
        return [None] * len(counts)
    ends = np.cumsum(counts)
    return [rows[(rows >= end - count) & (rows < end)] - (end - count) for end, count in zip(ends, counts)]
