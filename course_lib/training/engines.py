"""Where the parts of a sweep run: in this process, in others, or on a cluster. Each gives the same numbers."""

import multiprocessing
import numbers
import signal
import warnings
from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, ProcessPoolExecutor, ThreadPoolExecutor, wait
from contextlib import contextmanager

from course_lib.arguments import whole_number
from course_lib.training.clusters import Cluster, connected
from course_lib.training.parts import DIED, Outcome, run_part
from course_lib.training.sweeps import SweepWarning

WAITING = 64  # parts given ahead to an executor that does not say how many workers it has
START = 3  # when so many processes have died and none has lived to the end of a part, none will
NEVER_STARTED = 'every process died; in a script, the call of sweep must stand under: if __name__ == "__main__":'


@contextmanager
def engine(executor):
    """Open what `sweep` takes as executor; what is opened here is closed here."""
    executor = getattr(executor, "_client", executor)  # of Dask's own executor, which hangs where a worker dies
    if executor is None:
        yield Here()
    elif isinstance(executor, str):
        with connected(executor) as client:
            yield Cluster(client)
    elif hasattr(executor, "get_executor"):
        yield Cluster(executor)
    elif isinstance(executor, Executor):
        yield Elsewhere(executor)
    elif isinstance(executor, numbers.Integral) and not isinstance(executor, bool):
        yield Processes(whole_number("executor", executor, minimum=1))
    else:
        kinds = "None, a number of processes, a concurrent.futures.Executor, or the address of a Dask scheduler"
        raise TypeError(f"executor must be {kinds}, got {executor!r}")


class Here:
    """This process: one part after the other."""

    packs = False  # what runs here need not travel

    def outcomes(self, calls, tell):
        """Yield (i, outcome) of each of the calls (training, lrs, seeds); `tell(share)` while one runs."""
        for i, call in enumerate(calls):
            yield i, run_part(*call, tell)


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
                    if isinstance(outcome.error, BrokenExecutor):
                        broken = True
                        lost.append(i)
                    else:
                        yield i, outcome
        finally:
            for future in running:
                future.cancel()
        yield from Processes(self._workers or 1).outcomes(calls, tell, [*sorted(lost), *queue])


class Processes:
    """So many processes of our own, each with one part at a time, so that one that dies is known by its part.

    That part gets a second try, in another process. Where no process may start, the parts run in this one.
    """

    packs = True

    def __init__(self, number):
        self._number = number

    def outcomes(self, calls, tell, which=None):
        """Yield (i, outcome) of each of the calls, or of those whose numbers are given, as they end."""
        queue = deque(range(len(calls)) if which is None else which)
        running, idle, died, lived, again = {}, [], 0, 0, set()
        try:
            idle.append(_process())
        except OSError as error:  # a machine that lets no process start, as where answers are graded
            said = f"no process may start here ({error}), so all parts run in this one"
            warnings.warn(said, SweepWarning, stacklevel=2)
            yield from ((i, run_part(*calls[i], tell)) for i in queue)
            return
        try:
            while queue or running:
                while queue and len(running) < self._number:
                    i, pool = queue.popleft(), idle.pop() if idle else _process()
                    running[pool.submit(run_part, *calls[i])] = i, pool
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    (i, pool), outcome = running.pop(future), _outcome(future)
                    if not isinstance(outcome.error, BrokenExecutor):
                        lived += 1
                        idle.append(pool)
                        yield i, outcome
                        continue
                    died += 1
                    pool.shutdown()
                    if i in again:
                        yield i, Outcome(error=RuntimeError(f"{DIED}, twice"))
                    else:  # it may have been killed from outside
                        again.add(i)
                        queue.append(i)
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
        return Outcome(error=RuntimeError("the executor cancelled it"))
    error = future.exception()
    return future.result() if error is None else Outcome(error=error)
