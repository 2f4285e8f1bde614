"""Choose a learning rate from a sweep over rates and seeds, and say whether the grid was wide enough."""

import numpy as np

from course_lib.checks.exercises import function

NAN, INF = np.nan, np.inf


def sweeps(rng):
    grid = np.array([0.01, 0.1, 1.0])
    yield grid, np.array([[3.0, 5.0], [1.0, 2.0], [4.0, 4.0]])
    yield grid, np.array([[9.0, 1.0], [2.0, 4.0], [3.0, 6.0]])  # the best seed is not the best rate
    yield grid, np.array([[1.0, 20.0], [6.0, 6.0], [9.0, 9.0]])  # plain and geometric mean disagree
    yield grid, np.array([[5.0, 5.0], [4.0, 4.0], [1.0, INF]])  # one seed diverged
    yield grid, np.array([[5.0, 5.0], [4.0, 4.0], [0.5, NAN]])
    yield grid, np.array([[NAN, NAN], [4.0, 4.0], [8.0, 3.0]])
    yield grid, np.array([[5.0, 4.0], [3.0, 2.0], [1.0, 1.0]])  # the edge
    yield grid, np.array([[1.0, 1.0], [2.0, 2.0], [NAN, INF]])
    yield np.array([0.1, 0.2, 0.4, 0.8]), np.array([[7.0, 7.0], [2.0, 2.0], [2.0, 2.0], [9.0, 9.0]])  # a tie
    yield np.array([0.8, 0.4, 0.2, 0.1]), np.array([[7.0, 7.0], [2.0, 2.0], [2.0, 2.0], [9.0, 9.0]])
    yield np.array([0.3, 3.0, 0.03]), np.array([[8.0, 8.0], [5.0, 5.0], [1.0, 1.0]])  # in another order
    yield np.array([3.0, 0.03, 0.3]), np.array([[8.0, 8.0], [5.0, 5.0], [1.0, 1.0]])
    yield grid, np.array([[INF, INF], [NAN, 3.0], [8.0, 3.0]])
    yield grid, np.array([[5.0, 2.0, 2.0], [0.5, 3.0, 30.0], [9.0, 9.0, 9.0]])
    six = np.array([[40.0] * 3, [0.1, 5.0, 20.0], [2.0, 2.0, 30.0], [6.0, 6.0, 7.0], [6.6, 6.6, 6.6], [50.0] * 3])
    yield np.array([0.01, 0.02, 0.04, 0.08, 0.16, 0.32]), six  # each kind of mean has its own favorite
    rates = np.geomspace(1e-3, 1, 7)
    valley = (np.log10(rates)[:, None] + 1.4) ** 2 + 0.3
    yield rates, valley * np.exp(0.3 * rng.normal(size=(7, 8)))
    losses = np.exp(rng.normal(size=(5, 400)) - 4)  # the product of 400 losses is 0 to a computer
    losses[3] *= 0.5
    yield np.geomspace(0.01, 1, 5), losses


@function(
    inputs=sweeps,
    returns=("lr", "at_edge"),
    praise="Typical over the seeds, nothing that diverged, and the edge is noticed: at_edge asks for a wider grid.",
)
def best_rate(grid, losses):
    usable = np.isfinite(losses).all(axis=1)
    typical = np.full(len(grid), np.inf)
    typical[usable] = np.log(losses[usable]).mean(axis=1)
    lr = grid[typical == typical.min()].min()
    return lr, lr == grid.min() or lr == grid.max()


def _chosen(grid, typical, edge=None):
    lr = grid[typical == np.nanmin(typical)].min()
    return lr, (lr in (grid.min(), grid.max())) if edge is None else edge


def _typical(losses, usable):
    with np.errstate(all="ignore"):
        return np.where(usable, np.log(np.where(usable[:, None], losses, 1.0)).mean(axis=1), np.inf)


def _finite(losses):
    return np.isfinite(losses).all(axis=1)


@best_rate.mistake(
    "`argmin` takes NaN for the least of all, so a rate that broke wins. Put out of the race what is not "
    "finite, before "
    "you look for the least."
)
def nan_wins(grid, losses):
    with np.errstate(all="ignore"):
        lr = grid[np.log(losses).mean(axis=1).argmin()]
    return lr, lr in (grid.min(), grid.max())


@best_rate.mistake(
    "Seeds that diverged are left out of the mean (`nanmean`), and the rate is judged by those that survived. A rate "
    "that breaks one run in two should not be chosen."
)
def only_the_survivors(grid, losses):
    with np.errstate(all="ignore"):
        kept = np.where(np.isfinite(losses), np.log(losses), np.nan)
        counts = np.isfinite(kept).sum(axis=1)
        typical = np.where(counts > 0, np.nansum(kept, axis=1) / np.maximum(counts, 1), np.inf)
    return _chosen(grid, typical)


@best_rate.mistake(
    "This takes the plain mean over the seeds: one bad seed outweighs all others. Which mean treats twice as good and "
    "half as good alike?"
)
def arithmetic_mean(grid, losses):
    return _chosen(grid, np.where(_finite(losses), np.where(np.isfinite(losses), losses, 0).mean(axis=1), np.inf))


@best_rate.mistake(
    "The rate of the single best run is chosen: one lucky seed decides. Average over the seeds first, then "
    "look for the "
    "least."
)
def one_lucky_seed(grid, losses):
    return _chosen(grid, np.where(_finite(losses), np.where(np.isfinite(losses), losses, np.inf).min(axis=1), np.inf))


@best_rate.mistake("Only the first seed is looked at. What do the other columns say?")
def first_seed_only(grid, losses):
    return _chosen(grid, np.where(_finite(losses), losses[:, 0], np.inf))


