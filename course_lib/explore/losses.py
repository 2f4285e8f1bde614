"""The axes on which several explorers draw the loss of a run, and what they draw there."""

import numpy as np

MOST_STEPS = 200


def loss_axes(ax, objective, box):
    """Prepare axes for the loss above the minimum, whatever the run: from 1e-9 of the highest place up."""
    top = objective.value(np.stack(np.meshgrid(*box), axis=-1)).max() - objective.minimum_value
    ax.set(yscale="log", xlim=(0, MOST_STEPS), ylim=(1e-9 * top, 20 * top))
    ax.set(xlabel="step", title="loss above the minimum")


def above_minimum(run):
    """Return how far above the objective's least value each step of a run is."""
    return run.loss - run.objective.minimum_value
