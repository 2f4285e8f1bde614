"""Run the experiments of chapter 14 and store their tables: `python -m jobs.choosing`, some minutes of one core.

`python -m jobs.choosing valleys "digits, network"` runs a part, on one problem. What is kept stands in
`course_lib.chapters.choosing_a_learning_rate.shared`.
"""

import sys
import time

import numpy as np

from course_lib.chapters.choosing_a_learning_rate import shared
from course_lib.training.choosing import at_loss
from jobs.storing import store


def valleys(only):
    """Every problem, rule, batch size and rate, 20 passes, six seeds."""
    stored = {}
    if shared.FILE.exists():
        with np.load(shared.FILE) as before:
            stored = dict(before)
    for problem in only or shared.problems():
        for rule in shared.RULES:
            started = time.time()
            for batch in shared.BATCHES:
                losses = shared.run(problem, rule, shared.RATES, batch, shared.SEEDS)
                kept = np.array([shared.typical(part) for part in losses])
                stored[f"{problem} | {rule} | {batch}"] = shared.in_units(kept)
            print(f"{problem}, {rule}: {time.time() - started:.0f} s", flush=True)
            store(shared.FILE, **stored)


def keep(**parts):
    """Add arrays to the other tables, as single floats."""
    stored = {}
    if shared.TABLES.exists():
        with np.load(shared.TABLES) as before:
            stored = dict(before)
    stored |= {name.replace("__", " | "): np.asarray(values, np.float32) for name, values in parts.items()}
    store(shared.TABLES, **stored)


def searches(only):
    """How far above the least loss searches end: "search | problem | rule | kind | cost", logarithms (seeds, repeats).

    And the rates of least smoothed loss in range tests of 1, 4 and 16 passes, over the best constant rate:
    "range | problem | rule", (lengths, places of the range, seeds).
    """
    for problem in only or shared.problems():
        for rule in ("SGD", "Adam"):
            started, parts = time.time(), []
            for seeds in np.split(np.concatenate([shared.SEARCHING, shared.JUDGING]), 4):
                held_out = shared.run(problem, rule, shared.RATES, shared.SEARCH_BATCH, seeds, shared.FULL)[1]
                parts.append(np.log(np.maximum(held_out, shared.LEAST)))
            curves = np.concatenate(parts, axis=-1)
            curves = np.where(np.isnan(curves), np.inf, curves)
            judged = curves[-1, :, len(shared.SEARCHING) :].mean(axis=-1)
            best = shared.RATES[judged.argmin()]
            found = shared.searches(curves[..., : len(shared.SEARCHING)], judged)
            keep(**{f"search | {problem} | {rule} | {kind} | {cost}": v for (kind, cost), v in found.items()})
            least = np.empty((3, 6, len(shared.SEARCHING)))
            for i, passes in enumerate((1, 4, 16)):
                for j, below in enumerate(10 ** np.linspace(0.5, 5.5, 6)):
                    ends = best / below, best / below * 1e6
                    rates, smoothed = shared.rising_run(problem, rule, *ends, passes, shared.SEARCHING)
                    least[i, j] = rates[smoothed.argmin(axis=0)] / best
            keep(**{f"range | {problem} | {rule}": least, f"judged | {problem} | {rule}": judged})
            print(f"{problem}, {rule}: {time.time() - started:.0f} s", flush=True)


def batches(only):
    """Valleys for each batch size, 5 passes: "batches | problem | rule", (batch sizes, 2 losses, rates)."""
    for problem in only or ("diabetes", "breast cancer", "digits, softmax"):
        for rule in ("SGD", "Adam"):
            started, kept = time.time(), []
            n = len(shared.problems()[problem].train)
            for batch in 2 ** np.arange(n.bit_length()):
                losses = shared.run(problem, rule, shared.RATES, int(batch), shared.SEEDS, 5)
                kept.append([shared.typical(part)[-1] for part in losses])
            keep(**{f"batches | {problem} | {rule}": kept})
            print(f"{problem}, {rule}: {time.time() - started:.0f} s", flush=True)


def overfit(only):
    """Held-out loss and error of all rates after some passes, and at some training losses, 20 seeds.

    "passes | problem | rule" is (train, held out, error) × passes × rates × seeds, "equal | problem | rule" is (passes
    needed, held out, error) × levels × rates × seeds.
    """
    for place in only or shared.OVERFIT:
        rates, levels = shared.OVERFIT[place]
        started = time.time()
        curves = shared.train_long(*place.split(" | "), rates)
        keep(**{f"equal | {place}": at_levels(curves, levels)})
        keep(**{f"passes | {place}": [part[list(shared.LOOKS)] for part in curves]})
        print(f"{place}: {time.time() - started:.0f} s", flush=True)


def edges(only):
    """What the largest rate does early and late, 20 seeds: "early | problem | rule" and "late | problem | rule".

    Early: two passes at the largest rate, and the third rate from there on. Late: the largest rate after a warmup of
    two passes. Both are (passes needed, held out, error) × levels × seeds.
    """
    for place in only or shared.OVERFIT:
        rates, levels = shared.OVERFIT[place]
        started = time.time()
        for name, how in (("early", {"then": rates[2]}), ("late", {"warmup": shared.EARLY})):
            curves = shared.train_long(*place.split(" | "), rates[6:], **how)
            keep(**{f"{name} | {place}": at_levels(curves, levels)[:, :, 0]})
        print(f"{place}, edges: {time.time() - started:.0f} s", flush=True)


def at_levels(curves, levels):
    """Return passes needed, held-out loss and error where the training loss falls below each level for good."""
    train, held_out, error = curves
    equal = [[*at_loss(train, held_out, np.log(x)), at_loss(train, error, np.log(x))[1]] for x in levels]
    return np.swapaxes(equal, 0, 1)


def main(part="valleys", *only):
    {"valleys": valleys, "searches": searches, "batches": batches, "overfit": overfit, "edges": edges}[part](only)


if __name__ == "__main__":
    main(*sys.argv[1:])
