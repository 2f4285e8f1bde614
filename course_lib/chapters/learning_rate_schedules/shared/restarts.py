"""A run that is interrupted: what is lost when the point alone was saved."""

import numpy as np

from course_lib.chapters.learning_rate_schedules.shared import BATCH, BATCHES, PASSES, WRONG, problems
from course_lib.data import minibatch_indices
from course_lib.optimizers import Adam
from course_lib.schedules import Polynomial

AT = 5 * BATCHES  # the step before which the run is interrupted
SEEN = np.arange(AT - 20, AT + 61, 2)  # where the loss is looked at

# What is lost: of the state and its count of gradients, and of the schedule's place.
LOST = {
    "nothing": (),
    "state": ("state",),
    "state, then a short warmup": ("state", "warmup"),
    "count": ("count",),
    "place in the schedule": ("place",),
}


def interrupted(peak, seeds, lost=(), rule=None, schedule=None):
    """Run a rule on the network with wrong labels, interrupt it in the middle, and go on without what was lost.

    Parameters
    ----------
    peak : number
        Of a line to 0, unless there is another `schedule`.
    seeds : array of shape (S,)
    lost : names out of "state", "count", "place", "warmup"
        "count" keeps the averages and counts their gradients from 1 again.
        "warmup" loses nothing: twenty steps in which the rate rises in a line come after the interruption.
    rule : Optimizer, default Adam
        Its own rate is not used.

    Returns
    -------
    array of shape (len(SEEN) + 1, S)
        The logarithm of the training loss at the steps of `SEEN` and at the end.
    """
    it, steps = problems()[WRONG], PASSES * BATCHES
    rule, schedule = rule or Adam(lr=1.0), schedule or Polynomial(peak, steps)
    rngs = [np.random.default_rng(seed) for seed in seeds]
    w = np.array([it.model.init(rng) for rng in rngs])
    objective, state, losses = it.model.on(*it.train), rule.init(w), []
    step = count = place = 0
    for _ in range(PASSES):
        for rows in zip(*(minibatch_indices(len(it.train), BATCH, rng, False) for rng in rngs), strict=True):
            if step in SEEN:
                losses.append(objective.value(w))
            if step == AT:
                state, count = (rule.init(w), 0) if "state" in lost else (state, count)
                count = 0 if "count" in lost else count
                place = 0 if "place" in lost else place
            count += 1
            direction, state = rule.direction(objective.rows(np.array(rows)).grad(w), state, count)
            after = step - AT
            factor = after / 20 if "warmup" in lost and 0 <= after < 20 else 1.0
            w = w - factor * schedule(place) * direction
            step, place = step + 1, place + 1
    return np.log([*losses, objective.value(w)])
