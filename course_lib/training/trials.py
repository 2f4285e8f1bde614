"""Find out by trying whether many runs may share one array."""

import numpy as np

STEPS = 3
ROWS = 4


def may_share(model, make, data, lrs):
    """Tell whether a rule and a model treat lanes as runs of their own, by some steps of four lanes and of each alone.

    A function that asks `if lr > 0.1`, or takes a norm of all that it gets, does not.
    """
    try:
        with np.errstate(all="ignore"):
            return _rule_shares(make, lrs[[0, -1]], model.size) and _model_shares(model, data)
    except Exception:  # whatever is wrong will be said where a run fails alone
        return False


def _rule_shares(make, lrs, size):
    rng = np.random.default_rng(0)
    w, grads = rng.normal(size=(2, 2, size)), rng.normal(size=(STEPS, 2, 2, size))
    together = _steps(make(lrs[:, None, None]), w, grads)
    alone = [[_steps(make(float(lr)), w[i, j], grads[:, i, j]) for j in range(2)] for i, lr in enumerate(lrs)]
    return _same(together, np.array(alone))


def _steps(rule, w, grads):
    state = rule.init(w)
    for t, grad in enumerate(grads, start=1):
        grad = grad + 0.1 * rule.gradient_point(w, state)
        w, state = rule.step(w, grad, state, t)
    return rule.reported(w, state)


def _model_shares(model, data):
    rng = np.random.default_rng(0)
    w, rows = np.array([[model.init(rng) for _ in range(2)] for _ in range(2)]), rng.integers(len(data), size=(2, ROWS))
    everything = batches = model.on(*data)
    together = (everything.value(w), *batches.rows(rows).value_and_grad(w))
    alone = [
        [(everything.value(w[i, j]), *batches.rows(rows[j]).value_and_grad(w[i, j])) for j in range(2)]
        for i in range(2)
    ]
    return all(_same(part, np.array([[lane[k] for lane in row] for row in alone])) for k, part in enumerate(together))


def _same(one, other):
    return one.shape == other.shape and np.allclose(one, other, rtol=1e-7, atol=1e-12, equal_nan=True)
