"""Minibatches."""

import itertools

import numpy as np

from course_lib.checks.exercises import Problem, function, take
from course_lib.data import minibatch_indices


def table(n):
    """Features and targets of n rows; y holds the number of the row, and so does the first column of X."""
    y = np.arange(float(n))
    return np.column_stack([y, 10 - y * y, np.ones(n)]), y


def rows_of(minibatches, n, batch_size, rng):
    """Go through one pass; return the numbers of the rows in each batch, as X and as y have them."""
    X, y = table(n)
    batches, value = [], minibatches(X, y, batch_size, rng)
    if isinstance(value, tuple) and [np.ndim(part) for part in value if isinstance(part, np.ndarray)] == [2, 1]:
        raise Problem("This is a single pair (Xb, yb); one pair after the other is wanted.")
    for item in list(take(value, at_most=3 * n)):
        if isinstance(item, np.ndarray) and item.ndim == 2:
            raise Problem("Each item is a single table: a pair (Xb, yb) is wanted.")
        if isinstance(item, np.ndarray) and item.ndim == 1:
            raise Problem("Each item is a single row of numbers: a pair (Xb, yb) is wanted.")
        if not isinstance(item, tuple) or len(item) != 2:
            raise Problem("Each item should be a pair, the features and the targets of one batch: (Xb, yb).")
        Xb, yb = item
        if np.ndim(Xb) == 1 and np.ndim(yb) == 2:
            raise Problem("The pairs stand the other way round: the features come first, (Xb, yb).")
        if np.ndim(Xb) != 2 or Xb.shape[1] != 3 or np.shape(yb) != Xb.shape[:1]:
            raise Problem(
                f"A batch of b rows should have Xb of shape (b, 3) and yb of shape (b,); "
                f"got {np.shape(Xb)} and {np.shape(yb)}."
            )
        batches.append((Xb[:, 0].astype(int).tolist(), yb.astype(int).tolist()))
    return batches


def facts(batches, n):
    """Return what every right pass over n rows has in common, whatever its order."""
    of_x, of_y = (
        (list(itertools.chain.from_iterable(part)) for part in zip(*batches, strict=True)) if batches else ([], [])
    )
    return {
        "rows in each batch": tuple(len(rows) for rows, _ in batches),
        "X and y belong together": of_x == of_y,
        "a row comes twice in one batch": any(len(set(rows)) < len(rows) for rows, _ in batches),
        "a row comes twice in the pass": len(set(of_x)) < len(of_x),
        "a row never comes": len(set(of_x)) < n,
    }


def passes(rng):
    def ten_rows(minibatches):
        """one pass over 10 rows in batches of 4"""
        return facts(rows_of(minibatches, 10, 4, np.random.default_rng(0)), 10)

    def a_size_that_divides(minibatches):
        """one pass over 8 rows in batches of 4"""
        return facts(rows_of(minibatches, 8, 4, np.random.default_rng(0)), 8)

    def single_rows(minibatches):
        """one pass over 6 rows in batches of 1"""
        return facts(rows_of(minibatches, 6, 1, np.random.default_rng(0)), 6)

    def all_at_once(minibatches):
        """one pass over 30 rows in a batch of 30"""
        return facts(rows_of(minibatches, 30, 30, np.random.default_rng(0)), 30)

    def large_batches(minibatches):
        """one pass over 50 rows in batches of 20"""
        return facts(rows_of(minibatches, 50, 20, np.random.default_rng(0)), 50)

    def two_passes(minibatches):
        """two passes over 24 rows in batches of 4, with one rng"""
        rng = np.random.default_rng(0)
        first, second = (rows_of(minibatches, 24, 4, rng) for _ in range(2))
        of_x, of_y = ([row for batch in first for row in batch[part]] for part in (0, 1))
        return {
            "X comes in the order of the table": of_x == sorted(of_x),
            "y comes in the order of the table": of_y == sorted(of_y),
            "each batch is a stretch of the table": all(max(rows) - min(rows) < 4 for rows, _ in first),
            "the second pass is like the first": first == second,
            "the second pass has the same batches": sorted(map(sorted, first)) == sorted(map(sorted, second)),
        }

    def larger_than_the_table(minibatches):
        """one pass over 3 rows in batches of 8"""
        return facts(rows_of(minibatches, 3, 8, np.random.default_rng(0)), 3)

    def many_orders(minibatches):
        """sixty passes over 5 rows in batches of 1, each with another seed"""
        passes = [rows_of(minibatches, 5, 1, np.random.default_rng(seed)) for seed in range(60)]
        orders = [sum((rows for rows, _ in batches), []) for batches in passes]
        whole = all(sorted(order) == list(range(5)) for order in orders)
        stay = np.mean([[row == place for place, row in enumerate(order)] for order in orders]) if whole else 0.0
        return {
            "rows that come first": sorted({order[0] for order in orders if order}),
            "rows that come last": sorted({order[-1] for order in orders if order}),
            "most rows leave their place": bool(stay < 0.45),
        }

    def one_seed_twice(minibatches):
        """a pass over 24 rows in batches of 4, repeated with a fresh rng of the same seed"""
        first, second = (rows_of(minibatches, 24, 4, np.random.default_rng(7)) for _ in range(2))
        return {"the same seed gives the same batches": first == second}

    yield from (ten_rows, a_size_that_divides, single_rows, all_at_once, large_batches, larger_than_the_table)
    yield from (two_passes, many_orders, one_seed_twice)


