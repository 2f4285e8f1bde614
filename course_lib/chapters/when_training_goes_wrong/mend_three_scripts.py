"""Mend three scripts: rows that lose their labels, a layer left out, and a stop that keeps the wrong weights."""

from dataclasses import dataclass

import numpy as np

from course_lib.chapters.when_training_goes_wrong.shared.network import digits, forward, gradient, initial
from course_lib.checks.exercises import Problem, code, setting

LR, PASSES = 0.1, 8


@dataclass(frozen=True)
class Mended:
    """What the three functions do.

    `pairs`, `all_rows`, `mixed`, `anew`: whether rows keep their labels, none is lost or doubled, their order changes,
    and it is another one in each pass.
    `moved`: how far each parameter moves, over lr times its gradient. `stops`: the steps that are kept, and `wanted`
    those that should be. `right`: the share of unseen digits read right after training with the first two.
    """

    pairs: bool
    all_rows: bool
    mixed: bool
    anew: bool
    moved: tuple
    stops: tuple
    wanted: tuple
    right: float


CURVES = (  # held-out losses, a patience, and the look whose weights are to be kept
    ([3.0, 2.0, 1.5, 1.6, 1.7, 1.8, 1.0], 3, 2),
    ([3.0, 2.0, 2.5, 1.0, 1.2, 1.1, 0.9, 1.5], 3, 6),
    ([1.0, 2.0, 3.0], 2, 0),
    ([2.0, 1.0, 1.5, 1.6, 1.7, 1.8, 0.5], 2, 1),
    ([3.0, 2.0, 1.0], 2, 2),
    ([2.0, 1.0, 1.0, 1.0, 0.5], 2, 1),
    ([5.0, 4.0, 4.5, 3.0, 3.5, 3.4, 3.3, 3.2, 0.1], 4, 3),
    ([1.0, 2.0, 2.0, 2.0, 0.5], 2, 0),
    ([5.0, 6.0, 4.0, 5.0, 3.0, 4.0, 2.0], 2, 6),
    ([3.0, 2.0, 1.0, 1.5], 3, 2),
)


@setting(
    kinds=[code("X", "y", "rng"), code("parameters", "grads", "lr"), code("losses", "patience")],
    goal=lambda it: (
        it.pairs
        and it.all_rows
        and it.mixed
        and it.anew
        and np.allclose(it.moved, 1, atol=1e-6)
        and it.stops == it.wanted
    ),
    right=[],
    praise=lambda shuffled, moved, kept, it: (
        f"Rows keep their labels, every layer moves, and the best weights are kept. With the first two a network reads "
        f"{it.right:.1%} of the unseen digits right."
    ),
)
def mend_three_scripts(shuffled, moved, kept):
    """Three functions that keep pairs together, move every parameter, and keep the look of least held-out loss."""
    X = np.arange(24.0).reshape(12, 2)
    rng, other = np.random.default_rng(0), np.random.default_rng(1)
    passes = [pair_of(shuffled(X, np.arange(12), it), X) for it in (rng, rng, other, other)]
    orders = [Z[:, 0].tolist() for Z, _ in passes]
    given = [np.ones(shape) for shape in ((2, 3), (2,), (2, 2), (2,), (1, 2), (1,))]
    grads = [np.full(w.shape, 1.0 + k) for k, w in enumerate(given)]
    after = arrays_like(given, moved(given, grads, 0.01))
    steps = [float(np.mean((w - new) / (0.01 * g))) for w, new, g in zip(given, after, grads, strict=True)]
    stops = tuple(place_of(kept(list(losses), patience), losses, patience) for losses, patience, _ in CURVES)
    with np.errstate(all="ignore"):
        right = trained(shuffled, moved)
    return Mended(
        pairs=all(np.array_equal(Z[:, 0], 2 * z) for Z, z in passes),
        all_rows=all(sorted(order) == X[:, 0].tolist() for order in orders),
        mixed=all(order != sorted(order) for order in orders),
        anew=len(set(map(tuple, orders))) == len(orders),
        moved=tuple(steps),
        stops=stops,
        wanted=tuple(place for _, _, place in CURVES),
        right=right,
    )


