"""Data-parallel training: every shard gives its mean gradient, and one place makes the step."""

import time
import warnings
from dataclasses import dataclass

import numpy as np

from course_lib.arguments import as_numbers, in_range, whole_number
from course_lib.data import batch_rows
from course_lib.models import Model
from course_lib.training.fingerprints import fingerprint
from course_lib.training.lanes import require_rule
from course_lib.training.shards import Unreachable, owners, parts_of, shard_engine
from course_lib.training.stepping import as_seeds, minibatches, starts


class ClusterLost(ConnectionError):
    """The cluster is gone in the middle of a run. `run` holds what was done: `data_parallel(…, resume=error.run)`."""

    def __init__(self, reason, run):
        super().__init__(
            f"{reason}; {run.t} steps are done. `run` of this error holds them: call data_parallel again with "
            "resume=error.run, on another engine or on this one"
        )
        self.run = run


@dataclass(frozen=True, eq=False)
class ParallelRun:
    """What a data-parallel run did.

    Attributes
    ----------
    w : array of shape (p,)
        The parameters after the last step.
    t : int
        How many steps were made; local steps count each.
    loss : array of shape (rounds,)
        The loss on each minibatch before its step; with local steps, the mean over those of a round. The last round
        of a run is shorter where `local_steps` does not divide its steps.
    seconds : array like `loss`
        How long each step, or round, took.
    counts : tuple of int
        Rows of each shard.
    point, state
        Where the rule stands: what the next step begins with (`w` may be an average of points).
    settings : dict
        What must be the same where a run goes on: counts, rows (a fingerprint of each shard), batch_size, seed,
        local_steps, the kind of rule.
    """

    w: np.ndarray
    t: int
    loss: np.ndarray
    seconds: np.ndarray
    counts: tuple
    point: np.ndarray
    state: object
    settings: dict


