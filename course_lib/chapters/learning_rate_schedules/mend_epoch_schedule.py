"""Mend a schedule that counts in steps and is called once an epoch."""

import numpy as np

from course_lib.checks.exercises import function


def cosine_of_60(step):
    """Half a cosine from 0.5 to 0 in 60 steps."""
    return 0.25 * (1 + np.cos(np.pi * min(step / 60, 1)))


def line_of_24(step):
    """A line from 1 to 0 in 24 steps."""
    return max(1 - step / 24, 0.0)


def stairs_of_7(step):
    """Halved every 7 steps."""
    return 0.8 * 0.5 ** (step // 7)


def counted(step):
    """The number of the step, plus 1."""
    return step + 1.0


def calls(rng):
    yield counted, 1, 1
    yield counted, 2, 3
    yield counted, 1, 4
    yield counted, 4, 1
    yield line_of_24, 4, 6
    yield cosine_of_60, 5, 12
    yield stairs_of_7, 3, 10
    yield stairs_of_7, int(rng.integers(4, 9)), int(rng.integers(10, 20))
    yield counted, int(rng.integers(6, 9)), int(rng.integers(2, 5))


@function(
    inputs=calls,
    returns="the rates",
    praise="One rate for each step, and the count goes on from epoch to epoch.",
)
def mend_epoch_schedule(schedule, epochs, batches):
    rates = []
    for epoch in range(epochs):
        for batch in range(batches):
            lr = schedule(epoch * batches + batch)
            rates.append(lr)
    return rates


@mend_epoch_schedule.mistake(
    "This is the program as it was: the schedule gets the number of the epoch, so after all epochs it has hardly "
    "begun. In what does it count?"
)
def as_it_was(schedule, epochs, batches):
    return [schedule(epoch) for epoch in range(epochs) for _ in range(batches)]


@mend_epoch_schedule.mistake(
    "The schedule starts again in every epoch. How many steps lie behind at the start of the second one?"
)
def starts_again_every_epoch(schedule, epochs, batches):
    return [schedule(batch) for _ in range(epochs) for batch in range(batches)]


@mend_epoch_schedule.mistake(
    "The count is right at the start of each epoch, but the rate still changes only there. Ask the schedule at every "
    "step."
)
def once_an_epoch(schedule, epochs, batches):
    return [schedule(epoch * batches) for epoch in range(epochs) for _ in range(batches)]


@mend_epoch_schedule.mistake("The count starts at 1. Which step of the schedule does the first update use?")
def off_by_one(schedule, epochs, batches):
    return [schedule(step) for step in range(1, epochs * batches + 1)]


@mend_epoch_schedule.mistake(
    "These are fractions of epochs. The schedule counts whole steps: how many are there in an epoch?"
)
def fractions_of_epochs(schedule, epochs, batches):
    return [schedule(epoch + batch / batches) for epoch in range(epochs) for batch in range(batches)]


@mend_epoch_schedule.mistake("The number of *epochs* multiplies the epoch here. How many steps does one epoch have?")
def epochs_for_batches(schedule, epochs, batches):
    return [schedule(epoch * epochs + batch) for epoch in range(epochs) for batch in range(batches)]


@mend_epoch_schedule.mistake(
    "Epoch times batch is 0 in the whole first epoch. How many steps lie behind at the second batch of the first epoch?"
)
def product_of_both(schedule, epochs, batches):
    return [schedule(epoch * batch) for epoch in range(epochs) for batch in range(batches)]


@mend_epoch_schedule.mistake(
    "Epoch and batch have changed places: the second step of an epoch gets a number that lies an epoch ahead. By what "
    "is the epoch to be multiplied, and the batch?"
)
def batch_for_epoch(schedule, epochs, batches):
    return [schedule(batch * epochs + epoch) for epoch in range(epochs) for batch in range(batches)]


@mend_epoch_schedule.mistake(
    "All steps of an epoch get the number of its last step. The rate should change at every step."
)
def last_step_of_the_epoch(schedule, epochs, batches):
    return [schedule((epoch + 1) * batches - 1) for epoch in range(epochs) for _ in range(batches)]


@mend_epoch_schedule.mistake("These are shares of the run, from 0 to 1. The schedule counts whole steps.")
def share_of_the_run(schedule, epochs, batches):
    total = epochs * batches
    return [schedule(step / total) for step in range(total)]


@mend_epoch_schedule.mistake(
    "The sum of epoch and batch gives many steps the same number. How many steps lie behind when an epoch begins?"
)
def sum_of_both(schedule, epochs, batches):
    return [schedule(epoch + batch) for epoch in range(epochs) for batch in range(batches)]


@mend_epoch_schedule.mistake("The count is right, but only one rate an epoch comes back. One for every step is wanted.")
def one_rate_an_epoch(schedule, epochs, batches):
    return [schedule(epoch * batches) for epoch in range(epochs)]


@mend_epoch_schedule.mistake("The rates of a single epoch come back. How many steps has the whole run?")
def one_epoch(schedule, epochs, batches):
    return [schedule(step) for step in range(batches)]


@mend_epoch_schedule.mistake("There is one rate too many. How many steps has the run, counted from 0?")
def one_too_many(schedule, epochs, batches):
    return [schedule(step) for step in range(epochs * batches + 1)]


@mend_epoch_schedule.mistake(
    "Each epoch begins with the step at which the one before has ended, so one number comes twice."
)
def last_step_twice(schedule, epochs, batches):
    return [schedule(epoch * (batches - 1) + batch) for epoch in range(epochs) for batch in range(batches)]


@mend_epoch_schedule.right
def in_one_range(schedule, epochs, batches):
    return [schedule(step) for step in range(epochs * batches)]


@mend_epoch_schedule.right
def with_a_counter(schedule, epochs, batches):
    rates, step = [], 0
    for _ in range(epochs):
        for _ in range(batches):
            rates.append(schedule(step))
            step += 1
    return rates


@mend_epoch_schedule.right
def by_the_length(schedule, epochs, batches):
    rates = []
    while len(rates) < epochs * batches:
        rates.append(schedule(len(rates)))
    return rates


@mend_epoch_schedule.right
def as_an_array(*, schedule, epochs, batches):
    return np.array([schedule(int(step)) for step in np.arange(epochs * batches)])


@mend_epoch_schedule.right
def as_a_map(schedule, n_epochs, n_batches):
    return list(map(schedule, range(n_epochs * n_batches)))
