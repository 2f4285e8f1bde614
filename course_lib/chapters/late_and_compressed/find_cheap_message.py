"""Find how much to send, and how fast to go."""

import numpy as np

from course_lib.chapters.late_and_compressed.shared.bowl import late_run
from course_lib.checks.exercises import number, setting

LATE, LINE, MOST = 3, 0.05, 800


class Sent:
    """When the mean loss stays at or below the line, and what has been sent by then."""

    def __init__(self, kept, lr):
        run = late_run(lr, LATE, "top-k", kept=int(min(max(kept, 1), 20)), memory=True)
        self.whole = float(kept).is_integer()
        self.steps, self.end = run.steps_to(LINE), float(run.mean[-1])
        self.bytes = self.steps * run.message_bytes
        below = run.mean <= LINE
        self.first = int(below.argmax()) if below.any() else np.inf  # step at which it is there for the first time
        self.first_bytes = self.first * run.message_bytes


@setting(
    kinds=[number("learning rate", low=0), number("entries kept", least=1, high=21)],
    goal=lambda sent: sent.whole and sent.bytes <= MOST,
    right=[(0.115, 1), (0.11, 1), (0.12, 1)],
    praise=lambda lr, kept, sent: (
        f"{sent.steps} steps and {sent.bytes} bytes. All twenty entries, at their own best rate, take 114 steps, and "
        "9120 bytes (their places need not be sent)."
    ),
)
def find_cheap_message(lr, kept):
    """A rate and a number of entries with which the loss stays below 0.05 after at most 800 bytes."""
    return Sent(kept, lr)


@find_cheap_message.mistake(example=(0.115, 1.5))
def half_an_entry(lr, kept, sent):
    if not sent.whole:
        return f"{kept:g} entries cannot be sent: a whole number, please."


@find_cheap_message.mistake(example=(0.6, 1))
def too_large(lr, kept, sent):
    if lr > 0.12 and sent.first == np.inf:
        return f"At {lr:.3g} the mean loss never comes down to {LINE}: its floor is higher, or it grows."
    if lr > 0.12 and (sent.end > LINE or kept == 1):
        since = "does not stay there" if sent.steps == np.inf else f"stays only from step {sent.steps} on"
        return f"At {lr:.3g} the mean loss first comes down to {LINE} at step {sent.first}, but {since}. Slower?"


@find_cheap_message.mistake(example=(0.01, 20))
def never_arrives(lr, kept, sent):
    if sent.steps == np.inf:
        return f"At {lr:.3g} the mean loss is still {sent.end:.3g} after 400 steps: find the rate first, then k."


@find_cheap_message.mistake(example=(0.115, 20))
def sends_too_much(lr, kept, sent):
    if kept > 1:
        return (
            f"It stays below {LINE} after {sent.steps} steps and {sent.bytes} bytes, and {MOST} bytes are allowed. "
            "Must so many entries go out at every step?"
        )


@find_cheap_message.mistake(example=(0.1175, 1))
def not_for_good(lr, kept, sent):
    if sent.first_bytes <= MOST:
        return (
            f"At {lr:.4g} the mean loss is down at {LINE} after {sent.first_bytes} bytes, but the noise lifts it above "
            f"again: it stays there only from {sent.bytes} bytes on. Another rate near by?"
        )


@find_cheap_message.mistake(example=(0.05, 1))
def too_slow(lr, kept, sent):
    return f"At {lr:.3g} the run has not arrived when its {MOST} bytes are spent: the steps are too short. Faster?"


@find_cheap_message.progress
def bytes_needed(lr, kept, sent):
    if sent.steps > 400:
        return f"the loss ends at {sent.end:.3g}"
    return f"{sent.bytes} bytes" + ("" if sent.bytes <= MOST else f", {sent.bytes - MOST} too many")


find_cheap_message.accept((0.115, 1), [0.112, 1], {"lr": 0.11, "kept": 1}, (0.085, 1.0), (0.1, 1))
