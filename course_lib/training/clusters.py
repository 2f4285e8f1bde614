"""A Dask cluster: parts of a sweep on it, how to reach one, and a small one on this machine."""

from contextlib import contextmanager

from course_lib.arguments import whole_number
from course_lib.training.parts import Outcome, run_apart, run_part

UNSTARTED = (
    "May a process listen on a port of this machine? In a script, does the call stand under: "
    'if __name__ == "__main__"?'
)
LOOPBACK = "127.0.0.1"  # nobody else on the network reaches what listens there
AHEAD = 64  # parts given to the scheduler at a time


# An interrupt is for the notebook, whose process group it reaches whole: a worker that it ends is not started again.
UNINTERRUPTED = """
import signal

def dask_setup(worker):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
"""
INSTALL = 'python -m pip install -c constraints.txt -e ".[cluster]"'


def connected(address, name="executor"):
    """Return a client of the scheduler at an address, to be closed by who asked for it; errors name the argument."""
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise ModuleNotFoundError(f"{name} is the address of a Dask cluster, which needs Dask: {INSTALL}") from None
    try:
        return Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ConnectionError(f"{name}: no Dask scheduler answers at {address!r}: {error}") from None


@contextmanager
def local_workers(number=2):
    """Start so many worker processes on this machine, yield a Dask client of theirs, and end them all.

    Each has one thread. A worker that is killed is started again; on a busy machine that may take longer than the 15
    seconds after which Dask would give it up, so it gets five minutes. Ctrl-C interrupts the caller, not the workers.

    Raises
    ------
    ModuleNotFoundError
        If Dask is not installed.
    ConnectionError
        If no worker could start, as where no process may listen on a port.
    """
    number = whole_number("number", number, minimum=1)
    try:
        import dask
        from distributed import Client, LocalCluster
    except ModuleNotFoundError:
        raise ModuleNotFoundError(f"worker processes need Dask: {INSTALL}") from None
    told = {"n_workers": number, "threads_per_worker": 1, "dashboard_address": f"{LOOPBACK}:0", "silence_logs": 50}
    with dask.config.set({"distributed.deploy.lost-worker-timeout": "5 minutes"}):
        try:
            cluster = LocalCluster(host=LOOPBACK, preload=[UNINTERRUPTED], **told)
        except (OSError, RuntimeError) as error:
            raise ConnectionError(f"no workers could start ({error}). {UNSTARTED}") from None
        with cluster, Client(cluster, set_as_default=False) as client:
            yield client


class Cluster:
    """The workers of a Dask client. A part carries all that it needs, so a worker that dies takes nothing with it.

    Dask runs what a dead worker had again on others, and gives up a part on which several workers died. Such a part
    may have died of its neighbor, so it gets one more try, in a process below a worker.
    """

    packs = True

    def __init__(self, client):
        if client.status != "running":
            raise ValueError(f"executor must be a connected Dask client, but it is {client.status}")
        self._client = client

    def outcomes(self, calls, tell):
        """Yield (i, outcome) of each of the calls, as they end."""
        lost = []
        for i, outcome in self._run(run_part, dict(enumerate(calls))):
            if type(outcome.error).__name__ == "KilledWorker":
                lost.append(i)
            else:
                yield i, outcome
        yield from self._run(run_apart, {i: calls[i] for i in lost})

    def _run(self, function, calls):
        from distributed import as_completed

        queue, places, done = list(reversed(calls)), {}, as_completed(loop=self._client.loop)

        def submit():
            if queue:
                i = queue.pop()
                future = self._client.submit(function, *calls[i], pure=False)
                places[future] = i
                done.add(future)

        try:
            for _ in range(AHEAD):
                submit()
            for future in done:
                i = places.pop(future)
                try:
                    outcome = future.result()
                except Exception as error:  # the cluster's: that of the part itself is in its outcome
                    outcome = Outcome(error=error)
                submit()
                yield i, outcome
        finally:
            self._client.cancel(list(places))
