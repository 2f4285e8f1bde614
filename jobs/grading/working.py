"""Judge copies side by side, each worker a process of its own. A worker that ends takes one copy with it, no more."""

import contextlib
import hashlib
import multiprocessing
import os
import queue
import signal
import threading
import time
import traceback
from dataclasses import asdict
from pathlib import Path

SECONDS = 900  # after which a worker is given up; a copy has its own limits, far below


def judge_all(copies, fresh, settings, workers, done):
    """Judge copies on so many workers, and call `done(copy, result)` for each as it comes, in this thread.

    Parameters
    ----------
    copies : list of collecting.Copy
    fresh : str
        The fresh exercise, a notebook as text.
    settings : dict
        What `isolation.Room` takes, and `seed`.
    """
    waiting, results = queue.SimpleQueue(), queue.SimpleQueue()
    for copy in copies:
        waiting.put(copy)
    threads = [
        threading.Thread(target=_feed, args=(number, waiting, results, fresh, settings), daemon=True)
        for number in range(min(workers, len(copies)))
    ]
    for thread in threads:
        thread.start()
    for _ in copies:
        done(*results.get())
    for thread in threads:
        thread.join()


def cores():
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _feed(number, waiting, results, fresh, settings):
    """Hand one copy after the other to a worker; start another worker when it ends."""
    worker = None
    while True:
        try:
            copy = waiting.get_nowait()
        except queue.Empty:
            break
        try:
            worker = worker or _Worker(number, fresh, settings)
            result = worker.judge(copy)
            worker = worker if worker.process.is_alive() else None
        except Exception as error:  # whatever it is, the next copy has its turn
            result, worker = {"problem": f"No judge could be started: {error}"}, None
        results.put((copy, result))
    if worker is not None:
        worker.close()


class _Worker:
    def __init__(self, number, fresh, settings):
        spawn = multiprocessing.get_context("spawn")
        self.pipe, theirs = spawn.Pipe()
        self.process = spawn.Process(target=work, args=(theirs, number, fresh, settings), daemon=True)
        self.process.start()
        theirs.close()

    def judge(self, copy):
        started = time.monotonic()
        try:
            self.pipe.send((copy.path, copy.digest))
            if self.pipe.poll(SECONDS):
                return self.pipe.recv()
            problem = "The judge took too long over it."
        except (EOFError, OSError):
            problem = "The judge ended over it."
        self.process.kill()
        self.process.join()
        return {"problem": problem, "seconds": round(time.monotonic() - started, 1)}

    def close(self):
        try:
            self.pipe.send(None)
        except OSError:
            pass
        self.process.join(10)


def work(pipe, number, fresh, settings):
    """Judge what comes through the pipe: the life of a worker."""
    import nbformat

    from course_lib.checks import find
    from jobs.grading import asking, isolation, judging

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the grader, which ends its workers
    isolation.adopt_orphans()
    judging.settle(settings["seed"], settings["seconds"])
    room = isolation.Room(settings["folder"], settings["root"], settings["bubblewrap"], reaps=True)
    room.is_plain = settings["plain"]
    fresh, turn = nbformat.reads(fresh, as_version=4), 0
    for one in asking.asked(fresh):
        find(one.name)  # now, before any student's code has run
    while (copy := _next(pipe)) is not None:
        turn += 1
        started = time.monotonic()
        try:
            content = Path(copy[0]).read_bytes()
            if hashlib.sha256(content).hexdigest() != copy[1]:
                raise RuntimeError("its file was changed while the class was graded")
            result = judged(content, fresh, room, number * 500 + turn % 500)
        except Exception as error:  # a fault of the grader's own must not cost the others their points
            traceback.print_exc()
            result = {"problem": f"The grader stopped over it: {type(error).__name__}: {error}"}
        with contextlib.suppress(OSError):  # the grader may have been ended meanwhile
            pipe.send(result | {"seconds": round(time.monotonic() - started, 2)})


def _next(pipe):
    """Return the next copy, or None when there is no more, or nobody to tell."""
    try:
        return pipe.recv()
    except (EOFError, OSError):
        return None


def judged(content, fresh, room, number):
    """Return what came of a copy, as plain data: the notebook with the answers, the repairs, the verdicts."""
    import nbformat

    from jobs.grading import judging, reading, transplanting

    done = transplanting.transplant(reading.cells_of(content), fresh)
    verdicts, confined = judging.judge(done.notebook, fresh, room, number)
    return {
        "notebook": nbformat.writes(done.notebook),
        "repairs": done.repairs,
        "verdicts": [asdict(verdict) for verdict in verdicts],
        "confined": confined,
    }
