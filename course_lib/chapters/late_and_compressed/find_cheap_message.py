"""Find how much to send, and how fast to go."""

from course_lib.chapters.late_and_compressed.bowl import late_run
from course_lib.checks.exercises import number, setting
from course_lib.checks.settings import at_most

LATE, LINE, MOST_STEPS, MOST_BYTES = 3, 0.05, 120, 1300


class Sent:
    """When the mean loss stays at or below the line, and what has been sent by then."""

    def __init__(self, lr, kept):
        run = late_run(lr, LATE, "top-k", kept=int(min(max(kept, 1), 20)), memory=True)
        self.whole = float(kept).is_integer()
        self.kept, self.steps, self.end = kept, run.steps_to(LINE), float(run.mean[-1])
        self.bytes = self.steps * run.message_bytes


@setting(
    kinds=[number("learning rate", low=0), number("entries kept", least=1, high=20)],
    goal=lambda sent: sent.whole and sent.steps <= MOST_STEPS and sent.bytes <= MOST_BYTES,
    right=[(0.125, 2), (0.13, 2), (0.135, 2)],
    praise=lambda lr, kept, sent: (
        f"{sent.steps} steps and {sent.bytes} bytes. All twenty entries, at their own best rate, take 114 steps too, and "
        "about 10 600 bytes."
    ),
)
def find_cheap_message(lr, kept):
    """A rate and a number of entries with which the loss is below 0.05 after 120 steps and 1300 bytes."""
    return Sent(lr, kept)


@find_cheap_message.mistake(example=(0.125, 2.5))
def half_an_entry(lr, kept, sent):
    if not sent.whole:
        return f"{kept:g} entries cannot be sent: a whole number, please."


@find_cheap_message.mistake(example=(0.125, 20))
def sends_too_much(lr, kept, sent):
    if sent.steps <= MOST_STEPS:
        return (
            f"It stays below {LINE} after {sent.steps} steps, and {sent.bytes} bytes have been sent by then, more than "
            f"{MOST_BYTES}. Must so many entries go out at every step?"
        )


@find_cheap_message.mistake(example=(0.6, 2))
def too_fast(lr, kept, sent):
    if lr > 0.137 and sent.steps > MOST_STEPS:
        return f"At {lr:.3g} the mean loss is above {LINE} again and again: the noise, or the delay, is too much for it."


@find_cheap_message.mistake(example=(0.125, 1))
def sends_too_little(lr, kept, sent):
    if sent.bytes <= MOST_BYTES and kept < 2:
        return (
            f"{sent.bytes} bytes are few, but it takes {sent.steps} steps: what waits in the memory is too late. Another "
            "rate will not mend it. One more entry?"
        )


@find_cheap_message.mistake(example=(0.05, 2))
def too_slow(lr, kept, sent):
    return f"At {lr:.3g} it takes {sent.steps} steps until the loss stays below {LINE}; {MOST_STEPS} are allowed. Faster?"


@find_cheap_message.progress
def steps_and_bytes(lr, kept, sent):
    if sent.end > LINE:
        return f"the loss ends at {sent.end:.3g}"
    return f"{at_most(sent.steps, MOST_STEPS)}; {sent.bytes} of {MOST_BYTES} bytes"


find_cheap_message.accept((0.125, 2), [0.125, 2], {"lr": 0.125, "kept": 2}, (0.132, 2.0), (0.128, 2))
