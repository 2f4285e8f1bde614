"""Stairs: the learning rate drops by a factor every so many steps."""

import math

import numpy as np

from course_lib.checks.exercises import function


def stairs(rng):
    yield 0, 1.0, 0.5, 10
    yield 9, 1.0, 0.5, 10
    yield 10, 1.0, 0.5, 10
    yield 11, 0.5, 0.1, 10
    yield 29, 0.3, 0.2, 10
    yield 30, 0.3, 0.2, 10
    yield 1, 2.0, 0.9, 1
    yield 7, 0.4, 1.0, 3
    for _ in range(6):
        every = int(rng.integers(3, 200))
        step = int(rng.integers(every + 1, 6 * every))
        yield step + (step % every == 0), float(rng.uniform(0.01, 2)), float(rng.uniform(0.1, 0.95)), every


@function(
    inputs=stairs,
    returns="the learning rate",
    praise="A drop at every step that `every` divides, and none between.",
)
def step_decay(step, lr, drop, every):
    return lr * drop ** (step // every)


@step_decay.mistake(
    "This falls a little at every step. Stairs stay flat for `every` steps: how many *whole* stairs lie behind a step?"
)
def no_stairs(step, lr, drop, every):
    return lr * drop ** (step / every)


@step_decay.mistake("Each stair begins one step early. At which step is the first drop, when steps count from 0?")
def off_by_one(step, lr, drop, every):
    return lr * drop ** ((step + 1) // every)


@step_decay.mistake("Each drop comes one step late. At step `every` itself, how many stairs lie behind?")
def one_late(step, lr, drop, every):
    return lr * drop ** (max(step - 1, 0) // every)


@step_decay.mistake(
    "The first stair is missing: at step 0 the rate has dropped already. Which power leaves `lr` as it is?"
)
def one_drop_too_many(step, lr, drop, every):
    return lr * drop ** (step // every + 1)


@step_decay.mistake(
    "The rate is *multiplied* by the number of drops, so it is 0 at first. Two drops are drop times drop."
)
def product_for_a_power(step, lr, drop, every):
    return lr * drop * (step // every)


@step_decay.mistake("It drops once and never again. What happens at step 2 · `every`?")
def drops_once(step, lr, drop, every):
    return lr * drop if step >= every else lr


@step_decay.mistake("It drops at one step alone and is back afterwards. The drops before it should stay.")
def drops_at_one_step(step, lr, drop, every):
    return lr * drop if step > 0 and step % every == 0 else lr


@step_decay.mistake(
    "`step % every` is how far inside its stair a step is; it starts again on each. How many whole stairs lie behind?"
)
def remainder(step, lr, drop, every):
    return lr * drop ** (step % every)


@step_decay.mistake("The rate grows: it is divided by `drop`, which is below 1.")
def grows(step, lr, drop, every):
    return lr / drop ** (step // every)


@step_decay.mistake("The power also takes in `lr`. Only the drops multiply; `lr` stands once.")
def lr_in_the_power(step, lr, drop, every):
    return (lr * drop) ** (step // every)


@step_decay.mistake("Every drop takes away the share `drop` here; the task keeps it: `drop` is what is left.")
def takes_the_share_away(step, lr, drop, every):
    return lr * (1 - drop) ** (step // every)


@step_decay.mistake("Every drop subtracts here. The task multiplies, so that the rate never becomes negative.")
def subtracts(step, lr, drop, every):
    return lr - drop * (step // every)


@step_decay.mistake("It drops at every single step: `every` has no effect. How many whole stairs lie behind?")
def no_every(step, lr, drop, every):
    return lr * drop**step


@step_decay.mistake("This rounds to the nearest stair, so each drop comes half a stair early.")
def rounds_to_the_nearest(step, lr, drop, every):
    return lr * drop ** round(step / every)


@step_decay.mistake("This rounds up, so the first drop comes at step 1. How many *whole* stairs lie behind?")
def rounds_up(step, lr, drop, every):
    return lr * drop ** math.ceil(step / every)


@step_decay.mistake("This is the factor alone. Where does `lr` act?")
def no_lr(step, lr, drop, every):
    return drop ** (step // every)


@step_decay.right
def with_floor(step, lr, drop, every):
    return lr * np.power(drop, np.floor(step / every))


@step_decay.right
def in_a_loop(step, lr, drop, every):
    for _ in range(step // every):
        lr = lr * drop
    return lr


@step_decay.right
def counting_down(step, lr, drop, every):
    while step >= every:
        lr, step = lr * drop, step - every
    return lr


@step_decay.right
def by_logarithms(*, step, lr, drop, every):
    return np.exp(np.log(lr) + step // every * np.log(drop))


@step_decay.right
def by_itself(step, lr, drop, every):
    return lr if step < every else drop * by_itself(step - every, lr, drop, every)


step_decay.accept(
    lambda step, lr, drop, every: lr * drop ** int(step / every),
    lambda step, lr, drop, every: np.float64(lr) * drop ** divmod(step, every)[0],
)
