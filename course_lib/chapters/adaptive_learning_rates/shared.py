"""What several exercises of this chapter use."""

import numpy as np


def played(rule_step, grads, *settings):
    """Hand the state on over some steps; return the last point and state."""
    w = np.ones(len(grads[0]))
    state = np.zeros(len(grads[0]))
    for grad in grads:
        w, state = rule_step(w, np.array(grad), state, *settings)
    return w, state


GRADS = ([3.0, -0.2], [1.0, 0.4], [-2.0, 0.1], [0.5, -0.3], [4.0, 0.0])
