"""The floor of reshuffled noise from the response: only its unevenness within a pass counts."""

import numpy as np

from course_lib.checks.exercises import function
from course_lib.theory.momentum import response


def responses(rng):
    """Short responses whose floor a hand computes, then those of gradient descent and of momentum, and random ones."""
    yield np.array([1.0, 0.5]), 2, 2
    yield np.array([1.0, 0.5]), 2, 1
    yield np.array([3.0, 2.0, 1.0]), 3, 3
    yield np.array([3.0, 2.0, 1.0]), 3, 1
    yield np.array([1.0, 2.0, 3.0, 2.0, 1.0]), 4, 2
    yield response(0.1, 0.0, 1.0, 60), 10, 10
    yield response(0.1, 0.0, 1.0, 60), 10, 5
    yield response(0.02, 0.8, 1.0, 62), 8, 8
    yield response(0.02, 0.8, 1.0, 62), 8, 3
    yield rng.normal(size=11), 5, 4


@function(
    inputs=responses,
    returns="the mean of error²",
    praise="The passes begin where they do, steps to come have moved nothing, and what is even in a pass goes out.",
)
def uneven_floor(q, K, done):
    of_this_pass = np.concatenate([np.zeros(K - done), q])
    whole = np.concatenate([of_this_pass, np.zeros(-len(of_this_pass) % K)]).reshape(-1, K)
    apart = whole - whole.mean(axis=1, keepdims=True)
    return K / (K - 1) * np.sum(apart**2)


uneven_floor.equivalent(
    "1 → 2 in `whole = np.concatenate([of_this_pass, np.zeros(-len(of_this_pass) % K)]).reshape(-1, K)`",
    "NumPy takes any negative length as the one to be found.",
)


def passes(q, K, done):
    """Return the response with one row for each pass, the newest first."""
    q = np.concatenate([np.zeros(K - done), q])
    return np.concatenate([q, np.zeros(-len(q) % K)]).reshape(-1, K)


def unevenness(rows):
    """Return the sum of the squares of what is uneven in each row."""
    return np.sum((rows - rows.mean(axis=1, keepdims=True)) ** 2)


@uneven_floor.mistake(
    "This is the sum of all squares: the floor of *independent* noise. Noises of a pass add up to 0. What may be "
    "taken from all q of a pass?"
)
def independent_noise(q, K, done):
    return np.sum(q**2)


@uneven_floor.mistake(
    "The steps to come are left out: the first `K` entries of `q` are taken for one pass. Only `done` of them "
    "belong to the pass that is under way. How far have the noises to come moved the point?"
)
def steps_to_come_left_out(q, K, done):
    return K / (K - 1) * unevenness(passes(q, K, K))


@uneven_floor.mistake(
    "The pass that is under way has its mean over the `done` steps alone. The noises to come belong to the pass, too: "
    "with the response 0."
)
def mean_of_the_done_steps(q, K, done):
    first, rest = q[:done], passes(q[done:], K, K)
    return K / (K - 1) * (np.sum((first - first.mean()) ** 2) + unevenness(rest))


@uneven_floor.mistake(
    "The zeros number `done`, and that is how many steps are behind. How many steps of the pass are still to come?"
)
def zeros_for_the_steps_behind(q, K, done):
    return K / (K - 1) * unevenness(passes(q, K, K - done))


@uneven_floor.mistake(
    "One mean is taken from the whole response. The noises of *each pass* add up to 0, so each has a mean of its own."
)
def one_mean_for_all(q, K, done):
    rows = passes(q, K, done)
    return K / (K - 1) * np.sum((rows - rows.mean()) ** 2)


@uneven_floor.mistake(
    "The means run across the passes: those of all first steps, of all second steps. Which axis holds one pass?"
)
def mean_over_the_wrong_axis(q, K, done):
    rows = passes(q, K, done)
    return K / (K - 1) * np.sum((rows - rows.mean(axis=0)) ** 2)


@uneven_floor.mistake(
    "The factor in front is missing: two noises of a pass are not independent, which makes the sum a little larger."
)
def factor_forgotten(q, K, done):
    return unevenness(passes(q, K, done))


@uneven_floor.mistake("The factor in front is upside down: V is larger than the plain sum, not smaller.")
def factor_upside_down(q, K, done):
    return (K - 1) / K * unevenness(passes(q, K, done))


@uneven_floor.mistake(
    "These are means of squares over a pass (a variance), added up. The noises act one by one: their squares are "
    "added, and not averaged."
)
def variance_for_the_sum(q, K, done):
    return K / (K - 1) * unevenness(passes(q, K, done)) / K


@uneven_floor.mistake("The mean of each pass is taken away, but what is left is added without squares.")
def squares_forgotten(q, K, done):
    rows = passes(q, K, done)
    return K / (K - 1) * np.sum(np.abs(rows - rows.mean(axis=1, keepdims=True)))


@uneven_floor.mistake(
    "This is the part that cancels: the squares of the means. What is left when each mean is taken away?"
)
def keeps_what_cancels(q, K, done):
    return K / (K - 1) * K * np.sum(passes(q, K, done).mean(axis=1) ** 2)


@uneven_floor.mistake(
    "Only the pass that is under way is counted. The noises of the passes before still move the point, a little."
)
def one_pass_only(q, K, done):
    return K / (K - 1) * unevenness(passes(q, K, done)[:1])


@uneven_floor.mistake(
    "The oldest noises are cut off where `q` does not fill a pass. Beyond its end `q` is 0: fill the pass up."
)
def last_pass_cut_off(q, K, done):
    q = np.concatenate([np.zeros(K - done), q])
    return K / (K - 1) * unevenness(q[: len(q) // K * K].reshape(-1, K))


@uneven_floor.mistake("This is the typical error, the root of what is asked: the mean of error².")
def root_of_the_floor(q, K, done):
    return np.sqrt(uneven_floor(q, K, done))


@uneven_floor.right
def pass_by_pass(q, K, done):
    total, before = 0.0, 0
    for end in range(done, len(q) + K, K):
        part = q[before:end]
        total += np.sum(part**2) - np.sum(part) ** 2 / K
        before = end
    return K / (K - 1) * total


@uneven_floor.right
def by_sums(q, K, done):
    rows = passes(q, K, done)
    return (K * np.sum(rows**2) - np.sum(rows.sum(axis=1) ** 2)) / (K - 1)


@uneven_floor.right
def by_sample_variances(q, K, done):
    return K * passes(q, K, done).var(axis=1, ddof=1).sum()


@uneven_floor.right
def with_pad(q, K, done):
    rows = np.pad(q, (K - done, -(len(q) - done) % K)).reshape(-1, K)
    return float(np.sum((rows.T - rows.mean(axis=1)) ** 2) / (1 - 1 / K))


@uneven_floor.right
def by_covariance(q, K, done):
    covariance = np.eye(K) - (1 - np.eye(K)) / (K - 1)
    return sum(row @ covariance @ row for row in passes(q, K, done))


@uneven_floor.right
def with_lists(q, K, done):
    steps, total = [0.0] * (K - done) + list(q), 0.0
    while steps:
        one, steps = steps[:K], steps[K:]
        mean = sum(one) / K
        total += sum((value - mean) ** 2 for value in one) + (K - len(one)) * mean**2
    return total * K / (K - 1)
