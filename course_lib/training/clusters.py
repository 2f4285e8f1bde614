"""Parts of a sweep on a Dask cluster."""

from course_lib.training.parts import Outcome, run_apart, run_part

AHEAD = 64  # parts given to the scheduler at a time


def connected(address):
    """Return a client of the scheduler at an address, to be closed by who asked for it."""
    try:
        from distributed import Client
    except ModuleNotFoundError:
        install = 'python -m pip install -c constraints.txt -e ".[cluster]"'
        raise ModuleNotFoundError(f"executor is the address of a Dask cluster, which needs Dask: {install}") from None
    try:
        return Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ConnectionError(f"executor: no Dask scheduler answers at {address!r}: {error}") from None


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
