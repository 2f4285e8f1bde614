"""Where the parts of a sweep run: in this process, in others, or on a cluster. Each gives the same numbers."""

import multiprocessing
import signal
from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, ProcessPoolExecutor, ThreadPoolExecutor, wait
from contextlib import contextmanager

from course_lib.arguments import whole_number
from course_lib.training.parts import Outcome, run_part

WAITING = 64  # parts given ahead to an executor that does not say how many workers it has
START = 3  # when so many processes have died and none has lived to the end of a part, none will
DIED = "the process that ran it died"
NEVER_STARTED = 'every process died; in a script, the call of sweep must stand under: if __name__ == "__main__":'


@contextmanager
def engine(executor):
    """Open what `sweep` takes as executor; what is opened here is closed here."""
    if executor is None:
        yield Here()
    elif isinstance(executor, str):
        with _client(executor) as client:
            yield Elsewhere(client.get_executor(pure=False))
    elif hasattr(executor, "get_executor"):
        if getattr(executor, "status", "running") != "running":
            raise ValueError(f"executor is a Dask client that is {executor.status}: give sweep a connected one")
        yield Elsewhere(executor.get_executor(pure=False))
    elif isinstance(executor, Executor):
        yield Elsewhere(executor)
    elif callable(executor) or isinstance(executor, (bool, float)) or not hasattr(executor, "__index__"):
        kinds = "None, a number of processes, a concurrent.futures.Executor, or the address of a Dask scheduler"
        raise TypeError(f"executor must be {kinds}, got {executor!r}")
    else:
        yield Processes(whole_number("executor", executor, minimum=1))


def _client(address):
    try:
        from distributed import Client
    except ModuleNotFoundError:
        install = 'python -m pip install -c constraints.txt -e ".[cluster]"'
        raise ModuleNotFoundError(f"executor is the address of a Dask cluster, which needs Dask: {install}") from None
    try:
        return Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ConnectionError(f"executor: no Dask scheduler answers at {address!r}: {error}") from None


class Here:
    """This process: one part after the other."""

    packs = False  # what runs here need not travel

    def outcomes(self, calls, tell):
        """Yield (i, outcome) of each of the calls (training, lrs, seeds); `tell(share)` says how far the next one is."""
        for i, call in enumerate(calls):
            yield i, run_part(*call, tell=tell)


class Elsewhere:
    """An executor that belongs to the caller, who closes it. Where it breaks, processes of our own go on."""

    def __init__(self, executor):
        self._executor = executor
        self._workers = getattr(executor, "_max_workers", None)
        self.packs = not isinstance(executor, ThreadPoolExecutor)

    def outcomes(self, calls, tell):
        """Yield (i, outcome) of each of the calls, as they end."""
        ahead = 2 * self._workers if self._workers else WAITING
        queue, running, lost, broken = deque(range(len(calls))), {}, [], False
        try:
            while running or (queue and not broken):
                while queue and len(running) < ahead and not broken:
                    try:
                        future = self._executor.submit(run_part, *calls[queue[0]])
                    except BrokenExecutor:
                        broken = True
                    except RuntimeError as error:
                        if queue[0] == 0:
                            raise ValueError(f"executor must be open, but it has shut down: {error}") from None
                        yield from ((i, Outcome(error=error)) for i in queue)
                        queue.clear()
                    else:
                        running[future] = queue.popleft()
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    i, outcome = running.pop(future), _outcome(future)
                    broken = broken or isinstance(outcome.error, BrokenExecutor)
                    if _worker_died(outcome.error):
                        lost.append(i)
                    else:
                        yield i, outcome
        finally:
            for future in running:
                future.cancel()
        if broken:
            yield from Processes(self._workers or 1).outcomes(calls, tell, [*sorted(lost), *queue])
        else:
            yield from self._alone(calls, sorted(lost))

    def _alone(self, calls, lost):
        """Run again, one by one, what was on a worker when it died: the one at fault dies again, its neighbors do not."""
        for i in lost:
            future = self._executor.submit(run_part, *calls[i], 1)
            wait([future])
            outcome = _outcome(future)
            yield i, Outcome(error=RuntimeError(DIED)) if _worker_died(outcome.error) else outcome


class Processes:
    """So many processes of our own, each with one part at a time, so that one that dies is known by its part."""

    packs = True

    def __init__(self, number):
        self._number = number

    def outcomes(self, calls, tell, which=None):
        """Yield (i, outcome) of each of the calls, or of those whose numbers are given, as they end."""
        queue = deque(range(len(calls)) if which is None else which)
        running, idle, died, lived = {}, [], 0, 0
        try:
            while queue or running:
                while queue and len(running) < self._number:
                    i, pool = queue.popleft(), idle.pop() if idle else _process()
                    running[pool.submit(run_part, *calls[i])] = i, pool
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    (i, pool), outcome = running.pop(future), _outcome(future)
                    if _worker_died(outcome.error):
                        died += 1
                        pool.shutdown()
                        outcome = Outcome(error=RuntimeError(DIED if lived or died < START else NEVER_STARTED))
                    else:
                        lived += 1
                        idle.append(pool)
                    yield i, outcome
                if died >= START and not lived:
                    yield from ((i, Outcome(error=RuntimeError(NEVER_STARTED))) for i in queue)
                    queue.clear()
        finally:
            for _, pool in running.values():
                _end(pool)
            for pool in idle:
                pool.shutdown()


def _process():
    # A process of its own kind: a copy of this one (fork) would share its threads' locks, as they stand.
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), initializer=_ignore_interrupts)


def _ignore_interrupts():
    """Leave Ctrl-C, which reaches every process of a terminal, to the one that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _end(pool):
    """End the process of a pool, in the middle of what it does."""
    processes = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
        process.join()


def _outcome(future):
    if future.cancelled():
        return Outcome(error=RuntimeError("the executor cancelled it; a cluster whose scheduler is lost does so"))
    error = future.exception()
    return future.result() if error is None else Outcome(error=error)


def _worker_died(error):
    return isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker"  # of Dask, after some tries
