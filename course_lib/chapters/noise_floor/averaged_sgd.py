"""Average the points of a run."""

import numpy as np

from course_lib.checks.exercises import function


def paths(rng):
    yield np.array([[8.0], [2.0], [4.0]]), 0
    yield np.array([[8.0], [2.0], [4.0], [9.0]]), 1
    yield rng.normal(size=(7, 3)), 3
    yield rng.normal(size=(6, 2)), 0
    yield rng.normal(size=(5, 2)), 4
    yield rng.normal(size=(4, 2)), 4  # the average has not begun
    yield rng.normal(size=(40, 2)), 15
    yield np.array([[1.0, 5.0]]), 0


@function(
    inputs=paths,
    returns="the averaged path",
    praise="Every row from `start` on is the mean of all points since then: the last one is what a run reports.",
)
def averaged_sgd(path, start):
    averaged = path.copy()
    for t in range(start, len(path)):
        averaged[t] = path[start : t + 1].mean(axis=0)
    return averaged


@averaged_sgd.mistake(
    "The mean takes in the points before `start` as well. They are far from the minimum, and that is what `start` is "
    "there to leave out."
)
def averages_from_zero(path, start):
    averaged = path.copy()
    for t in range(start, len(path)):
        averaged[t] = path[: t + 1].mean(axis=0)
    return averaged


@averaged_sgd.mistake(
    "The sum begins at `start`, but it is divided by t + 1. How many points are there from `start` to t?"
)
def wrong_denominator(path, start):
    averaged = path.copy()
    for t in range(start, len(path)):
        averaged[t] = path[start : t + 1].sum(axis=0) / (t + 1)
    return averaged


@averaged_sgd.mistake(
    "Row t is left out of its own mean. A slice ends before its second number: which row is the last in `path[a:b]`?"
)
def leaves_the_newest_point_out(path, start):
    averaged = path.copy()
    for t in range(start + 1, len(path)):
        averaged[t] = path[start:t].mean(axis=0)
    return averaged


@averaged_sgd.mistake(
    "`path[start:t]` ends before row t: at t = start it is empty, and the mean of no rows is NaN. Which row should be "
    "the last of the slice?"
)
def empty_slice(path, start):
    averaged = path.copy()
    averaged[start : start + 1] = np.nan
    for t in range(start + 1, len(path)):
        averaged[t] = path[start:t].mean(axis=0)
    return averaged


@averaged_sgd.mistake("The sum is divided by t. How many points are there from `start` to t?")
def divided_by_t(path, start):
    averaged = path.copy()
    with np.errstate(all="ignore"):
        for t in range(start, len(path)):
            averaged[t] = path[start : t + 1].sum(axis=0) / np.float64(t)
    return averaged


@averaged_sgd.mistake(
    "The sum is divided by the number of all rows of `path`, at each step. How many points are in it by then?"
)
def divided_by_all_rows(path, start):
    averaged = path.copy()
    averaged[start:] = np.cumsum(path[start:], axis=0) / len(path)
    return averaged


@averaged_sgd.mistake("One average, and the function returns: is `return` inside the loop?")
def returns_after_one_average(path, start):
    return path.copy()


@averaged_sgd.mistake("The mean runs from row t to the end. At step t a run knows only the points up to t.")
def averages_what_is_to_come(path, start):
    averaged = path.copy()
    for t in range(start, len(path)):
        averaged[t] = path[t:].mean(axis=0)
    return averaged


@averaged_sgd.mistake(
    "The mean moves by the share 1/(t + 1) towards the new point. With k points in the mean, the newest has the weight "
    "1/k: how many are there at step t?"
)
def update_counts_from_zero(path, start):
    averaged = path.copy()
    for t in range(start + 1, len(path)):
        averaged[t] = averaged[t - 1] + (path[t] - averaged[t - 1]) / (t + 1)
    return averaged


@averaged_sgd.mistake("This is the median of the points since `start`. It is another point than their mean.")
def median_for_mean(path, start):
    averaged = path.copy()
    for t in range(start, len(path)):
        averaged[t] = np.median(path[start : t + 1], axis=0)
    return averaged


@averaged_sgd.mistake(
    "The sum is divided by t − start, one too few: from `start` to t there is one point more than steps between them."
)
def one_too_few(path, start):
    averaged = path.copy()
    with np.errstate(all="ignore"):
        for t in range(start, len(path)):
            averaged[t] = path[start : t + 1].sum(axis=0) / np.float64(t - start)
    return averaged


@averaged_sgd.mistake("The point `start` itself is left out. It belongs to the mean: the first average is that point.")
def begins_one_late(path, start):
    averaged = path.copy()
    for t in range(start + 1, len(path)):
        averaged[t] = path[start + 1 : t + 1].mean(axis=0)
    return averaged