def pair_of(result, X):
    """Return what a `shuffled` gave as two arrays, or say what is wrong with it."""
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        raise Problem("`shuffled` should return two arrays, X and y.")
    Z, z = (np.asarray(part) for part in result)
    if Z.shape != X.shape or z.shape != X.shape[:1]:
        raise Problem(f"`shuffled` got X of shape {X.shape} and returns shapes {Z.shape} and {z.shape}.")
    return Z, z


def arrays_like(given, result):
    """Return what a `moved` gave as arrays, or say what is wrong with it."""
    result = list(result) if result is not None else []
    if [np.shape(new) for new in result] != [w.shape for w in given]:
        raise Problem(f"`moved` got {len(given)} parameters; as many should come back, each in its shape.")
    return [np.asarray(new, dtype=float) for new in result]


def place_of(place, losses, patience):
    """Return what a `kept` gave as a whole number, or say what is wrong with it."""
    if place is None:
        end = "stopped after look" if stop_of(losses, patience) < len(losses) - 1 else "never stopped, up to look"
        raise Problem(
            f"`kept` returns nothing for the losses {losses} with patience {patience}. That run is {end} "
            f"{stop_of(losses, patience)}: which look is to be kept?"
        )
    place = np.asarray(place)
    if place.size != 1 or place.dtype.kind not in "iuf" or float(place.reshape(())) % 1:
        raise Problem("`kept` should return the number of a look, a whole number from 0 on.")
    return int(place.reshape(()))


def trained(shuffled, moved):
    """Return the share of unseen digits read right after eight passes with these two functions."""
    (train, test), rng = digits(), np.random.default_rng(0)
    parameters = initial((64, 32, 32, 10), rng)
    for _ in range(PASSES):
        X, y = pair_of(shuffled(train.X[:640], train.y[:640], rng), train.X[:640])
        for first in range(0, 640, 32):
            rows = slice(first, first + 32)
            parameters = arrays_like(parameters, moved(parameters, gradient(parameters, X[rows], y[rows]), LR))
    return float((forward(parameters, test.X)[-1].argmax(axis=1) == test.y).mean())


def together(X, y, rng):
    order = rng.permutation(len(y))
    return X[order], y[order]


def every_one(parameters, grads, lr):
    return [w - lr * g for w, g in zip(parameters, grads, strict=True)]


def best_so_far(losses, patience):
    best = 0
    for k, loss in enumerate(losses):
        if loss < losses[best]:
            best = k
        if k - best >= patience:
            break
    return best


def stop_of(losses, patience):
    """Return the last look that a run has."""
    return next(
        (k for k in range(len(losses)) if k - best_so_far(losses[: k + 1], patience) >= patience), len(losses) - 1
    )


def apart(X, y, rng):
    return rng.permutation(X), rng.permutation(y)


def left_alone(X, y, rng):
    return X + 0.0, y + 0


def drawn(X, y, rng):
    rows = rng.integers(len(y), size=len(y))
    return X[rows], y[rows]


def from_the_second_layer(parameters, grads, lr):
    return [w - lr * g * (k >= 2) for k, (w, g) in enumerate(zip(parameters, grads, strict=True))]


def last_look(losses, patience):
    best = 0
    for k, loss in enumerate(losses):
        if loss < losses[best]:
            best = k
        if k - best >= patience:
            return k
    return len(losses) - 1


@mend_three_scripts.mistake(example=(apart, every_one, best_so_far))
def pairs_torn(shuffled, moved, kept, it):
    if not it.pairs:
        return (
            "`shuffled`: the rows of X get labels of other rows. Two draws give two orders. How do both get the same "
            "one?"
        )


@mend_three_scripts.mistake(example=(left_alone, every_one, best_so_far))
def order_kept(shuffled, moved, kept, it):
    if it.all_rows and not it.mixed:
        return "`shuffled`: rows keep their labels now, and their order as well. It is to be a new one in each pass."


