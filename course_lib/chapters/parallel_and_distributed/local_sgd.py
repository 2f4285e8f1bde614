"""Local SGD: every worker walks alone, then the points are averaged."""

import numpy as np

from course_lib.checks.exercises import function


def mean_distance(w, shard):
    """The mean over the rows of w − row."""
    return w - np.mean(shard, axis=0)


def of_lines(w, shard):
    """The gradient of the mean squared error of lines through the rows (x, …, y)."""
    X, y = shard[:, :-1], shard[:, -1]
    return 2 * X.T @ (X @ w - y) / len(shard)


def problems(rng):
    two = [np.array([[0.0], [0.0], [0.0]]), np.array([[8.0]])]
    yield mean_distance, two, np.array([4.0]), 0.5, 1, 1
    yield mean_distance, two, np.array([4.0]), 0.5, 1, 3
    yield mean_distance, two, np.array([4.0]), 0.5, 3, 1
    yield mean_distance, [*two, np.array([[2.0], [6.0]])], np.array([4.0]), 0.5, 2, 1
    unlike = [rng.normal(size=(n, 3)) * np.array([size, 1, 1]) for n, size in ((6, 1.0), (2, 2.0), (9, 0.5))]
    yield of_lines, unlike, np.array([1.0, -1.0]), 0.05, 1, 4
    yield of_lines, unlike, np.array([1.0, -1.0]), 0.05, 4, 1
    yield of_lines, unlike, rng.normal(size=2), 0.05, 5, 3
    yield of_lines, unlike[:1], rng.normal(size=2), 0.05, 2, 3
    even = [rng.normal(size=(5, 4)) for _ in range(2)]
    yield of_lines, even, rng.normal(size=3), 0.03, int(rng.integers(4, 7)), int(rng.integers(2, 4))


@function(
    inputs=problems,
    returns="the new w",
    praise="All start a round from one point, walk alone, and meet at the mean, weighted by their rows.",
)
def local_sgd(grad_fn, shards, w, lr, local_steps, rounds):
    rows = sum(len(shard) for shard in shards)
    for _ in range(rounds):
        mean = 0
        for shard in shards:
            x = w
            for _ in range(local_steps):
                x = x - lr * grad_fn(x, shard)
            mean = mean + len(shard) / rows * x
        w = mean
    return w


def _walk(grad_fn, shard, w, lr, local_steps):
    for _ in range(local_steps):
        w = w - lr * grad_fn(w, shard)
    return w


def _mean(points, shards):
    rows = [len(shard) for shard in shards]
    return sum(n / sum(rows) * x for n, x in zip(rows, points))


def _rounds(grad_fn, shards, w, lr, local_steps, rounds, walk=_walk, mean=_mean):
    for _ in range(rounds):
        w = mean([walk(grad_fn, shard, w, lr, local_steps) for shard in shards], shards)
    return w


@local_sgd.mistake("The points are averaged as if all shards had as many rows. By what should a point be weighted?")
def plain_mean(grad_fn, shards, w, lr, local_steps, rounds):
    return _rounds(grad_fn, shards, w, lr, local_steps, rounds, mean=lambda points, _: sum(points) / len(points))


@local_sgd.mistake(
    "The gradients are averaged in every step: that is data-parallel SGD, with a message for each step. When do the "
    "workers meet here?"
)
def averages_in_every_step(grad_fn, shards, w, lr, local_steps, rounds):
    return _rounds(grad_fn, shards, w, lr, 1, rounds * local_steps)


@local_sgd.mistake(
    "One worker begins where the one before has ended. They work at the same time: where does each round begin?"
)
def one_after_the_other(grad_fn, shards, w, lr, local_steps, rounds):
    for _ in range(rounds):
        points = []
        for shard in shards:
            w = _walk(grad_fn, shard, w, lr, local_steps)
            points.append(w)
        w = _mean(points, shards)
    return w


@local_sgd.mistake(
    "One worker begins where the one before has ended, and the mean does not weigh the rows. Where does each begin?"
)
def one_after_the_other_and_a_plain_mean(grad_fn, shards, w, lr, local_steps, rounds):
    for _ in range(rounds):
        points = []
        for shard in shards:
            w = _walk(grad_fn, shard, w, lr, local_steps)
            points.append(w)
        w = sum(points) / len(points)
    return w