@best_rate.mistake(
    "This judges each rate by its worst seed: one seed ruins it. Average the logarithms of all seeds instead."
)
def worst_seed(grid, losses):
    return _chosen(grid, np.where(_finite(losses), losses.max(axis=1), np.inf))


@best_rate.mistake("This judges each rate by its median seed. The task asks for the geometric mean of all.")
def median(grid, losses):
    return _chosen(grid, np.where(_finite(losses), np.median(losses, axis=1), np.inf))


@best_rate.mistake(
    "The rate is right, but the edge is never noticed. A best rate at the end of the grid says: the grid was "
    "too narrow."
)
def edge_unnoticed(grid, losses):
    return _chosen(grid, _typical(losses, _finite(losses)), edge=False)


@best_rate.mistake(
    "Only the largest rate counts as an edge here. A best rate at the lower end says as much about the grid."
)
def upper_edge_only(grid, losses):
    lr, _ = _chosen(grid, _typical(losses, _finite(losses)))
    return lr, lr == grid.max()


@best_rate.mistake("Only the smallest rate counts as an edge here. What does a best rate at the upper end say?")
def lower_edge_only(grid, losses):
    lr, _ = _chosen(grid, _typical(losses, _finite(losses)))
    return lr, lr == grid.min()


@best_rate.mistake(
    "NaN is left out of the mean (`nanmean`), so a rate with one broken seed is judged by the others. Infinity is out, "
    "NaN should be, too."
)
def nan_left_out(grid, losses):
    with np.errstate(all="ignore"):
        counts = (~np.isnan(losses)).sum(axis=1)
        typical = np.where(counts > 0, np.nansum(np.log(losses), axis=1) / np.maximum(counts, 1), np.inf)
    return _chosen(grid, typical)


@best_rate.mistake(
    "The edge is taken from the first and last place, but the rates may stand in any order. Which rates are the ends?"
)
def edge_by_place(grid, losses):
    lr, _ = _chosen(grid, _typical(losses, _finite(losses)))
    return lr, lr in (grid[0], grid[-1])


@best_rate.mistake(
    "Between two rates that are equally good this takes the larger one, which is nearer to diverging. Ties go to the "
    "smaller."
)
def larger_of_a_tie(grid, losses):
    typical = _typical(losses, _finite(losses))
    lr = grid[typical == typical.min()].max()
    return lr, lr in (grid.min(), grid.max())


@best_rate.mistake(
    "Between two rates that are equally good this takes the one that stands first. Ties go to the smaller rate, in "
    "whatever order the grid is."
)
def first_of_a_tie(grid, losses):
    lr = grid[_typical(losses, _finite(losses)).argmin()]
    return lr, lr in (grid.min(), grid.max())


@best_rate.mistake(
    "The product of many small losses is 0 to a computer, so all rates tie. Add logarithms in place of multiplying."
)
def product_underflows(grid, losses):
    with np.errstate(all="ignore"):
        typical = np.where(_finite(losses), np.prod(losses, axis=1) ** (1 / losses.shape[1]), np.inf)
    return _chosen(grid, typical)


@best_rate.mistake("This is the place of the rate in the grid. The rate itself is wanted.")
def returns_the_index(grid, losses):
    typical = _typical(losses, _finite(losses))
    k = int(np.flatnonzero(grid == _chosen(grid, typical)[0])[0])
    return k, _chosen(grid, typical)[1]


@best_rate.mistake("The mean is taken over the rates, so a seed is chosen. Over which axis do the seeds lie?")
def mean_over_the_rates(grid, losses):
    with np.errstate(all="ignore"):
        typical = np.log(np.where(np.isfinite(losses), losses, np.inf)).mean(axis=0)
    lr = grid[min(int(typical.argmin()), len(grid) - 1)]
    return lr, lr in (grid.min(), grid.max())


@best_rate.right
def with_a_loop(grid, losses):
    best, chosen = float("inf"), None
    for lr, row in sorted(zip(grid, losses), key=lambda pair: pair[0]):
        if all(np.isfinite(row)) and np.log(row).mean() < best:
            best, chosen = np.log(row).mean(), lr
    return chosen, chosen in (min(grid), max(grid))


@best_rate.right
def infinite_instead_of_left_out(grid, losses):
    score = np.where(np.isfinite(losses), losses, np.inf)
    score = np.exp(np.mean(np.log(score), axis=-1))
    lr = np.min(grid[score == score.min()])
    return float(lr), bool(np.isin(lr, [grid.min(), grid.max()]))


@best_rate.right
def sorted_first(grid, losses):
    order = np.argsort(grid)
    grid, losses = grid[order], losses[order]
    score = np.log(np.where(np.isfinite(losses), losses, np.inf)).mean(axis=1)
    k = int(np.argmin(score))
    return grid[k], k in (0, len(grid) - 1)


@best_rate.right
def sum_of_logarithms(grid, losses):
    bad = ~np.isfinite(losses).all(axis=1)
    score = np.log(np.where(bad[:, None], 1.0, losses)).sum(axis=1)
    score[bad] = np.inf
    lr = min(grid[i] for i in range(len(grid)) if score[i] == min(score))
    return lr, not (grid.min() < lr < grid.max())


@best_rate.right
def rows_left_out(grid, losses):
    keep = np.isfinite(losses.sum(axis=1))
    rates, score = grid[keep], np.log2(losses[keep]).mean(axis=1)
    lr = rates[np.lexsort((rates, score))[0]]
    return [lr, lr == min(grid) or lr == max(grid)]