@mend_three_scripts.mistake(example=(drawn, every_one, best_so_far))
def rows_drawn_with_replacement(shuffled, moved, kept, it):
    if not it.all_rows:
        return "`shuffled`: some rows come twice and others not at all. A pass has each row once."


@mend_three_scripts.mistake(example=(lambda X, y, rng: (X[::-1], y[::-1]), every_one, best_so_far))
def same_order_each_pass(shuffled, moved, kept, it):
    if not it.anew:
        return "`shuffled`: rows keep their labels, and every pass has the same order. Where does chance come in?"


@mend_three_scripts.mistake(example=(together, from_the_second_layer, best_so_far))
def layer_left_out(shuffled, moved, kept, it):
    still = [k for k, step in enumerate(it.moved) if step == 0]
    if still:
        named = ", ".join(map(str, still))
        ask = "from which number on" if still == list(range(len(still))) else "through which of them"
        return f"`moved`: unchanged come back the parameters {named}, counted from 0: {ask} does your line go?"


@mend_three_scripts.mistake(example=(together, lambda p, g, lr: [w + lr * d for w, d in zip(p, g)], best_so_far))
def uphill(shuffled, moved, kept, it):
    if np.allclose(it.moved, -1, atol=1e-6):
        return "`moved`: the step goes along the gradient, uphill. The loss is to fall."


@mend_three_scripts.mistake(example=(together, lambda p, g, lr: [w - d for w, d in zip(p, g)], best_so_far))
def another_length(shuffled, moved, kept, it):
    if not np.allclose(it.moved, 1, atol=1e-6):
        return (
            f"`moved`: parameters move by {it.moved[0]:.3g} and {it.moved[-1]:.3g} times lr·gradient, the first and "
            "the last. Each should move by just that, downhill."
        )


@mend_three_scripts.mistake(example=(together, every_one, last_look))
def keeps_the_last_look(shuffled, moved, kept, it):
    if it.stops == tuple(last_look(losses, patience) for losses, patience, _ in CURVES):
        return (
            "`kept`: this is the look at which the run is stopped. It was stopped because an earlier one was better: "
            "which one's weights do you want?"
        )


@mend_three_scripts.mistake(example=(together, every_one, lambda losses, patience: int(np.argmin(losses))))
def looks_beyond_the_stop(shuffled, moved, kept, it):
    if it.stops == tuple(int(np.argmin(losses)) for losses, _, _ in CURVES):
        return (
            "`kept`: this is the least of all losses, also of those after the stop. A run that was stopped has no "
            "later ones: where does patience come in?"
        )


def one_more(losses, patience):
    return best_so_far(losses, patience + 1)


@mend_three_scripts.mistake(example=(together, every_one, one_more))
def one_late(shuffled, moved, kept, it):
    if it.stops == tuple(one_more(losses, patience) for losses, patience, _ in CURVES):
        return "`kept`: the run goes on one look longer than patience allows. Count the looks without a new least."


def stop_or_best(losses, patience):
    """Return the look of the stop, and the best one of a run that is never stopped."""
    best = best_so_far(losses, patience)
    return min(best + patience, len(losses) - 1) if best + patience < len(losses) else best


def best_or_last(losses, patience):
    """Return the best look of a run that is stopped, and the last one of a run that is not."""
    best = best_so_far(losses, patience)
    return best if best + patience < len(losses) else len(losses) - 1


def waits(losses, patience, worse, reset):
    """Return the best look until `patience` looks were no better, by what they are compared with."""
    best, waited = 0, 0
    for k in range(1, len(losses)):
        if worse(losses, k, best):
            waited += 1
        elif reset:
            waited = 0
        if losses[k] < losses[best]:
            best = k
        if waited == patience:
            break
    return best


def by_the_look_before(losses, patience):
    return waits(losses, patience, lambda losses, k, best: losses[k] >= losses[k - 1], reset=True)


def without_reset(losses, patience):
    return waits(losses, patience, lambda losses, k, best: losses[k] >= losses[best], reset=False)


def does(it, wrong):
    """Return whether a `kept` does on all curves what a wrong one does."""
    return it.stops == tuple(wrong(losses, patience) for losses, patience, _ in CURVES)


