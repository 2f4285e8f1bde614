"""The runs on the digits that the chapter compares, late and compressed, and the table that a job makes of them."""

import threading
import time
from functools import cache
from pathlib import Path

import numpy as np

from course_lib.data import load_diabetes, load_digits, split, standardize
from course_lib.models import LinearRegression, SoftmaxRegression
from course_lib.theory import compression
from course_lib.theory.comparing import log_interval
from course_lib.theory.noise import RowNoise
from course_lib.training.compressed import compressed, quantize, scaled_sign, top_k
from course_lib.training.delayed import delayed, worker_delays

FILE = Path(__file__).parents[1] / "runs.npz"  # made by `python -m jobs.late`
PASSES, BATCH, WORKERS = 10, 32, 4
TUNING, FRESH = np.arange(12), np.arange(100, 116)  # seeds that choose the rate, seeds that judge it
RATES = 2.0 ** np.arange(-6, 4.6, 0.5)
GOALS = (0.3, 0.1, 0.05)  # training losses; the chapter counts to the second, and looks at the others
LATE = [(kind, workers) for workers in (2, 4, 8, 16, 32) for kind in ("constant", "random")]
SENT = {  # name: (what is sent, its number, with memory)
    "full": ("full", 0, False),
    "rounded, 1 level": ("quantize", 1, False),
    "rounded, 15 levels": ("quantize", 15, False),
    "top 13": ("top_k", 13, False),
    "top 13, memory": ("top_k", 13, True),
    "top 4, memory": ("top_k", 4, True),
    "top 1, memory": ("top_k", 1, True),
    "signs, scaled": ("sign", 0, False),
    "signs, scaled, memory": ("sign", 0, True),
}


@cache
def digits():
    """Return the loss of softmax regression on the training digits."""
    train, _ = standardize(*split(load_digits()))
    return SoftmaxRegression(64, 10).on(*train)