@function(
    inputs=passes,
    returns="the minibatches",
    praise="Every row once in a pass, each beside its own target, in a new order each time: at one w, the errors of "
    "the rows' gradients add up to 0 over a pass.",
    instead={
        "overwrites its earlier results": "All batches stand in one array that is filled anew each time: whoever keeps "
        "them, as `list(…)` does, has the last one many times. Hand out a new array for each batch."
    },
)
def minibatches(X, y, batch_size, rng):
    order = rng.permutation(len(y))
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


@minibatches.mistake(
    "X and y are shuffled apart, so a row gets the target of another one. How can one order serve both?"
)
def shuffled_apart(X, y, batch_size, rng):
    X, y = X[rng.permutation(len(y))], y[rng.permutation(len(y))]
    for start in range(0, len(y), batch_size):
        yield X[start : start + batch_size], y[start : start + batch_size]


@minibatches.mistake(
    "`rng.shuffle` changes its array in place: the caller's tables are overwritten, and X and y are shuffled apart. "
    "Shuffle the row numbers instead."
)
def shuffled_apart_and_in_place(X, y, batch_size, rng):
    rng.shuffle(X)
    rng.shuffle(y)
    for start in range(0, len(y), batch_size):
        yield X[start : start + batch_size], y[start : start + batch_size]


@minibatches.mistake("Only X is shuffled, so its rows stand beside the wrong targets. What has to happen to y?")
def only_X_shuffled(X, y, batch_size, rng):
    X = X[rng.permutation(len(y))]
    for start in range(0, len(y), batch_size):
        yield X[start : start + batch_size], y[start : start + batch_size]


@minibatches.mistake("Only y is shuffled, so its targets stand beside the wrong rows. What has to happen to X?")
def only_y_shuffled(X, y, batch_size, rng):
    y = y[rng.permutation(len(y))]
    for start in range(0, len(y), batch_size):
        yield X[start : start + batch_size], y[start : start + batch_size]


@minibatches.mistake(
    "The batches are right, but the caller's X and y are overwritten: `X[:] = …` writes into the array that came in. "
    "Make new arrays, or pick the rows by number."
)
def changes_X_in_place(X, y, batch_size, rng):
    order = rng.permutation(len(y))
    X[:], y[:] = X[order], y[order]
    for start in range(0, len(y), batch_size):
        yield X[start : start + batch_size].copy(), y[start : start + batch_size].copy()


@minibatches.mistake(
    "The last, shorter batch is missing, so its rows are left out of the pass. What should come when batch_size does "
    "not divide the number of rows?"
)
def last_short_batch_dropped(X, y, batch_size, rng):
    order = rng.permutation(len(y))
    for start in range(0, len(y) - batch_size + 1, batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


@minibatches.mistake(
    "The last batch is filled up to full size with rows that came before. Let it be shorter, so that every row comes "
    "once."
)
def last_batch_filled_up(X, y, batch_size, rng):
    order = rng.permutation(len(y))
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size] if start + batch_size <= len(y) else order[-batch_size:]
        yield X[rows], y[rows]


