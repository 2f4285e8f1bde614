"""Train a model on data."""

import numpy as np

from course_lib.arguments import as_numbers, whole_number
from course_lib.data import Data, batch_rows
from course_lib.models import Model
from course_lib.training.lanes import lane_shape, rates_of
from course_lib.training.recording import Recorder
from course_lib.training.runs import History, mark_diverged
from course_lib.training.stepping import as_seeds, minibatches, starts, steps


def fit(
    model,
    data,
    optimizer,
    epochs,
    batch_size=None,
    seed=0,
    w0=None,
    replace=False,
    validation=None,
    progress=None,
    record=(),
):
    """Train a model on data; return what happened in each epoch and each step.

    Every seed is a lane: it draws its own start and its own minibatches. Seeds of shape (S,) make the
    last lane axis, so a learning rate of shape (L, 1, 1) gives (L, S) lanes, L runs for each seed
    on the same minibatches.

    Parameters
    ----------
    model : Model
        What to train (see `course_lib.models`).
    data : Data
        The training data, n rows.
    optimizer : Optimizer
        Its hyper-parameters broadcast against parameters of shape (…, p), as in `minimize`.
    epochs : int
        How many passes over the data.
    batch_size : int or None, default None
        Rows in a minibatch, 1 to n; the last of an epoch may be shorter. None takes all rows each step.
    seed : int or array of ints, default 0
        Of start and minibatches. The minibatches do not depend on `w0`.
    w0 : array of shape (…, p) or None, default None
        The start; None lets each seed draw one by `model.init`.
    replace : bool, default False
        Draw minibatches with replacement instead of shuffling (see `minibatch_indices`).
    validation : Data or None, default None
        Data to look at after each epoch, never trained on.
    progress : function or None, default None
        Called as `progress(epoch, epochs)` after each epoch.
    record : str, function, or tuple of these, default none
        What to keep of every step, inside the epochs too, in `run.recorded` by name: "w" (the points,
        the start first), "loss" (their loss on all training data), "grad", "norm", "state", or a
        function of `(w, grad, state, t)`, as in `minimize`.

    Returns
    -------
    History
        With lanes of the broadcast shape. A lane equals its own run alone to rounding: matrix
        products of other shapes may add in another order.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind, out of range, or does not fit the others.

    Examples
    --------
    >>> train, test = standardize(*split(load_diabetes()))
    >>> model = LinearRegression(10)
    >>> run = fit(model, train, GradientDescent(lr=0.05), epochs=20, batch_size=32, validation=test)
    >>> print(run.steps, run.loss.shape, run.validation_score[-1].round(2))
    220 (21,) 0.49

    The loss after every step shows the noise that the ends of passes hide:

    >>> run = fit(model, train, GradientDescent(lr=0.05), epochs=20, batch_size=32, record=("loss", "norm"))
    >>> print(run.recorded["loss"].shape, run.recorded["norm"].shape)
    (221,) (220,)
    """
    require_model_and_data(model, data, validation)
    epochs = whole_number("epochs", epochs)
    if progress is not None and not callable(progress):
        raise TypeError(f"progress must be a function of (epoch, epochs), got {progress!r}")
    n = len(data)
    if batch_size is None and replace:
        raise ValueError("replace=True draws minibatches: give it a batch_size")
    batch_size = n if batch_size is None else batch_rows("batch_size", batch_size, n)
    seeds = as_seeds("seed", seed)
    rngs, drawn = starts(model, seeds)
    w0 = drawn if w0 is None else _start(w0, drawn.shape)
    shape = lane_shape(optimizer, w0)
    objective = model.on(*data)
    recorder = Recorder(record, objective.value, shape[:-1])
    path = np.empty((epochs + 1, *shape))
    batch_loss, passes = [], []
    # A run that leaves the finite numbers is data here, so its overflow is no warning.
    with np.errstate(all="ignore"):
        path[0] = w0
        w = path[0]
        state = optimizer.init(w)
        recorder.start(w, state)
        batches = minibatches(n, batch_size, rngs, seeds.shape, replace)
        for step in steps(objective, optimizer, w, state, epochs, batches):
            if record:
                recorder.after_step(optimizer.reported(step.w, step.state), step.grad, step.state, step.t)
            batch_loss.append(step.loss)
            passes.append(step.epoch + step.rows_before / n)
            if step.ends_epoch:
                path[step.epoch + 1] = optimizer.reported(step.w, step.state)
                if progress is not None:
                    progress(step.epoch + 1, epochs)
        loss = objective.value(path)
        diverged = mark_diverged(path, loss)
        held_out = (None, None) if validation is None else judged(model, path, validation)
    batch_loss = np.array(batch_loss).reshape(-1, *shape[:-1])
    batch_loss[np.logical_or.accumulate(~np.isfinite(batch_loss), axis=0)] = np.inf
    rates = rates_of(optimizer, len(passes), shape)
    passes, recorded = np.array(passes), recorder.result()
    return History(path, loss, batch_loss, passes, rates, diverged, *held_out, model, optimizer, recorded)


def require_model_and_data(model, data, validation):
    """Raise an error that names the argument unless these can be trained and looked at."""
    if not isinstance(model, Model):
        raise TypeError(f"model must be a model such as LinearRegression(10), got {model!r}")
    require_data("data", data)
    if validation is not None:
        require_data("validation", validation)


def require_data(name, value):
    """Raise an error that names the argument unless it is Data."""
    if not isinstance(value, Data):
        raise TypeError(f"{name} must be Data, such as load_diabetes() returns, got {type(value).__name__}")


def _start(w0, shape):
    """Return the given start, with the lanes of the seeds."""
    w0 = as_numbers("w0", w0)
    if w0.shape[-1:] != shape[-1:]:
        raise ValueError(f"w0 must have the model's {shape[-1]} parameters on its last axis, got shape {w0.shape}")
    try:
        return np.broadcast_to(w0, np.broadcast_shapes(w0.shape, shape))
    except ValueError:
        raise ValueError(f"w0 of shape {w0.shape} does not broadcast with seeds of shape {shape[:-1]}") from None


def judged(model, path, data):
    """Return loss and score of every point of `path` on other data."""
    loss = model.on(*data).value(path)
    return np.where(np.isnan(loss), np.inf, loss), model.score(path, *data)
