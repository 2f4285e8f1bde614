"""The mean cross-entropy of scores, finite wherever the scores are."""

import numpy as np

from course_lib.checks.exercises import function


def scored_rows(rng):
    """Scores and classes: by hand, one row, as many rows as classes, random ones, huge scores of both signs."""
    yield np.array([[0.0, np.log(3.0)], [np.log(4.0), 0.0], [1.0, 1.0]]), np.array([1, 1, 0])
    for n, k in [(1, 3), (4, 4), (7, 3), (5, 6)]:
        yield rng.normal(size=(n, k)), rng.integers(k, size=n)
    yield np.array([[28.0, 0.0, 1.0], [0.0, 45.0, -3.0]]), np.array([1, 0])
    yield np.array([[3000.0, 0.0, 1.0]]), np.array([0])
    yield np.array([[-3000.0, -3001.0, -3002.0]]), np.array([1])
    scores = np.full((6, 5), 3.0) + rng.normal(size=(6, 5))
    yield scores, np.array([4, 0, 2, 2, 1, 3])
    scores = 1000.0 * rng.normal(size=(6, 4))
    yield scores, rng.integers(4, size=6)
    yield scores - 3000.0, rng.integers(4, size=6)
    yield np.array([[720.0, 0.0, 1.0]]), np.array([1])
    yield np.array([[900.0, 0.0, -900.0], [0.0, -800.0, 50.0]]), np.array([2, 1])


@function(
    inputs=scored_rows,
    returns="the loss",
    praise="Finite for every score: no power is above 1, and no logarithm meets a 0.",
)
def cross_entropy(scores, y):
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_sums = np.log(np.exp(shifted).sum(axis=1))
    return np.mean(log_sums - shifted[np.arange(len(y)), y])


def mixed(scores, y, shift=None, last=np.mean, axis=1):
    """Return the loss with another shift, or another way to bring the rows' losses together."""
    shift = scores.max(axis=axis, keepdims=True) if shift is None else shift(scores)
    shifted = scores - shift
    with np.errstate(all="ignore"):
        return last(np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y])


def probabilities(scores, axis=1):
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


@cross_entropy.mistake(
    "`exp` of a large score is infinite, and the loss with it. Which number may be taken from all scores of a row, and "
    "leaves the loss as it is?"
)
def overflow_in_exp(scores, y):
    return mixed(scores, y, shift=lambda s: 0.0)


@cross_entropy.mistake(
    "`exp` of a large score is infinite, and a probability then ∞/∞, which is no number. Which number may be taken "
    "from all scores of a row, and leaves the loss as it is?"
)
def overflow_in_the_probabilities(scores, y):
    with np.errstate(all="ignore"):
        powers = np.exp(scores)
        return -np.mean(np.log((powers / powers.sum(axis=1, keepdims=True))[np.arange(len(y)), y]))


@cross_entropy.mistake(
    "The powers are safe now, but a probability still becomes 0, and its logarithm −∞. Is the probability needed at "
    "all? Take the logarithm of the fraction first."
)
def log_of_zero(scores, y):
    with np.errstate(divide="ignore"):
        return -np.mean(np.log(probabilities(scores)[np.arange(len(y)), y]))


@cross_entropy.mistake(
    "The right class's score is taken off. Where another class has far more, that one's power is far above 1, and may "
    "be infinite. Which score keeps all powers at most 1?"
)
def shift_by_the_right_class(scores, y):
    return mixed(scores, y, shift=lambda s: s[np.arange(len(y)), y][:, None])


def softened(inside):
    """Return a loss with a small number inside the logarithm."""

    def wrong(scores, y):
        return -np.mean(np.log(inside(probabilities(scores)[np.arange(len(y)), y])))

    return wrong


@cross_entropy.mistake(
    "A small number inside the logarithm keeps it finite, and makes it wrong: a row that should lose 900 loses some 30 "
    "at most. What is the exact loss, without any probability?"
)
def small_number_inside_the_logarithm(scores, y):
    return softened(lambda P: P + 1e-12)(scores, y)