def data_parallel(
    model, data, optimizer, epochs, batch_size=None, shards=2, engine=None, seed=0, w0=None, local_steps=1,
    resume=None, patience=60, progress=None,
):  # fmt: skip
    """Train a model on shards of the data; with the minibatches of `fit`, and its numbers to rounding.

    A minibatch is drawn from all n rows. Each shard gives the mean gradient of the nₖ of its rows that are in it, and
    the step takes Σ nₖ gₖ / Σ nₖ, summed in the order of the shards. So nothing depends on who computes what, or
    when: on one kind of processor, with one build of NumPy, the numbers are bitwise the same with every engine, and
    when workers die on the way.

    The loss must be a mean over rows, each by itself. Against `fit` the sum is taken in another order. That differs in
    the last digits, which a network at a large rate can amplify to quite another run.

    Parameters
    ----------
    model : Model
    data : Data or function
        The rows, cut into shards here; or `data(k)`, which returns the Data of shard k. It is called by whoever holds
        the shard: so workers load from a disk of theirs, and nothing large travels. Where a worker dies it is called
        again, and must return the same rows.
    optimizer : Optimizer
    epochs : int
        Passes over all rows.
    batch_size : int or None, default None
        Rows in a minibatch, over all shards together; None: all rows.
    shards : int or tuple of int, default 2
        How many shards, nearly equal; or the number of rows of each, where `data` is Data.
    engine : None, Client or str, default None
        Who holds the shards: this process, the workers of a Dask client, or those of the scheduler at an address
        such as "tcp://10.0.0.7:8786". There may be more shards than workers, and fewer.
    seed : int, default 0
        Of start and minibatches, as in `fit`.
    w0 : array of shape (p,) or None
        The start; None lets the seed draw one.
    local_steps : int, default 1
        Steps that each shard makes by itself before the points are averaged, weighted by the rows used: only
        for a rule without a state, GradientDescent.
    resume : ParallelRun or None
        A run to go on with, of the same rows, settings and kind of rule (its rates may be others), and of no more steps
        than are asked for. One whose last round was cut short goes on with a warning: a
        run of all steps at once meets at other steps.
    patience : float, default 60
        Seconds to wait for each answer before the cluster counts as lost.
    progress : function or None
        Called as `progress(t, steps)` after each step, or round.

    Returns
    -------
    ParallelRun
        Of fewer steps, with a warning, if it was interrupted (Ctrl-C).

    Raises
    ------
    ClusterLost
        If the scheduler, or all workers, are gone; it carries the run so far. (Dask may log what it lost.)
    TypeError, ValueError
        If an argument is of the wrong kind, out of range, or does not fit the others.

    Examples
    --------
    >>> train = standardize(load_diabetes())
    >>> told = dict(optimizer=GradientDescent(0.05), epochs=3, batch_size=32)
    >>> run = data_parallel(LinearRegression(10), train, shards=(400, 42), **told)
    >>> print(run.t, np.abs(run.w - fit(LinearRegression(10), train, **told).w[-1]).max() < 1e-10)
    42 True

    PyTorch's `DistributedDataParallel` takes the plain mean of the workers' gradients: equal to this if all have as
    many rows in a minibatch.
    """
    epochs, local_steps = whole_number("epochs", epochs), whole_number("local_steps", local_steps, minimum=1)
    patience = float(in_range("patience", patience, 0, low_open=True))
    if not isinstance(model, Model):
        raise TypeError(f"model must be a model such as LinearRegression(10), got {model!r}")
    if progress is not None and not callable(progress):
        raise TypeError(f"progress must be a function of (t, steps), got {progress!r}")
    require_rule(optimizer)
    parts = parts_of(model, data, shards)
    rngs, w = starts(model, as_seeds("seed", whole_number("seed", seed)))
    if w0 is not None:
        w = as_numbers("w0", w0)
        if w.shape != (model.size,):
            raise ValueError(f"w0 must have the model's {model.size} parameters, got shape {w.shape}")
    state = optimizer.init(w)
    if local_steps > 1 and state is not None:
        raise ValueError("local_steps above 1 needs a rule without a state, GradientDescent")
    if np.shape(optimizer.step(w, 0 * w, state, 1)[0]) != w.shape:
        raise ValueError("a data-parallel run has one learning rate and no lanes")
    with shard_engine(engine, patience) as where, np.errstate(all="ignore"):
        try:
            where.load(parts)
            counts, rows = zip(*where.ask(_rows, [(k, ()) for k in range(len(parts))]))
        except Unreachable as lost:
            raise ConnectionError(f"engine: {lost} while the shards were loaded") from None
        size = sum(counts) if batch_size is None else batch_rows("batch_size", batch_size, sum(counts))
        settings = {"counts": counts, "rows": rows, "batch_size": size, "seed": int(seed), "local_steps": local_steps}
        settings["rule"] = _kind(optimizer)
        run = ParallelRun(w, 0, np.empty(0), np.empty(0), counts, w, state, settings)
        draw = minibatches(sum(counts), size, rngs, ())
        batches = [owners(rows, counts) for _ in range(epochs) for rows in draw()]
        run = run if resume is None else _resumed(resume, run, len(batches))
        return _steps(where, optimizer, run, batches, progress)


def weighted_mean(values, counts):
    """Return Σ cₖ vₖ / Σ cₖ, summed in the order given.

    Examples
    --------
    >>> print(weighted_mean([np.array([1.0, 0.0]), np.array([5.0, 4.0])], [3, 1]))
    [2. 1.]
    """
    total = sum(counts)
    return sum(count / total * np.asarray(value) for value, count in zip(values, counts, strict=True))