@averaged_sgd.mistake("The points before `start` are averaged in, too: the mean begins one row early.")
def begins_one_early(path, start):
    averaged = path.copy()
    for t in range(start, len(path)):
        averaged[t] = path[max(start - 1, 0) : t + 1].mean(axis=0)
    return averaged


@averaged_sgd.mistake("This is the sum of the points since `start`. What makes a sum a mean?")
def sum_for_mean(path, start):
    averaged = path.copy()
    averaged[start:] = np.cumsum(path[start:], axis=0)
    return averaged


@averaged_sgd.mistake(
    "The mean runs over the coordinates as well, so all of them become the same number. Which axis holds the steps?"
)
def averages_over_the_coordinates(path, start):
    averaged = path.copy()
    for t in range(start, len(path)):
        averaged[t] = path[start : t + 1].mean()
    return averaged


@averaged_sgd.mistake(
    "Each row is the mean of the average so far and the new point. Then the newest point always has the weight ½. "
    "Which weight has each of k points in their mean?"
)
def halfway_to_the_new_point(path, start):
    averaged = path.copy()
    for t in range(start + 1, len(path)):
        averaged[t] = (averaged[t - 1] + path[t]) / 2
    return averaged


@averaged_sgd.mistake("The averages are taken of averages. The mean is that of the points of `path`, as they came in.")
def averages_of_averages(path, start):
    averaged = path.copy()
    for t in range(start, len(path)):
        averaged[t] = averaged[start : t + 1].mean(axis=0)
    return averaged


@averaged_sgd.mistake("Only the last average comes back. A row for every step is wanted, like in `path`.")
def last_average_alone(path, start):
    return path[start:].mean(axis=0) if start < len(path) else path[-1]


@averaged_sgd.mistake(
    "The rows before `start` are missing. They are wanted as they are, so that row t belongs to step t."
)
def drops_the_rows_before(path, start):
    return averaged_sgd_of(path)[start:] if start == 0 else averaged_sgd_of(path[start:])


@averaged_sgd.mistake("The rows before `start` became 0. They are wanted as they are.")
def zeros_before_the_start(path, start):
    averaged = np.zeros(path.shape)
    averaged[start:] = averaged_sgd_of(path[start:])
    return averaged


@averaged_sgd.mistake(
    "All rows from `start` on hold the same number, the mean of the whole rest. At step t a run knows only the points "
    "up to t."
)
def looks_into_the_future(path, start):
    averaged = path.copy()
    if start < len(path):
        averaged[start:] = path[start:].mean(axis=0)
    return averaged


@averaged_sgd.mistake(
    "Each row is the mean of the last `start` points or so: a window that moves along. Here the first point of the "
    "mean stays where it is, and the mean grows."
)
def moving_window(path, start):
    return np.array([path[max(t - start, 0) : t + 1].mean(axis=0) for t in range(len(path))])


averaged_sgd.common(
    "changes path in place",
    sentence="The averages are right, but your function overwrites the caller's `path`: `p = path` is a second name "
    "for the same array. Write into a copy.",
)


def averaged_sgd_of(path):
    """Return the mean of the rows 0 … t for every t."""
    return np.cumsum(path, axis=0) / np.arange(1, len(path) + 1)[:, np.newaxis]


@averaged_sgd.right
def with_a_running_sum(path, start):
    rest = path[start:]
    return np.vstack([path[:start], np.cumsum(rest, axis=0) / np.arange(1, len(rest) + 1)[:, np.newaxis]])


@averaged_sgd.right
def with_an_update(path, start):
    averaged, mean = path.copy(), 0
    for k, point in enumerate(path[start:], start=1):
        mean = mean + (point - mean) / k
        averaged[start + k - 1] = mean
    return averaged


@averaged_sgd.right
def as_a_list(path, start):
    return [path[t] if t < start else np.mean(path[start : t + 1], axis=0) for t in range(len(path))]


@averaged_sgd.right
def with_a_sum_that_is_kept(path, start):
    result, total = [], np.zeros(path.shape[1])
    for t, point in enumerate(path):
        if t < start:
            result.append(point)
        else:
            total = total + point
            result.append(total / (t - start + 1))
    return np.array(result)


@averaged_sgd.right
def with_a_matrix(path, start):
    t = np.arange(len(path))
    weights = (t >= start) & (t <= t[:, np.newaxis]) & (t[:, np.newaxis] >= start)
    counts = np.maximum(weights.sum(axis=1, keepdims=True), 1)
    return np.where((t < start)[:, np.newaxis], path, weights @ path / counts)


@averaged_sgd.right
def coordinate_by_coordinate(path, start):
    columns = []
    for column in path.T:
        values = list(column)
        columns.append([x if t < start else sum(values[start : t + 1]) / (t + 1 - start) for t, x in enumerate(values)])
    return np.transpose(columns)