def naive_and_softened(size):
    def wrong(scores, y):
        with np.errstate(all="ignore"):
            powers = np.exp(scores)
            return -np.mean(np.log((powers / powers.sum(axis=1, keepdims=True))[np.arange(len(y)), y] + size))

    return wrong


@cross_entropy.mistake(
    "A small number inside the logarithm does nothing against ∞/∞, which comes before it, and makes the loss of other "
    "rows wrong. Which number may be taken from all scores of a row, so that no power overflows?"
)
def small_number_after_an_overflow(scores, y):
    return naive_and_softened(1e-12)(scores, y)


@cross_entropy.mistake(
    "A number inside the logarithm does nothing against ∞/∞, which comes before it. Which number may be taken from all "
    "scores of a row, so that no power overflows?"
)
def another_small_number_after_an_overflow(scores, y):
    return naive_and_softened(1e-8)(scores, y)


@cross_entropy.mistake(
    "Probabilities are clipped from below, so a row that should lose 900 loses some 30 at most. What is the exact "
    "loss, without any probability?"
)
def clipped_probability(scores, y):
    return softened(lambda P: np.maximum(P, 1e-12))(scores, y)


@cross_entropy.mistake(
    "A number of another size inside the logarithm keeps it finite, and makes it wrong. What is the exact loss?"
)
def tiny_number_inside_the_logarithm(scores, y):
    return softened(lambda P: P + 1e-15)(scores, y)


@cross_entropy.mistake("The largest score is taken over each class. Which powers share a sum: over which axis?")
def shift_by_column(scores, y):
    with np.errstate(all="ignore"):
        return mixed(scores, y, axis=0)


@cross_entropy.mistake(
    "One number is taken from all rows alike. In a row far below it every power becomes 0. Each row has a largest "
    "score of its own."
)
def shift_by_everything(scores, y):
    return mixed(scores, y, shift=lambda s: s.max())


@cross_entropy.mistake(
    "The mean of each row is taken off, not its largest score: a power can still overflow. What bounds them all?"
)
def shift_by_the_mean(scores, y):
    return mixed(scores, y, shift=lambda s: s.mean(axis=1, keepdims=True))


@cross_entropy.mistake(
    "The largest absolute value is taken off. In a row of negative scores it is far above all of them, and every power "
    "becomes 0. Which number bounds the powers, and is one of the scores?"
)
def shift_by_the_largest_absolute_value(scores, y):
    return mixed(scores, y, shift=lambda s: np.abs(s).max(axis=1, keepdims=True))


@cross_entropy.mistake("One sum is taken over all scores of all rows. Each row has a sum of its own: over which axis?")
def sum_over_everything(scores, y):
    shifted = scores - scores.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(shifted).sum()) - shifted[np.arange(len(y)), y])


@cross_entropy.mistake(
    "Scores are cut at ±500, so powers are finite, and the loss of a larger score is wrong. What leaves it as it is?"
)
def clipped_scores(scores, y):
    return mixed(np.clip(scores, -500, 500), y, shift=lambda s: 0.0)


@cross_entropy.mistake(
    "Scores are cut at ±700, so powers are finite, and the loss of a larger score is wrong. What leaves it as it is?"
)
def scores_clipped_at_700(scores, y):
    return mixed(np.clip(scores, -700, 700), y, shift=lambda s: 0.0)


@cross_entropy.mistake("The powers are added over the rows. A row's own scores share a sum: over which axis?")
def sum_over_the_rows(scores, y):
    with np.errstate(all="ignore"):
        shifted = scores - scores.max(axis=0, keepdims=True)
        return np.mean(np.log(np.exp(shifted).sum(axis=0))[y] - shifted[np.arange(len(y)), y])


@cross_entropy.mistake("This is the sum over the rows. Asked for is their mean.")
def sum_of_the_losses(scores, y):
    return mixed(scores, y, last=np.sum)