def _steps(where, optimizer, run, batches, progress):
    """Make the steps that are left, and return the run; what ends it early keeps what is done."""
    at, local = (run.point, run.state, run.t, len(run.loss)), run.settings["local_steps"]
    losses, seconds, stopped = list(run.loss), list(run.seconds), None
    try:
        while at[2] < len(batches):
            begun, of_round = time.perf_counter(), batches[at[2] : at[2] + local]
            loss, after = _round(where, optimizer, *at[:3], of_round, run.counts, local > 1)
            losses.append(loss)
            seconds.append(time.perf_counter() - begun)
            at = (*after, len(losses))  # all at once: an interrupt comes before it or after it
            if progress is not None:
                progress(at[2], len(batches))
    except (Unreachable, KeyboardInterrupt) as error:
        stopped = error
    w, state, t, rounds = at
    told = np.array(losses[:rounds]), np.array(seconds[:rounds]), run.counts
    done = ParallelRun(optimizer.reported(w, state), t, *told, w, state, run.settings)
    if isinstance(stopped, Unreachable):
        raise ClusterLost(stopped, done) from None
    if stopped is not None:
        warnings.warn(f"stopped after {t} of {len(batches)} steps; resume= goes on from there", stacklevel=3)
    return done


def _round(where, optimizer, w, state, t, of_round, sizes, alone):
    """Return the loss of a step, or of a round of steps that each shard makes alone, and (w, state, t) after it."""
    there = [k for k in range(len(of_round[0])) if any(_takes_part(of_step[k]) for of_step in of_round)]
    if alone:
        sent = [(k, (sizes[k], w, [of_step[k] for of_step in of_round], optimizer, t)) for k in there]
        losses, points, counts = zip(*where.ask(_walk, sent))
        return float(weighted_mean(losses, counts)), (weighted_mean(points, counts), state, t + len(of_round))
    point = optimizer.gradient_point(w, state)
    losses, grads, counts = zip(*where.ask(_gradient, [(k, (sizes[k], point, of_round[0][k])) for k in there]))
    stepped = optimizer.step(w, weighted_mean(grads, counts), state, t + 1)
    return float(weighted_mean(losses, counts)), (*stepped, t + 1)


def _kind(optimizer):
    """Return the name of the rule; a reader's variant of one of the course's counts as that one."""
    kinds = [kind for kind in type(optimizer).__mro__ if kind.__module__.startswith("course_lib.")]
    return (kinds or [type(optimizer)])[0].__name__


def _takes_part(rows):
    return rows is None or rows.size > 0


def _rows(loss):
    """Return how many rows a shard has, and a text that tells them from others."""
    return len(loss.X), fingerprint(loss.X, loss.y)


def _gradient(loss, size, w, rows):
    """Return loss and gradient on some rows of a shard of so many, and how many they are."""
    if len(loss.X) != size:
        raise ValueError(f"data must return the same rows when it is called again: first {size}, then {len(loss.X)}")
    part = loss if rows is None else loss.rows(rows)
    return *part.value_and_grad(w), len(part.X)


def _walk(loss, size, w, of_steps, optimizer, t):
    """Return the mean loss and the point after local steps, and how many rows they took."""
    losses, used = [], []
    with np.errstate(all="ignore"):
        for i, rows in enumerate(of_steps, start=1):
            if _takes_part(rows):
                value, grad, count = _gradient(loss, size, w, rows)
                w, _ = optimizer.step(w, grad, None, t + i)
                losses.append(value)
                used.append(count)
    return weighted_mean(losses, used), w, sum(used)


def _resumed(before, fresh, steps):
    """Return the run to go on with, if it is one of these settings, and can become one of so many steps."""
    if not isinstance(before, ParallelRun):
        raise TypeError(f"resume must be a ParallelRun, got {before!r}")
    other = [name for name, value in fresh.settings.items() if before.settings.get(name) != value]
    if other or before.point.shape != fresh.point.shape:
        raise ValueError(f"resume must come from a run of the same model and settings; differs: {other or 'model'}")
    if before.t > steps:
        raise ValueError(f"resume has made {before.t} steps already, and {steps} are asked for: raise epochs")
    local = fresh.settings["local_steps"]
    if before.t < steps and before.t % local:
        cut = f"resume ended within a round, after {before.t} steps of rounds of {local}: a run of {steps} steps"
        warnings.warn(f"{cut} at once would meet at other steps, and end elsewhere", stacklevel=3)
    return before