@mend_three_scripts.mistake(example=(together, every_one, stop_or_best))
def keeps_the_stop_of_a_stopped_run(shuffled, moved, kept, it):
    if does(it, stop_or_best):
        return (
            "`kept`: of a run that is stopped this is the look of the stop. It was "
            "stopped because an earlier one was better: which?"
        )


@mend_three_scripts.mistake(example=(together, every_one, best_or_last))
def keeps_the_last_look_of_a_full_run(shuffled, moved, kept, it):
    if does(it, best_or_last):
        return "`kept`: of a run that is never stopped this is the last look. Is its loss the least of all?"


@mend_three_scripts.mistake(example=(together, every_one, by_the_look_before))
def compares_with_the_look_before(shuffled, moved, kept, it):
    if does(it, by_the_look_before):
        return "`kept`: a look counts as better when it is below the look before. Below which one should it be?"


@mend_three_scripts.mistake(example=(together, every_one, without_reset))
def never_sets_the_count_back(shuffled, moved, kept, it):
    if does(it, without_reset):
        return (
            "`kept`: looks without a new least are counted over the whole run. They should be in "
            "a row: when does the count start anew?"
        )


def first_rise(losses, patience):
    for k in range(1, len(losses)):
        if losses[k] >= losses[k - 1]:
            return k - 1
    return len(losses) - 1


@mend_three_scripts.mistake(example=(together, every_one, first_rise))
def stops_at_the_first_rise(shuffled, moved, kept, it):
    if it.stops == tuple(first_rise(losses, patience) for losses, patience, _ in CURVES):
        return "`kept`: the run ends at the first look that is no better. How many such looks does patience allow?"


def latest_of_equals(losses, patience):
    best = 0
    for k, loss in enumerate(losses):
        if loss <= losses[best]:
            best = k
        if k - best >= patience:
            break
    return best


@mend_three_scripts.mistake(example=(together, every_one, latest_of_equals))
def equal_counts_as_better(shuffled, moved, kept, it):
    if it.stops == tuple(latest_of_equals(losses, patience) for losses, patience, _ in CURVES):
        return "`kept`: a loss that is equal to the least counts as better, and the run goes on. Only a lower one does."


@mend_three_scripts.mistake(example=(together, every_one, lambda losses, patience: 0))
def another_look(shuffled, moved, kept, it):
    for (losses, patience, wanted), got in zip(CURVES, it.stops, strict=True):
        if got != wanted:
            stop = stop_of(losses, patience)
            ends = f"stops after look {stop}" if stop < len(losses) - 1 else f"has all looks, up to {stop}"
            return (
                f"`kept`: of the losses {losses} with patience {patience}, look {got} is kept. This run {ends}; whose "
                "weights were best until then?"
            )


@mend_three_scripts.accept_computed
def right_answers():
    """Return other repairs that do."""

    def columns(X, y, rng):
        both = rng.permutation(np.column_stack([X, y]))
        return both[:, :-1], both[:, -1].astype(y.dtype)

    def same_seed(X, y, rng):
        rows = np.argsort(rng.random(len(X)))
        return np.take(X, rows, axis=0), np.take(y, rows)

    def in_a_loop(parameters, grads, lr):
        new = []
        for k in range(len(parameters)):
            new.append(parameters[k] - lr * grads[k])
        return new

    def counting(losses, patience):
        least, place, waited = np.inf, 0, 0
        for k, loss in enumerate(losses):
            least, place, waited = (loss, k, 0) if loss < least else (least, place, waited + 1)
            if waited == patience:
                return place
        return place

    def by_slices(losses, patience):
        for k in range(len(losses)):
            if min(losses[k + 1 : k + 1 + patience], default=np.inf) >= losses[k] and losses[k] == min(losses[: k + 1]):
                return k
        return len(losses) - 1

    return [
        (together, every_one, best_so_far),
        (columns, in_a_loop, counting),
        (same_seed, every_one, by_slices),
        [together, in_a_loop, best_so_far],
        {"shuffled": columns, "moved": every_one, "kept": counting},
    ]


mend_three_scripts.right.append((together, every_one, best_so_far))
