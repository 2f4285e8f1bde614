"""Warmup and half a cosine, as a function of the step."""

import numpy as np

from course_lib.checks.exercises import function


def steps(rng):
    yield 0, 100, 10, 1.0
    yield 10, 100, 10, 1.0
    yield 55, 100, 10, 1.0
    yield 100, 100, 10, 1.0
    yield 101, 100, 10, 0.5
    yield 250, 100, 10, 0.5
    yield 0, 50, 0, 0.3
    yield 20, 50, 0, 0.3
    yield 1, 40, 8, 0.2
    yield 7, 40, 8, 0.2
    yield 9, 40, 8, 0.2
    yield 39, 40, 8, 2.0
    yield 1, 2, 1, 0.7
    for _ in range(6):
        total = int(rng.integers(30, 3000))
        warmup = int(rng.integers(2, total // 2))
        yield int(rng.integers(warmup + 1, total)), total, warmup, float(rng.uniform(0.01, 3))
    yield 3, 1000, 20, float(rng.uniform(0.01, 3))


@function(
    inputs=steps,
    returns="the learning rate",
    praise="Up a line, down half a cosine, and 0 from the last step on.",
)
def warmup_cosine(step, total_steps, warmup_steps, peak_lr):
    if step >= total_steps:
        return 0.0
    if step < warmup_steps:
        return peak_lr * step / warmup_steps
    done = (step - warmup_steps) / (total_steps - warmup_steps)
    return peak_lr * (1 + np.cos(np.pi * done)) / 2


def _cosine(step, total_steps, warmup_steps, peak_lr, ramp=None, fall=None, after=0.0):
    """Return the rate with another rise, another fall, or another value after the end."""
    if step >= total_steps and after is not None:
        return after
    if step < warmup_steps:
        return peak_lr * (step / warmup_steps if ramp is None else ramp(step, warmup_steps))
    done = (step - warmup_steps) / (total_steps - warmup_steps)
    return peak_lr * ((1 + np.cos(np.pi * done)) / 2 if fall is None else fall(done))


@warmup_cosine.mistake(
    "Without any warmup (`warmup_steps = 0`) this divides by 0. Which branch should step 0 take then?"
)
def division_by_0(step, total_steps, warmup_steps, peak_lr):
    if step <= warmup_steps:
        return peak_lr * step / warmup_steps
    return warmup_cosine.reference(step, total_steps, warmup_steps, peak_lr)


@warmup_cosine.mistake("`np.cos` takes radians, and this gives it degrees. Which angle is half a turn?")
def degrees(step, total_steps, warmup_steps, peak_lr):
    return _cosine(step, total_steps, warmup_steps, peak_lr, fall=lambda done: (1 + np.cos(180 * done)) / 2)


@warmup_cosine.mistake(
    "After `total_steps` the rate rises again: the cosine goes on. What should it be from the end on?"
)
def rises_again(step, total_steps, warmup_steps, peak_lr):
    return _cosine(step, total_steps, warmup_steps, peak_lr, after=None)


@warmup_cosine.mistake(
    "At the end it is not 0: the fall takes `total_steps` steps, though some of them have gone into the warmup. How "
    "many are left?"
)
def not_0_at_the_end(step, total_steps, warmup_steps, peak_lr):
    if step < warmup_steps:
        return peak_lr * step / warmup_steps
    done = min((step - warmup_steps) / total_steps, 1)
    return peak_lr * (1 + np.cos(np.pi * done)) / 2


@warmup_cosine.mistake(
    "At the end it is not 0: the fall takes `total_steps` steps after the warmup, and then it is cut off. How many "
    "steps are left for it?"
)
def cut_off_at_the_end(step, total_steps, warmup_steps, peak_lr):
    return _cosine(
        step, total_steps, warmup_steps, peak_lr,
        fall=lambda done: (1 + np.cos(np.pi * done * (total_steps - warmup_steps) / total_steps)) / 2,
    )  # fmt: skip


@warmup_cosine.mistake(
    "The fall counts from step 0, not from the end of the warmup, so part of it has gone already where the warmup "
    "ends. How many steps of the fall should have gone at step `warmup_steps`?"
)
def counts_the_warmup(step, total_steps, warmup_steps, peak_lr):
    if step >= total_steps:
        return 0.0
    if step < warmup_steps:
        return peak_lr * step / warmup_steps
    return peak_lr * (1 + np.cos(np.pi * step / total_steps)) / 2


@warmup_cosine.mistake(
    "The warmup is one step ahead: step 0 has a rate already, and the peak comes before step `warmup_steps`."
)
def off_by_one(step, total_steps, warmup_steps, peak_lr):
    return _cosine(step, total_steps, warmup_steps, peak_lr, ramp=lambda step, warmup: (step + 1) / warmup)


@warmup_cosine.mistake(
    "The fall ends one step early, at `total_steps − 1`. Between which two steps does it go from the peak to 0?"
)
def one_early(step, total_steps, warmup_steps, peak_lr):
    if step < warmup_steps:
        return peak_lr * step / warmup_steps
    done = min((step - warmup_steps) / max(total_steps - 1 - warmup_steps, 1), 1)
    return peak_lr * (1 + np.cos(np.pi * done)) / 2


@warmup_cosine.mistake(
    "This is a quarter of a wave: it falls slowly first and fastest at the end. Half a wave goes from the top of the "
    "cosine to its bottom."
)
def quarter_of_a_cosine(step, total_steps, warmup_steps, peak_lr):
    return _cosine(step, total_steps, warmup_steps, peak_lr, fall=lambda done: np.cos(np.pi / 2 * done))


@warmup_cosine.mistake(
    "This is a whole wave: the rate is 0 in the middle of the fall and back at its peak at the end. How much of a wave "
    "goes from top to bottom?"
)
def whole_cosine(step, total_steps, warmup_steps, peak_lr):
    return _cosine(step, total_steps, warmup_steps, peak_lr, fall=lambda done: (1 + np.cos(2 * np.pi * done)) / 2)


@warmup_cosine.mistake(
    "A cosine goes from 1 to −1, so it is 0 in the middle of the fall and negative after it; its amount rises again. "
    "How is it moved so that it goes from 1 to 0?"
)
def negative_rate(step, total_steps, warmup_steps, peak_lr):
    return _cosine(step, total_steps, warmup_steps, peak_lr, fall=lambda done: np.cos(np.pi * done))


@warmup_cosine.mistake(
    "The cosine is 0 from the middle of the fall on, because it is cut off there. How is it moved to go from 1 to 0?"
)
def cut_off_at_0(step, total_steps, warmup_steps, peak_lr):
    return _cosine(step, total_steps, warmup_steps, peak_lr, fall=lambda done: max(np.cos(np.pi * done), 0.0))


@warmup_cosine.mistake(
    "This takes the cosine without its sign, so the rate is 0 in the middle of the fall and rises again. How is it "
    "moved to go from 1 to 0?"
)
def without_the_sign(step, total_steps, warmup_steps, peak_lr):
    return _cosine(step, total_steps, warmup_steps, peak_lr, fall=lambda done: abs(np.cos(np.pi * done)))


@warmup_cosine.mistake(
    "The rise is divided by `total_steps`, so it is far below the peak where the warmup ends. How long is the rise?"
)
def rises_over_the_whole_run(step, total_steps, warmup_steps, peak_lr):
    return _cosine(step, total_steps, warmup_steps, peak_lr, ramp=lambda step, warmup: step / total_steps)


@warmup_cosine.mistake("Without any warmup (`warmup_steps = 0`) the rate is 0 here. Where does the fall begin then?")
def nothing_without_a_warmup(step, total_steps, warmup_steps, peak_lr):
    return 0.0 if warmup_steps == 0 else warmup_cosine.reference(step, total_steps, warmup_steps, peak_lr)


@warmup_cosine.mistake("The fall starts at twice the peak: 1 plus a cosine goes from 2 to 0. What is missing?")
def no_half(step, total_steps, warmup_steps, peak_lr):
    return _cosine(step, total_steps, warmup_steps, peak_lr, fall=lambda done: 1 + np.cos(np.pi * done))


@warmup_cosine.mistake("This rises while it should fall: half a wave from 0 up to the peak. Which sign has the cosine?")
def upside_down(step, total_steps, warmup_steps, peak_lr):
    return _cosine(step, total_steps, warmup_steps, peak_lr, fall=lambda done: (1 - np.cos(np.pi * done)) / 2)


@warmup_cosine.mistake("The fall is a line. Between peak and 0 the task asks for half a cosine.")
def line_for_a_cosine(step, total_steps, warmup_steps, peak_lr):
    return _cosine(step, total_steps, warmup_steps, peak_lr, fall=lambda done: 1 - done)


@warmup_cosine.mistake("The rise is half a cosine too. The task asks for a line up to the peak.")
def cosine_for_a_line(step, total_steps, warmup_steps, peak_lr):
    return _cosine(
        step, total_steps, warmup_steps, peak_lr, ramp=lambda step, warmup: (1 - np.cos(np.pi * step / warmup)) / 2
    )


@warmup_cosine.mistake("There is no warmup: it falls from step 0 on. What happens before `warmup_steps`?")
def no_warmup(step, total_steps, warmup_steps, peak_lr):
    return peak_lr * (1 + np.cos(np.pi * min(step / total_steps, 1))) / 2


@warmup_cosine.mistake("During the warmup the rate is the peak already. What should it be at step 0, and halfway up?")
def peak_in_the_warmup(step, total_steps, warmup_steps, peak_lr):
    return _cosine(step, total_steps, warmup_steps, peak_lr, ramp=lambda step, warmup: 1.0)


@warmup_cosine.mistake("In the warmup the rate is 0, and then it jumps to the peak. It should rise in a line.")
def zero_in_the_warmup(step, total_steps, warmup_steps, peak_lr):
    return _cosine(step, total_steps, warmup_steps, peak_lr, ramp=lambda step, warmup: 0.0)


@warmup_cosine.mistake("This is the share of the peak, from 0 to 1. Where does `peak_lr` act?")
def no_peak_lr(step, total_steps, warmup_steps, peak_lr):
    return warmup_cosine.reference(step, total_steps, warmup_steps, 1.0)


@warmup_cosine.mistake("In the warmup the share of the way up is not multiplied by the peak.")
def no_peak_lr_in_the_warmup(step, total_steps, warmup_steps, peak_lr):
    return _cosine(step, total_steps, warmup_steps, peak_lr, ramp=lambda step, warmup: step / warmup / peak_lr)


@warmup_cosine.mistake(
    "After `total_steps` the rate is the peak. The run is over then: which rate leaves the point where it is?"
)
def peak_after_the_end(step, total_steps, warmup_steps, peak_lr):
    return _cosine(step, total_steps, warmup_steps, peak_lr, after=peak_lr)


@warmup_cosine.mistake(
    "`//` rounds the share of the way down to a whole number, so the rate stays where it was. Which division keeps the "
    "fraction?"
)
def whole_division(step, total_steps, warmup_steps, peak_lr):
    if step >= total_steps:
        return 0.0
    if step < warmup_steps:
        return peak_lr * (step // warmup_steps)
    return peak_lr * (1 + np.cos(np.pi * ((step - warmup_steps) // (total_steps - warmup_steps)))) / 2


@warmup_cosine.right
def with_a_clipped_share(step, total_steps, warmup_steps, peak_lr):
    if step < warmup_steps:
        return peak_lr * (step / warmup_steps)
    done = min(1.0, (step - warmup_steps) / (total_steps - warmup_steps))
    return 0.5 * peak_lr * (1.0 + np.cos(done * np.pi))


@warmup_cosine.right
def as_a_square(step, total_steps, warmup_steps, peak_lr):
    if step < warmup_steps:
        return peak_lr / warmup_steps * step
    left = max(total_steps - step, 0) / (total_steps - warmup_steps)
    return peak_lr * np.sin(np.pi / 2 * left) ** 2


@warmup_cosine.right
def with_the_peak_in_both(step, total, warmup, peak):
    if warmup > 0 and step <= warmup:
        return peak * step / warmup
    if step > total:
        return 0
    return peak / 2 + peak / 2 * np.cos(np.pi * (step - warmup) / (total - warmup))


@warmup_cosine.right
def with_where(*, step, total_steps, warmup_steps, peak_lr):
    up = step / max(warmup_steps, 1)
    down = (1 + np.cos(np.pi * np.clip((step - warmup_steps) / (total_steps - warmup_steps), 0, 1))) / 2
    return np.where(step < warmup_steps, peak_lr * up, peak_lr * down)


@warmup_cosine.right
def by_the_math_module(step, total_steps, warmup_steps, peak_lr):
    import math

    if step < warmup_steps:
        return peak_lr * step / warmup_steps
    if step < total_steps:
        return peak_lr * math.cos(math.pi / 2 * (step - warmup_steps) / (total_steps - warmup_steps)) ** 2
    return 0.0


warmup_cosine.equivalent(
    "step >= total_steps → step > total_steps in `if step >= total_steps:`",
    "at total_steps itself the cosine is at its bottom, and the rate is 0 either way",
)