@local_sgd.mistake(
    "One worker begins where the one before has ended, and nothing is averaged. They work at the same time."
)
def one_long_walk(grad_fn, shards, w, lr, local_steps, rounds):
    for _ in range(rounds):
        for shard in shards:
            w = _walk(grad_fn, shard, w, lr, local_steps)
    return w


@local_sgd.mistake(
    "All local steps of a round take the gradient at its start. A worker that has moved has another gradient."
)
def gradients_at_the_start(grad_fn, shards, w, lr, local_steps, rounds):
    def walk(grad_fn, shard, w, lr, local_steps):
        return w - local_steps * lr * grad_fn(w, shard)

    return _rounds(grad_fn, shards, w, lr, local_steps, rounds, walk=walk)


@local_sgd.mistake("The workers go on from their own points, and not from the mean. Where does a round begin?")
def meets_only_at_the_end(grad_fn, shards, w, lr, local_steps, rounds):
    return _rounds(grad_fn, shards, w, lr, local_steps * rounds, 1)


@local_sgd.mistake("This is where the first round ends. Does each round begin where the one before has ended?")
def one_round(grad_fn, shards, w, lr, local_steps, rounds):
    return _rounds(grad_fn, shards, w, lr, local_steps, 1)


@local_sgd.mistake("Every worker makes one step in a round. How many were asked for?")
def one_local_step(grad_fn, shards, w, lr, local_steps, rounds):
    return _rounds(grad_fn, shards, w, lr, 1, rounds)


@local_sgd.mistake("`local_steps` and `rounds` have changed places. Which of them is the inner loop?")
def loops_exchanged(grad_fn, shards, w, lr, local_steps, rounds):
    return _rounds(grad_fn, shards, w, lr, rounds, local_steps)


@local_sgd.mistake("One step is missing: each worker makes one less than `local_steps` in a round.")
def one_step_too_few(grad_fn, shards, w, lr, local_steps, rounds):
    return _rounds(grad_fn, shards, w, lr, local_steps - 1, rounds)


@local_sgd.mistake(
    "The sum that is to become the mean is handed on before all points are in it, so the next worker begins there. "
    "Where must `w` be renewed?"
)
def renewed_too_early(grad_fn, shards, w, lr, local_steps, rounds):
    for _ in range(rounds):
        mean = 0
        for shard in shards:
            mean = mean + len(shard) / sum(map(len, shards)) * _walk(grad_fn, shard, w, lr, local_steps)
            w = mean
    return w


@local_sgd.mistake(
    "The rows weigh the steps, and the points are averaged as if all shards had as many. Each worker walks with the "
    "full rate: what do the rows weigh?"
)
def weighted_steps(grad_fn, shards, w, lr, local_steps, rounds):
    def walk(grad_fn, shard, w, lr, local_steps):
        return _walk(grad_fn, shard, w, lr * len(shard) / sum(map(len, shards)), local_steps)

    return _rounds(
        grad_fn, shards, w, lr, local_steps, rounds, walk=walk, mean=lambda points, _: sum(points) / len(points)
    )


@local_sgd.mistake("The rows are divided by the number of shards. The weights should add up to 1.")
def rows_over_the_shards(grad_fn, shards, w, lr, local_steps, rounds):
    def total(points, shards):
        return sum(len(shard) / len(shards) * x for x, shard in zip(points, shards))

    return _rounds(grad_fn, shards, w, lr, local_steps, rounds, mean=total)


@local_sgd.mistake("The points are added up, not averaged. Two workers that stand still at w would end at 2w.")
def sum_for_mean(grad_fn, shards, w, lr, local_steps, rounds):
    return _rounds(grad_fn, shards, w, lr, local_steps, rounds, mean=lambda points, _: sum(points))


@local_sgd.mistake("Each point is multiplied by its rows, and nothing is divided. The weights should add up to 1.")
def rows_for_shares(grad_fn, shards, w, lr, local_steps, rounds):
    def total(points, shards):
        return sum(len(shard) * x for x, shard in zip(points, shards))

    return _rounds(grad_fn, shards, w, lr, local_steps, rounds, mean=total)