@cross_entropy.mistake("This is divided by the number of classes as well. A row has one loss, however many classes.")
def mean_over_the_classes(scores, y):
    return cross_entropy.reference(scores, y) / scores.shape[1]


@cross_entropy.mistake("One loss for each row comes back. Asked for is one number, their mean.")
def one_for_each_row(scores, y):
    return mixed(scores, y, last=lambda rows: rows)


@cross_entropy.mistake("The sign is turned: this grows as the right class becomes surer. A loss is to be made small.")
def wrong_sign(scores, y):
    return -cross_entropy.reference(scores, y)


@cross_entropy.mistake(
    "The largest score was taken off inside the powers alone. Then it is missing: add it again, or take it from the "
    "right class's score, too."
)
def shift_not_put_back(scores, y):
    shifted = scores - scores.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(shifted).sum(axis=1)) - scores[np.arange(len(y)), y])


@cross_entropy.mistake("The largest score is subtracted, where it should be added again: look at the sign of s_max.")
def shift_put_back_with_the_wrong_sign(scores, y):
    top = scores.max(axis=1, keepdims=True)
    log_sums = np.log(np.exp(scores - top).sum(axis=1)) - top[:, 0]
    return np.mean(log_sums - scores[np.arange(len(y)), y])


@cross_entropy.mistake(
    "`scores[:, y]` takes whole columns, for every row all classes in y. One score for each row is wanted: pair the "
    "row's number with its class."
)
def all_columns_of_y(scores, y):
    shifted = scores - scores.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(shifted).sum(axis=1))[:, None] - shifted[:, y])


@cross_entropy.mistake("The largest score takes the place of the right class's: this asks how sure the network is.")
def largest_in_place_of_the_right_one(scores, y):
    shifted = scores - scores.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(shifted).sum(axis=1)))


@cross_entropy.mistake("The score of the right class is missing: this is the mean of log Σ exp alone.")
def right_class_forgotten(scores, y):
    return np.mean(scores.max(axis=1) + mixed(scores, scores.argmax(axis=1), last=lambda rows: rows))


@cross_entropy.mistake("The logarithm has the base 2. The course's has the base e: `np.log`.")
def base_two(scores, y):
    return cross_entropy.reference(scores, y) / np.log(2)


@cross_entropy.mistake("The logarithm has the base 10. The course's has the base e: `np.log`.")
def base_ten(scores, y):
    return cross_entropy.reference(scores, y) / np.log(10)


cross_entropy.common("changes scores in place")


@cross_entropy.right
def row_by_row(scores, y):
    total = 0.0
    for s, c in zip(scores, y, strict=True):
        top = max(s)
        total += top + np.log(sum(np.exp(one - top) for one in s)) - s[c]
    return total / len(y)


@cross_entropy.right
def by_logaddexp(scores, y):
    return (np.logaddexp.reduce(scores, axis=1) - np.take_along_axis(scores, y[:, None], axis=1)[:, 0]).mean()


@cross_entropy.right
def against_the_right_class(scores, y):
    apart = scores - scores[np.arange(len(y)), y][:, None]
    top = apart.max(axis=1)
    return np.average(top + np.log(np.exp(apart - top[:, None]).sum(axis=1)))


@cross_entropy.right
def with_one_hot(scores, y):
    top = np.amax(scores, axis=1, keepdims=True)
    logs = scores - top - np.log(np.sum(np.exp(scores - top), axis=1, keepdims=True))
    return -np.sum(np.eye(scores.shape[1])[y] * logs) / scores.shape[0]


@cross_entropy.right
def by_scipy(scores, y):
    from scipy.special import log_softmax

    return -log_softmax(scores, axis=1)[range(len(y)), y].mean()


@cross_entropy.right
def transposed(scores, y):
    s = scores.T - scores.T.max(axis=0)
    return float(np.mean(np.log(np.exp(s).sum(axis=0)) - s[y, np.arange(len(y))]))
