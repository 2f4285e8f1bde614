"""Train on the digits with messages of one's own."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from course_lib.chapters.late_and_compressed.shared import digits
from course_lib.checks.exercises import Problem, code, number, setting
from course_lib.theory.compression import bytes_of_full, bytes_of_top_k
from course_lib.training.compressed import top_k

PASSES, BATCH, SEED, GOAL, MOST = 5, 32, 18, 0.07, 6.0  # a training loss, kilobytes
FULL = 5  # entries: with one more the bytes would not do


@dataclass(frozen=True)
class Training:
    """The loss at the end and the kilobytes sent, with the reader's messages and with those of the chapter."""

    loss: float
    expected: float
    kilobytes: float
    whole: bool

    @property
    def same(self):
        return bool(np.isclose(self.loss, self.expected, rtol=1e-6))


def library_message(grad, memory, k):
    """Return the message of the chapter, and what is kept."""
    wanted = grad + memory
    sent = top_k(wanted, k)
    return sent, wanted - sent


def without_memory(grad, memory, k):
    """Return the top k of the gradient alone."""
    return top_k(grad, k), memory


def _loss(message, lr, k):
    loss = digits()
    n, w, memory = len(loss.y), np.zeros(loss.model.size), np.zeros(loss.model.size)
    rng = np.random.default_rng(SEED)
    with np.errstate(all="ignore"):
        for _ in range(PASSES * (n // BATCH)):
            sent, memory = message(loss.rows(rng.integers(n, size=BATCH)).grad(w), memory, k)
            w = w - lr * np.asarray(sent, dtype=float)
        end = float(loss.value(w))
    return end if np.isfinite(end) else np.inf


@lru_cache(maxsize=64)
def _expected(lr, k):
    return _loss(library_message, lr, k)


@setting(
    kinds=[code("grad", "memory", "k"), number("learning rate", low=0), number("k", least=1, high=651)],
    goal=lambda run: run.whole and run.same and run.loss <= GOAL and run.kilobytes <= MOST,
    right=[(library_message, 1.0, 5), (library_message, 1.2, 5)],
    praise=lambda message, lr, k, run: (
        f"The loss is {run.loss:.3f} after {run.kilobytes:.1f} kB. Full gradients would have sent "
        f"{PASSES * 42 * bytes_of_full(650) / 1000:.0f} kB in as many steps."
    ),
)
def train_with_top_k(message, lr, k):
    """One's own messages, a rate and a k that bring the loss on the digits below a line with few bytes."""

    def top_k_with_memory(grad, memory, k):
        return message(grad, memory, k)

    whole = float(k).is_integer()
    k = int(max(k, 1))
    try:
        loss = _loss(top_k_with_memory, lr, k)
    except (TypeError, ValueError, IndexError) as error:
        raise Problem(f"The first part should be your `top_k_with_memory`. In a run it failed: {error}") from None
    return Training(loss, _expected(float(lr), k), PASSES * 42 * bytes_of_top_k(650, k) / 1000, whole)


@train_with_top_k.mistake(example=(library_message, 1.0, 4.5))
def half_an_entry(message, lr, k, run):
    if not run.whole:
        return f"{k:g} entries cannot be sent: a whole number, please."


@train_with_top_k.mistake(example=(without_memory, 1.0, 4))
def another_message(message, lr, k, run):
    if not run.same:
        return (
            f"Your messages end at a loss of {run.loss:.4g}, those of the chapter at the same rate at "
            f"{run.expected:.4g}. "
            "Make `top_k_with_memory` pass its own check; then come back to the two numbers."
        )


@train_with_top_k.mistake(example=(library_message, 1.0, 100))
def sends_too_much(message, lr, k, run):
    if run.kilobytes > MOST:
        return f"With k = {k:g} the run sends {run.kilobytes:.0f} kB, and {MOST:g} are allowed. How few will do?"


@train_with_top_k.mistake(example=(library_message, 0.01, 4))
def too_slow(message, lr, k, run):
    if lr < 0.5 or (lr < 1 and k >= FULL):
        return f"At η = {lr:.3g} the loss is still {run.loss:.3g} after {PASSES} passes: the steps are short."


@train_with_top_k.mistake(example=(library_message, 100.0, 4))
def too_large(message, lr, k, run):
    if lr > 2 or (lr > 1 and k >= FULL):
        return f"At η = {lr:.3g} the loss ends at {run.loss:.4g}, above {GOAL}: a smaller rate?"


@train_with_top_k.mistake(example=(library_message, 1.0, 1))
def sends_too_little(message, lr, k, run):
    return (
        f"With k = {k:g} and η = {lr:.3g} the loss ends at {run.loss:.4g}, above {GOAL}. There is room for more "
        "entries in the bytes allowed."
    )


train_with_top_k.accept(
    (library_message, 1.0, 5),
    [library_message, 1.1, 5],
    {"message": library_message, "lr": 1.0, "k": 5},
    (library_message, np.float64(1.0), np.int64(5)),
    (library_message, 1, 5.0),
)