@minibatches.mistake(
    "Where batch_size divides the number of rows, an empty batch comes at the end. How many batches are needed then?"
)
def empty_batch_at_the_end(X, y, batch_size, rng):
    order = rng.permutation(len(y))
    for k in range(len(y) // batch_size + 1):
        rows = order[k * batch_size : (k + 1) * batch_size]
        yield X[rows], y[rows]


@minibatches.mistake(
    "The rows come in the order of the table. Real tables are often sorted, and then every batch is one-sided: "
    "use `rng`."
)
def not_shuffled(X, y, batch_size, rng):
    for start in range(0, len(y), batch_size):
        yield X[start : start + batch_size], y[start : start + batch_size]


@minibatches.mistake(
    "Every pass has the same order: your function starts a generator with a fixed seed of its own. "
    "Which one was it given?"
)
def same_order_each_pass(X, y, batch_size, rng):
    order = np.random.default_rng(0).permutation(len(y))
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


@minibatches.mistake(
    "The random numbers do not come from `rng`, so a run cannot be repeated with the same seed. Which generator was it "
    "given?"
)
def random_numbers_of_its_own(X, y, batch_size, rng):
    yield from minibatches(X, y, batch_size, np.random.default_rng())


@minibatches.mistake(
    "The batches are shuffled, and the rows are not: neighbors in the table always stay together. "
    "What should be put in a random order?"
)
def batches_shuffled_and_not_rows(X, y, batch_size, rng):
    for start in rng.permutation(np.arange(0, len(y), batch_size)):
        yield X[start : start + batch_size], y[start : start + batch_size]


@minibatches.mistake(
    "The rows are shuffled within their batches only: a row stays among its neighbors of the table. What should be "
    "put in a random order before the cuts?"
)
def rows_stay_in_their_batch(X, y, batch_size, rng):
    for start in range(0, len(y), batch_size):
        rows = start + rng.permutation(min(batch_size, len(y) - start))
        yield X[rows], y[rows]


@minibatches.mistake(
    "Both are shuffled, the batches and the rows within each, but neighbors in the table always stay together. What "
    "should be put in a random order before the cuts?"
)
def batches_shuffled_and_rows_within(X, y, batch_size, rng):
    for start in rng.permutation(np.arange(0, len(y), batch_size)):
        rows = start + rng.permutation(min(batch_size, len(y) - start))
        yield X[rows], y[rows]


@minibatches.mistake(
    "This draws with replacement: some rows come twice in a pass, others never. How does a pile of cards differ from a "
    "die?"
)
def with_replacement(X, y, batch_size, rng):
    order = rng.integers(len(y), size=len(y))
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


@minibatches.mistake(
    "Each batch is drawn from all rows anew, so within a pass some rows come twice and others never. "
    "Draw one order for the whole pass, then cut it."
)
def each_batch_drawn_anew(X, y, batch_size, rng):
    for start in range(0, len(y), batch_size):
        rows = rng.permutation(len(y))[: min(batch_size, len(y) - start)]
        yield X[rows], y[rows]


@minibatches.mistake(
    "The rows are shared out evenly over the batches. The task wants `batch_size` rows in each batch, and a shorter "
    "last one."
)
def rows_shared_out_evenly(X, y, batch_size, rng):
    for rows in np.array_split(rng.permutation(len(y)), -(-len(y) // batch_size)):
        yield X[rows], y[rows]


@minibatches.mistake("Only two rows change places, and the others stay. What puts all of them in a random order?")
def only_two_rows_exchanged(X, y, batch_size, rng):
    order = np.arange(len(y))
    i, j = rng.integers(len(y), size=2)
    order[[i, j]] = order[[j, i]]
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


@minibatches.mistake("The first row always comes first. Does the order take in every row, also row 0?")
def first_row_stays(X, y, batch_size, rng):
    order = np.append(0, 1 + rng.permutation(len(y) - 1))
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


@minibatches.mistake("The last row always comes last. Does the order take in every row, also the last one?")
def last_row_stays(X, y, batch_size, rng):
    order = np.append(rng.permutation(len(y) - 1), len(y) - 1)
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


@minibatches.mistake(
    "Each batch is drawn with replacement from all rows: some come twice, even in one batch, and others never. "
    "Draw one order for the whole pass, then cut it."
)
def each_batch_drawn_with_replacement(X, y, batch_size, rng):
    for _ in range(0, len(y), batch_size):
        rows = rng.integers(len(y), size=batch_size)
        yield X[rows], y[rows]


@minibatches.mistake(
    "Each batch is one row short: a slice already stops before its end. How many rows are in `order[0:4]`?"
)
def slices_one_row_short(X, y, batch_size, rng):
    order = rng.permutation(len(y))
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size - 1]
        yield X[rows], y[rows]


@minibatches.mistake(
    "Each batch has one row too many, which comes again in the next: a slice stops before its end. How many rows are "
    "in `order[start : start + 4]`?"
)
def slices_one_row_long(X, y, batch_size, rng):
    order = rng.permutation(len(y))
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size + 1]
        yield X[rows], y[rows]


@minibatches.mistake("The batches overlap: each starts one row after the last one. How far apart should they start?")
def overlapping(X, y, batch_size, rng):
    order = rng.permutation(len(y))
    for start in range(len(y) - batch_size + 1):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


@minibatches.mistake("The rows come one by one, each without its axis. A batch is a table, also when it has one row.")
def single_rows_without_their_axis(X, y, batch_size, rng):
    for row in rng.permutation(len(y)):
        yield X[row], y[row]


@minibatches.mistake("The pairs stand the other way round: the task wants the features first, (Xb, yb).")
def y_before_X(X, y, batch_size, rng):
    for Xb, yb in minibatches(X, y, batch_size, rng):
        yield yb, Xb


@minibatches.mistake("Only the features come out. What does a step need besides them?")
def no_targets(X, y, batch_size, rng):
    for Xb, _ in minibatches(X, y, batch_size, rng):
        yield Xb


@minibatches.mistake("These are row numbers; the rows themselves are wanted, as a pair (Xb, yb).")
def row_numbers(X, y, batch_size, rng):
    order = rng.permutation(len(y))
    for start in range(0, len(y), batch_size):
        yield order[start : start + batch_size]


@minibatches.mistake(
    "The first batch is right, and all others are empty: every slice ends at `batch_size`. Where does the one end "
    "that begins at `start`?"
)
def slices_end_at_the_batch_size(X, y, batch_size, rng):
    order = rng.permutation(len(y))
    for start in range(0, len(y), batch_size):
        rows = order[start:batch_size]
        yield X[rows], y[rows]


@minibatches.mistake(
    "One row never comes: the order is one number short. `permutation(n)` already stops before n, as `range(n)` does."
)
def one_row_never_drawn(X, y, batch_size, rng):
    order = rng.permutation(len(y) - 1)
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


@minibatches.mistake("A single batch is drawn, and the pass is over. Where are the other rows?")
def a_single_batch(X, y, batch_size, rng):
    rows = rng.choice(len(y), size=batch_size, replace=False)
    yield X[rows], y[rows]


@minibatches.mistake("This never ends: batch after batch is drawn anew. A pass is over when every row has come once.")
def goes_on_for_ever(X, y, batch_size, rng):
    while True:
        rows = rng.integers(len(y), size=batch_size)
        yield X[rows], y[rows]


@minibatches.mistake(
    "The order has one number for each column. Which axis of X counts the rows? (`n, d = X.shape` names both.)"
)
def columns_counted_as_rows(X, y, batch_size, rng):
    order = rng.permutation(X.shape[1])
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


@minibatches.mistake(
    "Only the first batch comes out: `return` ends the function inside the loop. `yield` hands out a batch and goes on."
)
def returns_the_first_batch(X, y, batch_size, rng):
    return next(minibatches(X, y, batch_size, rng))


@minibatches.right
def minibatches_as_a_list(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    X, y = X[order], y[order]
    return [(X[i : i + batch_size], y[i : i + batch_size]) for i in range(0, len(X), batch_size)]


@minibatches.right
def minibatches_by_shuffling_the_numbers(X, y, batch_size, rng):
    rows = np.arange(X.shape[0])
    rng.shuffle(rows)
    while len(rows):
        yield X[rows[:batch_size]], y[rows[:batch_size]]
        rows = rows[batch_size:]


@minibatches.right
def minibatches_of_one_table(X, y, batch_size, rng):
    both = rng.permutation(np.column_stack([X, y]))
    for part in np.split(both, range(batch_size, len(both), batch_size)):
        yield part[:, :-1], part[:, -1]


@minibatches.right
def minibatches_of_lists(features, targets, size, generator):
    keys = generator.random(len(targets))
    order = sorted(range(len(targets)), key=lambda row: keys[row])
    for k in range(-(-len(order) // size)):
        rows = order[k * size : (k + 1) * size]
        yield [features[row].tolist() for row in rows], [targets[row] for row in rows]


@minibatches.right
def minibatches_of_singles(*, X, y, batch_size, rng):
    for rows in minibatch_indices(len(y), min(batch_size, len(y)), rng):
        yield X[rows].astype(np.float32), y[rows].astype(np.float32)


@minibatches.right
def minibatches_by_choice(X, y, batch_size, rng):
    order = rng.choice(len(y), size=len(y), replace=False)
    return iter([[X[order[i : i + batch_size]], y[order[i : i + batch_size]]] for i in range(0, len(y), batch_size)])
