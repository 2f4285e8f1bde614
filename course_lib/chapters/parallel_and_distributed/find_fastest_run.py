"""Find workers and batch with which a run is fast, and not too dear."""

from dataclasses import dataclass

from course_lib.chapters.parallel_and_distributed.explorer import ROW, times
from course_lib.checks.exercises import Problem, number, setting
from course_lib.theory.parallel import RING, best_batch
from course_lib.words import short

LATENCY, BANDWIDTH, SCALE = 1e-3, 1000, 2000
SECONDS, HOURS = 2250, 20


@dataclass(frozen=True)
class Bill:
    """How long the run takes, in seconds; what it costs, in hours of workers; which share of a step is work.

    `over_best` is the batch over the best one for so many workers, `with_best` the seconds with that one.
    """

    seconds: float
    hours: float
    work: float
    over_best: float
    with_best: float


@setting(
    kinds=[number("workers", low=0), number("batch size", low=0)],
    goal=lambda bill: bill.seconds <= SECONDS and bill.hours <= HOURS,
    right=[(31, 3200), (32, 3300), (30, 3100)],
    praise=lambda workers, batch_size, bill: (
        f"{short(bill.seconds)} s for {short(bill.hours)} hours of workers; {bill.work:.0%} of a step is work. More "
        "workers would be faster, and each of them worth less."
    ),
)
def find_fastest_run(workers, batch_size):
    """Workers and batch with which the run ends within 2250 s, for at most 20 hours of workers."""
    if min(workers, batch_size) < 1 or workers != int(workers) or batch_size != int(batch_size):
        raise Problem("Workers and batch size are whole numbers of at least 1.")
    it = times(workers, batch_size, LATENCY, BANDWIDTH, SCALE, RING)
    work = it.compute / (it.compute + it.messages)
    best = best_batch(workers, ROW, float(it.messages), SCALE)
    return Bill(float(it.run), float(it.run * workers / 3600), float(work), float(batch_size / best), float(it.best))


@find_fastest_run.mistake(example=(100, 50))
def waiting_workers(workers, batch_size, bill):
    if workers > batch_size:
        return "There are more workers than rows in a minibatch, so some have no row. Raise the batch."


@find_fastest_run.mistake(example=(200, 4000))
def too_dear(workers, batch_size, bill):
    if bill.seconds <= SECONDS:
        return (
            f"It takes {short(bill.seconds)} s, and costs {short(bill.hours)} hours of workers. Each more of them is "
            "worth less. How few will do?"
        )


@find_fastest_run.mistake(example=(31, 2000))
def batch_a_little_off(workers, batch_size, bill):
    if bill.with_best <= SECONDS and workers * bill.with_best <= 3600 * HOURS:
        where = "larger" if bill.over_best < 1 else "smaller"
        return f"So many workers are enough: {short(bill.seconds)} s become fewer with a {where} batch."


@find_fastest_run.mistake(example=(8, 1000))
def too_slow(workers, batch_size, bill):
    if bill.hours <= HOURS:
        return f"It is cheap, {short(bill.hours)} hours of workers, but takes {short(bill.seconds)} s. More workers?"


@find_fastest_run.mistake(example=(40, 400))
def small_batch(workers, batch_size, bill):
    if bill.over_best < 0.6 and batch_size < SCALE:
        return (
            f"Only {bill.work:.0%} of a step is work, the rest is messages. Below the noise scale a larger batch "
            "saves many steps. Raise it?"
        )


@find_fastest_run.mistake(example=(60, 60000))
def large_batch(workers, batch_size, bill):
    if bill.over_best > 1.7:
        return f"{bill.work:.0%} of a step is work, but above the noise scale it buys few steps. A smaller batch?"


@find_fastest_run.mistake(example=(600, 20000))
def too_slow_and_too_dear(workers, batch_size, bill):
    return (
        f"{short(bill.seconds)} s and {short(bill.hours)} hours of workers: too slow and too dear. "
        "Fewer workers cost less; which batch makes them fast enough?"
    )


find_fastest_run.accept((31, 3200), [31, 3300], {"workers": 32, "batch_size": 3300}, (31.0, 3200.0), (30, 3200))


@find_fastest_run.progress
def bill_so_far(workers, batch_size, bill):
    return f"{short(bill.seconds)} s of {SECONDS}, {short(bill.hours)} hours of workers of {HOURS}"