def _setting(seeds):
    """Return the loss, the rows of each step and seed, the start, and what is looked at: each quarter of a pass."""
    loss = digits()
    n = len(loss.y)
    steps, quarter = PASSES * (n // BATCH), n // BATCH // 4
    rows = np.stack([np.random.default_rng(seed).integers(n, size=(steps, BATCH)) for seed in seeds], axis=1)

    def look(w, t):
        return loss.value(w) if (t + 1) % quarter == 0 else None

    return loss, rows, np.zeros((len(seeds), loss.model.size)), look


def run_late(kind, workers, rates, seeds):
    """Return the losses of runs with late gradients, each quarter of a pass: shape (quarters + 1, rates, seeds).

    "constant": each gradient is `workers` − 1 steps late. "random": workers without memory, as late on average.
    """
    loss, rows, start, look = _setting(seeds)
    delays = np.full(len(rows), workers - 1)
    if kind == "random":
        of_seeds = [worker_delays(workers, len(rows), np.random.default_rng([seed, 1])) for seed in seeds]
        delays = np.stack(of_seeds, axis=1)[:, np.newaxis]
    lr = np.asarray(rates)[:, np.newaxis, np.newaxis]
    return np.array(delayed(lambda w, t: loss.rows(rows[t]).grad(w), start, lr, delays, look))


def sender(kind, number, rng):
    """Return a function of (grad, t): what is sent in place of a gradient."""
    return {
        "full": lambda grad, t: grad,
        "quantize": lambda grad, t: quantize(grad, number, rng),
        "top_k": lambda grad, t: top_k(grad, number),
        "sign": lambda grad, t: scaled_sign(grad),
    }[kind]


def run_sent(name, rates, seeds):
    """Return the losses of runs with compressed gradients of four workers, eight rows each; shape as in `run_late`."""
    kind, number, memory = SENT[name]
    loss, rows, start, look = _setting(seeds)
    rows = rows.reshape(*rows.shape[:2], WORKERS, -1)
    send = sender(kind, number, np.random.default_rng([int(seeds[0]), 7]))
    lr = np.asarray(rates)[:, np.newaxis, np.newaxis]
    run = compressed(lambda w, t: loss.rows(rows[t]).grad(w), start, lr, len(rows), send, memory, look)
    return np.array(run)


def message_bytes(name, d=650):
    """Return the bytes of one worker's message."""
    kind, number, _ = SENT[name]
    if kind == "full":
        return compression.bytes_of_full(d)
    if kind == "sign":
        return compression.bytes_of_sign(d)
    count = compression.bytes_of_quantized if kind == "quantize" else compression.bytes_of_top_k
    return count(d, number)


def passes_to(losses, goal=GOALS[1]):
    """Return after how many passes a run stays below the goal, infinite if it does not; the quarters are axis 0."""
    above = ~(losses <= goal)
    quarters = np.where(above[-1], np.inf, len(above) - above[::-1].argmax(axis=0))
    return quarters / 4


def typical(passes):
    """Return the geometric mean over the seeds, the last axis."""
    with np.errstate(divide="ignore"):
        return np.exp(np.log(passes).mean(axis=-1))


@cache
def table():
    """Return what the job has stored: the passes to each goal (goals, rates, seeds), and losses at the best rates."""
    with np.load(FILE) as stored:
        return dict(stored)


def chosen(passes, ends):
    """Return the place of the rate that is judged: where most seeds arrive, of these the one with the fewest passes.

    Parameters
    ----------
    passes : array of shape (rates, seeds)
        Passes to the goal, infinite where never.
    ends : array of shape (rates,)
        Typical losses at the end: where no seed arrives at any rate, the least of them decides.
    """
    arrived = np.isfinite(passes)
    if not arrived.any():
        return int(ends.argmin())
    most = arrived.sum(axis=-1) == arrived.sum(axis=-1).max()
    logs = np.log(np.where(arrived, passes, 1.0)).sum(axis=-1) / np.maximum(arrived.sum(axis=-1), 1)
    return int(np.where(most, logs, np.inf).argmin())


def best_rate(case, goal=GOALS[1]):
    """Return the rate at which the case is judged (see `chosen`), and whether it is the first or last of those."""
    k = chosen(table()[f"{case} | tuning"][GOALS.index(goal)], table()[f"{case} | ends"])
    return RATES[k], k in (0, len(RATES) - 1)


def arriving(case, goal=GOALS[1]):
    """Return at how many of the rates tried any seed that chooses arrives."""
    return int(np.isfinite(table()[f"{case} | tuning"][GOALS.index(goal)]).any(axis=-1).sum())


def judged(case, goal=GOALS[1]):
    """Return the passes to the goal of the seeds that judge, at the case's best rate for it; infinite where never."""
    return passes_to(table()[f"{case} | fresh"][GOALS.index(goal)].astype(float), goal)


def says_arrived(case, goal):
    """Return in words how many of the seeds that judge arrive, and if none, at how many of the rates tried any did."""
    share = np.isfinite(judged(case, goal)).mean()
    if share > 0:
        return f"{share:.0%} arrive"
    at = arriving(case, goal)
    return f"none arrives, in tuning some at {at} of {len(RATES)} rates" if at else f"none at any of {len(RATES)} rates"


def ratio(case, other, goal=GOALS[1], comparisons=1):
    """Return the ratio of the passes of two cases, geometric mean and interval over the seeds, in pairs.

    Not a number where a run does not arrive.
    """
    with np.errstate(all="ignore"):
        return log_interval(np.log(judged(case, goal)) - np.log(judged(other, goal)), comparisons)


def over_full(case, goal=GOALS[1], comparisons=1):
    """Return the `ratio` of a case to full gradients in time."""
    return ratio(case, "full", goal, comparisons)


@cache
def diabetes():
    """Return the loss, what is known of its noise, and the rows of 4000 steps for 40 runs with 13 rows a step."""
    rows = standardize(load_diabetes())
    batches = np.random.default_rng(0).integers(len(rows), size=(4000, 40, 1, 13))
    return LinearRegression(10).on(*rows), RowNoise(*rows), batches


def diabetes_floor(lr, send):
    """Return the mean loss above the least in the long run, with messages of minibatches of the diabetes data."""
    loss, exact, batches = diabetes()
    run = compressed(
        lambda w, t: loss.rows(batches[t]).grad(w), np.tile(exact.best, (40, 1)), lr, len(batches), send,
        look=lambda w, t: loss.value(w) if t > 1000 and t % 10 == 0 else None,
    )  # fmt: skip
    return np.mean(run) - exact.least


def nearest(grad, levels):
    """Return the gradient with each entry rounded to the nearest value of the grid of `quantize`."""
    scale = np.abs(grad).max(axis=-1, keepdims=True)
    return scale * np.round(grad / scale * levels) / levels


def run_threads(workers, steps, seed=0):
    """Run so many threads that compute for random times, and count how late their results are.

    Returns
    -------
    delays : array of shape (steps,)
        Of each result that was handed in, by how many others it was overtaken.
    waiting : int
        The sum of these counts so far, over the results not yet handed in at the end.
    """
    lock, delays, taken = threading.Lock(), [], [0] * workers

    def work(number):
        rng = np.random.default_rng([seed, number])
        while True:
            time.sleep(rng.exponential(0.0004 * workers))
            with lock:
                if len(delays) == steps:
                    return
                delays.append(len(delays) - taken[number])
                taken[number] = len(delays)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return np.array(delays), sum(steps - point for point in taken)
