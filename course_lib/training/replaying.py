"""Feed a rule gradients that are given."""

import numpy as np

from course_lib.arguments import as_numbers
from course_lib.training.lanes import coordinates_first, lane_shape, rates_of
from course_lib.training.recording import Recorder
from course_lib.training.runs import Replay


def replay(optimizer, gradients, w0=None):
    """Feed a rule gradients that are given, wherever it goes; return its points and states.

    Parameters
    ----------
    optimizer : Optimizer
        The rule; its hyper-parameters make lanes, as in `minimize`.
    gradients : array of shape (steps, …, d)
        The gradient of each step, or one for each lane.
    w0 : array of shape (…, d) or None, default None
        The start; None is 0.

    Returns
    -------
    Replay
        With the points `w`, by what each step moved them, `delta`, and the `state` after each step.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind, not finite, or does not fit the others.

    Examples
    --------
    >>> from course_lib import replay
    >>> run = replay(Momentum(lr=0.1, momentum=0.5), [[1.0], [1.0], [0.0]])
    >>> print(run.state.ravel(), run.delta.ravel())
    [0.   1.   1.5  0.75] [-0.1   -0.15  -0.075]
    """
    gradients = as_numbers("gradients", gradients)
    if gradients.ndim < 2:
        raise ValueError(f"gradients must have shape (steps, …, d), got {gradients.shape}")
    w0 = np.zeros(gradients.shape[1:]) if w0 is None else as_numbers("w0", w0)
    if w0.shape[-1:] != gradients.shape[-1:]:
        shapes = f"w0 has shape {w0.shape}, gradients {gradients.shape}"
        raise ValueError(f"gradients must have an entry for each coordinate of w0: {shapes}")
    try:
        w0 = np.broadcast_to(w0, np.broadcast_shapes(w0.shape, gradients.shape[1:]))
    except ValueError:
        raise ValueError(
            f"w0 of shape {w0.shape} does not broadcast with gradients of shape {gradients.shape[1:]} each step"
        ) from None
    shape = lane_shape(optimizer, w0)
    path = coordinates_first((len(gradients) + 1, *shape))
    recorder = Recorder("state", None, shape[:-1])
    with np.errstate(all="ignore"):
        path[0] = w0
        w = path[0]
        state = optimizer.init(w)
        recorder.start(w, state)
        for t, grad in enumerate(gradients, start=1):
            w, state = optimizer.step(w, grad, state, t)
            path[t] = optimizer.reported(w, state)
            recorder.after_step(path[t], grad, state, t)
    return Replay(path, recorder.result()["state"], rates_of(optimizer, len(gradients), shape), optimizer)
