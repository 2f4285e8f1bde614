"""Average the gradients of shards of unequal size."""

import numpy as np

from course_lib.checks.exercises import function


def gradients(rng):
    yield [np.array([1.0, 5.0]), np.array([4.0, -1.0])], [2, 1]
    yield [np.array([3.0]), np.array([6.0]), np.array([0.0])], [4, 4, 4]
    yield [rng.normal(size=3) for _ in range(3)], [30, 5, 1]
    yield [np.array([2.0, 7.0])], [9]
    yield [np.array([2.0, 8.0]), np.array([500.0, -700.0]), np.array([4.0, 1.0])], [3, 0, 5]
    yield [rng.normal(size=4), np.full(4, np.nan), rng.normal(size=4), np.full(4, np.nan)], [7, 0, 2, 0]
    yield [np.array([np.nan, 1.0]), np.array([2.0, 3.0]), np.array([4.0, 9.0])], [1, 1, 2]
    yield [rng.normal(size=(2, 3)) for _ in range(4)], [int(n) for n in rng.integers(1, 40, size=4)]


@function(
    inputs=gradients,
    returns="the gradient",
    praise="Each gradient counts by its rows: the mean of the shards is the gradient of the minibatch.",
)
def average_gradients(grads, counts):
    total = sum(counts)
    average = np.zeros(np.shape(grads[0]))
    for grad, count in zip(grads, counts):
        if count > 0:
            average = average + count / total * grad
    return average


average_gradients.equivalent(
    "0 → -1 in `average = np.zeros(np.shape(grads[0]))`", "all gradients have one shape: the last will do"
)


def _weighted(grads, weights):
    return sum(weight * grad for grad, weight in zip(grads, weights) if weight)


@average_gradients.mistake(
    "This is the plain mean. A shard of 30 rows then counts as much as one of 5. How much should a row count?"
)
def plain_mean(grads, counts):
    return sum(grads) / len(grads)


@average_gradients.mistake(
    "This is the plain mean of those that have rows. A shard of 30 rows still counts as much as one of 5."
)
def plain_mean_of_those_with_rows(grads, counts):
    there = [grad for grad, count in zip(grads, counts) if count]
    return sum(there) / len(there)


@average_gradients.mistake(
    "The gradients are added up. They are means over rows already: what makes one mean of several?"
)
def sum_for_mean(grads, counts):
    return sum(grad for grad, count in zip(grads, counts) if count)


@average_gradients.mistake(
    "The gradients are added up, and those without rows with them. They are means over rows already."
)
def sum_of_all(grads, counts):
    return sum(grads)


@average_gradients.mistake("Each is multiplied by its rows, and nothing is divided: this is the sum over all rows.")
def sum_over_the_rows(grads, counts):
    return _weighted(grads, counts)


@average_gradients.mistake(
    "The sum over the rows is divided by the number of shards. By how many rows must it be divided?"
)
def divided_by_the_shards(grads, counts):
    return _weighted(grads, counts) / len(counts)


@average_gradients.mistake(
    "A gradient without rows may hold NaN, and 0 times NaN is NaN. It must not come into the sum at all."
)
def zero_times_nan(grads, counts):
    return sum(count / sum(counts) * grad for grad, count in zip(grads, counts))


@average_gradients.mistake(
    "The sum of the gradients is divided by the number of rows. Each of them is a mean already: of how many rows?"
)
def sum_over_all_rows(grads, counts):
    return sum(grad for grad, count in zip(grads, counts) if count) / sum(counts)


@average_gradients.mistake("The weights are the other way round: the smallest shard counts most.")
def inverse_weights(grads, counts):
    weights = [1 / count if count else 0 for count in counts]
    return _weighted(grads, [weight / sum(weights) for weight in weights])


@average_gradients.mistake("Each mean gradient is divided by its rows once more. How much does one row count in all?")
def divided_by_its_rows(grads, counts):
    return sum(grad / count for grad, count in zip(grads, counts) if count)


@average_gradients.mistake(
    "A NaN of a shard with rows is hidden, and nobody sees that a run diverges. Only shards without rows are left out."
)
def hides_every_nan(grads, counts):
    return sum(count / sum(counts) * np.nan_to_num(grad) for grad, count in zip(grads, counts))


@average_gradients.mistake("It stops at the first shard without rows. Pass over that one alone: others follow.")
def stops_at_the_first_empty(grads, counts):
    there = counts.index(0) if 0 in counts else len(counts)
    return sum(count / sum(counts) * grad for grad, count in zip(grads[:there], counts))


@average_gradients.mistake("The weights are roots of the rows. How much does one row count in the gradient of all?")
def root_of_the_rows(grads, counts):
    weights = np.sqrt(counts)
    return _weighted(grads, weights / weights.sum())


@average_gradients.mistake("The weights are squares of the rows. How much does one row count in the gradient of all?")
def square_of_the_rows(grads, counts):
    weights = np.square(counts)
    return _weighted(grads, weights / weights.sum())


@average_gradients.mistake("The weights are rows over the largest shard. They should add up to 1.")
def divided_by_the_largest(grads, counts):
    return _weighted(grads, [count / max(counts) for count in counts])


@average_gradients.mistake("All coordinates became one number: the mean runs over them as well. Over what should it?")
def averages_over_the_coordinates(grads, counts):
    value = np.mean(_weighted(grads, [count / sum(counts) for count in counts]))
    return np.full(np.shape(grads[0]), value)


@average_gradients.mistake("This is the gradient of the largest shard alone. The rows of the others count, too.")
def largest_shard_alone(grads, counts):
    return grads[int(np.argmax(counts))]


@average_gradients.mistake("One number for each shard: the mean runs over its coordinates. Over what should it?")
def one_number_for_each_shard(grads, counts):
    return np.array([np.mean(grad) for grad in grads])


@average_gradients.mistake("The counts are in the opposite order. Which of them belongs to which gradient?")
def weights_in_the_opposite_order(grads, counts):
    return _weighted(grads, [count / sum(counts) for count in counts[::-1]])


@average_gradients.right
def with_numpy_average(grads, counts):
    there = [k for k, count in enumerate(counts) if count]
    return np.average([grads[k] for k in there], axis=0, weights=[counts[k] for k in there])


@average_gradients.right
def running_mean(grads, counts):
    mean, seen = np.zeros_like(np.asarray(grads[0], dtype=float)), 0
    for grad, count in zip(grads, counts):
        if not count:
            continue
        seen += count
        mean = mean + count / seen * (grad - mean)
    return mean


@average_gradients.right
def sum_then_divide(grads, counts):
    return sum(count * grad for grad, count in zip(grads, counts) if count) / sum(counts)


@average_gradients.right
def with_tensordot(grads, counts):
    counts = np.asarray(counts)
    stacked = np.stack(grads)[counts > 0]
    return np.tensordot(counts[counts > 0] / counts.sum(), stacked, axes=1)


@average_gradients.right
def nan_replaced(grads, counts):
    total = sum(counts)
    return sum(count / total * np.where(count > 0, grad, 0.0) for grad, count in zip(grads, counts))