@local_sgd.mistake("The weighted mean is divided by the number of workers once more. What do the weights add up to?")
def divided_twice(grad_fn, shards, w, lr, local_steps, rounds):
    def smaller(points, shards):
        return _mean(points, shards) / len(shards)

    return _rounds(grad_fn, shards, w, lr, local_steps, rounds, mean=smaller)


@local_sgd.mistake("The mean is added to the point where the round began. It takes that point's place.")
def mean_added_to_the_start(grad_fn, shards, w, lr, local_steps, rounds):
    for _ in range(rounds):
        w = w + _mean([_walk(grad_fn, shard, w, lr, local_steps) for shard in shards], shards)
    return w


@local_sgd.mistake("The moves of all workers are added up. The mean of the points moves by the mean of the moves.")
def adds_all_moves(grad_fn, shards, w, lr, local_steps, rounds):
    for _ in range(rounds):
        w = w + sum(_walk(grad_fn, shard, w, lr, local_steps) - w for shard in shards)
    return w


@local_sgd.mistake("This is where the last worker stands. All shards have a share in the mean.")
def last_worker_alone(grad_fn, shards, w, lr, local_steps, rounds):
    return _rounds(grad_fn, shards, w, lr, local_steps, rounds, mean=lambda points, _: points[-1])


@local_sgd.mistake("This goes uphill. Which sign takes a worker the other way?")
def uphill(grad_fn, shards, w, lr, local_steps, rounds):
    return _rounds(grad_fn, shards, w, -lr, local_steps, rounds)


@local_sgd.mistake("The rate is divided by the number of workers. The mean does that: each walks with the full rate.")
def rate_over_the_workers(grad_fn, shards, w, lr, local_steps, rounds):
    return _rounds(grad_fn, shards, w, lr / len(shards), local_steps, rounds)


@local_sgd.mistake("The rate is multiplied by the number of workers. Here each worker walks with the rate it is given.")
def rate_times_the_workers(grad_fn, shards, w, lr, local_steps, rounds):
    return _rounds(grad_fn, shards, w, lr * len(shards), local_steps, rounds)


@local_sgd.mistake("The rate is divided by the number of local steps. Each of them is a full step here.")
def rate_over_the_local_steps(grad_fn, shards, w, lr, local_steps, rounds):
    return _rounds(grad_fn, shards, w, lr / local_steps, local_steps, rounds)


@local_sgd.right
def with_average(grad_fn, shards, w, lr, local_steps, rounds):
    for _ in range(rounds):
        points = []
        for shard in shards:
            x = np.array(w, dtype=float)
            for _ in range(local_steps):
                x -= lr * grad_fn(x, shard)
            points.append(x)
        w = np.average(points, axis=0, weights=[len(shard) for shard in shards])
    return w


@local_sgd.right
def by_moves(grad_fn, shards, w, lr, local_steps, rounds):
    rows = np.array([len(shard) for shard in shards])
    for _ in range(rounds):
        moves = np.array([_walk(grad_fn, shard, w, lr, local_steps) - w for shard in shards])
        w = w + rows / rows.sum() @ moves
    return w


@local_sgd.right
def all_workers_side_by_side(grad_fn, shards, w, lr, local_steps, rounds):
    rows = [len(shard) for shard in shards]
    for _ in range(rounds):
        points = [w] * len(shards)
        for _ in range(local_steps):
            points = [x - lr * grad_fn(x, shard) for x, shard in zip(points, shards)]
        w = sum(n * x for n, x in zip(rows, points)) / sum(rows)
    return w


@local_sgd.right
def meets_when_the_count_says(grad_fn, shards, w, lr, local_steps, rounds):
    points = [w for _ in shards]
    for t in range(1, local_steps * rounds + 1):
        points = [x - lr * grad_fn(x, shard) for x, shard in zip(points, shards)]
        if t % local_steps == 0:
            points = [_mean(points, shards)] * len(shards)
    return points[0]


@local_sgd.right
def by_recursion(grad_fn, shards, w, lr, local_steps, rounds):
    if rounds == 0:
        return w
    points = [_walk(grad_fn, shard, w, lr, local_steps) for shard in shards]
    return by_recursion(grad_fn, shards, _mean(points, shards), lr, local_steps, rounds - 1)
