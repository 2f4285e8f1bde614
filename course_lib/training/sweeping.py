"""Train with many rules, learning rates and seeds in one call."""

import warnings
from contextlib import closing

import numpy as np

from course_lib.training.bars import Bar
from course_lib.training.sweeps import CURVES, MEASURES, Failure, Sweep, SweepWarning


def sweep(
    model,
    data,
    rules,
    lrs,
    epochs=None,
    batch_size=None,
    seeds=range(5),
    validation=None,
    folds=None,
    prepare=None,
    curves=False,
    executor=None,
    store=None,
    progress=None,
):
    """Train with every rule, every learning rate and every seed (and every fold); return the losses on named axes.

    A seed draws the same start and the same minibatches for every rule and every rate, as in `fit`: so runs
    come in pairs. What broadcasts runs as lanes, many runs in one array: some trial steps show whether a rule and
    a model do. The others run one by one. The work is cut into parts: a rule, some rates, some seeds, a fold. Where
    a part runs changes none of its numbers, on machines of one kind not even their last bits.

    Parameters
    ----------
    model : Model or function
        What to train: a model, also a subclass of your own. Or a function that trains: it is called for each
        run, with those of `rule`, `lr`, `seed`, `data`, `validation`, `epochs` and `batch_size` that it has as
        arguments, and returns its loss or `(loss, validation_loss)`.
    data : Data
        The training data, n rows. A function may do without: None.
    rules : dict, class, or list of classes
        What makes a rule of a learning rate, by name: `{"SGD": GradientDescent, "clipped": lambda lr:
        Clip(Momentum(lr), norm=1), "cosine": lambda lr: Adam(Cosine(lr, total_steps=860))}`. A class has its own
        name. Where `model` is a function the values may be anything.
    lrs : array of shape (L,), or dict of them
        The learning rates, above 0 and rising, such as `rate_grid(1e-4, 1, 41)`; in a dict equally many for
        each rule, by its name.
    epochs : int
        How many passes over the data.
    batch_size : int or None, default None
        Rows in a minibatch; None takes all rows each step.
    seeds : sequence of ints, default range(5)
        The seeds.
    validation : Data or None, default None
        Data to look at, never trained on.
    folds : int or array of shape (n,), default None
        K cuts the rows into K parts of nearly equal size, shuffled always the same; an array says the fold of each
        row. Each fold is held out once, while the others are trained on.
    prepare : function or None, default None
        `prepare(train, held_out)` returns both as they are used, such as `standardize`: within each fold, so
        that nothing leaks out of what is held out.
    curves : bool, default False
        Keep the losses before the first epoch and after each, too.
    executor : None, int, Executor, or str, default None
        Where the parts run. None: in this process. A number: in so many processes of this machine (in a script,
        under `if __name__ == "__main__":`). Any `concurrent.futures.Executor`; it stays open. A Dask client, or
        the address of its scheduler, such as "tcp://10.0.0.1:8786"; its workers need the course installed.
    store : str, Path or None, default None
        A folder that keeps each finished part, and gives it back to a later call with the same data, settings
        and code. Others do not mix in.
    progress : function, False or None, default None
        None shows a bar where somebody looks, in a terminal and in JupyterLab, and leaves nothing in the
        output. A function is called as `progress(done, parts)`.

    Returns
    -------
    Sweep
        Parts that fail, or whose process dies, are named in `failed` and in a warning; the numbers of the others
        are there. An interruption (Ctrl-C, or the kernel's ■) also returns what is done.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind, out of range, or does not fit the others. If every part fails, the
        error of the first.

    Examples
    --------
    >>> train, test = standardize(*split(load_diabetes()))
    >>> lrs = rate_grid(0.001, 1, 7)
    >>> result = sweep(LinearRegression(10), train, [GradientDescent, Adam], lrs, 20, 32, validation=test)
    >>> print(result, result.loss.shape)
    Sweep(2 rules × 7 rates × 5 seeds; 5 diverged, all run) (2, 7, 5)
    >>> print(result.table())
    rule             best rate  validation loss               diverged
    GradientDescent       0.01             2890                5 of 35
    Adam                     1             3025  at the edge   0 of 35
    >>> result.best("GradientDescent").lr
    0.01
    """
    # Not above: processes and their tools take as long to import as the rest of the course.
    from course_lib.training.engines import engine
    from course_lib.training.planning import plan
    from course_lib.training.stores import KeptParts

    p = plan(model, data, rules, lrs, epochs, batch_size, seeds, validation, folds, prepare, curves)
    if progress not in (None, False) and not callable(progress):
        raise TypeError(f"progress must be a function of (done, parts), False or None, got {progress!r}")
    kept = KeptParts(p, store)
    results, errors = kept.found(), {}
    todo = [i for i in range(len(p.parts)) if i not in results]
    bar = Bar(len(p.parts), progress)
    try:
        with engine(executor) as workers, closing(bar):
            bar.update(len(results))
            calls = p.calls([p.parts[i] for i in todo], packed=workers.packs)
            outcomes = workers.outcomes(calls, lambda share: bar.update(len(results) + len(errors), share))
            with closing(outcomes):
                for place, outcome in outcomes:
                    i = todo[place]
                    if outcome.error is None:
                        results[i] = kept.keep(i, outcome.numbers)
                    else:
                        errors[i] = outcome.error
                    bar.update(len(results) + len(errors))
    except KeyboardInterrupt:
        errors |= {i: KeyboardInterrupt("stopped") for i in todo if i not in results and i not in errors}
    return _gathered(p, results, errors, curves)


def _gathered(p, results, errors, curves):
    """Return the `Sweep` of what the parts have computed, with a warning if some have not."""
    if errors and not results and all(isinstance(error, Exception) for error in errors.values()):
        first = errors[min(errors)]
        first.add_note(f"Every part of the sweep failed. This is the first: {_failure(p, min(errors), first)}")
        raise first
    names = {name for numbers in results.values() for name in numbers} | {"loss"}
    arrays = dict.fromkeys((*MEASURES, *CURVES.values()))
    for name in names:
        before = () if name in MEASURES else next(len(each[name]) for each in results.values() if name in each)
        arrays[name] = np.full((*np.atleast_1d(before).astype(int), *p.shape), np.nan)
    for i, numbers in results.items():
        for name, values in numbers.items():
            arrays[name][(..., *p.parts[i].place)] = values
    if p.folds is None:
        arrays = {name: values if values is None else values[..., 0] for name, values in arrays.items()}
    failed = tuple(_failure(p, i, errors[i]) for i in sorted(errors))
    result = Sweep(p.rules, p.lrs, p.seeds, p.folds, **arrays, failed=failed)
    if failed:
        warnings.warn(f"{len(failed)} of {len(p.parts)} parts have no numbers, {failed[0]}", SweepWarning, stacklevel=3)
    return result


def _failure(p, i, error):
    part = p.parts[i]
    fold = None if p.folds is None else part.fold
    reason = "stopped" if isinstance(error, KeyboardInterrupt) else f"{type(error).__name__}: {error}"
    return Failure(p.rules[part.rule], *p.arguments(part), fold, reason)
